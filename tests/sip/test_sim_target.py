"""The simulator as somebody whom calls are passed on to, and as a caller that
is held, referred and replaced: against a peer of the test's own, and against
itself, without a phone."""

import json
import os
import re
import signal
import ssl
import subprocess
import threading
import time

import pytest

from agent import Agent
from harness import Failure, HOST_LD, PATIENCE, SAN, SIM, never, wait_for
from peer import Peer, sdp
from pki import Issuer
from test_sim_agent import EXAMPLE, pair

TRANSPORTS = ["udp", "tcp", "tls"]
# What they hum; the test's own phone makes a square wave
CALLER, TARGET, AGENT = 392, 660, 200


class Run:
    """One run of the simulator, its lines as they come."""

    def __init__(self, *args):
        env = dict(os.environ)
        if HOST_LD:
            env["LD_LIBRARY_PATH"] = HOST_LD
        if SAN:
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        self.proc = subprocess.Popen(
            [SIM] + list(args), env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = []
        self.err = b""
        self.cond = threading.Condition()
        self.threads = [threading.Thread(target=self._out, daemon=True),
                        threading.Thread(target=self._err, daemon=True)]
        for thread in self.threads:
            thread.start()

    def _out(self):
        for line in self.proc.stdout:
            with self.cond:
                self.lines.append(json.loads(line))
                self.cond.notify_all()

    def _err(self):
        self.err = self.proc.stderr.read()

    def events(self, name):
        return [line for line in self.lines if line.get("event") == name]

    def wait(self, name, count=1, check=None, timeout=PATIENCE):
        """The count-th event of that name that passes the check."""
        def find():
            got = [e for e in self.events(name) if not check or check(e)]
            return got[count - 1] if len(got) >= count else None
        with self.cond:
            if not self.cond.wait_for(find, timeout):
                raise Failure("no event %s: %s" % (name, self.lines))
            return find()

    def wait_hears(self, *tones):
        return self.wait("hears", check=lambda e: e["tones"] == list(tones))

    def finish(self, code=0, count=1):
        """The line of the last of count calls."""
        try:
            got = self.proc.wait(60)
        finally:
            self.kill()
        assert got == code, (got, self.lines, self.err.decode())
        lines = [line for line in self.lines if "outcome" in line]
        assert len(lines) == count, self.lines
        return lines[-1]

    def kill(self):
        if self.proc.poll() is None:
            self.proc.kill()
        self.proc.wait()
        for thread in self.threads:
            thread.join(5)


class Where:
    """What peer.py wants to know of a phone."""

    def __init__(self, port, transport):
        self.ip = "127.0.0.1"
        self.sip_port = port - (transport == "tls")
        self.uri = "sip:bob@127.0.0.1:%d" % port


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.made = []
        self.issuer = None

    def cert(self):
        if not self.issuer:
            self.issuer = Issuer(os.path.join(self.folder, "pki"), "Sim")
            self.pem = pair(self.issuer, "ec")
        return self.pem

    def target(self, *options):
        run = Run("--target", *options, "sip:bob@127.0.0.1:0")
        self.made.append(run)
        first = run.wait("listening")
        assert run.lines[0] is first
        run.uri, run.port = first["uri"], first["port"]
        assert ":%d" % run.port in run.uri
        return run

    def caller(self, uri, *options):
        run = Run("--local", "127.0.0.1", "--timeout", "20", "--consult",
                  "200", *options, uri)
        self.made.append(run)
        return run

    def peer(self, target, transport="udp", **options):
        if transport == "tls":
            options["tls"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            options["tls"].check_hostname = False
            options["tls"].verify_mode = ssl.CERT_NONE
        peer = Peer(Where(target.port, transport), transport=transport,
                    **options)
        self.made.append(peer)
        return peer

    def agent(self, transport="udp", **options):
        if transport == "tls":
            options["cert"] = self.cert()
        agent = Agent(transport, **options)
        self.made.append(agent)
        return agent

    def finish(self):
        for one in self.made:
            if isinstance(one, Run):
                one.kill()
        for one in self.made:
            if not isinstance(one, Run):
                one.close()


@pytest.fixture
def place(tmp_path):
    made = Bench(str(tmp_path))
    yield made
    made.finish()


def heard(line):
    return {tone["hertz"] for tone in line["tones"]}


def up(place, target, **options):
    """A call of a test's peer that the target has answered."""
    peer = place.peer(target, **options)
    call = peer.call().invite()
    call.ok = call.wait_code(200)
    return call


# -- a target ----------------------------------------------------------------

@pytest.mark.parametrize("transport", TRANSPORTS)
def test_target_answers(place, transport):
    target = place.target("--transport", transport, "--must-hear")
    caller = place.caller(target.uri, "--shape", "direct", "--transport",
                          transport, "--talk", "1", "--listen", str(TARGET))
    got = caller.finish()
    line = target.finish()
    assert got["outcome"] == "connected" and heard(got) == {TARGET}
    assert line["outcome"] == "answered" and line["good"]
    assert line["behaviour"] == "answers" and line["answer_ms"] >= 200
    assert line["heard"] and line["dominant"] == CALLER
    assert heard(line) == {CALLER} and line["hung_up_by"] == "peer"
    assert [e["event"] for e in target.lines[:4]] == [
        "listening", "invite", "ringing", "answered"]
    headers = target.events("invite")[0]["headers"]
    assert headers["Referred-By"] == "<sip:ai@127.0.0.1>"
    assert "replaces" in headers["Supported"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_target_takes_who_replaces(place, transport):
    target = place.target("--transport", transport)
    caller = place.caller(target.uri, "--transport", transport, "--consult",
                          "600", "--talk", "1", "--must-hear")
    assert caller.finish()["replaces_code"] == 200
    line = target.finish()
    assert line["outcome"] == "replaced" and line["replaced"] == 1
    assert line["replaced_ms"] is not None
    assert line["talking_to"].startswith("sip:caller@")
    assert {523, CALLER} <= heard(line) and line["hears_at_end"]
    event = target.events("replaces")[0]
    assert event["code"] == 200 and event["headers"]["Replaces"]
    assert event["headers"]["Require"] == "replaces"
    assert target.events("replaced")[0]["with"] == line["talking_to"]
    byes = target.events("bye")
    assert [b["by"] for b in byes] == ["us", "peer"]


def test_target_says_what_it_can(place):
    target = place.target("--ring", "50")
    call = up(place, target)
    for code in (180, 200):
        msg = call.wait_code(code)
        assert msg.get("supported") == "replaces"
        for method in ("REFER", "MESSAGE", "NOTIFY"):
            assert method in msg.get("allow"), msg.raw
    call.in_dialog("OPTIONS")
    options = call.wait_code(200, method="OPTIONS")
    assert options.get("supported") == "replaces"
    assert "REFER" in options.get("allow")
    call.bye()
    target.finish()


def test_target_shows_the_headers(place):
    target = place.target("--answer", "busy")
    call = place.peer(target).call().invite(headers=[
        "Referred-By: <sip:agent@example.com>",
        "User-to-User: 616263;encoding=hex", "X-Baton-Handoff: h-1",
        "X-Something: one", "X-Something: two", "Subject: no"])
    call.wait_code(486)
    target.finish()
    headers = target.events("invite")[0]["headers"]
    assert headers["Referred-By"] == "<sip:agent@example.com>"
    assert headers["User-to-User"] == "616263;encoding=hex"
    assert headers["X-Baton-Handoff"] == "h-1"
    assert headers["X-Something"] in ("one, two", "two, one")
    assert "Subject" not in headers and "Via" not in headers


def test_target_rings_for_ever(place):
    target = place.target("--answer", "rings")
    call = place.peer(target).call().invite()
    call.wait_code(180)
    call.cancel()
    assert call.wait_code(487).code == 487
    line = target.finish()
    assert line["outcome"] == "cancelled" and line["good"]
    assert target.events("bye")[0]["by"] == "cancel"
    assert not target.events("answered")


def test_target_early_media(place):
    target = place.target("--answer", "early", "--ring", "400")
    peer = place.peer(target)
    call = peer.call().invite()
    early = call.wait_code(183)
    assert b"m=audio" in early.body
    peer.rtp.settimeout(PATIENCE)
    assert len(peer.rtp.recv(2000)) == 172
    assert not call.finals(), "sound comes before the answer"
    ok = call.wait_code(200)
    assert ok.body == early.body
    call.bye()
    assert target.finish()["outcome"] == "answered"


@pytest.mark.parametrize("how,code", [
    ("busy", 486), ("declines", 603), ("unavailable", 480),
    ("not-found", 404)])
@pytest.mark.parametrize("rings", [False, True])
def test_target_refuses(place, how, code, rings):
    target = place.target("--answer", how, *(
        ["--ring", "50"] if rings else []))
    call = place.peer(target).call().invite()
    if rings:
        call.wait_code(180)
    assert call.wait_code(code).code == code
    line = target.finish()
    assert line["outcome"] == "refused" and line["code"] == code
    assert line["good"]
    assert any(r.code == 180 for r in call.responses) == rings


def replaces_of(call):
    return "Replaces: " + call.replaces()


@pytest.mark.parametrize("asks", ["both", "replaces", "require"])
def test_target_without_replaces(place, asks):
    target = place.target("--answer", "no-replaces")
    call = up(place, target)
    assert not call.ok.get("supported")
    assert "REFER" in call.ok.get("allow")
    other = call.peer.call().invite(headers=[
        replaces_of(call) if asks != "require" else "X-No: replaces",
        "Require: replaces" if asks != "replaces" else "X-No: require"])
    refused = other.wait_code(420)
    assert refused.get("unsupported") == "replaces"
    call.bye()
    assert target.finish()["outcome"] == "answered"


def test_target_without_refer(place):
    target = place.target("--answer", "no-refer")
    call = up(place, target)
    assert "REFER" not in call.ok.get("allow")
    call.in_dialog("REFER", ["Refer-To: <sip:nobody@127.0.0.1:9>"])
    refused = call.wait_code(405, method="REFER")
    assert refused.get("allow") and "REFER" not in refused.get("allow")
    call.bye()
    line = target.finish()
    assert line["referred"]["code"] == 405 and not line["referred"]["went"]


def test_target_vanishes(place):
    target = place.target("--answer", "vanishes")
    call = up(place, target)
    target.wait("vanished")
    before = len(call.responses)
    call.in_dialog("OPTIONS")
    other = call.peer.call().invite(headers=[replaces_of(call)])
    call.bye()
    # It came, and everything before it did
    target.wait("bye")
    assert call.responses[before:] == [] and other.responses == []
    target.proc.send_signal(signal.SIGTERM)
    line = target.finish()
    assert line["outcome"] == "vanished" and line["good"]


def test_target_is_slow(place):
    """Each answer comes that late, or later."""
    slow = 400
    target = place.target("--answer", "slow", "--slow", str(slow))
    peer = place.peer(target)
    call = peer.call()

    def took(what):
        begun = time.monotonic()
        what()
        return (time.monotonic() - begun) * 1000
    assert took(lambda: call.invite().wait_code(180)) >= slow - 5
    call.wait_code(200)
    for method in ("MESSAGE", "OPTIONS"):
        assert took(lambda: (call.in_dialog(method), call.wait_code(
            200, method=method))) >= slow - 5
    body = sdp("127.0.0.1", peer.rtp.getsockname()[1]).replace(
        b"a=sendrecv", b"a=sendonly")
    cseq = call.in_dialog("INVITE", body=body, ctype="application/sdp")
    ok = call.wait_code(200, cseq=cseq)
    assert b"a=recvonly" in ok.body
    # The peer says it again before the answer is there
    other = peer.call()
    assert took(lambda: other.invite(headers=[
        replaces_of(call)]).wait_code(200)) >= slow - 5
    call.wait_request("BYE")
    assert took(lambda: (other.bye(), other.wait_code(
        200, method="BYE"))) >= slow - 5
    line = target.finish()
    assert line["outcome"] == "replaced" and line["holds"] == 1


def test_target_hangs_up(place):
    target = place.target("--answer", "hangs-up", "--talk", "0.3")
    call = up(place, target)
    call.wait_request("BYE")
    line = target.finish()
    assert line["outcome"] == "answered" and line["hung_up_by"] == "us"


@pytest.mark.parametrize("code", [None, 603])
def test_target_refuses_who_replaces(place, code):
    target = place.target("--answer", "dead-replaces", *(
        ["--code", str(code)] if code else []))
    call = up(place, target)
    other = call.peer.call().invite(headers=[replaces_of(call),
                                             "Require: replaces"])
    other.wait_code(code or 488)
    assert not call.has_request("BYE")
    call.bye()
    line = target.finish()
    assert line["outcome"] == "answered" and line["replaces_refused"] == 1
    assert target.events("replaces")[0]["code"] == (code or 488)


def test_target_knows_its_dialogs(place):
    """RFC 3891, section 3."""
    target = place.target()
    call = up(place, target)
    right = call.replaces()
    for wrong, code in (("nobody;to-tag=a;from-tag=b", 481),
                        (right.replace("from-tag=", "from-tag=x"), 481),
                        (right.replace("to-tag=", "to-tag=x"), 481),
                        (call.replaces(";early-only"), 486),
                        (call.call_id + ";to-tag=a", 400)):
        call.peer.call().invite(headers=["Replaces: " + wrong]).wait_code(
            code)
    call.peer.call().invite(headers=["Replaces: " + right] * 2).wait_code(400)
    assert not call.has_request("BYE")
    call.bye()
    assert target.finish()["replaced"] == 0


def test_target_does_not_replace_what_rings(place):
    target = place.target("--answer", "rings")
    call = place.peer(target).call().invite()
    call.wait_code(180)
    call.peer.call().invite(headers=[replaces_of(call)]).wait_code(481)
    call.cancel()
    call.wait_code(487)
    target.finish()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_target_keeps_messages(place, transport):
    folder = os.path.join(place.folder, "kept")
    target = place.target("--save", folder, "--transport", transport)
    call = up(place, target, transport=transport)
    bodies = [b'{"vcon":"0.4.0"}', b"one\0two", b"{}"]
    call.in_dialog("MESSAGE", [], bodies[0], "application/vcon+json")
    call.wait_code(200, method="MESSAGE")
    beside = call.peer.call()
    beside.peer.send(beside.request(
        "MESSAGE", ["In-Reply-To: " + call.call_id, "X-Baton-Handoff: h9"],
        bodies[1], "application/octet-stream"))
    beside.wait_code(200, method="MESSAGE")
    alone = call.peer.call()
    alone.peer.send(alone.request("MESSAGE", [], bodies[2],
                                  "application/json"))
    alone.wait_code(200, method="MESSAGE")
    call.bye()
    line = target.finish()
    assert line["messages"] == 2
    got = target.events("message")
    assert [e["in_dialog"] for e in got] == [True, False, False]
    assert [e["bytes"] for e in got] == [len(b) for b in bodies]
    assert [e.get("in_reply_to") for e in got] == [None, call.call_id, None]
    assert got[0]["content_type"] == "application/vcon+json"
    assert got[1]["headers"]["X-Baton-Handoff"] == "h9"
    assert [e.get("call") for e in got] == [1, 1, None]
    for event, body in zip(got, bodies):
        with open(event["path"], "rb") as f:
            assert f.read() == body
    assert [os.path.basename(e["path"]) for e in got] == [
        "message-1.vcon", "message-2.bin", "message-3.json"]


def test_target_takes_tcp_beside_udp(place):
    """What is too long for a datagram (RFC 3261, 18.1.1)."""
    folder = os.path.join(place.folder, "kept")
    target = place.target("--save", folder, "--transport", "udp")
    call = up(place, target)
    stream = place.peer(target, transport="tcp").call()
    body = b"x" * 20000
    stream.peer.send(stream.request(
        "MESSAGE", ["In-Reply-To: " + call.call_id], body, "text/plain"))
    stream.wait_code(200, method="MESSAGE")
    call.bye()
    target.finish()
    with open(target.events("message")[0]["path"], "rb") as f:
        assert f.read() == body


def test_target_takes_long_datagrams(place):
    folder = os.path.join(place.folder, "kept")
    target = place.target("--save", folder, "--verbose")
    peer = place.peer(target)
    alone, body = peer.call(), os.urandom(30000)
    peer.send(alone.request("MESSAGE", [], body, "application/octet-stream"))
    alone.wait_code(200, method="MESSAGE")
    call = peer.call().invite()
    call.wait_code(200)
    call.bye()
    target.finish()
    with open(target.events("message")[0]["path"], "rb") as f:
        assert f.read() == body
    assert b"MESSAGE" in target.err and b"probe@" not in target.err, \
        "what it sends itself is nobody's business"


def test_target_refuses_what_was_cut(place):
    """RFC 3261, section 18.3."""
    target = place.target()
    peer = place.peer(target)
    alone = peer.call()
    peer.send(alone.request("MESSAGE", [], b"half", "text/plain", length=8))
    alone.wait_code(400, method="MESSAGE")
    peer.call().invite(length=1000).wait_code(400)
    assert not target.events("message") and not target.events("invite")
    call = peer.call().invite()
    call.wait_code(200)
    peer.send(call.request("BYE", [], b"", length=1, cseq=call.cseq + 1,
                           branch="z9hG4bKcut"))
    call.wait_code(400, method="BYE")
    call.cseq += 1
    call.bye()
    assert target.finish()["outcome"] == "answered"


@pytest.mark.parametrize("offer,answer", [
    ("sendonly", "recvonly"), ("inactive", "inactive")])
def test_target_is_held(place, offer, answer):
    target = place.target()
    call = up(place, target)
    plain = sdp("127.0.0.1", call.peer.rtp.getsockname()[1])
    cseq = call.in_dialog("INVITE", [], plain.replace(
        b"a=sendrecv", b"a=" + offer.encode()), "application/sdp")
    ok = call.wait_code(200, cseq=cseq)
    assert b"a=" + answer.encode() in ok.body
    target.wait("hold")
    cseq = call.in_dialog("INVITE", [], plain, "application/sdp")
    assert b"a=sendrecv" in call.wait_code(200, cseq=cseq).body
    target.wait("resume")
    call.bye()
    line = target.finish()
    assert line["holds"] == 1 and line["held_ms"] > 0


def notifies(call, count):
    """The first so many NOTIFYs in the peer's dialog."""
    return call._wait("%d NOTIFY" % count, lambda: (
        lambda got: got if len(got) >= count else None)(
            [r for r in call.requests if r.method == "NOTIFY"]), PATIENCE)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_target_goes_to_the_caller(place, transport):
    """The other direction: the target is referred to the caller."""
    caller = place.agent(transport)
    target = place.target("--transport", transport)
    call = up(place, target, transport=transport)
    where = caller.contact()[1:-1] + \
        "?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2&Require=replaces" \
        "&User-to-User=6162%3Bencoding%3Dhex&X-Baton-Handoff=h2&From=evil"
    call.in_dialog("REFER", ["Refer-To: <%s>" % where,
                             "Referred-By: <sip:desk@example.com>"])
    assert call.wait_code(202, method="REFER").get("contact")
    dialog = caller.dialog()
    invite = dialog.invite
    assert invite.get("replaces") == "abc@x;to-tag=1;from-tag=2"
    assert invite.get("require") == "replaces"
    assert invite.get("user-to-user") == "6162;encoding=hex"
    assert invite.get("x-baton-handoff") == "h2"
    assert invite.get("referred-by") == "<sip:desk@example.com>"
    assert "evil" not in invite.get("from")
    assert len(invite.all("from")) == 1
    got = notifies(call, 3)
    assert [n.body for n in got] == [
        b"SIP/2.0 100 Trying\r\n", b"SIP/2.0 180 Ringing\r\n",
        b"SIP/2.0 200 OK\r\n"]
    assert [n.get("event") for n in got] == ["refer"] * 3
    assert got[-1].get("subscription-state") == \
        "terminated;reason=noresource"
    call.bye()
    call.wait_code(200, method="BYE")
    dialog.request("BYE")
    line = target.finish()
    assert line["outcome"] == "referred" and line["referred"]["went"]
    assert line["referred"]["notify"] == [100, 180, 200]
    assert line["referred"]["replaces"] == "abc@x;to-tag=1;from-tag=2"
    assert target.events("refer")[0]["code"] == 202


def test_target_takes_several_calls(place):
    """One that gives up, and one that is sent there blind."""
    target = place.target("--calls", "2", "--ring", "600")
    peer = place.peer(target)
    first = peer.call().invite()
    first.wait_code(180)
    second = peer.call().invite(headers=["Referred-By: <sip:d@example.com>"])
    first.cancel()
    second.wait_code(200)
    peer.call().invite().wait_code(486)
    second.bye()
    target.finish(1, count=2)
    lines = [line for line in target.lines if "outcome" in line]
    assert [(line["outcome"], line["good"]) for line in lines] == [
        ("cancelled", False), ("answered", True)]


def test_target_expects(place):
    target = place.target("--expect", "cancelled", "--ring", "5000")
    call = place.peer(target).call().invite()
    call.wait_code(180)
    call.cancel()
    assert target.finish()["good"]


def test_target_waits_no_longer(place):
    target = place.target("--answer", "rings", "--timeout", "0.3")
    call = place.peer(target).call().invite()
    call.wait_code(486)
    assert target.finish(1)["outcome"] == "timeout"


def test_target_without_common_codec(place):
    target = place.target()
    offer = sdp("127.0.0.1", 4000, "96 X-UNHEARD/8000")
    place.peer(target).call().invite(offer=offer).wait_code(488)
    line = target.finish(1)
    assert line["outcome"] == "refused" and line["code"] == 488


def bare(payload, srtp=False):
    """SDP that names G.711 by its number alone: RFC 3551, section 6."""
    def describe(ip, port):
        got = re.sub(rb"a=rtpmap:[^\r]*\r\n", b"",
                     sdp(ip, port, "%d any/8000" % payload))
        if srtp:
            got = got.replace(b"RTP/AVP", b"RTP/SAVP") + \
                b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + \
                b"x" * 40 + b"\r\n"
        assert b"rtpmap" not in got
        return got
    return describe


def packet_of(sock):
    """Payload type and length of the next RTP packet."""
    sock.settimeout(PATIENCE)
    got = sock.recv(2000)
    return got[1] & 0x7f, len(got)


@pytest.mark.parametrize("srtp", [False, True])
@pytest.mark.parametrize("payload", [0, 8])
def test_target_knows_g711_by_its_number(place, payload, srtp):
    target = place.target(*(["--srtp", "sdes"] if srtp else []))
    peer = place.peer(target)
    call = peer.call().invite(offer=bare(payload, srtp)(
        "127.0.0.1", peer.rtp.getsockname()[1]))
    call.wait_code(200)
    assert packet_of(peer.rtp) == (payload, 182 if srtp else 172)
    call.bye()
    assert target.finish()["outcome"] == "answered"


@pytest.mark.parametrize("srtp", [False, True])
@pytest.mark.parametrize("payload", [0, 8])
def test_caller_knows_g711_by_its_number(place, payload, srtp):
    agent = place.agent(payload=payload, rtp=not srtp,
                        describe=bare(payload, srtp))
    caller = place.caller(agent.uri, "--shape", "direct", "--talk", "1",
                          *(["--srtp", "sdes"] if srtp else
                            ["--listen", str(AGENT), "--must-hear"]))
    assert packet_of(agent.media) == (payload, 182 if srtp else 172)
    line = caller.finish()
    assert line["outcome"] == "connected"
    assert srtp or heard(line) == {AGENT}


def test_caller_takes_long_datagrams(place):
    def describe(ip, port):
        return sdp(ip, port).replace(
            b"m=audio", b"a=x-long:%b\r\nm=audio" % (b"x" * 20000))
    agent = place.agent(describe=describe)
    line = place.caller(agent.uri, "--shape", "direct").finish()
    assert line["outcome"] == "connected"


def test_target_listens_where_it_is_told(place):
    target = place.target()
    taken = Run("--target", target.uri)
    place.made.append(taken)
    assert taken.proc.wait(20) == 2
    taken.kill()
    assert b"cannot listen" in taken.err


@pytest.mark.parametrize("where", [
    "sip:bob@0.0.0.0", "sip:bob@192.0.2.1", "sip:bob@no.invalid",
    "sip:127.0.0.1"])
def test_target_cannot_listen_everywhere(place, where):
    run = Run("--target", where)
    place.made.append(run)
    assert run.proc.wait(60) == 2
    run.kill()
    assert run.err and run.lines == []


@pytest.mark.parametrize("args,word", [
    (["--answer", "maybe"], "known: answers, rings"),
    (["--on-refer", "maybe"], "known: follow"),
    (["--on-hold", "maybe"], "known: accept"),
    (["--code", "488"], "dead-replaces"),
    (["--refer-code", "488"], "--on-refer"),
    (["--shape", "direct"], "--shape"),
    (["--until-end"], "--until-end"),
    (["--listen", "9"], "--listen"),
])
def test_target_usage(place, args, word):
    run = Run("--target", *args, "sip:bob@127.0.0.1:0")
    place.made.append(run)
    assert run.proc.wait(20) == 2
    run.kill()
    assert word in run.err.decode() and run.lines == []


@pytest.mark.parametrize("args", [
    ["--answer", "busy"], ["--ring", "1"], ["--slow", "1"],
    ["--save", "x"], ["--until-end", "--talk", "1"]])
def test_caller_usage(place, args):
    run = Run(*args, "sip:bob@127.0.0.1:9")
    place.made.append(run)
    assert run.proc.wait(20) == 2
    run.kill()
    assert run.err


# -- a caller that is passed on ----------------------------------------------

class Phone:
    """The agent's phone with the caller on it, played by the test."""

    def __init__(self, place, *options, transport="udp", target=None,
                 shape="direct", **more):
        self.agent = place.agent(transport, **more)
        self.target = target
        if transport == "tls":
            # Others may connect to it then
            options += ("--cert", place.cert())
        self.caller = place.caller(
            self.agent.uri, "--shape", shape, "--events", "--transport",
            transport, *options)
        self.dialog = self.agent.dialog(1 if shape == "replaces" else 0)
        self.dialog.wait("ACK")

    def send(self, method, headers=(), body=b""):
        """A request on the caller's leg, and its final answer."""
        cseq = self.dialog.request(method, headers, body)
        return self.agent.answer_to(self.dialog, cseq)

    def refer(self, headers="", wait=True):
        where = "<%s%s>" % (self.target.uri, headers)
        lines = ["Refer-To: " + where,
                 "Referred-By: <sip:agent@127.0.0.1>"]
        if not wait:
            return self.dialog.request("REFER", lines)
        return self.send("REFER", lines)

    def reinvite(self, direction):
        """The answer to a re-INVITE, acknowledged."""
        body = sdp("127.0.0.1", self.agent.media.getsockname()[1]).replace(
            b"a=sendrecv", b"a=" + direction.encode())
        answer = self.send("INVITE", ["Content-Type: application/sdp"], body)
        # Its ACK has the same number
        self.dialog.cseq -= 1
        self.dialog.request("ACK")
        return answer

    def notified(self, count):
        self.dialog.wait("NOTIFY", count)
        return [int(m.body.split()[1]) for m in self.dialog.of("NOTIFY")]

    def states(self):
        return [m.get("subscription-state").split(";", 1)[0] + (
            ";" + m.get("subscription-state").split("reason=")[1]
            if "reason" in m.get("subscription-state") else "")
                for m in self.dialog.of("NOTIFY")]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("shape", ["direct", "replaces", "bridge"])
def test_caller_follows(place, transport, shape):
    target = place.target("--transport", transport)
    phone = Phone(place, "--until-end", "--listen", str(TARGET),
                  transport=transport, target=target, shape=shape)
    if shape == "bridge":
        phone.dialog.wait("INVITE", 2)
    answer = phone.refer("?X-Baton-Handoff=h7&User-to-User=6869%3B"
                         "encoding%3Dhex")
    assert answer.code == 202 and answer.get("contact")
    assert phone.notified(3) == [100, 180, 200]
    assert phone.states() == ["active", "active", "terminated;noresource"]
    assert {m.get("content-type") for m in phone.dialog.of("NOTIFY")} == {
        "message/sipfrag;version=2.0"}
    assert all(m.body.endswith(b"\r\n") for m in
               phone.dialog.of("NOTIFY"))
    phone.caller.wait("moved")
    assert phone.send("BYE").code == 200
    headers = target.events("invite")[0]["headers"]
    assert headers["Referred-By"] == "<sip:agent@127.0.0.1>"
    assert headers["X-Baton-Handoff"] == "h7"
    assert headers["User-to-User"] == "6869;encoding=hex"
    phone.caller.wait_hears(TARGET)
    target.wait("hears")
    target.proc.send_signal(signal.SIGTERM)
    line = phone.caller.finish()
    assert line["outcome"] == "connected" and line["good"]
    assert line["talking_to"] == target.uri
    assert line["hung_up_by"] == "other"
    assert line["referred"]["code"] == 202 and line["referred"]["went"]
    assert line["referred"]["notify"] == [100, 180, 200]
    assert line["referred"]["notify_answers"] == [200, 200, 200]
    assert line["referred"]["referred_by"] == "<sip:agent@127.0.0.1>"
    assert line["longest_silence_ms"] > 0 and TARGET in heard(line)
    assert line["hears_at_end"]
    target.finish()


def test_caller_replaces_the_consultation(place):
    """The whole of an attended transfer, with the target in a call already."""
    target = place.target()
    call = up(place, target)
    phone = Phone(place, "--until-end", target=target)
    replaces = call.replaces().replace(";", "%3B").replace("=", "%3D") \
        .replace("@", "%40")
    phone.refer("?Replaces=%s&Require=replaces" % replaces)
    assert phone.notified(2) == [100, 200]
    call.wait_request("BYE")
    phone.send("BYE")
    phone.caller.wait("moved")
    target.wait("replaced")
    phone.caller.proc.send_signal(signal.SIGINT)
    assert phone.caller.finish(1)["referred"]["replaces"] == call.replaces()
    assert target.finish()["outcome"] == "replaced"


@pytest.mark.parametrize("how,options,code", [
    ("refuse", [], 603), ("refuse", ["--refer-code", "403"], 403),
    ("refuse", ["--refer-code", "501"], 501), ("no-refer", [], 405)])
def test_caller_refuses(place, how, options, code):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", how, *options,
                  target=target)
    assert phone.refer().code == code
    allow = phone.dialog.invite.get("allow")
    assert ("REFER" in allow) == (how != "no-refer") and allow
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["referred"]["code"] == code
    assert not line["referred"]["went"] and line["hung_up_by"] == "agent"
    assert not phone.dialog.of("NOTIFY") and not target.events("invite")


def test_caller_ignores(place):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", "ignore",
                  target=target)
    cseq = phone.refer(wait=False)
    phone.caller.wait("refer")
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["referred"]["code"] is None
    assert not [m for m in phone.agent.responses if
                m.get("cseq").startswith("%d " % cseq)]
    assert not target.events("invite")


@pytest.mark.parametrize("how,codes,states", [
    ("silent", [], []),
    ("half", [100], ["active"]),
    ("fail", [100, 603], ["active", "terminated;noresource"]),
    ("ends-subscription", [100, 100], ["active", "terminated;timeout"])])
def test_caller_stays(place, how, codes, states):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", how, "--listen",
                  str(AGENT), target=target)
    assert phone.refer().code == 202
    if codes:
        assert phone.notified(len(codes)) == codes
    phone.send("OPTIONS")
    assert phone.states() == states
    # It is there, and can be talked to
    assert phone.reinvite("sendrecv").code == 200
    phone.caller.wait_hears(AGENT)
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["referred"]["notify"] == codes
    assert not line["referred"]["went"] and line["media_at_end"]
    assert line["talking_to"].startswith("sip:agent@")
    assert not target.events("invite")


