#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Hostile guest hypervisors, each beside a guest that must not notice: every form of virtual EL2,
# for at least 100 million instructions of the hostile one.
#
#   hostile.sh ENTRESOL HYP_ELF [--seed N]
#
# Words that are for others (of ./dev fuzz) are passed over. Exit code: 0 all held, 1 not (what
# hyp.elf printed last is shown).
set -u

entresol=$1
elf=$2
shift 2
seed=1
while [ $# -gt 0 ]; do
	case $1 in
	--seed) seed=${2:?--seed needs a number} ;;
	--seed=*) seed=${1#--seed=} ;;
	esac
	shift
done
failed=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

# run KNOB...: the output is in $out
run() {
	"$entresol" run --cpu v8.4-nv2 --stats=text "$elf" -- mode=vhe quantum=1000 "$@" \
		>"$out" 2>&1
}

instructions() {
	sed -n 's/^instructions *\([0-9]*\)$/\1/p' "$out"
}

# What level 0 did for its guests, by its own account, and 300 instructions around each exit for
# what it does not count: more than it needs.
of_level_0() {
	awk -F'|' '/^exits: / && split($2, of, " ") == 3 { sum += of[1] * (of[2] + 300) }
		END { printf "%.0f\n", sum }' "$out"
}

# failed WHAT: so is all
failed() {
	printf '%s: FAILED, %s\n' "$words" "$1"
	tail -20 "$out"
	failed=1
}

# beside OTHERS HOSTILE, knobs of a run: what all instructions are, without those of level 0 and
# without all that the others need alone, are the hostile one's.
beside() {
	words="$2 hostile=$seed"
	# shellcheck disable=SC2086
	run $1 || { failed "without the hostile one"; return; }
	alone=$(instructions)
	# shellcheck disable=SC2086
	run $1 $words || { failed "exit code $?"; return; }
	grep -q 'hyp: level 0: every expectation held' "$out" || { failed "no verdict"; return; }
	hostile=$(($(instructions) - $(of_level_0) - alone))
	[ $hostile -ge 100000000 ] || { failed "only $hostile instructions of it"; return; }
	printf '%s: held, %d million instructions of the hostile one\n' "$words" \
		$((hostile / 1000000))
}

beside rounds=150 "nest=vhe nv=2"
beside rounds=150 "nest=nvhe nv=2"
beside rounds=150 "nest=rw nv=1"
beside rounds=150 "nest=vhe nv=1"
beside rounds=150 "nest=nvhe nv=1"
beside "rounds=150 granule=64" "nest=vhe nv=2"
beside "rounds=20 nest=vhe nv=2" "victim=nested"
exit $failed
