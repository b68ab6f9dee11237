"""Each dialect and version of context: bytes in, normal form out.

tests/golden/KIND/NAME.in is what comes on the wire, NAME.out what is made of
it, NAME.args what comes beside it. Run as a program with the paths of .in
files, it writes their .out, to be looked at before they are believed.
"""

import glob
import json
import os
import subprocess
import sys

import jsonschema
import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
GOLDEN = os.path.join(TOP, "tests", "golden")
DUMP = os.path.join(os.path.abspath(os.environ.get("B", "build")), "bin",
                    "context-dump")
KINDS = ("vcon", "json", "uui", "header", "multipart", "jws")
INPUTS = sorted(os.path.relpath(p, GOLDEN) for p in
                glob.glob(os.path.join(GOLDEN, "*", "*.in")))


def args_of(name):
    """What comes beside the bytes: the one line of NAME.args"""
    path = os.path.join(GOLDEN, name[:-3] + ".args")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [f.read().rstrip("\n")]


def dump(name):
    """What the readers make of tests/golden/`name`"""
    run = subprocess.run(
        [DUMP, os.path.dirname(name), name] + args_of(name), cwd=GOLDEN,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 0, run.stderr.decode(errors="replace")
    return json.loads(run.stdout.decode("utf-8"))


def contexts_of(out):
    if "context" in out:
        yield out["context"]
    for part in out.get("parts", []):
        yield from contexts_of(part)


@pytest.fixture(scope="module")
def validator():
    path = os.path.join(TOP, "share", "context.schema.json")
    with open(path, encoding="utf-8") as f:
        return jsonschema.Draft202012Validator(json.load(f))


def test_all_kinds_are_known():
    assert {os.path.dirname(n) for n in INPUTS} <= set(KINDS)
    # What belongs to no .in is a slip
    known = {n[:-3] for n in INPUTS}
    for path in glob.glob(os.path.join(GOLDEN, "*", "*.out")) + glob.glob(
            os.path.join(GOLDEN, "*", "*.args")):
        name = os.path.relpath(path, GOLDEN).rsplit(".", 1)[0]
        assert name in known, path + " has no .in"


@pytest.mark.parametrize("kind,least", [
    ("vcon", 25), ("json", 12), ("multipart", 6)])
def test_there_are_enough(kind, least):
    assert len([n for n in INPUTS if n.startswith(kind + "/")]) >= least


@pytest.mark.parametrize("name", INPUTS)
def test_golden(validator, name):
    want_path = os.path.join(GOLDEN, name[:-3] + ".out")
    assert os.path.exists(want_path), "no " + name[:-3] + ".out"
    with open(want_path, encoding="utf-8") as f:
        want = json.load(f)

    got = dump(name)
    assert got == want
    for context in contexts_of(got):
        assert [e.message for e in validator.iter_errors(context)] == []


def write(paths):
    for path in paths:
        name = os.path.relpath(os.path.abspath(path), GOLDEN)
        with open(os.path.join(GOLDEN, name[:-3] + ".out"), "w",
                  encoding="utf-8") as f:
            json.dump(dump(name), f, indent=1, ensure_ascii=False)
            f.write("\n")


if __name__ == "__main__":
    write(sys.argv[1:])
