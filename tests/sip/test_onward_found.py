"""Onward calls: what was found by those who tried to break them."""

import json
import socket

import pytest

import onward
from harness import never, wait_for
from legs import ABLE, Station
from onward import Scene
from tones import PERSON


@pytest.mark.parametrize("code", [300, 301, 302, 305, 380])
def test_nobody_is_redirected_to(bench, code):
    """Whoever a 3xx names is not called: nobody has asked whether he may
    be, and the INVITE says whose call it is about."""
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second"})
    away = Station(s.phone, ip="127.0.0.2")
    bench.peers.append(away)
    target = s.consult()
    s.at["Billing"].contact = lambda: \
        "<sip:away@127.0.0.2:%d>" % away.port
    target.refuse(code, "Moved")
    s.rung("Second").refuse(486, "Busy Here")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    assert (code, "Billing") in s.steps()
    never("it is followed", lambda: list(away.called), 0.3)


@pytest.mark.parametrize("answered", [False, True])
def test_context_goes_where_calls_may(bench, answered):
    """A Contact that baton_deny_to names gets no context."""
    s = Scene(bench, ("baton_deny_to", "sip:*@127.0.0.2"))
    # Nobody answers the BYE there
    s.phone.stop_patience = 60
    away = Station(s.phone, ip="127.0.0.2")
    bench.peers.append(away)
    target = s.consult()
    s.at["Billing"].contact = lambda: \
        "<sip:billing@127.0.0.2:%d>" % away.port
    if answered:
        target.take()
    else:
        target.ring()
    billing = s.at["Billing"]
    wait_for("the context at the address that was called", lambda: [
        m for m in billing.strays if m.method == "MESSAGE"])
    never("it goes elsewhere", lambda: [
        m for m in away.strays if m.method == "MESSAGE"], 0.3)


def answer_late(call):
    """What was left unanswered gets its 200 now, and all that follows."""
    call.answers.pop("INVITE")
    for msg in list(call.unanswered):
        call.unanswered.remove(msg)
        call.say(msg, 200, "OK")


@pytest.mark.parametrize("step", ["ringing", "talking", "merged"])
def test_caller_moves_in_haste(bench, step):
    """The caller's side moves its call, and its BYE to the one before is
    quicker than its ACK to the new one."""
    s = Scene(bench, sound=True)
    if step == "merged":
        s.merge()
    elif step == "talking":
        s.talk()
    else:
        s.consult().ring()
        s.wait_step(180)
    before = s.state()
    s.caller.wait_held(step != "merged")
    moved = s.desk.call(user="rosa", name="Rosa Lind", auto_ack=False)
    moved.voice = s.caller.voice
    moved.invite(headers=["Replaces: " + s.caller.replaces(),
                          *s.caller.ability], offer=moved.session())
    answer = moved.wait_code(200)
    moved.listen(answer.body)
    s.caller.bye()
    s.caller.wait_final("BYE")
    moved.ack(answer)
    moved.auto_ack = True
    s.caller = moved
    never("it is over", lambda: s.state() != before, 0.3)
    s.phone.order("baton_back")
    s.caller_back()


def test_call_is_picked_up(bench):
    """A colleague takes the call that rings at the target (RFC 5359, section
    2.16): the person talks to that one, for longer than a target may ring."""
    s = Scene(bench, ("baton_target_timeout", "2"))
    target = s.consult()
    target.ring()
    s.wait_step(180)
    colleague = s.at["Billing"].call(user="colleague")
    colleague.invite(headers=["Replaces: " + target.replaces(";early-only")],
                     offer=colleague.session())
    colleague.wait_code(200)
    target.wait_request("CANCEL")
    s.wait_state("onward-talking")
    never("it is ended", lambda: colleague.has_request("BYE")
          or s.state() != "onward-talking", 3)
    s.phone.order("baton_back")
    colleague.wait_request("BYE")
    s.caller_back()


def test_on_hold_again_before_the_first_is_confirmed(bench):
    """Consult, back, consult, while the caller's side is slow: nobody is
    called before it has said that he waits, and he does."""
    s = Scene(bench)
    s.caller.answers["INVITE"] = "later"
    s.phone.order("baton_consult", "Billing")
    s.caller.wait_nth("INVITE", 1)
    s.phone.order("baton_back")
    again = s.tried("consult", "Billing")
    never("it goes out", lambda: list(s.at["Billing"].called), 0.3)
    answer_late(s.caller)
    if not again:
        wait_for("it can be ordered", lambda: s.tried("consult", "Billing"))
    s.rung("Billing", 1)
    s.caller.wait_held()
    never("he hears them", lambda: not s.caller.is_held(), 0.5)


@pytest.mark.parametrize("order", ["consult", "transfer"])
def test_long_id_of_a_handoff(bench, monkeypatch, order):
    """An id that would not leave room for the rest of a datagram stays
    where it was."""
    part = ("application/json", json.dumps({
        "handoff_id": "x" * 3000, "intent": "billing"}).encode())
    monkeypatch.setattr(onward, "NORMAL_PART", part)
    s = Scene(bench)
    s.caller.answers["REFER"] = (202, "Accepted")
    if order == "consult":
        msg = s.consult().first
        assert msg.get("x-baton-handoff")
    else:
        s.phone.order("baton_transfer", "Billing")
        msg = s.caller.wait_request("REFER")
    assert len(msg.raw) <= 1300


@pytest.mark.parametrize("step", ["ringing", "talking", "merged", "sent"])
def test_caller_is_not_left_on_hold(bench, step):
    """The plugin is unloaded in the midst of it: the calls stay."""
    s = Scene(bench)
    target = None
    if step == "merged":
        target = s.merge()
    elif step == "talking":
        target = s.talk()
    elif step == "ringing":
        target = s.consult()
        target.ring()
        s.wait_step(180)
    else:
        s.caller.answers["REFER"] = (202, "Accepted")
        s.phone.order("baton_transfer", "Billing")
        s.caller.wait_request("REFER")
    s.caller.wait_held(step != "merged")
    s.phone.command("rmmod", "baton")
    if target:
        target.wait_request("CANCEL" if step == "ringing" else "BYE")
    s.caller.wait_held(False)
    s.stays()


def test_host_looks_at_its_audio_when_the_plugin_is_gone(bench):
    """A stream that goes on keeps its place for a filter."""
    s = Scene(bench, sound=True)
    s.merge()
    s.phone.command("rmmod", "baton")
    wait_for("the plugin is gone", lambda:
             not s.phone.command("baton_status")[0])
    for _ in range(2):
        assert s.phone.command("audio_debug")[0]
    s.caller.voice.hears(PERSON)


def test_context_and_the_way_of_the_dialog_are_one_datagram(bench):
    """RFC 3261, section 18.1.1; the proxies are in each request."""
    s = Scene(bench)
    station = s.at["Billing"]
    station.second.shutdown(socket.SHUT_RDWR)
    station.second.close()
    target = s.consult()
    target.listen(target.first.body)
    target.reply(200, "OK", ["Record-Route: <sip:edge%d@127.0.0.1:%d;lr;s=%s>"
                             % (n, station.port, "0123456789" * 7)
                             for n in range(3)] + list(ABLE),
                 target.session(target.first.body))
    s.wait_state("onward-talking")
    msg = target.wait_request("MESSAGE")
    assert msg.get("route") and len(msg.raw) <= 1300
    s.phone.wait_alert(s.ident, "context-short")
