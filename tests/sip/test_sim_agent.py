"""What the simulator says and how it judges: against a phone of the test's
own, without Baton."""

import json
import os
import re
import socket
import subprocess
import threading

import pytest

from agent import Agent
from harness import HOST_LD, HOST_VERSION, ROOT, SAN, SIM, wait_for
from pki import Issuer

EXAMPLE = os.path.join(ROOT, "share/examples/billing-dispute.json")
TRANSPORTS = ["udp", "tcp", "tls"]


class Run:
    """One run of the simulator beside what the test does."""

    def __init__(self, agent, *options):
        env = dict(os.environ)
        if HOST_LD:
            env["LD_LIBRARY_PATH"] = HOST_LD
        if SAN:
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        args = [SIM, "--local", "127.0.0.1", "--transport", agent.transport,
                "--timeout", "15", "--consult", "200", "--talk", "0.5"]
        self.proc = subprocess.Popen(
            args + list(options) + [agent.uri], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.lines = []
        self.err = b""
        self.threads = [threading.Thread(target=self._out, daemon=True),
                        threading.Thread(target=self._err, daemon=True)]
        for thread in self.threads:
            thread.start()

    def _out(self):
        for line in self.proc.stdout:
            self.lines.append(json.loads(line))

    def _err(self):
        self.err = self.proc.stderr.read()

    def finish(self, code=0):
        try:
            got = self.proc.wait(60)
        finally:
            if self.proc.poll() is None:
                self.proc.kill()
        for thread in self.threads:
            thread.join(5)
        assert got == code, (got, self.lines, self.err.decode())
        lines = [line for line in self.lines if "outcome" in line]
        assert len(lines) == 1, self.lines
        return lines[0]

    def advice(self):
        return [line["advice"] for line in self.lines
                if "advice" in line and "outcome" not in line]


@pytest.fixture
def bench_of_agents(tmp_path):
    made = []

    class Bench:
        folder = str(tmp_path)

        @staticmethod
        def agent(transport="udp", **options):
            if transport == "tls" and "cert" not in options:
                issuer = Issuer(str(tmp_path / ("pki%d" % len(made))), "Phone")
                options["cert"] = pair(issuer, "ec")
            made.append(Agent(transport, **options))
            return made[-1]

        @staticmethod
        def sim(agent, *options):
            made.append(Run(agent, *options))
            return made[-1]
    yield Bench
    for one in made:
        if isinstance(one, Run):
            if one.proc.poll() is None:
                one.proc.kill()
            one.proc.wait()
    for one in made:
        if isinstance(one, Agent):
            one.close()


def pair(issuer, name):
    """Certificate and key in one file, as --cert has it."""
    path = issuer.path(name + "-both.pem")
    with open(path, "w", encoding="ascii") as out:
        for part in (name + ".pem", name + ".key"):
            with open(issuer.path(part), encoding="ascii") as f:
                out.write(f.read())
    return path


def uui_text(msg):
    return bytes.fromhex(msg.get("User-to-User").split(";")[0]).decode()


# -- bridge ------------------------------------------------------------------

@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("sign", ["reinvite", "update"])
def test_bridge_names_the_caller(bench_of_agents, transport, sign):
    agent = bench_of_agents.agent(transport)
    sim = bench_of_agents.sim(
        agent, "--shape", "bridge", "--sign", sign, "--must-hear",
        "--caller", "sip:+4940123456@example.com", "--caller-name",
        "Rosa Lind")
    dialog = agent.dialog()
    result = sim.finish()
    method = {"reinvite": "INVITE", "update": "UPDATE"}[sign]
    msg = dialog.of(method)[-1]
    assert msg.tag("to") == dialog.tag
    assert msg.get("P-Asserted-Identity") == \
        '"Rosa Lind" <sip:+4940123456@example.com>'
    assert msg.get("Remote-Party-ID").startswith(
        '"Rosa Lind" <sip:+4940123456@example.com>;')
    assert not dialog.invite.get("P-Asserted-Identity")
    assert ("sdp" in msg.get("Content-Type")) == (sign == "reinvite")
    assert len(dialog.of("ACK")) == (2 if sign == "reinvite" else 1)
    assert len(agent.dialogs) == 1 and len(dialog.of("BYE")) == 1
    assert result["shape"] == "bridge"
    assert result["outcome"] == "connected" and result["good"] is True
    assert result["sign_codes"] == [200]
    assert result["caller_heard"] is True
    assert result["first_packet_ms"] is not None
    assert result["silence_ms"] is not None
    assert result["replaces_ms"] is None
    assert result["hung_up_by"] == "caller"


def test_bridge_by_context(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--sign",
                              "context")
    result = sim.finish()
    msg = agent.strays[0]
    assert msg.method == "MESSAGE"
    assert json.loads(msg.body) == {"handover": "connected"}
    assert msg.get("Content-Type") == "application/json"
    assert msg.get("In-Reply-To") == agent.dialog().call_id
    assert result["outcome"] == "connected"


def test_bridge_without_a_sign(bench_of_agents):
    agent = bench_of_agents.agent()
    result = bench_of_agents.sim(agent, "--shape", "bridge", "--sign",
                                 "none").finish()
    assert [m.method for m in agent.dialog().requests] == [
        "INVITE", "ACK", "BYE"]
    assert not agent.strays
    assert result["outcome"] == "connected"
    assert "sign_codes" not in result


def test_bridge_sign_that_is_refused(bench_of_agents):
    agent = bench_of_agents.agent(codes={"UPDATE": (405, "No")})
    result = bench_of_agents.sim(agent, "--shape", "bridge", "--sign",
                                 "update").finish(1)
    assert result["outcome"] == "connected" and result["good"] is False
    assert result["sign_codes"] == [405]
    assert result["error"]


def test_bridge_ends_when_the_agent_hangs_up(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--talk", "0",
                              "--who-hangs-up", "agent")
    dialog = agent.dialog()
    dialog.wait("INVITE", 2)
    dialog.wait("ACK", 2)
    dialog.request("BYE")
    assert sim.finish()["hung_up_by"] == "agent"


def test_reinvite_is_acknowledged_again(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--talk", "0",
                              "--who-hangs-up", "agent")
    dialog = agent.dialog()
    dialog.wait("ACK", 2)
    acks = []
    take = agent._take

    def count(raw, send):
        if raw.startswith(b"ACK "):
            acks.append(raw)
        take(raw, send)
    agent._take = count
    agent.again(dialog)
    wait_for("the ACK once more", lambda: acks)
    dialog.request("BYE")
    sim.finish()


# -- fresh -------------------------------------------------------------------

@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", ["uui", "header", "referred-by",
                                 "session-id", "caller"])
