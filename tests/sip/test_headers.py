"""Context in headers: the platforms' names, a deployment's own, and none of
the secrets."""

import json

import pytest

import harness
from data import dump, source_errors
from test_config import loaded, log_lines

SECRETS = [
    "X-Api-Key: hunter2-a", "X-Auth-Token: hunter2-b",
    "X-PolyAi-Auth-Token: hunter2-c", "X-Session-Cookie: hunter2-d",
    "X-Client-Secret: hunter2-e", "X-Caller-PIN: hunter2-f",
    "Authorization: Digest username=\"a\", response=\"hunter2-g\"",
    "X-SessionKey: hunter2-k", "X-OAuth: hunter2-l", "X-SSN: hunter2-m",
    "X-Access-Code: hunter2-n", "X-ClientSecretValue: hunter2-o",
    "X-Custom: Bearer hunter2-h-abcdefghijklmnopqrst",
]

# What PBXs, trunks and platforms put on any call
PLUMBING = [
    "X-Asterisk-HangupCauseCode: 0", "X-FS-Support: update_display",
    "X-Twilio-CallSid: CA0001", "X-Twilio-AccountSid: AC0001",
    "X-Amzn-ConnectContactId: 1-2-3", "X-Real-IP: 192.0.2.7",
    "X-RTP-Stat: PS=1", "X-hash: 9af3", "X-CALL-ID: 77",
    "P-Asserted-Identity: <sip:rosa@example.com>",
    "History-Info: <sip:x@example.com>;index=1",
    "Session-ID: 00112233445566778899aabbccddeeff",
]

# What others put on any call, under names that nobody has listed
ORDINARY = [
    "User-to-User: 00FA080019001038F725B3;encoding=hex",
    "X-accountcode: 4711", "X-Provider: example", "X-Tenant: t-1",
    "X-3CX-Queue: 800", "X-PH-Foo: 1", "X-Session-Id: 0f8fad5b",
    "X-Recording-Id: 77", "X-Attestation-Indicator: A", "X-FID: 7",
    "X-Caller-Name: Rosa Lind", "X-NAT: yes", "X-SIP-Trunk: t-2",
    "X-Cluster-Node: n-1", "X-Queue: billing", "X-Gateway: gw-1",
    "X-Email: rosa@example.com", "X-Account: A-7", "X-Language: de",
    "X-Priority: high",
]


def offered(phone, ai, headers, sources=None, **options):
    """What is shown of a call with such headers, once all are read."""
    call = ai.call()
    call.invite(headers=headers, **options)
    call.wait_code(180)
    ident = phone.wait_offered()
    if sources is None:
        sources = len(headers)
    return harness.wait_for("%d sources" % sources, lambda: (
        lambda s: s if len(s["sources"]) == sources else None)(
            phone.show(ident)))


def facts_of(shown):
    return {f["name"]: f["value"] for f in shown["context"].get("facts", [])}


def ordinary(phone, ai, headers):
    call = ai.call()
    call.invite(headers=headers)
    call.wait_code(180)
    assert phone.handoffs() == []
    phone.command("accept")
    call.wait_code(200)
    return call


def test_a_summary_alone(bench, phone, ai):
    shown = offered(phone, ai, ["X-Transfer-Summary: Charged twice, wants"
                                " 49.90 back; is upset"])
    assert shown["context"]["summary"] == \
        "Charged twice, wants 49.90 back; is upset"
    source = shown["sources"][0]
    assert source["carrier"] == "header"
    assert "error" not in source or not source["error"]
    assert phone.wait_event("context")["source"] == "header"


def test_an_unknown_header_is_a_fact(bench, phone, ai):
    """Beside one that speaks; alone it makes no call a hand-off."""
    shown = offered(phone, ai, ["X-Intent: refund", "X-Order-Number: 77",
                                "x-loyalty_tier: gold"])
    assert shown["context"]["intent"] == "refund"
    assert facts_of(shown) == {"Order Number": "77", "Loyalty Tier": "gold"}


@pytest.mark.parametrize("header", ORDINARY)
def test_a_stranger_with_it_is_not_refused(bench, header):
    phone = bench.phone(("baton_stranger", "reject"),
                        ("baton_allow_from", "ip:192.0.2.1"))
    ordinary(phone, bench.peer(phone), [header])


def test_all_that_ordinary_calls_have(bench):
    """None of it is answered by itself."""
    phone = bench.phone(("baton_accept", "auto"))
    ai = bench.peer(phone, transport="tcp")
    ordinary(phone, ai, ORDINARY)


