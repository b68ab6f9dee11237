"""One hand-off from ringing to its end, by each way that there is."""

import json

import pytest

from data import NORMAL_PART
from harness import never, wait_for
from peer import sdp


def ring(phone, peer, count=1, user="ai", **invite):
    """A consultation that rings: (call, id)"""
    call = peer.call(user=user)
    invite.setdefault("parts", [NORMAL_PART])
    call.invite(**invite)
    call.wait_code(180)
    ident = phone.wait_offered(count)
    if invite["parts"] == [NORMAL_PART]:
        phone.wait_context(ident, "intent")
    return call, ident


def talk(phone, peer, count=1, **invite):
    """A consultation that was accepted: (call, id)"""
    call, ident = ring(phone, peer, count, **invite)
    phone.order("baton_accept", "#%d" % ident)
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    return call, ident


def test_status_at_rest(bench, phone):
    status = phone.status()
    assert status["role"] == "agent"
    assert phone.handoffs() == []
    import harness
    if harness.HOST_VERSION:
        assert harness.HOST_VERSION in json.dumps(status)


def test_status_role(bench):
    phone = bench.phone(("baton_role", "supervisor"))
    assert phone.status()["role"] == "supervisor"


def test_accept(bench, phone, ai):
    call, ident = talk(phone, ai)
    events = [(e["was"], e["state"], e["outcome"])
              for e in phone.baton_events("handoff") if e["id"] == ident]
    assert events[-1] == ("offered", "consulting", "")
    shown = phone.show()
    assert shown["id"] == ident
    assert shown["state"] == "consulting"
    assert len(call.finals()) >= 1
    assert len({m.tag("to") for m in call.finals()}) == 1


def test_180_before_any_order(bench, phone, ai):
    call, ident = ring(phone, ai)
    never("an answer without an order", call.finals, 0.5)
    assert phone.state(ident)[0] == "offered"


def test_answered_by_the_hosts_own_command(bench, phone, ai):
    """The person may use another front end of the same phone."""
    call, ident = ring(phone, ai)
    ok, _ = phone.command("accept")
    assert ok
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    phone.command("hangup")
    call.wait_request("BYE")
    phone.wait_state(ident, ("wrapup", "closed"))


def test_hung_up_by_the_hosts_own_command(bench, phone, ai):
    call, ident = ring(phone, ai)
    phone.command("hangup")
    assert call.wait_final().code in (480, 486, 603)
    phone.wait_state(ident, "closed")
    assert phone.state(ident)[1] != ""


@pytest.mark.parametrize("why,code", [
    ("busy", 486), ("unavailable", 480), ("wrong-team", 603),
    ("need-info", 603), ("policy", 603), ("other", 603)])
def test_decline_words(bench, phone, ai, why, code):
    call, ident = ring(phone, ai)
    phone.order("baton_decline", why)
    got = call.wait_code(code)
    assert got.reason == why
    phone.wait_end(ident, "declined")
    assert phone.state(ident) == ("closed", "declined")


def test_decline_with_text(bench, phone, ai):
    call, ident = ring(phone, ai)
    phone.order("baton_decline", "#%d wrong-team needs billing" % ident)
    assert call.wait_code(603).first == \
        "SIP/2.0 603 wrong-team: needs billing"
    phone.wait_end(ident, "declined")


def test_decline_without_why(bench, phone, ai):
    call, ident = ring(phone, ai)
    phone.order("baton_decline")
    assert call.wait_final().code in (480, 486, 603)
    phone.wait_end(ident, "declined")


def test_decline_text_cannot_write_headers(bench, phone, ai):
    call, ident = ring(phone, ai)
    phone.command("baton_decline", "other a\r\nX-Evil: 1\r\n\r\nv=0")
    got = call.wait_final()
    assert not got.get("x-evil")
    assert not got.body
    phone.wait_state(ident, "closed")


def test_decline_text_in_another_script(bench, phone, ai):
    call, ident = ring(phone, ai)
    phone.order("baton_decline", "other später, bitte")
    assert call.wait_code(603).reason == "other: später, bitte"
    phone.wait_end(ident, "declined")


def test_cancel(bench, phone, ai):
    call, ident = ring(phone, ai)
    call.cancel()
    call.wait_code(200, method="CANCEL")
    call.wait_code(487)
    phone.wait_end(ident, "cancelled")
    assert phone.state(ident) == ("closed", "cancelled")


