#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs that break rules of monitors, and their twins that do it right.

monitors.py ENTRESOL GCC FOLDER: each FOLDER/*.S has lines "case: NAME RULE..." in its first comment
and one "options: ..."; it is built with NAME defined, runs with the monitors of the architecture, and breaks the rules
that are named and no others.
"""
import os
import re
import subprocess
import sys
import tempfile

MONITORS = "sync,tables,regime"
CASE = re.compile(r"^ \* case: (\w+)(.*)$", re.M)
OPTIONS = re.compile(r"^ \* options: (.*)$", re.M)
RULE = re.compile(r"^entresol: ([A-Z0-9-]+) broken by PE", re.M)


def build(gcc, source, name, elf, *more):
    subprocess.run([gcc, "-nostdlib", "-static", "-march=armv8.3-a", f"-D{name}", *more, "-Wl,-Ttext=0x40200000", "-Wl,-N",
                    "-Wl,--no-warn-rwx-segments", "-Wl,--build-id=none", source, "-o", elf], check=True)


def run(entresol, options, elf, expected):
    """What is wrong, or None."""
    result = subprocess.run([entresol, "run", "--monitor", MONITORS, "--max-insns", "100000", *options, elf],
                            capture_output=True, text=True, timeout=60, check=False)
    broken = sorted(set(RULE.findall(result.stderr)))
    code = 5 if expected else 0
    if broken != expected:
        return f"breaks {broken or 'nothing'}, not {expected or 'nothing'}\n{result.stderr}"
    if result.returncode != code or "stopped after" in result.stderr:
        return f"exit code {result.returncode}, not {code}\n{result.stderr}"
    return None


def hidden(entresol, gcc, folder, elf):
    """The guest's own exit code hides a broken rule, or the other way round."""
    wrong = []
    for case, code in [("AT_ONCE", 5), ("PROPER", 9)]:
        build(gcc, os.path.join(folder, "bbm.S"), case, elf, "-DEXIT_CODE=9")
        result = subprocess.run([entresol, "run", "--cpu", "v8.1", "--el", "1", "--monitor", "tables", elf],
                                capture_output=True, text=True, timeout=60, check=False)
        if result.returncode != code:
            wrong.append(f"bbm.S {case}: the guest exits with 9, and the exit code is {result.returncode}, not {code}")
    return wrong


def refusals(entresol, elf, folder):
    """Who is asked for by name and cannot watch is an error; of all, those watch that can."""
    scenario = os.path.join(folder, "my.scenario")
    saved = os.path.join(folder, "at.snap")
    subprocess.run([entresol, "run", "--save-at", f"5={saved}", "--max-insns", "10", elf], check=True, capture_output=True)
    wrong = []
    for which, expected in [("model", True), ("sync,model", True), ("all", False), ("all,-sync", False),
                            ("sync", False), ("all,-model", False)]:
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(f"what x\nmonitors {which}\nexpect exit 7\n")
        for command in (["run", "--monitor", which, "--max-insns", "10", elf],
                        ["run", "--monitor", which, "--max-insns", "10", "--from", saved],
                        ["sweep", "irq", elf, "--from", "insn:1", "--to", "insn:3", "--monitor", which, "--insns-after", "3"],
                        ["verify", scenario, "--image", elf]):
            result = subprocess.run([entresol, *command], capture_output=True, text=True, timeout=60, check=False)
            is_refused = result.returncode == 2 and "monitor model would watch nothing" in result.stderr
            if is_refused != expected or (not expected and "watch nothing" in result.stderr):
                wrong.append(f"{' '.join(command)}: exit code {result.returncode}: {result.stderr}")
    return wrong


def main():
    entresol, gcc, folder = sys.argv[1:4]
    cases = failures = 0
    with tempfile.TemporaryDirectory() as build_folder:
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".S"):
                continue
            source = os.path.join(folder, name)
            with open(source, encoding="utf-8") as file:
                text = file.read()
            options = OPTIONS.search(text).group(1).split()
            for case, rules in CASE.findall(text):
                elf = os.path.join(build_folder, f"{name}.{case}.elf")
                build(gcc, source, case, elf)
                wrong = run(entresol, options, elf, sorted(rules.split()))
                cases += 1
                if wrong is not None:
                    failures += 1
                    print(f"{name} {case}: {wrong}")
        for wrong in refusals(entresol, elf, build_folder) + hidden(entresol, gcc, folder, elf):
            failures += 1
            print(wrong)
    print(f"monitors: {cases} cases, {failures} failures")
    return failures != 0 or cases == 0


if __name__ == "__main__":
    sys.exit(main())
