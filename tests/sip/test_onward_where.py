"""Where calls may be passed on to: refused is a clear error, no packet, and a
line of the audit; allowed is a line too."""

import json

import pytest

from harness import free_ports, never, wait_for
from legs import Station, refer_to, replaces_of
from onward import Scene

ORDERS = ["consult", "transfer"]


@pytest.fixture
def audit(tmp_path):
    """The line that turns it on, and what it has of calls that go on."""
    path = str(tmp_path / "audit.log")

    def lines():
        with open(path, encoding="utf-8") as f:
            return [d for d in map(json.loads, f)
                    if d["what"] not in ("start", "consultation")]
    return ("baton_audit", path), lines


def abroad(bench, scene):
    """Somebody who is not of the own domain, 127.0.0.1."""
    made = Station(scene.phone, ip="127.0.0.2")
    bench.peers.append(made)
    return made, "sip:away@127.0.0.2:%d" % made.port


def refused(s, order, target):
    got = s.phone.refused("baton_" + order, target)
    assert got["error"] != "no-caller", got
    return got


# -- by the policy -----------------------------------------------------------

@pytest.mark.parametrize("order", ORDERS)
def test_own_domain_only(bench, audit, order):
    s = Scene(bench, audit[0])
    away, uri = abroad(bench, s)
    got = refused(s, order, uri)
    assert len(got["message"]) > 10
    s.untouched()
    assert not away.called
    line = wait_for("a line of the audit", audit[1])[-1]
    assert line["verdict"] == "refused"
    assert line["handoff"] == s.ident
    assert "127.0.0.2" in line["rule"] or "domain" in line["rule"]


def test_own_domain_is_audited(bench, audit):
    s = Scene(bench, audit[0])
    s.consult()
    line = wait_for("a line of the audit", audit[1])[-1]
    assert line["verdict"] == "allowed"
    assert line["handoff"] == s.ident
    assert "domain" in line["rule"]


def test_allow_to(bench, audit):
    s = Scene(bench, audit[0], ("baton_allow_to", "sip:away@127.0.0.2"))
    away, uri = abroad(bench, s)
    s.phone.order("baton_consult", uri)
    away.wait_call()
    line = wait_for("a line of the audit", audit[1])[-1]
    assert line["verdict"] == "allowed"
    assert "baton_allow_to" in line["rule"]


def test_allow_to_is_all_there_is(bench):
    """With a line of it the own domain is not allowed by itself."""
    s = Scene(bench, ("baton_allow_to", "sip:*@127.0.0.2"))
    away, uri = abroad(bench, s)
    refused(s, "consult", s.uri("Billing"))
    s.untouched()
    s.phone.order("baton_consult", uri)
    away.wait_call()


@pytest.mark.parametrize("order", ORDERS)
def test_deny_wins(bench, audit, order):
    s = Scene(bench, audit[0], ("baton_allow_to", "sip:*@127.0.0.1"),
              ("baton_deny_to", "sip:billing@127.0.0.1"))
    refused(s, order, s.uri("Billing"))
    s.untouched()
    line = wait_for("a line of the audit", audit[1])[-1]
    assert line["verdict"] == "refused"
    assert "baton_deny_to" in line["rule"]


def test_label_is_under_the_policy_too(bench):
    """A label of the directory is no way around it."""
    s = Scene(bench, ("baton_deny_to", "sip:billing@*"))
    refused(s, "consult", "Billing")
    s.untouched()


def test_fallback_is_under_the_policy_too(bench):
    s = Scene(bench, ("baton_deny_to", "sip:second@*"),
              labels=("Billing", "Second"), fallback={"Billing": "Second"})
    s.consult().refuse(486, "Busy Here")
    s.phone.wait_alert(s.ident, "target-failed")
    s.caller_back()
    assert not s.at["Second"].called


def test_supervisor_is_under_the_policy_too(bench):
    s = Scene(bench, ("baton_supervisor", "Lead"),
              ("baton_deny_to", "sip:lead@*"), labels=("Lead",))
    refused(s, "escalate", "why not")
    s.untouched()


def test_redirection_is_no_way_around(bench):
    """302 to somebody who may not be called."""
    s = Scene(bench)
    away, uri = abroad(bench, s)
    target = s.consult()
    s.at["Billing"].contact = lambda: "<%s>" % uri
    target.refuse(302, "Moved Temporarily")
    s.phone.wait_alert(s.ident)
    assert s.steps()[-1][0] == 302, s.steps()
    s.caller_back()
    never("it is followed", lambda: list(away.called), 0.3)


