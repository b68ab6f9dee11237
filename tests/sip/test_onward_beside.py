"""Two callers at once: the one is passed on while the person talks to the
other. One at a time is talked to, and nobody waits for ever."""

import pytest

from harness import never, wait_for
from legs import ABLE, LATER, REFERRED
from onward import Scene
from tones import PERSON


class Beside(Scene):
    """Carl comes while Rosa is passed on; the person talks to him."""

    def __init__(self, bench, **options):
        super().__init__(bench, sound=True, **options)
        self.carl = self.carls = None

    def mine(self, order):
        self.phone.order("baton_" + order, "#%d" % self.ident)

    def carl_comes(self, ordinary=False):
        carl = self.carl = self.desk.call(user="carl", name="Carl")
        carl.voice = self.voices(2200)()
        parts = [] if ordinary else [(
            "application/json",
            b'{"handoff_id":"h-2","caller":{"name":"Carl"}}')]
        carl.invite(parts=parts, offer=carl.session(),
                    headers=[*([] if ordinary else [REFERRED]), *ABLE])
        if ordinary:
            carl.wait_code(180)
            self.phone.command("accept")
        else:
            self.carls = self.phone.wait_offered(2)
            self.phone.order("baton_accept", "#%d" % self.carls)
        carl.listen(carl.wait_code(200).body)
        carl.voice.hears(PERSON)

    def carl_is_heard(self):
        self.carl.voice.hears(PERSON)
        self.ear.hears(self.carl.voice)
        assert not self.carl.is_held()

    def carl_waits(self, told=None):
        self.carl.wait_held()
        self.carl.voice.is_deaf_to(PERSON)
        got = [e["message"] for e in self.phone.baton_events("alert")
               if e["id"] == self.carls and e["code"] == "put-on-hold"]
        assert got == ([] if told is None else [told])

    def carl_leaves(self):
        self.carl.bye()

    def rosa_is_heard(self):
        self.caller.wait_held(False)
        self.caller.voice.hears(PERSON)
        self.ear.hears(self.caller.voice)

    def rosa_waits(self):
        assert self.caller.is_held()
        self.caller.voice.is_deaf_to(PERSON)


# -- the target answers, or does not -----------------------------------------

def test_target_answers(bench):
    """Whoever is talked to does not hear what the target is told."""
    s = Beside(bench)
    target = s.consult()
    target.ring()
    s.carl_comes()
    target.take()
    s.wait_state("onward-talking")
    s.carl_waits("Carl waits on hold: Billing of #%d has answered" % s.ident)
    target.voice.hears(PERSON)
    s.ear.hears(target.voice)
    s.phone.order("baton_resume", "#%d" % s.carls)
    target.wait_held()
    s.carl_is_heard()
    assert s.phone.show(s.ident)["onward"]["on_line"] is False


def test_target_does_not(bench):
    """Carl is not interrupted; Rosa is taken back when he has gone."""
    s = Beside(bench)
    target = s.consult()
    target.ring()
    s.carl_comes()
    target.refuse(486, "Busy Here")
    s.wait_state("connected")
    alert = s.phone.wait_alert(s.ident, "target-failed")
    assert alert["message"].endswith(
        "The caller waits on hold, as you talk to somebody else")
    s.rosa_waits()
    s.carl_is_heard()
    s.carl_leaves()
    s.rosa_is_heard()


def test_target_leaves(bench):
    s = Beside(bench)
    target = s.talk()
    s.carl_comes()
    target.bye()
    s.wait_state("connected")
    s.rosa_waits()
    s.carl_is_heard()
    s.phone.order("baton_resume", "#%d" % s.ident)
    s.carl_waits()
    s.rosa_is_heard()


def test_caller_leaves(bench):
    s = Beside(bench)
    target = s.talk()
    s.carl_comes()
    target.wait_held()
    s.caller.bye()
    s.phone.wait_alert(s.ident, "caller-left")
    s.carl_is_heard()
    target.voice.is_deaf_to(PERSON)
    s.carl_leaves()
    target.wait_held(False)
    target.voice.hears(PERSON)


@pytest.mark.parametrize("ordinary", [False, True])
def test_fallback(bench, ordinary):
    """It is called by itself: that is no reason to leave Carl. When somebody
    answers he waits, and he is taken back in the end."""
    s = Beside(bench, labels=("Billing", "Sales"),
               fallback={"Billing": "Sales"})
    target = s.consult()
    target.ring()
    s.carl_comes(ordinary)
    target.refuse(486, "Busy Here")
    sales = s.rung("Sales")
    sales.ring()
    s.wait_step(180)
    s.carl_is_heard()
    sales.take()
    s.wait_state("onward-talking")
    s.carl.wait_held()
    sales.voice.hears(PERSON)
    sales.bye()
    s.rosa_is_heard()
    s.carl.voice.is_deaf_to(PERSON)
    s.caller.bye()
    s.carl.wait_held(False)
    s.carl_is_heard()


# -- the person orders it ----------------------------------------------------

def test_consult(bench):
    s = Beside(bench)
    s.carl_comes()
    s.caller.wait_held()
    target = s.at["Billing"]
    s.phone.order("baton_consult", "#%d Billing" % s.ident)
    call = target.wait_call()
    call.ring()
    s.carl_waits()
    call.take()
    call.voice.hears(PERSON)
    s.rosa_waits()


