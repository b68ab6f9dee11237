"""The panel as a screen reader has it: through AT-SPI, by its hooks.

The hooks are listed in ui/access.h; each is an accessible id. To be imported
only once the display and the bus are there.
"""

import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from screen import wait_for  # noqa: E402


def children(node):
    try:
        return [c for c in (node.get_child_at_index(i) for i in
                            range(node.get_child_count())) if c]
    except GLib.Error:
        return []


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def has(node, state):
    return node.get_state_set().contains(state)


class Scrollbar:
    """How far somebody has scrolled, in pixels."""

    def __init__(self, node):
        self.node = node

    def shown(self):
        return has(self.node, Atspi.StateType.SHOWING)

    def value(self):
        return Atspi.Value.get_current_value(self.node)

    def most(self):
        return Atspi.Value.get_maximum_value(self.node)

    def scroll(self, value):
        assert Atspi.Value.set_current_value(self.node, value)


class Reader:
    """One process's panel."""

    def __init__(self, pid):
        self.pid = pid

    def _app(self):
        # Nothing is to be remembered from an earlier look
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for app in children(desktop):
            try:
                if app.get_process_id() == self.pid:
                    app.clear_cache()
                    return app
            except GLib.Error:
                pass
        return None

    def find(self, hook, state=Atspi.StateType.SHOWING):
        """What has this hook and can be seen now, or None.

        VISIBLE as state finds what has been scrolled out of sight too.
        """
        app = self._app()
        if not app:
            return None
        for node in walk(app):
            try:
                if node.get_accessible_id() == hook and \
                        has(node, state):
                    return node
            except GLib.Error:
                pass
        return None

    def wait(self, hook):
        return wait_for("%s on the panel" % hook, lambda: self.find(hook))

    def text(self, hook):
        """The text of a label or a text view, None if it is not shown."""
        node = self.find(hook)
        if not node:
            return None
        try:
            if "Text" in node.get_interfaces():
                return Atspi.Text.get_text(node, 0, -1)
            return node.get_name()
        except GLib.Error:
            return None

    def words(self, hook):
        """All that is said below a node, a list for one."""
        node = self.find(hook, Atspi.StateType.VISIBLE)
        if not node:
            return ""
        said = []
        for part in walk(node):
            try:
                if "Text" in part.get_interfaces():
                    said.append(Atspi.Text.get_text(part, 0, -1))
            except GLib.Error:
                pass
        return "\n".join(said)

    def wait_text(self, hook, wanted):
        """Until the text has these words in it; returns the text."""
        seen = [None]

        def look():
            seen[0] = self.text(hook)
            return seen[0] is not None and wanted in seen[0]
        try:
            wait_for("%s" % hook, look)
        except AssertionError:
            raise AssertionError("%s is %r, waited for %r" % (
                hook, seen[0], wanted)) from None
        return seen[0]

    def wait_gone(self, hook):
        wait_for("%s gone" % hook, lambda: not self.find(hook))

    def name(self, hook):
        return self.wait(hook).get_name()

    def name_of_any(self, hook):
        """Also of what has been scrolled out of sight."""
        return wait_for("%s on the panel" % hook, lambda: self.find(
            hook, Atspi.StateType.VISIBLE)).get_name()

    def sensitive(self, hook):
        node = self.find(hook)
        return bool(node) and has(node, Atspi.StateType.SENSITIVE)

    def press(self, hook):
        """Presses a button, as a person does by a screen reader."""
        node = self.wait(hook)
        wait_for("%s can be pressed" % hook, lambda: self.sensitive(hook))
        assert "Action" in node.get_interfaces(), \
            "%s has no action" % hook
        assert Atspi.Action.do_action(node, 0), "%s does nothing" % hook

    def press_twice(self, hook):
        """Two presses as fast as it goes; whether it was fast enough."""
        node = self.wait(hook)
        wait_for("%s can be pressed" % hook, lambda: self.sensitive(hook))
        start = time.monotonic()
        assert Atspi.Action.do_action(node, 0)
        try:
            Atspi.Action.do_action(node, 0)
        except GLib.Error:
            pass
        return time.monotonic() - start < 0.5

    def choose(self, hook):
        """Selects a row of a list."""
        row = self.wait(hook)
        assert Atspi.Selection.select_child(row.get_parent(),
                                            row.get_index_in_parent())

    def middle(self, hook):
        """Where on the screen something is."""
        box = Atspi.Component.get_extents(self.wait(hook),
                                          Atspi.CoordType.SCREEN)
        return box.x + box.width // 2, box.y + box.height // 2

    def top(self, hook):
        """How far down on the screen something is."""
        return Atspi.Component.get_extents(
            self.wait(hook), Atspi.CoordType.SCREEN).y

    def focused(self, hook):
        return self.find(hook, Atspi.StateType.FOCUSED) is not None

    def type(self, hook, text):
        node = self.wait(hook)
        assert Atspi.EditableText.set_text_contents(node, text)

    def caret(self, hook, at=None):
        """Where the caret is; puts it somewhere when told to."""
        node = self.wait(hook)
        if at is not None:
            assert Atspi.Text.set_caret_offset(node, at)
        return Atspi.Text.get_caret_offset(node)

    def selections(self, hook):
        """How many parts of the text are selected."""
        return Atspi.Text.get_n_selections(self.wait(hook))

    def scrollbar(self, hook):
        """The vertical one of what has this hook."""
        pane = self.wait(hook)
        while pane and pane.get_role() != Atspi.Role.SCROLL_PANE:
            pane = pane.get_parent()
        bars = [node for node in children(pane)
                if node.get_role() == Atspi.Role.SCROLL_BAR and
                has(node, Atspi.StateType.VERTICAL)]
        assert len(bars) == 1, bars
        return Scrollbar(bars[0])

    def nameless(self):
        """Controls that a screen reader could not tell apart."""
        roles = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON,
                 Atspi.Role.TEXT, Atspi.Role.ENTRY, Atspi.Role.LIST_BOX)
        return [node.get_role_name() for node in walk(self._app())
                if has(node, Atspi.StateType.SHOWING) and
                node.get_role() in roles and not node.get_name()]
