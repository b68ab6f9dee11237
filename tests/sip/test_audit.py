"""baton_audit: each decision about who may is one line, and the lines hang
together."""

import json
import os
import re

import pytest

from data import NORMAL_PART
from harness import wait_for

KEYS = ["time", "n", "what", "verdict", "rule", "handoff", "code", "count",
        "peer", "transport", "cert", "from", "asserted", "referred_by",
        "to", "callid", "lost", "prev"]


def lines_of(phone, name="audit.log"):
    with open(phone.path(name), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def decisions(phone, name="audit.log"):
    return [line for line in lines_of(phone, name)
            if line["what"] != "start"]


@pytest.fixture
def audited(bench, tmp_path):
    def start(*config):
        path = str(tmp_path / "audit.log")
        phone = bench.phone(("baton_audit", path), *config)
        phone.path = lambda name, own=phone.path: (
            str(tmp_path / name) if name.startswith("audit.") else own(name))
        return phone
    return start


def invite(bench, phone, user="ai", headers=(), name="Jane Roe"):
    call = bench.peer(phone).call(user=user, name=name)
    return call.invite(parts=[NORMAL_PART], headers=headers)


def test_a_consultation(bench, audited):
    phone = audited(("baton_allow_from", "ip:127.0.0.1"),
                    ("baton_allow_from", "sip:ai@*"))
    call = invite(bench, phone)
    call.wait_code(180)
    ident = phone.wait_offered()
    got = wait_for("a line", lambda: decisions(phone))[0]
    assert list(got) == [k for k in KEYS if k in got]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
                        got["time"])
    assert got["what"] == "consultation"
    assert got["verdict"] == "allowed"
    assert got["rule"] == "baton_allow_from sip:ai@*, ip:127.0.0.1"
    assert got["handoff"] == ident
    assert got["peer"] == "127.0.0.1"
    assert got["transport"] == "UDP"
    assert got["from"] == "sip:ai@127.0.0.1"
    assert got["to"] == "sip:agent@127.0.0.1"
    assert got["callid"] == call.call_id
    assert os.stat(phone.path("audit.log")).st_mode & 0o777 == 0o600
    with open(phone.path("audit.log"), encoding="utf-8") as f:
        text = f.read()
    # No names, nothing of what was said
    assert "Jane" not in text and "summary" not in text


def test_refused(bench, audited):
    phone = audited(("baton_allow_from", "ip:192.0.2.1"),
                    ("baton_stranger", "reject"))
    invite(bench, phone).wait_code(403)
    got = wait_for("a line", lambda: decisions(phone))[0]
    assert got["verdict"] == "refused"
    assert got["code"] == 403
    assert got["rule"] == \
        "baton_allow_from: no ip: line covers 127.0.0.1"


def test_a_takeover_that_is_refused(bench, audited):
    phone = audited()
    call = invite(bench, phone)
    call.wait_code(180)
    phone.order("baton_accept")
    call.wait_code(200)
    thief = bench.peer(phone, ip="127.0.0.2").call(user="thief")
    thief.invite(headers=["Replaces: " + call.replaces()])
    thief.wait_code(403)
    got = wait_for("a refusal", lambda: [
        d for d in decisions(phone) if d["what"] == "replaces"])[0]
    assert got["verdict"] == "refused"
    assert got["peer"] == "127.0.0.2"
    assert got["code"] == 403


def test_verify(bench, audited):
    phone = audited()
    for user in ("ai-1", "ai-2", "ai-3"):
        invite(bench, phone, user).wait_code(180)
    wait_for("lines", lambda: len(decisions(phone)) >= 3)
    got = phone.order("baton_audit_verify")
    assert got["holds"] is True
    assert got["lines"] == len(lines_of(phone))

    # Somebody rewrites who called
    path = phone.path("audit.log")
    with open(path, "r+", encoding="utf-8") as f:
        text = f.read()
        f.seek(0)
        f.write(text.replace("sip:ai-2@", "sip:bo-2@"))
    got = phone.order("baton_audit_verify")
    assert got["holds"] is False
    assert got["broken_line"] > 2


def test_cut(bench, audited):
    """What is gone from the file no chain can tell, but who wrote it can."""
    phone = audited()
    for user in ("ai-1", "ai-2"):
        invite(bench, phone, user).wait_code(180)
    wait_for("lines", lambda: len(decisions(phone)) >= 2)
    assert phone.order("baton_audit_verify")["cut"] is False
    os.truncate(phone.path("audit.log"), 0)
    assert phone.order("baton_audit_verify")["cut"] is True
    invite(bench, phone, "ai-3").wait_code(180)
    wait_for("a line", lambda: decisions(phone))
    got = phone.order("baton_audit_verify")
    assert got["cut"] is True


def refused(phone, what, code):
    return wait_for("%s refused %d" % (what, code), lambda: [
        d for d in decisions(phone)
        if (d["what"], d["verdict"], d["code"]) == (what, "refused", code)])


def test_requests_that_are_refused_at_the_gate(bench, audited):
    phone = audited()
    call = invite(bench, phone)
    call.wait_code(180)
    ident = phone.wait_offered()
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")

    def sent(method, *headers, code):
        cseq = call.in_dialog(method, headers)
        call.wait_code(code, method=method, cseq=cseq)

    to = "Refer-To: <sip:rosa@127.0.0.1:9>"
    sent("REFER", to, "Require: frobnicate", code=420)
    assert refused(phone, "refer", 420)[0]["handoff"] == ident
    sent("INFO", "Replaces: x;to-tag=1;from-tag=2", code=400)
    assert refused(phone, "replaces", 400)[0]["callid"] == call.call_id
    sent("REFER", to + ";x=y", "Refer-To: <sip:b@x.org>", code=400)
    call.cseq = 0
    sent("REFER", to, code=500)
    assert refused(phone, "refer", 500)[0]["handoff"] == ident
    call.to_tag, call.cseq = "wrong", 90
    sent("REFER", to, code=481)
    assert refused(phone, "refer", 481)[0]["handoff"] == 0


def test_a_strangers_message(bench, audited):
    phone = audited()
    peer = bench.peer(phone, ip="127.0.0.2")
    kind, text = NORMAL_PART
    call = peer.call()
    peer.send(call.request("MESSAGE", (), text, kind))
    call.wait_code(403, method="MESSAGE")
    assert refused(phone, "update", 403)[0]["peer"] == "127.0.0.2"


def test_rotated(bench, audited):
    phone = audited()
    invite(bench, phone, "one").wait_code(180)
    wait_for("a line", lambda: decisions(phone))
    old = lines_of(phone)
    os.rename(phone.path("audit.log"), phone.path("audit.1"))
    invite(bench, phone, "two").wait_code(180)
    wait_for("the new file", lambda: os.path.exists(
        phone.path("audit.log")) and decisions(phone))
    new = lines_of(phone)
    assert new[0]["what"] == "start"
    assert new[0]["file"] == phone.path("audit.1")
    assert new[0]["n"] == old[-1]["n"] + 1
    assert phone.order("baton_audit_verify")["holds"] is True


def test_off(bench):
    phone = bench.phone()
    got = phone.refused("baton_audit_verify")
    assert got["error"] == "no-audit"


def test_a_full_disk_costs_no_call(bench):
    phone = bench.phone(("baton_audit", "/dev/full"))
    for user in ("ai-1", "ai-2"):
        invite(bench, phone, user).wait_code(180)
    phone.wait_offered(2)
    assert len([a for a in phone.baton_events("alert")
                if a["code"] == "audit-failed"]) <= 1
    assert phone.log_text().count("audit-failed") == 1
