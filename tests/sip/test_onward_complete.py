"""The caller is handed to the target: REFER with Replaces (RFC 5589, section
7.3), every way in which that can go wrong, and who is left with whom."""

import re

import pytest

from harness import never, wait_for
from legs import ABLE, ALLOW, LATER, SILENT, SUPPORTED, refer_to, replaces_of
from onward import Scene

NO_REFER = (ALLOW.replace(" REFER,", ""), SUPPORTED)
NO_REPLACES = (ALLOW, "Supported: timer")
SHORT = ("baton_transfer_timeout", "2")


def stuck(s):
    """A final success has not been told: nobody is let go."""
    return lambda: s.caller.has_request("BYE") or \
        s.state() not in ("transferring", "onward-talking")


# -- what is asked for -------------------------------------------------------

def check_refer(refer, dialog, contact):
    """RFC 3891, section 3: to-tag is the tag of who gets the Replaces."""
    uri, headers = refer_to(refer)
    assert uri == contact.strip("<>")
    assert replaces_of(headers["replaces"]) == dialog.named()
    # Nothing of it may be taken for a part of the URI
    inside = re.search(r"Replaces=([^&>]*)", refer.get("refer-to"), re.I)
    assert not re.search(r"[;=@]", inside.group(1))
    referred = refer.all("referred-by")
    assert len(referred) == 1
    assert re.match(r"(\"[^\"]*\" *)?<sip:agent@127\.0\.0\.1", referred[0])
    assert len(refer.all("contact")) == 1
    return headers


def test_refer(bench):
    s = Scene(bench)
    refer, target = s.complete()
    headers = check_refer(refer, target, s.at["Billing"].contact())
    assert set(headers) <= {"replaces", "require", "user-to-user",
                            "x-baton-handoff"}
    # In the caller's dialog
    assert refer.tag("to") == s.caller.from_tag
    assert refer.tag("from") == s.caller.to_tag
    assert s.state() == "transferring"


def test_whole_way(bench):
    """The caller follows, the target takes it and leaves the old call."""
    s = Scene(bench)
    refer, target = s.complete()
    assert s.caller.notify("100 Trying").code == 200
    s.wait_state("transferring")
    new = s.take_over(refer)
    never("a call ends before it is sure", stuck(s), 0.4)
    assert not target.has_request("BYE")
    target.bye()
    assert s.caller.notify("200 OK").code == 200
    s.transferred()
    assert [c for c, _ in s.steps()][-1] == 200
    never("the new call is touched", lambda: new.has_request("BYE"), 0.2)


def test_target_keeps_the_old_call(bench):
    """It does not end it by itself: the phone does."""
    s = Scene(bench)
    refer, target = s.complete()
    s.take_over(refer)
    s.caller.notify("200 OK")
    s.caller.wait_request("BYE")
    target.wait_request("BYE")
    s.transferred()


def test_provisional_steps_are_told(bench):
    s = Scene(bench)
    s.complete()
    before = len(s.steps())
    for status in ("100 Trying", "182 Queued", "183 Session Progress"):
        assert s.caller.notify(status).code == 200
    wait_for("the steps", lambda: [
        c for c, _ in s.steps()[before:] if c in (182, 183)] == [182, 183])
    never("a call ends", stuck(s), 0.3)
    s.caller.notify("200 OK")
    s.transferred()


def test_from_merged(bench):
    s = Scene(bench)
    target = s.merge()
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    check_refer(s.caller.wait_request("REFER"), target,
                s.at["Billing"].contact())
    s.caller.notify("200 OK")
    s.transferred()


def test_from_merged_fails(bench):
    """Back to where it was: all three."""
    s = Scene(bench)
    target = s.merge()
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("500 Server Error")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("merged")
    s.caller.wait_held(False)
    s.stays()
    assert not target.has_request("BYE")


# -- success, in all its forms -----------------------------------------------

