// SPDX-License-Identifier: GPL-2.0
/*
 * The packet DMA calls: a request's buffer, locked under a handle; a DMA that HwStartDma starts; and
 * what goes with the handle. Each finds its port, turns the legacy types into the core's, and leaves
 * the rules to Dma. Where the documentation is silent the rule is that of the project's contract, and
 * said as "beyond it".
 */
#include <video.h>

#include "api.h"
#include "dma_lock.h"
#include "port.h"
#include "registry.h"

using namespace vp;

extern "C" {

/**
 * VideoPortLockPages() - lock a client's memory, map it for the adapter, and perhaps start a DMA
 * @HwDeviceExtension: the miniport's.
 * @pVrp: the request that is being served; the miniport has set InputBuffer and InputBufferLength
 *	to the memory. On success OutputBuffer receives the DMA handle, and OutputBufferLength the
 *	size of the scatter list in bytes; on failure nothing is changed.
 * @pUEvent: a client's event that the end of each DMA sets; or NULL.
 * @pDisplayEvent: another; or NULL.
 * @DmaFlags: VideoPortDmaInitOnly locks. VideoPortKeepPagesLocked and VideoPortUnlockAfterDma call
 *	HwStartDma then, as VideoPortDoDma does.
 *
 * Documented: VideoPortLockPages. XP: FALSE and no action for all flags but VideoPortDmaInitOnly;
 * here that is so for a miniport without HwStartDma, and its events are not looked at. Beyond it:
 * the memory is pinned for writing, since the direction is not known, and mapped in both
 * directions through the adapter's default limits. If the DMA is over and unlocked on return,
 * OutputBuffer is NULL.
 *
 * Context: PASSIVE, inside HwVidStartIO.
 * Return: TRUE, or FALSE with nothing pinned.
 */
BOOLEAN VideoPortLockPages(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp, PEVENT pUEvent,
			   PEVENT pDisplayEvent, DMA_FLAGS DmaFlags)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return FALSE;

	const bool starts = DmaFlags != VideoPortDmaInitOnly;

	if (starts &&
	    ((DmaFlags != VideoPortKeepPagesLocked && DmaFlags != VideoPortUnlockAfterDma) ||
	     !port->start_dma()))
		return FALSE;
	if (!pVrp) {
		port->counters.refuse(Counter::BadParameter, "%s: the request is NULL", __func__);
		return FALSE;
	}

	const Caller caller = port->caller(__func__);
	EventTokens events{};

	if (port->start_dma())
		events = {token_of(pUEvent), token_of(pDisplayEvent)};

	auto [token, bytes] =
		port->dma.lock(caller, {token_of(pVrp->InputBuffer), pVrp->InputBufferLength,
					Access::Write, true, events});

	if (!token)
		return FALSE;

	if (starts) {
		const bool unlock_after = DmaFlags == VideoPortUnlockAfterDma;

		if (!port->dma.do_dma(caller, token, unlock_after, port->start_dma(),
				      HwDeviceExtension)) {
			port->dma.unlock(caller, token, true);
			return FALSE;
		}
		if (unlock_after && !port->dma.knows(caller, token))
			token = 0;
	}
	pVrp->OutputBuffer = handle_of<PVOID>(token);
	pVrp->OutputBufferLength = bytes;
	return TRUE;
}

/**
 * VideoPortUnlockPages() - give back what VideoPortLockPages took
 * @hwDeviceExtension: the miniport's.
 * @pDma: the DMA handle; invalid afterwards.
 *
 * Documented: VideoPortUnlockPages, "always TRUE; only inside a DMA IOCTL, never from an ISR or
 * DPC". Beyond it: unmaps, marks dirty what the device may have written, unpins, uncharges; once,
 * whatever else goes wrong. A handle that does not name a lock of this caller is counted and
 * logged, and nothing is touched. From the wrong context the release is counted as a violation and
 * happens later. With transfers in flight it happens when the last one is complete.
 *
 * Context: PASSIVE, inside HwVidStartIO.
 * Return: TRUE.
 */
BOOLEAN VideoPortUnlockPages(PVOID hwDeviceExtension, PDMA pDma)
{
	if (vp_port *port = vp_port::from_extension(__func__, hwDeviceExtension)) {
		port->dma.unlock(port->caller(__func__), token_of(pDma), true);
	}
	return TRUE;
}

/**
 * VideoPortGetMdl() - the Mdl of a DMA handle, for VideoPortStartDma and VideoPortUnlockBuffer
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 *
 * Documented: VideoPortGetMdl returns its argument. Beyond it: only if that is a live handle.
 *
 * Context: any.
 * Return: @pDma, or NULL.
 */
PVOID VideoPortGetMdl(PVOID HwDeviceExtension, PDMA pDma)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->dma.buffer(port->caller(__func__), token_of(pDma)))
		return nullptr;
	return pDma;
}

/* The list for a handle that names none: walking it ends at once. */
static VRB_SG no_segments[1];

