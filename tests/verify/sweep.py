#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""entresol sweep: results do not depend on jobs, shards, or on having been killed; a bug is found, once for all
boundaries that it breaks, and the command that is printed shows it. Bugs are instructions of hyp.elf that are
exchanged (--patch). With MPIRUN and SWEEP_MPI also over ranks.
Usage: sweep.py ENTRESOL HYP_ELF [MPIRUN SWEEP_MPI]
"""
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

ENTRESOL, HYP = sys.argv[1:3]
MPIRUN, SWEEP_MPI = sys.argv[3:5] if len(sys.argv) > 4 else (None, None)
SHARDS = ("GTEST", "TEST", "CI_NODE", "CIRCLE", "BUILDKITE", "SLURM")
# Of the assembly that enters the guest: about forty instructions.
ENTRY = ["--from", "at:hal_enter_guest#40", "--to", "eret:guest"]
MACHINE = ["-m", "32M", "--cpu", "v8.4-nv2"]
WORDS = ["--", "payload=hypercall", "rounds=1"]
NOP = 0xD503201F
failures = []


def check(why, ok, *shown):
    if not ok:
        failures.append(" ".join(map(str, (why, *shown))))


def environment(**more):
    """Without what a runner of these tests says of its shards."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(SHARDS)}
    return {**clean, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **more}


def run(command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=100,
                          stdin=subprocess.DEVNULL, check=False, env=environment(**more))


def command(kind, *options, window=ENTRY, words=WORDS):
    return [ENTRESOL, "sweep", kind, HYP, *MACHINE, *window, *options, *words]


def sweep(kind, *options, window=ENTRY, words=WORDS, **more):
    return run(command(kind, *options, window=window, words=words), **more)


def code_of(symbol):
    """Address and word of each instruction of a function, with its text."""
    text = run(["aarch64-linux-gnu-objdump", "-d", f"--disassemble={symbol}", HYP]).stdout
    return [(int(a, 16), int(word, 16), " ".join(rest.split()))
            for a, word, rest in re.findall(r"^\s*([0-9a-f]+):\s+([0-9a-f]{8})\s+(.*)$", text, re.M)]


def patch(symbol, begins, after):
    """--patch of the first instruction of the function whose text begins so."""
    address, before, _ = next(i for i in code_of(symbol) if i[2].startswith(begins))
    return ["--patch", f"{address:#x}:{before:#010x}:{after:#010x}"]


def jobs_and_shards(folder):
    one = sweep("irq", "--jobs", "1", "--json")
    check("a sweep holds", one.returncode == 0, one.stderr)
    lines = one.stdout.splitlines()
    trials = [json.loads(line) for line in lines]
    check("boundaries in order", [t["boundary"] for t in trials] == list(range(len(trials))), one.stdout)
    check("all of them", len(trials) > 20 and trials[0]["boundaries"] == len(trials), len(trials))
    check("each arrives", all(t["taken"] and t["end"] == "holds" for t in trials), one.stdout)
    check("jobs change nothing", sweep("irq", "--jobs", "3", "--json").stdout == one.stdout)
    for i in (1, 2, 3):
        part = sweep("irq", "--shard", f"{i}/3", "--output", folder / f"part{i}")
        check("a shard", part.returncode == 0 and "of" in part.stdout, part.stderr)
    merged = run([ENTRESOL, "sweep", "--merge", folder / "part3", folder / "part1", folder / "part2", "--output",
                  folder / "all"])
    check("shards merge", merged.returncode == 0 and (folder / "all").read_text() == one.stdout, merged.stderr)
    some = run([ENTRESOL, "sweep", "--merge", folder / "part3", folder / "part1"])
    (folder / "lacks").write_text(one.stdout.replace('"end":"holds"', '"end":"lacks"', 1))
    lacks = run([ENTRESOL, "sweep", "--merge", folder / "lacks"])
    check("what is not implemented is no bug", lacks.returncode == 70 and " 1 failed" in lacks.stdout, lacks.stdout)
    (folder / "fails").write_text("".join(
        (folder / "lacks").read_text().replace('"end":"holds"', '"end":"fails"', 1).splitlines(True)[:-1]))
    fails = run([ENTRESOL, "sweep", "--merge", folder / "fails"])
    check("but what fails beside it is", fails.returncode == 5, fails.stdout)
    check("what is missing is said beside failures, too", "have no result" in fails.stderr, fails.stderr)
    check("what is missing is said", some.returncode == 3 and "have no result" in some.stderr, some.stderr)
    broken = folder / "broken"
    broken.write_text(lines[3].replace('"end":"holds"', '"end":"fails"') + "\n")
    both = run([ENTRESOL, "sweep", "--merge", folder / "part3", broken])
    check("what failed and what is missing", both.returncode == 5 and "1 failed" in both.stdout and
          "have no result" in both.stderr, both.stdout, both.stderr)
    cut = sweep("irq", "--insns-after", "100", "--only", "0")
    check("who is cut off and not watched", "little can be noticed" in cut.stderr, cut.stderr)
    return one.stdout


