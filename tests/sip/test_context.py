"""Context that comes as it should: every carrier and every shape of body."""

import base64
import copy
import json
import os
import zlib

import pytest

import harness
from data import NORMAL, NORMAL_PART, VCON, VCON_PART, dump, source_errors
from peer import multipart, sdp


def shown_after(phone, call, **invite):
    """Sends the INVITE, waits until it rings and its context was read."""
    call.invite(**invite)
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_event("context", lambda e: e["id"] == ident)
    return ident, phone.show(ident)


def check_normal(context):
    assert context["handoff_id"] == "case-4711"
    assert context["caller"]["name"] == "Rosa Lind"
    assert context["caller"]["tel"].replace("tel:", "") == "+4940123456"
    assert context["caller"]["account"] == "A-778"
    assert context["caller"]["language"] == "de"
    assert context["caller"]["verified"] is True
    assert context["intent"] == NORMAL["intent"]
    assert context["confidence"] == pytest.approx(0.87)
    assert context["sentiment"]["label"] == "negative"
    assert context["sentiment"]["score"] == pytest.approx(-0.6)
    assert context["priority"] == "high"
    assert context["reason"] == NORMAL["reason"]
    assert context["summary"] == NORMAL["summary"]
    assert [t["text"] for t in context["transcript"]] == \
        [t["text"] for t in NORMAL["transcript"]]
    assert [t["who"] for t in context["transcript"]] == ["caller", "ai"]
    assert context["actions"][0]["text"] == "Checked the invoice"
    assert context["actions"][0]["status"] == "done"
    assert context["suggestions"] == ["Offer the refund"]
    assert {"name": "Invoice", "value": "2026-10-118"} in context["facts"]


def check_vcon(context):
    assert context["caller"]["name"] == "Jon Berg"
    assert context["caller"]["tel"].replace("tel:", "") == "+4940987654"
    assert context["summary"] == \
        "Line down since noon, modem restarted twice."
    assert context["sentiment"]["label"] == "negative"
    turns = context["transcript"]
    assert [t["text"] for t in turns] == [
        "My internet is gone since noon.", "I will look at your line."]
    assert turns[0]["who"] == "caller"
    assert turns[1]["who"] == "ai"


def offer_of(ai):
    return ("application/sdp", sdp(ai.ip, ai.rtp.getsockname()[1]))


def test_parts_that_are_encoded(bench, phone):
    """As mail has them: RFC 2045; sources tell the type alone."""
    ai = bench.peer(phone)
    call = ai.call()
    ident, _ = shown_after(phone, call, parts=[
        offer_of(ai),
        ("application/json; charset=utf-8",
         base64.encodebytes(b'{"intent": "refund"}'),
         ["Content-Transfer-Encoding: base64"]),
        ("text/plain; charset=iso-8859-1", b"Gr=FC=DFe =\r\naus K\xf6ln",
         ["Content-Transfer-Encoding: quoted-printable"]),
        ("application/json", b"{}", ["Content-Transfer-Encoding: x-own"]),
    ])
    harness.wait_for("all parts", lambda: len(
        phone.show(ident).get("sources", [])) == 3)
    shown = phone.show(ident)
    assert shown["context"]["intent"] == "refund"
    assert shown["context"]["summary"] == "Gr\u00fc\u00dfe aus K\u00f6ln"
    assert [s["type"] for s in shown["sources"]] == [
        "application/json", "text/plain", "application/json"]
    assert source_errors(shown)
    assert "x-own is not known" in str(source_errors(shown))
    call.cancel()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_normal_form(bench, phone, transport):
    ai = bench.peer(phone, transport=transport)
    call = ai.call()
    ident, shown = shown_after(phone, call, parts=[NORMAL_PART])
    assert shown["id"] == ident
    assert shown["state"] == "offered"
    assert shown["outcome"] == ""
    check_normal(shown["context"])
    assert shown["trust"] == "unverified"
    assert shown["rev"] >= 1
    assert not source_errors(shown)
    assert shown["sources"][0]["carrier"] == "body"
    assert shown["sources"][0]["bytes"] == len(NORMAL_PART[1])
    event = phone.wait_event("context")
    assert event["source"] == "body"
    assert event["trust"] == "unverified"
    assert event["rev"] >= 1
    entry = phone.handoffs()[0]
    assert entry["id"] == ident
    assert entry["state"] == "offered"
    assert entry["intent"] == "billing dispute"
    assert "Rosa Lind" in json.dumps(entry["caller"])