def test_fresh(bench_of_agents, transport, how):
    agent = bench_of_agents.agent(transport)
    sim = bench_of_agents.sim(
        agent, "--shape", "fresh", "--correlate", how, "--gap", "50",
        "--context", EXAMPLE, "--must-hear")
    result = sim.finish()
    first, second = agent.dialogs
    a, b = first.invite, second.invite
    with open(EXAMPLE, encoding="utf-8") as f:
        context = json.load(f)
    ident = context["handoff_id"]
    assert first.of("BYE")[0].seen < b.seen
    assert not b.get("Replaces")
    assert bool(b.get("User-to-User")) == (how == "uui")
    assert bool(b.get("X-Baton-Handoff")) == (how == "header")
    assert bool(b.get("Session-ID")) == (how == "session-id")
    assert bool(b.get("Referred-By")) == (how == "referred-by")
    if how == "uui":
        assert uui_text(a) == uui_text(b) == ident
    elif how == "header":
        assert a.get("X-Baton-Handoff") == ident
        assert b.get("X-Baton-Handoff") == ident
    elif how == "session-id":
        assert a.get("Session-ID") == b.get("Session-ID")
        assert re.fullmatch("[0-9a-f]{32};remote=0{32}", a.get("Session-ID"))
    elif how == "referred-by":
        assert re.search("<([^>]+)>", a.get("From")).group(1) in \
            b.get("Referred-By")
    else:
        assert "<%s>" % context["caller"]["sip"] in b.get("From")
    assert result["outcome"] == "connected" and result["shape"] == "fresh"
    assert result["fresh_code"] == 200 and result["fresh_ms"] >= 0
    assert result["handoff_id"] == ident
    assert result["first_packet_ms"] >= 0 and result["silence_ms"] >= 0
    assert result["caller_heard"] is True
    assert result["replaces_call_id"] == second.call_id


