#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench --boot: a Debian kernel to its shell, beside qemu-system-aarch64.

QEMU runs with -icount and without it. All get the same kernel, initramfs, command line and device
tree (Entresol's), one CPU and 1 GiB. A run is timed until the ready line of /init has come; then it
is told to power off. The processor time of the whole run, which other load on the host changes
less, is given too. Every round boots each simulator once, one after the other on one CPU; figures
are medians over the rounds.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

READY = b"init: shell ready on"
PROMPT = b"entresol# "  # what is typed before it may be lost
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


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def boot(command):
    """(seconds until the shell is ready, of the processor); a failing run ends the benchmark."""
    said = b""
    used = processor_time()
    start = time.perf_counter()
    with subprocess.Popen(pinned(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, bufsize=0) as process:
        timer = threading.Timer(TIMEOUT, process.kill)
        timer.start()
        seconds = None
        while PROMPT not in said:
            some = process.stdout.read(4096)
            if not some:
                sys.exit(f"bench: {' '.join(command)} ended before the shell:\n"
                         f"{said[-1000:].decode(errors='replace')}")
            said += some
            if seconds is None and READY in said:
                seconds = time.perf_counter() - start
        process.communicate(OFF)
        timer.cancel()
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}, "
                     f"after {time.perf_counter() - start:.0f} s of at most {TIMEOUT}")
    return seconds, processor_time() - used


def report(figures, simulated):
    print(f"{figures['kernel']} to the shell, medians of {figures['runs']}:\n"
          f"{'':12} {'seconds':>8} {'ratio':>6}   {'cpu s':>8} {'ratio':>6}   "
          "(QEMU's / Entresol's)")
    for who in simulated:
        cells = [f"{figures[f'{who}_{unit}']:8.2f} " +
                 (f"{figures[f'{unit}_vs_{who}']:6.2f}" if who != "entresol" else f"{'':6}")
                 for unit in ("seconds", "cpu_seconds")]
        print(f"{who:12} {cells[0]}   {cells[1]}")


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
    figures = {"kernel": options.kernel, "runs": options.runs}
    for index, unit in enumerate(("seconds", "cpu_seconds")):
        for who, values in times.items():
            figures[f"{who}_{unit}"] = statistics.median(value[index] for value in values)
            if who != "entresol":
                figures[f"{unit}_vs_{who}"] = (figures[f"{who}_{unit}"] /
                                               figures[f"entresol_{unit}"])
    if options.json:
        print(json.dumps(figures))
    else:
        report(figures, times)


main()
