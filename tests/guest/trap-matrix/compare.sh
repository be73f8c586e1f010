#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs trap-matrix.elf on Entresol and on QEMU 10 and compares every cell. FIRST and STEP choose the
# settings; 0 1 is all of them. QEMU's log of an image is kept in CACHE.
# Usage: compare.sh RUN COMPARE ELF FIRST STEP QEMU CACHE [--known]
set -eu
run=$1 compare=$2 elf=$3 first=$4 step=$5 qemu=$6 cache=$7
shift 7
if [ ! -x "$qemu" ] && ! command -v "$qemu" >/dev/null; then
	echo "no $qemu: ./dev test and ./dev diff --trap-matrix fetch it"
	exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$cache"

# -icount: time is instructions, so that WFI finds its timer not yet due.
version=$("$qemu" --version | sed -n 's/.*version \([0-9.]*\).*/\1/p')
theirs=$cache/$version-$(sha256sum "$elf" | cut -c1-16)-$first-$step.log
if [ ! -f "$theirs" ]; then
	timeout 900 "$qemu" -M virt,virtualization=on,gic-version=3 -cpu max,sve=off,sme=off \
		-icount shift=0,sleep=off -display none -monitor none -serial null -nic none \
		-chardev "file,id=log,path=$dir/theirs" -semihosting-config \
		"enable=on,target=native,chardev=log,arg=trap-matrix,arg=$first,arg=$step" \
		-kernel "$elf" </dev/null >"$dir/messages" 2>&1 || {
		echo "qemu-system-aarch64 $version failed:"
		tail -3 "$dir/messages"
		exit 1
	}
	mv "$dir/theirs" "$theirs.$$"
	mv "$theirs.$$" "$theirs"
fi
"$run" max tail "$elf" "$first" "$step" >"$dir/ours" 2>"$dir/err" ||
	"$run" max step "$elf" "$first" "$step" >"$dir/ours" || {
	cat "$dir/err"
	exit 1
}
[ "$step" = 1 ] || set -- --subset "$@"
"$compare" "$@" "$dir/ours" "$theirs"
