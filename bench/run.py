#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench: Entresol beside qemu-system-aarch64, with and without -icount.

Every round runs each program once on each simulator, one after the other on one CPU; figures are
medians over the rounds. MIPS = instructions as Entresol counts them / (time - time of `null`).
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

ROW = re.compile(r"WORKLOAD\( *(\w+), *(\w+),")
QEMU = ["qemu-system-aarch64", "-M", "virt,virtualization=on", "-cpu", "max", "-nographic", "-nic",
        "none", "-semihosting"]


def workloads():
    text = pathlib.Path(__file__).with_name("workloads.def").read_text()
    return ROW.findall(text)


def commands(build, program):
    rows = {"entresol": [f"{build}/entresol", "run", program]}
    if shutil.which(QEMU[0]):
        rows["qemu"] = QEMU + ["-kernel", program]
        rows["qemu_icount"] = QEMU + ["-icount", "shift=0", "-kernel", program]
    return rows


def timed(command):
    pin = ["taskset", "-c", "1"] if shutil.which("taskset") and os.cpu_count() > 1 else []
    start = time.perf_counter()
    result = subprocess.run(pin + command, stdin=subprocess.DEVNULL, capture_output=True)
    if result.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {result.returncode}: "
                 f"{result.stderr.decode(errors='replace')[-300:]}")
    return time.perf_counter() - start


def instructions(build, program):
    result = subprocess.run([f"{build}/entresol", "run", "--stats", "json", program],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return json.loads((result.stderr + result.stdout).strip().splitlines()[-1])["instructions"]


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def measure(build, names, rounds, note):
    times = {}
    for round_number in range(rounds):
        for name in names:
            for who, command in commands(build, f"{build}/bench/{name}.elf").items():
                note(f"round {round_number + 1} of {rounds}: {name} on {who}")
                times.setdefault((name, who), []).append(timed(command))
    return {key: statistics.median(value) for key, value in times.items()}


def rate(medians, counts, name, who):
    if (name, who) not in medians:
        return None
    seconds = medians[name, who] - medians["null", who]
    return counts[name] / seconds / 1e6


def report(rows, summary):
    print(f"{'workload':10} {'kind':8} {'entresol':>9} {'qemu':>9} {'icount':>9}  "
          f"{'/ qemu':>7} {'/ icount':>8}   (MIPS)")
    for row in rows:
        ours, qemu, icount = row["entresol_mips"], row["qemu_mips"], row["qemu_icount_mips"]
        ratios = [f"{ours / q:7.2f}" if q else "      -" for q in (qemu, icount)]
        print(f"{row['name']:10} {row['kind']:8} {ours:9.1f} {qemu or 0:9.1f} {icount or 0:9.1f}  "
              f"{ratios[0]} {ratios[1]:>8}")
    for key, value in summary.items():
        if value is not None:
            print(f"{key} {value:.2f}")


def summarize(rows):
    def ratios(kind, other):
        return [r["entresol_mips"] / r[other] for r in rows if r["kind"] == kind and r[other]]

    def one(name):
        return next((r["entresol_mips"] / r["qemu_mips"] for r in rows
                     if r["name"] == name and r["qemu_mips"]), None)

    return {"geomean_integer_vs_qemu_icount": geomean(ratios("integer", "qemu_icount_mips")),
            "geomean_integer_vs_qemu": geomean(ratios("integer", "qemu_mips")),
            "hvc_loop_vs_qemu": one("hvcloop"), "mrs_loop_vs_qemu": one("mrsloop"),
            "ttbr_loop_vs_qemu": one("ttbrloop"), "svc_loop_vs_qemu": one("svcloop"),
            "abort_loop_vs_qemu": one("abortloop"), "tlbi_loop_vs_qemu": one("tlbiloop")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where entresol was built")
    parser.add_argument("--runs", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--only", action="append", help="one workload; may be repeated")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args()
    kinds = dict(workloads())
    names = ["null"] + [n for n in kinds if n != "null" and (not options.only or n in options.only)]
    show = sys.stderr.isatty()
    note = lambda text: show and print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    counts = {n: instructions(options.build, f"{options.build}/bench/{n}.elf") for n in names}
    medians = measure(options.build, names, options.runs, note)
    note("")
    rows = [{"name": n, "kind": kinds[n], "instructions": counts[n],
             "entresol_mips": rate(medians, counts, n, "entresol"),
             "qemu_mips": rate(medians, counts, n, "qemu"),
             "qemu_icount_mips": rate(medians, counts, n, "qemu_icount")} for n in names[1:]]
    summary = summarize(rows)
    if options.json:
        print(json.dumps({"workloads": rows, **summary}))
    else:
        report(rows, summary)


main()
