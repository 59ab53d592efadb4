// SPDX-License-Identifier: GPL-2.0
/*
 * Pictures of clients: locked by VideoPortLockBuffer, fetched by the device straight from the client's
 * pages. An upload goes in pieces, each a VideoPortStartDma: its list becomes the backing of the screen's
 * resource, the device fetches, the backing is detached, and only then the piece is completed. HwStartIO
 * begins the first piece; from then on the DPC begins the next.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

/* Of WAIT, in milliseconds: meanwhile nobody else's request is served */
#define VGPU_LONGEST_WAIT 10000

static VP_STATUS VgpuNextPiece(PVGPU_DEVICE_EXTENSION pExt);

/*++
 * VgpuEndUpload - the upload is over. The first failure is the one that is told.
 --*/
VOID VgpuEndUpload(PVGPU_DEVICE_EXTENSION pExt, VP_STATUS vpStatus)
{
	UCHAR ucIrql;

	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	if (pExt->Upload.Report.Status == NO_ERROR)
		pExt->Upload.Report.Status = (ULONG)vpStatus;
	pExt->Upload.bRunning = FALSE;
	pExt->Upload.bHeld = FALSE;
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
	VideoPortSetEvent(pExt, pExt->pIdleEvent);
}

/*++
 * VgpuQueuePiece - puts the commands of a piece into the ring. Called with the spin lock held.
 *
 * Return value: NO_ERROR; ERROR_MORE_DATA if the list has more elements than there is room for.
 --*/
static VP_STATUS VgpuQueuePiece(PVGPU_DEVICE_EXTENSION pExt, PVP_SCATTER_GATHER_LIST pList)
{
	PVIRTIO_GPU_ENTRY pEntries = (PVIRTIO_GPU_ENTRY)(pExt->pjMemory + VGPU_COMMON_ENTRIES);
	PVGPU_TRANSFER pUpload = &pExt->Upload;
	PVGPU_QUEUE pQueue = &pExt->Control;
	VIRTIO_GPU_ATTACH *pAttach;
	VIRTIO_GPU_TRANSFER *pTransfer;
	VIRTIO_GPU_RESOURCE *pDetach;
	VIRTIO_GPU_FLUSH *pFlush;
	ULONG i;

	if (pList->NumberOfElements == 0 || pList->NumberOfElements > VGPU_MAXIMUM_ENTRIES)
		return ERROR_MORE_DATA;
	for (i = 0; i < pList->NumberOfElements; i++) {
		pEntries[i].Address = (ULONGLONG)pList->Elements[i].Address.QuadPart;
		pEntries[i].Length = pList->Elements[i].Length;
		pEntries[i].Padding = 0;
	}

	pAttach = VgpuCommand(pQueue, 0, VIRTIO_GPU_ATTACH_BACKING);
	pAttach->ResourceId = pUpload->ulResourceId;
	pAttach->Entries = pList->NumberOfElements;
	VgpuQueueCommand(pExt, pQueue, 0, sizeof(*pAttach), pList->NumberOfElements);

	/* The backing begins with the piece's first line */
	pTransfer = VgpuCommand(pQueue, 1, VIRTIO_GPU_TRANSFER_TO_HOST_2D);
	pTransfer->Rect = pUpload->Rect;
	pTransfer->Rect.Y += pUpload->ulLinesDone;
	pTransfer->Rect.Height = pUpload->ulLines;
	pTransfer->Offset = (ULONGLONG)pUpload->Rect.X * VGPU_BYTES_PER_PIXEL;
	pTransfer->ResourceId = pUpload->ulResourceId;
	VgpuQueueCommand(pExt, pQueue, 1, sizeof(*pTransfer), 0);

	pDetach = VgpuCommand(pQueue, 2, VIRTIO_GPU_DETACH_BACKING);
	pDetach->ResourceId = pUpload->ulResourceId;
	VgpuQueueCommand(pExt, pQueue, 2, sizeof(*pDetach), 0);
	pUpload->ulCommands = 3;

	/* With the last piece all of it is shown, at once */
	if (pUpload->ulLinesDone + pUpload->ulLines == pUpload->Rect.Height) {
		pFlush = VgpuCommand(pQueue, 3, VIRTIO_GPU_RESOURCE_FLUSH);
		pFlush->Rect = pUpload->Rect;
		pFlush->ResourceId = pUpload->ulResourceId;
		VgpuQueueCommand(pExt, pQueue, 3, sizeof(*pFlush), 0);
		pUpload->ulCommands = 4;
	}

	pUpload->pList = pList;
	pUpload->Report.Pieces++;
	pUpload->Report.Elements += pList->NumberOfElements;
	pUpload->Report.Bytes += pUpload->ulLength;
	pExt->Info.Pieces++;
	pExt->Info.Elements += pList->NumberOfElements;
	pExt->Info.Bytes += pUpload->ulLength;
	return NO_ERROR;
}

