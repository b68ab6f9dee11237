"""Every file of a JSON parsing suite as the body of an INVITE: it rings.

One suite is our own (json_cases.py). A public one, a folder of files whose
names begin with y_, n_ or i_, comes with `make check JSON_SUITE=FOLDER`.
"""

import gzip
import os

import pytest

import json_cases
from data import NORMAL_PART, source_errors
from harness import Failure, free_range, wait_for

SUITE = os.environ.get("JSON_SUITE", "")

# INVITEs at a time; baton and the host take more
WINDOW = 24

# The host takes 64 KiB of one message over TCP: what is longer is compressed
BODY_MAX = 56000

# Media type, and whether it stands alone, without an offer beside it
CARRIERS = {
    "json": ("application/json", False),
    "vcon": ("application/vcon", False),
    "json-alone": ("application/json", True),
    "vcon-alone": ("application/vcon", True),
}


def public_cases():
    out = []
    for name in sorted(os.listdir(SUITE)):
        path = os.path.join(SUITE, name)
        if name[:2] in ("y_", "n_", "i_") and os.path.isfile(path):
            with open(path, "rb") as f:
                out.append((name, f.read()))
    return out


def inside_cases():
    """Most public ones are lists: the same where a value may stand."""
    return [(name, b'{"intent":"ok","x":' + data + b"}")
            for name, data in public_cases()]


# What a public suite means by y_ need not be an object
STRICT = ("own", "public-inside")

# No JSON, but json.dumps() of Python writes them
TOLERATED = ("n_number_NaN.json", "n_number_infinity.json",
             "n_number_minus_infinity.json")

SUITES = {"own": json_cases.cases}
if SUITE:
    SUITES["public"] = public_cases
    SUITES["public-inside"] = inside_cases


def ring(ai, phone, cases, ctype, alone):
    """Each rings; returns [(name, data, what is shown of it or None)]."""
    calls = []
    known = {e["id"] for e in phone.baton_events("handoff")}
    for number, (_, data) in enumerate(cases):
        if len(data) > BODY_MAX:
            data = gzip.compress(data, 9, mtime=0)
        call = ai.call(user="case%d" % number)
        if alone:
            call.want_answer = True
            call.invite(body=data, ctype=ctype)
        else:
            call.invite(parts=[(ctype, data)])
        calls.append(call)
    for call, (name, _) in zip(calls, cases):
        try:
            call.wait_code(180)
        except Failure as error:
            raise Failure("%s does not ring: %s" % (name, error)) from None
    # An INVITE whose body is empty is an ordinary call
    expected = sum(1 for _, data in cases if data or not alone)

    def offered():
        ids = {e["id"] for e in phone.baton_events("handoff")
               if e["state"] == "offered"} - known
        return sorted(ids) if len(ids) >= expected else None
    ids = wait_for("%d hand-offs" % expected, offered)
    shown = {}
    for ident in ids:
        def read(ident=ident):
            show = phone.show(ident)
            return show if show.get("context") or source_errors(show) \
                else None
        show = wait_for("context or an error of #%d" % ident, read)
        shown[user_of(show)] = show
    for call in calls:
        call.cancel()
    for call in calls:
        call.wait_code(487)
    wait_for("none of them is open", lambda: all(
        phone.state(ident)[0] in ("closed", "wrapup") for ident in ids))
    return [(name, data, shown.get("case%d" % number))
            for number, (name, data) in enumerate(cases)]


def user_of(show):
    """Which of the calls it is, from the address that it came from."""
    return show["from"]["uri"].partition(":")[2].partition("@")[0]


def verdict(name, data, show, carrier):
    """What is wrong with it, if anything."""
    if show is None:        # an ordinary call: its body is empty
        return None
    errors = source_errors(show)
    if name.startswith("n_") and not errors:
        return "%s: read without a word" % name
    if name.startswith("y_") and errors and (
            carrier.startswith("json") or b'"parties"' in data):
        return "%s: %s" % (name, errors[0])
    return None


def for_carrier(cases, carrier):
    """As a vCon it must have one of its lists."""
    if not carrier.startswith("vcon"):
        return cases
    return [(name, data.replace(b'"intent":"ok"',
                                b'"parties":[],"subject":"ok"', 1))
            for name, data in cases]


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
@pytest.mark.parametrize("suite", sorted(SUITES))
def test_every_case_rings(bench, suite, carrier):
    cases = for_carrier(SUITES[suite](), carrier)
    assert len(cases) >= 120, "%d cases in %s" % (len(cases), suite)
    ctype, alone = CARRIERS[carrier]
    phone = bench.phone(("call_max_calls", "64"),
                        ("rtp_ports", "%d-%d" % free_range(4 * WINDOW)))
    ai = bench.peer(phone, transport="tcp")
    running = ai.call(user="running")
    running.invite(parts=[NORMAL_PART])
    running.wait_code(180)
    ident = phone.wait_offered()
    phone.order("baton_accept", "#%d" % ident)
    running.wait_code(200)
    phone.wait_state(ident, "consulting")

    wrong = []
    for start in range(0, len(cases), WINDOW):
        for name, data, show in ring(ai, phone,
                                     cases[start:start + WINDOW], ctype,
                                     alone):
            assert show or (alone and not data), name
            if (suite in STRICT or name.startswith("n_")) and \
                    name not in TOLERATED:
                wrong += filter(None, [verdict(name, data, show, carrier)])
    assert not wrong, "\n".join(wrong)

    assert phone.state(ident)[0] == "consulting"
    assert not running.has_request("BYE")
    after = ai.call(user="after")
    after.invite(parts=[NORMAL_PART])
    after.wait_code(180)
    cseq = running.bye()
    running.wait_code(200, method="BYE", cseq=cseq)
