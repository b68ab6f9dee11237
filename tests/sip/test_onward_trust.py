"""Whom a caller is passed on to: nobody else than is allowed, by nothing less
than was asked for; and who may write about it afterwards."""

import copy
import gzip
import json
import re
import socket

import pytest

from data import NORMAL, dump
from harness import never, wait_for
from legs import ABLE, REFERRED, Station, refer_to
from onward import Scene
from test_live import answer
from test_onward_chain import Caller, anna_of, consulted, taken, with_anna

UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LIES = {"summary": "LIES", "escalation": {"level": 7, "reason": "LIES"},
        "links": [{"title": "Portal", "url": "https://lies.example/"}]}


def station(bench, phone, **options):
    out = Station(phone, **options)
    bench.peers.append(out)
    bench.before.append(out.settle)
    return out


def dialled(phone):
    """Where the host was told to call, in the order of it."""
    return re.findall(r"connecting to '?<?([^'>\n]+)", phone.log_text())


# -- what somebody who was called may write -----------------------------------

def test_who_was_called_writes_nothing(bench):
    """Anna sends the caller to Bob, who asks a vendor: the vendor has the id
    that only Anna and Bob knew, and Anna's address."""
    bob = bench.phone(("baton_allow_to", "sip:*@127.0.0.2"), user="bob")
    anna = anna_of(bench, bob)
    leg = station(bench, anna).call(user="rosa")
    leg.answers["REFER"] = (202, "Accepted")
    known = dict(copy.deepcopy(NORMAL), handoff_id=UUID)
    leg.invite(parts=[("application/json", dump(known))],
               headers=[REFERRED, *ABLE])
    at_anna = anna.wait_offered()
    anna.wait_context(at_anna)
    anna.order("baton_accept")
    anna.wait_state(at_anna, "connected")
    anna.order("baton_transfer", "Bob")
    _, headers = refer_to(leg.wait_request("REFER"))
    leg.notify("100 Trying")

    two = station(bench, bob).call(user="rosa")
    two.invite(headers=[
        "User-to-User: " + headers["user-to-user"],
        "X-Baton-Handoff: " + headers["x-baton-handoff"],
        "Referred-By: <sip:anna@127.0.0.1>", *ABLE])
    at_bob = bob.wait_offered()
    wait_for("what the AI knew", lambda: NORMAL["summary"] in json.dumps(
        bob.show(at_bob)["context"]))
    bob.order("baton_accept")
    two.wait_code(200)
    bob.wait_state(at_bob, "connected")

    vendor = station(bench, bob, ip="127.0.0.2")
    bob.order("baton_consult", "sip:vendor@127.0.0.2:%d" % vendor.port)
    asked = vendor.wait_call()
    asked.ring()
    sent = wait_for("the context", vendor.messages_of)[0]
    whole = gzip.decompress(sent.body) \
        if "gzip" in sent.get("content-type") else sent.body
    assert b"anna@127.0.0.1" in whole
    asked.refuse(603, "Decline")
    bob.wait_state(at_bob, "connected")

    lie = vendor.call(user="anna", name="Anna")
    lie.uri = lambda: "sip:anna@127.0.0.1"
    vendor.send(lie.request("MESSAGE", [
        "X-Baton-Handoff: " + asked.first.get("x-baton-handoff")],
        dump(LIES), "application/json"))
    assert answer(lie, 1).code == 403
    bob.wait_alert(at_bob, "update-refused")
    show = json.dumps(bob.show(at_bob))
    assert "LIES" not in show and "lies.example" not in show
    assert NORMAL["summary"] in show


def test_home_behind_a_proxy(bench, phone):
    """The consultation comes by way of a proxy, and what follows straight from
    the address of its Contact."""
    proxy = station(bench, phone, ip="127.0.0.2")
    home = station(bench, phone, ip="127.0.0.3")
    call = proxy.call(user="ai", name="Ava")
    proxy.contact = home.contact
    call.invite(parts=[("application/json", b'{"intent":"refund"}')],
                headers=ABLE)
    ident = phone.wait_offered()
    for peer, code in ((home, 200), (station(bench, phone, ip="127.0.0.4"),
                                     403)):
        late = peer.call(user="ai", name="Ava")
        late.uri = call.uri
        peer.send(late.request("MESSAGE", ["In-Reply-To: " + call.call_id],
                               b'{"summary":"from %d"}' % code,
                               "application/json"))
        got = answer(late, 1)
        assert got.code == code
        # Whatever it says: it is a Baton that says so
        assert "replaces" in got.get("supported")
    assert phone.show(ident)["context"]["summary"] == "from 200"


# -- what is named by its call ------------------------------------------------

