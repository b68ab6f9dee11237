"""What test_vcon_out.c wrote, under the eyes of a strict reader; and that
reader itself, for one that lets all through would be of no use."""

import copy
import glob
import json
import os
import re

import pytest

from vcon_check import check, lost, transfer_of

B = os.environ.get("B", "")
FOLDER = os.path.join(B, "vcon_out")


def load(path):
    """Numbers as they are written: 1.0 is not 1, and long ones stay long."""
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def load_exact(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f, parse_float=lambda t: "float " + t,
                         parse_int=lambda t: "int " + t)


WRITTEN = sorted(glob.glob(os.path.join(FOLDER, "*.out")))
WRITTEN_IDS = [os.path.basename(p) for p in WRITTEN]
AMENDED = [p for p in WRITTEN if os.path.exists(p[:-4] + ".in")
           and not os.path.basename(p).startswith("old-")]


def test_there_are_enough():
    assert B, "B is not set: run the tests by make check"
    names = [os.path.basename(p)[:-4] for p in WRITTEN]
    assert len(names) >= 20, "run unit/test_vcon_out first: %s" % FOLDER
    assert len(AMENDED) >= 6
    for name in ("fresh-declined", "fresh-missed", "chain-2", "old-0.0.1",
                 "old-0.3.0", "example-billing-dispute", "told-live",
                 "onward-vcon-3", "onward-signed-2"):
        assert name in names


def came_so(wrong, old):
    """An address without a hash cannot be made good without inventing it:
    where it came so it stays so. We write none."""
    if not wrong.endswith("url without content_hash"):
        return False
    where, index = re.match(r"(\w+)\[(\d+)\]:", wrong).groups()
    # One object alone was meant as a list
    elems = old.get(where, [])
    elems = elems if isinstance(elems, list) else [elems]
    return int(index) < len(elems) and "url" in (elems[int(index)] or {})


@pytest.mark.parametrize("path", WRITTEN, ids=WRITTEN_IDS)
def test_valid(path):
    wrong = check(load(path))
    if os.path.basename(path).startswith("old-"):
        old = load(path[:-4] + ".in")
        wrong = [w for w in wrong if not came_so(w, old)]
    assert wrong == []


@pytest.mark.parametrize("path", AMENDED, ids=[
    os.path.basename(p) for p in AMENDED])
def test_nothing_is_lost(path):
    assert lost(load_exact(path[:-4] + ".in"), load_exact(path)) == []


@pytest.mark.parametrize("path", WRITTEN, ids=WRITTEN_IDS)
def test_transfer(path):
    got = transfer_of(load(path))
    assert {"transferee", "transferor", "transfer_target",
            "original"} <= set(got)
    # While it is open there may be no call of the two yet
    outcome = [a["body"] for a in load(path).get("analysis", [])
               if a.get("schema") == "baton-outcome-1"]
    assert "target_dialog" in got or not outcome
    assert len({json.dumps(got[k], sort_keys=True) for k in
                ("transferee", "transferor", "transfer_target")}) == 3
    # Unless the vCon received knew the person, and said less of him
    back = os.path.basename(path) == "onward-handback.out"
    assert got["transfer_target"].get("role", "agent") == "agent"
    assert got["transfer_target"].get("type", "person") == (
        "bot" if back else "person")


def test_outcomes():
    words = {}
    for path in WRITTEN:
        name = os.path.basename(path)[:-4]
        if name.startswith("fresh-"):
            got = transfer_of(load(path))
            words[name[6:]] = [got.get(k, {}).get(
                "disposition", got.get(k, {}).get("type"))
                for k in ("consultation", "target_dialog")]
    assert words["connected"] == ["recording", "recording"]
    assert words["completed"] == ["recording", "recording"]
    assert words["consulting"] == ["recording", None]
    assert words["offered"] == [None, None]
    assert words["declined"] == ["busy", "busy"]
    assert words["declined-late"] == ["recording", "busy"]
    assert words["missed"] == ["no-answer", "no-answer"]
    assert words["cancelled"] == ["hung-up", "hung-up"]
    assert words["ai-left"] == ["recording", "hung-up"]
    assert words["failed"] == ["failed", "failed"]
    assert words["direct"] == [None, "recording"]
    assert words["direct-left"] == [None, "hung-up"]
    assert words["taken-over"] == ["hung-up", "recording"]


def test_mutations():
    """Each member of a vCon replaced by what it never should be."""
    found = {}
    count = 0
    with open(os.path.join(FOLDER, "mutations.jsonl"),
              encoding="utf-8") as f:
        for line in f:
            one = json.loads(line)
            wrong = [w for w in check(one["out"])
                     if not came_so(w, one["in"])]
            if wrong:
                found[one["what"]] = wrong
            count += 1
    assert found == {}
    assert count >= 1000


