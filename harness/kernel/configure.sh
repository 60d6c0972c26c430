# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# configure.sh - one way to configure a kernel and to prove that the options took. Source it after common.sh.
#
# configure BUILD FRAGMENT [MUST]
#     makes $TREE/BUILD/.config: allnoconfig and what the file FRAGMENT asks for, where the last line about an
#     option counts. An option that the file MUST (FRAGMENT) names and that did not take is an error. Does nothing if the files, the Kconfig files of the tree and the
#     compiler are those of the last good time. TREE ARCH CC CROSS_COMPILE are those of kmake;
#     KCONFIG_LOG: the log. KCONFIGS: a text that stands for all Kconfig files (they are read);
#     UNKNOWN=1: an option of MUST that no Kconfig file knows may be missing

configure() {
	local build=$TREE/$1 fragment=$2 must=${3:-$2} state lost
	mkdir -p "$build"
	state=$({
		if [ -n "${KCONFIGS:-}" ]; then echo "$KCONFIGS"; else read_kconfigs; fi
		cat "$fragment" "$must"
		echo "$CC"
	} | sha256sum)
	[ "$state" != "$(cat "$build/.hostmm-state" 2>/dev/null)" ] || [ ! -e "$build/.config" ] || return 0
	rm -f "$build/.hostmm-state" # .config is not that of the old state any more, even if this fails
	kmake "$1" KCONFIG_ALLCONFIG="$fragment" allnoconfig >>"$KCONFIG_LOG" 2>&1 ||
		die "configuration of $1" "make allnoconfig failed" "read $KCONFIG_LOG"
	# auto.conf, which checks/targets reads, stays as it was until then
	kmake "$1" syncconfig >>"$KCONFIG_LOG" 2>&1 || die "configuration of $1" "make syncconfig failed" "read $KCONFIG_LOG"
	lost=$(not_taken "$must" "$fragment" "$build/.config" | paste -sd' ')
	[ -z "$lost" ] || die "configuration of $1" "did not take: $lost" \
		"correct configs/ or the config of a series (a dependency is missing)"
	echo "$state" >"$build/.hostmm-state"
}

read_kconfigs() {
	(cd "$TREE" && find . -path './build-*' -prune -o -name 'Kconfig*' -type f -print0 | sort -z | xargs -0 sha256sum)
}

# The requests of file $2 for options that file $1 names, and that .config $3 does not fulfil.
not_taken() {
	awk 'FNR == 1 { file++ }
		/^CONFIG_[A-Z0-9_a-z]+=/ { i = index($0, "="); name = substr($0, 1, i - 1); value = substr($0, i + 1) }
		/^# CONFIG_[A-Z0-9_a-z]+ is not set/ { name = $2; value = "n" }
		!/^(# )?CONFIG_/ { next }
		file == 1 { want[name]; next }
		file == 2 { if (name in want) want[name] = value; next }
		{ have[name] = value }
		END { for (n in want) if (want[n] != (n in have ? have[n] : "n")) print n "=" want[n] }' \
		"$1" "$2" "$3" | sort | while IFS='=' read -r name value; do
		[ "${UNKNOWN:-}" != 1 ] || known_option "${name#CONFIG_}" || continue
		echo "$name=$value"
	done
}

known_option() { grep -rqE --include='Kconfig*' "^[[:space:]]*(menu)?config[[:space:]]+$1$" "$TREE"; }
