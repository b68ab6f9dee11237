"""Bad input: it gets its right answer, an alert, and no call is lost."""

import json

import pytest

from data import NORMAL, NORMAL_PART, dump, source_errors
from harness import wait_for
from peer import multipart, sdp


def running_call(phone, ai):
    """A consultation that is being talked on: (call, id)"""
    call = ai.call(user="running")
    call.invite(parts=[NORMAL_PART])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.order("baton_accept", "#%d" % ident)
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    return call, ident


def still_fine(phone, ai, ident, call):
    """The running call is untouched, and the next one works."""
    assert phone.state(ident)[0] == "consulting"
    assert not call.has_request("BYE")
    seen = len({e["id"] for e in phone.baton_events("handoff")
                if e["state"] == "offered"})
    after = ai.call(user="after")
    after.invite(parts=[NORMAL_PART])
    after.wait_code(180)
    second = phone.wait_offered(seen + 1)
    phone.order("baton_decline", "#%d busy" % second)
    after.wait_code(486)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)


BROKEN = {
    "broken-json": b"{\"intent\": \"refund\", ",
    "not-an-object": b"[1,2,3]",
    "empty": b"",
    "invalid-utf8": b"{\"intent\":\"ref\xff\xfe\xc3und\"}",
    "overlong-utf8": b"{\"intent\":\"\xc0\xaf\xe0\x80\xaf\"}",
    "nul-bytes": b"{\"intent\":\"re\x00fund\"}\x00\x00",
    "all-nul": b"\x00" * 500,
    "deep": b"[" * 5000,
    "deep-object": b"{\"a\":" * 2000 + b"1" + b"}" * 2000,
    "binary": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("name", sorted(BROKEN))
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_broken_body_rings(bench, phone, name, transport):
    ai = bench.peer(phone, transport=transport)
    running, ident = running_call(phone, ai)
    call = ai.call()
    call.invite(parts=[("application/json", BROKEN[name])])
    call.wait_code(180)
    second = phone.wait_offered(2)
    alert = phone.wait_alert(second)
    assert alert["code"] and alert["message"]
    shown = phone.show(second)
    assert shown["state"] == "offered"
    assert source_errors(shown)
    phone.order("baton_decline", "#%d need-info" % second)
    call.wait_code(603)
    still_fine(phone, ai, ident, running)


def test_broken_vcon_rings(bench, phone, ai):
    running, ident = running_call(phone, ai)
    call = ai.call()
    call.invite(parts=[("application/vcon", b"{\"parties\": 7")])
    call.wait_code(180)
    second = phone.wait_offered(2)
    phone.wait_alert(second)
    assert source_errors(phone.show(second))
    call.cancel()
    call.wait_code(487)
    still_fine(phone, ai, ident, running)


def test_strange_types_ring(bench, phone, ai):
    """Right JSON, wrong types in each field: shown as far as it goes."""
    call = ai.call()
    call.invite(parts=[("application/json", dump({
        "caller": 7, "intent": ["a"], "confidence": "high",
        "sentiment": "angry", "transcript": {"a": 1},
        "facts": [1, None, "x"], "actions": "none", "suggestions": [3],
        "escalation": [], "links": [{"url": 4}], "summary": "Still here",
        "priority": {"x": 1}}))])
    call.wait_code(180)
    ident = phone.wait_offered()
    shown = wait_for("context read", lambda: (
        lambda s: s if s.get("context") else None)(phone.show(ident)))
    assert shown["context"]["summary"] == "Still here"


def test_one_broken_part_beside_a_good_one(bench, phone, ai):
    call = ai.call()
    call.invite(parts=[("application/vcon", b"{"), NORMAL_PART])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_alert(ident)
    phone.wait_event("context", lambda e: e["id"] == ident)
    shown = phone.show(ident)
    assert len(source_errors(shown)) == 1
    assert shown["context"]["intent"] == NORMAL["intent"]


def test_too_long_uui_rings(bench, phone, ai):
    call = ai.call()
    call.invite(headers=["User-to-User: %s;encoding=hex"
                         % dump({"summary": "x" * 5000}).hex()])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_alert(ident)
    assert source_errors(phone.show(ident))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_over_context_max(bench, transport):
    phone = bench.phone(("baton_context_max", "2000"))
    ai = bench.peer(phone, transport=transport)
    running, ident = running_call(phone, ai)
    big = dump({"summary": "x" * 5000})
    call = ai.call()
    call.invite(parts=[("application/json", big)])
    call.wait_code(180)
    second = phone.wait_offered(2)
    phone.wait_alert(second)
    shown = phone.show(second)
    assert source_errors(shown)
    assert "xxxxx" not in json.dumps(shown)
    phone.order("baton_accept", "#%d" % second)
    call.wait_code(200)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    still_fine(phone, ai, ident, running)


def test_gzip_bomb(bench, phone, ai):
    import zlib
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(b"{\"summary\":\"" + b"y" * 20000000 + b"\"}") \
        + packer.flush()
    assert len(packed) < 40000
    call = ai.call()
    call.invite(parts=[("application/vcon+gzip", packed)])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_alert(ident)
    assert source_errors(phone.show(ident))


def test_no_offer_in_multipart(bench, phone, ai):
    """Without an offer RFC 3261 lets the phone offer in its 200; an answer
    415 or 488 would be right as well. Nothing else is."""
    running, ident = running_call(phone, ai)
    body, ctype = multipart([NORMAL_PART])
    call = ai.call()
    call.want_answer = True
    call.invite(body=body, ctype=ctype)
    got = call.wait_code(180, 400, 415, 488)
    if got.code == 180:
        second = phone.wait_offered(2)
        phone.wait_alert(second)
        wait_for("its context", lambda: phone.show(second)["context"])
        assert phone.show(second)["context"]["intent"] == NORMAL["intent"]
        phone.order("baton_accept", "#%d" % second)
        assert b"m=audio" in call.wait_code(200).body
        phone.wait_state(second, "consulting")
        cseq = call.bye()
        call.wait_code(200, method="BYE", cseq=cseq)
    else:
        phone.wait_event("alert")
    still_fine(phone, ai, ident, running)


@pytest.mark.parametrize("ctype", [
    "multipart/mixed", "multipart/mixed;boundary=",
    "multipart/mixed;boundary=" + "b" * 200,
    "multipart/mixed;boundary=other"], ids=["none", "empty", "long", "other"])
def test_no_right_boundary(bench, phone, ai, ctype):
    """Nothing can be read from it: refused, or rung without an offer."""
    running, ident = running_call(phone, ai)
    body, _ = multipart([("application/sdp", sdp(ai.ip, 40000)),
                         NORMAL_PART])
    call = ai.call()
    call.invite(body=body, ctype=ctype)
    got = call.wait_code(180, 400, 415, 488)
    phone.wait_event("alert")
    if got.code == 180:
        call.cancel()
        call.wait_code(487)
    still_fine(phone, ai, ident, running)


def test_cut_multipart_rings(bench, phone, ai):
    """The closing boundary is missing, and half of the context."""
    running, ident = running_call(phone, ai)
    body, ctype = multipart([("application/sdp", sdp(
        ai.ip, ai.rtp.getsockname()[1])), NORMAL_PART])
    call = ai.call()
    call.invite(body=body[:-len(NORMAL_PART[1]) // 2], ctype=ctype)
    call.wait_code(180)
    second = phone.wait_offered(2)
    phone.wait_alert(second)
    assert source_errors(phone.show(second))
    phone.order("baton_accept", "#%d" % second)
    call.wait_code(200)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    still_fine(phone, ai, ident, running)


def test_truncated_datagram(bench, phone, ai):
    """Content-Length says more than came: RFC 3261 section 18.3 wants 400;
    a host that rings instead must show what is missing."""
    running, ident = running_call(phone, ai)
    call = ai.call()
    raw = call.invite_bytes(parts=[NORMAL_PART])
    ai.send(raw[:-300])
    got = call.wait_code(180, 400)
    if got.code == 180:
        second = phone.wait_offered(2)
        phone.wait_alert(second)
        assert source_errors(phone.show(second))
        call.cancel()
        call.wait_code(487)
    still_fine(phone, ai, ident, running)


def test_every_truncation_of_an_invite(bench, phone, ai):
    """Cut anywhere: whatever the answer, the phone lives."""
    running, ident = running_call(phone, ai)
    cuts = []
    for cut in range(1, 60):
        call = ai.call(user="cut%d" % cut)
        raw = call.invite_bytes(parts=[NORMAL_PART])
        ai.send(raw[:len(raw) * cut // 60])
        cuts.append(call)
        # Answered after the one before it: nothing is timed here
        fence = ai.call(user="fence")
        fence.in_dialog("OPTIONS")
        fence.wait_final("OPTIONS")

    def all_over():
        for call in cuts:
            if call.responses and not call.finals() and not call.cancelled:
                call.cancelled = True
                call.cancel()
        return all(e["state"] in ("closed", "wrapup") or e["id"] == ident
                   for e in phone.handoffs()) and all(
            call.finals() for call in cuts if call.responses)
    wait_for("the phone has closed them all", all_over)
    assert any(call.responses for call in cuts)
    still_fine(phone, ai, ident, running)


def test_ten_megabytes_over_tcp(bench, phone):
    """The host takes no message of that size. What counts: the running call
    stays, and the next one works."""
    ai = bench.peer(phone)
    running, ident = running_call(phone, ai)
    tcp = bench.peer(phone, transport="tcp")
    big = ("application/json", b"{\"summary\":\"" + b"z" * 10000000 + b"\"}")
    call = tcp.call(user="big")
    try:
        call.invite(parts=[big])
    except OSError:
        pass
    wait_for("an answer or the end of the connection", lambda:
             tcp.closed.is_set() or call.responses)
    still_fine(phone, ai, ident, running)
    again = bench.peer(phone, transport="tcp")
    after = again.call(user="tcp-after")
    after.invite(parts=[NORMAL_PART])
    after.wait_code(180)


@pytest.mark.parametrize("first_parts", [True, False])
def test_two_messages_in_one_segment(bench, phone, first_parts):
    """A multipart INVITE must not eat what follows it in the stream."""
    ai = bench.peer(phone, transport="tcp")
    one = ai.call(user="one")
    two = ai.call(user="two")
    raw = one.invite_bytes(parts=[NORMAL_PART] if first_parts else None)
    ai.send(raw + two.invite_bytes(parts=[NORMAL_PART]))
    one.wait_code(180)
    two.wait_code(180)
    phone.wait_offered(2 if first_parts else 1)
    assert len(phone.handoffs()) == (2 if first_parts else 1)


def test_three_calls_byte_by_byte(bench, phone):
    """A stream in small pieces that end inside headers and bodies."""
    ai = bench.peer(phone, transport="tcp")
    calls = [ai.call(user="c%d" % n) for n in range(3)]
    stream = b"".join(c.invite_bytes(parts=[NORMAL_PART]) for c in calls)
    for at in range(0, len(stream), 97):
        ai.send(stream[at:at + 97])
    for call in calls:
        call.wait_code(180)
    phone.wait_offered(3)


def test_garbage_on_the_port(bench, phone, ai):
    running, ident = running_call(phone, ai)
    for raw in (b"\x00" * 100, b"INVITE", b"INVITE sip:agent SIP/2.0\r\n\r\n",
                b"SIP/2.0 200 OK\r\n\r\n", bytes(range(256)),
                b"\r\n\r\n", b"INVITE sip:agent@127.0.0.1 SIP/2.0\r\n"
                b"Content-Type: multipart/mixed;boundary=x\r\n"
                b"Content-Length: 0\r\n\r\n"):
        ai.send(raw)
    still_fine(phone, ai, ident, running)
