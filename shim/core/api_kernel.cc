// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting without VideoPort: delays, and events that are memory of the driver. All waiters wait in
 * one place, and look again when any event is set.
 */
#include <atomic>

#include <ntddk.h>

#include "event.h"
#include "port.h"
#include "registry.h"
#include "system.h"

using namespace vp;

namespace {

/* One that KeInitializeEvent has made, and nobody has copied since. */
bool is_event(const KEVENT *event)
{
	return event && reinterpret_cast<uintptr_t>(event) % alignof(KEVENT) == 0 &&
	       event->Header.Type <= SynchronizationEvent &&
	       event->Header.WaitListHead.Flink == &event->Header.WaitListHead;
}

bool known(const char *call, const KEVENT *event, const void *code)
{
	if (is_event(event))
		return true;
	System::get().refuse(
		code, Counter::BadParameter, "%s: %s", call,
		event ? "no event is there: KeInitializeEvent was not called, it was copied, or it is another kind of object"
		      : "the event is NULL");
	return false;
}

std::atomic_ref<LONG> state_of(KEVENT *event)
{
	return std::atomic_ref<LONG>(event->Header.SignalState);
}

LONG change(const char *call, KEVENT *event, LONG state, const void *code)
{
	if (!known(call, event, code))
		return 0;

	LONG before = state_of(event).exchange(state);

	/* In a panic nobody who waits runs. */
	if (state && !Registry::get().panics())
		System::get().wake();
	return before;
}

/* A waiter looks: is it set? Ends its own wait only if so. */
bool take(KEVENT *event)
{
	LONG set = 1;

	if (event->Header.Type == NotificationEvent)
		return state_of(event).load() != 0;
	return state_of(event).compare_exchange_strong(set, 0);
}

struct Waiter {
	uint64_t module; /* whose end is the wait's; 0: it had no adapter when it began */
	KEVENT *event; /* nullptr: only time passes */
	bool taken = false;

	static bool ready(void *context)
	{
		auto *me = static_cast<Waiter *>(context);

		me->taken = me->event && take(me->event);
		return me->taken || System::ends(me->module);
	}
};

/* The module of @code, if it has an adapter: a driver may wait in its DriverEntry, too. */
uint64_t module_with_adapter(const void *code)
{
	const uint64_t module = vp_module_of(code);

	return Registry::get().keep_of(module) ? module : 0;
}

/* Return: STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_CANCELLED (the client dies, or the adapter goes). */
NTSTATUS wait(Waiter &waiter, const LARGE_INTEGER *timeout)
{
	int error = vp_wait_until(System::get().wait(), Waiter::ready, &waiter,
				  nanoseconds_of(timeout));

	if (waiter.taken)
		return STATUS_SUCCESS;
	return error == -VP_ETIME ? STATUS_TIMEOUT : STATUS_CANCELLED;
}

} // namespace

extern "C" {

/**
 * KeDelayExecutionThread() - let time pass
 * @WaitMode: not looked at.
 * @Alertable: not looked at: there is nothing to be alerted by.
 * @Interval: in 100 ns: negative from now on, positive since 1601.
 *
 * Documented: KeDelayExecutionThread. Beyond it: ends early with STATUS_CANCELLED if the client
 * whose request it is dies, or the adapter goes.
 *
 * Context: PASSIVE.
 * Return: STATUS_SUCCESS, STATUS_CANCELLED, STATUS_INVALID_PARAMETER (NULL, or the wrong context).
 */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				PLARGE_INTEGER Interval)
{
	const void *code = __builtin_return_address(0);

	(void)WaitMode;
	(void)Alertable;
	if (!System::get().allowed_up_to(__func__, VP_PASSIVE, code))
		return STATUS_INVALID_PARAMETER;
	if (!Interval) {
		System::get().refuse(code, Counter::BadParameter, "%s: Interval is NULL", __func__);
		return STATUS_INVALID_PARAMETER;
	}

	Waiter waiter{module_with_adapter(code), nullptr};
	NTSTATUS status = wait(waiter, Interval);

	return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

/** KeInitializeEvent() - make an event of memory. Any context. */
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	*Event = {};
	Event->Header.Type = static_cast<UCHAR>(Type);
	Event->Header.Size = sizeof(*Event) / sizeof(LONG);
	InitializeListHead(&Event->Header.WaitListHead);
	state_of(Event) = State ? 1 : 0;
}

