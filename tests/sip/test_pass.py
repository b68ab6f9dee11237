"""The context goes on to who is called: by which way, in which form, and what
is told of it where it does not arrive."""

import gzip
import json
import random
import socket
import threading

import pytest

from data import NORMAL
from harness import never, wait_for
from peer import Message, Peer, unique
from test_calls import ring, talk
from test_replaces import take

ABLE = ("Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY, MESSAGE, OPTIONS",
        "Supported: replaces")
SECRET = "7f3c9a52-0be4-4d1f-9c68-2a51e0b7d943"
BASIC = {"account": ";auth_user=anna;auth_pass=secret"}


class Target(Peer):
    """Who is called, over UDP. stream: it takes TCP at its port too. says:
    what a MESSAGE beside its calls is answered, (code, reason[, headers]),
    None for silence."""

    def __init__(self, phone, stream=True, says=lambda msg: (200, "OK")):
        self.says = says
        self.back = threading.local()
        self.conns = []
        self.listener = None
        super().__init__(phone, called=True)
        if stream:
            self.listener = socket.create_server((self.ip, self.port))
            threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.running:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.conns.append(conn)
            threading.Thread(target=self.stream, args=(conn,),
                             daemon=True).start()

    def stream(self, conn):
        self.back.send = conn.sendall
        data = b""
        while True:
            try:
                chunk = conn.recv(65536)
            except OSError:
                return
            if not chunk:
                return
            data += chunk
            while b"\r\n\r\n" in data:
                head, _, rest = data.partition(b"\r\n\r\n")
                size = int(Message(head).get("content-length"))
                if len(rest) < size:
                    break
                self._take(Message(head + b"\r\n\r\n" + rest[:size]))
                data = rest[size:]

    def send(self, raw, *to):
        if hasattr(self.back, "send"):
            self.back.send(raw)
        else:
            super().send(raw, *to)

    def _take(self, msg):
        msg.tcp = hasattr(self.back, "send")
        if msg.method != "MESSAGE" or msg.get("call-id") in self.calls:
            super()._take(msg)
            return
        self.strays.append(msg)
        got = self.says(msg)
        if got:
            self.respond(msg, *got, to_tag=unique("tt"))

    def close(self):
        super().close()
        for sock in self.conns + [self.listener]:
            if sock:
                sock.close()


@pytest.fixture
def called(bench):
    """Makes who is called."""
    def make(phone, **options):
        while True:
            try:
                target = Target(phone, **options)
            except OSError:
                # Somebody has its port for TCP
                continue
            bench.peers.append(target)
            return target
    return make


