# SPDX-License-Identifier: Apache-2.0
"""rows_executed.py CPU-FOLDER ROWS-FILE: fails for a row of a64.def that no recording test executed
(tests/rows_recorder.c)."""
import pathlib
import re
import sys


def main():
    cpu, recorded = map(pathlib.Path, sys.argv[1:3])
    rows = []
    for name in re.findall(r'#include "cpu/(.*)"', (cpu / "a64.def").read_text()):
        rows += re.findall(r"^(?:INSN|HINT)\(\s*(\w+)", (cpu / name).read_text(), re.M)
    executed = set(recorded.read_text().split()) if recorded.exists() else set()
    missing = [row for row in rows if row not in executed]
    for row in missing:
        print(f"row {row} is executed by no test")
    print(f"{len(rows) - len(missing)} of {len(rows)} rows are executed")
    return bool(missing) or not rows


sys.exit(main())
