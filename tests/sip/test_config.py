"""Configuration: a wrong line stops the load with one clear line."""

import os
import re

import pytest

import harness


def loaded(phone):
    ok, data = phone.command("baton_status")
    return ok


def log_lines(phone, key, value):
    return [re.sub("\x1b\\[[;0-9]*m", "", line) for line in
            phone.log_text().splitlines() if key in line and value in line]


@pytest.mark.parametrize("key,value,allowed", [
    ("baton_role", "boss", ["agent", "supervisor", "kiosk"]),
    ("baton_accept", "maybe", ["manual", "auto"]),
    ("baton_replaces", "anyone", ["peer", "referred-by", "either", "both"]),
    ("baton_stranger", "hide", ["show", "plain", "reject"]),
    ("baton_ring_timeout", "soon", []),
    ("baton_ring_timeout", "-5", []),
    ("baton_ring_timeout", "12x", []),
    ("baton_ring_timeout", "99999999999999999999", []),
    ("baton_context_max", "big", []),
    ("baton_context_max", "-1", []),
    ("baton_context_max", "1M", []),
    ("baton_allow_from", "everybody", ["sip:", "ip:", "tls:"]),
    ("baton_allow_from", "ip:300.1.2.3", []),
    ("baton_allow_from", "ip:127.0.0.0/64", []),
    ("baton_allow_from", "ip:", []),
    ("baton_allow_from", "sip:", []),
])
def test_bad_value(bench, key, value, allowed):
    phone = bench.phone((key, value))
    assert not loaded(phone)
    lines = log_lines(phone, key, value)
    assert len(lines) == 1, lines
    for word in allowed:
        assert word in lines[0], lines[0]
    # Something is said of what is allowed, beside key and value
    rest = lines[0].replace(key, "").replace(value, "")
    assert len(re.findall(r"[a-z0-9]{2,}", rest)) >= 3, lines[0]


@pytest.mark.parametrize("key", [
    "baton_rolle", "baton_", "baton_ring_timeout_s", "baton_Role"])
def test_unknown_key(bench, key):
    phone = bench.phone((key, "surely"))
    assert not loaded(phone)
    lines = log_lines(phone, key, "surely")
    assert len(lines) == 1, phone.log_text()


def test_phone_without_the_module_still_works(bench):
    """A refused load leaves an ordinary phone."""
    phone = bench.phone(("baton_role", "boss"))
    peer = bench.peer(phone)
    call = peer.call(user="grandma").invite()
    call.wait_code(180)
    phone.command("accept")
    call.wait_code(200)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)


@pytest.mark.parametrize("key,value", [
    ("baton_role", "agent"), ("baton_role", "supervisor"),
    ("baton_role", "kiosk"), ("baton_accept", "manual"),
    ("baton_accept", "auto"), ("baton_ring_timeout", "0"),
    ("baton_ring_timeout", "3600"), ("baton_context_max", "65536"),
    ("baton_replaces", "peer"), ("baton_replaces", "referred-by"),
    ("baton_replaces", "either"), ("baton_replaces", "both"),
    ("baton_stranger", "show"), ("baton_stranger", "plain"),
    ("baton_stranger", "reject"),
    ("baton_allow_from", "sip:ai@*"), ("baton_allow_from", "sip:*@x.org"),
    ("baton_allow_from", "ip:10.0.0.0/8"),
    ("baton_allow_from", "ip:2001:db8::/32"),
    ("baton_allow_from", "ip:192.0.2.1"),
    ("baton_allow_from", "tls:ai.example.org"),
])
def test_good_value(bench, key, value):
    phone = bench.phone((key, value))
    assert loaded(phone), phone.log_end()


def test_repeated_key(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    assert loaded(phone)


def test_a_comment_is_not_a_key(bench):
    phone = bench.phone(("#baton_rolle", "x"), ("# baton_role", "boss"))
    assert loaded(phone)


def test_the_example_loads(bench):
    """share/config.example is what people begin with."""
    path = os.path.join(harness.ROOT, "share", "config.example")
    with open(path, encoding="utf-8") as f:
        lines = [line.split(None, 1) for line in f
                 if line.strip() and not line.startswith("#")]
    own = [(k, v.strip()) for k, v in lines if k.startswith("baton_")]
    assert len(lines) == 10 and len(own) >= 5
    phone = bench.phone(*own)
    assert loaded(phone), phone.log_end()