/**
 * KeSetEvent() - set an event; who waits for it waits no more
 * @Event: the event.
 * @Increment: not looked at.
 * @Wait: not looked at.
 *
 * Context: any.
 * Return: non-zero if it was set before.
 */
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	(void)Increment;
	(void)Wait;
	return change(__func__, Event, 1, __builtin_return_address(0));
}

/** KeResetEvent() - it is not set any more. Any context. Return: non-zero if it was. */
LONG KeResetEvent(PRKEVENT Event)
{
	return change(__func__, Event, 0, __builtin_return_address(0));
}

/** KeClearEvent() - it is not set any more. Any context. */
VOID KeClearEvent(PRKEVENT Event)
{
	(void)change(__func__, Event, 0, __builtin_return_address(0));
}

/** KeReadStateEvent() - Return: non-zero if it is set. Any context. */
LONG KeReadStateEvent(PRKEVENT Event)
{
	return known(__func__, Event, __builtin_return_address(0)) ? state_of(Event).load() : 0;
}

/**
 * KeWaitForSingleObject() - wait until an event is set
 * @Object: an event of KeInitializeEvent(); no other kind of object is known.
 * @WaitReason: not looked at.
 * @WaitMode: not looked at.
 * @Alertable: not looked at.
 * @Timeout: in 100 ns: negative from now on, positive since 1601, zero only looks; NULL waits for
 *	ever.
 *
 * Documented: KeWaitForSingleObject. Beyond it: a wait that ends because the client is dying, or
 * because the adapter goes, returns STATUS_CANCELLED.
 *
 * Context: PASSIVE; PASSIVE or DISPATCH if *@Timeout is zero.
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_CANCELLED, STATUS_INVALID_PARAMETER.
 */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
			       BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
	const void *code = __builtin_return_address(0);
	auto *event = static_cast<KEVENT *>(Object);
	const bool only_looks = Timeout && !Timeout->QuadPart;

	(void)WaitReason;
	(void)WaitMode;
	(void)Alertable;
	if (!System::get().allowed_up_to(__func__, only_looks ? VP_DISPATCH : VP_PASSIVE, code) ||
	    !known(__func__, event, code))
		return STATUS_INVALID_PARAMETER;
	if (only_looks)
		return take(event) ? STATUS_SUCCESS : STATUS_TIMEOUT;

	Waiter waiter{module_with_adapter(code), event};

	return wait(waiter, Timeout);
}

/**
 * PsGetVersion() - the version that drivers are told: that of VideoPortGetVersion
 * @MajorVersion: receives 5, or NULL.
 * @MinorVersion: receives 1, or NULL.
 * @BuildNumber: receives 2600, or NULL.
 * @CSDVersion: receives an empty string, or NULL.
 *
 * Context: any.
 * Return: FALSE: no checked build.
 */
BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
		     PUNICODE_STRING CSDVersion)
{
	if (MajorVersion)
		*MajorVersion = 5;
	if (MinorVersion)
		*MinorVersion = 1;
	if (BuildNumber)
		*BuildNumber = 2600;
	if (CSDVersion)
		*CSDVersion = {};
	return FALSE;
}

/** MmGetSystemRoutineAddress() - Return: the call of this name that is offered, or NULL. */
PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
	char name[64];
	unsigned int length = SystemRoutineName ? SystemRoutineName->Length / sizeof(WCHAR) : 0;

	if (!length || length >= sizeof(name))
		return nullptr;
	for (unsigned int i = 0; i < length; i++) {
		WCHAR c = SystemRoutineName->Buffer[i];

		if (c > 0x7f)
			return nullptr;
		name[i] = static_cast<char>(c);
	}
	name[length] = '\0';
	return vp_procedure(name);
}

} // extern "C"