@pytest.mark.parametrize("reason,outcome", [
    ("SIP;cause=200;text=\"Call completed elsewhere\"",
     "answered-elsewhere"),
    ("SIP ; cause = 200", "answered-elsewhere"),
    ("SIP;cause=487", "cancelled"),
    ("Q.850;cause=16;text=\"x\",SIP;cause=200", "answered-elsewhere"),
    ("Q.850;cause=200", "cancelled")])
def test_cancel_with_reason(bench, phone, ai, reason, outcome):
    call, ident = ring(phone, ai)
    call.cancel(["Reason: " + reason])
    call.wait_code(487)
    phone.wait_end(ident, outcome)


def test_cancel_after_the_answer_is_nothing(bench, phone, ai):
    call, ident = talk(phone, ai)
    call.cancel()
    call.wait_final("CANCEL")
    never("the call ends", lambda: phone.state(ident)[0] != "consulting" or
          call.has_request("BYE"), 0.5)


def test_ring_timeout(bench):
    phone = bench.phone(("baton_ring_timeout", "1"))
    ai = bench.peer(phone)
    call, ident = ring(phone, ai)
    call.wait_code(480)
    phone.wait_end(ident, "missed")
    assert phone.state(ident) == ("closed", "missed")


def test_ring_timeout_ends_with_the_answer(bench):
    phone = bench.phone(("baton_ring_timeout", "1"))
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    never("the timeout hits an answered call", lambda:
          phone.state(ident)[0] != "consulting" or call.has_request("BYE"),
          1.5)


def test_ai_hangs_up_while_consulting(bench, phone, ai):
    call, ident = talk(phone, ai)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, "ai-left")


def test_hangup_while_consulting(bench, phone, ai):
    call, ident = talk(phone, ai)
    phone.order("baton_hangup")
    call.wait_request("BYE")
    phone.wait_state(ident, ("wrapup", "closed"))
    assert phone.state(ident)[1] != ""


def test_decline_while_consulting(bench, phone, ai):
    """The person has heard the AI and does not take the caller."""
    call, ident = talk(phone, ai)
    phone.order("baton_decline", "need-info which invoice?")
    call.wait_request("BYE")
    phone.wait_end(ident, "declined")


def test_hangup_while_ringing(bench, phone, ai):
    """Either it declines or it is refused and changes nothing."""
    call, ident = ring(phone, ai)
    ok, data = phone.command("baton_hangup")
    json.loads(data)
    if ok:
        call.wait_final()
        phone.wait_state(ident, "closed")
    else:
        assert phone.state(ident)[0] == "offered"
        assert not call.finals()


def test_direct_shape(bench, phone, ai):
    """Referred-By and context, no consultation: connects on accept."""
    call, ident = ring(phone, ai, user="rosa",
                       headers=["Referred-By: <sip:ai@127.0.0.1>"])
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "connected")
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, ("completed", "caller-left"))


def test_direct_shape_hangup(bench, phone, ai):
    call, ident = ring(phone, ai, user="rosa",
                       headers=["Referred-By: <sip:ai@127.0.0.1>"])
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "connected")
    phone.order("baton_hangup")
    call.wait_request("BYE")
    phone.wait_end(ident, "completed")


def test_two_at_once(bench, phone, ai):
    one, first = ring(phone, ai, 1, user="ai-one")
    two, second = ring(phone, ai, 2, user="ai-two")
    assert first != second
    assert phone.show()["id"] == second
    phone.order("baton_accept", "#%d" % first)
    one.wait_code(200)
    phone.wait_state(first, "consulting")
    assert phone.state(second)[0] == "offered"
    assert not two.finals()
    phone.order("baton_accept", "#%d" % second)
    two.wait_code(200)
    phone.wait_state(second, "consulting")
    # Held or not, the first one is still a call
    assert phone.state(first)[0] == "consulting"
    assert not one.has_request("BYE")
    phone.order("baton_hangup", "#%d" % first)
    one.wait_request("BYE")
    phone.wait_state(first, ("wrapup", "closed"))
    assert phone.state(second)[0] == "consulting"
    assert not two.has_request("BYE")
    cseq = two.bye()
    two.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(second, "ai-left")


def test_in_front_is_the_newest_open_one(bench, phone, ai):
    one, first = ring(phone, ai, 1, user="ai-one")
    two, second = ring(phone, ai, 2, user="ai-two")
    two.cancel()
    two.wait_code(487)
    phone.wait_state(second, "closed")
    assert phone.show()["id"] == first
    phone.order("baton_decline", "busy")
    one.wait_code(486)
    phone.wait_end(first, "declined")


