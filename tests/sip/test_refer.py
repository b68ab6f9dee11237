"""REFER to the person's phone: only by the policy, never by the host."""

import re

import pytest

from data import NORMAL
from harness import never, wait_for
from test_calls import ring, talk
from test_found import alerts
from test_replaces import FOREIGN, REFERRED

LEG = "leg-9@pbx.example.org"
REPLACES = "%s;to-tag=pbx-t;from-tag=pbx-f" % LEG
ESCAPED = "leg-9%40pbx.example.org%3Bto-tag%3Dpbx-t%3Bfrom-tag%3Dpbx-f"


def to(peer, query="Replaces=" + ESCAPED, user="rosa"):
    return "<sip:%s@%s:%d%s>" % (user, peer.ip, peer.port,
                                 query and "?" + query)


def refer(call, *targets, headers=(REFERRED,)):
    """A REFER in the dialog, and its answer."""
    cseq = call.in_dialog("REFER", ["Refer-To: " + t for t in targets] +
                          list(headers))
    return call._wait("answer to REFER", lambda: next(
        (m for m in call.responses if m.code >= 200 and
         m.cseq_method() == "REFER" and
         int(m.get("cseq").split(" ")[0]) == cseq), None), 20)


def notifies(call):
    return [m for m in call.requests if m.method == "NOTIFY"]


def fragments(call):
    """The status codes told so far. Each is the whole of a sipfrag."""
    codes = []
    for msg in notifies(call):
        assert msg.get("event").split(";")[0] in ("refer", "Refer")
        assert msg.get("content-type").replace(" ", "").lower().startswith(
            "message/sipfrag")
        got = re.fullmatch(rb"SIP/2\.0 (\d{3}) [^\r\n]+\r\n", msg.body)
        assert got, msg.raw
        assert msg.get("subscription-state"), msg.raw
        codes.append(int(got.group(1)))
    return codes


def told(call, *codes, timeout=20):
    """Waits for such a final status, with the subscription ended."""
    def last():
        got = fragments(call)
        return got and got[-1] >= 200 and got[-1]
    code = wait_for("a final NOTIFY", last, timeout)
    assert code in codes, fragments(call)
    final = notifies(call)[-1]
    assert final.get("subscription-state").replace(" ", "") == \
        "terminated;reason=noresource"
    assert all(not m.get("subscription-state").startswith("terminated")
               for m in notifies(call)[:-1])
    return fragments(call)


def quiet(phone, away, seconds=0.6):
    """Nothing is dialled."""
    never("the phone dials", lambda: list(away.called) or [
        e for e in phone.events() if e.get("type") == "CALL_OUTGOING"],
        seconds)


@pytest.fixture
def away(bench, phone):
    """Where the caller's leg is."""
    return bench.peer(phone, called=True)


def goes_on(phone, call, ident):
    assert not call.has_request("BYE")
    assert phone.state(ident) == ("consulting", "")


def asked(phone, call, away, ident, *targets, **options):
    """A REFER that the person has to decide on."""
    got = refer(call, *(targets or [to(away)]), **options)
    assert got.code in (200, 202), got
    wait_for("100", lambda: fragments(call)[:1] == [100])
    assert notifies(call)[0].body == b"SIP/2.0 100 Trying\r\n"
    quiet(phone, away, 0.3)
    assert phone.state(ident)[0] == "consulting"


# -- asked -------------------------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_accepted(bench, phone, away, transport):
    call, ident = talk(phone, bench.peer(phone, transport=transport))
    phone.order("baton_note", "be kind")
    asked(phone, call, away, ident)
    phone.order("baton_accept", "#%d" % ident)
    caller = away.wait_call()
    assert caller.first.all("replaces") == [REPLACES]
    assert caller.first.first.startswith("INVITE sip:rosa@%s:%d" % (
        away.ip, away.port))
    assert "?" not in caller.first.first
    # RFC 3892, section 2.2: copied as it was
    assert caller.first.all("referred-by") == [REFERRED.split(": ", 1)[1]]
    caller.reply(180, "Ringing")
    wait_for("180 is told", lambda: 180 in fragments(call))
    assert not call.has_request("BYE")
    caller.reply(200, "OK")
    caller.wait_request("ACK")
    phone.wait_state(ident, "connected")
    codes = told(call, 200)
    assert codes == sorted(codes)
    assert notifies(call)[-1].body == b"SIP/2.0 200 OK\r\n"
    if not call.has_request("BYE"):
        cseq = call.bye()
        call.wait_code(200, 481, method="BYE", cseq=cseq)
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.4)
    shown = phone.show(ident)
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert [n["text"] for n in shown["notes"]] == ["be kind"]
    assert shown["line"]["uri"].startswith("sip:rosa@")
    assert len(phone.handoffs()) == 1
    assert len(away.called) == 1
    cseq = caller.bye()
    caller.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, ("completed", "caller-left"))


