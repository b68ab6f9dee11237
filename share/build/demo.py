"""make demo: baresip with Baton and its panel, and the simulator as an AI and
as a caller, through to the caller being connected.

With a display the person accepts. Without one it runs on a display of its
own, presses the panel's own button and takes a screenshot. HEADLESS=1 needs
no GTK: the context is printed here, the call accepted by command.
"""

import array
import glob
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import wave

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "sip"))

from harness import (Failure, Phone, host_environment,  # noqa: E402
                     loudness, samples_of, wait_for)

HEADLESS = bool(os.environ.get("HEADLESS"))
DISPLAY = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
PERSON = DISPLAY and not HEADLESS
SIM = os.environ.get("SIM", "")
FOLDER = os.path.join(ROOT, "build", "demo")
PICTURE = os.path.join(FOLDER, "panel.png")

# Without a person nothing may hang: the whole run ends inside a minute
WITHIN = 50
CONSULT_MS = 4000
TALK_S = 10

# Mean amplitude of 16 bit samples above which somebody is talking
AUDIBLE = 150

AGENT_SAYS = "Hello, this is the service desk. I can see what you told our " \
    "assistant, so you do not need to tell it again. Let me look at that."
OTHERS_SAY = "Hello. Yes, that is right. I have been waiting for this, " \
    "thank you for taking the call. Can you help me with it?"

started = time.monotonic()
children = []


def say(word, text):
    print("  %-5s %s (%.1f s)" % (word, text, time.monotonic() - started),
          flush=True)


def leftover():
    return max(1.0, WITHIN - (time.monotonic() - started))


def run_child(name, args, **options):
    """A process that is ended by its id when the demo ends."""
    log = open(os.path.join(FOLDER, name + ".log"), "ab")
    child = subprocess.Popen(args, stdin=subprocess.DEVNULL, stderr=log,
                             start_new_session=True, **options)
    log.close()
    children.append(child)
    return child


def end_children():
    for child in reversed(children):
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(3)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


# -- sound -------------------------------------------------------------------

