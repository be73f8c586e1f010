#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A grammar checker of Tarmac in the flavour of Arm's Fast Models.

Written from public descriptions, not from our writer: Arm's Fast Models Reference Manual (100964), "TarmacTrace file
format" (records, the common address definition, data with an underscore every eight digits, attributes of accesses),
and what Arm's tarmac-trace-utilities take without a warning (record types and time units that they know, sizes of
registers, system operations that they do not like as R records).

Beyond the grammar: time and instruction counts of a PE do not go back, and, for RAM, a read has what was written last.

Usage: tarmac_check.py [--summary] FILE...
FILE may be - for stdin. Exit code 1: a line is wrong.
"""
import argparse
import re
import sys

UNITS = "clk|ns|cs|cyc|tic|ps"
VA = "(?P<va>[0-9a-f]{8}|[0-9a-f]{16})"
PA = "(?P<pa>[0-9a-f]{12})(?P<security>_NS)?"
ADDRESS = f"{VA}(?::{PA})?"
LINE = re.compile(rf"(?P<time>\d+) (?:{UNITS}) (?:(?P<cpu>cpu\S*) )?(?P<type>\S+)(?: (?P<rest>.*))?")
INSN = re.compile(rf"\((?P<id>\d+)\) {ADDRESS} (?P<opcode>[0-9a-f]{{8}}) (?P<set>[ATXO]) "
                  r"(?P<mode>EL[0-3][ht])_(?P<world>s|n|ns|rl|rt) : (?P<text>\S.*)")
REGISTER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]*) (?P<value>[0-9A-Fa-f]+)")
ACCESS_TYPE = re.compile(r"M(?P<way>[RW])(?P<size>[1248])(?P<attribute>[XTL]?)")
ACCESS = re.compile(rf"{ADDRESS} (?P<data>[0-9a-f]+(?:_[0-9a-f]+)*)")
EVENT = re.compile(rf"{ADDRESS} (?P<number>[0-9a-f]{{8}}) CoreEvent_(?P<name>\w+)")
WALK = re.compile(r"(?P<side>[ID]TLB) LPAE (?P<stage>[12]):(?P<level>[0-3]) (?P<where>[0-9a-f]{12})(?:_NS)? "
                  r"(?P<data>[0-9a-f]{16}) : (?P<kind>TABLE|BLOCK|PAGE|INVALID)")
SIGNAL = re.compile(r"SIGNAL=(?P<name>\w+) STATE=(?P<state>[YN])")
# Digits by name; others are system registers.
DIGITS = [(re.compile(r"X([12]?\d|30)"), 16), (re.compile(r"W([12]?\d|30)"), 8), (re.compile(r"SP_EL[0-3]"), 16),
          (re.compile(r"[qQvV]([12]?\d|3[01])"), 32), (re.compile(r"d([12]?\d|3[01])"), 16),
          (re.compile(r"s([12]?\d|3[01])"), 8), (re.compile(r"cpsr"), 8), (re.compile(r"FP[CS]R"), 8)]
# As the name of an R record the utilities warn of these.
OPERATIONS = {"DC", "IC", "TLBI", "AT"}
RAM = 0x40000000


class Wrong(Exception):
    pass


def match(pattern, text, what):
    found = pattern.fullmatch(text or "")
    if not found:
        raise Wrong(f"not {what}")
    return found


class Checker:
    def __init__(self):
        self.counts, self.time, self.id, self.bytes = {}, {}, {}, {}

    def address(self, found):
        """16 digits are for what does not fit into 8."""
        if len(found["va"]) == 16 and found["va"].startswith("00000000"):
            raise Wrong("a virtual address with more digits than it needs")

    def insn(self, cpu, found):
        self.address(found)
        number = int(found["id"])
        if number <= self.id.get(cpu, -1):
            raise Wrong(f"instruction {number} comes behind {self.id[cpu]}")
        self.id[cpu] = number
        if found["set"] != "O":
            raise Wrong("an instruction that is not of A64")

    def register(self, found):
        name, digits = found["name"], len(found["value"])
        if name in OPERATIONS:
            raise Wrong(f"an operation, {name}, as a register")
        for pattern, wanted in DIGITS:
            if pattern.fullmatch(name):
                if digits != wanted:
                    raise Wrong(f"{name} with {digits} digits and not {wanted}")
                return
        if not re.fullmatch(r"[A-Z]\w*", name) or digits not in (8, 16):
            raise Wrong(f"{name} with {digits} digits is no system register")

    def access(self, kind, found):
        self.address(found)
        size, data = int(kind["size"]), found["data"]
        wanted = r"[0-9a-f]{8}_[0-9a-f]{8}" if size == 8 else rf"[0-9a-f]{{{2 * size}}}"
        if not re.fullmatch(wanted, data):
            raise Wrong(f"data of {size} bytes as {data}")
        if found["pa"] is None or int(found["pa"], 16) < RAM:
            return
        pa = int(found["pa"], 16)
        for i, byte in enumerate(reversed(bytes.fromhex(data.replace("_", "")))):
            if kind["way"] == "R" and self.bytes.get(pa + i, byte) != byte:
                raise Wrong(f"byte {i} is 0x{byte:02x}, and 0x{self.bytes[pa + i]:02x} was written last")
            self.bytes[pa + i] = byte

    def record(self, cpu, kind, rest):
        access = ACCESS_TYPE.fullmatch(kind)
        if kind in ("IT", "IF", "IS"):
            self.insn(cpu, match(INSN, rest, "(ID) ADDRESS OPCODE O MODE_WORLD : TEXT"))
        elif kind == "R":
            self.register(match(REGISTER, rest, "NAME VALUE"))
        elif access:
            self.access(access, match(ACCESS, rest, "ADDRESS DATA"))
        elif kind == "E":
            self.address(match(EVENT, rest, "ADDRESS NUMBER CoreEvent_NAME"))
        elif kind == "TTW":
            match(WALK, rest, "SIDE LPAE STAGE:LEVEL ADDRESS DATA : KIND")
        elif kind == "SIGNAL:":
            match(SIGNAL, rest, "SIGNAL=NAME STATE=Y|N")
        else:
            raise Wrong("a record of an unknown type")

    def line(self, text):
        found = match(LINE, text, "TIME UNIT [CPU] TYPE ...")
        cpu, time = found["cpu"] or "", int(found["time"])
        if time < self.time.get(cpu, 0):
            raise Wrong(f"time goes back from {self.time[cpu]}")
        self.time[cpu] = time
        kind = found["type"]
        self.record(cpu, kind, found["rest"])
        self.counts[kind] = self.counts.get(kind, 0) + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--summary", action="store_true", help="count the records by type")
    parser.add_argument("file", nargs="+")
    options = parser.parse_args()
    failures = 0
    for name in options.file:
        checker = Checker()
        with (sys.stdin if name == "-" else open(name)) as file:
            for number, text in enumerate(file, 1):
                try:
                    if not text.endswith("\n"):
                        raise Wrong("a line that does not end")
                    checker.line(text[:-1])
                except Wrong as wrong:
                    failures += 1
                    print(f"{name}:{number}: {wrong}: {text.rstrip()}")
                    if failures == 20:
                        return 1
        if options.summary:
            print(name, *(f"{kind} {count}" for kind, count in sorted(checker.counts.items())))
        if not checker.counts:
            failures += 1
            print(f"{name}: no records")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
