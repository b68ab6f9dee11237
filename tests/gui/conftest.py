"""What each test of the panel gets: a screen, and the panel on made-up data.
"""

import json
import os
import select
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "sip"))

import screen as screen_module  # noqa: E402


@pytest.fixture(scope="session")
def screen():
    made = screen_module.Screen()
    yield made
    made.stop()


LOOK = {"id": 0, "order": "look"}


class Demo:
    """panel-demo in one state, with a reader of its panel."""

    def __init__(self, state):
        from reader import Reader
        env = dict(os.environ)
        if env.get("SAN"):
            # GTK and fontconfig keep memory to the end of the process
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        self.proc = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", screen_module.DEMO,
             "--state", state], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=screen_module.ROOT, env=env)
        self.panel = Reader(self.proc.pid)

    def _next(self):
        return json.loads(screen_module.read_line(
            self.proc.stdout.fileno(), "an order"))

    def order(self):
        """The next order that the panel gave, but for those by itself."""
        while True:
            got = self._next()
            if got != LOOK:
                return got

    def looked(self):
        """The panel asks who is there: the next thing that it does."""
        assert self._next() == LOOK

    def _says(self, seconds):
        return select.select([self.proc.stdout], [], [], seconds)[0]

    def says_no_more(self, seconds):
        """No order for so long, whatever was given until now."""
        while self._says(0):
            self._next()
        assert not self._says(seconds), self._next()

    def stop(self):
        """Ends it; returns what it complained of."""
        self.proc.terminate()
        try:
            _, err = self.proc.communicate(timeout=screen_module.PATIENCE)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            _, err = self.proc.communicate()
        return self.proc.returncode, err.decode("utf-8", "replace")


@pytest.fixture
def demo(screen):
    running = []

    def start(state):
        made = Demo(state)
        running.append(made)
        return made

    yield start

    for made in running:
        code, err = made.stop()
        assert code == 0, "panel-demo ended with %s: %s" % (code, err)
        assert "CRITICAL" not in err and "WARNING" not in err, err
        assert "ERROR: " not in err and "runtime error" not in err, err
