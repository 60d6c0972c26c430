# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# phase.sh - what ./run, ./check and ./bench are made of: phases with a log each, and one verdict at the end.
# Source it after common.sh.
#
# entry SCRIPT ARGUMENT  --help prints the head of the script and the variables; any other argument is refused
# begin NAME             starts a run; one that was stopped by ^C goes on from its last finished phase (with the same
#                        files and variables; RESTART=1 starts anew). TERM, the limit of .ci/run, ends it with a verdict
# must ID COMMAND...     a phase without which the rest makes no sense: a failure ends the run. It is never passed over
# may ID COMMAND...      a phase whose failure is counted, and the rest goes on
# beside ID COMMAND...   starts such a phase in the background, at most one; "join ID" waits for it and counts it
# verdict                prints PASS or FAIL and ends
#
# A phase ends with the count line of harness/tally; one that prints none counts as one. A line "# stale: TEXT" of
# a phase stands next to the verdict once more.
. "$ROOT/harness/times.sh"

entry() {
	case ${2:-} in
	'') return 0 ;;
	-h | --help) sed -n '3,4s/^# //p' "$1" && sed -n '/^#: /s///p' "$ROOT/Makefile" "$1" && exit 0 ;;
	*) echo "error: ./$(basename "$1") $2: takes no arguments; set variables (./$(basename "$1") --help)" >&2 && exit 2 ;;
	esac
}

# Everything that decides about the outcome: a finished phase stands only for these.
run_key() {
	{
		cd "$ROOT" && find run check bench base.lock stack series configs harness guest checks tests results -type f \
			! -name '*.pyc' -print0 2>/dev/null | sort -z | xargs -0 sha256sum
		env | grep -E '^(SERIES|CONFIG|ACCEL|MEM|TESTS|SUITE|FULL|REPEAT|KERNEL_SRC|XDG_CACHE_HOME|RUNS|FIGURES)=' | sort
	} | sha256sum | cut -d' ' -f1
}

begin() {
	run_name=$1
	started=$EPOCHSECONDS
	done_file=$OUT/.$run_name.done
	logs=()
	beside_pid=
	running=
	export TIMES=$LOGS/$run_name.times
	mkdir -p "$LOGS"
	note "./$run_name: SERIES=$SERIES, output in $OUT, cache in $CACHE"
	trap 'note; note "stopped; ./$run_name goes on from the last finished phase"; exit 130' INT HUP
	trap 'unfinished' TERM
	trap '[ -z "$beside_pid" ] || { kill "$beside_pid" && wait "$beside_pid" || :; } 2>/dev/null' EXIT
	local key
	key=$(run_key)
	if [ -z "${RESTART:-}" ] && [ "$(head -n 1 "$done_file" 2>/dev/null)" = "$key" ] && [ "$(wc -l <"$done_file")" -gt 1 ]; then
		note "going on with the run that was stopped (RESTART=1 starts anew)"
	else
		printf '%s\n' "$key" >"$done_file"
		: >"$TIMES"
	fi
}

# do_phase ID COMMAND...: runs COMMAND with a log. Sets "status".
do_phase() {
	local id=$1 log=$LOGS/$run_name-$1.log begun=$EPOCHSECONDS at tee_pid
	shift
	logs+=("$log")
	running=$log
	mark
	at=$MARK
	# To the terminal and to the log, errors still on stderr.
	: >"$log"
	exec 3> >(tee -a "$log")
	tee_pid=$!
	"$@" </dev/null 2>&1 >&3 3>&- | tee -a "$log" >&2 3>&- || :
	status=${PIPESTATUS[0]}
	exec 3>&-
	wait "$tee_pid" || :
	running=
	spent "$at" phase "$id"
	count "$id" "$log" "$begun"
}