/**
 * VideoPortLinuxGetScatterGather() - what GET_VIDEO_SCATTERGATHER expands to
 * @ppDma: where the DMA handle stands, in the miniport's memory.
 *
 * Documented: the macro dereferences the handle. Beyond it: the handle may have come back from a
 * client; it is looked up like any other.
 *
 * Context: any.
 * Return: the segments, ended by {0, 0}; only that end if the handle names no mapped buffer, or at
 *	the first call if there is no memory for the list. Valid until the handle is unlocked.
 */
PVRB_SG VideoPortLinuxGetScatterGather(PVOID ppDma)
{
	PVRB_SG segments = nullptr;

	if (ppDma)
		segments = Registry::get().segments("GET_VIDEO_SCATTERGATHER",
						    token_of(*static_cast<PVOID *>(ppDma)));
	return segments ? segments : no_segments;
}

/* ---- A DMA that HwStartDma starts ---- */

/**
 * VideoPortDoDma() - hand a locked buffer to the device and call HwStartDma
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 * @DmaFlags: VideoPortKeepPagesLocked, or VideoPortUnlockAfterDma: the handle goes when the DMA is
 *	complete.
 *
 * Documented: VideoPortDoDma. XP: NULL and no action; so here without HwStartDma. NT4: HwStartDma
 * returns DmaSyncReturn when the DMA is over, or DmaAsyncReturn if VideoPortSignalDmaComplete will
 * say so. The bytes that VideoPortGetBytesUsed tells are handed over, and taken back at the end.
 * Beyond it: refused while a DMA runs on the handle.
 *
 * Context: PASSIVE or DISPATCH; HwStartDma is called in the same.
 * Return: @pDma; NULL with VideoPortUnlockAfterDma, and NULL after a refusal, which unlocks nothing.
 */
PDMA VideoPortDoDma(PVOID HwDeviceExtension, PDMA pDma, DMA_FLAGS DmaFlags)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return nullptr;
	if (DmaFlags != VideoPortKeepPagesLocked && DmaFlags != VideoPortUnlockAfterDma) {
		port->counters.refuse(Counter::BadParameter, "%s: flag %d starts no DMA", __func__,
				      DmaFlags);
		return nullptr;
	}

	const Caller caller = port->caller(__func__);
	const bool unlock_after = DmaFlags == VideoPortUnlockAfterDma;
	bool started = port->dma.do_dma(caller, token_of(pDma), unlock_after, port->start_dma(),
					HwDeviceExtension);

	return started && !unlock_after ? pDma : nullptr;
}

/**
 * VideoPortSignalDmaComplete() - the device has finished a DMA that HwStartDma started
 * @HwDeviceExtension: the miniport's.
 * @pDmaHandle: the handle that HwStartDma was given; also if it was unlocked since.
 *
 * Documented: VideoPortSignalDmaComplete. XP: FALSE. NT4: sets the events of the handle, and
 * unlocks as the flag of the DMA said. Beyond it: the memory is taken back from the device first;
 * what must sleep is done later in process context; a client that polls its node is woken.
 *
 * Context: any.
 * Return: TRUE if a DMA was running on the handle, else FALSE.
 */
BOOLEAN VideoPortSignalDmaComplete(PVOID HwDeviceExtension, PDMA pDmaHandle)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return FALSE;
	return port->dma.signal_complete(port->caller(__func__), token_of(pDmaHandle));
}

/**
 * VideoPortGetDmaContext() - what VideoPortSetDmaContext has kept
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 *
 * Documented: VideoPortGetDmaContext. XP: NULL; so here without HwStartDma.
 *
 * Context: any.
 * Return: the pointer, or NULL.
 */
PVOID VideoPortGetDmaContext(PVOID HwDeviceExtension, PDMA pDma)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return nullptr;
	return port->dma.context(port->caller(__func__), token_of(pDma));
}

/**
 * VideoPortSetDmaContext() - keep a pointer of the miniport's with a handle
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 * @InstanceContext: the pointer; not looked at.
 *
 * Documented: VideoPortSetDmaContext. XP: nothing; so here without HwStartDma. Context: any.
 */
VOID VideoPortSetDmaContext(PVOID HwDeviceExtension, PDMA pDma, PVOID InstanceContext)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (port && port->start_dma())
		port->dma.set_context(port->caller(__func__), token_of(pDma), InstanceContext);
}

/**
 * VideoPortGetBytesUsed() - how much of the buffer a DMA hands over
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 *
 * Documented: VideoPortGetBytesUsed. XP: 0; so here without HwStartDma. At first it is all that is
 * locked.
 *
 * Context: any.
 * Return: bytes, from the start of the buffer; 0 for an unknown handle.
 */
ULONG VideoPortGetBytesUsed(PVOID HwDeviceExtension, PDMA pDma)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return 0;
	return port->dma.bytes_used(port->caller(__func__), token_of(pDma));
}

/**
 * VideoPortSetBytesUsed() - say how much of the buffer the next DMA uses
 * @HwDeviceExtension: the miniport's.
 * @pDma: the DMA handle.
 * @BytesUsed: bytes, from the start of the buffer; more than is locked is refused.
 *
 * Documented: VideoPortSetBytesUsed. XP: nothing; so here without HwStartDma. A DMA that runs is
 * not changed.
 *
 * Context: any.
 */
