#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of sysreg.def is assembled by its name, and the encoding must be the row's columns.
Usage: sysreg_names.py ROOT
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import tree

PREFIX = "aarch64-linux-gnu-"
ARCH = "armv8.8-a+sve+sme+memtag"
ROW = re.compile(r"^SYSREG\( *(\w+), *(\d+), *(\d+), *(\d+), *(\d+), *(\d+), *(\w+),", re.M)
# Names that binutils does not have, with the reason. One that it has fails.
NOT_IN_BINUTILS = {
    r"ID_RES_C\d_\d_EL1|ID_AA64(PFR2|FPFR0|DFR2|ISAR3|MMFR[34])_EL1":
        "unallocated ID registers have no name, later ones none in binutils 2.40",
}


def assembly(name, op0, access):
    if op0 == 1:
        kind, _, operation = name.partition("_")
        takes_register = not operation.startswith(("ALL", "VMALL", "IALL"))
        return f"{kind} {operation}{', x0' if takes_register else ''}"
    return f"msr {name}, x0" if access.startswith("WO") else f"mrs x0, {name}"


def assemble(lines):
    """The words of the lines, and the numbers (from 0) of the lines that binutils refused."""
    with tempfile.TemporaryDirectory() as folder:
        source, obj, raw = (pathlib.Path(folder, name) for name in ("a.s", "a.o", "a.bin"))
        source.write_text("\n".join([f".arch {ARCH}"] + lines) + "\n")
        result = subprocess.run([PREFIX + "as", source, "-o", obj], capture_output=True, text=True)
        if result.returncode != 0:
            refused = {int(n) - 2 for n in re.findall(r":(\d+): Error", result.stderr)}
            if not refused or -1 in refused:
                sys.exit(f"{PREFIX}as failed: {result.stderr}")
            return [], refused
        subprocess.run([PREFIX + "objcopy", "-O", "binary", obj, raw], check=True)
        return [word for word, in struct.iter_unpack("<I", raw.read_bytes())], set()


def main():
    text = (pathlib.Path(sys.argv[1]) / "sysregs" / "sysreg.def").read_text()
    rows = [(name, *map(int, numbers), access)
            for name, *numbers, access in ROW.findall(text)]
    failures, encodings, used = [], {}, set()
    if len(rows) != len(re.findall(r"^SYSREG\(", text, re.M)):
        failures.append("sysreg.def has rows that this test cannot read")
    rows = [row for row in rows if row[1] != 0]  # op0 = 0: behind another name, ICV_PMR_EL1

    _, refused = assemble([assembly(row[0], row[1], row[6]) for row in rows])
    for number in refused:
        reasons = [pattern for pattern in NOT_IN_BINUTILS if re.fullmatch(pattern, rows[number][0])]
        used |= set(reasons)
        if not reasons:
            failures.append(f"{rows[number][0]}: binutils does not know this name")
    failures += [f"stale reason: {pattern}" for pattern in NOT_IN_BINUTILS.keys() - used]
    known = [row for number, row in enumerate(rows) if number not in refused]
    words, _ = assemble([assembly(row[0], row[1], row[6]) for row in known])

    for row, word in zip(known, words, strict=True):
        got = tuple(word >> shift & mask for shift, mask in
                    ((19, 3), (16, 7), (12, 15), (8, 15), (5, 7)))
        if got != row[1:6]:
            failures.append(f"{row[0]}: the row says {row[1:6]}, binutils {got}")
    for row in rows:
        for direction in {"RO": "R", "WO": "W"}.get(row[6][:2], "RW"):
            first = encodings.setdefault((row[1:6], direction), row[0])
            if first != row[0]:
                failures.append(f"{row[0]} has the encoding of {first}")
    return tree.report("registers", failures, len(rows))


sys.exit(main())
