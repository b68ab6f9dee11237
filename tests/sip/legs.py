"""Peers that a test of onward calls is made of: their legs, whose every answer
is the test's, and what a REFER says.
"""

import re
import socket
import threading
import urllib.parse

from harness import free_ports, wait_for
from peer import Call, Called, Message, Peer, framed, sdp

# What a peer says that it can
ALLOW = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, NOTIFY, REFER, " \
    "UPDATE"
SUPPORTED = "Supported: replaces"
ABLE = (ALLOW, SUPPORTED)
REFERRED = "Referred-By: <sip:ai@127.0.0.1>"

SILENT, LATER = "silent", "later"


class Line:
    """A call of a peer whose answers the test sets, with a voice or none.

    answers: of each method what its requests get: (code, reason), SILENT,
    LATER (the test gives it: say()), or a list of them, the last for good.
    A re-INVITE that gets none of these is taken.
    """

    voice = None
    ability = ABLE
    version = 1
    agreed = "sendrecv"       # by the phone's last offer that was taken

    def session(self, offer=b""):
        """SDP that answers an offer of the phone, or offers."""
        port = self.voice.port if self.voice else \
            self.peer.rtp.getsockname()[1]
        back = {"sendonly": "recvonly", "recvonly": "sendonly",
                "inactive": "inactive"}.get(direction(offer), "sendrecv")
        self.version += 1
        return sdp(self.peer.ip, port).replace(
            b"a=sendrecv", b"a=" + back.encode()).replace(
            b"o=- 1 1 ", b"o=- 1 %d " % self.version)

    def listen(self, offer):
        """Media as the phone's SDP has it."""
        if self.voice and b"m=audio" in offer:
            self.voice.aim(offer)
            self.voice.muted = direction(offer) in ("sendonly", "inactive")

    def say(self, msg, code, reason, headers=()):
        """The answer to a request of the phone in this dialog."""
        body, headers = b"", list(headers)
        if msg.method in ("INVITE", "UPDATE") and code < 300:
            body = self.session(msg.body)
            headers += ["Content-Type: application/sdp", *self.ability]
            self.listen(msg.body)
            self.agreed = direction(msg.body)
        self.unanswered = [m for m in self.unanswered if m is not msg]
        self.peer.respond(msg, code, reason, headers, body)

    def settle(self):
        """Ends what was left open: the host waits for it at its end."""
        self.answers, self.given = {}, {}
        for msg in list(self.unanswered):
            self.say(msg, 481, "No Such Call")

    def _answer(self, msg, again):
        if msg.method == "ACK":
            return
        got = self.given.get(msg.get("cseq")) if again else None
        if got is None:
            got = self.answers.get(msg.method, (200, "OK"))
            if isinstance(got, list):
                got = got.pop(0) if len(got) > 1 else got[0]
            self.given[msg.get("cseq")] = got
        if got in (SILENT, LATER):
            self.unanswered.append(msg)
            return
        self.say(msg, *got)

    # -- what came ----------------------------------------------------------

    def of(self, method):
        return [m for m in self.requests if m.method == method]

    def wait_nth(self, method, count):
        return self._wait("%s number %d" % (method, count), lambda: (
            self.of(method)[count - 1:] or [None])[0], 20)

    def is_held(self):
        """By the last offer that was taken; one that was refused changes
        nothing (RFC 3261, section 14.1)."""
        return self.agreed in ("sendonly", "inactive")

    def is_settled(self):
        """No re-INVITE is open: the newest one has its ACK."""
        last = self.of("INVITE")[-1:]
        return not last or any(
            m.get("cseq").split()[0] == last[0].get("cseq").split()[0]
            for m in self.of("ACK"))

    def wait_held(self, held=True):
        wait_for("%s is %sheld" % (self.user, "" if held else "not "),
                 lambda: self.is_held() == held and self.is_settled())

    # -- REFER --------------------------------------------------------------

    def notify(self, status, over=None, event="refer", state=None,
               body=None, ctype="message/sipfrag;version=2.0", wait=True):
        """Tells the phone what comes of its REFER: "200 OK" for one. Final
        ones end the subscription, if over does not say otherwise."""
        if over is None:
            over = not status.startswith("1")
        if state is None:
            state = "terminated;reason=noresource" if over else \
                "active;expires=60"
        if body is None:
            body = b"SIP/2.0 %s\r\n" % status.encode()
        cseq = self.in_dialog("NOTIFY", [
            "Event: " + event, "Subscription-State: " + state],
            body, ctype if body else None)
        return self.answer_to("NOTIFY", cseq) if wait else cseq

    def answer_to(self, method, cseq):
        return self._wait("answer to " + method, lambda: next(
            (m for m in self.responses if m.code >= 200 and
             m.cseq_method() == method and
             m.get("cseq").startswith("%d " % cseq)), None), 20)

    def named(self):
        """What a Replaces names this dialog by, to its own side."""
        return self.call_id, self.from_tag, self.to_tag


