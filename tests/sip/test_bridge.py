"""Shape bridge: the AI leaves and the very call is the caller's.

A PBX tells it by a re-INVITE or an UPDATE in the consultation's dialog whose
identity is the caller's (Asterisk does), an AI by a MESSAGE, and where nobody
tells, the person does.
"""

import pytest

from data import NORMAL, dump
from harness import never, wait_for
from peer import sdp
from test_calls import ring, talk
from test_found import alerts, directions
from test_live import update
from test_replaces import FOREIGN

PAI = "P-Asserted-Identity: "
ROSA = "\"Rosa Lind\" <sip:+4940123456@127.0.0.1>"
AVA = "\"Ava\" <sip:ai@127.0.0.1>"

WAYS = {
    "pai": [PAI + ROSA],
    "pai-bare": [PAI + "<sip:+4940123456@127.0.0.1>"],
    "pai-tel-too": [PAI + ROSA + ", <tel:+4940123456>"],
    "rpid": ["Remote-Party-ID: %s;party=calling;privacy=off;screen=yes"
             % ROSA],
    "both": [PAI + ROSA,
             "Remote-Party-ID: %s;party=calling;privacy=off;screen=no"
             % ROSA],
}


def knows_update(answer):
    """1.1.0 does not allow UPDATE, and answers it 405."""
    return "UPDATE" in [a.strip() for line in answer.all("allow")
                        for a in line.split(",")]


def reinvite(call, headers=(), direction=b"sendrecv", code=200):
    """The other side's re-INVITE, and its answer."""
    offer = sdp(call.peer.ip, call.peer.rtp.getsockname()[1]).replace(
        b"a=sendrecv", b"a=" + direction)
    cseq = call.in_dialog("INVITE", headers, offer, "application/sdp")
    return call.wait_code(code, cseq=cseq)


def tell(call, headers, method="INVITE"):
    if method == "INVITE":
        return reinvite(call, headers)
    cseq = call.in_dialog("UPDATE", headers)
    return call.wait_code(200, method="UPDATE", cseq=cseq)


def talking(phone, peer, method="INVITE"):
    """A consultation that was accepted; skips where UPDATE is not known."""
    call, ident = talk(phone, peer)
    wait_for("the context", lambda: phone.show(ident)["rev"])
    if method == "UPDATE" and not knows_update(call.finals()[0]):
        pytest.skip("this host answers no UPDATE (its Allow says so)")
    return call, ident


def nothing_new(phone, call, ident, since, seconds=0.4):
    """As if it had not been said."""
    never("the state changes", lambda:
          phone.state(ident) != ("consulting", "") or
          call.has_request("BYE"), seconds)
    assert [e for e in phone.baton_events("handoff")[since:]
            if e["state"] != "consulting"] == []
    assert phone.show(ident)["line"] == {"name": "Ava",
                                         "uri": "sip:ai@127.0.0.1"}


# -- identity ----------------------------------------------------------------
@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("way", sorted(WAYS))
def test_caller_is_named(bench, phone, ai, way, method):
    call, ident = talking(phone, ai, method)
    assert phone.show(ident)["line"]["uri"] == "sip:ai@127.0.0.1"
    tell(call, WAYS[way], method)
    phone.wait_state(ident, "connected")
    shown = phone.show(ident)
    assert shown["line"]["uri"] == "sip:+4940123456@127.0.0.1"
    if way != "pai-bare":
        assert shown["line"]["name"] == "Rosa Lind"
    assert shown["context"]["summary"] == NORMAL["summary"]
    assert not call.has_request("BYE")
    event = [e for e in phone.baton_events("handoff")
             if e["state"] != e["was"]][-1]
    assert (event["was"], event["state"]) == ("consulting", "connected")
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_end(ident, ("completed", "caller-left"))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_caller_is_named_by_from(bench, phone, transport):
    """RFC 4916: From itself changes, its tag stays."""
    call, ident = talking(phone, bench.peer(phone, transport=transport))
    call.name, call.user = "Rosa Lind", "+4940123456"
    reinvite(call)
    phone.wait_state(ident, "connected")
    assert phone.show(ident)["line"] == {
        "name": "Rosa Lind", "uri": "sip:+4940123456@127.0.0.1"}