def test_fresh_ids_are_new_for_each_call(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--shape", "fresh", "--calls", "2",
                              "--talk", "0.1", "--consult", "50")
    assert sim.proc.wait(60) == 0
    ids = [uui_text(d.invite) for d in agent.dialogs]
    assert len(ids) == 4 and ids[0] == ids[1] and ids[2] == ids[3]
    assert ids[0] != ids[2]


def test_fresh_after_cancel(bench_of_agents):
    """The AI withdraws while it rings, the caller comes."""
    agent = bench_of_agents.agent(codes={"INVITE": [
        (180, "Ringing"), (200, "OK")]})
    result = bench_of_agents.sim(
        agent, "--shape", "fresh", "--cancel-after", "50", "--handoff-id",
        "h-1").finish()
    assert agent.dialogs[0].of("CANCEL")
    assert uui_text(agent.dialogs[1].invite) == "h-1"
    assert result["outcome"] == "connected"


def test_fresh_that_is_refused(bench_of_agents):
    agent = bench_of_agents.agent(codes={"INVITE": [
        (200, "OK"), (486, "Busy Here")]})
    result = bench_of_agents.sim(agent, "--shape", "fresh", "--expect",
                                 "declined").finish()
    assert result["fresh_code"] == 486


# -- refer -------------------------------------------------------------------

def notify(dialog, fragment, state, headers=("Event: refer",),
           ctype="message/sipfrag;version=2.0"):
    return dialog.request("NOTIFY", list(headers) + [
        "Subscription-State: " + state, "Content-Type: " + ctype],
        fragment.encode())


def follow(agent, dialog, change=lambda replaces: [replaces]):
    """Does what a REFER asks for: the answer to the INVITE that it sent."""
    refer = dialog.wait("REFER")
    uri = re.search("<([^>]+)>", refer.get("Refer-To")).group(1)
    base, _, headers = uri.partition("?")
    name, _, value = headers.partition("=")
    assert name == "Replaces"
    assert not re.search("[;=@]", value), value
    value = re.sub("%([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)),
                   value)
    return agent.invite(base, ["Replaces: " + v for v in change(value)])


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_refer(bench_of_agents, transport):
    agent = bench_of_agents.agent(transport, codes={"REFER": (202, "Yes")})
    sim = bench_of_agents.sim(agent, "--shape", "refer", "--must-hear")
    dialog = agent.dialog()
    refer = dialog.wait("REFER")
    assert refer.get("Referred-By") and refer.tag("to") == dialog.tag
    assert refer.get("Contact")
    assert ("transport=" + transport in refer.get("Refer-To")) == \
        (transport != "udp")
    seq = notify(dialog, "SIP/2.0 100 Trying\r\n", "active;expires=60")
    assert agent.answer_to(dialog, seq).code == 200
    assert follow(agent, dialog).code == 200
    notify(dialog, "SIP/2.0 200 OK\r\n", "terminated;reason=noresource")
    dialog.wait("BYE")
    result = sim.finish()
    assert result["outcome"] == "connected" and result["good"] is True
    assert result["refer_code"] == 202
    assert result["notify"] == [100, 200]
    assert result["sipfrag_exact"] is True
    assert result["refer_ms"] >= 0
    assert result["caller_heard"] is True
    assert agent.dialogs[1].of("BYE")


