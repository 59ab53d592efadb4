/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupt request levels, and spin locks that are memory of the driver: one word, 0 while nobody
 * has it.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_IRQL_H
#define VIDEOPORT_IRQL_H

#include "types.h"
#include "lists.h"

VIDEOPORT_C_BEGIN

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

KIRQL NTAPI KeGetCurrentIrql(VOID);
/* To DISPATCH_LEVEL at most: interrupts are never held off by a driver */
VOID NTAPI KeRaiseIrql(IN KIRQL NewIrql, OUT PKIRQL OldIrql);
KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);
VOID NTAPI KeLowerIrql(IN KIRQL NewIrql);

typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

VOID NTAPI KeInitializeSpinLock(OUT PKSPIN_LOCK SpinLock);
VOID NTAPI KeAcquireSpinLock(IN OUT PKSPIN_LOCK SpinLock, OUT PKIRQL OldIrql);
KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(IN OUT PKSPIN_LOCK SpinLock);
VOID NTAPI KeReleaseSpinLock(IN OUT PKSPIN_LOCK SpinLock, IN KIRQL NewIrql);
VOID NTAPI KeAcquireSpinLockAtDpcLevel(IN OUT PKSPIN_LOCK SpinLock);
VOID NTAPI KeReleaseSpinLockFromDpcLevel(IN OUT PKSPIN_LOCK SpinLock);

#define ExAcquireSpinLock(lock, irql) KeAcquireSpinLock((lock), (irql))
#define ExReleaseSpinLock(lock, irql) KeReleaseSpinLock((lock), (irql))
#define ExAcquireSpinLockAtDpcLevel(lock) KeAcquireSpinLockAtDpcLevel(lock)
#define ExReleaseSpinLockFromDpcLevel(lock) KeReleaseSpinLockFromDpcLevel(lock)

/* A list under a lock. Return: the first (last) entry before; the one taken; NULL if none. */
PLIST_ENTRY FASTCALL ExInterlockedInsertHeadList(IN OUT PLIST_ENTRY ListHead,
						 IN OUT PLIST_ENTRY ListEntry,
						 IN OUT PKSPIN_LOCK Lock);
PLIST_ENTRY FASTCALL ExInterlockedInsertTailList(IN OUT PLIST_ENTRY ListHead,
						 IN OUT PLIST_ENTRY ListEntry,
						 IN OUT PKSPIN_LOCK Lock);
PLIST_ENTRY FASTCALL ExInterlockedRemoveHeadList(IN OUT PLIST_ENTRY ListHead,
						 IN OUT PKSPIN_LOCK Lock);

VIDEOPORT_C_END

#endif /* VIDEOPORT_IRQL_H */
