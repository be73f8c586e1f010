#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program that does not read time is in the same state after the same instructions, and has printed
# the same, with functional timing and with every model; with a model its cycles and all that is
# counted are the same twice, on both engines, with observers and without.
# KIND cycles: the program reads time, or has several PEs that wait for each other, and only the second
# half of that is true.
# Usage: same_state.sh ENTRESOL state|cycles INSTRUCTIONS [OPTION...] PROGRAM [-- WORD...]
set -u
entresol=$1 kind=$2 insns=$3
shift 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# run NAME OPTION...: what it prints to NAME.out, lines of the hash, and of statistics where there are
# some, to NAME.state, NAME.all and NAME.stats.
run() {
	name=$1
	shift
	timeout 250 "$entresol" run --max-insns "$insns" --hash "$@" </dev/null \
		>"$dir/$name.out" 2>"$dir/$name.err"
	code=$?
	echo "exit code $code" >>"$dir/$name.out"
	grep '^entresol: hash without time' "$dir/$name.err" >"$dir/$name.state"
	grep '^entresol: hash' "$dir/$name.err" >"$dir/$name.all"
	grep '^{' "$dir/$name.err" >"$dir/$name.stats"
	if [ ! -s "$dir/$name.state" ]; then
		echo "$name: no hash, exit code $code: $(cat "$dir/$name.err")"
		exit 1
	fi
}

# same KIND ONE OTHER
same() {
	cmp -s "$dir/$2.$1" "$dir/$3.$1" && return
	echo "$2 and $3 differ in $1:"
	diff "$dir/$2.$1" "$dir/$3.$1" | head -20
	exit 1
}

fast=tail
"$entresol" run --engine tail --max-insns 0 "$@" >/dev/null 2>&1 </dev/null || fast=step
run functional --engine $fast "$@"
for model in $("$entresol" timing --json | sed -n 's/.*"model":[[:space:]]*"\(.*\)".*/\1/p'); do
	run "$model" --timing "$model" --engine $fast "$@"
	if [ "$kind" = state ]; then
		same state functional "$model"
		same out functional "$model"
	fi
	run "$model-stats" --timing "$model" --engine $fast --stats json "$@"
	same all "$model" "$model-stats"
	run "$model-step" --timing "$model" --engine step --stats json "$@"
	same all "$model" "$model-step"
	same stats "$model-stats" "$model-step"
	run "$model-traced" --timing "$model" --engine $fast --stats json \
		--trace el=/dev/null --trace mmu=/dev/null "$@"
	same all "$model" "$model-traced"
	same stats "$model-stats" "$model-traced"
	models="${models:-} $model"
done
[ -n "${models:-}" ] || { echo "no models"; exit 1; }
echo "$(cat "$dir/functional.state"): functional,$models"
