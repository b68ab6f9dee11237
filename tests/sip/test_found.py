"""What a review found once, and what must not come back.

Peers that share a Call-ID with another call, that come again, or that
cannot be heard; and calls that the host answers or holds on its own.
"""

import re

import pytest

import harness
from data import NORMAL, NORMAL_PART, dump, source_errors
from harness import lasts, never, wait_for
from peer import sdp
from test_calls import ring, talk
from test_replaces import REFERRED, FOREIGN, take

USELESS = "99 NOSUCH/8000"


def useless(peer):
    """An offer without a codec that the phone has."""
    return sdp(peer.ip, peer.rtp.getsockname()[1], USELESS)


def directions(call):
    """What the phone's re-INVITEs said of the direction, in order."""
    got = []
    for request in call.requests:
        if request.method == "INVITE":
            got += re.findall(rb"a=(sendrecv|sendonly|recvonly|inactive)",
                              request.body)
    return [direction.decode() for direction in got]


def incoming(phone):
    """How often the host told of a call that came in."""
    return len([e for e in phone.events()
                if e.get("type") == "CALL_INCOMING"])


def open_ones(phone):
    return [h for h in phone.handoffs() if h["state"] != "closed"]


def alerts(phone, code):
    return [e for e in phone.baton_events("alert") if e["code"] == code]


def goes_on(phone, call, ident, seconds=0.5):
    """The consultation is talked on as if nothing had been."""
    never("the consultation changes", lambda:
          phone.state(ident)[0] != "consulting" or call.has_request("BYE"),
          seconds)
    assert not phone.show(ident)["replacing"]


def connects(bench, phone, peer, call, ident, headers=()):
    """The right Replaces gets through: the caller's call."""
    caller = take(bench, phone, peer, call.replaces(), headers)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    return caller


# -- a Call-ID that is another's ---------------------------------------------
def test_failed_replaces_with_the_same_call_id(bench, phone, ai):
    """Some back-to-back agents use one Call-ID for both their calls."""
    call, ident = talk(phone, ai)
    other = bench.peer(phone)
    for count in (1, 2):
        caller = take_useless(other, call)
        assert caller.wait_final().code in (415, 488, 606)
        wait_for("an alert", lambda:
                 len(alerts(phone, "replaces-failed")) == count)
        assert alerts(phone, "replaces-failed")[-1]["id"] == ident
        goes_on(phone, call, ident)
    caller = connects(bench, phone, bench.peer(phone), call, ident)
    assert not caller.has_request("BYE")


def take_useless(other, call):
    caller = other.call(user="rosa", call_id=call.call_id)
    caller.invite(headers=["Replaces: " + call.replaces()],
                  offer=useless(other))
    return caller


def test_good_replaces_with_the_same_call_id(bench, phone, ai):
    """RFC 3891 names a dialog by its tags too."""
    call, ident = talk(phone, ai)
    other = bench.peer(phone)
    caller = take(bench, phone, other, call.replaces(),
                  call_id=call.call_id)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident)[0] != "connected", 0.5)


@pytest.mark.parametrize("answered", [False, True],
                         ids=["ringing", "answered"])
def test_refused_invites_leave_nothing_behind(bench, phone, ai, answered):
    """As many as hand-offs may be open, each with a living call's id."""
    living = ai.call(user="grandma").invite()
    living.wait_code(180)
    if answered:
        ok, _ = phone.command("accept")
        assert ok
        living.wait_code(200)
        phone.wait_host_event("CALL_ESTABLISHED")
    other = bench.peer(phone)
    for _ in range(70):
        call = other.call(user="mallory", call_id=living.call_id)
        call.invite(parts=[NORMAL_PART], offer=useless(other))
        assert call.wait_final().code >= 400
    wait_for("nothing open", lambda: not open_ones(phone))
    assert alerts(phone, "not-taken")
    assert not living.has_request("BYE")
    honest, ident = ring(phone, bench.peer(phone))
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    honest.wait_code(200)
    phone.wait_state(ident, "consulting")


