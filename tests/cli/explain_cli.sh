#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `entresol explain` and `entresol sysregs` as users see them: what they print, say on stderr, and
# return. Usage: explain_cli.sh ENTRESOL
set -u
entresol=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failures=0 rows=0

fail() {
	echo "row $rows, $1"
	cat out err | head -30 | sed 's/^/    /'
	failures=$((failures + 1))
}

# said WHY CODE PATTERN COMMAND...: PATTERN is all of stderr ('' for nothing); input from file `in`.
said() {
	local why=$1 code=$2 line=$3 got
	shift 3
	"$entresol" "$@" >out 2>err <in
	got=$?
	rows=$((rows + 1))
	# shellcheck disable=SC2053
	if [ $got -ne "$code" ] || [[ "$(cat err)" != $line ]]; then
		fail "$why: entresol $*: exit code $got (not $code)"
	fi
}

# printed WHY: stdout of the last command is what stands on stdin.
printed() {
	rows=$((rows + 1))
	cat >expected
	cmp -s out expected || fail "$1: not what was printed"
}

# json WHY QUESTION: a Python expression about the object d of the last command. One Python answers
# all at the end (check_json).
json() {
	rows=$((rows + 1))
	cp out json.$rows
	printf '%s\t%s\t%s\n' $rows "$1" "$2" >>questions
}

check_json() {
	python3 - <<'END' >out 2>err
import json, sys
wrong = 0
for line in open("questions"):
    row, why, question = line.rstrip("\n").split("\t")
    try:
        answer = eval(question, {"d": json.load(open("json." + row))})
    except Exception as error:
        answer = print(f"{error!r}:")
    if not answer:
        wrong += 1
        print(f"row {row}, {why}: {question}")
sys.exit(wrong != 0)
END
}
: >in

said "a question" 0 "" explain 'msr sctlr_el1, x0' --cpu v8.4-nv2 --hcr TVM
printed "text" <<END
msr sctlr_el1, x0  d5181000, EL1h, v8.4-nv2
  trap to EL2: EC 0x18 SYSREG, ISS 0x0300400 (write of SCTLR_EL1, x0)
  controls read, in order:
  > HCR_EL2.TVM              = 1  decides
  one bit that would change it:
    HCR_EL2.TVM              = 0  ok: SCTLR_EL1
END
said "memory" 0 "" explain 'MRS X0, SCTLR_EL12' --cpu v8.4-nv2 --hcr NV,NV2,E2H
printed "memory" <<END
MRS X0, SCTLR_EL12  d53d1000, EL1h, v8.4-nv2
  memory: the word at VNCR_EL2.BADDR + 0x110
  controls read, in order:
    HCR_EL2.NV               = 1
    HCR_EL2.NV2              = 1
  > HCR_EL2.NV1              = 0  decides
  one bit that would change it:
    HCR_EL2.NV               = 0  UNDEFINED: EC 0x00 to EL1
    HCR_EL2.NV2              = 0  trap to EL2: EC 0x18 SYSREG, ISS 0x0314401 (read of SCTLR_EL12, x0)
    HCR_EL2.NV1              = 1  trap to EL2: EC 0x18 SYSREG, ISS 0x0314401 (read of SCTLR_EL12, x0)
END
said "two questions" 0 "" explain 0xd5384100 nop --spsel 0
printed "an encoding is disassembled" <<END
mrs x0, sp_el0  d5384100, EL1t, v8.1
  UNDEFINED: EC 0x00 to EL1
  controls read, in order:
  > PSTATE.SP                = 0  decides
  one bit that would change it:
    PSTATE.SP                = 1  ok: SP_EL0
nop  d503201f, EL1t, v8.1
  ok
  no control has a say
END
said "the EL of a nested hypervisor" 0 "" explain 'mrs x0, currentel' --cpu v8.4-nv2 --hcr NV
printed "whose value" <<END
mrs x0, currentel  d5384240, EL1h, v8.4-nv2
  ok: CurrentEL
  reads EL2, since HCR_EL2.NV = 1: EL1 runs a hypervisor
  no control has a say in whether it may
