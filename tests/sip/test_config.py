"""Configuration: a wrong line stops the load with one clear line."""

import os
import re

import pytest

import harness


def loaded(phone):
    ok, data = phone.command("baton_status")
    return ok


def log_lines(phone, key, value):
    return [re.sub("\x1b\\[[;0-9]*m", "", line) for line in
            phone.log_text().splitlines() if key in line and value in line]


@pytest.mark.parametrize("key,value,allowed", [
    ("baton_role", "boss", ["agent", "supervisor", "kiosk"]),
    ("baton_accept", "maybe", ["manual", "auto"]),
    ("baton_replaces", "anyone", ["peer", "referred-by", "either", "both"]),
    ("baton_stranger", "hide", ["show", "plain", "reject"]),
    ("baton_ring_timeout", "soon", []),
    ("baton_ring_timeout", "-5", []),
    ("baton_ring_timeout", "12x", []),
    ("baton_ring_timeout", "99999999999999999999", []),
    ("baton_context_max", "big", []),
    ("baton_context_max", "-1", []),
    ("baton_context_max", "1M", []),
    ("baton_allow_from", "everybody", ["sip:", "ip:", "tls:"]),
    ("baton_allow_from", "ip:300.1.2.3", []),
    ("baton_allow_from", "ip:127.0.0.0/64", []),
    ("baton_allow_from", "ip:", []),
    ("baton_allow_from", "sip:", []),
    ("baton_allow_from", "tls:", []),
    ("baton_refer", "always", ["ask", "known", "never"]),
    ("baton_allow_to", "everywhere", ["sip:", "tel:"]),
    ("baton_allow_to", "http://x.org", ["sip:", "tel:"]),
    ("baton_deny_to", "sip:", ["sip:", "tel:"]),
    ("baton_deny_to", "tel:12;ext=3", ["sip:", "tel:"]),
    ("baton_dtmf_accept", "12E", ["0 to 9", "pause"]),
    ("baton_dtmf_accept", ",,", ["0 to 9", "pause"]),
    ("baton_dtmf_decline", "1" * 33, ["0 to 9", "pause"]),
    ("baton_rate_limit", "ten", ["0 to 100000"]),
    ("baton_rate_limit", "100001", ["0 to 100000"]),
    ("baton_rate_limit", "-1", ["0 to 100000"]),
    ("baton_wrapup_time", "3601", ["0 to 3600"]),
    ("baton_wrapup_time", "1.5", ["0 to 3600"]),
    ("baton_wrapup_busy", "perhaps", ["yes", "no"]),
    ("baton_audit", "/nowhere/audit.log", ["No such file", "FILE"]),
    ("baton_audit", "/", ["directory", "FILE"]),
    ("baton_target", "Billing", ["LABEL;uri=URI", "kind=department"]),
    ("baton_target", "Billing;uri=bob", ["LABEL;uri=URI"]),
    ("baton_target", "Billing;uri=http://x.org", ["LABEL;uri=URI"]),
    ("baton_target", "Billing;uri=sip:b@x.org?Subject=x", ["LABEL;uri=URI"]),
    ("baton_target", "Billing;uri=sip:b%0d%0a@x.org", ["LABEL;uri=URI"]),
    ("baton_target", "Billing;uri=sip:b@x.org;colour=red", ["group=GROUP"]),
    ("baton_target", "Billing;uri=sip:b@x.org;kind=boss", ["person"]),
    ("baton_target", "B" * 64 + ";uri=sip:b@x.org", ["LABEL"]),
    ("baton_supervisor", "Boss", ["no such label", "number"]),
    ("baton_supervisor", "http://x.org", ["label", "sip:"]),
    ("baton_supervisor", "sip:b@x.org?Subject=x", ["label", "sip:"]),
    ("baton_supervisor", "<sip:b@x.org>", ["label", "sip:"]),
    ("baton_target_timeout", "0", ["1 to 600"]),
    ("baton_target_timeout", "601", ["1 to 600"]),
    ("baton_target_timeout", "20s", ["1 to 600"]),
    ("baton_transfer_timeout", "0", ["1 to 600"]),
    ("baton_transfer_timeout", "-1", ["1 to 600"]),
])
def test_bad_value(bench, key, value, allowed):
    phone = bench.phone((key, value))
    assert not loaded(phone)
    lines = log_lines(phone, key, value)
    assert len(lines) == 1, lines
    for word in allowed:
        assert word in lines[0], lines[0]
    # Something is said of what is allowed, beside key and value
    rest = lines[0].replace(key, "").replace(value, "")
    assert len(re.findall(r"[a-z0-9]{2,}", rest)) >= 3, lines[0]


