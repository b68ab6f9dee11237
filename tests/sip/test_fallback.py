"""When there is nobody, or not now, or no longer: all are told, at once."""

import re
import socket
import threading
import time

import pytest

import harness
from data import NORMAL, NORMAL_PART, dump
from harness import never, wait_for
from peer import sdp
from test_calls import ring, talk
from test_found import connects
from test_replaces import take

OLD = harness.HOST_VERSION == "1.1.0"


def consult(peer, user="ai"):
    return peer.call(user=user).invite(parts=[NORMAL_PART])


# Another hand-off than the one that NORMAL_PART is of
OTHER = [("application/json", dump(dict(NORMAL, handoff_id="case-12")))]


def offered(phone):
    return [e["id"] for e in phone.baton_events("handoff")
            if e["state"] == "offered"]


def not_now(phone, peer, text="", codes=(480,)):
    """A consultation that is sent away without a ring."""
    before, since = offered(phone), time.monotonic()
    call = consult(peer, user="ai-late")
    got = call.wait_final()
    assert got.code in codes, got
    assert text in got.reason, got
    assert not [m for m in call.responses if m.code in (180, 183)]
    assert offered(phone) == before
    assert time.monotonic() - since < 10
    return got


# -- nobody answers ----------------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_missed(bench, transport):
    phone = bench.phone(("baton_ring_timeout", "1"))
    call, ident = ring(phone, bench.peer(phone, transport=transport))
    call.wait_code(480)
    phone.wait_end(ident, "missed")
    shown = phone.show(ident)
    assert shown["outcome"] == "missed"
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert shown["context"]["caller"]["tel"] == NORMAL["caller"]["tel"]
    event = phone.wait_event("handoff", lambda e: e["outcome"] == "missed")
    assert event["id"] == ident
    assert phone.order("baton_stats")["outcomes"]["missed"] == 1


def test_missed_reason(bench):
    phone = bench.phone(("baton_ring_timeout", "1"))
    call, ident = ring(phone, bench.peer(phone))
    got = call.wait_code(480)
    assert got.reason
    phone.wait_end(ident, "missed")
    # And the next one rings
    ring(phone, bench.peer(phone), 2)


# -- not available -----------------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_not_available(bench, phone, transport):
    ai = bench.peer(phone, transport=transport)
    assert phone.status()["available"] is True
    phone.order("baton_available", "no at lunch until two")
    assert phone.status()["available"] is False
    got = not_now(phone, ai, "at lunch until two")
    assert got.get("reason") == \
        'SIP;cause=480;text="at lunch until two"'
    phone.order("baton_available", 'no at "lunch"\\')
    got = not_now(phone, ai, "at ")
    assert got.get("reason") == "SIP;cause=480;text=\"at 'lunch''\""
    phone.order("baton_available", "no")
    not_now(phone, ai)
    phone.order("baton_available", "yes")
    assert phone.status()["available"] is True
    call, ident = ring(phone, ai)
    assert phone.state(ident)[0] == "offered"


def test_not_available_is_for_new_ones_only(bench, phone, ai):
    """What rings rings on, and the caller of one who is talked to comes."""
    call, ident = talk(phone, ai, 1)
    ringing, second = ring(phone, ai, 2, user="ai-two", parts=OTHER)
    phone.order("baton_available", "no")
    never("it stops", lambda: ringing.finals() or call.has_request("BYE"),
          0.3)
    connects(bench, phone, ai, call, ident)
    assert phone.state(second)[0] == "offered"
    plain = ai.call(user="grandma").invite()
    plain.wait_code(180)


@pytest.mark.parametrize("params", [None, "", "perhaps", "#1 no", "yesno"])
def test_available_wants_yes_or_no(bench, phone, params):
    phone.refused("baton_available", params)
    assert phone.status()["available"] is True


def test_reason_cannot_write_headers(bench, phone, ai):
    phone.command("baton_available", "no a\r\nX-Evil: 1\r\n\r\nv=0")
    got = consult(ai).wait_final()
    assert not got.all("x-evil")
    assert not got.body


def test_call_limit(bench):
    phone = bench.phone(("call_max_calls", "1"))
    peer = bench.peer(phone)
    plain = peer.call(user="grandma").invite()
    plain.wait_code(180)
    assert phone.command("accept")[0]
    plain.wait_code(200)
    phone.wait_host_event("CALL_ESTABLISHED")
    not_now(phone, peer)
    phone.wait_alert()
    assert not plain.has_request("BYE")
    plain.bye()
    phone.wait_host_event("CALL_CLOSED")
    ring(phone, peer)


