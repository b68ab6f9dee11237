"""Reading alone, without a host: time beside json-c's own parse, memory.

Each figure is the median of many runs in turn with json-c on the same bytes;
memory is the highest resident size of a process that does nothing else, less
that of one which does nothing at all, so the input itself counts.
"""

import gzip
import json
import os
import subprocess

import contexts

SIZE = 1 << 20
TIMES = 2.0                 # json-c's own time
MEMORY = 4.0                # the text's own size


def _run(*args):
    run = subprocess.run([os.environ["CONTEXT_BENCH"]] + list(args),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, timeout=300)
    if run.returncode:
        raise RuntimeError(run.stderr.strip() or "it ended with %d" %
                           run.returncode)
    return run.stdout


def _memory(reader, path, media):
    """KiB, the median of five processes."""
    return sorted(int(_run("memory", reader, path, media))
                  for _ in range(5))[2]


def _figure(name, path, media, plain=None, kind="plain", times=TIMES,
            memory=MEMORY):
    got = json.loads(_run("time", kind, path, media, plain or path))
    out = {"figure": name, "bytes": got["bytes"], "n": got["runs"],
           "ms": got["ours"], "ms_best": got["ours_best"],
           "jsonc_ms": got["jsonc"], "jsonc_ms_best": got["jsonc_best"],
           "times": got["times"], "times_limit": times}
    if kind == "plain":
        size = os.path.getsize(plain or path)
        used = _memory("ours", path, media) - _memory("none", path, media)
        out["memory"] = used * 1024 / size
        out["memory_limit"] = memory
    out["ok"] = None if times is None else (
        out["times"] <= times and
        (memory is None or out.get("memory", 0) <= memory))
    return out


def measure(folder):
    """All figures; one that could not be measured says why."""
    def write(name, data):
        path = os.path.join(folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    vcon = write("turns.vcon", contexts.vcon(SIZE))
    transcript = write("transcript.vcon", contexts.vcon_transcript(SIZE))
    wide = write("wide.vcon", contexts.vcon_wide(SIZE))
    normal = write("normal.json", contexts.normal_form(SIZE))
    packed = write("turns.vcon.gz", gzip.compress(contexts.vcon(SIZE), 9,
                                                  mtime=0))
    out = []
    for name, path, media, more in (
            ("vCon, text dialogs", vcon, "application/vcon", {}),
            ("vCon, one transcript", transcript, "application/vcon", {}),
            ("vCon, indented, not ASCII", wide, "application/vcon", {}),
            ("normal form", normal, "application/json", {}),
            ("vCon, gzip (json-c: plain)", packed, "application/vcon+gzip",
             {"plain": vcon, "times": None}),
            ("vCon, signed (json-c: plain)", vcon, "application/vcon",
             {"kind": "signed", "times": None})):
        try:
            out.append(_figure(name, path, media, **more))
        except (RuntimeError, OSError, ValueError, KeyError,
                subprocess.TimeoutExpired) as why:
            out.append({"figure": name, "missing": str(why)})
    return out


def _verdict(x):
    if x["ok"] is None:
        return "-"
    return "yes" if x["ok"] else "over the limit"


def lines(out):
    """The rows of the table, its head first."""
    rows = [("1 MiB to normal form", "bytes", "ms", "json-c", "times",
             "memory", "n", "ok")]
    for x in out:
        if "missing" in x:
            rows.append((x["figure"], "-", "-", "-", "-", "-", "0",
                         "NOT MEASURED: " + x["missing"]))
            continue
        memory = "%.2f" % x["memory"] if "memory" in x else "-"
        rows.append((x["figure"], str(x["bytes"]), "%.2f" % x["ms"],
                     "%.2f" % x["jsonc_ms"], "%.2f" % x["times"], memory,
                     str(x["n"]), _verdict(x)))
    rows.append(("limit", "", "", "", "%g" % TIMES, "%g" % MEMORY, "", ""))
    return rows
