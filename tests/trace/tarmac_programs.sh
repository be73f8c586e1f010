#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tarmac of bare-metal programs, on one PE and on two: its grammar, and that reads have what was written.
# Usage: tarmac_programs.sh ENTRESOL PROGRAM.elf...
set -u
entresol=$1 here=$(dirname "$0") failures=0
shift
file=$(mktemp)
trap 'rm -f "$file"' EXIT
for program in "$@"; do
	for cpus in 1 2; do
		"$entresol" run --cpu max --cpus $cpus --max-insns 40000 --trace tarmac="$file" "$program" >/dev/null 2>&1 </dev/null
		python3 "$here/tarmac_check.py" "$file" >"$file.out" || {
			failures=$((failures + 1))
			echo "${program##*/}, $cpus PEs:"
			cat "$file.out"
		}
	done
done
rm -f "$file.out"
echo "$# programs, $failures failures"
[ $failures -eq 0 ]
