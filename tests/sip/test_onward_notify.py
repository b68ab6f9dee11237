"""What comes while a REFER is under way and is not what was waited for."""

import pytest

from harness import never, wait_for
from legs import LATER, refer_to
from onward import Scene


def stuck(s):
    return lambda: s.caller.has_request("BYE") or \
        s.state() != "transferring"


def still_waits(s):
    """Nothing of it counted; what counts still does."""
    never("it counted", stuck(s), 0.3)
    assert s.caller.notify("200 OK").code == 200
    s.transferred()


@pytest.mark.parametrize("body", [
    b"SIP/2.0", b"404 Not Found\r\n", b"INVITE\r\n", b"\0\0\0",
    b"SIP/2.0 2000 OK\r\n", b"SIP/2.0 20 OK\r\n", b"SIP/2.0 -20 OK\r\n",
    b"SIP/3.0 200 OK\r\n", b"SIP/2.0200 OK\r\n", b"HTTP/1.1 200 OK\r\n",
    b"SIP/2.0 099 OK\r\n", b"SIP/2.0 700 OK\r\n", b"x" * 4000,
    b" SIP/2.0 200 OK\r\n", b"INVITE sip:a@b SIP/2.0\r\n"],
    ids=lambda b: repr(b[:12]))
def test_no_sipfrag(bench, body):
    """400 (its own list: RFC 3420, section 2.1), and it goes on."""
    s = Scene(bench)
    s.complete()
    assert s.caller.notify("", over=False, body=body).code == 400
    still_waits(s)


@pytest.mark.parametrize("ctype", ["text/plain", "application/json",
                                   "message/sip"])
def test_another_type(bench, ctype):
    s = Scene(bench)
    s.complete()
    assert s.caller.notify("200 OK", over=False, ctype=ctype).code >= 400
    still_waits(s)


def test_no_body(bench):
    """Nothing in it, and it goes on: no status at all."""
    s = Scene(bench)
    s.complete()
    s.caller.notify("100 Trying", body=b"")
    still_waits(s)


@pytest.mark.parametrize("event", [
    "refer;id=99999", "refer;id=0", "presence", "message-summary",
    "refer2", "dialog"])
def test_another_event(bench, event):
    """Not of this REFER: 481 or 489, never a success."""
    s = Scene(bench)
    s.complete()
    assert s.caller.notify("200 OK", event=event).code in (481, 489)
    still_waits(s)


def test_no_event(bench):
    s = Scene(bench)
    s.complete()
    cseq = s.caller.in_dialog(
        "NOTIFY", ["Subscription-State: terminated"],
        b"SIP/2.0 200 OK\r\n", "message/sipfrag")
    assert s.caller.answer_to("NOTIFY", cseq).code in (400, 481, 489)
    still_waits(s)


def test_in_another_dialog(bench):
    """The target says that the caller has arrived; it was not asked."""
    s = Scene(bench)
    _, target = s.complete()
    assert target.notify("200 OK").code >= 400
    still_waits(s)


def test_out_of_any_dialog(bench):
    s = Scene(bench)
    s.complete()
    other = s.desk.call(user="mallory")
    assert other.notify("200 OK").code >= 400
    still_waits(s)


def test_from_another_address(bench):
    """Who knows a part of the dialog and is not the caller's side."""
    s = Scene(bench)
    s.complete()
    thief = bench.peer(s.phone, ip="127.0.0.2").call(
        user="rosa", call_id=s.caller.call_id,
        from_tag="not-" + s.caller.from_tag)
    thief.to_tag, thief.contact = s.caller.to_tag, s.caller.contact
    thief.cseq = 50
    thief.in_dialog("NOTIFY", [
        "Event: refer", "Subscription-State: terminated"],
        b"SIP/2.0 200 OK\r\n", "message/sipfrag")
    assert thief.wait_final("NOTIFY").code >= 400
    still_waits(s)


def test_when_nobody_has_asked(bench):
    s = Scene(bench)
    assert s.caller.notify("200 OK").code >= 400
    assert s.state() == "connected"
    s.stays()


def test_twice(bench):
    """The same NOTIFY again is answered again, and counts once."""
    s = Scene(bench)
    s.complete()
    s.caller.notify("180 Ringing")
    s.caller.notify("180 Ringing")
    s.caller.notify("200 OK")
    s.caller.notify("200 OK", wait=False)
    s.transferred()


def test_order_of_failure_and_success(bench):
    """The first final one decides."""
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("486 Busy Here")
    s.caller.notify("200 OK", wait=False)
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


@pytest.mark.parametrize("code,name", [
    (401, "WWW-Authenticate"), (407, "Proxy-Authenticate")])
def test_challenge(bench, code, name):
    """It is answered with credentials of the account (RFC 3261, 22)."""
    s = Scene(bench, account=";auth_user=agent;auth_pass=secret")
    s.complete(refer=LATER)
    first = s.caller.wait_request("REFER")
    s.caller.answers["REFER"] = (202, "Accepted")
    s.caller.say(first, code, "Unauthorized", [
        name + ": Digest realm=\"pbx\", nonce=\"abc\", algorithm=MD5"])
    second = s.caller.wait_nth("REFER", 2)
    answer = second.get("authorization" if code == 401 else
                        "proxy-authorization")
    assert "nonce=\"abc\"" in answer and "username=\"agent\"" in answer
    assert "secret" not in second.raw.decode()
    assert second.get("refer-to") == first.get("refer-to")
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("code,name", [
    (401, "WWW-Authenticate"), (407, "Proxy-Authenticate")])
