"""RFC 3891, section 3, row by row, with SIPp as the other stack.

The Python peer is there for what SIPp does not do: two dialogs at once, an
ACK that never comes, answers to calls that the phone itself makes.
"""

import os
import re
import shutil
import time
from datetime import datetime, timedelta

import pytest

import harness
from conftest import Bench
from harness import never, wait_for
from test_calls import ring, talk
from test_found import connects, goes_on, useless
from test_replaces import FOREIGN, REFERRED, take
from test_sipp import TRANSPORTS, consult, replaces_of

PCMU = "0\na=rtpmap:0 PCMU/8000"
NOSUCH = "97\na=rtpmap:97 NOSUCH/8000"

# RFC 3261: 64*T1, how long a 200 waits for its ACK, and how long a dialog
# that has ended is remembered
HALF_MINUTE = 32


def consulting(bench, phone, transport="udp"):
    """SIPp's consultation, accepted: (sipp, id)"""
    ai, ident = consult(bench, phone, transport)
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    ai.logged("totag")
    return ai, ident


def refused(bench, phone, code, headers, who="rosa", codec=PCMU, **options):
    """Somebody's INVITE, by SIPp, which must see just that code."""
    sipp = bench.sipp(phone, "invite-refused", keys={"who": who}, fill={
        "CODE": code, "HEADERS": "\n".join(headers), "CODEC": codec},
        **options)
    sipp.wait()
    return sipp


def unchanged(phone, ai, ident, state="consulting"):
    never("the consultation changes", lambda:
          phone.state(ident)[0] != state or "\nBYE " in ai.text("messages"),
          0.3)
    assert len(phone.handoffs()) == 1
    shown = phone.show(ident)
    assert not shown["replacing"]
    assert shown["line"]["uri"].startswith("sip:ai@")


def rang(phone):
    """How often a hand-off was offered to the person."""
    return len([e for e in phone.baton_events("handoff")
                if e["state"] == "offered"])


ID = "consult-1@sipp"

# Rows 1 to 5 and 8: what the header lines are, T being the phone's tag
WRONG = [
    ("two-headers", 400, ["Replaces: %s;to-tag=T;from-tag=st1" % ID] * 2),
    ("two-different", 400, ["Replaces: %s;to-tag=T;from-tag=st1" % ID,
                            "Replaces: x@y;to-tag=1;from-tag=2"]),
    ("two-values", 400, ["Replaces: %s;to-tag=T;from-tag=st1, "
                         "%s;to-tag=T;from-tag=st1" % (ID, ID)]),
    ("join", 400, ["Replaces: %s;to-tag=T;from-tag=st1" % ID,
                   "Join: %s;to-tag=T;from-tag=st1" % ID]),
    ("join-first", 400, ["Join: x@y;to-tag=1;from-tag=2",
                         "Replaces: %s;to-tag=T;from-tag=st1" % ID]),
    ("no-to-tag", 400, ["Replaces: %s;from-tag=st1" % ID]),
    ("no-from-tag", 400, ["Replaces: %s;to-tag=T" % ID]),
    ("no-tags", 400, ["Replaces: %s" % ID]),
    ("to-tag-twice", 400, [
        "Replaces: %s;to-tag=T;from-tag=st1;to-tag=T" % ID]),
    ("from-tag-twice", 400, [
        "Replaces: %s;from-tag=st1;to-tag=T;from-tag=st1" % ID]),
    ("call-id", 481, ["Replaces: x%s;to-tag=T;from-tag=st1" % ID]),
    ("to-tag", 481, ["Replaces: %s;to-tag=Tx;from-tag=st1" % ID]),
    ("from-tag", 481, ["Replaces: %s;to-tag=T;from-tag=st11" % ID]),
    ("swapped", 481, ["Replaces: %s;to-tag=st1;from-tag=T" % ID]),
    ("zero-to-tag", 481, ["Replaces: %s;to-tag=0;from-tag=st1" % ID]),
    ("zero-from-tag", 481, ["Replaces: %s;to-tag=T;from-tag=0" % ID]),
    ("zero-tags", 481, ["Replaces: %s;to-tag=0;from-tag=0" % ID]),
    ("early-only", 486, [
        "Replaces: %s;to-tag=T;from-tag=st1;early-only" % ID]),
    ("early-only-wrong", 481, [
        "Replaces: %s;to-tag=T;from-tag=st2;early-only" % ID]),
]


