#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hyp.elf with an adversary says what it says without one, but for its account of exits and what is right
# of the first '|' of a line. Usage: adversary.sh ENTRESOL HYP_ELF ADVERSARY WORDS...
set -u
entresol=$1 image=$2 adversary=$3
shift 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

said() {
	# shellcheck disable=SC2068 # words of one argument are words of the guest
	"$entresol" run --cpu v8.4-nv2 "$@" 2>&1 || echo "exit code $?"
}
# shellcheck disable=SC2048,SC2086
said --engine step "$image" -- $* | sed '/^ *exits:/d; s/|.*//' >"$dir/alone"
# shellcheck disable=SC2048,SC2086
said --adversary "$adversary" "$image" -- $* | sed '/^ *exits:/d; s/|.*//' >"$dir/chosen"
diff "$dir/alone" "$dir/chosen" || exit 1
grep -q 'every expectation held' "$dir/chosen"
