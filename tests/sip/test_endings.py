"""The phone, or one of its accounts, goes while something is under way, or
nothing at all."""

import os
import signal

import pytest

from harness import B, PATIENCE, SAN, never, wait_for
from test_calls import ring, talk
from test_refer import refer, to
from test_replaces import take
from test_sim_target import Run


def asked(bench, phone, ai):
    call, ident = talk(phone, ai)
    refer(call, to(bench.peer(phone, called=True)))
    wait_for("the question", lambda: phone.show(ident)["asked"])
    return ident


def with_caller(bench, phone, ai):
    call, ident = talk(phone, ai)
    take(bench, phone, ai, call.replaces()).wait_code(200)
    phone.wait_state(ident, "connected")
    return ident


MOMENTS = {
    "ringing": lambda bench, phone, ai: ring(phone, ai)[1],
    "consulting": lambda bench, phone, ai: talk(phone, ai)[1],
    "asked": asked,
    "connected": with_caller,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_phone_is_ended(bench, phone, ai, moment):
    """Its calls are freed without a word of the host: whoever looks on is
    told, and nothing looks at them any more."""
    ident = MOMENTS[moment](bench, phone, ai)
    phone.terminate()
    phone.wait_event("handoff", lambda e: e["id"] == ident
                     and e["state"] == "closed")
    assert phone.proc.wait(20) == 0
    phone.proc = None


@pytest.mark.parametrize("moment", ["ringing", "consulting"])
def test_the_account_is_deleted(bench, phone, ai, moment):
    ident = MOMENTS[moment](bench, phone, ai)
    assert phone.command("uadel", "sip:agent@127.0.0.1")[0]
    wait_for("it is known to be over", lambda: phone.show(ident)["state"]
             == "closed")
    never("the phone dies", lambda: phone.proc.poll() is not None, 0.5)


def test_advice_is_open_when_the_phone_is_ended(bench, phone, ai):
    """What the stack says of it when it goes finds no call any more."""
    call, ident = talk(phone, ai)
    call.answers["MESSAGE"] = (100, "Trying")
    phone.command("baton_advise", "#%d please wait" % ident)
    call.wait_request("MESSAGE")
    phone.terminate()
    phone.wait_event("handoff", lambda e: e["id"] == ident
                     and e["state"] == "closed")
    call.wait_request("BYE")
    never("somebody is told that the AI was not", lambda: [
        e for e in phone.baton_events("alert")
        if e["code"] == "advise-failed"], 0.3)
    phone.kill()
    phone.proc = None


@pytest.fixture
def late(monkeypatch):
    """Whatever begins now gets its signals while it looks the other way."""
    if SAN:
        pytest.skip("the sanitizer wants to be the first that is loaded")
    monkeypatch.setenv("LD_PRELOAD", os.path.join(B, "bin", "late.so"))


def test_a_quiet_phone_is_ended(late, bench):
    """Its loop has nothing to wake up for: the fixture ends it."""
    bench.phone(modules=())


def test_a_quiet_target_is_ended(late):
    """One that nobody calls: at once, by one signal."""
    target = Run("--target", "sip:a@127.0.0.1:0")
    try:
        target.wait("listening")
        target.proc.send_signal(signal.SIGTERM)
        target.proc.wait(PATIENCE)
    finally:
        target.kill()
