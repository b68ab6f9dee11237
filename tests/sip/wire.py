"""A relay between simulator and phone that sees SIP and media on the wire,
and SRTP read by other means than the host's and the simulator's library."""

import base64
import hashlib
import hmac
import math
import re
import selectors
import socket
import struct
import subprocess
import threading

PHONE, SIM = "phone", "simulator"


# -- sound -------------------------------------------------------------------

def ulaw(code):
    """One sample of G.711, 16 bits."""
    code = ~code & 0xff
    value = (((code & 0x0f) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return -value if code & 0x80 else value


def tone(samples, hertz, rate=8000):
    """The share of a tone in the energy of the samples: 1 is the tone alone,
    noise has next to nothing of it."""
    energy = sum(s * s for s in samples)
    if not energy:
        return 0.0
    turn = 2 * math.pi * hertz / rate
    real = sum(s * math.cos(turn * n) for n, s in enumerate(samples))
    imag = sum(s * math.sin(turn * n) for n, s in enumerate(samples))
    return 2 * (real * real + imag * imag) / (len(samples) * energy)


def payload_tone(payloads, hertz):
    """The mean share of a tone in payloads of G.711, one by one."""
    shares = [tone([ulaw(c) for c in p], hertz) for p in payloads]
    return sum(shares) / len(shares)


# -- SRTP as RFC 3711 has it, with the openssl program -----------------------

def keystream(key, vector, size):
    return subprocess.run(
        ["openssl", "enc", "-aes-128-ctr", "-K", key.hex(), "-iv",
         vector.to_bytes(16, "big").hex()], input=bytes(size),
        stdout=subprocess.PIPE, check=True, timeout=20).stdout[:size]


class Reader:
    """Reads packets of AES_CM_128_HMAC_SHA1_80 with a key of an a=crypto,
    from before the first roll-over of the sequence number."""

    def __init__(self, inline):
        both = base64.b64decode(inline)
        assert len(both) == 30
        self.master, self.salt = both[:16], int.from_bytes(both[16:], "big")
        self.cipher = self.derive(0, 16)
        self.auth = self.derive(1, 20)
        self.session_salt = int.from_bytes(self.derive(2, 14), "big")

    def derive(self, label, size):
        return keystream(self.master, (self.salt ^ label << 48) << 16, size)

    def read(self, packet):
        """The payload; None when the tag is not right."""
        body, tag = packet[:-10], packet[-10:]
        right = hmac.new(self.auth, body + bytes(4), hashlib.sha1).digest()
        if tag != right[:10]:
            return None
        seq, _, ssrc = struct.unpack(">HII", body[2:12])
        vector = (self.session_salt << 16) ^ (ssrc << 64) ^ (seq << 16)
        data = body[12:]
        return bytes(a ^ b for a, b in zip(
            data, keystream(self.cipher, vector, len(data))))


# -- the relay ---------------------------------------------------------------

class Relay:
    """Stands between simulator and phone, over UDP. All that either of them
    sends of a call's media comes by here, and is kept: (leg, who sent it,
    datagram), legs counted from 0 by their INVITE. spoil(who, leg, sdp) may
    change an SDP before it is passed on.
    """

    def __init__(self, phone, spoil=None):
        self.phone = (phone.ip, phone.sip_port)
        self.spoil = spoil or (lambda who, leg, sdp: sdp)
        self.lock = threading.Lock()
        self.media = []
        self.sdps = []              # (leg, who, text)
        self.legs = {}              # Call-ID: [number, socket, socket]
        self.ways = {}              # socket: what to do with a datagram
        self.ports = {}             # (leg, who): where its media goes
        self.clients = {}
        self.selector = selectors.DefaultSelector()
        self.front = self.socket(self.from_client)
        self.uri = "sip:agent@127.0.0.1:%d" % self.port(self.front)
        self.open = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def socket(self, handler):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        self.ways[sock] = handler
        self.selector.register(sock, selectors.EVENT_READ)
        return sock

    @staticmethod
    def port(sock):
        return sock.getsockname()[1]

    def _run(self):
        while self.open:
            for key, _ in self.selector.select(0.1):
                data, peer = key.fileobj.recvfrom(65536)
                self.ways[key.fileobj](key.fileobj, data, peer)

    def from_client(self, _, data, peer):
        if peer not in self.clients:
            def back(_, answer, __):
                self.front.sendto(self.rewrite(answer, PHONE), peer)
            self.clients[peer] = self.socket(back)
        self.clients[peer].sendto(self.rewrite(data, SIM), self.phone)

    def leg(self, call_id):
        if call_id not in self.legs:
            number = len(self.legs)
            self.legs[call_id] = [
                number,
                self.socket(lambda _, d, p: self.pass_on(number, PHONE, d, p)),
                self.socket(lambda _, d, p: self.pass_on(number, SIM, d, p))]
        return self.legs[call_id]

    def pass_on(self, number, who, data, peer):
        """To the phone from the socket that the phone sends to. A handshake
        may begin before the SDP of who begins it is here."""
        with self.lock:
            self.media.append((number, who, data))
        self.ports.setdefault((number, who), peer[1])
        other = SIM if who == PHONE else PHONE
        port = self.ports.get((number, other))
        sockets = [s for n, *s in self.legs.values() if n == number][0]
        if port:
            sockets[0 if other == PHONE else 1].sendto(
                data, ("127.0.0.1", port))

    def rewrite(self, raw, who):
        head, gap, body = raw.partition(b"\r\n\r\n")
        if not re.search(rb"(?m)^m=audio ", body):
            return raw
        call_id = re.search(rb"(?im)^call-id: *(\S+)", head).group(1)
        number, at_phone, at_sim = self.leg(call_id)
        sdp = body.decode()
        with self.lock:
            self.sdps.append((number, who, sdp))
        self.ports[number, who] = int(
            re.search(r"(?m)^m=audio (\d+)", sdp).group(1))
        here = at_phone if who == SIM else at_sim
        sdp = re.sub(r"(?m)^m=audio \d+", "m=audio %d" % self.port(here), sdp)
        body = self.spoil(who, number, sdp).encode()
        head = re.sub(rb"(?im)^content-length: *\d+",
                      b"Content-Length: %d" % len(body), head)
        return head + gap + body

    def seen(self, number, who):
        """Datagrams: (RTP, DTLS, anything else)"""
        rtp, dtls, rest = [], [], []
        with self.lock:
            media = [d for n, w, d in self.media if (n, w) == (number, who)]
        for data in media:
            if data[0] >> 6 == 2 and not 64 <= data[1] & 0x7f <= 95:
                rtp.append(data)
            elif 20 <= data[0] <= 63:
                dtls.append(data)
            elif data[0] >> 6 != 2:
                rest.append(data)
        return rtp, dtls, rest

    def attribute(self, number, who, name):
        for n, w, sdp in self.sdps:
            got = re.search(r"(?m)^a=%s:(.*?)\r?$" % name, sdp)
            if (n, w) == (number, who) and got:
                return got.group(1)
        raise AssertionError("no a=%s of the %s in leg %d: %r" % (
            name, who, number, self.sdps))

    def stop(self):
        self.open = False
        self.thread.join(5)
        for sock in self.ways:
            sock.close()
        self.selector.close()
