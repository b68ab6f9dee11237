"""baton_allow_from tls: names in the certificate that a TLS peer shows.

Python's own TLS is the peer. Whoever is covered by a certificate is shown as
verified, and what he says is worth `transport`.
"""

import os
import socket
import ssl
import struct

import pytest

from data import NORMAL_PART
from harness import Failure, wait_for
from pki import Authority
from test_policy import is_handoff, is_plain

AI = "ai.example.org"
OTHER = "other.example.org"


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    made = Authority(str(tmp_path_factory.mktemp("ca") / "good"))
    made.server = made.certificate(["IP:127.0.0.1"], "phone",
                                   "serverAuth,clientAuth")
    return made


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    return Authority(str(tmp_path_factory.mktemp("ca2") / "bad"), "Foreign")


def context_of(certificate=None, version=None):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.check_hostname = False
    ctx.verify_mode = ssl.CERT_NONE
    if certificate:
        ctx.load_cert_chain(certificate)
    if version:
        ctx.minimum_version = ctx.maximum_version = version
    return ctx


def phone_of(bench, ca, *config, cafile=True):
    own = [("sip_certificate", ca.server),
           ("baton_allow_from", "tls:" + AI)]
    if cafile:
        own.append(("sip_cafile", ca.root))
    return bench.phone(*(own + list(config)))


def tls_peer(bench, phone, certificate=None, version=None, ctx=None):
    return bench.peer(phone, transport="tls",
                      tls=ctx or context_of(certificate, version))


def invite(peer, **options):
    return peer.call(**options).invite(parts=[NORMAL_PART])


def trust_of(phone, ident):
    """(verified, trust) of the context, once it is read"""
    wait_for("context", lambda: phone.show(ident).get("context"))
    shown = phone.show(ident)
    return shown["verified"], shown["trust"]


VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("names,common,usage", [
    (["DNS:" + AI], "x", "clientAuth"),
    (["DNS:x.org", "DNS:" + AI.upper() + "."], "x", "clientAuth"),
    (["URI:sip:" + AI], "x", "serverAuth,clientAuth"),
    ([], AI, None),
])
def test_covered(bench, ca, version, names, common, usage):
    phone = phone_of(bench, ca)
    peer = tls_peer(bench, phone, ca.certificate(names, common, usage),
                    version)
    call = invite(peer)
    is_handoff(phone, call)
    assert trust_of(phone, phone.wait_offered()) == (True, "transport")


@pytest.mark.parametrize("names,common", [
    (["DNS:" + OTHER], "x"),
    (["DNS:x." + AI], "x"),
    (["DNS:*.example.org"], "x"),
    (["URI:sip:ai@" + AI], "x"),
    (["URI:https://" + AI], "x"),
    (["email:a@" + AI], "x"),
    # RFC 5922, section 7.1: the common name counts without SAN only
    (["DNS:" + OTHER], AI),
    ([], OTHER),
])
def test_another_name(bench, ca, names, common):
    phone = phone_of(bench, ca)
    peer = tls_peer(bench, phone, ca.certificate(names, common))
    is_plain(phone, invite(peer))


@pytest.mark.parametrize("version", VERSIONS)
def test_another_ca(bench, ca, foreign, version):
    phone = phone_of(bench, ca)
    peer = tls_peer(bench, phone, foreign.certificate(["DNS:" + AI]),
                    version)
    is_plain(phone, invite(peer))


@pytest.mark.parametrize("version", VERSIONS)
def test_no_certificate(bench, ca, version):
    phone = phone_of(bench, ca)
    is_plain(phone, invite(tls_peer(bench, phone, None, version)))


def test_expired(bench, ca):
    phone = phone_of(bench, ca)
    peer = tls_peer(bench, phone, ca.certificate(["DNS:" + AI], days=-1))
    is_plain(phone, invite(peer))


def test_of_no_client(bench, ca):
    phone = phone_of(bench, ca)
    peer = tls_peer(bench, phone, ca.certificate(["DNS:" + AI],
                                                 usage="codeSigning"))
    is_plain(phone, invite(peer))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_without_tls(bench, ca, transport):
    """Also while somebody who is covered is connected."""
    phone = phone_of(bench, ca)
    good = tls_peer(bench, phone, ca.certificate(["DNS:" + AI]))
    is_handoff(phone, invite(good))
    call = invite(bench.peer(phone, transport=transport), user="thief")
    call.wait_code(180)
    assert len(phone.handoffs()) == 1


def test_patterns_and_other_kinds(bench, ca):
    """The kinds given must all hold; a pattern is one of names."""
    phone = phone_of(bench, ca, ("baton_allow_from", "tls:*.trunk.example"),
                     ("baton_allow_from", "sip:ai@*"))
    peer = tls_peer(bench, phone, ca.certificate(["DNS:a.trunk.example"]))
    is_handoff(phone, invite(peer))
    call = invite(peer, user="thief")
    call.wait_code(180)
    assert len(phone.handoffs()) == 1


