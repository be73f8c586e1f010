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


def build(gcc, source, name, elf):
    subprocess.run([gcc, "-nostdlib", "-static", "-march=armv8.3-a", f"-D{name}", "-Wl,-Ttext=0x40200000", "-Wl,-N",
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


def is_said_to_be_blind(entresol, which, elf):
    result = subprocess.run([entresol, "run", "--monitor", which, "--max-insns", "10", elf],
                            capture_output=True, text=True, timeout=60)
    return "--monitor model watches nothing here" in result.stderr


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
        for which, expected in [("model", True), ("sync,model", True), ("all", False), ("all,-sync", False)]:
            if is_said_to_be_blind(entresol, which, elf) != expected:
                failures += 1
                print(f"--monitor {which} on another image: the line about model is wrong")
    print(f"monitors: {cases} cases, {failures} failures")
    return failures != 0 or cases == 0


if __name__ == "__main__":
    sys.exit(main())
