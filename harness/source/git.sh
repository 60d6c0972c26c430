# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# git.sh - what the scripts of this room share: the state of out/tree; and commits.sh. Source it after common.sh.

. "$ROOT/harness/source/commits.sh"
tmp=
trap 'drop_scratch; rm -rf "$OUT/merge.$$"; [ -z "$tmp" ] || rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$LOGS"

# Is the base of the version that base.lock pins? Where it came from may differ.
on_pinned_version() {
	[ "$(git -C "$OUT/tree" show base:Makefile | makefile_version)" = "$(lock version)" ]
}

# Is it the very commit that base.lock pins?
on_pinned_base() { [ "$(git -C "$OUT/tree" rev-parse base)" = "$(lock commit)" ]; }

makefile_version() { sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' | head -n 3 | paste -sd .; }

# foreign_files FILES...: how many files that the patches touch have other bytes in the base than the patches were made
# from, by the blob ids. What an earlier series touches as well has other bytes by design.
foreign_files() {
	git -C "$OUT/tree" ls-tree -r base | awk '
		NR == FNR { known[$3]; next }
		/^diff --git / { file = $0 }
		/^index [0-9a-f]+\.\.[0-9a-f]+/ {
			split($2, id, /\.\./)
			series = FILENAME
			sub("/[^/]*$", "", series)
			if (!(file in owner)) owner[file] = series
			if (length(id[1]) == 40 && id[1] !~ /^0+$/ && !(id[1] in known) && owner[file] == series) other[file]
			known[id[2]]
		}
		END { for (file in other) n++; print n + 0 }' - "$@"
}

# How many commits of branch $1 are not in the patch files.
unexported() {
	local head known base
	base=$(git -C "$OUT/tree" rev-parse base)
	head=$(git -C "$OUT/tree" rev-parse -q --verify "refs/heads/$1") || head=
	known=$(git -C "$OUT/tree" rev-parse -q --verify "refs/hostmm/exported/$1") || known=$base
	case $head in
	'' | "$known" | "$base") echo 0 ;;
	# A reworded or dropped commit is work too, so never 0 here.
	*) git -C "$OUT/tree" rev-list --count "$head" "^$known" | sed 's/^0$/1/' ;;
	esac
}

refuse_unexported() {
	local count
	count=$(unexported "$1")
	[ "$count" = 0 ] || die "out/tree, branch $1" "$count commits are not in the patch files" \
		"$([ "$1" = stack ] && echo "move them to the branch of their series" ||
			echo "make refresh SERIES=${1#series/}"), or rename the branch (git branch -m)"
}

# What the work tree $1 holds that is not committed, in words; nothing when it is clean.
work_in() {
	local dir
	dir=$(git -C "$1" rev-parse --absolute-git-dir)
	if [ -d "$dir/rebase-apply" ] || [ -d "$dir/rebase-merge" ]; then
		echo "a rebase or git am under way"
	elif [ -e "$dir/MERGE_HEAD" ] || [ -e "$dir/CHERRY_PICK_HEAD" ] || [ -e "$dir/REVERT_HEAD" ]; then
		echo "a merge, cherry-pick or revert under way"
	else
		git -C "$1" status --porcelain | awk '{ more = NR > 1 ? ", ..." : "" }
			NR == 1 { file = $2 }
			END { if (NR) printf "%d files changed, not committed (%s%s)\n", NR, file, more }'
	fi
}

refuse_dirty() {
	local work
	work=$(work_in "$1")
	[ -z "$work" ] || die "${1#"$ROOT"/}" "$work" "commit it to the branch of its series, or git stash -u"
}

# A hash of everything that the branch of $1 is made from.
patch_key() {
	{
		git -C "$OUT/tree" rev-parse base
		all_patches "$1" | xargs -r -d '\n' cat
	} | sha256sum | cut -d' ' -f1
}

# remember BRANCH COMMIT KEY [STATE]: COMMIT equals the patch files, whose patch_key is KEY.
remember() {
	git -C "$OUT/tree" update-ref "refs/hostmm/exported/$1" "$2"
	mkdir -p "$(dirname "$OUT/tree/.git/hostmm/$1")"
	echo "$3 ${4:-$2}" >"$OUT/tree/.git/hostmm/$1"
}
