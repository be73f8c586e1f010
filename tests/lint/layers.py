#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the #include lines against the table of who may include what (ARCHITECTURE.md).

A folder may include itself and its row of MAY; a header that no row names is private to its folder.
Usage: layers.py ROOT
"""
import pathlib
import re
import sys

import tree

# Data that is shared across layers, with no call behind it.
DATA = {"cpu/state.h", "cpu/vreg.h", "fpu/env.h", "cpu/events.h", "cpu/points.h", "cpu/liberty.h", "sysregs/ids.h", "exceptions/ec.def",
        "mmu/at.def", "mmu/tlbi.def"}
# The time of a PE: a part of struct cpu, which whoever sees the one sees.
TIMED = {"timing/timing.h"}
BASE = {"base/archive.h", "base/base.h", "base/bits.h", "base/check.h", "base/digest.h", "base/nearest.h", "base/number.h", "base/path.h", "base/rng.h", "base/shell.h", "base/status.h", "base/types.h"}
ROWS = {"sysregs/sysreg.def", "sysregs/feature.def", "sysregs/fields.def", "sysregs/describe.def",
        "sysregs/describe_fields.def"}
CORE = {"cpu/cpu.h", "mmu/mmu.h"} | TIMED | BASE | DATA
BOARD = {"platform/machine.h", "platform/checkpoint.h", "platform/snapshot.h"} | CORE
VERIFY = {"verify/adversary.h", "verify/child.h", "verify/jobs.h", "verify/kill.h", "verify/model.h", "verify/monitor.h", "verify/mutant.h", "verify/oracle.h",
          "verify/place.h", "verify/oracle.h", "verify/oracle_cells.def", "verify/scenario.h", "verify/session.h", "verify/sweep.h"}
MAY = {
    "base": set(),
    "fpu": BASE,
    "sysregs": TIMED | BASE | DATA,
    "crypto": {"cpu/vreg.h"} | BASE,
    "timing": BASE,
    "mmu": {"sysregs/sysregs.h", "sysregs/debug.h", "timing/translate.h"} | TIMED | BASE | DATA,
    "exceptions": {"sysregs/sysregs.h", "sysregs/late.h", "sysregs/debug.h"} | TIMED | BASE | DATA,
    "cpu": {"fpu/fpu.h", "fpu/fast.h", "crypto/crypto.h", "sysregs/sysregs.h", "sysregs/late.h", "mmu/mmu.h",
            "exceptions/exceptions.h", "timing/model.h", "timing/class.def"} | TIMED | ROWS | BASE | DATA,
    "platform": {"timing/events.h"} | CORE,
    "loader": {"platform/device_tree.h"} | BOARD,
    "debug": BOARD,
    "explain": {"sysregs/sysregs.h", "exceptions/exceptions.h"} | ROWS | CORE,
    "verify": {"sysregs/choices.h", "debug/observers.h", "debug/worlds.h", "debug/symbols.h", "debug/hash.h", "debug/walk.h", "debug/transition.h",
               "debug/guest_memory.h", "loader/loader.h", "sysregs/sysregs.h", "exceptions/exceptions.h",
               "cpu/liberty.def"} | BOARD,
    "api": {"sysregs/sysreg.def", "sysregs/fields.def", "sysregs/choices.h", "sysregs/sysregs.h",
            "exceptions/exceptions.h", "explain/explain.h", "timing/count.def"} | BOARD,
    "app": {"sysregs/choices.h", "sysregs/sysregs.h", "exceptions/exceptions.h",
            "loader/loader.h", "debug/hash.h", "debug/stats.h", "debug/trace.h",
            "explain/explain.h", "api/entresol.h", "timing/count.def", "timing/model.h",
            "debug/observers.h", "debug/profile.h", "debug/profile_names.h", "debug/gdb.h", "debug/gdb_socket.h",
            "debug/symbols.h", "debug/transition.h", "debug/travel.h", "debug/worlds.h", "debug/walk.h",
            "debug/guest_memory.h", "debug/who.h", "platform/board.h"} | VERIFY | BOARD,
    "hyp-model": {"sysregs/feature.def", "sysregs/gated.def", "sysregs/ones.def",
                  "sysregs/traps.def"} | ROWS,
    "bench": {"debug/observers.h", "debug/travel.h", "loader/loader.h", "timing/model.h"} | VERIFY | BOARD,
}

# Includes beyond the table, each with its reason. One that is not used any more fails.
EXCEPTIONS = {
    ("verify", "hyp-model/core/mutants.def"): "which bugs hyp-mutants.elf can have, as data",
    ("cpu", "timing/events.h"): "the end of time, beyond which no state of a PE is",
    ("app", "hyp-model/guest/abi.h"): "how many rounds hyp.elf's benchmarks have pages for",
    ("hyp-model", "api/entresol.h"): "a test that asks the simulated CPU what a walk should find",
    ("platform", "sysregs/sysregs.h"): "the timers' registers by name, the list of profiles",
    ("platform", "exceptions/exceptions.h"): "whether a pending interrupt ends WFI",
    ("cpu", "timing/events.h"): "up to where a PE's time can be loaded",
    ("debug", "sysregs/sysregs.h"): "names of registers",
    ("debug", "exceptions/exceptions.h"): "names and fields of syndromes",
    ("debug", "loader/loader.h"): "symbols beside addresses",
    ("debug", "timing/model.h"): "reasons of cycles",
    ("explain", "cpu/decode.h"): "which instruction a word is, and so which control is asked",
    ("explain", "cpu/pauth.h"): "which key an instruction signs with",
    ("explain", "cpu/system.h"): "the syndrome of a trapped access",
    ("explain", "sysregs/table.h"): "the columns of a register's row",
    ("explain", "sysregs/gated.def"): "the feature that a RES0 bit would need",
}


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if match:
            yield number, match.group(1)


def main():
    root = pathlib.Path(sys.argv[1])
    failures, checked, used = [], 0, set()
    for path in tree.files(root):
        folder = path.parts[0]
        if folder not in MAY or path.suffix not in (".c", ".h", ".S", ".def"):
            continue
        checked += 1
        for number, target in includes((root / path).read_text()):
            at = f"{path}:{number}"
            is_house = target.split("/")[0] in MAY
            # Guest programs are compiled with include paths of their own.
            if not is_house and folder not in ("hyp-model", "bench"):
                failures.append(f"{at}: include with the folder's name: {target}")
            elif not is_house or target.startswith(folder + "/") or target in MAY[folder]:
                continue
            elif (folder, target) in EXCEPTIONS:
                used.add((folder, target))
            else:
                failures.append(f"{at}: {folder} may not include {target}")
    for folder, target in sorted(EXCEPTIONS.keys() - used):
        if (root / folder).is_dir():
            failures.append(f"{folder}: stale exception: nothing here includes {target}")
    return tree.report("files", failures, checked)


sys.exit(main())
