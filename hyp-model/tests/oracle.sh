#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Asks the machine's own EL2 and a virtual one the same questions (guest/oracle.c) and compares the
# answers.
#
#   oracle.sh ENTRESOL CPU GUEST_ELF HYP_ELF FORM KNOB...
#
# FORM is vhe or nvhe, as in nest=FORM. The machine has as much RAM as the guest, so that there is
# as little where there is nothing. Exit code: 0 the same, 1 different (a diff is printed).
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
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$entresol" run --cpu "$cpu" -m 4M "$guest" </dev/null | tr -d '\r' | grep -o "at $form .*" \
	>"$dir/machine"
"$entresol" run --cpu "$cpu" "$hyp" -- oracle=1 "nest=$form" "$@" </dev/null | tr -d '\r' |
	grep -o "at $form .*" >"$dir/guest"
echo "oracle.sh: $(wc -l <"$dir/machine") answers of the machine"
[ -s "$dir/machine" ] && diff "$dir/machine" "$dir/guest"
