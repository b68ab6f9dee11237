"""The examples in share/ are what they are said to be: valid, and the same
call in both forms."""

import glob
import json
import os
import re

import jsonschema
import pytest

SHARE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     "..", "..", "share")
PLAIN = sorted(glob.glob(os.path.join(SHARE, "examples", "*.json")))
VCONS = sorted(glob.glob(os.path.join(SHARE, "examples", "*.vcon")))
DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


@pytest.fixture(scope="module")
def validator():
    schema = load(os.path.join(SHARE, "context.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_there_are_enough():
    assert len(PLAIN) >= 4
    assert [p[:-5] for p in PLAIN] == [v[:-5] for v in VCONS]


@pytest.mark.parametrize("path", PLAIN, ids=os.path.basename)
def test_plain(validator, path):
    ctx = load(path)
    assert [e.message for e in validator.iter_errors(ctx)] == []
    # Nothing but known fields: the examples show the normal form itself
    known = validator.schema["properties"]
    assert set(ctx) <= set(known)
    assert 8 <= len(ctx["transcript"]) <= 20
    assert ctx["actions"] and ctx["suggestions"] and ctx["facts"]


@pytest.mark.parametrize("change", [
    {"confidence": 2}, {"sentiment": {"score": -7}}, {"handover": "magic"},
    {"transcript": [{"who": "caller"}]}, {"actions": [{"status": "done"}]},
    {"caller": "Dana"}, {"history": [{"at": "yesterday"}]},
])
def test_schema_refuses(validator, change):
    ctx = load(PLAIN[0])
    ctx.update(change)
    assert not validator.is_valid(ctx)


@pytest.mark.parametrize("path", VCONS, ids=os.path.basename)
def test_vcon(path):
    """draft-ietf-vcon-vcon-core-04, by hand: it has no schema to ship"""
    v = load(path)
    parties, dialog = len(v["parties"]), len(v["dialog"])

    assert v["vcon"] == "0.4.0"
    assert re.match(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", v["uuid"])
    assert DATE.match(v["created_at"])
    assert v["extensions"] == ["CC"] and "critical" not in v

    for d in v["dialog"]:
        assert d["type"] == "text" and DATE.match(d["start"])
        assert d["mediatype"] and d["encoding"] == "none"
        assert isinstance(d["body"], str)
        assert all(0 <= p < parties for p in d["parties"] + [d["originator"]])

    for a in v["analysis"]:
        assert a["type"] and a["vendor"] and a["mediatype"]
        assert a["encoding"] in ("none", "json")
        assert (a["encoding"] == "none") == isinstance(a["body"], str)
        assert all(0 <= i < dialog for i in a["dialog"])
    assert {"summary", "sentiment", "transcript", "report"} <= {
        a["type"] for a in v["analysis"]}

    for a in v["attachments"]:
        assert DATE.match(a["start"]) and a["mediatype"] and a["encoding"]
        assert 0 <= a["party"] < parties and 0 <= a["dialog"] < dialog


@pytest.mark.parametrize("path", PLAIN, ids=os.path.basename)
def test_both_forms_tell_the_same(path):
    ctx, v = load(path), load(path[:-5] + ".vcon")
    body = {a["type"]: a["body"] for a in v["analysis"]}

    assert body["summary"] == ctx["summary"]
    assert body["sentiment"] == ctx["sentiment"]
    assert body["report"]["intent"] == ctx["intent"]
    assert [d["body"] for d in v["dialog"]] == [
        t["text"] for t in ctx["transcript"]]
    assert v["parties"][0]["name"] == ctx["caller"]["name"]
