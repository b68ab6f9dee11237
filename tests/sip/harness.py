"""The real baresip with the real module, headless, on free ports.

Phone starts and stops one process, speaks ctrl_tcp with it and keeps its
events. Nothing here knows how the module works inside.
"""

import array
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time

from ears import Ears

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
B = os.path.abspath(os.environ.get("B", os.path.join(ROOT, "build")))
BARESIP = os.environ.get("BARESIP", "")
HOST_LD = os.environ.get("HOST_LD", "")
HOST_VERSION = os.environ.get("HOST_VERSION", "")
SAN = bool(os.environ.get("SAN"))
LOGS = os.path.join(B, "logs")
SIM = os.path.join(B, "bin", "baton-sim")

# Long enough for a busy machine; nothing waits this long when all is well
PATIENCE = float(os.environ.get("PATIENCE", "20"))


class Failure(AssertionError):
    """What the phone did is not what was waited for."""


def wait_for(what, condition, timeout=PATIENCE):
    """Polls condition() until it returns something true, and returns it."""
    end = time.monotonic() + timeout
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise Failure("not seen in %g s: %s" % (timeout, what))
        time.sleep(0.01)


def lasts(what, condition, seconds=0.5, timeout=PATIENCE):
    """Polls condition() until it has been true for so long without a break:
    for what may be true at first, and not yet for good."""
    since = None

    def find():
        nonlocal since
        if not condition():
            since = None
        elif since is None:
            since = time.monotonic()
        return since is not None and time.monotonic() - since >= seconds
    wait_for(what, find, timeout)


