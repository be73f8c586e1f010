#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of HYPERVISOR-SPEC F.1 to F.5 has a row of spec.def, and what that names is there: a test function that is
defined and in its list of tests, the text of a row of a table, or a choice of choices.def.

Usage: spec.py ROOT
"""
import functools
import pathlib
import re
import sys

# As in the specification, and split where one row says several things.
ROWS = {
    "HW-1": ", timers, not",
    "HW-2": ", UNDEF",
    "HW-3": "timers, offset, CNTHCTL, UCT, UCI, DZE, nTWE, nTWI, UMA, FPEN",
    "HW-4": "EL2&0, EL2, EL1&0, A1, stage 2, TGE",
    "HW-5": "VM+ DC, physical, virtual, PTW, traps, target, ERET, TDE",
    "HW-6": "EL2, host, VAE2, EL1, FB, VMID, BSU",
    "HW-7": "EL2, host, walk, S12E*, S1E2*, PAN",
    "HW-8": "EL1, EL2, host, NV1, PAN",
    "F.2": "VM, SWIO, PTW, FMO, IMO, AMO, VF, VI, VSE, FB, BSU, DC, TWI, TWE, TID0, TID1, TID2, TID3, TSC, TIDCP, TACR, "
           "TSW, TPCP, TPU, TTLB, TVM, TGE, TDZ, HCD, TRVM, RW, CD, ID, E2H, TLOR, TERR, TEA, APK, API, NV, NV1, AT, NV2, "
           "FWB, FIEN, TID4, TICAB, TOCU, TTLBIS, TTLBOS, TID5, EnSCXT, ATA, DCT, TWEDEn, TWEDEL, UNDEF first, "
           "NV2 first, EL1 first",
    "HW-9": "TCPAC, TAM, TTA, TFP, TZ, RES1, SMEN, ZEN, FPEN, order",
    "HW-10": "",
    "HW-11": "HPMN, TPMCR, TPM, HPME, TDE, TDA, TDOSA, TDRA, E2PB, TPMS, HPMD, TTRF, HCCD, HLP, TDCC, TGE",
    "HW-12": "E2H=0, E2H=1, host, EVNT, ECV, EL1TVT, EL1TVCT, EL1NVPCT, EL1NVVCT, CNTKCTL, CNTVOFF",
    "HW-13": "VTCR, HA+ HD, VTTBR",
    "HW-14": "VPIDR, VMPIDR, single",
    "HW-15": "ICV, SGI, En+ *IE, TC, TALL0, TALL1, TSEI, TDIR, EOIcount, status",
    "HW-16": "",
    # 0x11 to 0x13 are of AArch32
    "HW-17": "0x00, 0x01, 0x07, 0x09, 0x0E, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x20, 0x21, 0x22, 0x24, 0x25, 0x26, 0x2F, "
             "0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3C, FSC, ISV, CM",
    "HW-18": "HPFAR, S1PTW, UNKNOWN",
    "HW-19": "vector, host, PSTATE, PAN, SSBS+ DIT, CSE",
    "HW-20": "PSTATE, higher, absent, reserved, M[4], TGE, IL, PC",
    "HW-21": "higher, host, EL1, TGE, EL2, EL2+ TGE, SError, virtual",
    "F.5": "EL2 name+ NV=0, EL2 name+ NV=1+NV2=0, EL2 name+ NV=1+NV2=1, _EL12+ NV=0, _EL12+ NV2=0 or NV1=1, "
           "_EL12+ NV2=1+NV1=0, VBAR+ ELR+ SPSR, EL1 name+ {1+1+1}, ERET, SMC, CurrentEL, SPSR_EL1.M, SPSR_EL1 of EL0, "
           "TLBI+ AT, AT S1E1*, NV1 leaf, NV1 tables, NV1 PAN, NV1 LDTR, {NV+NV1}={0+1}, VNCR access, VNCR fault, "
           "VNCR watchpoint, TVM+ TRVM",
}
SPEC = re.compile(r'^SPEC\( "([^"]+)", +"([^"]+)", +"([^"]+)" \)$')


def rows():
    """The names of all rows; a '+' of the lists above is a comma."""
    for number, parts in ROWS.items():
        for part in parts.split(", "):
            yield f"{number} {part}".strip().replace("+", ",")


@functools.cache
def read(file):
    return file.read_text() if file.exists() else ""


def is_there(file, name):
    text, quoted = read(file), re.escape(name)
    if file.suffix == ".def":
        return re.search(rf"^CHOICE\( {quoted},", text, re.M)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return re.search(rf'\{{ (\.text = |0x[0-9a-f]+, )?"{quoted}",?\s', text)
    if f"\nstatic void {name}(void **state)\n" in text:
        runners = [file]
    elif f"\nvoid {name}(void **state)\n" in text:
        runners = file.parent.glob("*.c")
    else:
        return False
    listed = re.compile(rf"^\t\t(cmocka_unit_test\w*|TEST)\({quoted}[,)]", re.M)
    return any(listed.search(read(runner)) for runner in runners)


def check(root):
    """Yields what is wrong."""
    tests, known, seen = root / "tests", list(rows()), set()
    for line in (tests / "route/spec.def").read_text().splitlines():
        match = SPEC.match(line)
        if not match:
            if line.startswith("SPEC"):
                yield f"not understood: {line}"
            continue
        row, file, name = match.groups()
        if row not in known:
            yield f"{row}: the specification has no such row"
        if not is_there(root / file if file.startswith("sysregs/") else tests / file, name):
            yield f"{row}: {file} has no '{name}'"
        seen.add(row)
    for row in known:
        if row not in seen:
            yield f"{row}: no test is named"


wrong = list(check(pathlib.Path(sys.argv[1])))
print("\n".join(wrong) or f"{len(list(rows()))} rows of the specification, each with a test")
sys.exit(bool(wrong))
