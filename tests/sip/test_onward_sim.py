"""The caller is handed to a target: both are simulators with stacks of their
own, the phone between them is real, and who hears whom is told by tones."""

import json

import pytest

from onward_sim import Keys, Played, whole

TRANSPORTS = ["udp", "tls"]

# How long a caller may hear nobody who is not on hold; a busy machine is slow
UNHELD = 3000

# What the caller's simulator is told, and the target's, and what is said of
# it on the way. The caller ends with the target.
WAYS = {
    "tells-before-202": (["--on-refer", "notify-first"], [], []),
    "tells-in-lf": (["--on-refer", "lf"], [], []),
    "hangs-up-first": (["--on-refer", "bye"], [], []),
    "hangs-up-and-tells-nothing": (["--on-refer", "bye-silent"], [], []),
    "cannot-be-replaced": (["--no-replaces"], [], []),
    "is-held-at-second-try": (["--on-hold", "pending"], [], []),
    "will-not-be-held": (["--on-hold", "refuse"], [], ["hold-refused"]),
    "takes-no-refer": (["--on-refer", "no-refer"], [], ["other-way"]),
    "declines": (["--on-refer", "refuse"], [], ["refer-refused"]),
    "says-501": (["--on-refer", "refuse", "--refer-code", "501"], [],
                 ["refer-refused"]),
    "says-405": (["--on-refer", "refuse", "--refer-code", "405"], [],
                 ["refer-refused"]),
    "says-403": (["--on-refer", "refuse", "--refer-code", "403"], [],
                 ["refer-refused"]),
    "target-cannot-be-replaced": ([], ["--answer", "no-replaces"],
                                  ["other-way"]),
    "both-but-one-way": (["--on-refer", "refuse"],
                         ["--answer", "no-replaces"], ["other-way"]),
    "target-takes-no-refer": ([], ["--answer", "no-refer"], []),
    "target-is-slow": ([], ["--answer", "slow", "--slow", "200"], []),
    "target-tells-in-lf": (["--on-refer", "no-refer"],
                           ["--on-refer", "lf"], ["other-way"]),
    "target-tells-before-202": (["--on-refer", "no-refer"],
                                ["--on-refer", "notify-first"],
                                ["other-way"]),
    "target-hangs-up-first": (["--on-refer", "no-refer"],
                              ["--on-refer", "bye"], ["other-way"]),
    "target-hangs-up-and-tells-nothing": (
        ["--on-refer", "no-refer"], ["--on-refer", "bye-silent"],
        ["other-way"]),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(str(tmp_path_factory.mktemp("tls")))


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_handed_over(bench, keys, transport, record_property):
    s = Played(bench, transport=transport, keys=keys,
               targets={"Billing": ["--save", "@KEPT"]})
    s.phone.order("baton_note", "the refund is above my limit")
    target = s.talk()
    s.phone.order("baton_complete")
    line = s.together(target)
    for name in ("longest_silence_ms", "unheld_silence_ms", "held_ms"):
        record_property(name, line[name])
    assert line["unheld_silence_ms"] < UNHELD
    assert line["referred"]["notify"][-1] == 200
    assert s.alerts() == []

    assert target.finish()["outcome"] == "replaced"
    first = target.events("invite")[0]["headers"]
    assert first["Referred-By"].startswith("<sip:agent@127.0.0.1")
    assert first["X-Baton-Handoff"] == "ho-7f31c2"
    uui, _, coding = first["User-to-User"].partition(";")
    assert coding == "encoding=hex"
    assert json.loads(bytes.fromhex(uui))["handoff_id"] == "ho-7f31c2"
    vcon = whole(target)
    assert "the refund is above my limit" in [
        a["body"] for a in vcon["attachments"]
        if a.get("purpose") == "agent-notes"]
    came = target.events("replaces")[0]
    assert came["code"] == 200
    assert came["headers"]["Referred-By"].startswith("<sip:agent@127.0.0.1")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", list(WAYS))
def test_gets_there(bench, keys, transport, how, record_property):
    """However strange the way is that caller and target have."""
    caller, target, told = WAYS[how]
    s = Played(bench, caller=caller, targets={"Billing": target},
               transport=transport, keys=keys)
    called = s.talk()
    s.phone.order("baton_complete")
    line = s.together(called)
    record_property("unheld_silence_ms", line["unheld_silence_ms"])
    assert s.alerts() == told
