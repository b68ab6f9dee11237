"""A SIP peer of a few hundred bytes at a time: the bytes are the test's.

SIPp speaks for another stack; this one is for what SIPp cannot be made to
send: broken bodies, repeated requests, several messages in one segment.
"""

import itertools
import os
import re
import select
import socket
import ssl
import threading
import time

from harness import Failure, PATIENCE, wait_for

_count = itertools.count(1)


def unique(prefix):
    return "%s%x%x" % (prefix, os.getpid(), next(_count) + 0x1000)


def framed(data):
    """The whole messages a stream has brought, and what is left of it."""
    whole = []
    while True:
        data = data.lstrip(b"\r\n")
        head, found, rest = data.partition(b"\r\n\r\n")
        got = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
        size = int(got.group(1)) if got else 0
        if not found or len(rest) < size:
            return whole, data
        whole.append(head + found + rest[:size])
        data = rest[size:]


class Message:
    """A request or response taken apart, no more than tests need."""

    def __init__(self, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        self.raw = raw
        self.body = body
        lines = head.decode("utf-8", "replace").split("\r\n")
        self.first = lines[0]
        self.headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.append((name.strip().lower(), value.strip()))
        self.code = 0
        self.reason = ""
        self.method = ""
        if self.first.startswith("SIP/2.0 "):
            parts = self.first.split(" ", 2)
            self.code = int(parts[1])
            self.reason = parts[2] if len(parts) > 2 else ""
        else:
            self.method = self.first.split(" ", 1)[0]
        self.seen = time.monotonic()
        self.way = None     # sends back to where it came from

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]

    def get(self, name):
        got = self.all(name)
        return got[0] if got else ""

    def tag(self, name):
        got = re.search(r";tag=([^;>\s]+)", self.get(name))
        return got.group(1) if got else ""

    def cseq_method(self):
        return self.get("cseq").split(" ")[-1]

    def __repr__(self):
        return "<%s>" % self.first


def sdp(ip, port, codec="0 PCMU/8000", offer_extra=""):
    number, name = codec.split(" ", 1)
    return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
            "m=audio %d RTP/AVP %s\r\na=rtpmap:%s %s\r\na=sendrecv\r\n%s"
            % (ip, ip, port, number, number, name, offer_extra)) \
        .encode("ascii")


def multipart(parts, boundary="b4t0n-boundary", preamble=b"", end=True):
    """(body, content type); parts are (media type, bytes[, headers])."""
    body = preamble
    for part in parts:
        head = "--%s\r\nContent-Type: %s\r\n" % (boundary, part[0])
        for line in (part[2] if len(part) > 2 else ()):
            head += line + "\r\n"
        body += head.encode("utf-8") + b"\r\n" + part[1] + b"\r\n"
    if end:
        body += ("--%s--\r\n" % boundary).encode("ascii")
    return body, "multipart/mixed;boundary=%s" % boundary