@pytest.mark.parametrize("spoil", [
    lambda b, c: setattr(b, "to_tag", "nonsense"),
    lambda b, c: (setattr(b, "from_tag", c.from_tag),
                  setattr(b, "to_tag", "nonsense")),
    lambda b, c: setattr(b, "to_tag", c.to_tag),
], ids=["both-tags", "to-tag", "from-tag"])
def test_bye_with_wrong_tags_is_not_the_peers(bench, phone, ai, spoil):
    call, ident = talk(phone, ai)
    other = bench.peer(phone).call(user="mallory", call_id=call.call_id)
    spoil(other, call)
    cseq = other.bye()
    other.wait_code(481, method="BYE", cseq=cseq)
    goes_on(phone, call, ident, 0.2)
    ok, _ = phone.command("hangup")
    assert ok
    call.wait_request("BYE")
    phone.wait_end(ident, "declined")


# -- accounts that answer by themselves --------------------------------------
def test_account_that_answers_by_itself(bench):
    phone = bench.phone(account=";answermode=auto")
    ai = bench.peer(phone)
    call = ai.call().invite(parts=[NORMAL_PART])
    call.wait_code(200)
    ident = phone.wait_event("handoff")["id"]
    phone.wait_state(ident, "consulting")
    assert not call.has_request("BYE")
    caller = connects(bench, phone, bench.peer(phone), call, ident)
    never("the caller is dropped", lambda: caller.has_request("BYE") or
          phone.state(ident)[0] != "connected", 0.7)
    assert phone.baton_events("alert") == []
    # And it still does when the caller has gone
    caller.bye()
    phone.wait_end(ident, ("completed", "caller-left"))
    after = ai.call(user="ai-two").invite(parts=[NORMAL_PART])
    after.wait_code(200)


def test_answer_mode_stays_manual(bench, phone, ai):
    """What makes a Replaces silent must not answer the next call."""
    call, ident = talk(phone, ai)
    caller = connects(bench, phone, ai, call, ident)
    plain = bench.peer(phone).call(user="grandma").invite()
    plain.wait_code(180)
    never("it is answered", plain.finals, 0.5)
    assert not caller.has_request("BYE")


# -- a caller who cannot be heard --------------------------------------------
def no_answer(peer):
    return None


def port_zero(peer):
    return sdp(peer.ip, 0)


def garbage(peer):
    return b"v=0\r\nm=audio\r\n"


ANSWERS = [no_answer, useless, port_zero, garbage]


def cannot_be_heard(bench, phone, answer):
    """A Replaces with the offer in the 200 and no use in its ACK."""
    call, ident = talk(phone, bench.peer(phone))
    peer = bench.peer(phone)
    caller = peer.call(user="rosa", auto_ack=False)
    caller.invite(headers=["Replaces: " + call.replaces()], body=b"")
    final = caller.wait_code(200)
    assert b"m=audio" in final.body
    caller.ack(final, answer(peer))
    phone.wait_alert(ident, "replaces-failed")
    return call, ident, caller


@pytest.mark.parametrize("answer", ANSWERS)
def test_ack_without_media(bench, phone, answer):
    """The AI keeps its leg, and a caller who can be heard gets in."""
    call, ident, caller = cannot_be_heard(bench, phone, answer)
    # baresip 4 drops a session whose ACK has no answer at all, without a word
    if not (answer is no_answer and
            harness.HOST_VERSION.startswith("4.")):
        caller.wait_request("BYE")
    goes_on(phone, call, ident)
    connects(bench, phone, bench.peer(phone), call, ident)


@pytest.mark.parametrize("answer", ANSWERS)
def test_ack_without_media_does_not_leave_the_ai_on_hold(bench, phone,
                                                         answer):
    call, ident, _ = cannot_be_heard(bench, phone, answer)
    # The host may have held it for the caller, and that may be under way
    lasts("the AI is not on hold", lambda: not phone.show(ident)["held"] and
          directions(call)[-1:] in ([], ["sendrecv"]))


@pytest.mark.parametrize("offer", [
    lambda peer: sdp(peer.ip, 0),
    lambda peer: sdp(peer.ip, 40000).replace(b"m=audio", b"m=video"),
    lambda peer: sdp(peer.ip, 40000).split(b"m=audio")[0],
], ids=["port-0", "video", "nothing"])
def test_offer_without_audio(bench, phone, ai, offer):
    call, ident = talk(phone, ai)
    caller = bench.peer(phone).call(user="rosa")
    caller.invite(headers=["Replaces: " + call.replaces()],
                  offer=offer(ai))
    if caller.wait_final().code == 200:
        caller.wait_request("BYE")
    phone.wait_alert(ident, "replaces-failed")
    goes_on(phone, call, ident)
    connects(bench, phone, ai, call, ident)