def test_contact_is_no_way_around(bench):
    """The target's Contact may be anywhere, but not where calls may not go:
    its address of record then, and who cannot replace must say so."""
    s = Scene(bench, ("baton_deny_to", "sip:*@127.0.0.2"))
    # Nobody answers the BYE there
    s.phone.stop_patience = 60
    target = s.consult()
    s.at["Billing"].contact = lambda: "<sip:eve@127.0.0.2:5099>"
    target.take()
    s.wait_state("onward-talking")
    s.caller.answers["REFER"] = (202, "Accepted")
    if s.tried("complete"):
        to, headers = refer_to(s.caller.wait_request("REFER"))
        assert to == s.uri("Billing")
        assert headers["require"] == "replaces"
        assert replaces_of(headers["replaces"]) == target.named()
    else:
        assert s.state() == "onward-talking"
    s.stays()


# -- what is no address ------------------------------------------------------

HOSTILE = [
    "%s\r\nX-Evil: 1", "%s\nX-Evil: 1", "%s\rX-Evil: 1",
    "%s%%0d%%0aX-Evil:%%201", "%s%%0D", "%s%%0a", "%s;x=%%0d%%0aX-Evil: 1",
    "%s?Replaces=a%%3Bto-tag%%3Db%%3Bfrom-tag%%3Dc", "%s?X-Evil=1", "%s?",
    "%s?Route=%%3Csip:127.0.0.2;lr%%3E", "<%s>", "<%s", "%s>", "\"%s",
    "\"x\" <%s>", "%s, sip:eve@127.0.0.1", "a b %s",
    "%s;method=REFER", "%s;maddr=127.0.0.2", "%%00%s",
]
OTHER_SCHEMES = [
    "javascript:alert(1)", "http://127.0.0.1:%d/", "https://127.0.0.1:%d/",
    "file:///etc/passwd", "mailto:a@127.0.0.1", "data:text/html,x",
    "urn:service:sos", "sip:", "sip:@", "sip:@127.0.0.1", "sip:a@",
    "sip:a@b@127.0.0.1:%d", "sip:a@127.0.0.1:99999", "sip:a@127.0.0.1:x",
    "sip:a@[::1", "sip:%%", "sip:%%zz@127.0.0.1:%d", "//127.0.0.1",
    "x" * 600,
    "sip:" + "a" * 600 + "@127.0.0.1:%d", "<>", "<script>", "'", "\"", ";",
]


def all_are_refused(s, order, targets):
    for target in targets:
        ok, data = s.phone.command("baton_" + order, target)
        assert not ok, (target, data)
        got = json.loads(data)
        assert got["error"] and " " in got["message"], target
        assert "\r" not in got["message"] and "\n" not in got["message"]
    s.untouched()


@pytest.mark.parametrize("order", ORDERS)
def test_injection(bench, order):
    s = Scene(bench)
    all_are_refused(s, order, [t % s.uri("Billing") for t in HOSTILE])


@pytest.mark.parametrize("order", ORDERS)
def test_no_address(bench, order):
    s = Scene(bench)
    port = s.at["Billing"].port
    all_are_refused(s, order, [t % port if "%d" in t else
                               t.replace("%%", "%") for t in OTHER_SCHEMES])


def test_no_such_label(bench):
    """A word that is no label is not somebody to call by chance."""
    s = Scene(bench)
    if s.tried("consult", "Biling"):
        # Completed as a user of the own domain: nobody is there
        s.phone.wait_alert(s.ident, "target-failed")
        s.caller_back()
    else:
        s.untouched()


@pytest.mark.parametrize("word", ["billing", "BILLING", " Billing ",
                                  "Billing"],
                         ids=["small", "capital", "blanks", "same"])
def test_ways_to_write_a_label(bench, word):
    """As it is written; nobody else is called for another way of it."""
    s = Scene(bench)
    ok = s.tried("consult", word)
    if word == "Billing":
        assert ok
    if ok:
        wait_for("it is called, or it failed", lambda:
                 s.at["Billing"].called or "target-failed" in s.alerts())


# -- numbers -----------------------------------------------------------------

def dial(bench, text, *config):
    """What the phone's proxy gets: the address of the INVITE."""
    s = Scene(bench, *config, account=lambda scene:
              ";outbound=\"sip:127.0.0.1:%d\"" % scene.at["Billing"].port)
    s.phone.order("baton_consult", text)
    line = s.rung().first.first
    assert line.startswith("INVITE ") and line.endswith(" SIP/2.0")
    return line.split(" ")[1]


