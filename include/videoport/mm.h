/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as devices know them, device memory, and arithmetic of pages.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_MM_H
#define VIDEOPORT_MM_H

#include "types.h"

VIDEOPORT_C_BEGIN

typedef enum _MEMORY_CACHING_TYPE_ORIG {
	MmFrameBufferCached = 2
} MEMORY_CACHING_TYPE_ORIG;

typedef enum _MEMORY_CACHING_TYPE {
	MmNonCached = 0,
	MmCached = 1,
	MmWriteCombined = MmFrameBufferCached,
	MmHardwareCoherentCached = 3,
	MmNonCachedUnordered = 4,
	MmUSWCCached = 5,
	MmMaximumCacheType = 6,
	MmNotMapped = -1
} MEMORY_CACHING_TYPE;

/* of a common buffer or a mapped range: what the device knows it by; of anything else 0 */
PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(IN PVOID BaseAddress);
/* only what an adapter of the driver has claimed */
PVOID NTAPI MmMapIoSpace(IN PHYSICAL_ADDRESS PhysicalAddress, IN SIZE_T NumberOfBytes,
			 IN MEMORY_CACHING_TYPE CacheEnable);
VOID NTAPI MmUnmapIoSpace(IN PVOID BaseAddress, IN SIZE_T NumberOfBytes);
BOOLEAN NTAPI MmIsAddressValid(IN PVOID VirtualAddress);

/* Names that Linux has, too, with another meaning or type */
#ifdef VIDEOPORT_LEGACY_SOURCE
#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12L
#define PAGE_ALIGN(va) ((PVOID)((ULONG_PTR)(va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define ALIGN_DOWN(length, type) ((ULONG_PTR)(length) & ~(ULONG_PTR)(sizeof(type) - 1))
#define ALIGN_UP(length, type) ALIGN_DOWN((ULONG_PTR)(length) + sizeof(type) - 1, type)
#endif
#define ROUND_TO_PAGES(size) (((ULONG_PTR)(size) + 0x1000 - 1) & ~(ULONG_PTR)(0x1000 - 1))
#define BYTES_TO_PAGES(size) \
	((ULONG)((ULONG_PTR)(size) >> 12) + (((ULONG_PTR)(size) & (0x1000 - 1)) != 0))
#define BYTE_OFFSET(va) ((ULONG)((ULONG_PTR)(va) & (0x1000 - 1)))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, size) \
	((ULONG)((BYTE_OFFSET(va) + (SIZE_T)(size) + (0x1000 - 1)) >> 12))

VIDEOPORT_C_END

#endif /* VIDEOPORT_MM_H */