VOID VideoPortSetBytesUsed(PVOID HwDeviceExtension, PDMA pDma, ULONG BytesUsed)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (port && port->start_dma())
		port->dma.set_bytes_used(port->caller(__func__), token_of(pDma), BytesUsed);
}

/**
 * VideoPortAssociateEventsWithDmaHandle() - a handle with events, or other events for a handle
 * @HwDeviceExtension: the miniport's.
 * @pVrp: the request. If its OutputBuffer is a DMA handle, as VideoPortLockPages left it, that
 *	handle's events are replaced; else a handle is made that names no memory.
 * @MappedUserEvent: a client's event, or NULL.
 * @DisplayDriverEvent: another, or NULL.
 *
 * Documented: VideoPortAssociateEventsWithDmaHandle. XP: NULL; so here without HwStartDma. The
 * handle is unlocked like any other.
 *
 * Context: PASSIVE.
 * Return: the DMA handle, or NULL.
 */
PDMA VideoPortAssociateEventsWithDmaHandle(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp,
					   PVOID MappedUserEvent, PVOID DisplayDriverEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return nullptr;
	if (!pVrp) {
		port->counters.refuse(Counter::BadParameter, "%s: the request is NULL", __func__);
		return nullptr;
	}

	Caller caller = port->caller(__func__);
	EventTokens events{token_of(MappedUserEvent), token_of(DisplayDriverEvent)};
	Token token = token_of(pVrp->OutputBuffer);

	if (!port->dma.knows(caller, token))
		token = port->dma.make_event_handle(caller, events);
	else if (!port->dma.bind_events(caller, token, events))
		token = 0;
	return handle_of<PDMA>(token);
}

/* ---- Board memory in a client ---- */

/**
 * VideoPortMapDmaMemory() - map memory of the adapter into the client, with a handle for events
 * @HwDeviceExtension: the miniport's.
 * @pVrp: the request that is being served.
 * @BoardAddress: in an access range, or in a common buffer as the device knows it.
 * @Length: in: bytes; out: bytes mapped from the address on.
 * @InIoSpace: VIDEO_MEMORY_SPACE_*; P6CACHE for write-combining.
 * @MappedUserEvent: a client's event, or NULL.
 * @DisplayDriverEvent: another, or NULL.
 * @VirtualAddress: in: not looked at: the process is the client's; out: the address there.
 *
 * Documented: VideoPortMapDmaMemory. XP: NULL; so here without HwStartDma. See VideoPortMapMemory
 * for what a client can do with it.
 *
 * Context: PASSIVE, inside HwVidStartIO.
 * Return: a DMA handle that carries the events, for VideoPortUnmapDmaMemory; or NULL.
 */
PDMA VideoPortMapDmaMemory(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp,
			   PHYSICAL_ADDRESS BoardAddress, PULONG Length, PULONG InIoSpace,
			   PVOID MappedUserEvent, PVOID DisplayDriverEvent, PVOID *VirtualAddress)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->start_dma())
		return nullptr;
	if (!pVrp || !Length || !InIoSpace || !VirtualAddress) {
		port->counters.refuse(Counter::BadParameter, "%s: a pointer is NULL", __func__);
		return nullptr;
	}

	Caller caller = port->caller(__func__);
	Token token = port->dma.make_event_handle(
		caller, {token_of(MappedUserEvent), token_of(DisplayDriverEvent)});

	if (!token)
		return nullptr;

	uint64_t seen =
		port->map_into_client(caller, BoardAddress.QuadPart, *Length, *InIoSpace, token);

	if (!seen) {
		port->dma.unlock(caller, token, false);
		return nullptr;
	}
	*VirtualAddress = handle_of<PVOID>(seen);
	return handle_of<PDMA>(token);
}

/**
 * VideoPortUnmapDmaMemory() - undo VideoPortMapDmaMemory
 * @HwDeviceExtension: the miniport's.
 * @VirtualAddress: the address in the client.
 * @ProcessHandle: not looked at: the process is the client's.
 * @BoardMemoryHandle: what VideoPortMapDmaMemory returned; invalid afterwards.
 *
 * Documented: VideoPortUnmapDmaMemory. XP: FALSE; so here without HwStartDma.
 *
 * Context: PASSIVE, inside HwVidStartIO.
 * Return: TRUE, or FALSE if there is no such mapping.
 */
BOOLEAN VideoPortUnmapDmaMemory(PVOID HwDeviceExtension, PVOID VirtualAddress, HANDLE ProcessHandle,
				PDMA BoardMemoryHandle)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)ProcessHandle;
	if (!port || !port->start_dma())
		return FALSE;

	Caller caller = port->caller(__func__);

	if (!port->unmap_from_client(caller, token_of(VirtualAddress), token_of(BoardMemoryHandle)))
		return FALSE;
	port->dma.unlock(caller, token_of(BoardMemoryHandle), false);
	return TRUE;
}

} // extern "C"
