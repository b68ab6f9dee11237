"""Who gets in, how often, and what is written down of it."""

import json
import os
import ssl
import stat

import pytest

import harness
from data import NORMAL_PART, dump
from harness import never, wait_for
from pki import Issuer
from test_calls import ring, talk
from test_policy import is_handoff, is_plain, send
from test_replaces import FOREIGN, take
from test_refer import refer, to

NOBODY = ("baton_allow_from", "ip:192.0.2.1")


# -- strangers ---------------------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("stranger,allowed", [
    ("show", False), ("plain", False), ("reject", False), (None, False),
    ("reject", True), ("plain", True)])
def test_stranger(bench, stranger, allowed, transport):
    """show, plain and reject; and nothing of it for who is covered."""
    config = [("baton_stranger", stranger)] if stranger else []
    if stranger in ("plain", "reject"):
        config.append(("baton_allow_from", "ip:127.0.0.1") if allowed
                      else NOBODY)
    phone = bench.phone(*config)
    peer = bench.peer(phone, transport=transport)
    call = peer.call().invite(parts=[NORMAL_PART])
    if stranger == "reject" and not allowed:
        call.wait_code(403)
        assert not [e for e in phone.baton_events("handoff")
                    if e["state"] == "offered"]
    elif stranger == "plain" and not allowed:
        is_plain(phone, call)
    else:
        call.wait_code(180)
        shown = phone.show(phone.wait_offered())
        assert shown["verified"] is allowed
        assert shown["trust"] == "unverified"


def test_show_only_without_rules(bench):
    """Once rules exist, what they do not cover is no hand-off."""
    phone = bench.phone(NOBODY)
    is_plain(phone, send(bench, phone))


@pytest.mark.parametrize("rules,user,ip,covered", [
    (["sip:ai@*", "ip:127.0.0.1"], "ai", "127.0.0.1", True),
    (["sip:ai@*", "ip:127.0.0.1"], "eve", "127.0.0.1", False),
    (["sip:ai@*", "ip:127.0.0.1"], "ai", FOREIGN, False),
    (["sip:ai@*", "sip:eve@*", "ip:127.0.0.0/29"], "eve", FOREIGN, True),
    (["sip:ai@*", "ip:127.0.0.1", "tls:ai.example.org"], "ai",
     "127.0.0.1", False),
    (["sip:*"], "ai", FOREIGN, True),
])
def test_kinds_must_all_hold(bench, rules, user, ip, covered):
    phone = bench.phone(*[("baton_allow_from", r) for r in rules])
    call = send(bench, phone, ip, user)
    (is_handoff if covered else is_plain)(phone, call)


def test_asserted_identity_of_a_stranger(bench):
    """An assertion counts from who is trusted, that is: named by ip:"""
    phone = bench.phone(("baton_allow_from", "sip:ai@*"))
    call = send(bench, phone, user="eve", headers=[
        "P-Asserted-Identity: <sip:ai@127.0.0.1>"])
    is_plain(phone, call)


# -- TLS ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    made = Issuer(str(tmp_path_factory.mktemp("pki") / "one"), "Baton Test")
    for name, who in (("phone", "phone.example.org"),
                      ("ai", "ai.example.org"), ("eve", "eve.example.org")):
        made.make(name, "EC", "/CN=" + who, "leaf", "root")
        with open(made.path(name + ".both"), "wb") as out:
            for part in (".key", ".pem"):
                with open(made.path(name + part), "rb") as f:
                    out.write(f.read())
    return made


