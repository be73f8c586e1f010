#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules about text: file length, SPDX lines, no host time or randomness, no machine's paths."""
import pathlib
import re
import subprocess
import sys

MAX_LINES = 800
SIMULATION = ("base", "sysregs", "mmu", "exceptions", "cpu", "timing", "platform", "loader", "debug")
HOST_STATE = re.compile(
    r"\b(time|clock|gettimeofday|clock_gettime|rand|srand|random|getrandom|getpid|getenv|rdtsc"
    r"|pthread_\w+)\s*\(")
PATHS = re.compile(r"/work/|/home/|\.library")


def tracked(root):
    listing = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True)
    return [pathlib.Path(root) / name for name in listing.stdout.split("\n") if name]


def without_comments(text):
    blank = lambda m: "\n" * m.group(0).count("\n")
    return re.sub(r'//[^\n]*', "", re.sub(r"/\*.*?\*/|\"(\\.|[^\"\\\n])*\"", blank, text, flags=re.S))


def check(path, root, fail):
    relative = path.relative_to(root)
    folder = relative.parts[0]
    suffix = path.suffix
    source = suffix in (".c", ".h", ".S", ".def", ".py", ".sh", ".inc")
    if suffix not in (".c", ".h", ".S", ".def", ".py", ".sh", ".md", ".txt", ".inc", "") or not path.is_file():
        return
    text = path.read_text(errors="replace")
    if source and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.split("\n")[:3]):
        fail(relative, 1, "no SPDX line")
    if suffix in (".c", ".h") and text.count("\n") > MAX_LINES:
        fail(relative, MAX_LINES, f"more than {MAX_LINES} lines")
    if suffix == ".def" and re.search(r"^\s*#\s*if", text, re.M):
        fail(relative, 1, "no #if around rows: that is what the feature column is for")
    if "lint" not in relative.parts:
        for number, line in enumerate(text.split("\n"), 1):
            if PATHS.search(line):
                fail(relative, number, "a path of some machine")
    if folder in SIMULATION and suffix in (".c", ".h"):
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            if HOST_STATE.search(line):
                fail(relative, number, "host time, randomness or environment in the simulation")


def main():
    root = pathlib.Path(sys.argv[1])
    failures = []
    files = tracked(root)
    for path in files:
        check(path, root, lambda *f: failures.append(f))
    for path, number, what in failures:
        print(f"{path}:{number}: {what}")
    print(f"{len(files)} files, {len(failures)} failures")
    return len(failures) > 0 or not files


sys.exit(main())
