"""A hand-off written into a file: all of the vCon that came is in it, and
what the person did; and no file is harmed."""

import json
import os
import stat
import sys

import pytest

import harness
from data import NORMAL, NORMAL_PART
from test_calls import ring, talk

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "unit"))
from vcon_check import check, lost, transfer_of  # noqa: E402

EXAMPLES = os.path.join(harness.ROOT, "share", "examples")


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def part_of(name):
    with open(os.path.join(EXAMPLES, name), "rb") as f:
        return ("application/vcon", f.read())


def wait_context(phone):
    phone.wait_event("context")


@pytest.mark.parametrize("name", sorted(
    n for n in os.listdir(EXAMPLES) if n.endswith(".vcon")))
def test_amends(bench, phone, name):
    ai = bench.peer(phone, transport="tcp")
    part = part_of(name)
    call, ident = talk(phone, ai, parts=[part])
    wait_context(phone)
    phone.order("baton_note", "#%d Grüße, \"zitiert\" & 50 %%" % ident)
    phone.order("baton_note", "#%d second" % ident)

    path = phone.path("out put %s" % name)
    got = phone.order("baton_export", "#%d %s" % (ident, path))
    assert got == {"id": ident, "path": path,
                   "bytes": os.stat(path).st_size}
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600

    old, new = json.loads(part[1]), load(path)
    assert check(new) == []
    assert lost(old, new) == []

    notes = [a for a in new["attachments"]
             if a not in old.get("attachments", [])]
    assert [a["body"] for a in notes] == [
        "Grüße, \"zitiert\" & 50 %", "second"]
    person = new["parties"][notes[0]["party"]]
    assert person["sip"].startswith("sip:agent@")
    assert {a["purpose"] for a in notes} == {"agent-notes"}

    moved = transfer_of(new)
    assert moved["transfer_target"] == person
    assert moved["transferee"] == old["parties"][0]
    assert moved["transferor"]["type"] == "bot"
    assert moved["consultation"]["type"] == "recording"
    # The caller is still to come
    assert "target_dialog" not in moved
    call.bye()
    phone.wait_state(ident, "closed")


def test_without_a_vcon(bench, phone, ai):
    call, ident = ring(phone, ai, parts=[NORMAL_PART])
    wait_context(phone)
    phone.order("baton_decline", "#%d wrong-team needs \"Abrechnung\"" %
                ident)
    phone.wait_state(ident, "closed")
    declined = phone.show(ident)
    assert declined["why"] == "wrong-team"
    assert declined["why_text"] == "needs \"Abrechnung\""

    # Of what is over there is a file as well; relative to the host's folder
    phone.order("baton_export", "#%d declined.vcon" % ident)
    new = load(phone.path("declined.vcon"))
    assert check(new) == []
    assert "amended" not in new
    assert [d["body"] for d in new["dialog"] if d["type"] == "text"] == [
        t["text"] for t in NORMAL["transcript"]]
    moved = transfer_of(new)
    assert moved["consultation"]["disposition"] == "no-answer"
    assert moved["target_dialog"]["disposition"] == "no-answer"
    assert moved["transferor"]["name"] == "Ava"
    assert [a["body"] for a in new["analysis"]
            if a.get("product") == "handoff-outcome"] == [
        {"outcome": "declined", "why": "wrong-team",
         "text": "needs \"Abrechnung\"",
         "who": moved["transfer_target"]["sip"]}]

    # And Baton reads it as it was
    shown = phone.show(ident)["context"]
    other = bench.peer(phone)
    call, again = ring(phone, other, count=2, parts=[
        ("application/vcon", json.dumps(new).encode())])
    phone.wait_event("context", lambda e: e["id"] == again)
    now = phone.show(again)["context"]
    for key, val in shown.items():
        if key in ("history", "facts"):
            # With what became of the hand-off
            assert [v for v in val if v not in now[key]] == []
        elif key == "transcript":
            # The caller is one party, whose name is not that of a turn
            assert now[key] == [
                dict(t, name="Rosa Lind") if t["who"] == "caller" else t
                for t in val]
        else:
            assert now[key] == val


def test_connected(bench, phone, ai):
    call, ident = talk(phone, ai, parts=[part_of("billing-dispute.vcon")])
    wait_context(phone)
    caller = bench.peer(phone)
    second = caller.call(user="+12025550143", name="Dana")
    second.invite(headers=["Replaces: " + call.replaces()])
    second.wait_code(200)
    phone.wait_state(ident, "connected")
    path = phone.path("connected.vcon")
    phone.order("baton_export", "#%d %s" % (ident, path))
    new = load(path)
    assert check(new) == []
    moved = transfer_of(new)
    assert moved["target_dialog"]["type"] == "recording"
    assert moved["target_dialog"]["start"] >= moved["consultation"]["start"]


def test_refusals(bench, phone, ai):
    _, ident = ring(phone, ai)
    path = phone.path("there.vcon")
    with open(path, "w", encoding="utf-8") as f:
        f.write("mine")
    link = phone.path("link.vcon")
    os.symlink(phone.path("not-there-yet"), link)

    def word(params):
        return phone.refused("baton_export", params)["error"]

    assert word("#%d %s" % (ident, path)) == "file-exists"
    assert word("#%d %s" % (ident, link)) == "file-exists"
    assert word("#%d %s" % (ident, phone.folder)) == "file-exists"
    assert word("#%d %s/no/x" % (ident, phone.folder)) == "no-such-folder"
    assert word("#%d %s/x" % (ident, path)) == "no-such-folder"
    assert word("#%d /dev/full/x" % ident) == "no-such-folder"
    assert word("#%d" % ident) == "bad-parameters"
    assert word("%s.new" % path) == "bad-parameters"
    assert word("#%d %s.new" % (ident + 7, path)) == "no-such-handoff"
    assert word("#x %s.new" % path) == "bad-id"
    assert word(None) == "bad-parameters"

    with open(path, encoding="utf-8") as f:
        assert f.read() == "mine"
    assert not os.path.exists(link)
    assert not os.path.exists(path + ".new")
    assert phone.state(ident)[0] == "offered"
