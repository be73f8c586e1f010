#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots one row of boots.def and looks at its console. Usage: boot.py ENTRESOL CACHE NAME [--once]
boot.py --list prints all names, and when they are run.

The run must end with exit code 0, and its console have the expected lines in this order. It is run
again with the step engine, or without its monitors: console and hash must be the same, unless
--once. Exit code 77 (skipped) when ./dev images did not fetch what the row needs.
"""
import argparse
import hashlib
import http.server
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

TABLE = pathlib.Path(__file__).with_name("boots.def")
COLUMNS = ("name", "when", "options", "image", "initrd", "append", "script", "says")
KERNELS = ("6.1", "6.12", "sid")
APPEND = "console=ttyAMA0 quiet"
ITEM = re.compile(r'"([^"]*)"|([^\s,"]+)')
TIMEOUT = 1500
SHELL = ["uname -r", "dmesg | grep 'kvm .1.:'", "echo $((6 * 7)) is the answer", "nproc"]

# What is typed after what, what is on stdin, and lines that must come, in order.
SCRIPTS = {
    "shell": ([], SHELL + ["poweroff -f"],
              ["init: shell ready on .*", "42 is the answer", "1", ".*reboot: Power down"]),
    "shell4": ([], SHELL + ["poweroff -f"],
               ["init: shell ready on .*", "42 is the answer", "4", ".*reboot: Power down"]),
    "smoke": ([], [], ["kvm-smoke: PASS.*", "init: kvm-smoke exit code 0", ".*reboot: Power down"]),
    "both": ([], SHELL + ["kvm-smoke && echo passed", "poweroff -f"],
             ["init: shell ready on .*", "42 is the answer", "1",
              "kvm-smoke: 1000 HVC, 2005 MMIO exits, 512 stage 2 faults and again, 10 timer "
              "interrupts, 100 SGIs", "kvm-smoke: PASS.*", "passed", ".*reboot: Power down"]),
    "busy": ([("# ", "yes >/dev/null &\\n"), ("# ", "kill %1\\n"), ("# ", "poweroff -f\\n")], [],
             ["init: shell ready on .*", "entresol# .*kill %1", ".*reboot: Power down"]),
    "login": ([("login: ", "root\\n"), ("~# ", "cat /etc/left; date >/etc/left; uname -r\\n"),
               ("~# ", "poweroff\\n")], [],
              ["debian login: root", ".*systemd-shutdown.*: Powering off.*",
               ".*reboot: Power down"]),
    "devices": ([], ["cat /sys/class/misc/hw_random/rng_current", "head -c 99999 /dev/hwrng | md5sum",
                     "echo to the file >/dev/hvc0",
                     "mkdir /mnt; mount -t 9p -o trans=virtio,version=9p2000.L share /mnt",
                     "ls /mnt; cat /mnt/hello", "cp /mnt/hello /mnt/copy; echo $?",
                     "stat -c %Y /mnt/hello", "ifconfig eth0 || echo no network", "poweroff -f"],
                ["virtio_rng.0", "[0-9a-f]{32}  -", "from the host", "0", "1234567890", "no network",
                 ".*reboot: Power down"]),
    "keys": ([], [], [".*reboot: Power down"]),
    "net": ([], ["ifconfig eth0 up; echo 'ifconfig eth0 $ip; echo got $ip' >/got; chmod 755 /got",
                 "sed -i '1i #!/bin/sh' /got; udhcpc -qns /got -i eth0",
                 "wget -qO - http://10.0.2.2:{port}/", "poweroff -f"],
            ["got 10.0.2.15", "from the host", ".*reboot: Power down"]),
    "u_boot": ([("stop autoboot", " "), ("=> ", "version\\n"), ("=> ", "poweroff\\n")], [],
               ["=> version", "U-Boot 20.*", "=> poweroff"]),
}


class Failure(Exception):
    """What the test prints last."""


def rows():
    """{name: row}; a row for each kernel does not replace one that is for its kernel alone."""
    found, each = {}, []
    for body in re.findall(r"^BOOT\( (.*) \)$", TABLE.read_text(encoding="ascii"), re.M):
        items = [quoted or plain for quoted, plain in ITEM.findall(body)]
        if len(items) != len(COLUMNS):
            sys.exit(f"{TABLE.name}: {len(items)} items, not {len(COLUMNS)}: {body}")
        row = dict(zip(COLUMNS, items))
        row["append"] = re.sub(r"^\+", APPEND, row["append"])
        if "*" in row["name"]:
            each.append(row)
        else:
            found[row["name"]] = row
    for row in each:
        for kernel in KERNELS:
            one = row | {column: row[column].replace("*", kernel) for column in ("name", "image", "initrd")}
            found.setdefault(one["name"], one)
    return found


def find(cache, row):
    """The command's words behind "run", with files of the cache; skips if one is missing."""
    def path(name):
        if not (cache / name).exists():
            print(f"no {name} in {cache}: ./dev images fetches it")
            sys.exit(77)
        return str(cache / name)

    words = ["-m", "1G"]
    words += [re.sub(r"\{(?!disk|share|console)([^}]+)\}", lambda match: path(match[1]), word)
              for word in shlex.split(row["options"])]
    if row["initrd"] != "-":
        words += ["--initrd", path(row["initrd"])]
    if row["append"]:
        words += ["--append", row["append"]]
    for text, typed in SCRIPTS[row["script"]][0]:
        words += ["--type-after", text.replace("=", "\\=") + "=" + typed]
    if row["image"] != "-":
        words.append(path(row["image"]))
    if "{disk" in row["options"]:
        path("root.ext4")
    return words


