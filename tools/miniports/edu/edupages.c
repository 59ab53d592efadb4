// SPDX-License-Identifier: GPL-2.0
/*
 * The older DMA calls: pages that a client keeps locked (VideoPortLockPages), with logical
 * addresses from GET_VIDEO_PHYSICAL_ADDRESS, and the common buffer. Called from HwStartIO only;
 * the transfers run in edudma.c.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "eduioctl.h"
#include "edu.h"

/* What GET_VIDEO_SCATTERGATHER gives for a handle that is none */
#define EduEmptyList(pSegment) ((pSegment) == NULL || (pSegment)->Length == 0)

/*++
 * EduLockPages - LOCK_PAGES: locks the client's memory, and tells where the device sees it.
 *
 * VideoPortLockPages takes the memory from the request packet, and puts its answer there: the
 * request's own buffer must be kept first.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_NOT_ENOUGH_MEMORY.
 --*/
VP_STATUS EduLockPages(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU_LOCK pLock = (PEDU_LOCK)pVrp->InputBuffer;
	PEDU_LOCKED pLocked = (PEDU_LOCKED)pVrp->OutputBuffer;
	ULONG ulLockedLength = pVrp->OutputBufferLength;
	PVRB_SG pSegment;
	PDMA pDma;
	ULONG ulRoom, i;

	if (pVrp->InputBufferLength < sizeof(EDU_LOCK) ||
	    ulLockedLength < (ULONG)FIELD_OFFSET(EDU_LOCKED, Segments))
		return ERROR_INSUFFICIENT_BUFFER;

	pVrp->InputBufferLength = pLock->Length;
	pVrp->InputBuffer = (PVOID)(ULONG_PTR)pLock->Address;
	if (!VideoPortLockPages(pExt, pVrp, NULL, NULL, VideoPortDmaInitOnly))
		return ERROR_NOT_ENOUGH_MEMORY;

	pDma = (PDMA)pVrp->OutputBuffer;
	pSegment = GET_VIDEO_SCATTERGATHER(&pDma);
	if (EduEmptyList(pSegment)) {
		VideoPortUnlockPages(pExt, pDma);
		return ERROR_NOT_ENOUGH_MEMORY;
	}

	ulRoom = (ulLockedLength - FIELD_OFFSET(EDU_LOCKED, Segments)) / sizeof(EDU_SEGMENT);
	if (ulRoom > EDU_MAXIMUM_SEGMENTS)
		ulRoom = EDU_MAXIMUM_SEGMENTS;
	pLocked->Handle = (ULONGLONG)(ULONG_PTR)pDma;
	pLocked->SegmentCount = pVrp->OutputBufferLength / sizeof(VRB_SG);
	for (i = 0; i < ulRoom && i < pLocked->SegmentCount; i++) {
		pLocked->Segments[i].LogicalAddress = (ULONGLONG)pSegment[i].PhysicalAddress;
		pLocked->Segments[i].Length = pSegment[i].Length;
		pLocked->Segments[i].Reserved = 0;
	}
	pLocked->SegmentsReturned = i;
	pVrp->StatusBlock->Information =
		FIELD_OFFSET(EDU_LOCKED, Segments) + i * sizeof(EDU_SEGMENT);
	return NO_ERROR;
}

/*++
 * EduPagesDma - PAGES_DMA: one transfer, in memory that LOCK_PAGES has locked.
 *
 * The handle and the offset are the client's word: for a handle that is none the list is empty,
 * and beyond the end of what is locked there are no bytes left.
 *
 * Return value: NO_ERROR, ERROR_BUSY, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS EduPagesDma(PEDU_DEVICE_EXTENSION pExt, PEDU_PAGES pPages)
{
	PDMA pDma = (PDMA)(ULONG_PTR)pPages->Handle;
	PVP_SCATTER_GATHER_ELEMENT pElement = pExt->Dma.aElements;
	EDU_PAGES Pages = *pPages;
	PVRB_SG pSegment;
	VP_STATUS vpStatus;
	ULONG ulMoved, ulContiguous, i;
	ULONGLONG ullAddress;

	if (Pages.Operation != EduToDevice && Pages.Operation != EduFromDevice)
		return ERROR_INVALID_PARAMETER;
	if (Pages.Length == 0 || Pages.Length > EDU_MAXIMUM_TRANSFER)
		return ERROR_INVALID_PARAMETER;
	pSegment = GET_VIDEO_SCATTERGATHER(&pDma);
	if (EduEmptyList(pSegment))
		return ERROR_INVALID_PARAMETER;

	vpStatus = EduClaimDma(pExt, EduPages, Pages.Length, Pages.DeviceOffset);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	ulMoved = 0;
	for (i = 0; ulMoved < Pages.Length; i++) {
		if (i == EDU_MAXIMUM_ELEMENTS)
			return ERROR_INVALID_PARAMETER;
		/* The macro walks: it needs the list's start each time */
		pSegment = GET_VIDEO_SCATTERGATHER(&pDma);
		GET_VIDEO_PHYSICAL_ADDRESS(pSegment, (ULONG_PTR)Pages.Offset + ulMoved, 0,
					   &ulContiguous, ullAddress);
		if (ulContiguous == 0)
			return ERROR_INVALID_PARAMETER;
		if (ulContiguous > Pages.Length - ulMoved)
			ulContiguous = Pages.Length - ulMoved;
		pElement[i].Address.QuadPart = (LONGLONG)ullAddress;
		pElement[i].Length = ulContiguous;
		ulMoved += ulContiguous;
	}

	pExt->Dma.bWriteToDevice = Pages.Operation == EduToDevice;
	EduSetState(pExt, EduRunning);
	EduStartElements(pExt, pElement, i);
	return NO_ERROR;
}

