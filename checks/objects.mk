# SPDX-License-Identifier: GPL-2.0
# objects.mk - print what the present configuration builds in one directory of the kernel: objects,
# and subdirectories with a slash. Run by checks/targets in the build directory:
#   make -f objects.mk srctree=.. SRCARCH=x86 obj=mm hostmm-list
src := $(if $(filter .,$(obj)),$(srctree),$(srctree)/$(obj))
obj-y :=
obj-m :=
lib-y :=
lib-m :=
extra-y :=
always-y :=
always-m :=
targets :=
subdir-y :=
subdir-m :=

-include include/config/auto.conf
include $(srctree)/scripts/Kbuild.include
include $(srctree)/scripts/Makefile.compiler
include $(kbuild-file)
include $(srctree)/scripts/Makefile.lib

.PHONY: hostmm-list
hostmm-list:
	@printf '%s\n' $(filter %.o,$(real-obj-y) $(real-obj-m) $(lib-y) $(extra-y)) $(addsuffix /,$(subdir-ym))
