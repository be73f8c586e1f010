#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The trap matrix is the same in both engines. Usage: engines.sh RUN ELF PROFILE FIRST STEP
set -eu
run=$1 elf=$2 profile=$3 first=$4 step=$5
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$run" "$profile" step "$elf" "$first" "$step" >"$dir/step"
tail -n 1 "$dir/step" | grep -qx end || {
	echo "the log is not complete"
	exit 1
}
grep '^s ' "$dir/step" | wc -l | sed "s/\$/ settings on $profile/"
if ! "$run" "$profile" tail "$elf" "$first" "$step" >"$dir/tail" 2>"$dir/err"; then
	grep -q 'not available' "$dir/err" && exit 0
	cat "$dir/err"
	exit 1
fi
cmp "$dir/step" "$dir/tail"
