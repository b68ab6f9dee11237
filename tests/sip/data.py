"""Contexts as an AI would send them, for the tests."""

import json

NORMAL = {
    "handoff_id": "case-4711",
    "caller": {"name": "Rosa Lind", "tel": "+4940123456",
               "account": "A-778", "language": "de", "verified": True},
    "intent": "billing dispute",
    "confidence": 0.87,
    "sentiment": {"label": "negative", "score": -0.6},
    "priority": "high",
    "reason": "Refund above the limit of the assistant",
    "summary": "Charged twice in October, wants 49.90 back today.",
    "transcript": [
        {"at": "2026-11-22T10:00:00Z", "who": "caller", "name": "Rosa",
         "text": "I was charged twice."},
        {"at": "2026-11-22T10:00:04Z", "who": "ai", "name": "Ava",
         "text": "I see both charges."},
    ],
    "actions": [{"text": "Checked the invoice", "status": "done"}],
    "suggestions": ["Offer the refund"],
    "facts": [{"name": "Invoice", "value": "2026-10-118"}],
}

VCON = {
    "vcon": "0.4.0",
    "uuid": "0199aaaa-0000-8000-8000-000000000001",
    "created_at": "2026-11-22T10:00:00+00:00",
    "subject": "Outage in Altona",
    "parties": [
        {"tel": "+4940987654", "name": "Jon Berg", "type": "person"},
        {"name": "Ava", "sip": "sip:ai@127.0.0.1", "type": "bot"},
    ],
    "dialog": [
        {"type": "text", "start": "2026-11-22T10:00:01+00:00",
         "parties": [0, 1], "mediatype": "text/plain",
         "body": "My internet is gone since noon.", "encoding": "none"},
        {"type": "text", "start": "2026-11-22T10:00:05+00:00",
         "parties": [1, 0], "mediatype": "text/plain",
         "body": "I will look at your line.", "encoding": "none"},
    ],
    "analysis": [
        {"type": "summary", "dialog": [0, 1], "vendor": "acme",
         "mediatype": "text/plain", "encoding": "none",
         "body": "Line down since noon, modem restarted twice."},
        {"type": "sentiment", "dialog": [0, 1], "vendor": "acme",
         "mediatype": "application/json", "encoding": "json",
         "body": {"label": "negative", "score": -0.4}},
        {"type": "report", "dialog": [0, 1], "vendor": "acme",
         "schema": "intent", "mediatype": "application/json",
         "encoding": "json", "body": {"intent": "outage"}},
    ],
    "attachments": [],
}


def dump(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


NORMAL_PART = ("application/json", dump(NORMAL))
VCON_PART = ("application/vcon", dump(VCON))


def source_errors(show):
    """The errors of the sources in what baton_show printed."""
    sources = show.get("sources")
    if sources is None:
        sources = (show.get("context") or {}).get("sources")
    assert isinstance(sources, list), show
    return [s["error"] for s in sources if s.get("error")]
