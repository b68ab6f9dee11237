"""The caller is sent on unseen, or back to the AI; and back to the person
when that does not come off."""

import re

import pytest

from data import NORMAL
from harness import never, wait_for
from legs import (ABLE, ALLOW, LATER, SILENT, SUPPORTED, Station, direction,
                  refer_to)
from onward import Scene
from test_calls import talk
from tones import PERSON


def transfer(s, label="Billing", refer=(202, "Accepted")):
    s.caller.answers["REFER"] = refer
    s.phone.order("baton_transfer", label)
    return s.caller.wait_request("REFER")


def check(s, refer, uri):
    """Where to, and what goes with it; no leg is to be replaced."""
    got, headers = refer_to(refer)
    assert got == uri
    assert "replaces" not in headers and "require" not in headers
    for name, value in headers.items():
        assert not re.search(r"[\r\n\0]", value), (name, value)
    uui = headers.get("user-to-user")
    if uui:
        text = bytes.fromhex(uui.split(";")[0]).decode()
        assert "case-4711" in text
    assert len(refer.all("referred-by")) == 1
    return headers


def test_transferred(bench):
    s = Scene(bench)
    refer = transfer(s)
    hold = s.caller.wait_request("INVITE")
    assert direction(hold.body) in ("sendonly", "inactive")
    assert hold.seen < refer.seen
    headers = check(s, refer, s.uri("Billing"))
    assert "user-to-user" in headers or "x-baton-handoff" in headers
    assert s.state() == "transferring"
    assert not s.at["Billing"].called
    s.caller.notify("100 Trying")
    s.caller.notify("180 Ringing")
    s.wait_step(180)
    never("the caller is let go", lambda: s.caller.has_request("BYE") or
          s.state() != "transferring", 0.4)
    s.caller.notify("200 OK")
    s.transferred()


def test_back_and_no_more_of_the_context(bench):
    """The target's call is not there yet, so the context is sent again; but
    not when the caller is not to go there any more."""
    s = Scene(bench)
    station = s.at["Billing"]
    station.messages = False
    transfer(s)

    def sent():
        return [m for m in station.strays if m.method == "MESSAGE"]
    wait_for("the context again", lambda: len(sent()) > 1)
    s.phone.order("baton_back")
    s.caller_back()
    count = len(sent())
    never("the context once more", lambda: len(sent()) > count, 1.5)


def test_hold_first(bench):
    s = Scene(bench)
    s.caller.answers.update(INVITE=LATER, REFER=(202, "Accepted"))
    s.phone.order("baton_transfer", "Billing")
    hold = s.caller.wait_request("INVITE")
    never("REFER before the hold", lambda: s.caller.of("REFER"), 0.4)
    s.caller.say(hold, 200, "OK")
    s.caller.wait_request("REFER")


def test_hold_refused(bench):
    s = Scene(bench)
    s.caller.answers["INVITE"] = [(488, "Not Acceptable Here"), (200, "OK")]
    transfer(s)
    s.phone.wait_alert(s.ident, "hold-refused")
    s.caller.notify("200 OK")
    s.transferred()


@pytest.mark.parametrize("status", ["486 Busy Here", "404 Not Found",
                                    "603 Decline", "408 Request Timeout"])
def test_failed(bench, status):
    s = Scene(bench)
    transfer(s)
    s.caller.notify("100 Trying")
    s.caller.notify(status)
    s.phone.wait_alert(s.ident)
    s.wait_step(int(status[:3]))
    s.caller_back()


@pytest.mark.parametrize("code,reason", [
    (405, "Method Not Allowed"), (501, "Not Implemented"),
    (403, "Forbidden"), (603, "Decline"), (400, "Bad Request"),
    (420, "Bad Extension")])
def test_refused(bench, code, reason):
    s = Scene(bench)
    transfer(s, refer=(code, reason))
    s.phone.wait_alert(s.ident)
    s.caller_back()


@pytest.mark.parametrize("answer", [SILENT, (202, "Accepted")])
def test_silence(bench, answer):
    s = Scene(bench, ("baton_transfer_timeout", "1"))
    transfer(s, refer=answer)
    s.phone.wait_alert(s.ident)
    s.caller_back()


def test_caller_cannot_refer(bench):
    """Said before anything is done, or taken back at once."""
    s = Scene(bench, ability=(ALLOW.replace(" REFER,", ""), SUPPORTED))
    if s.tried("transfer", "Billing"):
        s.phone.wait_alert(s.ident)
    assert not s.caller.of("REFER")
    s.caller_back()


def test_fallback(bench):
    """The next one of the target's, in a REFER of its own."""
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second"})
    first = transfer(s)
    s.caller.notify("486 Busy Here")
    second = s.caller.wait_nth("REFER", 2)
    check(s, second, s.uri("Second"))
    assert second.get("cseq") != first.get("cseq")
    # RFC 3515, section 2.4.6: which REFER it is about
    s.caller.notify("200 OK", event="refer;id=" +
                    second.get("cseq").split()[0])
    s.transferred()


