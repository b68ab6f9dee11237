"""baton_rate_limit: too many consultations of one peer, and only his."""

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
