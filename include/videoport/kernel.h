/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks, waiting, events that are memory of the driver, and the version of the system.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_KERNEL_H
#define VIDEOPORT_KERNEL_H

#include "types.h"
#include "irql.h"

VIDEOPORT_C_BEGIN

typedef CCHAR KPROCESSOR_MODE;
typedef LONG KPRIORITY;

typedef enum _MODE {
	KernelMode = 0,
	UserMode = 1,
	MaximumMode
} MODE;

/* Why somebody waits; not looked at */
typedef enum _KWAIT_REASON {
	Executive = 0,
	FreePage = 1,
	PageIn = 2,
	PoolAllocation = 3,
	DelayExecution = 4,
	Suspended = 5,
	UserRequest = 6
} KWAIT_REASON;

/* ---- Clocks: 100 ns, but for the performance counter ---- */

VOID NTAPI KeStallExecutionProcessor(IN ULONG MicroSeconds);
NTSTATUS NTAPI KeDelayExecutionThread(IN KPROCESSOR_MODE WaitMode, IN BOOLEAN Alertable,
				      IN PLARGE_INTEGER Interval);
/* since 1601 */
VOID NTAPI KeQuerySystemTime(OUT PLARGE_INTEGER CurrentTime);
/* since the machine was started */
ULONGLONG NTAPI KeQueryInterruptTime(VOID);
VOID NTAPI KeQueryTickCount(OUT PLARGE_INTEGER CurrentCount);
/* of one tick */
ULONG NTAPI KeQueryTimeIncrement(VOID);
LARGE_INTEGER NTAPI KeQueryPerformanceCounter(OUT PLARGE_INTEGER PerformanceFrequency OPTIONAL);

/* ---- Events ---- */

typedef enum _EVENT_TYPE {
	NotificationEvent = 0, /* stays set until it is cleared */
	SynchronizationEvent = 1 /* resets itself when it ends a wait */
} EVENT_TYPE;

/* As large as the DISPATCHER_HEADER of all such objects, and with what an event needs of it */
typedef struct _VIDEOPORT_EVENT_HEADER {
	UCHAR Type; /* EVENT_TYPE */
	UCHAR Reserved1;
	UCHAR Size; /* in units of LONG */
	UCHAR Reserved2;
	LONG SignalState;
	LIST_ENTRY WaitListHead; /* names itself: so is an event known */
} VIDEOPORT_EVENT_HEADER;

typedef struct _KEVENT {
	VIDEOPORT_EVENT_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

VOID NTAPI KeInitializeEvent(OUT PRKEVENT Event, IN EVENT_TYPE Type, IN BOOLEAN State);
/* both return what it was before */
LONG NTAPI KeSetEvent(IN OUT PRKEVENT Event, IN KPRIORITY Increment, IN BOOLEAN Wait);
LONG NTAPI KeResetEvent(IN OUT PRKEVENT Event);
VOID NTAPI KeClearEvent(IN OUT PRKEVENT Event);
LONG NTAPI KeReadStateEvent(IN PRKEVENT Event);
/* Timeout: negative from now, positive absolute, NULL for ever. Object: an event. */
NTSTATUS NTAPI KeWaitForSingleObject(IN PVOID Object, IN KWAIT_REASON WaitReason,
				     IN KPROCESSOR_MODE WaitMode, IN BOOLEAN Alertable,
				     IN PLARGE_INTEGER Timeout OPTIONAL);

/* ---- Version ---- */

BOOLEAN NTAPI PsGetVersion(OUT PULONG MajorVersion OPTIONAL, OUT PULONG MinorVersion OPTIONAL,
			   OUT PULONG BuildNumber OPTIONAL,
			   OUT PUNICODE_STRING CSDVersion OPTIONAL);

/* a call of shim/api/ by its name, else NULL */
PVOID NTAPI MmGetSystemRoutineAddress(IN PUNICODE_STRING SystemRoutineName);

VIDEOPORT_C_END

#endif /* VIDEOPORT_KERNEL_H */