def test_fallback_fails_too(bench):
    s = Scene(bench, labels=("Billing", "Second"),
              fallback={"Billing": "Second"})
    transfer(s)
    s.caller.notify("486 Busy Here")
    second = s.caller.wait_nth("REFER", 2)
    s.caller.notify("480 Unavailable", event="refer;id=" +
                    second.get("cseq").split()[0])
    s.phone.wait_alert(s.ident)
    s.caller_back()


def test_back(bench):
    s = Scene(bench)
    transfer(s)
    s.caller.notify("100 Trying")
    s.phone.order("baton_back")
    s.caller_back()


def test_caller_hangs_up_first(bench):
    """Rings there already: that is where the caller has gone."""
    s = Scene(bench)
    transfer(s)
    s.caller.notify("180 Ringing")
    s.caller.bye()
    s.phone.wait_end(s.ident, ("transferred", "caller-left"))


def test_caller_hangs_up_while_being_held(bench):
    s = Scene(bench)
    s.caller.answers["INVITE"] = LATER
    s.phone.order("baton_transfer", "Billing")
    s.caller.wait_request("INVITE")
    s.caller.bye()
    s.phone.wait_end(s.ident, ("caller-left", "completed"))
    assert not s.caller.of("REFER")


def test_target_gets_the_context(bench):
    """As much as can be sent without a call to it, or none; but if it
    comes, it is whole and names the hand-off."""
    s = Scene(bench)
    headers = check(s, transfer(s), s.uri("Billing"))
    s.caller.notify("200 OK")
    s.transferred()
    got = s.at["Billing"].messages_of()
    assert got or "user-to-user" in headers
    for msg in got:
        assert "case-4711" in msg.raw.decode()
        assert NORMAL["summary"] in msg.body.decode()


def test_media_comes_back(bench):
    s = Scene(bench, sound=True)
    s.caller.voice.hears(PERSON)
    transfer(s)
    s.caller.voice.is_deaf_to(PERSON)
    s.caller.notify("486 Busy Here")
    s.caller_back()


# -- to the AI ---------------------------------------------------------------

def consulting(bench):
    """(phone, the AI's call, id): it still holds the caller."""
    phone = bench.phone()
    ai = Station(phone)
    bench.peers.append(ai)
    call, ident = talk(phone, ai, headers=ABLE)
    return phone, ai, call, ident


def texts(peer, call):
    return [m for m in list(call.requests) + list(peer.strays)
            if m.method == "MESSAGE"]


def test_handback_while_consulting(bench):
    phone, ai, call, ident = consulting(bench)
    phone.order("baton_note", "has the wrong contract")
    phone.order("baton_handback", "please sell her the other one")
    bye = call.wait_request("BYE")
    got = texts(ai, call)
    text = "\n".join(m.body.decode() for m in got)
    assert "please sell her the other one" in text
    assert "has the wrong contract" in text
    assert all(m.seen < bye.seen for m in got)
    phone.wait_end(ident, "handed-back")


def test_handback_without_text(bench):
    phone, _, call, ident = consulting(bench)
    phone.order("baton_handback")
    call.wait_request("BYE")
    phone.wait_end(ident, "handed-back")


@pytest.mark.parametrize("answer", [SILENT, (405, "Method Not Allowed"),
                                    (415, "Unsupported Media Type")])
def test_handback_when_the_ai_takes_no_notes(bench, answer):
    """The caller is with the AI and must not wait for it."""
    phone, _, call, ident = consulting(bench)
    call.answers["MESSAGE"] = answer
    phone.order("baton_handback", "#%d note" % ident)
    call.wait_request("BYE")
    phone.wait_end(ident, "handed-back")
    phone.wait_alert(ident)


def test_no_caller_while_consulting(bench):
    phone, ai, call, ident = consulting(bench)
    for order in ("consult", "transfer", "escalate"):
        got = phone.refused("baton_" + order, "sip:x@127.0.0.1:%d" % ai.port
                            if order != "escalate" else "why")
        assert got["error"] in ("no-caller", "no-supervisor"), got
        assert order == "escalate" or got["error"] == "no-caller"
    never("anything of it", lambda: ai.called or call.has_request("INVITE")
          or call.has_request("REFER") or call.has_request("BYE"), 0.3)
    assert phone.state(ident)[0] == "consulting"


def test_handback_while_connected(bench):
    s = Scene(bench, shape="replaces")
    s.phone.order("baton_note", "has the wrong contract")
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_handback", "please sell her the other one")
    uri, headers = refer_to(s.caller.wait_request("REFER"))
    assert uri in ("sip:ai@127.0.0.1:%d" % s.ai.port,
                   s.ai.contact().strip("<>"))
    assert "replaces" not in headers
    assert s.state() == "transferring"
    got = wait_for("the notes", lambda: [
        m for m in s.ai.messages_of() if b"other one" in m.body])
    assert b"case-4711" in got[0].raw
    s.caller.notify("200 OK")
    s.transferred("handed-back")


def test_handback_while_connected_fails(bench):
    s = Scene(bench, shape="replaces")
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_handback")
    s.caller.wait_request("REFER")
    s.caller.notify("480 Unavailable")
    s.phone.wait_alert(s.ident)
    s.caller_back()
