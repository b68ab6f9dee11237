"""Caller, person and target: who talks to whom, at each order, and what an
order does that does not fit the moment."""

import pytest

from harness import lasts, never, wait_for
from legs import LATER, SILENT
from onward import Scene
from tones import PERSON

ORDERS = ["consult", "swap", "merge", "complete", "back", "transfer",
          "handback", "escalate"]


# -- swap --------------------------------------------------------------------

def test_swap(bench):
    s = Scene(bench)
    target = s.talk()
    assert s.caller.is_held() and not target.is_held()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.wait_held(False)
    assert s.state() == "onward-talking"
    s.phone.order("baton_swap")
    s.caller.wait_held()
    target.wait_held(False)
    assert s.state() == "onward-talking"
    s.stays()
    assert not target.has_request("BYE")


def test_swap_is_heard(bench):
    s = Scene(bench, sound=True)
    target = s.talk()
    for mine, other in ((s.caller, target), (target, s.caller)):
        s.phone.order("baton_swap")
        other.wait_held()
        mine.wait_held(False)
        mine.voice.hears(PERSON)
        s.ear.hears(mine.voice)
        other.voice.is_deaf_to(PERSON)
        other.voice.is_deaf_to(mine.voice.hertz)


def test_swap_and_the_target_leaves(bench):
    s = Scene(bench)
    target = s.talk()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.wait_held(False)
    target.bye()
    s.caller_back()


def test_swap_and_the_caller_leaves(bench):
    """The target was held; the person has them again."""
    s = Scene(bench)
    target = s.talk()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.bye()
    s.phone.wait_alert(s.ident, "caller-left")
    target.wait_held(False)
    assert not target.has_request("BYE")
    s.phone.order("baton_hangup")
    target.wait_request("BYE")
    s.phone.wait_end(s.ident, "caller-left")


def test_swap_refused_by_the_target(bench):
    """It does not hold: the person still gets the caller."""
    s = Scene(bench)
    target = s.talk()
    target.answers["INVITE"] = (488, "Not Acceptable Here")
    s.phone.order("baton_swap")
    s.caller.wait_held(False)
    s.phone.wait_alert(s.ident, "hold-refused")
    s.stays()


# -- merge -------------------------------------------------------------------

def test_merge(bench):
    s = Scene(bench)
    target = s.talk()
    s.phone.order("baton_merge")
    s.wait_state("merged")
    s.caller.wait_held(False)
    target.wait_held(False)
    s.stays()


def test_all_three_hear(bench):
    s = Scene(bench, sound=True)
    target = s.merge()
    s.caller.voice.hears(target.voice.hertz, 0.15)
    s.caller.voice.hears(PERSON, 0.15)
    target.voice.hears(s.caller.voice.hertz, 0.15)
    target.voice.hears(PERSON, 0.15)
    s.ear.hears(s.caller.voice, target.voice, at_least=0.2)


def test_not_oneself(bench):
    """Each gets the mix of the others, not an echo of the own voice."""
    s = Scene(bench, sound=True)
    target = s.merge()
    s.caller.voice.hears(target.voice.hertz, 0.15)
    s.caller.voice.is_deaf_to(s.caller.voice.hertz)
    target.voice.is_deaf_to(target.voice.hertz)


def test_out_of_merged(bench):
    """swap: one of them, the other held."""
    s = Scene(bench)
    target = s.merge()
    s.phone.order("baton_swap")
    s.wait_state("onward-talking")
    wait_for("one of the two is held", lambda:
             s.caller.is_held() != target.is_held())
    s.stays()


@pytest.mark.parametrize("who", ["caller", "target"])
def test_one_leaves_merged(bench, who):
    s = Scene(bench, sound=True)
    target = s.merge()
    if who == "target":
        s.caller.voice.hears(PERSON, 0.15)
        target.bye()
        s.caller_back()
        return
    target.voice.hears(PERSON, 0.15)
    s.caller.bye()
    s.phone.wait_alert(s.ident, "caller-left")
    target.voice.hears(PERSON)
    s.ear.hears(target.voice)
    s.phone.order("baton_hangup")
    target.wait_request("BYE")
    s.phone.wait_end(s.ident, "caller-left")


