"""A person calls somebody else while the caller waits: in which order, with
what in it, what is told of it, and how the caller is taken back."""

import json
import re

import pytest

from data import NORMAL
from harness import never, wait_for
from legs import ABLE, LATER, SILENT, direction
from onward import Scene
from peer import sdp
from tones import PERSON, Voice

CHAIN = {"Billing": "Second", "Second": "Third", "Third": "Fourth",
         "Fourth": "Fifth"}
LABELS = ("Billing", "Second", "Third", "Fourth", "Fifth")


def nobody_called(scene):
    return lambda: any(p.called for p in scene.at.values())


# -- the hold comes first ----------------------------------------------------

def test_hold_is_confirmed_first(bench):
    s = Scene(bench)
    s.caller.answers["INVITE"] = LATER
    s.phone.order("baton_consult", "Billing")
    hold = s.caller.wait_request("INVITE")
    assert direction(hold.body) in ("sendonly", "inactive")
    s.wait_state("onward-calling")
    never("a call before the hold is confirmed", nobody_called(s), 0.6)
    s.caller.say(hold, 200, "OK")
    target = s.rung()
    ack = s.caller.wait_request("ACK")
    assert target.first.seen > hold.seen
    assert ack.seen > hold.seen
    s.stays()
    assert s.state() == "onward-calling"


def test_order_on_the_wire(bench):
    s = Scene(bench)
    target = s.consult()
    assert target.first.seen > s.caller.wait_request("INVITE").seen
    assert len(s.caller.of("INVITE")) == 1
    assert s.state() == "onward-calling"


def test_glare(bench):
    """491: another try after a while (RFC 3261, section 14.1), nobody is
    called before."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = [(491, "Request Pending"), LATER]
    s.phone.order("baton_consult", "Billing")
    second = s.caller.wait_nth("INVITE", 2)
    assert direction(second.body) in ("sendonly", "inactive")
    assert not s.at["Billing"].called
    s.caller.say(second, 200, "OK")
    s.rung()
    assert "hold-refused" not in s.alerts()


@pytest.mark.parametrize("code,reason", [
    (488, "Not Acceptable Here"), (500, "Server Error"),
    (501, "Not Implemented")])
def test_hold_refused(bench, code, reason):
    """It is told, and goes on."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = [(code, reason), (200, "OK")]
    target = s.consult()
    s.phone.wait_alert(s.ident, "hold-refused")
    target.ring()
    target.take()
    s.wait_state("onward-talking")
    s.stays()


def test_hold_refused_is_silent_all_the_same(bench):
    """The caller's side does not hold; what is said to the target is not
    for the caller, and nothing of the caller is for the target."""
    s = Scene(bench, sound=True)
    s.caller.answers["INVITE"] = [(488, "Not Acceptable Here"), (200, "OK")]
    target = s.talk()
    s.phone.wait_alert(s.ident, "hold-refused")
    s.caller.voice.is_deaf_to(PERSON)
    target.voice.is_deaf_to(s.caller.voice.hertz)
    target.bye()
    s.caller_back()


def test_held_caller_hears_nothing(bench):
    s = Scene(bench, sound=True)
    s.caller.voice.hears(PERSON)
    target = s.talk()
    s.ear.hears(target.voice)
    s.caller.voice.is_deaf_to(PERSON)
    s.caller.voice.is_deaf_to(target.voice.hertz)


def test_hold_unanswered(bench):
    """No answer at all: nobody is called, and the caller is taken back."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = [SILENT, (200, "OK")]
    s.phone.order("baton_consult", "Billing")
    s.caller.wait_request("INVITE")
    s.phone.wait_state(s.ident, "connected", timeout=40)
    assert not s.at["Billing"].called
    assert s.alerts()
    s.stays()


def test_caller_hangs_up_while_being_held(bench):
    """There is nobody to call for."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = LATER
    s.phone.order("baton_consult", "Billing")
    s.caller.wait_request("INVITE")
    s.caller.bye()
    s.phone.wait_end(s.ident, ("caller-left", "completed"))
    never("somebody is called", nobody_called(s), 0.5)


# -- what the target gets ----------------------------------------------------

def uui_text(invite):
    """Of the one User-to-User: hex (RFC 7433), no address in it."""
    values = invite.all("user-to-user")
    assert len(values) == 1, invite.raw
    got = re.match(r"([0-9A-Fa-f]+)\s*;\s*encoding\s*=\s*hex\b", values[0])
    assert got, values
    text = bytes.fromhex(got.group(1)).decode("utf-8")
    assert len(got.group(1)) <= 256, "ISDN carries 128 octets"
    assert not re.search(r"(sips?|https?|tel):", text), text
    assert not re.search(r"[\r\n\0]", text)
    return text