@pytest.mark.parametrize("text,user", [
    ("4711", "4711"), ("+4940123456", "+4940123456"),
    ("+49 40 123-456", "+4940123456"), ("(040) 123.456", "040123456"),
    ("*21#", "*21%23"), ("004940123456", "004940123456")])
def test_number(bench, text, user):
    """Completed with the own domain, without what is for the eye."""
    got = dial(bench, text)
    assert got.split(";")[0] in (
        "sip:%s@127.0.0.1" % user,
        "sip:%s@127.0.0.1" % user.replace("%23", "#")), got


@pytest.mark.parametrize("text", ["tel:+49-40-123456", "tel:+4940123456",
                                  "TEL:+49(40)123456"])
def test_tel(bench, text):
    got = dial(bench, text, ("baton_allow_to", "tel:+4940*"),
               ("baton_allow_to", "sip:+4940*@127.0.0.1"))
    assert got.split(";")[0].lower() in (
        "sip:+4940123456@127.0.0.1", "tel:+4940123456"), got


@pytest.mark.parametrize("text", [
    "0900123", "0900 123", "(0900)-123", "tel:0900-123", "sip:0900123@" +
    "127.0.0.1", "sip:%30900123@127.0.0.1"])
def test_denied_number(bench, text):
    """However it is written."""
    s = Scene(bench, ("baton_deny_to", "tel:0900*"))
    refused(s, "consult", text)
    s.untouched()


# -- the directory -----------------------------------------------------------

@pytest.mark.parametrize("line", [
    "Billing", "Billing;", "Billing;uri=", ";uri=sip:a@127.0.0.1",
    "Billing;uri=http://x", "Billing;uri=sip:a@127.0.0.1;kind=boss",
    "Billing;uri=sip:a@127.0.0.1?x=y", "Billing;uri=sip:a@127.0.0.1%0d",
    "Billing;uri=sip:a@127.0.0.1;fallback=Nobody",
    "Billing;uri=sip:a@127.0.0.1;colour=red",
    "B" * 65 + ";uri=sip:a@127.0.0.1"], ids=[
    "label-only", "nothing-after", "no-uri", "no-label", "http", "kind",
    "headers", "escape", "fallback", "key", "long-label"])
def test_bad_line(bench, line):
    """One line that names key and value, and the module is not loaded."""
    phone = bench.phone(("baton_target", line))
    assert not phone.command("baton_status")[0]
    said = [x for x in phone.log_text().splitlines()
            if "baton_target" in x and line.split(";")[0] in x]
    assert len(said) == 1, said


@pytest.mark.parametrize("key,value", [
    ("baton_target_timeout", "soon"), ("baton_target_timeout", "-1"),
    ("baton_transfer_timeout", "1.5"), ("baton_transfer_timeout", "9" * 12),
    ("baton_supervisor", "http://x.org/"), ("baton_supervisor", "")])
def test_bad_value(bench, key, value):
    phone = bench.phone((key, value))
    ok, _ = phone.command("baton_status")
    if value:
        assert not ok
        assert [x for x in phone.log_text().splitlines()
                if key in x and value in x]


def test_two_lines_of_one_label(bench):
    port = free_ports()[0]
    phone = bench.phone(*[
        ("baton_target", "Billing;uri=sip:%s@127.0.0.1:%d" % (who, port))
        for who in ("a", "b")])
    assert not phone.command("baton_status")[0]
    assert "Billing" in phone.log_text()


@pytest.mark.parametrize("order", ["consult", "transfer"])
def test_another_account_of_the_phone(bench, order):
    """It would only come back to the same person."""
    s = Scene(bench, account="\n<sip:agent2@127.0.0.1>;regint=0")
    got = s.phone.refused("baton_" + order, "sip:agent2@127.0.0.1:%d" %
                          s.phone.sip_port)
    assert got["error"] == "own-address"
    s.untouched()


@pytest.mark.parametrize("typed, user", [
    ("tel:+49-30.12", "+493012"), ("TEL:(030)12;ext=7", "03012"),
    ("tel:*21#", "*21%23")])
def test_tel(bench, typed, user):
    """It is called at home, by the account's own proxy."""
    proxy = Station(None)
    bench.peers.append(proxy)
    s = Scene(bench, ("baton_allow_to", "tel:*"), account=(
        ";outbound=\"sip:127.0.0.1:%d\"" % proxy.port))
    proxy.meet(s.phone)
    s.phone.order("baton_consult", typed)
    call = proxy.wait_call()
    assert call.first.first.split()[1].startswith("sip:%s@127.0.0.1" % user)
    assert "user=phone" in call.first.first
    call.ring()
    call.take()
    s.wait_state("onward-talking")
