# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034 # scripts of stand-ins; variables for the tests
# lib.sh - what the shell tests share. A test is an executable tests/AREA-NAME that sources this, and ends with finish:
# ok NAME COMMAND...              passes when COMMAND succeeds
# fails NAME PATTERN COMMAND...   passes when COMMAND fails with one "error:" line that holds PATTERN
# warns NAME PATTERN COMMAND...   passes when COMMAND succeeds with a "warning:" line that holds PATTERN
# says NAME PATTERN COMMAND...    passes when COMMAND succeeds and prints PATTERN
# golden NAME COMMAND...          passes when output and exit code of COMMAND equal tests/golden/NAME; UPDATE=1 writes it anew
# hm VERB runs the program VERB of $repo/harness or of one of its rooms, or checks/check-patch. small_repo makes $repo,
# a copy of the harness; tiny_repo one with a tiny kernel tree, its pin and fixture series, and its own output and cache.

set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=${HERE%/*}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/hostmm-test.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT TERM
unset SERIES CONFIG ARCH CROSS_COMPILE QEMU KERNEL_SRC KEEP TESTS MEM SUITE NO_SKIP RESTART MAKEFLAGS MAKELEVEL \
	TIMES FULL REPEAT JOBLIST PROFILES GUESTS RUN_DIR GRACE RUNS FIGURES
repo=$TMP/repo trace=$TMP/trace fixtures=$HERE/fixtures/report
count=0 failed=0
quietly() { "$@" >"$TMP/stdout" 2>"$TMP/stderr"; }

tested() { # NAME REASON: the command before this decides
	local code=$?
	count=$((count + 1))
	if [ $code = 0 ]; then
		printf 'ok %d - %s\n' "$count" "$1"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$count" "$1${2:+ ($2)}"
		sed 's/^/# /' "$TMP/stdout" "$TMP/stderr"
	fi
}

ok() {
	quietly "${@:2}"
	tested "$1"
}

fails() {
	! quietly "${@:3}" && [ "$(grep -c '^error: .*: .*; .*' "$TMP/stderr")" = 1 ] && grep '^error:' "$TMP/stderr" | grep -q -e "$2"
	tested "$1" "no failure with a single error line with '$2'"
}

warns() {
	quietly "${@:3}" && grep '^warning:' "$TMP/stderr" | grep -q -e "$2"
	tested "$1" "no success with a warning '$2'"
}

says() {
	quietly "${@:3}" && grep -q -e "$2" "$TMP/stdout"
	tested "$1" "no success with '$2'"
}

# The pinned version and this checkout's place are no part of what is tested.
same_as_golden() { # NAME COMMAND...
	local code=0
	"${@:2}" >"$TMP/.out" 2>&1 || code=$?
	sed -e "s|$(sed -n 's/^version=//p' "$ROOT/base.lock")|VERSION|g" -e "s|$ROOT|ROOT|g" "$TMP/.out" >"$TMP/.got"
	[ $code = 0 ] || echo "exit code $code" >>"$TMP/.got"
	if grep '^Traceback' "$TMP/.got"; then return 1; fi
	[ "${UPDATE:-}" != 1 ] || cp "$TMP/.got" "$HERE/golden/$1"
	diff -u --label golden --label got --show-function-line='^case ' "$HERE/golden/$1" "$TMP/.got"
}

golden() {
	echo "$1" >>"$TMP/.golden"
	ok "$1" same_as_golden "$@"
}

golden_all_used() { # of the directories that this test reads
	! (cd "$HERE/golden" && sed 's,/.*,,' "$TMP/.golden" | sort -u | xargs -I DIR find DIR -type f) | grep -vxFf "$TMP/.golden"
}

# fake PROGRAM SCRIPT: a program in front of the real one, for what with_fakes runs.
fake() {
	mkdir -p "$TMP/bin"
	printf '#!/bin/bash\n%s\n' "$2" >"$TMP/bin/$1"
	chmod +x "$TMP/bin/$1"
}
with_fakes() { PATH=$TMP/bin:$PATH "$@"; }

# stand_in FILE SCRIPT: in place of this program of $repo; writes its name, SERIES, CONFIG and arguments into $trace, too.
stand_in() {
	printf '#!/bin/bash\necho "%s $SERIES $CONFIG $*" >>"%s"\n%s\n' "$1" "$trace" "$2" >"$repo/$1"
	chmod +x "$repo/$1"
}

# keep COMMAND...: what it prints is in $TMP/kept and $TMP/kept.err, its exit code in $code.
keep() {
	code=0
	"$@" >"$TMP/kept" 2>"$TMP/kept.err" || code=$?
}

# ends NAME LINE COMMAND...: passes when the last line begins like LINE, which has the counts, and the exit code fits to it.
ends() {
	keep "${@:3}"
	ok "$1" ended_with "$2"
}

ended_with() {
	cat "$TMP/kept" "$TMP/kept.err"
	tail -n 1 "$TMP/kept" | grep -q "^$1" || return 1
	case $1 in *' 0 failed'*) [ "$code" = 0 ] ;; *) [ "$code" != 0 ] ;; esac
}

# slow_git VERB, then interrupt COMMAND...: passes when COMMAND, stopped by ^C while git does VERB, fails.
slow_git() {
	fake git 'for a; do [ "$a" != '"$1"' ] || { touch '"$TMP/reached"'; sleep 60; }; done; exec '"$(command -v git)"' "$@"'
}

interrupt() {
	local pid
	rm -f "$TMP/reached"
	PATH=$TMP/bin:$PATH setsid env --default-signal=INT "$@" &
	pid=$!
	for _ in $(seq 100); do [ -e "$TMP/reached" ] || sleep 0.1; done
	[ -e "$TMP/reached" ] || return 1
	kill -INT -- "-$pid"
	! wait "$pid"
}

# stopped PROGRAM: ^C in a stand-in that waits for as long as $TMP/hang is there. $trace is empty then.
stopped() {
	touch "$TMP/hang"
	interrupt "$repo/$1" || return 1
	rm "$TMP/hang"
	: >"$trace"
}

finish() {
	[ ! -e "$TMP/.golden" ] || ok "no golden file is left over" golden_all_used
	printf '1..%d\n# %d passed, %d failed\n' "$count" $((count - failed)) "$failed"
	exit $((failed != 0))
}

hm() {
	local room
	for room in "$repo"/harness/* "$repo/harness" "$repo/checks"; do
		[ ! -f "$room/$1" ] || break
	done
	"$room/$1" "${@:2}"
}

g() { git -C "$repo/out/tree" "$@"; }

commit() { # MESSAGE...: one paragraph an argument; everything in out/tree
	g add -A
	GIT_AUTHOR_DATE='2001-01-01T12:00:00 +0100' g commit -q "${@/#/-m}"
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

small_repo() { # PART...: with these parts of this repository besides
	mkdir -p "$repo/series"
	cp -r "$ROOT/harness" "$ROOT/base.lock" "${@/#/$ROOT/}" "$repo/"
}

tiny_repo() {
	small_repo "$@"
	export XDG_CACHE_HOME=$TMP/cache HOSTMM_OUT=$repo/out
	unset CCACHE_DIR
	cp -r "$HERE/fixtures/git/." "$repo/"
	tiny_src "$TMP/src"
	export GIT_CONFIG_GLOBAL=$repo/harness/gitconfig GIT_CONFIG_SYSTEM=/dev/null
}

tiny_base() { # the tiny tree becomes the pinned base in the cache
	KERNEL_SRC=$TMP/src quietly hm base
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
