"""What three-way mixing costs: delay from one leg to the other, and CPU.

A pulse goes in at one leg and comes out at the other. Beside it the phone's
own way for a voice is measured: a call whose loudspeaker is its microphone.
The peers are those of the SIP tests.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "sip"))

from host import Host           # noqa: E402
import peer                     # noqa: E402
import mixed                    # noqa: E402

ROUNDS = int(os.environ.get("BENCH_MIXES", "5"))
PULSES = 20                 # a round
EVERY = 25                  # packets from pulse to pulse
SETTLE = 1.0                # s before they are counted
PATIENCE = 20
CPU_SECONDS = 5
FRAME = 20                  # ms that the mix may add
LOUD = 12000
ONSET = 4000

OWN = "pulse through the phone's own audio, played and recorded again"
MIXED = "pulse from leg to leg, merged"
CALLS = "two ordinary calls"
THREE = "the same two, merged"


class Pulses(mixed.Speaker):
    """Silence, with a loud packet now and then; begun[] is when each was
    sent."""

    def __init__(self, silent=False):
        self.silent = silent
        self.begun = []
        super().__init__(1000, loud=LOUD)

    def samples(self, start):
        if self.silent or self.sent % EVERY:
            return [0] * self.count
        self.begun.append(time.monotonic())
        return super().samples(start)

    def onsets(self):
        """When a pulse would be heard: its packet's time, and its place
        in it."""
        out, quiet = [], 0
        with self.lock:
            heard = list(self.heard)
        for at, samples in heard:
            place = next((n for n, s in enumerate(samples)
                          if abs(s) > ONSET), None)
            if place is not None and quiet >= 5:
                out.append(at + place / self.rate)
            quiet = quiet + 1 if place is None else 0
        return out


class Call:
    """The far side of one call, and the peer that it is at."""

    def __init__(self, host, called=False, **options):
        host.ip, host.uri = "127.0.0.1", "sip:agent@127.0.0.1:%d" % \
            host.sip_port
        self.speaker = Pulses(**options)
        self.peer = peer.Peer(host, called=called, messages=True)
        self.call = None

    def invite(self, host, headers=(), parts=None, accept=None):
        self.call = self.peer.call()
        self.keep()
        self.call.invite(headers=headers, parts=parts,
                         offer=self.speaker.offer())
        if accept:
            self.call.wait_code(180)
            accept()
        self.speaker.to(self.call.wait_code(200).body)

    def take(self):
        """The call that the phone makes."""
        self.call = self.peer.wait_call()
        self.call.reply(180, "Ringing")
        body = self.speaker.answer(self.call.first.body)
        self.keep()
        self.call.reply(200, "OK", body=body)

    def keep(self):
        self.call.answers["INVITE"] = (
            200, "OK", ("Content-Type: application/sdp",),
            self.speaker.sdp())

    def close(self):
        self.speaker.stop()
        self.peer.close()


def order(host, name, params=""):
    got = json.loads(host.control.command(name, params))
    if "error" in got:
        raise RuntimeError("%s: %s" % (name, got["message"]))
    return got


def wait_state(host, state):
    end = time.monotonic() + PATIENCE
    while True:
        got = order(host, "baton_show")
        if got["state"] == state:
            return
        if time.monotonic() > end:
            raise RuntimeError("the hand-off is %s, not %s" % (
                got["state"], state))
        time.sleep(0.02)


def merge(host, made):
    """A caller and a target, merged; what was made is added."""
    ai, caller = Call(host, silent=True), Call(host)
    target = Call(host, called=True, silent=True)
    made += [ai, caller, target]
    ai.invite(host, parts=[("application/json", b'{"summary":"x"}')],
              accept=lambda: order(host, "baton_accept"))
    wait_state(host, "consulting")
    caller.invite(host, ["Replaces: " + ai.call.replaces()])
    wait_state(host, "connected")
    order(host, "baton_consult", "sip:lee@127.0.0.1:%d" % target.peer.port)
    target.take()
    wait_state(host, "onward-talking")
    order(host, "baton_merge")
    wait_state(host, "merged")
    return caller, target


def phone(folder, name, lines):
    path = os.path.join(folder, name)
    os.mkdir(path)
    return Host(path, lines=["call_hold_other_calls no"] + lines,
                modules=["ear.so"])


def person(folder):
    """Lines of a configuration: somebody who listens, and says nothing."""
    return ["audio_source mouth,0", "audio_player ear," + folder]


def with_phone(folder, name, lines, function):
    """Runs function(host, made); ends all that it made."""
    host, made = phone(folder, name, lines), []
    host.start()
    try:
        return function(host, made)
    except AssertionError as why:       # of the peers
        raise RuntimeError(str(why)) from None
    finally:
        host.stop()
        for call in made:
            call.close()


def delays(sender, receiver):
    """Milliseconds of so many pulses."""
    time.sleep(SETTLE)
    since = time.monotonic()
    end = since + PATIENCE + PULSES * EVERY * sender.ptime / 1000
    while True:
        out = []
        onsets = receiver.onsets()
        for at in list(sender.begun):
            found = next((o for o in onsets if o > at), None)
            if at > since and found and found - at < 0.45:
                out.append((found - at) * 1000)
        if len(out) >= PULSES:
            return out[:PULSES]
        if time.monotonic() > end:
            raise RuntimeError("%d of %d pulses were heard" % (len(out),
                                                               PULSES))
        time.sleep(0.1)


def own_path(host, made):
    call = Call(host)
    made.append(call)
    call.invite(host, accept=lambda: host.control.command("accept"))
    return delays(call.speaker, call.speaker)


def mixed_path(host, made):
    caller, target = merge(host, made)
    return delays(caller.speaker, target.speaker)


def cpu(host):
    """Percent of a core that the phone needs now."""
    def ticks():
        with open("/proc/%d/stat" % host.process.pid) as f:
            fields = f.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    time.sleep(SETTLE)
    begin, before = time.monotonic(), ticks()
    time.sleep(CPU_SECONDS)
    return 100 * (ticks() - before) / os.sysconf("SC_CLK_TCK") / (
        time.monotonic() - begin)


def two_calls(host, made):
    for _ in range(2):
        call = Call(host)
        made.append(call)
        call.invite(host, accept=lambda: host.control.command("accept"))
    return cpu(host)


def merged_calls(host, made):
    merge(host, made)
    return cpu(host)


def summary(values):
    values = sorted(values)

    def at(share):
        return values[min(len(values) - 1, int(share * len(values)))]
    return {"p50": at(0.5), "p99": at(0.99), "max": values[-1],
            "n": len(values)}


def measure(folder, row):
    """Rows of the table; row() makes one."""
    os.makedirs(folder, exist_ok=True)
    own, mixed = [], []
    bridge = ["audio_source aubridge,loop", "audio_player aubridge,loop"]
    for n in range(ROUNDS):
        own += with_phone(folder, "own%d" % n, bridge, own_path)
    out = [row(OWN, summary(own), None, "p50")]
    ears = person(folder)
    for n in range(ROUNDS):
        mixed += with_phone(folder, "mix%d" % n, ears, mixed_path)
    limit = round(out[0]["p50"] + FRAME, 1)
    return out + [row(MIXED, summary(mixed), limit, "p50")]


def measure_cpu(folder):
    """Two figures of CPU, in percent of a core."""
    os.makedirs(folder, exist_ok=True)
    ears = person(folder)
    return [{"figure": CALLS, "percent": round(with_phone(
                folder, "calls", ears, two_calls), 1)},
            {"figure": THREE, "percent": round(with_phone(
                folder, "three", ears, merged_calls), 1)}]


def lines(figures):
    """A table for bench.py"""
    out = [("the phone's CPU", "percent of a core")]
    for x in figures:
        out.append((x["figure"], "NOT MEASURED" if "missing" in x else
                    "%g" % x["percent"]))
    return out