END
said "what TGE does to UNDEFINED" 0 "" explain 'hvc #1' --el 0
printed "it does not decide" <<END
hvc #1  d4000022, EL0, v8.1
  UNDEFINED: EC 0x00 to EL1
  controls read, in order:
  > HCR_EL2.TGE              = 0  chooses the EL
  one bit that would change it:
    HCR_EL2.TGE              = 1  UNDEFINED: EC 0x00 to EL2
END
said "a control that the profile has not" 0 "" explain eret
printed "it does not decide" <<END
eret  d69f03e0, EL1h, v8.1
  ok
  controls read, in order:
    HCR_EL2.NV               = 0
  no single bit of them would change it
END
said "a semihosting call" 0 "" explain 'hlt #0xf000' --el 2
printed "a semihosting call" <<END
hlt #0xf000  d45e0000, EL2h, v8.1
  UNDEFINED: EC 0x00 to EL2
  'entresol run' takes it for a semihosting call
  no control has a say
END
said "an absent instruction" 0 "" explain 'pacia x0, x1'
printed "an absent instruction" <<END
pacia x0, x1  dac10020, EL1h, v8.1
  UNDEFINED: EC 0x00 to EL1 (no instruction of this CPU profile)
  no control has a say
END
printf 'eret // a comment\n\n  // nothing\n\twfi\r\nfly\nsmc #1\n' >in
said "stdin, of which one is wrong" 2 "entresol: line 5: no system instruction 'fly'*" explain - --json
rows=$((rows + 1))
[ "$(wc -l <out)" -eq 4 ] || fail "stdin: an object a line"
sed -n 3p out >third && mv third out
json "the error is in its place" "d['line'] == 5 and d['error'].startswith(\"no system instruction 'fly'\")"
printf 'wfi\0eret\nnop\n' >in
said "stdin with a NUL" 2 "entresol: line 1: a NUL byte: this is no text" explain -
rows=$((rows + 1))
grep -q '^nop  ' out || fail "stdin: the other line is answered"
: >in
rows=$((rows + 1))
"$entresol" explain - >out 2>err </
[ $? -eq 6 ] && grep -qx 'entresol: standard input cannot be read: .*' err || fail "stdin is a directory"
said "a comment in an argument" 0 "" explain 'nop // hello'

keys="list(d) == ['outcome', 'register', 'target_el', 'ec', 'iss', 'offset', 'reads', 'deciding', 'consulted', 'flips']"
said "json" 0 "" explain 'msr sctlr_el1, x0' --hcr TVM --json
json "keys" "$keys"
json "a trap" "(d['outcome'], d['target_el'], d['ec'], d['iss']) == ('trap', 2, 'SYSREG', 0x300400)"
json "a trap reaches no register" "d['register'] is None and d['offset'] is None"
json "deciding" "d['deciding'] == {'control': 'HCR_EL2.TVM', 'value': 1}"
json "consulted" "d['consulted'][-1] == d['deciding']"
json "flips" "[(f['control'], f['value'], f['outcome'], f['register']) for f in d['flips']] == [('HCR_EL2.TVM', 0, 'ok', 'SCTLR_EL1')]"
said "json of a register" 0 "" explain 'msr sctlr_el1, x0' --el 2 --hcr E2H --json
json "keys" "$keys"
json "redirected" "(d['outcome'], d['register']) == ('ok', 'SCTLR_EL2')"
said "json of memory" 0 "" explain 'mrs x0, vbar_el12' --cpu max --hcr NV,NV2 --json
json "memory" "(d['outcome'], d['offset'], d['iss']) == ('memory', 0x250, None)"
said "json of UNDEFINED" 0 "" explain 'mrs x0, vbar_el2' --el 0 --hcr TGE --json
json "to EL2 by TGE" "(d['outcome'], d['target_el'], d['ec'], d['iss']) == ('undefined', 2, 'UNKNOWN', 0)"
said "json without a control" 0 "" explain nop --json
json "nothing decides" "d['deciding'] is None and d['consulted'] == [] and d['flips'] == []"
said "FPEN of the host's format" 0 "" explain 'fadd d0, d1, d2' --el 2 --hcr E2H --set cptr_el2.fpen=1 --json
json "only TGE's EL0 is denied" "d['outcome'] == 'ok' and d['deciding'] == {'control': 'CPTR_EL2.FPEN', 'value': 1}"
said "the order of settings is no matter" 0 "" explain 'mrs x0, cntpct_el0' --set cnthctl_el2.el1pcten=0 --hcr E2H --json
json "EL1PCTEN of the host's format" "d['deciding'] == {'control': 'CNTHCTL_EL2.EL1PCTEN', 'value': 0}"
said "values by number" 0 "" explain 'mrs x0, cntpct_el0' --set CNTHCTL_EL2=0b10 --json
json "denied" "d['outcome'] == 'trap'"
said "several fields" 0 "" explain 'mrs x0, ctr_el0' --el 0 --set sctlr_el1=uct,dze=1 --json
json "allowed" "d['outcome'] == 'ok'"