def test_swap(bench):
    s = Beside(bench)
    target = s.talk()
    s.carl_comes()
    s.mine("swap")
    s.carl_waits()
    s.rosa_is_heard()
    target.voice.is_deaf_to(PERSON)


def test_merge(bench):
    s = Beside(bench)
    target = s.talk()
    s.carl_comes()
    s.mine("merge")
    s.carl_waits()
    s.rosa_is_heard()
    target.voice.hears(PERSON)


def test_back(bench):
    s = Beside(bench)
    s.talk()
    s.carl_comes()
    s.mine("back")
    s.wait_state("connected")
    s.carl_waits()
    s.rosa_is_heard()


# -- of three who talk together, none is left --------------------------------

@pytest.mark.parametrize("replaces", [False, True])
def test_another_comes_to_a_merge(bench, replaces):
    """The host puts one call on hold for him; there are two."""
    s = Beside(bench)
    target = s.merge()
    if replaces:
        ai = s.desk.call(user="ai", name="Ava")
        ai.voice = s.voices(2600)()
        ai.invite(parts=[("application/json", b'{"handoff_id":"h-2"}')],
                  headers=list(ABLE), offer=ai.session())
        s.carls = s.phone.wait_offered(2)
        s.phone.order("baton_accept", "#%d" % s.carls)
        ai.listen(ai.wait_code(200).body)
        s.phone.wait_state(s.carls, "consulting")
        ai.voice.hears(PERSON)
        s.phone.order("baton_resume", "#%d" % s.ident)
        target.wait_held(False)
        s.rosa_is_heard()
        target.voice.hears(PERSON, 0.15)
        s.carl = s.desk.call(user="carl", name="Carl")
        s.carl.voice = s.voices(2200)()
        s.carl.invite(headers=["Replaces: " + ai.replaces(), *ABLE],
                      offer=s.carl.session())
        s.carl.listen(s.carl.wait_code(200).body)
        s.phone.wait_alert(s.ident, "put-on-hold")
    else:
        s.carl_comes()
    s.caller.wait_held()
    target.wait_held()
    s.carl_is_heard()
    s.rosa_waits()
    target.voice.is_deaf_to(PERSON)
    s.carl_leaves()
    s.rosa_is_heard()
    target.voice.hears(PERSON, 0.15)


def test_held_merge_whose_transfer_fails(bench):
    """The caller was to go, and does not: back from hold."""
    s = Scene(bench, sound=True)
    target = s.merge()
    s.phone.order("baton_hold")
    s.caller.wait_held()
    target.wait_held()
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("500 Server Error")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller.wait_held(False)
    target.wait_held(False)
    s.caller.voice.hears(PERSON, 0.15)
    s.caller.voice.hears(target.voice.hertz, 0.15)


# -- the hold of another call is one that must be confirmed too --------------

@pytest.mark.parametrize("order", ["consult", "transfer"])
def test_hold_by_the_host_is_confirmed_first(bench, order):
    s = Scene(bench)
    s.caller.answers["INVITE"] = LATER
    carl = s.desk.call(user="carl", name="Carl")
    carl.invite(parts=[("application/json", b'{"handoff_id":"h-2"}')],
                headers=[REFERRED, *ABLE])
    ident = s.phone.wait_offered(2)
    s.phone.order("baton_accept", "#%d" % ident)
    carl.wait_code(200)
    s.phone.wait_state(ident, "connected")
    hold = s.caller.wait_request("INVITE")
    s.phone.order("baton_" + order, "#%d Billing" % s.ident)
    never("it goes on before that", lambda: s.at["Billing"].called or
          s.caller.of("REFER"), 0.4)
    s.caller.say(hold, 200, "OK")
    if order == "consult":
        s.rung()
    else:
        s.caller.wait_request("REFER")


# -- on hold by the person's own order ---------------------------------------

@pytest.mark.parametrize("merged", [False, True])
def test_hold_is_for_the_person_to_end(bench, merged):
    """Somebody who rings, and is not taken, does not end it."""
    s = Scene(bench, sound=True)
    target = s.merge() if merged else s.talk()
    s.phone.order("baton_hold")
    target.wait_held()
    s.caller.wait_held()
    carl = s.desk.call(user="carl", name="Carl")
    carl.invite(parts=[("application/json", b'{"handoff_id":"h-2"}')],
                headers=[REFERRED, *ABLE])
    ident = s.phone.wait_offered(2)
    s.phone.order("baton_decline", "#%d busy" % ident)
    s.phone.wait_end(ident, "declined")
    target.voice.is_deaf_to(PERSON)
    s.caller.voice.is_deaf_to(PERSON)
    assert target.is_held() and s.caller.is_held()
    shown = s.phone.show(s.ident)["onward"]
    assert shown["parked"] is True and shown["on_line"] is False
    s.phone.order("baton_resume", "#%d" % s.ident)
    target.wait_held(False)
    target.voice.hears(PERSON)
    wait_for("it is told", lambda: not s.phone.show(s.ident)["onward"][
        "parked"])
