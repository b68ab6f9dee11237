"""Each way in which a caller may arrive, over each transport: what the phone
shows of it, and what AI and caller get."""

import json
import os

import pytest

from harness import HOST_VERSION, ROOT, wait_for
from pki import Issuer

EXAMPLE = os.path.join(ROOT, "share/examples/billing-dispute.json")
TRANSPORTS = ["udp", "tcp", "tls"]
OVER = ("completed", "caller-left")

with open(EXAMPLE, encoding="utf-8") as _f:
    CONTEXT = json.load(_f)


def certificate(folder):
    """Key and certificate in one file, made on the spot."""
    issuer = Issuer(os.path.join(folder, "pki"), "Phone")
    path = os.path.join(folder, "phone.pem")
    with open(path, "w", encoding="ascii") as out:
        for name in ("ec.pem", "ec.key"):
            with open(issuer.path(name), encoding="ascii") as f:
                out.write(f.read())
    return path


def start(bench, transport, *config, **options):
    """A phone that trusts this machine."""
    more = [("baton_allow_from", "ip:127.0.0.1")] + list(config)
    if transport == "tls":
        more.append(("sip_certificate", certificate(bench.folder)))
        # The simulator's is made by itself
        more.append(("sip_verify_server", "no"))
    return bench.phone(*more, **options)


def sim(bench, phone, transport, *options):
    return bench.sim(phone, "--transport", transport, "--context", EXAMPLE,
                     "--consult", "300", "--talk", "1", "--timeout", "15",
                     *options)


def result_of(run, code=0):
    got, lines = run.finish()
    lines = [line for line in lines if "outcome" in line]
    assert got == code, "%s %s" % (json.dumps(lines), run.errors())
    return lines[0]