# count ID LOG BEGUN: what a phase that ended with $status adds to the verdict.
count() {
	local id=$1 log=$2 begun=$3 word=FAILED
	if [ "$status" = 0 ]; then
		grep -q '^# hostmm: [0-9]* passed, [0-9]* failed$' "$log" || "$ROOT/harness/tally" --line 1 0 >>"$log"
		echo "$id" >>"$done_file"
		word=ok
	elif ! grep -q '^# hostmm: [0-9]* passed, [1-9][0-9]* failed$' "$log"; then
		"$ROOT/harness/tally" --line 0 1 >>"$log"
	fi
	note "--- $id: $word, $((EPOCHSECONDS - begun)) s"
}

must() {
	do_phase "$@"
	[ "$status" = 0 ] || verdict
}

may() {
	if grep -qxF "$1" "$done_file"; then
		logs+=("$LOGS/$run_name-$1.log")
		note "--- $1: finished before"
	else
		do_phase "$@"
	fi
}

# The process that waits for COMMAND writes its times: the processor time of a child counts where it is waited for.
beside() {
	local id=$1
	! grep -qxF "$id" "$done_file" || return 0
	shift
	note "--- $id: goes on beside what follows"
	beside_begun=$EPOCHSECONDS
	(
		child=
		trap '[ -z "$child" ] || { kill "$child" && wait "$child"; }; exit 143' TERM
		mark
		at=$MARK status=0
		nice -n 19 "$@" </dev/null >"$LOGS/$run_name-$id.log" 2>&1 3>&- &
		child=$!
		wait "$child" || status=$?
		spent "$at" phase "$id"
		exit "$status"
	) &
	beside_pid=$! beside_log=$LOGS/$run_name-$id.log
}

join() {
	local log=$LOGS/$run_name-$1.log
	logs+=("$log")
	if [ -z "$beside_pid" ]; then
		note "--- $1: finished before"
		return 0
	fi
	status=0
	wait "$beside_pid" || status=$?
	beside_pid=
	cat "$log"
	count "$1" "$log" "$beside_begun"
}

# What went wrong, once more and next to the verdict: the logs are long.
failures() {
	local log
	for log in "${logs[@]}"; do
		! grep -q '^# hostmm: 0 passed, 0 failed$\|^# hostmm: [0-9]* passed, [1-9][0-9]* failed$' "$log" || {
			note "== $(basename "$log")"
			grep -aE '^(RED|FAIL|not ok|error:|     \| )' "$log" | cut -c1-200 | head -n 60 || :
		}
	done
}

# Where the time went: the largest of phases, checks, boots and jobs (seconds, processor seconds).
largest() {
	note "the ten largest of $TIMES (seconds, processor seconds):"
	sort -rn "$TIMES" | head -n 10 | awk '{ printf "  %8.1f %8.1f  %s %s\n", $1, $2, $3, $4 }'
}

# The time limit: what had passed and failed so far is the verdict, and what was not finished is one failure.
unfinished() {
	local log line sum
	trap '' TERM
	[ -z "$beside_pid" ] || logs+=("$beside_log")
	for log in "$running" ${beside_pid:+"$beside_log"}; do
		[ -n "$log" ] && ! grep -q "^# hostmm: " "$log" || continue
		note "== not finished: $(basename "$log"), its last lines:"
		tail -n 3 "$log"
		line=$("$ROOT/harness/tally" --line "$(grep -ac '^ok ' "$log")" $(($(grep -ac '^not ok ' "$log") + 1)))
		echo "$line" >>"$log"
	done
	sum=$("$ROOT/harness/tally" "${logs[@]}") || :
	failures
	largest
	note "FAIL ./$run_name: $sum, stopped after $(((EPOCHSECONDS - started) / 60)) min; logs in $LOGS"
	exit 143
}

verdict() {
	local sum word=PASS code=0 took=$((EPOCHSECONDS - started))
	sum=$("$ROOT/harness/tally" "${logs[@]}") || word=FAIL code=1
	[ "$code" = 0 ] || failures
	rm -f "$done_file"
	largest
	echo "total $took" >>"$TIMES"
	grep -ah '^# stale: ' "${logs[@]}" || :
	note "$word ./$run_name: $sum, $((took / 60)) min $((took % 60)) s; logs in $LOGS"
	exit "$code"
}
