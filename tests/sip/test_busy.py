"""One at a time is talked to: whom nobody has put on hold, and what is asked
where nobody can say yes."""

import pytest

from data import NORMAL_PART
from harness import never, wait_for
from test_calls import ring, talk
from test_found import alerts, connects
from test_fresh import fresh
from test_refer import notifies, quiet, refer, to

OTHER = [("application/json", b'{"handoff_id":"other-1",'
          b'"caller":{"name":"Carl","tel":"+494099"}}')]


def test_caller_of_another_puts_on_hold(bench, phone, ai):
    """The host holds who is talked to: the person is told who waits."""
    first, one = talk(phone, ai)
    connects(bench, phone, ai, first, one)
    second, two = ring(phone, ai, 2, user="ai-two", parts=OTHER)
    phone.order("baton_accept", "#%d" % two)
    phone.wait_state(two, "consulting")
    wait_for("the first is held", lambda: phone.show(one)["held"])
    # What the person does himself he knows
    phone.order("baton_resume", "#%d" % one)
    wait_for("the first is back", lambda: not phone.show(one)["held"])
    wait_for("the second is held", lambda: phone.show(two)["held"])
    assert not alerts(phone, "put-on-hold")

    connects(bench, phone, ai, second, two)
    alert = phone.wait_alert(one, "put-on-hold")
    assert "#%d" % two in alert["message"]
    shown = phone.show(one)
    assert shown["held"] is True
    assert shown["alert"]["code"] == "put-on-hold"
    phone.order("baton_resume", "#%d" % one)
    wait_for("the first is back", lambda: not phone.show(one)["held"])
    assert "alert" not in phone.show(one)


@pytest.mark.parametrize("config", [
    [("baton_role", "kiosk")], [("baton_accept", "auto")],
], ids=["kiosk", "auto"])
def test_refer_where_nobody_is_asked(bench, config):
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"), *config)
    away = bench.peer(phone, called=True)
    call = bench.peer(phone).call().invite(parts=[NORMAL_PART])
    call.wait_code(200)
    ident = phone.wait_event("handoff")["id"]
    phone.wait_state(ident, "consulting")
    assert refer(call, to(away)).code == 603
    phone.wait_alert(ident, "refer-refused")
    assert not phone.show(ident)["asked"] and not notifies(call)
    quiet(phone, away)
    assert phone.state(ident)[0] == "consulting"


def test_alert_goes_when_the_caller_comes(bench, phone, ai):
    """Shape fresh: he is not waited for any more, and took nobody's place by
    Replaces."""
    call, ident = talk(phone, ai)
    call.bye()
    phone.wait_end(ident, "ai-left")
    wait_for("the alert", lambda: phone.show(ident).get("alert", {}).get(
        "code") == "ai-left")
    caller = fresh(ai, headers=["X-Baton-Handoff: case-4711"])
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    shown = phone.show(ident)
    assert shown["shape"] == "fresh" and "alert" not in shown
    assert shown["latency"]["replaces_ms"] is None
    never("he is dropped", lambda: caller.has_request("BYE"), 0.3)
