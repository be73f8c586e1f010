#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs one hyp.elf on Entresol and on QEMU and compares what its guests print and how they end. What
# depends on time stands behind the '|' of a line, and lines that start with "cpu:" or "exits:" are
# the machine's and the hypervisor's own; both are left out, at every level.
#
#   same_lines.sh ENTRESOL CPU QEMU HYP_ELF [KNOB...]
#
# QEMU is tried first, then qemu-system-aarch64; 7.2 has neither FEAT_NV nor DBGCLAIMSET_EL1.
# Exit code: 0 the same, 1 different (a diff is printed), 77 there is no QEMU 10.
set -u

if [ $# -lt 4 ]; then
	echo "usage: same_lines.sh ENTRESOL CPU QEMU HYP_ELF [KNOB...]" >&2
	exit 2
fi
entresol=$1
cpu=$2
qemu=$3
elf=$4
shift 4
[ -x "$qemu" ] || qemu=qemu-system-aarch64
version=$("$qemu" --version 2>/dev/null | sed -n 's/^QEMU emulator version \([0-9]*\).*/\1/p')
if [ "${version:-0}" -lt 10 ]; then
	echo "same_lines.sh: skipped, there is no QEMU 10 or newer: ./dev test fetches it" >&2
	exit 77
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

semihosting=enable=on,target=native,arg=hyp.elf
for knob in "$@"; do
	semihosting=$semihosting,arg=$knob
done
timeout 240 "$qemu" -M virt,virtualization=on,gic-version=3 -cpu max -smp 2 -m 256 -nic none \
	-nographic -semihosting-config "$semihosting" -kernel "$elf" </dev/null >"$dir/qemu.raw" \
	2>"$dir/qemu.errors"
qemu_code=$?
timeout 150 "$entresol" run --cpu "$cpu" --smp 2 "$elf" -- "$@" </dev/null >"$dir/entresol.raw"
entresol_code=$?

for name in qemu entresol; do
	tr -d '\r' <"$dir/$name.raw" | sed -e '/^[^a-z]*\(\[.*\] *\)*\(cpu\|exits\):/d' -e 's/|.*/|/' \
		>"$dir/$name"
done
# Guests that run at once print whole lines, in an order that depends on time.
case " $* " in
*" vms="* | *" hostile="*)
	for name in qemu entresol; do
		sort "$dir/$name" -o "$dir/$name"
	done
	;;
esac
if [ ! -s "$dir/qemu" ]; then
	cat "$dir/qemu.errors" >&2
	echo "same_lines.sh: QEMU printed nothing (exit code $qemu_code)" >&2
	exit 1
fi
if ! diff -u --label qemu --label entresol "$dir/qemu" "$dir/entresol"; then
	echo "same_lines.sh: the lines differ (QEMU ended with $qemu_code," \
		"Entresol with $entresol_code)" >&2
	exit 1
fi
# Entresol has an exit code of its own for "the guest failed", so only success is asked for.
if [ "$qemu_code" -ne 0 ] || [ "$entresol_code" -ne 0 ]; then
	echo "same_lines.sh: QEMU ended with $qemu_code, Entresol with $entresol_code" >&2
	exit 1
fi
echo "same_lines.sh: $(wc -l <"$dir/qemu") lines are the same, exit code 0"