def test_person_is_told_what_is_asked(bench, phone, ai, away):
    """An event, so that a panel or a script can show the full address."""
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    event = wait_for("an event", lambda: next(
        (e for e in phone.baton_events()
         if e["_name"] in ("transfer", "alert") and e["id"] == ident), None))
    assert "rosa@" in str(event)


def test_declined(bench, phone, ai, away):
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    phone.order("baton_decline", "#%d policy not that one" % ident)
    told(call, 603)
    quiet(phone, away)
    goes_on(phone, call, ident)
    # The next one is asked again
    asked_again = refer(call, to(away))
    assert asked_again.code in (200, 202)
    phone.order("baton_accept")
    away.wait_call()


def test_nobody_decides(bench, phone, ai, away):
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    told(call, 480, 603, timeout=45)
    quiet(phone, away, 0.3)
    goes_on(phone, call, ident)
    phone.wait_alert(ident)


@pytest.mark.parametrize("code,reason", [
    (486, "Busy Here"), (404, "Not Found"), (603, "Decline")])
def test_target_does_not_take_it(bench, phone, ai, away, code, reason):
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    phone.order("baton_accept")
    away.wait_call().reply(code, reason)
    told(call, code)
    assert notifies(call)[-1].body == b"SIP/2.0 %d %s\r\n" % (
        code, reason.encode())
    goes_on(phone, call, ident)
    wait_for("the AI is not on hold", lambda:
             not phone.show(ident)["held"])
    assert phone.baton_events("alert") or phone.baton_events("transfer")


def test_without_replaces(bench, phone, ai, away):
    """A REFER to call the caller, with no leg to take: same hand-off."""
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident, to(away, ""))
    phone.order("baton_accept")
    caller = away.wait_call()
    assert caller.first.all("replaces") == []
    caller.reply(200, "OK")
    phone.wait_state(ident, "connected")
    told(call, 200)


def test_second_while_one_is_pending(bench, phone, ai, away):
    """One at a time: it is refused, or it ends without a call."""
    call, ident = talk(phone, ai)
    other = bench.peer(phone, called=True)
    asked(phone, call, away, ident)
    second = refer(call, to(other, user="mallory"))
    phone.order("baton_accept")
    caller = away.wait_call()
    caller.reply(200, "OK")
    phone.wait_state(ident, "connected")
    never("the second is dialled", lambda: list(other.called), 0.5)
    assert len(away.called) == 1
    if second.code < 300:
        wait_for("the second is told", lambda: [
            m for m in notifies(call)
            if re.match(rb"SIP/2\.0 [3-6]", m.body)])


def test_same_refer_again(bench, phone, ai, away):
    """A retransmission is the same REFER."""
    call, ident = talk(phone, ai)
    call.cseq += 1
    call.branch += "r"
    raw = call.request("REFER", ["Refer-To: " + to(away), REFERRED],
                       uri=call.contact)
    for _ in range(3):
        ai.send(raw)
    wait_for("100", lambda: fragments(call)[:1] == [100])
    phone.order("baton_accept")
    caller = away.wait_call()
    caller.reply(200, "OK")
    phone.wait_state(ident, "connected")
    told(call, 200)
    assert len(away.called) == 1
    assert {m.code for m in call.responses
            if m.cseq_method() == "REFER" and m.code >= 200} <= {200, 202}
    assert fragments(call).count(200) == 1


def test_ai_hangs_up_while_asked(bench, phone, ai, away):
    """The transferor may leave after its 202. Either the question stays
    and is still good, or it is over; never something in between."""
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    quiet(phone, away, 0.3)
    ok, _ = phone.command("baton_accept", "#%d" % ident)
    if ok:
        caller = away.wait_call()
        caller.reply(200, "OK")
        phone.wait_state(ident, "connected")
    else:
        phone.wait_end(ident, "ai-left")
        quiet(phone, away, 0.3)


