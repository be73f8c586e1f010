#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# entresol verify: what holds, what is broken and how it is said, reports, files that are no scenarios.
#
#   scenarios.sh ENTRESOL HYP_ELF PYTHON JUNIT_CHECK
set -u
entresol=$1
hyp=$2
python=$3
check=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
bad=0

# expect CODE WHAT ARGUMENT...: output is in $dir/out
expect() {
	code=$1
	what=$2
	shift 2
	"$entresol" verify "$@" >"$dir/out" 2>&1
	got=$?
	[ $got -eq "$code" ] && return
	echo "scenarios.sh: $what: exit code $got instead of $code: verify $*"
	sed 's/^/  /' "$dir/out" | tail -5
	bad=1
}
says() {
	grep -q -- "$1" "$dir/out" && return
	echo "scenarios.sh: '$1' is not said:"
	sed 's/^/  /' "$dir/out" | tail -5
	bad=1
}

expect 0 "the list" --list
says "^vm-vhe  *E.3.1"
for number in 1 2 3 4 5 6 7 8 9; do
	says "E.3.$number "
done
expect 0 "the format" --format
says "^adversary-from PLACE"

# Results depend neither on the number of processes nor on who is first.
expect 0 "one process" vm-vhe-call vm-nvhe-call --seeds 3 --no-sweeps --jobs 1 --json --image "$hyp" --junit "$dir/1.xml"
cp "$dir/out" "$dir/1.json"
expect 0 "three processes" vm-vhe-call vm-nvhe-call --seeds 3 --no-sweeps --jobs 3 --json --image "$hyp" --junit "$dir/3.xml"
cmp "$dir/out" "$dir/1.json" || bad=1
cmp "$dir/1.xml" "$dir/3.xml" || bad=1
"$python" "$check" "$dir/1.xml" "$dir/1.json" 2 8 0 || bad=1

# What is broken is shown again by the last line.
for jobs in 1 2; do
	expect 5 "a broken one" vm-vhe --words "payload=none" --seeds 2 --no-sweeps --jobs $jobs --image "$hyp" --junit "$dir/bad.xml"
	says "^BROKEN  vm-vhe .* none: .*cannot use"
	tail -1 "$dir/out" >"$dir/again.$jobs"
done
cmp "$dir/again.1" "$dir/again.2" || bad=1
"$python" "$check" "$dir/bad.xml" - 1 4 4 || bad=1
PATH=$(dirname "$entresol"):$PATH sh "$dir/again.1" >"$dir/out" 2>&1
[ $? -eq 5 ] && [ "$(tail -1 "$dir/out")" = "$(cat "$dir/again.1")" ] || {
	echo "scenarios.sh: the reproducer does not reproduce: $(cat "$dir/again.1")"
	bad=1
}

# However long the command is.
quotes=$(printf '%300s' '' | tr ' ' "'")
expect 5 "long words" vm-vhe --words "payload=none x=$quotes" --only none --image "$hyp"
tail -1 "$dir/out" >"$dir/again"
cp "$dir/out" "$dir/first"
PATH=$(dirname "$entresol"):$PATH sh "$dir/again" >"$dir/out" 2>&1
[ $? -eq 5 ] && cmp "$dir/out" "$dir/first" || {
	echo "scenarios.sh: a long reproducer does not reproduce: $(cat "$dir/again")"
	bad=1
}

# So many seeds take no memory, nor time behind the one that broke.
cat >"$dir/seeds.scenario" <<'EOF'
what	more seeds than anybody has time for
words payload=none
monitors none
run seeds 0..999999999
run none
EOF
limit=4000000
(ulimit -v $limit; exec "$entresol" --version) >/dev/null 2>&1 || limit=unlimited # sanitizers reserve more
for jobs in 1 2; do
	(ulimit -v $limit
	exec timeout 60 "$entresol" verify "$dir/seeds.scenario" --seeds all --jobs $jobs --image "$hyp") >"$dir/out" 2>&1
	[ $? -eq 5 ] || bad=1
	says "^BROKEN  seeds .* seed=0: "
	mv "$dir/out" "$dir/seeds.$jobs"
done
cmp "$dir/seeds.1" "$dir/seeds.2" || bad=1

# The same instructions wherever the image lies: guests are told its name alone.
mkdir -p "$dir/another/place"
cp "$hyp" "$dir/another/place/hyp.elf"
for image in "$hyp" "$dir/another/place/hyp.elf"; do
	"$entresol" verify vm-vhe-call --adversary seed=1 --image "$image" >>"$dir/places"
done
[ "$(sort -u "$dir/places" | grep -c holds)" -eq 1 ] || { bad=1; cat "$dir/places"; }