def speak(text, voice, path):
    """Speech as the simulator and the host take it: 8 kHz, 16 bit, mono."""
    raw = path + ".espeak"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", raw, text],
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with wave.open(raw, "rb") as f:
        rate = f.getframerate()
        samples = array.array("h", f.readframes(f.getnframes()))
    os.unlink(raw)
    if sys.byteorder == "big":
        samples.byteswap()
    step = rate / 8000.0
    out = array.array("h")
    at = 0.0
    while at + step < len(samples):
        # The mean of what one new sample stands for keeps out the hiss
        part = samples[int(at):max(int(at) + 1, int(at + step))]
        out.append(sum(part) // len(part))
        at += step
    return out


def write_speech(samples, path, seconds):
    """Again and again: the host ends a call when its file has ended."""
    pause = array.array("h", [0] * 6000)
    once = samples + pause
    times = max(1, math.ceil(seconds * 8000 / len(once)))
    data = once * times
    if sys.byteorder == "big":
        data.byteswap()
    with wave.open(path, "wb") as f:
        f.setnchannels(1)
        f.setsampwidth(2)
        f.setframerate(8000)
        f.writeframes(data.tobytes())


def sound():
    """Lines of the configuration: the host's own player, for files."""
    return [("module", "aufile.so"),
            ("audio_source", "aufile," + FOLDER + "/agent.wav"),
            ("audio_player", "aufile,heard.wav"),
            ("audio_alert", "aufile,ring.wav"),
            ("ausrc_srate", "8000"), ("auplay_srate", "8000")]


def heard_since(before, path):
    """What the host wrote to its loudspeaker file after `before` was read:
    each call begins the file anew, so by place, not by length."""
    now = samples_of(path)
    return array.array("h", [s for n, s in enumerate(now)
                             if n >= len(before) or s != before[n]])


# -- panel -------------------------------------------------------------------

def start_screen():
    """An X server and a session bus of our own, ended by their ids."""
    reading, writing = os.pipe()
    run_child("xvfb", ["Xvfb", "-displayfd", str(writing), "-screen", "0",
                       "1280x1000x24", "-nolisten", "tcp"],
              pass_fds=(writing,), stdout=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as f:
        number = f.readline().strip()
    if not number:
        raise Failure("Xvfb did not start, see %s/xvfb.log" % FOLDER)
    os.environ["DISPLAY"] = ":" + number
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ.pop("XAUTHORITY", None)
    os.environ["GDK_BACKEND"] = "x11"
    os.environ.pop("NO_AT_BRIDGE", None)
    bus = run_child("dbus", ["dbus-daemon", "--session", "--nofork",
                             "--nopidfile", "--print-address"],
                    stdout=subprocess.PIPE)
    address = bus.stdout.readline().decode().strip()
    if not address:
        raise Failure("no session bus, see %s/dbus.log" % FOLDER)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = address


class Panel:
    """The panel as AT-SPI sees it: another process, real buttons."""

    def __init__(self):
        import pyatspi
        self.atspi = pyatspi

    def each(self):
        todo = [self.atspi.Registry.getDesktop(0)]
        while todo:
            node = todo.pop()
            try:
                yield node
                todo += [node[n] for n in range(node.childCount)]
            except Exception:       # gone while we looked at it
                continue

    def find(self, role, name):
        for node in self.each():
            try:
                if node and node.getRole() == role and \
                        (node.name or "").startswith(name) and \
                        node.getState().contains(
                            self.atspi.STATE_SHOWING) and \
                        node.getState().contains(
                            self.atspi.STATE_SENSITIVE):
                    return node
            except Exception:
                continue
        return None

    def press(self, name):
        button = wait_for("the panel's button " + name, lambda: self.find(
            self.atspi.ROLE_PUSH_BUTTON, name), leftover())
        action = button.queryAction()
        for n in range(action.nActions):
            if action.getName(n) in ("click", "press", "activate"):
                action.doAction(n)
                return
        raise Failure("the button %s cannot be pressed" % name)

    def box(self):
        """Where the window is on the screen, for the screenshot."""
        frame = self.find(self.atspi.ROLE_FRAME, "")
        if not frame:
            return None
        area = frame.queryComponent().getExtents(
            self.atspi.DESKTOP_COORDS)
        return (area.width, area.height, area.x, area.y)


def screenshot(panel):
    box = panel.box()
    crop = ["-crop", "%dx%d+%d+%d" % box, "+repage"] if box else []
    subprocess.run(["import", "-window", "root"] + crop + [PICTURE],
                   check=True, timeout=20)


# -- terminal ----------------------------------------------------------------

def print_context(shown):
    """The context in a form that a person can read."""
    context = shown.get("context") or {}
    caller = context.get("caller") or {}

    def line(name, text):
        if not text:
            return
        text = textwrap.fill(str(text), 74, initial_indent="    %-11s" % name,
                             subsequent_indent=" " * 15)
        print(text)
    print()
    line("caller", ", ".join(str(caller[k]) for k in (
        "name", "tel", "sip", "mailto", "account", "language")
        if caller.get(k)))
    line("intent", context.get("intent"))
    sentiment = context.get("sentiment") or {}
    line("sentiment", sentiment.get("label"))
    line("priority", context.get("priority"))
    line("reason", context.get("reason"))
    line("summary", context.get("summary"))
    for action in context.get("actions") or []:
        line("action", "%s (%s)" % (action.get("text", ""),
                                    action.get("status", "")))
    for text in context.get("suggestions") or []:
        line("suggestion", text)
    for fact in context.get("facts") or []:
        line("fact", "%s: %s" % (fact.get("name"), fact.get("value")))
    for turn in context.get("transcript") or []:
        line("said", "%s: %s" % (turn.get("name") or turn.get("who") or "?",
                                 turn.get("text", "")))
    line("trust", shown.get("trust"))
    print(flush=True)


def example():
    """A context of share/examples in the normal form."""
    found = sorted(glob.glob(os.path.join(ROOT, "share/examples/*.json")))
    for path in sorted(found, key=lambda p: "billing" not in p):
        with open(path, encoding="utf-8") as f:
            if "parties" not in json.load(f):
                return path
    raise Failure("no context in share/examples")


# -- the hand-over -----------------------------------------------------------

def start_simulator(phone, context):
    with open(context, encoding="utf-8") as f:
        name = (json.load(f).get("caller") or {}).get("name") or "Caller"
    args = [SIM, "--shape", "replaces", "--context", context,
            "--caller-name", name,
            "--say", os.path.join(FOLDER, "others.wav"),
            "--hear", os.path.join(FOLDER, "caller-heard.wav"),
            "--consult", str(CONSULT_MS), "--must-hear",
            "--talk", "0" if PERSON else str(TALK_S),
            "--timeout", "0" if PERSON else str(WITHIN), phone.uri]
    sim = run_child("sim", args, stdout=subprocess.PIPE,
                    env=host_environment(FOLDER))
    return sim


def wait_state(phone, sim, ident, states):
    """Until the hand-off is in one of the states; for the person, forever."""
    def there():
        if not phone.alive():
            raise Failure("baresip has died")
        # By events: a person may take minutes, and polling fills the log
        last = [e for e in phone.baton_events("handoff")
                if e["id"] == ident][-1]
        state, outcome = last["state"], last["outcome"]
        if state in states:
            return state
        if state in ("closed", "wrapup"):
            raise Failure("the hand-off ended before: %s" % outcome)
        if sim.poll() is not None:
            raise Failure("the simulator ended too early")
        return None
    return wait_for("state " + " or ".join(states), there,
                    1e9 if PERSON else leftover())


def accept(phone, panel):
    if HEADLESS:
        phone.order("baton_accept")
        say("ok", "accepted by the command baton_accept")
    elif PERSON:
        say("note", "it rings: press Accept in the panel")
    else:
        panel.press("Accept")
        say("ok", "pressed the panel's Accept button")


def agent_hears(phone):
    """The person hears the caller: by what the host plays from now on."""
    path = phone.path("heard.wav")
    before = samples_of(path)

    def audible():
        new = heard_since(before, path)
        return len(new) > 8000 and loudness(new) > AUDIBLE
    wait_for("the caller's voice in the agent's loudspeaker", audible,
             TALK_S - 2)


def hand_over(phone, panel):
    context = example()
    sim = start_simulator(phone, context)
    say("ok", "the AI calls, context %s" % os.path.relpath(context, ROOT))
    ident = wait_for("a hand-off that rings", phone.wait_offered, leftover())
    phone.wait_event("context", lambda e: e["id"] == ident, leftover())
    shown = phone.show(ident)
    say("ok", "hand-off %d rings, context read: %s" % (
        ident, (shown.get("context") or {}).get("intent") or "no intent"))
    if HEADLESS:
        print_context(shown)
    accept(phone, panel)
    wait_state(phone, sim, ident, ("consulting", "connected"))
    say("ok", "consulting: agent and AI talk")
    wait_state(phone, sim, ident, ("connected",))
    say("ok", "connected: the caller took the AI's place")
    if not (phone.show(ident).get("context") or {}):
        raise Failure("the context is gone after the caller came")
    agent_hears(phone)
    say("ok", "the agent hears the caller")
    if panel:
        screenshot(panel)
        say("ok", "screenshot in %s" % os.path.relpath(PICTURE, ROOT))
    if PERSON:
        say("note", "talk as long as you like; hang up in the panel")
    out, _ = sim.communicate(timeout=None if PERSON else leftover())
    result = json.loads(out.decode("utf-8").strip().splitlines()[0])
    if result.get("outcome") != "connected":
        raise Failure("the simulator says: %s" % json.dumps(result))
    if not result.get("caller_heard"):
        raise Failure("the caller heard nothing: %s" % json.dumps(result))
    say("ok", "the caller heard the agent; Replaces to 200: %s ms, longest "
        "silence: %s ms" % (result.get("replaces_ms"),
                            result.get("silence_ms")))


def show_logs(phone):
    for path in ([phone.log_path] if phone else []) + sorted(
            glob.glob(os.path.join(FOLDER, "*.log"))):
        if os.path.exists(path) and os.path.getsize(path):
            print("        end of %s:" % os.path.relpath(path, ROOT))
            with open(path, "rb") as f:
                for line in f.read().decode("utf-8", "replace") \
                        .splitlines()[-20:]:
                    print("          " + line[:200])


def interrupted(number, frame):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupted)
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    phone = None
    code = 1
    try:
        seconds = 3600 if PERSON else 90
        write_speech(speak(AGENT_SAYS, "en-gb", FOLDER + "/agent"),
                     FOLDER + "/agent.wav", seconds)
        write_speech(speak(OTHERS_SAY, "en-us+f3", FOLDER + "/others"),
                     FOLDER + "/others.wav", 10)
        say("ok", "speech made")
        panel = None
        modules = ["baton.so"]
        if not HEADLESS:
            modules.append("baton_gtk.so")
            if not PERSON:
                start_screen()
                say("ok", "no display here: a virtual one")
                panel = Panel()
        phone = Phone(os.path.join(FOLDER, "phone"), [
            *sound(),
            ("baton_ring_timeout", "0" if PERSON else "30"),
        ], modules=modules,
            home=os.environ.get("HOME") if PERSON else None)
        phone.start()
        say("ok", "baresip %s with %s" % (
            os.environ.get("HOST_VERSION", ""), " and ".join(modules)))
        hand_over(phone, panel)
        code = 0
    except KeyboardInterrupt:
        say("note", "interrupted")
        code = 130
    except (Failure, OSError, ValueError, subprocess.SubprocessError) as e:
        say("FAIL", str(e))
        show_logs(phone)
    finally:
        # A second Ctrl-C must not leave anything behind
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        wrong = phone.stop() if phone and phone.proc else []
        end_children()
    if wrong and code == 0:
        say("FAIL", "; ".join(wrong))
        show_logs(phone)
        code = 1
    if code == 0:
        say("ok", "done: the caller was connected and heard both ways")
    return code


if __name__ == "__main__":
    sys.exit(main())
