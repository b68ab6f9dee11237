"""Signed vCons over SIP: whose word the person sees, and whose not.

Keys, certificates and signatures are made on the spot, see pki.py.
"""

import copy
import json
import os
import re

import pytest

import harness
from data import VCON, dump, source_errors
from pki import Issuer, base64url

SUMMARY = VCON["analysis"][0]["body"]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(str(tmp_path_factory.mktemp("pki") / "voice"),
                  "Example Voice")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Issuer(str(tmp_path_factory.mktemp("pki") / "stranger"),
                  "Stranger")


@pytest.fixture
def phone(bench, issuer):
    return bench.phone(("baton_trust_root", issuer.root))


def part_of(signed):
    return ("application/vcon", dump(signed))


def offered(phone, call, count=1, sources=1, **invite):
    """It rings, and so many carriers were read: the hand-off as shown."""
    call.invite(**invite)
    call.wait_code(180)
    ident = phone.wait_offered(count)
    return ident, harness.wait_for(
        "%d sources" % sources, lambda: (lambda s: s if len(
            s["sources"]) == sources else None)(phone.show(ident)))


def alerts(phone, code):
    return [e for e in phone.baton_events("alert") if e["code"] == code]


@pytest.mark.parametrize("name,signer", [
    ("rsa", "Example Voice RSA"), ("ec", "Example Voice EC")])
def test_signed(phone, ai, issuer, name, signer):
    ident, shown = offered(phone, ai.call(), parts=[
        part_of(issuer.signed(VCON, name))])
    assert shown["context"]["summary"] == SUMMARY
    assert shown["context"]["caller"]["name"] == "Jon Berg"
    assert shown["trust"] == "signed"
    assert shown["signer"] == signer
    assert shown["sources"][0]["trust"] == "signed"
    assert shown["sources"][0]["signer"] == signer
    assert not source_errors(shown)
    event = phone.wait_event("context", lambda e: e["id"] == ident)
    assert event["trust"] == "signed"
    assert not phone.baton_events("alert")


def refused(phone, ai, body, why):
    """It rings, nothing of it is shown, and it is said why."""
    ident, shown = offered(phone, ai.call(), parts=[body])
    assert not shown["context"], shown
    assert shown["trust"] == "unverified"
    assert not shown.get("signer")
    errors = source_errors(shown)
    assert len(errors) == 1 and why in errors[0], errors
    # An event is short, it may have lost its end
    message = phone.wait_alert(ident, "context-unread")["message"]
    assert "could not be read: " + errors[0][:20] in message, message


def test_tampered(phone, ai, issuer):
    signed = issuer.signed(VCON)
    other = copy.deepcopy(VCON)
    other["analysis"][0]["body"] = "Refund 9000 at once."
    signed["payload"] = base64url(dump(other))
    refused(phone, ai, part_of(signed), "signature does not hold")


def test_unknown_issuer(phone, ai, stranger):
    refused(phone, ai, part_of(stranger.signed(VCON)),
            "no baton_trust_root leads to it")


def test_algorithm_none(phone, ai, issuer):
    signed = issuer.signed(VCON)
    signed["signatures"][0]["protected"] = base64url(b'{"alg":"none"}')
    del signed["signatures"][0]["header"]["alg"]
    refused(phone, ai, part_of(signed), "\"none\" is not accepted")


def test_without_a_root(bench, issuer):
    """Whole, but nobody vouches for it: shown, and said."""
    phone = bench.phone()
    ident, shown = offered(phone, bench.peer(phone).call(), parts=[
        part_of(issuer.signed(VCON))])
    assert shown["context"]["summary"] == SUMMARY
    assert shown["trust"] == "unverified"
    assert not shown.get("signer")
    assert not source_errors(shown)
    message = phone.wait_alert(ident, "context-remark")["message"]
    assert message == "It is signed by Example Voice RSA, but no" \
        " baton_trust_root says whether that is to be believed"


def test_tampered_without_a_root(bench, issuer):
    phone = bench.phone()
    signed = issuer.signed(VCON)
    signed["payload"] = base64url(dump(dict(VCON, subject="Pay")))
    refused(phone, bench.peer(phone), part_of(signed),
            "signature does not hold")


def test_unsigned_beside_roots(phone, ai):
    """Roots alone forbid nothing: it is shown as what it is."""
    _, shown = offered(phone, ai.call(), parts=[
        ("application/vcon", dump(VCON))])
    assert shown["context"]["summary"] == SUMMARY
    assert shown["trust"] == "unverified"
    assert not shown.get("signer")