class Outgoing(Line, Call):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.given = {}
        self.unanswered = []


class Incoming(Line, Called):
    """The phone's call, or that of another peer."""

    def __init__(self, peer, invite):
        self.given = {}
        self.unanswered = []
        super().__init__(peer, invite)
        self.user = "the target's call"

    def settle(self):
        super().settle()
        if not self.last or self.last[0] < 200:
            self.refuse(480, "Unavailable")

    def ring(self, code=180, reason="Ringing", body=b""):
        super().reply(code, reason, self.ability, body)

    def take(self):
        self.listen(self.first.body)
        super().reply(200, "OK", self.ability,
                      self.session(self.first.body))
        return self

    def refuse(self, code, reason, headers=()):
        super().reply(code, reason, headers)


class Station(Peer):
    """Takes calls of the phone, over UDP on the same port of TCP too: what
    is too long for one datagram comes there (RFC 3261, section 18.1.1)."""

    voices = None
    deaf = False              # swallows all requests

    def __init__(self, *args, **options):
        self.conns = []
        self.unheard = []
        if options.get("transport", "udp") == "udp":
            options["port"] = free_ports(1, options.get(
                "ip", "127.0.0.1"))[0]
        super().__init__(*args, called=True, messages=True, **options)
        self.second = None
        if self.transport == "udp":
            self.second = socket.socket()
            self.second.setsockopt(socket.SOL_SOCKET,
                                   socket.SO_REUSEADDR, 1)
            self.second.bind((self.ip, self.port))
            self.second.listen()
            threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while self.running:
                conn, _ = self.second.accept()
                self.conns.append(conn)
                threading.Thread(target=self._stream, args=(conn,),
                                 daemon=True).start()
        except OSError:
            pass

    def _stream(self, conn):
        data = b""
        try:
            while self.running:
                chunk = conn.recv(65536)
                if not chunk:
                    break
                whole, data = framed(data + chunk)
                for raw in whole:
                    msg = Message(raw)
                    msg.way = conn.sendall
                    self._take(msg)
        except OSError:
            pass

    def make_called(self, invite):
        call = Incoming(self, invite)
        if self.voices:
            call.voice = self.voices()
        return call

    def call(self, **options):
        return Outgoing(self, **options)

    def _take(self, msg):
        if self.deaf and msg.method:
            self.unheard.append(msg)
        else:
            super()._take(msg)

    def settle(self):
        if self.deaf:
            self.deaf = False
            for msg in self.unheard[:1]:
                self._take(msg)
        for call in list(self.calls.values()):
            call.settle()

    def messages_of(self):
        """Every MESSAGE, in a dialog or in none."""
        return [m for m in list(self.strays) + [
            r for c in list(self.called) for r in list(c.requests)]
            if m.method == "MESSAGE"]

    def close(self):
        super().close()
        for sock in [self.second] + self.conns:
            if sock:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                sock.close()


def direction(body):
    got = re.search(rb"(?m)^a=(sendrecv|sendonly|recvonly|inactive)", body)
    return got.group(1).decode() if got else "sendrecv"


def refer_to(msg):
    """(URI without headers, {name: value}) of a Refer-To, which must be one
    name-addr: its URI has a ?, RFC 3261 section 20.10."""
    values = msg.all("refer-to") + msg.all("r")
    assert len(values) == 1, msg.raw
    got = re.fullmatch(r"(?:\"[^\"]*\"\s*)?<([^<>]+)>", values[0])
    assert got, values
    uri, _, query = got.group(1).partition("?")
    headers = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        # RFC 3261, section 25.1: hnv-unreserved and unreserved stay
        assert re.fullmatch(r"(?:[A-Za-z0-9\[\]/?:+$\-_.!~*'()]|"
                            r"%[0-9A-Fa-f]{2})*", value), values
        assert name.lower() not in headers, values
        headers[name.lower()] = urllib.parse.unquote(value)
    return uri, headers


def replaces_of(value):
    """(Call-ID, to-tag, from-tag)"""
    parts = [p.strip() for p in value.split(";")]
    tags = dict(p.split("=", 1) for p in parts[1:] if "=" in p)
    return parts[0], tags.get("to-tag"), tags.get("from-tag")