def test_asserted_by_a_tls_peer(bench, ca):
    phone = phone_of(bench, ca, ("baton_allow_from", "sip:bot@*"))
    peer = tls_peer(bench, phone, ca.certificate(["DNS:" + AI]))
    call = peer.call(user="trunk").invite(
        parts=[NORMAL_PART],
        headers=["P-Asserted-Identity: <sip:bot@example.org>"])
    is_handoff(phone, call)


def test_no_ca_is_said(bench, ca):
    phone = phone_of(bench, ca, cafile=False)
    assert "sip_cafile" in phone.log_text()
    peer = tls_peer(bench, phone, ca.certificate(["DNS:" + AI]))
    is_plain(phone, invite(peer))


def test_resumed_session(bench, ca):
    """A session that was made with the certificate still stands for it, one
    that was made without it does not."""
    phone = phone_of(bench, ca)
    for certificate, count in ((None, 0),
                               (ca.certificate(["DNS:" + AI]), 1)):
        ctx = context_of(certificate, ssl.TLSVersion.TLSv1_2)
        first = tls_peer(bench, phone, ctx=ctx)
        invite(first, user="first").wait_code(180)
        session = first.sock.session
        again = Resumed(ctx, session)
        call = invite(tls_peer(bench, phone, ctx=again), user="second")
        call.wait_code(180)
        wait_for("hand-offs", lambda: len(phone.handoffs()) == 2 * count)


class Resumed:
    """An SSLContext whose connections take up a session."""

    def __init__(self, ctx, session):
        self.ctx = ctx
        self.session = session

    def wrap_socket(self, sock):
        return self.ctx.wrap_socket(sock, session=self.session)


# -- two at once --------------------------------------------------------------

class Wire:
    """TLS by hand: each record, and each piece of it, goes when told."""

    def __init__(self, phone, ctx):
        self.sock = socket.create_connection(
            (phone.ip, phone.sip_port + 1), 20)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = ctx.wrap_bio(self.incoming, self.outgoing)
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush()
                self.incoming.write(self.sock.recv(65536))
        self.flush()

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.sock.sendall(data)

    def record(self, data):
        """One TLS record, not sent"""
        self.tls.write(data)
        return self.outgoing.read()

    def send(self, data):
        self.sock.sendall(data)

    def read_until(self, word, timeout=20):
        self.sock.settimeout(timeout)
        got = b""
        while word not in got:
            try:
                got += self.tls.read(65536)
            except ssl.SSLWantReadError:
                chunk = self.sock.recv(65536)
                if not chunk:
                    raise Failure("closed after %r" % got)
                self.incoming.write(chunk)
        return got

    def close(self):
        self.sock.close()


def request(phone, user, method="INVITE"):
    body = b'{"summary":"of %s"}' % user.encode()
    sdp = (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1"
           b"\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n")
    both = b"--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp + \
        b"\r\n--b\r\nContent-Type: application/json\r\n\r\n" + body + \
        b"\r\n--b--\r\n"
    head = (
        "%s sip:agent@%s:%d SIP/2.0\r\n"
        "Via: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK%s;rport\r\n"
        "From: <sip:%s@127.0.0.1>;tag=%s\r\nTo: <sip:agent@%s>\r\n"
        "Call-ID: %s\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n"
        "Contact: <sip:%s@127.0.0.1:9;transport=tls>\r\n"
        "Content-Type: multipart/mixed;boundary=b\r\n"
        "Content-Length: %d\r\n\r\n" % (
            method, phone.ip, phone.sip_port, user, user, user, phone.ip,
            user, method, user, len(both)))
    return head.encode() + both


def summaries(phone):
    """Of all hand-offs: who is on the line"""
    return sorted(phone.show(entry["id"])["caller"]["uri"]
                  if "uri" in (phone.show(entry["id"]).get("caller") or {})
                  else str(phone.show(entry["id"]))
                  for entry in phone.handoffs())