def test_shown_context_fits_its_schema(bench, phone, ai):
    path = os.path.join(harness.ROOT, "share", "context.schema.json")
    if not os.path.exists(path):
        pytest.skip("share/context.schema.json is not there yet")
    jsonschema = pytest.importorskip("jsonschema")
    with open(path, encoding="utf-8") as f:
        schema = json.load(f)
    _, shown = shown_after(phone, ai.call(), parts=[NORMAL_PART])
    jsonschema.validate(shown["context"], schema)


@pytest.mark.parametrize("ctype", [
    "application/vcon", "application/vcon+json"])
def test_vcon(bench, phone, ai, ctype):
    _, shown = shown_after(phone, ai.call(), parts=[(ctype, VCON_PART[1])])
    check_vcon(shown["context"])
    assert "outage" in json.dumps(shown["context"])
    assert not source_errors(shown)


def test_vcon_gzip(bench, phone, ai):
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(VCON_PART[1]) + packer.flush()
    _, shown = shown_after(phone, ai.call(), parts=[
        ("application/vcon+gzip", packed)])
    check_vcon(shown["context"])


def test_vcon_analysis_transcript(bench, phone, ai):
    vcon = copy.deepcopy(VCON)
    vcon["dialog"] = [{"type": "recording", "mediatype": "audio/x-wav",
                       "start": "2026-11-22T10:00:00Z", "parties": [0, 1]}]
    vcon["analysis"] = [
        {"type": "transcript", "dialog": 0, "vendor": "acme",
         "mediatype": "text/plain", "encoding": "none",
         "body": "The line went down at noon."}]
    _, shown = shown_after(phone, ai.call(), parts=[
        ("application/vcon", dump(vcon))])
    assert "The line went down at noon." in \
        json.dumps(shown["context"]["transcript"])


def test_text_is_a_summary(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), parts=[
        ("text/plain", b"Wants to move the appointment.")])
    assert shown["context"]["summary"] == "Wants to move the appointment."


def test_context_before_the_offer(bench, phone, ai):
    body, ctype = multipart([NORMAL_PART, offer_of(ai)])
    call = ai.call()
    ident, shown = shown_after(phone, call, body=body, ctype=ctype)
    check_normal(shown["context"])
    phone.order("baton_accept")
    assert b"m=audio" in call.wait_code(200).body
    phone.wait_state(ident, "consulting")


def test_nested(bench, phone, ai):
    inner, itype = multipart([NORMAL_PART, offer_of(ai)], boundary="inner")
    body, ctype = multipart([
        ("text/html", b"<b>not for us</b>"), (itype, inner)])
    call = ai.call()
    ident, shown = shown_after(phone, call, body=body, ctype=ctype)
    check_normal(shown["context"])
    phone.order("baton_accept")
    assert b"m=audio" in call.wait_code(200).body
    phone.wait_state(ident, "consulting")


def test_preamble_and_quoted_boundary(bench, phone, ai):
    body, _ = multipart([offer_of(ai), NORMAL_PART], boundary="a b:c",
                        preamble=b"This is MIME.\r\n")
    _, shown = shown_after(phone, ai.call(), body=body,
                           ctype="multipart/mixed; boundary=\"a b:c\"")
    check_normal(shown["context"])


def test_compact_headers_and_case(bench, phone, ai):
    body, ctype = multipart([offer_of(ai), (
        "Application/JSON;charset=UTF-8", NORMAL_PART[1],
        ["Content-Disposition: info;handling=optional",
         "Content-ID: <c1@ai>"])])
    call = ai.call()
    raw = call.invite_bytes(body=body, ctype="X")
    raw = raw.replace(b"Content-Type: X", b"c: Multipart/Mixed" +
                      ctype[len("multipart/mixed"):].encode(), 1)
    raw = raw.replace(b"Content-Length: %d" % len(body),
                      b"l: %d" % len(body), 1)
    ai.send(raw)
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_event("context")
    check_normal(phone.show(ident)["context"])


