#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench --timing: what the timing models say of the kernels of kernels.def, beside public figures.

--check compares instead: published figures within 5 %, the others exactly with what --update wrote
(into kernels.def and the tables of docs/TIMING.md).
"""
import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEF = HERE / "kernels.def"
DOCS = HERE.parent.parent / "docs" / "TIMING.md"
KERNEL = re.compile(r'^KERNEL(?:_TWO)?\( *(\w+), *(\w+), *(\d+), *(\w+), *(\d+), *"([^"]*)",'
                    r' *(\d+), *"([^"]*)", *"([^"]*)" \)$')
WORKLOAD = re.compile(r'^WORKLOAD\( *(\w+), *(\d+), *(\d+), *(\d+), *"([^"]*)" \)$')
HEADING = re.compile(r"^/\* ---- (.*) ---- \*/$")
MODELS = ("a55", "a53")
ESTIMATE = "estimate"


class Row:
    """A kernel: its line in kernels.def, what is expected of each model, and who says so."""

    def __init__(self, line, match, heading):
        self.line, self.heading = line, heading
        self.name, self.less, self.what = match[1], match[4], match[9]
        self.expected = {"a55": int(match[5]), "a53": int(match[7])}
        self.source = {"a55": match[6], "a53": match[8]}


def read():
    """(kernels, workloads as (line, name, {model: thousandths}, what)) in the table's order."""
    kernels, workloads, heading = [], [], ""
    for number, line in enumerate(DEF.read_text().splitlines()):
        if match := HEADING.match(line):
            heading = match[1]
        elif match := KERNEL.match(line):
            kernels.append(Row(number, match, heading))
        elif match := WORKLOAD.match(line):
            workloads.append((number, match[1], {"a55": int(match[3]), "a53": int(match[4])},
                              match[5]))
        elif line.startswith(("KERNEL", "WORKLOAD")):
            sys.exit(f"{DEF.name}:{number + 1}: not a row")
    return kernels, workloads


def measure(options, model, engine="tail"):
    """{(kind, name): thousandths}; model "functional" counts instructions."""
    # KERNEL_TWO rows need a second PE, which is off for all others.
    command = [options.entresol, "run", "--cpus", "2", "--engine", engine, "--timing", model,
               options.program]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            timeout=600)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.returncode}: {result.stderr[-300:]}")
    return {(kind, name): int(value)
            for kind, name, value in map(str.split, result.stdout.splitlines())}


def above(row, measured):
    """The row's cycles less those of the kernel it is compared with."""
    own = measured["kernel", row.name]
    return own if row.less == "none" else own - measured["kernel", row.less]


def is_right(expected, source, value):
    if source == ESTIMATE:
        return value == expected
    return abs(value - expected) * 20 <= expected


def cycles(thousandths):
    return f"{thousandths / 1000:.2f}"


def compare(model, kernels, workloads, measured):
    """Lines, one a row that is not as expected."""
    wrong = [f"{row.name}: {cycles(above(row, measured))} cycles, {model} should take "
             f"{cycles(row.expected[model])} ({row.source[model]})"
             for row in kernels
             if not is_right(row.expected[model], row.source[model], above(row, measured))]
    wrong += [f"{name}: {cycles(measured['workload', name])} cycles, not {cycles(expected[model])}"
              for _, name, expected, _ in workloads if measured["workload", name] != expected[model]]
    known = {("kernel", row.name) for row in kernels} | {("workload", w[1]) for w in workloads}
    return wrong + [f"{name}: not in {DEF.name}" for _, name in measured.keys() - known]


# ---- docs/TIMING.md ----

def kernel_table(kernels, measured):
    lines, heading = [], None
    for row in kernels:
        if row.heading != heading:
            heading = row.heading
            lines += ["", f"**{heading}**", "",
                      "| kernel | a body is | a55 | public | source | a53 | public | source |",
                      "|---|---|---|---|---|---|---|---|"]
        cells = [f"`{row.name}`", row.what]
        for model in MODELS:
            is_public = row.source[model] != ESTIMATE
            cells += [cycles(above(row, measured[model])),
                      cycles(row.expected[model]) if is_public else "", row.source[model]]
        lines.append("| " + " | ".join(cells) + " |")
    return lines[1:]