def never(what, condition, seconds=1.0):
    """Polls for that long, fails when condition() becomes true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = condition()
        if got:
            raise Failure("must not happen: %s (%r)" % (what, got))
        time.sleep(0.02)


WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8
PORTS = 2500               # for each of the processes that test
given = random.randrange(0, PORTS, 2)


def bound(kinds, ip, ports):
    """Whether these can be bound at this moment, each of these kinds."""
    held = []
    try:
        for port in ports:
            for kind in kinds:
                held.append(socket.socket(socket.AF_INET, kind))
                held[-1].bind((ip, port))
        return True
    except OSError:
        return False
    finally:
        for sock in held:
            sock.close()


def free_block(size, kinds, ip):
    """The first of that many ports, an even one. From below those that the
    system gives to anybody in between, apart from those of the other
    processes that test at the same time, and none that was given a moment
    ago: nobody may have bound it yet."""
    global given
    while True:
        if given + size > PORTS:
            given = 0
        port = 12000 + PORTS * WORKER + given
        given += size + size % 2
        if bound(kinds, ip, range(port, port + size)):
            return port


BOTH = (socket.SOCK_STREAM, socket.SOCK_DGRAM)


def free_ports(count=1, ip="127.0.0.1"):
    """Ports that neither UDP nor TCP uses at this moment."""
    return [free_block(1, BOTH, ip) for _ in range(count)]


def free_sip_port(ip="127.0.0.1"):
    """A port for SIP with the one after it free as well: the host opens TLS
    there."""
    return free_block(2, BOTH, ip)


def free_range(size=40):
    """An even start of a range of free UDP ports, for RTP, and its end."""
    start = free_block(size, (socket.SOCK_DGRAM,), "127.0.0.1")
    return start, start + size - 1


def samples_of(path):
    """16 bit samples of a wav file, as it is while it is written."""
    try:
        with open(path, "rb") as f:
            data = f.read()[44:]
    except FileNotFoundError:
        return array.array("h")
    return array.array("h", data[:len(data) & ~1])


def loudness(samples):
    """Mean amplitude."""
    return sum(map(abs, samples)) / len(samples) if samples else 0


def library_of_compiler(name):
    path = subprocess.run(["gcc", "-print-file-name=" + name], check=True,
                          stdout=subprocess.PIPE).stdout.decode().strip()
    return os.path.realpath(path)


def host_environment(home):
    env = dict(os.environ)
    if HOST_LD:
        env["LD_LIBRARY_PATH"] = HOST_LD
    env["HOME"] = home
    env.pop("MAKEFLAGS", None)
    if SAN:
        env["LD_PRELOAD"] = " ".join(
            library_of_compiler(n) for n in ("libasan.so", "libubsan.so"))
        supp = os.path.join(ROOT, "tests", "sip", "lsan.supp")
        env["ASAN_OPTIONS"] = "detect_leaks=%s:abort_on_error=0" \
            ":handle_segv=1:exitcode=99:suppressions=%s" % \
            ("1" if os.path.exists(supp) else "0",
             os.path.join(ROOT, "tests", "sip", "asan.supp"))
        env["LSAN_OPTIONS"] = "suppressions=%s:print_suppressions=0" \
            ":exitcode=98" % supp
        env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    return env


class Control:
    """ctrl_tcp: netstrings of JSON, answers and events on one connection."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), 2)
        self.sock.settimeout(None)
        self.events = []
        self.answers = {}
        self.broken = []
        self.token = 0
        self.cond = threading.Condition()
        self.open = True
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        data = b""
        try:
            while True:
                chunk = self.sock.recv(65536)
                if not chunk:
                    break
                data += chunk
                while True:
                    head, colon, rest = data.partition(b":")
                    if not colon:
                        break
                    size = int(head)
                    if len(rest) < size + 1:
                        break
                    self._take(rest[:size])
                    data = rest[size + 1:]
        except (OSError, ValueError) as error:
            self.broken.append(repr(error))
        with self.cond:
            self.open = False
            self.cond.notify_all()

    def _take(self, raw):
        try:
            msg = json.loads(raw.decode("utf-8"))
        except ValueError as error:
            with self.cond:
                self.broken.append("%s: %r" % (error, raw[:400]))
                self.cond.notify_all()
            return
        with self.cond:
            if msg.get("response"):
                self.answers[msg.get("token")] = msg
            else:
                msg["seen"] = time.monotonic()
                self.events.append(msg)
            self.cond.notify_all()

    def _write(self, name, params):
        """What is sent for a command, and its token."""
        with self.cond:
            self.token += 1
            token = str(self.token)
        msg = {"command": name, "token": token}
        if params is not None:
            msg["params"] = params
        raw = json.dumps(msg, ensure_ascii=False).encode("utf-8")
        return b"%d:%s," % (len(raw), raw), token

    def _answer(self, name, token, timeout):
        end = time.monotonic() + timeout
        with self.cond:
            while token not in self.answers:
                left = end - time.monotonic()
                if left <= 0 or not self.open:
                    raise Failure("no answer to %s%s" % (
                        name, "" if self.open else ": connection closed"))
                self.cond.wait(left)
            answer = self.answers.pop(token)
        return answer["ok"], answer["data"]

    def command(self, name, params=None, timeout=PATIENCE):
        """Returns (ok, data), data being the text that was printed."""
        raw, token = self._write(name, params)
        self.sock.sendall(raw)
        return self._answer(name, token, timeout)

    def post(self, name):
        """... without waiting for what it says."""
        try:
            self.sock.sendall(self._write(name, None)[0])
        except OSError:
            pass

    def at_once(self, *names):
        """Several in one packet: which of them succeeded."""
        sent = [self._write(name, None) for name in names]
        self.sock.sendall(b"".join(raw for raw, _ in sent))
        return [self._answer(name, token, PATIENCE)[0]
                for name, (_, token) in zip(names, sent)]

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        self.thread.join(5)


