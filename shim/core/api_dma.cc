// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA calls of a miniport but those of packet DMA, in the contract's words: each finds its
 * port, turns the legacy types into the core's, and leaves the rules to Dma. Where the documentation
 * is silent the rule is that of the project's contract, and said as "beyond it".
 */
#include <video.h>

#include "api.h"
#include "dma_lock.h"
#include "dma_transfer.h"
#include "port.h"

using namespace vp;

extern "C" {

/* ---- Buffers and transfers ---- */

/**
 * VideoPortLockBuffer() - make a buffer resident and lock it
 * @HwDeviceExtension: the miniport's.
 * @BaseAddress: in the client whose request is served, or in memory that this port gave the
 *	miniport.
 * @Length: bytes.
 * @Operation: VpReadAccess if the device only reads; else it must be writable.
 *
 * Documented: VideoPortLockBuffer. Nothing is mapped yet; see VideoPortStartDma.
 *
 * Context: PASSIVE.
 * Return: the Mdl, a handle; or NULL with nothing pinned.
 */
PVOID VideoPortLockBuffer(PVOID HwDeviceExtension, PVOID BaseAddress, ULONG Length,
			  VP_LOCK_OPERATION Operation)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return nullptr;
	if (Operation != VpReadAccess && Operation != VpWriteAccess &&
	    Operation != VpModifyAccess) {
		port->counters.refuse(Counter::BadParameter, "%s: there is no operation %d",
				      __func__, Operation);
		return nullptr;
	}

	return handle_of<PVOID>(
		port->dma
			.lock(port->caller(__func__),
			      {token_of(BaseAddress),
			       Length,
			       Operation == VpReadAccess ? Access::Read : Access::Write,
			       false,
			       {}})
			.token);
}

/**
 * VideoPortUnlockBuffer() - give back what VideoPortLockBuffer or VideoPortLockPages took
 * @HwDeviceExtension: the miniport's.
 * @Mdl: the handle; invalid afterwards.
 *
 * Documented: VideoPortUnlockBuffer. Beyond it: as VideoPortUnlockPages, but not only in a request.
 *
 * Context: PASSIVE.
 */
VOID VideoPortUnlockBuffer(PVOID HwDeviceExtension, PVOID Mdl)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension)) {
		port->dma.unlock(port->caller(__func__), token_of(Mdl), false);
	}
}

/** VideoPortUnLockBuffer() - VideoPortUnlockBuffer(), as the legacy headers spell it. */
VOID VideoPortUnLockBuffer(PVOID HwDeviceExtension, PVOID Mdl)
{
	VideoPortUnlockBuffer(HwDeviceExtension, Mdl);
}

/**
 * VideoPortGetDmaAdapter() - say what the device's DMA engine can do
 * @HwDeviceExtension: the miniport's.
 * @VpDeviceDescription: its limits. Without either address flag 32 bits are taken; a MaximumLength
 *	of 0 is no limit.
 *
 * Documented: VideoPortGetDmaAdapter.
 *
 * Context: PASSIVE.
 * Return: the adapter, a handle; or NULL.
 */
PVP_DMA_ADAPTER VideoPortGetDmaAdapter(PVOID HwDeviceExtension,
				       PVP_DEVICE_DESCRIPTION VpDeviceDescription)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return nullptr;
	if (!VpDeviceDescription) {
		port->counters.refuse(Counter::BadParameter, "%s: the description is NULL",
				      __func__);
		return nullptr;
	}

	DmaLimits limits;

	limits.address_bits = VpDeviceDescription->Dma64BitAddresses ? 64 : 32;
	limits.scatter_gather = VpDeviceDescription->ScatterGather;
	if (VpDeviceDescription->MaximumLength)
		limits.max_length = VpDeviceDescription->MaximumLength;
	return handle_of<PVP_DMA_ADAPTER>(port->dma.get_adapter(port->caller(__func__), limits));
}

/**
 * VideoPortPutDmaAdapter() - the adapter is not needed any more
 * @HwDeviceExtension: the miniport's.
 * @VpDmaAdapter: the adapter; invalid afterwards.
 *
 * Documented: VideoPortPutDmaAdapter. Beyond it: refused while transfers or common buffers of the
 * adapter are outstanding.
 *
 * Context: PASSIVE.
 */
VOID VideoPortPutDmaAdapter(PVOID HwDeviceExtension, PVP_DMA_ADAPTER VpDmaAdapter)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->dma.put_adapter(port->caller(__func__), token_of(VpDmaAdapter));
}