def workload_table(workloads, measured, instructions):
    lines = ["| workload | a round is | instructions | a55 cycles | IPC | a53 cycles | IPC |",
             "|---|---|---|---|---|---|---|"]
    for _, name, _, what in workloads:
        count = instructions["workload", name]
        cells = [f"`{name}`", what, f"{count / 1000:.0f}"]
        for model in MODELS:
            spent = measured[model]["workload", name]
            cells += [f"{spent / 1000:.0f}", f"{count / spent:.2f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def with_tables(text, tables):
    """The text with what is between the markers of each table replaced."""
    for name, lines in tables.items():
        begin, end = f"<!-- {name}: bench/timing/table.py -->\n", f"\n<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + "\n".join(lines) + end + rest.split(end, 1)[1]
    return text


def update(kernels, workloads, measured):
    """Writes what is not published into kernels.def."""
    lines = DEF.read_text().splitlines()

    def put(number, column, value):
        cells = list(re.finditer(r"(?<=[ ,])(\d+),", lines[number]))
        cell = cells[column]
        width = cell.end() - cell.start() - 1
        start = cell.start()
        text = str(value)
        while len(text) > width and lines[number][start - 1] == " " and lines[number][start - 2] == " ":
            start, width = start - 1, width + 1
        lines[number] = lines[number][:start] + text.rjust(width) + lines[number][cell.end() - 1:]

    for index, model in enumerate(MODELS):
        for row in kernels:
            if row.source[model] == ESTIMATE:
                put(row.line, 1 + index, above(row, measured[model]))
        for number, name, _, _ in workloads:
            put(number, 1 + index, measured[model]["workload", name])
    DEF.write_text("\n".join(lines) + "\n")


def compare_engines(options):
    """Lines, one a kernel or workload that takes other times on the two engines."""
    tail, step = (measure(options, "a55", engine) for engine in ("tail", "step"))
    return [f"{name}: {cycles(tail[kind, name])} cycles by TAIL, {cycles(step[kind, name])} by STEP"
            for kind, name in tail if tail[kind, name] != step.get((kind, name))]


def make_tables(options, kernels, workloads, measured):
    return {"kernels": kernel_table(kernels, measured),
            "workloads": workload_table(workloads, measured, measure(options, "functional"))}


def compare_docs(tables):
    text = DOCS.read_text()
    return [] if with_tables(text, tables) == text else [
        f"{DOCS.name}: its tables are not what the models say: bench/timing/table.py --update"]


def check(options, kernels, workloads):
    """What is wrong, as lines."""
    if options.check == "step":
        return compare_engines(options)
    if options.check in MODELS:
        return compare(options.check, kernels, workloads, measure(options, options.check))
    measured = {model: measure(options, model) for model in MODELS}
    return compare_docs(make_tables(options, kernels, workloads, measured))


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench --timing",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entresol", default="build/release/entresol")
    parser.add_argument("--program", default="build/release/bench/timing/timing.elf")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", choices=MODELS + ("step", "docs"),
                      help="compare: a model with kernels.def, the engines, or docs/TIMING.md")
    what.add_argument("--update", action="store_true",
                      help="write what is not published into kernels.def and docs/TIMING.md")
    options = parser.parse_args()
    kernels, workloads = read()
    if options.check:
        wrong = check(options, kernels, workloads)
        print("\n".join(wrong))
        return 1 if wrong else 0
    measured = {model: measure(options, model) for model in MODELS}
    tables = make_tables(options, kernels, workloads, measured)
    print("\n".join(tables["kernels"] + [""] + tables["workloads"]))
    if options.update:
        update(kernels, workloads, measured)
        DOCS.write_text(with_tables(DOCS.read_text(), tables))
    return 0


sys.exit(main())
