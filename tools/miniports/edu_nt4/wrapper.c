// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a Linux module of the NT4 miniport for edu: the only file of it that knows of Linux. The
 * sample beside it, vp_edu, has the same ID: driver_override decides, or who is loaded first.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_edu_nt4, {PCI_DEVICE(0x1234, 0x11e8)});

MODULE_DESCRIPTION("Legacy NT4 display miniport for QEMU's edu device");
MODULE_LICENSE("GPL");
