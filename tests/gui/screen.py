"""A display and a session bus of their own, for the tests of the panel.

Works as root and without a desktop: the bus starts AT-SPI by itself when
somebody asks for it.
"""

import ctypes
import os
import select
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
B = os.path.abspath(os.environ.get("B", os.path.join(ROOT, "build")))
SHOTS = os.path.join(B, "shots")
DEMO = os.path.join(B, "bin", "panel-demo")

# Long enough for a busy machine; nothing waits this long when all is well
PATIENCE = 30.0


def wait_for(what, condition, timeout=PATIENCE):
    """Polls condition() until it returns something true, and returns it."""
    end = time.monotonic() + timeout
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError("not seen in %g s: %s" % (timeout, what))
        time.sleep(0.02)


def read_line(fd, what, timeout=PATIENCE):
    """One line that a server prints once it is ready."""
    line = b""
    end = time.monotonic() + timeout
    while not line.endswith(b"\n"):
        if not select.select([fd], [], [], end - time.monotonic())[0]:
            raise AssertionError("%s did not start" % what)
        chunk = os.read(fd, 1)
        if not chunk:
            raise AssertionError("%s ended at its start" % what)
        line += chunk
    return line.decode().strip()


class Hints(ctypes.Structure):
    """XWMHints, what a window tells the window manager of itself."""
    _fields_ = [("flags", ctypes.c_long), ("input", ctypes.c_int),
                ("state", ctypes.c_int), ("pixmap", ctypes.c_ulong),
                ("window", ctypes.c_ulong), ("x", ctypes.c_int),
                ("y", ctypes.c_int), ("mask", ctypes.c_ulong),
                ("group", ctypes.c_ulong)]

    INPUT, URGENT = 1, 256


def open_display():
    """libX11 with what is needed of it declared, and a display."""
    x11 = ctypes.CDLL("libX11.so.6")
    for name in ("XOpenDisplay", "XGetWMHints"):
        getattr(x11, name).restype = ctypes.c_void_p
    for name in ("XInternAtom", "XDefaultRootWindow", "XStringToKeysym"):
        getattr(x11, name).restype = ctypes.c_ulong
    return x11, ctypes.c_void_p(x11.XOpenDisplay(None))


def windows(x11, display, title):
    """Each mapped window whose title ends so, and what reads its numbers."""

    def words(window, name):
        atom = x11.XInternAtom(display, name, 0)
        kind, left, count = (ctypes.c_ulong() for _ in range(3))
        form, data = ctypes.c_int(), ctypes.c_void_p()
        x11.XGetWindowProperty(
            display, ctypes.c_ulong(window), ctypes.c_ulong(atom),
            ctypes.c_long(0), ctypes.c_long(256), 0, ctypes.c_ulong(0),
            ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count),
            ctypes.byref(left), ctypes.byref(data))
        if not data.value:
            return None
        if form.value == 8:
            return ctypes.string_at(data, count.value).decode()
        return ctypes.cast(data, ctypes.POINTER(ctypes.c_ulong))[0]

    root, parent = ctypes.c_ulong(), ctypes.c_ulong()
    below, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    x11.XQueryTree(display, ctypes.c_ulong(x11.XDefaultRootWindow(display)),
                   ctypes.byref(root), ctypes.byref(parent),
                   ctypes.byref(below), ctypes.byref(count))
    return [window for window in below[:count.value] if
            (words(window, b"_NET_WM_NAME") or "").endswith(title)], words


def window_facts(title):
    """Of the mapped windows whose title ends so: (hints, user time) each."""
    x11, display = open_display()
    found, words = windows(x11, display, title)
    facts = []
    for window in found:
        hints = x11.XGetWMHints(display, ctypes.c_ulong(window))
        assert hints, "the window has no WM_HINTS"
        facts.append((Hints.from_address(hints),
                      words(window, b"_NET_WM_USER_TIME")))
    return facts


class Hands:
    """Keys and clicks on the one window whose title ends so.

    Without a window manager the keyboard has to be given to it first.
    """

    def __init__(self, title):
        self.x11, self.display = open_display()
        self.xtst = ctypes.CDLL("libXtst.so.6")
        found, _ = windows(self.x11, self.display, title)
        assert len(found) == 1, found
        self.x11.XSetInputFocus(self.display, ctypes.c_ulong(found[0]), 1,
                                ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def _code(self, name):
        keysym = self.x11.XStringToKeysym(name.encode())
        assert keysym, "no key %s" % name
        return self.x11.XKeysymToKeycode(self.display,
                                         ctypes.c_ulong(keysym))

    def press(self, *names):
        """All of them held down together: "Control_L", "t"."""
        codes = [self._code(name) for name in names]
        for down, order in ((1, codes), (0, reversed(codes))):
            for code in order:
                self.xtst.XTestFakeKeyEvent(self.display, code, down,
                                            ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def double_click(self, x, y):
        self.xtst.XTestFakeMotionEvent(self.display, -1, int(x), int(y),
                                       ctypes.c_ulong(0))
        for down in (1, 0, 1, 0):
            self.xtst.XTestFakeButtonEvent(self.display, 1, down,
                                           ctypes.c_ulong(0))
        # Where it stands it would light up what comes there next
        self.xtst.XTestFakeMotionEvent(self.display, -1, 32000, 32000,
                                       ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)


class Screen:
    """Xvfb and dbus-daemon; sets the environment of all that follows."""

    # So large that the pointer, in its middle at first, is not on the panel:
    # where there is no window manager the pointer gives the keyboard away
    def __init__(self, size="1800x1400x24"):
        self.runtime = tempfile.mkdtemp(prefix="baton-screen-")
        self.processes = []
        os.environ["XDG_RUNTIME_DIR"] = self.runtime
        os.environ["GDK_BACKEND"] = "x11"
        # What keeps a panel from speaking AT-SPI must not leak in
        for name in ("NO_AT_BRIDGE", "GTK_MODULES", "GTK_THEME",
                     "AT_SPI_BUS_ADDRESS", "WAYLAND_DISPLAY", "LANGUAGE"):
            os.environ.pop(name, None)
        os.environ["LC_ALL"] = "C.UTF-8"

        get, put = os.pipe()
        self._start(["Xvfb", "-displayfd", str(put), "-screen", "0", size,
                     "-nolisten", "tcp", "-noreset"], put)
        os.close(put)
        os.environ["DISPLAY"] = ":" + read_line(get, "Xvfb")
        os.close(get)

        get, put = os.pipe()
        self._start(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                     "--print-address=%d" % put], put)
        os.close(put)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = read_line(get, "dbus-daemon")
        os.close(get)

    def _start(self, args, fd):
        # Nothing stays behind, even when the tests are killed
        args = ["setpriv", "--pdeathsig", "TERM", "--"] + args
        self.processes.append(subprocess.Popen(
            args, pass_fds=(fd,), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def shot(self, name):
        """A picture of what is on the screen, into $B/shots."""
        os.makedirs(SHOTS, exist_ok=True)
        path = os.path.join(SHOTS, name + ".png")
        subprocess.run(["import", "-window", "root", "-trim", path], check=True,
                       timeout=PATIENCE)
        return path

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.runtime, ignore_errors=True)
