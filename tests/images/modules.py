#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kernel modules for an initramfs, decompressed, in the order in which insmod must load them.

Usage: modules.py TREE OUT NAME...    TREE: unpacked packages; prints rows for cpio.py
"""
import lzma
import os
import re
import sys


def find_modules(tree):
    """Paths by name; in names, "-" and "_" are the same."""
    found = {}
    for folder, _, files in os.walk(tree):
        for file in files:
            match = re.fullmatch(r"(.*)\.ko(\.xz)?", file)
            if match:
                found[match[1].replace("-", "_")] = os.path.join(folder, file)
    return found


def read(path):
    with (lzma.open if path.endswith(".xz") else open)(path, "rb") as file:
        return file.read()


def needs(image):
    """Names in the section .modinfo: depends=A,B and softdep=pre: C."""
    for match in re.finditer(rb"\b(?:depends=|softdep=pre: )([^\0]+)\0", image):
        yield from re.split(r"[, ]+", match[1].decode())


def main():
    tree, out, *names = sys.argv[1:]
    modules = find_modules(tree)
    order = []

    def add(name):
        name = name.replace("-", "_")
        if name in modules and name not in seen:
            seen.add(name)
            image = read(modules[name])
            for needed in needs(image):
                add(needed)
            order.append(f"{name}.ko")
            with open(os.path.join(out, order[-1]), "wb") as file:
                file.write(image)

    seen = set()
    os.makedirs(out, exist_ok=True)
    for name in names:
        add(name)
    with open(os.path.join(out, "order"), "w", encoding="ascii") as file:
        file.write("".join(f"{name}\n" for name in order))
    print("dir modules")
    for name in ["order", *order]:
        print(f"file modules/{name} 644 {os.path.join(out, name)}")


if __name__ == "__main__":
    main()
