#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules about text: length, SPDX line, no host time, randomness or addresses in the simulation, no
machine's paths, no conditions in tables. Usage: text.py ROOT
"""
import pathlib
import re
import sys

import tree

MAX_LINES = 800
SIMULATION = {"base", "sysregs", "timing", "mmu", "exceptions", "cpu", "platform", "loader", "debug",
              "verify", "api"}
C = {".c", ".h"}
SOURCES = C | {".S", ".def", ".py", ".sh", ".inc", ".ld", ".cmake"}
TEXT = SOURCES | {".md", ".txt", ".json", ".bash", ".1", ""}
# app/ shows how long a run took (--stats), in this file and nowhere else.
HOST_CLOCK = {"app/run.c"}

HOST_STATE = re.compile(
    r"\b(?:time|times|clock|gettimeofday|clock_gettime|timespec_get|localtime|gmtime|sleep|usleep"
    r"|nanosleep|rand|srand|rand_r|random|srandom|drand48|getrandom|getentropy|arc4random|getpid"
    r"|gethostname|getenv|secure_getenv|__builtin_ia32_rdtsc|__rdtsc|rdtsc|pthread_\w+)\s*\("
    r"|\benviron\b|\brdtsc\b|/dev/u?random")
POINTER_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*%[-0-9]*p')
MACHINE_PATHS = re.compile(r"(?:^|[\s\"'=(:])/(?:work|home|root)/|\.library\b")


def blanked(text, pattern):
    """text without what matches, its lines kept."""
    return re.sub(pattern, lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S | re.M)


def without_comments(text):
    return blanked(text, r"/\*.*?\*/|//[^\n]*")


def without_strings(text):
    return blanked(text, r'"(?:\\.|[^"\\\n])*"')


def lines_that(pattern, text, what):
    return [(n, what) for n, line in enumerate(text.split("\n"), 1) if pattern.search(line)]


def check(path, text):
    """Yields (line, what) for each rule that the file breaks."""
    folder, suffix = path.parts[0], path.suffix
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
    if folder in SIMULATION | {"app"} and suffix in C:
        code = without_comments(text)
        yield from lines_that(POINTER_TEXT, code, "an address of the host in a message")
        if path.as_posix() not in HOST_CLOCK:
            yield from lines_that(HOST_STATE, without_strings(code),
                                  "host time, randomness or environment in the simulation")


def main():
    root = pathlib.Path(sys.argv[1])
    failures, checked = [], 0
    for path in tree.files(root):
        if path.suffix in TEXT and path.name != "LICENSE":
            checked += 1
            text = (root / path).read_text(errors="replace")
            failures += [f"{path}:{number}: {what}" for number, what in check(path, text)]
    for name in sorted(HOST_CLOCK):
        if (root / name).is_file() and not HOST_STATE.search((root / name).read_text()):
            failures.append(f"{name}: stale exception: it does not read the clock")
    return tree.report("files", failures, checked)


sys.exit(main())
