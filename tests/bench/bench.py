#!/usr/bin/python3
"""Measures Baton in the real baresip, with the simulator as its peer.

Prints a table and writes it as JSON. A figure over its limit is said so and
is no error; a figure that could not be measured is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import contexts
import flood
import mix
import reading
from host import Host

RINGS = int(os.environ.get("BENCH_RINGS", "200"))
HANDOFFS = int(os.environ.get("BENCH_HANDOFFS", "50"))

# libre keeps at most so much of one message on a TCP connection
TCP_MESSAGE_MAX = 65536
VCON_SIZE = 1 << 20
VCON_GZIP_MAX = 60 << 10

# Below the ten a second that Baton takes from one peer
RINGS_A_SECOND = "8"


class Missing(Exception):
    """A figure that could not be measured, and why."""


def simulate(host, options, transport=""):
    """Runs the simulator; returns the lines of its calls and its summary."""
    command = [os.environ["SIM"]] + options + [
        "sip:agent@127.0.0.1:%d%s" % (
            host.sip_port + (1 if transport == "tls" else 0),
            ";transport=tls" if transport == "tls" else "")]
    run = subprocess.run(command, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=900)
    lines = [json.loads(x) for x in run.stdout.splitlines() if x]
    calls = [x for x in lines if "call" in x]
    summary = next((x for x in lines if x.get("summary")), None)
    if run.returncode != 0 or not calls:
        bad = [x for x in calls if not x.get("good")]
        why = run.stderr.strip() or "the simulator says nothing"
        if bad:
            x = bad[0]
            why = "%d of %d calls; the first: %s %s %s %s" % (
                len(bad), len(calls), x["outcome"], x["code"], x["reason"],
                x["error"] or "")
        raise Missing(why)
    return calls, summary


def ring_options(n, transport, wait):
    """So many consultations that are withdrawn soon after they ring."""
    return ["--calls", str(n), "--parallel", "1", "--rate", RINGS_A_SECOND,
            "--cancel-after", str(wait), "--transport", transport,
            "--timeout", "10"]


def row(figure, measured, limit, of):
    """One line of the table. of: which of p99 and max the limit is for."""
    if not measured:
        raise Missing("no call had this figure")
    ok = None if limit is None else measured[of] <= limit
    return {"figure": figure, "p50": measured["p50"], "p99": measured["p99"],
            "max": measured["max"], "limit": limit, "limit_of": of,
            "n": measured["n"], "ok": ok}


def rings(host, figure, name, data, transport, limit):
    """INVITE to 180 with this context, if there is one."""
    options = ring_options(RINGS, transport, 60)
    before = host.contexts
    if data is not None:
        path = os.path.join(host.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        options += ["--context", path]
    del host.alerts[:]
    calls, summary = simulate(host, options)
    out = row(figure, summary["ring_ms"], limit, "p99")
    out["invite_bytes"] = max(x["invite_bytes"] for x in calls)
    if data is not None and host.contexts - before < RINGS:
        out["note"] = "%d of %d contexts were read%s" % (
            host.contexts - before, RINGS,
            "; alert: " + host.alerts[0] if host.alerts else "")
    return out


def biggest(host):
    """A context that fills a message over TCP to the last few bytes."""
    data = contexts.normal_form(TCP_MESSAGE_MAX - 2048)
    path = os.path.join(host.folder, "probe.json")
    with open(path, "wb") as f:
        f.write(data)
    calls, _ = simulate(host, ring_options(1, "tcp", 60) +
                        ["--context", path])
    head = calls[0]["invite_bytes"] - len(data)
    # The ports in the headers may have a digit more next time
    return contexts.normal_form(TCP_MESSAGE_MAX - head - 32)


def hand_over(host, options=(), transport=""):
    """So many of them, one after the other; the simulator's summary."""
    path = os.path.join(host.folder, "handoff.json")
    with open(path, "wb") as f:
        f.write(contexts.normal_form(4096))
    host.accept = True
    try:
        _, summary = simulate(host, [
            "--context", path, "--calls", str(HANDOFFS),
            "--consult", "200", "--talk", "0.5",
            "--timeout", "10", "--must-hear"] + list(options), transport)
    finally:
        host.accept = False
    return summary


