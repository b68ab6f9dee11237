"""The target's phone dies without a word, and with it the connection that its
call came by: the caller is back with the person, and that is told."""

import pytest

from onward_sim import Keys, Played
from mixed import PERSON


def called(bench, transport, *how, caller=()):
    keys = Keys(bench.folder) if transport == "tls" else None
    s = Played(bench, targets={"Billing": how}, transport=transport,
               keys=keys, caller=caller)
    s.phone.order("baton_consult", "Billing")
    s.at["Billing"].wait("invite")
    return s


def dies(s, alert):
    s.at["Billing"].kill()
    s.wait_alert(alert)
    s.caller_hears(PERSON)
    s.with_person()


def test_while_it_rings(bench):
    s = called(bench, "tls", "--answer", "rings")
    # The host's end waits for what its CANCEL should bring
    s.phone.stop_patience = 60
    dies(s, "target-failed")


@pytest.mark.parametrize("transport, merged", [("tcp", False),
                                               ("tls", True)])
def test_in_the_call(bench, transport, merged):
    s = called(bench, transport)
    s.wait_state("onward-talking")
    if merged:
        s.phone.order("baton_merge")
        s.wait_state("merged")
    dies(s, "target-vanished")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_while_the_caller_is_on_the_way(bench, transport):
    """Nobody waits on hold then, whatever the phone had to believe."""
    s = called(bench, transport, caller=["--on-refer", "silent"])
    s.wait_state("onward-talking")
    s.phone.order("baton_complete")
    s.wait_state("transferring")
    s.at["Billing"].kill()
    s.wait_alert("transfer-failed")
    dies(s, "target-vanished")
