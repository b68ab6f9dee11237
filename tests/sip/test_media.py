"""What is heard, how fast it was, and who has gone without a word."""

import json
import os
import socket
import struct
import threading
import time

import pytest

from data import NORMAL, NORMAL_PART
from harness import never, wait_for
from peer import sdp
from test_calls import talk
from test_replaces import take

# Seconds without a packet before it is told, and some more for the machine
SILENCE = 10
TOLD = 15

FIGURES = {"ring_ms", "answer_ms", "replaces_ms", "first_to_caller_ms",
           "first_from_caller_ms", "silence_ms"}


class Voice:
    """RTP of a call, from the port that its offer named: 20 ms of PCMU each
    time, until it is stopped."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.running = False
        self.sequence = 0
        self.thread = None

    def offer(self):
        return sdp("127.0.0.1", self.sock.getsockname()[1])

    def start(self, answer):
        """To where the phone's SDP says."""
        line = [x for x in answer.body.decode().split("\r\n")
                if x.startswith("m=audio")][0]
        self.target = ("127.0.0.1", int(line.split()[1]))
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def _run(self):
        due = time.monotonic()
        while self.running:
            self.sequence += 1
            head = struct.pack(">BBHII", 0x80, 0, self.sequence & 0xffff,
                               160 * self.sequence, 0x1234)
            self.sock.sendto(head + b"\xff" * 160, self.target)
            due += 0.02
            time.sleep(max(0, due - time.monotonic()))

    def stop(self):
        self.running = False
        if self.thread:
            self.thread.join(5)
            self.thread = None

    def close(self):
        self.stop()
        self.sock.close()


@pytest.fixture
def voice():
    """Makes voices, and ends them."""
    made = []

    def make():
        made.append(Voice(0))
        return made[-1]
    yield make
    for one in made:
        one.close()


def talking(phone, peer, voice, **options):
    """A consultation with an AI that is heard."""
    speaker = voice()
    call, ident = talk(phone, peer, offer=speaker.offer(), **options)
    speaker.start(call.wait_code(200))
    return call, ident, speaker


def codes(phone, ident):
    return [e["code"] for e in phone.baton_events("alert")
            if e["id"] == ident]


def test_figures(bench, voice):
    phone = bench.phone(sound=True)
    ai = bench.peer(phone)
    call, ident, _ = talking(phone, ai, voice)
    assert set(phone.show(ident)["latency"]) == FIGURES
    assert phone.show(ident)["latency"]["replaces_ms"] is None

    speaker = voice()
    begin = time.monotonic()
    caller = ai.call(user="rosa", name="Rosa Lind")
    caller.invite(headers=["Replaces: " + call.replaces()],
                  offer=speaker.offer())
    speaker.start(caller.wait_code(200))
    phone.wait_state(ident, "connected")
    latency = wait_for("the last figure", lambda: [
        x for x in [phone.show(ident)["latency"]]
        if None not in x.values()])[0]
    outside = (time.monotonic() - begin) * 1000

    assert 0 <= latency["ring_ms"] < 5000
    assert 0 <= latency["answer_ms"] < 5000
    assert 0 <= latency["replaces_ms"] <= outside
    for name in ("first_to_caller_ms", "first_from_caller_ms"):
        assert latency["replaces_ms"] <= latency[name] <= outside
    assert latency["silence_ms"] <= outside

    # They count when the call part is over, and once
    stats = phone.order("baton_stats")["latency"]
    assert set(stats) == FIGURES
    assert all(x["count"] == 0 and x["p50"] is None for x in stats.values())
    caller.bye()
    phone.wait_end(ident, "completed")
    final = phone.show(ident)["latency"]
    stats = phone.order("baton_stats")["latency"]
    for name, sum_ in stats.items():
        assert sum_ == {"count": 1, "p50": final[name], "p99": final[name],
                        "max": final[name]}, name


