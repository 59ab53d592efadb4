# SPDX-License-Identifier: GPL-2.0
# Included from the Kbuild file of a miniport module: where the legacy headers are, and how source
# that was written for another compiler, decades ago, is to be read. Sets flags; has no rule.
videoport-include := $(dir $(lastword $(MAKEFILE_LIST)))

# The C library's headers and those of ReactOS, for who asks for them. A driver may have its own.
videoport-legacy := -I$(videoport-include) -I$(videoport-include)crt -idirafter $(videoport-include)reactos

# 16-bit L"" strings; min, max, __in and the like; arrays of one element that are longer
ccflags-y += $(videoport-legacy) -DVIDEOPORT_LEGACY_SOURCE -fshort-wchar \
	     $(call cc-option,-fstrict-flex-arrays=0)
# arm64: interlocked operations are instructions, not calls of a library that kernels do not have
ccflags-$(CONFIG_ARM64) += -mno-outline-atomics
# spellings that were good style then
ccflags-y += -Wno-unknown-pragmas -Wno-missing-prototypes -Wno-missing-declarations \
	     -Wno-strict-prototypes -Wno-declaration-after-statement -Wno-unused-but-set-variable \
	     -Wno-multichar -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast -Wno-pointer-sign \
	     -Wno-missing-braces -Wno-undef $(call cc-disable-warning,null-pointer-subtraction)

# The port's symbols: beside the headers, where make install puts them; in the tree, where they were
# built; or where DKMS built them for the package videoport-dkms.
videoport-tree := $(wildcard $(videoport-include)../Kbuild)
videoport-symvers := $(firstword $(wildcard \
	$(videoport-include)Module.symvers-$(KERNELRELEASE) $(videoport-include)../Module.symvers \
	$(if $(videoport-tree),,/var/lib/dkms/videoport/kernel-$(KERNELRELEASE)-$(UTS_MACHINE)/Module.symvers)))
KBUILD_EXTRA_SYMBOLS += $(videoport-symvers)

# modpost would only say that every call is undefined. The tree's own samples are built with the port.
ifeq ($(videoport-symvers)$(videoport-tree)$(if $(modpost-args),,not modpost),)
$(warning videoport is not built for $(KERNELRELEASE): with videoport-dkms installed, run as root \
	`dkms autoinstall -k $(KERNELRELEASE)`; from its tree, make install)
endif
