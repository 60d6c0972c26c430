# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# git.sh - what tree, apply, refresh and roundtrip share: the state of out/tree, patch files to
# commits, commits to patch files. Source it after common.sh.
# shellcheck disable=SC2034 # result is for the caller

scratch='' tmp='' result=''
trap 'drop_scratch; [ -z "$tmp" ] || rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$LOGS"

# Is the base of the version that base.lock pins? Where it came from may differ.
on_pinned_version() {
	[ "$(git -C "$OUT/tree" show base:Makefile | makefile_version)" = "$(lock version)" ]
}

makefile_version() { sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' | head -n 3 | paste -sd .; }

# foreign_files FILES...: how many files that the patches touch have other bytes in the base than
# the patches were made from.
foreign_files() {
	git -C "$OUT/tree" ls-tree -r base >"$OUT/base.files"
	"$ROOT/harness/source/blobs" "$OUT/base.files" "$@" | grep -c . || :
}

# The commit that equals the patch files of a branch, as far as known; else the base.
exported() {
	git -C "$OUT/tree" rev-parse -q --verify "refs/hostmm/exported/$1" || git -C "$OUT/tree" rev-parse base
}

# How many commits of branch $1 are not in the patch files.
unexported() {
	local head
	head=$(git -C "$OUT/tree" rev-parse -q --verify "refs/heads/$1") || {
		echo 0
		return
	}
	[ "$head" != "$(exported "$1")" ] || {
		echo 0
		return
	}
	[ "$head" != "$(git -C "$OUT/tree" rev-parse base)" ] || {
		echo 0
		return
	}
	# A reworded or dropped commit is work too, so never 0 here.
	git -C "$OUT/tree" rev-list --count "$head" "^$(exported "$1")" | sed 's/^0$/1/'
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

# A hash of everything that the branch of series $@ is made from.
patch_key() {
	local name
	{
		git -C "$OUT/tree" rev-parse base
		for name; do series_patches "$name" | xargs -r -d '\n' cat; done
	} | sha256sum | cut -d' ' -f1
}

# The series that come before series $1 when it is applied alone.
needs_of() {
	local name
	for name in $(series_needs "$1"); do
		needs_of "$name"
		echo "$name"
	done | awk '!seen[$0]++'
}

# patches_to_commits START FILES...: git am in a scratch work tree that has no files checked out
# (git am writes those that it touches). Sets "result". Nothing else changes.
patches_to_commits() {
	local start=$1 n
	shift
	result=$(git -C "$OUT/tree" rev-parse "$start")
	[ $# -gt 0 ] || return 0
	scratch=$OUT/am.$$
	git -C "$OUT/tree" worktree add -q --detach --no-checkout "$scratch" "$start"
	git -C "$scratch" read-tree HEAD
	if ! git -C "$scratch" am -q --no-3way --keep-non-patch --no-scissors --whitespace=nowarn \
		--no-gpg-sign --committer-date-is-author-date "$@" >"$LOGS/am.log" 2>&1; then
		n=$(cat "$(git -C "$scratch" rev-parse --absolute-git-dir)/rebase-apply/next" 2>/dev/null || echo 1)
		shift $((n - 1))
		die "${1#"$ROOT"/}" "$(am_cause)" "rebase the series (docs/WORKFLOW.md); nothing was changed (log: ${LOGS#"$PWD"/}/am.log)"
	fi
	result=$(git -C "$scratch" rev-parse HEAD)
	drop_scratch
}

# The cause of a failed git am, in words, with the file that it failed on.
am_cause() {
	sed -n -e 's/^error: patch failed: \(.*\):\([0-9]*\)$/does not apply to \1, line \2/p' \
		-e 's/^error: \(.*\): \(does not exist in index\|already exists in index\|does not match index\)$/does not apply: \1 \2/p' \
		-e 's/^error: \(corrupt patch at .*\)$/damaged: \1/p' \
		-e 's/^error: \(patch fragment without header .*\)$/damaged: \1/p' \
		-e 's/^error: \(No valid patches.*\|git diff header .*\)$/damaged: \1/p' \
		-e 's/^\(Patch is empty\|Patch format detection failed\).*$/damaged: \1/p' "$LOGS/am.log" | head -n 1 | grep . ||
		echo "git am fails"
}

drop_scratch() {
	[ -n "$scratch" ] || return 0
	git -C "$OUT/tree" worktree remove --force "$scratch" 2>/dev/null || rm -rf "$scratch"
	git -C "$OUT/tree" worktree prune
	scratch=
}

# commits_to_patches START HEAD DIR PREFIX: every option that a configuration could change is given.
commits_to_patches() {
	git -C "$OUT/tree" format-patch -q -o "$3" --base=base --cover-letter --subject-prefix="$4" --numbered \
		--zero-commit --no-signature --full-index --no-thread --no-attach --no-notes --no-to --no-cc --no-from \
		--no-add-header --encode-email-headers --suffix=.patch --filename-max-length=64 --stat=72 --summary -p \
		--unified=3 --inter-hunk-context=0 --diff-algorithm=myers --indent-heuristic --find-renames=50% \
		--no-ext-diff --no-textconv --no-color --no-relative --src-prefix=a/ --dst-prefix=b/ "$1..$2" -- >/dev/null
}

# The bracket of a cover letter without its number: "PATCH", "RFC PATCH v2".
cover_prefix() { sed -n 's/^Subject: \[\(.*\) 0*0\/[0-9]*\].*/\1/p' "$1" | head -n 1; }

# series_to_files NAME START HEAD DIR: the whole series as it should stand in series/NAME.
series_to_files() {
	local cover=$ROOT/series/$1/0000-cover-letter.patch prefix
	[ -e "$cover" ] || die "series/$1" "no 0000-cover-letter.patch" \
		"write one (From, Date, Subject: [PATCH 0/N] ..., text; docs/WORKFLOW.md)"
	prefix=$(cover_prefix "$cover")
	[ -n "$prefix" ] || die "${cover#"$ROOT"/}" "no line 'Subject: [PATCH 0/N] ...'" "write it; N may be any number"
	commits_to_patches "$2" "$3" "$4" "$prefix"
	"$ROOT/harness/source/cover" "$cover" "$4/0000-cover-letter.patch" >"$4/cover"
	sed "s/^base-commit: .*/base-commit: $(lock commit)/" "$4/cover" >"$4/0000-cover-letter.patch"
	rm "$4/cover"
}
