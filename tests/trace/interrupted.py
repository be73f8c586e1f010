#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that a signal ends have whole traces, their hash and statistics, and die of the signal; a trace that cannot be
written to stderr is an error.
Usage: interrupted.py ENTRESOL
"""
import gzip
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

ENTRESOL = sys.argv[1]
LIMIT = 60
BASE = 0x40000000
LOOP = [0x91000421, 0x17ffffff]  # add x1, x1, #1; b .-4
READ = [0xd2a12001, 0xb9401822, 0x3727ffe2, 0xb9400022, 0x17ffffff]  # waits for a byte of the UART, then loops
LINE = re.compile(r" *\d+ cpu0 EL2h 0x[0-9a-f]{16} [0-9a-f]{8}  \S.*")

failures = 0


def check(why, condition, *seen):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {why}", *(repr(s)[-600:] for s in seen))


def command(folder, words, *options):
    image = folder / "image"
    image.write_bytes(struct.pack(f"<{len(words)}I", *words))
    return [ENTRESOL, "run", "--load-address", hex(BASE), *options, str(image)]


def interrupt(folder, number, words, *options):
    """A run whose trace is packed; the signal comes when it is about to execute, or to read."""
    trace = folder / "trace.gz"
    with subprocess.Popen(command(folder, words, "--trace", f"insn={trace}", "--hash", "--stats", "text", *options),
                          stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        time.sleep(1)
        begin = time.monotonic()
        process.send_signal(number)
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
        took = time.monotonic() - begin
        said = process.stderr.read().decode()
    why = f"{number.name} {options} {len(words)}"
    check(f"{why}: dies of it", process.returncode == -number, process.returncode)
    check(f"{why}: soon", took < 5, took)
    check(f"{why}: says so", re.search(rf"^entresol: ended by {number.name} after \d+ instructions$", said, re.M), said)
    check(f"{why}: the hash", len(re.findall("^entresol: hash", said, re.M)) == 2, said)
    check(f"{why}: statistics", "instructions" in said.split("ended by")[-1].split("\n", 1)[-1], said)
    try:
        lines = gzip.decompress(trace.read_bytes()).decode().splitlines()
    except (EOFError, OSError) as error:
        check(f"{why}: the trace is whole", False, error)
        return
    check(f"{why}: the trace's last line", len(lines) > 2 and LINE.fullmatch(lines[-1]), lines[-1:])


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            interrupt(folder, number, LOOP)
        interrupt(folder, signal.SIGINT, LOOP, "--engine", "step")
        interrupt(folder, signal.SIGTERM, READ)
        interrupt(folder, signal.SIGTERM, READ, "--input", "live")
        with open("/dev/full", "wb") as full:
            code = subprocess.run(command(folder, LOOP, "--trace", "insn", "--max-insns", "100000"), stderr=full,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode
        check("stderr is full", code == 6, code)
        code = subprocess.run(["/bin/sh", "-c", 'exec "$@" 2>&-', "sh",
                               *command(folder, LOOP, "--trace", "insn", "--max-insns", "10")],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode
        check("stderr is closed", code == 6, code)
    print(f"{failures} failures")
    sys.exit(failures != 0)


main()