def test_same_case_again(bench):
    """Bob is still in the after-call work of the same case."""
    bob = bench.phone(("baton_wrapup_time", "60"), user="bob")
    anna = anna_of(bench, bob)
    caller = Caller(bench)
    first, at_anna = with_anna(caller, anna)
    anna.order("baton_consult", "Bob")
    one = consulted(bob)
    anna.wait_state(at_anna, "onward-talking")
    taken(anna, at_anna)
    anna.order("baton_complete")
    second = caller.follow(first.wait_request("REFER"), bob)
    anna.wait_end(at_anna, "transferred")
    bob.wait_state(one, "connected")
    second.bye()
    bob.wait_state(one, "wrapup")

    leg = Caller(bench).call(anna, [REFERRED], parts=[
        ("application/json", dump(NORMAL))])
    again = anna.wait_offered(2)
    anna.wait_context(again)
    anna.order("baton_accept", "#%d" % again)
    leg.wait_code(200)
    anna.wait_state(again, "connected")
    anna.order("baton_note", "#%d Anna's new note" % again)
    anna.order("baton_consult", "#%d Bob" % again)
    two = bob.wait_offered(2)
    wait_for("Anna's new note", lambda: "Anna's new note" in json.dumps(
        bob.show(two)))
    assert "Anna's new note" not in json.dumps(bob.show(one))


# -- sips ---------------------------------------------------------------------

@pytest.mark.parametrize("params", [
    ";transport", ";transport=tls;transport=udp", ";a=bc;transport-x=1;"
    "transport=udp", ";TRANSPORT=udp", ";x;transport=tcp;y=1"])
def test_sips_is_called_where_allowed_and_in_secret(bench, params):
    s = Scene(bench)
    # No TCP there: nothing is left half open
    s.at["Billing"].second.shutdown(socket.SHUT_RDWR)
    s.at["Billing"].second.close()
    s.phone.order("baton_consult", "sips:billing@127.0.0.1:%d%s" % (
        s.at["Billing"].port, params))
    wait_for("a call that goes out, or does not", lambda:
             dialled(s.phone) or s.alerts())
    uri, _, rest = dialled(s.phone)[-1].partition(";")
    assert uri == "sip:billing@127.0.0.1:%d" % s.at["Billing"].port
    assert rest.split(";")[0] == "transport=tls"
    assert not [p for p in rest.split(";")[1:]
                if re.match(r"(?i)transport(=|$)", p)]
    never("it goes in clear", lambda: s.at["Billing"].called, 0.3)


def test_refer_with_sips_goes_nowhere_else(bench):
    phone = bench.phone(("baton_refer", "known"),
                        ("baton_allow_to", "sip:*@127.0.0.12"))
    call = station(bench, phone).call(user="ai", name="Ava")
    call.invite(parts=[("application/json", b'{"intent":"refund"}')],
                headers=ABLE)
    ident = phone.wait_offered()
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    call.in_dialog("REFER", ["Refer-To: <sips:rosa@127.0.0.12;transport>",
                             "Referred-By: <sip:ai@127.0.0.1>"])
    wait_for("the call", lambda: dialled(phone))
    assert dialled(phone)[-1].startswith("sip:rosa@127.0.0.12;")


# -- tel ----------------------------------------------------------------------

def number(uri):
    return uri == "sip:+49301234@127.0.0.1;user=phone"


def test_tel_in_a_blind_refer(bench):
    """A tel URI has no headers (RFC 3966, section 3)."""
    s = Scene(bench, ("baton_allow_to", "tel:*"))
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_transfer", "tel:+49-30-1234")
    uri, headers = refer_to(s.caller.wait_request("REFER"))
    assert number(uri) and set(headers) == {"user-to-user",
                                            "x-baton-handoff"}


@pytest.mark.parametrize("rings", [True, False])
def test_tel_in_a_refer_of_a_call(bench, rings):
    proxy = Station(None)
    bench.peers.append(proxy)
    s = Scene(bench, ("baton_allow_to", "tel:*"),
              ("baton_deny_to", "sip:peer@127.0.0.1"),
              account=";outbound=\"sip:127.0.0.1:%d\"" % proxy.port)
    proxy.meet(s.phone)
    bench.before.append(proxy.settle)
    s.caller.answers["REFER"] = (202, "Accepted")
    s.phone.order("baton_consult", "tel:+49-30-1234")
    call = proxy.wait_call()
    call.ring()
    if rings:
        s.wait_step(180)
    else:
        call.take()
        s.wait_state("onward-talking")
    s.phone.order("baton_complete")
    uri, headers = refer_to(s.caller.wait_request("REFER"))
    assert number(uri)
    assert ("replaces" in headers) == (not rings)
    assert ("require" in headers) == (not rings)


# -- who may not be called ----------------------------------------------------

@pytest.mark.parametrize("line,target", [
    ("sip:*21%23@127.0.0.1", "*21#"), ("sip:b%69lling@127.0.0.1", None)])
def test_denied_with_an_escape(bench, line, target):
    s = Scene(bench, ("baton_deny_to", line))
    error = s.phone.refused("baton_consult", target or "Billing")
    assert error["error"] == "not-allowed"


def test_own_contact(bench):
    s = Scene(bench)
    own = re.search(r"<([^>]+)>", s.caller.wait_code(200).get(
        "contact")).group(1)
    assert s.phone.refused("baton_consult", own)["error"] == "own-address"
    s.untouched()
