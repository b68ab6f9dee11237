"""The target's Contact cannot be reached from the caller's side: one more
REFER, by the address that was called (RFC 5589, section 7.5)."""

import pytest

from harness import never, wait_for
from legs import SILENT, refer_to, replaces_of
from onward import Scene


def again(bench, *config, status="404 Not Found", **options):
    """The caller's side could not call the Contact: its second REFER."""
    s = Scene(bench, *config)
    first, target = s.complete(**options)
    assert s.caller.notify("100 Trying").code == 200
    assert s.caller.notify(status).code == 200
    return s, first, s.caller.wait_nth("REFER", 2), target


def event_of(refer):
    return "refer;id=" + refer.get("cseq").split()[0]


def no_third(s):
    never("a third REFER", lambda: s.caller.of("REFER")[2:], 0.3)


def failed(s, target):
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)
    no_third(s)


@pytest.mark.parametrize("status", [
    "403 Forbidden", "404 Not Found", "408 Request Timeout", "410 Gone",
    "416 Unsupported URI Scheme", "480 Temporarily Unavailable",
    "502 Bad Gateway", "503 Service Unavailable"])
def test_by_the_address_that_was_called(bench, status):
    s, first, second, target = again(bench, status=status)
    assert refer_to(first)[0] == s.at["Billing"].contact().strip("<>")
    assert "require" not in refer_to(first)[1]
    uri, headers = refer_to(second)
    assert uri == s.uri("Billing")
    assert replaces_of(headers["replaces"]) == target.named()
    assert headers["require"] == "replaces"
    assert second.get("referred-by") == first.get("referred-by")
    s.phone.wait_alert(s.ident, "other-way")
    assert s.state() == "transferring"
    s.caller.notify("100 Trying")
    new = s.take_over(second)
    target.bye()
    assert s.caller.notify("200 OK").code == 200
    s.transferred()
    codes = [c for c, _ in s.steps()]
    assert codes[codes.index(int(status[:3])) + 1] == 100
    assert "transfer-failed" not in s.alerts()
    never("the new call is touched", lambda: new.has_request("BYE"), 0.2)


def test_that_fails_too(bench):
    """It is told once; the next order begins anew."""
    s, first, _, target = again(bench)
    s.caller.notify("100 Trying")
    assert s.caller.notify("404 Not Found").code == 200
    failed(s, target)
    assert s.alerts().count("transfer-failed") == 1
    s.phone.order("baton_complete")
    third = s.caller.wait_nth("REFER", 3)
    assert refer_to(third) == refer_to(first)
    s.caller.notify("200 OK", event=event_of(third))
    s.transferred()


def test_fails_in_one_word(bench):
    """Neither NOTIFY has an id, and nothing came before the final one: it
    is of the second, as the first has ended."""
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    assert s.caller.notify("404 Not Found").code == 200
    failed(s, target)


def test_refused(bench):
    s = Scene(bench)
    _, target = s.complete(refer=[(202, "Accepted"), (500, "Error")])
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    failed(s, target)


def test_unanswered(bench):
    s = Scene(bench, ("baton_transfer_timeout", "2"))
    _, target = s.complete(refer=[(202, "Accepted"), SILENT])
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    failed(s, target)


def test_has_the_whole_time(bench):
    """What the first one took is not taken from it."""
    s = Scene(bench, ("baton_transfer_timeout", "2"))
    _, target = s.complete()
    never("it fails", lambda: s.state() != "transferring", 1.2)
    s.caller.notify("503 Service Unavailable")
    s.caller.wait_nth("REFER", 2)
    never("it fails", lambda: s.state() != "transferring", 1.3)
    failed(s, target)


def test_from_merged(bench):
    s = Scene(bench)
    target = s.merge()
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    s.caller.notify("404 Not Found")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("merged")
    s.stays()
    assert not target.has_request("BYE")


@pytest.mark.parametrize("status", [
    "481 Call Does Not Exist", "486 Busy Here", "500 Server Error",
    "603 Decline"])
def test_not_for_what_the_target_said(bench, status):
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify(status)
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)
    assert not s.caller.of("REFER")[1:]


def test_not_if_the_contact_is_what_was_called(bench):
    s = Scene(bench)
    s.at["Billing"].contact = lambda: "<%s>" % s.uri("Billing")
    refer, target = s.complete()
    assert refer_to(refer)[0] == s.uri("Billing")
    s.caller.notify("404 Not Found")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.target_still(target)
    assert not s.caller.of("REFER")[1:]


def test_not_if_the_target_has_left(bench):
    s = Scene(bench)
    _, target = s.complete()
    target.bye()
    s.caller.notify("404 Not Found")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()
    assert not s.caller.of("REFER")[1:]


# -- what is told of the first, and of the second ------------------------------

@pytest.mark.parametrize("status", ["404 Not Found", "200 OK", "180 Ringing"])
def test_the_first_says_more(bench, status):
    s, first, second, _ = again(bench)
    assert s.caller.notify(status, event=event_of(first)).code == 481
    never("it counts", lambda: s.state() != "transferring" or
          s.caller.has_request("BYE"), 0.3)
    assert s.caller.notify("200 OK", event=event_of(second)).code == 200
    s.transferred()


def test_the_first_ends_after_its_final_status(bench):
    """It came as active: its end is not that of the second."""
    s = Scene(bench)
    s.complete()
    s.caller.notify("404 Not Found", over=False)
    s.caller.wait_nth("REFER", 2)
    assert s.caller.notify("404 Not Found").code == 481
    never("it counts", lambda: s.state() != "transferring", 0.3)
    s.caller.notify("100 Trying")
    s.caller.notify("200 OK")
    s.transferred()


# -- somebody leaves while the second is under way -----------------------------

def test_taken_back(bench):
    s, _, second, target = again(bench)
    s.caller.notify("100 Trying")
    s.phone.order("baton_back")
    target.wait_request("BYE")
    s.caller_back()
    assert s.caller.notify("404 Not Found",
                           event=event_of(second)).code == 481
    no_third(s)
    assert s.state() == "connected"


def test_target_leaves(bench):
    s, _, _, target = again(bench)
    target.bye()
    s.caller.notify("404 Not Found")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.caller_back()
    no_third(s)


def test_caller_leaves(bench):
    s, _, _, target = again(bench)
    s.caller.bye()
    wait_for("it is told", lambda: "caller-left" in s.alerts())
    s.tried("back")
    target.wait_request("BYE")
    s.phone.wait_end(s.ident, "caller-left")


def test_both_leave(bench):
    """That is how it looks when it has gone well."""
    s, _, _, target = again(bench)
    s.caller.notify("100 Trying")
    target.bye()
    s.caller.bye()
    s.phone.wait_end(s.ident, "transferred")


# -- and the other direction ---------------------------------------------------

def test_second_is_refused_by_who_cannot(bench):
    """The target is asked then, and there it ends."""
    s = Scene(bench)
    target = s.talk()
    target.answers["REFER"] = (202, "Accepted")
    s.caller.answers["REFER"] = [(202, "Accepted"), (405, "Not Allowed")]
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    refer = target.wait_request("REFER")
    assert replaces_of(refer_to(refer)[1]["replaces"]) == s.caller.named()
    target.notify("404 Not Found")
    failed(s, target)
    assert not target.of("REFER")[1:]
