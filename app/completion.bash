# SPDX-License-Identifier: Apache-2.0
# bash completion for entresol

_entresol_profiles="v8.0 v8.1 v8.3-nv v8.4-nv2 max"

# NAME=VALUE of every choice
_entresol_choice_values() {
	"${COMP_WORDS[0]}" choices 2>/dev/null |
		awk '/^[a-z]/ { sub(":.*", ""); choice = $0 } /^ / { print choice "=" ($1 == "*" ? $2 : $1) }'
}

_entresol_models() {
	"${COMP_WORDS[0]}" timing --json 2>/dev/null | sed -n 's/.*"model":[[:space:]]*"\(.*\)".*/\1/p'
}

# NAME= of every figure of the model that is named on the line; the arguments are words beside it
_entresol_figures() {
	local model word
	for model in $(_entresol_models); do
		for word in "${COMP_WORDS[@]}" "$@"; do
			[ "$word" != "$model" ] || "${COMP_WORDS[0]}" timing "$model" 2>/dev/null | awk '
				/^parameter / { kind = 1; next } /^class / { kind = 2; next } /^$/ { kind = 0 }
				kind == 1 { print $1 "=" }
				kind == 2 {
					count = split("width latency base busy early late", figures)
					for (i = 1; i <= count; i++) print $1 "." figures[i] "="
				}'
		done
	done
}

_entresol_run() {
	case $prev in
	--choice) words=$(_entresol_choice_values) ;;
	--cpu) words="$_entresol_profiles" ;;
	--display) words="none sdl" ;;
	--el) words="1 2" ;;
	--engine) words="tail step" ;;
	--input) words="wait live" ;;
	--net) words="user" ;;
	--stats) words="text json" ;;
	--timing) words="functional $(_entresol_models)" ;;
	--timing-set)
		words=$(_entresol_figures)
		compopt -o nospace
		;;
	--trace)
		words="el insn mmu sysreg gic all tarmac qemu tables perfetto"
		compopt -o nospace
		;;
	--adversary)
		words="help max min none nth= seed="
		compopt -o nospace
		;;
	--monitor)
		words="all help $("${COMP_WORDS[0]}" run --monitor help 2>/dev/null | grep '^[a-z]')"
		compopt -o nospace
		;;
	--gdb)
		words=":0 :1234"
		COMPREPLY=($(compgen -f -- "$cur"))
		;;
	--semihosting-fs | --share) COMPREPLY=($(compgen -d -- "$cur")) ;;
	--cpus | --load-address | --max-insns | --memory | --pa-bits | --quantum | --rtc | --save-at | --type-after | \
		--keys-at | --screen | \
		-m | --append | --seed | --smp) ;;
	*)
		case $cur in
		-*) words="--adversary --append --choice --cpu --cpus --disk --display --dtb --dump-dtb --el --engine
			--firmware --from --gdb --hash --help --initrd --input --kaslr --keys-at
			--load-address --max-insns --memory --module --monitor --net --pa-bits --pflash --quantum
			--reboot --rtc --save-at --screen --screenshot --screenshot-at --seed
			--semihosting-fs --share --smp --snapshot --stats --symbols --timing --timing-set
			--trace --type-after --virtio-console" ;;
		*) COMPREPLY=($(compgen -f -- "$cur")) ;;
		esac
		;;
	esac
}

# Fields of HCR_EL2 behind the last comma; REGISTER.FIELD of --set, in the case of what is typed.
_entresol_hcr() {
	local done=${cur%"${cur##*,}"}

	words=$("${COMP_WORDS[0]}" sysregs --fields hcr_el2 2>/dev/null | sed "s/^HCR_EL2\./$done/")
}
_entresol_set() {
	words=$("${COMP_WORDS[0]}" sysregs --fields 2>/dev/null)
	[[ $cur == *[a-z]* || -z $cur ]] && words=${words,,}
	[[ $cur == *.* ]] || compopt -o nospace
}

_entresol_explain() {
	case $prev in
	--choice) words=$(_entresol_choice_values) ;;
	--cpu) words="$_entresol_profiles" ;;
	--el) words="0 1 2" ;;
	--spsel) words="0 1" ;;
	--format) words="csv json" ;;
	--settings) words="base all" ;;
	--hcr) _entresol_hcr ;;
	--set) _entresol_set ;;
	*) words="--choice --cpu --el --format --hcr --help --json --matrix --no-el2 --set --setting --settings --spsel" ;;
	esac
}

_entresol_sysregs() {
	case $prev in
	--cpu) words="$_entresol_profiles" ;;
	--el) words="0 1 2" ;;
	*)
		case $cur in
		-*) words="--cpu --e2h --el --fields --help --json" ;;
		*)
			words=$("${COMP_WORDS[0]}" sysregs 2>/dev/null | cut -d ' ' -f 1)
			[[ $cur == *[a-z]* || -z $cur ]] && words=${words,,}
			;;
		esac
		;;
	esac
}