said "no instruction" 2 "entresol: an INSTRUCTION is missing; see 'entresol explain --help'" explain
said "unknown option" 2 "entresol: no option '--fast'; *" explain nop --fast
said "option without a value" 2 "entresol: option '--set' needs a value, REG\\[.FIELD\\]=VALUE" explain nop --set
said "unknown option of sysregs" 2 "entresol: no option '--fast'; *" sysregs --fast
said "comma" 2 "entresol: mrs: ',' is missing before 'sctlr_el1'" explain 'mrs x0 sctlr_el1'
said "a choice takes a feature" 2 "entresol: HCR_EL2.E2H is RES0 with the choice e2h=res0" explain nop --choice e2h=res0 --hcr E2H
said "an encoding without 0x" 0 "" explain D503201F
printed "it is NOP" <<END
nop  d503201f, EL1h, v8.1
  ok
  no control has a say
END
said "level" 2 "entresol: --el '3': choose of 0, 1, 2" explain nop --el 3
said "profile" 2 "entresol: no CPU profile 'z80'; there are: v8.0, v8.1, *" explain nop --cpu z80
said "EL2 without EL2" 2 "entresol: --el 2 needs EL2, and --no-el2 says there is none" explain nop --el 2 --no-el2
said "HCR_EL2 without EL2" 2 "entresol: HCR_EL2 does not exist without EL2" explain nop --no-el2 --hcr TVM
said "SP at EL0" 2 "entresol: --spsel 1: at EL0 PSTATE.SP is 0" explain nop --el 0 --spsel 1
said "EL1 with TGE" 2 "entresol: --el 1: there is no EL1 while HCR_EL2.TGE = 1; choose --el 0 or 2" explain nop --hcr TGE
said "register" 2 "entresol: mrs: 'sctlr_el3' is not a system register; is it SCTLR_EL1, *" explain 'mrs x0, sctlr_el3'
said "mnemonic" 2 "entresol: no system instruction 'tlbl'; is it tlbi? (others by encoding, as 0x1e602820)" explain 'tlbl vae1, x0'
said "operand" 2 "entresol: svc: '65536' is not an immediate from 0 to 65535" explain 'svc 65536'
said "RES0" 2 "entresol: HCR_EL2.NV is RES0 in this CPU profile; it needs FEAT_NV" explain eret --cpu v8.1 --hcr NV
said "RES0 of a number" 2 "entresol: SCTLR_EL1<63> is RES0 in this CPU profile" explain eret --cpu v8.1 --set sctlr_el1=0x8000000000000000
said "field" 2 "entresol: HCR_EL2 has no field 'TVN'; is it TVM*" explain nop --hcr TVN
said "format" 2 "entresol: CPTR_EL2.FPEN exists with HCR_EL2.E2H = 1 only" explain nop --set cptr_el2.fpen=1
said "width" 2 "entresol: CPACR_EL1.FPEN = '4': not a number from 0 to 0x3" explain nop --set cpacr_el1.fpen=4
said "no value" 2 "entresol: CPACR_EL1.FPEN has 2 bits: give it a value" explain nop --set cpacr_el1.fpen
said "no such register" 2 "entresol: no register 'hcr_el1'; *" explain nop --set hcr_el1=1
said "no register" 2 "entresol: --set 'tvm': write REGISTER=VALUE or REGISTER.FIELD=VALUE" explain nop --set tvm
said "read-only" 2 "entresol: MIDR_EL1 is read-only" explain nop --set midr_el1=1
said "matrix and a question" 2 "entresol: --matrix has its own instructions and settings" explain nop --matrix
said "matrix of one EL" 2 "entresol: --el is of questions, --matrix prints every EL" explain --matrix --el 1
said "matrix of one SP" 2 "entresol: --spsel is of questions, --matrix prints every EL" explain --matrix --spsel 0
said "matrix as JSON lines" 2 "entresol: --json is of questions, --matrix prints JSON with --format json" explain --matrix --json
said "format of a question" 2 "entresol: --format is of --matrix" explain wfi --format json
said "settings of a question" 2 "entresol: --settings is of --matrix" explain wfi --settings all
said "help" 0 "" explain --help
rows=$((rows + 1))
grep -q 'Exit codes' out || fail "help documents exit codes"

