"""Context by reference: fetched over https, by the phone as it is.

The servers are this file's; what they say, and how slowly, is the test's.
"""

import base64
import copy
import gzip
import hashlib
import os
import socket
import ssl
import subprocess
import threading
import time

import pytest

import harness
from data import VCON, VCON_PART, dump, source_errors
from harness import wait_for
from test_config import loaded, log_lines
from test_context import check_vcon
from test_live import answer

VCON_BYTES = dump(VCON)
LIMIT = 65536


# -- certificates and servers -------------------------------------------------

def openssl(folder, *args):
    subprocess.run(("openssl",) + args, cwd=folder, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@pytest.fixture(scope="session")
def certs(tmp_path_factory):
    """A root of our own, a server's certificate, and one for others."""
    folder = str(tmp_path_factory.mktemp("certs"))
    openssl(folder, "req", "-x509", *EC, "-days", "2", "-subj",
            "/CN=Test root", "-keyout", "ca.key", "-out", "ca.pem")
    for name, alt in (("good", "IP:127.0.0.1,DNS:localhost"),
                      ("other", "DNS:other.example,IP:192.0.2.1")):
        openssl(folder, "req", *EC, "-subj", "/CN=" + name, "-addext",
                "subjectAltName=" + alt, "-keyout", name + ".key",
                "-out", name + ".csr")
        openssl(folder, "x509", "-req", "-in", name + ".csr", "-days", "2",
                "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-copy_extensions", "copy", "-out", name + ".pem")
    return folder


class Server:
    """One https server; answers maps a path to the bytes of an answer, or
    to a function that gets the connection."""

    def __init__(self, certs, name="good"):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(certs, name + ".pem"),
                                     os.path.join(certs, name + ".key"))
        self.answers = {}
        self.requests = []          # (path, {header: value})
        self.connections = 0
        self.ended = threading.Event()
        self.go = threading.Event()
        self.sock = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = self.sock.getsockname()[1]
        self.host = "127.0.0.1:%d" % self.port
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def url(self, path):
        return "https://%s%s" % (self.host, path)

    def paths(self):
        return [path for path, _ in self.requests]

    def _accept(self):
        while True:
            try:
                raw, _ = self.sock.accept()
            except OSError:
                return
            if self.ended.is_set():
                raw.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(raw,),
                                      daemon=True)
            thread.start()
            self.threads.append(thread)

    def _serve(self, raw):
        raw.settimeout(harness.PATIENCE)
        try:
            with self.context.wrap_socket(raw, server_side=True) as conn:
                self._answer(conn)
        except OSError:
            pass                    # the phone went away, or refused us
        finally:
            raw.close()

    def _answer(self, conn):
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = conn.recv(65536)
            if not chunk:
                return
            data += chunk
        lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, path, version = lines[0].split(" ")
        assert (method, version) == ("GET", "HTTP/1.1"), lines[0]
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self.requests.append((path, headers))
        answer = self.answers.get(path, http(404, b"no", "text/plain"))
        if callable(answer):
            answer(conn)
        else:
            conn.sendall(answer)

    def hang(self, conn):
        """Says nothing until the test lets it go, or the phone leaves."""
        self.go.wait(harness.PATIENCE)
        conn.sendall(http(200, VCON_BYTES))

    def close(self):
        self.ended.set()
        self.go.set()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            pass
        self.sock.close()
        for thread in self.threads:
            thread.join(5)


