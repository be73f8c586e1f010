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

# 3. JSON: every row has figures, its tree adds up, and the hypervisor's exits are below its guest's.
"$entresol" cost --rounds 3 --json "$hyp" >"$work/json"
python3 - "$work/json" <<'PY' || fail "JSON"
import json, sys
data = json.load(open(sys.argv[1]))
names = {config["config"] for config in data["configs"]}
assert {"vm", "nested-nvhe-nv", "nested-vhe-nv", "nested-vhe-nv2"} <= names, names
rows = {(row["config"], row["operation"]): row for row in data["rows"]}
def traps(nodes, above):
    assert all(node["who"] < above for node in nodes), (above, nodes)
    return sum(node["traps"] + traps(node["children"], node["who"]) for node in nodes)
for key, row in rows.items():
    assert abs(traps(row["tree"], "L9") - row["traps"]) < 1e-9, key
    assert row["cycles"] > 0 and row["rounds"] > 0, key
for name in names:
    assert rows[name, "eoi"]["traps"] == 0, name
    assert rows[name, "hypercall"]["traps"] >= 1, name
[call] = rows["nested2-vhe-nv2", "hypercall"]["tree"]
assert (call["who"], call["reason"], call["traps"]) == ("L3", "hypercall", 1), call
[eret] = [node for node in call["children"] if (node["who"], node["reason"]) == ("L2", "eret")]
assert [node["who"] for node in eret["children"]] == ["L1"] * len(eret["children"]) != [], eret
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
expect 0 "         1    L1 eret" --tree --config nested-vhe-nv2 --rounds 2 "$hyp"
expect 0 "  - L1 eret: 1" --tree --markdown --config nested-vhe-nv2 --rounds 2 "$hyp"
expect 0 "Configurations:" --help
expect 2 "there is no such configuration" --config no "$hyp"
expect 2 "not a number from 1 to 128" --rounds 0 "$hyp"
expect 2 "not a number from 1 to 128" --rounds 129 "$hyp"
expect 2 "exclude each other" --json --markdown "$hyp"
expect 2 "no option '--trees'" --trees "$hyp"
expect 2 "one argument too many" "$hyp" "$hyp"
expect 3 "cannot be read" "$work/nothing"

# A timing model: the parts of what an operation costs add up to it, exactly, in every row.
expect 0 "The timing model is a55." --timing a55 --config vm --rounds 2 "$hyp"
expect 0 "a part is negative where" --timing a55 --breakdown --config vm --rounds 2 "$hyp"
expect 0 "| L0 save |" --timing a55 --breakdown --markdown --config vm --rounds 2 "$hyp"
expect 2 "--breakdown needs a timing model" --breakdown "$hyp"
expect 2 "--timing-set needs a model" --timing-set mispredict=1 "$hyp"
expect 2 "no timing model 'a99'" --timing a99 "$hyp"
expect 3 "there is no function cost_begin" --timing a55 --breakdown --config vm "${hyp%hyp.elf}hyp-model/guest.elf"
"$entresol" cost --timing a55 --breakdown --rounds 2 --json --config vm --config vm-nvhe --config nested-nvhe-nv2 \
	"$hyp" >"$work/json"
"$entresol" cost --timing a55 --rounds 2 --json --config vm --config vm-nvhe --config nested-nvhe-nv2 \
	"$hyp" >"$work/plain"
python3 - "$work/json" "$work/plain" <<'PY' || fail "breakdown"
import json, sys
data, plain = (json.load(open(name)) for name in sys.argv[1:])
assert data["timing"] == "a55" and len(data["rows"]) == len(plain["rows"]) >= 3 * 14
for row, same in zip(data["rows"], plain["rows"]):
    assert row["cycles"] == same["cycles"], row  # nobody sees that somebody looks
    parts = row["breakdown"]
    assert sum(part["cycles"] for part in parts) == row["cycles"] * row["rounds"], row
    for part in parts:
        assert sum(part["reasons"].values()) == part["cycles"], part
    if row["operation"] == "hypercall":
        phases = {(part["level"], part["phase"]) for part in parts}
        assert {(0, name) for name in ("exception", "save", "handler", "restore")} <= phases, phases
        # levels are VMIDs, and an nVHE guest hypervisor has two
        deepest = {"nested-nvhe-nv2": 3}.get(row["config"], 1)
        assert max(phases) == (deepest, "guest"), phases
        assert ((1, "handler") in phases) == ("nested" in row["config"]), phases
PY

# 5. The most rounds; what this CPU cannot run; guests that fail say why.
expect 0 '"rounds":128' --rounds 128 --config vm --json "$hyp"
expect 0 "nested-vhe-nv2 is left out: a guest with EL2 needs a CPU with FEAT_NV" \
	--cpu v8.3-nv --rounds 1 --config vm-nvhe --config nested-vhe-nv2 "$hyp"
grep -q '^hypercall  *1$' "$work/out" || fail "the others are not measured: $(cat "$work/out")"
expect 4 "nothing left to measure" --cpu v8.0 --config vm "$hyp"
expect 4 "is it hyp.elf?" --config vm "${hyp%hyp.elf}hyp-model/guest.elf"

[ "$failures" = 0 ]
