"""Caller or target are replaced by another call (RFC 3891) while the caller is
passed on: who was heard is heard, who waited waits."""

import pytest

from harness import lasts
from legs import ABLE
from onward import Scene
from test_onward_beside import Beside
from tones import PERSON


def replaced(s, old, peer, **who):
    new = peer.call(**who)
    new.voice = old.voice
    new.invite(headers=["Replaces: " + old.replaces(), *ABLE],
               offer=new.session())
    new.listen(new.wait_code(200).body)
    old.wait_request("BYE")
    return new


def target_moves(s, target):
    return replaced(s, target, s.at["Billing"], user="colleague")


def caller_moves(s):
    s.caller = replaced(s, s.caller, s.desk, user="rosa", name="Rosa Lind")


def all_three(s, target):
    assert s.state() == "merged"
    lasts("nobody is on hold", lambda: not s.caller.is_held() and
          not target.is_held())
    s.caller.voice.hears(target.voice.hertz, 0.15)
    target.voice.hears(s.caller.voice.hertz, 0.15)
    s.caller.voice.hears(PERSON, 0.15)
    target.voice.hears(PERSON, 0.15)


def test_target_in_a_merge(bench):
    s = Scene(bench, sound=True)
    all_three(s, target_moves(s, s.merge()))


def test_caller_in_a_merge(bench):
    s = Scene(bench, sound=True)
    target = s.merge()
    caller_moves(s)
    all_three(s, target)


def test_caller_in_a_merge_on_the_way(bench):
    """The REFER went with the call that is replaced."""
    s = Scene(bench, sound=True)
    target = s.merge()
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    caller_moves(s)
    s.phone.wait_alert(s.ident, "transfer-failed")
    all_three(s, target)


def test_target_that_waits(bench):
    s = Scene(bench, sound=True)
    target = s.talk()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.wait_held(False)
    new = target_moves(s, target)
    lasts("the caller is heard, the target waits", lambda:
          new.is_held() and not s.caller.is_held())
    s.caller.voice.hears(PERSON)
    new.voice.is_deaf_to(PERSON)


def test_caller_that_waits(bench):
    s = Scene(bench, sound=True)
    target = s.talk()
    caller_moves(s)
    lasts("the target is heard, the caller waits", lambda:
          s.caller.is_held() and not target.is_held())
    target.voice.hears(PERSON)
    s.caller.voice.is_deaf_to(PERSON)


@pytest.mark.parametrize("phase", ["ringing", "talking"])
def test_caller_that_waits_beside_another(bench, phase):
    """The person talks to Carl, and goes on to."""
    s = Beside(bench)
    if phase == "ringing":
        s.consult().ring()
    else:
        s.talk()
    s.carl_comes()
    caller_moves(s)
    lasts("the caller waits, Carl does not", lambda:
          s.caller.is_held() and not s.carl.is_held())
    s.carl_is_heard()
    s.rosa_waits()
    assert not [e for e in s.phone.baton_events("alert")
                if e["code"] == "put-on-hold"]


def test_target_that_waits_beside_another(bench):
    s = Beside(bench)
    target = s.talk()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.wait_held(False)
    s.carl_comes()
    new = target_moves(s, target)
    lasts("the target waits, Carl does not", lambda:
          new.is_held() and not s.carl.is_held())
    s.carl_is_heard()


def test_caller_sent_on_unseen(bench):
    """Who is called may still get the caller; nobody else is called too."""
    s = Scene(bench, labels=("Billing", "Sales"),
              fallback={"Billing": "Sales"}, sound=True)
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_transfer", "Billing")
    s.caller.wait_request("REFER")
    s.caller.notify("180 Ringing")
    caller_moves(s)
    alert = s.phone.wait_alert(s.ident, "still-on-the-way")
    assert "Billing may still ring" in alert["message"]
    s.caller_back()
    assert not s.caller.of("REFER")