def environments(whole):
    """The variables of runners mean the same shards."""
    lines = whole.splitlines()
    for variables, part in (
            ({"GTEST_TOTAL_SHARDS": "4", "GTEST_SHARD_INDEX": "1"}, 1),
            ({"TEST_TOTAL_SHARDS": "4", "TEST_SHARD_INDEX": "1"}, 1),
            ({"CI_NODE_TOTAL": "4", "CI_NODE_INDEX": "2"}, 1),
            ({"CIRCLE_NODE_TOTAL": "4", "CIRCLE_NODE_INDEX": "1"}, 1),
            ({"BUILDKITE_PARALLEL_JOB_COUNT": "4", "BUILDKITE_PARALLEL_JOB": "1"}, 1),
            ({"SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_ID": "8", "SLURM_ARRAY_TASK_MIN": "7"}, 1)):
        got = sweep("irq", "--json", "--only", "0-11", "--jobs", "1", **variables)
        check(f"{variables}", got.stdout.splitlines() == lines[:12][part::4], got.stdout, got.stderr)
    wrong = sweep("irq", GTEST_TOTAL_SHARDS="4", GTEST_SHARD_INDEX="4")
    check("a shard that is none", wrong.returncode == 2 and "no shard" in wrong.stderr, wrong.stderr)
    got = sweep("irq", "--json", "--only", "0-11", "--shard", "4/4", GTEST_TOTAL_SHARDS="4", GTEST_SHARD_INDEX="0")
    check("--shard is stronger", got.stdout.splitlines() == lines[:12][3::4], got.stdout, got.stderr)


def touched(folder):
    file = folder / "status"
    sweep("irq", "--only", "0", TEST_TOTAL_SHARDS="1", TEST_SHARD_INDEX="0", TEST_SHARD_STATUS_FILE=str(file))
    check("Bazel's file is touched", file.exists())