def connected_once(phone, ident):
    """It rang once, and the caller came to the same hand-off."""
    events = [e for e in phone.baton_events("handoff")]
    assert {e["id"] for e in events} == {ident}, events
    assert [e["state"] for e in events].count("connected") == 1, events
    show = phone.show(ident)
    assert show["context"]["handoff_id"] == CONTEXT["handoff_id"]
    assert show["context"]["summary"] == CONTEXT["summary"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_replaces(bench, transport):
    phone = start(bench, transport, sound=True)
    run = sim(bench, phone, transport, "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = result_of(run)
    assert result["replaces_code"] == 200 and result["caller_heard"]
    phone.wait_end(ident, OVER)
    connected_once(phone, ident)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_direct(bench, transport):
    phone = start(bench, transport, sound=True)
    run = sim(bench, phone, transport, "--shape", "direct", "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["outcome"] == "connected" and result["caller_heard"]
    phone.wait_end(ident, OVER)
    connected_once(phone, ident)


# The old host's sessions know no UPDATE; the simulator sends it all the same
SIGNS = ["reinvite", "context"] + (
    ["update"] if not HOST_VERSION.startswith("1.") else [])


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("sign", SIGNS)
def test_bridge(bench, transport, sign):
    phone = start(bench, transport, sound=True)
    run = sim(bench, phone, transport, "--shape", "bridge", "--sign", sign,
              "--must-hear", "--caller", "sip:+12025550143@example.com",
              "--caller-name", "Dana Whitfield")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = result_of(run)
    assert result["sign_codes"] == [200]
    assert result["caller_heard"] is True
    phone.wait_end(ident, OVER)
    connected_once(phone, ident)


def test_bridge_names_who_is_there(bench):
    """The identity that the sign asserts is on the screen."""
    phone = start(bench, "udp")
    run = sim(bench, phone, "udp", "--shape", "bridge", "--caller",
              "sip:+4930555@example.com", "--caller-name", "Jon Berg")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    wait_for("the caller's name", lambda: "Jon Berg" in json.dumps(
        phone.show(ident)))
    assert result_of(run)["outcome"] == "connected"


def test_bridge_without_a_sign(bench):
    """Only the person can tell."""
    phone = start(bench, "udp", sound=True)
    run = sim(bench, phone, "udp", "--shape", "bridge", "--sign", "none",
              "--must-hear", "--talk", "0", "--who-hangs-up", "agent")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    phone.order("baton_connected")
    phone.wait_state(ident, "connected")
    wait_for("sound of the caller", lambda:
             len(phone.ears.since({})[1]) > 10000)
    phone.order("baton_hangup")
    assert result_of(run)["hung_up_by"] == "agent"
    phone.wait_end(ident, OVER)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", ["uui", "header", "referred-by",
                                 "session-id", "caller"])
def test_fresh(bench, transport, how):
    phone = start(bench, transport, sound=True)
    run = sim(bench, phone, transport, "--shape", "fresh", "--correlate", how,
              "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = result_of(run)
    assert result["fresh_code"] == 200 and result["caller_heard"]
    assert not phone.refused("baton_accept").get("id")
    phone.wait_end(ident, OVER)
    connected_once(phone, ident)


def test_fresh_after_the_ai_withdrew(bench):
    """Nobody had accepted: it is offered again, as the same hand-off."""
    phone = start(bench, "udp")
    run = sim(bench, phone, "udp", "--shape", "fresh", "--cancel-after",
              "200")
    ident = phone.wait_offered()
    phone.wait_event("handoff", lambda e: e["outcome"] == "cancelled")
    wait_for("the same hand-off again", lambda: phone.state(ident)[0] ==
             "offered")
    phone.order("baton_accept", "#%d" % ident)
    assert result_of(run)["outcome"] == "connected"
    phone.wait_end(ident, OVER)
    assert {e["id"] for e in phone.baton_events("handoff")} == {ident}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_refer(bench, transport):
    phone = start(bench, transport, ("baton_refer", "ask"),
                  ("baton_allow_to", "sip:*@127.0.0.1"), sound=True)
    run = sim(bench, phone, transport, "--shape", "refer", "--must-hear")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    phone.wait_event("transfer", lambda e: e["id"] == ident)
    wait_for("the question", lambda: phone.command(
        "baton_accept", "#%d" % ident)[0])
    phone.wait_state(ident, "connected")
    result = result_of(run)
    assert result["refer_code"] == 202 and result["sipfrag_exact"] is True
    assert result["notify"][0] == 100 and result["notify"][-1] == 200
    assert result["caller_heard"] is True
    phone.wait_end(ident, OVER)
    connected_once(phone, ident)


def test_refer_of_somebody_known(bench):
    phone = start(bench, "udp", ("baton_refer", "known"),
                  ("baton_allow_to", "sip:*@127.0.0.1"))
    run = sim(bench, phone, "udp", "--shape", "refer")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    result = result_of(run)
    assert result["notify"][-1] == 200 and result["sipfrag_exact"] is True


@pytest.mark.parametrize("config", [
    [("baton_refer", "never")],
    [("baton_refer", "known"), ("baton_deny_to", "sip:*@127.0.0.1")],
])
def test_refer_that_policy_refuses(bench, config):
    phone = start(bench, "udp", *config)
    run = sim(bench, phone, "udp", "--shape", "refer", "--expect",
              "declined")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = result_of(run)
    assert result["refer_code"] in (403, 603) and result["notify"] == []
    phone.wait_end(ident, "ai-left")


def test_refer_that_the_person_declines(bench):
    phone = start(bench, "udp", ("baton_refer", "ask"),
                  ("baton_allow_to", "sip:*@127.0.0.1"))
    run = sim(bench, phone, "udp", "--shape", "refer", "--expect",
              "declined")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    phone.wait_event("transfer", lambda e: e["id"] == ident)
    phone.order("baton_decline", "#%d" % ident)
    result = result_of(run)
    assert result["sipfrag_exact"] is True or result["refer_code"] == 603
    phone.wait_end(ident, "ai-left")


def test_no_certificate_no_trust(bench):
    phone = start(bench, "tls")
    run = sim(bench, phone, "tls", "--shape", "direct")
    ident = phone.wait_offered()
    wait_for("the context", lambda: phone.show(ident).get("context"))
    assert phone.show(ident)["trust"] != "transport"
    phone.order("baton_accept")
    assert result_of(run)["outcome"] == "connected"


@pytest.mark.skipif(HOST_VERSION == "1.1.0",
                    reason="baresip 1.1.0 asks no client for its certificate")
def test_client_certificate(bench):
    """TLS with a name that is allowed makes the way trusted."""
    issuer = Issuer(os.path.join(bench.folder, "pki"), "Voice")
    issuer.make("ai", "EC", "/CN=ai.example.org", "leaf", "root")
    pem = os.path.join(bench.folder, "sim.pem")
    with open(pem, "w", encoding="ascii") as out:
        for name in ("ai.pem", "ai.key"):
            with open(issuer.path(name), encoding="ascii") as f:
                out.write(f.read())
    phone = bench.phone(("baton_allow_from", "tls:ai.example.org"),
                        ("sip_certificate", pem),
                        ("sip_cafile", issuer.root),
                        ("sip_verify_client", "yes"))
    run = sim(bench, phone, "tls", "--shape", "direct", "--cert", pem,
              "--ca", issuer.root)
    ident = phone.wait_offered()
    wait_for("the trust of its way", lambda: phone.show(ident)["trust"] ==
             "transport")
    phone.order("baton_accept")
    assert result_of(run)["outcome"] == "connected"