@pytest.mark.parametrize("fragment, state, more, wrong", [
    ("SIP/2.0 200 OK\n", "terminated;reason=noresource", {}, "CRLF"),
    ("SIP/2.0 200 OK", "terminated;reason=noresource", {}, "CRLF"),
    ("SIP/2.0 200\r\n", "terminated;reason=noresource", {}, "CRLF"),
    ("SIP/2.0 200 OK\r\nTo: <sip:x@y>\n", "terminated;reason=noresource",
     {}, "without CR"),
    ("SIP/2.0 200 OK\r\n", "active;expires=60", {}, "not terminated"),
    ("SIP/2.0 200 OK\r\n", "terminated", {}, "noresource"),
    ("SIP/2.0 200 OK\r\n", "terminated;reason=timeout", {}, "noresource"),
    ("SIP/2.0 200 OK\r\n", "terminated;reason=noresource",
     {"headers": ("Event: presence",)}, "Event"),
    ("SIP/2.0 200 OK\r\n", "terminated;reason=noresource",
     {"ctype": "message/sip"}, "message/sipfrag"),
    ("SIP/2.0 200 OK\r\n", "terminated;reason=noresource",
     {"ctype": "message/sipfrag;version=1.0"}, "version"),
])
def test_a_sipfrag_that_is_not_exact(bench_of_agents, fragment, state, more,
                                     wrong):
    agent = bench_of_agents.agent(codes={"REFER": (202, "Yes")})
    sim = bench_of_agents.sim(agent, "--shape", "refer")
    dialog = agent.dialog()
    assert follow(agent, dialog).code == 200
    notify(dialog, fragment, state, **more)
    result = sim.finish(1)
    assert result["sipfrag_exact"] is False
    assert wrong in result["error"]
    assert result["notify"] == [200]


@pytest.mark.parametrize("change, code", [
    (lambda r: [r.replace("to-tag=", "to-tag=x")], 481),
    (lambda r: [r.replace("from-tag=", "from-tag=x")], 481),
    (lambda r: ["x" + r], 481),
    (lambda r: [], 481),
    (lambda r: [r.split(";")[0]], 400),
    (lambda r: [r, r], 400),
    (lambda r: [r + ";early-only"], 486),
])
def test_refer_takes_only_its_own_dialog(bench_of_agents, change, code):
    agent = bench_of_agents.agent(codes={"REFER": (202, "Yes")})
    sim = bench_of_agents.sim(agent, "--shape", "refer")
    dialog = agent.dialog()
    assert follow(agent, dialog, change).code == code
    notify(dialog, "SIP/2.0 %d No\r\n" % code,
           "terminated;reason=noresource")
    result = sim.finish(1)
    assert result["outcome"] == "failed"
    assert result["notify"] == [code]
    assert str(code) in result["error"]


@pytest.mark.parametrize("code, outcome", [(403, "refused"),
                                           (603, "declined")])
def test_refer_that_is_refused(bench_of_agents, code, outcome):
    agent = bench_of_agents.agent(codes={"REFER": (code, "No")})
    result = bench_of_agents.sim(agent, "--shape", "refer", "--expect",
                                 outcome).finish()
    assert result["refer_code"] == code and result["notify"] == []


def test_refer_that_the_person_declines(bench_of_agents):
    agent = bench_of_agents.agent(codes={"REFER": (202, "Yes")})
    sim = bench_of_agents.sim(agent, "--shape", "refer", "--expect",
                              "declined")
    dialog = agent.dialog()
    dialog.wait("REFER")
    notify(dialog, "SIP/2.0 603 Declined\r\n",
           "terminated;reason=noresource")
    assert sim.finish()["notify"] == [603]


def test_without_a_final_notify(bench_of_agents):
    agent = bench_of_agents.agent(codes={"REFER": (202, "Yes")})
    sim = bench_of_agents.sim(agent, "--shape", "refer")
    follow(agent, agent.dialog())
    result = sim.finish(1)
    assert "no final NOTIFY" in result["error"]
    assert result["notify"] == []


# -- faults ------------------------------------------------------------------

