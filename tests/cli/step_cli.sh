#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `entresol step` as users see it: where commands come from, JSON, what is refused, and input of
# any kind, which must end with an answer.
#   step_cli.sh ENTRESOL HVC.ELF
set -u
entresol=$1 image=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# WHAT CODE EXPECTED-TEXT: of the last run
check() {
	if [ "$code" != "$2" ] || ! grep -qF -e "$3" "$dir/out"; then
		echo "$1: exit code $code, not $2, or no '$3' in:"
		head -20 "$dir/out"
		failed=1
	fi
}

# Runs with the commands of $1, a line each.
step() {
	printf "$1" >"$dir/commands"
	shift
	timeout 60 "$entresol" step "$@" --commands "$dir/commands" "$image" >"$dir/out" 2>&1
	code=$?
}

# ---- Watches ----
# x1 = 0x40001000; ldadd x2, x3, [x1]: reads, too
printf '\001\000\202\322\001\000\250\362\043\000\042\370\000\000\000\024' >"$dir/atomic"
printf 'watch 0x40001000 r\nc\n' >"$dir/commands"
timeout 60 "$entresol" step --cpu v8.1 --load-address 0x40000000 --max-insns 100 --commands "$dir/commands" \
	"$dir/atomic" >"$dir/out" 2>&1 </dev/null; code=$?
check "an atomic is watched for reads" 0 "#2  EL2 host  0x40000008"

# ---- Without a past ----
step 's\nrs\n' --share "$dir"
check "forward only" 2 "so there is no going back"
check "and why" 2 "error: with a shared folder no state can be kept"

# ---- Options ----
timeout 60 "$entresol" step >"$dir/out" 2>&1 </dev/null; code=$?
check "no image" 2 "an IMAGE is missing"
timeout 60 "$entresol" step --comands x "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "a wrong option" 2 "no option '--comands'"
timeout 60 "$entresol" step --commands "$dir/none" "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "no file" 6 "--commands"
timeout 60 "$entresol" step --history 1Q "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "a wrong size" 2 "--history '1Q'"
for size in 0 1023K 99999999G; do
	timeout 60 "$entresol" step --history $size "$image" >"$dir/out" 2>&1 </dev/null; code=$?
	check "history of $size" 2 "not a size from 1M to 1024G"
done
timeout 60 "$entresol" step --commands "$dir" "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "a folder" 6 "Is a directory"
for option in --reboot --screenshot-at=1s=x.png; do
	timeout 60 "$entresol" step $option "$image" >"$dir/out" 2>&1 </dev/null; code=$?
	check "no option of step" 2 "no option '${option%%=*}'"
done
timeout 60 "$entresol" step "$dir/none" >"$dir/out" 2>&1 </dev/null; code=$?
check "no such image" 3 "none"
timeout 60 "$entresol" step --help >"$dir/out" 2>&1; code=$?
check "help" 0 "--commands"
timeout 60 "$entresol" run --commands x "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "an option of step" 2 "--commands"

# ---- Where commands come from ----
printf 't\n' | timeout 60 "$entresol" step "$image" >"$dir/out" 2>&1; code=$?
check "stdin" 0 "> t"
printf 't\n' | timeout 60 "$entresol" step --commands - "$image" >"$dir/out" 2>&1; code=$?
check "stdin by name" 0 "EL1 L1"
timeout 60 "$entresol" step "$image" >"$dir/out" 2>&1 </dev/null; code=$?
check "no commands" 0 "#0"
step 'c\n'
check "to the end" 0 "the guest ended with exit code 0"

# ---- What is refused is said, the rest is done, and the exit code tells ----
step 'trasnition\nt\n'
check "a wrong command" 2 "is it transition"
check "the next command" 2 "EL1 L1"
step 'x nosuch\n'
check "no such symbol" 2 "is no number, register or symbol"
step 'sys HCR_EL3\n'
check "no such register" 2 "is it HCR_EL2"
step 's 0\n'
check "no step" 2 "not a number from 1"
step 'rs\n'
check "before the beginning" 0 "as far back as one can go"

# ---- The end of the run is where --max-insns says ----
for command in 's 1000' c 'until 0x12340' 'n 1000' 't 5'; do
	step "$command\n$command\nhistory\n" --max-insns 10
	check "'$command' with a limit" 0 "the run ends here: --max-insns 10"
	[ "$(grep -c '^#10  ' "$dir/out")" = 2 ] || { echo "'$command' is not at #10 twice"; failed=1; }
done
step 'goto 11\n' --max-insns 10
check "behind the limit" 2 "the run ends at #10"

# ---- Transitions are those of the past, and tell where they were ----
step 'until HVC64\nhistory\nrs\nhistory\n'
check "a position" 0 "#19  EL1 L1 -> EL2 host  HVC64"
[ "$(grep -c 'HVC64: #0x7  from' "$dir/out")" = 1 ] || { echo "the future is in the history"; failed=1; }
step 'until ERET\nuntil ERET\ngoto #19\nt\n'
check "an exception return" 0 "#28  EL1 L1"