/*++
 * EduUnlockPages - UNLOCK_PAGES: gives the pages back, once the device is through with them.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_BUSY.
 --*/
VP_STATUS EduUnlockPages(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU_UNLOCKED pUnlocked = (PEDU_UNLOCKED)pVrp->OutputBuffer;
	PVRB_SG pSegment;
	PDMA pDma;
	BOOLEAN bResult;

	if (pVrp->InputBufferLength < sizeof(EDU_UNLOCK))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pExt->lState == EduRunning && pExt->Dma.Report.Operation == EduPages)
		return ERROR_BUSY;

	pDma = (PDMA)(ULONG_PTR)((PEDU_UNLOCK)pVrp->InputBuffer)->Handle;
	pSegment = GET_VIDEO_SCATTERGATHER(&pDma);
	if (!EduEmptyList(pSegment)) {
		pExt->liReleased.QuadPart = pSegment->PhysicalAddress;
		pExt->ulReleasedLength = pSegment->Length;
	}

	bResult = VideoPortUnlockPages(pExt, pDma);
	if (pVrp->OutputBufferLength >= sizeof(EDU_UNLOCKED)) {
		pUnlocked->Result = bResult;
		pVrp->StatusBlock->Information = sizeof(EDU_UNLOCKED);
	}
	return NO_ERROR;
}

#ifdef EDU_LATE_DMA
/*++
 * EduLateDma - LATE_DMA: what a driver must never do. The device writes to memory that was given
 *	back, at the logical address that it had.
 *
 * Return value: NO_ERROR, ERROR_BUSY, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS EduLateDma(PEDU_DEVICE_EXTENSION pExt, PEDU_LATE pLate)
{
	PVP_SCATTER_GATHER_ELEMENT pElement = pExt->Dma.aElements;
	EDU_LATE Late = *pLate;
	VP_STATUS vpStatus;

	if (Late.Length == 0 || Late.Length > EDU_MAXIMUM_TRANSFER ||
	    Late.Length > pExt->ulReleasedLength)
		return ERROR_INVALID_PARAMETER;
	vpStatus = EduClaimDma(pExt, EduLate, Late.Length, Late.DeviceOffset);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pElement->Address = pExt->liReleased;
	pElement->Length = Late.Length;
	pExt->Dma.bWriteToDevice = FALSE;
	EduSetState(pExt, EduRunning);
	EduStartElements(pExt, pElement, 1);
	return NO_ERROR;
}
#endif

/*++
 * EduCommonBuffer - COMMON_BUFFER: data to the device and back, by way of memory that is never
 *	locked or mapped for a client.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, ERROR_BUSY.
 --*/
VP_STATUS EduCommonBuffer(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU_COMMON pCommon = (PEDU_COMMON)pVrp->InputBuffer;
	PVP_SCATTER_GATHER_ELEMENT pElement = pExt->Dma.aElements;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < (ULONG)FIELD_OFFSET(EDU_COMMON, Data))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pCommon->Length == 0 || pCommon->Length > EDU_MAXIMUM_TRANSFER)
		return ERROR_INVALID_PARAMETER;
	if (pVrp->InputBufferLength - FIELD_OFFSET(EDU_COMMON, Data) < pCommon->Length)
		return ERROR_INSUFFICIENT_BUFFER;
	vpStatus = EduClaimDma(pExt, EduCommon, pCommon->Length, pCommon->DeviceOffset);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	VideoPortMoveMemory(pExt->pjCommon, pCommon->Data, pCommon->Length);
	VideoPortZeroMemory(pExt->pjCommon + EDU_MAXIMUM_TRANSFER, EDU_MAXIMUM_TRANSFER);
	pExt->ulCommonLength = pCommon->Length;

	pElement[0].Address = pExt->liCommon;
	pElement[0].Length = pCommon->Length;
	pElement[1].Address.QuadPart = pExt->liCommon.QuadPart + EDU_MAXIMUM_TRANSFER;
	pElement[1].Length = pCommon->Length;
	pExt->Dma.bWriteToDevice = TRUE;
	EduSetState(pExt, EduRunning);
	EduStartElements(pExt, &pElement[0], 1);
	return NO_ERROR;
}

/*++
 * EduReadCommon - READ_COMMON: what came back into the second half of the common buffer.
 *
 * Return value: NO_ERROR, ERROR_BUSY, ERROR_INSUFFICIENT_BUFFER.
 --*/
VP_STATUS EduReadCommon(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	if (pExt->lState == EduRunning)
		return ERROR_BUSY;
	if (pVrp->OutputBufferLength < pExt->ulCommonLength)
		return ERROR_INSUFFICIENT_BUFFER;

	VideoPortMoveMemory(pVrp->OutputBuffer, pExt->pjCommon + EDU_MAXIMUM_TRANSFER,
			    pExt->ulCommonLength);
	pVrp->StatusBlock->Information = pExt->ulCommonLength;
	return NO_ERROR;
}