def test_figures_of_a_bridge(bench, voice):
    """The caller is on the AI's own leg: counted from the sign of it."""
    phone = bench.phone(sound=True)
    _, ident, _ = talking(phone, bench.peer(phone), voice)
    phone.order("baton_connected")
    phone.wait_state(ident, "connected")
    latency = wait_for("the last figure", lambda: [
        x for x in [phone.show(ident)["latency"]]
        if x["silence_ms"] is not None and
        x["first_from_caller_ms"] is not None])[0]
    assert latency["replaces_ms"] is None
    assert 0 <= latency["first_to_caller_ms"] < 5000
    assert 0 <= latency["first_from_caller_ms"] < 5000
    assert latency["ring_ms"] >= 0


def test_figures_of_a_decline(bench, phone, ai):
    """What never was is not known; what was, is."""
    call = ai.call()
    call.invite(parts=[NORMAL_PART])
    ident = phone.wait_offered()
    phone.order("baton_decline", "busy")
    phone.wait_end(ident, "declined")
    latency = phone.show(ident)["latency"]
    assert latency["ring_ms"] >= 0
    assert all(v is None for k, v in latency.items() if k != "ring_ms")
    stats = phone.order("baton_stats")["latency"]
    assert stats["ring_ms"]["count"] == 1
    assert stats["replaces_ms"]["count"] == 0