said "matrix" 0 "" explain --matrix --cpu v8.4-nv2
for line in "setting,el,insn,dir,outcome,target_el,ec,iss,reg_or_offset" \
	"-/-,0,SCTLR_EL1,w,undefined,1,0x00,0x0000000," "-/-,1,SCTLR_EL1,w,ok,,,,SCTLR_EL1" \
	"E2H/-,2,SCTLR_EL1,r,ok,,,,SCTLR_EL2" "NV+NV1+NV2/-,1,SCTLR_EL1,r,memory,,,,0x110" \
	"NV/-,1,HCR_EL2,r,trap,2,0x18,0x0310403," "E2H+TGE/-,1,-,-,illegal,2,0x0e,0x0000000," \
	"NV/-,1,ERET,x,trap,2,0x1a,0x0000000,"; do
	rows=$((rows + 1))
	grep -qFx -- "$line" out || fail "matrix: no line $line" 2>/dev/null
done
said "matrix in JSON" 0 "" explain --matrix --format json --cpu v8.0
json "cells" "len(d) > 10000 and d[0]['setting'] == '-/-'"
json "the keys of an answer" "all(list(c) == ['setting', 'el', 'insn', 'dir', 'outcome', 'register', 'target_el', 'ec', 'iss', 'offset'] for c in d)"
json "an illegal state" "[c['ec'] for c in d if c['outcome'] == 'illegal'][0] == 'ILLEGAL_STATE'"
json "what is null" "all((c['ec'] is None) == (c['outcome'] in ('ok', 'memory')) for c in d)"

