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

# of_level_0 N: what level 0 did for its guests, by its own account, and N instructions around each
# exit that it does not count (below 200).
of_level_0() {
	awk -F'|' -v more="$1" '
		/^exits: / && split($2, of, " ") == 3 { sum += of[1] * (of[2] + more) }
		END { printf "%.0f\n", sum }' "$out"
}

# failed WHAT: so is all
failed() {
	printf '%s: FAILED, %s\n' "$words" "$1"
	tail -20 "$out"
	failed=1
}

# beside OTHERS HOSTILE, knobs of a run. The hostile one's are all instructions, but those of level 0
# and those that the others need alone; one seed after the other until they are enough.
beside() {
	words=$1
	# shellcheck disable=SC2086
	run $1 || { failed "without the hostile one"; return; }
	others=$(($(instructions) - $(of_level_0 0)))
	sum=0
	runs=0
	while [ $sum -lt 100000000 ]; do
		words="$1 $2 hostile=$((seed + runs))"
		# shellcheck disable=SC2086
		run $words || { failed "exit code $?"; return; }
		grep -q 'hyp: level 0: every expectation held' "$out" ||
			{ failed "no verdict"; return; }
		sum=$((sum + $(instructions) - $(of_level_0 200) - others))
		runs=$((runs + 1))
		[ $runs -lt 10 ] || { failed "only $sum instructions of 10 hostile ones"; return; }
	done
	printf '%s %s: held, %d million instructions of the hostile ones, %d seeds from %s\n' \
		"$1" "$2" $((sum / 1000000)) $runs "$seed"
}

beside rounds=100 "nest=vhe nv=2"
beside rounds=100 "nest=nvhe nv=2"
beside rounds=100 "nest=rw nv=1"
beside rounds=100 "nest=vhe nv=1"
beside rounds=100 "nest=nvhe nv=1"
beside "rounds=100 granule=64" "nest=vhe nv=2"
beside "rounds=40 nest=vhe nv=2" "victim=nested"
exit $failed
