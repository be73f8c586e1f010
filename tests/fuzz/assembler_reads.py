#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of a64.def as binutils reads it: random words of each row are assembled as data and
disassembled, and the mnemonic must be one that the row lists.

Usage: assembler_reads.py ENTRESOL_DECODE_WORDS [WORDS_PER_ROW]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# Words that binutils does not read as the row does, by (row, mnemonic), with the reason. A reason
# that explains nothing fails.
REASONS = {
}
PREFIX = "aarch64-linux-gnu-"


def disassemble(words):
    with tempfile.TemporaryDirectory() as folder:
        source, obj = pathlib.Path(folder, "words.s"), pathlib.Path(folder, "words.o")
        source.write_text(".arch armv8.1-a\n" + "".join(f".inst 0x{w}\n" for w in words))
        subprocess.run([PREFIX + "as", str(source), "-o", str(obj)], check=True)
        text = subprocess.run([PREFIX + "objdump", "-d", str(obj)], capture_output=True, text=True,
                              check=True).stdout
    return re.findall(r"^\s*[0-9a-f]+:\t[0-9a-f]{8} \t(\S+)", text, re.M)


def main():
    count = sys.argv[2] if len(sys.argv) > 2 else "40"
    dump = subprocess.run([sys.argv[1], "--dump", count], capture_output=True, text=True, check=True)
    rows = [line.split(" ", 2) for line in dump.stdout.splitlines()]
    mnemonics = disassemble([word for word, _, _ in rows])
    failures, seen = 0, set()
    if len(mnemonics) != len(rows):
        sys.exit(f"{len(rows)} words, but {len(mnemonics)} disassembled")
    for (word, row, listed), mnemonic in zip(rows, mnemonics):
        if mnemonic in listed.split() or "*" in listed.split():
            continue
        if (row, mnemonic) in REASONS:
            seen.add((row, mnemonic))
            continue
        print(f"{word}: {row} is '{mnemonic}' for binutils")
        failures += 1
    for key in set(REASONS) - seen:
        print(f"stale reason: {key}")
        failures += 1
    print(f"{len(rows)} words of {len({row for _, row, _ in rows})} rows, {failures} failures")
    return failures > 0 or not rows


sys.exit(main())