def http(code, body, ctype="application/vcon", headers=(), length=True):
    lines = ["HTTP/1.1 %d Whatever" % code]
    if ctype:
        lines.append("Content-Type: " + ctype)
    if length:
        lines.append("Content-Length: %d" % len(body))
    lines += list(headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@pytest.fixture
def server(certs):
    made = Server(certs)
    yield made
    made.close()


@pytest.fixture
def second(certs):
    made = Server(certs)
    yield made
    made.close()


# -- the phone's side ---------------------------------------------------------

def config(certs, *servers):
    return [("baton_fetch_ca", os.path.join(certs, "ca.pem"))] + [
        ("baton_fetch_allow", s.host) for s in servers]


def call_info(url, params="purpose=vcon"):
    return "Call-Info: <%s>;%s" % (url, params)


def ring(bench, phone, *headers):
    """An INVITE with these headers and nothing else: it must ring."""
    call = bench.peer(phone).call().invite(headers=headers)
    call.wait_code(180)
    return call, phone.wait_offered()


def settled(phone, ident, sources=1):
    """What is shown once nothing is loading any more."""
    def find():
        shown = phone.show(ident)
        return not shown["loading"] and len(shown["sources"]) >= sources \
            and shown
    return wait_for("all that is loading", find)


def refused(bench, phone, word, *headers):
    """It rings, the source says why it was not read, an alert follows."""
    call, ident = ring(bench, phone, *headers)
    shown = settled(phone, ident)
    assert shown["state"] == "offered"
    errors = source_errors(shown)
    assert len(errors) == 1 and word in errors[0], errors
    assert shown["sources"][0]["carrier"] == "call-info"
    assert not shown.get("context")
    alert = phone.wait_alert(ident, "context-unread")
    assert word in alert["message"]
    return shown


def test_by_call_info(bench, certs, server):
    server.answers["/v?secret=1"] = http(200, VCON_BYTES)
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v?secret=1")))
    shown = settled(phone, ident)
    check_vcon(shown["context"])
    assert not source_errors(shown)
    source, = shown["sources"]
    assert source["carrier"] == "call-info"
    assert source["type"] == "application/vcon"
    assert source["bytes"] == len(VCON_BYTES)
    assert shown["trust"] == "unverified"
    _, headers = server.requests[0]
    assert "application/vcon" in headers["accept"]
    for name in ("authorization", "accept-encoding", "cookie", "referer"):
        assert name not in headers, headers
    assert "secret=1" not in phone.log_text()


def test_trust_is_that_of_who_hands_over(bench, certs, server):
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"),
                        *config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v")))
    shown = settled(phone, ident)
    assert shown["trust"] == "unverified"
    assert shown["sources"][0]["trust"] == "unverified"


def test_update_after_it(bench, certs, server):
    """What is fetched does not stand over what the AI says later."""
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_allow_from", "sip:ai@127.0.0.1"),
                        *config(certs, server))
    call = bench.peer(phone).call(user="ai").invite(
        headers=[call_info(server.url("/v"))])
    call.wait_code(180)
    ident = phone.wait_offered()
    settled(phone, ident)
    cseq = call.in_dialog("MESSAGE", (), dump({"summary": "Later"}),
                          "application/json")
    assert answer(call, cseq).code == 200
    assert phone.show(ident)["context"]["summary"] == "Later"


def test_stranger_gets_nothing_fetched(bench, certs, server):
    """A call that policy does not take is an ordinary one."""
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        *config(certs, server))
    call = bench.peer(phone).call().invite(
        headers=[call_info(server.url("/v"))])
    call.wait_code(180)
    harness.never("a connection", lambda: server.connections)
    assert phone.handoffs() == []


def test_purpose(bench, certs, server):
    """info speaks only of an allowed host, icon never."""
    server.answers["/v"] = http(200, dump({"summary": "by info"}),
                                "application/json")
    phone = bench.phone(*config(certs, server))
    peer = bench.peer(phone)
    for n, header in enumerate((
            call_info(server.url("/v"), "purpose=icon"),
            call_info("https://www.example.com/alice", "purpose=info"),
            "Call-Info: <%s>" % server.url("/v"))):
        call = peer.call(user="friend%d" % n).invite(headers=[header])
        call.wait_code(180)
        assert phone.handoffs() == []
        call.cancel()
        call.wait_code(487)
    assert not server.connections
    _, ident = ring(bench, phone,
                    call_info(server.url("/v"), "purpose=info"))
    assert settled(phone, ident)["context"]["summary"] == "by info"


