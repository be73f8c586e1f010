#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench --boot: a Debian kernel to its shell, beside qemu-system-aarch64 with and without -icount.

All get the same kernel, initramfs, command line and device tree (Entresol's), one CPU and 1 GiB. A
run is timed until the ready line of /init has come; then it is told to power off. Every round boots
each simulator once, one after the other on one CPU; figures are medians over the rounds.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

READY = b"init: shell ready on"
OFF = b"poweroff -f\n"
TIMEOUT = 300
APPEND = "console=ttyAMA0 quiet"
# The nearest of QEMU's to our default profile that has neither pointer authentication nor SVE.
QEMU = ["-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a76", "-nographic",
        "-nic", "none"]


def pinned(command):
    """The command on the last CPU that we may use: the first ones get most interrupts."""
    if not shutil.which("taskset"):
        return command
    return ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command


def simulators(build, qemu, kernel, initramfs, tree):
    """Command line by simulator."""
    common = ["-m", "1G", "-initrd", initramfs, "-append", APPEND]
    ours = [f"{build}/entresol", "run", *(word.replace("-initrd", "--initrd")
            .replace("-append", "--append") for word in common), kernel]
    subprocess.run([*ours[:2], "--dump-dtb", tree, *ours[2:]], check=True)
    commands = {"entresol": ours}
    if shutil.which(qemu):
        theirs = [qemu, *QEMU, *common, "-kernel", kernel, "-dtb", tree]
        commands["qemu"] = theirs
        commands["qemu_icount"] = theirs + ["-icount", "shift=0"]
    else:
        print(f"bench: there is no {qemu}: nothing to compare with", file=sys.stderr)
    return commands


def boot(command):
    """Seconds until the shell is ready; a run that does not get there ends the benchmark."""
    said = b""
    start = time.perf_counter()
    with subprocess.Popen(pinned(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, bufsize=0) as process:
        timer = threading.Timer(TIMEOUT, process.kill)
        timer.start()
        while READY not in said:
            some = process.stdout.read(4096)
            if not some:
                sys.exit(f"bench: {' '.join(command)} ended before the shell:\n"
                         f"{said[-1000:].decode(errors='replace')}")
            said += some
        seconds = time.perf_counter() - start
        process.communicate(OFF)
        timer.cancel()
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench --boot",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where entresol was built")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds (default 5)")
    parser.add_argument("--images", type=pathlib.Path, metavar="DIR",
                        default=os.environ.get("ENT_IMAGES") or ".cache/images",
                        help="what ./dev images made (default %(default)s)")
    parser.add_argument("--kernel", default="vmlinuz-6.1", metavar="FILE",
                        help="one of them (default %(default)s)")
    parser.add_argument("--qemu", default="qemu-system-aarch64", metavar="PROGRAM")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs: at least 1")
    kernel, initramfs = options.images / options.kernel, options.images / "initramfs.cpio"
    for path in (kernel, initramfs):
        if not path.exists():
            sys.exit(f"bench: no {path}: ./dev images makes it")

    times = {}
    with tempfile.TemporaryDirectory() as folder:
        commands = simulators(options.build, options.qemu, str(kernel), str(initramfs),
                              os.path.join(folder, "tree.dtb"))
        for number in range(1, options.runs + 1):
            for who, command in commands.items():
                if sys.stderr.isatty():
                    print(f"\r\033[K{number} of {options.runs}: {who}", end="", file=sys.stderr)
                times.setdefault(who, []).append(boot(command))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    medians = {who: statistics.median(values) for who, values in times.items()}
    ratios = {f"boot_vs_{who}": seconds / medians["entresol"]
              for who, seconds in medians.items() if who != "entresol"}
    if options.json:
        print(json.dumps({"kernel": options.kernel, "runs": options.runs,
                          **{f"{who}_seconds": value for who, value in medians.items()}, **ratios}))
        return
    print(f"{options.kernel} to the shell, median of {options.runs}:")
    for who, seconds in medians.items():
        print(f"  {who:12} {seconds:6.2f} s")
    for key, value in ratios.items():
        print(f"  {key:20} {value:.2f}   (above 1: Entresol is faster)")


main()
