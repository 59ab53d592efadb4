// SPDX-License-Identifier: GPL-2.0
/*
 * The edu chip's packet DMA: HwStartDma programs the first piece of the port's scatter list; each
 * interrupt, or its DPC, programs the next one, and the last tells the port. One DMA at a time.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "edu4ioctl.h"
#include "edu4.h"

/* The device takes 100 ms for a piece; a loaded machine takes longer */
#define EDU4_SYNC_TRIES 200000
#define EDU4_SYNC_STALL 50 /* microseconds */

/*++
 * Edu4NextPiece - programs the device for what comes next in the scatter list.
 *
 * Return value: FALSE if nothing is left.
 --*/
static BOOLEAN Edu4NextPiece(PEDU4_DEVICE_EXTENSION pExt)
{
	PEDU4_DMA pDma = &pExt->Dma;
	ULONG ulInterrupt = pDma->Order.Mode == Edu4Synchronous ? 0 : EDU4_COMMAND_INTERRUPT;
	ULONG ulAddress, ulLength;

	if (pDma->ulLeft == 0)
		return FALSE;
	if (pDma->ulSegmentMoved == pDma->pSegment->Length) {
		pDma->pSegment++;
		pDma->ulSegmentMoved = 0;
	}

	ulLength = pDma->pSegment->Length - pDma->ulSegmentMoved;
	if (ulLength > pDma->ulLeft)
		ulLength = pDma->ulLeft;
	if (ulLength > EDU4_MAXIMUM_TRANSFER)
		ulLength = EDU4_MAXIMUM_TRANSFER;
	if (ulLength > EDU4_BUFFER_LENGTH - pDma->ulCursor)
		ulLength = EDU4_BUFFER_LENGTH - pDma->ulCursor;

	/* The port gives us addresses below 4 GB unless we ask for more */
	ulAddress = (ULONG)(pDma->pSegment->PhysicalAddress + pDma->ulSegmentMoved);
	pDma->ulTransferLength = ulLength;
	pExt->Info.Transfers++;
	Edu4WriteRegister(pExt, EDU4_REG_DMA_SOURCE,
			  pDma->Order.ToDevice ? ulAddress : EDU4_BUFFER_ADDRESS + pDma->ulCursor);
	Edu4WriteRegister(pExt, EDU4_REG_DMA_DESTINATION,
			  pDma->Order.ToDevice ? EDU4_BUFFER_ADDRESS + pDma->ulCursor : ulAddress);
	Edu4WriteRegister(pExt, EDU4_REG_DMA_COUNT, ulLength);
	Edu4WriteRegister(pExt, EDU4_REG_DMA_COMMAND,
			  EDU4_COMMAND_RUN | ulInterrupt |
				  (pDma->Order.ToDevice ? 0 : EDU4_COMMAND_TO_MEMORY));
	return TRUE;
}

/*++
 * Edu4PieceDone - keeps the books of a piece that the device has done.
 --*/
static VOID Edu4PieceDone(PEDU4_DMA pDma)
{
	pDma->ulSegmentMoved += pDma->ulTransferLength;
	pDma->ulLeft -= pDma->ulTransferLength;
	pDma->ulCursor = (pDma->ulCursor + pDma->ulTransferLength) % EDU4_BUFFER_LENGTH;
}

/*++
 * Edu4Signal - the DMA is over: tells the port. After lBusy is clear Dma is not ours any more.
 --*/
static VOID Edu4Signal(PEDU4_DEVICE_EXTENSION pExt)
{
	PDMA pDma = pExt->Dma.pDma;

	pExt->Info.SignalIrql = VideoPortGetCurrentIrql();
	Edu4SetBusy(pExt, FALSE);
	pExt->Info.SignalResult = VideoPortSignalDmaComplete(pExt, pDma);
}

/*++
 * Edu4IdleDpc - whoever waits for the device waits no more.
 --*/
static VOID NTAPI Edu4IdleDpc(PVOID pHwDeviceExtension, PVOID pvContext)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;

	UNREFERENCED_PARAMETER(pvContext);
	if (!pExt->lBusy)
		VideoPortSetEvent(pExt, pExt->pIdleEvent);
}

/*++
 * Edu4DmaDpc - the device has done a piece: starts the next, or tells the port.
 --*/
static VOID NTAPI Edu4DmaDpc(PVOID pHwDeviceExtension, PVOID pvContext)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;

	Edu4PieceDone(&pExt->Dma);
	if (Edu4NextPiece(pExt))
		return;
	Edu4Signal(pExt);
	Edu4IdleDpc(pExt, pvContext);
}

/*++
 * Edu4DmaInterrupt - the device has done a piece. At DIRQL.
 --*/