def test_by_lookup(bench, certs, server, second):
    """The id of User-to-User, with a token that no other host sees."""
    server.answers["/ctx/case-4711?v=1"] = http(
        200, dump({"summary": "looked up", "handoff_id": "case-4711"}),
        "application/json; charset=utf-8")
    second.answers["/v"] = http(200, VCON_BYTES)
    folder = bench.folder
    token = os.path.join(folder, "token")
    with open(token, "w", encoding="ascii") as f:
        f.write("s3cret-t0ken==\n")
    phone = bench.phone(
        ("baton_lookup_url", server.url("/ctx/{id}?v=1")),
        ("baton_fetch_token", "%s %s" % (server.host, token)),
        *config(certs, second))
    _, ident = ring(bench, phone, "User-to-User: case-4711",
                    call_info(second.url("/v")))
    shown = settled(phone, ident, 3)
    assert shown["context"]["handoff_id"] == "case-4711"
    assert not source_errors(shown)
    assert server.paths() == ["/ctx/case-4711?v=1"]
    assert second.paths() == ["/v"]
    assert server.requests[0][1]["authorization"] == \
        "Bearer s3cret-t0ken=="
    assert "authorization" not in second.requests[0][1]
    assert "s3cret" not in phone.log_text()


def test_lookup_escapes_the_id(bench, certs, server):
    phone = bench.phone(("baton_lookup_url", server.url("/ctx/{id}")),
                        *config(certs))
    _, ident = ring(bench, phone, "User-to-User: "
                    + dump({"handoff_id": "a/../b?c#d é"}).hex()
                    + ";encoding=hex")
    shown = settled(phone, ident, 2)
    assert server.paths() == ["/ctx/a%2F..%2Fb%3Fc%23d%20%C3%A9"]
    assert source_errors(shown) == ["server says 404"]
    assert shown["sources"][1]["type"] == server.host


def test_lookup_of_google_conversation(bench, certs, server):
    server.answers["/ctx/conv-17"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_lookup_url", server.url("/ctx/{id}")),
                        *config(certs))
    _, ident = ring(bench, phone, call_info(
        "https://dialogflow.example/v2/projects/p/conversations/conv-17",
        "purpose=Goog-ContactCenter-Conversation"))
    shown = settled(phone, ident, 2)
    assert server.paths() == ["/ctx/conv-17"]
    check_vcon(shown["context"])
    assert not source_errors(shown)


def test_google_conversation_is_an_id(bench, certs):
    phone = bench.phone()
    _, ident = ring(bench, phone, call_info(
        "https://dialogflow.example/v2/projects/p/conversations/conv-17",
        "purpose=Goog-ContactCenter-Conversation"))
    shown = settled(phone, ident)
    assert shown["context"]["handoff_id"] == "conv-17"
    assert not source_errors(shown)


def test_rings_while_the_server_hangs(bench, certs, server):
    server.answers["/v"] = server.hang
    phone = bench.phone(*config(certs, server))
    call, ident = ring(bench, phone, call_info(server.url("/v")))
    assert phone.show(ident)["loading"] is True
    wait_for("the request", lambda: server.requests)
    phone.order("baton_accept")
    call.wait_code(200)
    shown = settled(phone, ident)
    assert source_errors(shown) == ["no answer in time"]
    assert shown["state"] in ("consulting", "connected")


def test_comes_late(bench, certs, server):
    """In the middle of the ringing, for all to see."""
    server.answers["/v"] = server.hang
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v")))
    wait_for("the request", lambda: server.requests)
    assert phone.show(ident)["loading"] is True
    server.go.set()
    event = phone.wait_event("context", lambda e: e["id"] == ident)
    assert event["source"] == "call-info"
    check_vcon(settled(phone, ident)["context"])


