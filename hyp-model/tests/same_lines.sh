#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs one hyp.elf on Entresol and on QEMU and compares what they print and how they end. What
# depends on time stands behind the '|' of a line, what depends on the CPU model in lines that start
# with "cpu:"; both are left out.
#
#   same_lines.sh ENTRESOL HYP_ELF [KNOB...]
#
# Exit code: 0 the same, 1 different (a diff is printed), 77 QEMU is missing.
set -u

if [ $# -lt 2 ]; then
	echo "usage: same_lines.sh ENTRESOL HYP_ELF [KNOB...]" >&2
	exit 2
fi
entresol=$1
elf=$2
shift 2
if ! command -v qemu-system-aarch64 >/dev/null; then
	echo "same_lines.sh: skipped, there is no qemu-system-aarch64 (Debian: qemu-system-arm)" >&2
	exit 77
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

semihosting=enable=on,target=native,arg=hyp.elf
for knob in "$@"; do
	semihosting=$semihosting,arg=$knob
done
timeout 60 qemu-system-aarch64 -M virt,virtualization=on -cpu max -m 256 -nic none -nographic \
	-semihosting-config "$semihosting" -kernel "$elf" </dev/null >"$dir/qemu.raw"
qemu_code=$?
timeout 60 "$entresol" run "$elf" -- "$@" </dev/null >"$dir/entresol.raw"
entresol_code=$?

for name in qemu entresol; do
	tr -d '\r' <"$dir/$name.raw" | sed -e '/^cpu:/d' -e 's/|.*/|/' >"$dir/$name"
done
if [ ! -s "$dir/qemu" ]; then
	echo "same_lines.sh: QEMU printed nothing (exit code $qemu_code)" >&2
	exit 1
fi
if ! diff -u --label qemu --label entresol "$dir/qemu" "$dir/entresol"; then
	echo "same_lines.sh: the lines differ (QEMU ended with $qemu_code," \
		"Entresol with $entresol_code)" >&2
	exit 1
fi
# Entresol has an exit code of its own for "the guest failed", so only success is compared.
if [ $((qemu_code == 0)) -ne $((entresol_code == 0)) ]; then
	echo "same_lines.sh: QEMU ended with $qemu_code, Entresol with $entresol_code" >&2
	exit 1
fi
echo "same_lines.sh: $(wc -l <"$dir/qemu") lines are the same, exit code $entresol_code"
