#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All .c and .h files as .clang-format says; .def tables are aligned by hand.
Usage: format.py ROOT CLANG_FORMAT
"""
import subprocess
import sys

import tree


def main():
    root, clang_format = sys.argv[1:3]
    names = [str(path) for path in tree.files(root) if path.suffix in (".c", ".h")]
    failures = []
    for first in range(0, len(names), 64):
        result = subprocess.run([clang_format, "--dry-run", "-Werror", *names[first:first + 64]],
                                cwd=root, capture_output=True, text=True)
        failures += [line for line in result.stderr.splitlines() if "error:" in line]
        if result.returncode != 0 and not failures:
            failures.append(result.stderr.strip() or f"{clang_format}: {result.returncode}")
    if failures:
        failures.append("clang-format-14 -i FILE mends it")
    return tree.report("files", failures, len(names))


sys.exit(main())