@pytest.mark.parametrize("version", VERSIONS)
def test_interleaved(bench, ca, version):
    """Messages in many records, records in many segments: each piece of the
    one peer's goes between pieces of the other's."""
    phone = phone_of(bench, ca)
    good = Wire(phone, context_of(ca.certificate(["DNS:" + AI]), version))
    evil = Wire(phone, context_of(ca.certificate(["DNS:" + OTHER]),
                                  version))
    seen = 0
    try:
        for n in range(6):
            name = "%d%s" % (n, version.name[-1])
            yes, no = request(phone, "good" + name), \
                request(phone, "evil" + name)
            # Another cut each time: in the head of a record, in its middle,
            # one byte before its end
            cut = (3, 5, 6, 40, 200, -1)[n]
            records = [[wire.record(raw[:100]), wire.record(raw[100:])]
                       for wire, raw in ((good, yes), (evil, no))]
            # The last piece of evil's is the last that arrives but one
            good.send(records[0][0])
            evil.send(records[1][0] + records[1][1][:cut])
            good.send(records[0][1][:cut])
            if n % 2:
                evil.send(records[1][1][cut:])
                evil.read_until(b"180 Ringing")
                good.send(records[0][1][cut:])
                good.read_until(b"180 Ringing")
            else:
                good.send(records[0][1][cut:])
                good.read_until(b"180 Ringing")
                evil.send(records[1][1][cut:])
                evil.read_until(b"180 Ringing")
            seen += 1
            shown = [phone.show(e["id"]) for e in phone.handoffs()]
            assert len(shown) == seen
            assert all("good" in str(s) and "sip:evil" not in str(s)
                       and s["verified"] for s in shown)
    finally:
        good.close()
        evil.close()


def test_who_leaves_leaves_nothing(bench, ca):
    """The memory of a connection that ended is used again by the next."""
    phone = phone_of(bench, ca, ("call_max_calls", "64"))
    mine = ca.certificate(["DNS:" + AI])
    other = ca.certificate(["DNS:" + OTHER])
    for n in range(8):
        good = Wire(phone, context_of(mine))
        good.send(good.record(request(phone, "leaver%d" % n)))
        good.read_until(b"180 Ringing")
        # Reset: gone at once
        good.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        good.close()
        evil = Wire(phone, context_of(other))
        evil.send(evil.record(request(phone, "evil%d" % n)))
        evil.read_until(b"180 Ringing")
        evil.close()
        assert len(phone.handoffs()) == n + 1


# -- the phone calls out ------------------------------------------------------

class Proxy:
    """A TLS server that the phone registers at; calls come down from it."""

    def __init__(self, certificate):
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ctx.load_cert_chain(certificate)
        self.conn = None

    def take(self):
        self.sock.settimeout(20)
        raw, _ = self.sock.accept()
        raw.settimeout(20)
        self.conn = self.ctx.wrap_socket(raw, server_side=True)
        got = self.read_until(b"\r\n\r\n").decode()
        lines = got.split("\r\n")
        assert lines[0].startswith("REGISTER "), got
        keep = [line for line in lines[1:] if line.split(":")[0].lower() in
                ("via", "from", "to", "call-id", "cseq", "contact")]
        keep = [line + ";tag=proxy" if line.lower().startswith("to:")
                else line for line in keep]
        self.conn.sendall(("SIP/2.0 200 OK\r\n" + "\r\n".join(keep) +
                           "\r\nContent-Length: 0\r\n\r\n").encode())

    def read_until(self, word):
        got = b""
        while word not in got:
            chunk = self.conn.recv(65536)
            if not chunk:
                raise Failure("closed after %r" % got)
            got += chunk
        return got

    def close(self):
        for sock in (self.conn, self.sock):
            if sock:
                sock.close()


@pytest.mark.parametrize("name,count", [(AI, 1), (OTHER, 0)])
def test_down_from_a_proxy(bench, ca, name, count):
    """The phone opened the connection: the proxy's certificate counts."""
    proxy = Proxy(ca.certificate(["DNS:" + name, "IP:127.0.0.1"],
                                 usage="serverAuth"))
    folder = os.path.join(bench.folder, "phone0")
    try:
        phone = phone_of(
            bench, ca, ("sip_verify_server", "yes"))
        ok, data = phone.command(
            "uanew", "<sip:agent@127.0.0.1:%d;transport=tls>;regint=60"
            % proxy.port)
        assert ok, (folder, data)
        proxy.take()
        proxy.conn.sendall(request(phone, "down"))
        proxy.read_until(b"180 Ringing")
        assert len(phone.handoffs()) == count
        if count:
            ident = phone.wait_offered()
            assert trust_of(phone, ident) == (True, "transport")
    finally:
        proxy.close()


def test_loaded_late(bench, ca):
    """A connection of before cannot be told from another's: nobody is
    covered, and it is said."""
    phone = bench.phone(("sip_certificate", ca.server),
                        ("sip_cafile", ca.root),
                        ("baton_allow_from", "tls:" + AI),
                        modules=())
    early = Wire(phone, context_of(ca.certificate(["DNS:" + OTHER])))
    try:
        ok, data = phone.command("module_load", "baton.so")
        if not ok:
            ok, data = phone.command("insmod", "baton.so")
        assert ok, data
        assert "start the phone again" in phone.log_text()
        good = Wire(phone, context_of(ca.certificate(["DNS:" + AI])))
        good.send(good.record(request(phone, "good")))
        good.read_until(b"180 Ringing")
        early.send(early.record(request(phone, "early")))
        early.read_until(b"180 Ringing")
        assert phone.handoffs() == []
        good.close()
    finally:
        early.close()
