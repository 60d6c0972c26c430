# SPDX-License-Identifier: GPL-2.0
# The stages, one target each. ./run and ./check call them in order; see docs/WORKFLOW.md.
#
#: Variables (in the environment, or behind make as NAME=value):
#:   SERIES      a directory under series/, stack (all of them, the default), base (unpatched),
#:               or NAME@base (unpatched but for the selftests of that series)
#:   CONFIG      lean or debug                            (./run and make: lean, ./check: debug)
#:   ARCH        x86_64, or arm64 where a series has tests.arm64 (x86_64; make only)
#:   ACCEL       auto (a short boot decides), kvm, tcg    (auto)
#:   JOBS        parallel compiler processes              (processors + 1)
#:   MEM         memory of the guest, as QEMU takes it    (guest/profiles)
#:   TESTS       only tests whose id matches this pattern (*)
#:   KERNEL_SRC  your own tree or git checkout of 6.12.y  (the version that base.lock pins)
#:   REPEAT      run each test so often in one boot, until it first fails (1)
#:   RESTART=1   start anew where ./run or ./check was stopped by ^C
#:   HOSTMM_OUT, XDG_CACHE_HOME   where builds and downloads go   (out, ~/.cache)

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help deps base tree apply refresh rebase roundtrip build selftests image boot test report shell \
	check-patch check-patches fails-on-base coverage compare lint unit clean distclean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.* ## /\1\t/p' Makefile | while IFS='	' read -r t h; do printf '  %-14s %s\n' "$$t" "$$h"; done
	@sed -n 's/^#: //p' Makefile

deps: ## install the packages that are missing (Debian, Ubuntu), else list them
	@harness/deps

base: ## fetch and verify the kernel source and import it once, into the cache
	@harness/source/base

tree: ## make out/tree, a git work tree on the base (SERIES=base: also out/base)
	@harness/source/tree

apply: ## make the branch of SERIES from its patch files and check it out in out/tree
	@harness/source/apply

refresh: ## write the commits of branch series/NAME back to series/NAME (SERIES, or the current branch)
	@harness/source/refresh

rebase: ## put the patches of SERIES on the base, and what they need, as these are now (git am -3)
	@harness/source/rebase

roundtrip: ## prove that files -> git am -> format-patch -> files is byte-identical
	@harness/source/roundtrip

build: ## build what out/tree holds, incrementally
	@harness/kernel/build

selftests: ## build the mm and kvm selftests of the tree
	@harness/kernel/selftests

image: ## make the guest's Debian image (once) and the payload of this build
	@harness/guest/image

boot: ## boot a guest per profile and run the tests of SERIES in it
	@harness/guest/boot

report: ## judge the last runs of SERIES and CONFIG, print the table
	@harness/judge/report $$(harness/guest/runs)

test: ## apply, build, selftests, image, boot, report; work on the same branch stays as it is
	@KEEP=1 harness/source/apply
	@harness/kernel/build
	@harness/kernel/selftests
	@harness/guest/image
	@harness/guest/test

shell: ## an interactive guest with this build
	@harness/guest/shell

check-patch: ## checks of one patch: SERIES=name PATCH=number or file
	@checks/check-patch

check-patches: ## checks of every patch of SERIES
	@PATCH= checks/check-patch

fails-on-base: ## prove that the tests of SERIES fail on the unpatched kernel
	@harness/judge/fails-on-base

coverage: ## which lines of SERIES (one series) its tests do not reach on the debug kernel
	@harness/guest/gcov

compare: ## all upstream tests on SERIES against the recorded results of the base (hours)
	@KEEP=1 harness/source/apply
	@harness/kernel/build
	@harness/kernel/selftests
	@harness/guest/image
	@SUITE=all harness/guest/test || :
	@harness/judge/compare --all $$(SUITE=all harness/guest/runs)

lint: ## shellcheck, Python syntax, length of the scripts
	@harness/lint

unit: ## tests of the harness
	@tests/run

clean: ## remove builds, images, runs and logs; the work trees stay
	@harness/clean

distclean: ## remove all of out/, unless it holds work that is not in the patch files
	@ALL=1 harness/clean
