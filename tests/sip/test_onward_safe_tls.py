"""Every failure of test_onward_safe.py once more, with all peers on TLS: the
caller's side calls the phone, and the phone calls the targets."""

import ssl

import pytest

from harness import wait_for
from onward import Scene
from pki import Issuer
from test_onward_safe import FAILURES, check


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    made = Issuer(str(tmp_path_factory.mktemp("tls") / "issuer"), "Carrier")
    made.hosts = {name: made.host(name + ".example.org")
                  for name in ("phone", "peer")}
    return made


def secure(issuer):
    """Lines of the phone; contexts of who listens and of who calls."""
    door = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    door.load_cert_chain(issuer.hosts["peer"])
    call = ssl.create_default_context(cafile=issuer.root)
    call.check_hostname = False
    call.load_cert_chain(issuer.hosts["peer"])
    return [("sip_transports", "udp,tcp,tls"),
            ("sip_certificate", issuer.hosts["phone"]),
            ("sip_cafile", issuer.root), ("sip_verify_server", "yes")], (
        door, call)


@pytest.mark.parametrize("name", list(FAILURES))
def test_caller_is_with_a_person(bench, issuer, name):
    lines, contexts = secure(issuer)
    check(bench, name, lines, transport="tls", tls=contexts)


def test_completed(bench, issuer):
    lines, contexts = secure(issuer)
    s = Scene(bench, *lines, sound=True, transport="tls", tls=contexts)
    refer, _ = s.complete()
    assert "transport=tls" in refer.get("refer-to")
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("form", ["", ";transport=tcp", ";transport=tls;x=1"])
def test_sips(bench, issuer, form):
    """By TLS, whatever else it says: call and context."""
    lines, contexts = secure(issuer)
    s = Scene(bench, *lines, transport="tls", tls=contexts)
    station = s.at["Billing"]
    s.phone.order("baton_consult", "sips:billing@127.0.0.1:%d%s" % (
        station.port, form))
    target = s.rung()
    assert "/TLS " in target.first.get("via")
    assert "transport=tls" in target.first.first
    assert "transport=tcp" not in target.first.first
    target.ring()
    wait_for("the context", lambda: [
        m for m in station.strays if m.method == "MESSAGE"])
    target.take()
    s.wait_state("onward-talking")
