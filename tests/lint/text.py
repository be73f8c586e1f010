#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules about text: length, SPDX line, no machine's paths, no conditions in tables.
Usage: text.py ROOT
"""
import pathlib
import re
import sys

import tree

MAX_LINES = 800
C = {".c", ".h"}
PICTURES = {".png"}
SOURCES = C | {".S", ".def", ".py", ".sh", ".gdb", ".step", ".inc", ".ld", ".cmake", ".scenario"}
TEXT = SOURCES | {".svg", ".in", ".md", ".txt", ".json", ".bash", ".1", ""}
MACHINE_PATHS = re.compile(r"(?:^|[\s\"'=(:])/(?:work|home|root)/|\.library\b")


def lines_that(pattern, text, what):
    return [(n, what) for n, line in enumerate(text.split("\n"), 1) if pattern.search(line)]


def check(path, text):
    """Yields (line, what) for each rule that the file breaks."""
    suffix = path.suffix
    is_lint = path.parts[:2] == ("tests", "lint")
    if suffix in SOURCES and "SPDX-License-Identifier: Apache-2.0" not in text[:200]:
        yield 1, "no SPDX line"
    if suffix in C and text.count("\n") > MAX_LINES:
        yield MAX_LINES, f"more than {MAX_LINES} lines"
    if suffix == ".def":
        yield from lines_that(re.compile(r"^\s*#\s*(if|else|elif)"), text,
                              "a condition around rows: the feature column is for that")
    if not is_lint:
        yield from lines_that(MACHINE_PATHS, text, "a path of some machine")


def main():
    root = pathlib.Path(sys.argv[1])
    failures, checked = [], 0
    for path in tree.files(root):
        if path.suffix in TEXT and path.name != "LICENSE":
            checked += 1
            text = (root / path).read_text(errors="replace")
            failures += [f"{path}:{number}: {what}" for number, what in check(path, text)]
        elif path.name != "LICENSE" and path.suffix not in PICTURES:
            failures.append(f"{path}: a kind of file that no rule knows: is it ours?")
    return tree.report("files", failures, checked)


sys.exit(main())