said "no such name" 2 "entresol: no register has 'hcr_el9' in its name; is it HCR_EL2*" sysregs hcr_el9
said "list" 0 "" sysregs cntp_ --el 0
printed "list" <<END
CNTP_TVAL_EL0        S3_3_C14_C2_0    RW EL0                               physical timer of EL1: counts until it fires; what is left
CNTP_CTL_EL0         S3_3_C14_C2_1    RW EL0                               physical timer of EL1: enable, mask, has it fired
CNTP_CVAL_EL0        S3_3_C14_C2_2    RW EL0                               physical timer of EL1: the count at which it fires
END
said "one" 0 "" sysregs sctlr_el12 --json
json "a register" "(d['encoding'], d['alias_of'], d['vncr'], d['feature'], d['profile']) == ('S3_5_C1_C0_0', 'SCTLR_EL1', 0x110, 'VHE', 'v8.1')"
json "its controls" "'HCR_EL2.NV1' in d['controls']"
said "one as text" 0 "" sysregs HCR_EL2 --cpu v8.1
rows=$((rows + 1))
grep -q '<42> *NV *RES0' out || fail "an absent field"
said "value" 0 "" sysregs esr_el2 0x62300400
printed "a syndrome" <<END
ESR_EL2 = 0x0000000062300400
  SYSREG: write of SCTLR_EL1, x0
    <24:0>   ISS            = 0x300400        syndrome of the class
    <25>     IL             = 0x1             a 32-bit instruction, or none to tell of
    <31:26>  EC             = 0x18            exception class: SYSREG
END
said "value with reserved bits" 0 "" sysregs vtcr_el2 0x80020000600035d9 --cpu v8.1
printed "bit order, RES0 and RES1 marked, values named" <<END
VTCR_EL2 = 0x80020000600035d9
    <5:0>    T0SZ           = 0x19            intermediate addresses have 64 - T0SZ bits
    <7:6>    SL0            = 0x3             level at which walks begin; what it means depends on TG0
    <9:8>    IRGN0          = 0x1             inner cacheability of walks: write-back, allocates at reads and writes
    <11:10>  ORGN0          = 0x1             outer cacheability of walks: write-back, allocates at reads and writes
    <13:12>  SH0            = 0x3             shareability of walks: inner shareable
    <15:14>  TG0            = 0x0             granule of VTTBR_EL2: 4 KiB
    <18:16>  PS             = 0x0             size of output addresses: 32 bits
    <19>     VS             = 0x0             VMIDs of 16 bits; 0: of 8
    <21>     HA             = 0x0             hardware sets the access flag
    <22>     HD             = 0x0             hardware sets the dirty state; needs HA
    <28:25>  HWU            = 0x0        RES0 bits 59 to 62 of descriptors are the implementation's; absent
    <29>     NSW            = 0x1        RES0 Secure state: where tables are; absent
    <30>     NSA            = 0x1        RES0 Secure state: where output addresses are; absent
    <31>     -              = 0x0        RES1
    <32>     DS             = 0x0        RES0 52-bit addresses with 4 KiB and 16 KiB granules; absent
    <33>     SL2            = 0x0        RES0 with DS: walks may begin at level -1; absent
    <49>     -              = 0x1        RES0
    <63>     -              = 0x1        RES0
    RES1 bits that are 0: 0x0000000080000000
END
said "a saved PSTATE" 0 "" sysregs spsr_el2 0x3c9 --json
json "its M has a name" "d['fields'][0] == {'name': 'M', 'high': 3, 'low': 0, 'description': 'EL and stack pointer', 'reserved': None, 'value': 9, 'meaning': 'EL2h'}"
said "value of the host's format" 0 "" sysregs cptr_el2 0x100000 --e2h --json
json "FPEN" "[f['value'] for f in d['fields'] if f['name'] == 'FPEN'] == [1]"
json "no field of the other format" "'TFP' not in [f['name'] for f in d['fields']]"
said "value" 2 "entresol: '0x12q' is not a 64-bit number, as 0x30d00980" sysregs esr_el2 0x12q
said "value in binary, register by its encoding" 0 "" sysregs S3_3_c9_c14_0 0b101 --json
json "PMUSERENR_EL0" "(d['register'], d['value']) == ('PMUSERENR_EL0', 5)"
said "setting by encoding" 0 "" explain 'mrs x0, ctr_el0' --el 0 --set s3_0_c1_c0_0.uct=1 --json
json "SCTLR_EL1" "d['outcome'] == 'ok'"
said "an encoding without a register" 2 "entresol: no register 's3_0_c1_c0_7'" explain nop --set s3_0_c1_c0_7=1
said "value of a part of names" 2 "entresol: a value is of one register, and 'hcr' names none; is it HCR_EL2?" sysregs hcr 1
said "value of an operation" 2 "entresol: TLBI_VAE1 is an operation, it has no value" sysregs TLBI_VAE1 4
said "an absent register" 0 "" sysregs vncr_el2 --cpu v8.0
rows=$((rows + 1))
grep -qx 'VNCR_EL2  S3_4_C2_C2_0  RW EL2  does not exist in this CPU profile' out || fail "said to be absent"
rows=$((rows + 1))
grep -q 'reset' out && fail "an absent register has a reset value"
said "fields" 0 "" sysregs --fields cptr_el2
rows=$((rows + 1))
grep -qx 'CPTR_EL2.FPEN' out && grep -qx 'CPTR_EL2.TFP' out || fail "fields of both formats"