/**
 * VideoPortStartDma() - map a part of a locked buffer and have the miniport start the device
 * @HwDeviceExtension: the miniport's.
 * @VpDmaAdapter: the adapter.
 * @Mdl: what VideoPortLockBuffer returned, or VideoPortGetMdl.
 * @Offset: first byte, from the start of the locked buffer.
 * @pLength: in: bytes wanted; out: bytes that this transfer moves, set before @ExecuteDmaRoutine
 *	is called. Less than wanted where the adapter's limits say so.
 * @ExecuteDmaRoutine: HwVidExecuteDma: called at DISPATCH, as the last thing.
 * @Context: handed to it.
 * @WriteToDevice: the device reads memory; else it writes.
 *
 * Documented: VideoPortStartDma. Beyond it: several transfers on one buffer may be in flight,
 * unless one that writes to memory shares a cache line with another. On a buffer of
 * VideoPortLockPages the mapping that exists is used.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: NO_ERROR; ERROR_NOT_ENOUGH_MEMORY; ERROR_INVALID_PARAMETER for a handle, range or
 *	direction that cannot be; ERROR_INVALID_FUNCTION at DIRQL. On errors @ExecuteDmaRoutine is
 *	not called.
 */
VP_STATUS VideoPortStartDma(PVOID HwDeviceExtension, PVP_DMA_ADAPTER VpDmaAdapter, PVOID Mdl,
			    ULONG Offset, PULONG pLength, PEXECUTE_DMA ExecuteDmaRoutine,
			    PVOID Context, BOOLEAN WriteToDevice)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;
	if (!pLength || !ExecuteDmaRoutine) {
		port->counters.refuse(Counter::BadParameter, "%s: %s is NULL", __func__,
				      pLength ? "the routine" : "the length");
		return ERROR_INVALID_PARAMETER;
	}

	return port->dma.start(port->caller(__func__),
			       {HwDeviceExtension, token_of(VpDmaAdapter), token_of(Mdl), Offset,
				*pLength, pLength, ExecuteDmaRoutine, Context, !WriteToDevice});
}

/**
 * VideoPortCompleteDma() - the device has finished a transfer
 * @HwDeviceExtension: the miniport's.
 * @VpDmaAdapter: the adapter that it was started on.
 * @VpScatterGather: the list that HwVidExecuteDma was given; invalid afterwards.
 * @WriteToDevice: as at the start.
 *
 * Documented: VideoPortCompleteDma. Beyond it: a list that names no transfer in flight is refused
 * without touching memory. Unmapped in the direction of the start, whatever @WriteToDevice says.
 *
 * Context: PASSIVE or DISPATCH; at DIRQL it is counted as a violation and finished later.
 * Return: NO_ERROR, or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortCompleteDma(PVOID HwDeviceExtension, PVP_DMA_ADAPTER VpDmaAdapter,
			       PVP_SCATTER_GATHER_LIST VpScatterGather, BOOLEAN WriteToDevice)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;
	return port->dma.complete(port->caller(__func__), token_of(VpDmaAdapter), VpScatterGather,
				  !WriteToDevice);
}

/* ---- Common buffers ---- */

/**
 * VideoPortAllocateCommonBuffer() - memory that the miniport and its device share
 * @HwDeviceExtension: the miniport's.
 * @VpDmaAdapter: the adapter.
 * @DesiredLength: bytes.
 * @LogicalAddress: receives the address that the device uses.
 * @CacheEnabled: remembered for the release; the memory is coherent either way.
 * @Reserved: not looked at.
 *
 * Documented: VideoPortAllocateCommonBuffer.
 *
 * Context: PASSIVE.
 * Return: the memory, zeroed; or NULL.
 */
PVOID VideoPortAllocateCommonBuffer(PVOID HwDeviceExtension, PVP_DMA_ADAPTER VpDmaAdapter,
				    ULONG DesiredLength, PPHYSICAL_ADDRESS LogicalAddress,
				    BOOLEAN CacheEnabled, PVOID Reserved)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	uint64_t logical;

	(void)Reserved;
	if (!port || !LogicalAddress)
		return nullptr;
	if (!VpDmaAdapter) {
		port->counters.refuse(Counter::NullHandle, "%s: the adapter is NULL", __func__);
		return nullptr;
	}

	void *memory = port->dma.allocate_common(port->caller(__func__), token_of(VpDmaAdapter),
						 DesiredLength, 0, CacheEnabled, logical);

	if (memory)
		LogicalAddress->QuadPart = static_cast<long long>(logical);
	return memory;
}

