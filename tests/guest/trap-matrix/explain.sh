#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the machine did is what `entresol explain --matrix` says, cell by cell.
# Usage: explain.sh RUN COMPARE ENTRESOL ELF PROFILE FIRST STEP
set -eu
run=$1 compare=$2 entresol=$3 elf=$4 profile=$5 first=$6 step=$7
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$run" "$profile" tail "$elf" "$first" "$step" >"$dir/log" 2>"$dir/err" ||
	"$run" "$profile" step "$elf" "$first" "$step" >"$dir/log"
"$entresol" explain --matrix --settings all --cpu "$profile" |
	"$compare" --explained - "$dir/log"
