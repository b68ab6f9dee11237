#!/usr/bin/python3
"""A running call beside a flood of INVITEs of somebody who may not consult.

Counts what the flood takes from that call, from the phone's memory, and from
a consultation that may ring meanwhile. Alone, with three arguments, this is
the flood itself: flood.py PORT RATE SECONDS.
"""

import json
import os
import re
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time

RATE = 500                  # INVITEs a second
SECONDS = 10
STRANGER = "127.0.0.2"      # not covered by baton_allow_from
FRIEND = "127.0.0.1"
SETTLE = 5                  # s: until transactions of the first are gone
GROWTH = 1024               # KiB that are no growth: pages of the allocator
REPORTS = 12                # s in which a report of the phone comes


# -- the flood ----------------------------------------------------------------

CONTEXT = b'{"summary":"let me in","caller":{"name":"Nobody"}}'


def invite(port, own, n):
    sdp = ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
           "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
           % (STRANGER, STRANGER)).encode()
    body = (b"--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp +
            b"\r\n--b\r\nContent-Type: application/json\r\n\r\n" + CONTEXT +
            b"\r\n--b--\r\n")
    return head("INVITE", port, own, n, "") + (
        "Contact: <sip:nobody@%s:%d>\r\n"
        "Content-Type: multipart/mixed;boundary=b\r\n"
        "Content-Length: %d\r\n\r\n" % (STRANGER, own, len(body))
        ).encode() + body


def head(method, port, own, n, to_tag):
    return ("%s sip:agent@127.0.0.1:%d SIP/2.0\r\n"
            "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK%d-%d;rport\r\n"
            "Max-Forwards: 70\r\n"
            "From: <sip:nobody@%s>;tag=f%d\r\n"
            "To: <sip:agent@127.0.0.1>%s\r\n"
            "Call-ID: flood-%d-%d\r\n"
            "CSeq: 1 %s\r\n" % (
                method, port, STRANGER, own, own, n, STRANGER, n, to_tag,
                own, n, method)).encode()


def ack(port, own, n, response):
    to = re.search(rb"(?im)^To:[^\r\n]*(;tag=[^;\r\n]+)", response)
    return head("ACK", port, own, n, to.group(1).decode() if to else "") + \
        b"Content-Length: 0\r\n\r\n"


