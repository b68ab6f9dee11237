"""REFER and the host: its menu before and behind Baton never sees one, calls
that the phone makes by its own keys are dialogs like others, and holds that
are refused are told."""

import re

import pytest

from harness import never, wait_for
from test_calls import ring, talk

FRAGMENT = "message/sipfrag;version=2.0"


@pytest.fixture(params=["menu-behind", "menu-before"])
def phone(bench, request):
    """menu.so comes behind Baton in the configuration, or before it."""
    if request.param == "menu-before":
        return bench.phone(modules=("menu.so", "baton.so"))
    return bench.phone()


@pytest.fixture
def ai(bench, phone):
    return bench.peer(phone)


@pytest.fixture
def away(bench, phone):
    """Where the phone is sent to."""
    return bench.peer(phone, called=True)


def target(peer, query=""):
    return "Refer-To: <sip:rosa@%s:%d%s>" % (
        peer.ip, peer.port, "?" + query if query else "")


def refer(call, *headers):
    """A REFER in the dialog: its final response."""
    cseq = call.in_dialog("REFER", headers)
    return call.wait_code(*range(200, 700), method="REFER", cseq=cseq)


def notifies(call):
    return [m for m in call.requests if m.method == "NOTIFY"]


def told(call, code):
    """The NOTIFY with that status line."""
    return wait_for("NOTIFY of %d" % code, lambda: next(
        (m for m in notifies(call)
         if m.body.startswith(b"SIP/2.0 %d " % code)), None))


def asked(phone, ident):
    return wait_for("the question", lambda: next(
        (e for e in phone.baton_events("transfer")
         if e["id"] == ident and e["code"] == 202), None))


def test_host_never_dials(phone, ai, away):
    call, ident = talk(phone, ai)
    got = refer(call, target(away))
    assert got.code == 202
    assert got.get("contact")
    asked(phone, ident)
    never("a call by the host itself", lambda: away.called, 0.6)
    kinds = {e.get("type") for e in phone.events()}
    assert "TRANSFER" not in kinds and "CALL_TRANSFER" not in kinds
    phone.order("baton_decline")
    last = told(call, 603)
    assert last.get("content-type") == FRAGMENT
    assert last.get("subscription-state") == "terminated;reason=noresource"
    assert last.body == b"SIP/2.0 603 Decline\r\n"


def test_in_an_ordinary_call_too(phone, ai, away):
    call = ai.call(user="bob")
    call.invite()
    call.wait_code(180)
    phone.command("accept")
    call.wait_code(200)
    assert refer(call, target(away)).code == 603
    phone.wait_alert(code="refer-refused")
    never("a call by the host itself", lambda: away.called, 0.6)
    assert not notifies(call)


def test_exact_fragments(phone, ai, away):
    call, ident = talk(phone, ai)
    refer(call, target(away))
    first = told(call, 100)
    assert first.body == b"SIP/2.0 100 Trying\r\n"
    assert first.get("content-type") == FRAGMENT
    assert re.fullmatch(r"active;expires=\d+",
                        first.get("subscription-state"))
    assert first.get("event").startswith("refer")
    asked(phone, ident)
    phone.order("baton_accept")
    made = away.wait_call()
    made.reply(180, "Ringing")
    assert told(call, 180).body == b"SIP/2.0 180 Ringing\r\n"
    made.reply(200, "OK")
    made.wait_request("ACK")
    last = told(call, 200)
    assert last.body == b"SIP/2.0 200 OK\r\n"
    assert last.get("subscription-state") == "terminated;reason=noresource"
    # In the sequence of the dialog itself
    numbers = [int(m.get("cseq").split()[0]) for m in call.requests
               if m.method in ("NOTIFY", "INVITE")]
    assert len(set(numbers)) == len(numbers)
    phone.wait_state(ident, "connected")
    # The AI does not leave: the phone ends its leg
    call.wait_request("BYE", timeout=20)
    assert phone.state(ident)[0] == "connected"
    assert not made.has_request("BYE")