def test_early_bye(bench_of_agents):
    agent = bench_of_agents.agent()
    result = bench_of_agents.sim(agent, "--fault", "early-bye").finish()
    first, second = agent.dialogs
    assert first.of("BYE")[0].seen < second.invite.seen
    assert second.invite.get("Replaces") == "%s;to-tag=%s;from-tag=%s" % (
        first.call_id, first.tag, first.from_tag)
    assert second.invite.get("Referred-By")
    assert result["outcome"] == "connected"


def test_late_replaces(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--fault", "late-replaces", "--late",
                              "700", "--consult", "100")
    second = agent.dialog(1)
    first = agent.dialog()
    # It is read when there is time for it
    assert second.invite.seen - first.of("ACK")[0].seen > 0.4
    first.request("BYE")
    assert sim.finish()["outcome"] == "connected"


def test_stolen_tags(bench_of_agents):
    agent = bench_of_agents.agent(codes={"INVITE": [
        (200, "OK"), (603, "Declined")]})
    result = bench_of_agents.sim(agent, "--fault", "stolen-tags").finish()
    first, second = agent.dialogs
    assert second.invite.get("Replaces") == "%s;to-tag=%s;from-tag=%s" % (
        first.call_id, first.tag, first.from_tag)
    assert not second.invite.get("Referred-By")
    assert "127.0.0.2" in second.invite.get("Via")
    assert "127.0.0.1" in first.invite.get("Via")
    assert result["outcome"] == "refused" and result["survived"] is True


def test_stolen_tags_that_are_taken(bench_of_agents):
    agent = bench_of_agents.agent()
    result = bench_of_agents.sim(agent, "--fault", "stolen-tags").finish(1)
    assert result["outcome"] == "failed" and "stranger" in result["error"]


