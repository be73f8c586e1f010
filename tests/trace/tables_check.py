#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A checker of logs of translation tables: casemate's records (rems-project/casemate, doc/trace-format.md), one a line.

Beyond the grammar: sequence numbers count from 0, and every write is to memory that was initialised, once.
Usage: tables_check.py [--known] [--summary] FILE
--known: only what casemate-check knows of barriers, TLB maintenance and registers.
"""
import argparse
import re
import sys

U64 = r"0x[0-9a-f]{1,16}"
SOURCE = r'\(src "(?P<src>[^":]+:\d+)"\)'
FIELDS = {
    "mem-write": rf"\(mem-order (?:plain|release)\) \(address (?P<address>{U64})\) \(value (?P<value>{U64})\)",
    "mem-read": rf"\(address {U64}\) \(value {U64}\)",
    "mem-init": rf"\(address (?P<address>{U64})\) \(size (?P<size>{U64})\)",
    "mem-set": rf"\(address {U64}\) \(size {U64}\) \(value {U64}\)",
    "barrier": r"(?:isb|dsb \(kind (?P<kind>\w+)\))",
    "tlbi": rf"(?P<operation>\w+)(?: \(value (?P<operand>{U64})\))?",
    "sysreg-write": rf"\(sysreg (?P<register>\w+)\) \(value {U64}\)",
    "hint": rf"\(kind (?P<hint>set_root_lock|set_owner_root|release_table|set_pte_thread_owner)\) "
            rf"\(location (?P<location>{U64})\) \(value {U64}\)",
    "lock": rf"\(address {U64}\)",
    "unlock": rf"\(address {U64}\)",
}
RECORD = {name: re.compile(rf"\({name} \(id (?P<id>\d+)\) \(tid (?P<tid>\d+)\) {fields} {SOURCE}\)")
          for name, fields in FIELDS.items()}
KINDS = {"ish", "ishst", "nsh", "sy"}
MORE_KINDS = {f"{domain}{what}" for domain in ("osh", "nsh", "ish") for what in ("", "ld", "st")} | {"ld", "st"}
OPERATIONS = {"vmalls12e1", "vmalls12e1is", "vmalle1is", "vmalle1", "alle1", "alle1is", "alle2", "alle2is", "vale2is",
              "vae2is", "ipas2e1is"}
REGISTERS = {"vttbr_el2", "ttbr0_el2", "vtcr_el2", "hcr_el2", "tcr_el2", "sctlr_el2", "mair_el2"}


class Wrong(Exception):
    pass


class Checker:
    def __init__(self, known):
        self.known, self.next_id, self.pages, self.counts = known, 0, set(), {}

    def line(self, text):
        name = re.match(r"\(([a-z-]+)", text)
        if not name or name[1] not in RECORD:
            raise Wrong("no record that casemate has")
        found = RECORD[name[1]].fullmatch(text)
        if not found:
            raise Wrong(f"not a {name[1]}")
        if int(found["id"]) != self.next_id:
            raise Wrong(f"sequence number {found['id']} and not {self.next_id}")
        self.next_id += 1
        self.counts[name[1]] = self.counts.get(name[1], 0) + 1
        self.meaning(name[1], found.groupdict())

    def meaning(self, name, fields):
        if name == "mem-init":
            page, size = int(fields["address"], 16), int(fields["size"], 16)
            if page in self.pages:
                raise Wrong("memory that was initialised before")
            if size != 4096 or page % size:
                raise Wrong("not a page")
            self.pages.add(page)
        elif name == "mem-write":
            address = int(fields["address"], 16)
            if address % 8:
                raise Wrong("half a descriptor")
            if address // 4096 * 4096 not in self.pages:
                raise Wrong("a write to memory that was not initialised")
        elif name == "hint" and int(fields["location"], 16) not in self.pages:
            raise Wrong("a hint for memory that was not initialised")
        elif name == "barrier" and fields["kind"] is not None:
            if fields["kind"] not in KINDS and (self.known or fields["kind"] not in MORE_KINDS):
                raise Wrong("a barrier that casemate does not know")
        elif name == "tlbi":
            if ("all" in fields["operation"]) != (fields["operand"] is None):
                raise Wrong("an operand too few or too many")
            if self.known and fields["operation"] not in OPERATIONS:
                raise Wrong("TLB maintenance that casemate does not know")
        elif name == "sysreg-write" and self.known and fields["register"] not in REGISTERS:
            raise Wrong("a register that casemate does not know")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--known", action="store_true", help="only what casemate-check knows")
    parser.add_argument("--summary", action="store_true", help="count the records")
    parser.add_argument("file")
    options = parser.parse_args()
    checker, failures = Checker(options.known), 0
    with open(options.file) as file:
        for number, text in enumerate(file, 1):
            try:
                checker.line(text.rstrip("\n"))
            except Wrong as wrong:
                failures += 1
                print(f"{options.file}:{number}: {wrong}: {text.rstrip()}")
                if failures == 20:
                    return 1
    if options.summary:
        print(options.file, *(f"{name} {count}" for name, count in sorted(checker.counts.items())))
    if "mem-write" not in checker.counts:
        failures += 1
        print(f"{options.file}: no table was written")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
