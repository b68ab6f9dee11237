"""The simulator plays AI and caller: sound both ways, and its faults."""

import glob
import json
import os
import socket
import subprocess
import threading

import pytest

from harness import HOST_LD, ROOT, SAN, SIM, free_ports, loudness, wait_for
from peer import Message

EXAMPLES = sorted(
    glob.glob(os.path.join(ROOT, "share/examples/*.json")) +
    glob.glob(os.path.join(ROOT, "share/examples/*.vcon")))


def one(sim, code=0):
    """The only call's line, of a simulator that ended with that code."""
    got, lines = sim.finish()
    assert got == code, "%d %s %s" % (got, json.dumps(lines), sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert len(calls) == 1, lines
    return calls[0]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("hangs_up", ["caller", "agent"])
def test_replaces_with_sound(bench, transport, hangs_up):
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "replaces", "--context", EXAMPLES[0],
                    "--transport", transport, "--consult", "300",
                    "--talk", "1.5" if hangs_up == "caller" else "0",
                    "--must-hear")
    ident = phone.wait_offered()
    phone.wait_event("context")
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    before = phone.ears.mark()

    def voice():
        """Half a second of it: the caller has then heard as much."""
        new = phone.ears.since(before)[1]
        return len(new) > 4000 and loudness(new) > 100
    wait_for("the caller's voice at the agent", voice)
    if hangs_up == "agent":
        phone.order("baton_hangup")
    result = one(sim)
    assert result["outcome"] == "connected"
    assert result["caller_heard"] is True
    assert result["replaces_code"] == 200
    phone.wait_end(ident, ("completed", "caller-left"))


def test_direct_with_sound(bench):
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                    "--talk", "1", "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = one(sim)
    assert result["outcome"] == "connected"
    assert result["caller_heard"] is True
    phone.wait_end(ident, ("completed", "caller-left"))


def test_uui(bench, phone):
    sim = bench.sim(phone, "--shape", "replaces", "--carrier", "uui",
                    "--uui", "refund of order 77", "--consult", "100",
                    "--talk", "0.2")
    ident = phone.wait_offered()
    phone.wait_event("context", lambda e: e["source"] == "uui")
    phone.order("baton_accept")
    assert one(sim)["outcome"] == "connected"
    phone.wait_end(ident, ("completed", "caller-left"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[
    os.path.basename(p) for p in EXAMPLES])
def test_every_example_is_shown(bench, phone, path):
    sim = bench.sim(phone, "--shape", "direct", "--context", path,
                    "--expect", "declined")
    ident = phone.wait_offered()
    phone.wait_event("context", lambda e: e["id"] == ident)
    shown = phone.show(ident)
    assert not [s for s in shown["sources"] if s.get("error")], shown
    context = shown["context"]
    assert context["caller"]["name"]
    assert context["summary"]
    assert len(context["transcript"]) >= 3
    phone.order("baton_decline", "wrong-team needs billing")
    result = one(sim)
    assert result["outcome"] == "declined"
    assert result["code"] == 603
    assert result["reason"] == "wrong-team: needs billing"


def test_there_are_examples():
    names = {os.path.splitext(os.path.basename(p))[0] for p in EXAMPLES}
    assert len(names) >= 4
    for name in names:
        for ext in (".json", ".vcon"):
            assert os.path.exists(os.path.join(
                ROOT, "share/examples", name + ext)), name + ext


def test_wrong_tags(bench):
    """Refused, and AI and agent go on talking."""
    phone = bench.phone(sound=True)
    sim = bench.sim(phone, "--shape", "replaces", "--fault", "wrong-tags",
                    "--context", EXAMPLES[0], "--consult", "200",
                    "--talk", "0.5")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim)
    assert result["outcome"] == "refused"
    assert result["replaces_code"] == 481
    states = [e["state"] for e in phone.baton_events("handoff")]
    assert "connected" not in states
    phone.wait_end(ident, "ai-left")


def test_vanish(bench, phone):
    """The AI dies without BYE: the person can still end it, and take the
    next one."""
    # Its BYE is never answered: 32 s of RFC 3261's timer F
    phone.stop_patience = 60
    sim = bench.sim(phone, "--shape", "replaces", "--fault", "vanish",
                    "--context", EXAMPLES[0], "--consult", "200")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim)
    assert result["outcome"] == "vanished"
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_hangup")
    phone.wait_state(ident, ("wrapup", "closed"))
    assert phone.state(ident)[1] != ""
    again = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                      "--talk", "0.2")
    second = phone.wait_offered(2)
    phone.order("baton_accept", "#%d" % second)
    assert one(again)["outcome"] == "connected"