def test_headers_of_the_call_are_of_one_call(phone, ai, away):
    """Replaces and Referred-By are in that INVITE, and in no other."""
    call, ident = talk(phone, ai)
    refer(call, target(away, "Replaces=leg%40pbx%3Bto-tag%3D1%3Bfrom-tag%3D2"),
          "Referred-By: \"Ava\" <sip:ai@127.0.0.1>;cid=x")
    asked(phone, ident)
    phone.order("baton_accept")
    made = away.wait_call()
    assert made.first.get("replaces") == "leg@pbx;to-tag=1;from-tag=2"
    assert made.first.get("require") == "replaces"
    assert made.first.get("referred-by") == \
        "\"Ava\" <sip:ai@127.0.0.1>;cid=x"
    made.reply(486, "Busy Here")
    told(call, 486)
    phone.wait_alert(ident, "refer-failed")
    phone.command("dial", "sip:bob@%s:%d" % (away.ip, away.port))
    other = away.wait_call(2)
    other.reply(180, "Ringing")
    assert not other.first.all("replaces")
    assert not other.first.all("require")
    assert not other.first.all("referred-by")


def test_ai_is_held_and_taken_back(phone, ai, away):
    call, ident = talk(phone, ai)
    refer(call, target(away))
    asked(phone, ident)
    phone.order("baton_accept")
    made = away.wait_call()
    made.reply(180, "Ringing")
    wait_for("the hold", lambda: any(
        b"a=sendonly" in m.body or b"a=inactive" in m.body
        for m in call.requests if m.method == "INVITE"))
    made.reply(480, "Gone")
    told(call, 480)
    wait_for("the end of the hold", lambda: [
        m for m in call.requests if m.method == "INVITE"]
        and b"a=sendrecv" in [m for m in call.requests
                              if m.method == "INVITE"][-1].body)
    assert phone.state(ident)[0] == "consulting"


def test_no_subscription(phone, ai, away):
    """RFC 4488"""
    call, ident = talk(phone, ai)
    got = refer(call, target(away), "Refer-Sub: false")
    assert got.code == 200
    assert got.get("refer-sub") == "false"
    asked(phone, ident)
    phone.order("baton_accept")
    made = away.wait_call()
    made.reply(200, "OK")
    phone.wait_state(ident, "connected")
    assert not notifies(call)


def test_target_dialog(phone, ai, away):
    """RFC 4538: out of the dialog, but about it and of one who knows it."""
    call, ident = talk(phone, ai)
    other = ai.call(user="ai")
    ids = "Target-Dialog: %s;local-tag=%s;remote-tag=" % (
        call.call_id, call.from_tag)
    ai.send(other.request("REFER", (target(away), ids + "wrong")))
    assert other.wait_code(*range(200, 700), method="REFER").code in \
        (403, 481)
    other = ai.call(user="ai")
    ai.send(other.request("REFER", (target(away), ids + call.to_tag)))
    got = other.wait_code(*range(200, 700), method="REFER")
    assert got.code == 202
    other.to_tag = got.tag("to")
    told(other, 100)
    assert not notifies(call)
    asked(phone, ident)
    phone.order("baton_decline")
    told(other, 603)


def test_unknown_extension(phone, ai, away):
    call, ident = talk(phone, ai)
    got = refer(call, target(away), "Require: frobnicate")
    assert got.code == 420
    assert got.get("unsupported") == "frobnicate"
    assert not [e for e in phone.baton_events("transfer")]


def test_old_sequence(phone, ai, away):
    call, ident = talk(phone, ai)
    assert refer(call, target(away)).code == 202
    asked(phone, ident)
    phone.order("baton_decline")
    told(call, 603)
    call.cseq = 0
    assert refer(call, target(away)).code == 500


def test_refused_without_a_tag(phone, ai, away):
    """A proxy of old does not put one into what it refuses itself."""
    call, ident = talk(phone, ai)
    refer(call, target(away))
    asked(phone, ident)
    phone.order("baton_accept")
    made = away.wait_call()
    away.respond(made.first, 404, "Not Found")
    told(call, 404)


