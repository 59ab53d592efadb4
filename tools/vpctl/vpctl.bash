# SPDX-License-Identifier: GPL-2.0
# Completion of vpctl for bash: commands, options, adapters that are there, requests and events.
# shellcheck shell=bash disable=SC2207 # words without blanks

_vpctl() {
	local word=${COMP_WORDS[COMP_CWORD]} before='' command='' i
	[ "$COMP_CWORD" -gt 0 ] && before=${COMP_WORDS[COMP_CWORD - 1]}
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		list | stat | locks | request | selftest | trace) command=${COMP_WORDS[i]} && break ;;
		esac
	done
	COMPREPLY=()

	case $before in
	-f | --file) compopt -o default 2>/dev/null && return ;;
	-e | --event)
		COMPREPLY=($(compgen -W 'lock unlock map unmap start complete event violation' -- "$word"))
		return
		;;
	-x | --hex | -o | --output | -w | --watch | -n | --count | -s | --seconds | -H | --handle) return ;;
	esac
	local options='--help --json' adapters=''
	adapters=$(cd /sys/class/videoport 2>/dev/null && ls -d videoport* 2>/dev/null)
	case $command in
	'')
		COMPREPLY=($(compgen -W "list stat locks request selftest trace $options --version" -- "$word"))
		return
		;;
	stat) options+=' --all --watch --count' ;;
	locks) options+=' --all' ;;
	request) options+=' --hex --file --output --raw' ;;
	trace) options+=' --event --adapter --handle --seconds --raw' ;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
	IOCTL_*)
		[ "$command" = request ] &&
			COMPREPLY=($(compgen -W "$(_vpctl_requests)" -- "$word"))
		;;
	*) COMPREPLY=($(compgen -W "$adapters" -- "$word")) ;;
	esac
}

# What the installed header names.
_vpctl_requests() {
	local header
	for header in /usr/include /usr/local/include; do
		sed -n 's/^#define \(IOCTL_VIDEO_[A-Z0-9_]*\) .*/\1/p' \
			"$header/videoport/videoport/ioctls.h" 2>/dev/null
	done
}

complete -F _vpctl vpctl
