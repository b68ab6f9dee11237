"""What each end of a call says and hears: tones, by RTP.

A voice is a socket that hums and listens; the person's is in ears.py.
"""

import bisect
import collections
import itertools
import math
import re
import select
import socket
import struct
import threading
import time

from ears import PERSON
from harness import Failure, wait_for
from wire import tone, ulaw

FRAME = 160                # samples in 20 ms
WINDOW = 12                # packets that a tone is told by

_LAW = sorted((ulaw(code), code) for code in range(256))


def law(sample):
    """G.711 of a sample, the nearest there is."""
    n = bisect.bisect_left(_LAW, (sample, 0))
    near = _LAW[max(0, n - 1):n + 1] or _LAW[-1:]
    return min(near, key=lambda pair: abs(pair[0] - sample))[1]


def frame(hertz, loud):
    """20 ms of a tone; whole turns of it, so hertz is a multiple of 50."""
    assert hertz % 50 == 0
    return bytes(law(loud * math.sin(2 * math.pi * hertz * n / 8000))
                 for n in range(FRAME))


def share(packets, hertz):
    """The share of a tone in packets, each of them 20 ms of PCMU."""
    return tone([ulaw(c) for p in packets for c in p], hertz)


class Voice:
    """hertz: what it hums at, a multiple of 50; 0 is silence."""

    def __init__(self, hertz, loud=9000):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.heard = collections.deque(maxlen=3000)
        self.target = None
        self.muted = False
        self.open = True
        self.hum(hertz, loud)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def hum(self, hertz, loud=9000):
        self.hertz = hertz
        self.frame = frame(hertz, loud)

    def aim(self, sdp):
        """To where an SDP of the phone says."""
        got = re.search(rb"(?m)^m=audio (\d+) ", sdp)
        if got and int(got.group(1)):
            self.target = ("127.0.0.1", int(got.group(1)))

    def _run(self):
        number, due = 0, time.monotonic()
        while self.open:
            left = due - time.monotonic()
            if left > 0:
                ready, _, _ = select.select([self.sock], [], [], left)
                if not ready:
                    continue
                raw = self.sock.recv(2048)
                if len(raw) == 12 + FRAME and raw[1] & 0x7f == 0:
                    self.heard.append((time.monotonic(), raw[12:]))
                continue
            due += 0.02
            number += 1
            if self.target and not self.muted:
                self.sock.sendto(struct.pack(
                    ">BBHII", 0x80, 0, number & 0xffff, FRAME * number,
                    self.port) + self.frame, self.target)

    def since(self, moment):
        return [p for at, p in list(self.heard) if at >= moment]

    def hears(self, hertz, at_least=0.5, since=None):
        """Waits for a quarter of a second of that tone, from now on."""
        since = time.monotonic() if since is None else since

        def find():
            packets = self.since(since)[-WINDOW:]
            return len(packets) == WINDOW and \
                share(packets, hertz) > at_least
        try:
            wait_for("%d Hz" % hertz, find)
        except Failure as error:
            got = self.since(since)[-WINDOW:]
            raise Failure("%s; heard %d packets, %.3f of it" % (
                error, len(self.since(since)),
                share(got, hertz) if got else 0))

    def is_deaf_to(self, hertz, seconds=0.8):
        """Nothing of that tone for so long, in any 100 ms of it."""
        since = time.monotonic()
        while time.monotonic() < since + seconds:
            time.sleep(0.05)
        packets = self.since(since)
        for n in range(0, len(packets) - 4):
            got = share(packets[n:n + 5], hertz)
            if got > 0.1:
                raise Failure("must not be heard: %d Hz (%.2f)" % (
                    hertz, got))

    def stop(self):
        self.open = False
        self.thread.join(5)
        self.sock.close()


# -- the person --------------------------------------------------------------

class Ear:
    """What the person hears. A voice is given a tone that was not there
    before, and that is waited for."""

    def __init__(self, phone):
        self.ears = phone.ears
        self.tones = itertools.cycle(range(650, 2000, 100))

    def hears(self, *voices, at_least=0.25):
        """Each of them; all at the same time if there are several."""
        new = [(voice, next(self.tones)) for voice in voices]
        mark = self.ears.mark()
        for voice, hertz in new:
            voice.hum(hertz)
        wait_for("%r Hz at the person" % [h for _, h in new], lambda:
                 self._found(mark, [h for _, h in new], at_least / len(new)))

    def _found(self, mark, hertz, at_least):
        """In one and the same quarter of a second, of the newest."""
        samples = self.ears.since(mark)[1][-16000:]
        return any(all(tone(samples[n:n + 2000], h) > at_least
                       for h in hertz)
                   for n in range(0, len(samples) - 1999, 2000))
