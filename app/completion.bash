# SPDX-License-Identifier: Apache-2.0
# bash completion for entresol

_entresol() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local options="--choice --cpu --cpus --el --engine --hash --help --load-address --max-insns --memory
		--pa-bits --quantum --semihosting-fs --stats --trace"

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "run choices --help --version" -- "$cur"))
		return
	fi
	if [ "${COMP_WORDS[1]}" = choices ]; then
		COMPREPLY=($(compgen -W "--help --json --markdown" -- "$cur"))
		return
	fi
	[ "${COMP_WORDS[1]}" = run ] || return
	case $prev in
	--choice) COMPREPLY=($(compgen -W "$(entresol choices 2>/dev/null |
		awk '/^[a-z]/ { sub(":.*", ""); choice = $0 } /^ / { print choice "=" ($1 == "*" ? $2 : $1) }')" \
		-- "$cur")) ;;
	--cpu) COMPREPLY=($(compgen -W "v8.0 v8.1 v8.3-nv v8.4-nv2 max" -- "$cur")) ;;
	--el) COMPREPLY=($(compgen -W "1 2" -- "$cur")) ;;
	--engine) COMPREPLY=($(compgen -W "tail step" -- "$cur")) ;;
	--stats) COMPREPLY=($(compgen -W "text json" -- "$cur")) ;;
	--trace) COMPREPLY=($(compgen -W "el insn mmu" -- "$cur")) ;;
	--semihosting-fs) COMPREPLY=($(compgen -d -- "$cur")) ;;
	--cpus | --load-address | --max-insns | --memory | --pa-bits | --quantum) ;;
	*)
		case $cur in
		-*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
		*) COMPREPLY=($(compgen -f -- "$cur")) ;;
		esac
		;;
	esac
}
complete -o filenames -F _entresol entresol