def test_caller_is_named_by_display_name(bench, phone, ai):
    """The PBX's own address, the caller's name."""
    call, ident = talking(phone, ai)
    call.name = "Rosa Lind"
    reinvite(call)
    phone.wait_state(ident, "connected")
    assert phone.show(ident)["line"]["name"] == "Rosa Lind"


def test_somebody_else_is_named(bench, phone, ai):
    """Not whom the context names, but not the AI either: AI has left."""
    call, ident = talking(phone, ai)
    reinvite(call, [PAI + "\"Front desk\" <sip:+4940999@127.0.0.1>"])
    phone.wait_state(ident, "connected")
    assert phone.show(ident)["line"] == {
        "name": "Front desk", "uri": "sip:+4940999@127.0.0.1"}


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("headers", [
    [PAI + AVA], [PAI + "<sip:ai@127.0.0.1>"], [],
    ["Remote-Party-ID: %s;party=calling" % AVA],
    [PAI + "nonsense"], [PAI + "<sip:"],
], ids=["same", "no-name", "none", "rpid", "broken", "cut"])
def test_nobody_new_is_named(bench, phone, ai, method, headers):
    call, ident = talking(phone, ai, method)
    since = len(phone.baton_events("handoff"))
    tell(call, headers, method)
    nothing_new(phone, call, ident, since)


@pytest.mark.parametrize("privacy", ["id", "id;critical"])
def test_caller_without_a_name(bench, phone, ai, privacy):
    """RFC 3323: someone new, who is not to be named: no name is kept."""
    call, ident = talking(phone, ai)
    reinvite(call, [PAI + ROSA, "Privacy: " + privacy])
    phone.wait_state(ident, "connected")
    assert phone.alive()


def test_back_to_the_ai(bench, phone, ai):
    """The PBX takes the caller off again."""
    call, ident = talking(phone, ai)
    for _ in range(2):
        reinvite(call, [PAI + ROSA])
        phone.wait_state(ident, "connected")
        assert phone.show(ident)["line"]["name"] == "Rosa Lind"
        reinvite(call, [PAI + AVA])
        phone.wait_state(ident, "consulting")
        assert phone.show(ident)["line"]["uri"] == "sip:ai@127.0.0.1"
    call.bye()
    phone.wait_end(ident, "ai-left")


def test_another_caller_on_the_line(bench, phone, ai):
    """Still connected, and the line follows."""
    call, ident = talking(phone, ai)
    reinvite(call, [PAI + ROSA])
    phone.wait_state(ident, "connected")
    reinvite(call, [PAI + "\"Jon Berg\" <sip:+49409@127.0.0.1>"])
    wait_for("the line follows", lambda: phone.show(ident)["line"] == {
        "name": "Jon Berg", "uri": "sip:+49409@127.0.0.1"})
    assert phone.state(ident)[0] == "connected"


def test_name_is_cleaned(bench, phone, ai):
    """What the network says is text, and not too much of it."""
    call, ident = talking(phone, ai)
    name = "<b>Rosa</b>\u202e %s%n " + "x" * 3000
    reinvite(call, [PAI + "\"%s\" <sip:+4940123456@127.0.0.1>" % name])
    phone.wait_state(ident, "connected")
    shown = phone.show(ident)["line"]["name"]
    assert shown.startswith("<b>Rosa</b>")
    assert "\u202e" not in shown
    assert len(shown) < 1024


# -- who may say so ----------------------------------------------------------
def from_elsewhere(bench, phone, call, headers):
    """The same dialog, by somebody who learned its tags."""
    peer = bench.peer(phone, ip=FOREIGN)
    other = peer.call(call_id=call.call_id, from_tag=call.from_tag)
    other.to_tag, other.contact = call.to_tag, call.contact
    other.cseq = call.cseq
    offer = sdp(peer.ip, peer.rtp.getsockname()[1])
    other.in_dialog("INVITE", headers, offer, "application/sdp")
    other.wait_final()
    call.cseq = other.cseq


@pytest.mark.parametrize("rules", [[], ["ip:127.0.0.1"],
                                   ["sip:ai@*", "ip:127.0.0.1"]],
                         ids=["no-rules", "ip", "ip-and-sip"])