class Phone:
    """One baresip. Config lines of the test come as a list of (key, value).

    folder is kept; the test decides whether to throw it away. sound: it
    talks (a tone) and what it hears is kept, see ears.py; else it is mute.
    """

    def __init__(self, folder, config=(), modules=("baton.so",),
                 account="", ip="127.0.0.1", home=None, sound=False,
                 user="agent"):
        self.folder = folder
        self.home = home or folder
        os.makedirs(folder, exist_ok=True)
        self.ip = ip
        self.user = user
        self.ears = Ears(folder)
        self.control = None
        self.proc = None
        self.log_path = os.path.join(folder, "baresip.log")
        self.sip_port = free_sip_port()
        self.ctrl_port = free_ports()[0]
        rtp = free_range()
        lines = [
            ("poll_method", "epoll"),
            ("sip_listen", "%s:%d" % (ip, self.sip_port)),
            ("call_local_timeout", "120"),
            ("call_max_calls", "16"),
            ("call_hold_other_calls", "yes"),
            # No ring tone
            ("audio_path", self.path("no-tones")),
            ("rtp_ports", "%d-%d" % rtp),
            ("net_interface", "127.0.0.1"),
            ("ctrl_tcp_listen", "127.0.0.1:%d" % self.ctrl_port),
            ("module_path", os.path.join(B, "modules")),
            ("module", "g711.so"),
            ("module_app", "account.so"),
            ("module_app", "contact.so"),
            # A hand-off closes as its call ends, and one peer is many
            ("baton_wrapup_time", "0"),
            ("baton_rate_limit", "0"),
        ]
        if sound:
            lines += self.ears.config()
        own = dict(config)
        lines = [(k, v) for k, v in lines if not
                 (k in own and k not in ("module", "module_app"))]
        lines += [("module_app", m) for m in modules]
        lines += [("module_app", "menu.so")]
        lines += [("module_app", "ctrl_tcp.so")]
        lines += list(config)
        with open(self.path("config"), "w", encoding="utf-8") as out:
            for key, value in lines:
                out.write("%s\t\t%s\n" % (key, value))
        with open(self.path("accounts"), "w", encoding="utf-8") as out:
            out.write("<sip:%s@%s>;regint=0%s\n" % (user, ip, account))
        open(self.path("contacts"), "w").close()

    stop_patience = 20

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def uri(self):
        return "sip:%s@%s:%d" % (self.user, self.ip, self.sip_port)

    @property
    def tls_uri(self):
        """The host takes TLS on the port after."""
        return "sip:%s@%s:%d" % (self.user, self.ip, self.sip_port + 1)

    def start(self):
        if not BARESIP:
            raise Failure("BARESIP is not set: run the tests by make check")
        self.log = open(self.log_path, "ab")
        self.proc = subprocess.Popen(
            [BARESIP, "-v", "-f", self.folder], cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, env=host_environment(self.home),
            start_new_session=True)

        def connect():
            if self.proc.poll() is not None:
                raise Failure("baresip ended at its start with %d:\n%s"
                              % (self.proc.returncode, self.log_end()))
            try:
                return Control(self.ctrl_port)
            except OSError:
                return None
        try:
            self.control = wait_for("ctrl_tcp of baresip", connect)
            # The module_app lines after ctrl_tcp, and the loop itself
            self.control.command("reginfo")
        except Failure:
            self.kill()
            raise
        return self

    # -- commands -----------------------------------------------------------

    def command(self, name, params=None):
        return self.control.command(name, params)

    def order(self, name, params=None):
        """A command of Baton that must succeed: the object it printed."""
        ok, data = self.command(name, params)
        if not ok:
            raise Failure("%s %s failed: %s" % (name, params or "", data))
        got = json.loads(data)
        assert isinstance(got, dict), data
        return got

    def refused(self, name, params=None):
        """A command of Baton that must fail, in the form of the contract."""
        ok, data = self.command(name, params)
        assert not ok, "%s %s must fail, printed %s" % (name, params, data)
        got = json.loads(data)
        assert set(got) >= {"error", "message"}, data
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", got["error"]), \
            data
        assert " " in got["message"].strip(), data
        return got

    def status(self):
        return self.order("baton_status")

    def handoffs(self):
        """The list of hand-offs in baton_status."""
        found = self.status()["handoffs"]
        for entry in found:
            assert {"id", "state", "outcome"} <= set(entry), entry
        return found

    def show(self, ident=None):
        return self.order("baton_show",
                          None if ident is None else "#%d" % ident)

    def state(self, ident):
        """(state, outcome); a hand-off that is gone is closed."""
        for entry in self.handoffs():
            if entry["id"] == ident:
                return entry["state"], entry["outcome"]
        for event in reversed(self.baton_events("handoff")):
            if event["id"] == ident:
                return event["state"], event["outcome"]
        raise Failure("hand-off %d was never there" % ident)

    def wait_state(self, ident, state, timeout=PATIENCE):
        wanted = (state,) if isinstance(state, str) else state
        try:
            return wait_for("hand-off %d in state %s" % (ident, wanted),
                            lambda: self.state(ident)[0] in wanted,
                            timeout)
        except Failure as error:
            raise Failure("%s; it is %s" % (error, self.state(ident)))

    def wait_end(self, ident, outcomes, timeout=PATIENCE):
        """The call part is over: wrapup or closed, with such an outcome."""
        self.wait_state(ident, ("wrapup", "closed"), timeout)
        state, outcome = self.state(ident)
        wanted = (outcomes,) if isinstance(outcomes, str) else outcomes
        assert outcome in wanted, (state, outcome, wanted)
        return outcome

    # -- events -------------------------------------------------------------

    def events(self):
        with self.control.cond:
            return list(self.control.events)

    def baton_events(self, name=None):
        """The module's events, each the decoded JSON with _name added."""
        got = []
        for event in self.events():
            if event.get("type") != "MODULE":
                continue
            parts = (event.get("param") or "").split(",", 2)
            if len(parts) != 3 or parts[0] != "baton":
                continue
            if name and parts[1] != name:
                continue
            # The host cuts the whole string at 256 bytes with its NUL
            assert len(event["param"].encode("utf-8")) < 256, event
            decoded = json.loads(parts[2])
            assert isinstance(decoded, dict), event
            decoded["_name"] = parts[1]
            got.append(decoded)
        return got

    def wait_event(self, name, predicate=lambda e: True, timeout=PATIENCE):
        """The first event of Baton with that name which fits."""
        def find():
            for event in self.baton_events(name):
                if predicate(event):
                    return event
            return None
        try:
            return wait_for("event %s" % name, find, timeout)
        except Failure as error:
            raise Failure("%s; seen: %r" % (error, self.baton_events()))

    def wait_offered(self, count=1):
        """The id of the count-th hand-off that rang, of all."""
        def find():
            got = []
            for event in self.baton_events("handoff"):
                if event["state"] == "offered" and event["id"] not in got:
                    got.append(event["id"])
            return got[count - 1] if len(got) >= count else None
        return wait_for("hand-off number %d" % count, find)

    def wait_context(self, ident, field=None):
        """The hand-off, once something that came for it was read, with that
        field: it is done beside the call, and may take its time."""
        def find():
            got = self.show(ident)
            known = got["context"] or {}
            return got if (field in known if field else known) or any(
                s.get("error") for s in got["sources"]) else None
        return wait_for("context of #%d" % ident, find)

    def wait_alert(self, ident=None, code=None):
        return self.wait_event("alert", lambda e:
                               (ident is None or e["id"] == ident) and
                               (code is None or e["code"] == code))

    def wait_host_event(self, kind):
        return wait_for("event %s of the host" % kind, lambda: [
            e for e in self.events() if e.get("type") == kind])

    # -- log and end --------------------------------------------------------

    def log_text(self):
        with open(self.log_path, "rb") as log:
            return log.read().decode("utf-8", "replace")

    def log_end(self, lines=30):
        return "\n".join(self.log_text().splitlines()[-lines:])

    def alive(self):
        return self.proc is not None and self.proc.poll() is None

    def terminate(self):
        """SIGTERM, and the host knows of it, or is gone.

        libre looks for a signal before it waits: of one that comes between
        the look and the wait it knows when something else wakes its loop,
        and a phone without calls has nothing else.
        """
        self.proc.send_signal(signal.SIGTERM)
        wake = time.monotonic() + 0.5

        def known():
            nonlocal wake
            if not self.alive() or "terminated by signal" in self.log_text():
                return True
            if self.control and time.monotonic() > wake:
                wake += 0.5
                self.control.post("reginfo")
            return False
        try:
            wait_for("the signal is known", known, self.stop_patience)
        except Failure:
            pass

    def kill(self):
        if self.control:
            self.control.close()
            self.control = None
        if self.alive():
            self.proc.kill()
            self.proc.wait()

    def stop(self):
        """Ends it and returns what was wrong with it, as a list of lines."""
        wrong = []
        if self.proc is None:
            return wrong
        if not self.alive():
            wrong.append("baresip died with %d" % self.proc.returncode)
        else:
            if self.control and self.control.broken:
                wrong.append("ctrl_tcp was not JSON: %s"
                             % self.control.broken[0])
            try:
                if self.control:
                    self.baton_events()
            except (ValueError, AssertionError) as error:
                wrong.append("an event is not whole JSON under 256 bytes: "
                             "%s" % error)
            self.terminate()
            try:
                self.proc.wait(self.stop_patience)
            except subprocess.TimeoutExpired:
                wrong.append("baresip did not end within %g s of SIGTERM"
                             % self.stop_patience)
            if not wrong and self.proc.returncode != 0:
                wrong.append("baresip ended with %d" % self.proc.returncode)
        self.kill()
        self.log.close()
        for line in self.log_text().splitlines():
            if "ERROR: AddressSanitizer" in line or \
                    "ERROR: LeakSanitizer" in line or \
                    "runtime error:" in line:
                wrong.append(line.strip())
        return wrong


