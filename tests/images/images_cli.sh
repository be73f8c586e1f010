#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What images.sh says and refuses without a network, and that cpio.py and modules.py make the same
# of the same. Usage: images_cli.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export ENT_IMAGES=$dir/cache ENT_DEBIAN_MIRROR=file:$dir/nothing
failures=0 rows=0

# row WHY CODE PATTERN COMMAND...: of all that it prints
row() {
	local why=$1 code=$2 pattern=$3 got
	shift 3
	"$@" >out 2>&1 </dev/null
	got=$?
	rows=$((rows + 1))
	if [ $got -ne "$code" ] || { [ -n "$pattern" ] && ! grep -qe "$pattern" out; }; then
		echo "row $rows, $why: $*: exit code $got (not $code), or no '$pattern' in:"
		sed 's/^/    /' out
		failures=$((failures + 1))
	fi
}

images=$here/images.sh
row "the list" 0 '^vmlinuz-6.1 .*bookworm .*not fetched, needed by ./dev test$' "$images" --list
row "unknown option" 2 "unknown option '--all'; usage: " "$images" --all
row "unknown name" 2 "no image 'vmlinux'; --list names them" "$images" vmlinux
row "an argument too many" 2 "'x' is one argument too many" "$images" --test x
if [ -f /usr/share/keyrings/debian-archive-keyring.gpg ]; then
	row "no mirror" 1 'no lists of bookworm from file:.*: is there a network?' "$images" busybox
	row "nothing half made" 0 '^busybox .*not fetched' "$images" --list
	mkdir -p cache && echo >cache/xen-4.17
	row "what is there needs no network" 0 '^ *xen-4.17 ' "$images" xen-4.17
	row "and is listed" 0 '^xen-4.17 .*there$' "$images" --list
fi

cat >rows <<'ROWS'
dir bin
file bin/a 755 a
link bin/b a
char dev 600 5 1
ROWS
echo "text of a" >a
row "an archive" 0 '' sh -c "'$here/cpio.py' 1.cpio <rows"
touch -d @1000 a
row "the same archive" 0 '' sh -c "'$here/cpio.py' 2.cpio <rows && cmp 1.cpio 2.cpio"
row "mode 0100755" 0 '000081ED' cat 1.cpio
row "a missing file" 1 "cpio.py: 'file x 644 y': .*No such file" \
	sh -c "echo file x 644 y | '$here/cpio.py' 3.cpio"
row "a bad row" 1 "cpio.py: 'pipe x': bad row" sh -c "echo pipe x | '$here/cpio.py' 3.cpio"

# ext: needs jbd and crc; crc is compressed; the name of a file may have "-" for "_"
mkdir -p tree/kernel
printf '\0name=ext\0depends=jbd_2,crc\0softdep=pre: sum\0' >tree/kernel/ext.ko
printf '\0depends=\0' >tree/kernel/jbd-2.ko
printf '\0depends=\0' >tree/kernel/other.ko
printf '\0depends=jbd-2\0' | xz >tree/kernel/crc.ko.xz
row "modules" 0 '^file modules/ext.ko 644 out1/ext.ko$' "$here/modules.py" tree out1 ext absent
row "in order" 0 '^jbd_2.ko crc.ko ext.ko $' sh -c 'tr "\n" " " <out1/order'
row "decompressed" 0 'depends=jbd-2' cat out1/crc.ko

echo "$rows rows, $failures failures"
[ $failures = 0 ]