def test_same_as_from_outside(bench):
    """Baton's own figures are those that the caller's side measures, but for
    the way between and for how often each side looks."""
    phone = bench.phone(sound=True)
    path = os.path.join(bench.folder, "context.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(NORMAL, out)
    sim = bench.sim(phone, "--context", path, "--consult", "300",
                    "--talk", "4", "--timeout", "10")
    ident = phone.wait_offered()
    phone.order("baton_accept", "#%d" % ident)
    code, lines = sim.finish()
    assert code == 0, lines
    seen = [x for x in lines if "call" in x][0]
    phone.wait_end(ident, "completed")
    own = phone.show(ident)["latency"]
    assert own["ring_ms"] <= seen["ring_ms"] + 1
    assert own["replaces_ms"] <= seen["replaces_ms"] + 1
    # It is looked at each 5 ms, when there is time for it; ours ends after
    # 3 s
    assert abs(own["first_to_caller_ms"] - seen["first_packet_ms"]) < 1000
    assert own["silence_ms"] <= seen["silence_ms"] + 1000


def first_alert(phone, ident, code, since):
    """When it was told, seen from then on."""
    event = phone.wait_alert(ident, code)
    took = time.monotonic() - since
    assert took < TOLD, (code, took)
    return event


def test_who_says_nothing(bench, voice):
    """One phone for each, for all wait at the same time: AIs that are gone,
    one whose connection is, one that never knew OPTIONS, and a caller."""
    begin = time.monotonic()
    gone = []
    for transport in ("udp", "tcp", "udp"):
        phone = bench.phone()
        peer = bench.peer(phone, transport=transport)
        call, ident = talk(phone, peer)
        gone.append((phone, peer, call, ident))
    (deaf, _, deaf_call, deaf_ident) = gone.pop()
    gone[0][2].answers["OPTIONS"] = (481, "No Such Call")
    # Nobody listens where the connection was
    gone[1][1].close()
    deaf_call.answers["OPTIONS"] = (501, "Not Implemented")

    phone = bench.phone()
    peer = bench.peer(phone)
    call, ident = talk(phone, peer)
    caller = take(bench, phone, peer, call.replaces())
    caller.wait_code(200)
    caller.answers["OPTIONS"] = (481, "No Such Call")
    phone.wait_state(ident, "connected")

    for other, _, _, number in gone:
        event = first_alert(other, number, "ai-silent", begin)
        assert "10 seconds" in event["message"]
        other.wait_alert(number, "ai-vanished")
        other.wait_end(number, "ai-left")
        assert codes(other, number).count("ai-vanished") == 1

    first_alert(phone, ident, "caller-silent", begin)
    phone.wait_alert(ident, "caller-vanished")
    phone.wait_end(ident, "completed")

    first_alert(deaf, deaf_ident, "ai-silent", begin)
    deaf_call.wait_request("OPTIONS")
    never("it is ended", lambda: deaf.state(deaf_ident)[0] != "consulting" or
          deaf_call.has_request("BYE"), 1)

    # The AI has gone without a word, and its caller follows all the same
    phone, peer, call, ident = gone[0]
    caller = peer.call(user="rosa", name="Rosa Lind")
    caller.invite(headers=["Referred-By: <%s>" % call.uri()])
    caller.wait_code(200)
    phone.wait_state(ident, "connected")
    assert len(phone.handoffs()) == 1
    assert phone.show(ident)["shape"] == "fresh"
    assert phone.show(ident)["latency"]["replaces_ms"] is None
    stats = phone.order("baton_stats")
    assert stats["offered"] == 1
    assert stats["outcomes"]["ai-left"] == 0


def test_silent_but_there(bench, phone, ai, voice):
    """A peer that sends nothing while nobody speaks is never cut off."""
    call, ident, speaker = talking(phone, ai, voice)
    speaker.stop()
    phone.wait_alert(ident, "ai-silent")
    assert phone.show(ident)["silent"] is True
    call.wait_request("OPTIONS")
    wait_for("that its side answers", lambda: [
        e for e in phone.baton_events("alert")
        if e["code"] == "ai-silent" and "answers" in e["message"]])
    options = [r for r in call.requests if r.method == "OPTIONS"]
    assert options[0].tag("to") == call.from_tag
    assert options[0].tag("from") == call.to_tag

    # ... and is asked again while it lasts
    wait_for("another OPTIONS", lambda: len(
        [r for r in call.requests if r.method == "OPTIONS"]) > 1, TOLD)
    assert phone.state(ident)[0] == "consulting"
    assert not call.has_request("BYE")
    speaker.start(call.wait_code(200))
    phone.wait_alert(ident, "ai-heard")
    assert phone.show(ident)["silent"] is False

    # The dialog is whole: its sequence goes on
    phone.order("baton_hangup")
    bye = call.wait_request("BYE")
    last = [r for r in call.requests if r.method == "OPTIONS"][-1]
    assert int(bye.get("cseq").split()[0]) > \
        int(last.get("cseq").split()[0])


def test_whom_nobody_waits_for(bench, voice):
    """Hold is no silence, whoever holds; and of two who said for how long
    the session lasts, the one is asked who does not renew it (RFC 4028)."""
    timer = ["Supported: timer", "Session-Expires: 10;refresher=uac"]
    made = []
    for headers in ([], [], timer, timer):
        phone = bench.phone()
        made.append((phone,) + talking(phone, bench.peer(phone), voice,
                                       headers=headers))
    theirs, ours, renewed, forgotten = made

    phone, call, ident, speaker = theirs
    cseq = call.in_dialog(
        "INVITE", (), speaker.offer().replace(b"sendrecv", b"inactive"),
        "application/sdp")
    call.wait_code(200, cseq=cseq)
    speaker.stop()

    phone, call, ident, speaker = ours
    ok, _ = phone.command("hold")
    assert ok
    call.wait_request("INVITE")
    speaker.stop()

    phone, call, ident, speaker = renewed
    end = time.monotonic() + SILENCE + 4
    while time.monotonic() < end:
        cseq = call.in_dialog("INVITE", timer[1:], speaker.offer(),
                              "application/sdp")
        call.wait_code(200, cseq=cseq)
        never("a probe of who renews", lambda:
              call.has_request("OPTIONS"), 4)

    for phone, call, ident, _ in (theirs, ours, renewed):
        assert codes(phone, ident) == []
        assert phone.state(ident)[0] == "consulting"
        assert not call.has_request("OPTIONS")

    # Heard, but not renewed
    phone, call, ident, _ = forgotten
    call.wait_request("OPTIONS")
    assert codes(phone, ident) == []
    assert phone.state(ident)[0] == "consulting"
    call.answers["OPTIONS"] = (481, "No Such Call")
    phone.wait_alert(ident, "ai-vanished")
    phone.wait_end(ident, "ai-left")
