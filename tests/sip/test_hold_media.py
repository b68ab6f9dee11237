"""Held and taken back by the person's own order: the media comes back."""

import pytest

from legs import LATER
from mixed import CALLER, PERSON
from onward import Scene
from onward_sim import Played
from test_mix import hears


@pytest.mark.parametrize("times", [1, 3])
def test_media_comes_back(bench, times):
    s = Scene(bench, sound=True)
    s.caller.voice.hears(PERSON)
    for _ in range(times):
        s.phone.order("baton_hold")
        s.caller.wait_held()
        s.phone.order("baton_resume")
        s.caller_back()
        s.caller.voice.hears(PERSON)
        s.ear.hears(s.caller.voice)


def test_media_comes_back_from_another_stack(bench):
    """... that began with a body of several parts."""
    s = Played(bench)
    for _ in range(2):
        s.phone.order("baton_hold")
        s.caller_hears()
        s.phone.order("baton_resume")
        s.caller_hears(PERSON)
        hears(s.ears, {CALLER})
    assert s.with_person()["holds"] == 2


def test_hold_is_answered_too_late(bench):
    """The person has gone back by then, is heard all the while, and says so
    when the other side can hear of it."""
    s = Scene(bench, sound=True)
    s.caller.voice.hears(PERSON)
    s.caller.answers["INVITE"] = [LATER, (200, "OK")]
    s.phone.order("baton_consult", "Billing")
    hold = s.caller.wait_request("INVITE")
    s.phone.wait_alert(s.ident, "hold-unanswered")
    s.caller.voice.hears(PERSON)
    s.caller.say(hold, 200, "OK")
    s.caller.wait_nth("INVITE", 2)
    s.caller_back()
