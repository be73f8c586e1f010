# SPDX-License-Identifier: Apache-2.0
"""markdown_is_current.py ENTRESOL-DIFF INSTRUCTIONS.md: the page has the groups and rows of today's
a64.def, and numbers of a run of at least 20 million instructions that executed every drawn row."""
import difflib
import re
import subprocess
import sys
import tempfile


def lines(text):
    """The text without the numbers of the run."""
    text = re.sub(r"^(\| .* \| \d+ \| \d+ \|) \d+ \| \d+ \|$", r"\1", text, flags=re.M)
    return re.sub(r"^\d+ instructions of (\d+) rows.*", r"\1 rows", text, flags=re.M).splitlines()


def main():
    program, page = sys.argv[1:3]
    with open(page, encoding="utf-8") as file:
        text = file.read()
    with tempfile.NamedTemporaryFile("r") as now:
        subprocess.run([program, "--insns", "0", "--markdown", now.name], check=True)
        failures = list(difflib.unified_diff(lines(text), lines(now.read()), page, "a64.def",
                                             lineterm="", n=0))
    count = re.search(r"^(\d+) instructions of", text, re.M)
    if not count or int(count[1]) < 20_000_000:
        failures.append(f"{page}: its run was shorter than 20 million instructions")
    if re.search(r"\| 0 \|$", text, re.M):
        failures.append(f"{page}: a row was never executed")
    if failures:
        failures.append(
            "mend: ./dev diff --insns 20000000 --all-rows --markdown docs/INSTRUCTIONS.md")
    print("\n".join(failures))
    return bool(failures)


sys.exit(main())