def test_do_not_disturb(bench, phone, ai):
    """The host's own; it may answer by itself, with its own code."""
    ok, _ = phone.command("dnd", "true" if OLD else "yes")
    assert ok
    not_now(phone, ai, codes=(480, 486, 603))
    phone.wait_alert()
    ok, _ = phone.command("dnd", "false" if OLD else "no")
    assert ok
    ring(phone, ai)


# -- wrap-up -----------------------------------------------------------------
def talked(bench, phone, peer):
    """A hand-off whose caller has just hung up."""
    call, ident = talk(phone, peer)
    caller = connects(bench, phone, peer, call, ident)
    cseq = caller.bye()
    caller.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_state(ident, "wrapup")
    return ident


def test_wrapup_is_busy(bench):
    phone = bench.phone(("baton_wrapup_time", "60"),
                        ("baton_wrapup_busy", "yes"))
    peer = bench.peer(phone)
    ident = talked(bench, phone, peer)
    not_now(phone, peer)
    assert phone.state(ident)[0] == "wrapup"
    phone.order("baton_wrapup", "#%d refunded paid back today" % ident)
    phone.wait_state(ident, "closed")
    assert phone.state(ident)[1] in ("completed", "caller-left")
    ring(phone, peer, 2)


def test_wrapup_ends_by_itself(bench):
    phone = bench.phone(("baton_wrapup_time", "3"),
                        ("baton_wrapup_busy", "yes"))
    peer = bench.peer(phone)
    ident = talked(bench, phone, peer)
    not_now(phone, peer)
    phone.wait_state(ident, "closed")
    ring(phone, peer, 2)


def test_wrapup_is_not_busy(bench):
    phone = bench.phone(("baton_wrapup_time", "60"),
                        ("baton_wrapup_busy", "no"))
    peer = bench.peer(phone)
    first = talked(bench, phone, peer)
    call, second = ring(phone, peer, 2)
    assert phone.state(first)[0] == "wrapup"
    # The one that rings is in front; the old one is named
    phone.order("baton_wrapup", "#%d done" % first)
    phone.wait_state(first, "closed")
    assert phone.state(second)[0] == "offered"


def test_wrapup_only_after_a_talk(bench, phone, ai):
    phone.refused("baton_wrapup", "done")
    call, ident = ring(phone, ai)
    phone.refused("baton_wrapup", "#%d done" % ident)
    assert phone.state(ident)[0] == "offered"


def test_wrapup_busy_lets_the_caller_in(bench):
    """Another hand-off that is under way is not a new one."""
    phone = bench.phone(("baton_wrapup_time", "60"),
                        ("baton_wrapup_busy", "yes"))
    peer = bench.peer(phone)
    other, second = talk(phone, peer, 1, user="ai-two", parts=OTHER)
    call, ident = talk(phone, peer, 2)
    caller = connects(bench, phone, peer, call, ident)
    caller.bye()
    phone.wait_state(ident, "wrapup")
    connects(bench, phone, peer, other, second)


# -- the AI vanishes ---------------------------------------------------------
class Talker(threading.Thread):
    """RTP to where the phone's answer says, until it is stopped."""

    def __init__(self, call):
        super().__init__(daemon=True)
        body = call.finals()[0].body.decode()
        self.to = (re.search(r"c=IN IP4 (\S+)", body).group(1),
                   int(re.search(r"m=audio (\d+)", body).group(1)))
        self.sock = call.peer.rtp
        self.done = threading.Event()
        self.start()

    def run(self):
        number = 0
        while not self.done.wait(0.02):
            head = bytes([0x80, 0]) + number.to_bytes(2, "big") + \
                (number * 160).to_bytes(4, "big") + b"\x12\x34\x56\x78"
            try:
                self.sock.sendto(head + b"\xff" * 160, self.to)
            except OSError:
                return
            number = (number + 1) & 0xffff


def test_ai_vanishes(bench):
    """No RTP, no BYE: told within 15 s. The call is kept while its dialog
    lives, and ends when the other side knows it no more."""
    phones = [bench.phone(), bench.phone()]
    calls, idents, talkers = [], [], []
    for phone in phones:
        call, ident = talk(phone, bench.peer(phone))
        calls.append(call)
        idents.append(ident)
        talkers.append(Talker(call))
    calls[1].answers["OPTIONS"] = (481, "Call/Transaction Does Not Exist")
    never("an alert while it talks", lambda: [
        p for p in phones if p.baton_events("alert")], 1.5)
    for talker in talkers:
        talker.done.set()
    since = time.monotonic()
    for phone, ident in zip(phones, idents):
        alert = phone.wait_event("alert", lambda e: e["id"] == ident,
                                 timeout=15 + 5)
        assert alert["message"]
        assert time.monotonic() - since > 3
    calls[0].wait_request("OPTIONS")
    never("the living one is dropped", lambda:
          calls[0].has_request("BYE") or
          phones[0].state(idents[0]) != ("consulting", ""), 0.5)
    connects(bench, phones[0], bench.peer(phones[0]), calls[0], idents[0])
    phones[1].wait_end(idents[1], ("ai-left", "failed"))


