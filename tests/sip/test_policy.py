"""Who may hand over, and what happens to the others."""

import pytest

from data import NORMAL_PART
from harness import never
from test_calls import ring

FOREIGN = "127.0.0.2"


def send(bench, phone, ip="127.0.0.1", user="ai", headers=()):
    peer = bench.peer(phone, ip=ip)
    return peer.call(user=user).invite(parts=[NORMAL_PART],
                                       headers=headers)


def is_handoff(phone, call):
    call.wait_code(180)
    phone.wait_offered()


def is_plain(phone, call):
    """An ordinary call: it rings, the host has it, Baton shows nothing."""
    call.wait_code(180)
    phone.wait_host_event("CALL_INCOMING")
    assert phone.handoffs() == []
    assert not phone.baton_events("context")
    ok, _ = phone.command("accept")
    assert ok
    assert b"m=audio" in call.wait_code(200).body
    phone.command("hangup")
    call.wait_request("BYE")


@pytest.mark.parametrize("rule,ip,user,covered", [
    ("ip:127.0.0.1", "127.0.0.1", "ai", True),
    ("ip:127.0.0.1", FOREIGN, "ai", False),
    ("ip:127.0.0.0/30", FOREIGN, "ai", True),
    ("ip:127.0.0.0/31", FOREIGN, "ai", False),
    ("ip:10.0.0.0/8", "127.0.0.1", "ai", False),
    ("ip:0.0.0.0/0", FOREIGN, "ai", True),
    ("sip:ai@*", "127.0.0.1", "ai", True),
    ("sip:ai@*", "127.0.0.1", "aix", False),
    ("sip:ai*@*", "127.0.0.1", "ai-7", True),
    ("sip:*@127.0.0.1", "127.0.0.1", "anybody", True),
    ("sip:*@127.0.0.1", FOREIGN, "anybody", False),
    ("sip:ai@example.org", "127.0.0.1", "ai", False),
    ("tls:ai.example.org", "127.0.0.1", "ai", False),
])
def test_one_rule(bench, rule, ip, user, covered):
    phone = bench.phone(("baton_allow_from", rule))
    call = send(bench, phone, ip, user)
    (is_handoff if covered else is_plain)(phone, call)


def test_alternatives_of_one_kind(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    is_handoff(phone, send(bench, phone))


@pytest.mark.parametrize("user,covered", [("ai", True), ("eve", False)])
def test_kinds_must_all_hold(bench, user, covered):
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"),
                        ("baton_allow_from", "sip:ai@*"))
    call = send(bench, phone, user=user)
    (is_handoff if covered else is_plain)(phone, call)


def test_asserted_identity_counts(bench):
    """From a peer that is trusted (RFC 3325), that is: named by ip:"""
    phone = bench.phone(("baton_allow_from", "sip:ai@*"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    call = send(bench, phone, user="anonymous", headers=[
        "P-Asserted-Identity: \"Ava\" <sip:ai@127.0.0.1>"])
    is_handoff(phone, call)


def test_stranger_rejected(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_stranger", "reject"))
    call = send(bench, phone)
    call.wait_code(403)
    assert all(h["state"] == "closed" for h in phone.handoffs())


def test_stranger_rejected_does_not_hit_ordinary_calls(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_stranger", "reject"))
    peer = bench.peer(phone)
    call = peer.call(user="grandma").invite()
    call.wait_code(180)


def test_stranger_plain(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_stranger", "plain"))
    is_plain(phone, send(bench, phone))


def test_shown_unverified_without_rules(bench, phone, ai):
    _, ident = ring(phone, ai)
    assert phone.show(ident)["trust"] == "unverified"


@pytest.mark.parametrize("config", [
    [("baton_role", "kiosk")],
    [("baton_accept", "auto")],
], ids=["kiosk", "auto"])
def test_trusted_is_answered_at_once(bench, config):
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"), *config)
    call = send(bench, phone)
    call.wait_code(200)
    ident = phone.wait_event("handoff")["id"]
    phone.wait_state(ident, "consulting")
    caller = bench.peer(phone).call(user="rosa").invite(
        headers=["Replaces: " + call.replaces()])
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


@pytest.mark.parametrize("config", [
    [("baton_role", "kiosk")],
    [("baton_accept", "auto")],
    [("baton_role", "kiosk"), ("baton_accept", "manual"),
     ("baton_allow_from", "ip:127.0.0.1")],
], ids=["kiosk", "auto", "kiosk-manual"])
def test_not_answered_by_itself(bench, config):
    """Untrusted, or told not to: it rings, nobody answers."""
    phone = bench.phone(*config)
    call = send(bench, phone)
    call.wait_code(180)
    ident = phone.wait_offered()
    never("it is answered", call.finals, 0.7)
    assert phone.state(ident)[0] == "offered"


def test_kiosk_is_busy(bench):
    """Whoever is on the line is not put on hold by a second consultation:
    that one is told at once."""
    phone = bench.phone(("baton_role", "kiosk"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    call = send(bench, phone)
    call.wait_code(200)
    ident = phone.wait_event("handoff")["id"]
    phone.wait_state(ident, "consulting")
    other = send(bench, phone).wait_code(480)
    assert other.reason == "busy with a caller"
    assert "busy with a caller" in phone.wait_alert(
        None, "not-available")["message"]
    assert phone.order("baton_stats")["turned_away"] == {
        "480": 1, "403": 0, "486": 0, "503": 0}
    assert phone.status()["turned_away"]["480"] == 1
    shown = phone.show(ident)
    assert shown["state"] == "consulting" and shown["held"] is False
    assert not call.has_request("INVITE")
    call.bye()
    phone.wait_end(ident, "ai-left")
    send(bench, phone).wait_code(200)


def test_auto_answers_all_and_tells_who_waits(bench):
    phone = bench.phone(("baton_accept", "auto"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    call = send(bench, phone)
    call.wait_code(200)
    ident = phone.wait_event("handoff")["id"]
    phone.wait_state(ident, "consulting")
    other = send(bench, phone)
    other.wait_code(200)
    phone.wait_alert(ident, "put-on-hold")
    assert phone.show(ident)["held"] is True


def test_kiosk_does_not_answer_ordinary_calls(bench):
    phone = bench.phone(("baton_role", "kiosk"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    peer = bench.peer(phone)
    call = peer.call(user="grandma").invite()
    call.wait_code(180)
    never("it is answered", call.finals, 0.5)