def test_lost_ack(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--fault", "lost-ack", "--talk", "1")
    second = agent.dialog(1)
    second.wait("INVITE")
    agent.again(second)
    result = sim.finish()
    assert not second.of("ACK") and second.of("BYE")
    assert result["outcome"] == "unconfirmed" and result["survived"] is True
    assert result["answers"] == 2 and result["replaces_code"] == 200


def test_lost_ack_that_is_not_asked_for(bench_of_agents):
    agent = bench_of_agents.agent()
    result = bench_of_agents.sim(agent, "--fault", "lost-ack", "--talk",
                                 "1").finish(1)
    assert result["answers"] == 1 and "not sent again" in result["error"]


def test_lost_ack_costs_the_consultation(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--fault", "lost-ack", "--talk", "5")
    second = agent.dialog(1)
    second.wait("INVITE")
    agent.dialog().request("BYE")
    result = sim.finish(1)
    assert result["outcome"] == "failed" and "without an ACK" in \
        result["error"]


@pytest.mark.parametrize("fault, line", [
    ("no-media", b"m=audio 0 "), ("no-codec", b"X-UNHEARD-OF/8000")])
@pytest.mark.parametrize("code", [488, 200])
def test_no_media(bench_of_agents, fault, line, code):
    agent = bench_of_agents.agent(codes={"INVITE": [
        (200, "OK"), (code, "Whatever")]})
    result = bench_of_agents.sim(agent, "--fault", fault).finish()
    assert line in agent.dialogs[1].invite.body
    assert result["outcome"] == "refused" and result["survived"] is True
    assert result["replaces_code"] == code
    assert result["caller_rtp_sent"] == 0


def test_reinvite_identity(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--fault", "reinvite-identity",
                              "--consult", "300", "--from-name", "Ava")
    second = agent.dialog(1)
    first = agent.dialog()
    there, back = first.of("INVITE")[1:]
    assert there.get("P-Asserted-Identity") == \
        '"Interim Desk" <sip:interim@invalid>'
    assert back.get("P-Asserted-Identity") == '"Ava" <sip:ai@127.0.0.1>'
    assert back.seen < second.invite.seen and second.invite.get("Replaces")
    first.request("BYE")
    result = sim.finish()
    assert result["outcome"] == "connected"
    assert result["sign_codes"] == [200, 200]


def test_flood(bench_of_agents):
    codes = [(403, "Forbidden")] * 150 + [(503, "Enough")]
    agent = bench_of_agents.agent(codes={"INVITE": codes}, rings=False,
                                  rtp=False, headers=["Retry-After: 1"])
    result = bench_of_agents.sim(agent, "--fault", "flood", "--calls", "300",
                                 "--rate", "600").finish()
    assert result["flood"] is True and result["outcome"] == "refused"
    assert result["calls"] == 300 and result["codes"] == {
        "403": 150, "503": 150}
    assert result["no_answer"] == 0 and result["rang"] == 0
    assert result["retry_after"] == 300
    assert result["final_ms"]["n"] == 300
    assert len({d.call_id for d in agent.dialogs}) == 300
    assert "<sip:nobody@127.0.0.1>" in agent.dialogs[0].invite.get("From")


@pytest.mark.parametrize("code, outcome", [(200, "connected"),
                                           (180, "no-answer")])
def test_flood_that_gets_through(bench_of_agents, code, outcome):
    agent = bench_of_agents.agent(codes={"INVITE": (code, "Yes")}, rtp=False,
                                  rings=False)
    result = bench_of_agents.sim(agent, "--fault", "flood", "--calls",
                                 "3").finish(1)
    assert result["outcome"] == outcome and result["good"] is False
    # The last one may still be on its way when the simulator has ended
    for dialog in agent.dialogs:
        agent.wait("the end of a call", lambda d=dialog:
                   d.of("CANCEL") or d.of("BYE"))


def test_flood_that_nobody_answers(bench_of_agents):
    agent = bench_of_agents.agent(codes={"INVITE": None}, rings=False,
                                  rtp=False)
    result = bench_of_agents.sim(agent, "--fault", "flood", "--calls", "5",
                                 "--timeout", "1").finish(1)
    assert result["no_answer"] == 5 and result["codes"] == {}


# -- advice ------------------------------------------------------------------

def test_advice_in_a_call(bench_of_agents):
    agent = bench_of_agents.agent(headers=["X-Baton-Decision: accept"])
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--sign", "none",
                              "--advice", "--talk", "0", "--consult", "0")
    dialog = agent.dialog()
    dialog.wait("ACK")
    for headers, body in (
            (["Content-Type: text/plain"], "Ask for the order"),
            (["Content-Type: application/json"], '{"text":"ü"}')):
        seq = dialog.request("MESSAGE", headers, body.encode())
        assert agent.answer_to(dialog, seq).code == 200
    seq = dialog.request("INFO", ["Content-Type: application/dtmf-relay"],
                         b"Signal=5\r\nDuration=160\r\n")
    assert agent.answer_to(dialog, seq).code == 200
    seq = dialog.request("OPTIONS")
    assert agent.answer_to(dialog, seq).code == 200
    agent.digit(dialog, 1)
    wait_for("the digit", lambda: any(
        a["kind"] == "dtmf" and a["how"] == "rtp" for a in sim.advice()))
    dialog.request("BYE", ['Reason: SIP;cause=200;text="done"'])
    result = sim.finish()
    assert result["advice"] == sim.advice() == [
        {"kind": "decision", "on": "200", "value": "accept"},
        {"kind": "message", "where": "dialog", "type": "text/plain",
         "text": "Ask for the order"},
        {"kind": "message", "where": "dialog", "type": "application/json",
         "text": '{"text":"ü"}'},
        {"kind": "dtmf", "how": "info", "digits": "5"},
        {"kind": "dtmf", "how": "rtp", "digits": "1"},
        {"kind": "reason", "on": "BYE",
         "value": 'SIP;cause=200;text="done"'}]
    assert result["probes"] == 1


def beside(agent, dialog, text, reply_to=None):
    """A MESSAGE outside of all dialogs; its CSeq."""
    was = dialog.call_id
    dialog.call_id = was + "x"
    seq = dialog.request("MESSAGE", [
        "Content-Type: text/plain", "In-Reply-To: " + (reply_to or was)],
        text.encode(), to_tag=False)
    answer = agent.answer_to(dialog, seq)
    dialog.call_id = was
    return answer.code


def test_advice_after_a_decline(bench_of_agents):
    agent = bench_of_agents.agent(
        codes={"INVITE": (603, "need-info: the order number")},
        headers=["X-Baton-Decision: need-info",
                 'Reason: SIP;cause=603;text="need-info"'])
    sim = bench_of_agents.sim(agent, "--advice", "--expect", "declined")
    dialog = agent.dialog()
    dialog.wait("ACK")
    assert beside(agent, dialog, "Which order?") == 200
    result = sim.finish()
    assert result["advice"] == [
        {"kind": "decline", "code": 603,
         "text": "need-info: the order number"},
        {"kind": "decision", "on": "603", "value": "need-info"},
        {"kind": "reason", "on": "603",
         "value": 'SIP;cause=603;text="need-info"'},
        {"kind": "message", "where": "beside", "type": "text/plain",
         "text": "Which order?"}]


def test_advice_that_the_ai_does_not_take(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--sign", "none",
                              "--advice", "--advice-code", "405", "--talk",
                              "0", "--consult", "0")
    dialog = agent.dialog()
    dialog.wait("ACK")
    seq = dialog.request("MESSAGE", ["Content-Type: text/plain"], b"Hello")
    assert agent.answer_to(dialog, seq).code == 405
    assert beside(agent, dialog, "Hello") == 405
    dialog.request("BYE")
    assert sim.finish()["advice"] == []


def test_no_advice_asked_for(bench_of_agents):
    agent = bench_of_agents.agent(headers=["X-Baton-Decision: accept"])
    sim = bench_of_agents.sim(agent, "--shape", "bridge", "--sign", "none")
    result = sim.finish()
    assert "advice" not in result and sim.advice() == []
    assert result["decision"] == "accept"


def test_the_dead_do_not_answer(bench_of_agents):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, "--fault", "vanish", "--talk", "0")
    dialog = agent.dialog()
    dialog.wait("ACK")

    def silent():
        before = len(agent.responses)
        seq = dialog.request("OPTIONS")
        try:
            agent.wait("an answer", lambda: len(agent.responses) > before,
                       0.3)
        except AssertionError:
            return True
        assert agent.answer_to(dialog, seq).code == 200
        return False
    wait_for("the AI's death", silent)
    dialog.request("BYE")
    result = sim.finish()
    assert result["outcome"] == "vanished" and result["probes"] >= 1