@pytest.mark.parametrize("code,reason", [(200, "OK"), (204, "No Content")])
def test_another_2xx_to_refer(bench, code, reason):
    """RFC 6665 has no 202 any more."""
    s = Scene(bench)
    s.complete(refer=(code, reason))
    never("it counts as success", stuck(s), 0.4)
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("body", [
    b"SIP/2.0 200 OK\r\n", b"SIP/2.0 200 OK\n", b"SIP/2.0 200 OK",
    b"SIP/2.0 200 OK\r\n\r\n", b"SIP/2.0 200 \r\n", b"SIP/2.0 202 Accepted",
    b"SIP/2.0 200 OK\r\nContact: <sip:x@127.0.0.1>\r\n\r\n",
    b"SIP/2.0 200 OK\nVia: x\n\n",
], ids=["crlf", "lf", "bare", "empty-line", "no-reason", "202", "headers",
        "lf-headers"])
def test_forms_of_sipfrag(bench, body):
    s = Scene(bench)
    s.complete()
    assert s.caller.notify("200 OK", body=body).code == 200
    s.transferred()


@pytest.mark.parametrize("ctype", [
    "message/sipfrag", "Message/SipFrag; version=2.0",
    "message/sipfrag;version=\"2.0\""])
def test_forms_of_its_type(bench, ctype):
    s = Scene(bench)
    s.complete()
    assert s.caller.notify("200 OK", ctype=ctype).code == 200
    s.transferred()


@pytest.mark.parametrize("ident", [True, False])
def test_event_of_the_refer(bench, ident):
    """RFC 3515, section 2.4.6: with the CSeq of the REFER, or none."""
    s = Scene(bench)
    refer, _ = s.complete()
    event = "refer;id=" + refer.get("cseq").split()[0] if ident else "refer"
    assert s.caller.notify("200 OK", event=event).code == 200
    s.transferred()


def test_success_but_still_active(bench):
    """A final status in a subscription that is said to go on."""
    s = Scene(bench)
    s.complete()
    s.caller.notify("200 OK", over=False)
    s.transferred()


def test_notify_before_the_answer(bench):
    """RFC 3515, section 2.4.4: it may overtake the 202."""
    s = Scene(bench)
    refer, _ = s.complete(refer=LATER)
    assert s.caller.notify("100 Trying").code == 200
    s.caller.say(refer, 202, "Accepted")
    s.caller.notify("200 OK")
    s.transferred()


def test_final_notify_before_the_answer(bench):
    s = Scene(bench)
    refer, _ = s.complete(refer=LATER)
    assert s.caller.notify("200 OK").code == 200
    s.caller.say(refer, 202, "Accepted")
    s.phone.wait_end(s.ident, "transferred")


def test_callers_bye_before_notify(bench):
    """Who is transferred may hang up first: BYE, after the call was told to
    ring or be up (siphon-sip has 19 microseconds between)."""
    s = Scene(bench)
    refer, target = s.complete()
    s.caller.notify("180 Ringing")
    s.take_over(refer)
    target.bye()
    s.caller.bye()
    s.phone.wait_end(s.ident, "transferred")


def test_callers_bye_after_notify(bench):
    s = Scene(bench)
    refer, target = s.complete()
    s.take_over(refer)
    s.caller.notify("200 OK", wait=False)
    s.caller.bye()
    s.phone.wait_end(s.ident, "transferred")
    if not target.has_request("BYE"):
        target.bye()


def test_targets_bye_first(bench):
    """It has got the new call and drops the old one: no failure."""
    s = Scene(bench)
    refer, target = s.complete()
    s.caller.notify("100 Trying")
    s.take_over(refer)
    target.bye()
    never("the caller is taken back or dropped", lambda:
          s.caller.has_request("BYE") or "transfer-failed" in s.alerts(),
          0.5)
    s.caller.notify("200 OK")
    s.transferred()


# -- failure -----------------------------------------------------------------

@pytest.mark.parametrize("status", [
    "486 Busy Here", "400 Bad Request", "481 Call Does Not Exist",
    "500 Server Error", "603 Decline", "487 Request Terminated",
    "302 Moved Temporarily"])