def test_caller_fails_with_that_code(place):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", "fail",
                  "--refer-code", "404", target=target)
    phone.refer()
    assert phone.notified(2) == [100, 404]
    phone.send("BYE")
    phone.caller.finish()


def test_caller_notifies_first(place):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", "notify-first",
                  target=target)
    assert phone.refer().code == 202
    notify = phone.dialog.wait("NOTIFY")
    accepted = next(m for m in phone.agent.responses if m.code == 202)
    assert notify.seen <= accepted.seen
    assert phone.notified(3) == [100, 180, 200]
    phone.send("BYE")
    target.wait("hears")
    target.proc.send_signal(signal.SIGTERM)
    phone.caller.finish()


def test_caller_ends_lines_in_lf(place):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", "lf", target=target)
    phone.refer()
    phone.notified(3)
    assert [m.body for m in phone.dialog.of("NOTIFY")] == [
        b"SIP/2.0 100 Trying\n", b"SIP/2.0 180 Ringing\n",
        b"SIP/2.0 200 OK\n"]
    phone.send("BYE")
    target.proc.send_signal(signal.SIGTERM)
    phone.caller.finish()


@pytest.mark.parametrize("how", ["bye", "bye-silent"])
def test_caller_hangs_up_itself(place, how):
    target = place.target()
    phone = Phone(place, "--until-end", "--on-refer", how, target=target)
    assert phone.refer().code == 202
    phone.dialog.wait("BYE")
    phone.caller.wait("moved")
    methods = [m.method for m in phone.dialog.requests]
    if how == "bye":
        assert phone.notified(3) == [100, 180, 200]
        order = [m for m in phone.dialog.requests if
                 m.method in ("BYE", "NOTIFY")]
        assert [m.method for m in order] == [
            "NOTIFY", "NOTIFY", "BYE", "NOTIFY"]
    else:
        assert "NOTIFY" not in methods
    target.wait("hears")
    target.proc.send_signal(signal.SIGTERM)
    line = phone.caller.finish()
    assert line["referred"]["went"] and line["talking_to"] == target.uri


