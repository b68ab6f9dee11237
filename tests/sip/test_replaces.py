"""The caller takes the AI's place: RFC 3891, and who may."""

import pytest

from data import NORMAL
from harness import never
from peer import sdp
from test_calls import ring, talk


def take(bench, phone, peer, value, headers=(), **options):
    """The caller's INVITE with Replaces."""
    call = peer.call(user="rosa", name="Rosa Lind", **options)
    call.invite(headers=["Replaces: " + value, "Require: replaces",
                         "Supported: replaces"] + list(headers))
    return call


def unchanged(phone, call, ident, state="consulting"):
    never("the consultation changes", lambda:
          phone.state(ident)[0] != state or call.has_request("BYE"), 0.4)
    assert len(phone.handoffs()) == 1


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_replaces(bench, phone, transport):
    ai = bench.peer(phone, transport=transport)
    other = bench.peer(phone, transport=transport)
    call, ident = talk(phone, ai)
    caller = take(bench, phone, other, call.replaces())
    answer = caller.wait_code(200)
    assert b"m=audio" in answer.body
    bye = call.wait_request("BYE")
    assert bye.seen >= answer.seen
    phone.wait_state(ident, "connected")
    assert not caller.has_request("BYE")
    shown = phone.show(ident)
    assert shown["id"] == ident
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert len(phone.handoffs()) == 1
    last = [e for e in phone.baton_events("handoff")][-1]
    assert (last["was"], last["state"]) == ("consulting", "connected")
    cseq = caller.bye()
    caller.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, ("completed", "caller-left"))


def test_replaces_then_hangup(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    phone.order("baton_hangup")
    caller.wait_request("BYE")
    phone.wait_end(ident, "completed")


def test_old_leg_stays_until_confirmed(bench, phone, ai):
    """BYE to the old leg after the new one's ACK, not before."""
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa", auto_ack=False)
    caller.invite(headers=["Replaces: " + call.replaces()])
    answer = caller.wait_code(200)
    never("BYE before the ACK", lambda: call.has_request("BYE"), 0.3)
    caller.ack(answer)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


def test_retransmitted_replaces(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa")
    raw = caller.invite_bytes(headers=["Replaces: " + call.replaces()])
    for _ in range(3):
        ai.send(raw)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    caller.again()
    never("it ends again", lambda: caller.has_request("BYE") or
          phone.state(ident)[0] != "connected", 0.5)
    assert {m.code for m in caller.finals()} == {200}
    assert len({m.tag("to") for m in caller.finals()}) == 1


def test_spelling_of_replaces(bench, phone, ai):
    """Order of parameters, spaces, an unknown parameter."""
    call, ident = talk(phone, ai)
    value = "%s ; from-tag=%s;x=y ; TO-TAG=%s" % (
        call.call_id, call.from_tag, call.to_tag)
    caller = take(bench, phone, ai, value)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


@pytest.mark.parametrize("spoil", [
    lambda c: "nobody@nowhere;to-tag=%s;from-tag=%s" % (
        c.to_tag, c.from_tag),
    lambda c: "%s;to-tag=wrong;from-tag=%s" % (c.call_id, c.from_tag),
    lambda c: "%s;to-tag=%s;from-tag=wrong" % (c.call_id, c.to_tag),
    lambda c: "%s;to-tag=%s;from-tag=%s" % (
        c.call_id, c.from_tag, c.to_tag),
    lambda c: "%s;to-tag=%sx;from-tag=%s" % (
        c.call_id, c.to_tag, c.from_tag),
    lambda c: "%s;to-tag=%s;from-tag=%s" % (
        c.call_id, c.to_tag[:-1], c.from_tag),
], ids=["call-id", "to-tag", "from-tag", "swapped", "longer", "shorter"])
def test_no_such_dialog(bench, phone, ai, spoil):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, spoil(call))
    caller.wait_code(481)
    unchanged(phone, call, ident)


@pytest.mark.parametrize("spoil", [
    lambda c: c.call_id,
    lambda c: "%s;to-tag=%s" % (c.call_id, c.to_tag),
    lambda c: "%s;from-tag=%s" % (c.call_id, c.from_tag),
    lambda c: ";to-tag=%s;from-tag=%s" % (c.to_tag, c.from_tag),
], ids=["id-only", "no-from-tag", "no-to-tag", "no-id"])
def test_not_a_whole_dialog_id(bench, phone, ai, spoil):
    """Never by a part of the id: bad syntax, or no such dialog."""
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, spoil(call))
    caller.wait_code(400, 481)
    unchanged(phone, call, ident)


def test_two_replaces(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces(),
                  ["Replaces: " + call.replaces()])
    caller.wait_code(400)
    unchanged(phone, call, ident)


def test_two_replaces_in_one_header(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, "%s, %s" % (call.replaces(),
                                                call.replaces()))
    caller.wait_code(400)
    unchanged(phone, call, ident)