def test_call_is_over_before_the_answer(bench, certs, server):
    server.answers["/v"] = server.hang
    phone = bench.phone(*config(certs, server))
    call, ident = ring(bench, phone, call_info(server.url("/v")))
    wait_for("the request", lambda: server.requests)
    call.cancel()
    call.wait_code(487)
    phone.wait_end(ident, "cancelled")
    server.go.set()
    shown = settled(phone, ident, 0)
    assert shown["sources"] == [] and not shown.get("context")
    harness.never("it is told", lambda: phone.baton_events("context")
                  or phone.baton_events("alert"))


def test_part_of_the_same_body(bench):
    """RFC 2392: it is no address to fetch, and no error."""
    phone = bench.phone()
    call = bench.peer(phone).call().invite(
        [VCON_PART + (["Content-ID: <one@example.com>"],)],
        headers=["Call-Info: <cid:one@example.com>;purpose=vcon"])
    call.wait_code(180)
    ident = phone.wait_offered()
    shown = settled(phone, ident)
    check_vcon(shown["context"])
    assert [s["carrier"] for s in shown["sources"]] == ["body"]
    assert not source_errors(shown) and not phone.baton_events("alert")


@pytest.mark.parametrize("code", [204, 206, 301, 302, 307, 404, 500])
def test_only_200(bench, certs, server, second, code):
    """Nowhere else, above all."""
    second.answers["/v"] = server.answers["/there"] = http(200, VCON_BYTES)
    where = server.url("/there") if code == 301 else second.url("/v")
    server.answers["/v"] = http(
        code, b"" if code == 204 else VCON_BYTES, "application/vcon",
        ["Location: " + where] if code < 400 else [], length=code != 204)
    phone = bench.phone(*config(certs, server, second))
    refused(bench, phone, "server says %d" % code,
            call_info(server.url("/v")))
    assert server.paths() == ["/v"]
    assert not second.connections


def test_refused_before_a_connection(bench, certs, server, second):
    phone = bench.phone(*config(certs, server))
    for n, (url, word) in enumerate((
            ("http://%s/v" % server.host, "only https"),
            (second.url("/v"),
             "host %s is not in baton_fetch_allow" % second.host),
            ("https://127.0.0.1/v", "host 127.0.0.1 is not in"),
            ("https://u:p@%s/v" % server.host, "a user in it"),
            ("file:///etc/passwd", "only https"),
            (server.url("/" + "a" * 2048), "too long"))):
        call = bench.peer(phone).call().invite(headers=[call_info(url)])
        call.wait_code(180)
        ident = phone.wait_offered(n + 1)
        shown = settled(phone, ident)
        errors = source_errors(shown)
        assert len(errors) == 1 and word in errors[0], (url, errors)
        assert shown["sources"][0]["type"] in (
            second.host, "127.0.0.1", "vcon")
        phone.wait_alert(ident, "context-unread")
        call.cancel()
        call.wait_code(487)
    assert not server.connections and not second.connections


def test_name_of_this_machine(bench, certs, server):
    """Allowed by name, a host must be on the public internet."""
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_fetch_allow", "localhost:%d" % server.port),
                        *config(certs, server))
    shown = refused(bench, phone, "not a public one",
                    call_info("https://localhost:%d/v" % server.port))
    assert shown["sources"][0]["type"] == "localhost:%d" % server.port
    assert not server.connections


@pytest.mark.parametrize("ctype", [
    "text/html", "application/octet-stream", "application/vcons", None])
def test_media_type(bench, certs, server, ctype):
    server.answers["/v"] = http(200, VCON_BYTES, ctype)
    phone = bench.phone(*config(certs, server))
    refused(bench, phone, ctype or "(none)", call_info(server.url("/v")))


