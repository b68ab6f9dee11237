"""Shape fresh: the AI's leg ends, and the caller comes by another INVITE.

What ties the two together is one of five things, and the right to hand over.
"""

import copy
import json
import os
import shutil
import time

import pytest

import harness
from conftest import Bench
from data import NORMAL, NORMAL_PART, dump
from harness import never, wait_for
from test_calls import ring, talk
from test_found import incoming
from test_replaces import FOREIGN, REFERRED, take

HEX = b"case-4711".hex()
UUID = "0a" * 16
NIL = "0" * 32

# How long a hand-off whose AI has left waits for the caller
WAITS = 30

# What the caller's INVITE has: headers, or who it is from
SIGNS = {
    "uui-hex": {"headers": ["User-to-User: %s;encoding=hex" % HEX]},
    "uui-pd": {"headers": ["User-to-User: 00%s;encoding=hex" % HEX]},
    "uui-text": {"headers": ["User-to-User: case-4711"]},
    "x-uui": {"headers": ["X-User-to-User: case-4711"]},
    "header": {"headers": ["X-Baton-Handoff: case-4711"]},
    "referred-by": {"headers": [REFERRED]},
    "referred-by-short": {"headers": ["b: <sip:ai@127.0.0.1>"]},
    "session-id": {"headers": ["Session-ID: %s;remote=%s" % (UUID, NIL)]},
    "session-id-alone": {"headers": ["Session-ID: " + UUID]},
    "tel": {"user": "+4940123456"},
    "tel-dashes": {"user": "+49-40-123456"},
    "tel-dots": {"user": "+49.40.12(34)56"},
    "pai": {"headers": ["P-Asserted-Identity: <tel:+4940123456>"]},
}

# Where it is not the sign that matters
THIS = SIGNS["uui-hex"]


def hung_up(call):
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)


def left(phone, peer, count=1, **invite):
    """A consultation that was accepted and that the AI has ended."""
    invite.setdefault("headers", ["Session-ID: %s;remote=%s" % (UUID, NIL)])
    call, ident = talk(phone, peer, count, **invite)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    hung_up(call)
    phone.wait_end(ident, "ai-left")
    return call, ident


def fresh(peer, user="line-3", name="", **invite):
    call = peer.call(user=user, name=name)
    return call.invite(**invite)


def rang(phone, ident):
    return len([e for e in phone.baton_events("handoff")
                if e["state"] == "offered" and e["id"] == ident])


def is_back(phone, caller, ident, others=0):
    """Answered at once, in the same hand-off."""
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    still = [h["id"] for h in phone.handoffs() if h["state"] != "closed"]
    assert ident in still and len(still) == 1 + others
    assert phone.show(ident)["outcome"] == ""


def not_taken(phone, caller, ident, seconds=1.0):
    """Nobody's call is answered without the person."""
    assert any(m.code in (180, 183) or m.code >= 300 for m in wait_for(
        "an answer", lambda: [m for m in caller.responses if m.code > 100]))
    never("it is answered, or taken for the caller", lambda:
          [m for m in caller.finals() if m.code == 200] or
          phone.state(ident)[0] == "connected", seconds)


@pytest.fixture(scope="module", autouse=True)
def old():
    """What takes half a minute begins here and is looked at last."""
    folder = os.path.join(harness.LOGS, "sip", "test_fresh.half-a-minute")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    made = Bench(folder)
    try:
        made.one = made.phone()
        made.ai = made.peer(made.one)
        made.call, made.ident = left(made.one, made.ai)
        made.ended = time.monotonic()
    except BaseException:
        made.finish()
        raise
    yield made
    wrong = made.finish()
    assert not wrong, "; ".join(wrong)
    shutil.rmtree(folder, ignore_errors=True)