@pytest.fixture(scope="module", autouse=True)
def old():
    """What takes half a minute begins here and is looked at last."""
    folder = os.path.join(harness.LOGS, "sip", "test_rfc3891.half-a-minute")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    made = Bench(folder)
    try:
        made.one = made.phone()
        ai = made.peer(made.one)
        made.call, made.ident = talk(made.one, ai)
        cseq = made.call.bye()
        made.call.wait_code(200, method="BYE", cseq=cseq)
        made.ended = time.monotonic()

        made.other = made.phone()
        # Its 200 without an ACK keeps the host for half a minute
        made.other.stop_patience = 60
        made.ai, made.kept = talk(made.other, made.peer(made.other))
        made.lost = made.peer(made.other).call(user="rosa", auto_ack=False)
        made.lost.invite(headers=["Replaces: " + made.ai.replaces()])
        made.lost.wait_code(200)
    except BaseException:
        made.finish()
        raise
    yield made
    wrong = made.finish()
    assert not wrong, "; ".join(wrong)
    shutil.rmtree(folder, ignore_errors=True)


# -- rows 1 to 5, and 8 ------------------------------------------------------
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("method", ["OPTIONS", "MESSAGE", "SUBSCRIBE"])
def test_outside_invite(bench, phone, method, transport):
    ai, ident = consulting(bench, phone, transport)
    sipp = bench.sipp(phone, "replaces-outside", transport=transport,
                      fill={"METHOD": method, "CODE": 400},
                      keys={"who": "rosa", "replaces": replaces_of(ai)})
    sipp.wait()
    unchanged(phone, ai, ident)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("code,headers", [w[1:] for w in WRONG],
                         ids=[w[0] for w in WRONG])
def test_wrong(bench, phone, code, headers, transport):
    ai, ident = consulting(bench, phone, transport)
    tag = ai.logged("totag")
    refused(bench, phone, code, [re.sub(r"\bT(?=x?\b)", tag, h)
                                 for h in headers], transport=transport)
    unchanged(phone, ai, ident)


def test_right_after_many_wrong(bench, phone):
    """What was refused is not held against the one who may."""
    ai, ident = consulting(bench, phone)
    for code, headers in [w[1:] for w in WRONG[6:12]]:
        refused(bench, phone, code, [h.replace("=T", "=" +
                ai.logged("totag")) for h in headers], name="wrong")
    bench.sipp(phone, "replaces", keys={"who": "rosa",
                                        "replaces": replaces_of(ai)})
    ai.wait()
    phone.wait_state(ident, "connected")


def test_not_a_dialog_of_an_invite(bench, phone, ai):
    """A MESSAGE was answered with a tag: that makes no dialog."""
    call = ai.call()
    ai.send(call.request("MESSAGE", (), b"hello", "text/plain"))
    got = call.wait_final("MESSAGE")
    tag = got.tag("to") or "none"
    refused(bench, phone, 481, ["Replaces: %s;to-tag=%s;from-tag=%s" % (
        call.call_id, tag, call.from_tag)])
    assert not phone.baton_events("handoff")


def test_refused_invite_is_no_dialog(bench, phone, ai):
    """The phone's tag in a 486 names nothing that could be taken."""
    call, ident = ring(phone, ai)
    phone.order("baton_decline", "busy")
    tag = call.wait_code(486).tag("to")
    phone.wait_state(ident, "closed")
    caller = ai.call(user="mallory")
    caller.invite(headers=["Replaces: %s;to-tag=%s;from-tag=%s" % (
        call.call_id, tag, call.from_tag)])
    assert caller.wait_final().code in (481, 603)


# -- row 6 -------------------------------------------------------------------
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_ended(bench, phone, transport):
    """By the AI's BYE; whoever asks has nothing that makes him the caller."""
    ai, ident = consult(bench, phone, transport, scenario="consult-bye")
    phone.order("baton_accept")
    ai.wait()
    phone.wait_end(ident, "ai-left")
    refused(bench, phone, 603, ["Replaces: " + replaces_of(ai)],
            who="mallory", transport=transport)
    assert phone.state(ident)[1] == "ai-left"
    assert rang(phone) == 1


def test_ended_by_the_person(bench, phone):
    ai, ident = consulting(bench, phone)
    phone.order("baton_hangup")
    ai.wait()
    phone.wait_state(ident, ("wrapup", "closed"))
    refused(bench, phone, 603, ["Replaces: " + replaces_of(ai)],
            who="mallory")
    assert rang(phone) == 1


def test_replaced_twice(bench, phone):
    """The second comes for a dialog that the first has ended."""
    ai, ident = consulting(bench, phone)
    bench.sipp(phone, "replaces", keys={"who": "rosa",
                                        "replaces": replaces_of(ai)})
    ai.wait()
    phone.wait_state(ident, "connected")
    refused(bench, phone, 603, ["Replaces: " + replaces_of(ai)],
            who="mallory")
    assert phone.state(ident)[0] == "connected"


