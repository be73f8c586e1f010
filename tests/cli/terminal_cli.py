#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""entresol run on a terminal: what keys do, how it ends, and that the terminal is as before then.
Usage: terminal_cli.py ENTRESOL
"""
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time

ENTRESOL = sys.argv[1]
LIMIT = 60  # seconds for a row, on a host with much to do

# Polls the UART, echoes, powers off after a 'q'.
ECHO = [0xd2a12001, 0xb9401822, 0x3727ffe2, 0xb9400022, 0xb9000022, 0x7101c45f, 0x54ffff61,
        0xd2800100, 0xf2b08000, 0xd4000003]
LOOP = [0x91000421, 0x17ffffff]  # never looks at the UART
WFI = [0xd503207f]  # nothing can end it

# (what is awaited in the output, keys or a signal), ...; output at the end; exit code.
READY = b"Ctrl-A X quits, Ctrl-A H lists more"
OURS = (b"entresol: Ctrl-A", b"entresol: ended by SIG")
ROWS = [
    ("keys reach the guest, Ctrl-C too", ECHO, [(READY, b"ab\x03\x1a\x04q")], b"ab\x03\x1a\x04q", 0),
    ("return is not translated", ECHO, [(READY, b"a\rq")], b"a\rq", 0),
    ("Ctrl-A X quits", ECHO, [(READY, b"a\x01x")], b"a", 0),
    ("Ctrl-A Ctrl-X, too", ECHO, [(READY, b"\x01\x18")], b"", 0),
    ("Ctrl-A X quits a guest that does not listen", LOOP, [(READY, b"a\x01x")], b"", 0),
    ("Ctrl-A A is Ctrl-A", ECHO, [(READY, b"\x01aq")], b"\x01q", 0),
    ("Ctrl-A P", ECHO, [(READY, b"\x01pq")], b"q", 0),
    ("Ctrl-A H", ECHO, [(READY, b"\x01h"), (b"Ctrl-A X: quit", b"q")], b"q", 0),
    ("an unknown key lists them", ECHO, [(READY, b"\x01z"), (b"Ctrl-A X: quit", b"q")], b"q", 0),
    ("SIGTERM", ECHO, [(READY, signal.SIGTERM)], b"", -signal.SIGTERM),
    ("SIGINT from outside", ECHO, [(READY, signal.SIGINT)], b"", -signal.SIGINT),
    ("SIGSEGV", ECHO, [(READY, signal.SIGSEGV)], b"", -signal.SIGSEGV),
    ("a guest that is stuck", WFI, [], b"nothing is armed that could end it", 4),
]


def read_some(master):
    """What is there, or None at the end."""
    if not select.select([master], [], [], 0.05)[0]:
        return b""
    try:
        return os.read(master, 4096) or None
    except OSError:
        return None


def run(image, steps):
    """Returns all output, the exit code, and whether the terminal is as it was."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    pid = os.fork()
    if pid == 0:
        os.login_tty(slave) if hasattr(os, "login_tty") else become_leader(slave)
        os.close(master)
        os.execv(ENTRESOL, [ENTRESOL, "run", "--load-address", "0x40000000", image])
    output, steps, end = b"", list(steps), time.monotonic() + LIMIT
    status = None
    while status is None and time.monotonic() < end:
        output += read_some(master) or b""
        if steps and steps[0][0] in output:
            action = steps.pop(0)[1]
            if isinstance(action, bytes):
                os.write(master, action)
            else:
                os.kill(pid, action)
        done, wait_status = os.waitpid(pid, os.WNOHANG)
        status = wait_status if done else None
    if status is None:
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    while more := read_some(master):
        output += more
    same = termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)
    return output, os.waitstatus_to_exitcode(status), same


def become_leader(slave):
    """What login_tty() of Python 3.11 does, in older ones."""
    import fcntl
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)


def main():
    failures = 0
    for why, words, steps, last, code in ROWS:
        with tempfile.NamedTemporaryFile() as image:
            image.write(struct.pack(f"<{len(words)}I", *words))
            image.flush()
            output, got, same = run(image.name, steps)
        # ours are whole lines; the rest is the guest's
        guest = b"".join(line for line in output.split(b"\r\n") if not line.startswith(OURS))
        wrong = [text for failed, text in (
            (got != code, f"exit code {got}, not {code}"), (not same, "the terminal is not as before"),
            (last not in guest if code == 4 else guest != last, f"the guest printed {guest}")) if failed]
        if wrong:
            failures += 1
            print(f"{why}: {'; '.join(wrong)}\n    {output}")
    print(f"{len(ROWS)} rows, {failures} failed")
    return failures > 0


sys.exit(main())
