// SPDX-License-Identifier: GPL-2.0
/*
 * The probe miniport of the NT4 kind: one that has HwStartDma, so that the port does packet DMA for
 * it. All of its source is that of vp_probe; an object file can be part of one module only.
 */
#include "../probe/probe.c"
#include "../probe/children.c"
#include "../probe/deferred.c"
#include "../probe/dma.c"
#include "../probe/event.c"
#include "../probe/failure.c"
#include "../probe/hardware.c"
#include "../probe/kernel.c"
#include "../probe/memory.c"
#include "../probe/monitor.c"
#include "../probe/packet.c"
#include "../probe/registry.c"
#include "../probe/system.c"