@pytest.mark.parametrize("how,code", [("busy", 486), ("declines", 603)])
def test_caller_tells_what_did_not_work(place, how, code):
    """... stays, and goes at the second try."""
    target = place.target("--answer", how)
    phone = Phone(place, "--until-end", target=target)
    phone.refer()
    assert phone.notified(2) == [100, code]
    target.finish()
    phone.target = place.target()
    phone.refer()
    assert phone.notified(5)[2:] == [100, 180, 200]
    # The second subscription of a dialog has an id (RFC 3515, 2.4.6)
    assert [m.get("event") for m in phone.dialog.of("NOTIFY")] == [
        "refer"] * 2 + ["refer;id=2"] * 3
    phone.send("BYE")
    phone.caller.wait("moved")
    phone.target.proc.send_signal(signal.SIGTERM)
    line = phone.caller.finish()
    assert [r["invite_code"] for r in line["referrals"]] == [code, 200]


def test_caller_is_left_alone(place):
    """The agent hung up before it was known that nobody is there."""
    target = place.target("--answer", "busy", "--ring", "600")
    phone = Phone(place, "--until-end", target=target)
    phone.refer()
    phone.notified(2)
    phone.send("BYE")
    line = phone.caller.finish(1)
    assert line["talking_to"] is None
    assert line["error"] == "the caller was left with nobody"
    assert phone.notified(3) == [100, 180, 486]


