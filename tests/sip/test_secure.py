"""SIP over TLS and media over SRTP, with certificates made on the spot.

What the phone hears and what it says is told by its tones: the AI hums at
523 Hz, the caller at 392 Hz, the person at 440 Hz.
"""

import re
import ssl

import pytest

from harness import HOST_VERSION, never, samples_of, wait_for
from peer import sdp
from pki import Issuer
from test_sim import EXAMPLES, one
from wire import PHONE, SIM, Reader, Relay, payload_tone, tone

AI_HUMS, CALLER_HUMS, PERSON_HUMS = 523, 392, 440
SHAPES = ["replaces", "direct", "bridge", "fresh", "refer"]

# What the phone needs to demand SRTP: the host's module, and the account's
# parameter. With DTLS it must have rtcp_mux as well, which is a line of the
# configuration in baresip 1.1.0, a parameter of the account in newer ones.
# Without it, the host takes the end of RTCP's handshake for that of RTP's,
# and sends RTP as it is for so long
DEMANDS = {
    "none": ((), ""),
    "sdes": ((("module", "srtp.so"),), ";mediaenc=srtp-mand"),
    "dtls": ((("module", "dtls_srtp.so"), ("rtcp_mux", "yes")),
             ";mediaenc=dtls_srtp;rtcp_mux=yes"),
}

# Length of a packet: RTP header, 20 ms of G.711, and with SRTP the tag
PLAIN, SECURE = 12 + 160, 12 + 160 + 10


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(str(tmp_path_factory.mktemp("tls") / "issuer"), "Carrier")


@pytest.fixture(scope="module")
def hosts(issuer):
    """Files with key and certificate, of the phone and of the AI's side."""
    return {name: issuer.host(name + ".example.org")
            for name in ("phone", "ai")}


def tls_lines(issuer, hosts):
    """The phone has a certificate, and checks the one of whom it calls."""
    return (("sip_transports", "udp,tcp,tls"),
            ("sip_certificate", hosts["phone"]),
            ("sip_cafile", issuer.root),
            ("sip_verify_server", "yes"))


def tls_options(issuer, hosts):
    return ["--transport", "tls", "--ca", issuer.root, "--cert", hosts["ai"]]


def secure_phone(bench, srtp, lines=(), **options):
    more, account = DEMANDS[srtp]
    return bench.phone(*more, *lines, account=account, sound=True, **options)


def best_tone(samples, hertz):
    """The share of a tone in the quarter of a second that has most of it."""
    return max([tone(samples[n:n + 2000], hertz)
                for n in range(0, len(samples) - 1999, 1000)] or [0])


class Ear:
    """What the phone's loudspeaker gave from now on."""

    def __init__(self, phone):
        self.ears = phone.ears
        self.before = self.ears.mark()

    def hears(self, hertz):
        """A quarter of a second of just that tone, in any call."""
        return any(best_tone(samples, hertz) > 0.5 for _, samples in
                   self.ears.parts(self.before))


def hand_over(bench, phone, srtp, shape, *options, target=None, trust=None):
    """One hand-over, heard at both ends: the simulator's line."""
    ear = Ear(phone)
    sim = bench.sim(phone, "--shape", shape, "--srtp", srtp, "--context",
                    EXAMPLES[0], "--consult", "2000", "--talk", "1.5",
                    "--must-hear", "--hear", bench.folder + "/caller.wav",
                    *options, target=target)
    ident = phone.wait_offered()
    if trust:
        wait_for("trust " + trust, lambda:
                 phone.show(ident)["trust"] == trust)
    phone.order("baton_accept")
    if shape != "direct":
        wait_for("the AI's voice at the person", lambda:
                 ear.hears(AI_HUMS))
    wait_for("the caller's voice at the person", lambda:
             ear.hears(CALLER_HUMS))
    result = one(sim)
    assert result["outcome"] == "connected", result
    assert result["caller_heard"] is True
    assert best_tone(samples_of(bench.folder + "/caller.wav"),
                     PERSON_HUMS) > 0.5
    if shape != "direct":
        assert result["ai_heard"] is True
    if srtp == "none":
        assert "srtp_errors" not in result
    else:
        assert result["srtp_errors"] == 0
    phone.wait_end(ident, ("completed", "caller-left"))
    return result


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("srtp", ["sdes", "dtls"])
def test_tls_and_srtp(bench, issuer, hosts, srtp, shape):
    # With shape refer, the phone calls the caller, who has a certificate too
    phone = secure_phone(bench, srtp, tls_lines(issuer, hosts) + (
        ("baton_refer", "known"),))
    hand_over(bench, phone, srtp, shape, *tls_options(issuer, hosts))


