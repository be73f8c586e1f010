#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The timeline of a nested run: in its format, wherever it ends, equal on both engines, without influence on the run;
# docs/timeline.svg is what its script makes of it. Usage: timeline.sh ENTRESOL HYP.elf
set -u
entresol=$(readlink -f "$1") hyp=$(readlink -f "$2") here=$(readlink -f "$(dirname "$0")")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failures=0

check() { # NAME COMMAND...
	local name=$1
	shift
	"$@" >check.out 2>&1 && return
	failures=$((failures + 1))
	echo "$name: failed: $*"
	head -5 check.out
}
run() { # NAME OPTION...: its messages are in NAME.err
	local name=$1
	shift
	"$entresol" run -m 32M --cpu v8.4-nv2 --hash "$@" "$hyp" -- mode=vhe nest=vhe nv=2 payload=hypercall rounds=1 \
		>"$name.out" 2>"$name.err" </dev/null
}

run plain
run traced --trace perfetto=whole.json
check "the run is the same" cmp plain.err traced.err
check "the whole" python3 "$here/timeline_check.py" whole.json "host EL2" "L1 virtual EL2" "L2 EL1" "L2 HVC64" \
	"exception injected" "traps to EL2 per millisecond"
cat check.out
run step --engine step --trace perfetto=step.json
check "both engines" cmp whole.json step.json
for insns in 1 5749610 7790000 8123456; do
	run cut --max-insns $insns --trace perfetto=cut.json
	check "cut at $insns" python3 "$here/timeline_check.py" cut.json
done
run window --trace perfetto,from=7800000,to=7900000=window.json
check "a window" python3 "$here/timeline_check.py" window.json "L2 EL1"
run timed --timing a55 --trace perfetto=timed.json
check "timed" python3 "$here/timeline_check.py" timed.json "L2 EL1"
run packed --trace perfetto=packed.json.gz
check "compressed" cmp <(gzip -dc packed.json.gz) whole.json
check "the picture in docs" cmp <(python3 "$here/timeline_svg.py" whole.json "L2 HVC64" 4) "$here/../../docs/timeline.svg"
sed 's/"ph":"E"/"ph":"X","dur":0/' whole.json >bad.json
check "the checker finds what is wrong" bash -c "! python3 '$here/timeline_check.py' bad.json"
exit $((failures != 0))
