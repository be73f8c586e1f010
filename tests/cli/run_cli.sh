#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The command line as users see it: rows of a command, its exit code, and the one line it says on
# stderr. Images are words written here. Usage: run_cli.sh ENTRESOL
set -u
entresol=$1
. "$(dirname "$0")/rows.sh"
completion=$(realpath "$(dirname "$0")/../../app/completion.bash")
man_page=$(realpath "$(dirname "$0")/../../docs/entresol.1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

at="--load-address 0x40000000"
words off d2800100 f2b08000 d4000003 # PSCI SYSTEM_OFF by SMC
words reset d2800120 f2b08000 d4000003
words wfi d503207f
words self 14000000
words loop 91000421 17ffffff
words undefined 00000000
# semihosting exit with code 7: x1 = block {0x20026, 7} at 0x40001000
words exit7 d2820001 f2a80001 d28004c2 f2a00042 f9000022 d28000e3 f9000423 d2800300 d45e0000
words exit0 d2820001 f2a80001 d28004c2 f2a00042 f9000022 d2800003 f9000423 d2800300 d45e0000
# exits with HCR_EL2.E2H as code
words e2h d2820001 f2a80001 d28004c2 f2a00042 f9000022 d53c1103 d3628863 f9000423 d2800300 d45e0000
# "Hi\n" to the UART at 0x09000000, then SYSTEM_OFF
words hello d2a12001 d2800902 b9000022 d2800d22 b9000022 d2800142 b9000022 d2800100 f2b08000 d4000003
# echo: waits for a byte (FR bit 4), writes it, SYSTEM_OFF
words echo d2a12001 b9401822 3727ffe2 b9400022 b9000022 d2800100 f2b08000 d4000003
# asks: writes '?', then as echo
words ask d2a12001 d28007e2 b9000022 b9401822 3727ffe2 b9400022 b9000022 d2800100 f2b08000 d4000003
# sleeps, woken each millisecond by the event stream; "idle" reads FR 20 times before
words asleep d2801e84 d51ce104 d503205f d503201f 17fffffe
words idle d2a12001 d2800283 b9401822 f1000463 54ffffc1 d2801e84 d51ce104 d503205f d503201f 17fffffe
# a new line to the UART, for ever
words babble d2a12001 d2800142 b9000022 17ffffff
# exits with bits 15:8 of the clock at 0x09010000
words clock d2a12022 b9400043 d3483c63 d2820001 f2a80001 d28004c2 f2a00042 f9000022 f9000423 d2800300 d45e0000
# GET_CMDLINE into 0x40002000 by a block {0x40002000, 100} at 0x40001000, WRITE0 it, SYSTEM_OFF
words args d2820001 f2a80001 d2840002 f2a80002 f9000022 d2800c83 f9000423 d28002a0 d45e0000 aa0203e1 d2800080 d45e0000 d2800100 f2b08000 d4000003
# exits with DeviceID of virtio slot 0 + 16 * DeviceID of slot 1
words slots d2a14004 b9400883 b9420885 0b051063 d2820001 f2a80001 d28004c2 f2a00042 f9000022 f9000423 d2800300 d45e0000
# slot 0: VERSION_1, a queue of 8 at 0x40001000.., 9 buffers available, notifies, SYSTEM_OFF
words ring d2a14004 52800021 b9007081 b9002481 b9002081 52800101 b9007081 b9003881 d2a80002 b2740043 b9008083 b2730043 b9009083 52800125 79000465 b2720043 b900a083 b9004481 52800081 b9007081 b900509f d2800100 f2b08000 d4000003
: >empty
printf 'text' >text
printf '\x7fELF\x02\x01\x01' >short

row "no command" 2 "entresol: a command is missing; see 'entresol --help'"
row "unknown command" 2 "entresol: no command 'fly'; see 'entresol --help'" fly
row "help" 0 "" --help
row "version" 0 "" --version
fact "version" grep -q '^entresol [0-9]' out
row "help of run" 0 "" run --help
fact "help names the options" grep -q -- '--max-insns=N' out
fact "help documents exit codes" grep -q 'Exit codes' out
# What is said to be an option, and not by way of an example, begins a line or is behind a comma.
sed -nE 's/^ *(-., )?(--[a-z-]+).*/\2/p' out | sort -u >options
fact "completion knows every option" diff options \
	<(sed -n '/^_entresol_run/,/^}/p' "$completion" | sed -n '/-\*) words=/,/;;/p' | grep -o -- '--[a-z-]*' | sort)
# There an option is a tag: the line behind .TP.
fact "the man page knows every option" diff options \
	<(sed -n '/^\.SH OPTIONS/,/^\.SH THE/p' "$man_page" | sed -n '/^\.TP/{n;s/\\-/-/g;p}' | grep -o -- '--[a-z-]*' | sort)

row "no image" 2 "entresol: an IMAGE is missing; see 'entresol run --help'" run
row "unknown option" 2 "entresol: no option '--fast'; see 'entresol run --help'" run --fast off
row "short option" 2 "entresol: no option '-x'; *" run -x off
row "option without a value" 2 "entresol: option '--memory' needs a value, SIZE" run --memory
row "option with a value too many" 2 "entresol: option '--hash' takes no value" run --hash=1 off
row "ambiguous option" 2 "entresol: option '--m' may be several; *" run --m 1 off
row "a second image" 2 "entresol: 'b' is one argument too many; the guest's come after --" run a b
row "gdb's run is one run" 2 "entresol: --gdb and --reboot do not go together: *" run --gdb :0 --reboot off
row "gdb and pictures" 2 "entresol: --gdb and --screenshot-at do not go together; *" run --gdb :0 --screenshot-at 1s=x.png off
row "gdb and snapshots" 2 "entresol: --gdb and --save-at do not go together; *" run --gdb :0 --save-at 1 off
row "gdb and an adversary" 2 "entresol: --adversary and --gdb do not go together*" run --gdb :0 --adversary max off
row "adversary" 2 "entresol: adversary 'mad': not none, min, max, seed=N or nth=N, *" run --adversary mad off
row "a seed that is none" 2 "entresol: adversary 'seed=x': not *" run --adversary seed=x off
row "liberty" 2 "entresol: adversary: 'sleep' is no liberty; --adversary help lists them" run --adversary max/wait,sleep off
row "liberties" 0 "" run --adversary help
fact "liberties are listed" grep -q '^late_write ' out
row "an adversary chooses" 0 "" run --adversary seed=3/wait,exclusive $at off
row "gdb at no port" 2 "entresol: --gdb ':99999': not a path, :PORT or HOST:PORT" run --gdb :99999 $at off
row "profile" 2 "entresol: no CPU profile 'z80'; there are: *" run --cpu z80 off
row "memory" 2 "entresol: --memory '12Q': not a number with K, M, G or nothing behind it" run --memory 12Q off
row "memory that overflows" 2 "entresol: --memory '99999999999G': not a number *" run --memory 99999999999G off
row "negative memory" 2 "entresol: --memory '-1': not a number *" run --memory -1 off
row "no memory" 2 "entresol: --memory 0: a machine needs RAM" run --memory 0 off
row "memory of half a page" 2 "entresol: RAM of 2048 bytes is not a multiple of 4 KiB" run --memory 2K off
row "memory beyond the addresses" 2 "entresol: RAM of 4194304 MiB at 0x40000000 does not fit into 40 address bits" run --memory 4096G off
row "level" 2 "entresol: --el '3': not a number from 1 to 2" run --el 3 off
row "address bits" 2 "entresol: --pa-bits '49': not a number from 32 to 48" run --pa-bits 49 off
row "PEs" 2 "entresol: --cpus '9': not a number from 1 to 8" run --cpus 9 off
row "budget" 2 "entresol: --max-insns 'many': not a number" run --max-insns many off
row "engine" 2 "entresol: --engine 'warp': choose of tail, step" run --engine warp off
row "trace" 2 "entresol: --trace 'everything': no such kind; choose of el, insn, mmu, sysreg, gic, all, *" run --trace everything off
sed 's/.*choose of //; s/, /\n/g' err >kinds
fact "completion knows every kind of trace" diff kinds \
	<(sed -n '/--trace)/{n;s/.*"\(.*\)".*/\1/p}' "$completion" | tr ' ' '\n')
fact "the man page knows every kind of trace" diff kinds \
	<(sed -n '/ Kinds:/,/^Filters;/{/^\.TP/{n;s/^\.B //p}}' "$man_page")
row "trace misspelt" 2 "entresol: --trace 'ins': no such kind; is it insn?" run --trace ins off
row "trace without a file" 2 "entresol: --trace 'el=': the file name is missing" run --trace el= off
row "trace to stdout" 2 "entresol: --trace insn=-: standard output is the guest's; without =- a trace is written to stderr, and ./- is a file" run --trace insn=- off
fact "and in no file" test ! -e ./-
row "names from a folder" 3 "entresol: --symbols /tmp: cannot be read: is a directory" run --symbols /tmp $at off
row "names from nowhere" 3 "entresol: --symbols no/such: cannot be read: No such file or directory" run --symbols no/such:el1 $at off
row "filter" 2 "entresol: --trace: no filter 'elf'; is it el?" run --trace el,elf=1 off
row "filter without a value" 2 "entresol: --trace el: 'pe' is no FILTER=VALUE" run --trace el,pe off
row "no filter" 2 "entresol: --trace el: '' is no FILTER=VALUE" run --trace el, off
row "filter by EL" 2 "entresol: --trace el=3: not a number from 0 to 2" run --trace el,el=3 off
row "filter by PE" 2 "entresol: --trace pe=8: not a number from 0 to 7" run --trace el,pe=8 off
row "filter by a PE that is not there" 2 "entresol: --trace pe=3: the machine has 1 PE, from 0" run --trace el,pe=3 $at off
row "filter by VMID" 2 "entresol: --trace vmid=65536: not a number from 0 to 65535" run --trace el,vmid=65536 off
row "filter by world" 2 "entresol: --trace world=L1.: not host, L1, L2, *" run --trace el,world=L1. off
row "filter by event" 2 "entresol: --trace event=erets: no such event; is it eret?" run --trace all,event=erets off
row "event that a trace has not" 2 "entresol: --trace el: it shows no such event; it has exception, eret" run --trace el,event=walk off
row "trace that ends first" 2 "entresol: --trace from=5,to=5: ends before it begins" run --trace el,from=5,to=5 off
row "from" 2 "entresol: --trace from=now: not a number of instructions" run --trace el,from=now off
row "address" 2 "entresol: --trace addr=1-x: neither START-END nor START+SIZE" run --trace el,addr=1-x $at off
row "range" 2 "entresol: --trace addr=8-4: ends before it begins" run --trace el,addr=8-4 $at off
row "range of nothing" 2 "entresol: --trace addr=8+0: ends before it begins" run --trace el,addr=8+0 $at off
row "large address" 2 "entresol: --trace addr=99999999999999999999: not a number of 64 bits" run --trace el,addr=99999999999999999999 $at off
row "symbol" 2 "entresol: --trace addr=main: the image has no such symbol" run --trace el,addr=main $at off
row "two traces in a file" 2 "entresol: --trace: two traces would be written to ./t" run --trace el=t --trace insn=./t $at off
row "packed traces in a file" 2 "entresol: --trace: two traces would be written to ./t.gz" run --trace el=t.gz --trace insn=./t.gz $at off
row "stats" 2 "entresol: --stats 'xml': choose of text, json" run --stats xml off
row "semihosting directory" 2 "entresol: --semihosting-fs nowhere: No such file or directory" run --semihosting-fs nowhere $at off
row "trace to nowhere" 6 "entresol: --trace no/file: No such file or directory" run --trace el=no/file $at off

truncate -s 1M disk disk2 'a,b'
truncate -s 1000 odd
mkdir folder
row "disk that is not there" 3 "entresol: --disk nowhere: No such file or directory" run --disk nowhere $at off
row "disk without a name" 2 "entresol: --disk: the file name is missing" run --disk '' off
row "disk without a name, but words" 2 "entresol: --disk: the file name is missing" run --disk ,readonly off
row "disk with another word" 2 "entresol: --disk disk,rw: no such file, and 'rw' is not 'readonly' or 'snapshot'" run --disk disk,rw off
row "disk with a comma in its name" 0 "" run --disk a,b,readonly $at off
row "disk that is a directory" 3 "entresol: --disk folder: is a directory" run --disk folder $at off
row "disk that is empty" 3 "entresol: --disk empty: the file is empty" run --disk empty $at off
row "disk of half a sector" 3 "entresol: --disk odd: a raw image has whole sectors of 512 bytes, not 1000 bytes" run --disk odd $at off
row "disk twice" 3 "entresol: --disk disk: in use by another disk or program; several may share it with 'readonly' or 'snapshot'" run --disk disk --disk disk $at off
row "disk twice, once only read" 3 "entresol: --disk disk: in use by another disk or program, which writes to it" run --disk disk --disk disk,readonly $at off
row "disk twice, each a snapshot" 0 "" run --disk disk,snapshot --disk disk,snapshot $at off
row "disk twice, all snapshots" 0 "" run --disk disk --disk disk,readonly --snapshot $at off
row "two disks" 0 "" run --disk disk --disk disk2,readonly,snapshot $at off
# shellcheck disable=SC2046
row "too many disks" 2 "entresol: --disk: at most 16 disks are possible" run $(printf -- '--disk disk,readonly %.0s' {1..17}) $at off
row "16 disks" 0 "" run $(printf -- '--disk disk,readonly %.0s' {1..16}) $at off
row "slots with a disk and the entropy device: DeviceID" 66 "entresol: the guest exited with code 66" run --disk disk $at slots
row "folder that is not there" 2 "entresol: --share nowhere: No such file or directory" run --share nowhere $at off
row "folder that is a file" 2 "entresol: --share text: Not a directory" run --share text $at off
row "folder with another word" 2 "entresol: --share no: no such folder, and 'rw' is not readonly, writable or tag=NAME with 1 to 32 characters" run --share no,rw $at off
row "folder without a tag" 2 "entresol: --share folder: no such folder, and 'tag=' is *" run --share folder,tag= $at off
row "folder with a long tag" 2 "entresol: --share folder: no such folder, and 'tag=*' is *" run --share folder,tag=123456789012345678901234567890123 $at off
row "folders" 0 "" run --share folder --share folder,tag=x,writable --share folder,readonly,tag=12345678901234567890123456789012 --share folder $at off
row "too many folders" 2 "entresol: --share: at most 4 folders are possible" run $(printf -- '--share folder %.0s' {1..5}) $at off
row "a folder in slot 0" 73 "entresol: the guest exited with code 73" run --share folder $at slots
row "a console in slot 0" 67 "entresol: the guest exited with code 67" run --virtio-console $at slots
row "the entropy device alone" 4 "entresol: the guest exited with code 4" run $at slots
row "a console's file that cannot be" 6 "entresol: --virtio-console no/file: No such file or directory" run --virtio-console=no/file $at off
row "a console's file" 0 "" run --virtio-console=hvc $at off
fact "a console's file is created" test -e hvc
row "network of another kind" 2 "entresol: --net 'tap': there is only 'user'" run --net tap $at off
row "network with another word" 2 "entresol: --net 'fast': not hostfwd=tcp:\[ADDRESS]:PORT-\[ADDRESS]:PORT, or udp" run --net user,fast $at off
for forward in tcp:1-2 tcp::0-:1 tcp::65536-:1 tcp::1-:x tcp::1 icmp::1-:1 tcp:1.2.3:1-:1 tcp:host:1-:1 -:: :-; do
	row "network with a port that is none: $forward" 2 "entresol: --net 'hostfwd=$forward': not *" run --net user,hostfwd=$forward $at off
done
if "$entresol" run --net user $at off >/dev/null 2>err </dev/null; then
	row "a network in slot 0" 65 "entresol: the guest exited with code 65" run --net user $at slots
	row "a network with an input that waits" 2 "entresol: a network needs live input: *" run --net user --input wait $at off
	row "an address that is not the host's" 6 "entresol: --net: port 1024 of the host: Cannot assign requested address" run --net user,hostfwd=tcp:192.0.2.1:1024-:22 $at off
else
	fact "a build without a network says so" grep -q '^entresol: --net: this build has no libslirp' err
fi
row "an available ring that lies" 0 "entresol: virtio vda: queue 0: 9 buffers available in a ring of 8 (1 time); the device stopped until it was reset" run --disk disk $at ring
if [ "$(id -u)" -ne 0 ]; then
	chmod 400 disk
	row "disk that cannot be written" 3 "entresol: --disk disk: cannot be written; add ',readonly' or ',snapshot' to its name" run --disk disk $at off
	row "disk that need not be written" 0 "" run --disk disk --snapshot $at off
fi

row "choice without a value" 2 "entresol: choice 'e2h': not NAME=VALUE of 'entresol choices'" run --choice e2h off
row "no such choice" 2 "entresol: choice 'tlb=big': not NAME=VALUE of 'entresol choices'" run --choice tlb=big off
row "no such value" 2 "entresol: choice e2h=1: choose of writable, res1, res1_nv1_res0, res0" run --choice e2h=1 off
row "default choice" 0 "" run $at e2h
row "a choice" 1 "entresol: the guest exited with code 1" run --choice e2h=res1 $at e2h
row "choices" 1 "entresol: the guest exited with code 1" run --choice swio=res1 --choice e2h=res1 $at e2h
row "the last one wins" 0 "" run --choice e2h=res1 --choice e2h=writable $at e2h
row "no FEAT_VHE to choose of" 0 "" run --cpu v8.0 --choice e2h=res1 $at e2h
row "list of choices" 0 "" choices
fact "it marks the default" grep -q '^  \* writable ' out
row "one choice" 0 "" choices txsz
fact "and no other" test "$(grep -c '^[a-z]' out)" -eq 1
row "choices as JSON" 0 "" choices --json
fact "it is JSON" python3 -c 'import json, sys; sys.exit(json.load(open("out"))[0]["values"][0] != {"name": "writable", "meaning": "yes, where there is FEAT_VHE (FEAT_E2H0)", "default": True})'
row "help of choices" 0 "" choices --help
row "unknown choice" 2 "entresol: no choice 'tlb'; see 'entresol choices'" choices tlb
row "two choices" 2 "entresol: 'e2h' is one argument too many" choices txsz e2h
row "unknown option of choices" 2 "entresol: no option '--xml'; see 'entresol choices --help'" choices --xml

row "a screen of no size" 2 "entresol: --screen '0x5': not WIDTHxHEIGHT in pixels, as 1024x768" run --screen 0x5 $at off
row "a screen and more" 2 "entresol: --screen '64x48,32': not WIDTHxHEIGHT *" run --screen 64x48,32 $at off
row "a screen of another size" 2 "entresol: a screen of 64x5000; 16 to 4096 pixels are possible each way" run --screen 64x5000 $at off
row "a screen" 0 "" run --screen 4096x4096 $at off
row "display" 2 "entresol: --display 'gtk': choose of none, sdl" run --display gtk $at off
row "no display" 0 "" run --display none $at off
for text in a.png =a.png 2=a.png 2s= 1.s=a.png .5s=a.png 0.5i=a.png -1s=a.png 2m=a.png 99999999999999999999s=a.png \
	1.0123456789s=a.png 99999999999999s=a.png; do
	row "screenshot-at $text" 2 "entresol: --screenshot-at '$text': not TIME=FILE with a time as 2s, *" run --screenshot-at $text $at off
done
row "keys-at without a time" 2 "entresol: --keys-at 'x': not TIME=TEXT with a time as 2s, *" run --keys-at x $at off
row "keys-at instructions" 2 "entresol: --keys-at '9i=x': not TIME=TEXT with a time as 2s, *" run --keys-at 9i=x $at off
row "keys-at with an escape" 2 "entresol: --keys-at * of * only *" run --keys-at '1s=\q' $at off
row "keys-at with no key" 2 "entresol: no key of a US keyboard gives the byte 0xc3" run --keys-at "1s=\xc3" $at off
row "input" 2 "entresol: --input 'now': choose of wait, live" run --input now off
row "step of a script" 2 "entresol: --type-after 'login: ': not TEXT=INPUT (a '=' in TEXT is \\\\=)" run --type-after 'login: ' $at off
row "escape in a script" 2 "entresol: --type-after *: of * only *" run --type-after 'a=\q' $at off
row "clock" 2 "entresol: --rtc '2026-02-30': neither seconds since 1970 nor a date *" run --rtc 2026-02-30 $at off
row "clock before 1970" 2 "entresol: --rtc '1969-12-31': *" run --rtc 1969-12-31 $at off
row "clock after 2106" 2 "entresol: --rtc '4294967296': not a number from 0 to 4294967295" run --rtc 4294967296 $at off
row "clock by seconds" 1 "*" run --rtc 263 $at clock
row "clock by date" 2 "*" run --rtc 1970-01-01T00:08:32 $at clock
row "clock by date and Z" 81 "*" run --rtc 1970-01-02T00:00:01Z $at clock
row "clock by default" 236 "*" run $at clock

row "firmware" 0 "" run --firmware off
row "flash without an image" 0 "" run --pflash off,readonly
row "firmware and an image" 2 "entresol: --firmware is started instead of an IMAGE, 'off'" run --firmware off off
row "firmware and two banks" 2 "entresol: --firmware takes one of two banks; *" run --pflash off,readonly --pflash off,readonly --firmware off
row "three banks" 2 "entresol: --pflash: there are two banks only" run --pflash off --pflash off --pflash off
row "no firmware" 3 "entresol: flash nothing: No such file or directory" run --firmware nothing
row "empty firmware" 3 "entresol: flash empty: the file is empty" run --firmware empty
row "flash of a directory" 3 "entresol: flash /tmp: is a directory" run --pflash /tmp,readonly off
row "small flash to be written" 3 "entresol: flash text: the guest would write a bank of 64 MiB into it; *" run --pflash text off
fact "which is as before" test "$(cat text)" = text
# An Image whose header jumps over itself to SYSTEM_OFF if x0 is a device tree, to itself if not.
# b .+64; then ldr w1, [x0]; mov w2, #0x0dd0; movk w2, #0xedfe << 16; cmp w1, w2; b.ne .; SYSTEM_OFF
words kernel 14000010 d503201f 00000000 00000000 00001000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 644d5241 00000000 b9400001 5281ba02 72bdbfc2 6b02003f 54000001 d2800100 f2b08000 d4000003
gzip -c kernel >kernel.gz
head -c 40 kernel.gz >cut.gz
printf 'initrd' >initrd
row "a kernel" 0 "" run kernel
row "a kernel, compressed" 0 "" run kernel.gz
row "a kernel, compressed and cut" 3 "entresol: cut.gz: truncated: the gzip data go on beyond their 40 bytes" run cut.gz
row "a kernel with all" 0 "" run -m 64M --smp 2 --initrd initrd --append "a b" --module kernel,x --module initrd --seed 3 --kaslr kernel
words no_x0 b5000080 d2800100 f2b08000 d4000003 14000000 # SYSTEM_OFF if x0 is 0
row "a raw binary has no device tree" 0 "" run $at no_x0
row "unless it is asked for" 4 "entresol: the guest loops at 0x40000010 *" run $at --append x no_x0
row "module too many" 2 "entresol: --module: at most 2 modules are possible" run --module kernel --module kernel --module kernel kernel
row "missing initrd" 3 "entresol: none: cannot be read: No such file or directory" run --initrd none kernel
row "empty initrd" 3 "entresol: empty: the file is empty" run --initrd empty kernel
row "empty module" 3 "entresol: empty: the file is empty" run --module empty kernel
row "no room" 3 "entresol: the device tree: 0x200000 bytes do not fit between 0x40200000 and the end of RAM, 0x40200000; try --memory" run -m 2M kernel
row "no device tree" 3 "entresol: text: too short for a device tree" run --dtb text kernel
row "a seed" 2 "entresol: --seed 'x': not a number" run --seed x kernel
row "-m" 2 "entresol: option '--memory' needs a value, SIZE" run -m
row "device tree" 0 "" run --dump-dtb tree --append "a b" --initrd initrd
fact "it was written" grep -qa 'a b' tree
row "a long command line" 0 "" run --append "$(printf %2047d 0)" kernel
row "one that is too long" 0 "entresol: --append has 2048 characters; Linux takes the first 2047" run --append "$(printf %2048d 0)" kernel
row "device tree to stdout" 0 "" run --dump-dtb - --append "a b" --initrd initrd
fact "it is the same" cmp tree out
row "device tree given" 0 "" run --dtb tree kernel
row "the same again" 0 "" run --dump-dtb again --dtb tree kernel
fact "bootargs stay" grep -qa 'a b' again
row "device tree of fewer PEs" 0 "entresol: --dtb tree is of another machine: it tells of 1 PEs, not 4" run --dtb tree --smp 4 kernel
row "device tree of fewer devices" 0 "entresol: --dtb tree is of another machine: it has no node for rng at 0xa000200" run --dtb tree --disk disk kernel
row "device tree of much less" 0 "entresol: --dtb tree is of another machine: it tells of 1 PEs, not 2, has no node for vdb at 0xa000200 and 1 more" run --dtb tree --smp 2 --disk disk --disk disk2 kernel
row "device tree of more" 0 "" run --dump-dtb more --disk disk
row "which a machine with less says nothing of" 0 "" run --dtb more kernel
row "device tree to nowhere" 6 "entresol: --dump-dtb no/file: No such file or directory" run --dump-dtb no/file kernel
truncate -s 64M bank
row "disk and flash of one file" 3 "entresol: --disk bank: in use by another disk or program; *" run --disk bank --pflash bank $at off
row "disk and flash of one file, both only read" 0 "" run --disk bank --pflash bank --snapshot $at off
row "small flash with a snapshot" 0 "" run --pflash text,snapshot $at off
row "small flash with all snapshots" 0 "" run --snapshot --pflash text $at off

row "missing file" 3 "entresol: nothing: cannot be read: No such file or directory" run nothing
row "directory" 3 "entresol: tmp: cannot be read: is a directory" run /tmp
row "empty file" 3 "entresol: empty: the file is empty" run empty
row "text" 3 "entresol: text: neither an ELF file nor an arm64 Image; a raw binary needs --load-address" run text
row "truncated ELF" 3 "entresol: short: truncated: 7 bytes, less than an ELF header" run short
row "ELF with an address" 2 "entresol: short: an ELF file has its own addresses; *" run $at short
row "outside of RAM" 3 "entresol: off: the binary at 0x1000, 0xc bytes, is outside of RAM *" run --load-address 0x1000 off
row "odd address" 2 "entresol: --load-address 0x40000002 is not a multiple of 4" run --load-address 0x40000002 off

for engine in tail step; do
	"$entresol" run --engine $engine $at off 2>err || { grep -q 'not available' err && continue; }
	e="--engine $engine"
	row "SYSTEM_OFF" 0 "" run $e $at off
	row "SYSTEM_OFF at EL1" 0 "" run $e --el 1 $at off
	row "SYSTEM_RESET" 0 "entresol: PSCI SYSTEM_RESET" run $e $at reset
	row "--reboot starts again, and again" 0 "entresol: stopped after 10 instructions" run $e --reboot --max-insns 10 $at reset
	row "statistics are of all boots" 0 '*"instructions":10,"cycles":10,*' run $e --reboot --max-insns 10 --stats json $at reset
	row "--reboot is not for SYSTEM_OFF" 0 "" run $e --reboot $at off
	row "exit 0" 0 "" run $e $at exit0
	row "exit 7" 7 "entresol: the guest exited with code 7" run $e $at exit7
	row "WFI" 4 "entresol: WFI at 0x40000000 (EL2) and nothing is armed that could end it" run $e $at wfi
	row "WFI of two" 4 "entresol: PE 0: WFI at 0x40000000 (EL1) and nothing is armed that could end it" run $e --cpus 2 --el 1 $at wfi
	row "branch to itself" 4 "entresol: the guest loops at 0x40000000 (EL2) and no interrupt can come" run $e $at self
	row "fault loop" 4 "entresol: *" run $e $at undefined
	fact "one line" test "$(wc -l <err)" -eq 1
	row "budget 0" 0 "entresol: stopped after 0 instructions" run $e --max-insns 0 $at loop
	row "budget" 0 "entresol: stopped after 1234567 instructions" run $e --max-insns 1234567 $at loop
	row "a minute of silence" 0 "entresol: standard input has ended, and the guest has printed nothing for 60 seconds of its time; *
entresol: stopped after 400000 instructions" run $e --max-insns 400000 $at idle
	row "of a guest that does not read" 0 "entresol: no input is read, and *
entresol: stopped *" run $e --max-insns 400000 $at asleep
	row "of a script" 0 "entresol: --type-after waits for a text, and *
entresol: stopped *" run $e --max-insns 400000 --type-after x=y $at idle
	row "less than a minute" 0 "entresol: stopped *" run $e --max-insns 170000 $at idle
	row "hello" 0 "" run $e $at hello
	fact "hello is all of stdout" test "$(cat out)" = Hi
	row "guest arguments" 0 "" run $e $at args -- one --two '3 4'
	fact "guest arguments arrive" test "$(cat out)" = "args one --two 3 4"
	row "hash" 0 "entresol: stopped after 1001 instructions
entresol: hash ????????????????
entresol: hash without time ????????????????" run $e --hash --max-insns 1001 $at loop
	mv err hash.$engine
	row "hash of a traced run" 0 "*" run $e --hash --max-insns 1001 --trace insn=t1 --trace el=t2 --trace mmu=t3 \
		--trace all=t4 --trace tarmac=t5 --trace qemu=t6 --trace tables=t7 --trace sysreg=t8 $at loop
	fact "traces change nothing" cmp -s err hash.$engine
	fact "a line each instruction" test "$(wc -l <t1)" -eq 1001
	fact "disassembled" grep -q 'add x1, x1, #1' t1
	row "stats" 7 "entresol: the guest exited with code 7
instructions * 9
simulated cycles * 9
stopped by       exit: the guest exited with code 7
host *" run $e --stats text $at exit7
	row "json" 7 '*{"instructions":9,"cycles":9,"stop":"exit",*' run $e --stats json $at exit7
	printf x | "$entresol" run $e $at echo >out
	fact "input by a pipe" test "$(cat out)" = x
	printf y >in
	"$entresol" run $e $at echo >out <in
	fact "input by a file" test "$(cat out)" = y
	"$entresol" run $e $at --hash echo <in 2>hash.file >/dev/null
	(sleep 0.1; printf y) | "$entresol" run $e $at --hash echo 2>hash.pipe >/dev/null
	fact "a pipe is as a file" cmp -s hash.file hash.pipe
	"$entresol" run $e --max-insns 100000 $at echo <folder >out 2>err
	fact "input by a folder: exit code" test $? -eq 6
	fact "input by a folder" grep -q "^entresol: the guest's console cannot be read: Is a directory" err
	"$entresol" run $e $at hello >/dev/full 2>err
	fact "a full disk: exit code" test $? -eq 6
	fact "a full disk" grep -q "^entresol: the guest's console cannot be written: No space left on device" err
	timeout 60 "$entresol" run $e $at babble >/dev/full 2>err
	fact "a full disk ends the run" test $? -eq 6
	fact "a full disk is said once" test "$(cat err)" = \
		"entresol: the guest's console cannot be written: No space left on device"
	timeout 60 "$entresol" run $e $at babble >&- 2>err
	fact "a closed console ends the run" test $? -eq 6
	timeout 60 "$entresol" run $e --disk disk $at babble >&- 2>err
	fact "even with a disk" test $? -eq 6
	fact "which is not printed on" cmp -s -n 1048576 disk /dev/zero
	timeout 60 "$entresol" run $e $at babble | head -1 >/dev/null
	fact "a closed pipe is SIGPIPE" test "${PIPESTATUS[0]}" -eq 141
	for name in full full.gz full.zst; do
		ln -sf /dev/full $name
		row "a trace on a full disk: $name" 6 "entresol: stopped after 50000 instructions
entresol: hash *
entresol: --trace $name: No space left on device; the trace is incomplete" run $e --hash \
			--max-insns 50000 --trace insn=$name --trace insn=t1 $at loop
		fact "others go on" test "$(wc -l <t1)" -eq 50000
	done
	row "whose trace is on a full disk" 6 "entresol: the guest exited with code 7
entresol: --trace full: *" run $e --trace insn=full $at exit7
	printf z | "$entresol" run $e --input live $at echo >out
	fact "live input" test "$(cat out)" = z
	row "a script" 0 "" run $e --type-after '\x3f=x' $at ask
	fact "a script types" test "$(cat out)" = '?x'
done
[ ! -e hash.tail ] || fact "engines agree" cmp -s hash.tail hash.step
(sleep 2.5; printf x) | "$entresol" run $at echo 2>err >out
fact "the guest goes on when a slow pipe has something" test "$(cat out)" = x
fact "and it was said why it did not" grep -q '^entresol: the guest waits for input, .*--input live' err
row "trace of exceptions" 4 "*EL2 => EL2*" run --trace el $at undefined

echo "$rows rows, $failures failed"
[ $failures -eq 0 ]
