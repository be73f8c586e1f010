#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a bare-metal program with a timing model on both engines: it prints what is expected, and ends
# in the same state, cycles and all. Without a model its PMU has other events: the lines of "events"
# differ. Usage: timed_lines.sh ENTRESOL PROGRAM.elf EXPECTED PROFILE TIMING [OPTION...]
set -u
entresol=$1 program=$2 expected=$3 profile=$4 timing=$5
shift 5
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for engine in tail step; do
	timeout 60 "$entresol" run --cpu "$profile" --timing "$timing" --hash --engine $engine "$@" \
		"$program" </dev/null >"$dir/$engine" 2>"$dir/$engine.err"
	code=$?
	if [ $code -eq 2 ] && grep -q 'not available' "$dir/$engine.err"; then
		continue
	fi
	if [ $code -ne 0 ]; then
		echo "entresol --engine $engine ended with $code: $(cat "$dir/$engine.err")"
		exit 1
	fi
	diff -u --label expected --label "$engine" "$expected" "$dir/$engine" || exit 1
	grep '^entresol: hash' "$dir/$engine.err" >"$dir/$engine.hash" || exit 1
done
if [ -e "$dir/tail.hash" ] && ! cmp "$dir/tail.hash" "$dir/step.hash"; then
	echo "TAIL: $(cat "$dir/tail.hash"), STEP: $(cat "$dir/step.hash")"
	exit 1
fi
timeout 60 "$entresol" run --cpu "$profile" "$program" </dev/null >"$dir/functional" 2>"$dir/err"
for register in PMCEID0 PMCEID1; do
	timed=$(grep "$register" "$dir/step") functional=$(grep "$register" "$dir/functional")
	if [ -z "$functional" ] || [ "$timed" = "$functional" ]; then
		echo "without a model: $functional"
		exit 1
	fi
done
wc -l <"$expected" | sed 's/$/ lines as expected/'