# -- row 7 -------------------------------------------------------------------
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_not_authorised(bench, phone, transport):
    ai, ident = consulting(bench, phone, transport)
    refused(bench, phone, 403, ["Replaces: " + replaces_of(ai)],
            transport=transport, ip=FOREIGN)
    phone.wait_alert(ident, "replaces-refused")
    unchanged(phone, ai, ident)


def test_authorisation_comes_before_early_only(bench, phone):
    """Who may not learns nothing of the dialog's state."""
    ai, ident = consulting(bench, phone)
    refused(bench, phone, 403, ["Replaces: %s;early-only" %
                                replaces_of(ai)], ip=FOREIGN)
    unchanged(phone, ai, ident)


# -- row 9 -------------------------------------------------------------------
def received(sipp, first):
    """When SIPp got the first message that begins so. What it sends it writes
    down afterwards, which may be later than the answer to it."""
    for block in sipp.text("messages").split("-" * 47)[1:]:
        head, _, rest = block.strip().partition("\n")
        if "message received " in rest.partition("\n")[0] and \
                re.search(r"(?m)^" + first, rest):
            return datetime.fromisoformat(head.strip())
    return None


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_200_then_ack_then_bye(bench, phone, transport):
    """The 200 is sent again until its ACK, and then the AI gets its BYE.
    SIPp has no patience with what comes twice over TCP."""
    pause = 1200 if transport == "udp" else 300
    ai, ident = consulting(bench, phone, transport)
    caller = bench.sipp(phone, "replaces-late-ack", transport=transport,
                        fill={"PAUSE": pause},
                        keys={"who": "rosa", "replaces": replaces_of(ai)})
    ai.wait()
    phone.wait_state(ident, "connected")
    # The ACK is sent so much later than the 200 is there, by a clock of
    # milliseconds
    answered, ended = received(caller, r"SIP/2\.0 200 "), received(ai, "BYE ")
    assert answered and ended
    assert ended - answered > timedelta(milliseconds=pause - 5)
    tags = re.findall(r"(?m)^SIP/2\.0 200(?:.*\n)*?To: .*;tag=(\S+)",
                      caller.text("messages"))
    assert len(set(tags)) == 1
    if transport == "udp":
        assert len(tags) > 1, "the 200 was not sent again"
    assert rang(phone) == 1
    assert phone.show(ident)["context"]["summary"] == \
        "Charged twice in October."
    phone.order("baton_hangup")
    caller.wait()
    assert len(phone.handoffs()) <= 1


def test_nobody_clicks_twice(bench, phone, ai):
    call, ident = talk(phone, ai)
    before = len(phone.baton_events("handoff"))
    phone.order("baton_note", "she was here before")
    connects(bench, phone, ai, call, ident)
    moves = phone.baton_events("handoff")[before:]
    assert [(e["was"], e["state"]) for e in moves
            if e["was"] != e["state"]] == [("consulting", "connected")]
    shown = phone.show(ident)
    assert [n["text"] for n in shown["notes"]] == ["she was here before"]
    assert shown["line"]["uri"].startswith("sip:rosa@")
    assert rang(phone) == 1


@pytest.mark.parametrize("way", ["incoming", "outgoing"])
def test_ordinary_call_is_replaced(bench, phone, way):
    """Another phone's attended transfer: no hand-off, but RFC 3891."""
    other = bench.peer(phone, called=True)
    if way == "incoming":
        call = other.call(user="boss").invite()
        call.wait_code(180)
        assert phone.command("accept")[0]
        call.wait_code(200)
    else:
        call = dialled(phone, other)
        call.reply(200, "OK")
    phone.wait_host_event("CALL_ESTABLISHED")
    caller = take(bench, phone, other, call.replaces())
    answer = caller.wait_code(200)
    assert call.wait_request("BYE").seen >= answer.seen
    never("the caller is dropped", lambda: caller.has_request("BYE"), 0.3)
    phone.command("hangup")
    caller.wait_request("BYE")


# -- row 10: early, begun by the phone ---------------------------------------
def dialled(phone, other):
    """The phone's own call, not answered yet."""
    ok, _ = phone.command("dial", "sip:called@%s:%d" % (other.ip,
                                                        other.port))
    assert ok
    return other.wait_call()