def run(entresol, words, row, extra=(), values=()):
    """(lines of the console, hash); fails unless all that is expected has come."""
    _, stdin, expected = SCRIPTS[row["script"]]
    for name, value in values:
        words = [word.replace(name, value) for word in words]
        stdin = [line.replace(name, value) for line in stdin]
    command = [entresol, "run", "--hash", *extra, *words]
    print(shlex.join(command), flush=True)
    result = subprocess.run(command, input="".join(f"{line}\n" for line in stdin).encode(),
                            capture_output=True, timeout=TIMEOUT, check=False)
    console = result.stdout.decode(errors="replace").replace("\r", "")
    lines = console.split("\n")
    said = result.stderr.decode(errors="replace").strip()

    def fail(what):
        raise Failure("\n".join([*lines[-40:], said, what]))

    if result.returncode != 0:
        fail(f"exit code {result.returncode}")
    rest = iter(lines)
    for pattern in expected:
        if not any(re.fullmatch(pattern, line) for line in rest):
            fail(f"the console does not say '{pattern}', or not at its place")
    if not any(re.search(row["says"], line) for line in lines):
        fail(f"the console does not say '{row['says']}'")
    found = re.search(r"hash ([0-9a-f]{16})$", said, re.M)
    if not found:
        fail("no hash")
    return lines, found[1]


def other_way(words):
    """The same run by the step engine, or, if it is one already, without those who watch it."""
    if "--monitor" not in words:
        return ["--engine", "step", *words]
    at = words.index("--monitor")
    return words[:at] + words[at + 2:]


def run_twice(entresol, words, row, once):
    first = run(entresol, words, row)
    if not once and run(entresol, other_way(words), row) != first:
        raise Failure("the second run, by the other engine, has another console or hash")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_disk(entresol, words, row, cache, once):
    """With "snapshot" the disk stays as it is; else a second boot finds what the first left."""
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as folder:
        disk = pathlib.Path(folder) / "disk"
        subprocess.run(["cp", "--sparse=always", cache / "root.ext4", disk], check=True)
        words = [word.replace("{disk}", str(disk)) for word in words]
        before = digest(disk)
        if "snapshot" in row["options"]:
            run_twice(entresol, words, row, once)
            if digest(disk) != before:
                raise Failure("the image has changed in spite of snapshot")
            return
        lines, _ = run(entresol, words, row)
        left = re.compile(r"\w+ \w+ +\d+ \d\d:\d\d:\d\d .*UTC.* \d{4}")
        if any(left.fullmatch(line) for line in lines):
            raise Failure("the file was there at the first boot")
        lines, _ = run(entresol, words, row)
        if not any(left.fullmatch(line) for line in lines):
            raise Failure("the second boot does not find the file of the first")
        if shutil.which("e2fsck"):
            subprocess.run(["e2fsck", "-fn", disk], check=True)


def run_share(entresol, words, row, once):
    """A folder of the host, and a file for the virtio console: the same, and new, for each run."""
    results = []
    for extra in [()] if once else [(), ("--engine", "step")]:
        with tempfile.TemporaryDirectory(dir=os.getcwd()) as base:
            folder, console = pathlib.Path(base) / "share", pathlib.Path(base) / "console"
            folder.mkdir()
            (folder / "hello").write_text("from the host\n", encoding="ascii")
            for path in (folder / "hello", folder):
                os.utime(path, (1234567890, 1234567890))
            results.append(run(entresol, words, row, extra,
                               [("{share}", str(folder)), ("{console}", str(console))]))
            if (folder / "copy").read_text(encoding="ascii") != "from the host\n":
                raise Failure("what the guest copied is something else")
            if console.read_text(encoding="ascii") != "to the file\n":
                raise Failure("the virtio console's file holds something else")
    if results[0] != results[-1]:
        raise Failure("the second run, by the step engine, has another console or hash")


class Greeting(http.server.BaseHTTPRequestHandler):
    """What a guest fetches."""

    def log_message(self, *_):  # pylint: disable=arguments-differ
        """Says nothing."""

    def do_GET(self):  # pylint: disable=invalid-name
        """The same for all paths."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from the host\n")


def run_net(entresol, words, row):
    """A listener on the host's loopback, which the guest is told of."""
    with http.server.HTTPServer(("127.0.0.1", 0), Greeting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run(entresol, words, row, (), [("{port}", str(server.server_port))])
        server.shutdown()


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(f"{name} {row['when']}" for name, row in rows().items()))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entresol")
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("name")
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    cache = pathlib.Path(os.environ.get("ENT_IMAGES") or options.cache)

    row = rows().get(options.name)
    if row is None:
        sys.exit(f"boots.def has no row {options.name}")
    words = find(cache, row)
    try:
        if "{disk" in row["options"]:
            run_disk(options.entresol, words, row, cache, options.once)
        elif "{share" in row["options"]:
            run_share(options.entresol, words, row, options.once)
        elif "--net" in row["options"]:
            run_net(options.entresol, words, row)
        else:
            run_twice(options.entresol, words, row, options.once)
    except Failure as failure:
        sys.exit(f"{failure}")
    except subprocess.TimeoutExpired:
        sys.exit(f"no end after {TIMEOUT} seconds")


if __name__ == "__main__":
    main()
