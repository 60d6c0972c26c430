# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# commits.sh - patch files to commits, and commits to patch files. git.sh sources it.

scratch='' result='' start='' steps=()
filter='cat' # which of the patch files of a series "merged" takes, from stdin to stdout

# Patch files to commits. Each of these sets "result" to a commit, moves no branch, and keeps what it made under
# refs/hostmm/made for as long as the patch files are the same.
#
# start_of NAME            what series NAME stands on: the base, or the series that it needs
# alone NAME               series NAME on that, strictly; "start" is the commit that it stands on
# stack_commits            the stack; "steps" has a line "ITEM BEFORE AFTER" for each series and glue patch
start_of() {
	local steps filter='cat'
	# shellcheck disable=SC2046 # one name a word
	merged "start/$1" $(series_order "$1" | grep -vxF "$1")
}

alone() {
	local files
	start_of "$1"
	start=$result
	mapfile -t files < <(series_patches "$1")
	made "series/$1" "$start" "${files[@]}"
}

stack_commits() {
	# shellcheck disable=SC2046 # one name a word
	merged stack $(stack_items stack)
}

# merged LABEL ITEMS...: ITEMS of the file stack on the base, one after the other.
merged() {
	local label=$1 item from files
	shift
	steps=()
	result=$(git -C "$OUT/tree" rev-parse base)
	for item; do
		from=$result
		mapfile -t files < <(series_patches "$item" | $filter)
		made "$label/$item" "$from" "${files[@]}"
		steps+=("$item $from $result")
	done
}

# made LABEL START FILES...: FILES on START, by git am; three-way if LABEL is a series in the stack.
made() {
	local label=$1 ref
	ref=refs/hostmm/made/$label/$({ echo "$2" && cat /dev/null "${@:3}"; } | sha256sum | cut -c1-40)
	! result=$(git -C "$OUT/tree" rev-parse -q --verify "$ref") || return 0
	case $label in
	series/* | */glue/*) patches_to_commits "${@:2}" ;;
	*) merge "${label##*/}" "${@:2}" ;;
	esac
	{
		git -C "$OUT/tree" for-each-ref --format='delete %(refname)' "refs/hostmm/made/$label"
		echo "create $ref $result"
	} | git -C "$OUT/tree" update-ref --stdin
}

# merge NAME START FILES...: the patches of series NAME, three-way. Git needs the files as they are between the
# patches for that; it has them once the series was applied alone.
merge() {
	local name=$1 start again=$OUT/merge.$$ files
	shift
	try_am --3way "$@" || {
		alone "$name"
		commits_to_patches "$start" "$result" "$again" PATCH
		mapfile -t files < <(patches_in "$again" | $filter)
		try_am --3way "$1" "${files[@]}" || conflict "$name" "${@:result+1:1}"
		rm -rf "$again"
	}
	[ "$(git -C "$OUT/tree" rev-list --count "$1..$result")" = $(($# - 1)) ] || die "series/$name" \
		"what one of its patches does is in the stack already" "drop it from one of the two series"
}

# The error line for patch $2 of series $1, which cannot be merged.
conflict() {
	local file block others
	file=$(git -C "$scratch" diff --name-only --diff-filter=U | head -n 1)
	if [ -n "$file" ]; then
		block=$(sed -n -e '/^<<<<<<< /,/^=======$/p' -e '/^=======$/q' "$scratch/$file" | sed '1d;$d')
		others=$(changed_by "$file" -S"$block" 2>/dev/null)
		[ -n "$others" ] || others=$(changed_by "$file")
	fi
	give_up "series/$1/$(basename "$2")" "${others:+conflicts in $file with $others}" \
		"let $1 need that series and rebase it, or put a patch of series/glue before it (docs/WORKFLOW.md)"
}

# changed_by FILE OPTIONS...: which items before that one changed FILE; -S: last changed that text of it.
changed_by() {
	local item from to
	printf '%s\n' "${steps[@]}" | while read -r item from to; do
		[ -z "$(git -C "$OUT/tree" log -1 --format=%h "${@:2}" "$from..$to" -- "$1")" ] || echo "$item"
	done | paste -sd ' ' | sed 's/ / and /g'
}

patches_to_commits() { # START FILES...
	try_am --no-3way "$@" || give_up "$(realpath -m --relative-base="$ROOT" "${@:result+1:1}")" "" "rebase the series (docs/WORKFLOW.md)"
}

give_up() { # WHAT CAUSE MEND
	drop_scratch
	die "$1" "${2:-$(am_cause)}" "$3; nothing was changed (log: ${LOGS#"$PWD"/}/am.log)"
}

am_options=(--keep-non-patch --no-scissors --whitespace=nowarn --no-gpg-sign)

# try_am MODE START FILES...: git am in a scratch work tree that holds only the files that the patches touch, without
# which git does not merge. If it fails, "result" is the number of the file, and the scratch tree stays as git am left it.
try_am() {
	local mode=$1 start=$2
	shift 2
	result=$(git -C "$OUT/tree" rev-parse "$start")
	[ $# -gt 0 ] || return 0
	drop_scratch
	scratch=$OUT/am.$$
	git -C "$OUT/tree" worktree add -q --detach --no-checkout "$scratch" "$start"
	git -C "$scratch" read-tree HEAD
	git -C "$scratch" ls-files | grep -xF -f <(sed -n -e 's/^--- \("\?\)a\//\1/p' -e 's/^rename from //p' "$@") |
		git -C "$scratch" checkout-index -u --stdin
	if git -C "$scratch" -c merge.renames=true am -q "$mode" "${am_options[@]}" --committer-date-is-author-date "$@" >"$LOGS/am.log" 2>&1; then
		result=$(git -C "$scratch" rev-parse HEAD)
		drop_scratch
		return 0
	fi
	result=$(cat "$(git -C "$scratch" rev-parse --absolute-git-dir)/rebase-apply/next" 2>/dev/null || echo 1)
	return 1
}

# The cause of a failed git am, in words, with the file that it failed on.
am_cause() {
	sed -n -e 's/^error: patch failed: \(.*\):\([0-9]*\)$/does not apply to \1, line \2/p' \
		-e 's/^error: \(.*\): \(does not exist in index\|already exists in index\|does not match index\)$/does not apply: \1 \2/p' \
		-e 's/^error: \(corrupt patch at .*\|patch fragment without header .*\)$/damaged: \1/p' \
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

# series_to_files NAME START HEAD DIR: the whole series as it should stand in series/NAME.
series_to_files() {
	local cover=$ROOT/series/$1/0000-cover-letter.patch prefix
	[ -e "$cover" ] || die "series/$1" "no 0000-cover-letter.patch" \
		"write one (From, Date, Subject: [PATCH 0/N] ..., text; docs/WORKFLOW.md)"
	prefix=$(sed -n 's/^Subject: \[\(.*\) 0*0\/[0-9]*\].*/\1/p' "$cover" | head -n 1) # "PATCH", "RFC PATCH v2"
	[ -n "$prefix" ] || die "${cover#"$ROOT"/}" "no line 'Subject: [PATCH 0/N] ...'" "write it; N may be any number"
	commits_to_patches "$2" "$3" "$4" "$prefix"
	"$ROOT/harness/source/cover" "$cover" "$4/0000-cover-letter.patch" >"$4/cover"
	sed "s/^base-commit: .*/base-commit: $(lock commit)/" "$4/cover" >"$4/0000-cover-letter.patch"
	rm "$4/cover"
}
