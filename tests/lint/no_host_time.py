#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The simulation knows nothing of the host: no time, randomness, environment, threads, addresses.
Usage: no_host_time.py ROOT
"""
import pathlib
import re
import sys

import tree

SIMULATION = {"base", "sysregs", "timing", "mmu", "exceptions", "cpu", "platform", "loader", "debug",
              "explain", "verify", "api", "app"}
# What is asked of the host, in these files and nowhere else.
MAY_ASK = {"app/run.c": "how long a run took (--stats)",
           "app/terminal.c": "time passes for a sleeping guest as for who types",
           "app/display.c": "a window lives by the host's clock, in a thread of its own",
           "app/colour.c": "whether the user wants colour (NO_COLOR)",
           "app/beside.c": "hyp.elf is beside this program",
           "app/sweep_shard.c": "which shard a runner of tests asks for, by its variables",
           "platform/pages.c": "machines of several threads share pages, under a lock"}

HOST_STATE = re.compile(
    r"\b(?:time|times|clock|gettimeofday|clock_gettime|timespec_get|localtime|gmtime|sleep|usleep"
    r"|nanosleep|rand|srand|rand_r|random|srandom|drand48|getrandom|getentropy|arc4random|getpid"
    r"|gethostname|getenv|secure_getenv|__builtin_ia32_rdtsc|__rdtsc|rdtsc|pthread_\w+)\s*\("
    r"|\benviron\b|\brdtsc\b")
HOST_FILE = re.compile(r'"/dev/u?random|"/proc/|"/sys/')
POINTER_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*%[-0-9]*p')


def blanked(text, pattern):
    """text without what matches, its lines kept."""
    return re.sub(pattern, lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S | re.M)


def without_comments(text):
    return blanked(text, r"/\*.*?\*/|//[^\n]*")


def without_strings(text):
    return blanked(text, r'"(?:\\.|[^"\\\n])*"')


def check(text, may_ask):
    """Yields (line, what) for each rule that the file breaks."""
    code = without_comments(text)
    rows = [(POINTER_TEXT, code, "an address of the host in a message")]
    if not may_ask:
        rows += [(HOST_FILE, code, "host time, randomness or environment"),
                 (HOST_STATE, without_strings(code), "host time, randomness or environment")]
    for pattern, where, what in rows:
        for number, line in enumerate(where.split("\n"), 1):
            if pattern.search(line):
                yield number, what


def main():
    root = pathlib.Path(sys.argv[1])
    failures, checked = [], 0
    for path in tree.files(root):
        if path.parts[0] in SIMULATION and path.suffix in (".c", ".h"):
            checked += 1
            text = (root / path).read_text()
            failures += [f"{path}:{number}: {what}"
                         for number, what in check(text, path.as_posix() in MAY_ASK)]
    for name in sorted(MAY_ASK):
        if (root / name).is_file() and not any(
                check((root / name).read_text(), may_ask=False)):
            failures.append(f"{name}: stale exception: it asks the host nothing")
    return tree.report("files", failures, checked)


sys.exit(main())
