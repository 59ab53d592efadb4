// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a Linux module of the virtio GPU's miniport: the only file of it that knows of Linux,
 * which has a driver of its own for this device, virtio_pci: who is bound first has it.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_vgpu, {PCI_DEVICE(0x1af4, 0x1050)});

MODULE_DESCRIPTION("Legacy display miniport for QEMU's virtio GPU");
MODULE_LICENSE("GPL");
