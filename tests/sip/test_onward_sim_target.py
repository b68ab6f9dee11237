"""Who is called rings for ever, is busy, vanishes; the caller is sent on
unseen, or back to the AI; all three talk. The targets are simulators, and who
hears whom is told by tones."""

import json
import re
import signal
import uuid

import pytest

from harness import never, wait_for
from mixed import CALLER, PERSON, TARGET
from onward_sim import Keys, Played, whole
from peer import Peer
from test_mix import hears

TRANSPORTS = ["udp", "tls"]

# What a target does that is not reached, and the code that is told
UNREACHED = {
    "rings": (["--answer", "rings"], 480),
    "busy": (["--answer", "busy"], 486),
    "declines": (["--answer", "declines"], 603),
    "declines-after-ringing": (["--answer", "declines", "--ring", "100"],
                               603),
    "unavailable": (["--answer", "unavailable"], 480),
    "not-found": (["--answer", "not-found"], 404),
}

# How a caller is sent on unseen, and what is said of it
BLIND = {
    "follows": ([], []),
    "tells-before-202": (["--on-refer", "notify-first"], []),
    "tells-in-lf": (["--on-refer", "lf"], []),
    "hangs-up-first": (["--on-refer", "bye"], []),
    "hangs-up-and-tells-nothing": (["--on-refer", "bye-silent"],
                                   ["transfer-unconfirmed"]),
    "will-not-be-held": (["--on-hold", "refuse"], ["hold-refused"]),
}

