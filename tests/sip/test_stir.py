"""Identity (RFC 8224): shown as what it is, and nothing more."""

import base64
import json
import time

import pytest

from data import NORMAL_PART
from harness import wait_for
from test_policy import is_plain

FACT = "Caller ID (STIR)"


def part(value):
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def identity(orig="12155551212", attest="A", made=None):
    head = {"alg": "ES256", "ppt": "shaken", "typ": "passport",
            "x5u": "https://cert.example.org/p.cer"}
    payload = {"attest": attest, "dest": {"tn": ["12155551213"]},
               "iat": int(made or time.time()), "orig": {"tn": orig}}
    return "Identity: %s.%s.c2ln;info=<https://cert.example.org/p.cer>" \
        ";alg=ES256;ppt=shaken" % (part(head), part(payload))


def fact_of(phone, ident):
    def find():
        facts = (phone.show(ident).get("context") or {}).get("facts", [])
        return [f["value"] for f in facts if f["name"] == FACT]
    return wait_for("the fact", find)[0]


def offered(bench, phone, header, user="ai"):
    call = bench.peer(phone).call(user=user)
    call.invite(parts=[NORMAL_PART], headers=[header])
    call.wait_code(180)
    return phone.wait_offered()


@pytest.mark.parametrize("attest", ["A", "B", "C"])
def test_attested(bench, phone, attest):
    ident = offered(bench, phone, identity(attest=attest),
                    user="+12155551212")
    assert fact_of(phone, ident) == "attested %s for +12155551212 to" \
        " +12155551213, not verified" % attest
    shown = phone.show(ident)
    assert shown["verified"] is False
    assert shown["trust"] == "unverified"


def test_another_number(bench, phone):
    ident = offered(bench, phone, identity(), user="+12155559999")
    assert "but the call says it is from +12155559999" in \
        fact_of(phone, ident)


def test_old(bench, phone):
    ident = offered(bench, phone, identity(made=time.time() - 7200),
                    user="12155551212")
    got = fact_of(phone, ident)
    assert "seconds old" in got and "but the call says" not in got


@pytest.mark.parametrize("value", [
    "rubbish", "a.b.c", "..", "eyJ.eyJ.x;info=<x>", "%00.%00.%00",
    "x" * 20000], ids=["text", "parts", "empty", "unread", "escapes",
                       "long"])
def test_broken(bench, phone, value):
    ident = offered(bench, phone, "Identity: " + value)
    wait_for("context", lambda: phone.show(ident).get("context"))
    facts = phone.show(ident)["context"].get("facts", [])
    assert not [f for f in facts if f["name"] == FACT]


def test_alone_it_is_no_hand_off(bench, phone):
    call = bench.peer(phone).call(user="+12155551212")
    is_plain(phone, call.invite(headers=[identity()]))