def test_a_line_that_goes_on(bench, phone, ai):
    shown = offered(phone, ai, ["X-Summary: Charged\r\n\ttwice,\r\n"
                                "  wants it back"])
    assert shown["context"]["summary"] == "Charged twice, wants it back"


def test_a_header_by_vendor(bench, phone, ai):
    shown = offered(phone, ai, [
        "X-CallANI: 2025550143", "X-CallID: 300000012345",
        "X-RouteReason: refund above limit", "X-Sentiment: negative;-0.6",
        "P-Intrinsics: intent=refund;Tier=Gold", "X-MS-Custom-Case: 4711"])
    context = shown["context"]
    assert context["caller"]["tel"] == "2025550143"
    assert context["handoff_id"] == "300000012345"
    assert context["reason"] == "refund above limit"
    assert context["sentiment"] == {"label": "negative", "score": -0.6}
    assert context["intent"] == "refund"
    assert facts_of(shown) == {"Tier": "Gold", "Case": "4711"}


def test_plumbing_alone_is_an_ordinary_call(bench, phone, ai):
    ordinary(phone, ai, PLUMBING)
    assert phone.handoffs() == []
    assert phone.baton_events("handoff") == []


def test_plumbing_beside_a_summary(bench, phone, ai):
    """The network's facts are shown then, and its ids come last, wherever
    they stand."""
    shown = offered(phone, ai, [
        "X-Transfer-Summary: Charged twice", "X-Handoff-Id: h-1"] + PLUMBING,
        sources=2 + 9)
    assert shown["context"]["handoff_id"] == "h-1"
    assert shown["context"]["summary"] == "Charged twice"
    facts = facts_of(shown)
    assert facts["Twilio account"] == "AC0001"
    assert facts["Real IP"] == "192.0.2.7"
    assert "rosa@example.com" not in json.dumps(shown["context"])


def test_the_networks_id_serves_when_there_is_no_other(bench, phone, ai):
    shown = offered(phone, ai, ["X-Transfer-Summary: a",
                                "X-Amzn-ConnectContactId: 1-2-3"])
    assert shown["context"]["handoff_id"] == "1-2-3"


def test_secrets_are_nowhere(bench, phone, ai):
    shown = offered(phone, ai, SECRETS + [
        "X-Transfer-Summary: a",
        "X-Data: {\"password\":\"hunter2-i\",\"case\":7}",
        "User-to-User: id=9;pin=hunter2-j;Tier=Gold"], sources=4)
    assert facts_of(shown) == {"case": "7", "Tier": "Gold"}
    assert "hunter2" not in json.dumps(shown)
    assert "hunter2" not in json.dumps(phone.events())
    assert "hunter2" not in phone.log_text()


def test_secrets_alone_are_an_ordinary_call(bench, phone, ai):
    ordinary(phone, ai, SECRETS[:-1])
    assert "hunter2" not in phone.log_text()


def test_an_empty_header_is_none(bench, phone, ai):
    """Platforms fill their templates with nothing."""
    ordinary(phone, ai, ["X-Customer-Name: ", "X-Intent: \"\""])


def test_an_empty_header_raises_no_alert(bench, phone, ai):
    shown = offered(phone, ai, ["X-Customer-Name: ", "X-Intent: refund",
                                "X-Summary: \"\""], sources=1)
    assert shown["context"]["intent"] == "refund"
    assert source_errors(shown) == []
    assert phone.baton_events("alert") == []


def test_a_header_that_is_too_long(bench, phone):
    ai = bench.peer(phone, transport="tcp")
    shown = offered(phone, ai, ["X-Summary: " + "a" * 8193,
                                "X-Intent: refund"])
    assert shown["context"]["intent"] == "refund"
    assert "summary" not in shown["context"]
    assert source_errors(shown) == ["header of 8193 bytes, at most 8192"]
    phone.wait_alert()


def test_more_headers_than_are_read(bench, phone):
    ai = bench.peer(phone, transport="tcp")
    call = ai.call()
    call.invite(headers=["X-Summary: a"] + ["X-Fact-%d: v" % n
                                           for n in range(100)])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_alert(ident)
    shown = phone.show(ident)
    assert 20 <= len(facts_of(shown)) <= 64
    assert source_errors(shown) == ["there are more headers than are read"]


def test_a_flood_of_plumbing_hides_nothing(bench, phone):
    ai = bench.peer(phone, transport="tcp")
    call = ai.call()
    call.invite(headers=["X-FS-Fact-%d: v" % n for n in range(100)] + [
        "X-Transfer-Summary: a"])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_alert(ident)
    assert phone.show(ident)["context"]["summary"] == "a"


