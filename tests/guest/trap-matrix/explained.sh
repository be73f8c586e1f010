#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the machine does in every cell of the trap matrix is what `entresol explain --matrix` says.
# Usage: explained.sh RUN ELF COMPARE ENTRESOL PROFILE FIRST STEP
set -eu
run=$1 elf=$2 compare=$3 entresol=$4 profile=$5 first=$6 step=$7
log=$(mktemp)
trap 'rm -f "$log"' EXIT

"$run" "$profile" tail "$elf" "$first" "$step" >"$log"
"$entresol" explain --matrix --settings all --cpu "$profile" |
	"$compare" --explained - "$log"
