"""The hand-over to a target fails, in every way that a simulator has: the
caller is with the person, for both to hear, and the target where it was."""

import pytest

from mixed import CALLER, PERSON, TARGET
from onward_sim import Keys, Played
from test_mix import hears

# What the caller's simulator is told, and the target's
FAILURES = {
    "ignores": (["--on-refer", "ignore"], []),
    "keeps-silent": (["--on-refer", "silent"], []),
    "tells-half": (["--on-refer", "half"], []),
    "fails": (["--on-refer", "fail"], []),
    "fails-with-404": (["--on-refer", "fail", "--refer-code", "404"], []),
    "ends-the-subscription": (["--on-refer", "ends-subscription"], []),
    "says-500": (["--on-refer", "refuse", "--refer-code", "500"], []),
    "declines-and-cannot-be-replaced": (
        ["--on-refer", "refuse", "--no-replaces"], []),
    "declines-as-the-target-does": (["--on-refer", "refuse"],
                                    ["--answer", "no-refer"]),
    "both-decline": (["--on-refer", "refuse"], ["--on-refer", "refuse"]),
    "target-is-not-to-be-replaced": ([], ["--answer", "dead-replaces"]),
    "other-way-declined": (["--on-refer", "no-refer"],
                           ["--on-refer", "refuse"]),
    "other-way-ignored": (["--on-refer", "no-refer"],
                          ["--on-refer", "ignore"]),
    "other-way-silent": (["--on-refer", "no-refer"],
                         ["--on-refer", "silent"]),
    "other-way-half-told": (["--on-refer", "no-refer"],
                            ["--on-refer", "half"]),
    "other-way-fails": (["--on-refer", "no-refer"], ["--on-refer", "fail"]),
    "other-way-ends": (["--on-refer", "no-refer"],
                       ["--on-refer", "ends-subscription"]),
}

# ... where it is known before that nobody can
IMPOSSIBLE = {
    "no-refer": (["--on-refer", "no-refer"], ["--answer", "no-refer"]),
    "no-replaces": (["--no-replaces"], ["--answer", "no-replaces"]),
    "caller-nothing": (["--on-refer", "no-refer", "--no-replaces"], []),
    "target-nothing": ([], ["--answer", "no-replaces", "--on-refer",
                            "no-refer"]),
}

# Over TLS as well; test_onward_safe_tls.py has what else there is
SECURE = ("ignores", "fails", "declines-and-cannot-be-replaced",
          "declines-as-the-target-does", "target-is-not-to-be-replaced",
          "other-way-ignored", "other-way-fails")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(str(tmp_path_factory.mktemp("tls")))


@pytest.mark.parametrize("how,transport", [
    *((how, "udp") for how in FAILURES), *((how, "tls") for how in SECURE)])
def test_comes_back(bench, keys, how, transport):
    caller, target = FAILURES[how]
    s = Played(bench, caller=caller, targets={"Billing": target},
               transport=transport, keys=keys)
    called = s.talk()
    s.phone.order("baton_complete")
    s.wait_alert("transfer-failed")
    s.target_waits(called)
    s.with_person()
    assert called.finish()["hung_up_by"] == "peer"


@pytest.mark.parametrize("how", list(IMPOSSIBLE))
def test_cannot_be_handed_over(bench, how):
    """... which is said at once: nothing has changed, and all three can
    talk."""
    caller, target = IMPOSSIBLE[how]
    s = Played(bench, caller=caller, targets={"Billing": target})
    called = s.talk()
    got = s.phone.refused("baton_complete")
    assert got["error"] == "cannot-complete" and "merge" in got["message"]
    assert s.state() == "onward-talking"
    assert not s.caller.events("refer") and not called.events("refer")
    s.phone.order("baton_merge")
    s.caller_hears(PERSON, TARGET)
    s.hears(called, PERSON, CALLER)
    hears(s.ears, {CALLER, TARGET})
    s.phone.order("baton_back")
    s.with_person()