def test_several_in_a_row(bench):
    phone = bench.phone(("baton_accept", "auto"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    sim = bench.sim(phone, "--calls", "5", "--parallel", "1", "--consult",
                    "50", "--talk", "0.1", "--context", EXAMPLES[0])
    code, lines = sim.finish()
    assert code == 0, (lines, sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert [c["outcome"] for c in calls] == ["connected"] * 5


def test_two_in_parallel(bench):
    phone = bench.phone(("baton_accept", "auto"),
                        ("baton_allow_from", "ip:127.0.0.1"))
    sim = bench.sim(phone, "--calls", "4", "--parallel", "2", "--consult",
                    "300", "--talk", "0.3", "--context", EXAMPLES[0])
    code, lines = sim.finish()
    assert code == 0, (lines, sim.errors())
    calls = [line for line in lines if "outcome" in line]
    assert [c["outcome"] for c in calls] == ["connected"] * 4


class Listener:
    """A phone that rings, answers, and keeps all that it was sent: what is
    looked at here is what the simulator says, not what Baton makes of it."""

    def __init__(self, message_code=200, rings=True):
        self.message_code = message_code
        self.rings = rings
        self.got = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.sock.settimeout(0.1)
        self.open = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _answer(self, msg, peer, code, reason, body=b""):
        out = "SIP/2.0 %d %s\r\n" % (code, reason)
        for name, value in msg.headers:
            if name in ("via", "from", "call-id", "cseq"):
                out += "%s: %s\r\n" % (name, value)
        to = msg.get("to")
        out += "To: %s%s\r\n" % (to, "" if "tag=" in to else ";tag=us")
        out += "Contact: <sip:agent@127.0.0.1:%d>\r\n" % self.port
        if body:
            out += "Content-Type: application/sdp\r\n"
        out += "Content-Length: %d\r\n\r\n" % len(body)
        self.sock.sendto(out.encode() + body, peer)

    def _run(self):
        while self.open:
            try:
                raw, peer = self.sock.recvfrom(65536)
            except socket.timeout:
                continue
            msg = Message(raw)
            self.got.append(msg)
            if msg.method == "INVITE":
                if self.rings:
                    self._answer(msg, peer, 180, "Ringing")
                self._answer(msg, peer, 200, "OK", (
                    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
                    "c=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    "m=audio %d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
                    % free_ports()[0]).encode())
            elif msg.method == "MESSAGE":
                self._answer(msg, peer, self.message_code, "Whatever")
            elif msg.method != "ACK":
                self._answer(msg, peer, 200, "OK")

    def of(self, method):
        return [m for m in self.got if m.method == method]

    def call(self, *options):
        """Runs the simulator to its end: its code, its line, its errors."""
        env = dict(os.environ)
        if HOST_LD:
            env["LD_LIBRARY_PATH"] = HOST_LD
        if SAN:
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        got = subprocess.run(
            [SIM, "--shape", "direct", "--talk", "0.4", "--local",
             "127.0.0.1", *options, "sip:agent@127.0.0.1:%d" % self.port],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=60)
        line = got.stdout.decode().strip()
        return got.returncode, json.loads(line) if line else {}, \
            got.stderr.decode()

    def close(self):
        self.open = False
        self.thread.join()
        self.sock.close()


@pytest.fixture
def listener():
    made = []

    def make(**kw):
        made.append(Listener(**kw))
        return made[-1]
    yield make
    for one_of_them in made:
        one_of_them.close()


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_named_headers(listener, tmp_path):
    agent = listener()
    context = {
        "handoff_id": "h-77", "intent": "Move a\nbooking",
        "caller": {"name": "Zoë Grün", "tel": "+12025550143",
                   "account": 12, "sip": "sip:zoe@example.com"},
        "sentiment": {"label": "calm", "score": 0.1}, "priority": "high",
        "escalation": {"level": 2, "reason": "asked", "by": "bot"},
        "handover": "bridge", "ticket": 7, "actions": [],
        "suggestions": ["Call back", {"text": "Refund"}],
        "links": [{"title": "Order", "url": "https://example.com/77"}],
        "transcript": [{"who": "caller", "text": "no header for it"}],
        "reason": "wants a person", "summary": "é" * 700,
        "facts": [{"name": "Customer since", "value": "2019"},
                  {"name": "¿?", "value": "no such header"}]}
    path = write(tmp_path / "context.json", json.dumps(context))
    code, line, err = agent.call("--carrier", "header", "--context", path)
    assert code == 0, (line, err)
    invite = agent.of("INVITE")[0]
    assert invite.get("X-Handoff-Id") == "h-77"
    assert invite.get("X-Intent") == "Move a booking"
    assert invite.get("X-Caller-Name") == "Zoë Grün"
    assert invite.get("X-Caller-Number") == "+12025550143"
    assert invite.get("X-Account") == "12"
    assert invite.get("X-Sentiment") == "calm"
    assert invite.get("X-Sentiment-Score") == "0.1"
    assert invite.get("X-Escalation-Level") == "2"
    assert invite.get("X-Escalation-Reason") == "asked"
    assert invite.get("X-Escalated-By") == "bot"
    assert invite.get("X-Handover") == "bridge"
    assert invite.get("X-Link") == "https://example.com/77"
    assert b"\r\nX-Next-Step: Call back\r\nX-Next-Step: Refund\r\n" \
        in invite.raw
    assert err.count("left out") == 1
    assert "for it: caller.sip, ticket, transcript\n" in err
    assert invite.get("X-Priority") == "high"
    assert invite.get("X-Reason") == "wants a person"
    assert invite.get("X-Customer-since") == "2019"
    assert invite.get("X-Transfer-Summary") == "é" * 500
    assert "no such header" not in invite.raw.decode()
    assert invite.get("Content-Type") == "application/sdp"


def test_call_info(listener):
    agent = listener()
    code, line, err = agent.call(
        "--carrier", "call-info", "--context",
        "https://context.example.com/c/77?x=1")
    assert code == 0, (line, err)
    assert agent.of("INVITE")[0].get("Call-Info") == \
        "<https://context.example.com/c/77?x=1>;purpose=vcon"


def test_several_carriers_at_once(listener, tmp_path):
    agent = listener()
    path = write(tmp_path / "context.json", '{"intent": "All at once"}')
    code, line, err = agent.call(
        "--carrier", "body", "--carrier", "uui", "--carrier", "header",
        "--carrier", "call-info", "--context", path, "--context",
        "https://context.example.com/77")
    assert code == 0, (line, err)
    invite = agent.of("INVITE")[0]
    assert invite.get("Content-Type").startswith("multipart/mixed")
    assert b'{"intent": "All at once"}' in invite.body
    assert invite.get("User-to-User").startswith(
        b'{"intent"'.hex()), invite.get("User-to-User")
    assert invite.get("X-Intent") == "All at once"
    assert "context.example.com/77" in invite.get("Call-Info")


def test_signed_file_has_the_type_of_what_it_signs(listener, tmp_path):
    agent = listener()
    path = write(tmp_path / "signed.json", json.dumps(
        {"payload": "e30", "signatures": [{"signature": "AA"}]}))
    code, line, err = agent.call("--context", path)
    assert code == 0, (line, err)
    assert b"Content-Type: application/vcon\r\n" in \
        agent.of("INVITE")[0].body


@pytest.mark.parametrize("rings", [True, False])
def test_messages_follow_the_invite(listener, tmp_path, rings):
    agent = listener(rings=rings)
    first = write(tmp_path / "a.json", '{"intent": "one"}')
    second = write(tmp_path / "b.txt", "two")
    code, line, err = agent.call("--carrier", "message", "--context", first,
                                 "--context", second)
    assert code == 0, (line, err)
    assert [m["code"] for m in line["messages"]] == [200, 200]
    assert all(m["ms"] >= 0 for m in line["messages"])
    invite = agent.of("INVITE")[0]
    assert bytes.fromhex(invite.get("User-to-User").split(";")[0]) \
        .startswith(b"sim-")
    assert invite.get("Content-Type") == "application/sdp"
    one_by_one = {m.get("call-id"): m for m in agent.of("MESSAGE")}
    assert [(m.get("Content-Type"), m.body) for m in one_by_one.values()] == [
        ("application/json", b'{"intent": "one"}'), ("text/plain", b"two")]
    for msg in one_by_one.values():
        assert msg.get("In-Reply-To") == invite.get("Call-ID")
        assert msg.get("Call-ID") != invite.get("Call-ID")
        assert not msg.tag("to")


def test_messages_in_the_dialog(listener, tmp_path):
    agent = listener()
    first = write(tmp_path / "a.json", '{"intent": "one"}')
    second = write(tmp_path / "b.json", '{"intent": "two"}')
    code, line, err = agent.call(
        "--carrier", "body", "--carrier", "message", "--in-dialog",
        "--context", first, "--context", second)
    assert code == 0, (line, err)
    assert [m["code"] for m in line["messages"]] == [200]
    invite = agent.of("INVITE")[0]
    msg = agent.of("MESSAGE")[0]
    assert b'"one"' in invite.body and msg.body == b'{"intent": "two"}'
    assert msg.get("Call-ID") == invite.get("Call-ID")
    assert msg.tag("from") == invite.tag("from")
    assert msg.tag("to") == "us"
    assert not msg.get("In-Reply-To")


def test_a_refused_message_is_told(listener, tmp_path):
    agent = listener(message_code=415)
    path = write(tmp_path / "a.json", '{"intent": "one"}')
    code, line, err = agent.call("--carrier", "message", "--context", path)
    assert code == 1, (line, err)
    assert line["outcome"] == "connected" and line["good"] is False
    assert line["messages"][0]["code"] == 415
    assert line["error"] == "MESSAGE 1 was answered 415"


@pytest.mark.parametrize("options, wanted", [
    (["--carrier", "call-info", "--context", EXAMPLES[0]], "a file cannot"),
    (["--context", "https://example.com/1"], "needs --carrier call-info"),
    (["--carrier", "call-info", "--context", "http://example.com/1"],
     "must begin with https://"),
    (["--carrier", "call-info", "--context", "https://example.com/> x"],
     "a character that must not be in it"),
    (["--carrier", "header"], "needs --context"),
    (["--carrier", "message"], "needs --context"),
    (["--in-dialog", "--context", EXAMPLES[0]], "needs --carrier message"),
    (["--carrier", "header", "--context",
      EXAMPLES[0].replace(".json", ".vcon")], "neither JSON"),
    (["--carrier", "pigeon"],
     "unknown carrier 'pigeon', known: body, uui, header, call-info, message"
     "\n"),
    (["--fault", "broken-context"], "needs --context"),
])
def test_what_does_not_fit_together(listener, options, wanted):
    agent = listener()
    code, _, err = agent.call(*options)
    assert code == 2
    assert wanted in err and len(err.splitlines()) == 1, err
    assert not agent.got


def test_broken_context_costs_no_call(bench, phone):
    sim = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                    "--fault", "broken-context", "--talk", "0.3")
    ident = phone.wait_offered()
    phone.wait_event("alert", lambda e: e["code"] == "context-unread")
    assert phone.show(ident)["sources"][0]["error"]
    phone.order("baton_accept")
    assert one(sim)["outcome"] == "connected"


def test_named_headers_at_the_phone(bench, phone):
    """What the simulator calls each field is what Baton knows it by."""
    with open(EXAMPLES[0], encoding="utf-8") as f:
        wanted = json.load(f)
    sim = bench.sim(phone, "--shape", "direct", "--context", EXAMPLES[0],
                    "--carrier", "header", "--talk", "0.3")
    ident = phone.wait_offered()
    got = wait_for("the context", lambda: phone.show(ident).get("context"))
    wait_for("all headers", lambda: phone.show(ident)["context"].get("facts"))
    got = phone.show(ident)["context"]
    for field in ("handoff_id", "intent", "priority", "reason", "summary"):
        assert got.get(field) == wanted.get(field), field
    for field in ("name", "tel", "account", "language"):
        assert got["caller"].get(field) == wanted["caller"].get(field), field
    assert got["sentiment"]["label"] == wanted["sentiment"]["label"]
    values = {fact["value"] for fact in got["facts"]}
    assert {fact["value"] for fact in wanted["facts"]} <= values
    phone.order("baton_accept")
    assert one(sim)["outcome"] == "connected"


@pytest.mark.parametrize("options", [[], ["--in-dialog"]])
def test_messages_at_the_phone(bench, phone, options):
    other = [p for p in EXAMPLES if p.endswith("outage.json")][0]
    with open(other, encoding="utf-8") as f:
        summary = json.load(f)["summary"]
    sim = bench.sim(phone, "--shape", "replaces", "--carrier", "message",
                    "--context", EXAMPLES[0], "--context", other,
                    "--consult", "1500", "--talk", "0.3", *options)
    ident = phone.wait_offered()
    if options:
        phone.order("baton_accept")
    phone.wait_event("context", lambda e: e["id"] == ident and
                     e["source"] == "message")
    wait_for("the second", lambda: phone.show(ident)["context"].get(
        "summary") == summary)
    if not options:
        phone.order("baton_accept")
    result = one(sim)
    assert result["outcome"] == "connected"
    assert [m["code"] for m in result["messages"]] == [200, 200]
