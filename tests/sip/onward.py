"""A caller, the person whom the caller is connected to, and those whom the
caller can be passed on to: what the tests of onward calls have in common.

All but the phone are peers whose every answer is the test's.
"""

import json
import re

from data import NORMAL_PART
from harness import never
from legs import ABLE, REFERRED, Station, refer_to, replaces_of
from peer import unique
from tones import PERSON, Ear, Voice

HUMS = {"caller": 1000, 0: 600, 1: 1400, 2: 1800}


class Scene:
    """The caller is connected to the person; labels are the targets."""

    def __init__(self, bench, *config, labels=("Billing",), fallback=None,
                 sound=False, transport="udp", tls=(), ability=ABLE,
                 shape="direct", lines=None, **options):
        self.bench = bench
        self.sound = sound
        self.count = 0
        more = {"transport": transport}
        if transport != "udp":
            more.update(listen=True)
        if transport == "tls":
            more.update(tls=tls[0])
        self.at = {}
        for n, label in enumerate(labels):
            self.at[label] = Station(None, **more)
            self.at[label].voices = self.voices(HUMS.get(n % 3))
        config = list(config) + (lines or [
            ("baton_target", self.line(label, (fallback or {}).get(label)))
            for label in labels])
        if callable(options.get("account")):
            options["account"] = options["account"](self)
        self.phone = bench.phone(*config, sound=sound, **options)
        self.phone.status()
        for station in self.at.values():
            station.meet(self.phone)
            bench.peers.append(station)
        self.ear = Ear(self.phone) if sound else None
        self.desk = Station(self.phone, transport=transport,
                            tls=tls[1] if tls else None) \
            if transport != "udp" else Station(self.phone)
        bench.peers.append(self.desk)
        bench.before += [p.settle for p in [*self.at.values(), self.desk]]
        self.caller = self.desk.call(user="rosa", name="Rosa Lind")
        self.caller.ability = ability
        if sound:
            self.caller.voice = self.voices(HUMS["caller"])()
        self.ai = None
        getattr(self, "_" + shape)(ability)
        self.phone.wait_state(self.ident, "connected")

    def uri(self, label):
        peer = self.at[label]
        return "sip:%s@127.0.0.1:%d%s" % (
            label.lower(), peer.port, "" if peer.transport == "udp" else
            ";transport=" + peer.transport)

    def line(self, label, fallback=None):
        return "%s;uri=%s%s;kind=department" % (
            label, self.uri(label), fallback and
            ";fallback=" + fallback or "")

    def voices(self, hertz):
        def make():
            self.bench.others.append(Voice(hertz))
            return self.bench.others[-1]
        return make if self.sound else None

    def _direct(self, ability):
        self.caller.invite(parts=[NORMAL_PART],
                           headers=[REFERRED, *ability],
                           offer=self.caller.session())
        self.ident = self.phone.wait_offered()
        self.phone.wait_context(self.ident)
        self.phone.order("baton_accept")
        self.caller.listen(self.caller.wait_code(200).body)

    def _replaces(self, ability):
        """An AI that can still be called, and its caller by Replaces."""
        self.ai = Station(self.phone)
        self.bench.peers.append(self.ai)
        call = self.ai.call(user="ai", name="Ava")
        call.uri = lambda: "sip:ai@127.0.0.1:%d" % self.ai.port
        call.invite(parts=[NORMAL_PART], headers=ABLE)
        self.ident = self.phone.wait_offered()
        self.phone.wait_context(self.ident)
        self.phone.order("baton_accept")
        call.wait_code(200)
        self.phone.wait_state(self.ident, "consulting")
        self.caller.invite(headers=["Replaces: " + call.replaces(),
                                    *ability],
                           offer=self.caller.session())
        self.caller.listen(self.caller.wait_code(200).body)
        call.wait_request("BYE")

    # -- steps --------------------------------------------------------------

    def state(self):
        return self.phone.state(self.ident)[0]

    def wait_state(self, *states):
        self.phone.wait_state(self.ident, states)

    def tried(self, order, params=None):
        """An order that may fail: whether it did not. If it does, it is in
        the form of the contract."""
        ok, data = self.phone.command("baton_" + order, params)
        got = json.loads(data)
        if not ok:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", got["error"])
            assert " " in got["message"]
        return ok

    def rung(self, label="Billing", count=1):
        """The count-th call that the phone makes there."""
        return self.at[label].wait_call(count)

    def consult(self, label="Billing", count=1):
        """The target's phone gets the call, and has said nothing yet."""
        self.phone.order("baton_consult", label)
        return self.rung(label, count)

    def talk(self, label="Billing", count=1, ability=ABLE):
        """The person talks to the target."""
        target = self.consult(label, count)
        target.ability = ability
        target.ring()
        target.take()
        target.wait_request("ACK")
        self.wait_state("onward-talking")
        if self.sound:
            target.voice.hears(PERSON)
        return target

    def merge(self, **options):
        target = self.talk(**options)
        self.phone.order("baton_merge")
        self.wait_state("merged")
        self.caller.wait_held(False)
        return target

    def complete(self, label="Billing", refer=(202, "Accepted"), **options):
        """The REFER that the caller's side got, and the target's call."""
        target = self.talk(label, **options)
        self.caller.answers["REFER"] = refer
        self.phone.order("baton_complete")
        return self.caller.wait_request("REFER"), target

    def take_over(self, refer, label="Billing"):
        """The caller does what the REFER says, and so does the target: the
        new call (RFC 5589, section 7.3)."""
        uri, headers = refer_to(refer)
        got = re.search(r"@([^:;]+):(\d+)", uri)
        station = self.at[label]
        before = len(station.called)
        lines = [
            "INVITE %s SIP/2.0" % uri,
            "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK%s;rport" % (
                self.desk.ip, self.desk.port, unique("b")),
            "Max-Forwards: 70",
            "From: <sip:rosa@127.0.0.1>;tag=" + unique("ft"),
            "To: <%s>" % uri,
            "Call-ID: " + unique("new-"),
            "CSeq: 1 INVITE",
            "Contact: " + self.desk.contact(),
            "Replaces: " + headers["replaces"],
            "Content-Type: application/sdp",
        ]
        lines += ["Referred-By: " + v for v in refer.all("referred-by")]
        body = self.caller.session()
        lines.append("Content-Length: %d" % len(body))
        self.desk.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body,
                       (got.group(1), int(got.group(2))))
        new = station.wait_call(before + 1)
        assert replaces_of(new.first.get("replaces")) in [
            c.named() for c in station.called[:before]]
        new.take()
        return new

    # -- what must hold -----------------------------------------------------

    def steps(self):
        """Status codes that the event tells, each with who it is about."""
        return [(e["code"], e["target"]) for e in
                self.phone.baton_events("transfer")
                if e["id"] == self.ident]

    def wait_step(self, code):
        return self.phone.wait_event("transfer", lambda e:
                                     e["id"] == self.ident and
                                     e["code"] == code)

    def alerts(self):
        return [e["code"] for e in self.phone.baton_events("alert")
                if e["id"] == self.ident]

    def caller_back(self):
        """The caller and the person have each other, and nobody else."""
        self.wait_state("connected")
        self.caller.wait_held(False)
        self.stays()
        if self.sound:
            self.caller.voice.hears(PERSON)
            self.ear.hears(self.caller.voice)

    def target_still(self, target):
        """The target is there, and the caller is with them."""
        self.wait_state("onward-talking")
        self.caller.wait_held(False)
        self.stays()
        assert not target.has_request("BYE")
        if self.sound:
            self.caller.voice.hears(PERSON)
            self.ear.hears(self.caller.voice)

    def stays(self, seconds=0.3):
        never("the caller is dropped", lambda:
              self.caller.has_request("BYE"), seconds)

    def untouched(self, seconds=0.3):
        """No packet of SIP to anybody, and the same state."""
        never("SIP goes out", lambda: [
            m for m in self.caller.requests if m.method != "ACK"] or [
            p for p in self.at.values() if p.called or p.strays], seconds)
        assert self.state() == "connected"

    def transferred(self, outcome="transferred"):
        self.caller.wait_request("BYE")
        self.phone.wait_end(self.ident, outcome)