/**
 * VideoPortReleaseCommonBuffer() - give back a common buffer
 * @HwDeviceExtension: the miniport's.
 * @VpDmaAdapter: as at the allocation, like all that follow; a mismatch is refused and logged.
 * @Length: bytes.
 * @LogicalAddress: the device's address.
 * @VirtualAddress: the memory.
 * @CacheEnabled: the flag.
 *
 * Documented: VideoPortReleaseCommonBuffer.
 *
 * Context: PASSIVE.
 */
VOID VideoPortReleaseCommonBuffer(PVOID HwDeviceExtension, PVP_DMA_ADAPTER VpDmaAdapter,
				  ULONG Length, PHYSICAL_ADDRESS LogicalAddress,
				  PVOID VirtualAddress, BOOLEAN CacheEnabled)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return;
	if (!VpDmaAdapter) {
		port->counters.refuse(Counter::NullHandle, "%s: the adapter is NULL", __func__);
		return;
	}
	port->dma.release_common(port->caller(__func__), token_of(VpDmaAdapter), Length,
				 LogicalAddress.QuadPart, VirtualAddress, CacheEnabled);
}

/**
 * VideoPortGetCommonBuffer() - a common buffer without naming an adapter
 * @HwDeviceExtension: the miniport's.
 * @DesiredLength: bytes.
 * @Alignment: of the logical address: a power of two, or 0.
 * @LogicalAddress: receives the address that the device uses.
 * @pActualLength: receives the bytes that there are.
 * @CacheEnabled: remembered for VideoPortFreeCommonBuffer.
 *
 * Documented: VideoPortGetCommonBuffer, whose alignment XP ignores. Beyond it: the alignment is
 * kept up to the natural order of the length; more is refused.
 *
 * Context: PASSIVE.
 * Return: the memory, zeroed; or NULL.
 */
PVOID VideoPortGetCommonBuffer(PVOID HwDeviceExtension, ULONG DesiredLength, ULONG Alignment,
			       PPHYSICAL_ADDRESS LogicalAddress, PULONG pActualLength,
			       BOOLEAN CacheEnabled)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	uint64_t logical;

	if (!port || !LogicalAddress)
		return nullptr;

	void *memory = port->dma.allocate_common(port->caller(__func__), 0, DesiredLength,
						 Alignment, CacheEnabled, logical);

	if (memory)
		LogicalAddress->QuadPart = static_cast<long long>(logical);
	if (pActualLength)
		*pActualLength = memory ? DesiredLength : 0;
	return memory;
}

/**
 * VideoPortFreeCommonBuffer() - give back what VideoPortGetCommonBuffer gave
 * @HwDeviceExtension: the miniport's.
 * @Length: bytes, as asked for.
 * @VirtualAddress: the memory.
 * @LogicalAddress: the device's address.
 * @CacheEnabled: the flag.
 *
 * Documented: VideoPortFreeCommonBuffer. Beyond it: a mismatch is refused and logged.
 *
 * Context: PASSIVE.
 */
VOID VideoPortFreeCommonBuffer(PVOID HwDeviceExtension, ULONG Length, PVOID VirtualAddress,
			       PHYSICAL_ADDRESS LogicalAddress, BOOLEAN CacheEnabled)
{
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->dma.release_common(port->caller(__func__), 0, Length, LogicalAddress.QuadPart,
					 VirtualAddress, CacheEnabled);
}

/**
 * VideoPortAllocateContiguousMemory() - contiguous memory up to an address, for as long as the
 * adapter is there
 * @HwDeviceExtension: the miniport's.
 * @NumberOfBytes: bytes.
 * @HighestAcceptableAddress: of the device's addresses of it; rounded down to a mask.
 *
 * Documented: VideoPortAllocateContiguousMemory, obsolete; there is no call that frees it.
 *
 * Context: PASSIVE.
 * Return: the memory, zeroed; or NULL.
 */
PVOID VideoPortAllocateContiguousMemory(PVOID HwDeviceExtension, ULONG NumberOfBytes,
					PHYSICAL_ADDRESS HighestAcceptableAddress)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return nullptr;
	return port->dma.allocate_contiguous(port->caller(__func__), NumberOfBytes,
					     HighestAcceptableAddress.QuadPart);
}

} // extern "C"
