#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/TRAP-TESTS.md against what it describes: its commands answer what it shows, and its C is that of
examples/trap-test, which is compiled and run. Times are reported.

Usage: trap_tests_md.py SOURCE_ROOT ENTRESOL
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

root, entresol = pathlib.Path(sys.argv[1]), sys.argv[2]
QUESTIONS = 10
ENVIRONMENT = dict(os.environ, NO_COLOR="1")


def ask(command):
    """What the command prints, and the shortest of three times in milliseconds."""
    words = [entresol if w == "entresol" else w for w in shlex.split(command)]
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
        times.append(1000 * (time.perf_counter() - start))
    return result.stdout + result.stderr, min(times)


def check_question(number, section, examples):
    """Yields what is wrong with a section '### N. ...'."""
    shown = re.search(r"^```console\n\$ ([^\n]*)\n(.*?)^```", section, re.M | re.S)
    test = re.search(r"^```c\n(.*?)^```", section, re.M | re.S)
    if not shown or not test or "Decided in DDI 0487" not in section:
        yield "no command, no test, or nothing that decides"
        return
    answer, milliseconds = ask(shown.group(1))
    print(f"{number:2} {milliseconds:6.1f} ms  {shown.group(1)}")
    if answer != shown.group(2):
        yield f"answers now:\n{answer}"
    name = re.match(r"static void (\w+)\(", test.group(1))
    if not name or f"cmocka_unit_test({name.group(1)})" not in examples:
        yield "its test is not among those of examples/trap-test"
    statements = re.findall(r"^\t(?!struct|\(void\)|cpu_at|\t)\S.*;$", test.group(1), re.M)
    if len(statements) > 4:
        yield "its test has more than five lines: that is no answer any more"


def main():
    text = (root / "docs/TRAP-TESTS.md").read_text()
    sources = sorted((root / "examples/trap-test").glob("*.c"))
    examples = "\n".join(source.read_text() for source in sources)
    failures, numbers = [], []
    for block in re.findall(r"^```c\n(.*?)^```", text, re.M | re.S):
        if block not in examples:
            failures.append(f"not in examples/trap-test:\n{block}")
    for section in re.split(r"^(?=### )", text, flags=re.M)[1:]:
        number = int(re.match(r"### (\d+)\. ", section).group(1))
        section = re.split(r"^## ", section, flags=re.M)[0]
        numbers.append(number)
        failures += [f"question {number}: {what}" for what in check_question(number, section, examples)]
    if numbers != list(range(1, QUESTIONS + 1)):
        failures.append(f"the questions are {numbers}")
    print("\n".join(failures))
    return bool(failures)


sys.exit(main())