# ---- A PE that is off ----
step 'cpu 1\ns\n' --cpus 2
check "a PE that is off" 2 "cpu1 is off"
# ---- The TLB by text ----
step 'until DABT_LOWER\ntlb\ntlb nosuch\n'
check "nothing of the TLB" 0 "0 of "

# ---- Changes, whole or not at all ----
step 'sys HCR_EL2 =0x8000000000000000\nhash\n'
check "a bit that is not there" 2 "error: HCR_EL2"
refused=$(grep '^hash ' "$dir/out")
step 'hash\n'
[ "$(grep '^hash ' "$dir/out")" = "$refused" ] || { echo "a write that was refused changed something"; failed=1; }
step 'sys HCR_EL2 =0xffff\nsys HCR_EL*\n'
check "all fields" 0 "VM SWIO PTW FMO IMO AMO VF VI VSE FB BSU=0x3 DC TWI TWE TID0 RW"
step 't\nsys HCR_EL2.TVM=0\nuntil DABT_LOWER\nhistory\n'
check "a change" 0 "HCR_EL2"
if grep -q 'SYSREG' "$dir/out"; then
	echo "HCR_EL2.TVM was cleared, but its trap was taken"
	failed=1
fi

# ---- JSON: a line an answer, and nothing else on stdout ----
step 't\ns 2\nt\nregs\nsys ESR_EL2\nx guest 2\nhistory\nbogus\nhash\nc\n' --json
check "JSON" 2 '"command":"transition"'
python3 - "$dir/out" <<'PYTHON' || failed=1
import json, sys
answers = [json.loads(line) for line in open(sys.argv[1])]
assert len(answers) == 10, len(answers)
for a in answers:
    assert {"position", "console", "text", "error"} <= set(a), a
hvc = answers[2]["transition"]
assert hvc["cause"] == "HVC64: #0x7" and hvc["from"]["world"] == "L1" and hvc["to"]["el"] == 2, hvc
assert hvc["saved"]["ELR_EL2"] == hvc["from"]["pc"] and "HCR_EL2.HCD" in hvc["why"][0], hvc
assert hvc["pstate_changes"] == {"M": ["EL1h", "EL2h"]}, hvc
assert answers[3]["values"]["x0"] == 40, answers[3]
assert answers[4]["values"]["ESR_EL2"] == 0x5a000007
assert len(answers[5]["words"]) == 2 and len(answers[6]["transitions"]) == 2
assert "bogus" in answers[7]["error"]
assert len(answers[8]["hash"]) == 16
assert answers[9]["exit_code"] == 0 and answers[9]["result"] == "stopped"
PYTHON

# ---- Diagrams ----
step "t 8\ndiagram $dir/d.svg\ndiagram $dir/d.txt 3\n"
check "diagrams" 0 "3 transitions in"
python3 - "$dir/d.svg" <<'PYTHON' || failed=1
import sys, xml.dom.minidom
svg = xml.dom.minidom.parse(sys.argv[1])
arrows = [g for g in svg.getElementsByTagName("g")]
assert len(arrows) == 8, len(arrows)
assert "prefers-color-scheme: dark" in svg.toxml()
PYTHON
[ "$(wc -l <"$dir/d.txt")" = 4 ] || { echo "diagram of 3: $(cat "$dir/d.txt")"; failed=1; }
step "t\ndiagram $dir/none/d.svg\n"
check "a diagram nowhere" 2 "No such file"

# ---- Input of any kind ----
head -c 20000 /dev/zero | tr '\0' 'x' >"$dir/long"
head -c 3000 "$entresol" >"$dir/binary"
printf 't\n\0\001\377 \0 t\ns\0 3\n\n\n#\n  # x\n%%s%%n\nx\n' >"$dir/bytes"
for input in long binary bytes; do
	for json in "" --json; do
		timeout 60 "$entresol" step $json --commands "$dir/$input" "$image" >"$dir/out" 2>&1
		code=$?
		if [ "$code" != 2 ]; then
			echo "input '$input' $json: exit code $code, not 2"
			tail -5 "$dir/out"
			failed=1
		fi
	done
done
# Every command, with every kind of argument.
for word in $(printf 'help\n' | "$entresol" step "$image" | sed -n 's/^  \(\[r\]\)\?\([a-z]*\)[, ].*/\2/p'); do
	case $word in quit | snapshot | diagram) continue ;; esac
	for argument in "" 0 -1 18446744073709551615 99999999999999999999 0xffffffffffffffff HCR_EL2 HCR_EL2.VM \
		HCR_EL2.=1 =1 'HCR_EL2=' phys:0xffffffffffffffff phys: '+' 'pc-' '*' '[' 'a b c d e f' el1 L2 pte 'pte 0'; do
		printf 't\n%s %s\nr%s %s\n' "$word" "$argument" "$word" "$argument"
	done
done >"$dir/all"
timeout 250 "$entresol" step --commands "$dir/all" "$image" >"$dir/out" 2>&1
code=$?
check "every command" 2 "error:"
exit $failed