def client(issuer, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(issuer.root)
    if name:
        context.load_cert_chain(issuer.path(name + ".both"))
    return context


def tls_phone(bench, issuer, *config):
    return bench.phone(("sip_certificate", issuer.path("phone.both")),
                       ("sip_cafile", issuer.root),
                       ("sip_verify_client", "yes"), *config)


def test_tls_in_the_open(bench, issuer):
    """Encrypted, but nobody says by whom: no more trust than before."""
    phone = bench.phone(("sip_certificate", issuer.path("phone.both")),
                        ("sip_cafile", issuer.root))
    ai = bench.peer(phone, transport="tls", tls=client(issuer, None))
    call, ident = talk(phone, ai)
    assert phone.show(ident)["trust"] == "unverified"
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


@pytest.mark.parametrize("name,covered", [("ai", True), ("eve", False)])
def test_tls_name(bench, issuer, name, covered):
    if harness.HOST_VERSION == "1.1.0":
        pytest.skip("baresip 1.1.0 asks no client for its certificate")
    phone = tls_phone(bench, issuer,
                      ("baton_allow_from", "tls:ai.example.org"))
    peer = bench.peer(phone, transport="tls", tls=client(issuer, name))
    call = peer.call().invite(parts=[NORMAL_PART])
    if covered:
        call.wait_code(180)
        ident = phone.wait_offered()
        wait_for("trust", lambda: phone.show(ident)["trust"] == "transport")
        assert phone.show(ident)["verified"] is True
    else:
        is_plain(phone, call)


def test_tls_name_over_udp(bench, issuer):
    """The name in From is nobody's certificate."""
    phone = tls_phone(bench, issuer,
                      ("baton_allow_from", "tls:ai.example.org"))
    is_plain(phone, send(bench, phone, headers=[
        "P-Asserted-Identity: <sip:ai.example.org>"]))


# -- how many a second -------------------------------------------------------
LIMIT = ("baton_rate_limit", "5")


def flood(peer, count):
    """That many consultations in one moment, and what each got."""
    calls = [peer.call(user="ai-%d" % n) for n in range(count)]
    for raw in [c.invite_bytes(parts=[("application/json", dump(
            {"handoff_id": "flood-" + c.user, "intent": "flood"}))])
            for c in calls]:
        peer.send(raw)
    for call in calls:
        call._wait("answer", lambda c=call: [
            m for m in c.responses if m.code > 100], 20)
    limited = [c for c in calls if c.finals()]
    return [c for c in calls if not c.finals()], limited


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_rate_limit(bench, transport):
    phone = bench.phone(LIMIT)
    peer = bench.peer(phone, transport=transport)
    ringing, limited = flood(peer, 10)
    # Time goes on while they come: one or two more may get in
    assert 5 <= len(ringing) <= 7, (ringing, limited)
    for call in limited:
        got = call.finals()[0]
        assert got.code == 503, got
        assert int(got.get("retry-after").split("(")[0].split(";")[0]) >= 1
    assert phone.order("baton_stats")["rate_limited"] == len(limited)
    assert len(phone.handoffs()) == len(ringing)
    # Another peer is not hit by it, and ordinary calls are not counted
    other = bench.peer(phone, ip=FOREIGN)
    other.call().invite(parts=[NORMAL_PART]).wait_code(180)
    peer.call(user="grandma").invite().wait_code(180)
    # It does not last
    def again():
        call = peer.call(user="late").invite(parts=[NORMAL_PART])
        call._wait("answer", lambda: [
            m for m in call.responses if m.code > 100], 20)
        return not call.finals()
    wait_for("it rings again", again)


def test_rate_limit_same_invite_again(bench):
    """What comes twice is one."""
    phone = bench.phone(LIMIT)
    peer = bench.peer(phone)
    call = peer.call()
    raw = call.invite_bytes(parts=[NORMAL_PART])
    for _ in range(20):
        peer.send(raw)
    call.wait_code(180)
    never("it is limited", call.finals, 0.3)
    assert phone.order("baton_stats")["rate_limited"] == 0


def test_rate_limit_is_not_for_the_caller(bench):
    """INVITEs with the right Replaces get through any flood."""
    phone = bench.phone(LIMIT)
    peer = bench.peer(phone)
    call, ident = talk(phone, peer)
    for _ in range(2):
        flood(peer, 10)
    caller = take(bench, phone, peer, call.replaces())
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")


def test_no_rate_limit(bench):
    phone = bench.phone(("baton_rate_limit", "0"))
    ringing, limited = flood(bench.peer(phone), 14)
    assert len(ringing) == 14 and not limited
    assert phone.order("baton_stats").get("rate_limited", 0) == 0


# -- what is written down ----------------------------------------------------
KEYS = {"time", "what", "verdict", "rule", "handoff", "code", "peer",
        "transport", "from"}
WORDS = ["Rosa Lind", "Charged twice", "billing dispute", "A-778",
         "Offer the refund", "Ava\""]


class Audit:
    def __init__(self, bench, *config):
        self.path = os.path.join(bench.folder, "audit.jsonl")
        self.phone = bench.phone(("baton_audit", self.path), *config)

    def lines(self, what=None):
        try:
            with open(self.path, encoding="utf-8") as f:
                text = f.read()
        except FileNotFoundError:
            return []
        assert text == "" or text.endswith("\n")
        got = [json.loads(line) for line in text.splitlines()]
        return [g for g in got if what is None or g["what"] == what]

    def wait(self, what, count=1):
        got = wait_for("audit of " + what, lambda: len(self.lines(
            what)) >= count and self.lines(what))
        for line in got:
            assert KEYS - {"handoff", "code"} <= set(line), line
            assert line["verdict"] and line["rule"], line
        return got

    def secret(self):
        """No caller's words, and for nobody else's eyes."""
        with open(self.path, encoding="utf-8") as f:
            text = f.read()
        for word in WORDS:
            assert word not in text, word
        assert stat.S_IMODE(os.stat(self.path).st_mode) == 0o600


def test_audit_has_every_key(bench):
    """Also where there is no hand-off, and where there is no code."""
    audit = Audit(bench)
    peer = bench.peer(audit.phone)
    call, _ = talk(audit.phone, peer)
    take(bench, audit.phone, peer,
         "x@y;to-tag=1;from-tag=2").wait_code(481)
    take(bench, audit.phone, peer, call.replaces()).wait_code(200)
    audit.wait("replaces", 2)
    # A line that the file begins with is no decision
    decided = [line for line in audit.lines() if "verdict" in line]
    assert [KEYS - set(line) for line in decided] == [set()] * 3


@pytest.mark.parametrize("config,user,code", [
    ([("baton_allow_from", "sip:ai@*")], "ai", 0),
    ([("baton_allow_from", "sip:ai@*"), ("baton_stranger", "reject")],
     "eve", 403),
    ([], "ai", 0),
], ids=["allowed", "rejected", "no-rules"])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_audit_consultation(bench, config, user, code, transport):
    audit = Audit(bench, *config)
    peer = bench.peer(audit.phone, transport=transport)
    call = peer.call(user=user, name="Ava").invite(parts=[NORMAL_PART])
    call.wait_code(code or 180)
    line = audit.wait("consultation")[0]
    assert "127.0.0.1" in line["peer"]
    assert line["transport"].lower() == transport
    assert "%s@127.0.0.1" % user in line["from"]
    if code:
        assert line["code"] == code
    else:
        assert line["handoff"] == audit.phone.wait_offered()
    if config and not code:
        assert "sip:ai@*" in line["rule"]
    assert len(audit.lines("consultation")) == 1
    audit.secret()


def test_audit_replaces(bench):
    audit = Audit(bench)
    phone = audit.phone
    call, ident = talk(phone, bench.peer(phone))
    wrong = take(bench, phone, bench.peer(phone, ip=FOREIGN),
                 call.replaces())
    wrong.wait_code(403)
    refused = audit.wait("replaces")[0]
    assert refused["code"] == 403
    assert refused["handoff"] == ident
    assert FOREIGN in refused["peer"]
    take(bench, phone, bench.peer(phone), call.replaces()).wait_code(200)
    phone.wait_state(ident, "connected")
    allowed = audit.wait("replaces", 2)[1]
    assert allowed["verdict"] != refused["verdict"]
    assert allowed["handoff"] == ident
    audit.secret()


def test_audit_replaces_of_nothing(bench):
    audit = Audit(bench)
    peer = bench.peer(audit.phone)
    take(bench, audit.phone, peer,
         "x@y;to-tag=1;from-tag=2").wait_code(481)
    assert audit.wait("replaces")[0]["code"] == 481
    audit.secret()


def test_audit_fresh(bench):
    audit = Audit(bench)
    phone, peer = audit.phone, bench.peer(audit.phone)
    call, ident = talk(phone, peer)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, "ai-left")
    peer.call(user="line-3", name="Rosa Lind").invite(headers=[
        "User-to-User: %s;encoding=hex" % b"case-4711".hex()
    ]).wait_code(200)
    assert audit.wait("fresh")[0]["handoff"] == ident
    audit.secret()


