/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that belongs to the driver as a whole, not to one adapter: gone with its module.
 * Facts: learn.microsoft.com (ExAllocatePoolWithTag); checked by tools/abi.
 */
#ifndef VIDEOPORT_POOL_H
#define VIDEOPORT_POOL_H

#include "types.h"

VIDEOPORT_C_BEGIN

/* All kinds are the same here: never paged out */
typedef enum _POOL_TYPE {
	NonPagedPool = 0,
	NonPagedPoolExecute = NonPagedPool,
	PagedPool = 1,
	NonPagedPoolMustSucceed = 2,
	DontUseThisType = 3,
	NonPagedPoolCacheAligned = 4,
	PagedPoolCacheAligned = 5,
	NonPagedPoolCacheAlignedMustS = 6,
	MaxPoolType = 7,
	NonPagedPoolNx = 512,
	NonPagedPoolNxCacheAligned = 516
} POOL_TYPE;

PVOID NTAPI ExAllocatePool(IN POOL_TYPE PoolType, IN SIZE_T NumberOfBytes);
PVOID NTAPI ExAllocatePoolWithTag(IN POOL_TYPE PoolType, IN SIZE_T NumberOfBytes, IN ULONG Tag);
VOID NTAPI ExFreePool(IN PVOID P);
VOID NTAPI ExFreePoolWithTag(IN PVOID P, IN ULONG Tag);

VIDEOPORT_C_END

#endif /* VIDEOPORT_POOL_H */