# -- TLS, and what does not fit together -------------------------------------

def test_client_certificate(bench_of_agents, tmp_path):
    issuer = Issuer(str(tmp_path / "both"), "Both")
    agent = bench_of_agents.agent(
        "tls", cert=pair(issuer, "rsa"), verify=issuer.root)
    result = bench_of_agents.sim(agent, "--shape", "fresh", "--cert",
                                 pair(issuer, "ec"), "--ca",
                                 issuer.root).finish()
    assert result["outcome"] == "connected"
    assert agent.certs and all(agent.certs)


def test_a_phone_with_a_foreign_certificate(bench_of_agents, tmp_path):
    other = Issuer(str(tmp_path / "other"), "Other")
    agent = bench_of_agents.agent("tls")
    result = bench_of_agents.sim(agent, "--shape", "direct", "--ca",
                                 other.root).finish(1)
    assert result["outcome"] == "failed" and not agent.dialogs


@pytest.mark.parametrize("options, wanted", [
    (["--sign", "update"], "needs --shape bridge"),
    (["--shape", "fresh", "--sign", "none"], "needs --shape bridge"),
    (["--shape", "bridge", "--sign", "smoke"],
     "unknown sign 'smoke', known: reinvite, update, context, none\n"),
    (["--correlate", "uui"], "need --shape fresh"),
    (["--gap", "5"], "need --shape fresh"),
    (["--shape", "fresh", "--correlate", "luck"],
     "known: uui, header, referred-by, session-id, caller\n"),
    (["--shape", "fresh", "--correlate", "caller"], "needs --caller"),
    (["--shape", "fresh", "--correlate", "referred-by",
      "--no-referred-by"], "--no-referred-by"),
    (["--late", "5"], "needs --fault late-replaces"),
    (["--shape", "bridge", "--fault", "lost-ack"],
     "needs --shape replaces"),
    (["--shape", "direct", "--fault", "vanish"], "needs a consultation"),
    (["--fault", "stolen-tags", "--referred-by", "sip:a@b"],
     "--referred-by and --no-referred-by"),
    (["--fault", "vanish", "--cancel-after", "1"],
     "--cancel-after and --fault"),
    (["--advice-code", "405"], "needs --advice"),
    (["--advice", "--advice-code", "40"], "from 200 to 699"),
    (["--handoff-id", "a b"], "--handoff-id: wanted are"),
    (["--rate", "5000"], "needs --fault flood"),
    (["--fault", "no-notify"], "unknown fault 'no-notify'"),
    (["--shape", "circle"],
     "unknown shape 'circle', known: replaces, direct, bridge, fresh, "
     "refer\n"),
])
def test_what_does_not_fit(bench_of_agents, options, wanted):
    agent = bench_of_agents.agent()
    sim = bench_of_agents.sim(agent, *options)
    assert sim.proc.wait(20) == 2
    for thread in sim.threads:
        thread.join(5)
    err = sim.err.decode()
    assert wanted in err and len(err.splitlines()) == 1, err
    assert not agent.dialogs


