#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the #include lines of the simulator against the table of layers (ARCHITECTURE.md)."""
import pathlib
import re
import sys

# Folder: what it may include of other folders. A folder's public header is <folder>/<folder>.h.
DATA = {"cpu/state.h", "cpu/events.h", "sysregs/ids.h", "exceptions/ec.def"}
SYSREG_ROWS = {"sysregs/sysreg.def", "sysregs/feature.def", "sysregs/fields.def"}
MAY = {
    "base": set(),
    "sysregs": {"base/"} | DATA,
    "timing": {"base/"},
    "mmu": {"base/", "sysregs/sysregs.h", "timing/"} | DATA,
    "exceptions": {"base/", "sysregs/sysregs.h"} | DATA,
    "cpu": {"base/", "sysregs/sysregs.h", "timing/", "mmu/mmu.h", "exceptions/exceptions.h"}
    | DATA | SYSREG_ROWS,
    "platform": {"base/", "timing/", "cpu/cpu.h", "mmu/mmu.h", "sysregs/sysregs.h",
                 "exceptions/exceptions.h"} | DATA,
    "loader": {"base/", "mmu/mmu.h", "platform/machine.h"} | DATA,
    "debug": {"base/", "cpu/cpu.h", "mmu/mmu.h", "sysregs/sysregs.h", "exceptions/exceptions.h",
              "loader/loader.h", "platform/machine.h"} | DATA,
    "app": {"base/", "cpu/cpu.h", "mmu/mmu.h", "sysregs/sysregs.h", "exceptions/exceptions.h",
            "loader/loader.h", "platform/", "debug/", "timing/"} | DATA,
}


def allowed(folder, target):
    own = target.startswith(folder + "/")
    return own or any(target == a or (a.endswith("/") and target.startswith(a)) for a in MAY[folder])


def main():
    root = pathlib.Path(sys.argv[1])
    failures = 0
    for folder in MAY:
        for path in sorted((root / folder).rglob("*.[ch]")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if not match:
                    continue
                target = match.group(1)
                if "/" not in target:
                    print(f"{path}:{number}: include with its folder: {target}")
                    failures += 1
                elif not allowed(folder, target):
                    print(f"{path}:{number}: {folder} may not include {target}")
                    failures += 1
    return failures > 0


sys.exit(main())
