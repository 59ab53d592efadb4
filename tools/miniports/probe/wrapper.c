// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's Linux side: QEMU's pci-testdev, and by driver_override whatever a test wants.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_probe, { PCI_DEVICE(0x1b36, 0x0005) });

MODULE_DESCRIPTION("videoport test miniport: makes any VideoPort call, for tests only");
MODULE_LICENSE("GPL");