def test_quiet_from_the_start(bench, phone, ai):
    """The AI has not said anything yet: that is no reason to end it."""
    call, ident = talk(phone, ai)
    never("it ends", lambda: call.has_request("BYE") or
          phone.state(ident)[0] != "consulting", 1.0)


# -- the caller hangs up -----------------------------------------------------
def test_caller_hangs_up(bench, phone, ai):
    call, ident = talk(phone, ai)
    caller = connects(bench, phone, ai, call, ident)
    before = len(phone.baton_events("handoff"))
    cseq = caller.bye()
    caller.wait_code(200, method="BYE", cseq=cseq)
    event = wait_for("the event", lambda: [
        e for e in phone.baton_events("handoff")[before:]
        if e["id"] == ident])[0]
    assert event["was"] == "connected"
    assert event["outcome"] in ("completed", "caller-left")


# -- taken by another --------------------------------------------------------
@pytest.mark.parametrize("reason,outcome", [
    ("SIP;cause=200;text=\"Call completed elsewhere\"",
     "answered-elsewhere"),
    ("SIP;cause=600;text=\"Busy Everywhere\"", "cancelled"),
    (None, "cancelled")])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_forked(bench, phone, transport, reason, outcome):
    call, ident = ring(phone, bench.peer(phone, transport=transport))
    call.cancel(["Reason: " + reason] if reason else [])
    call.wait_code(487)
    phone.wait_end(ident, outcome)
    stats = phone.order("baton_stats")["outcomes"]
    assert (stats[outcome], stats["missed"]) == (1, 0)


# -- declines that a machine can read ----------------------------------------
@pytest.mark.parametrize("why,code", [
    ("busy", 486), ("unavailable", 480), ("wrong-team", 603),
    ("need-info", 603), ("policy", 603), ("other", 603)])
@pytest.mark.parametrize("text", ["", "ask billing"])
def test_decline(bench, phone, ai, why, code, text):
    call, ident = ring(phone, ai)
    phone.order("baton_decline", ("#%d %s %s" % (ident, why, text)).strip())
    got = call.wait_code(code)
    assert got.reason == (why + ": " + text if text else why)
    phone.wait_end(ident, "declined")
    assert got.all("x-baton-decision") == [why]
    assert len(got.all("reason")) == 1
    assert re.fullmatch(r'SIP ?; ?cause=%d ?; ?text="[^"]*"' % code,
                        got.get("reason"))
    assert text in got.get("reason")


def test_accept_says_so(bench, phone, ai):
    call, ident = talk(phone, ai)
    got = call.finals()[0]
    # No host up to 4.10 lets a module write a header into its 200
    assert got.all("x-baton-decision") in ([], ["accept"])


# -- words to the AI ---------------------------------------------------------
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("answered", [False, True],
                         ids=["ringing", "consulting"])
def test_need_info(bench, phone, answered, transport):
    """Declined, and what is missing goes to the AI by MESSAGE."""
    ai = bench.peer(phone, transport=transport, messages=True)
    call, ident = (talk if answered else ring)(phone, ai)
    phone.order("baton_decline", "#%d need-info which invoice, größer?"
                % ident)

    def message():
        return next((m for m in call.requests + ai.strays
                     if m.method == "MESSAGE"), None)
    got = wait_for("MESSAGE", message)
    assert "which invoice, größer?" in got.body.decode("utf-8")
    if answered:
        call.wait_request("BYE")
    else:
        call.wait_code(603)
    phone.wait_end(ident, "declined")
    never("an alert", lambda: phone.baton_events("alert"), 0.3)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_advise(bench, phone, transport):
    """In the AI's dialog, in order, and the call goes on."""
    ai = bench.peer(phone, transport=transport)
    call, ident = talk(phone, ai)
    phone.order("baton_advise", "#%d Offer the refund, höchstens 50 €."
                % ident)
    got = call.wait_request("MESSAGE")
    assert "Offer the refund, höchstens 50 €." in got.body.decode("utf-8")
    assert got.tag("to") == call.from_tag
    assert got.tag("from") == call.to_tag
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_advise", "second")
    wait_for("the second", lambda: [
        m for m in call.requests if m.method == "MESSAGE" and
        b"second" in m.body])
    cseqs = [int(m.get("cseq").split(" ")[0]) for m in call.requests
             if m.method == "MESSAGE"]
    assert cseqs == sorted(set(cseqs))
    # The dialog is whole: BYE comes after, with a number that is higher
    phone.order("baton_hangup")
    bye = call.wait_request("BYE")
    assert int(bye.get("cseq").split(" ")[0]) > cseqs[-1]