def killed(folder, whole):
    """A file that ends in the middle of a line is completed; and so is what a killed process left."""
    file = folder / "cut"
    file.write_text(whole[:len(whole) // 2])
    again = sweep("irq", "--output", file)
    check("a cut file is completed", again.returncode == 0, again.stderr)
    check("to what it should be", sorted(file.read_text().splitlines()) == sorted(whole.splitlines()))
    before = file.read_bytes()
    check("nothing is done twice", sweep("irq", "--output", file).returncode == 0 and file.read_bytes() == before)
    file = folder / "killed"
    process = subprocess.Popen(command("irq", "--jobs", "2", "--output", str(file)), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment())
    while process.poll() is None and (not file.exists() or file.stat().st_size < 2000):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = sweep("irq", "--output", file)
    check("what was killed is completed", again.returncode == 0 and
          sorted(file.read_text().splitlines()) == sorted(whole.splitlines()), again.stderr)
    whole_file = file.read_bytes()
    file.write_bytes(whole_file[:-2] + b"\0\n")
    other = sweep("irq", "--output", file)
    check("a line with a NUL byte", other.returncode == 2, other.returncode, other.stderr)
    file.write_bytes(whole_file)
    other = sweep("serror", "--output", file)
    check("a file of another sweep", other.returncode == 2 and "another sweep" in other.stderr, other.stderr)
    foreign_files(folder, whole)


def foreign_files(folder, whole):
    """What is not of lines of this sweep is refused, and is what it was."""
    file = folder / "notes"
    first = whole.splitlines(keepends=True)[0].encode()
    for text, line in ((b"no JSON\n", 1), (b"notes without an end", 1), (b"\x7fELF\0\1\2", 1), (b"{\"sweep\":\"0x0", 1),
                       (b"{}", 1), (b"\n", 1), (first + b"notes", 2), (first + first[:40] + b"\0", 2),
                       (first + b"notes\n" + first, 2), (first + first[:60], 0), (b"{", 0), (b"{\"sweep", 0), (b"", 0)):
        file.write_bytes(text)
        got = sweep("irq", "--only", "0", "--output", file)
        if line == 0:
            check(f"{text}: completed", got.returncode == 0 and file.read_bytes() == first, got.stderr)
            continue
        check(f"{text}: refused", got.returncode == 2 and f"{file}:{line}: not a result" in got.stderr and
              got.stderr.count("\n") == 1, got.returncode, got.stderr)
        check(f"{text}: untouched", file.read_bytes() == text)
    (folder / "one").write_bytes(first)
    file.write_bytes(b"notes")
    got = run([ENTRESOL, "sweep", "--merge", folder / "one", "--output", file])
    check("nor written over by results that are merged", got.returncode == 2 and file.read_bytes() == b"notes",
          got.returncode, got.stderr)


def worker_killed(folder):
    """One process of several: what the others told is there, and the rest is done by the same command."""
    file = folder / "worker"
    window = ["--from", "exception:HVC64#3", "--to", "eret:guest"]
    process = subprocess.Popen(command("irq", "--jobs", "2", "--insns-after", "20000", "--output", str(file),
                                       window=window), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env=environment())
    while process.poll() is None and (not file.exists() or file.stat().st_size < 2000):
        time.sleep(0.001)
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    children = children.read_text().split() if children.exists() else []
    if children:  # else it was too quick
        os.kill(int(children[0]), signal.SIGKILL)
    said = process.communicate(timeout=100)[1]
    check("a process that dies is told of", not children or (process.returncode == 6 and "died" in said), said)
    again = sweep("irq", "--insns-after", "20000", "--output", file, window=window)
    count = len(file.read_text().splitlines())
    check("and the rest is done", again.returncode == 0 and f"{count} of {count} boundaries" in again.stdout,
          again.stdout, again.stderr)


def reproduced(why, result):
    """The last line is a command that shows the first failure, and nothing else."""
    line = result.stdout.splitlines()[-1]
    check(f"{why}: exit code 5", result.returncode == 5, result.returncode, result.stderr)
    check(f"{why}: a command", line.startswith("entresol sweep "), result.stdout)
    words = shlex.split(line)
    again = run([ENTRESOL, *words[1:]])
    check(f"{why}: the command shows it", again.returncode == 5 and " 1 failed;" in again.stdout and
          again.stdout.splitlines()[-1] == line, again.stdout, again.stderr)
    return result.stdout


def bugs():
    # An interrupt that is seen just before the entry looks like the exit before: the call is done twice.
    twice = patch("hal_enter_guest", "mov x0, #0x0", 0xD2800020)
    text = reproduced("a stale syndrome", sweep("irq", *twice))
    check("one kind of failure", "1 kind of failure" in text and "lines: " in text and "boundaries, 0 to " in text, text)
    # Nobody looks whether an SError is pending: MUT-33.
    address, before, _ = next(i for i in code_of("hal_enter_guest") if i[2].startswith("cbz x2"))
    blind = ["--patch", f"{address:#x}:{before:#010x}:{0x14000000 | before >> 5 & 0x7ffff:#010x}"]
    text = reproduced("a host that does not look for SErrors", sweep("serror", "--blind", "24", *blind))
    check("its rule", "serror: " in text and "taken from its guest" in text, text)
    check("without the bug it holds", sweep("serror", "--blind", "24").returncode == 0)
    # An HVC that comes with an SError is handled twice: MUT-16. Who ends so has not ended by the SError.
    mutants = pathlib.Path(HYP).with_name("hyp-mutants.elf")
    window = ["--from", "exception:HVC64#3", "--to", "here+4"]
    ended = run([ENTRESOL, "sweep", "serror", mutants, "-m", "32M", *window, *WORDS, "mutant=MUT-16"])
    check("an end that no SError explains", ended.returncode == 5 and " 4 failed;" in ended.stdout and
          "  end: " in ended.stdout, ended.stdout, ended.stderr)
    check("without the bug it holds", sweep("serror", window=window).returncode == 0)
    # What is broken without an injection, too.
    lost = patch("hal_enter_guest", "ldp x20, x21", NOP)
    whole = sweep("irq", *lost, "--only", "0")
    check("a run that is broken anyway", whole.returncode == 5 and "without any injection" in whole.stderr and
          whole.stdout.startswith("entresol sweep irq "), whole.stdout, whole.stderr)
    wrong = sweep("irq", "--patch", "0x40200000:0x1:0x2")
    check("another instruction is there", wrong.returncode == 2 and "another instruction" in wrong.stderr, wrong.stderr)


def others():
    switch = sweep("vcpu-switch", "--jobs", "2", words=[*WORDS, "vms=2", "quantum=100"])
    check("slices end anywhere", switch.returncode == 0, switch.stdout, switch.stderr)
    check("they are slices", " 0 arrived" not in switch.stdout, switch.stdout)
    for options in ([], ["--only", "0"]):
        alone = sweep("vcpu-switch", "--json", *options)
        check("who has no slices", alone.returncode == 2 and "nothing that was injected arrived" in alone.stderr,
              alone.returncode, alone.stderr)
        trials = [json.loads(line) for line in alone.stdout.splitlines()]
        check("each says so", trials and all(not t["taken"] and t["why"].startswith("not injected") for t in trials),
              alone.stdout)
    part = sweep("vcpu-switch", "--shard", "1/2")
    check("a shard does not know of the others", part.returncode == 0 and " 0 arrived" in part.stdout, part.stderr)
    for only in ("99999", "0-99999", "18446744073709551615"):
        beyond = sweep("irq", "--only", only)
        check(f"boundary {only}", beyond.returncode == 2 and re.search(r"the window has \d+, from 0 on\n$", beyond.stderr),
              beyond.returncode, beyond.stdout, beyond.stderr)
    smp = sweep("irq", "--cpus", "2", "--pe", "1", "--only", "0-7", window=["--from", "host#3", "--to",
                "eret:guest"], words=["--", "payload=ipi", "rounds=1", "cpus=2"])
    check("of another PE", smp.returncode == 0 and "8 of" in smp.stdout, smp.stdout, smp.stderr)
    watched = sweep("irq", "--monitor", "all", "--adversary", "max", "--insns-after", "20000")
    check("watched", watched.returncode == 0, watched.stdout, watched.stderr)
    for wrong in ([ENTRESOL, "sweep"], [ENTRESOL, "sweep", "irq", HYP], [ENTRESOL, "sweep", "nmi", HYP, *ENTRY],
                  command("irq", "--only", "3-1"), command("irq", "--intid", "1019", "--jobs", "1"),
                  command("irq", "--intid", "1019", "--jobs", "2"), command("irq", "--pe", "1"), command("irq", "--shard", "0/2"),
                  command("irq", window=["--from", "at:nowhere", "--to", "end"]),
                  command("irq", window=["--from", "start", "--to", "start"]), [ENTRESOL, "sweep", "--merge"]):
        got = run(wrong)
        check(f"{wrong}", got.returncode == 2 and got.stderr.count("\n") == 1, got.stdout, got.stderr)


def options_are_told():
    """--help, the manual and completion know the same options."""
    root = pathlib.Path(__file__).parents[2]
    told = set(re.findall(r"--[a-z-]+", run([ENTRESOL, "sweep", "--help"]).stdout))
    words = re.search(r"_entresol_sweep\(\).*?-\*\) words=\"(.*?)\"", (root / "app/completion.bash").read_text(), re.S)
    check("completion", told == set(words.group(1).split()), told ^ set(words.group(1).split()))
    manual = (root / "docs/entresol-sweep.1").read_text().replace("\\-", "-")
    heads = re.findall(r"^\.TP\n(\.\S+ .*)$", manual, re.M)
    known = set(re.findall(r"--[a-z-]+", " ".join(heads)))
    check("the manual", told == known, told ^ known)


def ranks(folder, whole):
    def mpi(count, file):
        return [MPIRUN, "--oversubscribe", "-n", count, SWEEP_MPI, "irq", HYP, *MACHINE, *ENTRY, "--output", file, *WORDS]

    two = run(mpi("2", folder / "two"))
    check("two ranks", two.returncode == 0 and (folder / "two").read_text() == whole, two.stdout, two.stderr)
    check("leave one file", [p.name for p in folder.glob("two*")] == ["two"])
    (folder / "two.1.bak").write_text("mine")
    again = run(mpi("2", folder / "two"))
    check("other files stay", again.returncode == 0 and (folder / "two.1.bak").read_text() == "mine", again.stderr)
    broken = run([MPIRUN, "--oversubscribe", "-n", "2", SWEEP_MPI, "irq", HYP, *MACHINE, *ENTRY, "--output",
                  folder / "broken", "--expect-exit", "9", *WORDS])
    check("a run that does not hold is said once, with its command",
          broken.returncode == 5 and broken.stderr.count("entresol-sweep-mpi: ") == 1 and
          broken.stdout.count("entresol sweep irq ") == 1, broken.stdout, broken.stderr)
    # What ranks leave behind when one is killed: their files, one cut off.
    lines = whole.splitlines(keepends=True)
    (folder / "left.0").write_text("".join(lines[0:9:2]))
    (folder / "left.1").write_text("".join(lines[1:5:2]) + lines[5][:77])
    three = run(mpi("3", folder / "left"))
    check("a second run completes", three.returncode == 0 and (folder / "left").read_text() == whole, three.stdout,
          three.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        whole = jobs_and_shards(folder)
        environments(whole)
        touched(folder)
        killed(folder, whole)
        worker_killed(folder)
        bugs()
        others()
        options_are_told()
        if MPIRUN:
            ranks(folder, whole)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


sys.exit(main())