# -- what ties them ----------------------------------------------------------
@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_belongs(bench, phone, ai, sign):
    call, ident = left(phone, ai)
    phone.order("baton_note", "#%d wants it in writing" % ident)
    caller = fresh(ai, **SIGNS[sign])
    is_back(phone, caller, ident)
    shown = phone.show(ident)
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert [n["text"] for n in shown["notes"]] == ["wants it in writing"]
    assert shown["line"]["uri"].startswith(
        "sip:" + SIGNS[sign].get("user", "line-3")) or sign == "pai"
    hung_up(caller)
    phone.wait_end(ident, ("completed", "caller-left"))


def test_does_not_ring_again(bench, phone, ai):
    """Nor does an event say so: scripts that ring go by `offered`."""
    call, ident = left(phone, ai)
    is_back(phone, fresh(ai, **THIS), ident)
    assert rang(phone, ident) == 1


@pytest.mark.parametrize("tel,user", [
    ("+49 (40) 123 456", "+4940123456"),
    ("tel:+49-40-123-456", "+4940123456"),
    ("0049 40 123456", "004940123456"),
])
def test_number_as_people_write_it(bench, phone, ai, tel, user):
    context = copy.deepcopy(NORMAL)
    context["caller"]["tel"] = tel
    call, ident = left(phone, ai, parts=[("application/json",
                                          dump(context))])
    is_back(phone, fresh(ai, user=user), ident)


def test_caller_by_sip(bench, phone, ai):
    context = copy.deepcopy(NORMAL)
    context["caller"] = {"name": "Rosa", "sip": "sip:rosa@127.0.0.1"}
    call, ident = left(phone, ai, parts=[("application/json",
                                          dump(context))])
    is_back(phone, fresh(ai, user="rosa"), ident)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_by_the_way_of_another_transport(bench, phone, transport):
    call, ident = left(phone, bench.peer(phone, transport=transport))
    other = bench.peer(phone, transport={"udp": "tcp",
                                         "tcp": "udp"}[transport])
    is_back(phone, fresh(other, **THIS), ident)


def test_with_more_context(bench, phone, ai):
    """Its context is merged; nothing is lost."""
    call, ident = left(phone, ai)
    caller = fresh(ai, parts=[("application/json", dump({
        "handoff_id": "case-4711",
        "facts": [{"name": "Queue", "value": "gold"}]}))], **THIS)
    is_back(phone, caller, ident)
    wait_for("both facts", lambda: {
        f["name"] for f in phone.show(ident)["context"]["facts"]} >=
        {"Invoice", "Queue"})


@pytest.mark.parametrize("invite", [
    {"headers": ["User-to-User: %s;encoding=hex" % b"case-4712".hex()]},
    {"headers": ["X-Baton-Handoff: case-471"]},
    {"headers": ["Referred-By: <sip:aix@127.0.0.1>"]},
    {"headers": ["Session-ID: %s;remote=%s" % ("0b" * 16, NIL)]},
    {"headers": ["Session-ID: %s;remote=%s" % (NIL, NIL)]},
    {"user": "+494012345"},
    {"user": "123456"},
    {"user": "anonymous"},
    {"user": "rosa", "name": "Rosa Lind"},
    {},
], ids=["uui", "header", "referred-by", "session-id", "nil-session-id",
        "shorter", "end-of-number", "anonymous", "only-the-name", "nothing"])
def test_does_not_belong(bench, phone, ai, invite):
    """Somebody else, who rings as everybody does."""
    call, ident = left(phone, ai)
    caller = fresh(ai, **invite)
    not_taken(phone, caller, ident, 0.6)
    assert phone.state(ident)[1] == "ai-left"


# -- before the person had answered ------------------------------------------
@pytest.mark.parametrize("sign", ["uui-hex", "referred-by", "tel"])
def test_cancelled_and_the_caller_comes(bench, phone, ai, sign):
    call, ident = ring(phone, ai)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    call.cancel()
    call.wait_code(487)
    phone.wait_end(ident, "cancelled")
    caller = fresh(ai, **SIGNS[sign])
    caller.wait_code(180)
    phone.wait_state(ident, "offered")
    assert rang(phone, ident) == 2
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]
    never("it is answered", caller.finals, 0.5)
    phone.order("baton_accept", "#%d" % ident)
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    assert len(phone.handoffs()) == 1