def flood(port, rate, seconds):
    """Sends; answers each final response with its ACK. Returns counts."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((STRANGER, 0))
    sock.setblocking(False)
    own = sock.getsockname()[1]
    watch = selectors.DefaultSelector()
    watch.register(sock, selectors.EVENT_READ)
    begin = time.monotonic()
    codes, answered, sent = {}, set(), 0
    while True:
        now = time.monotonic() - begin
        if now > seconds + 1:
            break
        while sent < min(now, seconds) * rate:
            sock.sendto(invite(port, own, sent), ("127.0.0.1", port))
            sent += 1
        for _ in watch.select(0.002):
            while True:
                try:
                    data = sock.recv(65536)
                except BlockingIOError:
                    break
                code = int(data[8:11]) if data.startswith(b"SIP/2.0 ") else 0
                number = re.search(rb"(?im)^Call-ID: flood-\d+-(\d+)", data)
                if not number or code < 180:
                    continue
                n = int(number.group(1))
                if code >= 200:
                    sock.sendto(ack(port, own, n, data), ("127.0.0.1", port))
                if (n, code) not in answered:
                    answered.add((n, code))
                    codes[code] = codes.get(code, 0) + 1
    return {"sent": sent, "codes": codes}


# -- the call beside it -------------------------------------------------------

class Talker:
    """The far side of a running call: RTP both ways, counted by sequence."""

    def __init__(self):
        self.sock, self.rtcp = self.pair()
        self.port = self.sock.getsockname()[1]
        self.target = None
        self.running = True
        self.seen = []          # sequence numbers of the phone's packets
        self.at = []            # when each came
        self.sent = 0
        self.report = None      # (lost, highest) of the newest report
        self.threads = []

    @staticmethod
    def pair():
        """RTP on an even port, RTCP on the next"""
        while True:
            rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            rtcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            rtp.bind((FRIEND, 0))
            port = rtp.getsockname()[1]
            try:
                if port % 2 == 0:
                    rtcp.bind((FRIEND, port + 1))
                    for sock in (rtp, rtcp):
                        sock.setsockopt(socket.SOL_SOCKET,
                                        socket.SO_RCVBUF, 1 << 20)
                        sock.settimeout(0.2)
                    return rtp, rtcp
            except OSError:
                pass
            rtp.close()
            rtcp.close()

    def start(self, sdp):
        port = int(re.search(rb"m=audio (\d+)", sdp).group(1))
        self.target = ("127.0.0.1", port)
        for run in (self._receive, self._send, self._reports):
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            self.threads.append(thread)

    def _receive(self):
        while self.running:
            try:
                data = self.sock.recv(2048)
            except socket.timeout:
                continue
            if len(data) >= 12 and not 192 <= data[1] <= 223:
                self.at.append(time.monotonic())
                self.seen.append(struct.unpack(">H", data[2:4])[0])

    def _send(self):
        due = time.monotonic()
        while self.running:
            self.sock.sendto(struct.pack(
                ">BBHII", 0x80, 0, self.sent & 0xffff, 160 * self.sent,
                0x51) + b"\xff" * 160, self.target)
            self.sent += 1
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def _reports(self):
        while self.running:
            try:
                data = self.rtcp.recv(2048)
            except socket.timeout:
                continue
            self.take_report(data)

    def take_report(self, data):
        """Report blocks of SR and RR, RFC 3550 section 6.4"""
        while len(data) >= 8:
            count, kind = data[0] & 31, data[1]
            size = 4 * (struct.unpack(">H", data[2:4])[0] + 1)
            at = {200: 28, 201: 8}.get(kind)
            if at and count and size >= at + 24:
                block = data[at:at + 24]
                lost = int.from_bytes(block[5:8], "big", signed=True)
                highest = struct.unpack(">I", block[8:12])[0]
                self.report = (lost, highest & 0xffff)
            data = data[size:]

    def lost(self):
        """Packets of the phone that did not come, by their numbers."""
        lost, last = 0, None
        for n in self.seen:
            if last is not None:
                step = (n - last) & 0xffff
                if step == 0 or step > 0x8000:
                    lost -= 1 if step else 0
                    continue
                lost += step - 1
            last = n
        return lost

    def gap(self):
        """Longest time between two packets of the phone, ms"""
        return 1000 * max((b - a for a, b in zip(self.at, self.at[1:])),
                          default=0.0)

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join(5)
        self.sock.close()
        self.rtcp.close()


class Consultation:
    """One call of the friend, over a socket of its own."""

    def __init__(self, port, talker):
        self.port = port
        self.talker = talker
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((FRIEND, 0))
        self.sock.settimeout(0.2)
        self.own = self.sock.getsockname()[1]
        self.to_tag = ""
        self.contact = "sip:agent@127.0.0.1:%d" % port
        self.running = True
        self.thread = None

    def _send(self, method, cseq, body=b"", ctype=None, branch=None):
        lines = [
            "%s %s SIP/2.0" % (method, self.contact),
            "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK%s;rport" % (
                FRIEND, self.own, branch or "%s%d" % (method, self.own)),
            "Max-Forwards: 70",
            "From: \"Ava\" <sip:ai@%s>;tag=friend%d" % (FRIEND, self.own),
            "To: <sip:agent@127.0.0.1>" + self.to_tag,
            "Call-ID: beside-%d" % self.own,
            "CSeq: %d %s" % (cseq, method),
            "Contact: <sip:ai@%s:%d>" % (FRIEND, self.own)]
        if ctype:
            lines.append("Content-Type: " + ctype)
        lines.append("Content-Length: %d" % len(body))
        self.sock.sendto("\r\n".join(lines).encode() + b"\r\n\r\n" + body,
                         ("127.0.0.1", self.port))

    def begin(self, timeout=10):
        """INVITE to ACK; the phone answers because its person does."""
        sdp = ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
               "m=audio %d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
               % (FRIEND, FRIEND, self.talker.port)).encode()
        body = (b"--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp +
                b"\r\n--b\r\nContent-Type: application/json\r\n\r\n"
                b'{"summary":"the call beside the flood"}\r\n--b--\r\n')
        self._send("INVITE", 1, body, "multipart/mixed;boundary=b")
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                continue
            if not data.startswith(b"SIP/2.0 "):
                continue
            code = int(data[8:11])
            if code < 200:
                continue
            if code >= 300:
                raise RuntimeError("the call beside the flood got %d" % code)
            tag = re.search(rb"(?im)^To:[^\r\n]*(;tag=[^;\r\n]+)", data)
            self.to_tag = tag.group(1).decode()
            self.contact = re.search(rb"(?im)^Contact:[^<\r\n]*<([^>]+)>",
                                     data).group(1).decode()
            self._send("ACK", 1)
            self.talker.start(data)
            self.thread = threading.Thread(target=self._answer, daemon=True)
            self.thread.start()
            return
        raise RuntimeError("the call beside the flood was not answered")

    def _answer(self):
        """200 to what the phone asks within the dialog."""
        while self.running:
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                continue
            if data.startswith(b"SIP/2.0 ") or data.startswith(b"ACK "):
                continue
            lines = [x for x in data.split(b"\r\n\r\n")[0].split(b"\r\n")
                     if re.match(rb"(?i)(via|from|to|call-id|cseq):", x)]
            self.sock.sendto(b"SIP/2.0 200 OK\r\n" + b"\r\n".join(lines) +
                             b"\r\nContent-Length: 0\r\n\r\n",
                             ("127.0.0.1", self.port))

    def end(self):
        self._send("BYE", 2)
        self.running = False
        if self.thread:
            self.thread.join(5)
        self.sock.close()


def resident(pid):
    """KiB of resident memory"""
    with open("/proc/%d/statm" % pid) as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def wait_until(what, condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("not seen in %g s: %s" % (seconds, what))
        time.sleep(0.05)


def measure(host, consultations, limited):
    """The lines of one flood. consultations() rings the phone meanwhile and
    returns the summary of INVITE to 180."""
    talker = Talker()
    call = Consultation(host.sip_port, talker)
    host.accept = True
    try:
        call.begin()
    finally:
        host.accept = False
    child = None
    try:
        wait_until("sound both ways", lambda: len(talker.seen) > 25, 10)
        sizes, samples = [], []
        child = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), str(host.sip_port),
             str(RATE), str(SECONDS)], stdout=subprocess.PIPE, text=True)
        begin = time.monotonic()

        def watch():
            while child.poll() is None:
                samples.append((time.monotonic() - begin,
                                resident(host.process.pid)))
                time.sleep(0.1)
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        summary = consultations()
        out, _ = child.communicate(timeout=SECONDS + 30)
        thread.join(5)
        told = json.loads(out)
        sizes = [kib for at, kib in samples if SETTLE <= at <= SECONDS]
        # What the phone has received is told by its next report
        highest = talker.sent - 1
        wait_until("a report of what the phone received", lambda:
                   talker.report and
                   ((talker.report[1] - highest) & 0xffff) < 0x8000,
                   REPORTS)
    finally:
        if child is not None and child.poll() is None:
            child.kill()
            child.wait()
        call.end()
        talker.stop()

    name = "with baton_rate_limit 10" if limited else "without a rate limit"
    rate = told["sent"] / SECONDS
    quarter = max(1, len(sizes) // 4)
    growth = sorted(sizes[-quarter:])[quarter // 2] - \
        sorted(sizes[:quarter])[quarter // 2]
    answers = ", ".join("%s: %s" % x for x in sorted(told["codes"].items()))
    unanswered = told["sent"] - sum(
        n for code, n in told["codes"].items() if int(code) >= 200)

    def line(figure, value, unit, limit):
        return {"flood": name, "figure": figure, "value": value,
                "unit": unit, "limit": limit,
                "ok": None if limit is None else value <= limit}
    return [
        dict(line("INVITEs a second", round(rate), "", None),
             note="answers " + answers),
        line("INVITEs without an answer", unanswered, "", 0),
        line("packets of the call lost to the peer", talker.lost(),
             "of %d" % len(talker.seen), 0),
        line("packets of the call lost to the phone", talker.report[0],
             "of %d" % talker.sent, 0),
        line("longest time between packets to the peer",
             round(talker.gap(), 1), "ms", None),
        # Without a limit each INVITE is a transaction of the host's, which
        # lives on for 5 s and more: their number is bounded, but the
        # allocator's heap is then not the same all the time
        line("memory grown from 5 s on", growth, "KiB",
             GROWTH if limited else None),
        line("INVITE to 180 of who may, p99", round(summary["p99"], 1),
             "ms of %d" % summary["n"], 10),
    ]


def lines(figures):
    """A table for bench.py"""
    out = [("beside %d unauthorised INVITEs a second" % RATE, "value", "of",
            "limit", "ok")]
    for x in figures:
        if "missing" in x:
            out.append((x["figure"], "-", "-", "-", "NOT MEASURED"))
            continue
        out.append((
            "%s, %s" % (x["figure"], x["flood"]), "%g" % x["value"],
            x["unit"], "-" if x["limit"] is None else "%g" % x["limit"],
            "-" if x["ok"] is None else "yes" if x["ok"]
            else "over the limit"))
    return out


if __name__ == "__main__":
    print(json.dumps(flood(int(sys.argv[1]), int(sys.argv[2]),
                           float(sys.argv[3]))))
