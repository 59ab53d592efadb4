# SPDX-License-Identifier: GPL-2.0
# Included from the Kbuild file of a miniport module: where the legacy headers are, and how source
# that was written for another compiler, decades ago, is to be read. Flags only; no rule.
videoport-include := $(dir $(lastword $(MAKEFILE_LIST)))
ccflags-y += -I$(videoport-include)
# spellings that were good style then
ccflags-y += -Wno-unknown-pragmas -Wno-missing-prototypes -Wno-missing-declarations \
	     -Wno-strict-prototypes -Wno-declaration-after-statement -Wno-unused-but-set-variable \
	     -Wno-multichar -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast -Wno-pointer-sign