def test_ai_tries_again(bench, phone, ai):
    """Who handed over is not the caller: a consultation of its own."""
    call, ident = ring(phone, ai)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    call.cancel()
    call.wait_code(487)
    phone.wait_end(ident, "cancelled")
    again = ai.call().invite(parts=[NORMAL_PART])
    again.wait_code(180)
    wait_for("both", lambda: len(phone.handoffs()) == 2)
    assert phone.state(ident) == ("closed", "cancelled")
    never("it is answered", again.finals, 0.3)
    phone.order("baton_accept")
    again.wait_code(200)
    phone.wait_state(ident + 1, "consulting")


@pytest.mark.parametrize("how", ["declined", "answered-elsewhere"])
def test_what_was_refused_is_not_answered(bench, phone, ai, how):
    """The person said no, or another took it: nothing waits."""
    call, ident = ring(phone, ai)
    if how == "declined":
        phone.order("baton_decline", "busy")
        call.wait_code(486)
    else:
        call.cancel(["Reason: SIP;cause=200;text=\"elsewhere\""])
        call.wait_code(487)
    phone.wait_end(ident, how)
    not_taken(phone, fresh(ai, **THIS), ident)


def test_hung_up_by_the_person(bench, phone, ai):
    """The person ended it: the next call rings."""
    call, ident = talk(phone, ai)
    phone.order("baton_hangup")
    call.wait_request("BYE")
    phone.wait_state(ident, ("wrapup", "closed"))
    not_taken(phone, fresh(ai, **THIS), ident)


def test_only_one_is_the_caller(bench, phone, ai):
    """The second with the same id is not put on top of the first."""
    call, ident = left(phone, ai)
    first = fresh(ai, **THIS)
    is_back(phone, first, ident)
    second = fresh(bench.peer(phone), **THIS)
    never("the first is dropped, or the second answered", lambda:
          first.has_request("BYE") or
          [m for m in second.finals() if m.code == 200] or
          phone.state(ident)[0] != "connected", 0.7)


def test_caller_gone_again(bench, phone, ai):
    """After the talk it is over; the id opens nothing once more."""
    call, ident = left(phone, ai)
    caller = fresh(ai, **THIS)
    is_back(phone, caller, ident)
    hung_up(caller)
    phone.wait_end(ident, ("completed", "caller-left"))
    not_taken(phone, fresh(ai, **THIS), ident)


# -- two at the same time ----------------------------------------------------
def case(number, tel):
    context = copy.deepcopy(NORMAL)
    context["handoff_id"] = "case-%d" % number
    context["caller"]["tel"] = tel
    return [("application/json", dump(context))]


def two(phone, ai):
    """Two hand-offs of the same AI, both accepted, both left."""
    one, first = talk(phone, ai, 1, parts=case(1, "+4940100001"))
    second_call, second = talk(phone, ai, 2, parts=case(2, "+4940100002"))
    for call, ident in ((one, first), (second_call, second)):
        wait_for("the context", lambda: phone.show(ident)["rev"])
        hung_up(call)
        phone.wait_end(ident, "ai-left")
    return first, second


@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("how", ["uui", "header", "tel"])
def test_the_right_one_of_two(bench, phone, ai, which, how):
    idents = two(phone, ai)
    number = which + 1
    invite = {
        "uui": {"headers": ["User-to-User: %s;encoding=hex" %
                            (b"case-%d" % number).hex(), REFERRED]},
        "header": {"headers": ["X-Baton-Handoff: case-%d" % number]},
        "tel": {"user": "+494010000%d" % number, "headers": [REFERRED]},
    }[how]
    caller = fresh(ai, **invite)
    caller.wait_code(200)
    phone.wait_state(idents[which], "connected")
    assert phone.state(idents[1 - which]) == ("closed", "ai-left")


