#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every dispatch of the TAIL engine is a jump: gcc 12 has no musttail, so the objects are read.

No handler (tail_op_*, fused_*) may call through a pointer, and each must leave by a jump.
"""
import re
import subprocess
import sys

failures = 0
handlers = 0
for path in sys.argv[1:]:
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], capture_output=True,
                          text=True, check=True).stdout
    for name, body in re.findall(r"^[0-9a-f]+ <([^>]+)>:\n((?:.+\n)*)", text, re.M):
        if not re.match(r"(tail_op_|fused_)", name) or ".cold" in name:
            continue
        handlers += 1
        if re.search(r"\bcall\s+\*", body):
            print(f"{path}: {name} calls through a pointer: the tail call was lost")
            failures += 1
        if not re.search(r"\bjmp\s+(\*|[0-9a-f]+ <)", body):
            print(f"{path}: {name} does not end in a jump")
            failures += 1
print(f"{handlers} handlers, {failures} failures")
sys.exit(failures > 0 or handlers == 0)
