// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that a miniport asks of its port, and the messages that it logs.
 */
#include <video.h>

#include "port.h"

using namespace vp;

static void *allocate(vp_port *port, const char *call, SIZE_T bytes)
{
	if (!bytes) {
		port->counters.refuse(Counter::BadLength, "%s: 0 bytes", call);
		return nullptr;
	}

	void *memory = port->pool.allocate(bytes, vp_context_now());

	if (!memory)
		port->counters.refuse(Counter::NoMemory, "%s: no %llu bytes", call,
				      static_cast<unsigned long long>(bytes));
	return memory;
}

static void release(vp_port *port, const char *call, void *memory)
{
	Caller caller = port->caller(call);

	if (!memory)
		return;
	if (!port->pool.free(memory, caller.context)) {
		port->counters.refuse(
			Counter::BadAddress,
			"%s: the memory is not this adapter's: freed before, or never allocated",
			call);
		return;
	}
	(void)caller.allowed_up_to(VP_DISPATCH, port->counters, "freed later");
}

extern "C" {

/**
 * VideoPortAllocatePool() - kernel memory
 * @HwDeviceExtension: the miniport's.
 * @PoolType: all kinds are the same here.
 * @NumberOfBytes: bytes.
 * @Tag: not looked at.
 *
 * Documented: VideoPortAllocatePool. Beyond it: zeroed; what is left at removal is freed.
 *
 * Context: any.
 * Return: the memory, or NULL.
 */
PVOID VideoPortAllocatePool(PVOID HwDeviceExtension, VP_POOL_TYPE PoolType, SIZE_T NumberOfBytes,
			    ULONG Tag)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)PoolType;
	(void)Tag;
	return port ? allocate(port, __func__, NumberOfBytes) : nullptr;
}

/** VideoPortFreePool() - free what VideoPortAllocatePool gave. PASSIVE or DISPATCH. */
VOID VideoPortFreePool(PVOID HwDeviceExtension, PVOID Ptr)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		release(port, __func__, Ptr);
}

/**
 * VideoPortAllocateBuffer() - kernel memory, the older call
 * @HwDeviceExtension: the miniport's.
 * @Size: bytes.
 * @Buffer: receives the memory, or NULL.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortAllocateBuffer(PVOID HwDeviceExtension, ULONG Size, PVOID *Buffer)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !Buffer)
		return ERROR_INVALID_PARAMETER;
	*Buffer = allocate(port, __func__, Size);
	return *Buffer ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

/** VideoPortReleaseBuffer() - free what VideoPortAllocateBuffer gave. PASSIVE. */
VOID VideoPortReleaseBuffer(PVOID HwDeviceExtension, PVOID Buffer)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		release(port, __func__, Buffer);
}

/**
 * VideoPortLogError() - the miniport has something to report
 * @HwDeviceExtension: the miniport's.
 * @Vrp: the request that it concerns, or NULL.
 * @ErrorCode: what went wrong.
 * @UniqueId: where in the miniport.
 *
 * Context: any.
 */
VOID VideoPortLogError(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET Vrp, VP_STATUS ErrorCode,
		       ULONG UniqueId)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->counters.refuse(Counter::MiniportError,
				      "%s: the miniport reports error %d at 0x%x, request 0x%x",
				      __func__, ErrorCode, UniqueId, Vrp ? Vrp->IoControlCode : 0);
}

} // extern "C"
