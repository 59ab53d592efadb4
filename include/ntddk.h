/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The header that a legacy kernel driver includes before all others: the same as wdm.h here.
 * Facts: learn.microsoft.com (ntddk.h); checked by tools/abi.
 */
#ifndef _NTDDK_
#define _NTDDK_

#include "wdm.h"

#endif /* _NTDDK_ */