def test_ids_are_not_used_again(bench, phone, ai):
    seen = []
    for count in (1, 2, 3):
        call, ident = ring(phone, ai, count)
        phone.order("baton_decline", "busy")
        call.wait_code(486)
        phone.wait_state(ident, "closed")
        seen.append(ident)
    assert len(set(seen)) == 3


def test_errors_change_nothing(bench, phone, ai):
    phone.refused("baton_accept")
    phone.refused("baton_show")
    call, ident = ring(phone, ai)
    phone.refused("baton_accept", "#%d" % (ident + 90))
    phone.refused("baton_show", "#0")
    phone.refused("baton_show", "#x")
    phone.refused("baton_accept", "#99999999999999999999")
    phone.refused("baton_note")
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    phone.refused("baton_accept")
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_hangup")
    call.wait_request("BYE")
    phone.wait_state(ident, ("wrapup", "closed"))
    phone.refused("baton_decline", "#%d busy" % ident)


def test_notes(bench, phone, ai):
    call, ident = talk(phone, ai)
    phone.order("baton_note", "wants \"paper\" bills, größer <b>")
    phone.order("baton_note", "#%d second" % ident)
    notes = phone.show(ident)["notes"]
    assert [n["text"] for n in notes] == [
        "wants \"paper\" bills, größer <b>", "second"]


def test_retransmitted_invite(bench, phone, ai):
    """The same bytes again are the same INVITE, at every stage."""
    call = ai.call()
    raw = call.invite_bytes(parts=[NORMAL_PART])
    for _ in range(3):
        ai.send(raw)
    call.wait_code(180)
    ident = phone.wait_offered()
    call.again()
    assert len(phone.handoffs()) == 1
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    for _ in range(3):
        call.again()
    never("a second hand-off, or its end", lambda:
          len(phone.handoffs()) != 1 or
          phone.state(ident)[0] != "consulting", 0.5)
    assert len({m.tag("to") for m in call.responses
                if m.code > 100}) == 1
    contexts = [e for e in phone.baton_events("context")
                if e["id"] == ident]
    assert len(contexts) == 1


def test_retransmitted_after_decline(bench, phone, ai):
    call, ident = ring(phone, ai)
    call.auto_ack = False
    phone.order("baton_decline", "wrong-team")
    call.wait_code(603)
    for _ in range(3):
        call.again()
    wait_for("the same answer again", lambda: len(call.finals()) >= 2)
    assert {m.code for m in call.finals()} == {603}
    call.ack(call.finals()[-1])
    assert len({e["id"] for e in phone.baton_events("handoff")}) == 1


def test_reinvite_in_consultation(bench, phone, ai):
    """Hold by the AI, and a body in it, is no new hand-off."""
    call, ident = talk(phone, ai)
    offer = sdp(ai.ip, ai.rtp.getsockname()[1]).replace(
        b"a=sendrecv", b"a=sendonly")
    cseq = call.in_dialog("INVITE", body=offer, ctype="application/sdp")
    call.wait_code(200, cseq=cseq)
    assert phone.state(ident)[0] == "consulting"
    assert len(phone.handoffs()) == 1


def test_ordinary_call_stays_ordinary(bench, phone, ai):
    call = ai.call(user="grandma").invite()
    call.wait_code(180)
    phone.wait_host_event("CALL_INCOMING")
    assert phone.handoffs() == []
    assert phone.baton_events("handoff") == []
    phone.refused("baton_accept")
    ok, _ = phone.command("accept")
    assert ok
    call.wait_code(200)
    phone.wait_host_event("CALL_ESTABLISHED")
    assert phone.handoffs() == []
    phone.command("hangup")
    call.wait_request("BYE")


def test_ordinary_call_beside_a_handoff(bench, phone, ai):
    """baton commands touch the hand-off, not grandma."""
    plain = ai.call(user="grandma").invite()
    plain.wait_code(180)
    call, ident = talk(phone, ai)
    assert not plain.finals()
    phone.order("baton_hangup")
    call.wait_request("BYE")
    assert not plain.finals()
    plain.cancel()
    plain.wait_code(487)


def test_stopping_with_calls_up(bench, phone, ai):
    """Ends with one ringing and one talking: no crash, and BYE is sent."""
    talking, first = talk(phone, ai, 1, user="ai-one")
    ringing, second = ring(phone, ai, 2, user="ai-two")
    wrong = phone.stop()
    assert not wrong, wrong
    talking.wait_request("BYE")
    assert ringing.wait_final().code >= 400
    phone.proc = None
