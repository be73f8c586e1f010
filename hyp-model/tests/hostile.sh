#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Hostile guest hypervisors, each beside a guest that must not notice: every form of virtual EL2,
# for as long as the other needs for 300 rounds: some 2 thousand million instructions of all levels.
#
#   hostile.sh ENTRESOL HYP_ELF [--seed N]
#
# Exit code: 0 all held, 1 not (what hyp.elf printed last is shown).
set -u

entresol=$1
elf=$2
seed=1
[ "${3:-}" != --seed ] || seed=$4
failed=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

for words in "nest=vhe nv=2" "nest=nvhe nv=2" "nest=rw nv=1" "nest=vhe nv=1" "nest=nvhe nv=1"; do
	# shellcheck disable=SC2086
	"$entresol" run --cpu v8.4-nv2 --stats=text "$elf" -- mode=vhe $words hostile="$seed" \
		rounds=300 >"$out" 2>&1
	code=$?
	if [ $code -eq 0 ] && grep -q 'hyp: level 0: every expectation held' "$out"; then
		printf '%s seed %s: held, %s\n' "$words" "$seed" \
			"$(sed -n 's/^instructions *\([0-9]*\)$/\1 instructions/p' "$out")"
	else
		printf '%s seed %s: FAILED, exit code %s\n' "$words" "$seed" $code
		tail -20 "$out"
		failed=1
	fi
done
exit $failed
