# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# report-common.sh - for the tests of the report: golden output beside what tests/lib.sh has. Source it, end with `finish`.
#
# golden NAME COMMAND...   output and exit code must equal tests/golden/report/NAME
# check TEXT COMMAND...    COMMAND must succeed
# GOLDEN=DIR reads the golden files from elsewhere (used to prove that a wrong one fails);
# UPDATE=1 writes them anew: read the difference before you commit it.
# shellcheck disable=SC2034 # variables for the tests
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

root=$(cd "$HERE/.." && pwd -P)
bin=$root/harness
fixtures=$HERE/fixtures/report
GOLDEN=${GOLDEN:-$HERE/golden/report}
version=$(sed -n 's/^version=//p' "$root/base.lock")
work=$TMP
export PYTHONDONTWRITEBYTECODE=1
cd "$work" || exit 2

check() { ok "$@"; }

# same NAME COMMAND...: the pinned version and this checkout's place are no part of what is tested.
same() {
	local code=0
	"${@:2}" >"$work/.out" 2>&1 || code=$?
	{ sed -e "s|$version|VERSION|g" -e "s|$root|ROOT|g" "$work/.out" && echo "exit code $code"; } >"$work/.got"
	if grep '^Traceback' "$work/.got"; then return 1; fi
	if [ "${UPDATE:-}" = 1 ]; then
		mkdir -p "$(dirname "$GOLDEN/$1")"
		cp "$work/.got" "$GOLDEN/$1"
	fi
	diff -u --label golden --label got "$GOLDEN/$1" "$work/.got"
}

golden() { ok "$1" same "$@"; }
