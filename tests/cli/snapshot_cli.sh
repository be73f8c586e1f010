#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --save-at and --from: a run that goes on is the run that was interrupted, and what cannot be used is
# refused in one line. Usage: snapshot_cli.sh ENTRESOL [HYP_ELF]
set -u
entresol=$1 hyp=${2-}
. "$(dirname "$0")/rows.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

at="--load-address 0x40000000"
# counts for ever
words loop 91000421 17ffffff
# writes '?', waits for a byte, writes it; twice; SYSTEM_OFF
words ask d2a12001 d28007e2 b9000022 b9401822 3727ffe2 b9400022 b9000022 d28007e2 b9000022 b9401822 3727ffe2 b9400022 b9000022 d2800100 f2b08000 d4000003
words off d2800100 f2b08000 d4000003

# goes_on N OPTION...: the straight run, one that writes a snapshot at N, and one that goes on from it
# end alike; what the last one prints is the end of what the first one does.
goes_on() {
	local n=$1
	shift
	rows=$((rows + 1))
	"$entresol" run --hash --stats json --max-insns "$most" "$@" >out0 2>err0 </dev/null
	"$entresol" run --hash --stats json --max-insns "$most" --save-at "$n=s.snap" "$@" >out1 2>err1 </dev/null
	"$entresol" run --hash --stats json --max-insns "$most" --from s.snap >out2 2>err2 </dev/null
	"$entresol" run --hash --stats json --max-insns "$most" --engine step --from s.snap >out3 2>err3 </dev/null
	if ! { grep -q '^entresol: hash' err0 && cmp err0 err1 && cmp err0 err2 && cmp err0 err3 && cmp out0 out1 &&
		tail -c "$(stat -c %s out2)" out0 | cmp - out2 && cmp out2 out3; }; then
		echo "row $rows: a snapshot at $n of 'entresol run $*' does not go on as it was"
		failures=$((failures + 1))
	fi
}