# ... and is not
NOT_BLIND = {
    "declines": ["--on-refer", "refuse"],
    "says-405": ["--on-refer", "refuse", "--refer-code", "405"],
    "ignores": ["--on-refer", "ignore"],
    "keeps-silent": ["--on-refer", "silent"],
    "tells-half": ["--on-refer", "half"],
    "fails": ["--on-refer", "fail"],
    "ends-the-subscription": ["--on-refer", "ends-subscription"],
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(str(tmp_path_factory.mktemp("tls")))


def two(first, second=()):
    """A target, and the one that is called when it is not reached."""
    return {"targets": {"Billing": first, "Second": second},
            "fallback": {"Billing": "Second"}}


# -- with a word first -------------------------------------------------------

@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", list(UNREACHED))
def test_unreached(bench, keys, how, transport):
    target, code = UNREACHED[how]
    s = Played(bench, targets={"Billing": target}, transport=transport,
               keys=keys, ring=1)
    s.phone.order("baton_consult", "Billing")
    s.wait_step(code)
    s.wait_alert("target-failed")
    s.with_person()
    line = s.at["Billing"].finish()
    assert line["outcome"] == ("cancelled" if how == "rings" else "refused")


@pytest.mark.parametrize("how", ["rings", "busy", "not-found"])
def test_fallback(bench, how):
    """The next one is called, and gets the caller."""
    target, code = UNREACHED[how]
    s = Played(bench, ring=1, **two(target))
    s.phone.order("baton_consult", "Billing")
    s.wait_step(code, "Billing")
    s.wait_alert("target-fallback")
    s.wait_state("onward-talking")
    s.hears(s.at["Second"], PERSON)
    s.phone.order("baton_complete")
    assert s.together(s.at["Second"])["referred"]["to"].startswith(
        "sip:second@")


def test_fallback_fails_too(bench):
    s = Played(bench, **two(["--answer", "busy"], ["--answer", "declines"]))
    s.phone.order("baton_consult", "Billing")
    s.wait_alert("target-failed")
    assert [c for c in s.steps() if c >= 300] == [486, 603]
    s.with_person()


def test_early_media(bench):
    """What comes before the answer is heard by the person alone."""
    s = Played(bench, targets={"Billing": ["--answer", "early", "--ring",
                                           "3000"]}, ring=20)
    s.phone.order("baton_consult", "Billing")
    s.wait_step(183)
    hears(s.ears, {TARGET})
    assert s.state() == "onward-calling"
    s.caller_hears()
    s.wait_state("onward-talking")
    s.phone.order("baton_complete")
    s.together(s.at["Billing"])


def test_target_hangs_up(bench):
    s = Played(bench, targets={"Billing": ["--answer", "hangs-up", "--talk",
                                           "1"]})
    s.talk()
    s.wait_alert("target-left")
    s.with_person()


def test_target_vanishes(bench):
    """Nobody is there whom the caller could replace."""
    s = Played(bench, targets={"Billing": ["--answer", "vanishes"]})
    target = s.at["Billing"]
    s.phone.order("baton_consult", "Billing")
    s.wait_state("onward-talking")
    target.wait("vanished")
    s.phone.order("baton_complete")
    s.wait_alert("transfer-failed")
    s.caller_hears(PERSON)
    s.phone.order("baton_back")
    # Another one takes its place: caller and phone need not wait for 32 s
    target.kill()
    place = Peer(s.phone, port=target.port)
    bench.peers.append(place)
    s.caller.wait("bye", check=lambda e: e["by"] == "refusal")
    s.with_person()
    wait_for("the phone's BYE", lambda: [
        m for m in place.strays if m.method == "BYE"])


def test_caller_does_not_answer_a_hold(bench):
    """Nobody is called then, and the person is heard at once. (A BYE of the
    host would wait for the end of that re-INVITE.)"""
    s = Played(bench, caller=["--on-hold", "ignore", "--verbose"])
    s.phone.order("baton_consult", "Billing")
    s.wait_alert("hold-unanswered")
    assert not s.at["Billing"].events("invite")
    s.with_person(caller_ends=True)
    # Somebody has to answer it, or the host waits for 32 s at its end
    port = re.search(rb"caller sends UDP 127\.0\.0\.1:(\d+)", s.caller.err)
    bench.peers.append(Peer(s.phone, port=int(port.group(1))))


def test_swapped(bench):
    s = Played(bench)
    target = s.talk()
    s.phone.order("baton_swap")
    s.caller_hears(PERSON)
    s.hears(target)
    hears(s.ears, {CALLER})
    s.phone.order("baton_swap")
    s.hears(target, PERSON)
    s.caller_hears()
    hears(s.ears, {TARGET})
    s.phone.order("baton_back")
    s.with_person()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_merged(bench, keys, transport):
    """All three, and then the two of them."""
    s = Played(bench, transport=transport, keys=keys)
    target = s.talk()
    s.phone.order("baton_merge")
    s.caller_hears(PERSON, TARGET)
    s.hears(target, PERSON, CALLER)
    hears(s.ears, {CALLER, TARGET})
    s.phone.order("baton_complete")
    s.together(target)


def test_merged_and_not_handed_over(bench):
    s = Played(bench, caller=["--on-refer", "fail"])
    target = s.talk()
    s.phone.order("baton_merge")
    s.caller_hears(PERSON, TARGET)
    s.phone.order("baton_complete")
    s.wait_alert("transfer-failed")
    s.wait_state("merged")
    s.caller_hears(PERSON, TARGET)
    s.hears(target, PERSON, CALLER)
    hears(s.ears, {CALLER, TARGET})
    s.phone.order("baton_back")
    s.with_person()


# -- unseen ------------------------------------------------------------------

@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", list(BLIND))
def test_sent_on(bench, keys, how, transport, record_property):
    caller, told = BLIND[how]
    s = Played(bench, caller=caller, transport=transport, keys=keys,
               targets={"Billing": ["--save", "@KEPT"]})
    target = s.at["Billing"]
    s.phone.order("baton_transfer", "Billing")
    target.wait("message")
    line = s.together(target, legs=False)
    record_property("unheld_silence_ms", line["unheld_silence_ms"])
    assert s.alerts() == told
    assert target.finish()["outcome"] == "answered"
    whole(target)
    first = target.events("invite")[0]["headers"]
    assert "Replaces" not in first
    assert first["Referred-By"].startswith("<sip:agent@127.0.0.1")
    # what is sent past the person names itself by what nobody can guess;
    # the hand-off keeps its name inside
    assert uuid.UUID(first["X-Baton-Handoff"]).version == 4
    uui = first["User-to-User"].partition(";")[0]
    assert json.loads(bytes.fromhex(uui))["handoff_id"] == "ho-7f31c2"
    assert "simulated caller" in first["From"].lower()


@pytest.mark.parametrize("how", list(NOT_BLIND))
def test_not_sent_on(bench, how):
    s = Played(bench, caller=NOT_BLIND[how])
    s.phone.order("baton_transfer", "Billing")
    s.wait_alert("transfer-failed")
    s.with_person()
    assert not s.at["Billing"].events("invite")


def test_takes_no_refer(bench):
    s = Played(bench, caller=["--on-refer", "no-refer"])
    assert s.phone.refused("baton_transfer", "Billing")["error"] == \
        "no-refer"
    never("the caller hears of it", lambda: s.caller.events("hold") or
          s.caller.events("refer"), 0.3)
    s.with_person()


@pytest.mark.parametrize("how", ["busy", "declines-after-ringing",
                                 "not-found"])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sent_to_who_is_not_reached(bench, keys, how, transport):
    target, code = UNREACHED[how]
    s = Played(bench, targets={"Billing": target}, transport=transport,
               keys=keys)
    s.phone.order("baton_transfer", "Billing")
    s.wait_step(code)
    s.wait_alert("transfer-failed")
    s.with_person()


def test_sent_to_who_rings_for_ever(bench):
    s = Played(bench, targets={"Billing": ["--answer", "rings"]}, ring=1)
    s.phone.order("baton_transfer", "Billing")
    s.wait_alert("transfer-failed")
    s.caller_hears(PERSON)
    s.at["Billing"].proc.send_signal(signal.SIGTERM)
    s.with_person()


@pytest.mark.parametrize("how", ["busy", "declines-after-ringing"])
def test_sent_on_to_the_fallback(bench, how):
    target, code = UNREACHED[how]
    s = Played(bench, **two(target))
    s.phone.order("baton_transfer", "Billing")
    s.wait_step(code, "Billing")
    s.wait_alert("target-fallback")
    line = s.together(s.at["Second"], legs=False)
    assert [r["invite_code"] for r in line["referrals"]] == [code, 200]


def test_sent_on_and_no_fallback_either(bench):
    s = Played(bench, **two(["--answer", "busy"], ["--answer", "busy"]))
    s.phone.order("baton_transfer", "Billing")
    s.wait_alert("transfer-failed")
    s.with_person()


# -- to the AI ---------------------------------------------------------------

def from_ava(s):
    """The AI's From is where it can be called."""
    return ["--from", s.at["Ava"].uri]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_handed_back(bench, transport):
    s = Played(bench, caller=from_ava, shape="replaces",
               targets={"Ava": ["--save", "@KEPT"]}, transport=transport)
    ava = s.at["Ava"]
    s.phone.order("baton_handback", "please sell her the other contract")
    message = ava.wait("message")
    s.together(ava, "handed-back", legs=False)
    ava.finish()
    with open(message["path"], encoding="utf-8") as f:
        assert "please sell her the other contract" in f.read()


@pytest.mark.parametrize("how", ["busy", "not-found"])
def test_ai_does_not_take_it_back(bench, how):
    s = Played(bench, caller=from_ava, shape="replaces",
               targets={"Ava": UNREACHED[how][0]})
    s.phone.order("baton_handback")
    s.wait_step(UNREACHED[how][1])
    s.wait_alert("transfer-failed")
    s.with_person()
