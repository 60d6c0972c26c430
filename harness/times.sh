# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# times.sh - where the time of a run goes. Source it after common.sh (bash). ./run, ./check and ./bench set TIMES to
# out/log/NAME.times; without it nothing is written. Several programs may append at once: a line is one short write.

# Sets MARK: the clock, and the processor time of this shell's children that have ended.
mark() {
	local stat
	read -r stat <"/proc/$BASHPID/stat"
	# shellcheck disable=SC2086 # fields of proc(5); what stands before the parenthesis is a name
	set -- ${stat##*) }
	MARK="$EPOCHREALTIME $((${14} + ${15}))"
}

# Appends "WALL CPU KIND ID" (seconds since MARK, one decimal) to the file $TIMES; KIND is phase, check, boot or job.
spent() { # MARK KIND ID
	local begun=$1 kind=$2 id=$3
	[ -n "${TIMES:-}" ] || return 0
	mark
	echo "$begun $MARK" | awk -v kind="$kind" -v id="$id" -v hz="$(getconf CLK_TCK)" \
		'{ printf "%.1f %.1f %s %s\n", $3 - $1, ($4 - $2) / hz, kind, id }' >>"$TIMES"
}
