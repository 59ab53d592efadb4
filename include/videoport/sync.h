/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs when: interrupts, deferred calls, timers, synchronised routines,
 * locks, events, and the clock. Locks and events are tokens of the port.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_SYNC_H
#define VIDEOPORT_SYNC_H

#include "types.h"
#include "debug.h"
#include "../ntddvdeo.h"

VIDEOPORT_C_BEGIN

typedef struct _VIDEO_PORT_SPIN_LOCK *PSPIN_LOCK;

/* ---- Interrupts, deferred calls, timers ---- */

typedef VOID (NTAPI *PMINIPORT_DPC_ROUTINE)(IN PVOID HwDeviceExtension, IN PVOID Context);
typedef BOOLEAN (NTAPI *PMINIPORT_SYNCHRONIZE_ROUTINE)(IN PVOID Context);

typedef enum VIDEO_SYNCHRONIZE_PRIORITY {
	VpLowPriority = 0, /* against DPCs */
	VpMediumPriority = 1, /* against the interrupt routine */
	VpHighPriority = 2
} VIDEO_SYNCHRONIZE_PRIORITY, *PVIDEO_SYNCHRONIZE_PRIORITY;

VPAPI VP_STATUS NTAPI VideoPortDisableInterrupt(IN PVOID HwDeviceExtension);
VPAPI VP_STATUS NTAPI VideoPortEnableInterrupt(IN PVOID HwDeviceExtension);
VPAPI BOOLEAN NTAPI VideoPortQueueDpc(IN PVOID HwDeviceExtension,
				      IN PMINIPORT_DPC_ROUTINE CallbackRoutine,
				      IN PVOID Context);
VPAPI BOOLEAN NTAPI VideoPortSynchronizeExecution(
	IN PVOID HwDeviceExtension, IN VIDEO_SYNCHRONIZE_PRIORITY Priority,
	IN PMINIPORT_SYNCHRONIZE_ROUTINE SynchronizeRoutine, IN PVOID Context);
VPAPI VOID NTAPI VideoPortStartTimer(IN PVOID HwDeviceExtension);
VPAPI VOID NTAPI VideoPortStopTimer(IN PVOID HwDeviceExtension);

/* ---- Locks ---- */

/* the lock that serialises requests: for routines that other drivers call; PASSIVE_LEVEL */
VPAPI VOID NTAPI VideoPortAcquireDeviceLock(IN PVOID HwDeviceExtension);
VPAPI VOID NTAPI VideoPortReleaseDeviceLock(IN PVOID HwDeviceExtension);

VPAPI VP_STATUS NTAPI VideoPortCreateSpinLock(IN PVOID HwDeviceExtension,
					      OUT PSPIN_LOCK *SpinLock);
VPAPI VP_STATUS NTAPI VideoPortDeleteSpinLock(IN PVOID HwDeviceExtension,
					      IN PSPIN_LOCK SpinLock);
VPAPI VOID NTAPI VideoPortAcquireSpinLock(IN PVOID HwDeviceExtension,
					  IN PSPIN_LOCK SpinLock, OUT PUCHAR OldIrql);
VPAPI VOID NTAPI VideoPortReleaseSpinLock(IN PVOID HwDeviceExtension,
					  IN PSPIN_LOCK SpinLock, IN UCHAR NewIrql);
VPAPI VOID NTAPI VideoPortAcquireSpinLockAtDpcLevel(IN PVOID HwDeviceExtension,
						    IN PSPIN_LOCK SpinLock);
VPAPI VOID NTAPI VideoPortReleaseSpinLockFromDpcLevel(IN PVOID HwDeviceExtension,
						      IN PSPIN_LOCK SpinLock);

VPAPI LONG FASTCALL VideoPortInterlockedDecrement(IN PLONG Addend);
VPAPI LONG FASTCALL VideoPortInterlockedExchange(IN OUT PLONG Target, IN LONG Value);
VPAPI LONG FASTCALL VideoPortInterlockedIncrement(IN PLONG Addend);

/* ---- Events ---- */

/* EventFlag of VideoPortCreateEvent */
#define EVENT_TYPE_MASK 1
#define SYNCHRONIZATION_EVENT 0
#define NOTIFICATION_EVENT 1
#define INITIAL_EVENT_STATE_MASK 2
#define INITIAL_EVENT_NOT_SIGNALED 0
#define INITIAL_EVENT_SIGNALED 2

VPAPI VP_STATUS NTAPI VideoPortCreateEvent(IN PVOID HwDeviceExtension, IN ULONG EventFlag,
					   IN PVOID Unused, OUT PEVENT *ppEvent);
VPAPI VP_STATUS NTAPI VideoPortDeleteEvent(IN PVOID HwDeviceExtension, IN PEVENT pEvent);
VPAPI LONG NTAPI VideoPortSetEvent(IN PVOID HwDeviceExtension, IN PEVENT pEvent);
VPAPI VOID NTAPI VideoPortClearEvent(IN PVOID HwDeviceExtension, IN PEVENT pEvent);
VPAPI LONG NTAPI VideoPortReadStateEvent(IN PVOID HwDeviceExtension, IN PEVENT pEvent);
/* Timeout in 100 ns: negative from now, positive absolute, NULL for ever */
VPAPI VP_STATUS NTAPI VideoPortWaitForSingleObject(IN PVOID HwDeviceExtension,
						   IN PVOID Object,
						   IN PLARGE_INTEGER Timeout OPTIONAL);

/* ---- Clock ---- */

VPAPI VOID NTAPI VideoPortStallExecution(IN ULONG Microseconds);
VPAPI LONGLONG NTAPI VideoPortQueryPerformanceCounter(
	IN PVOID HwDeviceExtension, OUT PLONGLONG PerformanceFrequency OPTIONAL);
/* 100 ns since 1601 */
VPAPI VOID NTAPI VideoPortQuerySystemTime(OUT PLARGE_INTEGER CurrentTime);

VIDEOPORT_C_END

#endif /* VIDEOPORT_SYNC_H */