# shellcheck disable=SC2086
{
most=100
goes_on 0 $at loop
goes_on 100 $at loop
goes_on 57 --cpus 3 --timing a55 --timing-set mispredict=9 $at loop
most=1000
# half of the script, half of a step typed
goes_on 20 --type-after '?=a' --type-after '?=b' $at ask
goes_on 60 --type-after '?=a' --type-after '?=b' $at ask
for n in 4 8 12 16 24 32 40 48; do goes_on $n --virtio-console --type-after '?=ab' $at ask; done

row "a name by the instructions" 0 "*" run --max-insns 20 --save-at 10 $at loop
fact "it is there" test -s entresol-10.snap
row "several, in any order" 0 "*" run --max-insns 20 --save-at 15=b.snap --save-at 5=a.snap $at loop
row "one from another" 0 "*" run --max-insns 20 --from a.snap --save-at 15=c.snap
fact "the same state makes the same bytes" cmp b.snap c.snap
fact "nothing else is left" test -z "$(ls ./*.partial* 2>/dev/null)"
echo mine >m.snap.partial0
echo mine >elsewhere
ln -s elsewhere m.snap.partial1
row "beside other files" 0 "*" run --max-insns 20 --save-at 5=m.snap $at loop
fact "it is the snapshot" cmp a.snap m.snap
fact "a file with such a name stays" test "$(cat m.snap.partial0)" = mine
fact "a link is not followed" test "$(cat elsewhere)" = mine
row "later than the end" 6 "entresol: no snapshot at instruction 100: the run ended at 3" run --save-at 100=x.snap $at off
fact "then there is none" test ! -e x.snap
row "--max-insns before it" 2 "entresol: --max-insns 3: the snapshot is at instruction 5 already" run --max-insns 3 --from a.snap
row "--max-insns where it is" 0 "entresol: stopped after 5 instructions" run --max-insns 5 --from a.snap

# Input that the snapshot's run did not read; that had ended.
printf 'xy' | "$entresol" run --max-insns 1000 --save-at 4=in.snap $at ask >out 2>err
fact "input before the snapshot" test "$(cat out)" = "?x?y"
printf 'uv' | "$entresol" run --max-insns 1000 --from in.snap >out 2>err
fact "input behind it" test "$(cat out)" = "u?v"
# Disks.
head -c 65536 /dev/zero >disk.img
row "a disk" 0 "*" run --max-insns 20 --save-at 10=disk.snap --disk disk.img,snapshot $at loop
row "it goes on with it" 0 "*" run --max-insns 20 --from disk.snap
touch -d '2001-01-01' disk.img
row "the disk was changed" 3 "entresol: --disk disk.img: it was changed since the run that made the snapshot opened it" run --max-insns 20 --from disk.snap
head -c 131072 /dev/zero >disk.img
row "it has another size" 3 "entresol: --disk disk.img: it has 131072 bytes, and had 65536 for the run that made the snapshot" run --max-insns 20 --from disk.snap
rm disk.img
row "it is gone" 3 "entresol: --disk disk.img: No such file or directory" run --max-insns 20 --from disk.snap
head -c 65536 /dev/zero >disk.img
row "a disk that is written to" 70 "entresol: with a disk that writes to its file no state can be kept: add ',snapshot' to its name" run --save-at 10 --disk disk.img $at loop
row "a shared folder" 70 "entresol: with a shared folder no state can be kept:*" run --save-at 10 --share . $at loop
row "files of semihosting" 70 "entresol: with --semihosting-fs no state can be kept:*" run --save-at 10 --semihosting-fs . $at loop

# Options.
row "no number" 2 "entresol: --save-at 'x': not a number of instructions, nor one with =FILE" run --save-at x $at loop
row "no number of this width" 2 "entresol: --save-at '99999999999999999999999999': not a number*" run --save-at 99999999999999999999999999 $at loop
row "no file" 2 "entresol: --save-at '5=': the file name is missing" run --save-at 5= $at loop
row "as an IMAGE" 2 "entresol: a.snap is a snapshot, no image; go on from it with --from a.snap" run a.snap
row "and an IMAGE" 2 "entresol: --from goes on with what is in the snapshot, not with 'loop'" run --from a.snap loop
row "another machine" 2 "entresol: --memory belongs to the machine, and --from has that of the snapshot" run --memory 1M --from a.snap
row "another PE" 2 "entresol: --cpu belongs to the machine,*" run --from a.snap --cpu max
row "what has nothing to load" 2 "entresol: --reboot belongs to the machine,*" run --from a.snap --reboot

# Files that are none.
row "a file that is not there" 3 "entresol: snapshot none: No such file or directory" run --from none
row "a folder" 3 "entresol: snapshot .: is a directory" run --from .
row "a device" 3 "entresol: snapshot /dev/null: not a regular file" run --from /dev/null
row "an image" 3 "entresol: snapshot loop: not a snapshot of Entresol's" run --from loop
: >empty
row "nothing" 3 "entresol: snapshot empty: not a snapshot of Entresol's" run --from empty
size=$(stat -c %s a.snap)
for part in 9 40 64 65 200 $((size / 2)) $((size - 1)); do
	head -c "$part" a.snap >cut.snap
	row "cut off at $part" 3 "entresol: snapshot cut.snap: *" run --from cut.snap --max-insns 20
done
{ cat a.snap; printf 'x'; } >long.snap
row "more behind it" 3 "entresol: snapshot long.snap: it is damaged: it goes on behind its end" run --from long.snap --max-insns 20
# patched OFFSET BYTE: a.snap with another byte there
patched() {
	cp a.snap bad.snap
	printf "\\x$2" | dd of=bad.snap bs=1 seek="$1" conv=notrunc 2>/dev/null
}
patched 8 7f
row "a damaged header" 3 "entresol: snapshot bad.snap: its first bytes are damaged, or cut off" run --from bad.snap --max-insns 20
for offset in 16 24 33 41 57 64 70 100 300 $((size / 2)) $((size - 9)) $((size - 1)); do
	for byte in 00 ff; do
		patched "$offset" $byte
		cmp -s a.snap bad.snap ||
			row "byte $offset is $byte" 3 "entresol: snapshot bad.snap: *" run --from bad.snap --max-insns 20
	done
done

# The host refuses: the run goes on.
row "a full disk" 6 "entresol: snapshot /dev/full cannot be written: No space left on device" run --save-at 1=/dev/full $at off
# What is known at the start is said there: the guest, which would write, does not run.
row "no such folder" 6 "entresol: snapshot none/x cannot be written: No such file or directory" run --save-at 999999=none/x $at ask
fact "nothing has run" test ! -s out
mkdir folder
row "a folder's name" 6 "entresol: snapshot folder cannot be written: Is a directory" run --save-at 999999=folder $at ask
fact "nothing has run" test ! -s out
fact "nothing is in the way" test "$(echo folder*)" = folder
}

if [ -n "$hyp" ]; then
	most=100000000
	goes_on 4000001 "$hyp"
	goes_on 777 --cpus 4 --cpu v8.4-nv2 "$hyp" -- mode=vhe cpus=4
	goes_on 4000001 --cpus 4 --cpu v8.4-nv2 "$hyp" -- mode=vhe cpus=4
	goes_on 1000003 --cpu v8.4-nv2 "$hyp" -- mode=vhe nest=vhe nv=2
	goes_on 1234567 --timing a55 --cpu v8.4-nv2 "$hyp" -- mode=vhe nest=vhe nv=2
	goes_on 1234567 --timing a53 --cpus 2 "$hyp" -- cpus=2

	# One bit of what is compressed: refused, unless it is one that means nothing.
	"$entresol" run --save-at 1000003=h.snap --max-insns 1000010 --hash "$hyp" >out0 2>err0 </dev/null
	size=$(stat -c %s h.snap)
	found=0 places=60
	for i in $(seq $places); do
		at=$((size * i / (places + 1)))
		cp h.snap bad.snap
		printf "\\x$(printf %x $((0x$(od -An -tx1 -j $at -N 1 h.snap | tr -d " ") ^ 1 << i % 8)))" |
			dd of=bad.snap bs=1 seek=$at conv=notrunc 2>/dev/null
		"$entresol" run --from bad.snap --max-insns 1000010 --hash >out1 2>err1 </dev/null
		case $? in
		3) found=$((found + 1)) ;;
		*) fact "damage at $at makes no difference" cmp err0 err1 ;;
		esac
	done
	fact "damage is found" test $found -gt $((places * 9 / 10))
fi
echo "$rows rows, $failures failures"
[ $failures -eq 0 ]
