# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# common.sh - paths, variables and messages that every script of the harness shares.
# Source it:  . "$(dirname "$0")/common.sh"      (POSIX sh or bash)
#
# Sets ROOT OUT CACHE TREE BASE_TREE LOGS SERIES CONFIG ACCEL JOBS MEM TESTS ARCH VARIANT CC
#
# SERIES=base stands for the unpatched base: TREE is then the second work tree, out/base. SERIES=NAME@base stands for
# the base with nothing but the selftests of series NAME, in out/on-base; stack@base for it with those of all series.
# VARIANT is CONFIG, or CONFIG-ARCH on another architecture than x86_64: names of builds, images and runs.

set -eu

ROOT=$(cd "$(dirname "$0")" && pwd -P)
while [ ! -e "$ROOT/base.lock" ] && [ "$ROOT" != / ]; do ROOT=$(dirname "$ROOT"); done
OUT=${HOSTMM_OUT:-$ROOT/out}
case $OUT in /*) ;; *) OUT=$PWD/$OUT ;; esac
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hostmm
LOGS=$OUT/log
case ${KERNEL_SRC:-/} in /*) ;; *) export KERNEL_SRC="$PWD/$KERNEL_SRC" ;; esac
SERIES=${SERIES:-stack}
CONFIG=${CONFIG:-lean}
ACCEL=${ACCEL:-auto}
JOBS=${JOBS:-$(($(nproc) + 1))}
MEM=${MEM:-}
TESTS=${TESTS:-*}
ARCH=${ARCH:-x86_64}
BASE_TREE=$OUT/base
TREE=$OUT/tree
case $SERIES in
base) TREE=$BASE_TREE ;;
*@base) TREE=$OUT/on-base ;;
esac
case $ARCH in
x86_64) VARIANT=$CONFIG ;;
arm64)
	VARIANT=$CONFIG-$ARCH
	export CROSS_COMPILE="${CROSS_COMPILE-aarch64-linux-gnu-}" QEMU="${QEMU:-qemu-system-aarch64}"
	CC=${CC:-ccache ${CROSS_COMPILE}gcc}
	;;
*) echo "error: ARCH=$ARCH: unknown; use x86_64 or arm64" >&2 && exit 1 ;;
esac
CC=${CC:-ccache gcc}
export ROOT OUT CACHE LOGS SERIES CONFIG ACCEL JOBS MEM TESTS ARCH VARIANT
export HOSTMM_OUT="$OUT"

# Reproducible kernel builds that share one compiler cache.
# In depend mode ccache saves the separate pass of the preprocessor, a fifth of a compilation that it has not seen.
export CCACHE_DIR="${CCACHE_DIR:-$CACHE/ccache}" CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-8G}" CCACHE_DEPEND=1
export KBUILD_BUILD_TIMESTAMP=2000-01-01 KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_USER=hostmm KBUILD_BUILD_HOST=hostmm

# What a calling make passes on is not for the makes that run below.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

# Git without the user's configuration and with a fixed identity. safe.directory lies in that
# file too, so a tree of another owner (a container's mount) is no obstacle.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_CONFIG_COUNT GIT_DIFF_OPTS \
	GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE 2>/dev/null || :
export GIT_CONFIG_GLOBAL="$ROOT/harness/gitconfig" GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_COMMITTER_NAME=hostmm GIT_COMMITTER_EMAIL=hostmm@localhost
export GIT_EDITOR=: GIT_PAGER=cat GIT_TERMINAL_PROMPT=0 LC_ALL=C.UTF-8 TZ=UTC

note() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }

die() { # WHAT CAUSE MEND
	printf 'error: %s: %s; %s\n' "$1" "$2" "$3" >&2
	exit 1
}

stage() { # NAME USUAL_TIME [LOG]
	[ -z "${3:-}" ] || mkdir -p "$(dirname "$3")"
	printf '==> %s (usually %s%s)\n' "$1" "$2" "${3:+; log: ${3#"$PWD"/}}"
}

need_tool() { # TOOL PACKAGE
	command -v "$1" >/dev/null 2>&1 || die "$1" "not installed" "install the package $2 (make deps)"
}

# Room on the file system of DIR, or of its nearest parent that exists.
need_space() { # DIR MIB WHAT
	space_dir=$1
	while [ ! -d "$space_dir" ]; do space_dir=$(dirname "$space_dir"); done
	space_free=$(df -Pm "$space_dir" | awk 'NR == 2 { print $4 }')
	[ "$space_free" -ge "$2" ] || die "$1" "$3 needs $2 MiB of disk, $space_free MiB are free" \
		"free some, or set HOSTMM_OUT and XDG_CACHE_HOME to a larger disk"
}

lock() { sed -n "s/^$1=//p" "$ROOT/base.lock"; }

# The series and glue patches that NAME is made of, in order: the only reader of the file stack.
# "stack_items stack skipped" prints the glue patches that are left out.
stack_items() {
	awk -v want="${1%@base}" -v skipped="${2:-}" '
	function mark(name, part, n) {
		if (wanted[name]++) return
		n = split(needs[name], part, ",")
		while (n) mark(part[n--])
	}
	function complete(glue, part, n) {
		n = split(needs[glue], part, ",")
		while (n && part[n] in known) n--
		return !n
	}
	!/^[ \t]*(#|$)/ { line[++lines] = $1; needs[$1] = $2; known[$1] }
	END {
		for (i = 1; i <= lines; i++) if (want == "stack" && line[i] !~ /^glue\//) mark(line[i])
		if (want !~ /^(base|stack)$/) mark(want)
		for (name in wanted) if (name != "-" && !(name in known)) line[++lines] = name
		for (i = 1; i <= lines; i++)
			if (line[i] ~ /^glue\// ? want == "stack" && complete(line[i]) == !skipped : wanted[line[i]] && !skipped)
				print line[i]
	}' "$ROOT/stack"
}

# The series among them: what NAME needs, then NAME.
series_order() { stack_items "$1" | sed '/\//d'; }

stack_names() { series_order stack; }

# The names that SERIES stands for.
series_list() {
	case $SERIES in
	base) ;;
	stack | stack@base) stack_names ;;
	*) printf '%s\n' "${SERIES%@base}" ;;
	esac
}

patches_in() {
	find "$1" -maxdepth 1 -name '[0-9][0-9][0-9][0-9]-*.patch' ! -name '0000-*' 2>/dev/null | sort
}

# The patch files of a series (without the cover letter), or a glue patch.
series_patches() {
	case $1 in glue/*) printf '%s\n' "$ROOT/series/$1" ;; *) patches_in "$ROOT/series/$1" ;; esac
}

all_patches() {
	stack_items "$1" | while read -r all_item; do series_patches "$all_item"; done
}

branch_of() {
	case $1 in base | stack) printf '%s\n' "$1" ;; *) printf 'series/%s\n' "$1" ;; esac
}

for_arch() {
	case $ARCH in x86_64) printf '%s\n' "$1" ;; *) printf '%s\n' "$1.$ARCH" ;; esac
}

profiles() { awk '!/^[ \t]*(#|$)/ { print $1 }' "$ROOT/guest/profiles"; }

profile_field() { # NAME mem|smp|threads|args
	awk -v name="$1" -v field="$2" 'BEGIN { column["mem"] = 2; column["smp"] = 3; column["threads"] = 4 }
		$1 != name { next }
		field in column { print $column[field] }
		field == "args" { $1 = $2 = $3 = $4 = ""; sub(/^ +/, ""); print }
		{ found = 1; exit } END { exit !found }' "$ROOT/guest/profiles"
}

# The kernel's make in $TREE/BUILD.
kmake() { # BUILD ARGUMENTS...
	kmake_dir=$1
	shift
	make -C "$TREE" O="$TREE/$kmake_dir" ARCH="$ARCH" CC="$CC" -j"$JOBS" "$@"
}

case $SERIES in
base | stack | stack@base) ;;
glue | glue@base) die "SERIES=$SERIES" "holds patches for the stack alone" "use one of: stack $(stack_names | tr '\n' ' ')" ;;
*/* | .* | '') die "SERIES=$SERIES" "not the name of a series" "use one of: stack $(stack_names | tr '\n' ' ')" ;;
*) [ -d "$ROOT/series/${SERIES%@base}" ] || die "SERIES=$SERIES" "no such directory under series/" \
	"use one of: stack $(stack_names | tr '\n' ' ')" ;;
esac