class Peer:
    """One address, UDP, TCP or TLS, with any number of calls to one phone.

    tls is the ssl.SSLContext of a TLS peer. called: it takes calls of the
    phone too, and the test answers them (wait_call). messages: what comes in
    no dialog but is a MESSAGE gets 200, else 481. listen: TCP or TLS whose
    connection is the phone's to make; phone may be None then, as for UDP,
    until meet().
    """

    def __init__(self, phone, transport="udp", ip="127.0.0.1", tls=None,
                 called=False, messages=False, listen=False, port=0):
        self.ip = ip
        self.transport = transport
        self.phone = self.target = self.door = None
        if phone:
            self.meet(phone)
        self.calls = {}
        self.called = [] if called else None
        self.messages = messages
        self.trying = True
        self.strays = []
        self.malformed = []
        self.running = True
        # Somewhere for the phone's RTP to go
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((ip, 0))
        if transport == "udp":
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                 1 << 20)
            self.sock.bind((ip, port))
        elif listen:
            self.door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.door.bind((ip, 0))
            self.door.listen()
            self.sock = None
        else:
            self.sock = socket.create_connection(
                self.target, PATIENCE, source_address=(ip, 0))
            if tls:
                self.sock = tls.wrap_socket(self.sock)
            # TLS is not for two threads at once: see _tls()
            self.sock.settimeout(0 if tls else None)
        self.secure = tls is not None and transport != "udp"
        self.port = (self.sock or self.door).getsockname()[1]
        self.tls = tls
        self.there = threading.Event()
        if self.sock:
            self.there.set()
        self.lock = threading.Lock()
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def meet(self, phone):
        self.phone = phone
        self.target = (phone.ip,
                       phone.sip_port + (self.transport == "tls"))

    # -- wire ---------------------------------------------------------------

    def send(self, raw, to=None):
        """To the phone; to: another address, over UDP"""
        if self.transport == "udp":
            self.sock.sendto(raw, to or self.target)
            return
        if not self.there.wait(PATIENCE):
            raise Failure("the phone has not connected")
        if self.secure:
            while raw:
                raw = raw[self._tls(lambda: self.sock.send(raw)):]
        else:
            with self.lock:
                self.sock.sendall(raw)

    def _tls(self, step):
        """One step of TLS, never beside another one's"""
        while self.running:
            try:
                with self.lock:
                    return step()
            except ssl.SSLWantReadError:
                select.select([self.sock], [], [], 0.1)
            except ssl.SSLWantWriteError:
                select.select([], [self.sock], [], 0.1)
        raise OSError("closed")

    def _enter(self):
        """Who connects is the phone"""
        while self.running and not self.sock:
            conn, _ = self.door.accept()
            if not self.running:
                conn.close()
                return
            try:
                if self.tls:
                    conn = self.tls.wrap_socket(conn, server_side=True)
            except OSError:
                conn.close()
                continue
            conn.settimeout(0 if self.tls else None)
            self.sock = conn
            self.there.set()

    def _read(self):
        data = b""
        try:
            if self.door:
                self._enter()
            while self.running:
                if self.transport == "udp":
                    raw, source = self.sock.recvfrom(65536)
                    if not self.running:
                        break
                    # RTCP, when the port after another's RTP is this one
                    if raw.strip() and raw[0] < 0x80:
                        msg = Message(raw)
                        msg.way = lambda out, to=source: self.send(out, to)
                        self._take(msg)
                    continue
                chunk = self._tls(lambda: self.sock.recv(65536)) \
                    if self.secure else self.sock.recv(65536)
                if not chunk:
                    break
                whole, data = framed(data + chunk)
                for raw in whole:
                    self._take(Message(raw))
        except OSError:
            pass
        self.closed.set()

    def _take(self, msg):
        if b"\r\n\r\n" not in msg.raw or \
                msg.get("content-length") != str(len(msg.body)):
            self.malformed.append("no whole SIP message: %r" % msg.raw[:800])
        call = self.calls.get(msg.get("call-id") or msg.get("i"))
        if call:
            call._take(msg)
            return
        if msg.method == "INVITE" and self.called is not None and \
                not msg.tag("to"):
            self.called.append(self.make_called(msg))
            return
        self.strays.append(msg)
        if msg.method == "MESSAGE" and self.messages:
            self.respond(msg, 200, "OK")
        elif msg.method and msg.method != "ACK":
            self.respond(msg, 481, "No Such Call")

    def respond(self, request, code, reason, headers=(), body=b"",
                to_tag=None):
        lines = ["SIP/2.0 %d %s" % (code, reason)]
        for name, value in request.headers:
            if name == "to" and to_tag and not request.tag("to"):
                value += ";tag=" + to_tag
            if name in ("via", "from", "to", "call-id", "cseq"):
                lines.append("%s: %s" % (name.title(), value))
        lines.append("Contact: %s" % self.contact())
        lines += list(headers)
        lines.append("Content-Length: %d" % len(body))
        (request.way or self.send)(
            "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def contact(self):
        extra = "" if self.transport == "udp" else \
            ";transport=" + self.transport
        return "<sip:peer@%s:%d%s>" % (self.ip, self.port, extra)

    def call(self, **options):
        return Call(self, **options)

    def make_called(self, invite):
        return Called(self, invite)

    def wait_call(self, count=1, timeout=PATIENCE):
        """The count-th call that the phone made to this peer."""
        return wait_for("call %d of the phone" % count, lambda:
                        len(self.called) >= count and
                        self.called[count - 1], timeout)

    def wait_stray(self, method, timeout=PATIENCE):
        """The first request of that kind in no dialog of ours."""
        return wait_for("%s in no dialog" % method, lambda: next(
            (m for m in self.strays if m.method == method), None), timeout)

    def close(self):
        self.running = False
        try:
            if self.transport == "udp":
                self.sock.sendto(b"", self.sock.getsockname())
            else:
                (self.sock or self.door).shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(5)
        for sock in (self.sock, self.door, self.rtp):
            if sock:
                sock.close()


class Call:
    """One dialog that this peer begins."""

    def __init__(self, peer, user="ai", name="Ava", call_id=None,
                 from_tag=None, auto_ack=True):
        self.peer = peer
        self.user = user
        self.name = name
        self.call_id = call_id or unique("call-") + "@" + peer.ip
        self.from_tag = from_tag or unique("ft")
        self.to_tag = ""
        self.branch = "z9hG4bK" + unique("br")
        self.cseq = 1
        self.auto_ack = auto_ack
        self.responses = []
        self.requests = []
        self.contact = ""
        self.sent = b""
        self.acked = set()
        # What a request in the dialog gets in place of 200: (code, reason)
        self.answers = {}
        self.cond = threading.Condition()
        peer.calls[self.call_id] = self

    def uri(self):
        return "sip:%s@%s" % (self.user, self.peer.ip)

    def replaces(self, flags=""):
        """The value of a Replaces that names this dialog to the phone."""
        assert self.to_tag, "the phone has not answered yet"
        return "%s;to-tag=%s;from-tag=%s%s" % (
            self.call_id, self.to_tag, self.from_tag, flags)

    # -- out ----------------------------------------------------------------

    def request(self, method, headers=(), body=b"", ctype=None, cseq=None,
                branch=None, length=None, uri=None, extra_raw=b""):
        via = "SIP/2.0/%s %s:%d;branch=%s;rport" % (
            self.peer.transport.upper(), self.peer.ip, self.peer.port,
            branch or self.branch)
        lines = [
            "%s %s SIP/2.0" % (method, uri or self.peer.phone.uri),
            "Via: " + via,
            "Max-Forwards: 70",
            "From: \"%s\" <%s>;tag=%s" % (self.name, self.uri(),
                                          self.from_tag),
            "To: <%s>%s" % (self.peer.phone.uri, ";tag=" + self.to_tag
                            if self.to_tag else ""),
            "Call-ID: " + self.call_id,
            "CSeq: %d %s" % (cseq or self.cseq, method),
            "Contact: " + self.peer.contact(),
        ]
        lines += list(headers)
        if ctype:
            lines.append("Content-Type: " + ctype)
        lines.append("Content-Length: %d" % (
            len(body) if length is None else length))
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + \
            extra_raw + body

    def invite_bytes(self, parts=None, headers=(), offer=None, body=None,
                     ctype=None, **options):
        """The INVITE: SDP alone, or SDP and parts in multipart/mixed."""
        if body is None:
            if offer is None:
                offer = sdp(self.peer.ip, self.peer.rtp.getsockname()[1])
            if parts:
                body, ctype = multipart(
                    [("application/sdp", offer)] + list(parts))
            else:
                body, ctype = offer, "application/sdp"
        self.sent = self.request("INVITE", headers, body, ctype, **options)
        return self.sent

    def invite(self, parts=None, headers=(), **options):
        self.peer.send(self.invite_bytes(parts, headers, **options))
        return self

    def again(self):
        """Sends the last INVITE once more, byte by byte the same."""
        self.peer.send(self.sent)

    def ack(self, response, answer=None):
        """ACK of a final response, RFC 3261 sections 13.2.2.4, 17.1.1.3;
        answer: SDP of the test's own"""
        number = int(response.get("cseq").split(" ")[0])
        to_tag, self.to_tag = self.to_tag, response.tag("to")
        if response.code < 300:
            uri = self.contact or None
            branch = "z9hG4bK" + unique("ak")
        else:
            uri, branch = None, self.branch
        body, ctype = b"", None
        if response.code < 300 and (answer or self.want_answer):
            body = answer or sdp(self.peer.ip,
                                 self.peer.rtp.getsockname()[1])
            ctype = "application/sdp"
        self.peer.send(self.request("ACK", (), body, ctype, cseq=number,
                                    branch=branch, uri=uri))
        if response.code >= 300:
            self.to_tag = to_tag

    want_answer = False       # the phone's 200 has the offer
    cancelled = False         # for the test to keep in mind

    def cancel(self, headers=()):
        self.peer.send(self.request("CANCEL", headers))

    def bye(self, headers=()):
        return self.in_dialog("BYE", headers)

    def in_dialog(self, method, headers=(), body=b"", ctype=None):
        """A request in the dialog; returns its CSeq number."""
        self.cseq += 1
        self.branch = "z9hG4bK" + unique("br")
        self.peer.send(self.request(method, headers, body, ctype,
                                    uri=self.contact or None))
        return self.cseq

    # -- in -----------------------------------------------------------------

    def _take(self, msg):
        if msg.method:
            again = any(r.method == msg.method and
                        r.get("cseq") == msg.get("cseq")
                        for r in self.requests)
            with self.cond:
                if not again:
                    self.requests.append(msg)
                self.cond.notify_all()
            self._answer(msg, again)
            return
        if msg.cseq_method() == "INVITE":
            got = re.search(r"<([^>]+)>", msg.get("contact"))
            if got and msg.code < 300:
                self.contact = got.group(1)
            if 100 < msg.code < 300 and msg.tag("to"):
                self.to_tag = msg.tag("to")
            if msg.code >= 200 and self.auto_ack:
                self.ack(msg)
        with self.cond:
            self.responses.append(msg)
            self.cond.notify_all()

    def _answer(self, msg, again):
        """What a request in the dialog gets"""
        if msg.method in self.answers:
            self.peer.respond(msg, *self.answers[msg.method])
        elif msg.method in ("INVITE", "UPDATE"):
            self.peer.respond(
                msg, 200, "OK", ("Content-Type: application/sdp",),
                sdp(self.peer.ip, self.peer.rtp.getsockname()[1]))
        elif msg.method != "ACK":
            self.peer.respond(msg, 200, "OK")

    def _wait(self, what, find, timeout):
        end = time.monotonic() + timeout
        with self.cond:
            while True:
                got = find()
                if got:
                    return got
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure("%s of %s not seen in %g s; seen: %r %r"
                                  % (what, self.user, timeout,
                                     self.responses, self.requests))
                self.cond.wait(left)

    def wait_code(self, *codes, method="INVITE", cseq=None,
                  timeout=PATIENCE):
        """The first response with one of the codes. Another final one
        fails at once."""
        def find():
            for msg in self.responses:
                if msg.cseq_method() != method:
                    continue
                if cseq and int(msg.get("cseq").split(" ")[0]) != cseq:
                    continue
                if msg.code in codes:
                    return msg
                if msg.code >= 200 and method == "INVITE" and \
                        not cseq:
                    raise Failure("%s got %s, not %r" % (
                        self.user, msg.first, codes))
            return None
        return self._wait("response %r" % (codes,), find, timeout)

    def wait_final(self, method="INVITE", timeout=PATIENCE):
        return self._wait("final response", lambda: next(
            (m for m in self.responses if m.code >= 200 and
             m.cseq_method() == method), None), timeout)

    def wait_request(self, method, timeout=PATIENCE):
        return self._wait(method, lambda: next(
            (m for m in self.requests if m.method == method), None), timeout)

    def finals(self):
        return [m for m in self.responses if m.code >= 200 and
                m.cseq_method() == "INVITE"]

    def has_request(self, method):
        return any(m.method == method for m in self.requests)


class Called(Call):
    """One dialog that the phone begins: its INVITE, to be answered."""

    crossing = False          # its 200 is on the way as the CANCEL comes

    def __init__(self, peer, invite):
        super().__init__(peer, user="called", name="Called",
                         call_id=invite.get("call-id"))
        got = re.search(r"<([^>]+)>", invite.get("contact"))
        self.contact = got.group(1) if got else ""
        self.to_tag = invite.tag("from")
        self.first = invite
        self.last = None
        self.requests.append(invite)
        if peer.trying:
            peer.respond(invite, 100, "Trying")

    def reply(self, code, reason, headers=(), body=b""):
        """A response to its INVITE; 200 has an answer in it"""
        headers = list(headers)
        if code == 200 and not body:
            body = sdp(self.peer.ip, self.peer.rtp.getsockname()[1])
        if body:
            headers.append("Content-Type: application/sdp")
        self.last = (code, reason, headers, body, self.from_tag)
        self.peer.respond(self.first, *self.last)

    def _take(self, msg):
        if msg.method == "INVITE" and \
                msg.get("cseq") == self.first.get("cseq"):
            if self.last:
                self.peer.respond(self.first, *self.last)
            return
        super()._take(msg)
        if msg.method == "CANCEL" and not self.crossing and (
                not self.last or self.last[0] < 200):
            self.reply(487, "Request Terminated")