/*++
 * VgpuExecuteDma - the port has made a piece's list. Runs at DISPATCH_LEVEL.
 *
 * The port may have made the piece shorter than it was asked for: whole lines of it are used.
 --*/
static VOID NTAPI VgpuExecuteDma(PVOID pHwDeviceExtension, PVP_DMA_ADAPTER pDmaAdapter,
				 PVP_SCATTER_GATHER_LIST pList, PVOID pvContext)
{
	PVGPU_DEVICE_EXTENSION pExt = (PVGPU_DEVICE_EXTENSION)pHwDeviceExtension;
	PVGPU_TRANSFER pUpload = &pExt->Upload;
	VP_STATUS vpStatus = ERROR_GEN_FAILURE;

	UNREFERENCED_PARAMETER(pvContext);

	VideoPortAcquireSpinLockAtDpcLevel(pExt, pExt->pSpinLock);
	pUpload->ulLines = pUpload->ulLength / pUpload->ulStride;
	if (pExt->bStarted)
		vpStatus = pUpload->ulLines == 0 ? ERROR_MORE_DATA : VgpuQueuePiece(pExt, pList);
	if (vpStatus == NO_ERROR && !pUpload->bHeld)
		VgpuNotify(pExt, &pExt->Control);
	VideoPortReleaseSpinLockFromDpcLevel(pExt, pExt->pSpinLock);

	if (vpStatus != NO_ERROR) {
		VideoPortCompleteDma(pExt, pDmaAdapter, pList, TRUE);
		VgpuEndUpload(pExt, vpStatus);
	}
}

/*++
 * VgpuNextPiece - asks the port for a list of what is left, as much as goes at once.
 *
 * Return value: NO_ERROR, and the piece belongs to the DPC; else it was not begun.
 --*/
static VP_STATUS VgpuNextPiece(PVGPU_DEVICE_EXTENSION pExt)
{
	PVGPU_TRANSFER pUpload = &pExt->Upload;
	ULONG ulLines = pUpload->Rect.Height - pUpload->ulLinesDone;

	/* Whole lines, and no more than the list surely holds */
	if (ulLines > VGPU_MAXIMUM_TRANSFER / pUpload->ulStride)
		ulLines = VGPU_MAXIMUM_TRANSFER / pUpload->ulStride;
	pUpload->ulLength = ulLines * pUpload->ulStride;
	return VideoPortStartDma(pExt, pExt->pDmaAdapter, pUpload->pvMdl,
				 pUpload->ulFirst + pUpload->ulLinesDone * pUpload->ulStride,
				 &pUpload->ulLength, VgpuExecuteDma, NULL, TRUE);
}

/*++
 * VgpuPieceDone - the device has answered all commands of a piece, and has let go of its pages. Runs at
 *	DISPATCH_LEVEL.
 --*/