def test_invite_to_the_target(bench):
    s = Scene(bench)
    target = s.consult()
    invite = target.first
    assert invite.first == "INVITE %s SIP/2.0" % s.uri("Billing")
    assert len(invite.raw) <= 1300
    referred = invite.all("referred-by")
    assert len(referred) == 1
    assert re.match(r"(\"[^\"]*\" *)?<sip:agent@127\.0\.0\.1", referred[0])
    assert "case-4711" in uui_text(invite)
    assert invite.all("x-baton-handoff") == ["case-4711"]
    assert not invite.all("replaces")
    assert b"m=audio" in invite.body


def contexts(station):
    """Every whole context that came by MESSAGE"""
    return [json.loads(m.body.decode()) for m in station.messages_of()
            if m.get("content-type").startswith(
                ("application/vcon", "application/json"))]


def test_context_follows_when_it_rings(bench):
    s = Scene(bench)
    s.phone.order("baton_note", "is a friend of the house")
    target = s.consult()
    never("context before it rings", lambda: s.at["Billing"].messages_of(),
          0.3)
    target.ring()
    got = wait_for("the context", lambda: contexts(s.at["Billing"]))
    text = json.dumps(got, ensure_ascii=False)
    for wanted in ("Rosa Lind", "+4940123456", NORMAL["summary"],
                   "I was charged twice.", "I see both charges.",
                   "Offer the refund", "2026-10-118", "billing dispute",
                   "is a friend of the house", NORMAL["reason"]):
        assert wanted in text, wanted
    message = s.at["Billing"].messages_of()[0]
    assert "case-4711" in message.raw.decode()
    assert message.get("content-type").startswith("application/vcon")
    assert json.loads(message.body.decode())["vcon"] == "0.4.0"


def test_context_when_it_answers_at_once(bench):
    """No 180: it comes all the same."""
    s = Scene(bench)
    target = s.consult()
    target.take()
    s.wait_state("onward-talking")
    wait_for("the context", lambda: contexts(s.at["Billing"]))


@pytest.mark.parametrize("code,reason", [
    (405, "Method Not Allowed"), (415, "Unsupported Media Type"),
    (481, "No Such Call"), (413, "Request Entity Too Large")])
def test_context_refused(bench, code, reason):
    """The call is worth more than what goes with it."""
    s = Scene(bench)
    target = s.consult()
    target.answers["MESSAGE"] = (code, reason)
    s.at["Billing"].messages = False
    target.ring()
    target.take()
    s.wait_state("onward-talking")
    s.phone.wait_alert(s.ident)
    assert not target.has_request("BYE")


# -- what is told of it ------------------------------------------------------

def test_steps_are_told(bench):
    s = Scene(bench)
    target = s.consult()
    target.ring()
    s.wait_step(180)
    target.ring(183, "Session Progress")
    s.wait_step(183)
    target.take()
    s.wait_step(200)
    s.wait_state("onward-talking")
    codes = [c for c, _ in s.steps()]
    assert [c for c in codes if c != 100] == [180, 183, 200]
    assert all("Billing" in who or "billing@" in who
               for _, who in s.steps())
    states = [e["state"] for e in s.phone.baton_events("handoff")
              if e["id"] == s.ident]
    assert states[-3:] == ["connected", "onward-calling", "onward-talking"]


def test_early_media(bench):
    """What comes before the answer is for the person."""
    s = Scene(bench, sound=True)
    target = s.consult()
    target.voice = Voice(1400)
    bench.others.append(target.voice)
    target.listen(target.first.body)
    target.ring(183, "Session Progress", sdp(
        "127.0.0.1", target.voice.port))
    s.wait_step(183)
    s.ear.hears(target.voice)
    assert s.state() == "onward-calling"
    s.caller.voice.is_deaf_to(target.voice.hertz)
    target.refuse(486, "Busy Here")
    s.caller_back()


# -- when it does not come off -----------------------------------------------

@pytest.mark.parametrize("code,reason", [
    (486, "Busy Here"), (404, "Not Found"), (480, "Unavailable"),
    (500, "Server Error"), (503, "Service Unavailable"), (603, "Decline"),
    (302, "Moved Temporarily")])
