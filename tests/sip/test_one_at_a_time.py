"""Hand-offs and ordinary calls at once, taken and put on hold by Baton's orders
and by the host's own keys: one is heard, and nobody is forgotten."""

import pytest

from harness import lasts, never, wait_for
from legs import ABLE, LATER, REFERRED
from onward import Scene
from test_onward_moved import caller_moves, target_moves


def heard(*legs):
    return [leg for leg in legs if not leg.is_held()]


def only(s, one, *others):
    """That one is heard, and it stays so."""
    lasts("%s is heard and nobody else" % one.user, lambda:
          heard(one, *others) == [one])
    assert not one.has_request("BYE")


def nobody(*legs):
    lasts("nobody is heard", lambda: not heard(*legs))


def carl(s):
    """Another caller, whom the person takes: the call and its hand-off."""
    call = s.desk.call(user="carl", name="Carl")
    call.invite(parts=[("application/json", b'{"handoff_id":"h-2"}')],
                headers=[REFERRED, *ABLE])
    ident = s.phone.wait_offered(2)
    s.phone.order("baton_accept", "#%d" % ident)
    call.wait_code(200)
    s.phone.wait_state(ident, "connected")
    return call, ident


def dave(s):
    """An ordinary call, taken by the host's own key."""
    call = s.desk.call(user="dave", name="Dave")
    call.invite(headers=list(ABLE), offer=call.session())
    call.wait_code(180)
    assert s.phone.command("accept")[0]
    call.wait_code(200)
    return call


# -- ordinary calls ----------------------------------------------------------

def test_ordinary_call_ends(bench):
    s = Scene(bench)
    other = dave(s)
    s.caller.wait_held()
    other.bye()
    only(s, s.caller)


def test_ordinary_call_waits_for_another(bench):
    s = Scene(bench)
    other = dave(s)
    s.caller.wait_held()
    second, _ = carl(s)
    only(s, second, other, s.caller)
    second.bye()
    s.caller.bye()
    only(s, other)


# -- the host's own keys -----------------------------------------------------

def test_host_holds(bench):
    s = Scene(bench)
    s.phone.command("hold")
    s.caller.wait_held()
    wait_for("it is shown", lambda: s.phone.show(s.ident)["held"])
    s.phone.order("baton_resume")
    only(s, s.caller)


def test_host_takes_back_and_the_target_fails(bench):
    """What the host did counts in what Baton does."""
    s = Scene(bench)
    second, _ = carl(s)
    s.phone.order("baton_consult", "#%d Billing" % s.ident)
    target = s.rung()
    target.ring()
    second.wait_held()
    s.phone.command("resume", second.call_id)
    second.wait_held(False)
    target.refuse(486, "Busy Here")
    s.wait_state("connected")
    only(s, second, s.caller)


def test_host_takes_back_and_the_person_swaps(bench):
    s = Scene(bench)
    target = s.talk()
    second, _ = carl(s)
    s.phone.order("baton_swap", "#%d" % s.ident)
    only(s, s.caller, second, target)
    s.phone.command("resume", second.call_id)
    only(s, second, s.caller, target)
    s.phone.order("baton_swap", "#%d" % s.ident)
    lasts("one of the three is heard, and it is not Carl", lambda:
          len(heard(s.caller, target)) == 1 and second.is_held())


# -- two merges --------------------------------------------------------------

def test_second_merge_changes_nothing(bench):
    s = Scene(bench, labels=("Billing", "Sales"))
    target = s.talk()
    second, ident = carl(s)
    s.phone.order("baton_consult", "#%d Sales" % ident)
    sales = s.rung("Sales")
    sales.ring()
    sales.take()
    s.phone.wait_state(ident, "onward-talking")
    s.phone.order("baton_merge", "#%d" % ident)
    s.phone.wait_state(ident, "merged")
    second.wait_held(False)
    got = s.phone.refused("baton_merge", "#%d" % s.ident)
    assert got["error"] == "mix-failed"
    lasts("the first three talk", lambda: heard(
        second, sales, s.caller, target) == [second, sales])


# -- who waits is replaced ---------------------------------------------------

def test_held_by_order_is_replaced(bench):
    s = Scene(bench)
    s.phone.order("baton_hold")
    s.caller.wait_held()
    caller_moves(s)
    nobody(s.caller)
    assert s.phone.show(s.ident)["held"]
    s.phone.order("baton_resume")
    only(s, s.caller)


def test_put_aside_is_replaced(bench):
    s = Scene(bench)
    second, _ = carl(s)
    s.caller.wait_held()
    caller_moves(s)
    only(s, second, s.caller)


@pytest.mark.parametrize("how", ["blind", "consult"])
def test_on_the_way_is_replaced(bench, how):
    s = Scene(bench)
    if how == "consult":
        s.complete()
    else:
        s.caller.answers["REFER"] = (202, "Accepted")
        s.phone.order("baton_transfer", "Billing")
        s.caller.wait_request("REFER")
    second, _ = carl(s)
    caller_moves(s)
    only(s, second, s.caller)


@pytest.mark.parametrize("who", ["target", "caller"])
def test_one_of_a_merge_that_waits_is_replaced(bench, who):
    s = Scene(bench)
    target = s.merge()
    second, ident = carl(s)
    s.phone.order("baton_hold", "#%d" % ident)
    second.wait_held()
    nobody(s.caller, target, second)
    if who == "target":
        target = target_moves(s, target)
    else:
        caller_moves(s)
    nobody(s.caller, target, second)


# -- a hold is confirmed by its own answer -----------------------------------

@pytest.mark.parametrize("code", [200, 488])
def test_answer_to_an_older_re_invite(bench, code):
    s = Scene(bench)
    s.phone.order("baton_hold")
    s.caller.wait_held()
    s.caller.answers["INVITE"] = LATER
    s.phone.order("baton_resume")
    resume = s.caller.wait_nth("INVITE", 2)
    carl(s)
    s.phone.order("baton_consult", "#%d Billing" % s.ident)
    s.caller.say(resume, code, "Whatever")
    hold = s.caller.wait_nth("INVITE", 3)
    never("the target is called", lambda: s.at["Billing"].called, 0.4)
    assert not [e for e in s.phone.baton_events("alert")
                if e["code"] == "hold-refused"]
    s.caller.say(hold, 200, "OK")
    s.rung()


# -- a REFER to the phone ----------------------------------------------------

def test_refer_that_fails_beside_another(bench):
    """Whose side sent it is not heard beside who is talked to by then."""
    s = Scene(bench, ("baton_refer", "known"), labels=("Billing", "Other"))
    ai = s.desk.call(user="ai", name="Ava")
    ai.invite(parts=[("application/json", b'{"handoff_id":"h-2"}')],
              headers=list(ABLE))
    ident = s.phone.wait_offered(2)
    s.phone.order("baton_accept", "#%d" % ident)
    ai.wait_code(200)
    s.phone.wait_state(ident, "consulting")
    ai.in_dialog("REFER", ["Refer-To: <%s>" % s.uri("Other"), REFERRED])
    other = s.rung("Other")
    other.ring()
    s.phone.order("baton_resume", "#%d" % s.ident)
    only(s, s.caller, ai)
    other.refuse(486, "Busy Here")
    s.phone.wait_alert(ident, "refer-failed")
    only(s, s.caller, ai)
