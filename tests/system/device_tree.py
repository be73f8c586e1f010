#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The device tree beside that of QEMU's `virt`, and beside dtc's opinion.

Every property of every node is compared; what differs has a row in DIFFERENCES, with its reason, and a
row that is not needed any more fails. dtc reads the tree, writes it again, and may warn of nothing
that it does not warn of in QEMU's. Usage: device_tree.py ENTRESOL QEMU DTC
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

BOARDS = [  # options of ours, of QEMU; FILE is one of some bytes
    (["--cpus", "1"], ["-smp", "1", "-M", "virtualization=on"]),
    (["--cpus", "4", "-m", "1G"], ["-smp", "4", "-m", "1G", "-M", "virtualization=on"]),
    (["--el", "1"], ["-M", "virtualization=off"]),
    (["--screen", "640x480"], ["-M", "virtualization=on"]),
    (["--disk", "FILE,readonly", "--pflash", "FILE,readonly"], ["-M", "virtualization=on"]),
]

OURS, THEIRS = "only ours has the node", "only QEMU's has the node"

DIFFERENCES = [  # node, property (patterns of the whole) or who has the node, why
    (r"/fw-cfg@.*|/pcie@.*|/platform-bus@.*|/intc@8000000/its@.*", THEIRS, "not on this board"),
    (r"/intc@8000000", "reg", "redistributors of the PEs that there are"),
    (r"/psci", "compatible|cpu_suspend|cpu_off|cpu_on|migrate",
     "not PSCI 0.1, which has ids of its own, MIGRATE's among them"),
    (r"/flash@0", THEIRS, "there with --firmware or --pflash"),
    (r"/virtio_mmio@.*", THEIRS, "only transports that hold a device"),
    (r"/virtio_mmio@.*", "interrupts", "by level, as the line is"),
    (r"/framebuffer@10000000", OURS, "there with --screen"),
    (r"/aliases", OURS, "QEMU has it from version 8"),
    (r"/cpus/cpu@\d", "compatible", "a PE of no maker"),
    (r"/cpus/cpu@0", "enable-method", "QEMU says it of several PEs"),
    (r"/timer", "interrupts", "the EL2 virtual timer's, which KVM uses; QEMU has it from version 9"),
    (r"/chosen", "rng-seed", "by --seed"),
    (r"/chosen", "kaslr-seed", "only with --kaslr"),
]

REFERENCES = {"interrupt-parent": 1, "clocks": None, "gpios": 1, "cpu": 1}  # leading cells; None: all


def nodes(tree):
    """{path: {property: bytes}} of a flattened device tree, Devicetree Specification 5."""
    _, _, struct_at, strings_at = struct.unpack(">4I", tree[:16])
    found, path, at = {}, [], struct_at
    while True:
        token = struct.unpack_from(">I", tree, at)[0]
        at += 4
        if token == 1:  # begin of a node
            end = tree.index(b"\0", at)
            path.append(tree[at:end].decode())
            found["/".join(path) or "/"] = {}
            at = (end + 4) & ~3
        elif token == 2:
            path.pop()
        elif token == 3:
            length, name_at = struct.unpack_from(">2I", tree, at)
            name_at += strings_at
            name = tree[name_at:tree.index(b"\0", name_at)].decode()
            found["/".join(path) or "/"][name] = tree[at + 8:at + 8 + length]
            at = (at + 8 + length + 3) & ~3
        elif token == 9:
            return found


def without_phandles(found):
    """References as paths: numbers are each one's own."""
    paths = {p["phandle"]: path for path, p in found.items() if "phandle" in p}
    for path, properties in found.items():
        properties.pop("phandle", None)
        for name, count in REFERENCES.items():
            if name not in properties or path == "/pcie@10000000":
                continue
            cells = [properties[name][i:i + 4] for i in range(0, len(properties[name]), 4)]
            properties[name] = [paths.get(c, "dangling") if count is None or i < count else c
                                for i, c in enumerate(cells)]
    return found


def compare(ours, theirs, used):
    failures = []
    for path in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(path), theirs.get(path)
        if a is None or b is None:
            differing = {THEIRS if a is None else OURS}
        else:
            differing = {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}
        for name in sorted(differing):
            row = next((r for r in DIFFERENCES
                        if re.fullmatch(r[0], path) and re.fullmatch(r[1], name)), None)
            if row is None:
                failures.append(f"{path} {name}: {a and a.get(name)}, QEMU {b and b.get(name)}")
            used.add(row)
    return failures


def warnings(dtc, tree, again):
    """Kinds of dtc's warnings; the tree as dtc writes it goes to `again`."""
    dts = subprocess.run([dtc, "-I", "dtb", "-O", "dts", tree], capture_output=True, text=True, check=True)
    subprocess.run([dtc, "-I", "dts", "-O", "dtb", "-o", again], input=dts.stdout, text=True, check=True,
                   capture_output=True)
    return set(re.findall(r"Warning \((\w+)\)", dts.stderr))


def main():
    entresol, qemu, dtc = sys.argv[1:4]
    failures, used = [], set()
    with tempfile.TemporaryDirectory() as name:
        a, b, again = (pathlib.Path(name) / n for n in ("ours", "theirs", "again"))
        file = pathlib.Path(name) / "file"
        file.write_bytes(bytes(512))
        for options, qemu_options in BOARDS:
            options = [o.replace("FILE", str(file)) for o in options]
            subprocess.run([entresol, "run", *options, "--dump-dtb", a], check=True)
            subprocess.run([qemu, "-M", f"virt,gic-version=3,dumpdtb={b}", "-cpu", "cortex-a57", "-m", "256M",
                            "-net", "none", "-display", "none", *qemu_options],
                           check=True, capture_output=True)
            ours = nodes(a.read_bytes())
            extra = warnings(dtc, a, again) - warnings(dtc, b, b.with_suffix(".again"))
            failures += [f"{options}: dtc warns of {kind}" for kind in sorted(extra)]
            if nodes(again.read_bytes()) != ours:
                failures.append(f"{options}: dtc reads another tree")
            theirs = without_phandles(nodes(b.read_bytes()))
            failures += [f"{options}: {f}" for f in compare(without_phandles(ours), theirs, used)]
    failures += [f"not needed any more: {row}" for row in DIFFERENCES if row not in used]
    print("\n".join(failures))
    print(f"{len(BOARDS)} boards, {len(failures)} failures")
    return len(failures) > 0


sys.exit(main())