def test_merge_when_the_caller_refuses(bench):
    """The offer that ends the hold is refused: said, and nobody is lost."""
    s = Scene(bench)
    target = s.talk()
    s.caller.answers["INVITE"] = [(488, "Not Acceptable Here"),
                                  (200, "OK")]
    s.tried("merge")
    s.phone.wait_alert(s.ident)
    s.stays()
    assert not target.has_request("BYE")


# -- back --------------------------------------------------------------------

def test_back_while_holding(bench):
    """Nobody was called yet."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = [LATER, (200, "OK")]
    s.phone.order("baton_consult", "Billing")
    hold = s.caller.wait_request("INVITE")
    s.phone.order("baton_back")
    s.caller.say(hold, 200, "OK")
    s.caller_back()
    never("somebody is called", lambda: list(s.at["Billing"].called), 0.4)


def test_back_before_anything_came(bench):
    """The INVITE is out, nothing has come for it: CANCEL has to wait for a
    provisional answer (RFC 3261, section 9.1)."""
    s = Scene(bench)
    s.at["Billing"].trying = False
    target = s.consult()
    s.phone.order("baton_back")
    never("CANCEL before that", lambda: target.has_request("CANCEL"), 0.3)
    target.ring()
    target.wait_request("CANCEL")
    s.caller_back()


def test_back_while_ringing(bench):
    s = Scene(bench)
    target = s.consult()
    target.ring()
    s.wait_step(180)
    s.phone.order("baton_back")
    target.wait_request("CANCEL")
    s.caller_back()
    assert "target-failed" not in s.alerts()


def test_back_while_talking(bench):
    s = Scene(bench, sound=True)
    target = s.talk()
    s.phone.order("baton_back")
    target.wait_request("BYE")
    s.caller_back()


def test_back_after_swap(bench):
    s = Scene(bench)
    target = s.talk()
    s.phone.order("baton_swap")
    s.caller.wait_held(False)
    s.phone.order("baton_back")
    target.wait_request("BYE")
    s.caller_back()


def test_back_while_merged(bench):
    s = Scene(bench, sound=True)
    target = s.merge()
    s.caller.voice.hears(PERSON, 0.15)
    s.phone.order("baton_back")
    target.wait_request("BYE")
    s.caller_back()
    s.caller.voice.is_deaf_to(target.voice.hertz)


def test_target_never_answers_the_bye(bench):
    s = Scene(bench)
    target = s.talk()
    target.answers["BYE"] = SILENT
    s.phone.order("baton_back")
    target.wait_request("BYE")
    s.caller_back()


def test_again_and_again(bench):
    """Consult, back, consult: each time anew."""
    s = Scene(bench)
    for count in (1, 2, 3):
        target = s.talk(count=count)
        s.phone.order("baton_back")
        target.wait_request("BYE")
        s.wait_state("connected")
        s.caller.wait_held(False)
    s.stays()


# -- who hangs up ------------------------------------------------------------

def test_caller_leaves_while_talking(bench):
    """The talk with the target goes on."""
    s = Scene(bench, sound=True)
    target = s.talk()
    s.caller.bye()
    s.phone.wait_alert(s.ident, "caller-left")
    target.voice.hears(PERSON)
    s.ear.hears(target.voice)
    assert not target.has_request("BYE")
    for order in ("swap", "merge", "complete"):
        s.phone.refused("baton_" + order)
    target.bye()
    s.phone.wait_end(s.ident, "caller-left")


@pytest.mark.parametrize("state", ["ringing", "talking", "merged"])
def test_person_hangs_up(bench, state):
    """baton_hangup is of the caller's leg; no leg is left behind when the
    hand-off is over, and the caller is not left on hold."""
    s = Scene(bench)
    if state == "ringing":
        target = s.consult()
        target.ring()
        s.wait_step(180)
    else:
        target = s.talk() if state == "talking" else s.merge()
    if not s.tried("hangup"):
        s.phone.order("baton_back")
        s.caller_back()
        return
    s.caller.wait_request("BYE")
    if s.state() not in ("wrapup", "closed"):
        s.tried("back")
    target.wait_request("CANCEL" if state == "ringing" else "BYE")
    s.phone.wait_state(s.ident, ("wrapup", "closed"))


def test_stopping_while_talking(bench):
    s = Scene(bench)
    target = s.talk()
    wrong = s.phone.stop()
    assert not wrong, wrong
    s.caller.wait_request("BYE")
    target.wait_request("BYE")
    s.phone.proc = None


# -- orders that do not fit --------------------------------------------------

def params(order):
    return "Billing" if order in ("consult", "transfer") else None


def all_refused(scene, orders):
    """Each one fails in the form of the contract; nobody gets a packet."""
    before = scene.state()
    legs = [scene.caller] + [c for p in scene.at.values() for c in p.called]
    seen = [len(leg.requests) for leg in legs]
    calls = sum(len(p.called) for p in scene.at.values())
    for order in orders:
        scene.phone.refused("baton_" + order, params(order))
    never("a packet", lambda: [len(leg.requests) for leg in legs] != seen or
          sum(len(p.called) for p in scene.at.values()) != calls, 0.3)
    assert scene.state() == before


def test_wrong_while_connected(bench):
    s = Scene(bench)
    all_refused(s, ["swap", "merge", "complete", "back"])


def test_wrong_while_ringing(bench):
    s = Scene(bench)
    s.consult().ring()
    s.wait_step(180)
    all_refused(s, ["consult", "swap", "merge", "transfer", "escalate",
                    "handback"])


def test_wrong_while_talking(bench):
    s = Scene(bench)
    s.talk()
    all_refused(s, ["consult", "transfer", "escalate", "handback"])


def test_wrong_while_merged(bench):
    s = Scene(bench)
    s.merge()
    all_refused(s, ["consult", "merge", "transfer", "escalate", "handback"])


def test_wrong_while_transferring(bench):
    s = Scene(bench)
    s.complete()
    s.wait_state("transferring")
    all_refused(s, [o for o in ORDERS if o != "back"])


def test_wrong_without_anybody(bench):
    phone = bench.phone()
    for order in ORDERS:
        phone.refused("baton_" + order, "sip:x@127.0.0.1")


def test_wrong_when_over(bench):
    s = Scene(bench)
    s.caller.bye()
    s.phone.wait_end(s.ident, ("caller-left", "completed"))
    for order in ORDERS:
        s.phone.refused("baton_" + order, "#%d %s" % (
            s.ident, params(order) or ""))
    assert not s.at["Billing"].called


def test_without_a_target(bench):
    s = Scene(bench)
    for order in ("consult", "transfer"):
        for text in (None, "", "#%d" % s.ident, "   "):
            s.phone.refused("baton_" + order, text)
    s.untouched()


def test_another_handoff(bench):
    """#id picks; the one in front is not touched by what is of another."""
    s = Scene(bench)
    s.phone.refused("baton_consult", "#%d Billing" % (s.ident + 7))
    s.untouched()


# -- orders of a script, in one packet ---------------------------------------

@pytest.mark.parametrize("orders, merged", [
    (["swap", "swap"], False), (["swap", "swap", "swap"], False),
    (["hold", "resume"], False), (["resume", "hold", "resume"], False),
    (["swap", "hold", "resume"], False), (["merge", "hold", "resume"], True),
    (["swap", "merge"], True), (["merge", "swap"], False),
], ids=lambda o: "-".join(o) if isinstance(o, list) else None)
def test_orders_at_once(bench, orders, merged):
    """Whatever comes of each, what is shown is what is."""
    s = Scene(bench)
    target = s.talk()
    s.phone.control.at_once(*["baton_" + order for order in orders])
    s.wait_state("merged" if merged else "onward-talking")

    def right():
        shown = s.phone.show(s.ident)["onward"]
        if merged:
            return not (s.caller.is_held() or target.is_held())
        return not shown["parked"] and \
            s.caller.is_held() == shown["on_line"] and \
            target.is_held() != shown["on_line"]
    lasts("one of them is heard, and it is told which", right)
