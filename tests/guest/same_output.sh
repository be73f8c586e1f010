#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a static program on qemu-aarch64 and, behind el0-run, on each engine of Entresol; what it
# prints and its exit code must be the same. A program that says --cases has a list of words, and
# is run once with each; since it is the one that tests el0-run itself, it also runs behind el0-run
# on qemu-system-aarch64. Usage: same_output.sh ENTRESOL EL0_RUN PROFILE PROGRAM
set -u
entresol=$1 el0_run=$2 profile=$3 program=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ln "$program" "$dir/program" 2>/dev/null || cp "$program" "$dir/program"
cd "$dir" || exit 1
qemu=$(command -v qemu-aarch64) || {
	echo "no qemu-aarch64 (Debian: qemu-user)"
	exit 1
}

# start ENGINE [WORD]: the program behind el0-run; a word may have blanks.
start() {
	engine=$1
	shift
	[ $# -eq 0 ] || set -- "'$1'"
	if [ "$engine" != qemu-system ]; then
		timeout 120 "$entresol" run --engine "$engine" --cpu "$profile" --semihosting-fs . \
			"$el0_run" -- program "$@"
	else
		timeout 120 qemu-system-aarch64 -M virt -cpu max -m 256 -nic none -nographic -kernel \
			"$el0_run" -semihosting-config \
			"enable=on,target=native,arg=el0-run.elf,arg=program${1:+,arg=$1}"
	fi
}

# compare ENGINE [WORD]: against the files `expected` and `code`.
compare() {
	start "$@" </dev/null >out 2>err
	got=$?
	engine=$1
	shift
	if [ $got -eq 2 ] && grep -q 'not available' err; then
		return
	fi
	engines="$engines $engine"
	if [ $got -ne "$code" ]; then
		echo "$engine $*: exit code $got, on qemu-aarch64 $code: $(tail -3 err)"
		exit 1
	fi
	if grep 'is not implemented' err; then
		exit 1
	fi
	diff -a -u --label qemu --label "entresol $engine" expected out >diff || {
		head -20 diff
		exit 1
	}
}

# run WORD...: the program with these words, everywhere.
run() {
	env -i "$qemu" -cpu max ./program "$@" </dev/null >expected 2>/dev/null
	code=$?
	[ -s expected ] || {
		echo "$*: nothing printed on qemu-aarch64, exit code $code"
		exit 1
	}
	lines=$((lines + $(wc -l <expected)))
	engines=""
	compare tail "$@"
	compare step "$@"
	[ -z "$cases" ] || compare qemu-system "$@"
}

lines=0
cases=$(env -i "$qemu" -cpu max ./program --cases 2>/dev/null | sed -n 's/^case //p')
run
IFS='
'
for word in $cases; do
	run "$word"
done
[ -n "$engines" ] || exit 1
echo "$lines equal lines on qemu-aarch64 and$engines"
