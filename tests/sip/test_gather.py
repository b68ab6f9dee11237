"""Many carriers on one hand-off, and many hand-offs at once: each header in
its place, each word told once, and no burst that leaves the phone deaf."""

import json

import pytest

from data import NORMAL_PART, VCON, dump, source_errors
from harness import never, wait_for
from test_found import REFERRED, talk
from test_headers import facts_of, offered

STRANGE = "it is not from who handed over"


def test_one_event_for_all_headers(bench, phone, ai):
    headers = ["X-Intent: refund", "X-Confidence: 0.9", "X-Fee: 7",
               "X-Escalation-Level: 2", "X-Escalation-Reason: a fee",
               "X-Escalated-By: a rule", "X-Sentiment: negative",
               "X-Sentiment-Score: -0.6", "User-to-User: id=case-1"]
    shown = offered(phone, ai, headers)
    context = shown["context"]
    assert (context["intent"], context["confidence"]) == ("refund", 0.9)
    assert context["escalation"] == {"level": 2, "reason": "a fee",
                                     "by": "a rule"}
    assert context["sentiment"] == {"label": "negative", "score": -0.6}
    assert facts_of(shown) == {"Fee": "7"}
    assert shown["rev"] == 1
    assert len(phone.baton_events("context")) == 1
    fields = {s["type"]: s["fields"] for s in shown["sources"]}
    assert fields["X-Confidence"] == ["intent"]
    assert fields["X-Escalated-By"] == ["escalation"]
    assert fields["User-to-User"] == ["handoff_id"]
    carriers = {s["type"]: s["carrier"] for s in shown["sources"]}
    assert carriers["User-to-User"] == "uui"
    assert carriers["X-Intent"] == "header"


def test_the_same_header_twice(bench, phone, ai):
    shown = offered(phone, ai, [
        "X-Transcript: caller: Hello", "X-Transcript: ai: Good day",
        "X-Next-Step: Call back", "X-Next-Step: Refund",
        "X-Summary: one", "X-Summary: two"])
    context = shown["context"]
    assert [t["text"] for t in context["transcript"]] == ["Hello",
                                                          "Good day"]
    assert context["suggestions"] == ["Call back", "Refund"]
    assert context["summary"] == "one"
    assert facts_of(shown) == {"Summary": "two"}


def test_headers_that_failed_are_one_alert(bench, phone):
    ai = bench.peer(phone, transport="tcp")
    shown = offered(phone, ai, [
        "X-Summary: " + "a" * 8193, "X-Reason: " + "b" * 8193,
        "X-Intent: refund"])
    assert shown["context"]["intent"] == "refund"
    assert len(source_errors(shown)) == 2
    phone.wait_alert()
    assert len(phone.baton_events("alert")) == 1


def test_its_own_id_stays_beside_a_vcon(bench, phone, ai):
    call = ai.call()
    call.invite(headers=["X-Handoff-Id: case-9"],
                parts=[("application/vcon+json", dump(VCON))])
    call.wait_code(180)
    ident = phone.wait_offered()
    shown = wait_for("both", lambda: (
        lambda s: s if len(s["sources"]) == 2 else None)(phone.show(ident)))
    assert shown["context"]["handoff_id"] == "case-9"


def test_a_header_with_a_dirty_name(bench, phone, ai):
    call = ai.call()
    raw = call.invite_bytes(headers=["X-Summary: a", "X-@@: 1"])
    ai.send(raw.replace(b"X-@@", b"X-\xff\xfe\x1b[31m\xe2\x80\xae"))
    call.wait_code(180)
    ident = phone.wait_offered()
    shown = wait_for("both", lambda: (
        lambda s: s if len(s["sources"]) == 2 else None)(phone.show(ident)))
    text = json.dumps(shown, ensure_ascii=False)
    assert "\x1b" not in text and "\u202e" not in text
    assert any("\ufffd" in s["type"] for s in shown["sources"])


def test_a_stranger_is_told_once(bench, phone, ai):
    """His INVITE for the caller's call: one source, one alert."""
    call, ident = talk(phone, ai)
    before = len(phone.show(ident)["sources"])
    stranger = bench.peer(phone, ip="127.0.0.9").call(user="rosa")
    stranger.invite(headers=["Replaces: " + call.replaces(), REFERRED] + [
        "X-Case-%d: v" % n for n in range(60)],
        parts=[("application/json", dump({"summary": "Believe me"}))])
    stranger.wait_final()
    shown = wait_for("a source", lambda: (
        lambda s: s if len(s["sources"]) > before else None)(
            phone.show(ident)))
    assert source_errors(shown) == [STRANGE]
    assert len(shown["sources"]) == before + 1
    phone.wait_event("alert", lambda a: STRANGE in a["message"])
    never("it is told twice", lambda: len([
        a for a in phone.baton_events("alert")
        if STRANGE in a["message"]]) > 1, 0.3)


@pytest.mark.parametrize("limit", ["4", "0"], ids=["refused", "taken"])
def test_a_burst_leaves_nothing_behind(bench, limit):
    """More than the pipe to the loop holds, and what the host refuses."""
    phone = bench.phone(("call_max_calls", limit))
    flood = bench.peer(phone, transport="tcp")
    calls = [flood.call() for _ in range(110)]
    flood.send(b"".join(call.invite_bytes(
        [("text/plain", b"x")] * 16,
        ["X-A%02d: %d" % (n, n) for n in range(33)]) for call in calls))
    wait_for("an answer to each", lambda: all(
        any(m.code >= 180 for m in call.responses) for call in calls), 60)
    wait_for("an end of loading", lambda: not any(
        phone.show(h["id"])["loading"] for h in phone.handoffs()), 60)
    for call in calls:
        if not call.finals():
            call.cancel()
    good = bench.peer(phone).call()
    wait_for("all others over", lambda: not any(
        h["state"] == "offered" for h in phone.handoffs()), 60)
    good.invite([NORMAL_PART])
    good.wait_code(180)
    shown = wait_for("its context", lambda: (
        lambda s: s if s["context"] else None)(
            phone.show(phone.handoffs()[0]["id"])))
    assert shown["context"]["summary"]
    assert source_errors(shown) == []
