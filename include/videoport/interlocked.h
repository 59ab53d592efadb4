/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interlocked operations, each a full barrier. All of it is in this header.
 * Facts: learn.microsoft.com, "Interlocked Variable Access".
 */
#ifndef VIDEOPORT_INTERLOCKED_H
#define VIDEOPORT_INTERLOCKED_H

#include "types.h"

VIDEOPORT_C_BEGIN

/* These return the new value ... */

FORCEINLINE LONG InterlockedIncrement(volatile LONG *Addend)
{
	return __sync_add_and_fetch(Addend, 1);
}

FORCEINLINE LONG InterlockedDecrement(volatile LONG *Addend)
{
	return __sync_sub_and_fetch(Addend, 1);
}

FORCEINLINE LONGLONG InterlockedIncrement64(volatile LONGLONG *Addend)
{
	return __sync_add_and_fetch(Addend, 1);
}

FORCEINLINE LONGLONG InterlockedDecrement64(volatile LONGLONG *Addend)
{
	return __sync_sub_and_fetch(Addend, 1);
}

/* ... and these the old one */

FORCEINLINE LONG InterlockedExchange(volatile LONG *Target, LONG Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE LONG InterlockedCompareExchange(volatile LONG *Target, LONG Value,
					LONG Comparand)
{
	return __sync_val_compare_and_swap(Target, Comparand, Value);
}

FORCEINLINE LONGLONG InterlockedExchange64(volatile LONGLONG *Target, LONGLONG Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE LONGLONG InterlockedCompareExchange64(volatile LONGLONG *Target, LONGLONG Value,
					LONGLONG Comparand)
{
	return __sync_val_compare_and_swap(Target, Comparand, Value);
}

FORCEINLINE PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *Target, PVOID Value,
					PVOID Comparand)
{
	return __sync_val_compare_and_swap(Target, Comparand, Value);
}

FORCEINLINE LONG InterlockedExchangeAdd(volatile LONG *Target, LONG Value)
{
	return __sync_fetch_and_add(Target, Value);
}

FORCEINLINE LONG InterlockedAnd(volatile LONG *Target, LONG Value)
{
	return __sync_fetch_and_and(Target, Value);
}

FORCEINLINE LONG InterlockedOr(volatile LONG *Target, LONG Value)
{
	return __sync_fetch_and_or(Target, Value);
}

FORCEINLINE LONG InterlockedXor(volatile LONG *Target, LONG Value)
{
	return __sync_fetch_and_xor(Target, Value);
}

/* The exclusive-access calls that say the same without their lock */
#define ExInterlockedIncrementLong(target, lock) InterlockedIncrement(target)
#define ExInterlockedDecrementLong(target, lock) InterlockedDecrement(target)
#define ExInterlockedExchangeUlong(target, value, lock) \
	InterlockedExchange((volatile LONG *)(target), (LONG)(value))

#define KeMemoryBarrier() __sync_synchronize()
#ifdef VIDEOPORT_LEGACY_SOURCE
#define MemoryBarrier() __sync_synchronize()
#define _ReadWriteBarrier() __asm__ __volatile__("" ::: "memory")
#endif

VIDEOPORT_C_END

#endif /* VIDEOPORT_INTERLOCKED_H */