_entresol_choices() {
	words="--help --json --markdown $("${COMP_WORDS[0]}" choices 2>/dev/null | sed -n 's/^\([a-z].*\):.*/\1/p')"
}

# What run takes, and more.
_entresol_profile() {
	case $prev in
	--by) words="function el reason address" ;;
	--limit) ;;
	--timing-set)
		words=$([[ " ${COMP_WORDS[*]} " == *" --timing "* ]] || echo a55)
		words=$(_entresol_figures $words)
		compopt -o nospace
		;;
	*)
		_entresol_run
		[[ $cur != -* || $prev == --choice ]] || words+=" --by --callgrind --folded --json --limit"
		;;
	esac
}

_entresol_cost() {
	case $prev in
	--timing) words="functional $(_entresol_models)" ;;
	--timing-set)
		words=$(_entresol_figures)
		compopt -o nospace
		;;
	--cpu) words="$_entresol_profiles" ;;
	--config) words=$("${COMP_WORDS[0]}" cost --help 2>/dev/null | sed -n '/^Configurations:/,/^$/s/^ *\([a-z].*\): .*/\1/p') ;;
	*)
		case $cur in
		-*) words="--breakdown --config --cpu --help --json --markdown --rounds --timing --timing-set --tree" ;;
		*) COMPREPLY=($(compgen -f -- "$cur")) ;;
		esac
		;;
	esac
}

_entresol_timing() {
	case $prev in
	--timing-set)
		words=$(_entresol_figures)
		compopt -o nospace
		;;
	*)
		case $cur in
		-*) words="--help --json --markdown --timing-set" ;;
		*) words=$(_entresol_models) ;;
		esac
		;;
	esac
}

_entresol_step() {
	case $prev in
	--commands) COMPREPLY=($(compgen -f -- "$cur")) ;;
	--history) ;;
	*)
		_entresol_run
		[[ $cur != -* ]] || words+=" --commands --history --json"
		;;
	esac
}

# Places without what depends on the image.
_entresol_places="start end insn: eret eret:guest eret:el0 eret:el1 eret:el2 exception exception:el1 exception:el2
	exception:irq exception:serror exception:HVC64 exception:SYSREG exception:ERET exception:DABT_LOWER tlbi sysreg:
	barrier:isb barrier:dsb barrier:dmb at: guest host"

_entresol_sweep() {
	case $prev in
	--adversary) words="none min max nth= seed=" ;;
	--choice) words=$(_entresol_choice_values) ;;
	--cpu) words="$_entresol_profiles" ;;
	--el) words="1 2" ;;
	--from | --to)
		words="$_entresol_places"
		compopt -o nospace
		;;
	--monitor) words="all none $("${COMP_WORDS[0]}" run --monitor help 2>/dev/null | sed -n '/^[a-z]*$/p')" ;;
	--append | --blind | --cpus | --expect-exit | --insns-after | --intid | --jobs | --max-insns | --memory | -m | \
		--only | --pa-bits | --patch | --pe | --quantum | --seed | --shard | --smp) ;;
	*)
		case $cur in
		-*) words="--adversary --append --blind --choice --cpu --cpus --el --expect-exit --from --help --initrd
			--insns-after --intid --jobs --json --max-insns --memory --merge --monitor --only --output --pa-bits
			--patch --pe --quantum --seed --shard --smp --to" ;;
		*)
			[ "$COMP_CWORD" -ne 2 ] || words="irq serror vcpu-switch"
			COMPREPLY=($(compgen -f -- "$cur"))
			;;
		esac
		;;
	esac
}

_entresol_verify() {
	local first=${COMP_WORDS[2]}

	case $prev in
	--adversary) words="none min max nth= seed=" ;;
	--only) words="none min max nth= seed= sweep=" ;;
	--monitors) words="all none" ;;
	--reference | --cell) words=$("${COMP_WORDS[0]}" verify transparency --help 2>/dev/null | sed -n '/^Ways of/,/^$/s/^ *\([a-z][a-z0-9-]*\): .*/\1/p') ;;
	--image | --junit | --mutants) COMPREPLY=($(compgen -f -- "$cur")) ;;
	*)
		case $first$cur in
		--kill-matrix-*) words="--all-killers --auto --help --image --jobs --json --markdown --mutants --only --runs --shard" ;;
		transparency-*) words="--cell --help --image --json --max-insns --payload --reference --words" ;;
		*-*) words="--adversary --format --help --image --jobs --json --junit --kill-matrix --list --monitors
			--no-sweeps --only --rules --seeds --words" ;;
		*)
			words="transparency $("${COMP_WORDS[0]}" verify --list 2>/dev/null | sed 's/ .*//')"
			COMPREPLY=($(compgen -f -- "$cur"))
			;;
		esac
		;;
	esac
}

_entresol() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="run step sweep verify explain sysregs cost timing profile choices --help --version"
	else
		case ${COMP_WORDS[1]} in
		run | step | sweep | verify | explain | sysregs | cost | timing | profile | choices) "_entresol_${COMP_WORDS[1]}" ;;
		esac
	fi
	[ -z "$words" ] || COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -F _entresol entresol