def handoffs(host):
    """Replaces to 200, to the first packet, the caller's silence; and what
    Baton itself says of the same."""
    summary = hand_over(host)
    own = own_figures(host)
    figures = [
        ("Replaces INVITE to 200", "replaces_ms", 5, "p99",
         "replaces_ms"),
        ("Replaces INVITE to the caller's first packet",
         "first_packet_ms", 25, "p99", "first_to_caller_ms"),
        ("the caller's longest silence", "silence_ms", 40, "max",
         "silence_ms"),
    ]
    out = []
    for figure, name, limit, of, own_name in figures:
        out.append(row(figure, summary[name], limit, of))
        out.append(row(figure + ", baton_stats", own[own_name], None, of))
    out.append(row("Replaces INVITE to BYE of the consultation",
                   summary["ai_bye_ms"], None, "p99"))
    return out


def own_figures(host):
    """What baton_stats says, in the form of the simulator's summary."""
    told = json.loads(host.control.command("baton_stats"))["latency"]
    return {name: dict(x, n=x["count"]) if x["count"] else None
            for name, x in told.items()}


def certificate(folder):
    """A key and a certificate of its own, for TLS and SRTP."""
    path = os.path.join(folder, "phone.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=phone.example.org", "-keyout", path + ".key", "-out",
         path + ".crt"], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=60)
    with open(path, "w") as out:
        for part in (".key", ".crt"):
            with open(path + part) as f:
                out.write(f.read())
    return path


def secure(folder):
    """The same over SIP/TLS with SRTP, for information."""
    os.mkdir(folder)
    host = Host(folder, lines=["sip_transports udp,tcp,tls",
                               "sip_certificate " + certificate(folder)],
                modules=["srtp.so"], account=";mediaenc=srtp-mand")
    host.start()
    try:
        summary = hand_over(host, ["--transport", "tls", "--srtp", "sdes"],
                            "tls")
    finally:
        host.stop()
    return [
        row("Replaces INVITE to 200, TLS and SRTP", summary["replaces_ms"],
            None, "p99"),
        row("Replaces INVITE to the caller's first packet, TLS and SRTP",
            summary["first_packet_ms"], None, "p99"),
        row("the caller's longest silence, TLS and SRTP",
            summary["silence_ms"], None, "max"),
    ]


def beside_flood(folder, limited):
    """A call beside INVITEs of somebody who may not consult."""
    os.mkdir(folder)
    host = Host(folder, lines=[
        "baton_allow_from ip:127.0.0.1", "baton_stranger reject",
        "baton_rate_limit %d" % (10 if limited else 0)])
    host.start()
    path = os.path.join(folder, "small.json")
    with open(path, "wb") as f:
        f.write(contexts.normal_form(2048))

    def consultations():
        count = int(RINGS_A_SECOND) * (flood.SECONDS - 1)
        _, summary = simulate(host, ring_options(count, "udp", 60) +
                              ["--context", path])
        return summary["ring_ms"]
    try:
        return flood.measure(host, consultations, limited)
    finally:
        host.stop()


def attempt(out, figure, function, *args):
    """Adds what could be measured, or why it could not."""
    print("measuring: " + figure, file=sys.stderr, flush=True)
    try:
        got = function(*args)
        out.extend(got if isinstance(got, list) else [got])
    except (Missing, subprocess.TimeoutExpired, OSError,
            RuntimeError) as why:
        out.append({"figure": figure, "missing": str(why)})


def measure(folder):
    """All figures, in the order of the table."""
    out = []

    alone = os.path.join(folder, "alone")
    os.mkdir(alone)
    host = Host(alone, baton=False)
    try:
        host.start()
        attempt(out, "INVITE to 180, the host without Baton", rings, host,
                "INVITE to 180, the host without Baton", None, None, "udp",
                None)
    finally:
        host.stop()

    with_baton = os.path.join(folder, "baton")
    os.mkdir(with_baton)
    host = Host(with_baton)
    try:
        host.start()
        attempt(out, "INVITE to 180, no context", rings, host,
                "INVITE to 180, no context", None, None, "udp", 10)
        attempt(out, "INVITE to 180, small context", rings, host,
                "INVITE to 180, small context", "small.json",
                contexts.normal_form(2048), "udp", 10)
        attempt(out, "INVITE to 180, biggest context over TCP",
                lambda: rings(host, "INVITE to 180, biggest context over TCP",
                              "big.json", biggest(host), "tcp", 10))
        attempt(out, "INVITE to 180, vCon of 1 MiB, gzip",
                lambda: rings(host, "INVITE to 180, vCon of 1 MiB, gzip",
                              "big.vcon.gz",
                              contexts.vcon_gzip(VCON_SIZE, VCON_GZIP_MAX),
                              "tcp", 10))
    finally:
        host.stop()

    # One of its own: what it counts is of these hand-offs only
    folder_of_handoffs = os.path.join(folder, "handoffs")
    os.mkdir(folder_of_handoffs)
    host = Host(folder_of_handoffs)
    try:
        host.start()
        attempt(out, "Replaces INVITE to 200", handoffs, host)
    finally:
        host.stop()

    attempt(out, "Replaces INVITE to 200, TLS and SRTP", secure,
            os.path.join(folder, "secure"))
    attempt(out, mix.MIXED, mix.measure, os.path.join(folder, "mix"), row)

    return out


