"""What may go wrong on the way to the person, each in the same words as the
simulator has for it, and what the phone shows of it."""

import json
import os

import pytest

from harness import ROOT, never, wait_for
from test_sim_shapes import OVER, result_of

EXAMPLE = os.path.join(ROOT, "share/examples/billing-dispute.json")


def start(bench, *config, **options):
    return bench.phone(("baton_allow_from", "sip:ai@127.0.0.1"), *config,
                       **options)


def sim(bench, phone, *options):
    return bench.sim(phone, "--context", EXAMPLE, "--consult", "300",
                     "--talk", "1", "--timeout", "20", *options)


def states(phone, ident):
    return [e["state"] for e in phone.baton_events("handoff")
            if e["id"] == ident]


def test_late_replaces(bench):
    phone = start(bench)
    run = sim(bench, phone, "--fault", "late-replaces", "--late", "3000")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    never("an alert", lambda: phone.baton_events("alert"), 1)
    assert result_of(run)["outcome"] == "connected"
    phone.wait_end(ident, OVER)


def test_early_bye(bench):
    """The AI's BYE comes first: the caller is taken as one who follows."""
    phone = start(bench, sound=True)
    run = sim(bench, phone, "--fault", "early-bye", "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    assert "summary" in phone.show(ident)["context"]
    result = result_of(run)
    assert result["replaces_code"] == 200 and result["caller_heard"]
    phone.wait_end(ident, OVER)
    assert {e["id"] for e in phone.baton_events("handoff")} == {ident}


def test_early_bye_of_somebody_else(bench):
    """Nothing says that this caller belongs to the hand-off: RFC 3891."""
    phone = start(bench)
    run = sim(bench, phone, "--fault", "early-bye", "--no-referred-by",
              "--caller", "sip:mallory@127.0.0.1", "--expect", "refused")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    assert result_of(run)["replaces_code"] == 603
    phone.wait_end(ident, "ai-left")
    assert "connected" not in states(phone, ident)


@pytest.mark.parametrize("fault, code", [("wrong-tags", 481),
                                         ("stolen-tags", 403)])
def test_a_replaces_that_nobody_may(bench, fault, code):
    phone = start(bench, ("baton_audit", "audit.log"), sound=True)
    run = sim(bench, phone, "--fault", fault)
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["outcome"] == "refused" and result["survived"] is True
    # RFC 3891 has 603 and 403 for who may not, 481 for what is not there
    assert result["replaces_code"] in ((481,) if code == 481 else (403, 603))
    phone.wait_end(ident, "ai-left")
    assert "connected" not in states(phone, ident)
    if fault == "stolen-tags":
        phone.wait_alert(code="replaces-refused")


def test_lost_ack(bench):
    """The 200 is sent again, and the AI's call stays until it is sure."""
    phone = start(bench)
    phone.stop_patience = 60
    run = sim(bench, phone, "--fault", "lost-ack", "--talk", "4")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["outcome"] == "unconfirmed"
    assert result["survived"] is True and result["answers"] >= 3
    phone.wait_end(ident, "ai-left")
    assert "connected" not in states(phone, ident)


@pytest.mark.parametrize("fault", ["no-media", "no-codec"])
def test_no_media(bench, fault):
    """Who cannot be heard does not replace anybody."""
    phone = start(bench, sound=True)
    run = sim(bench, phone, "--fault", fault)
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["outcome"] == "refused" and result["survived"] is True
    phone.wait_end(ident, "ai-left")
    assert "connected" not in states(phone, ident)


def test_reinvite_identity(bench):
    """Somebody is on the AI's leg for a while: the hand-over still comes."""
    phone = start(bench)
    run = sim(bench, phone, "--fault", "reinvite-identity", "--consult",
              "900")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["outcome"] == "connected"
    assert result["sign_codes"] == [200, 200]
    assert result["replaces_code"] == 200
    phone.wait_end(ident, OVER)
    assert {e["id"] for e in phone.baton_events("handoff")} == {ident}
    show = json.dumps(phone.show(ident))
    assert "Interim Desk" not in show or "Dana Whitfield" in show


def test_vanish(bench):
    """Noticed within 15 s, told, and the call is kept while its dialog may
    still be alive."""
    phone = start(bench, sound=True)
    phone.stop_patience = 60
    run = sim(bench, phone, "--fault", "vanish", "--talk", "18")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    alert = phone.wait_event("alert", lambda e: e["id"] == ident, timeout=18)
    assert alert["message"]
    assert phone.state(ident)[0] == "consulting"
    result = result_of(run)
    assert result["outcome"] == "vanished" and result["probes"] >= 1
    phone.order("baton_hangup", "#%d" % ident)
    phone.wait_state(ident, ("wrapup", "closed"))


def test_flood(bench):
    """A call goes on beside 500 strangers a second, none of them rings."""
    phone = start(bench, ("baton_stranger", "reject"), sound=True)
    call = bench.sim(phone, "--context", EXAMPLE, "--consult", "200",
                     "--talk", "4", "--must-hear", "--timeout", "30")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    flood = bench.sim(phone, "--fault", "flood", "--calls", "1000",
                      "--rate", "500", "--context", EXAMPLE)
    result = result_of(flood)
    assert result["flood"] is True and result["outcome"] == "refused"
    assert result["no_answer"] == 0 and result["rang"] == 0
    assert sum(result["codes"].values()) == 1000
    assert set(result["codes"]) <= {"403", "503"}
    assert result_of(call)["caller_heard"] is True
    phone.wait_end(ident, OVER)
    assert {e["id"] for e in phone.baton_events("handoff")} == {ident}


def test_rate_limit(bench):
    """Who may consult may not do it more often than is allowed."""
    phone = bench.phone(("baton_allow_from", "ip:127.0.0.1"),
                        ("baton_rate_limit", "5"))
    result = result_of(bench.sim(
        phone, "--fault", "flood", "--calls", "60", "--rate", "200",
        "--context", EXAMPLE, "--expect", "no-answer"))
    assert result["codes"].get("503", 0) >= 30
    assert result["retry_after"] == result["codes"]["503"]
    assert result["rang"] >= 1


def test_advice_in_a_decline(bench):
    phone = start(bench)
    run = sim(bench, phone, "--advice", "--expect", "declined")
    ident = phone.wait_offered()
    phone.order("baton_decline", "need-info the order number")
    result = result_of(run)
    got = {(a["kind"], a.get("text")) for a in result["advice"]}
    assert any(kind == "decline" and text.startswith("need-info")
               for kind, text in got), got
    assert any(kind == "message" and "the order number" in text
               for kind, text in got), got
    phone.wait_end(ident, "declined")


@pytest.mark.parametrize("code", [200, 405])
def test_advice_in_a_call(bench, code):
    phone = start(bench)
    run = sim(bench, phone, "--advice", "--advice-code", str(code),
              "--consult", "1500")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    phone.order("baton_advise", "Ask for the order number")
    result = result_of(run)
    texts = [a["text"] for a in result["advice"] if a["kind"] == "message"]
    if code == 200:
        assert len(texts) == 1 and "Ask for the order number" in texts[0]
    else:
        assert texts == []
        phone.wait_alert(ident)
    phone.wait_end(ident, OVER)


def test_dtmf_on_accept_and_decline(bench):
    phone = start(bench, ("baton_dtmf_accept", "1#"), sound=True)
    run = sim(bench, phone, "--advice", "--consult", "2500")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    digits = "".join(a["digits"] for a in result["advice"]
                     if a["kind"] == "dtmf")
    assert digits == "1#"
    phone.wait_end(ident, OVER)


def test_an_ai_that_answers_is_alive(bench):
    """Nothing is asked of an AI that can be heard."""
    phone = start(bench)
    run = sim(bench, phone, "--consult", "1500")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    assert "probes" not in result_of(run)
    wait_for("the end", lambda: phone.state(ident)[0] in ("wrapup",
                                                         "closed"))
    assert not phone.baton_events("alert")
