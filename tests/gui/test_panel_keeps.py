"""What must not get lost on the panel: who was missed, and what was written.

On made-up data; the list says how each hand-off stands.
"""

import re

from screen import wait_for


def rings(panel, name):
    panel.wait("baton-accept")
    panel.wait_text("baton-caller", name)


def test_who_was_missed_stays_when_the_next_one_rings(demo, screen):
    running = demo("missed-next")
    panel = running.panel
    rings(panel, "Thabo Nkosi")
    said = panel.words("baton-switcher")
    assert "María Álvarez" in said and "Missed" in said
    # When it was, since there was no talk
    assert re.search(r"\b\d\d:\d\d\b", said), said
    assert panel.selections("baton-caller") == 0
    screen.shot("panel-missed-next")

    # ... and is there once the next one is over too
    panel.press("baton-decline")
    panel.press("baton-why-busy")
    panel.wait_text("baton-state", "Declined")
    panel.press("baton-dismiss")
    panel.wait_text("baton-caller", "María Álvarez")
    assert panel.text("baton-state") == "Missed: nobody answered in time"
    panel.press("baton-dismiss")
    panel.wait_gone("baton-state")


def test_a_caller_who_was_never_connected_stays(demo):
    panel = demo("left-next").panel
    rings(panel, "Thabo Nkosi")
    said = panel.words("baton-switcher")
    assert "María Álvarez" in said and "Left" in said


def test_who_was_talked_to_gives_way(demo):
    panel = demo("ended-next").panel
    rings(panel, "Thabo Nkosi")
    assert panel.find("baton-switcher") is None


def test_not_more_than_twenty_that_were_missed(demo):
    running = demo("missed-many")
    panel = running.panel
    wait_for("all", lambda: "Caller 24" in panel.words("baton-switcher"))
    panel.press("baton-accept")
    wait_for("the last one missed", lambda: panel.words(
        "baton-switcher").count("Ringing") == 1)
    said = panel.words("baton-switcher")
    assert said.count("Missed") == 20
    # The oldest have gone, and who still rings has not
    assert re.findall(r"Caller (\d\d)", said) == \
        ["01"] + ["%02d" % i for i in range(24, 4, -1)]
    assert panel.text("baton-caller") == "Caller 01"


def test_a_ring_leaves_the_note_that_is_written(demo):
    running = demo("written")
    panel = running.panel
    panel.type("baton-note", "Half a no")
    panel.press("baton-hold")
    assert running.order() == {"id": 1, "order": "hold"}
    panel.wait_text("baton-state", "Ended: the caller hung up")
    wait_for("the ring", lambda: "Ringing" in panel.words("baton-switcher"))
    assert panel.text("baton-caller") == "María Álvarez"
    assert panel.text("baton-note") == "Half a no"
    assert panel.find("baton-accept") is None

    # It can still be added, and then the page gives way
    panel.press("baton-note-add")
    assert running.order() == {"id": 1, "order": "note",
                               "text": "Half a no"}
    rings(panel, "Thabo Nkosi")


def test_done_sends_the_note_first(demo):
    running = demo("wrapup")
    panel = running.panel
    panel.type("baton-note", "Sent the form")
    panel.type("baton-disposition", "ticket")
    panel.press("baton-done")
    assert running.order() == {"id": 1, "order": "note",
                               "text": "Sent the form"}
    assert running.order() == {"id": 1, "order": "done", "text": "ticket"}
    panel.wait_text("baton-state", "Ended: the call is over")
    assert "Sent the form" in panel.words("baton-notes")


def test_what_is_written_when_the_wrap_up_ends_by_itself(demo):
    running = demo("wrapup-short")
    panel = running.panel
    panel.type("baton-note", "Sent the form")
    panel.type("baton-disposition", "ticket")
    assert running.order() == {"id": 1, "order": "note",
                               "text": "Sent the form"}
    assert running.order() == {"id": 1, "order": "done", "text": "ticket"}
    panel.wait_text("baton-state", "Ended: the call is over")


def test_a_disposition_has_no_more_bytes_than_an_order_takes(demo):
    running = demo("wrapup")
    panel = running.panel
    panel.type("baton-disposition", "ж" * 60)
    panel.press("baton-done")
    assert running.order() == {"id": 1, "order": "done", "text": "ж" * 32}


def test_dismiss_keeps_what_was_written(demo):
    running = demo("written")
    panel = running.panel
    panel.type("baton-note", "Call her back")
    panel.press("baton-hold")
    assert running.order() == {"id": 1, "order": "hold"}
    panel.press("baton-dismiss")
    assert running.order() == {"id": 1, "order": "note",
                               "text": "Call her back"}
    rings(panel, "Thabo Nkosi")
