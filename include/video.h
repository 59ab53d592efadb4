/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interface between a legacy display miniport and the port, entire: this
 * header only gathers its parts, one subject each, from videoport/.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef __VIDEO_H__
#define __VIDEO_H__

#include "videoport/types.h"
#include "dderror.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "videoagp.h"

#include "videoport/debug.h"	/* VideoPortDebugPrint, PAGED_CODE, ASSERT */
#include "videoport/dma.h"	/* locking, transfers, common buffers */
#include "videoport/adapter.h"	/* DriverEntry, the HwVid callbacks, what they get */
#include "videoport/sync.h"	/* interrupts, DPCs, timers, locks, events */
#include "videoport/io.h"	/* ports, registers, mappings, memory moves */
#include "videoport/services.h"	/* tables of functions: AGP, I2C, INT 10h, ... */
#include "videoport/system.h"	/* pool, bus data, registry, ROM, versions */

#endif /* __VIDEO_H__ */