def mixing(folder):
    """What the phone needs for it."""
    out = []
    attempt(out, mix.THREE, mix.measure_cpu, folder)
    return out


def floods(folder):
    """Both of them, each with a phone of its own."""
    out = []
    attempt(out, "a flood beside a call, with a rate limit", beside_flood,
            os.path.join(folder, "limited"), True)
    attempt(out, "a flood beside a call, without a rate limit",
            beside_flood, os.path.join(folder, "unlimited"), False)
    return out


def verdict(entry):
    if entry["ok"] is None:
        return "-"
    return "yes" if entry["ok"] else "over the limit"


def print_lines(lines):
    widths = [max(len(line[i]) for line in lines)
              for i in range(len(lines[0]))]
    for line in lines:
        print(" | ".join(
            cell.ljust(width) if i in (0, len(line) - 1)
            else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths))).rstrip())


def print_table(out):
    lines = [("figure", "p50", "p99", "max", "limit", "n", "ok")]
    for x in out:
        if "missing" in x:
            lines.append((x["figure"], "-", "-", "-", "-", "0",
                          "NOT MEASURED"))
            continue
        limit = "-" if x["limit"] is None else "%s %g" % (x["limit_of"],
                                                          x["limit"])
        figure = x["figure"]
        if "invite_bytes" in x:
            figure += " (%d bytes)" % x["invite_bytes"]
        lines.append((figure, "%.1f" % x["p50"], "%.1f" % x["p99"],
                      "%.1f" % x["max"], limit, str(x["n"]), verdict(x)))
    print_lines(lines)
    for x in out:
        if "missing" in x:
            print("not measured: %s: %s" % (x["figure"], x["missing"]))
        elif "note" in x:
            print("note: %s: %s" % (x["figure"], x["note"]))


def main():
    for name in ("BARESIP", "MODULE_PATH", "SIM", "BENCH_JSON",
                 "CONTEXT_BENCH"):
        if not os.environ.get(name):
            print("bench.py: %s is not set, use run.sh" % name,
                  file=sys.stderr)
            return 2

    folder = tempfile.mkdtemp(prefix="baton-bench-")
    try:
        print("measuring: reading alone", file=sys.stderr, flush=True)
        alone = reading.measure(folder)
        out = measure(folder)
        flooded = floods(folder)
        mixed = mixing(os.path.join(folder, "mixing"))
    except RuntimeError as why:
        print("bench: " + str(why), file=sys.stderr)
        try:
            with open(os.path.join(folder, "baton", "baresip.log"),
                      errors="replace") as f:
                sys.stderr.write(f.read()[-2000:])
        except OSError:
            pass
        return 1
    finally:
        if os.environ.get("BENCH_KEEP"):
            print("logs: " + folder, file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)

    print("milliseconds, baresip %s" %
          os.environ.get("BARESIP_VERSION", "?"))
    print_table(out)
    print("\nreading alone: medians; json-c parses the same bytes in turn; "
          "memory is the peak\nin sizes of the text, the text itself "
          "included")
    print_lines(reading.lines(alone))
    print()
    print_lines(mix.lines(mixed))
    print()
    print_lines(flood.lines(flooded))
    for x in mixed:
        if "missing" in x:
            print("not measured: %s: %s" % (x["figure"], x["missing"]))
    for x in flooded:
        if "missing" in x:
            print("not measured: %s: %s" % (x["figure"], x["missing"]))
        elif "note" in x:
            print("note: %s: %s" % (x["flood"], x["note"]))
    with open(os.environ["BENCH_JSON"], "w") as f:
        json.dump({"unit": "ms", "cpus": os.cpu_count(),
                   "baresip": os.environ.get("BARESIP_VERSION"),
                   "figures": out, "reading": alone,
                   "flood": flooded, "mix_cpu": mixed}, f, indent=1)
        f.write("\n")

    return 1 if any("missing" in x
                    for x in out + alone + flooded + mixed) else 0


if __name__ == "__main__":
    sys.exit(main())