@pytest.mark.parametrize("flags", ["", ";early-only"])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_early_of_the_phone(bench, phone, transport, flags):
    other = bench.peer(phone, called=True)
    call = dialled(phone, other)
    call.reply(180, "Ringing")
    phone.wait_host_event("CALL_RINGING")
    caller = bench.sipp(phone, "replaces", transport=transport, keys={
        "who": "rosa", "replaces": call.replaces(flags)})
    caller.logged("totag")
    call.wait_request("CANCEL")
    phone.wait_host_event("CALL_ESTABLISHED")
    ok, _ = phone.command("hangup")
    assert ok
    caller.wait()
    assert not call.has_request("BYE")


def test_early_of_the_phone_is_answered_first(bench, phone):
    other = bench.peer(phone, called=True)
    call = dialled(phone, other)
    call.reply(180, "Ringing")
    phone.wait_host_event("CALL_RINGING")
    caller = take(bench, phone, other, call.replaces())
    answer = caller.wait_code(200)
    assert call.wait_request("CANCEL").seen >= answer.seen
    never("the caller is dropped", lambda: caller.has_request("BYE"), 0.3)


@pytest.mark.parametrize("spoil,code", [
    (lambda c: c.replaces(), 403),
    (lambda c: "%s;to-tag=%s;from-tag=%s" % (c.call_id, c.to_tag, "no"),
     481),
    (lambda c: "%s;to-tag=%s;from-tag=%s" % (c.call_id, c.from_tag,
                                             c.to_tag), 481),
], ids=["not-authorised", "wrong-tag", "swapped"])
def test_early_of_the_phone_is_not_taken(bench, phone, spoil, code):
    other = bench.peer(phone, called=True)
    call = dialled(phone, other)
    call.reply(180, "Ringing")
    phone.wait_host_event("CALL_RINGING")
    refused(bench, phone, code, ["Replaces: " + spoil(call)], ip=FOREIGN
            if code == 403 else "127.0.0.1")
    never("it is cancelled", lambda: call.has_request("CANCEL"), 0.3)
    call.reply(200, "OK")
    call.wait_request("ACK")
    phone.wait_host_event("CALL_ESTABLISHED")


# -- row 11: early, begun by the other ---------------------------------------
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_still_ringing(bench, phone, transport):
    call, ident = ring(phone, bench.peer(phone, transport=transport))
    for flags in ("", ";early-only"):
        refused(bench, phone, 481, ["Replaces: " + call.replaces(flags)],
                transport=transport, name="refused" + flags[1:])
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")


# -- row 12 ------------------------------------------------------------------
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_media(bench, phone, transport):
    ai, ident = consulting(bench, phone, transport)
    refused(bench, phone, 488, ["Replaces: " + replaces_of(ai)],
            codec=NOSUCH, transport=transport)
    phone.wait_alert(ident, "replaces-failed")
    unchanged(phone, ai, ident)
    bench.sipp(phone, "replaces", transport=transport, keys={
        "who": "rosa", "replaces": replaces_of(ai)})
    ai.wait()
    phone.wait_state(ident, "connected")


def test_no_media_for_a_call_of_the_phone(bench, phone):
    """The early dialog that the phone began rings on."""
    other = bench.peer(phone, called=True)
    call = dialled(phone, other)
    call.reply(180, "Ringing")
    phone.wait_host_event("CALL_RINGING")
    caller = other.call(user="rosa")
    caller.invite(headers=["Replaces: " + call.replaces()],
                  offer=useless(other))
    assert caller.wait_final().code in (415, 488, 606)
    never("it is cancelled", lambda: call.has_request("CANCEL"), 0.3)
    call.reply(200, "OK")
    call.wait_request("ACK")


# -- several accounts --------------------------------------------------------
def to_desk(phone):
    return "sip:desk@%s:%d" % (phone.ip, phone.sip_port)


@pytest.mark.parametrize("way", ["to-the-other", "from-the-other"])
def test_another_account(bench, way):
    """The replaced call belongs to one account, the INVITE is for one."""
    phone = bench.phone(account="\n<sip:desk@127.0.0.1>;regint=0")
    ai = bench.peer(phone)
    there = {"uri": to_desk(phone)}
    call, ident = talk(phone, ai, **(there if way == "from-the-other"
                                     else {}))
    account = phone.show(ident)["account"]
    assert ("desk" in account) == (way == "from-the-other")
    caller = ai.call(user="rosa")
    caller.invite(headers=["Replaces: " + call.replaces(),
                           "Require: replaces"],
                  **(there if way == "to-the-other" else {}))
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    assert len(phone.handoffs()) == 1
    assert rang(phone) == 1
    cseq = caller.bye()
    caller.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, ("completed", "caller-left"))