GOOD = {
    "vcon": "0.4.0", "uuid": "u", "created_at": "2026-11-22T10:00:00Z",
    "extensions": ["CC"],
    "parties": [{"sip": "sip:c@example.com", "role": "customer"}, {}, {}],
    "dialog": [
        {"type": "text", "start": "2026-11-22T10:00:00+01:00",
         "parties": [0, [1, 2], None], "mediatype": "text/plain",
         "encoding": "none", "body": "x"},
        {"type": "incomplete", "disposition": "busy"},
        {"type": "recording", "url": "https://example.com/1",
         "content_hash": "sha512-" + 86 * "a"},
        {"type": "transfer", "transferee": 0, "transferor": 1,
         "transfer_target": 2, "original": 0, "consultation": 1,
         "target_dialog": 2}],
    "analysis": [{"type": "summary", "vendor": "x", "dialog": 0,
                  "encoding": "json", "body": [1]}],
    "attachments": [{"start": "2026-11-22T10:00:00Z", "party": 0,
                     "dialog": 0, "mediatype": "text/plain",
                     "encoding": "base64url", "body": "eHk"}],
    "amended": {"uuid": "v"},
}


def test_checker_takes_good():
    assert check(GOOD) == []


@pytest.mark.parametrize("where,value", [
    ("vcon", "0.3.0"), ("uuid", None), ("uuid", 7), ("created_at", None),
    ("created_at", "2026-11-22T10:00:00"), ("created_at", "2026-11-22"),
    ("updated_at", "now"), ("subject", 7), ("extensions", "CC"),
    ("extensions", []), ("critical", ["CC", "x"]), ("group", []),
    ("redacted", {"uuid": "w"}), ("amended", {}), ("appended", {}),
    ("amended", {"url": "https://example.com"}), ("parties", {}),
    ("dialog", [7]), ("must_support", []),
    ("parties.0.tel", 7), ("parties.0.name", ["x"]),
    ("dialog.0.type", "video"), ("dialog.0.type", None),
    ("dialog.0.mediatype", None), ("dialog.0.mimetype", "text/plain"),
    ("dialog.0.encoding", None), ("dialog.0.encoding", "base64"),
    ("dialog.0.encoding", "json-ish"), ("dialog.0.body", ["x"]),
    ("dialog.0.parties", [3]), ("dialog.0.parties", -1),
    ("dialog.0.parties", ["0"]), ("dialog.0.parties", [True]),
    ("dialog.0.parties", [[None]]), ("dialog.0.parties", [1.0]),
    ("dialog.0.originator", [0]), ("dialog.0.start", "22 Nov 2026"),
    ("dialog.0.start", "2026-13-22T10:00:00Z"),
    ("dialog.0.transferee", 0), ("dialog.0.recordings", [0]),
    ("dialog.0.session_id", "ab"), ("dialog.0.duration", "3"),
    ("dialog.0.party_history", [{"party": 0}]),
    ("dialog.1.disposition", None), ("dialog.1.disposition", "tired"),
    ("dialog.1.body", "x"), ("dialog.1.mediatype", "text/plain"),
    ("dialog.2.content_hash", None), ("dialog.2.content_hash", "sha512-x"),
    ("dialog.2.content_hash", "SHA-512"), ("dialog.2.content_hash", []),
    ("dialog.2.url", None), ("dialog.2.body", "x"),
    ("dialog.3.parties", [0]), ("dialog.3.original", 1),
    ("dialog.3.original", [0]), ("dialog.3.consultation", [1]),
    ("dialog.3.target_dialog", 3), ("dialog.3.transferee", 9),
    ("dialog.3.session_id", {}), ("dialog.3.transfer-target", 0),
    ("analysis.0.vendor", None), ("analysis.0.type", None),
    ("analysis.0.dialog", 4), ("analysis.0.encoding", "none"),
    ("analysis.0.attachment", 1), ("attachments.0.start", None),
    ("attachments.0.party", None), ("attachments.0.dialog", None),
    ("attachments.0.party", [0]), ("attachments.0.mediatype", None),
    ("attachments.0.body", "a+b="),
])
def test_checker_refuses(where, value):
    vcon = copy.deepcopy(GOOD)
    at = vcon
    *way, last = where.split(".")
    for step in way:
        at = at[int(step) if isinstance(at, list) else step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    assert check(vcon) != []


@pytest.mark.parametrize("change", [
    lambda v: v["dialog"].pop(0), lambda v: v["parties"].reverse(),
    lambda v: v["analysis"][0].update(vendor="y"),
    lambda v: v.update(x=2), lambda v: v.pop("amended"),
    lambda v: v.update(uuid="u"), lambda v: v.pop("attachments"),
])
def test_loss_is_seen(change):
    old = copy.deepcopy(GOOD)
    old["x"] = 1
    new = copy.deepcopy(old)
    new.update(uuid="n", amended={"uuid": "u"})
    new["parties"].append({"name": "new"})
    assert lost(old, new) == []
    change(new)
    assert lost(old, new) != []
