#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Both engines do the same in every cell of the trap matrix, and that is what `entresol explain
# --matrix` says. FIRST and STEP choose the settings; 0 1 is all of them.
# Usage: machine.sh RUN COMPARE ENTRESOL ELF PROFILE FIRST STEP
set -eu
run=$1 compare=$2 entresol=$3 elf=$4 profile=$5 first=$6 step=$7
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$run" "$profile" tail "$elf" "$first" "$step" >"$dir/tail" 2>"$dir/err" &
tail=$!
"$run" "$profile" step "$elf" "$first" "$step" >"$dir/step"
if wait $tail; then
	cmp "$dir/step" "$dir/tail"
elif ! grep -q 'not available' "$dir/err"; then
	cat "$dir/err"
	exit 1
fi
"$entresol" explain --matrix --settings all --cpu "$profile" |
	"$compare" --explained - "$dir/step"