def test_either_of_two(bench, phone, ai):
    """Referred-By the AI of both, and nothing more: the person decides."""
    first, second = two(phone, ai)
    caller = fresh(ai, headers=[REFERRED])
    not_taken(phone, caller, first)
    not_taken(phone, caller, second, 0.2)
    assert incoming(phone) == 3


def test_signs_that_do_not_agree(bench, phone, ai):
    """The id of one, the number of the other."""
    first, second = two(phone, ai)
    caller = fresh(ai, user="+4940100001", headers=[
        "User-to-User: %s;encoding=hex" % b"case-2".hex()])
    never("the wrong one is taken", lambda:
          phone.state(first)[0] == "connected", 0.7)


# -- before the AI's BYE -----------------------------------------------------
@pytest.mark.parametrize("sign", ["uui-hex", "header"])
def test_caller_is_faster_than_the_bye(bench, phone, ai, sign):
    call, ident = talk(phone, ai)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    caller = fresh(ai, **SIGNS[sign])
    wait_for("the caller was heard", lambda: [
        m for m in caller.responses if m.code > 100])
    if not call.has_request("BYE"):
        call.bye()
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.5)
    assert len([h for h in phone.handoffs() if h["state"] != "closed"]) == 1
    assert rang(phone, ident) == 1
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]


@pytest.mark.parametrize("sign", ["referred-by", "tel", "pai"])
def test_address_does_not_end_the_ai(bench, phone, ai, sign):
    """What anybody may write: he rings, and the AI's call goes on."""
    call, ident = talk(phone, ai)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    caller = fresh(ai, **SIGNS[sign])
    caller.wait_code(180)
    never("it is answered, or the AI's call ended", lambda:
          caller.finals() or call.has_request("BYE"), 0.7)
    assert phone.state(ident)[0] == "consulting"


def test_another_with_the_same_id(bench, phone, ai):
    """An AI that gives one id to all: the second is not the caller of the
    first."""
    context = dump({"handoff_id": "support", "summary": "one"})
    call, ident = talk(phone, ai, parts=[("application/json", context)],
                       headers=["X-Handoff-Id: support"])
    wait_for("the context", lambda: phone.show(ident)["rev"])
    other = fresh(ai, user="+492222222", headers=["X-Handoff-Id: support"],
                  parts=[("application/json", dump({
                      "handoff_id": "support", "summary": "two"}))])
    other.wait_code(180)
    wait_for("both", lambda: len(phone.handoffs()) == 2)
    assert phone.state(ident)[0] == "consulting"
    assert phone.state(ident + 1)[0] == "offered"
    phone.wait_alert(code="fresh-ambiguous")
    assert not call.has_request("BYE")


def test_caller_from_the_same_address_of_record(bench, phone, ai):
    """Platforms that write the caller's number into From of both calls."""
    call, ident = left(phone, ai, user="+4940123456",
                       headers=["X-Handoff-Id: case-4711"])
    is_back(phone, fresh(ai, user="+4940123456", **THIS), ident)
    connected = [e for e in phone.baton_events("handoff")
                 if e["state"] == "connected"]
    assert connected[-1]["was"] == "closed"


def test_ids_are_not_tried_without_end(bench):
    """From elsewhere: as many a second as consultations, each audited; and
    never while the AI is there."""
    path = os.path.join(bench.folder, "audit.log")
    phone = bench.phone(("baton_rate_limit", "3"), ("baton_audit", path))
    call, ident = talk(phone, bench.peer(phone))
    wait_for("the context", lambda: phone.show(ident)["rev"])
    far = bench.peer(phone, ip=FOREIGN)
    tried = [fresh(far, user="eve%d" % i, headers=[
        "X-Baton-Handoff: case-%d" % (4704 + i), REFERRED])
        for i in range(8)]
    for caller in tried:
        assert wait_for("an answer", lambda caller=caller: [
            m for m in caller.responses if m.code > 100])[0].code in (180, 503)
    assert [c for c in tried if c.finals() and c.finals()[0].code == 503]
    assert phone.order("baton_stats")["rate_limited"] > 0
    assert phone.state(ident)[0] == "consulting"
    assert not call.has_request("BYE")
    with open(path) as log:
        assert [d for d in map(json.loads, log)
                if d.get("what") == "fresh" and d["verdict"] == "refused"]


