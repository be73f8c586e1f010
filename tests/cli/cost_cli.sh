#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# `entresol cost` on hyp.elf: the exits are those of docs/COST.md, JSON and trees add up, a second
# run prints the same bytes; wrong words are usage errors.
# Usage: cost_cli.sh ENTRESOL HYP_ELF COST_MD
set -eu
entresol=$1 hyp=$2 page=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# 1. Traps are golden: a change of the hypervisor's exits shows as numbers.
"$entresol" cost --markdown "$hyp" >"$work/first"
sed -n '/^Exits to L0/,$p' "$work/first" | grep '^|' >"$work/table"
sed -n '/^<!-- entresol cost/,/^<!-- end/p' "$page" | grep '^|' >"$work/page" || :
[ -s "$work/table" ] || fail "no table of exits"
diff -u "$work/page" "$work/table" || fail "docs/COST.md is not what entresol cost --markdown prints"

# 2. Repeatable, cycles included.
for i in 1 2; do
	"$entresol" cost --rounds 3 --tree "$hyp" >"$work/run$i"
done
cmp "$work/run1" "$work/run2" || fail "a second run differs"

# 3. JSON: every row has figures, and its tree adds up.
"$entresol" cost --rounds 3 --json "$hyp" >"$work/json"
python3 - "$work/json" <<'PY' || fail "JSON"
import json, sys
data = json.load(open(sys.argv[1]))
names = {config["config"] for config in data["configs"]}
assert {"vm", "nested-nvhe-nv", "nested-vhe-nv", "nested-vhe-nv2"} <= names, names
rows = {(row["config"], row["operation"]): row for row in data["rows"]}
for key, row in rows.items():
    assert abs(sum(node["traps"] for node in row["tree"]) - row["traps"]) < 1e-9, key
    assert row["cycles"] > 0 and row["rounds"] > 0, key
for name in names:
    assert rows[name, "eoi"]["traps"] == 0, name
    assert rows[name, "hypercall"]["traps"] >= 1, name
PY

# 4. Words.
expect() { # CODE TEXT ARGUMENT...
	code=$1 text=$2
	shift 2
	"$entresol" cost "$@" >"$work/out" 2>&1 && got=0 || got=$?
	[ "$got" = "$code" ] || fail "cost $*: exit $got, not $code"
	grep -qF -- "$text" "$work/out" || fail "cost $*: no '$text': $(head -3 "$work/out")"
}
expect 0 "nested VM, VHE guest hypervisor" --config nested-vhe-nv2 --rounds 2 "$hyp"
expect 0 "L1 eret" --tree --config nested-vhe-nv2 --rounds 2 "$hyp"
expect 0 "Configurations:" --help
expect 2 "there is no such configuration" --config no "$hyp"
expect 2 "not a number from 1 to 128" --rounds 0 "$hyp"
expect 2 "not a number from 1 to 128" --rounds 129 "$hyp"
expect 2 "exclude each other" --json --markdown "$hyp"
expect 0 "nested-vhe-nv is left out: hyp: a guest with EL2 needs" --cpu v8.1 --rounds 1 "$hyp"
expect 4 "no FEAT_VHE" --cpu v8.0 --config vm "$hyp"
expect 2 "no option '--trees'" --trees "$hyp"
expect 2 "one argument too many" "$hyp" "$hyp"
expect 3 "cannot be read" "$work/nothing"

[ "$failures" = 0 ]
