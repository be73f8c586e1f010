#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `entresol timing` and the timing options of `entresol run` as users see them: what is printed is
# what the tables of timing/ say, settings are taken and refused, statistics add up.
# Usage: timing_cli.sh ENTRESOL SOURCE_ROOT
set -u
entresol=$1 root=$(realpath "$2")
. "$(dirname "$0")/rows.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# Names in the rows of a table: names TABLE MACRO.
names() {
	sed -nE "s/^$2\\( *([A-Za-z0-9_]+),.*/\\1/p" "$root/timing/$1"
}

# json WHY EXPRESSION: of the object d that is in out, or in err.
json() {
	fact "$1" python3 -c 'import json, sys
lines = [line for line in open("err") if line.startswith("{")]
d = json.loads(open("out").read() or lines[0])
sys.exit(not eval(sys.argv[1]))' "$2"
}

at="--load-address 0x40000000"
words loop 91000421 17ffffff # add x1, x1, #1; b .-4
words off d2800100 f2b08000 d4000003
# sums up 4096 double words, 16 KiB, from 0x40100000 on, then SYSTEM_OFF
words sum d2a80200 d2820001 f8408402 8b020063 f1000421 54ffffa1 d2800100 f2b08000 d4000003

models=$("$entresol" timing --json | python3 -c 'import json, sys
for model in json.load(sys.stdin): print(model["model"])')
fact "there are models" test -n "$models"
list=$(printf %s "$models" | tr '\n' ' ' | sed 's/ /, /g')

row "list" 0 "" timing
for model in $models; do
	fact "it has $model" grep -q "^$model  *[^ ]" out
done
fact "and says what to do with one" grep -q "'entresol timing MODEL'" out
row "list in Markdown" 0 "" timing --markdown
fact "a row each" test "$(grep -c '^| [a-z]' out)" -eq $(($(echo "$models" | wc -l) + 1))
row "help" 0 "" timing --help
fact "with examples" grep -q '^  entresol timing a55' out
sed -nE 's/^ *(-., )?(--[a-z-]+).*/\2/p' out | sort -u >options
fact "completion knows every option" diff options \
	<(sed -n '/^_entresol_timing/,/^}/p' "$root/app/completion.bash" | sed -n '/-\*) words=/,/;;/p' | grep -o -- '--[a-z-]*' | sort)
fact "the man page knows every option" diff options \
	<(sed -n '/^\.SH OPTIONS/,/^\.SH EXIT/p' "$root/docs/entresol-timing.1" | sed -n '/^\.TP/{n;s/\\-/-/g;p}' | grep -o -- '--[a-z-]*' | sort)
row "help of run" 0 "" run --help
for model in $models; do
	fact "names $model" grep -q "[ :]$model\\b" out
done

names param.def PARAMETER >params
names class.def CLASS | tr '[:upper:]' '[:lower:]' >classes
for model in $models; do
	row "$model" 0 "" timing $model
	fact "every parameter and class is there" diff <(cat params classes) \
		<(sed -nE '/^(parameter|class) /,/^$/{/^(parameter|class|$)/d;s/ .*//p}' out)
	row "$model in Markdown" 0 "" timing $model --markdown
	fact "every parameter and class is there" diff <(cat params classes) \
		<(sed -nE '/^\| (parameter|class) /d;s/^\| ([^ ]*) .*/\1/p' out)
	row "$model as JSON" 0 "" timing --json $model
	json "its name" "d['model'] == '$model' and d['what']"
	json "every parameter" "[p['name'] for p in d['parameters']] == open('params').read().split()"
	json "every class" "[c['name'] for c in d['classes']] == open('classes').read().split()"
	json "values are in range" "all(p['least'] <= p['value'] <= p['most'] for p in d['parameters'])"
	json "all has a source" "all(r['source'] for r in d['parameters'] + d['classes']) and all(p['what'] for p in d['parameters'])"
	json "units are busy for a cycle at least" "all(c['busy'] >= 1 for c in d['classes'])"
done

set="--timing-set"
row "a setting" 0 "" timing a55 --json $set mispredict=11 $set load.latency=5
json "is taken, and says so" "[p for p in d['parameters'] if p['name'] == 'mispredict'][0].items() >= {'value': 11, 'source': '--timing-set'}.items()"
json "of a class too" "[c for c in d['classes'] if c['name'] == 'load'][0].items() >= {'latency': 5, 'source': '--timing-set'}.items()"
json "and nothing else is changed" "sum(r['source'] == '--timing-set' for r in d['parameters'] + d['classes']) == 2"
row "the last one wins" 0 "" timing a55 --json $set mispredict=11 $set mispredict=12
json "it did" "[p['value'] for p in d['parameters'] if p['name'] == 'mispredict'] == [12]"
row "a class in its own case" 0 "" timing a55 $set LOAD.latency=5

for command in "timing a55" "run --timing a55 off"; do
	row "a setting without a value" 2 "entresol: *mispredict*" $command $set mispredict
	row "one of nothing" 2 "entresol: *" $command $set =1
	row "a value that is no number" 2 "entresol: *mispredict*" $command $set mispredict=fast
	row "a value with something behind it" 2 "entresol: *mispredict*" $command $set mispredict=8c
	row "a value that is out of range" 2 "entresol: *mispredict*64*" $command $set mispredict=65
	row "one that is far out of range" 2 "entresol: *mispredict*" $command $set mispredict=99999999999999999999
	row "a negative one" 2 "entresol: *mispredict*" $command $set mispredict=-1
	row "a name that is nearly right" 2 "entresol: *; is it mispredict?" $command $set mispredct=8
	row "a class that is nearly right" 2 "entresol: *; is it LOAD?" $command $set lod.latency=8
	row "a class without a figure" 2 "entresol: *" $command $set load=8
	row "a class with another figure" 2 "entresol: *latency*" $command $set load.delay=8
	row "a class that is busy for ever" 2 "entresol: *" $command $set load.busy=256
	row "a class that is never busy" 2 "entresol: *" $command $set load.busy=0
done
row "unknown model" 2 "entresol: no timing model 'a75'; there are: functional, $list" timing a75
row "unknown model of run" 2 "entresol: no timing model 'a75'; there are: functional, $list" run --timing a75 off
row "what is no model of a core" 2 "entresol: 'functional' has no figures: *" timing functional
row "two models" 2 "entresol: 'a55' is one argument too many" timing a55 a55
row "unknown option" 2 "entresol: no option '--xml'; see 'entresol timing --help'" timing --xml
row "a setting of no model" 2 "entresol: --timing-set needs a model to change: MODEL is one of $list" timing $set mispredict=8
row "run with a setting of no model" 2 "entresol: --timing-set needs a model to change: --timing is one of $list" run $set mispredict=8 $at off
row "run with a setting of functional" 2 "entresol: --timing-set needs a model to change: *" run --timing functional $set mispredict=8 $at off
row "settings too many" 2 "entresol: --timing-set: at most 64 settings are possible" run --timing a55 $(printf -- "$set mispredict=8 %.0s" {1..65}) $at off
row "in any order" 0 "" run $set mispredict=8 --timing a55 $at off

row "functional" 0 "" run --timing functional $at off
row "statistics" 0 "*" run --stats text $at off
fact "of functional time have no model" test "$(grep -c 'timing model\|per cycle' err)" -eq 0
row "statistics of a model" 0 "*" run --timing a55 --stats text $at off
fact "name it" grep -q '^timing model  *a55$' err
fact "and instructions per cycle" grep -qE '^instr\. per cycle  *[0-9]+\.[0-9]{3}$' err
row "statistics as JSON" 0 "*" run --stats json $at off
json "functional" "'timing' not in d and d['cycles'] == d['instructions'] == 3"
names count.def TIMING_COUNT | sed '/^L1D_READ$/,$d' | tr '[:upper:]' '[:lower:]' >counts
row "statistics of a model as JSON" 0 "*" run --timing a55 --stats json $at sum
json "every count" "['model'] + open('counts').read().split() == list(d['timing'])"
json "instructions per cycle" "d['instructions_per_cycle'] == round(d['instructions'] / d['cycles'], 3)"
json "nothing is cached while the MMU is off" "d['timing']['device'] == 4096 and d['timing']['l1d_refill'] == 0"

for engine in tail step; do
	"$entresol" run --engine $engine $at off 2>err || { grep -q 'not available' err && continue; }
	e="--engine $engine --timing a55"
	row "an exact budget" 0 "entresol: stopped after 100001 instructions
entresol: hash ????????????????
entresol: hash without time ????????????????" run $e --hash --max-insns 100001 $at loop
	mv err hash.$engine
	row "with traces" 0 "*" run $e --hash --max-insns 100001 --trace el=t1 --trace mmu=t2 $at loop
	fact "they change nothing" cmp err hash.$engine
	row "of instructions" 0 "*" run $e --hash --max-insns 100001 --trace insn=t1 $at loop
	fact "they change nothing" cmp err hash.$engine
	row "statistics" 0 "*" run $e --hash --max-insns 100001 --stats json $at loop
	fact "they change nothing" diff <(grep -v '^{' err) hash.$engine
	json "two instructions a cycle at most" "d['instructions'] == 100001 and d['cycles'] >= 50000"
	cp err stats.$engine
done
[ ! -e hash.tail ] || fact "engines agree" cmp hash.tail hash.step
[ ! -e stats.tail ] || fact "in all that is counted" cmp stats.tail stats.step

echo "$rows rows, $failures failed"
[ $failures -eq 0 ]
