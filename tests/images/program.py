#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program and the shared libraries that it needs, directly or not, as rows for cpio.py.

Usage: program.py TREE PATH    TREE: unpacked packages; PATH: of the program in it
"""
import os
import re
import subprocess
import sys

LIBRARIES = "lib/aarch64-linux-gnu"
INTERPRETER = "ld-linux-aarch64.so.1"


def find_libraries(tree):
    """Paths by name; a link counts by what it points to."""
    found = {}
    for folder, _, files in os.walk(tree):
        for file in files:
            path = os.path.join(folder, file)
            if ".so" in file and os.path.exists(path):
                found.setdefault(file, os.path.realpath(path))
    return found


def needs(path):
    dynamic = subprocess.run(["readelf", "-dW", path], capture_output=True, text=True, check=True)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic.stdout)


def main():
    tree, path = sys.argv[1:]
    libraries = find_libraries(tree)
    todo = [os.path.join(tree, path)]
    names = [INTERPRETER]
    while todo:
        for name in needs(todo.pop()):
            if name not in names:
                names.append(name)
                todo.append(libraries[name])
    print(f"dir lib\ndir {LIBRARIES}")
    for name in names:
        folder = "lib" if name == INTERPRETER else LIBRARIES
        print(f"file {folder}/{name} 755 {libraries[name]}")
    print(f"file bin/{os.path.basename(path)} 755 {os.path.join(tree, path)}")


if __name__ == "__main__":
    main()
