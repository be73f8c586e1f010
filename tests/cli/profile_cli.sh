#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# `entresol profile`: all that it prints adds up to the cycles of the run, which are those of a run
# that nobody looks at; both engines and a second run print the same bytes; callgrind_annotate reads
# the file; wrong words are usage errors.
# Usage: profile_cli.sh ENTRESOL HYP_ELF
set -eu
entresol=$1 hyp=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}
profile() {
	"$entresol" profile "$@" "$hyp" -- payload=hypercall rounds=1 2>"$work/console"
}

# 1. The run is the same without a profile, and the total is its own.
"$entresol" run --timing a55 --hash --stats text "$hyp" -- payload=hypercall rounds=1 >/dev/null 2>"$work/run"
profile --hash >"$work/text"
cycles=$(sed -n 's/^simulated cycles *//p' "$work/run")
insns=$(sed -n 's/^total: .* cycles, \([0-9]*\) .*/\1/p' "$work/text")
# the instruction that ends the run takes no time any more
counted=$(sed -n 's/^instructions *//p' "$work/run")
[ "$insns" = "$counted" ] || [ "$insns" = $((counted - 1)) ] || fail "$insns instructions, not $counted"
grep -q "^total: $cycles cycles, $insns instructions, IPC .*, timing a55$" "$work/text" ||
	fail "not $cycles cycles, $insns instructions: $(head -1 "$work/text")"
[ "$(grep ': hash' "$work/run")" = "$(grep ': hash' "$work/console")" ] || fail "another hash"
grep -q '^entresol: hash' "$work/console" || fail "no hash"
grep -q '^hyp: ' "$work/console" || fail "the guest's console is not on stderr"

# 2. Rows, and what is in none of those shown, add up; columns: cycles, percent, instructions.
sums() { # FILE
	awk 'NR > 3 { cycles += $1; insns += $3 } END { printf "%d %d\n", cycles, insns }' "$1"
}
for by in function el address; do
	for limit in 1 7 1000000; do
		profile --by $by --limit $limit >"$work/rows"
		[ "$(sums "$work/rows")" = "$cycles $insns" ] || fail "--by $by --limit $limit: $(sums "$work/rows")"
	done
done
profile --by reason >"$work/rows"
[ "$(awk 'NR > 3 { sum += $1 } END { printf "%d\n", sum }' "$work/rows")" = "$cycles" ] || fail "--by reason"
grep -q ' issue  *instructions issued' "$work/rows" || fail "no reason has a text"
grep -q ' hal_enter_guest  *[a-z]' "$work/text" || grep -q ' vcpu_run ' "$work/text" ||
	profile --limit 1000 | grep -q ' hal_enter_guest ' || fail "no function has a name"
# The guest is another image at the same addresses: its code has none of this one's names.
profile --limit 1000000 >"$work/all"
grep 'EL1 vmid' "$work/all" >"$work/guest" || fail "no cycles in a guest"
! grep -v '0x[0-9a-f]*/4K' "$work/guest" || fail "names of another image"

# 3. Folded: "FRAME;...;FRAME CYCLES", sorted, adds up.
profile --folded >"$work/folded"
[ "$(awk '{ sum += $NF } END { printf "%d\n", sum }' "$work/folded")" = "$cycles" ] || fail "--folded: sum"
! grep -vE '^EL[0-9a-zA-Z& ]*(;[^; ]+)* [0-9]+$' "$work/folded" || fail "--folded: format"
[ "$(sed 's/ [0-9]*$//' "$work/folded" | LC_ALL=C sort -u | wc -l)" = "$(wc -l <"$work/folded")" ] ||
	fail "--folded: a stack has two lines"
grep -q '^EL2&0;.*run_loop;exit_handle' "$work/folded" || fail "--folded: no calls"
grep -q '\[HVC64\]' "$work/folded" || fail "--folded: no exceptions"

# 4. Deterministic, in both engines, with other observers.
for form in --folded --json '--by address --limit 1000000'; do
	# shellcheck disable=SC2086
	{
		profile $form >"$work/a"
		profile $form >"$work/b"
		profile $form --engine step >"$work/c"
		profile $form --trace el="$work/trace" --stats json >"$work/d"
	}
	for other in b c d; do
		cmp -s "$work/a" "$work/$other" || fail "$form: $other differs"
	done
done