@pytest.mark.parametrize("policy", ["never", "known"])
def test_audit_refer(bench, policy):
    audit = Audit(bench, ("baton_refer", policy))
    phone = audit.phone
    away = bench.peer(phone, called=True)
    call, ident = talk(phone, bench.peer(phone))
    got = refer(call, to(away))
    line = audit.wait("refer")[0]
    assert line["handoff"] == ident
    if policy == "never":
        assert got.code == line["code"] == 603
    audit.secret()


def test_audit_update(bench):
    audit = Audit(bench)
    phone = audit.phone
    call, ident = talk(phone, bench.peer(phone))
    peer = bench.peer(phone, ip=FOREIGN)
    other = peer.call(user="mallory", name="Rosa Lind")
    peer.send(other.request("MESSAGE", ["In-Reply-To: " + call.call_id],
                            b'{"summary":"Charged twice, says she"}',
                            "application/json"))
    code = other.wait_final("MESSAGE").code
    line = audit.wait("update")[0]
    assert line["code"] == code
    assert FOREIGN in line["peer"]
    audit.secret()


def test_audit_is_added_to(bench):
    """A second start goes on where the first one ended."""
    audit = Audit(bench)
    ring(audit.phone, bench.peer(audit.phone))
    audit.wait("consultation")
    assert not audit.phone.stop()
    audit.phone.proc = None
    second = bench.phone(("baton_audit", audit.path))
    ring(second, bench.peer(second))
    audit.wait("consultation", 2)
    audit.secret()


def test_audit_cannot_be_written(bench):
    """A load that fails says which key, and what is wrong."""
    path = os.path.join(bench.folder, "nowhere", "audit.jsonl")
    try:
        phone = bench.phone(("baton_audit", path))
    except harness.Failure as error:
        assert "baton_audit" in str(error)
        return
    assert "baton_audit" in phone.log_text()
    ok, _ = phone.command("baton_status")
    assert not ok, "it runs without the audit that was asked for"


@pytest.mark.parametrize("user", ["ai%22%2c%22x%22:1", "ai%0a{}", "x" * 900],
                         ids=["quotes", "line-break", "long"])
def test_audit_line_is_one_line(bench, user):
    audit = Audit(bench)
    call = bench.peer(audit.phone).call(user=user)
    call.invite(parts=[NORMAL_PART])
    call.wait_code(180)
    audit.wait("consultation")
    assert len([line for line in audit.lines() if "verdict" in line]) == 1
