#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every dispatch of TAIL, functional or timed, is a jump: gcc 12 has no musttail, so objects are read.

No handler calls through a pointer or calls another handler, and each leaves by a jump.
Usage: dispatch_is_jump.py OBJECT... (x86-64)
"""
import re
import subprocess
import sys

import tree

# Functions named timed_ that are no handlers are called by some.
HANDLER = re.compile(r"(tail_|fused_|timed_(op|slow|flow|raise|resume|leave|goto|next_page)_?)")
FUNCTION = re.compile(r"^[0-9a-f]+ <([^>\n]+)>:\n((?:.+\n)*)", re.M)
# A jump or call, what objdump says of its operand, and the relocation on the line behind it.
BRANCH = re.compile(r"\t(?:notrack )?(jmp|call)q?\s+(\*?)(?:[0-9a-f]+ <([^+>]+)[^>]*>)?.*"
                    r"(?:\n\t+[0-9a-f]+: R_X86_64_\w+\t([^\s+-]+))?")


def branches(body):
    """(jmp or call, whether through a pointer, name of the target) of each branch."""
    for kind, star, shown, relocated in BRANCH.findall(body):
        yield kind, bool(star), relocated or shown


def check(name, body):
    found = list(branches(body))
    for kind, is_pointer, target in found:
        if kind == "call" and is_pointer:
            yield "calls through a pointer: the tail call was lost"
        elif kind == "call" and HANDLER.match(target):
            yield f"calls {target}: the tail call was lost"
    leaves = any(kind == "jmp" and (is_pointer or target != name)
                 for kind, is_pointer, target in found)
    if re.match(r"tail_op_|fused_|timed_(op|flow)_", name) and "." not in name and not leaves:
        yield "does not end in a jump"


def main():
    failures, handlers = [], 0
    for path in sys.argv[1:]:
        text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", path], capture_output=True,
                              text=True, check=True).stdout
        for name, body in FUNCTION.findall(text):
            if HANDLER.match(name):
                handlers += 1
                failures += [f"{path}: {name} {what}" for what in check(name, body)]
    return tree.report("handlers", failures, handlers)


sys.exit(main())
