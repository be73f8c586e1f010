#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of README.md's console blocks and looks for the output shown under it.

Usage: check_readme.py SOURCE_ROOT ENTRESOL BUILD

A line `$ COMMAND` runs, with `entresol` being the built one and `build/release` the directory BUILD;
`# exit N` at its end is the exit code expected, else 0. The lines under it must appear in stdout or
stderr in this order; a line `...` skips any number. `./dev COMMAND` lines are only looked up in its help.
A command with a file of `./dev images` that is not there is passed over, and said so.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys

root, entresol, build = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def examples():
    text = (root / "README.md").read_text()
    for block in re.findall(r"^```(?:console)?\n(.*?)^```", text, re.M | re.S):
        command, shown = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            elif command:
                shown.append(line)
        if command:
            yield command, shown


def words_of(command):
    images = os.environ.get("ENT_IMAGES", str(root / ".cache/images"))
    words = [re.sub("^.cache/images(?=/)", images, w) for w in shlex.split(command, comments=True)]
    return [entresol if w == "entresol" else re.sub("(^|=)build/release(?=/)", lambda m: m.group(1) + build, w) for w in words]


def lacks_image(command):
    return any("/images/" in w and not pathlib.Path(w).exists() for w in words_of(command))


def run(command):
    code = re.search(r"# exit (\d+)$", command)
    result = subprocess.run(words_of(command), cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            timeout=120)
    return result.returncode == (int(code.group(1)) if code else 0), result


def missing_line(shown, output):
    lines = iter(output.splitlines())
    for wanted in shown:
        if wanted != "..." and not any(line.rstrip() == wanted.rstrip() for line in lines):
            return wanted
    return None


def main():
    dev_help = subprocess.run([str(root / "dev"), "help"], capture_output=True, text=True).stdout
    count = failures = 0
    for command, shown in examples():
        count += 1
        if command.startswith("./dev "):
            # its transcript is that of hyp.elf, whose lines hyp.same_lines checks; times move
            if not re.search(rf"^  {command.split()[1]} ", dev_help, re.M):
                print(f"{command}: no such command of ./dev")
                failures += 1
            continue
        if lacks_image(command):
            print(f"passed over, ./dev images has not made its files: {command}")
            continue
        good, result = run(command)
        lost = missing_line(shown, result.stderr + result.stdout)
        if not good or (lost is not None and missing_line(shown, result.stdout + result.stderr)):
            print(f"{command}: exit {result.returncode}, not found: {lost}")
            failures += 1
    print(f"{count} commands, {failures} failures")
    return failures > 0 or count == 0


sys.exit(main())