# A sweep, and one boundary of it.
cat >"$dir/my.scenario" <<'EOF'
# of a user
what	a sweep   # and what it is
words mode=vhe payload=hypercall rounds=1 stats=0
sweep irq from exception:el2:HVC64#3+1000 to eret:guest after 3000
sweep serror from exception:el2:HVC64#3 to here+3
sweep serror from exception:el2:HVC64#3 to here+30 every 7
EOF
expect 0 "a file" "$dir/my.scenario" --image "$hyp" --jobs 2
says "^holds   my  .* trials, "
expect 0 "a boundary" "$dir/my.scenario" --only sweep=1@0 --image "$hyp"
says " 1 trial,"
expect 0 "the other one" "$dir/my.scenario" --only sweep=2 --image "$hyp"
says " 3 trials,"
expect 0 "each seventh" "$dir/my.scenario" --only sweep=3 --image "$hyp"
says " 5 trials,"
expect 0 "none of these" "$dir/my.scenario" --only sweep=3@8 --image "$hyp"
says " 1 trial,"
expect 2 "no such sweep" "$dir/my.scenario" --only sweep=4 --image "$hyp"
expect 2 "a boundary that is none" "$dir/my.scenario" --only sweep=1@-5 --image "$hyp"
expect 2 "a boundary behind the window" "$dir/my.scenario" --only sweep=1@99999 --image "$hyp"
says "boundary 99999: the window has [0-9]*, from 0 on"

# What has not been looked at does not hold.
cat >"$dir/late.scenario" <<'EOF'
what	an adversary that never begins
words mode=vhe payload=hypercall rounds=1 stats=0
monitors none
adversary-from exception:el2:HVC64#999999
run seeds 1..5
EOF
expect 5 "a place that is not reached" "$dir/late.scenario" --image "$hyp"
says "^BROKEN  late .* seed=1: no adversary ever began: the place .* was not reached"
cat >"$dir/switch.scenario" <<'EOF'
what	time slices of a guest that has none
words mode=vhe payload=hypercall rounds=1 stats=0
monitors none
run none
sweep vcpu-switch from exception:el2:HVC64#3+1000 to eret:guest
EOF
expect 5 "nothing is injected" "$dir/switch.scenario" --image "$hyp"
says "^BROKEN  switch .* sweep=1: nothing that was injected arrived"

# Where the adversary of a seed begins depends on the seed alone, whoever runs it.
cat >"$dir/spread.scenario" <<'EOF'
what	adversaries that begin at different places
words mode=vhe payload=hypercall rounds=1 stats=0
adversary-from guest or later
run seeds 1..4
EOF
# of the last run
insns() {
	sed -n 's/^holds .* runs\{0,1\}, \([0-9]*\) instructions$/\1/p' "$dir/out"
}
sum=0
for seed in 1 2 3 4; do
	expect 0 "a seed" "$dir/spread.scenario" --only seed=$seed --image "$hyp"
	echo "$(insns)" >>"$dir/lengths"
	sum=$((sum + $(insns)))
done
expect 0 "these seeds" "$dir/spread.scenario" --image "$hyp"
all=$(insns)
# the run without an adversary is done once for all, and was once for each
expect 0 "nobody" "$dir/spread.scenario" --only none --image "$hyp"
[ $((sum - 3 * $(insns))) = "$all" ] && [ "$(sort -u "$dir/lengths" | wc -l)" -ge 3 ] || {
	echo "scenarios.sh: seeds begin elsewhere: $sum one by one, $all together, $(insns) without"
	bad=1
}
# The rest without anybody is a run, too: it has to hold.
sed 's/guest or later/insn:1000 or later/' "$dir/spread.scenario" >"$dir/rest.scenario"
expect 5 "a broken one" "$dir/rest.scenario" --words "payload=none" --image "$hyp"
says "^BROKEN  rest .* none: .*cannot use"

# refused LINE TEXT: a file that is no scenario, and what is said of which line
refused() {
	printf '%s\n' "what x" "$1" >"$dir/bad.scenario"
	expect 3 "'$1'" "$dir/bad.scenario" --image "$hyp"
	says "bad.scenario:2: .*$2"
}
refused "word x" "no word 'word'"
refused "cpuu v8.1" "is it cpu"
refused "cpu v7" "v8.1"
refused "what y" "twice"
refused "memory" "needs a value"
refused "memory 3" "from"
refused "memory 1x" "not a number"
refused "choice nothing=1" "nothing"
refused "run seeds 5..1" "from 5"
refused "run seeds 5" "A..B"
refused "run perhaps" "perhaps"
refused "expect 3" "exit N"
refused "monitors nobody" "nobody"
refused "sweep irq from start" "to PLACE"
refused "sweep irq to nowhere from start" "nowhere"
refused "sweep everything" "irq, serror or vcpu-switch"
refused "adversary-from x#0" ""
refused "adversary-from guest later" "or later"
refused "adversary-from guest or later on" "or later"
printf 'monitors none\nsweep irq from start to end after 5\n' >"$dir/bad.scenario"
expect 3 "nobody looks" "$dir/bad.scenario" --image "$hyp"
says "sweep 1: .*nothing would be noticed"
printf 'what x\0y\n' >"$dir/bad.scenario"
expect 3 "a NUL" "$dir/bad.scenario" --image "$hyp"
expect 3 "no file" "$dir/none.scenario" --image "$hyp"
expect 3 "a folder" "$dir/./" --image "$hyp"
expect 3 "no image" vm-vhe --only none --image "$dir/none.elf"
expect 2 "no name" nothing --image "$hyp"
expect 2 "only of two" vm-vhe vm-nvhe --only min --image "$hyp"
expect 2 "an option" --nothing
exit $bad
