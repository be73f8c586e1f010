#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program on several PEs ends in the same state twice, on both engines, with observers, and with
# each quantum prints the same. Usage: same_hash.sh ENTRESOL PROGRAM.elf PROFILE
set -u
entresol=$1 program=$2 profile=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# run NAME OPTION...: what it prints to NAME.out, the hash to NAME.hash
run() {
	name=$1
	shift
	timeout 120 "$entresol" run --cpu "$profile" --hash "$@" "$program" </dev/null \
		>"$dir/$name.out" 2>"$dir/$name.err"
	code=$?
	grep '^entresol: hash' "$dir/$name.err" >"$dir/$name.hash"
	if [ $code -ne 0 ]; then
		echo "entresol run $*: ended with $code: $(cat "$dir/$name.err")"
		exit 1
	fi
}

fast=tail
"$entresol" run --engine tail --max-insns 0 "$program" >/dev/null 2>&1 || fast=step
for cpus in 2 3 4 8; do
	run first --cpus $cpus --engine $fast
	run again --cpus $cpus --engine $fast
	run step --cpus $cpus --engine step
	run traced --cpus $cpus --engine $fast --trace el=/dev/null --stats json
	for other in again step traced; do
		cmp -s "$dir/first.hash" "$dir/$other.hash" && continue
		echo "$cpus PEs: $(cat "$dir/first.hash"), but $other: $(cat "$dir/$other.hash")"
		exit 1
	done
	for quantum in 1 97 1000000; do
		[ $quantum -eq 1 ] && [ $cpus -ne 2 ] && continue # slow
		run quantum --cpus $cpus --engine $fast --quantum $quantum
		diff -u "$dir/first.out" "$dir/quantum.out" || exit 1
	done
	echo "$cpus PEs: $(cat "$dir/first.hash")"
done