# 5. callgrind's format.
profile --callgrind "$work/callgrind.out" >"$work/flat"
cmp -s "$work/flat" "$work/text" || fail "--callgrind changes what is printed"
grep -q "^summary: $cycles $insns " "$work/callgrind.out" || fail "callgrind: summary"
if command -v callgrind_annotate >/dev/null; then
	callgrind_annotate --threshold=100 --show=Cycles "$work/callgrind.out" >"$work/annotated" 2>&1 ||
		fail "callgrind_annotate: $(tail -3 "$work/annotated")"
	total=$(sed -n 's/,//g; s/^ *\([0-9]*\) .*PROGRAM TOTALS.*/\1/p' "$work/annotated")
	[ "$total" = "$cycles" ] || fail "callgrind_annotate: total '$total'"
	self=$(sed 's/,//g' "$work/annotated" | awk '/  EL[0-9].*:/ { sum += $1 } END { printf "%d\n", sum }')
	[ "$self" = "$cycles" ] || fail "callgrind_annotate: functions add up to $self"
	callgrind_annotate --inclusive=yes --show=Cycles "$work/callgrind.out" >"$work/annotated" 2>&1 ||
		fail "callgrind_annotate --inclusive"
else
	echo "profile_cli.sh: no callgrind_annotate, the file is not read"
fi

# 6. JSON.
profile --json >"$work/json"
python3 - "$work/json" "$cycles" "$insns" <<'PY' || fail "JSON"
import json, sys
data = json.load(open(sys.argv[1]))
assert (data["cycles"], data["instructions"], data["timing"]) == (int(sys.argv[2]), int(sys.argv[3]), "a55")
assert sum(data["reasons"].values()) == data["cycles"]
assert sum(row["cycles"] for row in data["rows"]) == data["cycles"]
assert sum(row["instructions"] for row in data["rows"]) == data["instructions"]
for row in data["rows"]:
    assert sum(row["reasons"].values()) == row["cycles"], row
assert any(row.get("function") == "run_loop" for row in data["rows"])
PY

# 7. Symbols: in regimes, moved, and of another file.
names() { # ARGUMENT...: how many functions of EL2 have names
	profile --limit 1000000 "$@" | grep 'EL2' | grep -cv '0x[0-9a-f]*/4K' || :
}
[ "$(names --symbols "$hyp:el1")" -gt 50 ] || fail "the image's own symbols come last"
guest=${hyp%hyp.elf}hyp-model/guest.elf
profile --symbols "$guest:el1" --limit 1000000 | grep -q 'EL1 vmid 1 *[a-z]' || fail "no names of the guest"

# 8. Words.
expect() { # CODE TEXT ARGUMENT...
	code=$1 text=$2
	shift 2
	"$entresol" profile "$@" >"$work/out" 2>&1 && got=0 || got=$?
	[ "$got" = "$code" ] || fail "profile $*: exit $got, not $code"
	grep -qF -- "$text" "$work/out" || fail "profile $*: no '$text': $(head -3 "$work/out")"
}
expect 0 "Examples:" --help
expect 0 "timing a55" --timing-set mispredict=20 --max-insns 1000 "$hyp"
expect 2 "exclude each other" --json --folded "$hyp"
expect 2 "--by and --limit are about rows" --folded --by el "$hyp"
expect 2 "--by and --limit are about rows" --folded --limit 3 "$hyp"
expect 2 "needs a file" --callgrind - "$hyp"
expect 0 'total: 0 cycles, 0 instructions' --max-insns 0 "$hyp"
expect 0 '"cycles":0,"instructions":0,"reasons":{},"rows":[]}' --json --max-insns 0 "$hyp"
expect 2 "knows no reasons" --timing functional "$hyp"
expect 2 "choose of function, el, reason, address" --by line "$hyp"
expect 2 "an IMAGE is missing; see 'entresol profile --help'"
expect 2 "no option '--fold-it'; see 'entresol profile --help'" --fold-it "$hyp"
expect 2 "is none of el1, el2" --symbols "$hyp:el3" "$hyp"
expect 3 "cannot be read" --symbols "$work/nothing" "$hyp"
expect 3 "neither an ELF file" --symbols "$work/text" "$hyp"
expect 3 "cannot be read" "$work/nothing"
expect 6 "--callgrind $work: " --max-insns 10 --callgrind "$work" "$hyp"
! grep -q stopped "$work/out" || fail "a file that cannot be written is found after the run"
"$entresol" run --by el "$hyp" >"$work/out" 2>&1 && fail "run takes --by" || :
grep -q "no option '--by'" "$work/out" || fail "run --by: $(cat "$work/out")"

[ "$failures" = 0 ]
