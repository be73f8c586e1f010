#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares --trace qemu with qemu-system-aarch64 -d int,guest_errors of the same bare-metal program.

Left out of QEMU's log: calls of semihosting and of the firmware, which are no exceptions of the architecture, the
syndrome of interrupts, which is that of the exception before, PSTATE.ALLINT, of a feature that Entresol has not, and
other complaints.
Usage: qemu_log.py ENTRESOL PROGRAM.elf PROFILE QEMU QEMU_CPU
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
BEGIN = re.compile(r"Taking exception (\d+) |Exception return from |Illegal exception return ")
DETAIL = re.compile(r"\.\.\.(from EL|with|to EL)")
ALLINT = 1 << 13


def without_allint(match):
    return f"{match[1]}0x{int(match[2], 16) & ~ALLINT:x}"


def records(lines):
    """The lines of exceptions and returns, in a common form."""
    is_kept = is_interrupt = False
    for line in lines:
        begin = BEGIN.match(line)
        if begin:
            number = int(begin[1] or 0)
            is_kept = number not in (13, 16)
            is_interrupt = number in (5, 6, 14, 15)
        elif not DETAIL.match(line) or (is_interrupt and line.startswith("...with ESR")):
            continue
        if is_kept:
            yield re.sub(r"(PSTATE |SPSR )0x([0-9a-f]+)", without_allint, line)


def run(what, command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=120)
    if done.returncode != 0:
        sys.exit(f"{what} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")


def main():
    entresol, program, profile, qemu, cpu = sys.argv[1:]
    if shutil.which(qemu) is None:
        print(f"no {qemu}, which this needs: ./dev test fetches it")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours, lines = (os.path.join(folder, name) for name in ("qemu", "entresol", "lines"))
        run("QEMU", [qemu, "-M", "virt,virtualization=on,gic-version=3", "-cpu", cpu, "-display", "none", "-monitor",
                     "none", "-serial", "null", "-nic", "none", "-chardev", f"file,id=lines,path={lines}",
                     "-semihosting-config", "enable=on,target=native,chardev=lines", "-d", "int,guest_errors", "-D",
                     theirs, "-kernel", program])
        run("Entresol", [entresol, "run", "--cpu", profile, "--trace", f"qemu={ours}", program])
        with open(theirs) as left, open(ours) as right:
            expected, found = list(records(left)), list(records(right))
    difference = list(difflib.unified_diff(expected, found, "QEMU", "Entresol"))
    sys.stdout.writelines(difference[:60])
    print(f"{len(expected)} lines of QEMU, {len(found)} of Entresol, {'not equal' if difference else 'equal'}")
    return 1 if difference or not expected else 0


sys.exit(main())
