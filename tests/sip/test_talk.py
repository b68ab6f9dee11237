"""What is said to the AI and by it, as it stands on the wire."""

import re

import pytest

from harness import never, wait_for
from test_calls import ring, talk
from test_replaces import take


def messages(call):
    return [m for m in call.requests if m.method == "MESSAGE"]


# -- the end of a call, for machines -----------------------------------------
def reason_of(msg):
    got = re.fullmatch(r'SIP;cause=(\d+);text="([^"]*)"', msg.get("reason"))
    assert got, msg.raw
    return int(got.group(1)), got.group(2)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("why,code", [("busy", 486), ("wrong-team", 603)])
def test_rejection_has_headers(bench, phone, why, code, transport):
    call, ident = ring(phone, bench.peer(phone, transport=transport))
    phone.order("baton_decline", '#%d %s see "billing" \\ 100%% sure'
                % (ident, why))
    got = call.wait_code(code)
    assert got.all("x-baton-decision") == [why]
    assert reason_of(got)[0] == code
    assert "billing" in reason_of(got)[1]
    phone.wait_end(ident, "declined")
    # One answer, by one transaction, with the tag of the 180
    never("another answer", lambda: len({m.raw for m in call.finals()}) > 1
          or call.has_request("BYE"), 1.2)
    assert len({m.tag("to") for m in call.responses if m.tag("to")}) == 1


@pytest.mark.parametrize("order,code,decision", [
    ("baton_decline busy", 486, "busy"),
    ("baton_decline wrong-team needs billing", 603, "wrong-team"),
    ("baton_hangup", 603, "other")])
def test_bye_has_headers(phone, ai, order, code, decision):
    call, ident = talk(phone, ai)
    phone.order(*order.split(" ", 1))
    got = call.wait_request("BYE")
    assert got.all("x-baton-decision") == [decision]
    assert reason_of(got)[0] == code
    phone.wait_end(ident, "declined")


