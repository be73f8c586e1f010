#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Traces of nested runs: equal on both engines and twice, without influence on the run, in their grammars, within their
# filters, and whole in compressed files. Usage: traces.sh ENTRESOL HYP.elf
set -u
entresol=$(readlink -f "$1") hyp=$(readlink -f "$2") here=$(readlink -f "$(dirname "$0")")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
checks=0 failures=0
kinds="el insn mmu sysreg gic all tarmac qemu tables perfetto"
guest="-- mode=vhe nest=vhe nv=2 payload=tlbi rounds=1"

check() { # NAME COMMAND...
	local name=$1
	shift
	checks=$((checks + 1))
	if ! "$@" >check.out 2>&1; then
		failures=$((failures + 1))
		echo "$name: failed: $*"
		head -20 check.out
	fi
}
run() { # NAME OPTION...: its messages are in NAME.err
	local name=$1
	shift
	"$entresol" run --cpu v8.4-nv2 --hash "$@" "$hyp" $guest >"$name.out" 2>"$name.err" </dev/null
}
is_absent() { ! grep "$@"; }
engines="step"
"$entresol" run --engine tail --max-insns 1 "$hyp" >/dev/null 2>&1 && engines="tail step"

# Before, memory is cleared for long.
window=from=11000000,to=11100000 end=11110000
for engine in $engines; do
	run plain.$engine --engine $engine --max-insns $end
	for time in 1 2; do
		options=
		for kind in $kinds; do
			options="$options --trace $kind,$window=$kind.$engine.$time"
		done
		run traced.$engine.$time --engine $engine --max-insns $end $options
		check "$engine, $time: no trace changes the run" cmp plain.$engine.err traced.$engine.$time.err
	done
	for kind in $kinds; do
		check "$kind: the same twice" cmp $kind.$engine.1 $kind.$engine.2
	done
done
if [ "$engines" != step ]; then
	check "the engines end equally" cmp plain.tail.err plain.step.err
	for kind in $kinds; do
		check "$kind: the same with both engines" cmp $kind.tail.1 $kind.step.1
	done
fi
check "a line each instruction" test "$(wc -l <insn.step.1)" -eq 100000

# Whole nested runs of the formats that tools read.
run whole --trace tarmac,world=L1,from=11000000,to=12000000=l1.tarmac --trace qemu=qemu --trace tables=tables \
	--trace tables,el=2=host.tables --trace tables,el=1=guest.tables --trace sysreg,el=1=guest.sysreg --trace el=el
check "Tarmac of a window" python3 "$here/tarmac_check.py" tarmac.step.1
check "Tarmac of a guest hypervisor" python3 "$here/tarmac_check.py" --summary l1.tarmac
cat check.out
check "the log of tables" python3 "$here/tables_check.py" --summary tables
cat check.out
check "the host's log" python3 "$here/tables_check.py" host.tables
# FEAT_NV2 makes memory of the guest's EL2: the machine's registers are as they were.
check "registers in memory" grep -Eq ' HCR_EL2 in memory at va 0x[0-9a-f]+ = 0x[0-9a-f]+$' guest.sysreg
check "none of them written" is_absent -E ' (HCR|VTTBR|VTCR)_EL2 0x' guest.sysreg
check "nor to the tables' reader" is_absent -E '\(sysreg (hcr|vttbr|vtcr)_el2\)' guest.tables
check "nor with a value in Tarmac" awk '/ I[TS] \(/ { el1 = / O EL1h/ && /MSR/ } el1 && / R (HCR|VTTBR|VTCR)_EL2 / { exit 1 }' l1.tarmac
check "where there are some" grep -q 'O EL1h_n : MSR *hcr_el2' l1.tarmac
check "as many exceptions in either" test "$(grep -c '=>' el)" -eq "$(grep -c '^Taking' qemu)"
check "as many returns" test "$(grep -c '<=' el)" -eq "$(grep -c 'xception return' qemu)"

# Filters.
run filters --max-insns $end --trace insn,el=1,$window=el1 --trace insn,el=2,$window=el2 --trace insn,el=0,$window=el0 \
	--trace insn,world=host,$window=host --trace insn,world=L1,$window=L1 --trace insn,world=L2,$window=L2 \
	--trace insn,addr=0x40200800-0x40201000,$window=addr --trace insn,addr=0x40200800+0x800,$window=size \
	--trace all,event=exception,event=eret=changes --trace el=all_changes --trace insn,vmid=9999=vmid
check "levels make the whole" cmp <(sort el0 el1 el2) <(sort insn.step.1)
check "worlds make the whole" cmp <(sort host L1 L2) <(sort insn.step.1)
check "of EL1" is_absent -v ' EL1h ' el1
check "addresses, as a range and with a size" cmp addr size
check "addresses" cmp addr <(grep -E ' EL.[ht] 0x0000000040200[89a-f]' insn.step.1)
check "some addresses" test -s addr
check "events" cmp <(sed -E 's/(exception|eret)  *(EL. [<=])/\2/' changes) all_changes
# SSBB, PSSBB, DSB #8 (as sy), DSB ISH, b .
printf '\x9f\x30\x03\xd5\x9f\x34\x03\xd5\x9f\x38\x03\xd5\x9f\x3b\x03\xd5\x00\x00\x00\x14' >barriers
"$entresol" run --max-insns 10 --load-address 0x40000000 --trace tables=barriers.tables barriers >/dev/null 2>&1
check "barriers that complete maintenance" cmp <(grep -o 'kind [a-z]*' barriers.tables) <(printf 'kind sy\nkind ish\n')
"$entresol" run --trace el=timer "$hyp" -- payload=timer rounds=1 >/dev/null 2>&1
check "interrupts and their numbers" grep -Eq 'EL1 => EL1 .*  virtual IRQ 27$' timer
check "of EL2, too" grep -Eq 'EL[12] => EL2 .*  IRQ 26$' timer
run pe --trace insn,pe=1=pe1
check "another PE" grep -q 'entresol: --trace pe=1: the machine has 1 PE, from 0' pe.err
run dash --trace el=-
check "no standard output" grep -q 'entresol: --trace el=-: standard output is' dash.err
check "another VMID" test ! -s vmid

# Symbols.
run symbol --max-insns 300000 --trace insn,addr=memset=memset
check "a function" is_absent -v '<memset' memset
check "all of it" test -s memset

# Compressed.
run packed --max-insns $end --trace insn,$window=insn.gz --trace insn,$window=insn.zst
check "gzip" cmp <(gzip -dc insn.gz) insn.step.1
check "zstd" cmp <(zstd -dc insn.zst) insn.step.1
check "and smaller" test "$(($(stat -c %s insn.gz insn.zst | tr '\n' +) 0))" -lt "$(stat -c %s insn.step.1)"

# Windows of a run that a budget ends, and of several PEs.
run budget --max-insns 1000 --trace insn,from=990=tail --trace insn,from=2000=none --trace insn,to=5=head
check "from" test "$(wc -l <tail)" -eq 10
check "beyond the end" test ! -s none
check "to" test "$(wc -l <head)" -eq 5
check "cut runs end equally" cmp budget.err <("$entresol" run --cpu v8.4-nv2 --hash --max-insns 1000 "$hyp" $guest 2>&1 >/dev/null)

echo "$checks checks, $failures failed"
[ $failures -eq 0 ]
