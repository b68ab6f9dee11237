"""The panel on made-up data: read and driven through AT-SPI."""

import os
import subprocess

from screen import DEMO, ROOT, Hints, wait_for, window_facts


def test_ringing_shows_what_the_assistant_knows(demo, screen):
    panel = demo("ringing").panel
    panel.wait("baton-accept")

    assert panel.text("baton-state") == "Ringing: Nova asks you to take a call"
    assert panel.text("baton-caller") == "María Álvarez"
    assert "+1 415 555 0134" in panel.text("baton-contact")
    route = panel.text("baton-route")
    assert "Nova" in route and "María Álvarez" in route
    assert panel.text("baton-trust") == "Unverified"
    assert panel.text("baton-intent") == "Dispute a bill"
    assert panel.text("baton-sentiment") == "Negative (−0.6)"
    assert panel.text("baton-reason").startswith("A refund above 50 dollars")
    assert "charged twice" in panel.text("baton-summary")
    assert "this is the second time I call" in panel.text("baton-transcript")
    assert "Alder Plus" in panel.words("baton-facts")
    assert "Release the refund" in panel.words("baton-suggestions")
    assert panel.find("baton-hangup") is None
    screen.shot("panel-ringing")


def test_accept_leads_to_the_caller(demo):
    running = demo("ringing")
    panel = running.panel
    panel.press("baton-accept")

    assert running.order() == {"id": 1, "order": "accept"}
    panel.wait_text("baton-state", "Talking to the assistant: Nova")
    panel.wait_text("baton-state", "Connected to María Álvarez")
    # The context has stayed
    assert panel.text("baton-intent") == "Dispute a bill"
    assert "charged twice" in panel.text("baton-summary")
    assert panel.find("baton-accept") is None

    panel.press("baton-hangup")
    assert running.order() == {"id": 1, "order": "hangup"}
    panel.wait_text("baton-state", "Ended")
    assert "+1 415 555 0134" in panel.text("baton-contact")

    panel.press("baton-dismiss")
    panel.wait_gone("baton-state")


def test_decline_asks_for_a_reason(demo):
    running = demo("ringing")
    panel = running.panel
    panel.press("baton-decline")
    panel.type("baton-why-text", "Which invoice, and has she paid it?")
    panel.press("baton-why-need-info")

    assert running.order() == {
        "id": 1, "order": "decline", "why": "need-info",
        "text": "Which invoice, and has she paid it?"}
    panel.wait_text("baton-state", "Declined")


def test_decline_for_other_wants_words(demo):
    running = demo("ringing")
    panel = running.panel
    panel.press("baton-decline")
    panel.press("baton-why-other")
    # Nothing was sent: the entry is still there, and is used now
    panel.type("baton-why-text", "Fire drill")
    panel.press("baton-why-other")

    assert running.order() == {"id": 1, "order": "decline", "why": "other",
                               "text": "Fire drill"}


def test_note(demo):
    running = demo("connected")
    panel = running.panel
    panel.type("baton-note", "Calls back on Monday")
    panel.press("baton-note-add")

    assert running.order() == {"id": 1, "order": "note",
                               "text": "Calls back on Monday"}
    wait_for("the note", lambda: "Calls back on Monday" in
             panel.words("baton-notes"))
    assert panel.text("baton-note") == ""


def test_text_from_the_network_is_never_markup(demo):
    panel = demo("hostile").panel
    panel.wait("baton-accept")

    assert panel.text("baton-intent") == "<b>Not bold</b> & <markup>"
    assert "<span size='99999'" in panel.text("baton-caller")
    assert "%s %n" in panel.text("baton-caller")
    assert "<span foreground='red'>red?</span>" in \
        panel.text("baton-transcript")


def test_no_context_is_said(demo):
    panel = demo("no-context").panel
    panel.wait_text("baton-missing", "No context received")
    assert panel.find("baton-accept")


def test_context_that_is_still_read(demo):
    panel = demo("loading").panel
    panel.wait_text("baton-missing", "Reading context…")
    assert panel.find("baton-accept")


def test_alert_is_shown(demo):
    panel = demo("broken").panel
    panel.wait_text("baton-alert", "larger than 1 MiB and was not read")
    assert "not read: larger than" in panel.words("baton-sources")


def test_two_at_once_each_keeps_its_page(demo):
    running = demo("two")
    panel = running.panel
    panel.wait("baton-switcher")

    # The one in front stays there, whoever else rings
    assert panel.text("baton-caller") == "María Álvarez"
    assert panel.find("baton-accept") is None
    said = panel.words("baton-switcher")
    assert "Thabo Nkosi" in said and "Ringing" in said


def test_ten_thousand_turns(demo):
    panel = demo("long").panel
    panel.wait("baton-accept")
    wait_for("the first turn", lambda: "This is turn 1 of" in (
        panel.text("baton-transcript") or ""))
    text = panel.text("baton-transcript")
    assert text.count("This is turn ") == 10000
    assert text.index("This is turn 4999 ") < text.index("This is turn 5000 ")


def test_every_control_has_a_name(demo):
    panel = demo("connected").panel
    panel.wait("baton-hangup")
    assert panel.nameless() == []
    assert panel.name("baton-hangup") == "Hang up"
    panel = demo("ringing").panel
    panel.wait("baton-accept")
    assert panel.nameless() == []
    assert panel.name("baton-accept") == "Accept"
    assert panel.name("baton-decline") == "Decline"


def test_comes_up_without_the_keyboard(demo, screen):
    """To a window manager the window says: urgent, but not by the person."""
    running = demo("ringing")
    running.panel.wait("baton-accept")
    found = window_facts("– Baton")
    assert len(found) == 1
    hints, user_time = found[0]

    assert hints.flags & Hints.URGENT
    # Mapped at a user time of 0: give it no focus now
    assert user_time == 0
    # ... but it takes the keyboard when the person clicks on it
    assert hints.flags & Hints.INPUT and hints.input


def test_without_a_display_it_says_so():
    env = dict(os.environ)
    env.pop("DISPLAY", None)
    env.pop("WAYLAND_DISPLAY", None)
    got = subprocess.run([DEMO], env=env, cwd=ROOT, timeout=60,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert got.returncode == 1
    assert b"no display can be opened" in got.stderr
