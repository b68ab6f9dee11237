"""Passing a caller on, on made-up data: what is offered, and what is sent."""

import pytest

from screen import Hands, wait_for

BUTTONS = ("baton-onward-back", "baton-swap", "baton-merge",
           "baton-complete", "baton-hold", "baton-hangup", "baton-passon",
           "baton-here", "baton-dismiss")


def opened(demo, state="passon"):
    """The list of those who can be called, and who was looked up."""
    running = demo(state)
    running.panel.press("baton-passon")
    running.looked()
    running.panel.wait("baton-target")
    return running


def offered(panel):
    return {hook for hook in BUTTONS if panel.find(hook)}


def settled(panel, hook):
    """A button may act: no guard is up."""
    wait_for("%s can be pressed" % hook, lambda: panel.sensitive(hook))


# -- whom to ----------------------------------------------------------------

def test_the_directory_is_shown_in_its_groups(demo, screen):
    panel = opened(demo).panel
    said = panel.words("baton-targets")
    # Who belongs together stands together
    order = [panel.top("baton-target-%d" % n) for n in (1, 2, 4, 3, 5)]
    assert order == sorted(order)
    assert "billing@pbx.example.com" in said
    assert "else Billing night desk" in said
    assert panel.name("baton-target-1") == \
        "Billing desk, Department, Billing, There"
    assert panel.name("baton-target-3") == \
        "Technicians, Department, Network, Away"
    assert panel.name("baton-target-4") == \
        "Billing night desk, Department, Billing, Not known"
    assert panel.nameless() == []
    screen.shot("panel-passon")


def test_who_is_there_comes_anew_when_it_opens(demo):
    panel = opened(demo).panel
    # Busy when the phone was started
    wait_for("her presence", lambda: panel.name("baton-target-2") ==
             "Priya Raman, Person, Billing, There")


def test_nobody_is_chosen_before_somebody_chooses(demo):
    panel = opened(demo).panel
    assert not panel.sensitive("baton-consult")
    assert not panel.sensitive("baton-transfer")


def test_typing_filters(demo):
    panel = opened(demo).panel
    panel.type("baton-target", "NIGHT bil")
    panel.wait_gone("baton-target-1")
    assert panel.find("baton-target-4")
    assert panel.find("baton-target-call") is None
    # By what somebody is, too
    panel.type("baton-target", "supervisor")
    panel.wait_gone("baton-target-4")
    assert panel.find("baton-target-5")
    assert panel.find("baton-target-2") is None
    panel.type("baton-target", "")
    panel.wait("baton-target-1")
    assert not panel.sensitive("baton-consult")


def test_nobody_of_that_name(demo):
    panel = opened(demo).panel
    panel.type("baton-target", "zz")
    panel.wait_text("baton-no-target", "Nobody of that name")
    assert panel.find("baton-targets") is None
    assert not panel.sensitive("baton-consult")


def test_the_first_match_is_consulted(demo):
    running = opened(demo)
    running.panel.type("baton-target", "bil")
    running.panel.press("baton-consult")
    assert running.order() == {"id": 1, "order": "consult",
                               "text": "Billing desk"}
    running.panel.wait_gone("baton-target")
    running.panel.wait_text("baton-state",
                            "Calling Billing desk; María Álvarez waits")


def test_one_of_the_list_is_consulted(demo):
    running = opened(demo)
    running.panel.choose("baton-target-3")
    running.panel.press("baton-consult")
    assert running.order() == {"id": 1, "order": "consult",
                               "text": "Technicians"}


def test_sent_directly_by_its_own_button(demo):
    running = opened(demo)
    running.panel.type("baton-target", "tech")
    running.panel.press("baton-transfer")
    assert running.order() == {"id": 1, "order": "transfer",
                               "text": "Technicians"}
    running.panel.wait_text("baton-state", "Sending María Álvarez to Tech")
    running.panel.wait_text("baton-state", "Passed on to Technicians")