VOID VgpuPieceDone(PVGPU_DEVICE_EXTENSION pExt)
{
	PVGPU_TRANSFER pUpload = &pExt->Upload;
	PVP_SCATTER_GATHER_LIST pList;
	VP_STATUS vpStatus;

	VideoPortAcquireSpinLockAtDpcLevel(pExt, pExt->pSpinLock);
	pList = pUpload->pList;
	pUpload->pList = NULL;
	VideoPortReleaseSpinLockFromDpcLevel(pExt, pExt->pSpinLock);
	if (pList == NULL)
		return; /* VgpuStop has it */

	vpStatus = VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pList, TRUE);
	pUpload->ulLinesDone += pUpload->ulLines;
	if (vpStatus == NO_ERROR && pUpload->Report.Status == NO_ERROR &&
	    pUpload->ulLinesDone < pUpload->Rect.Height) {
		vpStatus = VgpuNextPiece(pExt);
		if (vpStatus == NO_ERROR)
			return;
	}
	VgpuEndUpload(pExt, vpStatus);
}

/*++
 * VgpuFinishUpload - waits until no upload is under way; one that is held is let go.
 *
 * Return value: NO_ERROR, WAIT_TIMEOUT, or ERROR_INVALID_PARAMETER if the client is being killed.
 --*/
VP_STATUS VgpuFinishUpload(PVGPU_DEVICE_EXTENSION pExt, LONGLONG llTimeout)
{
	LARGE_INTEGER liTimeout;
	UCHAR ucIrql;

	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	if (pExt->Upload.bHeld && pExt->bStarted)
		VgpuNotify(pExt, &pExt->Control);
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);

	liTimeout.QuadPart = llTimeout;
	return VideoPortWaitForSingleObject(pExt, pExt->pIdleEvent, &liTimeout);
}

/*++
 * VgpuLock - LOCK: a client's picture, which the device will only read.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER,
 *	ERROR_NOT_ENOUGH_MEMORY if it cannot be locked.
 --*/
VP_STATUS VgpuLock(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVGPU_LOCK pLock = (PVGPU_LOCK)pVrp->InputBuffer;
	PVGPU_HANDLE pHandle = (PVGPU_HANDLE)pVrp->OutputBuffer;
	PVOID pvMdl;

	if (pVrp->InputBufferLength < sizeof(VGPU_LOCK) ||
	    pVrp->OutputBufferLength < sizeof(VGPU_HANDLE))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pLock->Length == 0)
		return ERROR_INVALID_PARAMETER;
	pvMdl = VideoPortLockBuffer(pExt, (PVOID)(ULONG_PTR)pLock->Address, pLock->Length,
				    VpReadAccess);
	if (pvMdl == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;
	pHandle->Handle = (ULONGLONG)(ULONG_PTR)pvMdl;
	pVrp->StatusBlock->Information = sizeof(VGPU_HANDLE);
	return NO_ERROR;
}

/*++
 * VgpuUnlock - UNLOCK: while a piece is with the device the port keeps its pages.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER.
 --*/
VP_STATUS VgpuUnlock(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	if (pVrp->InputBufferLength < sizeof(VGPU_HANDLE))
		return ERROR_INSUFFICIENT_BUFFER;
	VideoPortUnLockBuffer(pExt, (PVOID)(ULONG_PTR)((PVGPU_HANDLE)pVrp->InputBuffer)->Handle);
	return NO_ERROR;
}

/*++
 * VgpuCheckUpload - what a client says of a rectangle: inside the screen, and addressable.
 *
 * Whether it is inside the locked memory the port knows.
 *
 * Return value: NO_ERROR, ERROR_INVALID_PARAMETER.
 --*/