# -- SIPp: another SIP stack -------------------------------------------------

class Sipp:
    """One SIPp process with one of the scenarios, talking to a phone."""

    def __init__(self, phone, scenario, folder, keys=None, transport="udp",
                 ip="127.0.0.1", call_id=None, timeout=PATIENCE + 10,
                 name=None, fill=None, calls=1):
        self.name = name or scenario
        self.folder = os.path.join(folder, "sipp-" + self.name)
        os.makedirs(self.folder, exist_ok=True)
        self.port, control = free_ports(2, ip)
        self.media = free_range(8)[0]
        with open(os.path.join(ROOT, "tests", "sip", "scenarios",
                               scenario + ".xml"), encoding="utf-8") as f:
            text = f.read()
        # What SIPp takes only in writing, a response's code for one
        for key, value in (fill or {}).items():
            text = text.replace("@%s@" % key, str(value))
        path = self.path("scenario.xml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        args = ["sipp", "-sf", path, "-i", ip, "-p", str(self.port),
                "-cp", str(control), "-mi", ip, "-mp", str(self.media),
                "-m", str(calls), "-l", str(calls), "-nostdin", "-s", "agent",
                "-t", {"udp": "u1", "tcp": "t1"}[transport],
                "-timeout", "%ds" % timeout, "-timeout_error",
                "-trace_msg", "-message_file", self.path("messages"),
                "-trace_err", "-error_file", self.path("errors"),
                "-trace_logs", "-log_file", self.path("log")]
        if call_id:
            args += ["-cid_str", call_id]
        for key, value in (keys or {}).items():
            args += ["-key", key, str(value)]
        args.append("%s:%d" % (phone.ip, phone.sip_port))
        self.out = open(self.path("screen"), "wb")
        self.proc = subprocess.Popen(args, cwd=self.folder,
                                     stdin=subprocess.DEVNULL,
                                     stdout=self.out,
                                     stderr=subprocess.STDOUT)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        try:
            with open(self.path(name), "rb") as f:
                return f.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def logged(self, key):
        """The key=value that ends a line of the scenario's log action."""
        def find():
            got = re.search(r"\b%s=([^\r\n]*)[\r\n]" % re.escape(key),
                            self.text("log"))
            return got.group(1).strip() if got else None
        return wait_for("%s of SIPp %s" % (key, self.name), find)

    def wait(self, timeout=PATIENCE + 15):
        """The scenario must run to its end as written."""
        try:
            code = self.proc.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failure("SIPp %s did not end" % self.name)
        self.out.close()
        if code != 0:
            raise Failure("SIPp %s ended with %d: %s" % (
                self.name, code,
                self.text("errors")[:1500] or self.text("screen")[-800:]))

    def stop(self):
        if self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()
        self.out.close()


# -- the simulator -----------------------------------------------------------

class Sim:
    """One run of baton-sim, with its JSON lines. target is another address
    than the phone's own."""

    def __init__(self, phone, folder, *options, target=None):
        if not target:
            target = phone.tls_uri if ("--transport", "tls") in \
                zip(options, options[1:]) else phone.uri
        self.err_path = os.path.join(folder, "sim.err")
        self.err = open(self.err_path, "ab")
        env = dict(os.environ)
        if HOST_LD:
            env["LD_LIBRARY_PATH"] = HOST_LD
        if SAN:
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        self.proc = subprocess.Popen(
            [SIM] + list(options) + [target], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.err, env=env)

    def finish(self, timeout=PATIENCE * 2):
        """(exit code, list of the objects it printed)"""
        try:
            out, _ = self.proc.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failure("baton-sim did not end: " + self.errors())
        lines = [json.loads(line) for line in
                 out.decode("utf-8").splitlines() if line.strip()]
        return self.proc.returncode, lines

    def errors(self):
        with open(self.err_path, "rb") as f:
            return f.read().decode("utf-8", "replace")[-1500:]

    def stop(self):
        if self.proc.poll() is None:
            self.proc.kill()
            self.proc.communicate()
        self.err.close()
