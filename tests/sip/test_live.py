"""Context that comes later: MESSAGE, INFO and REFER, and from whom."""

import gzip
import random
import time

import pytest

from data import NORMAL, VCON, VCON_PART, dump, source_errors
from harness import never, wait_for
from peer import multipart, unique
from test_calls import ring, talk
from test_replaces import take

JSON = "application/json"


def turn(number, who="caller"):
    return {"at": "2026-11-22T10:%02d:%02dZ" % (number // 60, number % 60),
            "who": who, "text": "Turn %d" % number}


def turns(*numbers, **more):
    return dump(dict(more, transcript=[turn(n) for n in numbers]))


def answer(call, cseq, method="MESSAGE"):
    """The final answer to a request in the dialog."""
    return call._wait("answer to %s %d" % (method, cseq), lambda: next(
        (m for m in call.responses if m.code >= 200 and
         m.cseq_method() == method and
         int(m.get("cseq").split(" ")[0]) == cseq), None), 20)


def update(call, body, ctype=JSON, method="MESSAGE", headers=()):
    """One request in the dialog, and its answer."""
    return answer(call, call.in_dialog(method, headers, body, ctype), method)


def outside(peer, body, ctype=JSON, headers=(), method="MESSAGE", **options):
    """One request in no dialog, and its answer."""
    call = peer.call(**options)
    peer.send(call.request(method, headers, body, ctype))
    return answer(call, 1, method)


def heard(show):
    return [t["text"] for t in show["context"].get("transcript", [])]


def events(phone, ident):
    return [e for e in phone.baton_events("context") if e["id"] == ident]


def alerts(phone, code):
    return [e for e in phone.baton_events("alert") if e["code"] == code]


def chats(phone):
    """What the host tells of as somebody's message."""
    return [e["body"] for e in phone.events() if e.get("message")]


def settled(phone, ident, sources=1):
    """What came with the INVITE was read."""
    wait_for("the context", lambda: len(events(phone, ident)) >= sources)
    return phone.show(ident)


# -- where it is matched -----------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("method", ["MESSAGE", "INFO"])
def test_in_dialog(bench, phone, transport, method):
    """While it rings, while they consult, and after the caller came."""
    ai = bench.peer(phone, transport=transport)
    call, ident = ring(phone, ai)
    before = settled(phone, ident)
    assert update(call, dump({"summary": "While it rings"}),
                  method=method).code == 200
    shown = phone.show(ident)
    assert shown["context"]["summary"] == "While it rings"
    assert shown["context"]["intent"] == NORMAL["intent"]
    assert heard(shown) == [t["text"] for t in NORMAL["transcript"]]
    assert shown["rev"] == before["rev"] + 1
    last = events(phone, ident)[-1]
    assert (last["source"], last["rev"]) == ("message", shown["rev"])

    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    assert update(call, turns(1), method=method).code == 200
    assert heard(phone.show(ident))[-1] == "Turn 1"

    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    # The caller's own leg: it covers nothing that the AI said
    assert update(caller, turns(2), method=method).code == 200
    assert heard(phone.show(ident))[-1] == "Turn 1"
    # And the AI's dialog is over
    assert update(call, turns(3), method=method).code == 481
    headers = ["In-Reply-To: " + call.call_id]
    assert outside(ai, turns(4), headers=headers, user="ai").code == 200
    assert heard(phone.show(ident))[-2:] == ["Turn 1", "Turn 4"]
    assert not alerts(phone, "update-refused")


@pytest.mark.parametrize("connected", [False, True],
                         ids=["consulting", "connected"])
def test_by_in_reply_to(bench, phone, ai, connected):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    if connected:
        take(bench, phone, bench.peer(phone), call.replaces()).wait_code(200)
        call.wait_request("BYE")
        phone.wait_state(ident, "connected")
    headers = ["In-Reply-To: none@example.com, %s" % call.call_id]
    assert outside(ai, turns(1), headers=headers).code == 200
    assert heard(phone.show(ident))[-1] == "Turn 1"
    got = outside(ai, b"They want the refund today.", "text/plain", headers)
    assert got.code == 200
    shown = phone.show(ident)
    assert shown["context"]["summary"] == "They want the refund today."
    assert chats(phone) == []


@pytest.mark.parametrize("how", ["inside", "X-Baton-Handoff",
                                 "X-Handoff-Id", "vcon"])
def test_by_id(bench, phone, ai, how):
    one, first = ring(phone, ai, 1)
    two, second = ring(phone, ai, 2, user="ai-two", parts=[
        VCON_PART if how == "vcon" else
        (JSON, dump(dict(NORMAL, handoff_id="case-9")))])
    settled(phone, first)
    settled(phone, second)
    headers, ctype = [], JSON
    body = turns(1)
    if how == "inside":
        body = turns(1, handoff_id="case-9")
    elif how == "vcon":
        ctype = "application/vcon"
        body = dump(dict(VCON, analysis=[dict(VCON["analysis"][0],
                                              body="Solved")]))
    else:
        headers = [how + ": case-9"]
    assert outside(ai, body, ctype, headers, user="ai-two").code == 200
    shown = phone.show(second)["context"]
    if how == "vcon":
        assert shown["summary"] == "Solved"
    else:
        assert shown["transcript"][-1]["text"] == "Turn 1"
    assert events(phone, first)[-1]["rev"] == 1
    assert phone.show(first)["context"] == dict(
        phone.show(first)["context"], transcript=NORMAL["transcript"])


# -- what becomes of it ------------------------------------------------------
def test_turns_come_one_by_one(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    count = len(NORMAL["transcript"])
    for number in range(20):
        call.in_dialog("MESSAGE", (), turns(number), JSON)
        # The same bytes again, as UDP does when an answer is late
        raw = call.request("MESSAGE", (), turns(number), JSON,
                           uri=call.contact or None)
        call.peer.send(raw)
    for cseq in range(2, 22):
        assert answer(call, cseq).code == 200
    assert {m.code for m in call.responses
            if m.cseq_method() == "MESSAGE"} == {200}
    shown = phone.show(ident)
    assert heard(shown)[count:] == ["Turn %d" % n for n in range(20)]
    assert shown["context"]["summary"] == NORMAL["summary"]
    # Said again by an application that is not sure
    assert update(call, turns(18, 19, 20)).code == 200
    assert heard(phone.show(ident))[count:] == [
        "Turn %d" % n for n in range(21)]
    sources = [s for s in phone.show(ident)["sources"]
               if s["carrier"] == "message"]
    assert len(sources) == 1
    assert "transcript" in sources[0]["fields"]


def test_whole_document_replaces(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    assert update(call, turns(1)).code == 200
    got = update(call, *reversed(VCON_PART))
    assert got.code == 200
    shown = phone.show(ident)
    assert heard(shown) == [d["body"] for d in VCON["dialog"]]
    assert shown["context"]["summary"] == VCON["analysis"][0]["body"]
    assert shown["context"]["reason"] == NORMAL["reason"]
    body = dump({"summary": "New", "transcript": [turn(7)]})
    assert update(call, body).code == 200
    assert heard(phone.show(ident)) == ["Turn 7"]


def test_multipart_and_gzip(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    body, ctype = multipart([("text/plain", b"Two parts"),
                             (JSON, turns(1)),
                             ("image/png", b"\x89PNG")])
    assert update(call, body, ctype).code == 200
    shown = phone.show(ident)
    assert shown["context"]["summary"] == "Two parts"
    assert heard(shown)[-1] == "Turn 1"
    got = update(call, gzip.compress(dump(VCON)), "application/vcon+gzip",
                 headers=["Content-Encoding: gzip"])
    assert got.code == 200
    assert len(heard(phone.show(ident))) == len(VCON["dialog"])


def test_handover_is_kept(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    assert update(call, dump({"handover": "connected"})).code == 200
    assert phone.show(ident)["context"]["handover"] == "connected"


# -- what is wrong with it ---------------------------------------------------
def test_types(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    got = update(call, b"<p>Hello</p>", "text/html")
    assert got.code == 415
    accept = got.get("accept")
    for ctype in ("application/vcon", JSON, "text/plain", "multipart/mixed"):
        assert ctype in accept
    got = update(call, turns(1), headers=["Content-Encoding: compress"])
    assert got.code == 415
    assert "gzip" in got.get("accept-encoding")
    phone.wait_alert(ident, "context-unread")
    got = outside(ai, b"<p>Hello</p>", "text/html",
                  ["In-Reply-To: " + call.call_id])
    assert got.code == 415
    assert JSON in got.get("accept")
    assert phone.show(ident)["rev"] == 1
    assert update(call, turns(1)).code == 200


@pytest.mark.parametrize("body,ctype", [
    (b"{\"summary\": ", JSON), (b"[]", JSON), (b"{}", "application/vcon"),
    (b"no boundary in it", "multipart/mixed;boundary=b")],
    ids=["json", "list", "vcon", "multipart"])
def test_broken(phone, ai, body, ctype):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    got = update(call, body, ctype)
    assert (got.code, got.reason) == (400, "Bad Context")
    phone.wait_alert(ident, "context-unread")
    shown = phone.show(ident)
    assert len(source_errors(shown)) == 1
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert outside(ai, body, ctype).code == 400
    phone.wait_alert(0, "context-unread")
    assert update(call, turns(1)).code == 200


def test_bomb(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    packed = gzip.compress(b" " * 1000000 + dump({"summary": "Boom"}), 9)
    assert update(call, packed).code == 413
    phone.wait_alert(ident, "context-unread")
    assert phone.show(ident)["rev"] == 1


@pytest.mark.parametrize("ctype", [JSON, "application/vcon", "text/plain",
                                   "multipart/mixed;boundary=b"])
def test_empty(phone, ai, ctype):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    got = update(call, b"", ctype)
    assert (got.code, got.reason) == (400, "Bad Context")
    assert outside(ai, b"", ctype, [
        "In-Reply-To: " + call.call_id]).code == 400
    assert phone.show(ident)["rev"] == 1


def test_one_broken_part(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    body, ctype = multipart([(JSON, b"{"), ("text/plain", b"Good part")])
    assert update(call, body, ctype).code == 200
    phone.wait_alert(ident, "context-unread")
    assert phone.show(ident)["context"]["summary"] == "Good part"


def test_too_large(bench):
    phone = bench.phone(("baton_context_max", "4096"))
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    settled(phone, ident)
    long = dump({"summary": "x" * 5000})
    assert update(call, long).code == 413
    phone.wait_alert(ident, "context-unread")
    packed = gzip.compress(dump({"summary": "x" * 50000}))
    assert len(packed) < 4096
    assert update(call, packed).code == 413
    assert outside(ai, packed, headers=[
        "In-Reply-To: " + call.call_id]).code == 413
    # The end of it did not come
    raw = call.request("MESSAGE", (), turns(1), JSON, cseq=77,
                       branch="z9hG4bK" + unique("cut"), length=3000)
    ai.send(raw)
    ai.send(raw)
    assert answer(call, 77).code == 413
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]
    assert not phone.show(ident)["loading"]


def test_unknown_and_closed(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    assert outside(ai, turns(1)).code == 481
    assert outside(ai, turns(1, handoff_id="case-0")).code == 481
    assert outside(ai, turns(1), headers=[
        "In-Reply-To: nobody@example.com"]).code == 481
    assert outside(ai, b"Hello", "text/plain", [
        "X-Baton-Handoff: case-0"]).code == 481
    phone.wait_alert(0, "update-lost")
    spoilt = ai.call(call_id=call.call_id, from_tag=call.from_tag)
    spoilt.to_tag = "0123456789abcdef"
    ai.calls[call.call_id] = call
    spoilt.cseq = 40
    ai.send(spoilt.request("MESSAGE", (), turns(1), JSON, cseq=40,
                           branch="z9hG4bK" + unique("sp")))
    assert answer(call, 40).code == 481
    assert phone.show(ident)["rev"] == 1
    cseq = call.bye()
    answer(call, cseq, "BYE")
    phone.wait_state(ident, ("wrapup", "closed"))
    if phone.state(ident)[0] != "closed":
        return
    assert update(call, turns(1)).code == 481
    assert outside(ai, turns(1, handoff_id="case-4711")).code == 481
    for body, ctype in ((turns(1), JSON), (b"Hello", "text/plain")):
        assert outside(ai, body, ctype, [
            "In-Reply-To: " + call.call_id]).code == 481
    assert phone.show(ident)["rev"] == 1


# -- from whom ---------------------------------------------------------------
def forged(stranger, call):
    """The same dialog, from another address."""
    other = stranger.call(user="mallory", call_id=call.call_id,
                          from_tag=call.from_tag)
    other.to_tag = call.to_tag
    other.cseq = 50
    return other


def test_stranger(bench, phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    stranger = bench.peer(phone, ip="127.0.0.2")
    for method in ("MESSAGE", "INFO"):
        assert update(forged(stranger, call), turns(1),
                      method=method).code == 403
        wait_for("an alert", lambda: alerts(phone, "update-refused"))
    assert update(forged(stranger, call), b"Hang up!", "text/plain") \
        .code == 403
    # What is here and what is not: he cannot tell
    for headers in (["In-Reply-To: " + call.call_id],
                    ["In-Reply-To: nobody@example.com"],
                    ["X-Baton-Handoff: case-4711"],
                    ["X-Baton-Handoff: case-0"], []):
        for body in (turns(1), turns(1, handoff_id="case-4711"), b"{"):
            got = outside(stranger, body, headers=headers)
            assert (got.code, got.reason) == (403, "Forbidden")
        assert outside(stranger, b"Hi", "text/plain", headers).code == 200
        assert outside(stranger, b"Hi", "text/html", headers).code == 415
    assert phone.show(ident)["rev"] == 1
    assert phone.show(ident)["context"]["transcript"] == \
        NORMAL["transcript"]
    # He is told of once, and covers nothing that the person has to see
    event, = alerts(phone, "update-refused")
    assert event["id"] == ident and "127.0.0.2" in event["message"]
    assert "alert" not in phone.show(ident)


def test_stranger_covers_no_alert(bench, phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    assert update(call, b"{").code == 400
    phone.wait_alert(ident, "context-unread")
    shown = phone.show(ident)["alert"]
    stranger = bench.peer(phone, ip="127.0.0.2")
    for _ in range(20):
        assert outside(stranger, turns(1), headers=[
            "X-Handoff-Id: case-4711"]).code == 403
    wait_for("an alert", lambda: alerts(phone, "update-refused"))
    never("one more", lambda: len(alerts(phone, "update-refused")) > 1, 0.3)
    assert phone.show(ident)["alert"] == shown


def test_caller_by_the_same_pbx(bench, phone, ai):
    """Its address does not make him who handed over."""
    call, ident = talk(phone, ai)
    settled(phone, ident)
    rosa = take(bench, phone, ai, call.replaces(), [
        "X-Transfer-Summary: She gets all she wants",
        "X-Account-Level: gold"])
    rosa.wait_code(200)
    phone.wait_state(ident, "connected")
    # What nobody said is shown, and nothing is covered
    wait_for("the caller's headers", lambda: any(
        s.get("type") == "X-Account-Level" or "INVITE" in s.get("type", "")
        or s["carrier"] == "header" for s in phone.show(ident)["sources"]))
    shown = phone.show(ident)["context"]
    assert shown["summary"] == NORMAL["summary"]
    assert update(rosa, b"Hi, are you there?", "text/plain").code == 200
    wait_for("the caller's chat", lambda: chats(phone))
    assert update(rosa, dump({
        "caller": {"verified": False, "name": "The Boss",
                   "sip": "sip:rosa@example.com"},
        "summary": "Mine", "suggestions": ["Pay her"],
        "transcript": [turn(1)]})).code == 200
    got = phone.show(ident)["context"]
    assert got["caller"] == dict(NORMAL["caller"],
                                 sip="sip:rosa@example.com")
    for field in ("summary", "suggestions", "transcript"):
        assert got[field] == NORMAL[field]
    assert not alerts(phone, "update-refused")
    # The AI goes on
    headers = ["In-Reply-To: " + rosa.call_id]
    assert outside(ai, dump({"summary": "Paid"}), headers=headers,
                   user="ai").code == 200
    assert phone.show(ident)["context"]["summary"] == "Paid"


def test_same_id_twice(bench, phone, ai):
    """An update goes to whose it is, or nowhere."""
    _, first = ring(phone, ai)
    _, second = ring(phone, ai, 2, user="mallory", parts=[
        (JSON, dump({"handoff_id": "case-4711"}))])
    settled(phone, first)
    settled(phone, second)
    for body, headers in (
            (dump({"handoff_id": "case-4711", "summary": "One"}), []),
            (dump({"summary": "Two"}), ["X-Handoff-Id: case-4711"])):
        assert outside(ai, body, headers=headers, user="ai").code == 200
        assert outside(ai, body, headers=headers, user="else").code == 481
        phone.wait_alert(0, "update-lost")
    assert phone.show(first)["context"]["summary"] == "Two"
    assert "summary" not in phone.show(second)["context"]


def test_other_hand_offs_are_not_his(bench, phone, ai):
    """Two who hand over, neither writes in the other's."""
    one, first = ring(phone, ai)
    second_ai = bench.peer(phone, ip="127.0.0.2")
    two, second = ring(phone, second_ai, 2, user="ai-two", parts=[
        (JSON, dump(dict(NORMAL, handoff_id="case-9")))])
    settled(phone, first)
    settled(phone, second)
    assert outside(second_ai, turns(1, handoff_id="case-4711")).code == 481
    phone.wait_alert(first, "update-refused")
    assert outside(second_ai, turns(1), headers=[
        "In-Reply-To: " + one.call_id]).code == 481
    assert outside(second_ai, turns(1, handoff_id="case-9")).code == 200
    assert phone.show(first)["rev"] == 1
    assert phone.show(second)["rev"] == 2


def test_allow_from(bench):
    """Whoever the lines cover, from wherever; nobody else."""
    phone = bench.phone(("baton_allow_from", "sip:ai@127.0.0.*"))
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    settled(phone, ident)
    other = bench.peer(phone, ip="127.0.0.2")
    headers = ["In-Reply-To: " + call.call_id]
    assert outside(other, turns(1), headers=headers, user="ai").code == 200
    assert outside(ai, turns(2), headers=headers,
                   user="mallory").code == 403
    phone.wait_alert(ident, "update-refused")
    assert heard(phone.show(ident))[-1] == "Turn 1"


def test_caller_does_not_write_it(bench, phone, ai):
    """Nor is what he chats taken for a summary."""
    call, ident = talk(phone, ai)
    settled(phone, ident)
    rosa = bench.peer(phone, ip="127.0.0.2")
    caller = take(bench, phone, rosa, call.replaces(),
                  ["Referred-By: <sip:ai@127.0.0.1>"])
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    assert update(caller, b"My number is 12", "text/plain").code == 200
    wait_for("the caller's chat", lambda: chats(phone))
    assert not alerts(phone, "update-refused")
    assert update(caller, dump({"summary": "Refund granted"})).code == 403
    phone.wait_alert(ident, "update-refused")
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]


# -- what is the host's ------------------------------------------------------
def test_chat_is_the_hosts(phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    for headers in ([], ["In-Reply-To: other@example.com"]):
        assert outside(ai, b"Lunch?", "text/plain", headers).code == 200
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]
    assert phone.show(ident)["rev"] == 1
    wait_for("the chat of the host", lambda:
             chats(phone) == ["Lunch?", "Lunch?"])
    # What is ours does not show there
    assert update(call, b"A new summary", "text/plain").code == 200
    assert phone.show(ident)["context"]["summary"] == "A new summary"
    never("it is shown as a chat", lambda:
          "A new summary" in chats(phone), 0.3)


@pytest.mark.parametrize("headers", [
    [], ["Info-Package: dtmf"]], ids=["legacy", "package"])
def test_info_is_the_hosts(phone, ai, headers):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    got = update(call, b"Signal=5\r\nDuration=160\r\n",
                 "application/dtmf-relay", "INFO", headers)
    assert got.code == 200
    wait_for("the digit", lambda: [
        e for e in phone.events() if e.get("type") == "CALL_DTMF_START"
        and e.get("param") == "5"])
    if headers:
        got = update(call, turns(1), JSON, "INFO", headers)
        assert got.code != 481
    assert phone.show(ident)["rev"] == 1


def test_ordinary_calls_are_the_hosts(bench, phone, ai):
    """Beside a hand-off, one call that is none."""
    call, ident = ring(phone, ai)
    settled(phone, ident)
    plain = ai.call(user="grandma").invite()
    plain.wait_code(180)
    # Which of the two depends on the host
    assert update(plain, turns(1)).code in (200, 415)
    assert update(plain, b"Hello dear", "text/plain").code == 200
    assert update(plain, turns(1), method="INFO").code not in (403, 481)
    assert phone.show(ident)["rev"] == 1


# -- once and for all --------------------------------------------------------
@pytest.mark.parametrize("body,code", [
    (turns(1), 200), (b"{", 400)], ids=["good", "bad"])
def test_retransmission(bench, phone, ai, body, code):
    """The same answer, with the same tag, and it is read once."""
    call, ident = talk(phone, ai)
    settled(phone, ident)
    later = ai.call()
    raw = later.request("MESSAGE", ["In-Reply-To: " + call.call_id], body,
                        JSON)
    for _ in range(3):
        ai.send(raw)
    first = answer(later, 1)
    ai.send(raw)
    wait_for("more answers", lambda: len(later.responses) >= 2)
    assert {m.code for m in later.responses} == {code}
    assert {m.tag("to") for m in later.responses} == {first.tag("to")}
    assert first.tag("to")
    shown = phone.show(ident)
    assert shown["rev"] == (2 if code == 200 else 1)
    never("it is read twice", lambda: phone.show(ident)["rev"] > 2 or
          len(alerts(phone, "context-unread")) > 1, 0.3)


def test_many_at_once(bench, phone):
    """Each gets an answer; what is too much may come again."""
    ai = bench.peer(phone, transport="tcp")
    call, ident = talk(phone, ai)
    settled(phone, ident)
    wanted = []
    for number in range(300):
        wanted.append(call.in_dialog("MESSAGE", (), turns(number), JSON))
    codes = [answer(call, cseq) for cseq in wanted]
    assert {m.code for m in codes} <= {200, 503}
    good = [n for n, m in enumerate(codes) if m.code == 200]
    for msg in codes:
        if msg.code == 503:
            assert int(msg.get("retry-after")) > 0
    assert len(good) >= 64
    count = len(NORMAL["transcript"])
    assert heard(phone.show(ident))[count:] == ["Turn %d" % n for n in good]


def long_vcon(size=1 << 20):
    """One of about that size which packs well enough for the host."""
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"]
    rand = random.Random(7)
    vcon = dict(VCON, dialog=[])
    line = dict(VCON["dialog"][0])
    while len(vcon["dialog"]) * 300 < size:
        vcon["dialog"].append(dict(line, body=" ".join(
            [rand.choice(words)] * 36)))
    return dump(vcon)


def test_end_while_one_is_read(bench):
    phone = bench.phone(("baton_context_max", "4194304"))
    ai = bench.peer(phone, transport="tcp")
    call, ident = talk(phone, ai)
    settled(phone, ident)
    raw = long_vcon()
    packed = gzip.compress(raw, 9)
    assert len(raw) > 1 << 20 and len(packed) < 60000
    for _ in range(5):
        call.in_dialog("MESSAGE", (), packed, "application/vcon+gzip")
    # The end of the test ends it, and looks whether it ended well
    assert phone.stop() == []
    bench.phones.remove(phone)


def test_long_one_is_taken(bench):
    phone = bench.phone(("baton_context_max", "4194304"))
    ai = bench.peer(phone, transport="tcp")
    call, ident = talk(phone, ai)
    settled(phone, ident)
    raw = long_vcon()
    assert update(call, gzip.compress(raw, 9),
                  "application/vcon+gzip").code == 200
    assert len(heard(phone.show(ident))) > 1000
    start = time.monotonic()
    assert update(call, turns(1)).code == 200
    assert time.monotonic() - start < 20
    assert heard(phone.show(ident))[-1] == "Turn 1"


# -- REFER -------------------------------------------------------------------
def refer_to(peer):
    return ["Refer-To: <sip:rosa@%s:%d?X-Baton-Topic=refund%%20now&"
            "User-to-User=%s%%3Bencoding%%3Dhex>" % (
                peer.ip, peer.port, b"{\"intent\":\"referred\"}".hex())]


def refer(call, peer):
    return call.in_dialog("REFER", refer_to(peer))


def refer_bytes(call, peer):
    """The last one again, byte by byte."""
    return call.request("REFER", refer_to(peer), uri=call.contact or None)


def test_headers_in_refer_to(bench, phone, ai):
    """What is in it counts; where it goes is the host's affair."""
    call, ident = talk(phone, ai)
    settled(phone, ident)
    cseq = refer(call, ai)
    assert answer(call, cseq, "REFER").code in (202, 403, 603)
    wait_for("the context", lambda:
             phone.show(ident)["context"]["intent"] == "referred")
    sources = [s for s in phone.show(ident)["sources"]
               if s["carrier"] == "refer"]
    assert len(sources) == 2
    rev = phone.show(ident)["rev"]
    # The same once more, then one that says nothing
    ai.send(refer_bytes(call, ai))
    call.in_dialog("REFER", ["Refer-To: <sip:rosa@%s:%d>" % (
        ai.ip, ai.port)])
    never("it is read again", lambda: phone.show(ident)["rev"] != rev, 0.3)
    assert not alerts(phone, "update-refused")


def test_headers_in_a_strangers_refer_to(bench, phone, ai):
    call, ident = talk(phone, ai)
    settled(phone, ident)
    stranger = bench.peer(phone, ip="127.0.0.2")
    refer(forged(stranger, call), stranger)
    phone.wait_alert(ident, "update-refused")
    assert phone.show(ident)["rev"] == 1
    assert phone.show(ident)["context"]["intent"] == NORMAL["intent"]