def test_bye_to_the_caller_has_none(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    assert not call.wait_request("BYE").all("x-baton-decision")
    phone.order("baton_hangup")
    assert not caller.wait_request("BYE").all("x-baton-decision")


# -- advice ------------------------------------------------------------------
def test_advice_on_the_wire(phone, ai):
    call, ident = talk(phone, ai)
    phone.order("baton_advise", "#%d größer?" % ident)
    got = call.wait_request("MESSAGE")
    assert got.get("content-type").replace(" ", "").lower() == \
        "text/plain;charset=utf-8"
    assert got.body.decode("utf-8") == "größer?"
    assert not got.all("x-baton-decision")
    assert not got.all("contact")
    wait_for("it was taken", lambda: [
        a for a in phone.show(ident)["advice"]
        if (a["text"], a["state"], a["code"]) == ("größer?", "taken", 200)])


def test_advice_names_the_handoff(phone, ai):
    part = ("application/json",
            b'{"handoff_id":"H-77","summary":"Wants a refund"}')
    call, ident = talk(phone, ai, parts=[part])
    wait_for("the context", lambda: phone.show(ident).get("context"))
    phone.order("baton_advise", "hello")
    assert call.wait_request("MESSAGE").all("x-baton-handoff") == ["H-77"]


def test_advice_cannot_write_headers(phone, ai):
    part = ("application/json",
            b'{"handoff_id":"H\\r\\nX-Evil: 1","summary":"x"}')
    call, ident = talk(phone, ai, parts=[part])
    wait_for("the context", lambda: phone.show(ident).get("context"))
    phone.order("baton_advise", "a\r\nX-Evil: 1\r\n\r\nv=0")
    got = call.wait_request("MESSAGE")
    assert not got.all("x-evil")
    assert b"X-Evil" in got.body


def test_advice_while_it_rings(phone, ai):
    call, ident = ring(phone, ai)
    phone.order("baton_advise", "one minute, please")
    got = call.wait_request("MESSAGE")
    assert got.tag("from") == call.to_tag
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_long_advice(bench, phone, transport):
    """RFC 3428, section 8: 1300 bytes of a datagram at the most."""
    peer = bench.peer(phone, transport=transport)
    call, ident = talk(phone, peer)
    # ctrl_tcp takes no more than 1 KiB at once
    text = " ".join("größe%d" % n for n in range(85))
    assert 700 < len(text.encode()) < 900
    phone.order("baton_advise", text)
    wait_for("it was taken", lambda: [
        a for a in phone.show(ident)["advice"] if a["state"] == "taken"])
    got = messages(call)
    assert b"".join(m.body for m in got).decode("utf-8") == text
    if transport == "tcp":
        assert len(got) == 1 and not got[0].all("x-baton-part")
        return
    assert [m.get("x-baton-part") for m in got] == ["1/2", "2/2"]
    assert all(len(m.raw) <= 1300 for m in got)


def test_advice_fails_in_plain_words(phone, ai):
    call, ident = talk(phone, ai)
    call.answers["MESSAGE"] = (405, "Method Not Allowed")
    phone.order("baton_advise", "hello")
    alert = phone.wait_alert(ident, "advise-failed")
    assert "takes no messages" in alert["message"]
    assert [(a["state"], a["code"]) for a in phone.show(ident)["advice"]] \
        == [("failed", 405)]
    assert phone.refused("baton_advise", "#99 x")["error"] == \
        "no-such-handoff"


def test_need_info_goes_first(phone, ai):
    """While it rings: MESSAGE, its answer, then the status line."""
    call, ident = ring(phone, ai)
    phone.order("baton_decline", "need-info which invoice?")
    got = call.wait_request("MESSAGE")
    assert got.all("x-baton-decision") == ["need-info"]
    assert got.body == b"which invoice?"
    assert call.wait_code(603).reason == "need-info: which invoice?"
    assert phone.state(ident) == ("closed", "declined")


def test_need_info_to_one_who_does_not_answer(phone, ai):
    """He is not kept ringing for long."""
    call, ident = ring(phone, ai)
    call.answers["MESSAGE"] = (100, "Trying")
    phone.order("baton_decline", "need-info which invoice?")
    call.wait_request("MESSAGE")
    call.wait_code(603, timeout=10)


def test_need_info_and_the_ai_cancels(phone, ai):
    call, ident = ring(phone, ai)
    call.answers["MESSAGE"] = (100, "Trying")
    phone.order("baton_decline", "need-info which invoice?")
    call.wait_request("MESSAGE")
    call.cancel()
    call.wait_code(487)
    never("another end", lambda: call.has_request("BYE"), 2.5)
    assert phone.state(ident) == ("closed", "declined")
    assert phone.alive()


# -- digits ------------------------------------------------------------------
def test_digits_nobody_takes(bench):
    """No telephone-event in the AI's SDP: told, and the call goes on."""
    phone = bench.phone(("baton_dtmf_accept", "1"),
                        ("baton_dtmf_decline", "2"),
                        account=";dtmfmode=rtpevent")
    call, ident = talk(phone, bench.peer(phone))
    phone.wait_alert(ident, "dtmf-failed")
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_decline", "busy")
    assert call.wait_request("BYE").all("x-baton-decision") == ["busy"]


def test_digits_and_pauses(bench):
    phone = bench.phone(("baton_dtmf_accept", "1,2#"),
                        account=";dtmfmode=info")
    call, ident = talk(phone, bench.peer(phone))

    def seen():
        return "".join(
            re.search(r"(?i)signal\s*=\s*([0-9*#])",
                      m.body.decode()).group(1)
            for m in call.requests if m.method == "INFO")
    wait_for("the digits", lambda: seen() == "12#")
    assert phone.state(ident)[0] == "consulting"


def test_digits_end_with_the_leg(bench):
    phone = bench.phone(("baton_dtmf_accept", "1,,,,,,,,2"),
                        account=";dtmfmode=info")
    call, ident = talk(phone, bench.peer(phone))
    call.wait_request("INFO")
    call.bye()
    phone.wait_end(ident, "ai-left")
    never("digits behind the BYE", lambda: len(
        [m for m in call.requests if m.method == "INFO"]) > 1, 1.0)
    assert phone.alive()


# -- hold --------------------------------------------------------------------
def direction(msg):
    got = re.findall(rb"a=(sendrecv|sendonly|recvonly|inactive)", msg.body)
    return got[-1].decode() if got else "sendrecv"


def reinvites(call):
    return [m for m in call.requests if m.method == "INVITE"]


@pytest.mark.parametrize("whom", ["ai", "caller"])
def test_hold(bench, phone, ai, whom):
    call, ident = talk(phone, ai)
    if whom == "caller":
        first = call
        call = take(bench, phone, ai, call.replaces())
        call.wait_code(200)
        phone.wait_state(ident, "connected")
        first.wait_request("BYE")
    assert phone.refused("baton_resume")["error"] == "not-held"
    phone.order("baton_hold")
    wait_for("the hold", lambda: reinvites(call))
    assert direction(reinvites(call)[0]) == "sendonly"
    wait_for("held", lambda: phone.show(ident)["held"])
    assert phone.refused("baton_hold")["error"] == "already-held"

    def resume():
        ok, data = phone.command("baton_resume")
        return ok or "busy-changing" not in data and data
    assert wait_for("the resume", resume) is True
    wait_for("the resume on the wire", lambda: len(reinvites(call)) > 1)
    assert direction(reinvites(call)[1]) == "sendrecv"
    wait_for("not held", lambda: not phone.show(ident)["held"])


def test_held_by_order_stays(phone, ai):
    """The end of another call takes nobody back who is to wait."""
    call, ident = talk(phone, ai)
    phone.order("baton_hold", "#%d" % ident)
    wait_for("held", lambda: phone.show(ident)["held"])
    other, second = talk(phone, ai, 2, user="ai-two",
                         parts=[("text/plain", b"Somebody else")])
    other.bye()
    phone.wait_state(second, "closed")
    never("it comes back", lambda: not phone.show(ident)["held"], 0.7)
    phone.order("baton_resume", "#%d" % ident)
    wait_for("back", lambda: not phone.show(ident)["held"])


def test_resume_holds_who_is_talked_to(phone, ai):
    """One at a time; he comes back when that talk is over."""
    call, ident = talk(phone, ai)
    other, second = talk(phone, ai, 2, user="ai-two",
                         parts=[("text/plain", b"Somebody else")])
    wait_for("the first is held", lambda: phone.show(ident)["held"])
    wait_for("the resume", lambda: phone.command(
        "baton_resume", "#%d" % ident)[0])
    wait_for("they change places", lambda: phone.show(second)["held"] and
             not phone.show(ident)["held"])
    call.bye()
    phone.wait_state(ident, "closed")
    wait_for("he is back", lambda: not phone.show(second)["held"])


def test_hold_of_nobody(phone, ai):
    phone.refused("baton_hold")
    call, ident = ring(phone, ai)
    assert phone.refused("baton_hold")["error"] == "wrong-state"
    assert phone.refused("baton_resume")["error"] == "wrong-state"


@pytest.mark.parametrize("code,reason", [
    (405, "Method Not Allowed"), (488, "Not Acceptable Here")])
def test_hold_is_refused(phone, ai, code, reason):
    call, ident = talk(phone, ai)
    call.answers["INVITE"] = (code, reason)
    phone.order("baton_hold")
    alert = phone.wait_alert(ident, "hold-refused")
    assert str(code) in alert["message"]
    shown = phone.show(ident)
    assert shown["hold_refused"] and shown["state"] == "consulting"
    # And back, though that is refused as well
    before = len(phone.baton_events("alert"))
    wait_for("the resume", lambda: phone.command("baton_resume")[0])
    wait_for("not held", lambda: not phone.show(ident)["held"])
    assert not phone.show(ident)["hold_refused"]
    never("it ends, or another alert", lambda: call.has_request("BYE") or
          len(phone.baton_events("alert")) > before, 0.5)


# -- what the AI says --------------------------------------------------------
def test_the_ai_says_why_it_leaves(phone, ai):
    call, ident = talk(phone, ai)
    call.bye(['Reason: SIP;cause=200;text="caller hung up"'])
    phone.wait_end(ident, "ai-left")
    alert = phone.wait_alert(ident, "ai-left")
    assert "caller hung up" in alert["message"]


def test_the_ai_says_why_it_withdraws(phone, ai):
    call, ident = ring(phone, ai)
    call.cancel(['Reason: Q.850;cause=16;text="solved by itself"'])
    phone.wait_end(ident, "cancelled")
    assert "solved by itself" in phone.wait_alert(ident, "ai-left")["message"]


def test_it_leaves_without_a_word(phone, ai):
    call, ident = ring(phone, ai)
    call.cancel()
    phone.wait_end(ident, "cancelled")
    never("an alert", lambda: phone.baton_events("alert"), 0.3)


# -- missed ------------------------------------------------------------------
def test_missed_names_the_caller(bench):
    phone = bench.phone(("baton_ring_timeout", "1"))
    call, ident = ring(phone, bench.peer(phone))
    call.wait_code(480)
    alert = phone.wait_alert(ident, "missed")
    caller = phone.show(ident)["context"]["caller"]
    assert caller["name"] in alert["message"]
    assert caller["tel"] in alert["message"]


# -- the person --------------------------------------------------------------
def test_status_says_why_not(phone):
    assert "why" not in phone.status()
    got = phone.order("baton_available", "no at lunch")
    assert (got["available"], got["why"]) == (False, "at lunch")
    assert phone.status()["why"] == "at lunch"
    phone.order("baton_available", "yes")
    assert "why" not in phone.status()


def test_wrapup(bench):
    phone = bench.phone(("baton_wrapup_time", "60"))
    peer = bench.peer(phone)
    call, ident = talk(phone, peer)
    caller = take(bench, phone, peer, call.replaces())
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    caller.bye()
    phone.wait_state(ident, "wrapup")
    assert phone.refused("baton_wrapup")["error"] == "bad-parameters"
    # Somebody else rings: it is about the one that waits for it
    ring(phone, peer, 2, user="ai-two",
         parts=[("text/plain", b"Somebody else")])
    got = phone.order("baton_wrapup", "refunded paid back today")
    assert (got["id"], got["state"]) == (ident, "closed")
    shown = phone.show(ident)
    assert shown["disposition"] == "refunded"
    assert [n["text"] for n in shown["notes"]] == ["paid back today"]


def test_show_has_all_fields(phone, ai):
    call, ident = talk(phone, ai)
    shown = phone.show(ident)
    assert shown["shape"] == "consultation"
    assert set(shown["latency"]) == {
        "ring_ms", "answer_ms", "replaces_ms", "first_to_caller_ms",
        "first_from_caller_ms", "silence_ms"}
    assert shown["advice"] == []
    assert [shown[k] for k in ("waiting", "asked", "dialling", "peer_hold",
                               "hold_refused", "silent")] == [False] * 6
    assert phone.order("baton_stats")["rate_limited"] == 0
