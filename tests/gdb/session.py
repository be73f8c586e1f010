#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives gdb-multiarch through a script against `entresol run --gdb`, and looks at what it prints.
Usage: session.py ENTRESOL BUILD IMAGES SCRIPT

Lines of the script that begin with `#:` are for us; of gdb's words {hyp} is hyp.elf, {dir} an empty folder and
{hvc} the address of the last HVC of EL1 in the run.
  #: run ARGUMENTS       what is run; a word images/NAME is a file of ./dev images, without which the test is skipped
  #: expect PATTERN      a line of gdb's output that matches all of it comes next, others may be between
  #: never PATTERN       no line of gdb's output matches
  #: says PATTERN        a line of entresol's stderr
  #: code N              entresol's exit code (0)
  #: same trace          --trace el of the run with gdb is that of a run without
  #: same hash           the hash of the final state is that of a run without gdb
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

LIMIT = 300
PROLOGUE = ["set pagination off", "set confirm off", "set width 0", "set height 0", "set style enabled off",
            "set debuginfod enabled off", "set auto-load off"]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def fail(why, *texts):
    for text in texts:
        print(text)
    print(f"FAILED: {why}")
    sys.exit(1)


def parse(script):
    """The directives by name, and gdb's lines."""
    directives = {"run": [], "expect": [], "never": [], "says": [], "code": [], "same": []}
    lines = []
    for line in script.read_text().splitlines():
        match = re.match(r"#: (\w+) ?(.*)", line)
        if match:
            directives[match.group(1)].append(match.group(2))
        elif not line.startswith("#"):
            lines.append(line)
    return directives, lines


def arguments(text, images, hyp):
    words = []
    for word in text.split():
        if word.startswith("images/"):
            path = pathlib.Path(images) / word.removeprefix("images/")
            if not path.exists():
                skip(f"./dev images did not fetch {path.name}")
            word = str(path)
        words.append(word.replace("{hyp}", hyp))
    return words


def run(entresol, words):
    return subprocess.run([entresol, "run", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=LIMIT, check=False)


def hashes(stderr):
    return re.findall(r"^entresol: hash.*$", stderr, re.M)


def last_hvc(entresol, words, folder):
    """The address of the last HVC of EL1."""
    trace = folder / "trace"
    run(entresol, ["--trace", f"el={trace}", *words])
    found = re.findall(r"EL1 => EL2 .*pc 0x([0-9a-f]+) .*HVC64", trace.read_text())
    if not found:
        fail("no HVC of EL1 in the run")
    return int(found[-1], 16) - 4


def await_socket(path, process):
    for _ in range(LIMIT * 20):
        if path.exists():
            return
        if process.poll() is not None:
            fail("entresol ended", process.stderr.read())
        time.sleep(0.05)
    fail("entresol does not listen")


def missing(patterns, text):
    """The first pattern, in order, that no line matches."""
    lines = iter(text.splitlines())
    for pattern in patterns:
        if not any(re.fullmatch(pattern, line.rstrip()) for line in lines):
            return pattern
    return None


def debug(entresol, words, commands, hyp, folder):
    socket, script = folder / "socket", folder / "script"
    script.write_text("\n".join([*PROLOGUE, f"target remote {socket}", *commands]) + "\n")
    traced = ["--trace", f"el={folder}/traced"]
    with subprocess.Popen([entresol, "run", "--hash", "--gdb", str(socket), *traced, *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            await_socket(socket, process)
            gdb = subprocess.run(["gdb-multiarch", "-nx", "-batch", "-x", str(script), hyp], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT,
                                 check=False)
            _, stderr = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
    return gdb.stdout, stderr, process.returncode


def main():
    entresol, build, images, script = sys.argv[1:5]
    if shutil.which("gdb-multiarch") is None:
        skip("no gdb-multiarch")
    directives, commands = parse(pathlib.Path(script))
    hyp = str(pathlib.Path(build) / "hyp.elf")
    words = arguments(directives["run"][0], images, hyp)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        names = {"hyp": hyp, "dir": name}
        if any("{hvc}" in line for line in commands):
            names["hvc"] = hex(last_hvc(entresol, words, folder))
        commands = [re.sub(r"\{(\w+)\}", lambda m: names[m.group(1)], line) for line in commands]
        output, stderr, code = debug(entresol, words, commands, hyp, folder)
        if "trace" in directives["same"]:
            run(entresol, ["--trace", f"el={folder}/plain", *words])
            if (folder / "plain").read_text() != (folder / "traced").read_text():
                fail("the trace is not that of a run without gdb", output, stderr)
    for text, kind in ((output, "expect"), (stderr, "says")):
        pattern = missing(directives[kind], text)
        if pattern is not None:
            fail(f"no line, or not there: {pattern}", output, stderr)
    for pattern in directives["never"]:
        if missing([pattern], output) is None:
            fail(f"there is: {pattern}", output, stderr)
    if str(code) != (directives["code"] or ["0"])[0]:
        fail(f"exit code {code}", output, stderr)
    if "hash" in directives["same"]:
        plain = hashes(run(entresol, ["--hash", *words]).stderr)
        if len(plain) != 2 or hashes(stderr) != plain:
            fail(f"hashes are not those of a run without gdb: {plain}", output, stderr)


main()
