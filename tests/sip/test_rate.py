"""baton_rate_limit: too many consultations of one peer, and only his."""

import json

import pytest

from data import NORMAL_PART
from harness import wait_for

FOREIGN = "127.0.0.2"


def invite(peer):
    return peer.call().invite(parts=[NORMAL_PART])


def test_more_are_refused(bench):
    phone = bench.phone(("baton_rate_limit", "2"))
    peer = bench.peer(phone)
    calls = [invite(peer) for _ in range(5)]
    for call in calls[:2]:
        call.wait_code(180)
    late = [call.wait_final() for call in calls[2:]]
    assert {m.code for m in late} == {503}
    assert all(int(m.get("retry-after")) >= 1 for m in late)
    assert len(phone.handoffs()) == 2
    assert phone.order("baton_stats")["rate_limited"] == 3

    # Another peer does not suffer
    invite(bench.peer(phone, ip=FOREIGN)).wait_code(180)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sent_again(bench, transport):
    """The same INVITE gets the same answer, and is not counted again."""
    phone = bench.phone(("baton_rate_limit", "1"))
    peer = bench.peer(phone, transport=transport)
    invite(peer).wait_code(180)
    call = peer.call(auto_ack=False).invite(parts=[NORMAL_PART])
    first = call.wait_code(503)
    for count in (2, 3):
        call.again()
        wait_for("answer %d" % count, lambda: len(call.finals()) >= count)
    assert all(m.code == 503 and m.get("retry-after") ==
               first.get("retry-after") for m in call.finals())
    assert phone.order("baton_stats")["rate_limited"] == 1


def test_no_limit(bench):
    phone = bench.phone(("baton_rate_limit", "0"))
    peer = bench.peer(phone)
    calls = [invite(peer) for _ in range(12)]
    for call in calls:
        call.wait_code(180)


def test_refer_in_no_call(bench, tmp_path):
    """No call is needed to send them: they count as consultations do, and
    the audit knows how many they were."""
    path = tmp_path / "audit.log"
    phone = bench.phone(("baton_rate_limit", "3"),
                        ("baton_audit", str(path)))
    peer = bench.peer(phone)
    codes = []
    for _ in range(20):
        call = peer.call()
        peer.send(call.request(
            "REFER", ["Refer-To: <sip:rosa@127.0.0.1:9>"]))
        got = call.wait_code(*range(200, 700), method="REFER")
        codes.append(got.code)
        assert got.code != 503 or int(got.get("retry-after")) >= 1
    assert set(codes) == {403, 503}
    assert phone.order("baton_stats")["rate_limited"] == codes.count(503)

    def counted():
        lines = [json.loads(line) for line in
                 path.read_text(encoding="utf-8").splitlines()]
        return sum(d["count"] for d in lines if d["what"] == "refer")
    wait_for("all of them in the audit", lambda: counted() == len(codes))
    assert len([e for e in phone.baton_events("alert")
                if e["code"] == "rate-limited"]) == 1


def test_message_of_a_stranger(bench):
    phone = bench.phone(("baton_rate_limit", "2"))
    peer = bench.peer(phone, ip=FOREIGN)
    codes = []
    for _ in range(10):
        call = peer.call()
        peer.send(call.request("MESSAGE", (), NORMAL_PART[1],
                               NORMAL_PART[0]))
        codes.append(call.wait_code(403, 503, method="MESSAGE").code)
    assert codes[0] == 403 and 503 in codes
