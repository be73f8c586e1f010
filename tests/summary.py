#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The closing words of ./dev test: what failed, with its output, or was skipped, and why; then the
counts over all JUnit files of ctest. Usage: summary.py [--broken STEP]... FILE.xml...

Exit code 1 when a test failed, a step broke off (which counts as a failure), or nothing ran.
"""
import argparse
import pathlib
import xml.etree.ElementTree

OUTPUT_LINES = 30


def cases(path):
    """(preset, test, passed|failed|skipped, why or output) of each test of one run."""
    preset = pathlib.Path(path).stem.removeprefix("ctest-")
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        status, skipped = case.get("status"), case.find("skipped")
        why = skipped.get("message", "") if skipped is not None else ""
        said = (case.findtext("system-out") or "").strip().splitlines()
        if status == "run":
            yield preset, case.get("name"), "passed", ""
        elif status == "disabled" or (status == "notrun" and why.startswith("SKIP_")):
            # What the test said last is the better reason.
            yield preset, case.get("name"), "skipped", ": " + (said[-1] if said else why)
        else:
            yield preset, case.get("name"), "failed", "".join(
                f"\n    {line}" for line in said[-OUTPUT_LINES:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broken", action="append", default=[], help="a step that broke off")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for path in options.files:
        for preset, name, outcome, why in cases(path):
            counts[outcome] += 1
            if outcome != "passed":
                print(f"{outcome}: {name} ({preset}){why}")
    for step in options.broken:
        counts["failed"] += 1
        print(f"failed: {step}")
    print(", ".join(f"{number} {outcome}" for outcome, number in counts.items()))
    return bool(counts["failed"] or not counts["passed"])


raise SystemExit(main())