@pytest.mark.parametrize("where", [
    "<sip:bob@127.0.0.1:9?X-A=b%0d%0aX-Evil: c>", "<tel:+493012>",
    "<sip:bob@127.0.0.1:9?X-A=%zz>", "<sip:bob@127.0.0.1"])
def test_caller_reads_refer_to(place, where):
    phone = Phone(place, "--until-end")
    assert phone.send("REFER", ["Refer-To: " + where]).code == 400
    assert phone.send("REFER").code == 400
    phone.send("BYE")
    phone.caller.finish()


def test_caller_cannot_reach_it(place):
    phone = Phone(place, "--until-end", "--transport", "udp")
    phone.send("REFER", ["Refer-To: <sip:bob@127.0.0.1:9;transport=tcp>"])
    assert phone.notified(2) == [100, 503]
    phone.send("BYE")
    phone.caller.finish()


@pytest.mark.parametrize("direction,answer", [
    ("sendonly", "recvonly"), ("inactive", "inactive")])
def test_caller_is_held(place, direction, answer):
    phone = Phone(place, "--until-end")
    held = phone.reinvite(direction)
    assert held.code == 200 and b"a=" + answer.encode() in held.body
    phone.caller.wait("hold", check=lambda e: e["code"] == 200)
    assert b"a=sendrecv" in phone.reinvite("sendrecv").body
    phone.caller.wait("resume")
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["holds"] == 1 and line["held_ms"] > 0


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_caller_answers_in_sdp(place, transport):
    """Not in the type that its INVITE had, with context beside the SDP."""
    phone = Phone(place, "--until-end", "--context", EXAMPLE, "--listen",
                  str(AGENT), transport=transport)
    assert phone.dialog.invite.get("content-type").startswith("multipart/")
    for direction in ("sendonly", "sendrecv", "inactive", "sendrecv"):
        answer = phone.reinvite(direction)
        assert answer.code == 200
        assert answer.get("content-type") == "application/sdp"
        assert answer.body.startswith(b"v=0")
        assert answer.get("contact").startswith("<sip:caller@127.0.0.1:")
    phone.caller.wait("resume", 2)
    phone.caller.wait_hears(AGENT)
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["holds"] == 2 and line["media_at_end"]


