// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt request levels, KSPIN_LOCK, and lists under one.
 */
#include <atomic>

#include <ntddk.h>

#include "platform.h"
#include "system.h"
#include "word_lock.h"

using namespace vp;

/* To DISPATCH, if @level asks for it. Return: the level before. */
static KIRQL raise(const char *call, KIRQL level, const void *code)
{
	KIRQL before = irql_of(vp_context_now());

	if (level < before) {
		System::get().refuse(code, Counter::WrongContext,
				     "%s: to %u, which is below %u; the level stays", call, level,
				     before);
		return before;
	}
	if (level > DISPATCH_LEVEL && level > before)
		System::get().refuse(
			code, Counter::WrongContext,
			"%s: to %u: a driver cannot hold off interrupts; raised to DISPATCH_LEVEL, use VideoPortSynchronizeExecution",
			call, level);
	if (level >= DISPATCH_LEVEL && before < DISPATCH_LEVEL) {
		vp_dispatch_enter();
		++*vp_processor_raised();
	}
	return before;
}

extern "C" {

/** KeGetCurrentIrql() - 0 at PASSIVE, 2 at DISPATCH, more in an interrupt. */
KIRQL KeGetCurrentIrql(VOID)
{
	return irql_of(vp_context_now());
}

/**
 * KeRaiseIrql() - raise the level
 * @NewIrql: not below what it is. Beyond DISPATCH_LEVEL it becomes that one: counted.
 * @OldIrql: receives what it was, for KeLowerIrql().
 *
 * Context: any.
 */
VOID KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	KIRQL before = raise(__func__, NewIrql, __builtin_return_address(0));

	if (OldIrql)
		*OldIrql = before;
}

/** KeRaiseIrqlToDpcLevel() - to DISPATCH. Return: what it was. */
KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
	const void *code = __builtin_return_address(0);

	if (!System::get().allowed_up_to(__func__, VP_DISPATCH, code, "the level stays"))
		return irql_of(VP_DIRQL);
	return raise(__func__, DISPATCH_LEVEL, code);
}

/**
 * KeLowerIrql() - lower the level again
 * @NewIrql: what KeRaiseIrql() said that it was. Refused if nobody raised it.
 *
 * Context: as after KeRaiseIrql().
 */
VOID KeLowerIrql(KIRQL NewIrql)
{
	const void *code = __builtin_return_address(0);
	KIRQL now = irql_of(vp_context_now());

	if (NewIrql >= DISPATCH_LEVEL || now < DISPATCH_LEVEL) {
		/* What asked for more was not given more. */
		if (NewIrql > now && now < DISPATCH_LEVEL && NewIrql > APC_LEVEL)
			System::get().refuse(code, Counter::WrongContext,
					     "%s: to %u, which is above %u; the level stays",
					     __func__, NewIrql, now);
		return;
	}
	if (now > DISPATCH_LEVEL || !*vp_processor_raised()) {
		System::get().refuse(code, Counter::WrongContext,
				     "%s: to %u: the level was not raised by KeRaiseIrql; it stays",
				     __func__, NewIrql);
		return;
	}
	for (uint32_t times = *vp_processor_raised(); times; times--) {
		--*vp_processor_raised();
		vp_dispatch_leave();
	}
}

/* ---- Spin locks ---- */

/** KeInitializeSpinLock() - make a lock of a word. Any context. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
	*SpinLock = 0;
}

/**
 * KeAcquireSpinLockRaiseToDpc() - go to DISPATCH and take a lock
 * @SpinLock: the lock.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: the level to go back to.
 */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
	KIRQL before = irql_of(vp_context_now());

	WordLock(__func__, SpinLock, __builtin_return_address(0)).acquire();
	return before;
}

/** KeAcquireSpinLock() - the same; @OldIrql receives the level. */
VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
{
	if (OldIrql)
		*OldIrql = irql_of(vp_context_now());
	WordLock(__func__, SpinLock, __builtin_return_address(0)).acquire();
}

/** KeReleaseSpinLock() - release the lock and go back. DISPATCH. */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
	(void)NewIrql; /* levels nest: what was raised before stays so */
	WordLock(__func__, SpinLock, __builtin_return_address(0)).release();
}

/** KeAcquireSpinLockAtDpcLevel() - take a lock where it is DISPATCH already. */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	WordLock(__func__, SpinLock, __builtin_return_address(0)).acquire_at_dispatch();
}

/** KeReleaseSpinLockFromDpcLevel() - release it, staying at DISPATCH. */
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
	WordLock(__func__, SpinLock, __builtin_return_address(0)).release_at_dispatch();
}

/* ---- Lists under a lock ---- */

/** ExInterlockedInsertHeadList() - Return: the entry that was the first, or NULL. */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	WordLock lock(__func__, Lock, __builtin_return_address(0));

	lock.acquire();
	PLIST_ENTRY before = IsListEmpty(ListHead) ? nullptr : ListHead->Flink;
	InsertHeadList(ListHead, ListEntry);
	lock.release();
	return before;
}

/** ExInterlockedInsertTailList() - Return: the entry that was the last, or NULL. */
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	WordLock lock(__func__, Lock, __builtin_return_address(0));

	lock.acquire();
	PLIST_ENTRY before = IsListEmpty(ListHead) ? nullptr : ListHead->Blink;
	InsertTailList(ListHead, ListEntry);
	lock.release();
	return before;
}

/** ExInterlockedRemoveHeadList() - Return: the entry that was the first, or NULL. */
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	WordLock lock(__func__, Lock, __builtin_return_address(0));

	lock.acquire();
	PLIST_ENTRY first = IsListEmpty(ListHead) ? nullptr : RemoveHeadList(ListHead);
	lock.release();
	return first;
}

} // extern "C"
