"""Each way in which a hand-over completes, once, over UDP and TCP.

What must hold for all of them: one hand-off, one ring, one click; the caller
is `connected`, and what the AI told stays on the screen. The details are in
test_rfc3891, test_bridge, test_fresh and test_refer.
"""

import pytest

from data import NORMAL, dump
from harness import never
from test_calls import ring, talk
from test_replaces import REFERRED, take

TRANSPORTS = ("udp", "tcp")


def by_replaces(bench, phone, ai, call):
    return take(bench, phone, ai, call.replaces())


def by_bridge(bench, phone, ai, call):
    """The AI has left the bridge and says so; the leg is the caller's."""
    cseq = call.in_dialog("MESSAGE", (), dump({"handover": "connected"}),
                          "application/json")
    call.wait_code(200, method="MESSAGE", cseq=cseq)
    return call


def by_command(bench, phone, ai, call):
    """Nothing in SIP says so, the person does."""
    phone.order("baton_connected")
    return call


def by_fresh(bench, phone, ai, call):
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    return ai.call(user="line-3", name="").invite(
        headers=["User-to-User: %s;encoding=hex" % b"case-4711".hex()])


def by_refer(bench, phone, ai, call):
    """The phone is sent to the caller's leg."""
    away = bench.peer(phone, called=True)
    cseq = call.in_dialog("REFER", [
        "Refer-To: <sip:rosa@127.0.0.1:%d?Replaces=leg%%40pbx%%3Bto-tag"
        "%%3Da%%3Bfrom-tag%%3Db>" % away.port, REFERRED])
    call.wait_code(202, 200, method="REFER", cseq=cseq)
    phone.order("baton_accept")
    caller = away.wait_call()
    caller.reply(180, "Ringing")
    caller.reply(200, "OK")
    caller.wait_request("ACK")
    return caller


SHAPES = [by_replaces, by_bridge, by_command, by_fresh, by_refer]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.__name__[3:])
@pytest.mark.parametrize("last", ["caller", "person"])
def test_shape(bench, phone, shape, transport, last):
    ai = bench.peer(phone, transport=transport)
    call, ident = talk(phone, ai)
    phone.order("baton_note", "speaks slowly")
    caller = shape(bench, phone, ai, call)
    if caller is not call and caller.sent:
        caller.wait_code(200)
    phone.wait_state(ident, "connected")
    if shape is by_refer and not call.has_request("BYE"):
        # RFC 5589: it is the transferor's to end its own leg
        call.bye()
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.3)
    events = phone.baton_events("handoff")
    assert {e["id"] for e in events} == {ident}
    if shape is not by_fresh:         # see test_fresh for that one
        assert len([e for e in events if e["state"] == "offered"]) == 1
    shown = phone.show(ident)
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert shown["context"]["transcript"]
    assert [n["text"] for n in shown["notes"]] == ["speaks slowly"]
    if last == "caller":
        cseq = caller.bye()
        caller.wait_code(200, method="BYE", cseq=cseq)
        phone.wait_end(ident, ("completed", "caller-left"))
    else:
        phone.order("baton_hangup")
        caller.wait_request("BYE")
        phone.wait_end(ident, "completed")
    assert phone.show(ident)["context"]["summary"] == \
        NORMAL["summary"]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("last", ["caller", "person"])
def test_direct(bench, phone, transport, last):
    """One INVITE from the caller's side, Referred-By, with the context."""
    peer = bench.peer(phone, transport=transport)
    call, ident = ring(phone, peer, user="rosa", headers=[REFERRED])
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "connected")
    moves = [(e["was"], e["state"]) for e in phone.baton_events("handoff")
             if e["state"] != e["was"]]
    assert moves[-1] == ("offered", "connected")
    if last == "caller":
        call.bye()
        phone.wait_end(ident, ("completed", "caller-left"))
    else:
        phone.order("baton_hangup")
        call.wait_request("BYE")
        phone.wait_end(ident, "completed")


@pytest.mark.parametrize("last", ["caller", "person"])
def test_wrap_up(bench, last):
    """After a talk with the caller: `wrapup` for its time, then `closed`."""
    phone = bench.phone(("baton_wrapup_time", "2"))
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    if last == "caller":
        caller.bye()
    else:
        phone.order("baton_hangup")
    event = phone.wait_event("handoff", lambda e: e["state"] == "wrapup")
    assert event["outcome"] in (("completed", "caller-left")
                                if last == "caller" else ("completed",))
    phone.order("baton_note", "#%d will be called back" % ident)
    phone.wait_state(ident, "closed")
    assert phone.state(ident)[1] == event["outcome"]


def test_no_wrap_up_without_a_caller(bench):
    """The AI left and nobody came: there is nothing to write up."""
    phone = bench.phone(("baton_wrapup_time", "30"))
    call, ident = talk(phone, bench.peer(phone))
    call.bye()
    phone.wait_state(ident, "closed")
    assert phone.state(ident) == ("closed", "ai-left")