VOID Edu4DmaInterrupt(PEDU4_DEVICE_EXTENSION pExt)
{
	if (!pExt->lBusy)
		return;
	if (pExt->Dma.Order.Mode != Edu4SignalInInterrupt) {
		VideoPortQueueDpc(pExt, Edu4DmaDpc, NULL);
		return;
	}
	Edu4PieceDone(&pExt->Dma);
	if (Edu4NextPiece(pExt))
		return;
	Edu4Signal(pExt);
	/* Events are not for interrupt routines */
	VideoPortQueueDpc(pExt, Edu4IdleDpc, NULL);
}

/*++
 * Edu4Synchronously - does all pieces one after the other, and waits for each.
 *
 * Return value: FALSE if the device does not end.
 --*/
static BOOLEAN Edu4Synchronously(PEDU4_DEVICE_EXTENSION pExt)
{
	ULONG ulTries;

	while (Edu4NextPiece(pExt)) {
		for (ulTries = 0; ulTries < EDU4_SYNC_TRIES; ulTries++) {
			if ((Edu4ReadRegister(pExt, EDU4_REG_DMA_COMMAND) & EDU4_COMMAND_RUN) == 0)
				break;
			VideoPortStallExecution(EDU4_SYNC_STALL);
		}
		if (ulTries == EDU4_SYNC_TRIES) {
			VideoDebugPrint((Error, "EDU4: a transfer does not end\n"));
			return FALSE;
		}
		Edu4PieceDone(&pExt->Dma);
	}
	return TRUE;
}

/*++
 * Edu4StartDma - HwStartDma: the pages are locked and the device may have them.
 *
 * The scatter list stays where it is until the DMA is complete, whatever becomes of the handle.
 *
 * Return value: DmaSyncReturn if all is done; DmaAsyncReturn if the interrupt will say so.
 --*/
HW_DMA_RETURN NTAPI Edu4StartDma(PVOID pHwDeviceExtension, PDMA pDma)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;
	ULONG_PTR ulStarts = (ULONG_PTR)VideoPortGetDmaContext(pExt, pDma);

	VideoPortSetDmaContext(pExt, pDma, (PVOID)(ulStarts + 1));
	VideoPortZeroMemory(&pExt->Dma, sizeof(EDU4_DMA));
	pExt->Dma.pDma = pDma;
	pExt->Dma.Order = pExt->Order;
	pExt->Dma.pSegment = GET_VIDEO_SCATTERGATHER(&pDma);
	pExt->Dma.ulCursor = pExt->Order.DeviceOffset;
	/* A handle that carries only events has no pages */
	if (pExt->Dma.pSegment != NULL && pExt->Dma.pSegment->Length != 0)
		pExt->Dma.ulLeft = VideoPortGetBytesUsed(pExt, pDma);
	pExt->Info.Dmas++;

	if (pExt->Dma.ulLeft == 0)
		return DmaSyncReturn;
	if (pExt->Dma.Order.Mode == Edu4Synchronous)
		return Edu4Synchronously(pExt) ? DmaSyncReturn : DmaAsyncReturn;

	VideoPortClearEvent(pExt, pExt->pIdleEvent);
	Edu4SetBusy(pExt, TRUE);
	Edu4NextPiece(pExt);
	return DmaAsyncReturn;
}

/*++
 * Edu4TakeOrder - keeps a request's order for HwStartDma.
 *
 * Return value: NO_ERROR, ERROR_BUSY, ERROR_INVALID_PARAMETER.
 --*/
static VP_STATUS Edu4TakeOrder(PEDU4_DEVICE_EXTENSION pExt, PEDU4_ORDER pOrder)
{
	if (pExt->lBusy)
		return ERROR_BUSY;
	if (pOrder->DeviceOffset >= EDU4_BUFFER_LENGTH || pOrder->Mode < Edu4SignalInDpc ||
	    pOrder->Mode > Edu4Synchronous)
		return ERROR_INVALID_PARAMETER;
	pExt->Order = *pOrder;
	return NO_ERROR;
}

/*++
 * Edu4Lock - LOCK: locks the client's memory, and perhaps starts a DMA.
 *
 * VideoPortLockPages takes the memory from the request packet, and puts its answer there.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_BUSY, ERROR_INVALID_PARAMETER,
 *	ERROR_NOT_ENOUGH_MEMORY.
 --*/
