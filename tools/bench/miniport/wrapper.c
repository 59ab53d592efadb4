// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's Linux side: QEMU's edu device, which only lends its address here.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_bench, { PCI_DEVICE(0x1234, 0x11e8) });

MODULE_DESCRIPTION("videoport benchmark: VideoPort calls, measured");
MODULE_LICENSE("GPL");
