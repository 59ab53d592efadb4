/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel calls that display miniports make beside VideoPort, gathered: one part each in
 * videoport/. What is not here has no counterpart; shim/api/ntddk.def lists what is.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef _WDM_
#define _WDM_

#include "ntdef.h"
#include "ntstatus.h"
#include "miniport.h"

#include "videoport/debug.h"
#include "videoport/ntprint.h"	/* DbgPrint, KdPrint, bug checks */
#include "videoport/lists.h"	/* linked lists */
#include "videoport/interlocked.h"
#include "videoport/irql.h"	/* IRQL, spin locks */
#include "videoport/kernel.h"	/* clocks, waiting, events, versions */
#include "videoport/pool.h"
#include "videoport/mm.h"	/* pages, addresses, device memory */
#include "videoport/rtl.h"	/* memory and string helpers */
#include "videoport/hal.h"	/* ports, registers, buses */
#include "videoport/seh.h"	/* __try, __except: nothing raises */
#include "videoport/zw.h"	/* registry keys, files, sections: all fail as documented */

#endif /* _WDM_ */