def test_replaces_outside_invite(bench, phone, ai):
    """RFC 3891 section 3: 400, for any request but INVITE."""
    call, ident = talk(phone, ai)
    other = ai.call(user="rosa")
    other.in_dialog("OPTIONS", ["Replaces: " + call.replaces()])
    assert other.wait_final("OPTIONS").code == 400
    unchanged(phone, call, ident)


def test_early_dialog_of_the_ai(bench, phone, ai):
    """A ringing dialog that the phone did not begin: 481, rings on."""
    call, ident = ring(phone, ai)
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(481)
    unchanged(phone, call, ident, "offered")
    phone.order("baton_accept")
    call.wait_code(200)


def test_early_only_on_a_confirmed_dialog(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces(";early-only"))
    caller.wait_code(486)
    unchanged(phone, call, ident)


def test_early_only_does_not_hide_a_wrong_tag(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai,
                  "%s;to-tag=wrong;from-tag=%s;early-only" % (
                      call.call_id, call.from_tag))
    caller.wait_code(481)
    unchanged(phone, call, ident)


def test_dialog_that_has_ended(bench, phone, ai):
    """RFC 3891 section 3: terminated dialog, 603."""
    call, ident = talk(phone, ai)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, "ai-left")
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(603, 481)
    assert len(phone.handoffs()) <= 1


def test_no_common_codec_keeps_the_consultation(bench, phone, ai):
    """The new leg cannot be answered: the old one must not be lost."""
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa")
    caller.invite(headers=["Replaces: " + call.replaces()],
                  offer=sdp(ai.ip, 40000, "97 NOSUCH/8000"))
    assert caller.wait_final().code in (415, 488, 606)
    unchanged(phone, call, ident)
    # and the right one still gets through
    again = take(bench, phone, ai, call.replaces())
    again.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


def test_unknown_require_is_still_refused(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa")
    caller.invite(headers=["Replaces: " + call.replaces(),
                           "Require: replaces, nonsense"])
    caller.wait_code(420)
    unchanged(phone, call, ident)


def test_caller_gives_up_before_the_ack(bench, phone, ai):
    """200 was sent, BYE comes at once: something must end, in order."""
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    caller.bye()
    phone.wait_state(ident, ("wrapup", "closed", "consulting"))
    never("the phone dies", lambda: not phone.alive(), 0.3)


def test_replaces_picks_its_own_handoff(bench, phone, ai):
    """Two consultations: only the named one is replaced."""
    one, first = talk(phone, ai, 1, user="ai-one")
    two, second = talk(phone, ai, 2, user="ai-two")
    caller = take(bench, phone, ai, one.replaces())
    caller.wait_code(200)
    one.wait_request("BYE")
    phone.wait_state(first, "connected")
    assert phone.state(second)[0] == "consulting"
    assert not two.has_request("BYE")


def test_replaces_with_context_in_it(bench, phone, ai):
    """The caller's INVITE may carry more: same hand-off, merged."""
    from data import dump
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa")
    caller.invite(parts=[("application/json",
                          dump({"facts": [{"name": "Queue",
                                           "value": "gold"}]}))],
                  headers=["Replaces: " + call.replaces()])
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    assert len(phone.handoffs()) == 1
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]


# -- who may -----------------------------------------------------------------

REFERRED = "Referred-By: \"Ava\" <sip:ai@127.0.0.1>"
FOREIGN = "127.0.0.2"


@pytest.mark.parametrize("policy,ip,headers,allowed", [
    ("peer", "127.0.0.1", [], True),
    ("peer", FOREIGN, [], False),
    ("peer", FOREIGN, [REFERRED], False),
    ("referred-by", FOREIGN, [REFERRED], True),
    ("referred-by", FOREIGN, ["Referred-By: <sip:mallory@127.0.0.1>"],
     False),
    ("referred-by", FOREIGN, [], False),
    ("referred-by", "127.0.0.1", [], False),
    ("either", "127.0.0.1", [], True),
    ("either", FOREIGN, [REFERRED], True),
    ("either", FOREIGN, [], False),
    (None, "127.0.0.1", [], True),
    (None, FOREIGN, [REFERRED], True),
    (None, FOREIGN, [], False),
    ("both", "127.0.0.1", [REFERRED], True),
    ("both", "127.0.0.1", [], False),
    ("both", FOREIGN, [REFERRED], False),
])
def test_who_may_replace(bench, policy, ip, headers, allowed):
    config = [("baton_replaces", policy)] if policy else []
    phone = bench.phone(*config)
    ai = bench.peer(phone)
    other = bench.peer(phone, ip=ip)
    call, ident = talk(phone, ai)
    caller = take(bench, phone, other, call.replaces(), headers)
    if allowed:
        caller.wait_code(200)
        call.wait_request("BYE")
        phone.wait_state(ident, "connected")
    else:
        caller.wait_code(403)
        phone.wait_alert(ident, "replaces-refused")
        unchanged(phone, call, ident)