def too_large(how):
    body = b" " * LIMIT + b"{}"
    if how == "length":
        return http(200, body, "application/json")
    if how == "close":
        return http(200, body, "application/json", length=False)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (
        body[n:n + 4096] for n in range(0, len(body), 4096)))
    return http(200, chunks + b"0\r\n\r\n", "application/json",
                ["Transfer-Encoding: chunked"], length=False)


@pytest.mark.parametrize("how", ["length", "chunked", "close"])
def test_too_large(bench, certs, server, how):
    server.answers["/v"] = too_large(how)
    phone = bench.phone(("baton_context_max", str(LIMIT)),
                        *config(certs, server))
    refused(bench, phone, "larger than %d bytes" % LIMIT,
            call_info(server.url("/v")))


def test_without_end(bench, certs, server):
    """Bytes for as long as they are taken."""
    def flood(conn):
        conn.sendall(http(200, b"", "text/plain", length=False))
        while not server.ended.is_set():
            conn.sendall(b"a" * 65536)

    def flood_of_headers(conn):
        conn.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.ended.is_set():
            conn.sendall(b"X-Y: " + b"a" * 4096 + b"\r\n")
    server.answers["/v"] = flood
    server.answers["/h"] = flood_of_headers
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v")),
                    call_info(server.url("/h")))
    errors = source_errors(settled(phone, ident, 2))
    assert errors == ["larger than 1048576 bytes",
                      "the server's headers are too long"]


def test_at_the_limit(bench, certs, server):
    body = dump({"summary": "just fits"})
    body += b" " * (LIMIT - len(body))
    server.answers["/v"] = http(200, body, "application/json")
    phone = bench.phone(("baton_context_max", str(LIMIT)),
                        *config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v")))
    assert settled(phone, ident)["context"]["summary"] == "just fits"


def test_gzip(bench, certs, server):
    """A media type of its own; as an encoding nobody asked for it."""
    packed = gzip.compress(VCON_BYTES)
    server.answers["/good"] = http(200, packed, "application/vcon+gzip")
    server.answers["/bad"] = http(200, packed, "application/vcon",
                                  ["Content-Encoding: gzip"])
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/good")),
                    call_info(server.url("/bad")))
    shown = settled(phone, ident, 2)
    check_vcon(shown["context"])
    errors = source_errors(shown)
    assert len(errors) == 1 and "Content-Encoding" in errors[0], errors


def test_wrong_name_in_the_certificate(bench, certs):
    server = Server(certs, "other")
    try:
        server.answers["/v"] = http(200, VCON_BYTES)
        phone = bench.phone(*config(certs, server))
        refused(bench, phone, "certificate does not hold",
                call_info(server.url("/v")))
        assert not server.requests
    finally:
        server.close()


def test_unknown_root(bench, certs, server):
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(("baton_fetch_allow", server.host))
    refused(bench, phone, "certificate does not hold",
            call_info(server.url("/v")))
    assert not server.requests


def digest(name, data):
    raw = hashlib.new(name, data).digest()
    return "%s-%s" % (name, base64.urlsafe_b64encode(raw).decode()
                      .rstrip("="))


@pytest.mark.parametrize("form", [
    "purpose=vcon;content_hash=%s", "content_hash=\"%s\";purpose=vcon"])
@pytest.mark.parametrize("name", ["sha512", "sha256"])
def test_hash_holds(bench, certs, server, name, form):
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, call_info(
        server.url("/v"), form % digest(name, VCON_BYTES)))
    shown = settled(phone, ident)
    check_vcon(shown["context"])
    assert not source_errors(shown)


def test_hash_does_not_hold(bench, certs, server):
    """Told before anybody reads it: not that it is no JSON."""
    server.answers["/v"] = http(200, b"{broken")
    phone = bench.phone(*config(certs, server))
    refused(bench, phone, "not what content_hash says", call_info(
        server.url("/v"), "purpose=vcon;content_hash="
        + digest("sha512", VCON_BYTES)))