@pytest.mark.parametrize("typed, sent", [
    ("+1 (415) 555-0100", "+14155550100"),
    ("200", "200"),
    ("bob@pbx.example.com", "bob@pbx.example.com"),
    ("  sip:bob@pbx.example.com ", "sip:bob@pbx.example.com"),
])
def test_an_address_that_is_in_no_directory(demo, typed, sent):
    running = opened(demo)
    panel = running.panel
    panel.type("baton-target", typed)
    panel.wait("baton-target-call")
    assert panel.name("baton-target-call") == "Call " + typed.strip()
    panel.press("baton-consult")
    assert running.order() == {"id": 1, "order": "consult", "text": sent}
    panel.wait_text("baton-onward-to", sent.replace("sip:", ""))


@pytest.mark.parametrize("typed", ["2044", "sip:2044@pbx.example.com",
                                   "Billing night desk"])
def test_a_number_of_the_directory_is_who_has_it(demo, typed):
    running = opened(demo)
    panel = running.panel
    panel.type("baton-target", typed)
    panel.wait_gone("baton-target-1")
    assert panel.find("baton-target-call") is None
    panel.press("baton-consult")
    assert running.order()["text"] == "Billing night desk"


def test_without_a_directory_or_a_supervisor(demo):
    running = opened(demo, "passon-empty")
    panel = running.panel
    panel.wait_text("baton-no-target", "The directory is empty")
    assert panel.find("baton-escalate") is None
    assert panel.find("baton-handback")
    panel.type("baton-target", "4711")
    panel.press("baton-consult")
    assert running.order() == {"id": 1, "order": "consult", "text": "4711"}


def test_back_to_the_assistant_with_words(demo):
    running = opened(demo)
    panel = running.panel
    panel.press("baton-handback")
    panel.type("baton-say", "Wants a technician after all")
    panel.press("baton-say-send")
    assert running.order() == {"id": 1, "order": "handback",
                               "text": "Wants a technician after all"}
    panel.wait_text("baton-state", "Handing María Álvarez back to the assist")
    panel.wait_text("baton-state", "Handed back to the assistant")


def test_back_to_the_assistant_without_words(demo):
    running = opened(demo)
    panel = running.panel
    panel.press("baton-handback")
    panel.press("baton-say-cancel")
    panel.wait("baton-target")
    panel.press("baton-handback")
    panel.press("baton-say-send")
    assert running.order() == {"id": 1, "order": "handback"}


def test_back_to_the_assistant_who_still_has_the_caller(demo):
    running = demo("consulting")
    panel = running.panel
    settled(panel, "baton-passon")
    assert panel.name("baton-passon") == "Hand back"
    panel.press("baton-passon")
    running.looked()
    panel.wait("baton-say")
    assert panel.find("baton-target") is None
    panel.type("baton-say", "Not for us")
    panel.press("baton-say-send")
    assert running.order() == {"id": 1, "order": "handback",
                               "text": "Not for us"}
    panel.wait_text("baton-state", "Handed back to the assistant")


def test_escalate_with_a_word_why(demo):
    running = opened(demo)
    panel = running.panel
    assert panel.name("baton-escalate") == "Escalate to Erika Lang…"
    panel.press("baton-escalate")
    assert panel.text("baton-say-title") == "Escalate to Erika Lang"
    panel.type("baton-say", "Asks for a manager")
    panel.press("baton-say-send")
    assert running.order() == {"id": 1, "order": "escalate",
                               "text": "Asks for a manager"}
    panel.wait_text("baton-onward-to", "Erika Lang")


def test_a_direct_call_has_no_assistant_to_go_back_to(demo):
    running = demo("direct")
    panel = running.panel
    panel.press("baton-accept")
    assert running.order()["order"] == "accept"
    panel.press("baton-passon")
    running.looked()
    panel.wait("baton-target")
    assert panel.find("baton-handback") is None
    assert panel.find("baton-escalate")


# -- the states ---------------------------------------------------------------

BACK = {"baton-onward-back"}
CALLING = {"baton-onward-back", "baton-complete"}
TALKING = {"baton-onward-back", "baton-swap", "baton-merge",
           "baton-complete"}


