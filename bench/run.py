#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench: Entresol beside qemu-system-aarch64, with and without -icount, and with its own
model of a Cortex-A55.

Every round runs each program once on each simulator, one after the other on one CPU; figures are
medians over the rounds. MIPS = instructions as Entresol counts them / (time - time of `null`), so
all simulators are compared by the same count and without their start-up. IPC is the guest's: what
the model says of the whole program, start-up included.
"""
import argparse
import json
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROW = re.compile(r"^WORKLOAD\( *(\w+), *(\w+),", re.M)
QEMU = ["qemu-system-aarch64", "-M", "virt,virtualization=on", "-cpu", "max", "-nographic", "-nic",
        "none", "-semihosting"]
TIMED = ["--timing", "a55"]
TIMEOUT = 300
# Key of the summary: its workload, beside QEMU without -icount.
LOOPS = {"hvc_loop_vs_qemu": "hvcloop", "mrs_loop_vs_qemu": "mrsloop",
         "ttbr_loop_vs_qemu": "ttbrloop", "svc_loop_vs_qemu": "svcloop",
         "abort_loop_vs_qemu": "abortloop", "tlbi_loop_vs_qemu": "tlbiloop",
         "world_switch_vs_qemu": "worldswitch", "zva_loop_vs_qemu": "zvaloop"}


def workloads():
    """Kind by name, in the table's order."""
    return dict(ROW.findall(pathlib.Path(__file__).with_name("workloads.def").read_text()))


def simulators(build, program):
    """Command line by simulator."""
    commands = {"entresol": [f"{build}/entresol", "run", program],
                "timed": [f"{build}/entresol", "run", *TIMED, program]}
    if shutil.which(QEMU[0]):
        commands["qemu"] = QEMU + ["-kernel", program]
        commands["qemu_icount"] = QEMU + ["-icount", "shift=0", "-kernel", program]
    return commands


def pinned(command):
    """The command on the last CPU that we may use: the first ones get most interrupts."""
    if not shutil.which("taskset"):
        return command
    return ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command


def run(command):
    """(seconds, what it wrote to stderr); a failing program ends the benchmark."""
    start = time.perf_counter()
    try:
        result = subprocess.run(pinned(command), stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, errors="replace", timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        sys.exit(f"bench: {' '.join(command)}: no end after {TIMEOUT} seconds")
    seconds = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {result.returncode}: "
                 f"{result.stderr[-300:]}")
    return seconds, result.stderr


def counts_of(build, program):
    """(instructions, cycles of the model)"""
    _, stderr = run([f"{build}/entresol", "run", *TIMED, "--stats", "json", program])
    stats = json.loads(stderr.strip().splitlines()[-1])
    return stats["instructions"], stats["cycles"]


def measure(build, names, rounds, note):
    """Median seconds by (workload, simulator)."""
    times = {}
    for number in range(1, rounds + 1):
        for name in names:
            for who, command in simulators(build, f"{build}/bench/{name}.elf").items():
                note(f"round {number} of {rounds}: {name} on {who}")
                times.setdefault((name, who), []).append(run(command)[0])
    return {key: statistics.median(values) for key, values in times.items()}


def rate(medians, count, name, who):
    """MIPS, or None where the simulator is missing or the time is lost in its start-up."""
    seconds = medians.get((name, who), 0) - medians.get(("null", who), 0)
    return count / seconds / 1e6 if seconds > 0 else None


def ratio(row, other):
    return row["entresol_mips"] / row[other] if row["entresol_mips"] and row[other] else None


def slowdown(row):
    """Timed speed, functional speed being 1."""
    functional = row["entresol_mips"]
    return row["timed_mips"] / functional if row["timed_mips"] and functional else None


def geomean(values):
    known = [value for value in values if value]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def summarize(rows):
    by_name = {row["name"]: row for row in rows}
    summary = {f"geomean_{kind}_vs_{other}": geomean(ratio(row, f"{other}_mips") for row in rows
                                                     if row["kind"] == kind)
               for kind in ("integer", "fp", "simd") for other in ("qemu_icount", "qemu")}
    for kind in ("integer", "fp", "simd"):
        of_kind = [row for row in rows if row["kind"] == kind]
        summary[f"geomean_{kind}_timed_mips"] = geomean(row["timed_mips"] for row in of_kind)
        summary[f"geomean_{kind}_timed_vs_functional"] = geomean(map(slowdown, of_kind))
    for key, name in LOOPS.items():
        summary[key] = ratio(by_name[name], "qemu_mips") if name in by_name else None
    return summary


def sweeps_of(build):
    """Forks and injections per second; nothing where hyp.elf was not built."""
    program, image = pathlib.Path(build, "bench/bench_sweeps"), pathlib.Path(build, "hyp.elf")
    if not program.exists() or not image.exists():
        return {}
    result = subprocess.run(pinned([str(program), str(image)]), capture_output=True, text=True, timeout=TIMEOUT,
                            stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        sys.exit(f"bench: bench_sweeps ended with {result.returncode}: {result.stderr[-300:]}")
    return json.loads(result.stdout)


def report(rows, summary):
    def cell(value, digits):
        return "-" if value is None else f"{value:.{digits}f}"

    print(f"{'workload':12} {'kind':8} {'entresol':>9} {'qemu':>9} {'icount':>9}"
          f" {'/ qemu':>8} {'/ icount':>9} {'a55':>8} {'/ func.':>8} {'IPC':>6}"
          "   (MIPS, ratios)")
    for row in rows:
        print(f"{row['name']:12} {row['kind']:8} {cell(row['entresol_mips'], 1):>9}"
              f" {cell(row['qemu_mips'], 1):>9} {cell(row['qemu_icount_mips'], 1):>9}"
              f" {cell(ratio(row, 'qemu_mips'), 2):>8} {cell(ratio(row, 'qemu_icount_mips'), 2):>9}"
              f" {cell(row['timed_mips'], 1):>8} {cell(slowdown(row), 2):>8}"
              f" {row['instructions'] / row['cycles']:>6.2f}")
    for key, value in summary.items():
        if value is not None:
            print(f"{key:35} {value:.2f}")


def main():
    kinds = workloads()
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where entresol was built")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds (default 5)")
    parser.add_argument("--only", action="append", choices=[n for n in kinds if n != "null"],
                        metavar="NAME", help="one workload; may be repeated; one of: %(choices)s")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs: at least 1")
    build = options.build
    names = [n for n in kinds if n == "null" or not options.only or n in options.only]

    def note(text):
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    if not shutil.which(QEMU[0]):
        print(f"bench: there is no {QEMU[0]}: nothing to compare with", file=sys.stderr)
    counts = {name: counts_of(build, f"{build}/bench/{name}.elf") for name in names}
    medians = measure(build, names, options.runs, note)
    note("")
    rows = [{"name": name, "kind": kinds[name], "instructions": counts[name][0],
             "cycles": counts[name][1],
             **{f"{who}_mips": rate(medians, counts[name][0], name, who)
                for who in ("entresol", "timed", "qemu", "qemu_icount")}}
            for name in names if name != "null"]
    summary = summarize(rows)
    if not options.only:
        summary.update(sweeps_of(build))
    if options.json:
        print(json.dumps({"workloads": rows, **summary}))
    else:
        report(rows, summary)


main()