def test_told_to_have_failed(bench, status):
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("100 Trying")
    assert s.caller.notify(status).code == 200
    alert = s.phone.wait_alert(s.ident, "transfer-failed")
    assert status[:3] in alert["message"] or status[4:] in alert["message"]
    s.target_still(target)
    # Another try is possible
    s.phone.order("baton_complete")
    s.caller.wait_nth("REFER", 2)
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("code,reason", [
    (400, "Bad Request"), (404, "Not Found"), (481, "No Such Call"),
    (489, "Bad Event"), (500, "Server Error"), (503, "Unavailable")])
def test_refer_refused(bench, code, reason):
    s = Scene(bench)
    _, target = s.complete(refer=(code, reason))
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


def test_accepted_then_silence(bench):
    s = Scene(bench, SHORT)
    _, target = s.complete()
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


def test_trying_then_silence(bench):
    s = Scene(bench, SHORT)
    _, target = s.complete()
    s.caller.notify("100 Trying")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


def test_late_success(bench):
    """It was given up already. Nothing is dropped by a word of it, or the
    caller has gone by then; the phone survives."""
    s = Scene(bench, ("baton_transfer_timeout", "1"))
    _, target = s.complete()
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("onward-talking")
    s.caller.notify("200 OK")
    assert s.phone.alive()
    assert s.state() in ("onward-talking", "wrapup", "closed")


def test_refer_unanswered(bench):
    s = Scene(bench, ("baton_transfer_timeout", "1"))
    _, target = s.complete(refer=SILENT)
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


@pytest.mark.parametrize("state", [
    "terminated;reason=noresource", "terminated;reason=timeout",
    "terminated;reason=rejected", "terminated"])
def test_ended_without_a_final_status(bench, state):
    s = Scene(bench)
    _, target = s.complete()
    assert s.caller.notify("100 Trying", state=state).code == 200
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


@pytest.mark.parametrize("code,reason", [
    (405, "Method Not Allowed"), (501, "Not Implemented"),
    (403, "Forbidden"), (603, "Decline")])
def test_refer_refused_by_who_cannot(bench, code, reason):
    """RFC 5589, section 7.4: the other direction is tried."""
    s = Scene(bench)
    target = s.talk()
    s.caller.answers["REFER"] = (code, reason)
    target.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    refer = target.wait_request("REFER")
    check_refer(refer, s.caller, s.desk.contact())
    target.notify("100 Trying")
    never("a call ends", stuck(s), 0.3)
    target.notify("200 OK")
    target.wait_request("BYE")
    s.transferred()


# -- the other direction -----------------------------------------------------

def test_caller_cannot_refer(bench):
    """No REFER in its Allow: it is not even sent."""
    s = Scene(bench, ability=NO_REFER)
    target = s.talk()
    target.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    check_refer(target.wait_request("REFER"), s.caller, s.desk.contact())
    assert not s.caller.of("REFER")
    target.notify("200 OK")
    s.transferred()


def test_target_knows_no_replaces(bench):
    s = Scene(bench)
    target = s.talk(ability=NO_REPLACES)
    target.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    check_refer(target.wait_request("REFER"), s.caller, s.desk.contact())
    assert not s.caller.of("REFER")
    target.notify("200 OK")
    s.transferred()


def test_other_direction_fails(bench):
    s = Scene(bench, ability=NO_REFER)
    target = s.talk()
    target.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    target.wait_request("REFER")
    target.notify("486 Busy Here")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)


@pytest.mark.parametrize("caller,target", [
    (NO_REFER, NO_REFER), (NO_REPLACES, NO_REPLACES),
    ((NO_REFER[0], NO_REPLACES[1]), ABLE)],
    ids=["no-refer", "no-replaces", "caller-nothing"])
def test_neither_direction(bench, caller, target):
    """It is said, and all stays as it was; merge is still there."""
    s = Scene(bench, ability=caller)
    leg = s.talk(ability=target)
    s.phone.refused("baton_complete")
    assert not s.caller.of("REFER") and not leg.of("REFER")
    assert s.state() == "onward-talking"
    s.phone.order("baton_merge")
    s.wait_state("merged")
