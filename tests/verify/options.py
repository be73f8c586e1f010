#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--help of each form of `entresol verify` and of `entresol sweep`, the manual and the completion of bash know the
same options, the same exit codes, and the same kinds of adversaries.

options.py ENTRESOL
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
OPTION = re.compile(r"--[a-z][a-z-]*")
# What is said to begin an option's paragraph, and not only to name it.
HEAD = re.compile(r"^\.TP\n(\.\S+ .*)$", re.M)
FORMS = [
    # command, page, its sections, the line of the completion
    (["verify"], "entresol-verify.1", ["OPTIONS"], "\t*-*) words="),
    (["verify", "transparency"], "entresol-verify.1", ["TRANSPARENCY"], "transparency-*) words="),
    (["verify", "--kill-matrix"], "entresol-verify.1", ["KILL MATRIX"], "--kill-matrix-*) words="),
    (["sweep"], "entresol-sweep.1", ["OPTIONS", "WINDOW", "MACHINE", "RESULTS"], None),
]
ADVERSARIES = {"none", "min", "max", "seed=", "nth="}


def sections(page):
    """Text by name."""
    text = (ROOT / "docs" / page).read_text().replace("\\-", "-")
    parts = re.split(r"^\.SH (.*)$", text, flags=re.M)
    return dict(zip((name.strip('"') for name in parts[1::2]), parts[2::2]))


def completion_of(line):
    text = (ROOT / "app/completion.bash").read_text()
    text = text[text.index("_entresol_verify()"):]
    return set(OPTION.findall(re.search(re.escape(line) + r'"(.*?)"', text, re.S).group(1)))


def codes_of_help(text):
    return set(re.findall(r"(?:codes: |; )(\d+) ", re.sub(r"\s+", " ", text[text.index("Exit codes:"):])))


def codes_of_page(text):
    return set(re.findall(r"(?:^|; |\n)(\d+)(?:\n| )", text.replace(";\n", "; ")))


def main():
    wrong, pages = [], {}
    for command, page, names, line in FORMS:
        shown = subprocess.run([sys.argv[1], *command, "--help"], capture_output=True, text=True, timeout=60, check=False)
        said = " ".join(command)
        told = set(OPTION.findall(shown.stdout.split("\nExamples:")[0])) - {"--kill-matrix"} | \
            ({"--kill-matrix"} if command == ["verify"] else set())
        known = sections(page)
        heads = set(OPTION.findall(" ".join(head for name in names for head in HEAD.findall(known.get(name, "")))))
        if shown.returncode != 0 or len(told) < 5:
            wrong.append(f"{said} --help: exit code {shown.returncode}, {len(told)} options")
        elif line is not None:
            # --help is not said again of each form
            if told - {"--help"} != heads - {"--help"}:
                wrong.append(f"{said} --help and {page} differ: {told ^ heads}")
            if told != completion_of(line):
                wrong.append(f"{said} --help and the completion differ: {told ^ completion_of(line)}")
        if "--adversary" in told:
            kinds = set(re.findall(r"none|min\b|max\b|seed=|nth=", re.sub(r"\s+", " ", shown.stdout.split("--adversary=")[2])[:200]))
            if kinds != ADVERSARIES:
                wrong.append(f"{said} --help: adversaries {kinds}")
        pages.setdefault(page, set()).update(codes_of_help(shown.stdout))
    for page, codes in pages.items():
        if codes != codes_of_page(sections(page)["EXIT STATUS"]):
            wrong.append(f"exit codes of {page}: {codes ^ codes_of_page(sections(page)['EXIT STATUS'])}")
    scenario = subprocess.run([sys.argv[1], "verify", "--format"], capture_output=True, text=True, check=True).stdout
    if not all(kind in scenario for kind in ADVERSARIES):
        wrong.append("--format does not know all adversaries")
    print("\n".join(wrong) or f"options: {len(FORMS)} forms")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
