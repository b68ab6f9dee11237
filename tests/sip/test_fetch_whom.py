"""Context by reference: for whom it is fetched, and for whom not."""

import os

import pytest

from data import source_errors
from harness import wait_for
from test_context import check_vcon
from test_fetch import (VCON_BYTES, call_info, certs, config, http, ring,
                        second, server, settled)

# Fixtures are found by their names here
assert certs and server and second


def test_many_that_hang(bench, certs, server, second):
    """A stranger's calls, each with references to a host that says
    nothing, do not hold up another's."""
    for n in range(24):
        server.answers["/%d" % n] = server.hang
    second.answers["/v"] = http(200, VCON_BYTES)
    phone = bench.phone(*config(certs, server, second))
    stranger = bench.peer(phone, ip="127.0.0.2")
    for n in range(6):
        stranger.call(user="s%d" % n).invite(headers=[
            call_info(server.url("/%d" % (3 * n + i))) for i in range(3)]
        ).wait_code(180)
    wait_for("the requests", lambda: len(server.requests) == 2)
    call = bench.peer(phone).call(user="ai").invite(
        headers=[call_info(second.url("/v"))])
    call.wait_code(180)
    ident = phone.wait_offered(7)
    check_vcon(settled(phone, ident)["context"])
    assert not server.go.is_set() and len(server.requests) == 2


def test_cancelled_is_not_fetched(bench, certs, server):
    for n in range(3):
        server.answers["/%d" % n] = server.hang
    phone = bench.phone(*config(certs, server))
    call, ident = ring(bench, phone, *(call_info(server.url("/%d" % n))
                                       for n in range(3)))
    wait_for("the request", lambda: server.requests)
    call.cancel()
    call.wait_code(487)
    phone.wait_end(ident, "cancelled")
    assert not settled(phone, ident, 0)["sources"]
    server.answers["/v"] = http(200, VCON_BYTES)
    call = bench.peer(phone).call(user="next").invite(
        headers=[call_info(server.url("/v"))])
    call.wait_code(180)
    check_vcon(settled(phone, phone.wait_offered(2))["context"])
    assert server.paths() == ["/0", "/v"]


@pytest.mark.parametrize("allow", [None, "ip:127.0.0.1"])
def test_token_is_not_for_strangers(bench, certs, server, allow):
    """Any path of its host is theirs to name."""
    server.answers["/v"] = http(200, VCON_BYTES)
    token = os.path.join(bench.folder, "token")
    with open(token, "w", encoding="ascii") as f:
        f.write("s3cret\n")
    phone = bench.phone(("baton_fetch_token", "%s %s" % (server.host, token)),
                        *([("baton_allow_from", allow)] if allow else []),
                        *config(certs, server))
    _, ident = ring(bench, phone, call_info(server.url("/v")))
    check_vcon(settled(phone, ident)["context"])
    assert server.requests[0][1].get("authorization") == (
        "Bearer s3cret" if allow else None)


def test_too_many_for_who_is_not_covered(bench, certs, server):
    phone = bench.phone(*config(certs, server))
    _, ident = ring(bench, phone, *(
        call_info(server.url("/%d" % n)) for n in range(12)))
    errors = source_errors(settled(phone, ident, 4))
    assert errors[0].startswith("it has more than 3 references")
    assert errors[1:] == ["server says 404"] * 3
    assert server.paths() == ["/0", "/1", "/2"]
