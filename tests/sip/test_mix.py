"""All three hear each other, and nobody themselves."""

import re

import pytest

from harness import Failure, wait_for
from test_calls import talk
from mixed import (CALLER, HEARD, L16, L16_48, LOUD, NOT_HEARD, PCMU, PERSON,
                   TARGET, Speaker, level, tones, windows)

EVERYBODY = {PERSON, CALLER, TARGET}


class Three:
    """A caller who is with the person, and whom the person can have called
    to it."""

    def __init__(self, bench, caller=None, target=None, config=()):
        self.bench = bench
        self.phone = bench.phone(("module", "l16.so"), *config, sound=True)
        self.ears = self.phone.ears
        self.caller = Speaker(CALLER, **(caller or {}))
        self.target = Speaker(TARGET, **(target or {}))
        bench.others += [self.caller, self.target]
        ai = bench.peer(self.phone)
        call, self.ident = talk(self.phone, ai)
        self.caller_call = ai.call(user="rosa", name="Rosa Lind")
        self.caller_call.answers["INVITE"] = self.again(self.caller)
        self.caller_call.invite(
            headers=["Replaces: " + call.replaces()],
            offer=self.caller.offer())
        self.caller.to(self.caller_call.wait_code(200).body)
        self.phone.wait_state(self.ident, "connected")
        self.target_call = None

    @staticmethod
    def again(speaker):
        """What a re-INVITE is answered."""
        return (200, "OK", ("Content-Type: application/sdp",), speaker.sdp())

    def consult(self):
        away = self.bench.peer(self.phone, called=True, messages=True)
        self.phone.order("baton_consult", "#%d sip:lee@%s:%d" % (
            self.ident, away.ip, away.port))
        self.target_call = away.wait_call()
        self.target_call.reply(180, "Ringing")
        body = self.target.answer(self.target_call.first.body)
        self.target_call.answers["INVITE"] = self.again(self.target)
        self.target_call.reply(200, "OK", body=body)
        self.phone.wait_state(self.ident, "onward-talking")
        return self

    def merge(self):
        self.phone.order("baton_merge", "#%d" % self.ident)
        self.phone.wait_state(self.ident, "merged")
        return self

    def all_hear_all(self):
        hears(self.caller, {PERSON, TARGET})
        hears(self.target, {PERSON, CALLER})
        hears(self.ears, {CALLER, TARGET})

    def goes_on(self):
        assert self.phone.state(self.ident) == ("merged", "")
        assert not self.caller_call.has_request("BYE")
        assert not self.target_call.has_request("BYE")
        assert not [e for e in self.phone.baton_events("alert")
                    if e["code"] == "mix-failed"]


def hears(who, expected, seconds=0.5):
    """Waits until these tones are heard, and no other one."""
    got = {}

    def right():
        mark = who.mark()
        wait_for("something is heard", lambda: len(who.since(mark)[1]) >=
                 seconds * who.since(mark)[0])
        got.update(tones(*who.since(mark)))
        return got and all(
            got[h] > HEARD if h in expected else got[h] < NOT_HEARD
            for h in EVERYBODY)
    try:
        wait_for("%s is heard" % sorted(expected), right)
    except Failure as error:
        raise Failure("%s; last heard: %r" % (error, got)) from None


@pytest.fixture
def three(bench):
    return Three(bench)


@pytest.mark.parametrize("caller,target", [
    (PCMU, PCMU), (PCMU, L16), (L16, PCMU), (L16, L16), (L16_48, PCMU)],
    ids=["8-8", "8-16", "16-8", "16-16", "48-8"])
def test_all_hear_all(bench, caller, target):
    three = Three(bench, {"codec": caller}, {"codec": target})
    hears(three.caller, {PERSON})
    three.consult()
    hears(three.target, {PERSON})
    three.merge().all_hear_all()
    three.goes_on()


@pytest.mark.parametrize("caller,target", [
    (10, 20), (20, 40), (60, 10)])
def test_other_frames(bench, caller, target):
    """Packets that are shorter or longer than those of the other side."""
    three = Three(bench, {"ptime": caller}, {"ptime": target})
    three.consult().merge().all_hear_all()
    three.goes_on()


