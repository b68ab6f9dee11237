"""Who speaks a tone each, so that what is heard tells who is heard.

Speaker is one side of a call, over RTP; what the person hears: ears.py.
"""

import math
import re
import socket
import struct
import threading
import time

from ears import PERSON
from peer import sdp
from wire import tone, ulaw

CALLER, TARGET = 700, 1100

# Amplitudes: what ear.c and a Speaker say, and what counts as heard. What one
# says oneself is not heard again, and is looked for more closely.
LOUD = 6000
HEARD = 2500
NOT_HEARD = 300

# Seconds that are looked at in one go
WINDOW = 0.1

PCMU = ("PCMU/8000", 8000)
L16 = ("L16/16000", 16000)
L16_48 = ("L16/48000", 48000)


def to_ulaw(sample):
    """One 16 bit sample as G.711."""
    sign, value = (0x80, -sample) if sample < 0 else (0, sample)
    value = min(value, 32635) + 132
    exponent = value.bit_length() - 8
    return ~(sign | exponent << 4 | value >> exponent + 3 & 15) & 0xff


ULAW = bytes(to_ulaw(s - 32768) for s in range(65536))


class Speaker:
    """Speaks a tone to the phone, a packet each ptime ms, and keeps what it
    hears. offer() is for a call that it begins, answer() for one that it
    takes; to() says where the phone is."""

    def __init__(self, hertz, codec=PCMU, ptime=20, loud=LOUD):
        self.name, self.rate = codec
        self.type = 0 if codec == PCMU else 97
        self.hertz = hertz
        self.loud = loud
        self.ptime = ptime
        self.count = self.rate * ptime // 1000
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(0.1)
        self.target = None
        self.speaking = True
        self.running = True
        self.sent = 0
        self.lock = threading.Lock()
        self.heard = []             # (time, samples)
        self.threads = [threading.Thread(target=run, daemon=True)
                        for run in (self._hear, self._speak)]
        for thread in self.threads:
            thread.start()

    def sdp(self):
        return sdp("127.0.0.1", self.sock.getsockname()[1],
                   "%d %s" % (self.type, self.name),
                   "a=ptime:%d\r\n" % self.ptime)

    offer = sdp

    def answer(self, offer):
        """An SDP for the phone's own."""
        got = re.search(r"(?m)^a=rtpmap:(\d+) %s(/1)?\r?$" % self.name,
                        offer.decode())
        assert got or self.type == 0, offer
        self.type = int(got.group(1)) if got else 0
        self.to(offer)
        return self.sdp()

    def to(self, body):
        port = re.search(rb"(?m)^m=audio (\d+) ", body).group(1)
        self.target = ("127.0.0.1", int(port))
        return self

    def samples(self, start):
        """Those of one packet."""
        turn = 2 * math.pi * self.hertz / self.rate
        return [int(self.loud * math.sin(turn * n))
                for n in range(start, start + self.count)]

    def _speak(self):
        due = time.monotonic()
        while self.running:
            if self.target and self.speaking:
                start = self.sent * self.count
                samples = self.samples(start)
                head = struct.pack(">BBHII", 0x80, self.type,
                                   self.sent & 0xffff, start & 0xffffffff,
                                   4711)
                data = bytes(ULAW[s + 32768] for s in samples) \
                    if self.type == 0 else \
                    struct.pack(">%dh" % self.count, *samples)
                try:
                    self.sock.sendto(head + data, self.target)
                except OSError:
                    pass
                self.sent += 1
            due += self.ptime / 1000
            time.sleep(max(0, due - time.monotonic()))

    def _hear(self):
        while self.running:
            try:
                raw, _ = self.sock.recvfrom(65536)
            except socket.timeout:
                continue
            except OSError:
                return
            if len(raw) < 12 or raw[0] >> 6 != 2 or \
                    raw[1] & 0x7f != self.type:
                continue
            data = raw[12:]
            samples = [ulaw(c) for c in data] if self.type == 0 else \
                struct.unpack(">%dh" % (len(data) // 2), data)
            with self.lock:
                self.heard.append((time.monotonic(), samples))

    def mark(self):
        """From here on, for since()."""
        with self.lock:
            return len(self.heard)

    def since(self, mark):
        """(rate, samples) that came after the mark."""
        with self.lock:
            return self.rate, [s for _, v in self.heard[mark:] for s in v]

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join(5)
        self.sock.close()


def level(samples, hertz, rate):
    """How loud a tone is, as an amplitude."""
    mean = sum(s * s for s in samples) / len(samples)
    return math.sqrt(2 * mean * tone(samples, hertz, rate))


def windows(rate, samples):
    size = int(rate * WINDOW)
    return [samples[n:n + size]
            for n in range(0, len(samples) - size + 1, size)]


def tones(rate, samples):
    """{hertz: amplitude}, the middle one of all windows; {} without any."""
    parts = windows(rate, samples)
    out = {}
    for hertz in (PERSON, CALLER, TARGET):
        found = sorted(level(p, hertz, rate) for p in parts)
        if found:
            out[hertz] = found[len(found) // 2]
    return out
