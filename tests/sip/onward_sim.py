"""A caller and those who are called, each a simulator with a SIP stack and a
voice of its own, and the real phone of a person between them.

Who hears whom is told by tones, from one end of the wire to the other.
"""

import json
import os
import signal

from harness import wait_for
from mixed import CALLER, PERSON, TARGET
from pki import Issuer
from test_mix import hears
from test_sim_agent import EXAMPLE
from test_sim_target import Run

# Who is called next, and the AI that the caller came from
SECOND, AI = 1500, 523
HUMS = {"Billing": TARGET, "Second": SECOND, "Ava": AI}


def whole(target):
    """Of the contexts that came, the last: all that the AI knew is in it."""
    with open(target.events("message")[-1]["path"], encoding="utf-8") as f:
        vcon = json.load(f)
    text = json.dumps(vcon, ensure_ascii=False)
    with open(EXAMPLE, encoding="utf-8") as f:
        known = json.load(f)
    for wanted in (known["caller"]["name"], known["summary"],
                   *[turn["text"] for turn in known["transcript"]]):
        assert wanted in text, wanted
    return vcon


class Keys:
    """Certificates of the phone and of those around it."""

    def __init__(self, folder):
        issuer = Issuer(os.path.join(folder, "issuer"), "Carrier")
        self.root = issuer.root
        self.phone = issuer.host("phone.example.org")
        self.peer = issuer.host("peer.example.org")

    def lines(self):
        """... of the phone's configuration: it checks whom it calls."""
        return [("sip_transports", "udp,tcp,tls"),
                ("sip_certificate", self.phone),
                ("sip_cafile", self.root), ("sip_verify_server", "yes")]

    def options(self):
        return ["--ca", self.root, "--cert", self.peer]


class Played:
    """The caller is connected to the person.

    targets: of each label what its simulator is told; caller: what the
    caller's is. keys are needed for TLS.
    """

    def __init__(self, bench, *config, targets=None, caller=(),
                 transport="udp", keys=None, fallback=None, ring=2,
                 silence=1, shape="direct"):
        self.bench = bench
        self.transport = transport
        self.options = ["--transport", transport]
        if transport == "tls":
            self.options += keys.options()
            config = list(config) + keys.lines()
        self.at = {}
        for label, how in (targets or {"Billing": ()}).items():
            self.at[label] = self.target(label, *how)
        lines = [("baton_target", "%s;uri=%s;kind=department%s" % (
            label, at.uri, ";fallback=" + fallback[label]
            if label in (fallback or {}) else ""))
            for label, at in self.at.items() if label != "Ava"]
        self.phone = bench.phone(
            ("baton_target_timeout", str(ring)),
            ("baton_transfer_timeout", str(silence)),
            *lines, *config, sound=True)
        self.ears = self.phone.ears
        self.folder = bench.folder
        self.caller = self.run(
            "--local", "127.0.0.1", "--timeout", "0", "--until-end",
            "--events", "--shape", shape, "--context", EXAMPLE, "--consult",
            "300", *self.listening(CALLER),
            *(caller(self) if callable(caller) else caller),
            self.phone.tls_uri if transport == "tls" else self.phone.uri)
        self.ident = self.phone.wait_offered()
        self.phone.wait_context(self.ident)
        self.phone.order("baton_accept")
        self.wait_state("connected")
        self.caller_hears(PERSON)

    # -- who is there -------------------------------------------------------

    def listening(self, own):
        out = ["--tone", str(own)]
        for hertz in (PERSON, CALLER, TARGET, SECOND, AI):
            if hertz != own:
                out += ["--listen", str(hertz)]
        return out

    def run(self, *args):
        run = Run(*self.options, *args)
        run.stop = run.kill
        self.bench.others.append(run)
        return run

    def target(self, label, *how):
        name = label.lower()
        run = self.run("--target", *self.listening(HUMS[label]),
                       *self.kept(label, how), "sip:%s@127.0.0.1:0" % name)
        run.hertz = HUMS[label]
        first = run.wait("listening")
        run.uri, run.port = first["uri"], first["port"]
        return run

    def kept(self, label, how):
        """... with a folder of its own for what it is sent."""
        return [os.path.join(self.bench.folder, label) if word == "@KEPT"
                else word for word in how]

    # -- steps --------------------------------------------------------------

    def wait_state(self, *states):
        self.phone.wait_state(self.ident, states)

    def state(self):
        return self.phone.state(self.ident)[0]

    def alerts(self):
        return [e["code"] for e in self.phone.baton_events("alert")
                if e["id"] == self.ident]

    def wait_alert(self, code):
        return self.phone.wait_alert(self.ident, code)

    def steps(self):
        return [e["code"] for e in self.phone.baton_events("transfer")
                if e["id"] == self.ident]

    def wait_step(self, code, target=None):
        return self.phone.wait_event("transfer", lambda e:
                                     e["id"] == self.ident and
                                     e["code"] == code and
                                     target in (None, e["target"]))

    def talk(self, label="Billing"):
        """The person talks to the target, the caller waits."""
        self.phone.order("baton_consult", label)
        self.wait_state("onward-talking")
        self.hears(self.at[label], PERSON)
        hears(self.ears, {self.at[label].hertz} & {TARGET})
        self.caller_hears()
        return self.at[label]

    # -- who hears whom -----------------------------------------------------

    @staticmethod
    def hears(run, *tones):
        """... now, and nothing else."""
        wait_for("%r is what is heard: %s" % (tones, run.events("hears")),
                 lambda: [e["tones"] for e in run.events("hears")[-1:]] ==
                 [sorted(tones)] or
                 (not tones and not run.events("hears")))

    def caller_hears(self, *tones):
        self.hears(self.caller, *tones)

    def together(self, target, outcome="transferred", legs=True):
        """Caller and target have each other, and the phone nobody: the
        caller's line at its end. legs: the target had a call before."""
        self.phone.wait_end(self.ident, outcome)
        self.caller_hears(target.hertz)
        self.hears(target, CALLER)
        for side in (self.caller, target) if legs else (self.caller,):
            side.wait("bye", check=lambda e: not e["current"])
        target.proc.send_signal(signal.SIGTERM)
        line = self.caller.finish()
        assert line["talking_to"], line
        assert line["hung_up_by"] == "other"
        return self.heard_at_end(line, target.hertz)

    def with_person(self, caller_ends=False):
        """The caller is with the person, for both to hear, to the end, which
        is the person's doing or the caller's."""
        self.wait_state("connected")
        self.caller_hears(PERSON)
        hears(self.ears, {CALLER})
        assert self.state() == "connected"
        if caller_ends:
            self.caller.proc.send_signal(signal.SIGINT)
        else:
            self.phone.order("baton_hangup")
        line = self.caller.finish(1 if caller_ends else 0)
        assert line["talking_to"].startswith("sip:agent@"), line
        return self.heard_at_end(line, PERSON)

    def target_waits(self, target):
        """... on hold, and the caller is back; the person lets it go."""
        self.wait_state("onward-talking")
        self.caller_hears(PERSON)
        hears(self.ears, {CALLER})
        self.hears(target)
        self.phone.order("baton_back")

    @staticmethod
    def heard_at_end(line, hertz):
        """By the simulator's own account, of the last moment."""
        assert line["media_at_end"] and line["hears_at_end"], line
        last = {t["hertz"]: t["ago_ms"] for t in line["tones"]}
        assert last[hertz] < 500, line
        assert all(last[hertz] < ago for other, ago in last.items()
                   if other != hertz), line
        return line
