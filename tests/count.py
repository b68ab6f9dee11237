"""Says what failed and what was skipped in a run of pytest.

usage: count.py JUNIT-XML EXIT-CODE FOLDER LOG
Its last line is for check.sh: passed, failed and skipped.
"""

import os
import sys
import xml.etree.ElementTree as tree


def main(path, code, folder, log):
    tests = {}
    if os.path.exists(path):
        for case in tree.parse(path).iter("testcase"):
            name = "%s::%s" % (case.get("classname"), case.get("name"))
            entry = tests.setdefault(name, {"state": "passed", "why": "",
                                            "log": ""})
            for kept in case.iter("property"):
                if kept.get("name") == "kept_log":
                    entry["log"] = kept.get("value")
            for child in case:
                if child.tag in ("failure", "error"):
                    # The failure of a test tells more than its clean-up's
                    if entry["state"] != "failed":
                        entry["state"] = "failed"
                        entry["why"] = child.text or child.get("message")
                elif child.tag == "skipped" and entry["state"] != "failed":
                    entry["state"] = "skipped"
                    entry["why"] = child.get("message") or ""
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for name, entry in tests.items():
        count[entry["state"]] += 1
        if entry["state"] == "skipped":
            print("    skipped %s: %s" % (name, entry["why"]))
        if entry["state"] == "failed":
            print("  FAIL  tests/%s: %s" % (folder, name))
            lines = (entry["why"] or "").strip().splitlines()
            for line in lines[-12:]:
                print("        " + line[:160])
            print("        log: %s" % (entry["log"] or log))
    if code not in (0, 1) or not tests or (code and not count["failed"]):
        print("  FAIL  tests/%s: pytest ended with %d, end of %s:" % (
            folder, code, log))
        with open(log, "rb") as f:
            for line in f.read().decode("utf-8", "replace") \
                    .splitlines()[-20:]:
                print("        " + line)
        count["failed"] += 1
    print("    %s: %d passed, %d failed, %d skipped" % (
        folder, count["passed"], count["failed"], count["skipped"]))
    print("%d %d %d" % (count["passed"], count["failed"], count["skipped"]))


main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
