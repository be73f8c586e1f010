#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds DIRECTORY/kvm-smoke with its guest hypervisor, and DIRECTORY/kvm-el2.elf, the latter alone
# for bare metal. Usage: kvm-smoke.sh DIRECTORY
set -eu
mkdir -p "$1"
to=$(cd "$1" && pwd)
cd "$(dirname "$0")"
warnings="-std=gnu11 -O2 -Wall -Wextra -Wshadow -Wconversion -Werror"
bare="-ffreestanding -nostdlib -static -march=armv8.1-a -mgeneral-regs-only -mstrict-align -fno-pic
	-fno-stack-protector -fno-tree-loop-distribute-patterns"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
objects=
for source in kvm-el2/*.c kvm-el2/*start.S kvm-el2/board_*.S; do
	name=$(basename "${source%.*}")
	# shellcheck disable=SC2086 # options are words
	aarch64-linux-gnu-gcc $warnings $bare -c "$source" -o "$work/$name.o"
	case $name in
	board_*) ;;
	*) objects="$objects $work/$name.o" ;;
	esac
done
for board in bare kvm; do
	# shellcheck disable=SC2086
	aarch64-linux-gnu-ld -T kvm-el2/link.ld --no-warn-rwx-segments $objects \
		"$work/board_$board.o" -o "$work/$board.elf"
done
aarch64-linux-gnu-objcopy -O binary "$work/kvm.elf" "$work/kvm-el2.bin"
# shellcheck disable=SC2086
aarch64-linux-gnu-gcc $warnings -static "-Wa,-I$work" kvm-smoke*.[cS] kvm-el2/image.S -pthread \
	-o "$to/kvm-smoke"
cp "$work/bare.elf" "$to/kvm-el2.elf"