def test_caller_cannot_be_heard(bench, phone, ai):
    """No codec in common: it stays as it was, and the next one gets in."""
    from test_found import useless
    call, ident = left(phone, ai)
    caller = fresh(ai, offer=useless(ai), **THIS)
    assert caller.wait_final().code in (415, 488, 606)
    assert phone.state(ident)[0] != "connected"
    is_back(phone, fresh(ai, **THIS), ident)


# -- who may -----------------------------------------------------------------
@pytest.mark.parametrize("config", [
    [], [("baton_allow_from", "ip:127.0.0.1")],
    [("baton_replaces", "peer")],
], ids=["no-rules", "allow-from", "peer"])
@pytest.mark.parametrize("sign", ["uui-hex", "header", "session-id", "tel"])
def test_from_another_address(bench, config, sign):
    phone = bench.phone(*config)
    call, ident = left(phone, bench.peer(phone))
    caller = fresh(bench.peer(phone, ip=FOREIGN), **SIGNS[sign])
    not_taken(phone, caller, ident, 0.7)
    assert phone.state(ident) == ("closed", "ai-left")
    # It has not used up what waits for the right one, though it may ring
    others = len([h for h in phone.handoffs() if h["state"] != "closed"])
    is_back(phone, fresh(bench.peer(phone), **SIGNS[sign]), ident, others)


def test_referred_by_from_another_address(bench):
    """Anybody can write that, and there is no dialog id to know."""
    phone = bench.phone()
    call, ident = left(phone, bench.peer(phone))
    not_taken(phone, fresh(bench.peer(phone, ip=FOREIGN),
                           headers=[REFERRED]), ident)


def test_from_another_address_that_may(bench):
    """baton_replaces is either, and the AI has sent it: it knows the id. That
    the AI sent it anybody may say."""
    secret = "5f1c9a3e-77b2-4d0e-8a41-c2d9e6b0f713"
    phone = bench.phone()
    call, ident = left(phone, bench.peer(phone),
                       headers=["X-Baton-Handoff: " + secret])
    other = bench.peer(phone, ip=FOREIGN)
    not_taken(phone, fresh(other, headers=[REFERRED]), ident, 0.5)
    not_taken(phone, fresh(other, user="line-5", headers=[
        REFERRED, "X-Baton-Handoff: case-4711"]), ident, 0.5)
    caller = fresh(other, user="line-4", headers=[
        REFERRED, "X-Baton-Handoff: " + secret])
    caller.wait_code(200)
    phone.wait_state(ident, "connected")


def test_ordinary_call_meanwhile(bench, phone, ai):
    """Grandma does not become the caller."""
    call, ident = left(phone, ai)
    plain = fresh(bench.peer(phone), user="grandma")
    plain.wait_code(180)
    never("she is answered", plain.finals, 0.4)
    is_back(phone, fresh(ai, **THIS), ident)
    assert not plain.finals()


def test_replaces_and_id_of_another(bench, phone, ai):
    """A Replaces that matches rules; the id does not lead elsewhere."""
    one, first = talk(phone, ai, 1, parts=case(1, "+49401"))
    other, second = talk(phone, ai, 2, parts=case(2, "+49402"))
    caller = take(bench, phone, ai, one.replaces(),
                  ["X-Baton-Handoff: case-2"])
    caller.wait_code(200)
    one.wait_request("BYE")
    phone.wait_state(first, "connected")
    assert phone.state(second)[0] == "consulting"


# -- what takes half a minute ------------------------------------------------
def test_too_late(bench, old):
    """After 30 s it is a call as any other."""
    wait_for("it is too late", lambda: time.monotonic() >
             old.ended + WAITS + 1, WAITS + harness.PATIENCE)
    caller = fresh(old.ai, **THIS)
    not_taken(old.one, caller, old.ident)
    assert old.one.state(old.ident) == ("closed", "ai-left")
