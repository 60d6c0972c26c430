# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# checks-common.sh - for the tests of the checks: a copy of this repository whose base is the tiny
# tree fixtures/checks/tree, with a fake kbuild and the real scripts of the pinned kernel.
#
# edit                     sets up the work tree $EDIT, on the base; change files there, then
# series NAME [MESSAGE]    makes them the one patch of series/NAME, with all files of a series; calls edit
# passes NAME CHECK [TEXT] the check of series NAME passes (with TEXT in its verdict)
# rejects NAME CHECK TEXT  the check fails, with TEXT in its verdict
. "$(dirname "$0")/lib.sh"

kernel=${XDG_CACHE_HOME:-$HOME/.cache}/hostmm/base-$(sed -n 's/^version=//p' "$ROOT/base.lock").git
[ -d "$kernel" ] || {
	echo "1..0 # SKIP no base in the cache (make base), from which checkpatch and kernel-doc are taken"
	exit 0
}
ccache_dir=${CCACHE_DIR:-$TMP/ccache}
tiny_repo checks
export CCACHE_DIR=$ccache_dir
rm -r "$repo/series/first"
mkdir "$repo/configs"
printf '# order\ngood -\n' >"$repo/stack"
printf 'CONFIG_MM=y\n' >"$repo/configs/lean.config"
printf '# NAME ARCH CROSS OPTIONS\nsmall x86_64 - OTHER=y\n' >"$repo/checks/configs"

rm -rf "$TMP/src"
cp -r "$HERE/fixtures/checks/tree" "$TMP/src"
cp "$HERE/fixtures/checks/gitignore" "$TMP/src/.gitignore"
(
	cd "$TMP/src" || exit
	mkdir -p Documentation arch drivers fs init ipc lib scripts
	touch COPYING CREDITS MAINTAINERS README {Documentation,drivers,fs,init,ipc,lib}/keep
	# A header with more users than the fast form builds; only the last mentions what the header declares.
	printf '/* SPDX-License-Identifier: GPL-2.0 */\nint many_users(void);\n' >include/linux/many.h
	for n in $(seq 10 30); do
		printf '// SPDX-License-Identifier: GPL-2.0\n#include <linux/many.h>\n' >"kernel/u$n.c"
		echo "obj-y += u$n.o" >>kernel/Makefile
	done
	printf '\nint u30(void);\n\nint u30(void)\n{\n\treturn many_users();\n}\n' >>kernel/u30.c
)
git -C "$kernel" archive base scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch scripts/kernel-doc \
	scripts/Kbuild.include scripts/Makefile.compiler scripts/Makefile.lib Documentation/dev-tools/checkpatch.rst |
	tar -x -C "$TMP/src"
tiny_base
mv "$XDG_CACHE_HOME"/hostmm/base-6.12.117-*.git "$XDG_CACHE_HOME/hostmm/base-6.12.117.git"
sed -i "s/^commit=.*/commit=$(git -C "$XDG_CACHE_HOME/hostmm/base-6.12.117.git" rev-parse base)/" "$repo/base.lock"
EDIT=$TMP/edit
git clone -q "$XDG_CACHE_HOME/hostmm/base-6.12.117.git" "$EDIT"

edit() { git -C "$EDIT" checkout -q --force --detach origin/base && git -C "$EDIT" clean -qfd; }

MESSAGE='mm/fork: count what is copied

Copying has a cost that nobody can see today, because nothing
counts the copies.  A slow fork is then blamed on the allocator,
which is not at fault.

Count the copies in one place.  The counter is not atomic, since
all its users hold the lock.'

series() { # NAME [MESSAGE]
	local dir=$repo/series/$1
	mkdir -p "$dir"
	echo 'Design, limits.' >"$dir/notes.md"
	touch "$dir/config" "$dir/tests" "$dir/expect"
	git -C "$EDIT" add -A
	GIT_AUTHOR_NAME=${AUTHOR:-hostmm} GIT_AUTHOR_EMAIL=hostmm@localhost git -C "$EDIT" commit -q --allow-empty -m "${2:-$MESSAGE}"
	git -C "$EDIT" format-patch -q -o "$dir" --base=origin/base --cover-letter --numbered --zero-commit --no-signature \
		--full-index --no-thread --stat=72 --always origin/base..HEAD
	sed -i -e 's/\*\*\* SUBJECT HERE \*\*\*/Count copies/' \
		-e 's/^\*\*\* BLURB HERE \*\*\*$/1\n2\n3\n4\n5\n6\n7\n8\n9\n10/' "$dir/0000-cover-letter.patch"
	edit
}

check_of() { SERIES=$1 CHECKS=$2 hm check-patch; }
patch_of() { echo "$repo/series/$1/"0001-*.patch; }

passes() { says "$2 passes: $1" "^ok [0-9]* - $1.* $2: .*${3:-}" check_of "$1" "$2"; }

rejects() {
	! quietly check_of "$1" "$2" && grep -q "^not ok [0-9]* - $1.* $2: .*$3" "$TMP/stdout" &&
		grep -q '^# hostmm: [01] passed, 1 failed$' "$TMP/stdout"
	tested "$2 rejects: $1" "no failure with '$3'"
}
edit
