# SPDX-License-Identifier: Apache-2.0
# What scripts of this folder share: rows and facts that are counted, files of instructions. They
# set $entresol, and work in a folder of their own.
failures=0 rows=0

# row WHY CODE LINE COMMAND...: LINE is a pattern for all of stderr ('' for nothing).
row() {
	local why=$1 code=$2 line=$3 got
	shift 3
	"$entresol" "$@" >out 2>err </dev/null
	got=$?
	rows=$((rows + 1))
	# shellcheck disable=SC2053
	if [ $got -ne "$code" ] || [[ "$(cat err)" != $line ]]; then
		echo "row $rows, $why: entresol $*: exit code $got (not $code), stderr:"
		sed 's/^/    /' err
		failures=$((failures + 1))
	fi
}

# fact WHY COMMAND...: the command must succeed.
fact() {
	local why=$1
	shift
	rows=$((rows + 1))
	if ! "$@"; then
		echo "row $rows, $why: failed: $*"
		failures=$((failures + 1))
	fi
}

# Little-endian instruction words to a file.
words() {
	local file=$1 word
	shift
	for word; do
		printf "\\x${word:6:2}\\x${word:4:2}\\x${word:2:2}\\x${word:0:2}"
	done >"$file"
}