def turns(count, start=0):
    """Lines that nothing can pack well, each of another second."""
    dice = random.Random(start)
    return [{"who": "caller", "at": "2026-11-22T%02d:%02d:%02dZ" % (
                n // 3600, n // 60 % 60, n % 60),
             "text": "%0128x" % dice.getrandbits(512)}
            for n in range(start, start + count)]


def connected(bench, phone, context=None, more=0, transport="udp"):
    """A caller who has come: (call, id). more: further turns, in hundreds."""
    ai = bench.peer(phone, transport="tcp" if more else transport)
    call, ident = talk(phone, ai, parts=[
        ("application/json", json.dumps(context or NORMAL).encode())])
    for n in range(more):
        cseq = call.in_dialog("MESSAGE", body=json.dumps(
            {"transcript": turns(100, 100 * n)}).encode(),
            ctype="application/json")
        call.wait_code(200, method="MESSAGE", cseq=cseq)
    caller = take(bench, phone, bench.peer(phone), call.replaces(), ABLE)
    caller.wait_code(200)
    call.wait_request("BYE")
    phone.wait_state(ident, "connected")
    return caller, ident


def address(target, user="bill"):
    return "sip:%s@%s:%d" % (user, target.ip, target.port)


def consult(phone, ident, target, ring_it=True, uri=None):
    """The target is called, and rings."""
    phone.order("baton_consult", "#%d %s" % (ident, uri or address(target)))
    call = target.wait_call()
    never("context before it rings", lambda: target.strays, 0.2)
    if ring_it:
        call.reply(180, "Ringing", ABLE)
    return call


def answer(phone, ident, call):
    call.reply(200, "OK", ABLE)
    call.wait_request("ACK")
    phone.wait_state(ident, "onward-talking")


def told(phone, ident, word):
    """What the person is told of it."""
    def look():
        onward = phone.show(ident)["onward"]
        return onward["context"] == word and onward
    return wait_for("context: %s" % word, look)


def messages(target):
    return [m for m in target.strays if m.method == "MESSAGE"]


def by_tcp(msg):
    return msg.tcp


def in_place(target, call, msg):
    """It names the call that rings, and is from who calls."""
    invite = call.first
    assert msg.get("in-reply-to") == invite.get("call-id")
    assert msg.get("x-baton-handoff") == invite.get("x-baton-handoff") != ""
    assert msg.get("from").split(";")[0] == invite.get("from").split(";")[0]
    assert msg.get("call-id") != invite.get("call-id")
    uri = msg.first.split(" ")[1]
    assert uri.replace(";transport=tcp", "") == \
        target.contact()[1:-1].replace(";transport=tcp", "")
    assert msg.get("via").startswith("SIP/2.0/%s " % (
        "TCP" if by_tcp(msg) else "UDP"))
    assert uri.endswith(";transport=tcp") == by_tcp(msg)


def short_form(msg):
    assert msg.get("content-type") == "application/json"
    got = json.loads(msg.body)
    assert got["summary"] == NORMAL["summary"]
    return got


# -- the way, and the form ---------------------------------------------------

def test_whole_while_it_rings(bench, phone, called):
    """Longer than a datagram may be: by TCP, though the INVITE was not."""
    caller, ident = connected(bench, phone)
    phone.order("baton_note", "be kind")
    target = called(phone)
    call = consult(phone, ident, target)
    msg = target.wait_stray("MESSAGE")
    assert by_tcp(msg)
    in_place(target, call, msg)
    assert msg.get("content-type") == "application/vcon"
    vcon = json.loads(msg.body)
    assert vcon["vcon"]
    assert NORMAL["summary"] in str(vcon["analysis"])
    assert "be kind" in str(vcon["attachments"])
    told(phone, ident, "taken")
    assert not call.has_request("MESSAGE")
    assert len(messages(target)) == 1


def test_datagram(bench, phone, called):
    """Nobody takes TCP there: the little that a datagram holds."""
    caller, ident = connected(bench, phone)
    target = called(phone, stream=False)
    call = consult(phone, ident, target)
    msg = target.wait_stray("MESSAGE")
    in_place(target, call, msg)
    assert len(msg.raw) <= 1300
    short_form(msg)
    onward = told(phone, ident, "short")
    assert "TCP" in onward["context_error"]
    alert = phone.wait_alert(ident, "context-short")
    assert "TCP" in alert["message"]


def test_datagram_of_a_long_one(bench, phone, called):
    long = dict(NORMAL, transcript=turns(100))
    caller, ident = connected(bench, phone, long)
    target = called(phone, stream=False)
    consult(phone, ident, target)
    msg = target.wait_stray("MESSAGE")
    assert 1100 < len(msg.raw) <= 1300
    short_form(msg)


def test_packed(bench, phone, called):
    caller, ident = connected(bench, phone, dict(NORMAL,
                                                 transcript=turns(300)),
                              transport="tcp")
    target = called(phone)
    call = consult(phone, ident, target)
    msg = target.wait_stray("MESSAGE")
    in_place(target, call, msg)
    assert msg.get("content-type") == "application/vcon+gzip"
    text = gzip.decompress(msg.body)
    assert len(msg.body) < len(text)
    vcon = json.loads(text)
    assert all(t["text"] in text.decode() for t in turns(300))
    assert vcon["uuid"]
    told(phone, ident, "taken")


def test_too_long_for_sip(bench, phone, called):
    """A host closes a connection at 64 KiB: as much as fits, by TCP."""
    caller, ident = connected(bench, phone, more=10)
    target = called(phone)
    call = consult(phone, ident, target)
    msg = target.wait_stray("MESSAGE")
    in_place(target, call, msg)
    assert by_tcp(msg)
    assert 1300 < len(msg.raw) <= 60 * 1024
    short_form(msg)
    assert "too long" in told(phone, ident, "short")["context_error"]


def test_long_one_holds_nothing_up(bench, phone, called):
    """1 MiB is written beside the loop: others are answered meanwhile."""
    caller, ident = connected(bench, phone, more=60)
    target = called(phone, stream=False)
    call = consult(phone, ident, target, ring_it=False)
    ping = caller.peer.call(user="ping")
    options = ping.request("OPTIONS")
    call.reply(180, "Ringing", ABLE)
    caller.peer.send(options)
    asked = call.last and wait_for("the ping", lambda: ping.responses)[0]
    msg = target.wait_stray("MESSAGE")
    assert asked.code == 200
    assert asked.seen < msg.seen
    assert len(msg.raw) <= 1300
    short_form(msg)


def test_in_the_dialog(bench, phone):
    """It answers at once, over TCP: no other way is needed."""
    caller, ident = connected(bench, phone)
    target = bench.peer(phone, transport="tcp", called=True, messages=True)
    call = consult(phone, ident, target, ring_it=False,
                   uri=address(target) + ";transport=tcp")
    answer(phone, ident, call)
    msg = call.wait_request("MESSAGE")
    assert msg.get("content-type") == "application/vcon"
    assert msg.get("x-baton-handoff") == call.first.get("x-baton-handoff")
    assert not msg.get("in-reply-to")
    told(phone, ident, "taken")
    assert not messages(target)


def test_beside_a_dialog_of_datagrams(bench, phone, called):
    caller, ident = connected(bench, phone)
    target = called(phone)
    call = consult(phone, ident, target, ring_it=False)
    answer(phone, ident, call)
    msg = target.wait_stray("MESSAGE")
    assert by_tcp(msg)
    in_place(target, call, msg)
    assert msg.get("content-type") == "application/vcon"
    told(phone, ident, "taken")
    assert not call.has_request("MESSAGE")


def test_short_in_a_dialog_of_datagrams(bench, phone, called):
    """With its route, whatever that is."""
    caller, ident = connected(bench, phone)
    target = called(phone, stream=False)
    call = consult(phone, ident, target, ring_it=False)
    answer(phone, ident, call)
    msg = call.wait_request("MESSAGE")
    assert len(msg.raw) <= 1300
    short_form(msg)
    told(phone, ident, "short")
    assert not messages(target)


@pytest.mark.parametrize("says", [(403, "Forbidden"), None])
def test_by_the_way_of_the_invite(bench, phone, called, says):
    """Its phone refuses who does not come by its proxy, or never gets it. What
    it says by that way counts."""
    caller, ident = connected(bench, phone)
    inner = called(phone, says=lambda msg: says)
    target = called(phone, says=lambda msg: (
        200, "OK", ("Supported: replaces",)))
    target.contact = inner.contact
    call = consult(phone, ident, target, ring_it=False)
    call.reply(200, "OK", ("Allow: INVITE, ACK, BYE, CANCEL, MESSAGE",
                           "Supported: timer"))
    inner.wait_stray("ACK")
    inner.wait_stray("MESSAGE")
    msg = target.wait_stray("MESSAGE")
    assert by_tcp(msg)
    assert msg.first.split(" ")[1] == address(target) + ";transport=tcp"
    assert msg.get("content-type") == "application/vcon"
    told(phone, ident, "taken")
    assert "no_complete" not in phone.show(ident)["onward"]


def test_outbound(bench, called):
    """As the account's INVITEs go: by its proxy."""
    proxy = called(bench.phone())
    phone = bench.phone(account=";outbound=\"sip:%s:%d\"" % (
        proxy.ip, proxy.port))
    proxy.phone = phone
    proxy.target = (phone.ip, phone.sip_port)
    caller, ident = connected(bench, phone)
    call = consult(phone, ident, proxy, uri="sip:bill@127.0.0.1:9")
    msg = proxy.wait_stray("MESSAGE")
    assert by_tcp(msg)
    assert msg.get("route") == "<sip:%s:%d;transport=tcp;lr>" % (
        proxy.ip, proxy.port)
    assert msg.first.split(" ")[1] == proxy.contact()[1:-1]
    assert msg.get("in-reply-to") == call.first.get("call-id")
    told(phone, ident, "taken")


# -- what it is answered -----------------------------------------------------

@pytest.mark.parametrize("code,reason,word", [
    (405, "Method Not Allowed", "messages"),
    (501, "Not Implemented", "messages"),
    (415, "Unsupported Media Type", "context"),
    (406, "Not Acceptable", "context"),
    (488, "Not Acceptable Here", "context"),
    (500, "Server Internal Error", "500")])
def test_not_taken(bench, phone, code, reason, word, called):
    caller, ident = connected(bench, phone)
    target = called(phone, says=lambda msg: (code, reason))
    call = consult(phone, ident, target)
    onward = told(phone, ident, "failed")
    assert word in onward["context_error"]
    assert str(code) in onward["context_error"]
    assert len(messages(target)) == 1
    # The call itself is as it would be without
    assert phone.state(ident)[0] == "onward-calling"
    answer(phone, ident, call)


def test_credentials(bench, called):
    phone = bench.phone(**BASIC)
    caller, ident = connected(bench, phone)
    ask = ("Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"n0nce\","
           " qop=\"auth\"",)
    target = called(phone, says=lambda msg: (
        (200, "OK") if msg.get("proxy-authorization") else
        (407, "Proxy Authentication Required", ask)))
    call = consult(phone, ident, target)
    told(phone, ident, "taken")
    first, second = messages(target)
    got = second.get("proxy-authorization")
    assert "username=\"anna\"" in got and "nonce=\"n0nce\"" in got
    assert first.body == second.body
    assert first.get("cseq") != second.get("cseq")
    in_place(target, call, second)


def test_credentials_in_a_datagram(bench, called):
    """What they take is missing for the rest."""
    phone = bench.phone(**BASIC)
    caller, ident = connected(bench, phone,
                              dict(NORMAL, transcript=turns(50)))
    ask = ("WWW-Authenticate: Digest realm=\"pbx\", nonce=\"%s\","
           " qop=\"auth\"" % ("n" * 60),)
    target = called(phone, stream=False, says=lambda msg: (
        (200, "OK") if msg.get("authorization") else
        (401, "Unauthorized", ask)))
    consult(phone, ident, target)
    told(phone, ident, "short")
    first, second = messages(target)
    assert len(first.raw) <= 1300 and len(second.raw) <= 1300
    assert len(second.body) < len(first.body)
    assert json.loads(second.body)["caller"]["tel"] == \
        NORMAL["caller"]["tel"]


def test_no_credentials(bench, phone, called):
    caller, ident = connected(bench, phone)
    ask = ("Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"x\"",)
    target = called(phone, says=lambda msg: (
        407, "Proxy Authentication Required", ask))
    consult(phone, ident, target)
    onward = told(phone, ident, "failed")
    assert "password" in onward["context_error"]
    assert len(messages(target)) <= 2


def test_not_packed_for_who_cannot_unpack(bench, phone, called):
    long = dict(NORMAL, transcript=turns(140))
    caller, ident = connected(bench, phone, long, transport="tcp")
    target = called(phone, says=lambda msg: (
        (415, "Unsupported Media Type")
        if "gzip" in msg.get("content-type") else (200, "OK")))
    consult(phone, ident, target)
    told(phone, ident, "taken")
    first, second = messages(target)
    assert second.get("content-type") == "application/vcon"
    assert gzip.decompress(first.body)[:1] == second.body[:1] == b"{"


def test_too_large_there(bench, phone, called):
    caller, ident = connected(bench, phone)
    target = called(phone, says=lambda msg: (
        (413, "Too Large") if len(msg.body) > 1300 else (200, "OK")))
    consult(phone, ident, target)
    onward = told(phone, ident, "short")
    assert "bytes" in onward["context_error"]
    short_form(messages(target)[-1])


@pytest.mark.parametrize("code,reason", [
    (413, "Request Entity Too Large"), (400, "Bad Context")])
def test_as_much_as_it_takes(bench, phone, called, code, reason):
    """A whole context that is too much for it, or that it cannot read: the
    long one of the short forms, if it takes a stream."""
    caller, ident = connected(bench, phone, dict(NORMAL,
                                                 transcript=turns(300)),
                              transport="tcp")
    target = called(phone, says=lambda msg: (
        (code, reason) if "vcon" in msg.get("content-type")
        else (200, "OK")))
    consult(phone, ident, target)
    onward = told(phone, ident, "short")
    assert "all of it" in onward["context_error"]
    last = messages(target)[-1]
    assert by_tcp(last) and 10000 < len(last.body) < 61440
    short_form(last)


def test_neither_form_is_taken(bench, phone, called):
    caller, ident = connected(bench, phone, dict(NORMAL,
                                                 transcript=turns(300)),
                              transport="tcp")
    target = called(phone, says=lambda msg: (400, "Bad Context"))
    consult(phone, ident, target)
    assert "400" in told(phone, ident, "failed")["context_error"]
    assert len(messages(target)) == 2


def test_silent_over_tcp(bench, phone, called):
    """A firewall, say: the person is not left waiting for it."""
    caller, ident = connected(bench, phone)
    target = called(phone, says=lambda msg: (
        None if by_tcp(msg) else (200, "OK")))
    call = consult(phone, ident, target)
    msg = wait_for("a datagram", lambda: next(
        (m for m in messages(target) if not by_tcp(m)), None))
    in_place(target, call, msg)
    short_form(msg)
    onward = told(phone, ident, "short")
    assert "did not answer" in onward["context_error"]


def test_what_it_can_is_learned(bench, phone, called):
    """A plugin may know what the host beneath it does not say."""
    caller, ident = connected(bench, phone)
    target = called(phone, says=lambda msg: (
        200, "OK", ("k: timer,replaces",)))
    call = consult(phone, ident, target, ring_it=False)
    call.reply(200, "OK", ("Allow: INVITE, ACK, BYE, CANCEL, MESSAGE",
                           "Supported: timer"))
    call.wait_request("ACK")
    told(phone, ident, "taken")
    assert "no_complete" not in phone.show(ident)["onward"]
    # Once said is said
    cseq = call.in_dialog("OPTIONS", ["Supported: timer", "Allow: INVITE"])
    call.wait_code(200, method="OPTIONS", cseq=cseq)
    assert "no_complete" not in phone.show(ident)["onward"]


def test_what_it_cannot_is_told(bench, phone, called):
    caller, ident = connected(bench, phone)
    target = called(phone, stream=False)
    call = consult(phone, ident, target, ring_it=False)
    call.reply(200, "OK", ("Allow: INVITE, ACK, BYE, CANCEL, MESSAGE",
                           "Supported: timer"))
    call.wait_request("ACK")
    told(phone, ident, "short")
    assert "replace" in phone.show(ident)["onward"]["no_complete"]


def test_phone_ends_meanwhile(bench, phone, called):
    """Nothing is left behind, whatever it waits for."""
    caller, ident = connected(bench, phone, more=5)
    target = called(phone, says=lambda msg: None)
    call = consult(phone, ident, target)
    target.wait_stray("MESSAGE")
    told(phone, ident, "sent")
    phone.order("baton_back")
    call.wait_request("CANCEL")
    phone.wait_state(ident, "connected")
    other = called(phone, says=lambda msg: None)
    consult(phone, ident, other)
    # conftest.py ends the phone now, and looks at how that went


# -- what the target makes of it ---------------------------------------------

@pytest.mark.parametrize("allow", [None, "ip:127.0.0.1", "sip:agent@*"])
@pytest.mark.parametrize("more", [0, 3])
def test_target_sees_all_while_it_rings(bench, phone, allow, more):
    other = bench.phone(*([("baton_allow_from", allow)] if allow else []),
                        user="bill")
    caller, ident = connected(bench, phone, more=more)
    phone.order("baton_consult", "#%d %s" % (ident, other.uri))
    there = other.wait_offered()
    told(phone, ident, "taken")
    wait_for("all of it", lambda: "summary" in (
        other.show(there)["context"] or {}))
    shown = other.show(there)
    assert shown["state"] == "offered"
    assert shown["shape"] == "consultation"
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert shown["context"]["caller"]["tel"] == NORMAL["caller"]["tel"]
    assert len(shown["context"]["transcript"]) == 2 + 100 * more
    assert not other.baton_events("alert")
    # It can replace a call, though its host beneath may not say so
    other.order("baton_accept", "#%d" % there)
    phone.wait_state(ident, "onward-talking")
    assert "no_complete" not in phone.show(ident)["onward"]
    phone.order("baton_back")


def note(bench, phone, ident, sender=None, user="anna"):
    """What who has sent the caller sends beside; what Baton can is in each
    of its answers."""
    call = (sender or bench.peer(phone, ip="127.0.0.2")).call(user=user)
    call.peer.send(call.request("MESSAGE", ["X-Baton-Handoff: " + ident],
                                json.dumps(dict(NORMAL, handoff_id=ident))
                                .encode(), "application/json"))
    got = call.wait_final("MESSAGE")
    if got.code == 200:
        assert got.get("supported") == "replaces"
        assert {"MESSAGE", "REFER", "INVITE"} <= \
            set(got.get("allow").split(","))
    return got.code


def referred(bench, phone, ident, by="anna"):
    """A caller whom she has sent: (call, id)"""
    return ring(phone, bench.peer(phone, ip="127.0.0.3"), user="rosa",
                parts=[], headers=[
                    "Referred-By: <sip:%s@127.0.0.2>" % by,
                    "User-to-User: %s;encoding=hex" % ident.encode().hex()])


def test_who_sent_the_caller(bench, phone):
    """From another address than his: she knows what nobody guesses."""
    assert note(bench, phone, SECRET) == 403
    call, there = referred(bench, phone, SECRET)
    assert note(bench, phone, SECRET, user="eve") == 403
    assert note(bench, phone, SECRET[::-1]) == 403
    assert note(bench, phone, SECRET) == 200
    shown = phone.show(there)
    assert shown["state"] == "offered"
    assert shown["shape"] == "direct"
    assert shown["trust"] == "unverified"
    assert shown["context"]["summary"] == NORMAL["summary"]


def test_who_may_have_guessed(bench, phone):
    call, there = referred(bench, phone, "case-4711")
    assert note(bench, phone, "case-4711") == 403
    phone.wait_alert(there, "update-refused")
    assert "summary" not in (phone.show(there)["context"] or {})
