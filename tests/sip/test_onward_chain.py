"""Three real Batons, one after the other; and SIPp, another stack, as the one
whom a caller is passed on to."""

import json
import re

import pytest

from data import NORMAL, NORMAL_PART
from harness import wait_for
from legs import ABLE, REFERRED, Station, refer_to, replaces_of
from onward import Scene
from test_onward_consult import contexts

# All that the AI knew, none of it may be lost on the way
KNOWN = ("Rosa Lind", "+4940123456", "A-778", NORMAL["intent"],
         NORMAL["reason"], NORMAL["summary"], "I was charged twice.",
         "I see both charges.", "Checked the invoice", "Offer the refund",
         "2026-10-118")


def text_of(phone, ident):
    return json.dumps(phone.show(ident), ensure_ascii=False)


def knows(phone, ident, *more):
    """The person there sees all of it, whatever place it has."""
    for wanted in KNOWN + more:
        wait_for("%r in what is shown" % wanted, lambda:
                 wanted in text_of(phone, ident))


class Caller:
    """The caller's side, that goes where it is told to."""

    def __init__(self, bench):
        self.bench = bench
        self.leg = None
        self.phone = None

    def call(self, phone, headers, **options):
        peer = Station(phone)
        self.bench.peers.append(peer)
        self.phone = phone
        self.leg = peer.call(user="rosa", name="Rosa Lind")
        self.leg.answers["REFER"] = (202, "Accepted")
        self.leg.invite(headers=[*headers, *ABLE], **options)
        return self.leg

    def follow(self, refer, phone):
        """Does what the REFER says and tells of it: the new leg."""
        old = self.leg
        uri, headers = refer_to(refer)
        assert ":%d" % phone.sip_port in uri
        old.notify("100 Trying")
        new = self.call(phone, [
            "Replaces: " + headers["replaces"], "Require: replaces"] +
            ["Referred-By: " + v for v in refer.all("referred-by")])
        new.wait_code(200)
        old.notify("200 OK")
        return new


def anna_of(bench, bob, *config):
    """The first person, who knows Bob."""
    return bench.phone(("baton_target", "Bob;uri=%s;kind=person" % bob.uri),
                       *config, user="anna")


def with_anna(caller, anna):
    """The caller's leg and the hand-off, once Anna has the caller."""
    leg = caller.call(anna, [REFERRED], parts=[NORMAL_PART])
    ident = anna.wait_offered()
    anna.wait_context(ident)
    anna.order("baton_accept")
    leg.wait_code(200)
    anna.wait_state(ident, "connected")
    return leg, ident


def consulted(phone):
    """It rings there, and the person takes it."""
    ident = phone.wait_offered()
    phone.wait_context(ident)
    phone.order("baton_accept", "#%d" % ident)
    phone.wait_state(ident, ("consulting", "connected"))
    return ident


def taken(phone, ident):
    """Who is called has the context, and has said what it can."""
    wait_for("the context is there", lambda: phone.show(ident)["onward"][
        "context"] == "taken")


def test_three(bench):
    carol = bench.phone(("baton_role", "supervisor"), user="carol")
    bob = bench.phone(("baton_target", "Carol;uri=%s;kind=supervisor"
                       % carol.uri), ("baton_supervisor", "Carol"),
                      user="bob")
    anna = anna_of(bench, bob)
    assert carol.status()["role"] == "supervisor"

    caller = Caller(bench)
    first, at_anna = with_anna(caller, anna)
    anna.order("baton_note", "Anna: refund is above my limit")

    # Anna asks Bob, who sees it all before they talk
    anna.order("baton_consult", "Bob")
    at_bob = bob.wait_offered()
    knows(bob, at_bob, "Anna: refund is above my limit")
    assert bob.show(at_bob)["context"]["handoff_id"] == "case-4711"
    bob.order("baton_accept")
    bob.wait_state(at_bob, ("consulting", "connected"))
    anna.wait_state(at_anna, "onward-talking")

    # ... and gets the caller
    anna.order("baton_complete")
    second = caller.follow(first.wait_request("REFER"), bob)
    first.wait_request("BYE")
    anna.wait_end(at_anna, "transferred")
    bob.wait_state(at_bob, "connected")
    assert len(bob.handoffs()) == 1
    knows(bob, at_bob, "Anna: refund is above my limit")

    # Bob escalates to Carol
    bob.order("baton_note", "Bob: was a mistake of ours")
    bob.order("baton_escalate", "needs a manager's word")
    at_carol = carol.wait_offered()
    knows(carol, at_carol, "Anna: refund is above my limit",
          "Bob: was a mistake of ours", "needs a manager's word")
    shown = carol.show(at_carol)
    assert shown["context"]["handoff_id"] == "case-4711"
    escalation = shown["context"]["escalation"]
    assert "needs a manager's word" in escalation["reason"]
    assert escalation["level"] >= 1
    assert escalation["by"]
    carol.order("baton_accept")
    bob.wait_state(at_bob, "onward-talking")
    bob.order("baton_complete")
    third = caller.follow(second.wait_request("REFER"), carol)
    second.wait_request("BYE")
    bob.wait_end(at_bob, "transferred")
    carol.wait_state(at_carol, "connected")
    knows(carol, at_carol, "Anna: refund is above my limit",
          "Bob: was a mistake of ours", "needs a manager's word")
    assert len(carol.handoffs()) == 1

    # Whose hands it went through: the AI's, Anna's, Bob's
    text = text_of(carol, at_carol)
    for who in ("Ava", "anna@127.0.0.1", "bob@127.0.0.1"):
        assert who in text, (who, text)
    third.bye()
    carol.wait_end(at_carol, ("completed", "caller-left"))


