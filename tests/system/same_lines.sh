#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a bare-metal program on Entresol (both engines) and on qemu-system-aarch64 and compares what
# they print. Usage: same_lines.sh ENTRESOL PROGRAM.elf PROFILE QEMU_CPU
# [QEMU [OPTION OF QEMU...]], of which -smp N is for both.
set -u
entresol=$1 program=$2 profile=$3 cpu=$4 qemu=${5-qemu-system-aarch64}
shift $(($# > 5 ? 5 : $#))
if ! command -v "$qemu" >/dev/null; then
	echo "no $qemu, which this needs: ./dev test fetches it"
	exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

timeout 60 "$qemu" -M virt,virtualization=on,gic-version=3 -cpu "$cpu" -display none -monitor none \
	-serial null -nic none -chardev file,id=lines,path="$dir/qemu" \
	-semihosting-config enable=on,target=native,chardev=lines "$@" -kernel "$program" </dev/null \
	>"$dir/err" 2>&1 || {
	echo "$qemu failed:"
	tail -3 "$dir/err" "$dir/qemu"
	exit 1
}
cpus=1
case " $* " in *" -smp "*) cpus=${*##*-smp } cpus=${cpus%% *} ;; esac
for engine in tail step; do
	timeout 60 "$entresol" run --cpu "$profile" --cpus "$cpus" --engine $engine "$program" </dev/null \
		>"$dir/$engine" 2>"$dir/err"
	code=$?
	if [ $code -eq 2 ] && grep -q 'not available' "$dir/err"; then
		continue
	fi
	if [ $code -ne 0 ]; then
		echo "entresol --engine $engine ended with $code: $(cat "$dir/err")"
		exit 1
	fi
	diff -u --label qemu --label "entresol $engine" "$dir/qemu" "$dir/$engine" || exit 1
done
wc -l <"$dir/qemu" | sed 's/$/ equal lines/'