def test_target_leaves(three):
    three.consult().merge().all_hear_all()
    cseq = three.target_call.in_dialog("BYE")
    three.target_call.wait_code(200, method="BYE", cseq=cseq)
    three.phone.wait_state(three.ident, "connected")
    hears(three.caller, {PERSON})
    hears(three.ears, {CALLER})


def test_caller_leaves(three):
    three.consult().merge().all_hear_all()
    cseq = three.caller_call.bye()
    three.caller_call.wait_code(200, method="BYE", cseq=cseq)
    three.phone.wait_alert(three.ident, "caller-left")
    assert not three.target_call.has_request("BYE")
    hears(three.target, {PERSON})
    hears(three.ears, {TARGET})


def gap(who, hertz, happens):
    """Milliseconds in which a voice is not there while something happens."""
    mark = who.mark()

    def so_long(seconds):
        begin = len(who.since(mark)[1])
        wait_for("it is heard on", lambda: len(who.since(mark)[1]) - begin >
                 seconds * who.rate)
    so_long(0.4)
    happens()
    so_long(0.6)
    rate, samples = who.since(mark)
    size = rate // 50
    found = [level(samples[n:n + size], hertz, rate)
             for n in range(0, len(samples) - size + 1, size)]
    return 20 * len([x for x in found if x < max(found) / 2])


def test_no_gap(three):
    """Who talks with the person does not notice: as good as no frame is
    lost when the other one comes and goes."""
    three.consult()
    hears(three.target, {PERSON})
    assert gap(three.target, PERSON, three.merge) <= 60
    three.all_hear_all()
    assert gap(three.target, PERSON, three.caller_call.bye) <= 60
    hears(three.target, {PERSON})


def test_merged_after_swap(three):
    """Both have been on hold by then."""
    three.consult()
    hears(three.target, {PERSON})
    three.phone.order("baton_swap", "#%d" % three.ident)
    hears(three.caller, {PERSON})
    hears(three.ears, {CALLER})
    three.merge().all_hear_all()
    three.goes_on()


def test_person_is_muted(three):
    """By the phone's own button, which knows one call at a time."""
    three.consult().merge().all_hear_all()
    three.phone.command("mute")
    hears(three.caller, {TARGET})
    hears(three.target, {CALLER})
    three.phone.command("mute")
    three.all_hear_all()
    three.goes_on()


@pytest.mark.parametrize("silent", ["caller", "target"])
def test_one_sends_nothing(three, silent):
    """Whose packets stop takes nobody else's voice away."""
    three.consult().merge().all_hear_all()
    quiet = getattr(three, silent)
    other = three.target if silent == "caller" else three.caller
    quiet.speaking = False
    hears(other, {PERSON})
    hears(three.ears, {other.hertz})
    hears(quiet, {PERSON, other.hertz})
    quiet.speaking = True
    three.all_hear_all()
    three.goes_on()


def test_very_loud(bench):
    """Who shouts together is soft-limited: no sample comes out at the other
    end."""
    shout = {"loud": 5 * LOUD}
    three = Three(bench, shout, shout).consult().merge()
    three.all_hear_all()
    for who in (three.caller, three.target, three.ears):
        mark = who.mark()
        rate, samples = wait_for("a second is heard", lambda: [
            x for x in [who.since(mark)] if len(x[1]) > x[0]])[0]
        quiet = [p for p in windows(rate, samples)
                 if max(abs(b - a) for a, b in zip(p, p[1:])) > 40000]
        assert not quiet, "steps in %d windows" % len(quiet)


def test_not_in_the_codec(bench):
    """What cannot be mixed is refused, and both calls stay as they are."""
    three = Three(bench, {"codec": ("L16/44100", 44100)}).consult()
    got = three.phone.refused("baton_merge", "#%d" % three.ident)
    assert re.search("mix", got["error"] + got["message"])
    assert three.phone.state(three.ident) == ("onward-talking", "")
    hears(three.target, {PERSON})
