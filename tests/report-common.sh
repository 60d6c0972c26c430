# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# report-common.sh - for the tests of the report: golden output and counting. Source it, end with `finish`.
#
# golden NAME COMMAND...   output and exit code must equal tests/golden/report/NAME
# check TEXT COMMAND...    COMMAND must succeed
# GOLDEN=DIR reads the golden files from elsewhere (used to prove that a wrong one fails);
# UPDATE=1 writes them anew: read the difference before you commit it.
set -u

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck disable=SC2034 # for the tests
bin=$root/harness
# shellcheck disable=SC2034
fixtures=$root/tests/fixtures/report
GOLDEN=${GOLDEN:-$root/tests/golden/report}
version=$(sed -n 's/^version=//p' "$root/base.lock")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export PYTHONDONTWRITEBYTECODE=1
report_count=0
report_bad=0
cd "$work" || exit 2

result() { # OK-OR-NOT TEXT
	report_count=$((report_count + 1))
	[ "$1" = ok ] || report_bad=$((report_bad + 1))
	printf '%s %d - %s\n' "$1" "$report_count" "$2"
}

check() {
	text=$1
	shift
	if "$@" >"$work/.out" 2>&1; then
		result ok "$text"
	else
		result 'not ok' "$text"
		sed 's/^/# /' "$work/.out"
	fi
}

# The pinned version and this checkout's place are no part of what is tested.
capture() {
	"$@" >"$work/.out" 2>&1
	code=$?
	sed -e "s|$version|VERSION|g" -e "s|$root|ROOT|g" "$work/.out" >"$work/.got"
	printf 'exit code %d\n' "$code" >>"$work/.got"
	! grep -q '^Traceback' "$work/.got" || code=crashed
}

golden() {
	name=$1
	shift
	capture "$@"
	if [ "${UPDATE:-}" = 1 ] && [ "$code" != crashed ]; then
		mkdir -p "$(dirname "$GOLDEN/$name")"
		cp "$work/.got" "$GOLDEN/$name"
	fi
	if [ "$code" != crashed ] && diff -u --label golden --label got "$GOLDEN/$name" "$work/.got" >"$work/.diff" 2>&1; then
		result ok "$name"
	else
		result 'not ok' "$name"
		[ "$code" != crashed ] || cp "$work/.got" "$work/.diff"
		sed 's/^/# /' "$work/.diff"
	fi
}

finish() {
	printf '1..%d\n' "$report_count"
	exit $((report_bad > 0))
}