def test_forms_of_a_refer_to(phone, ai, away):
    call, ident = talk(phone, ai)
    uri = target(away)[len("Refer-To: <"):-1]
    for value in ("<%s;method=BYE>" % uri,
                  "<%s?Replaces=x%%3Bto-tag%%3D1>" % uri):
        assert refer(call, "Refer-To: " + value).code == 400
    for value in ('<%s>;x="a,b"' % uri, "<%s;method=INVITE>" % uri):
        assert refer(call, "Refer-To: " + value).code == 202
        wait_for("the question", lambda: phone.show(ident).get("asked"))
        phone.order("baton_decline")
        wait_for("its end", lambda: not phone.show(ident).get("asked"))


def test_481_to_notify(phone, ai, away):
    call, ident = talk(phone, ai)
    call.answers["NOTIFY"] = (481, "Subscription Does Not Exist")
    refer(call, target(away))
    phone.wait_alert(ident, "refer-void")
    assert phone.state(ident)[0] == "consulting"
    assert not away.called


def test_unloaded_while_asked(phone, ai, away):
    """Baton goes: the referrer hears of it, and the call goes on."""
    call, ident = talk(phone, ai)
    refer(call, target(away))
    asked(phone, ident)
    phone.command("rmmod", "baton")
    last = told(call, 503)
    assert last.get("subscription-state").startswith("terminated")
    assert not call.has_request("BYE")


# -- calls that the phone makes ----------------------------------------------

def take(peer, value):
    call = peer.call(user="rosa")
    call.invite(headers=["Replaces: " + value, "Require: replaces"])
    return call


def named(made):
    """The Replaces of a dialog that the phone began, as its peer sees it"""
    return "%s;to-tag=%s;from-tag=%s" % (
        made.call_id, made.to_tag, made.from_tag)


def test_replaces_early_call_of_the_phone(phone, ai, away):
    """RFC 3891, section 3: 200 first, then CANCEL."""
    phone.command("dial", "sip:bob@%s:%d" % (away.ip, away.port))
    made = away.wait_call()
    # By its peer, who says Ringing
    made.reply(180, "Ringing")
    call = wait_for("200", lambda: try_take(away, named(made)))
    assert made.wait_request("CANCEL").seen >= \
        call.wait_code(200).seen
    assert not call.has_request("BYE")


def try_take(peer, value):
    call = take(peer, value)
    return call if call.wait_final().code == 200 else None


def test_early_only_after_the_answer(phone, ai, away):
    phone.command("dial", "sip:bob@%s:%d" % (away.ip, away.port))
    made = away.wait_call()
    made.reply(200, "OK")
    made.wait_request("ACK")
    assert take(away, named(made) + ";early-only").wait_final().code == 486
    call = take(away, named(made))
    call.wait_code(200)
    made.wait_request("BYE")
    assert not call.has_request("BYE")


def test_forked_call_of_the_phone(phone, ai, away):
    """The dialog of who answered last counts."""
    phone.command("dial", "sip:bob@%s:%d" % (away.ip, away.port))
    made = away.wait_call()
    first = made.from_tag
    made.reply(180, "Ringing")
    made.from_tag = first + "2"
    made.reply(180, "Ringing")
    made.reply(200, "OK")
    made.wait_request("ACK")
    value = "%s;to-tag=%s;from-tag=" % (made.call_id, made.to_tag)
    assert take(away, value + first).wait_final().code == 481
    take(away, value + first + "2").wait_code(200)
    made.wait_request("BYE")


# -- holds -------------------------------------------------------------------

@pytest.mark.parametrize("code", [405, 488])
def test_hold_is_refused(phone, ai, code):
    call, ident = talk(phone, ai)
    call.answers["INVITE"] = (code, "Not Here")
    phone.command("hold")
    phone.wait_alert(ident)
    assert phone.state(ident)[0] == "consulting"
    assert not call.has_request("BYE")


def test_rings_on(phone, ai, away):
    """A REFER while the consultation rings changes nothing."""
    call, ident = ring(phone, ai)
    assert refer(call, target(away)).code == 603
    assert phone.state(ident)[0] == "offered"