static VP_STATUS VgpuCheckUpload(PVGPU_DEVICE_EXTENSION pExt, PVGPU_UPLOAD pRequest)
{
	ULONGLONG ullEnd;

	if (pRequest->Flags & ~VGPU_UPLOAD_HOLD || pRequest->Offset % VGPU_BYTES_PER_PIXEL != 0)
		return ERROR_INVALID_PARAMETER;
	if (pRequest->Width == 0 || pRequest->Width > pExt->Screen.Width ||
	    pRequest->X > pExt->Screen.Width - pRequest->Width || pRequest->Height == 0 ||
	    pRequest->Height > pExt->Screen.Height ||
	    pRequest->Y > pExt->Screen.Height - pRequest->Height)
		return ERROR_INVALID_PARAMETER;
	ullEnd = pRequest->Offset + (ULONGLONG)(pRequest->Y + pRequest->Height) *
					    (pExt->Screen.Width * VGPU_BYTES_PER_PIXEL);
	return ullEnd > MAXULONG ? ERROR_INVALID_PARAMETER : NO_ERROR;
}

/*++
 * VgpuUpload - UPLOAD: starts one, after the last.
 *
 * Return value: NO_ERROR; ERROR_INSUFFICIENT_BUFFER; ERROR_INVALID_FUNCTION without a mode;
 *	ERROR_INVALID_PARAMETER; ERROR_GEN_FAILURE; or what VideoPortStartDma says.
 --*/
VP_STATUS VgpuUpload(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVGPU_UPLOAD pRequest = (PVGPU_UPLOAD)pVrp->InputBuffer;
	PVGPU_TRANSFER pUpload = &pExt->Upload;
	ULONG ulStride = pExt->Screen.Width * VGPU_BYTES_PER_PIXEL;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < sizeof(VGPU_UPLOAD))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pExt->ulMode == 0)
		return ERROR_INVALID_FUNCTION;
	vpStatus = VgpuCheckUpload(pExt, pRequest);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	vpStatus = VgpuFinishUpload(pExt, VGPU_PATIENCE);
	if (vpStatus == WAIT_TIMEOUT) {
		VideoPortDebugPrint(Error, "VGPU: an upload does not end; the device is reset\n");
		pExt->Info.Resets++;
		VgpuStop(pExt);
	}
	if (vpStatus != NO_ERROR)
		return ERROR_GEN_FAILURE;

	VideoPortZeroMemory(pUpload, sizeof(*pUpload));
	pUpload->bRunning = TRUE;
	pUpload->bHeld = (pRequest->Flags & VGPU_UPLOAD_HOLD) != 0;
	pUpload->pvMdl = (PVOID)(ULONG_PTR)pRequest->Handle;
	pUpload->ulFirst = pRequest->Offset + pRequest->Y * ulStride;
	pUpload->Rect.X = pRequest->X;
	pUpload->Rect.Y = pRequest->Y;
	pUpload->Rect.Width = pRequest->Width;
	pUpload->Rect.Height = pRequest->Height;
	pUpload->ulResourceId = pExt->ulScreenId;
	pUpload->ulStride = ulStride;
	pExt->Info.Uploads++;
	VideoPortClearEvent(pExt, pExt->pIdleEvent);
	vpStatus = VgpuNextPiece(pExt);
	if (vpStatus != NO_ERROR)
		VgpuEndUpload(pExt, vpStatus);
	return vpStatus;
}

/*++
 * VgpuWait - WAIT: until the last upload is over, and how it ended.
 *
 * Return value: NO_ERROR, WAIT_TIMEOUT, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS VgpuWait(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	VP_STATUS vpStatus;
	ULONG ulMilliseconds;
	UCHAR ucIrql;

	if (pVrp->InputBufferLength < sizeof(ULONG) ||
	    pVrp->OutputBufferLength < sizeof(VGPU_UPLOADED))
		return ERROR_INSUFFICIENT_BUFFER;
	ulMilliseconds = *(PULONG)pVrp->InputBuffer;
	if (ulMilliseconds > VGPU_LONGEST_WAIT)
		ulMilliseconds = VGPU_LONGEST_WAIT;
	vpStatus = VgpuFinishUpload(pExt, -(LONGLONG)ulMilliseconds * 10000);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	*(PVGPU_UPLOADED)pVrp->OutputBuffer = pExt->Upload.Report;
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
	pVrp->StatusBlock->Information = sizeof(VGPU_UPLOADED);
	return NO_ERROR;
}