VP_STATUS Edu4Lock(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_HANDLE pAnswer = (PEDU4_HANDLE)pVrp->OutputBuffer;
	EDU4_LOCK Lock;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < sizeof(EDU4_LOCK) ||
	    pVrp->OutputBufferLength < sizeof(EDU4_HANDLE))
		return ERROR_INSUFFICIENT_BUFFER;
	Lock = *(PEDU4_LOCK)pVrp->InputBuffer;
	if (Lock.Flags != VideoPortDmaInitOnly) {
		vpStatus = Edu4TakeOrder(pExt, &Lock.Order);
		if (vpStatus != NO_ERROR)
			return vpStatus;
	}

	pVrp->InputBufferLength = Lock.Length;
	pVrp->InputBuffer = (PVOID)(ULONG_PTR)Lock.Address;
	if (!VideoPortLockPages(pExt, pVrp, (PEVENT)(ULONG_PTR)Lock.UserEvent,
				(PEVENT)(ULONG_PTR)Lock.DisplayEvent, (DMA_FLAGS)Lock.Flags))
		return ERROR_NOT_ENOUGH_MEMORY;

	pAnswer->Handle = (ULONGLONG)(ULONG_PTR)pVrp->OutputBuffer;
	pAnswer->ListLength = pVrp->OutputBufferLength;
	pVrp->StatusBlock->Information = sizeof(EDU4_HANDLE);
	return NO_ERROR;
}

/*++
 * Edu4DoDma - DMA: one more on pages that stay locked.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_BUSY, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS Edu4DoDma(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_HANDLE pAnswer = (PEDU4_HANDLE)pVrp->OutputBuffer;
	EDU4_DMA_IN In;
	VP_STATUS vpStatus;
	PDMA pDma;

	if (pVrp->InputBufferLength < sizeof(EDU4_DMA_IN) ||
	    pVrp->OutputBufferLength < sizeof(EDU4_HANDLE))
		return ERROR_INSUFFICIENT_BUFFER;
	In = *(PEDU4_DMA_IN)pVrp->InputBuffer;
	vpStatus = Edu4TakeOrder(pExt, &In.Order);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pDma = (PDMA)(ULONG_PTR)In.Handle;
	if (In.Bytes != 0)
		VideoPortSetBytesUsed(pExt, pDma, In.Bytes);
	pDma = VideoPortDoDma(pExt, pDma, (DMA_FLAGS)In.Flags);
	pAnswer->Handle = (ULONGLONG)(ULONG_PTR)pDma;
	pAnswer->ListLength = 0;
	pVrp->StatusBlock->Information = sizeof(EDU4_HANDLE);
	return NO_ERROR;
}

/*++
 * Edu4QueryDma - QUERY_DMA: what the port keeps with a handle.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER.
 --*/
VP_STATUS Edu4QueryDma(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_STATE pState = (PEDU4_STATE)pVrp->OutputBuffer;
	PDMA pDma;

	if (pVrp->InputBufferLength < sizeof(EDU4_HANDLE) ||
	    pVrp->OutputBufferLength < sizeof(EDU4_STATE))
		return ERROR_INSUFFICIENT_BUFFER;
	pDma = (PDMA)(ULONG_PTR)((PEDU4_HANDLE)pVrp->InputBuffer)->Handle;
	pState->BytesUsed = VideoPortGetBytesUsed(pExt, pDma);
	pState->Starts = (ULONG)(ULONG_PTR)VideoPortGetDmaContext(pExt, pDma);
	pVrp->StatusBlock->Information = sizeof(EDU4_STATE);
	return NO_ERROR;
}

/*++
 * Edu4Events - EVENTS: other events for a handle, or a handle that has only them.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS Edu4Events(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_HANDLE pAnswer = (PEDU4_HANDLE)pVrp->OutputBuffer;
	EDU4_EVENTS Events;
	PDMA pDma;

	if (pVrp->InputBufferLength < sizeof(EDU4_EVENTS) ||
	    pVrp->OutputBufferLength < sizeof(EDU4_HANDLE))
		return ERROR_INSUFFICIENT_BUFFER;
	Events = *(PEDU4_EVENTS)pVrp->InputBuffer;

	/* The port looks for the handle where VideoPortLockPages puts it */
	pVrp->OutputBuffer = (PVOID)(ULONG_PTR)Events.Handle;
	pDma = VideoPortAssociateEventsWithDmaHandle(pExt, pVrp, (PVOID)(ULONG_PTR)Events.UserEvent,
						     (PVOID)(ULONG_PTR)Events.DisplayEvent);
	pVrp->OutputBuffer = pAnswer;
	if (pDma == NULL)
		return ERROR_INVALID_PARAMETER;
	pAnswer->Handle = (ULONGLONG)(ULONG_PTR)pDma;
	pAnswer->ListLength = 0;
	pVrp->StatusBlock->Information = sizeof(EDU4_HANDLE);
	return NO_ERROR;
}
