#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names in traces of a nested run: hyp.elf is host and guest hypervisor, guest.elf runs below both, and all are
linked for the same addresses. Usage: symbols_cli.py ENTRESOL HYP_ELF GUEST_ELF
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ENTRESOL, HYP, GUEST = sys.argv[1:4]
NAME = re.compile(r" <([A-Za-z_][\w.]*)(?:\+0x[0-9a-f]+)?>")
failures = []


def check(why, ok, *shown):
    if not ok:
        failures.append(" ".join(map(str, (why, *shown))))


def symbols(elf):
    lines = subprocess.run(["aarch64-linux-gnu-nm", elf], capture_output=True, text=True, check=True).stdout
    return {line.split()[2] for line in lines.splitlines() if len(line.split()) == 3}


def trace(folder, *options):
    """Lines of exceptions and returns of a nested run."""
    path = pathlib.Path(folder) / "trace"
    subprocess.run([ENTRESOL, "run", "--cpu", "v8.4-nv2", "--trace", f"el={path}", *options, HYP, "--", "mode=vhe",
                    "nest=vhe", "nv=2"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return path.read_text().splitlines()


def main():
    with tempfile.TemporaryDirectory() as folder:
        alone = trace(folder)
        both = trace(folder, "--symbols", GUEST)
        only_el2 = trace(folder, "--symbols", f"{GUEST}:el2")
        moved = trace(folder, "--symbols", f"{GUEST}@0x3004")
        names = pathlib.Path(folder) / "names"
        names.write_text("no name\n0000000040200000 T everything\n00000000402fffff t end\n")
        by_map = trace(folder, "--symbols", f"{names}:el2")
    guest, hyp = symbols(GUEST), symbols(HYP)
    check("the same events", [NAME.sub("", line) for line in alone] == [NAME.sub("", line) for line in both])
    check("the image's names alone", {name for line in alone for name in NAME.findall(line)} <= hyp)
    named = [(a, b) for a, b in zip(alone, both) if a != b]
    check("the guest's code has names", len(named) > 500, len(named))
    for a, b in named:
        of_guest = set(NAME.findall(b)) - set(NAME.findall(a))
        check("names of the guest where there were none", of_guest and of_guest <= guest and
              len(NAME.findall(a)) < len(NAME.findall(b)), a, "|", b)
    # a guest hypervisor at EL1 is the image's code, too
    check("the guest hypervisor has names", sum(" EL1 => EL2 " in line and " <vcpu_run+" in line.split(" to ")[0]
                                                for line in alone) > 100)
    check("a file of another regime, or elsewhere, names nothing", only_el2 == alone == moved)
    # at EL2 the map is asked first, and has nothing to compare
    check("a System.map", all("<everything" in line.split(" to ")[0] for line in by_map if " EL2 <= " in line) and
          sum(" <vcpu_run+" in line for line in by_map) > 100)
    print("\n".join(failures[:20]))
    print(f"{len(alone)} lines, {len(failures)} failures")
    return len(failures) > 0


sys.exit(main())
