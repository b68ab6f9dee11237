"""A baresip without a screen, with or without Baton, for the benchmarks."""

import json
import math
import os
import queue
import socket
import struct
import subprocess
import threading
import time
import wave

MESSAGE_MAX = 4 << 20       # bytes of one netstring


def free_port():
    """A port that neither TCP nor UDP uses on the loopback just now."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as t, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            t.bind(("127.0.0.1", 0))
            port = t.getsockname()[1]
            try:
                u.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port on 127.0.0.1")


def write_tone(path, seconds):
    """A tone: aufile plays it as the agent's voice."""
    frames = b"".join(
        struct.pack("<h", int(9000 * math.sin(2 * math.pi * 300 * i / 8000)))
        for i in range(8000))
    with wave.open(path, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(8000)
        for _ in range(seconds):
            w.writeframes(frames)


class Control:
    """The commands and events of ctrl_tcp: JSON in netstrings."""

    def __init__(self, port, on_event):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.sock.settimeout(None)
        self.on_event = on_event
        self.answers = queue.Queue()
        self.lock = threading.Lock()
        self.tokens = 0
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _send(self, message):
        data = json.dumps(message).encode()
        with self.lock:
            self.sock.sendall(b"%d:%s," % (len(data), data))

    def post(self, command, params=""):
        """Gives a command and does not wait for its answer."""
        self._send({"command": command, "params": params,
                    "token": "posted"})

    def command(self, command, params="", timeout=10):
        """Gives a command; returns the text that it printed."""
        self.tokens += 1
        token = "t%d" % self.tokens
        self._send({"command": command, "params": params, "token": token})
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            try:
                answer = self.answers.get(timeout=max(left, 0.001))
            except queue.Empty:
                raise RuntimeError("no answer to " + command) from None
            if answer.get("token") == token:
                return answer.get("data", "")

    def _read(self):
        buf = b""
        while True:
            try:
                data = self.sock.recv(65536)
            except OSError:
                return
            if not data:
                return
            buf += data
            while True:
                head, colon, rest = buf.partition(b":")
                if not colon:
                    break
                size = int(head)
                if size > MESSAGE_MAX or len(rest) < size + 1:
                    break
                buf = rest[size + 1:]
                self._dispatch(rest[:size])

    def _dispatch(self, data):
        message = json.loads(data.decode("utf-8", "replace"))
        if message.get("response"):
            self.answers.put(message)
        elif message.get("event"):
            self.on_event(message)

    def close(self):
        self.sock.close()


class Host:
    """Starts baresip in a folder of its own and stops it again."""

    def __init__(self, folder, baton=True, lines=(), modules=(),
                 account=""):
        self.folder = folder
        self.baton = baton
        self.lines = list(lines)        # of the configuration, besides
        self.modules = list(modules)
        self.account = account          # its parameters, besides
        self.sip_port = free_port()
        self.control_port = free_port()
        # baresip takes the next one for SIP over TLS
        while self.control_port in (self.sip_port, self.sip_port + 1):
            self.control_port = free_port()
        self.log = os.path.join(folder, "baresip.log")
        self.accept = False
        self.control = None
        self.process = None
        self.alerts = []
        self.contexts = 0       # context events so far

    def _config(self):
        tone = os.path.join(self.folder, "agent.wav")
        write_tone(tone, 60)
        lines = [
            "module_path " + os.environ["MODULE_PATH"],
            "module g711.so",
            "module aufile.so",
            "module aubridge.so",
        ] + ["module " + x for x in self.modules] + [
            "module_app account.so",
            "module_app menu.so",
        ]
        if self.baton:
            lines += ["module_app baton.so", "baton_wrapup_time 0"]
            if not any(x.startswith("baton_rate_limit ")
                       for x in self.lines):
                lines.append("baton_rate_limit 0")
        lines += [
            "module_app ctrl_tcp.so",
            "ctrl_tcp_listen 127.0.0.1:%d" % self.control_port,
            "sip_listen 127.0.0.1:%d" % self.sip_port,
            "net_interface 127.0.0.1",
            "audio_source aufile," + tone,
            # Players without a reader: aufile's of baresip 1.1.0 crashes when
            # one call's player stops while another's starts
            "audio_player aubridge,nobody",
            "audio_alert aubridge,nobody",
            "audio_srate 8000",
            "call_max_calls 8",
            "statmode_default off",
        ]
        # Of two lines with one key the host takes the first
        own = {x.split()[0] for x in self.lines}
        lines = [x for x in lines if x.split()[0] not in own] + self.lines
        with open(os.path.join(self.folder, "config"), "w") as f:
            f.write("\n".join(lines) + "\n")
        with open(os.path.join(self.folder, "accounts"), "w") as f:
            f.write("<sip:agent@127.0.0.1>;regint=0;answermode=manual%s\n"
                    % self.account)
        with open(os.path.join(self.folder, "contacts"), "w"):
            pass

    def _event(self, event):
        if event.get("type") != "MODULE":
            return
        module, _, rest = str(event.get("param", "")).partition(",")
        name, _, body = rest.partition(",")
        if module != "baton":
            return
        try:
            what = json.loads(body)
        except ValueError:
            self.alerts.append("an event that is not JSON: " + body)
            return
        if name == "alert":
            self.alerts.append("%s: %s" % (what.get("code"),
                                           what.get("message")))
        elif name == "context":
            self.contexts += 1
        elif name == "handoff" and what.get("state") == "offered" and \
                self.accept:
            self.control.post("baton_accept", "#%d" % what["id"])

    def start(self):
        self._config()
        env = dict(os.environ, HOME=self.folder)
        if os.environ.get("HOST_LIBRARY_PATH"):
            env["LD_LIBRARY_PATH"] = os.environ["HOST_LIBRARY_PATH"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["BARESIP"], "-f", self.folder], env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 15
        while True:
            if self.process.poll() is not None:
                raise RuntimeError("baresip ended at once, see " + self.log)
            try:
                self.control = Control(self.control_port, self._event)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError("baresip does not listen, see " +
                                       self.log) from None
                time.sleep(0.05)
        if self.baton:
            status = self.control.command("baton_status")
            if '"role"' not in status:
                raise RuntimeError("baton.so is not there: " + status)

    def stop(self):
        if self.process is None:
            return
        if self.control is not None:
            try:
                self.control.post("quit")
            except OSError:
                pass
        try:
            self.process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.control is not None:
            self.control.close()