def test_hash_of_unknown_kind(bench, certs, server):
    server.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(*config(certs, server))
    refused(bench, phone, "content_hash is of no kind", call_info(
        server.url("/v"), "purpose=vcon;content_hash="
        + digest("md5", VCON_BYTES)))
    assert not server.connections


def test_slow_trickle(bench, certs, server):
    def trickle(conn):
        conn.sendall(http(200, b"", "application/json", length=False))
        while not server.ended.wait(0.2):
            conn.sendall(b" ")
    server.answers["/v"] = trickle
    phone = bench.phone(*config(certs, server))
    refused(bench, phone, "did not come whole in time",
            call_info(server.url("/v")))


def test_server_that_closes(bench, certs, server):
    server.answers["/nothing"] = b""
    server.answers["/half"] = http(200, VCON_BYTES)[:-100]
    server.answers["/junk"] = b"SIP/2.0 200 OK\r\n\r\n{}"
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, *(call_info(server.url("/" + name))
                                    for name in ("nothing", "half", "junk")))
    errors = source_errors(settled(phone, ident, 3))
    assert errors[:2] == ["the server broke off"] * 2
    assert len(errors) == 3


def test_nobody_there(bench, certs):
    port = harness.free_ports()[0]
    phone = bench.phone(("baton_fetch_allow", "127.0.0.1:%d" % port))
    refused(bench, phone, "cannot be reached",
            call_info("https://127.0.0.1:%d/v" % port))


def test_broken_context(bench, certs, server):
    """What came is read as any other carrier is."""
    server.answers["/v"] = http(200, b"{\"parties\": [")
    phone = bench.phone(*config(certs, server))
    refused(bench, phone, "", call_info(server.url("/v")))


def test_several_references(bench, certs, server):
    """In one header and in two; each address once."""
    one = copy.deepcopy(VCON)
    server.answers["/1"] = http(200, dump(one))
    server.answers["/2,x"] = http(200, dump({"intent": "refund"}),
                                  "application/json")
    server.answers["/3"] = http(200, dump({"priority": "high"}),
                                "application/json")
    phone = bench.phone(*config(certs, server))
    _, ident = ring(
        bench, phone, "Call-Info: <%s>;purpose=vcon, <%s>;purpose=icon,"
        " <%s>;n=\"a,b\";purpose=info" % (
            server.url("/1"), server.url("/icon"), server.url("/2,x")),
        call_info(server.url("/3")), call_info(server.url("/1")))
    shown = settled(phone, ident, 3)
    check_vcon(shown["context"])
    assert shown["context"]["intent"] == "refund"
    assert shown["context"]["priority"] == "high"
    assert not source_errors(shown)
    assert server.paths() == ["/1", "/2,x", "/3"]


def test_too_many_references(bench, certs, server):
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"),
                        *config(certs, server))
    _, ident = ring(bench, phone, *(
        call_info(server.url("/%d" % n)) for n in range(12)))
    errors = source_errors(settled(phone, ident, 9))
    assert sorted(errors) == ["it has more than 8 references"] \
        + ["server says 404"] * 8
    assert server.paths() == ["/%d" % n for n in range(8)]


def test_retransmission_is_fetched_once(bench, certs, server):
    server.answers["/v"] = server.hang
    phone = bench.phone(*config(certs, server))
    call, ident = ring(bench, phone, call_info(server.url("/v")))
    call.again()
    call.again()
    server.go.set()
    shown = settled(phone, ident)
    assert len(shown["sources"]) == 1
    assert server.paths() == ["/v"]


def test_environment_is_not_asked(bench, certs, server, monkeypatch):
    """Neither for a proxy nor for a password."""
    server.answers["/v"] = http(200, VCON_BYTES)
    nobody = "http://127.0.0.1:%d" % harness.free_ports()[0]
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody)
    home = os.path.join(bench.folder, "home")
    os.makedirs(home)
    with open(os.path.join(home, ".netrc"), "w", encoding="ascii") as f:
        f.write("machine 127.0.0.1 login me password mine\n")
    phone = bench.phone(*config(certs, server), home=home)
    _, ident = ring(bench, phone, call_info(server.url("/v")))
    check_vcon(settled(phone, ident)["context"])
    assert "authorization" not in server.requests[0][1]