# What cannot be written is an error, whatever was to be printed. (/dev/full is Linux's.)
while read -r question; do
	rows=$((rows + 1))
	# shellcheck disable=SC2086
	"$entresol" $question >/dev/full 2>err </dev/null
	[ $? -eq 6 ] && grep -qx 'entresol: the [a-z]* cannot be written' err || fail "full: $question"
done <<END
--help
--version
run --help
explain --help
explain wfi
explain wfi --json
explain --matrix --cpu v8.0
sysregs
sysregs --json
sysregs --fields
sysregs hcr_el2
sysregs hcr_el2 1
sysregs --help
choices
choices --json
choices --markdown
choices --help
END

# A cell of the matrix can be asked again: every 1499th, at the settings and ELs of these.
"$entresol" explain --matrix --cpu max >matrix
python3 - "$entresol" <<'END' >out 2>err || fail "cells asked again"
import csv, json, subprocess, sys
rows = [row for row in list(csv.DictReader(open("matrix")))[::1499] if row["dir"] in "rw"]
wrong = asked = 0
for row in rows:
    name = row["insn"].split("_", 1)
    if name[0] in ("TLBI", "AT", "DC", "IC", "CFP", "DVP", "CPP"):
        continue
    text = f"mrs x0, {row['insn']}" if row["dir"] == "r" else f"msr {row['insn']}, x0"
    run = subprocess.run([sys.argv[1], "explain", "--json", "--cpu", "max", "--el", row["el"],
                          "--setting", row["setting"], text], capture_output=True, text=True)
    answer = json.loads(run.stdout)
    said = answer["outcome"], answer["target_el"], answer["iss"]
    cell = (row["outcome"], int(row["target_el"]) if row["target_el"] else None,
            int(row["iss"], 16) if row["iss"] else None)
    asked += 1
    if said != cell:
        wrong += 1
        print(row, said)
print(asked, "asked")
sys.exit(wrong or asked < 25)
END
rows=$((rows + 1))
said "a setting of --settings all" 0 "" explain 'msr sctlr_el1, x0' --setting -/HCR_EL2.TVM=1 --json
json "trapped" "d['deciding'] == {'control': 'HCR_EL2.TVM', 'value': 1}"
said "no such setting" 2 "entresol: the matrix has no setting 'base'; *" explain nop --setting base
said "setting of a matrix" 2 "entresol: --setting is of questions, --matrix prints every setting" explain --matrix --setting -/-

check_json || fail "JSON"

# Processor time, of the quickest: the host does other things too.
rows=$((rows + 1))
TIMEFORMAT='%3U %3S'
least=1000
for ((i = 0; i < 20 && least > 50; i++)); do
	took=$({ time "$entresol" explain 'msr sctlr_el1, x0' --cpu max >/dev/null; } 2>&1 |
		awk '{ print int(1000 * ($1 + $2)) }')
	least=$((took < least ? took : least))
done
[ $least -le 50 ] || fail "a question took $least ms"

echo "$rows rows, $failures failed"
[ $failures -eq 0 ]