@pytest.mark.parametrize("srtp", ["sdes", "dtls"])
def test_verified_peer(bench, issuer, hosts, srtp):
    """By TLS it is certain who hands over, and that is shown."""
    if HOST_VERSION == "1.1.0":
        pytest.skip("baresip 1.1.0 asks no client for its certificate")
    phone = secure_phone(bench, srtp, tls_lines(issuer, hosts) + (
        ("sip_verify_client", "yes"),
        ("baton_allow_from", "tls:ai.example.org")))
    hand_over(bench, phone, srtp, "replaces", *tls_options(issuer, hosts),
              trust="transport")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("srtp", ["sdes", "dtls"])
def test_srtp_alone(bench, srtp, transport):
    phone = secure_phone(bench, srtp)
    hand_over(bench, phone, srtp, "replaces", "--transport", transport)


def test_tls_alone(bench, issuer, hosts):
    phone = secure_phone(bench, "none", tls_lines(issuer, hosts))
    hand_over(bench, phone, "none", "replaces", *tls_options(issuer, hosts))


def test_certificate_of_the_phone_is_checked(bench, issuer, hosts, tmp_path):
    """What the simulator's --ca does not cover gets no call, and the phone
    hears of none."""
    other = Issuer(str(tmp_path / "other"), "Other")
    phone = bench.phone(*tls_lines(issuer, hosts))
    sim = bench.sim(phone, "--shape", "direct", "--transport", "tls", "--ca",
                    other.root, "--uui", "x", "--timeout", "8",
                    "--expect", "connected")
    result = one(sim, 1)
    assert result["outcome"] in ("failed", "no-answer"), result
    assert phone.handoffs() == []


def test_tls_of_another_stack(bench, issuer, hosts):
    """Python's TLS checks name and chain of the phone's certificate."""
    import harness
    import socket
    phone = bench.phone(*tls_lines(issuer, hosts))
    context = ssl.create_default_context(cafile=issuer.root)
    with socket.create_connection((phone.ip, phone.sip_port + 1),
                                  harness.PATIENCE) as raw:
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as conn:
            assert conn.version() in ("TLSv1.2", "TLSv1.3")


def answers_of(sim):
    """How many INVITEs of the phone the simulator has answered with 200."""
    with open(sim.err_path, "rb") as f:
        text = f.read().decode("utf-8", "replace")
    return len({got.group(1) for part in text.split("--- ")
                if " sends " in part and "\nSIP/2.0 200 " in part
                for got in re.finditer(r"(?im)^cseq: (\d+) INVITE", part)})


@pytest.mark.parametrize("srtp", ["sdes", "dtls"])
def test_hold_and_resume(bench, srtp):
    """New offers in the call are answered, with the keys that there are."""
    more, account = DEMANDS[srtp]
    phone = bench.phone(*more, account=account)
    sim = bench.sim(phone, "--shape", "direct", "--srtp", srtp, "--uui",
                    "refund of order 77", "--talk", "0", "--verbose")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "connected")
    for count, command in ((1, "hold"), (2, "resume")):
        phone.command(command)
        wait_for("answer to " + command, lambda: answers_of(sim) == count)
        assert phone.state(ident)[0] == "connected"
    phone.order("baton_hangup")
    result = one(sim)
    assert result["outcome"] == "connected", result
    assert result["srtp_errors"] == 0
    phone.wait_end(ident, "completed")


def test_unknown_keys(phone, bench):
    sim = bench.sim(phone, "--srtp", "zrtp")
    assert sim.finish() == (2, [])
    assert "unknown srtp 'zrtp', known: none, sdes, dtls" in sim.errors()


# -- on the wire -------------------------------------------------------------

def relay(bench, phone, **options):
    made = Relay(phone, **options)
    bench.others.append(made)
    return made


def through_relay(bench, srtp, **options):
    phone = secure_phone(bench, srtp)
    between = relay(bench, phone, **options)
    hand_over(bench, phone, srtp, "replaces", target=between.uri)
    return between


def test_wire_shows_plain_rtp(bench):
    """The check of the two tests below sees what there is to be seen."""
    between = through_relay(bench, "none")
    for leg, hum in ((0, AI_HUMS), (1, CALLER_HUMS)):
        for who, hertz in ((SIM, hum), (PHONE, PERSON_HUMS)):
            rtp, dtls, rest = between.seen(leg, who)
            assert len(rtp) > 30 and not dtls and not rest
            assert {len(p) for p in rtp} == {PLAIN}
            assert payload_tone([p[12:] for p in rtp[5:25]], hertz) > 0.5


