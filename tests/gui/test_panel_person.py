"""What the person can say beside yes and no, on made-up data."""


def test_a_question_shows_the_whole_address(demo):
    running = demo("asked")
    panel = running.panel
    panel.wait("baton-ask-yes")
    assert panel.text("baton-ask") == \
        "nova@ai.example.com asks this phone to call:"
    assert panel.text("baton-ask-address") == \
        "sip:+14155550134@pbx.example.com;transport=tls"
    # The talk goes on meanwhile
    assert panel.find("baton-hangup")

    panel.press("baton-ask-yes")
    assert running.order() == {"id": 1, "order": "accept"}
    panel.wait_gone("baton-ask-yes")
    panel.wait_text("baton-state", "Calling where the assistant says…")


def test_a_question_can_be_denied(demo):
    running = demo("asked")
    panel = running.panel
    panel.press("baton-ask-no")
    assert running.order() == {"id": 1, "order": "decline", "why": "policy"}
    panel.wait_gone("baton-ask-no")
    assert panel.text("baton-state") == "Talking to the assistant: Nova"


def test_words_for_the_assistant(demo):
    running = demo("consulting")
    panel = running.panel
    panel.type("baton-note", "Ask for the invoice number")
    panel.press("baton-tell")
    assert running.order() == {"id": 1, "order": "advise",
                               "text": "Ask for the invoice number"}
    panel.wait_text("baton-note", "")


def test_nobody_tells_the_assistant_once_the_caller_is_there(demo):
    running = demo("consulting")
    panel = running.panel
    panel.press("baton-here")
    assert running.order() == {"id": 1, "order": "here"}
    panel.wait_text("baton-state", "Connected to María Álvarez")
    panel.wait_gone("baton-here")
    assert panel.find("baton-tell") is None
    assert panel.find("baton-note-add")


def test_hold_and_take_back(demo):
    running = demo("connected")
    panel = running.panel
    panel.press("baton-hold")
    assert running.order() == {"id": 1, "order": "hold"}
    panel.wait_text("baton-state", "On hold: María Álvarez waits for you")
    panel.press("baton-hold")
    assert running.order() == {"id": 1, "order": "resume"}
    panel.wait_text("baton-state", "Connected to María Álvarez")


def test_work_after_the_call(demo):
    running = demo("wrapup")
    panel = running.panel
    panel.wait("baton-done")
    assert panel.text("baton-left").startswith("Ends by itself in ")
    assert panel.find("baton-hangup") is None
    panel.type("baton-disposition", "callback")
    panel.press("baton-done")
    assert running.order() == {"id": 1, "order": "done", "text": "callback"}
    panel.wait_text("baton-state", "Ended: the call is over")


def test_one_whose_caller_may_still_come_stays(demo):
    panel = demo("waiting").panel
    panel.wait_text("baton-state",
                    "The assistant has left; the caller may still come")
    assert panel.text("baton-alert-title") == "The assistant has left"
    assert panel.text("baton-intent") == "Dispute a bill"


def test_not_available_and_back(demo):
    running = demo("ringing")
    panel = running.panel
    panel.wait("baton-accept")
    assert panel.text("baton-presence") == "Available"
    panel.press("baton-away")
    panel.press("baton-away-meeting")
    assert running.order() == {"id": 0, "order": "away", "text": "Meeting"}
    panel.wait_text("baton-presence",
                    "Not available (Meeting): new hand-offs are turned away")
    panel.press("baton-back")
    assert running.order() == {"id": 0, "order": "available"}
    panel.wait_text("baton-presence", "Available")


def test_who_is_away_sees_it_without_any_call(demo):
    panel = demo("away").panel
    panel.wait_text("baton-presence",
                    "Not available (Meeting): new hand-offs are turned away")
    assert panel.find("baton-back")
    assert panel.text("baton-turned") == "2 turned away"