def test_several_user_to_user(bench, phone, ai):
    shown = offered(phone, ai, [
        "User-to-User: %s;encoding=hex" % b"ho-7f31c2".hex(),
        "User-to-User: 04%s;encoding=hex" % b"intent=refund;Tier=Gold".hex(),
        "X-User-to-User: %s;encoding=hex,%s;encoding=hex" % (
            b"name=Rosa Lind".hex(), b"account=A-778".hex())])
    context = shown["context"]
    assert context["handoff_id"] == "ho-7f31c2"
    assert context["intent"] == "refund"
    assert context["caller"] == {"name": "Rosa Lind", "account": "A-778"}
    assert facts_of(shown) == {"Tier": "Gold"}
    assert [s["carrier"] for s in shown["sources"]] == ["uui"] * 3


def test_all_carriers_together(bench, phone, ai):
    """Field by field, the body above the headers, and sources that tell."""
    shown = offered(phone, ai, [
        "X-Intent: refund", "X-Transfer-Summary: From a header",
        "User-to-User: id=ho-1;Tier=Gold",
    ], sources=4, parts=[("application/json", dump({
        "summary": "From the body", "facts": [
            {"name": "Invoice", "value": "7"}]}))])
    context = shown["context"]
    assert context["summary"] == "From the body"
    assert context["intent"] == "refund"
    assert context["handoff_id"] == "ho-1"
    assert facts_of(shown) == {"Tier": "Gold", "Invoice": "7"}
    by = {}
    for source in shown["sources"]:
        by.setdefault(source["carrier"], []).append(source)
    assert len(by["header"]) == 2 and len(by["uui"]) == 1
    assert [s["type"] for s in by["body"]] == ["application/json"]
    for source in shown["sources"]:
        assert source["bytes"] > 0
    fields = {s["type"]: s.get("fields") for s in shown["sources"]}
    assert fields["X-Intent"] == ["intent"]
    assert fields["application/json"] == ["summary", "facts"]
    assert fields["User-to-User"] == ["handoff_id", "facts"]
    # It was covered by the body's
    assert not fields["X-Transfer-Summary"]


def test_own_names(bench):
    phone = bench.phone(
        ("baton_header", "X-Ticket-No handoff_id"),
        ("baton_header", "X-Kunde caller.name"),
        ("baton_header", "Subject summary"),
        ("baton_header", "X-Stufe escalation.level"),
        ("baton_header", "X-Nr fact:Order number"),
        ("baton_header", "X-Daten uui"),
        ("baton_header", "X-Order-Number reason"),
        ("baton_header", "Session-ID fact:Session"))
    assert loaded(phone), phone.log_end()
    ai = bench.peer(phone)
    shown = offered(phone, ai, [
        "X-Ticket-No: t-1", "X-KUNDE: Rosa Lind", "Subject: Charged twice",
        "X-Stufe: 2", "X-Nr: 77", "X-Order-Number: late",
        "X-Daten: %s;encoding=hex" % b"intent=refund".hex(),
        "Session-ID: 0011"])
    assert shown["context"] == {
        "handoff_id": "t-1", "caller": {"name": "Rosa Lind"},
        "summary": "Charged twice", "intent": "refund", "reason": "late",
        "facts": shown["context"]["facts"],
        "escalation": {"level": 2}, **{
            k: v for k, v in shown["context"].items()
            if k in ("trust", "signer", "sources", "rev")}}
    assert facts_of(shown) == {"Order number": "77", "Session": "0011"}


def test_own_name_of_sip_makes_a_call_a_handoff(bench):
    phone = bench.phone(("baton_header", "Subject summary"))
    ai = bench.peer(phone)
    shown = offered(phone, ai, ["Subject: Charged twice"])
    assert shown["context"]["summary"] == "Charged twice"


def test_an_id_of_any_call_makes_none(bench):
    phone = bench.phone(("baton_header", "Session-ID handoff_id"))
    ordinary(phone, bench.peer(phone), ["Session-ID: 0011"])


@pytest.mark.parametrize("value", [
    "X-A", "X-A nonsense", "X-A caller.verified", "X-A: summary",
    "Via summary", "From caller.name", "P-Asserted-Identity caller.tel",
    "Authorization fact:Auth", "X-Api-Key fact:Key", "X-A fact:password",
    "i handoff_id",
])
def test_bad_line(bench, value):
    phone = bench.phone(("baton_header", value))
    assert not loaded(phone)
    lines = log_lines(phone, "baton_header", value)
    assert len(lines) == 1, phone.log_text()
    assert "allowed is" in lines[0] and "FIELD" in lines[0]
