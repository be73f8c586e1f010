#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Orders that must hold between configurations: what hyp.elf measures with cost=1, compared.

    orders.py ENTRESOL HYP_ELF

No figure is a constant here but the bounds of the issue; the rest is who needs fewer exits.
"""
import re
import subprocess
import sys

ROUNDS = 8
NV = ["--cpu", "v8.4-nv2"]
CONFIGS = {
    "vm": "mode=vhe",
    "vm-nvhe": "mode=nvhe",
    "vhe-nv": "mode=vhe nest=vhe nv=1",
    "nvhe-nv": "mode=vhe nest=nvhe nv=1",
    "vhe-nv2": "mode=vhe nest=vhe nv=2",
    "nvhe-nv2": "mode=vhe nest=nvhe nv=2",
    "vhe-vhe-nv2": "mode=vhe nest=vhe nv=2 depth=2",
}


def measure(entresol, elf, words):
    """Operation -> exits to level 0 for one operation."""
    command = [entresol, "run", *NV, elf, "--", *words.split(), "cost=1", f"rounds={ROUNDS}"]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         timeout=120, check=False)
    if run.returncode != 0:
        sys.exit(f"orders: {' '.join(command)} ended with {run.returncode}:\n{run.stdout[-2000:]}")
    rows = re.findall(r"^cost: (\S+) \| (\d+) (\d+) (\d+)$", run.stdout, re.MULTILINE)
    return {operation: int(exits) / int(times) for operation, times, _, exits in rows}


def main():
    entresol, elf = sys.argv[1:]
    exits = {name: measure(entresol, elf, words) for name, words in CONFIGS.items()}
    rules = []

    def rule(what, holds):
        rules.append((what, holds))

    for name, row in exits.items():
        rule(f"{name}: an EOI costs no exit ({row['eoi']})", row["eoi"] == 0)
        rule(f"{name}: with an interrupt it costs none either ({row['interrupt']}, {row['sgi']})",
             row["interrupt"] == row["sgi"])
        rule(f"{name}: an EL1 register costs no exit ({row['el1-register']})",
             row["el1-register"] == 0)
        rule(f"{name}: a process switch costs no exit ({row['context-switch']})",
             row["context-switch"] == 0)
        rule(f"{name}: the guest's own TLBI costs no exit ({row['tlbi']})", row["tlbi"] == 0)
    rule("a hypercall of a VM is one exit", exits["vm"]["hypercall"] == 1)
    rule("and so it is on nVHE", exits["vm-nvhe"]["hypercall"] == 1)
    for nv in "nv", "nv2":
        vhe, nvhe = exits["vhe-" + nv], exits["nvhe-" + nv]
        for operation in vhe:
            rule(f"{nv} {operation}: L1 VHE {vhe[operation]} exits, nVHE {nvhe[operation]}",
                 vhe[operation] <= nvhe[operation])
        rule(f"{nv}: fewer for a hypercall", vhe["hypercall"] < nvhe["hypercall"])
    for form in "vhe", "nvhe":
        nv1, nv2 = exits[form + "-nv"], exits[form + "-nv2"]
        rule(f"{form}: a hypercall with NV2 {nv2['hypercall']}, without {nv1['hypercall']}",
             nv2["hypercall"] < nv1["hypercall"])
    for name in "vhe-nv2", "nvhe-nv2":
        rule(f"{name}: at most 20 exits for a nested hypercall ({exits[name]['hypercall']})",
             exits[name]["hypercall"] <= 20)
    rule("a level more costs more",
         exits["vhe-vhe-nv2"]["hypercall"] > exits["vhe-nv2"]["hypercall"])

    for what, holds in rules:
        print(f"{'holds ' if holds else 'BROKEN'} {what}")
    return 0 if all(holds for _, holds in rules) else 1


if __name__ == "__main__":
    sys.exit(main())