@pytest.mark.parametrize("state, words, buttons", [
    ("onward-holding", "Is called next", BACK),
    ("onward-trying", "Calling…", CALLING),
    ("onward-ringing", "Ringing…", CALLING),
    ("onward-early", "Ringing, you hear their line…", CALLING),
    ("onward-busy", "Busy", CALLING),
    ("onward-talking", "Talks with you", TALKING),
    ("onward-swapped", "Waits on hold", TALKING),
    ("onward-parked", "Waits on hold", TALKING),
    ("onward-no-complete", "Talks with you", TALKING),
    ("merged", "Talks with both of you",
     {"baton-onward-back", "baton-complete"}),
    ("transferring", "Waits for the caller…", BACK),
    ("transferring-blind", "Ringing…", BACK),
    ("handing-back", "Is being called…", BACK),
    ("onward-caller-gone", "Talks with you", {"baton-hangup"}),
    ("target-failed", None, {"baton-hold", "baton-passon", "baton-hangup"}),
])
def test_each_state_has_its_words_and_its_buttons(demo, state, words,
                                                  buttons):
    """None of them drops the caller while the caller is passed on."""
    panel = demo(state).panel
    panel.wait("baton-state")
    assert panel.text("baton-onward-state") == words
    assert offered(panel) == buttons
    assert panel.nameless() == []


def test_the_hold_comes_first(demo):
    panel = demo("onward-holding").panel
    panel.wait_text("baton-state",
                    "Putting María Álvarez on hold to call Billing desk…")
    assert panel.text("baton-onward-caller") == "Is being put on hold…"


def test_who_is_heard_and_who_waits(demo, screen):
    panel = demo("onward-talking").panel
    panel.wait_text("baton-state",
                    "Talking to Billing desk; María Álvarez waits on hold")
    assert panel.text("baton-onward-caller") == "Waits on hold"
    assert panel.text("baton-onward-to") == "Billing desk"
    assert panel.text("baton-onward-address") == "billing@pbx.example.com"
    assert panel.text("baton-onward-context") == "The whole context is there"
    assert panel.name("baton-swap") == "Talk to the caller"
    screen.shot("panel-onward-talking")
    panel = demo("onward-swapped").panel
    panel.wait_text("baton-state",
                    "Talking to María Álvarez; Billing desk waits on hold")
    assert panel.text("baton-onward-caller") == "Talks with you"
    assert panel.name("baton-swap") == "Talk to Billing desk"


def test_nobody_is_heard(demo, screen):
    """On hold for somebody else's call, or because the person wanted it."""
    running = demo("onward-parked")
    panel = running.panel
    panel.wait_text("baton-state",
                    "María Álvarez and Billing desk wait on hold")
    assert panel.text("baton-onward-caller") == "Waits on hold"
    assert panel.name("baton-swap") == "Talk to Billing desk again"
    screen.shot("panel-onward-parked")
    panel.press("baton-swap")
    assert running.order() == {"id": 1, "order": "resume"}
    panel.wait_text("baton-onward-state", "Talks with you")


def test_why_a_fallback_is_called(demo):
    panel = demo("onward-fallback").panel
    panel.wait_text("baton-onward-instead", "Trying Billing night desk "
                    "because Billing desk did not take the call")
    assert panel.text("baton-onward-to") == "Billing night desk"
    assert panel.text("baton-onward-context") == "The context is on its way"


def test_only_a_short_form_of_the_context(demo):
    panel = demo("onward-short").panel
    panel.wait_text("baton-onward-context", "Only a short form of the "
                    "context is there: their phone takes no messages")


def test_why_it_cannot_be_completed(demo):
    running = demo("onward-no-complete")
    panel = running.panel
    panel.wait_text("baton-no-complete", "Cannot be completed: neither the "
                    "caller's side nor the one called can transfer calls")
    assert panel.text("baton-onward-to") == "+14155550177@gw.example.com"
    assert panel.text("baton-onward-context") == \
        "The context was not taken: 405 Method Not Allowed"
    settled(panel, "baton-merge")
    assert not panel.sensitive("baton-complete")
    panel.press("baton-merge")
    assert running.order() == {"id": 1, "order": "merge"}


def test_the_caller_hangs_up_meanwhile(demo):
    running = demo("onward-caller-gone")
    panel = running.panel
    panel.wait_text("baton-state",
                    "Talking to Billing desk; the caller has hung up")
    assert panel.text("baton-alert-title") == "The caller has hung up"
    assert panel.text("baton-onward-caller") == "Has hung up"
    panel.press("baton-hangup")
    assert running.order() == {"id": 1, "order": "hangup"}


