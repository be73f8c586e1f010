#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-A P on a terminal reaches a Debian kernel as its power key. Usage: power_key.py ENTRESOL CACHE

Exit code 77 (skipped) when ./dev images did not fetch the kernel, or before it took gpio_keys.
"""
import os
import pathlib
import pty
import select
import sys
import time

LIMIT = 12  # seconds
COMMAND = ("cat /sys/class/input/event0/device/name; dd if=/dev/input/event0 bs=24 count=1 | "
           "hexdump -C; poweroff -f\\n")
# struct input_event behind its time: EV_KEY, KEY_POWER, pressed
PRESSED = b"01 00 74 00 01 00 00 00"


def main():
    entresol, cache = sys.argv[1], pathlib.Path(os.environ.get("ENT_IMAGES") or sys.argv[2])
    kernel, initrd = cache / "vmlinuz-6.1", cache / "initramfs-disk-6.1.cpio"
    if not kernel.exists() or not initrd.exists() or b"gpio_keys.ko" not in initrd.read_bytes():
        print(f"no vmlinuz-6.1, or none with gpio_keys, in {cache}: ./dev images fetches it")
        return 77
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(entresol, [entresol, "run", "-m", "1G", "--initrd", str(initrd), "--append",
                            "console=ttyAMA0 quiet", "--type-after", "# =" + COMMAND, str(kernel)])
    output, is_pressed, end = b"", False, time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            output += os.read(terminal, 4096)
        except OSError:  # it has ended
            break
        if not is_pressed and b"gpio-keys\r" in output:
            time.sleep(1)  # until dd waits; a press before would be lost
            os.write(terminal, b"\x01p")
            is_pressed = True
    else:
        os.kill(pid, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    ok = code == 0 and PRESSED in output
    if not ok:
        print(output.decode(errors="replace"))
        print(f"exit code {code}; the guest did not read the power key, or did not end")
    return 0 if ok else 1


sys.exit(main())