def test_challenge_without_end(bench, code, name):
    s = Scene(bench, account=";auth_user=agent;auth_pass=wrong")
    target = s.talk()
    s.caller.answers["REFER"] = (code, "Unauthorized", [
        name + ": Digest realm=\"pbx\", nonce=\"abc\", algorithm=MD5"])
    s.phone.order("baton_complete")
    s.phone.wait_alert(s.ident, "transfer-failed")
    assert len(s.caller.of("REFER")) <= 5
    s.target_still(target)


# -- somebody leaves meanwhile ------------------------------------------------

def test_target_leaves_before_the_answer(bench):
    """Its BYE comes when the caller cannot have been there yet, and the
    REFER is refused then: back to the person."""
    s = Scene(bench)
    refer, target = s.complete(refer=LATER)
    target.bye()
    s.caller.say(refer, 503, "Service Unavailable")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()


def test_target_leaves_and_it_fails(bench):
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("100 Trying")
    target.bye()
    s.caller.notify("481 Call Does Not Exist")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()


def test_target_leaves_and_silence(bench):
    """Nobody says what became of it."""
    s = Scene(bench, ("baton_transfer_timeout", "2"))
    _, target = s.complete()
    target.bye()
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()


@pytest.mark.parametrize("when", ["asked", "accepted", "trying"])
def test_caller_leaves(bench, when):
    """The person has the target then, or nobody; the hand-off says so."""
    s = Scene(bench)
    _, target = s.complete(refer=LATER if when == "asked" else
                           (202, "Accepted"))
    if when == "trying":
        s.caller.notify("100 Trying")
    s.caller.bye()
    wait_for("it is told", lambda: "caller-left" in s.alerts() or
             s.state() in ("wrapup", "closed"))
    s.tried("back")
    target.wait_request("BYE")
    s.phone.wait_end(s.ident, ("caller-left", "completed", "transferred"))


def test_person_takes_it_back(bench):
    """baton_back while the caller's side is at it."""
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("100 Trying")
    s.phone.order("baton_back")
    s.caller_back()
    s.caller.notify("200 OK", wait=False)
    never("the phone dies", lambda: not s.phone.alive(), 0.3)


def test_hangup_while_transferring(bench):
    """The person goes: both legs end, in order, whatever was pending."""
    s = Scene(bench)
    _, target = s.complete()
    if s.tried("hangup"):
        s.caller.wait_request("BYE")
        s.phone.wait_state(s.ident, ("wrapup", "closed"))
    else:
        still_waits(s)


# -- complete while it rings --------------------------------------------------

def test_complete_while_ringing(bench):
    """The call to it is withdrawn, and the caller is sent there unseen."""
    s = Scene(bench)
    target = s.consult()
    target.ring()
    s.wait_step(180)
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    target.wait_request("CANCEL")
    uri, headers = refer_to(s.caller.wait_request("REFER"))
    assert uri == s.uri("Billing")
    assert "replaces" not in headers
    s.caller.notify("200 OK")
    s.transferred()


def test_complete_while_ringing_fails(bench):
    s = Scene(bench)
    target = s.consult()
    target.ring()
    s.wait_step(180)
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("486 Busy Here")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()


# -- of the REFER before -----------------------------------------------------

def sent_on(s, label, count):
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_transfer", label)
    return s.caller.wait_nth("REFER", count)


def test_last_word_of_the_one_before_comes_twice(bench):
    """Its final status came as active, and then as the end."""
    s = Scene(bench, labels=("Billing", "Sales", "Desk"),
              fallback={"Billing": "Sales", "Sales": "Desk"})
    sent_on(s, "Billing", 1)
    s.caller.notify("100 Trying")
    s.caller.notify("486 Busy Here", over=False)
    s.caller.wait_nth("REFER", 2)
    assert s.caller.notify("486 Busy Here").code == 481
    s.caller.notify("100 Trying")
    s.caller.notify("180 Ringing")
    s.wait_step(180)
    assert not s.caller.of("REFER")[2:]
    # This one is of its own
    s.caller.notify("486 Busy Here")
    s.caller.wait_nth("REFER", 3)


@pytest.mark.parametrize("late", ["486 Busy Here", "200 OK"])
def test_one_given_up_ends_late(bench, late):
    s = Scene(bench, labels=("Billing", "Sales"))
    sent_on(s, "Billing", 1)
    s.caller.notify("180 Ringing")
    s.phone.order("baton_back")
    s.caller_back()
    sent_on(s, "Sales", 2)
    s.caller.notify("100 Trying")
    assert s.caller.notify(late).code == 481
    still_waits(s)


def test_one_given_up_has_its_id(bench):
    s = Scene(bench, labels=("Billing", "Sales"))
    first = sent_on(s, "Billing", 1)
    s.caller.notify("180 Ringing")
    s.phone.order("baton_back")
    s.caller_back()
    sent_on(s, "Sales", 2)
    number = first.get("cseq").split()[0]
    assert s.caller.notify("486 Busy Here",
                           event="refer;id=" + number).code == 481
    still_waits(s)


def test_one_given_up_says_no_more(bench):
    """Only the new one is told of; the end of the call says the rest."""
    s = Scene(bench, labels=("Billing", "Sales"))
    sent_on(s, "Billing", 1)
    s.phone.order("baton_back")
    s.caller_back()
    sent_on(s, "Sales", 2)
    s.caller.notify("100 Trying")
    s.caller.notify("200 OK")
    s.caller.bye()
    s.phone.wait_end(s.ident, "transferred")