def test_person_hangs_up_while_asked(bench, phone, ai, away):
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    phone.order("baton_hangup")
    call.wait_request("BYE")
    phone.wait_state(ident, ("wrapup", "closed"))
    quiet(phone, away)


def test_ai_hangs_up_while_dialling(bench, phone, ai, away):
    """Accepted already: the caller is on the way and must not be lost."""
    call, ident = talk(phone, ai)
    asked(phone, call, away, ident)
    phone.order("baton_accept")
    caller = away.wait_call()
    caller.reply(180, "Ringing")
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    caller.reply(200, "OK")
    caller.wait_request("ACK")
    phone.wait_state(ident, "connected")
    never("the caller is dropped", lambda: caller.has_request("BYE"), 0.4)
    assert len(phone.handoffs()) == 1


# -- by the policy -----------------------------------------------------------
def with_policy(bench, policy, *more):
    phone = bench.phone(("baton_refer", policy), *more)
    return phone, bench.peer(phone), bench.peer(phone, called=True)


def test_known(bench):
    """To the own host, within a hand-off: nobody is asked."""
    phone, ai, away = with_policy(bench, "known")
    call, ident = talk(phone, ai)
    assert refer(call, to(away)).code in (200, 202)
    caller = away.wait_call()
    assert caller.first.all("replaces") == [REPLACES]
    caller.reply(200, "OK")
    phone.wait_state(ident, "connected")
    told(call, 200)


@pytest.mark.parametrize("policy", ["known", "ask", "never"])
def test_not_within_the_own_domain(bench, policy):
    """No allow_to names it: it is not called without the person."""
    phone, ai, _ = with_policy(bench, policy)
    away = bench.peer(phone, called=True, ip=FOREIGN)
    call, ident = talk(phone, ai)
    refer(call, to(away))
    quiet(phone, away)
    goes_on(phone, call, ident)


def test_never(bench):
    phone, ai, away = with_policy(bench, "never")
    call, ident = talk(phone, ai)
    assert refer(call, to(away)).code == 603
    phone.wait_alert(ident)
    quiet(phone, away)
    assert not notifies(call)
    goes_on(phone, call, ident)


@pytest.mark.parametrize("policy", ["ask", "known", "never"])
def test_in_an_ordinary_call(bench, policy):
    phone, ai, away = with_policy(bench, policy)
    call = ai.call(user="grandma").invite()
    call.wait_code(180)
    assert phone.command("accept")[0]
    call.wait_code(200)
    phone.wait_host_event("CALL_ESTABLISHED")
    assert refer(call, to(away)).code == 603
    wait_for("an alert", lambda: phone.baton_events("alert"))
    quiet(phone, away)
    assert not call.has_request("BYE")
    assert not notifies(call)


@pytest.mark.parametrize("policy", ["ask", "known", "never"])
@pytest.mark.parametrize("ident", [True, False], ids=["handoff", "idle"])
def test_out_of_dialog(bench, policy, ident):
    phone, ai, away = with_policy(bench, policy)
    if ident:
        call, ident = talk(phone, ai)
    other = ai.call(user="ai")
    ai.send(other.request("REFER", ["Refer-To: " + to(away), REFERRED]))
    assert other.wait_final("REFER").code == 403
    quiet(phone, away)
    if ident:
        goes_on(phone, call, ident)


def test_while_it_rings(bench, phone, ai, away):
    """An early dialog: nothing was accepted yet, nothing is dialled."""
    call, ident = ring(phone, ai)
    refer(call, to(away))
    quiet(phone, away)
    assert phone.state(ident)[0] == "offered"
    assert not call.finals()


def test_by_another_peer(bench, phone, ai, away):
    """The right dialog, from an address that it does not belong to."""
    call, ident = talk(phone, ai)
    peer = bench.peer(phone, ip=FOREIGN)
    other = peer.call(user="ai", call_id=call.call_id,
                      from_tag=call.from_tag)
    other.to_tag, other.contact, other.cseq = call.to_tag, call.contact, 5
    got = refer(other, to(away))
    assert got.code in (403, 481, 603)
    quiet(phone, away)


# -- what is in it -----------------------------------------------------------
def test_no_refer_to(bench, phone, ai, away):
    call, ident = talk(phone, ai)
    assert refer(call).code == 400
    goes_on(phone, call, ident)


