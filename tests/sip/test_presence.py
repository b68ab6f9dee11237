"""Who of the directory is there: the host's contacts and its own module
`presence` ask, baton_status tells."""

import os

import pytest

import harness
import peer as peer_module
from harness import wait_for

PIDF = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf"
 xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:billing@x">
<tuple id="t1"><status><basic>%s</basic></status></tuple>%s
</presence>
"""


class Watched(peer_module.Peer):
    """Somebody who says to others whether he is there (RFC 3856)."""

    def __init__(self, phone):
        self.asked = []
        self.said = 0
        super().__init__(phone)

    def _take(self, msg):
        if msg.method != "SUBSCRIBE":
            super()._take(msg)
            return
        self.respond(msg, 200, "OK", ["Expires: 600"], to_tag="watched")
        # One is asked anew before its time is over, or to end it
        if not msg.tag("to"):
            self.asked.append(msg)

    def say(self, state, more="", over=False):
        """What the newest who asked is told."""
        ask = self.asked[-1]
        body = (PIDF % (state, more)).encode()
        self.said += 1
        lines = [
            "NOTIFY %s SIP/2.0" % self.phone.uri,
            "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bKnotify%d" % (
                self.ip, self.port, self.said),
            "Max-Forwards: 70",
            "From: %s;tag=watched" % ask.get("to"),
            "To: " + ask.get("from"),
            "Call-ID: " + ask.get("call-id"),
            "CSeq: %d NOTIFY" % self.said,
            "Contact: " + self.contact(),
            "Event: presence",
            "Subscription-State: " + ("terminated;reason=noresource" if over
                                      else "active;expires=600"),
            "Content-Type: application/pidf+xml",
            "Content-Length: %d" % len(body),
        ]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self


@pytest.fixture
def watching(bench):
    """A phone that asks for the presence of somebody, and him."""
    def start(contact="<sip:billing@127.0.0.1:%d>;presence=p2p",
              modules=("baton.so", "presence.so")):
        phone = harness.Phone(
            os.path.join(bench.folder, "phone0"), [], modules=modules)
        watched = Watched(phone)
        bench.peers.append(watched)
        uri = "sip:billing@127.0.0.1:%d" % watched.port
        with open(phone.path("contacts"), "w", encoding="utf-8") as out:
            out.write('"Billing" ' + contact % watched.port + "\n")
            out.write('"Rosa" <sip:rosa@127.0.0.1>\n')
        with open(phone.path("config"), "a", encoding="utf-8") as out:
            for line in ("Billing;uri=%s;kind=department;group=Money;"
                         "fallback=Rosa" % uri,
                         "Billing by name;uri=sip:billing@127.0.0.1",
                         "Rosa;uri=sip:rosa@127.0.0.1;kind=person",
                         "Nobody's contact;uri=sip:other@127.0.0.1",
                         "By number;uri=tel:+49-30-123"):
                out.write("baton_target\t%s\n" % line)
            out.write("baton_supervisor rosa\n")
        bench.phones.append(phone)
        return phone.start(), watched
    return start


def presence(phone):
    return {t["label"]: t["presence"] for t in phone.status()["targets"]}


def becomes(phone, want):
    """Both ways of writing him, and nobody else."""
    wait_for("presence " + want,
             lambda: presence(phone)["Billing"] == want)
    assert presence(phone) == {
        "Billing": want, "Billing by name": want, "Rosa": "unknown",
        "Nobody's contact": "unknown", "By number": "unknown"}


def test_there_and_away(watching):
    phone, watched = watching()
    becomes(phone, "unknown")
    wait_for("the phone to ask", lambda: watched.asked)
    assert watched.asked[0].get("event") == "presence"
    watched.say("open")
    becomes(phone, "there")
    watched.say("closed")
    becomes(phone, "away")
    watched.say("open", "<rpid:person><rpid:on-the-phone/></rpid:person>")
    becomes(phone, "busy")
    watched.say("open")
    becomes(phone, "there")
    watched.say("open", over=True)
    becomes(phone, "unknown")


def test_another_way_to_write_it(watching):
    """Parameters of the contact's address make nobody else of him."""
    phone, watched = watching(
        "<sip:billing@127.0.0.1:%d;x=y>;presence=p2p")
    wait_for("the phone to ask", lambda: watched.asked)
    watched.say("open")
    becomes(phone, "there")


def test_nobody_asks(watching):
    """Without the host's module nothing is known, and nothing is wrong."""
    phone, watched = watching(modules=("baton.so",))
    becomes(phone, "unknown")
    assert not watched.asked


def test_the_directory(watching):
    phone, watched = watching()
    got = phone.status()
    assert got["supervisor"] == "rosa"
    assert got["targets"][0] == {
        "label": "Billing", "kind": "department", "group": "Money",
        "uri": "sip:billing@127.0.0.1:%d" % watched.port,
        "fallback": "Rosa", "presence": "unknown"}
    assert got["targets"][4] == {
        "label": "By number", "uri": "tel:+49-30-123", "kind": "other",
        "presence": "unknown"}


def test_no_directory(bench):
    got = bench.phone().status()
    assert "targets" not in got and "supervisor" not in got