def check_encrypted(between):
    for leg, hum in ((0, AI_HUMS), (1, CALLER_HUMS)):
        for who, hertz in ((SIM, hum), (PHONE, PERSON_HUMS)):
            rtp, _, rest = between.seen(leg, who)
            assert len(rtp) > 30 and not rest
            assert {len(p) for p in rtp} == {SECURE}, (leg, who)
            assert payload_tone([p[12:-10] for p in rtp[5:25]], hertz) < 0.1


def test_wire_sdes(bench):
    """Encrypted, and a reader of our own finds the sound with the keys of
    the SDP, with no other."""
    between = through_relay(bench, "sdes")
    check_encrypted(between)
    keys = set()
    for leg, hum in ((0, AI_HUMS), (1, CALLER_HUMS)):
        for who, hertz in ((SIM, hum), (PHONE, PERSON_HUMS)):
            tag, suite, key = between.attribute(leg, who, "crypto").split(" ")
            assert suite == "AES_CM_128_HMAC_SHA1_80"
            key = re.match(r"inline:([^|]+)", key).group(1)
            rtp, dtls, _ = between.seen(leg, who)
            assert not dtls
            reader = Reader(key)
            payloads = [reader.read(p) for p in rtp[5:15]]
            assert all(payloads), "a tag is not right"
            assert payload_tone(payloads, hertz) > 0.5
            other = between.attribute(leg, PHONE if who == SIM else SIM,
                                      "crypto").split("inline:")[1]
            assert Reader(other[:40]).read(rtp[5]) is None
            keys.add(key)
    assert len(keys) == 4, "a key is used twice"


def test_wire_dtls(bench):
    """Encrypted after a handshake, and no key in the SDP."""
    between = through_relay(bench, "dtls")
    check_encrypted(between)
    prints = set()
    for leg in (0, 1):
        for who in (SIM, PHONE):
            _, dtls, _ = between.seen(leg, who)
            assert dtls, "no handshake of the " + who
            prints.add(between.attribute(leg, who, "fingerprint").lower())
    # The phone has one certificate, the simulator one for each leg
    assert len(prints) == 3
    assert not [s for _, _, s in between.sdps if "a=crypto" in s]


def spoilt_call(bench, phone, between, srtp, *options):
    sim = bench.sim(phone, "--shape", "direct", "--srtp", srtp, "--uui", "x",
                    "--talk", "3", *options, target=between.uri)
    phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim, 1)
    assert result["good"] is False
    return result


def test_wrong_key_is_told(bench):
    """The simulator's own check: a key that is not the phone's."""
    def spoil(who, leg, text):
        return text if who == SIM else re.sub(
            "inline:.{20}", "inline:" + "A" * 20, text)
    phone = secure_phone(bench, "sdes")
    result = spoilt_call(bench, phone, relay(bench, phone, spoil=spoil),
                         "sdes")
    assert result["srtp_errors"] > 10
    assert result["caller_heard"] is False
    assert result["error"] == "SRTP came that could not be decrypted"


@pytest.mark.parametrize("victim", [PHONE, SIM])
def test_wrong_fingerprint_is_told(bench, victim):
    """Somebody in between has put in a fingerprint: neither end plays on."""
    def spoil(who, leg, text):
        return text if who == victim else re.sub(
            "(?i)sha-256 .{5}", "sha-256 00:11", text)
    phone = secure_phone(bench, "dtls")
    between = relay(bench, phone, spoil=spoil)
    result = spoilt_call(bench, phone, between, "dtls", "--must-hear")
    assert result["caller_heard"] is False
    assert result["error"]
    if victim == SIM:
        assert "fingerprint" in result["error"]
    for who in (PHONE, SIM):
        assert not [p for p in between.seen(0, who)[0] if len(p) == PLAIN]


# -- what does not fit -------------------------------------------------------

@pytest.mark.parametrize("srtp, offer", [
    ("sdes", "none"), ("sdes", "dtls"), ("dtls", "none")])
def test_media_that_do_not_fit(bench, srtp, offer):
    """488 for a consultation with media that the phone does not take, and
    it is told: the person may know whose it is, and call back."""
    phone = secure_phone(bench, srtp)
    sim = bench.sim(phone, "--shape", "replaces", "--srtp", offer, "--uui",
                    "refund of order 77", "--expect", "declined",
                    "--timeout", "8")
    result = one(sim)
    assert result["code"] == 488, result
    alert = phone.wait_alert()
    assert alert["message"]
    assert [e for e in phone.handoffs() if e["state"] != "closed"] == []