@pytest.mark.parametrize("key", [
    "baton_rolle", "baton_", "baton_ring_timeout_s", "baton_Role"])
def test_unknown_key(bench, key):
    phone = bench.phone((key, "surely"))
    assert not loaded(phone)
    lines = log_lines(phone, key, "surely")
    assert len(lines) == 1, phone.log_text()


def test_phone_without_the_module_still_works(bench):
    """A refused load leaves an ordinary phone."""
    phone = bench.phone(("baton_role", "boss"))
    peer = bench.peer(phone)
    call = peer.call(user="grandma").invite()
    call.wait_code(180)
    phone.command("accept")
    call.wait_code(200)
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)


@pytest.mark.parametrize("key,value", [
    ("baton_role", "agent"), ("baton_role", "supervisor"),
    ("baton_role", "kiosk"), ("baton_accept", "manual"),
    ("baton_accept", "auto"), ("baton_ring_timeout", "0"),
    ("baton_ring_timeout", "3600"), ("baton_context_max", "65536"),
    ("baton_replaces", "peer"), ("baton_replaces", "referred-by"),
    ("baton_replaces", "either"), ("baton_replaces", "both"),
    ("baton_stranger", "show"), ("baton_stranger", "plain"),
    ("baton_stranger", "reject"),
    ("baton_allow_from", "sip:ai@*"), ("baton_allow_from", "sip:*@x.org"),
    ("baton_allow_from", "ip:10.0.0.0/8"),
    ("baton_allow_from", "ip:2001:db8::/32"),
    ("baton_allow_from", "ip:192.0.2.1"),
    ("baton_allow_from", "tls:ai.example.org"),
    ("baton_allow_from", "tls:*.example.org"),
    ("baton_refer", "ask"), ("baton_refer", "known"),
    ("baton_refer", "never"),
    ("baton_allow_to", "sip:*@x.org"), ("baton_allow_to", "tel:+49*"),
    ("baton_deny_to", "sip:*@[2001:db8::1]"), ("baton_deny_to", "tel:0900*"),
    ("baton_dtmf_accept", "1"), ("baton_dtmf_accept", "#"),
    ("baton_dtmf_accept", "#1"), ("baton_dtmf_decline", "*,2d#"),
    ("baton_dtmf_decline", "1" * 32), ("baton_rate_limit", "0"),
    ("baton_rate_limit", "100000"), ("baton_wrapup_time", "0"),
    ("baton_wrapup_time", "3600"), ("baton_wrapup_busy", "yes"),
    ("baton_wrapup_busy", "no"), ("baton_audit", "off"),
    ("baton_target", "Billing;uri=sip:b@x.org"),
    ("baton_target", "Rosa M\u00fcller;kind=person;uri=tel:+49-30-123"),
    ("baton_target", "Desk#2;uri=sip:%23b@x.org;group=Level#2"),
    ("baton_target", "Parts;uri=<sip:p@x.org;transport=tcp>;kind=vendor"),
    ("baton_supervisor", "sip:boss@x.org"), ("baton_supervisor", "7 01"),
    ("baton_supervisor", "boss@x.org"), ("baton_target_timeout", "1"),
    ("baton_target_timeout", "600"), ("baton_transfer_timeout", "600"),
])
def test_good_value(bench, key, value):
    phone = bench.phone((key, value))
    assert loaded(phone), phone.log_end()


def test_audit_in_the_home_folder(bench):
    """~ is the user's own folder, and nobody else may read the file."""
    phone = bench.phone(("baton_audit", "~/decisions.log"))
    assert loaded(phone), phone.log_end()
    path = os.path.join(phone.home, "decisions.log")
    assert os.stat(path).st_mode & 0o777 == 0o600