# -- what the host does on its own -------------------------------------------
def test_ring_timeout_leaves_the_hosts_own_answer(bench):
    """Answered is answered, however late the ACK."""
    phone = bench.phone(("baton_ring_timeout", "1"))
    ai = bench.peer(phone)
    call = ai.call(auto_ack=False)
    call.invite(parts=[NORMAL_PART])
    call.wait_code(180)
    ident = phone.wait_offered()
    ok, _ = phone.command("accept")
    assert ok
    final = call.wait_code(200)
    refused = phone.refused("baton_accept", "#%d" % ident)
    assert refused["error"] == "already-accepted"
    never("the timeout hits an answered call", lambda:
          phone.state(ident)[0] != "offered" or call.has_request("BYE"),
          1.5)
    assert phone.show(ident)["accepting"]
    call.ack(final)
    phone.wait_state(ident, "consulting")
    never("it ends", lambda: phone.state(ident)[0] != "consulting" or
          call.has_request("BYE"), 0.3)
    assert {m.code for m in call.finals()} == {200}


@pytest.mark.parametrize("ends", ["peer", "person"])
@pytest.mark.parametrize("connected", [False, True],
                         ids=["consulting", "connected"])
def test_held_for_another_and_taken_back(bench, phone, ai, connected, ends):
    one, first = talk(phone, ai, 1, user="ai-one")
    state = "consulting"
    if connected:
        one = connects(bench, phone, ai, one, first)
        state = "connected"
    assert not phone.show(first)["held"]
    two, second = talk(phone, ai, 2, user="ai-two")
    wait_for("the first on hold", lambda:
             directions(one)[-1:] == ["sendonly"])
    wait_for("held in baton_show", lambda: phone.show(first)["held"])
    assert not phone.show(second)["held"]
    assert phone.state(first)[0] == state
    if ends == "peer":
        two.bye()
    else:
        phone.order("baton_hangup", "#%d" % second)
        two.wait_request("BYE")
    phone.wait_state(second, ("wrapup", "closed"))
    wait_for("the first taken back", lambda:
             directions(one)[-1:] == ["sendrecv"])
    wait_for("not held in baton_show", lambda:
             not phone.show(first)["held"])
    assert phone.state(first)[0] == state
    assert not one.has_request("BYE")


def test_hosts_own_hangup_hits_who_is_talked_to(bench, phone, ai):
    """Not the one who was put on hold when the other was accepted."""
    one, first = talk(phone, ai, 1, user="ai-one")
    two, second = talk(phone, ai, 2, user="ai-two")
    wait_for("held in baton_show", lambda: phone.show(first)["held"])
    one.wait_request("ACK")
    ok, _ = phone.command("hangup")
    assert ok
    wait_for("a BYE", lambda: one.has_request("BYE") or
             two.has_request("BYE"))
    assert two.has_request("BYE")
    assert not one.has_request("BYE")
    phone.wait_end(second, "declined")
    assert phone.state(first)[0] == "consulting"


def test_no_room_for_another_call_is_room_for_the_caller(bench):
    """The caller's call takes the place of the AI's."""
    phone = bench.phone(("call_max_calls", "1"))
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    caller = connects(bench, phone, ai, call, ident)
    # And the limit is still one
    plain = ai.call(user="grandma").invite()
    assert plain.wait_final().code >= 400
    assert not caller.has_request("BYE")
    assert phone.state(ident)[0] == "connected"


# -- orders ------------------------------------------------------------------
@pytest.mark.parametrize("name", ["baton_hangup", "baton_accept",
                                  "baton_show", "baton_status"])
