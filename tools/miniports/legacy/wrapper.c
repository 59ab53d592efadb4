// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport's Linux side: QEMU's VGA and bochs-display, Cirrus', VMware's.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_legacy,
		   { PCI_DEVICE(0x1234, 0x1111) }, { PCI_DEVICE(0x1013, 0x00b8) },
		   { PCI_DEVICE(0x15ad, 0x0405) });

MODULE_DESCRIPTION("videoport test miniport: VGA, DISPI and SVGA adapters as QEMU has them");
MODULE_LICENSE("GPL");