def test_no_keys_in_the_answer(bench):
    """A phone of DTLS takes RTP/SAVP too, but has no key for SDES: the
    simulator tells, hangs up, and the phone is free for the next one."""
    phone = secure_phone(bench, "dtls")
    sim = bench.sim(phone, "--shape", "replaces", "--srtp", "sdes", "--uui",
                    "refund of order 77", "--timeout", "8")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    result = one(sim, 1)
    assert result["outcome"] == "failed"
    assert result["error"] == "no keys for SRTP in the peer's SDP"
    phone.wait_state(ident, ("wrapup", "closed"))
    assert phone.state(ident)[1]


def dialog_of(sim):
    """The value of Replaces for the simulator's first call, out of what it
    wrote of its messages."""
    def find():
        with open(sim.err_path, "rb") as f:
            text = f.read().decode("utf-8", "replace")
        for part in text.split("\n--- "):
            if "\nSIP/2.0 200 " in part and \
                    re.search(r"(?im)^cseq: \d+ INVITE", part):
                get = [re.search(r"(?im)^" + p, part).group(1) for p in (
                    r"call-id: *(\S+)", r"to:.*;tag=([^;\s]+)",
                    r"from:.*;tag=([^;\s]+)")]
                return "%s;to-tag=%s;from-tag=%s" % tuple(get)
        return None
    return wait_for("the consultation's 200", find)


@pytest.mark.parametrize("srtp", ["sdes", "dtls"])
def test_mismatch_leaves_the_consultation(bench, srtp):
    """RFC 3891, 3: a Replaces whose media fail does not touch the call that
    it names. The next one, with media that fit, takes its place."""
    phone = secure_phone(bench, srtp)
    ear = Ear(phone)
    caller = bench.peer(phone)
    sim = bench.sim(phone, "--shape", "replaces", "--srtp", srtp, "--uui",
                    "refund of order 77", "--consult", "5000", "--talk",
                    "1.5", "--must-hear", "--verbose")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    value = dialog_of(sim)
    wait_for("the AI's voice at the person", lambda: ear.hears(AI_HUMS))

    call = caller.call(user="rosa", name="Rosa Lind")
    call.invite(headers=["Replaces: " + value, "Require: replaces",
                         "Referred-By: <sip:ai@127.0.0.1>"],
                body=sdp(caller.ip, caller.rtp.getsockname()[1]),
                ctype="application/sdp")
    assert call.wait_final().code == 488, call.responses
    again = Ear(phone)
    never("the consultation changes", lambda:
          phone.state(ident)[0] != "consulting", 0.5)
    wait_for("the AI's voice again", lambda: again.hears(AI_HUMS))
    assert phone.wait_alert()["message"]

    # The AI knows nothing of it, and hands over as ever
    result = one(sim)
    assert result["outcome"] == "connected", result
    assert result["ai_heard"] is True and result["caller_heard"] is True
    assert result["srtp_errors"] == 0
    phone.wait_end(ident, ("completed", "caller-left"))


@pytest.mark.parametrize("srtp, proto", [
    ("sdes", b"RTP/SAVP"), ("dtls", b"UDP/TLS/RTP/SAVP")])
def test_srtp_without_a_key_leaves_the_consultation(bench, srtp, proto):
    """The host would answer such an offer, and nobody would be heard."""
    phone = secure_phone(bench, srtp)
    caller = bench.peer(phone)
    sim = bench.sim(phone, "--shape", "replaces", "--srtp", srtp, "--uui",
                    "refund of order 77", "--consult", "5000", "--talk",
                    "1.5", "--verbose")
    ident = phone.wait_offered()
    phone.order("baton_accept")
    phone.wait_state(ident, "consulting")
    value = dialog_of(sim)

    call = caller.call(user="rosa", name="Rosa Lind")
    offer = sdp(caller.ip, caller.rtp.getsockname()[1])
    call.invite(headers=["Replaces: " + value,
                         "Referred-By: <sip:ai@127.0.0.1>"],
                body=offer.replace(b"RTP/AVP", proto),
                ctype="application/sdp")
    assert call.wait_final().code == 488, call.responses
    never("the consultation changes", lambda:
          phone.state(ident)[0] != "consulting", 0.5)
    assert phone.show(ident)["alert"]["code"] == "replaces-failed"
    assert one(sim)["outcome"] == "connected"