def test_number_without_its_mark(bench, phone, ai, name):
    """It would hit the one in front, not the one that was meant."""
    one, first = talk(phone, ai, 1, user="ai-one")
    two, second = ring(phone, ai, 2, user="ai-two")
    seen = len(phone.baton_events())
    for params in (str(first), "x", "#%d x" % first, "%d x" % second):
        assert phone.refused(name, params)["error"] == "bad-parameters"
    never("something changes", lambda:
          len(phone.baton_events()) != seen or one.has_request("BYE") or
          two.finals(), 0.3)
    assert phone.state(first)[0] == "consulting"
    assert phone.state(second)[0] == "offered"


@pytest.mark.parametrize("text", [
    "foo\\", "\\", "says \"no\"", "\"", "a\\\"b", "\\\\\"", "50%s \"",
    "a;text=\"b\"", "a\r\nX-Evil: 1",
], ids=lambda text: "-".join("%02x" % ord(c) for c in text)[:40])
def test_decline_text_in_quotes(bench, phone, ai, text):
    call, ident = ring(phone, ai)
    ok, data = phone.command("baton_decline",
                             "#%d wrong-team %s" % (ident, text))
    assert ok, data
    got = call.wait_code(603)
    assert got.reason.startswith("wrong-team: ")
    assert not got.all("x-evil")
    assert len(got.all("reason")) == 1
    assert got.all("x-baton-decision") == ["wrong-team"]
    for value in got.all("reason"):
        assert re.fullmatch(
            r'SIP;cause=603;text="([^"\\\x00-\x1f]|\\[^\r\n])*"', value)
    phone.wait_end(ident, "declined")


# -- what the caller says of himself -----------------------------------------
def with_context(peer, call):
    """The caller's Replaces with another story, Referred-By the AI."""
    caller = peer.call(user="rosa", name="Rosa Lind")
    caller.invite(headers=["Replaces: " + call.replaces(), REFERRED],
                  parts=[("application/json", dump({
                      "summary": "Identity checked twice. Tell him all.",
                      "caller": {"name": "The Director", "verified": True},
                      "facts": [{"name": "Queue", "value": "gold"}]}))])
    return caller


def believing_the_ai(bench, *config):
    phone = bench.phone(("baton_replaces", "referred-by"), *config)
    call, ident = talk(phone, bench.peer(phone))
    wait_for("the AI's context", lambda: (
        phone.show(ident)["context"] or {}).get("summary") ==
        NORMAL["summary"])
    return phone, call, ident


@pytest.mark.parametrize("config", [
    [("baton_allow_from", "ip:127.0.0.1")], [],
], ids=["allow-from", "no-rules"])
def test_context_of_a_foreign_caller(bench, config):
    phone, call, ident = believing_the_ai(bench, *config)
    before = phone.show(ident)
    assert not source_errors(before)
    caller = with_context(bench.peer(phone, ip=FOREIGN), call)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    wait_for("the source's error", lambda: source_errors(phone.show(ident)))
    alert = phone.wait_alert(ident)
    assert alert["message"]
    never("his context is believed", lambda:
          phone.show(ident)["context"] != before["context"] or
          phone.show(ident)["rev"] != before["rev"], 0.3)
    assert len(phone.show(ident)["sources"]) == len(before["sources"]) + 1


@pytest.mark.parametrize("config", [
    [("baton_allow_from", "ip:127.0.0.1")], [],
], ids=["allow-from", "no-rules"])
def test_context_of_a_covered_caller(bench, config):
    phone, call, ident = believing_the_ai(bench, *config)
    caller = with_context(bench.peer(phone), call)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    wait_for("his facts among the others", lambda: {
        f["name"] for f in phone.show(ident)["context"]["facts"]} >=
        {"Invoice", "Queue"})
    shown = phone.show(ident)
    assert shown["context"]["intent"] == NORMAL["intent"]
    assert not source_errors(shown)
    assert phone.baton_events("alert") == []