@pytest.mark.parametrize("way", ["pai", "rpid"])
def test_from_another_address(bench, rules, way):
    phone = bench.phone(*[("baton_allow_from", r) for r in rules])
    call, ident = talking(phone, bench.peer(phone))
    since = len(phone.baton_events("handoff"))
    from_elsewhere(bench, phone, call, WAYS[way])
    nothing_new(phone, call, ident, since)
    # The right one is still believed
    reinvite(call, WAYS[way])
    phone.wait_state(ident, "connected")


# -- while it rings ----------------------------------------------------------
def test_said_while_it_rings(bench, phone, ai):
    call, ident = ring(phone, ai)
    assert update(call, dump({"handover": "connected"})).code == 200
    assert phone.state(ident)[0] == "offered"
    never("it answers itself", call.finals, 0.3)
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "connected")


def test_named_while_it_rings(bench, phone, ai):
    call, ident = ring(phone, ai)
    ringing = call.wait_code(180)
    if not knows_update(ringing):
        pytest.skip("this host answers no UPDATE (its Allow says so)")
    cseq = call.in_dialog("UPDATE", [PAI + ROSA])
    call.wait_code(200, 481, 488, 491, 500, method="UPDATE", cseq=cseq)
    wait_for("the line follows", lambda:
             phone.show(ident)["line"]["name"] == "Rosa Lind")
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "connected")


# -- by MESSAGE, by the person -----------------------------------------------
@pytest.mark.parametrize("method", ["MESSAGE", "INFO"])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_update_says_so(bench, phone, method, transport):
    call, ident = talking(phone, bench.peer(phone, transport=transport))
    assert update(call, dump({"handover": "connected"}),
                  method=method).code == 200
    phone.wait_state(ident, "connected")
    assert not call.has_request("BYE")
    assert phone.show(ident)["context"]["summary"] == NORMAL["summary"]


@pytest.mark.parametrize("body", [
    {"handover": "bridge"}, {"handover": ""}, {"handover": 1},
    {"handover": "CONNECTED?"}, {"summary": "connected"}], ids=repr)
def test_update_does_not_say_so(bench, phone, ai, body):
    call, ident = talking(phone, ai)
    assert update(call, dump(body)).code in (200, 415, 400)
    never("it is connected", lambda:
          phone.state(ident)[0] != "consulting", 0.3)


def test_update_by_somebody_else(bench, phone, ai):
    call, ident = talking(phone, ai)
    peer = bench.peer(phone, ip=FOREIGN)
    other = peer.call(user="mallory")
    peer.send(other.request("MESSAGE", ["In-Reply-To: " + call.call_id],
                            dump({"handover": "connected"}),
                            "application/json"))
    assert other.wait_final("MESSAGE").code >= 400 or \
        phone.state(ident)[0] == "consulting"
    never("it is connected", lambda:
          phone.state(ident)[0] != "consulting", 0.3)


def test_connected_by_command(bench, phone, ai):
    call, ident = talking(phone, ai)
    got = phone.order("baton_connected", "#%d" % ident)
    assert isinstance(got, dict)
    phone.wait_state(ident, "connected")
    # The caller is the one whom the context names
    assert phone.show(ident)["line"]["name"] == "Rosa Lind"
    assert not call.has_request("BYE")
    call.bye()
    phone.wait_end(ident, ("completed", "caller-left"))


def test_connected_by_command_too_early(bench, phone, ai):
    phone.refused("baton_connected")
    call, ident = ring(phone, ai)
    phone.refused("baton_connected")
    assert phone.state(ident)[0] == "offered"
    phone.order("baton_accept")
    call.wait_code(200)
    phone.wait_state(ident, "consulting")
    phone.order("baton_connected")
    phone.wait_state(ident, "connected")
    ok, _ = phone.command("baton_connected")
    assert phone.state(ident)[0] == "connected"
    phone.refused("baton_connected", "#%d" % (ident + 50))


