"""baton_escalate: the supervisor is called, and knows why."""

import json

import pytest

from harness import free_ports, wait_for
from onward import Scene
from test_onward_consult import contexts, uui_text


def escalated(station):
    """What the context that came says of the escalation"""
    def find():
        for context in contexts(station):
            text = json.dumps(context)
            if "escalation" in text:
                return text
        return None
    return wait_for("the escalation in the context", find)


def test_supervisor(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"), labels=("Billing", "Lead"))
    s.phone.order("baton_note", "threatens to leave")
    s.phone.order("baton_escalate", "wants 500 back at once")
    target = s.rung("Lead")
    assert not s.at["Billing"].called
    assert "case-4711" in uui_text(target.first)
    target.ring()
    text = escalated(s.at["Lead"])
    assert "wants 500 back at once" in text
    assert "threatens to leave" in text
    target.take()
    s.wait_state("onward-talking")


def test_supervisor_by_address(bench):
    """Nobody is there, but it is who is called."""
    port = free_ports()[0]
    s = Scene(bench, ("baton_supervisor", "sip:lead@127.0.0.1:%d;transport=tcp" % port),
              ("baton_target_timeout", "1"))
    s.phone.order("baton_escalate")
    s.phone.wait_event("transfer", lambda e: "lead@" in e["target"])
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()


def test_level_and_by(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"), labels=("Lead",))
    s.phone.order("baton_escalate", "why not")
    s.rung("Lead").ring()
    text = escalated(s.at["Lead"]).replace("\\\"", "\"")
    assert "\"level\"" in text
    assert "\"by\"" in text
    assert "agent@127.0.0.1" in text


def test_without_text(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"), labels=("Lead",))
    s.phone.order("baton_escalate")
    target = s.rung("Lead")
    target.ring()
    target.take()
    s.wait_state("onward-talking")


def test_nobody_to_escalate_to(bench):
    s = Scene(bench)
    got = s.phone.refused("baton_escalate", "why not")
    assert "supervisor" in got["message"].lower()
    s.untouched()


def test_supervisor_does_not_answer(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"),
              ("baton_target_timeout", "1"), labels=("Lead",))
    s.phone.order("baton_escalate", "why not")
    target = s.rung("Lead")
    target.ring()
    target.wait_request("CANCEL")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()


def test_then_completed(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"), labels=("Lead",))
    s.phone.order("baton_escalate", "why not")
    s.rung("Lead").take()
    s.wait_state("onward-talking")
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("text", [
    "a\r\nX-Evil: 1\r\n\r\nv=0", "\"}],\"x\":1", "später <b>&amp;"])
def test_text_stays_text(bench, text):
    s = Scene(bench, ("baton_supervisor", "Lead"), labels=("Lead",))
    if not s.tried("escalate", text):
        s.untouched()
        return
    target = s.rung("Lead")
    assert not target.first.all("x-evil")
    assert target.first.body.startswith(b"v=0\r\no=")
    target.ring()
    wait_for("the context", lambda: contexts(s.at["Lead"]))
    assert not [m for m in s.at["Lead"].messages_of() if m.all("x-evil")]


def test_supervisor_that_is_not_there(bench):
    """A label that no baton_target line has stops the module."""
    phone = bench.phone(("baton_supervisor", "Nobody"))
    ok, _ = phone.command("baton_status")
    assert not ok
    assert "baton_supervisor" in phone.log_text()
    assert "Nobody" in phone.log_text()