WARNING = "nothing will ever be answered by itself"


@pytest.mark.parametrize("config,warned", [
    ([("baton_role", "kiosk")], True),
    ([("baton_accept", "auto")], True),
    ([("baton_role", "kiosk"), ("baton_accept", "manual")], False),
    ([("baton_role", "kiosk"), ("baton_allow_from", "ip:192.0.2.1")], False),
    ([], False)], ids=["kiosk", "auto", "manual", "allowed", "agent"])
def test_never_answered_by_itself(bench, config, warned):
    phone = bench.phone(*config)
    assert loaded(phone), phone.log_end()
    assert (WARNING in phone.log_text()) == warned


@pytest.mark.parametrize("key,value", [
    ("baton_refer", "ask"), ("baton_wrapup_busy", "no"),
    ("baton_wrapup_time", "5"), ("baton_dtmf_accept", "1"),
    ("baton_audit", "off"), ("baton_supervisor", "701"),
    ("baton_target_timeout", "20"), ("baton_transfer_timeout", "15")])
def test_given_twice(bench, key, value):
    phone = bench.phone((key, value), (key, value))
    assert not loaded(phone)
    assert any("twice" in line for line in log_lines(phone, key, value))


def test_repeated_key(bench):
    phone = bench.phone(("baton_allow_from", "ip:192.0.2.1"),
                        ("baton_allow_from", "ip:127.0.0.1"),
                        ("baton_allow_to", "sip:*@x.org"),
                        ("baton_allow_to", "tel:+49*"),
                        ("baton_deny_to", "tel:+49900*"),
                        ("baton_deny_to", "sip:*@evil.example"))
    assert loaded(phone)


DIRECTORY = [
    ("baton_supervisor", "BOSS"),
    ("baton_target", "Billing;uri=sip:b@x.org;fallback=Second line"),
    ("baton_target", "Second line;uri=sip:l2@x.org;fallback=boss"),
    ("baton_target", "Boss;kind=supervisor;uri=sip:boss@x.org  # day shift"),
]


def test_directory(bench):
    """Lines may name others that come later, in any case."""
    phone = bench.phone(*DIRECTORY)
    assert loaded(phone), phone.log_end()


@pytest.mark.parametrize("line,word,said", [
    ("boss;uri=sip:b@x.org", "another line has that label", "boss;uri="),
    ("New;uri=sip:n@x.org;fallback=Nobody", "no such label",
     "New;fallback=Nobody"),
    ("New;uri=sip:n@x.org;fallback=new", "it is this line", "New;fallback=new"),
], ids=["twice", "nobody", "itself"])
def test_directory_is_wrong(bench, line, word, said):
    phone = bench.phone(*DIRECTORY, ("baton_target", line))
    assert not loaded(phone)
    lines = log_lines(phone, "baton_target", word)
    assert len(lines) == 1, phone.log_text()
    assert said in lines[0]


def test_a_circle_of_fallbacks(bench):
    phone = bench.phone(
        ("baton_target", "In;uri=sip:a@x.org;fallback=One"),
        ("baton_target", "One;uri=sip:b@x.org;fallback=Two"),
        ("baton_target", "Two;uri=sip:c@x.org;fallback=One"))
    assert loaded(phone), phone.log_end()


def test_a_comment_is_not_a_key(bench):
    phone = bench.phone(("#baton_rolle", "x"), ("# baton_role", "boss"))
    assert loaded(phone)


def test_the_example_loads(bench):
    """share/config.example is what people begin with."""
    path = os.path.join(harness.ROOT, "share", "config.example")
    with open(path, encoding="utf-8") as f:
        lines = [line.split(None, 1) for line in f
                 if line.strip() and not line.startswith("#")]
    own = [(k, v.strip()) for k, v in lines if k.startswith("baton_")]
    assert len(lines) >= 10 and len(own) >= 5
    phone = bench.phone(*own)
    assert loaded(phone), phone.log_end()