def test_caller_answers_until_it_is_acknowledged(place):
    phone = Phone(place, "--until-end", "--context", EXAMPLE)
    body = sdp("127.0.0.1", phone.agent.media.getsockname()[1])
    lines = ["Content-Type: application/sdp"]
    cseq = phone.dialog.request("INVITE", lines, body)

    def answers():
        return [m for m in phone.agent.responses if m.code == 200 and
                m.get("cseq") == "%d INVITE" % cseq]
    wait_for("the answer once more", lambda: len(answers()) > 1)
    phone.dialog.cseq = cseq - 1
    phone.dialog.request("ACK")
    phone.send("OPTIONS")
    told = len(answers())
    never("another answer", lambda: len(answers()) > told, 1.2)
    # An older one than the last is none (RFC 3261, 12.2.2)
    phone.dialog.cseq = cseq - 2
    assert phone.send("INVITE", lines, body).code == 500
    phone.dialog.cseq = cseq + 1
    phone.send("BYE")
    phone.caller.finish()


def test_caller_refuses_to_be_held(place):
    phone = Phone(place, "--until-end", "--on-hold", "refuse")
    assert phone.reinvite("sendonly").code == 488
    assert phone.reinvite("sendrecv").code == 200
    phone.send("BYE")
    assert phone.caller.finish()["holds"] == 0


