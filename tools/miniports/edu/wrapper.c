// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a Linux module of the edu miniport: the only file of this driver that knows of Linux.
 * To port another driver, copy it and Kbuild, and change the name, the IDs and the description.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_edu, {PCI_DEVICE(0x1234, 0x11e8)});

MODULE_DESCRIPTION("Legacy display miniport for QEMU's edu device");
MODULE_LICENSE("GPL");
