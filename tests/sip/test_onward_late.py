"""A REFER was given up, and its last word comes late: the caller has got
there after all. It is answered 481, and the person is told, once."""

import pytest

from harness import never
from legs import ALLOW, SUPPORTED
from onward import Scene

SHORT = ("baton_transfer_timeout", "1")
NO_REFER = (ALLOW.replace(" REFER,", ""), SUPPORTED)


def told_late(s):
    return s.alerts().count("transfer-late")


def late(s, leg=None, name="Billing", **options):
    """The late success, and all that it does."""
    leg = leg or s.caller
    state = s.state()
    assert leg.notify("200 OK", **options).code == 481
    alert = s.phone.wait_alert(s.ident, "transfer-late")
    assert name in alert["message"]
    # Another one, by who does not mind the 481
    assert leg.notify("200 OK", **options).code >= 400
    never("it is told twice, or done something about", lambda:
          told_late(s) != 1 or s.state() != state or
          s.caller.has_request("BYE"), 0.3)


def given_up(bench):
    s = Scene(bench, SHORT)
    refer, target = s.complete()
    s.caller.notify("100 Trying")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("onward-talking")
    return s, refer, target


@pytest.mark.parametrize("ident", [True, False])
def test_after_silence(bench, ident):
    s, refer, target = given_up(bench)
    late(s, event="refer;id=" + refer.get("cseq").split()[0] if ident
         else "refer")
    s.target_still(target)


def test_after_back(bench):
    s = Scene(bench)
    s.complete()
    s.phone.order("baton_back")
    s.caller_back()
    late(s)
    s.caller_back()


def test_sent_on_unseen(bench):
    """It says that it rings, which gets 481, and does not mind that."""
    s = Scene(bench)
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_transfer", "Billing")
    s.caller.wait_request("REFER")
    s.phone.order("baton_back")
    s.caller_back()
    assert s.caller.notify("180 Ringing").code == 481
    late(s)


def test_second_by_the_address(bench):
    s = Scene(bench, SHORT)
    s.complete()
    s.caller.notify("404 Not Found")
    s.caller.wait_nth("REFER", 2)
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("onward-talking")
    late(s)


def test_other_direction(bench):
    s = Scene(bench, SHORT, ability=NO_REFER)
    target = s.talk()
    target.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    target.wait_request("REFER")
    s.phone.wait_alert(s.ident, "transfer-failed")
    s.wait_state("onward-talking")
    late(s, target)


def another_begun(bench):
    """Billing was given up, and Sales is called."""
    s = Scene(bench, labels=("Billing", "Sales"))
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_transfer", "Billing")
    first = s.caller.wait_request("REFER")
    s.phone.order("baton_back")
    s.caller_back()
    s.phone.order("baton_transfer", "Sales")
    s.caller.wait_nth("REFER", 2)
    s.caller.notify("100 Trying")
    return s, "refer;id=" + first.get("cseq").split()[0]


def test_while_another_is_called(bench):
    """It is told of the one whose id it has, and the other goes on."""
    s, event = another_begun(bench)
    late(s, event=event)
    assert s.caller.notify("200 OK").code == 200
    s.transferred()


def test_which_one_is_not_known(bench):
    """Without an id it may be the new one's success: what becomes of that
    tells."""
    s, _ = another_begun(bench)
    assert s.caller.notify("200 OK").code == 481
    never("it is told", lambda: told_late(s), 0.3)
    s.caller.bye()
    s.phone.wait_end(s.ident, "transferred")
    assert not told_late(s)


@pytest.mark.parametrize("status,over", [
    ("486 Busy Here", True), ("180 Ringing", False), ("100 Trying", True)])
def test_no_success(bench, status, over):
    s, _, target = given_up(bench)
    assert s.caller.notify(status, over=over).code == 481
    never("it is told", lambda: told_late(s), 0.3)
    s.target_still(target)


def test_success_after_a_failure(bench):
    """The first final status has decided."""
    s = Scene(bench)
    _, target = s.complete()
    s.caller.notify("486 Busy Here")
    s.phone.wait_alert(s.ident, "transfer-failed")
    assert s.caller.notify("200 OK").code == 481
    never("it is told", lambda: told_late(s), 0.3)
    s.target_still(target)


def test_success_in_time(bench):
    s = Scene(bench)
    s.complete()
    s.caller.notify("200 OK")
    s.transferred()
    assert not told_late(s)
