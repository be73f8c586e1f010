#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# entresol verify transparency: a guest sees the same at every level, and what it can tell is found.
#
#   transparency.sh ENTRESOL GUEST_BIN HYP_ELF HYP_MUTANTS_ELF
set -u
entresol=$1
guest=$2
hyp=$3
mutants=$4
bad=0

# expect CODE TEXT ARGUMENT...
expect() {
	code=$1
	text=$2
	shift 2
	out=$("$entresol" verify transparency "$guest" --image "$hyp" "$@" 2>&1)
	got=$?
	if [ $got -ne "$code" ] || ! echo "$out" | grep -q -- "$text"; then
		echo "transparency.sh: $*: exit code $got instead of $code, or not '$text':"
		echo "$out" | tail -8
		bad=1
	fi
}
expect 0 "^l2-nvhe-nv2  *equal" --payload process
expect 0 "^l2-vhe-nv2  *equal" --payload all --reference vm-vhe --cell l2-vhe-nv2 --cell l2-vhe-nv
# A nVHE guest hypervisor has not all features of the machine for its guests.
expect 5 "ID_AA64MMFR1_EL1.* as it may" --payload all --reference vm-vhe --cell l2-nvhe-nv2
# A machine without EL2 hides no registers.
expect 5 "an exception instead of a system instruction" --payload sysreg --cell vm-vhe
expect 5 "exit of EL1 L1 at" --payload sysreg --cell vm-vhe
expect 2 "no such way" --cell nowhere
expect 2 "small letters" --payload "a b"
expect 4 "vm-vhe: the guest never began" --payload process --cell vm-vhe --max-insns 1000000
hyp=$mutants
expect 5 "SPSR_EL1 of an exception" --reference vm-vhe --cell vm-nvhe --payload sysreg --words mutant=MUT-13
hyp=$3

# Programs of some words, little-endian octal bytes.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
guest=$dir/guest
# movz w0, #8; movk w0, #0x8400, lsl #16; hvc #0: PSCI SYSTEM_OFF. Of the cells only hyp.elf misses results.
printf '\000\001\200\122\000\200\260\162\002\000\000\324\000\000\000\024' >"$guest"
expect 0 "^vm-vhe  *equal: 3 instructions" --cell vm-vhe
# nop; b .: one that never ends
printf '\037\040\003\325\000\000\000\024' >"$guest"
expect 4 "^entresol: bare: cut off, still running after 100000 instructions" --cell vm-vhe --max-insns 100000
exit $bad