# -- repeated and lost -------------------------------------------------------
def test_200_again_before_the_ack(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa", auto_ack=False)
    caller.invite(headers=["Replaces: " + call.replaces()])
    wait_for("the 200 again", lambda: len(caller.finals()) >= 2)
    assert not call.has_request("BYE")
    caller.ack(caller.finals()[-1])
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    assert {m.code for m in caller.finals()} == {200}
    assert len({m.tag("to") for m in caller.finals()}) == 1
    assert len(phone.handoffs()) == 1
    caller.ack(caller.finals()[-1])
    never("it ends", lambda: caller.has_request("BYE"), 0.3)


# -- glare -------------------------------------------------------------------
def hung_up(call):
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)


def test_bye_before(bench, phone, ai):
    """The AI's BYE was faster; nothing says that this is the caller."""
    call, ident = talk(phone, ai)
    hung_up(call)
    phone.wait_end(ident, "ai-left")
    caller = ai.call(user="mallory", name="Mallory")
    caller.invite(headers=["Replaces: " + call.replaces()])
    caller.wait_code(603)
    assert phone.state(ident)[1] == "ai-left"
    assert rang(phone) == 1


SIGNS = {
    "referred-by": {"headers": [REFERRED]},
    "id": {"headers": ["X-Baton-Handoff: case-4711"]},
    "uui": {"headers": ["User-to-User: %s;encoding=hex" %
                        b"case-4711".hex()]},
    "session-id": {"headers": ["Session-ID: " + "ab" * 16 + ";remote=" +
                               "0" * 32]},
    "caller": {"user": "+4940123456"},
}


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_bye_before_and_the_caller_is_known(bench, phone, ai, sign):
    """Taken as shape fresh: same hand-off, answered at once."""
    call, ident = talk(phone, ai, headers=SIGNS["session-id"]["headers"])
    phone.order("baton_note", "billing knows her")
    hung_up(call)
    phone.wait_end(ident, "ai-left")
    caller = ai.call(user=SIGNS[sign].get("user", "line-7"), name="")
    caller.invite(headers=["Replaces: " + call.replaces(),
                           "Require: replaces"] +
                  SIGNS[sign].get("headers", []))
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    assert len(phone.handoffs()) == 1
    shown = phone.show(ident)
    assert [n["text"] for n in shown["notes"]] == ["billing knows her"]
    assert shown["context"]["handoff_id"] == "case-4711"
    assert shown["outcome"] == ""


@pytest.mark.parametrize("order", ["bye-first", "replaces-first"])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_bye_in_the_same_moment(bench, phone, transport, order):
    """Both are on their way; the caller is not lost in between."""
    ai = bench.peer(phone, transport=transport)
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa")
    invite = caller.invite_bytes(headers=[
        "Replaces: " + call.replaces(), REFERRED])
    call.cseq += 1
    call.branch += "b"
    bye = call.request("BYE", uri=call.contact)
    for raw in ((bye, invite) if order == "bye-first" else (invite, bye)):
        ai.send(raw)
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.5)
    assert len(phone.handoffs()) == 1
    assert call.wait_final("BYE").code in (200, 481)


def test_bye_between_the_200_and_the_ack(bench, phone, ai):
    """The AI leaves when it sees its work done: the caller stays."""
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa", auto_ack=False)
    caller.invite(headers=["Replaces: " + call.replaces()])
    answer = caller.wait_code(200)
    hung_up(call)
    caller.ack(answer)
    phone.wait_state(ident, "connected")
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.5)
    assert len(phone.handoffs()) == 1


# -- what takes half a minute ------------------------------------------------
def test_ack_is_lost(bench, old):
    """The new call ends after 64*T1; the person still has the AI."""
    phone = old.other
    never("BYE to the AI", lambda: old.ai.has_request("BYE"), 0.1)
    old.lost.wait_request("BYE", HALF_MINUTE + harness.PATIENCE)
    phone.wait_alert(old.kept, "replaces-failed")
    assert len(old.lost.finals()) > 1
    goes_on(phone, old.ai, old.kept)
    wait_for("the AI is not on hold", lambda:
             not phone.show(old.kept)["held"])
    connects(old, phone, old.peer(phone), old.ai, old.kept)
    assert rang(phone) == 1


def test_ended_long_ago(bench, old):
    """No longer known that it ever was: 481"""
    wait_for("the dialog is forgotten", lambda: time.monotonic() >
             old.ended + HALF_MINUTE + 1, HALF_MINUTE + harness.PATIENCE)
    refused(bench, old.one, 481, ["Replaces: " + old.call.replaces()],
            who="mallory")
