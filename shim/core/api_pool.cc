// SPDX-License-Identifier: GPL-2.0
/*
 * Pool without a device extension: memory of the module that calls.
 */
#include <ntddk.h>

#include "system.h"

using namespace vp;

extern "C" {

/**
 * ExAllocatePoolWithTag() - kernel memory
 * @PoolType: all kinds are the same here.
 * @NumberOfBytes: bytes.
 * @Tag: not looked at.
 *
 * Documented: ExAllocatePoolWithTag. Beyond it: zeroed; what is left when the module goes is freed.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: the memory, or NULL.
 */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	(void)PoolType;
	(void)Tag;
	return System::get().allocate(__func__, NumberOfBytes, __builtin_return_address(0));
}

/** ExAllocatePool() - the same without a tag. */
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	(void)PoolType;
	return System::get().allocate(__func__, NumberOfBytes, __builtin_return_address(0));
}

/** ExFreePool() - free what they gave. PASSIVE or DISPATCH. */
VOID ExFreePool(PVOID P)
{
	System::get().release(__func__, P, __builtin_return_address(0));
}

/** ExFreePoolWithTag() - the same; the tag is not looked at. */
VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	(void)Tag;
	System::get().release(__func__, P, __builtin_return_address(0));
}

} // extern "C"
