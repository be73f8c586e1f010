# SPDX-License-Identifier: Apache-2.0
"""rows_executed.py PROJECT ROWS-FILE: fails for a row of a64.def that no recording test executed
(tests/rows_recorder.c), and for one that neither diff.random executed nor, if tests/diff/excluded.def
excludes it there, one of the tests named in its place."""
import fnmatch
import pathlib
import re
import sys


def rows_of(cpu):
    rows = []
    for name in re.findall(r'#include "cpu/(.*)"', (cpu / "a64.def").read_text()):
        rows += re.findall(r"^(?:INSN|HINT)\(\s*(\w+)", (cpu / name).read_text(), re.M)
    return rows


def compared_by(row, excluded):
    """The tests that compare the row with QEMU."""
    for patterns, tests in excluded:
        if any(fnmatch.fnmatchcase(row, pattern) for pattern in patterns.split()):
            return set(re.findall(r"\w+\.\w+", tests))
    return {"diff.random"}


def main():
    project, recorded = map(pathlib.Path, sys.argv[1:3])
    rows = rows_of(project / "cpu")
    excluded = re.findall(r'^EXCLUDED\( "([^"]*)",[^"]*"[^"]*",[^"]*"([^"]*)"',
                          (project / "tests/diff/excluded.def").read_text(), re.M)
    tests_of = {row: set() for row in rows}
    for line in recorded.read_text().splitlines() if recorded.exists() else ():
        test, row = line.split()
        tests_of[row].add(test)
    failures = 0
    for row in rows:
        compare = compared_by(row, excluded)
        if not tests_of[row]:
            print(f"row {row} is executed by no test")
        elif not tests_of[row] & compare:
            print(f"row {row} is not compared with QEMU: not executed by {', '.join(sorted(compare))}")
        else:
            continue
        failures += 1
    print(f"{len(rows) - failures} of {len(rows)} rows are executed and compared with QEMU")
    return failures > 0 or not rows


sys.exit(main())