def test_refused(bench, code, reason):
    s = Scene(bench)
    target = s.consult()
    target.ring()
    headers = ["Retry-After: 9"] if code == 503 else ()
    target.refuse(code, reason, headers)
    s.wait_step(code)
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    assert len(s.at["Billing"].called) == 1


def test_not_answered(bench):
    s = Scene(bench, ("baton_target_timeout", "1"))
    target = s.consult()
    target.ring()
    target.wait_request("CANCEL")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()


def test_nothing_at_all(bench):
    """Not even a 100: a host that swallows everything."""
    s = Scene(bench, ("baton_target_timeout", "1"))
    s.at["Billing"].deaf = True
    s.phone.order("baton_consult", "Billing")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()


def test_unreachable(bench):
    """Nobody listens on that port of TCP."""
    s = Scene(bench, lines=[(
        "baton_target", "Gone;uri=sip:gone@127.0.0.1:1;transport=tcp")])
    s.phone.order("baton_consult", "sip:gone@127.0.0.1:1;transport=tcp")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()


def test_answers_as_it_is_cancelled(bench):
    """The 200 crosses the CANCEL: that call is ended, the caller is back."""
    s = Scene(bench, ("baton_target_timeout", "1"))
    target = s.consult()
    target.crossing = True
    target.ring()
    target.wait_request("CANCEL")
    target.take()
    s.caller_back()
    target.wait_request("BYE")


def test_target_vanishes_after_the_answer(bench):
    s = Scene(bench)
    target = s.talk()
    target.bye()
    s.phone.wait_alert(s.ident)
    s.caller_back()
    assert s.state() == "connected"


# -- fallbacks ---------------------------------------------------------------

def test_fallback(bench):
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second"})
    target = s.consult()
    target.refuse(486, "Busy Here")
    second = s.rung("Second")
    s.wait_step(486)
    s.stays()
    assert s.caller.is_held()
    assert s.state() == "onward-calling"
    second.ring()
    second.take()
    s.wait_state("onward-talking")
    who = [w for c, w in s.steps() if c == 200]
    assert who and ("Second" in who[0] or "second@" in who[0])
    assert "case-4711" in uui_text(second.first)
    wait_for("the context", lambda: contexts(s.at["Second"]))
    assert "target-failed" not in s.alerts()


def test_fallback_when_nobody_answers(bench):
    s = Scene(bench, ("baton_target_timeout", "1"),
              labels=("Billing", "Second"), fallback={"Billing": "Second"})
    target = s.consult()
    target.ring()
    target.wait_request("CANCEL")
    second = s.rung("Second")
    second.take()
    s.wait_state("onward-talking")


def test_three_fallbacks_at_most(bench):
    s = Scene(bench, labels=LABELS, fallback=CHAIN)
    s.consult().refuse(486, "Busy Here")
    for label in ("Second", "Third", "Fourth"):
        s.rung(label).refuse(480, "Unavailable")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    assert not s.at["Fifth"].called
    told = {w for c, w in s.steps() if c >= 400}
    assert len(told) == 4, s.steps()


def test_fallbacks_in_a_circle(bench):
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second", "Second": "Billing"})

    def refuse(peer):
        seen = []

        def make(invite):
            call = type(peer).make_called(peer, invite)
            call.refuse(486, "Busy Here")
            seen.append(call)
            return call
        peer.make_called = make
        return seen
    seen = [refuse(p) for p in s.at.values()]
    s.phone.order("baton_consult", "Billing")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    assert sum(map(len, seen)) <= 4


def test_back_during_a_fallback(bench):
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second"})
    s.consult().refuse(486, "Busy Here")
    second = s.rung("Second")
    second.ring()
    s.phone.order("baton_back")
    second.wait_request("CANCEL")
    s.caller_back()


def test_caller_leaves_while_it_rings(bench):
    """Nobody is left to be passed on: the target stops ringing, or the
    person may still talk to them; the hand-off ends in any case."""
    s = Scene(bench)
    target = s.consult()
    target.ring()
    s.caller.bye()
    s.phone.wait_alert(s.ident, "caller-left")
    s.tried("back")
    target.wait_request("CANCEL")
    s.phone.wait_end(s.ident, ("caller-left", "completed"))


def test_by_address(bench):
    """A target need not be in the directory."""
    s = Scene(bench)
    s.phone.order("baton_consult", "#%d %s" % (s.ident, s.uri("Billing")))
    target = s.rung()
    target.ability = ABLE
    target.take()
    s.wait_state("onward-talking")
    assert target.first.first == "INVITE %s SIP/2.0" % s.uri("Billing")