@pytest.mark.parametrize("state, title, words", [
    ("target-failed", "Nobody took the call", "the caller is back with you"),
    ("transfer-failed", "The caller was not passed on", "603 Decline"),
    ("transfer-late", "The caller went there after all", "Billing desk"),
])
def test_what_went_wrong_is_said(demo, state, title, words):
    panel = demo(state).panel
    panel.wait_text("baton-alert", words)
    assert panel.text("baton-alert-title") == title


def test_somebody_rings_while_a_caller_is_passed_on(demo):
    """It counts as open: nothing takes its place."""
    panel = demo("onward-two").panel
    panel.wait("baton-switcher")
    said = panel.words("baton-switcher")
    assert said.index("Asking") < said.index("Ringing")
    assert panel.text("baton-caller") == "María Álvarez"
    assert panel.find("baton-complete")
    assert panel.find("baton-accept") is None


def test_a_supervisor_sees_first_who_escalates_and_why(demo, screen):
    panel = demo("escalated").panel
    panel.wait_text("baton-escalated", "Escalated by Alice Meyer, level 2")
    assert panel.text("baton-escalated-why").startswith(
        "She asks for a manager")
    # Once, and above all else of the page
    assert panel.find("baton-escalation") is None
    assert panel.top("baton-escalated") < panel.top("baton-state")
    screen.shot("panel-escalated")
    panel = demo("ringing").panel
    panel.wait_text("baton-escalation", "Level 1, by Nova")
    assert panel.find("baton-escalated") is None


# -- the orders ---------------------------------------------------------------

def test_all_the_way_with_the_mouse(demo):
    running = opened(demo)
    panel = running.panel
    panel.type("baton-target", "priya")
    panel.press("baton-consult")
    assert running.order() == {"id": 1, "order": "consult",
                               "text": "Priya Raman"}
    panel.press("baton-swap")
    assert running.order() == {"id": 1, "order": "swap"}
    panel.wait_text("baton-state", "Talking to María Álvarez; Priya Raman")
    panel.press("baton-swap")
    assert running.order() == {"id": 1, "order": "swap"}
    panel.wait_text("baton-state", "Talking to Priya Raman; María Álvarez")
    panel.press("baton-merge")
    assert running.order() == {"id": 1, "order": "merge"}
    panel.wait_text("baton-state", "All three are talking: María Álvarez, "
                    "Priya Raman and you")
    panel.press("baton-complete")
    assert running.order() == {"id": 1, "order": "complete"}
    panel.wait_text("baton-state", "Passing María Álvarez on to Priya Raman")
    panel.wait_text("baton-state", "Passed on to Priya Raman")
    assert panel.find("baton-dismiss")


def test_back_to_the_caller(demo):
    running = demo("onward-ringing")
    panel = running.panel
    panel.press("baton-onward-back")
    assert running.order() == {"id": 1, "order": "back"}
    panel.wait_text("baton-state", "Connected to María Álvarez")
    panel.wait_gone("baton-onward-state")
    # What comes under the mouse there may be pressed only a moment later
    settled(panel, "baton-hangup")
    assert offered(panel) == {"baton-hold", "baton-passon", "baton-hangup"}


@pytest.mark.parametrize("state", ["transferring", "transferring-blind",
                                   "handing-back"])
def test_back_at_the_last_moment(demo, state):
    running = demo(state)
    panel = running.panel
    panel.press("baton-onward-back")
    assert running.order() == {"id": 1, "order": "back"}
    panel.wait_text("baton-state", "Connected to María Álvarez")


def test_sent_while_it_rings(demo):
    running = demo("onward-ringing")
    panel = running.panel
    panel.press("baton-complete")
    assert running.order() == {"id": 1, "order": "complete"}
    panel.wait_text("baton-state", "Sending María Álvarez to Billing desk")
    panel.wait_text("baton-state", "Passed on to Billing desk")


@pytest.mark.parametrize("hook, verb", [
    ("baton-swap", "swap"), ("baton-merge", "merge"),
    ("baton-complete", "complete"), ("baton-onward-back", "back"),
])
def test_a_double_click_is_one_order(demo, hook, verb):
    for _ in range(5):
        running = demo("onward-talking")
        panel = running.panel
        if not panel.press_twice(hook):
            continue
        assert running.order() == {"id": 1, "order": verb}
        # ... and the next thing that is said is what is said next
        panel.type("baton-note", "Done")
        panel.press("baton-note-add")
        assert running.order() == {"id": 1, "order": "note", "text": "Done"}
        return
    pytest.skip("the machine is too busy for a double click")