def test_sent_unseen(bench):
    """A blind transfer: the call comes from the caller, the context from
    Anna; Bob has no line that says whom to believe."""
    bob = bench.phone(user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    first, at_anna = with_anna(caller, anna)
    anna.order("baton_note", "Anna: refund is above my limit")
    anna.order("baton_transfer", "Bob")

    refer = first.wait_request("REFER")
    uri, headers = refer_to(refer)
    assert uri == bob.uri
    first.notify("100 Trying")
    second = caller.call(bob, [
        "User-to-User: " + headers["user-to-user"],
        "X-Baton-Handoff: " + headers["x-baton-handoff"]] +
        ["Referred-By: " + v for v in refer.all("referred-by")])
    at_bob = bob.wait_offered()
    first.notify("180 Ringing")
    knows(bob, at_bob, "Anna: refund is above my limit")
    assert bob.show(at_bob)["context"]["handoff_id"] == "case-4711"
    bob.order("baton_accept")
    second.wait_code(200)
    first.notify("200 OK")
    anna.wait_end(at_anna, "transferred")
    bob.wait_state(at_bob, "connected")


def test_vcon_after_two_hands(bench):
    """What comes out is a vCon that amends the one received; notes of all,
    each with its party, and a transfer for each."""
    bob = bench.phone(user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    first, at_anna = with_anna(caller, anna)
    anna.order("baton_note", "Anna: refund is above my limit")
    anna.order("baton_consult", "Bob")
    at_bob = consulted(bob)
    anna.wait_state(at_anna, "onward-talking")
    taken(anna, at_anna)
    anna.order("baton_complete")
    caller.follow(first.wait_request("REFER"), bob)
    bob.wait_state(at_bob, "connected")
    knows(bob, at_bob, "Anna: refund is above my limit")
    bob.order("baton_note", "Bob: was a mistake of ours")

    desk = Station(bob)
    bench.peers.append(desk)
    bench.before.append(desk.settle)
    bob.order("baton_consult", "sip:desk@127.0.0.1:%d" % desk.port)
    desk.wait_call().ring()
    got = wait_for("the context", lambda: contexts(desk))[0]
    assert got["vcon"] == "0.4.0"
    assert got["amended"]["uuid"] != got["uuid"]
    notes = [(a["body"], a["party"]) for a in got["attachments"]
             if a.get("purpose") == "agent-notes"]
    text = json.dumps(notes)
    assert "Anna: refund is above my limit" in text
    assert "Bob: was a mistake of ours" in text
    assert all(0 <= party < len(got["parties"]) for _, party in notes)
    who = json.dumps(got["parties"])
    for name in ("Rosa Lind", "sip:anna@127.0.0.1", "sip:bob@127.0.0.1"):
        assert name in who, (name, who)
    moves = [d for d in got["dialog"] if d["type"] == "transfer"]
    assert moves
    for move in moves:
        for key in ("transferee", "transferor", "transfer_target"):
            if key in move:
                assert 0 <= move[key] < len(got["parties"])
    text = json.dumps(got, ensure_ascii=False)
    for wanted in KNOWN:
        assert wanted in text, wanted


def test_transcript_is_not_doubled(bench):
    """Each said once, in its order, however often it was passed on."""
    bob = bench.phone(user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    _, at_anna = with_anna(caller, anna)
    anna.order("baton_consult", "Bob")
    at_bob = bob.wait_offered()
    knows(bob, at_bob)
    said = [t["text"] for t in bob.show(at_bob)["context"]["transcript"]]
    wanted = [t["text"] for t in NORMAL["transcript"]]
    assert [t for t in said if t in wanted] == wanted


def test_declined_with_a_reason(bench):
    """What Bob says to it comes to Anna, and the caller is back with her."""
    bob = bench.phone(user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    leg, at_anna = with_anna(caller, anna)
    anna.order("baton_consult", "Bob")
    at_bob = bob.wait_offered()
    bob.order("baton_decline", "wrong-team ask Carol")
    bob.wait_end(at_bob, "declined")
    event = anna.wait_event("transfer", lambda e: e["code"] == 603)
    assert "wrong-team" in event["reason"]
    anna.wait_state(at_anna, "connected")
    leg.wait_held(False)
    assert not leg.has_request("BYE")


def test_consulted_person_leaves(bench):
    """Bob has heard it and hangs up: the caller is Anna's, and nothing of
    it stays with Bob."""
    bob = bench.phone(user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    leg, at_anna = with_anna(caller, anna)
    anna.order("baton_consult", "Bob")
    at_bob = consulted(bob)
    anna.wait_state(at_anna, "onward-talking")
    bob.order("baton_hangup")
    anna.wait_state(at_anna, "connected")
    leg.wait_held(False)
    bob.wait_state(at_bob, ("wrapup", "closed"))
    assert not leg.has_request("BYE")


# -- another stack -----------------------------------------------------------

class Address:
    """Of somebody to call who is no phone of ours."""

    ip = "127.0.0.1"

    def __init__(self, uri):
        self.uri = uri
        self.sip_port = int(re.search(r":(\d+)", uri[4:]).group(1))


def listens(port):
    """Without a connection to it, which SIPp would take for its peer's"""
    with open("/proc/net/tcp", encoding="ascii") as f:
        rows = [line.split() for line in f]
    return any(row[1].endswith(":%04X" % port) and row[3] == "0A"
               for row in rows)


def sipp_target(bench, s, scenario, **options):
    sipp = bench.sipp(s.phone, scenario, **options)
    return sipp, "sip:billing@127.0.0.1:%d%s" % (
        sipp.port, ";transport=tcp" if options.get("transport") == "tcp"
        else "")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_gets_the_caller(bench, transport):
    s = Scene(bench)
    sipp, uri = sipp_target(bench, s, "target", calls=2, timeout=40,
                            transport=transport)
    if transport == "tcp":
        wait_for("SIPp listens", lambda: listens(sipp.port))
    s.phone.order("baton_consult", uri)
    s.wait_step(180)
    s.wait_state("onward-talking")
    assert sipp.logged("uui").split(";")[0].strip()
    assert "agent@127.0.0.1" in sipp.logged("by")

    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_complete")
    to, headers = refer_to(s.caller.wait_request("REFER"))
    assert to.startswith("sip:sipp@127.0.0.1:%d" % sipp.port)
    call_id, to_tag, from_tag = replaces_of(headers["replaces"])
    assert to_tag == "tgt1"
    assert call_id and from_tag

    new = Station(Address(to), transport=transport)
    bench.peers.append(new)
    leg = new.call(user="rosa")
    leg.invite(headers=["Replaces: " + headers["replaces"]])
    leg.wait_code(200)
    s.caller.notify("200 OK")
    s.transferred()
    leg.bye()
    sipp.wait()
    assert headers["replaces"] in sipp.text("log")


@pytest.mark.parametrize("code", [486, 603, 480, 404])
def test_sipp_refuses(bench, code):
    s = Scene(bench)
    sipp, uri = sipp_target(bench, s, "target-refused", fill={"CODE": code})
    s.phone.order("baton_consult", uri)
    s.wait_step(180)
    s.wait_step(code)
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    sipp.wait()


def test_sipp_is_cancelled(bench):
    s = Scene(bench, ("baton_target_timeout", "1"))
    sipp, uri = sipp_target(bench, s, "target-cancelled")
    s.phone.order("baton_consult", uri)
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    sipp.wait()


def test_back_from_sipp(bench):
    s = Scene(bench)
    sipp, uri = sipp_target(bench, s, "target")
    s.phone.order("baton_consult", uri)
    s.wait_state("onward-talking")
    s.phone.order("baton_back")
    sipp.wait()
    s.caller_back()