def hanging(bench, certs, server):
    """A phone with more to fetch than it has time to end in."""
    for n in range(8):
        server.answers["/%d" % n] = server.hang
    phone = bench.phone(*config(certs, server))
    ring(bench, phone, *(call_info(server.url("/%d" % n))
                         for n in range(8)))
    wait_for("the request", lambda: server.requests)
    return phone


def test_unload_while_a_fetch_hangs(bench, certs, server):
    phone = hanging(bench, certs, server)
    phone.command("rmmod", "baton")
    wait_for("the module's end", lambda: not loaded(phone))
    assert server.paths() == ["/0"]
    # And once more, from the start
    server.answers["/v"] = http(200, VCON_BYTES)
    phone.command("insmod", "baton")
    wait_for("the module", lambda: loaded(phone))


def test_quit_while_a_fetch_hangs(bench, certs, server):
    phone = hanging(bench, certs, server)
    began = time.monotonic()
    assert phone.stop() == []
    assert server.paths() == ["/0"], time.monotonic() - began
    bench.phones.remove(phone)


@pytest.mark.parametrize("key,value", [
    ("baton_fetch_allow", "https://a.example"),
    ("baton_fetch_allow", "*"),
    ("baton_fetch_allow", "*.example"),
    ("baton_fetch_allow", "a.example:0"),
    ("baton_fetch_allow", "127.1"),
    ("baton_fetch_allow", "2001:db8::1"),
    ("baton_fetch_ca", "/nowhere/at/all.pem"),
    ("baton_fetch_ca", "/dev/null"),
    ("baton_lookup_url", "http://a.example/{id}"),
    ("baton_lookup_url", "https://a.example/"),
    ("baton_lookup_url", "https://a.example/{id}/{id}"),
    ("baton_lookup_url", "https://{id}.example/"),
    ("baton_lookup_url", "https://u:p@a.example/{id}"),
    ("baton_fetch_token", "a.example"),
    ("baton_fetch_token", "a.example /nowhere/at/all"),
    ("baton_fetch_token", "*.a.example /etc/hostname"),
])
def test_bad_line(bench, key, value):
    phone = bench.phone((key, value))
    assert not loaded(phone)
    lines = [line for line in log_lines(phone, key, value)]
    assert len(lines) == 1, lines
    assert "allowed is" in lines[0]


@pytest.mark.parametrize("text", ["", "two words\n", "a\r\nX-Y: z\n"])
def test_bad_token(bench, text):
    token = os.path.join(bench.folder, "token")
    with open(token, "w", encoding="ascii", newline="") as f:
        f.write(text)
    phone = bench.phone(("baton_fetch_token", "a.example " + token))
    assert not loaded(phone)
    assert len(log_lines(phone, "baton_fetch_token", token)) == 1


def test_good_lines(bench, certs):
    token = os.path.join(bench.folder, "token")
    with open(token, "w", encoding="ascii") as f:
        f.write("abc\r\n")
    phone = bench.phone(
        ("baton_fetch_allow", "a.example"),
        ("baton_fetch_allow", "*.b.example:8443"),
        ("baton_fetch_allow", "192.0.2.1"),
        ("baton_fetch_allow", "[2001:db8::1]:8443"),
        ("baton_fetch_token", "a.example " + token),
        ("baton_fetch_token", "a.example:8443 " + token),
        ("baton_fetch_ca", os.path.join(certs, "ca.pem")),
        ("baton_fetch_ca", os.path.join(certs, "good.pem")),
        ("baton_lookup_url", "https://c.example/x?id={id}"))
    assert loaded(phone), phone.log_end()