# -- the keys -----------------------------------------------------------------

def keyboard(panel, hook):
    settled(panel, hook)
    return Hands("– Baton")


@pytest.mark.parametrize("downs, text", [(0, "Billing desk"),
                                         (1, "Priya Raman")])
def test_consulted_with_the_keyboard(demo, downs, text):
    running = demo("passon")
    panel = running.panel
    keys = keyboard(panel, "baton-passon")
    keys.press("Control_L", "t")
    running.looked()
    panel.wait("baton-target")
    # Enter alone calls nobody
    keys.press("Return")
    keys.press("b")
    keys.press("i")
    keys.press("l")
    panel.wait_text("baton-target", "bil")
    for _ in range(downs):
        keys.press("Down")
    keys.press("Return")
    assert running.order() == {"id": 1, "order": "consult", "text": text}
    panel.wait_gone("baton-target")


def test_a_double_click_consults(demo):
    running = opened(demo)
    panel = running.panel
    hands = keyboard(panel, "baton-passon")
    hands.double_click(*panel.middle("baton-target-2"))
    assert running.order() == {"id": 1, "order": "consult",
                               "text": "Priya Raman"}


def test_sent_directly_with_the_keyboard(demo):
    running = demo("passon")
    panel = running.panel
    keys = keyboard(panel, "baton-passon")
    keys.press("Control_L", "t")
    running.looked()
    panel.wait("baton-target")
    panel.type("baton-target", "tech")
    settled(panel, "baton-transfer")
    keys.press("Shift_L", "Return")
    assert running.order() == {"id": 1, "order": "transfer",
                               "text": "Technicians"}


def test_who_is_there_is_asked_while_the_list_is_open(demo):
    running = demo("passon")
    panel = running.panel
    keys = keyboard(panel, "baton-passon")
    keys.press("Control_L", "t")
    for _ in range(3):
        running.looked()
    assert panel.find("baton-target")
    keys.press("Escape")
    panel.wait_gone("baton-target")
    running.says_no_more(3)


def test_escape_closes_the_list(demo):
    running = demo("passon")
    panel = running.panel
    keys = keyboard(panel, "baton-passon")
    keys.press("Control_L", "t")
    running.looked()
    panel.wait("baton-target")
    panel.type("baton-target", "bil")
    keys.press("Escape")
    panel.wait_gone("baton-target")
    assert panel.text("baton-state") == "Connected to María Álvarez"


def test_enter_after_words_for_the_assistant_sends_nothing_yet(demo):
    running = opened(demo)
    panel = running.panel
    panel.press("baton-handback")
    keys = keyboard(panel, "baton-say-send")
    panel.type("baton-say", "Not for us")
    keys.press("Return")
    wait_for("the button", lambda: panel.focused("baton-say-send"))
    keys.press("Return")
    assert running.order() == {"id": 1, "order": "handback",
                               "text": "Not for us"}


@pytest.mark.parametrize("key, verb", [
    (("Control_L", "s"), "swap"), (("Control_L", "m"), "merge"),
    (("Control_L", "b"), "back"),
    (("Control_L", "Shift_L", "t"), "complete"),
])
def test_each_order_has_its_key(demo, key, verb):
    running = demo("onward-talking")
    keys = keyboard(running.panel, "baton-swap")
    keys.press(*key)
    assert running.order() == {"id": 1, "order": verb}


def test_no_plain_key_gives_the_caller_away(demo):
    running = demo("onward-talking")
    panel = running.panel
    keys = keyboard(panel, "baton-complete")
    for key in ("Return", "space", "KP_Enter", "c", "t", "Escape"):
        keys.press(key)
    # Nor those of buttons that are not there
    keys.press("Control_L", "Shift_L", "h")
    keys.press("Control_L", "t")
    keys.press("Control_L", "m")
    assert running.order() == {"id": 1, "order": "merge"}


def test_no_key_completes_what_cannot_be(demo):
    running = demo("onward-no-complete")
    keys = keyboard(running.panel, "baton-merge")
    keys.press("Control_L", "Shift_L", "t")
    keys.press("Control_L", "b")
    assert running.order() == {"id": 1, "order": "back"}