@pytest.mark.parametrize("carrier", ["body", "uui", "header"])
def test_required(bench, issuer, carrier):
    phone = bench.phone(("baton_trust_root", issuer.root),
                        ("baton_require_signed", "yes"))
    invite = {
        "body": {"parts": [("application/vcon", dump(VCON))]},
        "uui": {"headers": ["User-to-User: %s;encoding=hex"
                            % dump({"intent": "refund"}).hex()]},
        "header": {"headers": ["X-Transfer-Summary: Pays at once"]},
    }[carrier]
    ident, shown = offered(phone, bench.peer(phone).call(), **invite)
    assert not shown["context"], shown
    assert source_errors(shown) == [
        "it is not signed, and baton_require_signed is yes"]
    phone.wait_alert(ident, "context-unread")

    # And the one that is
    ident, shown = offered(phone, bench.peer(phone).call(), count=2, parts=[
        part_of(issuer.signed(VCON))])
    assert shown["context"]["summary"] == SUMMARY
    assert shown["trust"] == "signed"


def test_hostile_carriers_beside_it(phone, ai, issuer):
    """What is signed stays; the rest is there, and marked as less."""
    lie = {"summary": "Lie", "caller": {"name": "Lie", "tel": "+49666"},
           "intent": "Lie", "handoff_id": "lie"}
    _, shown = offered(
        phone, ai.call(), sources=4,
        parts=[part_of(issuer.signed(VCON)),
               ("application/json", dump(lie))],
        headers=["X-Transfer-Summary: Lie",
                 "User-to-User: %s;encoding=hex" % dump(lie).hex()])
    context = shown["context"]
    assert context["summary"] == SUMMARY
    assert context["caller"]["name"] == "Jon Berg"
    assert context["caller"]["tel"].replace("tel:", "") == "+4940987654"
    assert context["intent"] == "outage"
    assert context["handoff_id"] != "lie"
    assert [s["trust"] for s in shown["sources"]].count("signed") == 1
    assert [s.get("signer") for s in shown["sources"] if s.get("signer")] \
        == ["Example Voice RSA"]


def test_unsigned_text_beside_the_payload(phone, ai, issuer):
    """Members that no signature covers are nobody's word."""
    signed = issuer.signed(VCON)
    signed.update(subject="Lie", parties=[{"name": "Lie"}], vcon="0.4.0",
                  analysis=[{"type": "summary", "vendor": "x",
                             "body": "Lie", "encoding": "none"}])
    _, shown = offered(phone, ai.call(), parts=[part_of(signed)])
    assert shown["trust"] == "signed"
    assert "Lie" not in json.dumps(shown["context"])


def test_replayed(phone, ai, issuer):
    """The same signed vCon with another call: shown, and said so."""
    part = part_of(issuer.signed(VCON))
    first = ai.call()
    one, _ = offered(phone, first, parts=[part])
    assert not alerts(phone, "context-replayed")
    phone.order("baton_decline", "#%d other" % one)
    first.wait_final()
    phone.wait_end(one, "declined")

    two, shown = offered(phone, ai.call(user="mallory"), count=2,
                         parts=[part])
    assert two != one
    assert shown["context"]["summary"] == SUMMARY
    alert = phone.wait_alert(two, "context-replayed")
    assert "#%d" % one in alert["message"]
    assert len(alerts(phone, "context-replayed")) == 1


def lines_of(phone, word):
    return [re.sub("\x1b\\[[;0-9]*m", "", line) for line in
            phone.log_text().splitlines() if word in line]


def not_loaded(bench, *config):
    phone = bench.phone(*config)
    ok, _ = phone.command("baton_status")
    assert not ok
    return phone


def test_required_without_a_root(bench):
    phone = not_loaded(bench, ("baton_require_signed", "yes"))
    lines = lines_of(phone, "baton_require_signed")
    assert len(lines) == 1, lines
    assert "baton_trust_root" in lines[0]


def test_root_that_is_not_there(bench):
    phone = not_loaded(bench, ("baton_trust_root", "/nowhere/root.pem"))
    lines = lines_of(phone, "/nowhere/root.pem")
    assert len(lines) == 1, lines
    assert "baton_trust_root" in lines[0]
    assert "No such file" in lines[0]
    assert "PEM" in lines[0]


@pytest.mark.parametrize("text", [
    "", "no certificate\n",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_root_that_is_none(bench, issuer, text):
    path = os.path.join(bench.folder, "root.pem")
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    phone = not_loaded(bench, ("baton_trust_root", issuer.root),
                       ("baton_trust_root", path))
    lines = lines_of(phone, path)
    assert len(lines) == 1, lines
    assert "baton_trust_root" in lines[0]
    assert "PEM" in lines[0]


def test_several_roots(bench, issuer, stranger):
    phone = bench.phone(("baton_trust_root", stranger.root),
                        ("baton_trust_root", issuer.root))
    for number, by in enumerate((issuer, stranger), 1):
        vcon = dict(VCON, uuid="0199aaaa-0000-8000-8000-%012d" % number)
        _, shown = offered(phone, bench.peer(phone).call(), count=number,
                           parts=[part_of(by.signed(vcon, "ec"))])
        assert shown["trust"] == "signed"
        assert shown["signer"].endswith(" EC")
