"""A phone for the simulator: it answers as a test wants it to.

What is looked at with it is what the simulator says, not what Baton makes of
it. One thread a connection; UDP, TCP and TLS.
"""

import re
import select
import socket
import ssl
import struct
import threading
import time

from harness import Failure, PATIENCE
from peer import Message, framed, sdp, unique


class Dialog:
    """A call of the simulator, as this side sees it."""

    def __init__(self, agent, invite, send):
        self.agent = agent
        self.invite = invite
        self.send = send
        self.call_id = invite.get("call-id")
        self.from_tag = invite.tag("from")
        self.tag = unique("us")
        self.cseq = 0
        self.requests = []
        self.last = None
        self.contact = re.search(
            r"<([^>]+)>", invite.get("contact")).group(1)
        got = re.search(rb"\r\nm=audio (\d+) ", invite.body)
        self.media = ("127.0.0.1", int(got.group(1))) if got else None

    def request(self, method, headers=(), body=b"", to_tag=True):
        """Sends one in this dialog; returns its CSeq."""
        self.cseq += 1
        to = re.sub(r";tag=.*", "", self.invite.get("from"))
        lines = [
            "%s %s SIP/2.0" % (method, self.contact),
            "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK%s;rport" % (
                self.agent.transport.upper(), self.agent.port, unique("b")),
            "Max-Forwards: 70",
            "To: %s%s" % (to, ";tag=" + self.from_tag if to_tag else ""),
            "From: <sip:agent@127.0.0.1>;tag=" + self.tag,
            "Call-ID: " + self.call_id,
            "CSeq: %d %s" % (self.cseq, method),
            "Contact: " + self.agent.contact(),
        ] + list(headers) + ["Content-Length: %d" % len(body)]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self.cseq

    def of(self, method):
        return [m for m in self.requests if m.method == method]

    def wait(self, method, count=1):
        return self.agent.wait("%d %s" % (count, method), lambda: (
            self.of(method)[count - 1:] or [None])[0])


class Secret:
    """A connection of TLS that one thread reads while others send: OpenSSL's
    own is not for two at once."""

    def __init__(self, conn):
        self.conn = conn
        self.conn.settimeout(0)
        self.lock = threading.Lock()
        self.open = True

    def _step(self, step):
        while self.open:
            reads, writes = [self.conn], []
            try:
                with self.lock:
                    return step()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLWantWriteError:
                reads, writes = writes, reads
            try:
                select.select(reads, writes, [], 0.1)
            except ValueError:
                break                   # closed by another thread
        raise OSError("closed")

    def recv(self, size):
        return self._step(lambda: self.conn.recv(size))

    def sendall(self, out):
        while out:
            out = out[self._step(lambda: self.conn.send(out)):]

    def shutdown(self, how):
        self.open = False
        with self.lock:
            self.conn.shutdown(how)

    def close(self):
        self.open = False
        self.conn.close()


