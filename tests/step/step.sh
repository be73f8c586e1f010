#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A recorded transcript of `entresol step`: EXPECTED is what COMMANDS answer, byte for byte; with
# --mask what depends on the compiler of the image is a star on both sides.
#   step.sh [--mask] COMMANDS EXPECTED ENTRESOL step ARGUMENTS...
# ENT_UPDATE=1 writes EXPECTED anew:
#   ENT_UPDATE=1 ctest --test-dir build/release -R '^step\.'
set -u
mask=cat
if [ "$1" = --mask ]; then
	# addresses, words, offsets, positions, flags, the compiler's registers; then the width that they had
	mask() {
		sed -E -e 's/(, )?NZCV [a-zA-Z]{4} -> [a-zA-Z]{4}//' -e 's/0x[0-9a-f]{5,16}/0x*/g' -e 's/^(#.*)  [0-9a-f]{8}  .*/\1/' -e 's/\b[0-9a-f]{16}\b/*/g' \
			-e 's/\+0x[0-9a-f]+/+*/g' -e 's/#[0-9]{2,}(:[0-9]+)?/#*/g' -e 's/\b[nN][zZ][cC][vV]\b/nzcv/g' \
			-e 's/\b([xw])[0-9]+/\1*/g' -e 's/ +/ /g'
	}
	mask=mask
	shift
fi
commands=$1 expected=$2
shift 2
got=$(mktemp) || exit 1
trap 'rm -f "$got"' EXIT
entresol=$1 image=$3
shift 3
"$entresol" step --commands "$commands" "$image" "$@" >"$got.raw" 2>&1
code=$?
$mask <"$got.raw" >"$got"
rm -f "$got.raw"
echo "exit code $code" >>"$got"
if [ "${ENT_UPDATE:-0}" = 1 ]; then
	cp "$got" "$expected"
	exit 0
fi
diff -u "$expected" "$got" || {
	echo "the transcript differs; if that is meant: ENT_UPDATE=1 ctest -R '^step\\.'"
	exit 1
}
