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
    panel.wait_text("baton-loading", "Loading context…")
    assert panel.find("baton-missing") is None
    assert panel.text("baton-no-transcript") == "No transcript yet"
    assert panel.find("baton-accept")


def test_more_context_is_fetched_while_some_is_shown(demo):
    panel = demo("loading-more").panel
    panel.wait_text("baton-loading", "Loading more context…")
    assert panel.text("baton-intent") == "Dispute a bill"
    panel = demo("ringing").panel
    panel.wait("baton-accept")
    assert panel.find("baton-loading") is None


def test_alert_is_shown(demo):
    panel = demo("broken").panel
    panel.wait_text("baton-alert",
                    "The message body could not be read: larger than")
    assert panel.text("baton-alert-title") == "Some context is missing"
    # Little text: nothing to scroll
    assert not panel.scrollbar("baton-missing").shown()
    panel.press("baton-from")
    wait_for("the list", lambda: "not read: larger than" in
             panel.words("baton-sources"))


def test_who_signed_it(demo):
    panel = demo("signed").panel
    panel.wait_text("baton-trust", "Signed by Acme Voice AI")
    assert panel.text("baton-trust") == "Signed by Acme Voice AI"


def test_what_is_signed_and_what_is_not(demo):
    """A signature must not lend its name to what was added to it."""
    panel = demo("partly-signed").panel
    panel.wait_text("baton-trust", "Acme Voice AI")
    assert panel.text("baton-trust") == \
        "Partly signed by Acme Voice AI: the rest is unverified"
    detail = panel.words("baton-trust-detail")
    signed, rest = detail.split("Anybody could have written the rest: ")
    assert "Acme Voice AI signed: " in signed and "summary" in signed
    assert "transcript" not in signed
    assert rest.startswith("transcript.")


def test_where_it_came_from(demo):
    panel = demo("sources").panel
    panel.wait("baton-accept")
    assert panel.name("baton-from") == "From: headers, message body"
    assert panel.words("baton-source-errors") == \
        "The web address could not be read: server says 404"
    panel.press("baton-from")
    wait_for("the list", lambda: panel.find("baton-sources"))
    said = panel.words("baton-sources")
    assert "signed by Acme Voice AI\nSays: caller, intent, summary" in said
    assert "X-Intent, 14 bytes, unverified\n" \
        "Another source says it instead" in said
    assert "X-Language, 2 bytes, unverified\nSays: caller" in said
    assert "Call-Info, 0 bytes, not read: server says 404" in said
    # The caller is both signed and not: the signature does not cover it
    detail = panel.words("baton-trust-detail")
    assert "Acme Voice AI signed: intent, summary." in detail
    assert "the rest: caller." in detail


def test_each_error_in_plain_words(demo):
    panel = demo("source-errors").panel
    panel.wait("baton-accept")
    assert panel.text("baton-alert-title") == "Some context is missing"
    assert panel.text("baton-alert") == (
        "User-to-User could not be read: hex with a digit missing\n"
        "The web address could not be read: server says 404")


def test_alerts_of_the_context_have_a_title(demo):
    panel = demo("replayed").panel
    panel.wait_text("baton-alert", "came with another call before (#4)")
    assert panel.text("baton-alert-title") == \
        "This signed context was seen before"
    panel = demo("remark").panel
    panel.wait_text("baton-alert", "the signature was not checked")
    assert panel.text("baton-alert-title") == "About this context"


def said_until(panel, turn):
    wait_for("turn %d" % turn, lambda: "This is turn %d of" % turn in (
        panel.text("baton-transcript") or ""))


def newest(panel):
    return panel.text("baton-transcript").count("This is turn ")


def test_new_turns_leave_the_reader_where_they_read(demo):
    panel = demo("live").panel
    said_until(panel, 21)
    bar = panel.scrollbar("baton-transcript")
    wait_for("the end", lambda: bar.value() > 0)
    bar.scroll(0)
    wait_for("the top", lambda: bar.value() == 0)
    most = bar.most()
    said_until(panel, newest(panel) + 3)
    wait_for("more to scroll", lambda: bar.most() > most)
    assert bar.value() == 0
    # Back at the end it follows again; GTK goes no further than that
    bar.scroll(1000000)
    wait_for("the end", lambda: bar.value() > 0)
    end = bar.value()
    said_until(panel, newest(panel) + 2)
    wait_for("the new end", lambda: bar.value() > end)


def test_new_turns_leave_the_note_that_is_written(demo):
    panel = demo("live").panel
    said_until(panel, 21)
    panel.type("baton-note", "Half a no")
    panel.caret("baton-note", 4)
    said_until(panel, newest(panel) + 3)
    assert panel.text("baton-note") == "Half a no"
    assert panel.caret("baton-note") == 4
    assert panel.sensitive("baton-note-add")


def test_corrected_turns_take_the_place_of_the_old(demo):
    panel = demo("corrected").panel
    panel.wait_text("baton-transcript", "I will ask there.")
    assert panel.text("baton-transcript") == (
        "Assistant\nGrüße\nHow can I help?\n"
        "Zoë, Caller\nMy parcel went to number 40.\n"
        "Assistant\nI will ask there.")


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
    panel = demo("sources").panel
    panel.wait("baton-from")
    assert panel.nameless() == []
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
