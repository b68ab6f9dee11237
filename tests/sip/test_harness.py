"""The harness itself, on the host alone: if these fail, look here first."""

import importlib.util
import os

from harness import ROOT


def test_plain_host_takes_a_call(bench):
    phone = bench.phone(modules=())
    peer = bench.peer(phone)
    call = peer.call(user="caller").invite()
    call.wait_code(180)
    phone.wait_host_event("CALL_INCOMING")
    ok, _ = phone.command("accept")
    assert ok
    call.wait_code(200)
    phone.wait_host_event("CALL_ESTABLISHED")
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_host_event("CALL_CLOSED")


def test_plain_host_tcp(bench):
    phone = bench.phone(modules=())
    peer = bench.peer(phone, transport="tcp")
    call = peer.call(user="caller").invite()
    call.wait_code(180)
    call.cancel()
    call.wait_code(487)


def test_plain_host_answers_sipp(bench):
    phone = bench.phone(modules=())
    sipp = bench.sipp(phone, "plain", keys={"who": "caller"})
    phone.wait_host_event("CALL_INCOMING")
    phone.command("accept")
    sipp.wait()


def test_demo_finds_what_it_takes_from_here():
    """It is no test, and uses the same phone and simulator."""
    spec = importlib.util.spec_from_file_location(
        "demo", os.path.join(ROOT, "share", "build", "demo.py"))
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
