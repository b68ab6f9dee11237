"""The simulator plays AI and caller: sound both ways, and its faults."""

import glob
import json
import os

import pytest

from harness import ROOT, heard_since, loudness, samples_of, wait_for

EXAMPLES = sorted(
    glob.glob(os.path.join(ROOT, "share/examples/*.json")) +
    glob.glob(os.path.join(ROOT, "share/examples/*.vcon")))


def one(sim, code=0):
    """The only call's line, of a simulator that ended with that code."""
    got, lines = sim.finish()
    assert got == code, "%d %s %s" % (got, json.dumps(lines), sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert len(calls) == 1, lines
    return calls[0]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("hangs_up", ["caller", "agent"])
def test_replaces_with_sound(bench, transport, hangs_up):
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "replaces", "--context", EXAMPLES[0],
                    "--transport", transport, "--consult", "300",
                    "--talk", "1.5" if hangs_up == "caller" else "0",
                    "--must-hear")
    ident = phone.wait_offered()
    phone.wait_event("context")
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    heard = phone.path("heard.wav")
    before = samples_of(heard)

    def voice():
        """Half a second of it: the caller has then heard as much."""
        new = heard_since(before, heard)
        return len(new) > 4000 and loudness(new) > 100
    wait_for("the caller's voice at the agent", voice)
    if hangs_up == "agent":
        phone.order("baton_hangup")
    result = one(sim)
    assert result["outcome"] == "connected"
    assert result["caller_heard"] is True
    assert result["replaces_code"] == 200
    phone.wait_end(ident, ("completed", "caller-left"))


def test_direct_with_sound(bench):
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                    "--talk", "1", "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = one(sim)
    assert result["outcome"] == "connected"
    assert result["caller_heard"] is True
    phone.wait_end(ident, ("completed", "caller-left"))


def test_uui(bench, phone):
    sim = bench.sim(phone, "--shape", "replaces", "--carrier", "uui",
                    "--uui", "refund of order 77", "--consult", "100",
                    "--talk", "0.2")
    ident = phone.wait_offered()
    phone.wait_event("context", lambda e: e["source"] == "uui")
    phone.order("baton_accept")
    assert one(sim)["outcome"] == "connected"
    phone.wait_end(ident, ("completed", "caller-left"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[
    os.path.basename(p) for p in EXAMPLES])
def test_every_example_is_shown(bench, phone, path):
    sim = bench.sim(phone, "--shape", "direct", "--context", path,
                    "--expect", "declined")
    ident = phone.wait_offered()
    phone.wait_event("context", lambda e: e["id"] == ident)
    shown = phone.show(ident)
    assert not [s for s in shown["sources"] if s.get("error")], shown
    context = shown["context"]
    assert context["caller"]["name"]
    assert context["summary"]
    assert len(context["transcript"]) >= 3
    phone.order("baton_decline", "wrong-team needs billing")
    result = one(sim)
    assert result["outcome"] == "declined"
    assert result["code"] == 603
    assert result["reason"] == "wrong-team: needs billing"


def test_there_are_examples():
    names = {os.path.splitext(os.path.basename(p))[0] for p in EXAMPLES}
    assert len(names) >= 4
    for name in names:
        for ext in (".json", ".vcon"):
            assert os.path.exists(os.path.join(
                ROOT, "share/examples", name + ext)), name + ext


def test_wrong_tags(bench):
    """Refused, and AI and agent go on talking."""
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "replaces", "--fault", "wrong-tags",
                    "--context", EXAMPLES[0], "--consult", "200",
                    "--talk", "0.5")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim)
    assert result["outcome"] == "refused"
    assert result["replaces_code"] == 481
    states = [e["state"] for e in phone.baton_events("handoff")]
    assert "connected" not in states
    phone.wait_end(ident, "ai-left")


def test_vanish(bench, phone):
    """The AI dies without BYE: the person can still end it, and take the
    next one."""
    # Its BYE is never answered: 32 s of RFC 3261's timer F
    phone.stop_patience = 60
    sim = bench.sim(phone, "--shape", "replaces", "--fault", "vanish",
                    "--context", EXAMPLES[0], "--consult", "200")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim)
    assert result["outcome"] == "vanished"
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_hangup")
    phone.wait_state(ident, ("wrapup", "closed"))
    assert phone.state(ident)[1] != ""
    again = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                      "--talk", "0.2")
    second = phone.wait_offered(2)
    phone.order("baton_accept", "#%d" % second)
    assert one(again)["outcome"] == "connected"


def test_several_in_a_row(bench):
    phone = bench.phone(("baton_accept", "auto"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    sim = bench.sim(phone, "--calls", "5", "--parallel", "1", "--consult",
                    "50", "--talk", "0.1", "--context", EXAMPLES[0])
    code, lines = sim.finish()
    assert code == 0, (lines, sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert [c["outcome"] for c in calls] == ["connected"] * 5


def test_two_in_parallel(bench):
    phone = bench.phone(("baton_accept", "auto"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    sim = bench.sim(phone, "--calls", "4", "--parallel", "2", "--consult",
                    "300", "--talk", "0.3", "--context", EXAMPLES[0])
    code, lines = sim.finish()
    assert code == 0, (lines, sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert [c["outcome"] for c in calls] == ["connected"] * 4