@pytest.mark.parametrize("code,reason", [
    (405, "Method Not Allowed"), (501, "Not Implemented"),
    (415, "Unsupported Media Type")])
def test_advise_fails(bench, phone, ai, code, reason):
    call, ident = talk(phone, ai)
    call.answers["MESSAGE"] = (code, reason)
    phone.command("baton_advise", "hello")
    call.wait_request("MESSAGE")
    alert = phone.wait_alert(ident, "advise-failed")
    assert alert["message"]
    never("the call ends", lambda: call.has_request("BYE") or
          phone.state(ident) != ("consulting", ""), 0.3)


def test_advise_wants_words_and_somebody(bench, phone, ai):
    phone.refused("baton_advise", "hello")
    call, ident = talk(phone, ai)
    phone.refused("baton_advise")
    phone.refused("baton_advise", "#%d" % ident)
    phone.refused("baton_advise", "#%d hello" % (ident + 9))
    assert not call.has_request("MESSAGE")


# -- digits ------------------------------------------------------------------
def telephone_events(peer):
    return sdp(peer.ip, peer.rtp.getsockname()[1]).replace(
        b"RTP/AVP 0\r\n", b"RTP/AVP 0 101\r\n") + \
        b"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"


class Digits(threading.Thread):
    """What the phone dials in its RTP (RFC 4733) and by INFO."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call = call
        self.events = []
        self.sock = call.peer.rtp
        self.start()

    def run(self):
        while True:
            try:
                raw = self.sock.recv(2048)
            except (OSError, socket.timeout):
                return
            if len(raw) >= 16 and raw[1] & 0x7f == 101:
                stamp = raw[4:8]
                if (stamp, raw[12]) not in self.events:
                    self.events.append((stamp, raw[12]))

    def seen(self):
        keys = "0123456789*#ABCD"
        by_info = [re.search(rb"(?i)(?:signal\s*=\s*)?([0-9*#])", m.body)
                   for m in self.call.requests if m.method == "INFO"]
        return "".join(keys[e] for _, e in self.events) or \
            "".join(g.group(1).decode() for g in by_info if g)


@pytest.mark.parametrize("mode", ["rtp", "info"])
def test_digits_on_accept(bench, mode):
    phone = bench.phone(("baton_dtmf_accept", "1"), sound=mode == "rtp",
                        account=";dtmfmode=info" if mode == "info" else "")
    ai = bench.peer(phone)
    call = ai.call()
    digits = Digits(call)
    call.invite(parts=[NORMAL_PART], offer=telephone_events(ai)
                if mode == "rtp" else None)
    call.wait_code(180)
    ident = phone.wait_offered()
    assert digits.seen() == ""
    phone.order("baton_accept")
    call.wait_code(200)
    wait_for("digit 1", lambda: digits.seen() == "1")
    never("more digits", lambda: digits.seen() != "1", 0.5)
    assert phone.state(ident)[0] == "consulting"


def test_digits_on_decline(bench):
    """Only one who has answered can send digits: before the BYE."""
    phone = bench.phone(("baton_dtmf_decline", "2"),
                        account=";dtmfmode=info")
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    digits = Digits(call)
    never("digits on accept", digits.seen, 0.3)
    phone.order("baton_decline", "busy")
    call.wait_request("BYE")
    assert digits.seen() == "2"
    phone.wait_end(ident, "declined")


def test_no_digits_to_the_caller(bench):
    """They are for the AI: who takes its place hears none."""
    phone = bench.phone(("baton_dtmf_accept", "1"),
                        account=";dtmfmode=info")
    ai = bench.peer(phone)
    call, ident = talk(phone, ai)
    wait_for("digit 1", lambda: call.has_request("INFO"))
    caller = take(bench, phone, ai, call.replaces())
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    never("digits to the caller", lambda: caller.has_request("INFO"), 0.5)
