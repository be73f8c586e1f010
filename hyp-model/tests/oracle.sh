#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Asks the machine's own EL2 and a virtual one the same questions (guest/oracle.c, oracle_traps.c)
# and compares the answers. A question that one of them does not ask, because it has not the feature,
# is passed over.
#
#   oracle.sh ENTRESOL CPU GUEST_ELF HYP_ELF FORM KNOB...
#
# FORM is vhe or nvhe, as in nest=FORM. The machine has as much RAM as the guest, so that there is
# as little where there is nothing. Exit code: 0 the same, 1 different (the answers are printed).
set -u

if [ $# -lt 5 ]; then
	echo "usage: oracle.sh ENTRESOL CPU GUEST_ELF HYP_ELF FORM [KNOB...]" >&2
	exit 2
fi
entresol=$1
cpu=$2
guest=$3
hyp=$4
form=$5
shift 5
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# answers WHO ARGUMENT...: to the file of that name. Who dies has not answered.
answers() {
	who=$1
	shift
	"$entresol" run --cpu "$cpu" "$@" </dev/null >"$dir/output"
	code=$?
	if [ $code -ne 0 ]; then
		echo "oracle.sh: the $who ended with exit code $code" >&2
		tail -5 "$dir/output" >&2
		exit 1
	fi
	tr -d '\r' <"$dir/output" | grep -E -o "(at|trap|access) $form .*" |
		grep -v "not asked" >"$dir/$who"
}

answers machine -m 4M "$guest"
answers guest "$hyp" -- oracle=1 "nest=$form" "$@"
awk '
	{ question = $1 " " $3 }
	NR == FNR { machine[question] = $0; next }
	!(question in machine) { next }
	machine[question] != $0 { print "machine " machine[question]; print "guest   " $0; bad++ }
	{ asked[$1]++ }
	END {
		printf "oracle.sh: %d AT, %d instructions, %d accesses asked, %d answers differ\n", \
			asked["at"], asked["trap"], asked["access"], bad
		exit bad > 0 || asked["at"] < 500 || asked["trap"] < 2000 || asked["access"] < 1000
	}' "$dir/machine" "$dir/guest"
