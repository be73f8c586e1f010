#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a JUnit report as strictly as the usual schema, and what JSON says of the same run.

Usage: junit_check.py XML JSON|- SCENARIOS TESTS FAILURES
"""
import json
import sys
import xml.etree.ElementTree as tree

SUITE = {"name", "package", "id", "tests", "failures", "errors", "time", "timestamp", "hostname"}
ORDER = ["properties", "testcase", "system-out", "system-err"]


def check(holds, what):
    if not holds:
        sys.exit(f"junit_check.py: {what}")


def check_suite(suite):
    check(suite.tag == "testsuite" and set(suite.attrib) == SUITE, f"testsuite {suite.attrib}")
    tags = [child.tag for child in suite]
    check(tags == sorted(tags, key=ORDER.index), f"the order of {tags}")
    cases = suite.findall("testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    check(len(cases) == int(suite.get("tests")), "tests= is not how many there are")
    check(len(failed) == int(suite.get("failures")), "failures= is not how many there are")
    names = [case.get("name") for case in cases]
    check(len(set(names)) == len(names), f"names that are not unique: {names}")
    for case in cases:
        check(set(case.attrib) == {"classname", "name", "time"}, f"testcase {case.attrib}")
        check(float(case.get("time")) >= 0, "time=")
    for case in failed:
        failure = case.find("failure")
        check(set(failure.attrib) == {"type", "message"}, f"failure {failure.attrib}")
        check(failure.text.startswith("entresol verify "), "a failure without its command")
    return len(cases), len(failed)


def main():
    root = tree.parse(sys.argv[1]).getroot()
    suites, tests, failures = (int(number) for number in sys.argv[3:6])
    check(root.tag == "testsuites", "the root")
    counts = [check_suite(suite) for suite in root]
    check(len(counts) == suites, f"{len(counts)} suites")
    check(sum(count[0] for count in counts) == tests, f"{counts} tests")
    check(sum(count[1] for count in counts) == failures, f"{counts} failures")
    if sys.argv[2] == "-":
        return
    with open(sys.argv[2], encoding="utf-8") as file:
        answer = json.load(file)
    check(len(answer["scenarios"]) == suites, "scenarios of JSON")
    check(sum(len(s["tests"]) for s in answer["scenarios"]) == tests, "tests of JSON")
    check(answer["instructions"] == sum(t["instructions"] for s in answer["scenarios"] for t in s["tests"]),
          "instructions of JSON")
    check(all(count == 0 for count in answer["rules"].values()) == (failures == 0), "rules of JSON")


main()
