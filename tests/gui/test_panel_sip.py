"""The real panel in the real baresip, with real SIP from the simulator.

Everything is read and pressed through AT-SPI; SIP, RTP and the module are
those that a person uses.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

import harness
import pki
from screen import ROOT, read_line, wait_for

BILLING = os.path.join(ROOT, "share", "examples", "billing-dispute.json")
OUTAGE = os.path.join(ROOT, "share", "examples", "internet-outage.json")


def environment(home, plain=harness.host_environment):
    """GTK and fontconfig keep memory to the end: LeakSanitizer calls it lost.

    The host without the panel is checked for leaks by tests/sip. Each module
    of the host has a symbol "exports": two in one process are no mistake.
    """
    env = plain(home)
    if harness.SAN:
        env["ASAN_OPTIONS"] = env["ASAN_OPTIONS"].replace(
            "detect_leaks=1", "detect_leaks=0") + ":detect_odr_violation=0"
    return env


@pytest.fixture
def stage(request, screen, monkeypatch):
    """Starts phones with the panel, and the simulator."""
    from reader import Reader

    monkeypatch.setattr(harness, "host_environment", environment)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", request.node.name)
    folder = os.path.join(harness.LOGS, "gui", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    phones, sims = [], []

    class Stage:
        def phone(self, *config, modules=("baton.so", "baton_gtk.so")):
            phone = harness.Phone(os.path.join(folder, "phone"), config,
                                  modules=modules)
            phones.append(phone)
            phone.start()
            phone.panel = Reader(phone.proc.pid)
            return phone

        def sim(self, phone, *options):
            made = os.path.join(folder, "sim%d" % len(sims))
            os.makedirs(made)
            sims.append(harness.Sim(phone, made, *options))
            return sims[-1]

    yield Stage()

    for sim in sims:
        sim.stop()
    wrong = []
    for phone in phones:
        wrong += phone.stop()
        wrong += [line for line in phone.log_text().splitlines()
                  if "Gtk-CRITICAL" in line or "GLib-CRITICAL" in line or
                  "GLib-GObject-CRITICAL" in line]
    assert not wrong, "; ".join(wrong)


def example(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def test_consultation_to_connected_caller(stage, screen):
    """The main job: read, accept, and have the caller on the line."""
    context = example(BILLING)
    phone = stage.phone()
    sim = stage.sim(phone, "--shape", "replaces", "--context", BILLING,
                    "--from-name", "Nova", "--consult", "1500",
                    "--caller-name", context["caller"]["name"],
                    "--talk", "0", "--who-hangs-up", "agent")
    panel = phone.panel
    panel.wait("baton-accept")

    panel.wait_text("baton-intent", context["intent"])
    assert panel.text("baton-state") == "Ringing: Nova asks you to take a call"
    assert panel.text("baton-caller") == context["caller"]["name"]
    assert panel.text("baton-trust") == "Unverified"
    assert panel.text("baton-sentiment").lower().startswith(
        context["sentiment"]["label"])
    assert panel.text("baton-reason") == context["reason"]
    assert panel.text("baton-summary") == context["summary"]
    said = panel.text("baton-transcript")
    for turn in context["transcript"]:
        assert turn["text"] in said
    screen.shot("sip-ringing")

    panel.press("baton-accept")
    panel.wait_text("baton-state", "Talking to the assistant: Nova")
    panel.wait_text("baton-state",
                    "Connected to " + context["caller"]["name"])
    # The AI is gone, what it knew is still there
    assert panel.text("baton-summary") == context["summary"]
    screen.shot("sip-connected")

    panel.type("baton-note", "Refund promised for Tuesday")
    panel.press("baton-note-add")
    wait_for("the note", lambda: "Refund promised for Tuesday" in
             panel.words("baton-notes"))

    panel.press("baton-hangup")
    panel.wait_gone("baton-hangup")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
    assert calls[0]["outcome"] == "connected", calls
    phone.wait_event("handoff", lambda e: e["state"] == "connected")


def test_context_that_grows_while_the_person_reads(stage, screen):
    """A MESSAGE adds what the call did not bring, and nothing else moves."""
    phone = stage.phone()
    sim = stage.sim(phone, "--shape", "replaces", "--carrier", "body",
                    "--carrier", "message", "--message-gap", "200",
                    "--context", OUTAGE, "--context", BILLING,
                    "--consult", "4000", "--talk", "0.3")
    panel = phone.panel
    panel.press("baton-accept")
    panel.wait_text("baton-state", "Talking to the assistant")
    panel.wait_text("baton-summary", example(BILLING)["summary"])
    panel.type("baton-note", "Half a no")
    assert panel.name_of_any("baton-from") == \
        "From: message body, live update"
    panel.wait_text("baton-state", "Connected to")
    assert panel.text("baton-note") == "Half a no"
    screen.shot("sip-live")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
    assert [m["code"] for m in calls[0]["messages"]] == [200]


@pytest.mark.parametrize("more,trust", [
    ((), "Signed by Example Voice RSA"),
    (("--carrier", "message", "--context", OUTAGE),
     "Partly signed by Example Voice RSA: the rest is unverified"),
], ids=["all", "partly"])
def test_who_signed_is_shown(stage, screen, tmp_path, more, trust):
    """What nobody signed is told apart, and covers no signed word."""
    issuer = pki.Issuer(str(tmp_path / "pki"), "Example Voice")
    signed = str(tmp_path / "signed.jws")
    with open(signed, "w", encoding="utf-8") as f:
        json.dump(issuer.signed(example(BILLING[:-5] + ".vcon")), f)
    phone = stage.phone(("baton_trust_root", issuer.root))
    sim = stage.sim(phone, "--shape", "replaces", "--carrier", "body",
                    "--context", signed, "--consult", "1500",
                    "--talk", "0.3", *more)
    panel = phone.panel
    panel.wait_text("baton-trust", trust)
    assert panel.text("baton-trust").endswith(trust)
    assert panel.text("baton-intent") == example(BILLING)["intent"]
    screen.shot("sip-signed" if not more else "sip-partly-signed")
    panel.press("baton-accept")
    panel.wait_text("baton-state", "Connected to")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())


def test_decline_reaches_the_assistant(stage):
    phone = stage.phone()
    sim = stage.sim(phone, "--shape", "replaces", "--context", OUTAGE,
                    "--expect", "declined")
    panel = phone.panel
    panel.press("baton-decline")
    panel.press("baton-why-wrong-team")
    panel.wait_text("baton-state", "Declined")
    # What the person may still need stays
    assert panel.text("baton-caller") == example(OUTAGE)["caller"]["name"]

    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
    assert calls[0]["outcome"] == "declined", calls


def test_assistant_withdraws(stage):
    phone = stage.phone()
    sim = stage.sim(phone, "--context", OUTAGE, "--cancel-after", "1500",
                    "--expect", "cancelled")
    panel = phone.panel
    panel.wait("baton-accept")
    panel.wait_text("baton-state", "Withdrawn")
    panel.wait_gone("baton-accept")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())


def test_panel_needs_its_module_first(stage):
    """Loaded before baton.so the panel refuses, and the phone still runs."""
    phone = stage.phone(modules=("baton_gtk.so",))
    assert "baton.so must be loaded before" in phone.log_text()
    assert phone.command("reginfo")


def test_no_display_is_said_and_baton_goes_on(stage, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    phone = stage.phone()
    assert "no display can be opened" in phone.log_text()
    assert phone.status()


def test_display_goes_in_a_call(stage, screen, monkeypatch):
    """A logout ends the panel, not the call with the caller."""
    get, put = os.pipe()
    server = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", "Xvfb", "-displayfd",
         str(put), "-nolisten", "tcp"], pass_fds=(put,),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        os.close(put)
        monkeypatch.setenv("DISPLAY", ":" + read_line(get, "Xvfb"))
        phone = stage.phone()
        sim = stage.sim(phone, "--shape", "replaces", "--context", BILLING,
                        "--consult", "1500", "--talk", "2")
        ident = phone.wait_offered()
        phone.order("baton_accept", "#%d" % ident)
        phone.wait_state(ident, "consulting")
    finally:
        server.kill()
        server.wait()
        os.close(get)

    wait_for("the phone's word of it",
             lambda: "the display has gone" in phone.log_text())
    phone.wait_state(ident, "connected")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
    assert calls[0]["outcome"] == "connected", calls


@pytest.mark.parametrize("shape", ["bridge", "fresh", "refer"])
def test_the_caller_comes_in_every_shape(stage, screen, shape):
    """The page of the consultation becomes that of the caller."""
    context = example(BILLING)
    phone = stage.phone()
    sim = stage.sim(phone, "--shape", shape, "--context", BILLING,
                    "--consult", "1500", "--talk", "3",
                    "--caller-name", context["caller"]["name"])
    panel = phone.panel
    panel.press("baton-accept")
    if shape == "refer":
        panel.wait("baton-ask-yes")
        screen.shot("sip-asked")
        panel.press("baton-ask-yes")
    # Where the phone calls a REFER's target, nobody says a name
    panel.wait_text("baton-state", "Connected to")
    assert panel.find("baton-switcher") is None
    assert panel.text("baton-summary") == context["summary"]
    screen.shot("sip-" + shape)
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
    assert calls[0]["outcome"] == "connected", calls
