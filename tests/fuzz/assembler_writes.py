#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The assembler of `entresol explain` against binutils: each row of asm.def with operands from every
kind, each register and operation of sysreg.def, must give the same word.

Usage: assembler_writes.py ROOT ENTRESOL_FUZZ_ASSEMBLE
"""
import itertools
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

PREFIX = "aarch64-linux-gnu-"
ARCH = "armv8.8-a+sve+sme+memtag+crypto+profile+ras+pauth"
ROW = re.compile(r'^ASM\( "([\w.]+)", +"([^"]*)", +(0x[0-9a-f]{8}) \);?$', re.M)
REGISTER = re.compile(r"^SYSREG\( *(\w+), *(\d+), *(\d+), *(\d+), *(\d+), *(\d+), *(\w+),", re.M)
GENERAL = ["x0", "x7", "x30"]
BARRIERS = "oshld oshst osh nshld nshst nsh ishld ishst ish ld st sy #0 #4 15".split()
FIELDS = [f"{name}, #{value}" for name in ("uao", "pan", "spsel", "ssbs", "dit") for value in (0, 1)]
FIELDS += [f"{name}, #{value}" for name in ("daifset", "daifclr") for value in range(16)]


def samples(kind, width, mnemonic, registers):
    """Texts of an operand."""
    if kind == "i":
        return [f"#{value}" for value in (0, 1, 5, (1 << width) - 1) if value < 1 << width] + ["0x1"]
    if kind == "r":
        return [name for name, op0, _ in registers if op0 > 1] + ["S3_3_C15_C9_7", "S2_0_C0_C15_7"]
    if kind == "o":
        return [name.split("_", 1)[1] for name, op0, _ in registers
                if op0 == 1 and name.startswith(mnemonic.upper() + "_")]
    return {"x": GENERAL + ["xzr", "XZR"], "z": GENERAL + ["sp"], "b": BARRIERS, "f": FIELDS,
            "c": ["C0", "c15"], "v": ["v0.16b", "v31.16b"]}.get(kind) or [kind + "0", kind + "31"]


def lines_of(mnemonic, operands, registers):
    if operands.startswith("f"):
        return [f"{mnemonic} {text}" for text in FIELDS]
    required, _, optional = operands.partition("?")
    lines = []
    for text in {required.strip(), (required + optional).strip()}:
        parts = re.split(r"('\w+'|[a-z]\d*(?:\.\d+)?)", text)
        for choice in itertools.product(*(
                [part] if not part[:1].isalpha() and part[:1] != "'" else [part.strip("'")]
                if part[0] == "'" else samples(
                    part[0], int(part.partition(".")[2] or 0), mnemonic, registers)
                for part in parts)):
            line = f"{mnemonic} {''.join(choice)}".strip()
            if mnemonic in ("tlbi", "at", "dc", "ic", "cfp", "dvp", "cpp"):
                has_none = re.match(r"ALL|VMALL|IALL", line.split()[1].rstrip(","))
                if bool(has_none) == ("," in line):
                    continue
            lines.append(line)
    return lines


def by_encoding(line, generic):
    """The line with S3_0_C0_C7_4 for a register: newer names are not in binutils (lint.sysreg_names
    knows which)."""
    return re.sub(r"\w+", lambda word: generic.get(word.group(), word.group()), line)


def binutils(lines, generic):
    """The words of the lines, None for those refused."""
    with tempfile.TemporaryDirectory() as folder:
        source, obj, raw = (pathlib.Path(folder, name) for name in ("a.s", "a.o", "a.bin"))

        def assemble(kept):
            source.write_text("\n".join([f".arch {ARCH}"] + kept) + "\n")
            result = subprocess.run([PREFIX + "as", source, "-o", obj], capture_output=True, text=True)
            return {int(n) - 2 for n in re.findall(r":(\d+): Error", result.stderr)}
        unknown = assemble(lines)
        lines = [by_encoding(line, generic) if n in unknown else line for n, line in enumerate(lines)]
        refused = assemble(lines)
        if assemble([line for n, line in enumerate(lines) if n not in refused]):
            sys.exit(f"{PREFIX}as failed")
        subprocess.run([PREFIX + "objcopy", "-O", "binary", obj, raw], check=True)
        words = iter(f"{word:08x}" for word, in struct.iter_unpack("<I", raw.read_bytes()))
        return [None if n in refused else next(words) for n in range(len(lines))]


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    table = (root / "explain" / "asm.def").read_text()
    rows = ROW.findall(table)
    if len(rows) != len(re.findall(r"^ASM\(", table, re.M)):
        sys.exit("asm.def has rows that this test cannot read")
    named = REGISTER.findall((root / "sysregs" / "sysreg.def").read_text())
    registers = [(name, int(op0), access) for name, op0, *_, access in named]
    generic = {name: f"S{op0}_{op1}_C{crn}_C{crm}_{op2}" for name, op0, op1, crn, crm, op2, _ in named}
    lines = [line for mnemonic, operands, _ in rows
             for line in lines_of(mnemonic, operands, registers)]
    ours = subprocess.run([program, "--lines"], input="\n".join(lines) + "\n", capture_output=True,
                          text=True, check=True).stdout.splitlines()
    failures = 0
    for line, got, wanted in zip(lines, ours, binutils(lines, generic), strict=True):
        if got != wanted:
            print(f"{line}: {got}, binutils {wanted or 'refuses it'}")
            failures += 1
    print(f"{len(lines)} lines of {len(rows)} rows, {failures} failures")
    return failures > 0


sys.exit(main())
