"""The real panel in the real baresip, a caller who is passed on, and a target
who is another program: pressed and read as a person would."""

import pytest

from screen import wait_for
from test_panel_sip import BILLING, example, stage   # noqa: F401
from test_sim_target import Run

CALLER = example(BILLING)["caller"]["name"]


@pytest.fixture
def target(request):
    """Somebody to pass the caller on to."""
    made = []

    def start(*options):
        run = Run("--target", "--local", "127.0.0.1", *options,
                  "sip:bob@127.0.0.1:0")
        made.append(run)
        run.uri = run.wait("listening")["uri"]
        return run

    yield start
    for run in made:
        run.kill()


def connected(stage, uri, *config):        # noqa: F811
    """A caller on the line, and Billing in the directory."""
    phone = stage.phone(("baton_target", "Billing;uri=%s;kind=department"
                         % uri), *config)
    sim = stage.sim(phone, "--shape", "replaces", "--context", BILLING,
                    "--from-name", "Nova", "--consult", "300",
                    "--caller-name", CALLER, "--until-end")
    phone.panel.press("baton-accept")
    phone.panel.wait_text("baton-state", "Connected to " + CALLER)
    return phone, sim


def call(panel, who="bil"):
    panel.press("baton-passon")
    panel.type("baton-target", who)
    panel.press("baton-consult")


def test_passed_on_with_a_word_first(stage, target, screen):   # noqa: F811
    """Pass on, talk first, swap, all three, complete."""
    bob = target("--calls", "2", "--talk", "1")
    phone, sim = connected(stage, bob.uri)
    panel = phone.panel
    call(panel)
    panel.wait("baton-complete")
    panel.wait_text("baton-onward-to", "Billing")
    panel.wait_text("baton-onward-context", "The whole context is there")
    assert bob.wait("message")["content_type"].startswith("application/vcon")
    screen.shot("sip-onward")

    panel.press("baton-swap")
    panel.wait_text("baton-state", "Talking to %s; Billing waits on hold"
                    % CALLER)
    panel.press("baton-merge")
    panel.wait_text("baton-state", "All three are talking")
    screen.shot("sip-merged")

    panel.press("baton-complete")
    panel.wait_text("baton-state", "Passed on to Billing")
    bob.wait("replaced")
    phone.wait_event("handoff", lambda e: e["outcome"] == "transferred")
    screen.shot("sip-passed-on")


def test_a_target_who_declines(stage, target, screen):   # noqa: F811
    """The caller is back, and the panel says why."""
    bob = target("--answer", "declines")
    phone, sim = connected(stage, bob.uri)
    call(phone.panel)
    phone.panel.wait_text("baton-alert", "Billing")
    phone.panel.wait_text("baton-state", "Connected to " + CALLER)
    wait_for("the caller is taken back", lambda:
             not phone.show()["held"])
    screen.shot("sip-declined")
    phone.panel.press("baton-hangup")
    code, calls = sim.finish()
    assert code == 0, (calls, sim.errors())