class Agent:
    """codes: what a method is answered with, (code, reason) or a list of
    them, the last one for good. A method that is not named gets 200, silence
    for None. rtp: sends sound, once a call is up, of that payload type.
    describe: what its SDP is, from address and port."""

    def __init__(self, transport="udp", codes=None, rings=True, rtp=True,
                 headers=(), cert=None, verify=None, payload=0,
                 describe=sdp):
        self.transport = transport
        self.codes = codes or {}
        self.rings = rings
        self.rtp = rtp
        self.headers = list(headers)
        self.payload = payload
        self.describe = describe
        self.dialogs = []
        self.strays = []
        self.responses = []
        self.certs = []
        self.open = True
        self.cond = threading.Condition()
        self.threads = []
        self.conns = []
        self.tls = None
        kind = socket.SOCK_DGRAM if transport == "udp" else \
            socket.SOCK_STREAM
        self.sock = socket.socket(socket.AF_INET, kind)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if transport == "udp":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                 1 << 22)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind(("127.0.0.1", 0))
        if transport == "tls":
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(cert)
            if verify:
                self.tls.load_verify_locations(verify)
                self.tls.verify_mode = ssl.CERT_REQUIRED
        if transport != "udp":
            self.sock.listen()
        self._start(self._datagrams if transport == "udp" else self._accept)
        if rtp:
            self._start(self._speak)

    @property
    def uri(self):
        return "sip:agent@127.0.0.1:%d" % self.port

    def contact(self):
        return "<%s%s>" % (self.uri, "" if self.transport == "udp" else
                           ";transport=" + self.transport)

    def _start(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    # -- wire ---------------------------------------------------------------

    def _datagrams(self):
        self.sock.settimeout(0.1)
        while self.open:
            try:
                raw, peer = self.sock.recvfrom(65536)
            except socket.timeout:
                continue
            except OSError:
                return
            self._take(raw, lambda out, to=peer: self.sock.sendto(out, to))

    def _accept(self):
        self.sock.settimeout(0.1)
        while self.open:
            try:
                conn, _ = self.sock.accept()
            except socket.timeout:
                continue
            except OSError:
                return
            conn.settimeout(None)
            self._start(self._server, conn)

    def _server(self, conn):
        try:
            if self.tls:
                conn = Secret(self.tls.wrap_socket(conn, server_side=True))
                self.certs.append(conn.conn.getpeercert(binary_form=True))
        except (ssl.SSLError, OSError):
            conn.close()
            return
        self._stream(conn)

    def _stream(self, conn):
        self.conns.append(conn)
        lock = threading.Lock()

        def send(out):
            with lock:
                conn.sendall(out)
        data = b""
        try:
            while self.open:
                chunk = conn.recv(65536)
                if not chunk:
                    break
                whole, data = framed(data + chunk)
                for raw in whole:
                    self._take(raw, send)
        except OSError:
            pass
        conn.close()

    # -- what comes ---------------------------------------------------------

    def _code(self, method):
        got = self.codes.get(method, (200, "OK"))
        if isinstance(got, list):
            got = got.pop(0) if len(got) > 1 else got[0]
        return got

    def reply(self, dialog, msg, send, code, reason, body=b"", headers=()):
        out = ["SIP/2.0 %d %s" % (code, reason)]
        for name, value in msg.headers:
            if name in ("via", "from", "call-id", "cseq"):
                out.append("%s: %s" % (name.title(), value))
        to = msg.get("to")
        if "tag=" not in to:
            to += ";tag=" + (dialog.tag if dialog else unique("no"))
        out += ["To: " + to, "Contact: " + self.contact()] + list(headers)
        if body:
            out.append("Content-Type: application/sdp")
        out.append("Content-Length: %d" % len(body))
        send("\r\n".join(out).encode() + b"\r\n\r\n" + body)

    def _take(self, raw, send):
        msg = Message(raw)
        with self.cond:
            if not msg.method:
                self.responses.append(msg)
                self.cond.notify_all()
                return
            dialog = next((d for d in self.dialogs
                           if d.call_id == msg.get("call-id")), None)
            again = dialog and any(
                m.method == msg.method and m.get("cseq") == msg.get("cseq")
                for m in dialog.requests)
            if not dialog and msg.method == "INVITE":
                dialog = Dialog(self, msg, send)
                self.dialogs.append(dialog)
            if not dialog:
                self.strays.append(msg)
            elif not again:
                dialog.requests.append(msg)
            self.cond.notify_all()
        if msg.method == "ACK" or again:
            return
        self._answer(dialog, msg, send)

    def _answer(self, dialog, msg, send):
        got = self._code(msg.method)
        if got is None:
            return
        code, reason = got
        if msg.method == "INVITE":
            first = dialog.invite is msg
            if first and self.rings and code != 180:
                self.reply(dialog, msg, send, 180, "Ringing")
            if code == 180:
                self.reply(dialog, msg, send, 180, "Ringing")
                return
            body = self.describe("127.0.0.1", self.media.getsockname()[1]) \
                if code < 300 else b""
            self.reply(dialog, msg, send, code, reason, body, self.headers)
            with self.cond:
                dialog.last = (msg, send, body)
                self.cond.notify_all()
            return
        self.reply(dialog, msg, send, code, reason)
        if msg.method == "CANCEL":
            self.reply(dialog, dialog.invite, send, 487,
                       "Request Terminated")

    def again(self, dialog):
        """Sends the 200 once more."""
        msg, send, body = self.wait("the first 200", lambda: dialog.last)
        self.reply(dialog, msg, send, 200, "OK", body)

    def _speak(self):
        number = 0
        while self.open:
            number += 1
            # A loud square wave
            frame = (b"\x10" * 20 + b"\x90" * 20) * 4
            packet = struct.pack("!BBHII", 0x80, self.payload,
                                 number & 0xffff, number * 160, 4711) + frame
            with self.cond:
                to = [d.media for d in self.dialogs if d.media]
            for peer in to:
                try:
                    self.media.sendto(packet, peer)
                except OSError:
                    pass
            time.sleep(0.02)

    def digit(self, dialog, event):
        """One DTMF digit (RFC 4733), its end three times."""
        stamp = int(time.monotonic() * 8000) & 0xffffffff
        for end in (0, 0x80, 0x80, 0x80):
            self.media.sendto(struct.pack(
                "!BBHIIBBH", 0x80, 101, event, stamp, 4711, event, end | 10,
                800), dialog.media)

    # -- calls of its own ---------------------------------------------------

    def connect(self, uri):
        """A way to send to that URI."""
        got = re.match(r"sip:[^@]*@([^:;]+):(\d+)", uri)
        peer = (got.group(1), int(got.group(2)))
        if self.transport == "udp":
            return lambda out: self.sock.sendto(out, peer)
        conn = socket.create_connection(peer, PATIENCE)
        conn.settimeout(None)
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            conn = Secret(context.wrap_socket(conn))
        self._start(self._stream, conn)
        return conn.sendall

    def invite(self, uri, headers=(), offer=None):
        """Calls the simulator: a function that sends a request in that
        dialog, and the final response."""
        send = self.connect(uri)
        call_id, tag = unique("out-"), unique("ft")
        if offer is None:
            offer = self.describe("127.0.0.1", self.media.getsockname()[1])

        def request(method, cseq, to="", extra=(), body=b""):
            lines = [
                "%s %s SIP/2.0" % (method, uri),
                "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK%s;rport" % (
                    self.transport.upper(), self.port, unique("b")),
                "Max-Forwards: 70",
                "To: <%s>%s" % (uri, to),
                "From: <sip:agent@127.0.0.1>;tag=" + tag,
                "Call-ID: " + call_id,
                "CSeq: %d %s" % (cseq, method),
                "Contact: " + self.contact(),
            ] + list(extra)
            if body:
                lines.append("Content-Type: application/sdp")
            lines.append("Content-Length: %d" % len(body))
            send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        request("INVITE", 1, extra=headers, body=offer)
        final = self.wait("an answer to the call", lambda: next(
            (m for m in self.responses if m.code >= 200 and
             m.get("call-id") == call_id), None))
        to = ";tag=" + final.tag("to")
        request("ACK", 1, to)
        if final.code < 300:
            got = re.search(rb"\r\nm=audio (\d+) ", final.body)
            fake = Dialog.__new__(Dialog)
            fake.call_id = call_id
            fake.requests = []
            fake.agent = self
            fake.tag = tag
            fake.media = ("127.0.0.1", int(got.group(1)))
            with self.cond:
                self.dialogs.append(fake)
        return final

    # -- for tests ----------------------------------------------------------

    def wait(self, what, find, timeout=PATIENCE):
        end = time.monotonic() + timeout
        with self.cond:
            while True:
                got = find()
                if got:
                    return got
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure("not seen in %g s: %s" % (timeout, what))
                self.cond.wait(left)

    def dialog(self, number=0):
        return self.wait("call %d" % (number + 1), lambda: (
            self.dialogs[number:] or [None])[0])

    def answer_to(self, dialog, cseq):
        return self.wait("an answer to request %d" % cseq, lambda: next(
            (m for m in self.responses if m.code >= 200 and
             m.get("call-id") == dialog.call_id and
             m.get("cseq").startswith("%d " % cseq)), None))

    def close(self):
        self.open = False
        for conn in self.conns:
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join(5)
        self.sock.close()
        self.media.close()