def test_foreign_script(bench, phone, ai):
    name = "Łucja Żółć 李小龍 محمد"
    _, shown = shown_after(phone, ai.call(), parts=[(
        "application/json", dump({"caller": {"name": name},
                                  "summary": "¿Dónde está mi maleta?"}))])
    assert shown["context"]["caller"]["name"] == name
    assert shown["context"]["summary"] == "¿Dónde está mi maleta?"


def test_direction_and_controls_are_taken_out(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), parts=[(
        "application/json",
        dump({"summary": "pay \u202egnp.exe\u202c\u0007 now"}))])
    assert "\u202e" not in shown["context"]["summary"]
    assert "\u0007" not in shown["context"]["summary"]
    assert "pay" in shown["context"]["summary"]


def test_unknown_fields_are_facts(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), parts=[(
        "application/json", dump({"intent": "refund",
                                  "ticket": "INC-99812"}))])
    assert {"name": "ticket", "value": "INC-99812"} in \
        shown["context"]["facts"]


def test_large_context_over_tcp(bench, phone):
    ai = bench.peer(phone, transport="tcp")
    turns = [{"who": "caller" if n % 2 else "ai",
              "text": "turn %d of a long call" % n} for n in range(900)]
    part = ("application/json", dump(dict(NORMAL, transcript=turns)))
    assert 40000 < len(part[1]) < 60000
    _, shown = shown_after(phone, ai.call(), parts=[part])
    assert len(shown["context"]["transcript"]) == 900


@pytest.mark.parametrize("header", ["User-to-User", "X-User-to-User"])
def test_uui_hex_json(bench, phone, ai, header):
    small = {"handoff_id": "h-1", "intent": "refund",
             "caller": {"name": "Rosa"}}
    _, shown = shown_after(phone, ai.call(), headers=[
        "%s: %s;encoding=hex" % (header, dump(small).hex())])
    assert shown["context"]["intent"] == "refund"
    assert shown["context"]["caller"]["name"] == "Rosa"
    assert shown["sources"][0]["carrier"] == "uui"
    assert phone.wait_event("context")["source"] == "uui"


def test_uui_hex_with_discriminator(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), headers=[
        "User-to-User: 00%s;encoding=hex"
        % dump({"intent": "refund"}).hex().upper()])
    assert shown["context"]["intent"] == "refund"


def test_uui_hex_text(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), headers=[
        "User-to-User: %s;encoding=hex"
        % b"Disputes invoice 4711".hex()])
    assert "Disputes invoice 4711" in json.dumps(shown["context"])


def test_uui_plain(bench, phone, ai):
    _, shown = shown_after(phone, ai.call(), headers=[
        "User-to-User: Disputes invoice 4711"])
    assert "Disputes invoice 4711" in json.dumps(shown["context"])


def test_uui_beside_body(bench, phone, ai):
    """Both carriers count; neither makes the other vanish."""
    call = ai.call()
    call.invite(parts=[("application/json", dump({"summary": "From body"}))],
                headers=["User-to-User: %s;encoding=hex"
                         % dump({"intent": "refund"}).hex()])
    call.wait_code(180)
    ident = phone.wait_offered()
    harness.wait_for("both carriers", lambda: len(
        phone.show(ident)["sources"]) == 2)
    shown = harness.wait_for(
        "both contexts", lambda: (lambda s: s if "summary" in
                                  (s["context"] or {}) and "intent" in
                                  s["context"] else None)(phone.show(ident)))
    assert shown["context"]["summary"] == "From body"
    assert shown["context"]["intent"] == "refund"


def test_events_stay_short(bench, phone, ai):
    """Whatever comes in, an event is whole JSON: harness checks each."""
    long = "x\"\\" * 300
    call = ai.call(user="ai", name="N" * 300)
    call.invite(parts=[("application/json", dump({
        "handoff_id": long, "intent": long, "caller": {"name": long}}))])
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.wait_event("context")
    bad = ai.call(user="other")
    bad.invite(parts=[("application/json", b"{" + b"\"" * 500)])
    bad.wait_code(180)
    other = phone.wait_offered(2)
    phone.wait_alert(other)
    phone.order("baton_decline", "#%d other %s" % (ident, "why " * 60))
    call.wait_code(603)
    phone.wait_end(ident, "declined")
    assert len(phone.baton_events("handoff")) >= 3