def test_help_names_all_options():
    env = dict(os.environ)
    if HOST_LD:
        env["LD_LIBRARY_PATH"] = HOST_LD
    text = subprocess.run([SIM, "--help"], env=env, check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    with open(os.path.join(ROOT, "tests/sim/options.c"),
              encoding="utf-8") as f:
        names = re.findall(r'\{ "([a-z-]+)", +(?:required|no)_arg', f.read())
    assert len(names) > 30
    for name in names:
        if name not in ("help", "version"):
            assert "--" + name in text, name
    assert max(map(len, text.splitlines())) < 80


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_the_phone_connects_anew_in_the_call(bench_of_agents, tmp_path,
                                             transport):
    """To where Contact says."""
    agent = bench_of_agents.agent(transport)
    options = ["--talk", "20"]
    if transport == "tls":
        # Others may connect to it then
        options += ["--cert", pair(Issuer(str(tmp_path / "sim"), "Sim"),
                                   "ec")]
    sim = bench_of_agents.sim(agent, "--shape", "direct", *options)
    dialog = agent.dialog()
    dialog.wait("ACK")
    agent.conns[0].shutdown(socket.SHUT_RDWR)
    dialog.send = agent.connect(dialog.contact)
    assert agent.answer_to(dialog, dialog.request("BYE")).code == 200
    line = sim.finish()
    assert line["outcome"] == "connected" and line["hung_up_by"] == "agent"


@pytest.mark.skipif(HOST_VERSION[:1] != "1", reason="a newer libre gives a "
                    "request up when its connection closes")
def test_the_phone_connects_anew_to_answer(bench_of_agents):
    """To where Via says (RFC 3261, section 18.2.2)."""
    agent = bench_of_agents.agent("tcp", codes={"INVITE": None})
    sim = bench_of_agents.sim(agent, "--shape", "direct")
    dialog = agent.dialog()
    agent.conns[0].shutdown(socket.SHUT_RDWR)
    where = re.match(r"\S+ ([^;]+)", dialog.invite.get("via")).group(1)
    agent.reply(dialog, dialog.invite, agent.connect("sip:sim@" + where),
                200, "OK", agent.describe("127.0.0.1",
                                          agent.media.getsockname()[1]))
    dialog.wait("ACK")
    assert sim.finish()["outcome"] == "connected"
