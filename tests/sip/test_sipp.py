"""The whole way of a hand-off against SIPp, a stack that is not ours."""

import pytest

TRANSPORTS = ("udp", "tcp")


def consult(bench, phone, transport="udp", scenario="consult", **options):
    """A SIPp consultation that rings: (sipp, id)"""
    sipp = bench.sipp(phone, scenario, transport=transport,
                      call_id="consult-1@sipp", keys={"who": "ai"},
                      **options)
    return sipp, phone.wait_offered()


def replaces_of(sipp):
    return "consult-1@sipp;to-tag=%s;from-tag=st1" % sipp.logged("totag")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_consult_accept_hangup(bench, phone, transport):
    sipp, ident = consult(bench, phone, transport)
    shown = phone.wait_context(ident)
    assert shown["state"] == "offered"
    assert shown["context"]["intent"] == "billing dispute"
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    sipp.logged("totag")
    phone.order("baton_hangup")
    sipp.wait()
    phone.wait_state(ident, ("wrapup", "closed"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_caller_replaces_ai(bench, phone, transport):
    ai, ident = consult(bench, phone, transport)
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    caller = bench.sipp(phone, "replaces", transport=transport,
                        keys={"who": "rosa", "replaces": replaces_of(ai)})
    # The old leg gets its BYE: the AI's scenario ends
    ai.wait()
    phone.wait_state(ident, "connected")
    shown = phone.wait_context(ident)
    assert shown["id"] == ident
    assert shown["context"]["summary"] == "Charged twice in October."
    phone.order("baton_hangup")
    caller.wait()
    phone.wait_end(ident, "completed")


def test_caller_replaces_ai_and_leaves(bench, phone):
    ai, ident = consult(bench, phone)
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    caller = bench.sipp(phone, "replaces-bye",
                        keys={"who": "rosa", "replaces": replaces_of(ai)})
    ai.wait()
    caller.wait()
    phone.wait_end(ident, ("completed", "caller-left"))


def test_replaces_with_wrong_tags(bench, phone):
    ai, ident = consult(bench, phone)
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    ai.logged("totag")
    wrong = bench.sipp(phone, "replaces-refused", fill={"CODE": 481}, keys={
        "who": "rosa", "replaces":
        "consult-1@sipp;to-tag=none;from-tag=st1"})
    wrong.wait()
    assert phone.state(ident)[0] == "consulting"
    phone.order("baton_hangup")
    ai.wait()


def test_ai_leaves(bench, phone):
    sipp, ident = consult(bench, phone, scenario="consult-bye")
    phone.order("baton_accept")
    sipp.wait()
    phone.wait_end(ident, "ai-left")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("why,code", [
    ("busy", 486), ("unavailable", 480), ("wrong-team", 603),
    ("need-info", 603), ("policy", 603), ("other", 603)])
def test_decline(bench, phone, why, code, transport):
    # Who needs to know more is told what, and then declined
    sipp, ident = consult(bench, phone, transport, scenario="declined-told"
                          if why == "need-info" else "declined",
                          fill={"CODE": code})
    phone.order("baton_decline", why + " needs billing")
    sipp.wait()
    assert sipp.logged("reason") == why + ": needs billing"
    if why == "need-info":
        assert sipp.logged("told") == "needs billing"
    phone.wait_end(ident, "declined")


def test_cancel(bench, phone):
    sipp = bench.sipp(phone, "cancelled", keys={
        "who": "ai", "extra": "X-Nothing: said"})
    ident = phone.wait_offered()
    sipp.wait()
    phone.wait_end(ident, "cancelled")


def test_cancel_answered_elsewhere(bench, phone):
    sipp = bench.sipp(phone, "cancelled", keys={
        "who": "ai", "extra":
        "Reason: SIP;cause=200;text=\"Call completed elsewhere\""})
    ident = phone.wait_offered()
    sipp.wait()
    phone.wait_end(ident, "answered-elsewhere")


def test_direct(bench, phone):
    sipp = bench.sipp(phone, "direct", keys={"who": "rosa"})
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    phone.order("baton_hangup")
    sipp.wait()
    phone.wait_end(ident, "completed")
