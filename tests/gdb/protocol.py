#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The remote protocol as gdb does not speak it: damaged and hostile packets, lost connections, sockets.
Usage: protocol.py ENTRESOL
"""
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

ENTRESOL = sys.argv[1]
LIMIT = 120
BASE = 0x40000000
LOOP = [0x91000421, 0x17ffffff]  # add x1, x1, #1; b .-4
# x1 = a semihosting block {0x20026, 7} at 0x40001000, exit: seven instructions before the call
EXIT7 = [0xd2820001, 0xf2a80001, 0xd28004c2, 0xf2a00042, 0xf9000022, 0xd28000e3, 0xf9000423, 0xd2800300, 0xd45e0000]
OFF = [0xd2800100, 0xf2b08000, 0xd4000003]  # PSCI SYSTEM_OFF
# enables the UART's receive interrupt (IMSC bit 4), wfi; b .-4
SLEEP = [0xd2a12001, 0xd2800202, 0xb9003822, 0xd2806022, 0xb9003022, 0xd503207f, 0x17ffffff]
# waits for a byte of the UART
READ = [0xd2a12001, 0xb9401822, 0x3727ffe2, 0xb9400022, 0xd2800100, 0xf2b08000, 0xd4000003]

# x1 = 0x40001000; ldadd x2, x3, [x1]; b .
ATOMIC = [0xd2820001, 0xf2a80001, 0xf8220023, 0x14000000]

failures = 0


def check(why, condition, *seen):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {why}", *(repr(s) for s in seen))


def frame(data):
    data = data.encode("latin1") if isinstance(data, str) else data
    return b"$" + data + b"#%02x" % (sum(data) & 255)


class Client:
    """A debugger that acknowledges nothing unless told."""

    def __init__(self, address):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(LIMIT)
        self.socket.connect(address)
        self.data = b""

    def send(self, data):
        self.socket.sendall(data)

    def byte(self):
        if not self.data:
            self.data = self.socket.recv(4096)
            if not self.data:
                raise EOFError
        byte, self.data = self.data[:1], self.data[1:]
        return byte

    def reply(self):
        """The data of the next packet; console output is skipped. '-' is a reply, too."""
        while True:
            byte = self.byte()
            if byte == b"-":
                return "-"
            if byte != b"$":
                continue
            data = b""
            while (byte := self.byte()) != b"#":
                data += byte
            sum_ = self.byte() + self.byte()
            assert int(sum_, 16) == sum(data) & 255
            if not (data.startswith(b"O") and data != b"OK"):
                return data.decode("latin1")

    def ask(self, data):
        self.send(frame(data))
        return self.reply()

    def close(self):
        self.socket.close()


class Run:
    """entresol, which waits for a debugger at `address`."""

    def __init__(self, folder, words, *options, address=None, stdin=subprocess.DEVNULL):
        image = pathlib.Path(folder) / "image"
        image.write_bytes(struct.pack(f"<{len(words)}I", *words))
        self.address = str(pathlib.Path(folder) / "socket") if address is None else address
        self.process = subprocess.Popen(
            [ENTRESOL, "run", "--gdb", self.address, "--load-address", hex(BASE), *options, str(image)],
            stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.line = self.process.stderr.readline()

    def connect(self):
        return Client(self.address)

    def end(self):
        """Exit code and what was said."""
        _, said = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said


# What is sent, a pattern of the reply.
PACKETS = [
    ("qSupported:swbreak+;hwbreak+;xmlRegisters=i386",
     r"PacketSize=8000;.*qXfer:features:read\+.*ReverseStep\+;ReverseContinue\+"),
    ("vMustReplyEmpty", ""), ("!", ""), ("qCRC:0,10", ""), ("vFile:open:2f,0,0", ""), ("", ""), ("R00", ""),
    ("?", "T05thread:1;"), ("qC", "QC1"), ("qfThreadInfo", "m1"), ("qsThreadInfo", "l"), ("qAttached", "1"),
    ("qSymbol::", "OK"), ("vCont?", "vCont;c;C;s;S;r;t"), ("qThreadExtraInfo,1", "[0-9a-f]+"),
    ("qThreadExtraInfo,2", "E.*"), ("qHostInfo", ".*endian:little;ptrsize:8;.*"),
    ("qWatchpointSupportInfo:", "num:32;"), ("qRegisterInfo0", ""),
    ("Hg0", "OK"), ("Hg1", "OK"), ("Hc-1", "OK"), ("Hg2", "E.*"), ("Hg", "E.*"), ("Hx1", "E.*"), ("Hgffffffffffffffff1", "E.*"),
    ("T1", "OK"), ("T2", "E.*"), ("T", "E.*"),
    ("g", "[0-9a-f]{1576}"), ("G00", "E.*"), ("G" + "zz" * 788, "E.*"), ("Gx", "E.*"),
    ("p20", "0000004000000000"), ("p21", "c9030000"), ("p1f", "0" * 16), ("p22", "0" * 32), ("p", "E.*"), ("pfffff", "E.*"),
    ("p20x", "E.*"), ("p10000000000000020", "E.*"),
    ("P0=0123456789abcdef", "OK"), ("p0", "0123456789abcdef"), ("P0=01", "E.*"), ("P0=0123456789abcdeg", "E.*"),
    ("P0", "E.*"), ("P=00", "E.*"), ("Pffff=0000000000000000", "E.*"), ("P0=0123456789abcdef00", "E.*"),
    # EL3, AArch32, SP_EL0 at EL0h: no such states
    ("P21=cd030000", "E.*"), ("P21=d0030000", "E.*"), ("P21=c1030000", "E.*"), ("P21=c5030000", "OK"), ("p44", "01000000"),
    ("P44=02000000", "E.*"), ("P21=c9030000", "OK"),
    ("m40000000,8", "2104009[1-9]ffffff17"), ("m40000000,0", ""), ("m0,4", "(00){4}|E0e"), ("m9000000,4", "E0e"),
    ("mffffffffffffffff,4", "E0e"), ("mfffffffffffff000,ffffffffffffffff", "E0e"), ("m40000000", "E0e"),
    ("m40000000,", "E0e"), ("m,4", "E0e"), ("mx,y", "E0e"), ("m40000000,4;", "E0e"), ("m4ffffffc,100", "0{8}"),
    ("m40000000,ffffffffffffffff", "[0-9a-f]{32768}"), ("m140000000000000000,4", "E0e"),
    ("M40001000,4:01020304", "OK"), ("m40001000,5", "0102030400"), ("M40001000,4:010203", "E0e"),
    ("M40001000,3:01020304", "E0e"), ("M40001000,4:010203zz", "E0e"), ("M9000000,1:00", "E0e"), ("M40001000,0:", "OK"),
    ("M40001000,ffffffffffffffff:00", "E0e"), ("M4ffffffe,4:01020304", "E0e"), ("m4ffffffe,2", "0000"),
    (b"X40001000,3:}\x03}]}\x04", "OK"), ("m40001000,4", "237d2404"), ("X40001000,0:", "OK"), ("X40001000,5:ab", "E0e"),
    ("X40001000:ab", "E0e"),
    ("Z0,40000004,4", "OK"), ("Z0,40000004,4", "OK"), ("z0,40000004,4", "OK"), ("z0,40000004,4", "OK"), ("Z0,40000002,4", "E.*"),
    ("Z1,40000004,4", "OK"), ("z1,40000004,4", "OK"), ("Z5,40000004,4", "E.*"), ("Z2,40001000,0", "E.*"),
    ("Z2,ffffffffffffffff,2", "E.*"), ("Z2,ffffffffffffffff,1", "OK"), ("z2,ffffffffffffffff,1", "OK"), ("Z", "E.*"),
    ("Z0", "E.*"), ("Z0,,", "E.*"), ("z9,0,0", "E.*"), ("Z100000000,40000004,4", "E.*"),
    ("qXfer:features:read:target.xml:0,10", "m<\\?xml version=\"1"), ("qXfer:features:read:target.xml:ffffffff,10", "E.*"),
    ("qXfer:features:read:other.xml:0,10", "E.*"), ("qXfer:features:read:target.xml:0", "E.*"),
    ("qXfer:features:read:target.xml:0,0", "m"), ("qXfer:memory-map:read::0,10", ""),
    ("qqemu.Supported", "PhyMemMode"), ("qqemu.PhyMemMode", "0"), ("Qqemu.PhyMemMode:1", "OK"), ("qqemu.PhyMemMode", "1"),
    ("m40000000,4", "21040091"), ("Qqemu.PhyMemMode:", "E.*"), ("Qqemu.PhyMemMode:0", "OK"),
    ("qRcmd,", "OK"), ("qRcmd,6", "E.*"), ("qRcmd,zz", "E.*"), ("qRcmd," + "61" * 2000, "E.*"), ("qRcmd,656c", "OK"),
    ("qRcmd,77616c6b2030", "OK"), ("qRcmd,77616c6b", "OK"), ("qRcmd,00", "OK"), ("qRcmd,0a", "OK"), ("qRcmd,2020", "OK"),
    ("vCont", ""), ("vCont;", "E.*"), ("vCont;x", "E.*"), ("vCont;s:9", "E.*"), ("vCont;r1", "E.*"), ("vCont;s:1;;", "E.*"),
    ("c1x", "E.*"), ("sx", "E.*"), ("C", "E.*"), ("S;", "E.*"), ("bcx", ""), ("bs1", "E.*"),
    ("s", "T05thread:1;"), ("p20", "0400004000000000"), ("S05", "T05thread:1;"), ("p20", "0000004000000000"),
    ("vCont;s:1", "T05thread:1;"), ("vCont;S05:1;c", "T05thread:1;"), ("vCont;r40000000,40000004:1", "T05thread:1;"),
    ("p20", "0400004000000000"), ("bs", "T05thread:1;"), ("p20", "0000004000000000"),
    ("s40000004", "T05thread:1;"), ("p20", "0000004000000000"),
    ("bc", "T05replaylog:begin;thread:1;"), ("bs", "T05replaylog:begin;thread:1;"),
    ("Z0,40000004,4", "OK"), ("c", "T05swbreak:;thread:1;"), ("z0,40000004,4", "OK"),
    ("Z1,40000000,4", "OK"), ("C05", "T05hwbreak:;thread:1;"), ("?", "T05hwbreak:;thread:1;"), ("z1,40000000,4", "OK"),
]


def packets(folder):
    run = Run(folder, LOOP)
    client = run.connect()
    for data, pattern in PACKETS:
        reply = client.ask(data)
        check(f"packet {data!r}", re.fullmatch(pattern, reply, re.S), reply[:100])
    client.send(frame("vKill;1"))
    check("vKill is answered", client.reply() == "OK")
    check("vKill ends the run", run.end()[0] == 0)


def framing(folder):
    run = Run(folder, LOOP)
    client = run.connect()
    client.send(b"$qC#00")
    check("a wrong sum", client.reply() == "-")
    client.send(b"$qC#zz")
    check("a sum that is none", client.reply() == "-")
    check("and the right one", client.ask("qC") == "QC1")
    client.send(b"-")
    check("it is sent again", client.reply() == "QC1")
    client.send(b"+++\x00\xff$qA$qC#b4")
    check("a packet that was cut off", client.reply() == "QC1")
    client.send(frame("m" + "0" * 40000 + ",4"))
    check("an overlong packet", client.reply().startswith("E."))
    client.send(frame("}"))
    check("an escape of nothing", client.reply() == "")
    check("no acknowledgements", client.ask("QStartNoAckMode") == "OK")
    client.send(b"+$qC#00")
    check("a wrong sum then", client.reply().startswith("E."))
    client.send(b"-" + frame("qC"))
    check("- is nothing then", client.reply() == "QC1")
    for byte in frame("qC"):
        client.send(bytes([byte]))
    check("byte by byte", client.reply() == "QC1")
    client.send(frame("qC") * 100)
    check("many at once", all(client.reply() == "QC1" for _ in range(100)))
    client.send(b"\x03" + frame("qC"))
    check("Ctrl-C of what stands", client.reply() == "QC1")
    client.send(frame("k"))
    check("k ends the run", run.end()[0] == 0)


def interrupts(folder):
    run = Run(folder, LOOP)
    client = run.connect()
    client.send(frame("c"))
    time.sleep(0.3)
    client.send(b"\x03")
    check("Ctrl-C", client.reply() == "T02thread:1;")
    client.send(frame("vCont;c"))
    time.sleep(0.1)
    client.send(b"+\x03")
    check("Ctrl-C again", client.reply() == "T02thread:1;")
    client.ask("Z2,40001000,8")
    client.send(frame("bc"))
    check("back to the begin", client.reply() == "T05replaylog:begin;thread:1;")
    client.send(frame("c"))
    time.sleep(0.1)
    client.close()  # while it runs
    client = run.connect()
    check("the run is not lost", client.ask("?") == "T02thread:1;")
    check("it has come somewhere", client.ask("p1") != "0" * 16)
    client.send(b"$m400000")
    client.close()  # in the middle of a packet
    client = run.connect()
    check("nor is it then", client.ask("p21") == "c9030000")
    client.ask("Z0,40000000,4")
    client.close()
    client = run.connect()
    client.send(frame("vCont;c"))
    time.sleep(0.2)
    client.send(b"\x03")
    check("breakpoints go with who set them", client.reply() == "T02thread:1;")
    client.send(frame("k"))
    code, said = run.end()
    check("k", code == 0, code)
    check("three were lost", said.count("the debugger is gone") == 3, said)


def waiting(folder):
    """Nothing happens on the host, and Ctrl-C comes through all the same."""
    for words in (SLEEP, READ, LOOP):
        run = Run(folder, words, "--input", "live", stdin=subprocess.PIPE)
        client = run.connect()
        client.send(frame("c"))
        time.sleep(0.5)
        client.send(b"\x03")
        check(f"Ctrl-C while {words[0]:x} waits", client.reply() == "T02thread:1;")
        client.send(frame("k"))
        check("k", run.end()[0] == 0)
    run = Run(folder, READ, "--input", "live", stdin=subprocess.PIPE)
    check("detach", run.connect().ask("D") == "OK")
    time.sleep(0.2)
    run.process.stdin.write("x")
    check("then keys are the guest's", run.end()[0] == 0)


def ends(folder):
    run = Run(folder, EXIT7)
    client = run.connect()
    check("the end is told first", client.ask("c") == "T05replaylog:end;thread:1;")
    check("and can be gone back from", client.ask("bs") == "T05thread:1;")
    check("to before", client.ask("p20") == "2000004000000000")
    check("forth", client.ask("c") == "T05replaylog:end;thread:1;")
    check("a step stays", client.ask("s") == "T05replaylog:end;thread:1;")
    check("then it leaves", client.ask("c") == "W07")
    check("with the guest's code", run.end()[0] == 7)
    run = Run(folder, EXIT7)
    client = run.connect()
    check("detach", client.ask("D;1") == "OK")
    check("lets it run", run.end()[0] == 7)
    run = Run(folder, OFF)
    client = run.connect()
    client.ask("c")
    client.close()
    client = run.connect()
    check("after the end another one looks", client.ask("?") == "T05replaylog:end;thread:1;")
    check("and leaves", client.ask("D") == "OK")
    check("off", run.end()[0] == 0)
    run = Run(folder, LOOP, "--max-insns", "1000")
    client = run.connect()
    check("as many as were asked for", client.ask("c") == "T05replaylog:end;thread:1;")
    check("x1", client.ask("p1") == "f401000000000000")
    check("W", client.ask("vCont;c:1") == "W00")
    code, said = run.end()
    check("the run says so", code == 0 and "stopped after 1000 instructions" in said, said)


def atomics(folder):
    run = Run(folder, ATOMIC, "--cpu", "v8.1")
    client = run.connect()
    check("an atomic is watched for reads", client.ask("Z3,40001000,8") == "OK")
    check("it reads", client.ask("c") == "T05rwatch:40001000;thread:1;")
    check("and stops before", client.ask("p20") == "0800004000000000")
    client.send(frame("k"))
    run.end()


def sockets(folder):
    run = Run(folder, LOOP, address=":0")
    port = re.search(r"target remote localhost:(\d+)'", run.line)
    check("the port is told", port, run.line)
    client = Client(("127.0.0.1", int(port.group(1))))
    check("TCP", client.ask("qC") == "QC1")
    client.send(frame("k"))
    run.end()
    path = pathlib.Path(folder) / "socket"
    check("the socket is gone", not path.exists())
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()  # and its file stays
    run = Run(folder, LOOP)
    check("of who died", run.connect().ask("qC") == "QC1")
    check("for this user alone", os.stat(path).st_mode & 0o77 == 0)
    second = Run(folder, LOOP)
    check("of who lives", second.end()[0] == 6)
    run.process.kill()
    run.end()
    path.unlink()
    path.write_text("mine")
    run = Run(folder, LOOP)
    code, said = run.end()
    said = run.line + said
    check("a file", code == 6 and path.read_text() == "mine" and "no socket" in said, said)
    run = Run(folder, LOOP, address=folder)
    code, said = run.end()
    check("a directory", code == 6 and "no socket" in run.line + said, run.line, said)
    for address, code in ((":99999", 2), (":x", 2), ("a:b:c", 2), ("x" * 200, 2), ("/no/such/socket", 6), ("", 2)):
        run = Run(folder, LOOP, address=address)
        check(f"address {address[:10]}", run.end()[0] == code)


def main():
    for test in (packets, framing, interrupts, ends, atomics, sockets, waiting):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
            except (EOFError, OSError, AssertionError) as error:
                check(f"{test.__name__}: {error!r}", False)
    sys.exit(failures != 0)


main()
