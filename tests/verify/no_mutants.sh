#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# hyp.elf has no switch of a known bug in it, by name or text; hyp-mutants.elf has them.
#
#   no_mutants.sh NM OBJCOPY HYP_ELF HYP_MUTANTS_ELF
set -u
nm=$1
objcopy=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# traces ELF: how many names and texts there are.
traces() {
	"$objcopy" -O binary "$1" "$dir/loaded" || exit 1
	echo $(($("$nm" "$1" | grep -c -i mutant) + $(grep -c -a "MUT-\|mutant=" "$dir/loaded")))
}

plain=$(traces "$3")
mutants=$(traces "$4")
echo "hyp.elf: $plain traces of mutants, hyp-mutants.elf: $mutants"
[ "$plain" -eq 0 ] && [ "$mutants" -gt 2 ]
