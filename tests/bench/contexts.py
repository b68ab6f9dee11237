"""Contexts of every size, as an AI would send them."""

import gzip
import json
import random

CALLER = [
    "The bill says forty nine euros but my contract is twenty nine.",
    "I called last week already and nobody wrote anything down.",
    "No, I have not changed my plan, not on the website either.",
    "Can you please look at the invoice of September again?",
    "It is the second time now, I would like to speak to a person.",
    "My customer number is on the letter, one moment please.",
    "Yes, that is the right address.",
    "I do not want a voucher, I want the money back.",
]

AI = [
    "I see the invoice, the discount ended on the first of the month.",
    "Let me check whether the discount can be given for this month too.",
    "I am sorry about that, I will look into your account right away.",
    "Could you confirm the last four digits of your phone number?",
    "Thank you. There are two open requests on your account.",
    "A refund of this size needs a colleague, shall I connect you?",
    "One moment please, I am calling a colleague of mine now.",
]


def _turns(rng):
    """Endless: who said what, one line of a transcript after the other."""
    n = 0
    while True:
        who = "caller" if n % 2 == 0 else "ai"
        text = rng.choice(CALLER if n % 2 == 0 else AI)
        yield n, who, text
        n += 1


def _clock(n):
    return "2026-11-22T%02d:%02d:%02dZ" % (n // 720 % 24, n // 12 % 60,
                                          n * 5 % 60)


def _head():
    return {
        "handoff_id": "bench-1",
        "caller": {"name": "Maria Lindqvist", "tel": "+46701234567",
                   "account": "C-204518", "language": "en",
                   "verified": True},
        "intent": "billing dispute", "confidence": 0.93,
        "sentiment": {"label": "negative", "score": -0.6},
        "priority": "high", "reason": "refund above the AI's limit",
        "summary": "Was billed 49 instead of 29 euros after a discount "
                   "ended; wants the difference back.",
        "transcript": [],
    }


def normal_form(size):
    """A context in the normal form, as close to size bytes as it goes."""
    context = _head()
    used = len(json.dumps(context))
    for n, who, text in _turns(random.Random(1)):
        turn = {"at": _clock(n), "who": who, "text": text}
        used += len(json.dumps(turn)) + 2
        if used > size:
            break
        context["transcript"].append(turn)
    return json.dumps(context).encode()


def vcon(size):
    """A vCon whose JSON has at most size bytes, and nearly that many."""
    out = {
        "vcon": "0.4.0",
        "uuid": "019aa0f2-6b1c-8d2e-9f00-3c5a71e0b001",
        "created_at": "2026-11-22T08:00:00Z",
        "subject": "billing dispute",
        "parties": [{"tel": "+46701234567", "name": "Maria Lindqvist"},
                    {"name": "AI agent", "role": "agent"}],
        "dialog": [],
        "analysis": [{"type": "summary", "dialog": [0], "vendor": "bench",
                      "encoding": "none", "mediatype": "text/plain",
                      "body": _head()["summary"]}],
        "attachments": [],
    }
    used = len(json.dumps(out))
    for n, who, text in _turns(random.Random(2)):
        dialog = {"type": "text", "start": _clock(n),
                  "parties": [0 if who == "caller" else 1],
                  "mediatype": "text/plain", "encoding": "none",
                  "body": text}
        used += len(json.dumps(dialog)) + 2
        if used > size:
            break
        out["dialog"].append(dialog)
    return json.dumps(out).encode()


def vcon_transcript(size):
    """A vCon whose turns are the body of one analysis, as services write."""
    out = json.loads(vcon(2048))
    out["dialog"] = []
    body = []
    out["analysis"].append({"type": "transcript", "dialog": [0],
                            "vendor": "bench", "encoding": "json",
                            "mediatype": "application/json", "body": body})
    used = len(json.dumps(out))
    for n, who, text in _turns(random.Random(3)):
        turn = {"start": n * 5.25, "end": n * 5.25 + 4.5, "speaker": who,
                "text": text, "confidence": 0.97}
        used += len(json.dumps(turn)) + 2
        if used > size:
            break
        body.append(turn)
    return json.dumps(out).encode()


def vcon_wide(size):
    """The slow way to write it: indented, and hardly a word in ASCII."""
    table = {ord(a): b for a, b in zip("aeiounst", "\u00e4\u00eb\u00ef\u00f6"
                                       "\u00fc\u00f1\u0161\u0165")}
    out = json.loads(vcon(size))
    for dialog in out["dialog"]:
        dialog["body"] = dialog["body"].translate(table) + ' "\\"'
    while True:
        data = json.dumps(out, ensure_ascii=False, indent=2).encode()
        if len(data) <= size:
            return data
        del out["dialog"][len(out["dialog"]) * size // len(data) - 1:]


def vcon_gzip(size, limit):
    """The same compressed; it must fit in limit bytes of a message."""
    data = gzip.compress(vcon(size), 9, mtime=0)
    if len(data) > limit:
        raise RuntimeError("the vCon has %d bytes, compressed, of %d" %
                           (len(data), limit))
    return data