# -- hold --------------------------------------------------------------------
@pytest.mark.parametrize("direction", [b"sendonly", b"inactive"])
def test_peer_holds(bench, phone, ai, direction):
    call, ident = talking(phone, ai)
    assert phone.show(ident)["peer_hold"] is False
    reinvite(call, direction=direction)
    wait_for("peer_hold", lambda: phone.show(ident)["peer_hold"] is True)
    assert phone.state(ident)[0] == "consulting"
    reinvite(call)
    wait_for("no peer_hold", lambda:
             phone.show(ident)["peer_hold"] is False)


def test_peer_holds_and_names_the_caller(bench, phone, ai):
    """A PBX does both while it connects them: hold, then the caller."""
    call, ident = talking(phone, ai)
    reinvite(call, direction=b"sendonly")
    wait_for("peer_hold", lambda: phone.show(ident)["peer_hold"])
    reinvite(call, [PAI + ROSA])
    phone.wait_state(ident, "connected")
    assert phone.show(ident)["peer_hold"] is False


def connected(phone, peer):
    call, ident = talking(phone, peer)
    phone.order("baton_connected")
    phone.wait_state(ident, "connected")
    return call, ident


def test_hold_and_resume(bench, phone, ai):
    call, ident = connected(phone, ai)
    phone.order("baton_hold")
    wait_for("hold on the wire", lambda:
             directions(call)[-1:] in (["sendonly"], ["inactive"]))
    wait_for("held", lambda: phone.show(ident)["held"] is True)
    assert phone.state(ident)[0] == "connected"
    phone.order("baton_resume", "#%d" % ident)
    wait_for("taken back", lambda: directions(call)[-1:] == ["sendrecv"])
    wait_for("not held", lambda: phone.show(ident)["held"] is False)


def test_nothing_to_hold(bench, phone, ai):
    phone.refused("baton_hold")
    call, ident = ring(phone, ai)
    phone.refused("baton_hold")
    phone.refused("baton_resume")
    assert phone.state(ident)[0] == "offered"
    assert not call.finals()


@pytest.mark.parametrize("code,reason", [(405, "Method Not Allowed"),
                                         (488, "Not Acceptable Here")])
def test_hold_is_refused(bench, phone, ai, code, reason):
    """Many platforms do: the call goes on, and the person is told."""
    call, ident = connected(phone, ai)
    call.answers["INVITE"] = (code, reason)
    phone.command("baton_hold")
    alert = phone.wait_alert(ident, "hold-refused")
    assert str(code) in alert["message"] or reason in alert["message"] or \
        "hold" in alert["message"].lower()
    never("the call ends", lambda: call.has_request("BYE") or
          phone.state(ident) != ("connected", ""), 0.5)
    # The phone itself keeps the sound off, whatever the other side does
    shown = phone.show(ident)
    assert shown["held"] is True and shown["hold_refused"] is True
    # It is no trap: he can be taken back, and later the other side may take
    # a hold
    del call.answers["INVITE"]
    phone.order("baton_resume")
    wait_for("taken back", lambda: directions(call)[-1:] == ["sendrecv"])
    shown = wait_for("not held", lambda: [
        x for x in [phone.show(ident)] if x["held"] is False])[0]
    assert shown["hold_refused"] is False and "alert" not in shown
    phone.order("baton_hold")
    wait_for("held", lambda: phone.show(ident)["held"] is True)
    assert phone.show(ident)["hold_refused"] is False
    assert len(alerts(phone, "hold-refused")) == 1


def test_resume_is_refused(bench, phone, ai):
    """He may still be on hold there: the person sees it until he tries
    again."""
    call, ident = connected(phone, ai)
    phone.order("baton_hold")
    wait_for("hold on the wire", lambda:
             directions(call)[-1:] in (["sendonly"], ["inactive"]))
    wait_for("held", lambda: phone.show(ident)["held"] is True)
    call.answers["INVITE"] = (488, "Not Acceptable Here")
    phone.order("baton_resume")
    phone.wait_alert(ident, "resume-refused")
    shown = phone.show(ident)
    assert shown["held"] is False and shown["hold_refused"] is True
    del call.answers["INVITE"]
    phone.order("baton_hold")
    wait_for("held", lambda: phone.show(ident)["held"] is True)
    assert phone.show(ident)["hold_refused"] is False
    assert "alert" not in phone.show(ident)