def test_caller_is_busy_when_held(place):
    phone = Phone(place, "--until-end", "--on-hold", "pending")
    assert phone.reinvite("sendonly").code == 491
    assert phone.reinvite("sendonly").code == 200
    phone.send("BYE")
    assert phone.caller.finish()["holds"] == 1


def test_caller_does_not_answer_a_hold(place):
    phone = Phone(place, "--until-end", "--on-hold", "ignore")
    body = sdp("127.0.0.1", phone.agent.media.getsockname()[1]).replace(
        b"a=sendrecv", b"a=inactive")
    cseq = phone.dialog.request("INVITE", ["Content-Type: application/sdp"],
                                body)
    phone.caller.wait("hold")
    assert phone.reinvite("sendrecv").code == 200
    phone.send("BYE")
    assert phone.caller.finish()["holds"] == 0
    assert not [m for m in phone.agent.responses if
                m.get("cseq").startswith("%d " % cseq)]


def replaces_phone(phone):
    """A Replaces that names the caller's leg, as the caller sees it."""
    dialog = phone.dialog
    return "Replaces: %s;to-tag=%s;from-tag=%s" % (
        dialog.call_id, dialog.from_tag, dialog.tag)


def test_caller_is_replaced(place):
    """The other direction: the target calls the caller."""
    phone = Phone(place, "--until-end")
    final = phone.agent.invite(phone.dialog.contact, [
        replaces_phone(phone), "Require: replaces"])
    assert final.code == 200 and final.get("supported") == "replaces"
    phone.dialog.wait("BYE")
    phone.caller.wait("replaced")
    phone.caller.proc.send_signal(signal.SIGINT)
    line = phone.caller.finish(1)
    assert line["replaced"] == 1 and line["error"] == "interrupted"
    assert line["hung_up_by"] == "caller"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_caller_is_replaced_by_the_target(place, transport):
    """... that was referred to the caller."""
    target = place.target("--transport", transport)
    call = up(place, target, transport=transport)
    phone = Phone(place, "--until-end", "--listen", str(TARGET),
                  transport=transport)
    where = phone.dialog.contact + "?" + replaces_phone(phone).replace(
        ": ", "=").replace(";", "%3B").replace("-tag=", "-tag%3D") + \
        "&Require=replaces"
    call.in_dialog("REFER", ["Refer-To: <%s>" % where])
    phone.dialog.wait("BYE")
    assert [n.body[8:11] for n in notifies(call, 2)] == [b"100", b"200"]
    call.bye()
    phone.caller.wait_hears(TARGET)
    target.wait_hears(CALLER)
    target.proc.send_signal(signal.SIGTERM)
    line = target.finish()
    assert line["outcome"] == "referred" and line["hears_at_end"]
    line = phone.caller.finish()
    assert line["replaced"] == 1 and line["hears_at_end"] and line["good"]
    assert line["talking_to"].startswith("sip:bob@")
    assert line["hung_up_by"] == "other"


def test_caller_is_not_replaced(place):
    phone = Phone(place, "--until-end", "--no-replaces")
    assert not phone.dialog.invite.get("supported")
    refused = phone.agent.invite(phone.dialog.contact, [
        replaces_phone(phone), "Require: replaces"])
    assert refused.code == 420
    assert refused.get("unsupported") == "replaces"
    phone.send("BYE")
    line = phone.caller.finish()
    assert line["replaces_refused"] == 1 and line["replaced"] == 0


def test_caller_without_any_of_it(place):
    """The line of a call that nothing was done with is as it was."""
    agent = place.agent()
    caller = place.caller(agent.uri, "--shape", "direct", "--talk", "0.2")
    line = caller.finish()
    assert "referred" not in line and "tones" not in line
    assert len(caller.lines) == 1
