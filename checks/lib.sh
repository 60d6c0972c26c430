# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# lib.sh - what the checks share. A check is an executable in checks/patch or checks/series. It runs
# in the check tree; its last line of output is its verdict. Exit code 0 passes, 1 fails, anything
# else means that it could not run, which counts as failed.
#
# checks/check-patch sets   SERIES_NAME PATCH_ID PATCH_FILE   which patch (0003, its file)
#                            START BEFORE AFTER HEAD           commits; empty: does not apply
#                            CHECK_TREE WORK FULL              work tree, log directory, 1 = full form
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
BASH_ARGV0=$HERE/common.sh # by which common.sh finds the repository
. "$HERE/../harness/common.sh"

failed() {
	echo "$*"
	exit 1
}

cannot_run() {
	echo "cannot run: $*"
	exit 2
}

need_commits() { [ -n "$BEFORE" ] && [ -n "$AFTER" ] || cannot_run "this patch or one before it does not apply"; }

need() { command -v "$1" >/dev/null 2>&1 || cannot_run "$1 is not installed (make deps)"; }

# The files that the patch adds or changes, by an optional path pattern.
touched() { git diff --name-only --diff-filter=d "$BEFORE" "$AFTER" -- "$@"; }

# Diagnostics in a form that does not change when lines move: no line numbers, no path of the tree.
diagnostics() {
	grep -hE ': *(fatal )?(warning|error):' |
		sed -E -e "s|$CHECK_TREE/||g" -e 's|(^\|[ (])(\.\./)+|\1|g' -e 's/:[0-9]+(:[0-9]+)?:/:/' | sort || :
}

# new_lines BEFORE AFTER: lines of AFTER that BEFORE does not hold as often (both sorted).
new_lines() { comm -13 "$1" "$2"; }

# The check is for FULL=1; otherwise it passes.
full_only() {
	[ "$FULL" = 1 ] || {
		echo "not run without FULL=1"
		exit 0
	}
}

# allowed_types NAME: what series/NAME/checkpatch.allow allows checkpatch to say about the patch file NAME.
allowed_types() {
	awk -v p="$1" '!/^#/ && NF > 2 && ($1 == "*" || index(p, $1)) { print $2 }' "$ROOT/series/$SERIES_NAME/checkpatch.allow" 2>/dev/null || :
}

# before_after [COMPILER]: build before and after the patch, once for all the checks that look at it. The check passes
# if results/checked vouches for it.
before_after() {
	local code=0
	need_commits
	"$ROOT/checks/before-after" "$@" >"$WORK/before-after.log" 2>&1 || code=$?
	case $code in
	0) return 0 ;;
	3) tail -n 1 "$WORK/before-after.log" && exit 0 ;;
	esac
	cannot_run "$(tail -n 1 "$WORK/before-after.log")"
}

# no_new KIND [DIR]: the verdict on the diagnostics of one kind that checks/before-after left in DIR.
no_new() {
	local before=${2:-$WORK}/before/$1 after=${2:-$WORK}/after/$1 new
	[ -e "$before" ] && [ -e "$after" ] || cannot_run "the build left no record"
	new=$(new_lines "$before" "$after")
	[ -z "$new" ] || {
		printf '%s\n' "$new"
		failed "$(printf '%s\n' "$new" | wc -l) new (before: $(wc -l <"$before"), after: $(wc -l <"$after"))"
	}
	echo "none new, $(wc -l <"$after") old"
}

# The lines of checks/configs and of the series' own file configs.
config_lines() { cat "$ROOT/checks/configs" "$ROOT/series/$SERIES_NAME/configs" 2>/dev/null | grep -vE '^[ \t]*(#|$)'; }
