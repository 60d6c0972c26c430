# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# lib.sh - what the shell tests of the harness share. A test is an executable tests/AREA-NAME that
# sources this file, calls ok and fails, and ends with finish. It prints KTAP.
#
# ok NAME COMMAND...              passes when COMMAND succeeds
# fails NAME PATTERN COMMAND...   passes when COMMAND fails with one "error:" line that holds PATTERN
# warns NAME PATTERN COMMAND...   passes when COMMAND succeeds with a "warning:" line that holds PATTERN
# says NAME PATTERN COMMAND...    passes when COMMAND succeeds and prints PATTERN
#
# Set repo first: tiny_repo makes $repo, a copy of this repository with a tiny kernel tree, its pin and fixture
# series, and its own output and cache directories; hm VERB runs
# the program VERB of $repo/harness or of one of its rooms, or checks/check-patch.

set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TMP=$(mktemp -d "${TMPDIR:-/tmp}/hostmm-test.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT TERM
unset SERIES CONFIG ARCH CROSS_COMPILE QEMU KERNEL_SRC KEEP TESTS MEM SUITE NO_SKIP RESTART MAKEFLAGS MAKELEVEL \
	TIMES FULL REPEAT JOBLIST PROFILES GUESTS RUN_DIR GRACE
count=0 failed=0

result_line() { # STATUS NAME
	count=$((count + 1))
	[ "$1" = ok ] || failed=$((failed + 1))
	printf '%s %d - %s\n' "$1" "$count" "$2"
	[ "$1" = ok ] || sed 's/^/# /' "$TMP/stdout" "$TMP/stderr"
}

ok() {
	local name=$1
	shift
	if "$@" >"$TMP/stdout" 2>"$TMP/stderr"; then result_line ok "$name"; else result_line "not ok" "$name"; fi
}

fails() {
	local name=$1 pattern=$2
	shift 2
	if "$@" >"$TMP/stdout" 2>"$TMP/stderr"; then
		result_line "not ok" "$name (it succeeded)"
	elif [ "$(grep -c '^error: .*: .*; .*' "$TMP/stderr")" = 1 ] && grep '^error:' "$TMP/stderr" | grep -q -e "$pattern"; then
		result_line ok "$name"
	else
		result_line "not ok" "$name (no single error line with '$pattern')"
	fi
}

warns() {
	local name=$1 pattern=$2
	shift 2
	if "$@" >"$TMP/stdout" 2>"$TMP/stderr" && grep '^warning:' "$TMP/stderr" | grep -q -e "$pattern"; then
		result_line ok "$name"
	else
		result_line "not ok" "$name (no success with a warning '$pattern')"
	fi
}

says() {
	local name=$1 pattern=$2
	shift 2
	if "$@" >"$TMP/stdout" 2>"$TMP/stderr" && grep -q -e "$pattern" "$TMP/stdout"; then
		result_line ok "$name"
	else
		result_line "not ok" "$name (no success with '$pattern')"
	fi
}

# fake PROGRAM SCRIPT: a program in front of the real one, for what with_fakes runs.
fake() {
	mkdir -p "$TMP/bin"
	printf '#!/bin/bash\n%s\n' "$2" >"$TMP/bin/$1"
	chmod +x "$TMP/bin/$1"
}

with_fakes() { PATH=$TMP/bin:$PATH "$@"; }

# slow_git VERB, then interrupt COMMAND...: passes when COMMAND, stopped by ^C while git does VERB, fails.
# shellcheck disable=SC2016 # for the fake
slow_git() {
	mkdir -p "$TMP/slow"
	printf '#!/bin/bash\nfor a; do [ "$a" != %s ] || { touch %s; sleep 60; }; done\nexec %s "$@"\n' \
		"$1" "$TMP/reached" "$(command -v git)" >"$TMP/slow/git"
	chmod +x "$TMP/slow/git"
}

interrupt() {
	local pid
	rm -f "$TMP/reached"
	PATH=$TMP/slow:$PATH setsid env --default-signal=INT "$@" &
	pid=$!
	for _ in $(seq 100); do [ -e "$TMP/reached" ] || sleep 0.1; done
	[ -e "$TMP/reached" ] || return 1
	kill -INT -- "-$pid"
	! wait "$pid"
}

finish() {
	printf '1..%d\n# %d passed, %d failed\n' "$count" $((count - failed)) "$failed"
	[ "$failed" = 0 ]
	exit
}

hm() {
	local verb=$1 room
	shift
	for room in "$repo"/harness/* "$repo/harness" "$repo/checks"; do
		[ ! -f "$room/$verb" ] || break
	done
	"$room/$verb" "$@"
}

g() { git -C "$repo/out/tree" "$@"; }

commit() { # MESSAGE...: one paragraph an argument; everything in out/tree
	local args=() text
	for text; do args+=(-m "$text"); done
	g add -A
	GIT_AUTHOR_DATE='2001-01-01T12:00:00 +0100' g commit -q "${args[@]}"
}

# A source tree of version 6.12.117 that has what git needs to be tried on: C files long enough for
# hunks, a file name that is not ASCII, the attributes of the kernel's own tree.
tiny_src() {
	mkdir -p "$1/mm" "$1/Documentation"
	printf '# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = %s\nEXTRAVERSION =\n' "${2:-117}" >"$1/Makefile"
	printf '*.c   diff=cpp\n*.h   diff=cpp\n' >"$1/.gitattributes"
	printf '*.o\n.*\n!.gitattributes\n!.gitignore\nignored-but-shipped\n' >"$1/.gitignore"
	echo 'in the package, though .gitignore names it' >"$1/ignored-but-shipped"
	local f i
	for f in fork migrate zap; do
		for i in 1 2 3 4 5 6; do
			printf 'static int %s_%s(int a)\n{\n\tint b = a + %s;\n\n\tb *= 2;\n\treturn b;\n}\n\n' $f $i $i
		done >"$1/mm/$f.c"
	done
	printf 'Größe einer Seite: 4096\n' >"$1/Documentation/größe.txt"
}

tiny_repo() {
	export XDG_CACHE_HOME=$TMP/cache
	export HOSTMM_OUT=$repo/out
	unset CCACHE_DIR
	mkdir -p "$repo/series"
	cp -r "$HERE/../harness" "$repo/harness"
	cp "$HERE/fixtures/git/base.lock" "$repo/"
	cp -r "$HERE/fixtures/git/series/." "$repo/series/" 2>/dev/null
	printf '# order\nfirst -\n' >"$repo/stack"
	tiny_src "$TMP/src"
	# git of the tests themselves, without the user's configuration
	export GIT_CONFIG_GLOBAL=$repo/harness/gitconfig GIT_CONFIG_SYSTEM=/dev/null
}

tiny_base() { # the tiny tree becomes the pinned base in the cache
	KERNEL_SRC=$TMP/src hm base >"$TMP/stdout" 2>"$TMP/stderr"
}

# tiny_series NAME NEEDS FILE EXPRESSION...: a series of $repo, also in its file stack: one patch for each sed expression.
tiny_series() {
	local n
	mkdir "$repo/series/$1"
	printf 'From: hostmm <hostmm@localhost>\nSubject: [PATCH 0/1] mm: %s\n\nText.\n' "$1" >"$repo/series/$1/0000-cover-letter.patch"
	echo "$1 $2" >>"$repo/stack"
	SERIES=$1 hm apply
	for n in $(seq 4 $#); do
		sed -i "${!n}" "$repo/out/tree/$3"
		commit "mm: $1 $((n - 3))" "Why."
	done
	SERIES=$1 hm refresh
} >"$TMP/stdout" 2>&1
