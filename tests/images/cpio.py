#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An initramfs of rows: the same rows and files give the same bytes.

Usage: cpio.py OUT < ROWS, where a row is one of
    dir PATH            file PATH MODE HOSTFILE
    link PATH TARGET    char PATH MODE MAJOR MINOR
Everything belongs to root and is of 1970; inodes count from 1; parents are written by hand. The
format is "newc" (initramfs-buffer-format.rst of Linux): several such files behind each other are
one.
"""
import stat
import sys


def entry(inode, path, mode, data=b"", major=0, minor=0):
    name = path.lstrip("/").encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, major, minor, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    head += b"\0" * (-len(head) % 4)
    return head + data + b"\0" * (-len(data) % 4)


def parse(row):
    kind, path, *rest = row.split()
    if kind == "dir" and not rest:
        return path, stat.S_IFDIR | 0o755, b"", 0, 0
    if kind == "link" and len(rest) == 1:
        return path, stat.S_IFLNK | 0o777, rest[0].encode(), 0, 0
    if kind == "file" and len(rest) == 2:
        with open(rest[1], "rb") as file:
            return path, stat.S_IFREG | int(rest[0], 8), file.read(), 0, 0
    if kind == "char" and len(rest) == 3:
        return path, stat.S_IFCHR | int(rest[0], 8), b"", int(rest[1]), int(rest[2])
    raise ValueError("bad row")


def main():
    out = b""
    inode = 0
    for row in sys.stdin:
        if row.strip():
            inode += 1
            try:
                out += entry(inode, *parse(row))
            except (OSError, ValueError) as error:
                sys.exit(f"cpio.py: '{row.strip()}': {error}")
    out += entry(0, "TRAILER!!!", 0)
    with open(sys.argv[1], "wb") as file:
        file.write(out + b"\0" * (-len(out) % 512))


if __name__ == "__main__":
    main()
