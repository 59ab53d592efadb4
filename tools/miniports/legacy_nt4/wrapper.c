// SPDX-License-Identifier: GPL-2.0
/*
 * The Linux side of the legacy miniport of the NT4 kind. It takes no device by itself: a test gives
 * it one by driver_override; the ID is nobody's.
 */
#include <videoport_module.h>

VIDEOPORT_MINIPORT(vp_legacy_nt4, { PCI_DEVICE(0x1b36, 0xffff) });

MODULE_DESCRIPTION("videoport test miniport: VGA adapters, as for NT4");
MODULE_LICENSE("GPL");
