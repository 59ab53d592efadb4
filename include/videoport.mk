# SPDX-License-Identifier: GPL-2.0
# Included from the Kbuild file of a miniport module: where the legacy headers are, and how source
# that was written for another compiler, decades ago, is to be read. Sets flags; has no rule.
videoport-include := $(dir $(lastword $(MAKEFILE_LIST)))

# The C library's headers and those of ReactOS, for who asks for them. A driver may have its own.
videoport-legacy := -I$(videoport-include) -I$(videoport-include)crt -idirafter $(videoport-include)reactos

# 16-bit L"" strings; min, max, __in and the like; arrays of one element that are longer
ccflags-y += $(videoport-legacy) -DVIDEOPORT_LEGACY_SOURCE -fshort-wchar \
	     $(call cc-option,-fstrict-flex-arrays=0)
# spellings that were good style then
ccflags-y += -Wno-unknown-pragmas -Wno-missing-prototypes -Wno-missing-declarations \
	     -Wno-strict-prototypes -Wno-declaration-after-statement -Wno-unused-but-set-variable \
	     -Wno-multichar -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast -Wno-pointer-sign \
	     -Wno-missing-braces -Wno-undef

# the port's symbols, when the headers stand where make install puts them
KBUILD_EXTRA_SYMBOLS += $(wildcard $(videoport-include)Module.symvers-$(KERNELRELEASE))
# or where they were built
KBUILD_EXTRA_SYMBOLS += $(wildcard $(videoport-include)../Module.symvers)
