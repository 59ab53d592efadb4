// SPDX-License-Identifier: GPL-2.0
/*
 * The Linux side of the contention run's miniport: QEMU's edu device, of which the machine has
 * several.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_scale, { PCI_DEVICE(0x1234, 0x11e8) });

MODULE_DESCRIPTION("videoport contention run: all that a request may bring, at full speed");
MODULE_LICENSE("GPL");
