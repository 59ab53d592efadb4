// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport calls to order its own work: DPCs, the timer, the interrupt, spin locks.
 */
#include <video.h>

#include "port.h"

using namespace vp;

static void acquire(const char *call, PVOID extension, PSPIN_LOCK lock)
{
	if (vp_port *port = vp_port::from_extension(call, extension))
		port->locks.acquire(port->caller(call), lock);
}

static void release(const char *call, PVOID extension, PSPIN_LOCK lock)
{
	if (vp_port *port = vp_port::from_extension(call, extension))
		port->locks.release(port->caller(call), lock);
}

/* The legacy interrupt request levels that a miniport may see. */
static constexpr UCHAR irql_passive = 0;
static constexpr UCHAR irql_dispatch = 2;
static constexpr UCHAR irql_device = 5;

extern "C" {

/**
 * VideoPortQueueDpc() - have a routine called at DISPATCH soon
 * @HwDeviceExtension: the miniport's.
 * @CallbackRoutine: the routine.
 * @Context: handed to it.
 *
 * Documented: VideoPortQueueDpc. The pair of routine and context is what is queued once.
 *
 * Context: any.
 * Return: TRUE; FALSE if the same is queued already.
 */
BOOLEAN VideoPortQueueDpc(PVOID HwDeviceExtension, PMINIPORT_DPC_ROUTINE CallbackRoutine,
			  PVOID Context)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	return port && CallbackRoutine && port->queue_dpc({CallbackRoutine, Context});
}

/**
 * VideoPortSynchronizeExecution() - run a routine that the ISR or the DPCs cannot interrupt
 * @HwDeviceExtension: the miniport's.
 * @Priority: VpLowPriority: at DISPATCH; the others: synchronised with the ISR.
 * @SynchronizeRoutine: the routine.
 * @Context: handed to it.
 *
 * Context: PASSIVE or DISPATCH; refused at DIRQL.
 * Return: what the routine returned.
 */
BOOLEAN VideoPortSynchronizeExecution(PVOID HwDeviceExtension, VIDEO_SYNCHRONIZE_PRIORITY Priority,
				      PMINIPORT_SYNCHRONIZE_ROUTINE SynchronizeRoutine,
				      PVOID Context)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	return port && SynchronizeRoutine ? port->synchronize(Priority, SynchronizeRoutine, Context)
					  : FALSE;
}

/** VideoPortStartTimer() - call HwVidTimer about once a second from now on. Any context. */
VOID VideoPortStartTimer(PVOID HwDeviceExtension)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->start_timer();
}

/** VideoPortStopTimer() - stop that; also from inside HwVidTimer. Any context. */
VOID VideoPortStopTimer(PVOID HwDeviceExtension)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->stop_timer();
}

/**
 * VideoPortEnableInterrupt() - let HwVidInterrupt be called again
 * @HwDeviceExtension: the miniport's.
 *
 * Also for what the device has raised meanwhile.
 *
 * Context: any.
 * Return: NO_ERROR, or ERROR_INVALID_FUNCTION for the extension of no adapter.
 */
VP_STATUS VideoPortEnableInterrupt(PVOID HwDeviceExtension)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_FUNCTION;
	vp_interrupt_resume(port->device(), VP_HOLD_MINIPORT);
	return NO_ERROR;
}

/**
 * VideoPortDisableInterrupt() - call HwVidInterrupt no more until it is enabled
 * @HwDeviceExtension: the miniport's.
 *
 * One that is on its way to another processor may still come.
 *
 * Context: any.
 * Return: NO_ERROR, or ERROR_INVALID_FUNCTION for the extension of no adapter.
 */
VP_STATUS VideoPortDisableInterrupt(PVOID HwDeviceExtension)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_FUNCTION;
	vp_interrupt_hold(port->device(), VP_HOLD_MINIPORT);
	return NO_ERROR;
}

/** VideoPortGetCurrentIrql() - 0 at PASSIVE, 2 at DISPATCH, more in an interrupt. */
UCHAR VideoPortGetCurrentIrql(VOID)
{
	switch (vp_context_now()) {
	case VP_PASSIVE:
		return irql_passive;
	case VP_DISPATCH:
		return irql_dispatch;
	default:
		return irql_device;
	}
}

/* ---- The device lock ---- */

/**
 * VideoPortAcquireDeviceLock() - be the one thread inside the miniport
 * @HwDeviceExtension: the miniport's.
 *
 * Documented: VideoPortAcquireDeviceLock: the lock under which the port calls the miniport, for
 * routines that other drivers call. Beyond it: where the thread has it already, as inside a
 * request, it counts; what a callback has acquired and not released is released when it returns.
 *
 * Context: PASSIVE.
 */
VOID VideoPortAcquireDeviceLock(PVOID HwDeviceExtension)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->device_lock.acquire(port->caller(__func__));
}

/** VideoPortReleaseDeviceLock() - undo one of that, in the same thread. PASSIVE. */
VOID VideoPortReleaseDeviceLock(PVOID HwDeviceExtension)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->device_lock.release(port->caller(__func__));
}

/* ---- Spin locks ---- */

/**
 * VideoPortCreateSpinLock() - a lock among PASSIVE and DISPATCH code
 * @HwDeviceExtension: the miniport's.
 * @SpinLock: receives the lock.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortCreateSpinLock(PVOID HwDeviceExtension, PSPIN_LOCK *SpinLock)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !SpinLock)
		return ERROR_INVALID_PARAMETER;
	*SpinLock = port->locks.create(port->caller(__func__));
	return *SpinLock ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

/**
 * VideoPortDeleteSpinLock() - the lock is free and not used any more
 * @HwDeviceExtension: the miniport's.
 * @SpinLock: the lock. What is not deleted goes with the adapter.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: NO_ERROR or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortDeleteSpinLock(PVOID HwDeviceExtension, PSPIN_LOCK SpinLock)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	return port && port->locks.remove(port->caller(__func__), SpinLock)
		       ? NO_ERROR
		       : ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortAcquireSpinLock() - go to DISPATCH and take a lock
 * @HwDeviceExtension: the miniport's.
 * @SpinLock: the lock.
 * @OldIrql: receives the level to go back to.
 *
 * Context: PASSIVE or DISPATCH.
 */
VOID VideoPortAcquireSpinLock(PVOID HwDeviceExtension, PSPIN_LOCK SpinLock, PUCHAR OldIrql)
{
	if (OldIrql)
		*OldIrql = VideoPortGetCurrentIrql();
	acquire(__func__, HwDeviceExtension, SpinLock);
}

/** VideoPortReleaseSpinLock() - release the lock and go back. DISPATCH. */
VOID VideoPortReleaseSpinLock(PVOID HwDeviceExtension, PSPIN_LOCK SpinLock, UCHAR NewIrql)
{
	(void)NewIrql; /* bottom halves nest: what was disabled before stays so */
	release(__func__, HwDeviceExtension, SpinLock);
}

/** VideoPortAcquireSpinLockAtDpcLevel() - take a lock where it is DISPATCH already. */
VOID VideoPortAcquireSpinLockAtDpcLevel(PVOID HwDeviceExtension, PSPIN_LOCK SpinLock)
{
	acquire(__func__, HwDeviceExtension, SpinLock);
}

/** VideoPortReleaseSpinLockFromDpcLevel() - release it, staying at DISPATCH. */
VOID VideoPortReleaseSpinLockFromDpcLevel(PVOID HwDeviceExtension, PSPIN_LOCK SpinLock)
{
	release(__func__, HwDeviceExtension, SpinLock);
}

} // extern "C"
