#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the library into a new prefix, and has the example project find, link and run it, by its CMake
# package and by pkg-config.
# Usage: install.sh SOURCE_ROOT BUILD CMAKE COMPILER
set -eu
source=$1 build=$2 cmake=$3 compiler=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --component library --prefix "$work/prefix" >"$work/log" ||
	{ cat "$work/log"; exit 1; }
(cd "$work/prefix" && find . -type f | LC_ALL=C sort)

echo "--- names that a program could meet"
nm --defined-only --extern-only "$work"/prefix/lib*/libentresol.a "$work"/prefix/lib*/*/libentresol.a 2>/dev/null |
	awk 'NF == 3 && $3 !~ /^ent_/ { print "not ours to take: " $3; bad = 1 } END { exit bad }'

echo "--- CMake package"
"$cmake" -S "$source/examples/trap-test" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/prefix" \
	-DCMAKE_C_COMPILER="$compiler" >"$work/log" || { cat "$work/log"; exit 1; }
"$cmake" --build "$work/cmake" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for test in first_trap ten_questions; do
	"$work/cmake/$test" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
	tail -1 "$work/log"
done

echo "--- pkg-config, headers that warn of nothing"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name entresol.pc)")
export PKG_CONFIG_PATH
pkg-config --modversion entresol
# shellcheck disable=SC2046
"$compiler" -std=gnu11 -Wall -Wextra -Wshadow -Wconversion -Wpedantic -Werror \
	$(pkg-config --cflags entresol) "$source/examples/trap-test/first_trap.c" \
	-o "$work/first_trap" $(pkg-config --libs entresol) -lcmocka
"$work/first_trap" 2>&1 | tail -1

echo "--- in a program at any address, in one at a fixed address, in a shared library"
for kind in "-fPIE -pie" "-fno-pie -no-pie" "-fPIC -shared -Wl,--no-undefined"; do
	# shellcheck disable=SC2046,SC2086
	"$compiler" $kind $(pkg-config --cflags entresol) "$source/examples/trap-test/first_trap.c" \
		-o "$work/out" $(pkg-config --libs entresol) -lcmocka
	readelf -h "$work/out" | grep Type:
	case $kind in
	*-shared*) ;;
	*) "$work/out" 2>&1 | tail -1 ;;
	esac
done