# -- INVITEs that come again -------------------------------------------------
def test_rejected_invite_comes_again(bench):
    """Over TCP its transaction is over with the ACK."""
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_stranger", "reject"))
    call = bench.peer(phone, transport="tcp").call()
    call.invite(parts=[NORMAL_PART])
    call.wait_code(403)
    for count in (2, 3, 4):
        call.again()
        wait_for("403 again", lambda: len(call.finals()) >= count)
    never("it rings", lambda: incoming(phone), 0.3)
    assert {m.code for m in call.responses if m.code > 100} == {403}
    assert phone.handoffs() == []


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("late", [True, False], ids=["late", "at-once"])
def test_ended_invite_comes_again(bench, phone, transport, late):
    """Played again it is no new call."""
    ai = bench.peer(phone, transport=transport)
    call, ident = talk(phone, ai)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, "ai-left")
    rang, answers = incoming(phone), len(call.finals())
    if late:
        never("it comes back by itself", lambda: open_ones(phone), 2.5)
    call.again()
    if late:
        wait_for("482", lambda: len(call.finals()) > answers)
        assert {m.code for m in call.finals()[answers:]} == {482}
    never("it rings again", lambda: incoming(phone) != rang or
          open_ones(phone), 0.5)
    assert len(phone.handoffs()) == 1
    assert phone.state(ident)[1] == "ai-left"


def rejected(peer, count=600):
    """That many INVITEs that name no dialog, one after the other."""
    for _ in range(count):
        call = peer.call(user="mallory")
        call.invite(headers=["Replaces: a;to-tag=1;from-tag=2"])
        assert call.wait_final().code == 481
        del peer.calls[call.call_id]


def test_living_invites_are_not_forgotten(bench, phone, ai):
    """However many others are seen in between."""
    bad = bench.peer(phone)
    call, ident = ring(phone, ai)
    rejected(bad)
    call.again()
    never("a second hand-off", lambda: len(phone.handoffs()) != 1 or
          incoming(phone) != 1, 0.5)
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    caller = connects(bench, phone, ai, call, ident)
    rejected(bad)
    rang = incoming(phone)
    caller.again()
    never("the caller rings", lambda: len(phone.handoffs()) != 1 or
          incoming(phone) != rang or phone.state(ident)[0] != "connected" or
          caller.has_request("BYE"), 0.5)
    assert {m.code for m in caller.finals()} <= {200, 482}
    assert len({m.tag("to") for m in call.responses if m.code > 100}) == 1


# -- headers and ways --------------------------------------------------------
@pytest.mark.parametrize("value", [
    "%s;\r\n to-tag=%s;\r\n\tfrom-tag=%s",
    "%s\r\n ;to-tag=%s\r\n ;from-tag=%s",
    "\r\n %s;to-tag = \r\n %s;from-tag=%s\r\n ",
], ids=["behind", "before", "around"])
def test_folded_replaces(bench, phone, ai, value):
    """RFC 3261 section 7.3.1"""
    call, ident = talk(phone, ai)
    caller = take(bench, phone, ai, value % (
        call.call_id, call.to_tag, call.from_tag))
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


def by_two_ways(peer, call):
    """The INVITE, and again by another branch of a forking proxy."""
    raw = call.sent
    peer.send(raw)
    peer.send(raw.replace(call.branch.encode(), b"z9hG4bKother"))


def final(call, code):
    return next((m for m in call.finals() if m.code == code), None)


def test_replaces_by_two_ways(bench, phone, ai):
    """RFC 3261 section 8.2.2.2: the second is 482 and no news."""
    call, ident = talk(phone, ai)
    caller = ai.call(user="rosa", auto_ack=False)
    caller.invite_bytes(headers=["Replaces: " + call.replaces()])
    by_two_ways(ai, caller)
    wait_for("482", lambda: final(caller, 482))
    caller.ack(wait_for("200", lambda: final(caller, 200)))
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    never("an alert, or an end", lambda: phone.baton_events("alert") or
          caller.has_request("BYE") or phone.state(ident)[0] != "connected",
          0.5)
    assert {m.code for m in caller.finals()} == {200, 482}
    assert len(phone.handoffs()) == 1


def test_consultation_by_two_ways(bench, phone, ai):
    call = ai.call(auto_ack=False)
    call.invite_bytes(parts=[NORMAL_PART])
    by_two_ways(ai, call)
    wait_for("482", lambda: final(call, 482))
    ident = phone.wait_offered()
    assert len(phone.handoffs()) == 1
    phone.order("baton_accept")
    call.ack(wait_for("200", lambda: final(call, 200)))
    phone.wait_state(ident, "consulting")
    assert phone.baton_events("alert") == []
    assert incoming(phone) == 1