@pytest.mark.parametrize("comma", [True, False], ids=["one-line", "two"])
def test_several_refer_to(bench, phone, ai, away, comma):
    call, ident = talk(phone, ai)
    two = [to(away), to(away, user="eve")]
    assert refer(call, *([", ".join(two)] if comma else two)).code == 400
    quiet(phone, away)
    goes_on(phone, call, ident)


@pytest.mark.parametrize("policy", ["ask", "known"])
@pytest.mark.parametrize("target", [
    "<http://127.0.0.1:%d/>", "<https://127.0.0.1:%d/>",
    "<mailto:rosa@127.0.0.1>", "<file:///etc/passwd>",
    "<urn:service:sos>", "<javascript:x>", "<>", "nonsense", "<sip:>",
    "<sip:rosa@127.0.0.1:%d;method=MESSAGE>",
    "<sip:rosa@127.0.0.1:%d;method=BYE?Replaces=a>",
])
def test_what_cannot_be_dialled(bench, target, policy):
    """Refused at once: no connection, no question, no call."""
    phone, ai, away = with_policy(bench, policy)
    call, ident = talk(phone, ai)
    got = refer(call, target % away.port if "%d" in target else target)
    assert 400 <= got.code < 700, got
    quiet(phone, away)
    assert away.strays == []
    goes_on(phone, call, ident)


@pytest.mark.parametrize("policy", ["ask", "known"])
@pytest.mark.parametrize("query", [
    "Replaces=" + ESCAPED + "%0d%0aX-Evil:%201",
    "Replaces=" + ESCAPED + "%0aX-Evil%3a1",
    "X-A%0d%0aX-Evil=1",
    "X-A=1%0D%0A%0D%0Av=0",
    "Replaces=" + ESCAPED + "%00",
    "Replaces=" + ESCAPED + "&X-B=%0d",
])
def test_line_breaks_in_refer_to(bench, query, policy):
    phone, ai, away = with_policy(bench, policy)
    call, ident = talk(phone, ai)
    got = refer(call, to(away, query))
    if got.code >= 400:
        quiet(phone, away)
        goes_on(phone, call, ident)
        return
    # Or nothing of that header is sent
    assert not query.startswith("Replaces=" + ESCAPED + "%")
    if policy == "ask":
        phone.order("baton_accept")
    sent = away.wait_call().first
    for name in ("x-a", "x-b", "x-evil"):
        assert not sent.all(name)
    assert sent.raw.count(b"\r\n\r\n") == 1
    assert sent.body.startswith(b"v=0\r\no=")


@pytest.mark.parametrize("query", [
    "Via=SIP/2.0/UDP%20evil", "Call-ID=x", "CSeq=9%20INVITE",
    "From=%3Csip:eve@evil%3E", "Contact=%3Csip:eve@evil%3E",
    "Route=%3Csip:127.0.0.2;lr%3E", "Content-Length=0",
    "Authorization=x", "body=v%3D0",
])
def test_headers_that_are_not_the_referrers(bench, phone, ai, away, query):
    """RFC 3261, section 19.1.5: those that it should not honour."""
    call, ident = talk(phone, ai)
    got = refer(call, to(away, query))
    if got.code >= 300:
        quiet(phone, away, 0.3)
        return
    phone.order("baton_accept")
    sent = away.wait_call().first
    name = query.partition("=")[0].lower()
    assert len(sent.all(name)) == (0 if name in (
        "route", "authorization", "body") else 1)
    assert b"evil" not in sent.raw


def test_replaces_must_be_one(bench, phone, ai, away):
    """Two Replaces would be 400 at the other end: not sent."""
    call, ident = talk(phone, ai)
    got = refer(call, to(away, "Replaces=%s&Replaces=%s" % (ESCAPED,
                                                            ESCAPED)))
    if got.code < 300:
        phone.order("baton_accept")
        assert len(away.wait_call().first.all("replaces")) == 1
    else:
        quiet(phone, away, 0.3)


def test_alert_for_what_was_refused(bench):
    """Nothing fails silently."""
    phone, ai, away = with_policy(bench, "ask")
    call, ident = talk(phone, ai)
    assert refer(call, "<http://127.0.0.1:%d/>" % away.port).code >= 400
    alert = phone.wait_alert(ident)
    assert alert["message"]
    assert len(alerts(phone, alert["code"])) == 1
