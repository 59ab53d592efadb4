// SPDX-License-Identifier: GPL-2.0
/*
 * The edu chip's DMA: an operation is pieces, a piece is scatter/gather lists, a list is elements,
 * an element is transfers of at most EDU_MAXIMUM_TRANSFER bytes. HwStartIO starts the first
 * transfer; from then on the DPC of each interrupt starts the next. Never waits.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "eduioctl.h"
#include "edu.h"

/*++
 * EduClaimDma - prepares the engine for a new operation, after what is left of the last one.
 *
 * A client may have gone without FINISH_DMA: its buffers are given up here.
 *
 * Return value: NO_ERROR, ERROR_BUSY, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS EduClaimDma(PEDU_DEVICE_EXTENSION pExt, ULONG ulOperation, ULONG ulLength,
		      ULONG ulDeviceOffset)
{
	PEDU_DMA pDma = &pExt->Dma;

	if (pExt->lState == EduRunning)
		return ERROR_BUSY;
	if (ulDeviceOffset >= EDU_BUFFER_LENGTH)
		return ERROR_INVALID_PARAMETER;

	EduReleaseDma(pExt);
	VideoPortZeroMemory(pDma, sizeof(EDU_DMA));
	pDma->Report.Operation = ulOperation;
	pDma->Report.Length = ulLength;
	pDma->ulDeviceOffset = ulDeviceOffset;
	pDma->ulCursor = ulDeviceOffset;
	return NO_ERROR;
}

/*++
 * EduReleaseDma - unlocks the client's buffers. Not while the device works.
 --*/
VOID EduReleaseDma(PEDU_DEVICE_EXTENSION pExt)
{
	PEDU_DMA pDma = &pExt->Dma;

	if (pDma->pvDestinationMdl != NULL)
		VideoPortUnLockBuffer(pExt, pDma->pvDestinationMdl);
	if (pDma->pvSourceMdl != NULL)
		VideoPortUnLockBuffer(pExt, pDma->pvSourceMdl);
	pDma->pvDestinationMdl = NULL;
	pDma->pvSourceMdl = NULL;
	EduSetState(pExt, EduIdle);
}

/*++
 * EduEndDma - the operation is over. The last thing that the DPC does with it.
 --*/
static VOID EduEndDma(PEDU_DEVICE_EXTENSION pExt, VP_STATUS vpStatus)
{
	PEDU_DMA pDma = &pExt->Dma;

	if (pDma->pList != NULL) {
		VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pDma->pList, pDma->bWriteToDevice);
		pDma->pList = NULL;
	}
	pDma->Report.Status = (ULONG)vpStatus;
	EduSetState(pExt, vpStatus == NO_ERROR ? EduDone : EduFailed);
}

/*++
 * EduNoteElement - keeps the books for QUERY_DMA.
 --*/
static VOID EduNoteElement(PEDU_DMA pDma)
{
	ULONGLONG ullAddress = (ULONGLONG)pDma->pElement->Address.QuadPart;

	pDma->Report.Elements++;
	if (pDma->bWriteToDevice) {
		if (!pDma->bReadSeen)
			pDma->Report.FirstRead = ullAddress;
		pDma->bReadSeen = TRUE;
		pDma->Report.LastRead = ullAddress;
	} else {
		if (!pDma->bWrittenSeen)
			pDma->Report.FirstWritten = ullAddress;
		pDma->bWrittenSeen = TRUE;
		pDma->Report.LastWritten = ullAddress;
	}
}

/*++
 * EduNextTransfer - programs the device for what comes next in the current list.
 *
 * Return value: NO_ERROR; ERROR_NO_MORE_DEVICES if the list is done;
 *	ERROR_INVALID_PARAMETER if the device cannot reach an element.
 --*/
static VP_STATUS EduNextTransfer(PEDU_DEVICE_EXTENSION pExt)
{
	PEDU_DMA pDma = &pExt->Dma;
	PHYSICAL_ADDRESS liAddress;
	ULONG ulLength;

	while (pDma->ulElementsLeft != 0 && pDma->ulElementMoved == pDma->pElement->Length) {
		pDma->pElement++;
		pDma->ulElementsLeft--;
		pDma->ulElementMoved = 0;
	}
	if (pDma->ulElementsLeft == 0)
		return ERROR_NO_MORE_DEVICES;
	if (pDma->ulElementMoved == 0)
		EduNoteElement(pDma);

	ulLength = pDma->pElement->Length - pDma->ulElementMoved;
	if (ulLength > EDU_MAXIMUM_TRANSFER)
		ulLength = EDU_MAXIMUM_TRANSFER;
	if (ulLength > EDU_BUFFER_LENGTH - pDma->ulCursor)
		ulLength = EDU_BUFFER_LENGTH - pDma->ulCursor;

	liAddress.QuadPart = pDma->pElement->Address.QuadPart + pDma->ulElementMoved;
	if (liAddress.HighPart != 0) {
		VideoDebugPrint((Error, "EDU: address above 4 GB\n"));
		return ERROR_INVALID_PARAMETER;
	}

	pDma->ulTransferLength = ulLength;
	pDma->Report.Transfers++;
	EduWriteRegister(pExt, EDU_REG_DMA_SOURCE,
			 pDma->bWriteToDevice ? liAddress.LowPart
					      : EDU_BUFFER_ADDRESS + pDma->ulCursor);
	EduWriteRegister(pExt, EDU_REG_DMA_DESTINATION,
			 pDma->bWriteToDevice ? EDU_BUFFER_ADDRESS + pDma->ulCursor
					      : liAddress.LowPart);
	EduWriteRegister(pExt, EDU_REG_DMA_COUNT, ulLength);
	EduWriteRegister(pExt, EDU_REG_DMA_COMMAND,
			 EDU_COMMAND_RUN | EDU_COMMAND_INTERRUPT |
				 (pDma->bWriteToDevice ? 0 : EDU_COMMAND_TO_MEMORY));
	return NO_ERROR;
}

/*++
 * EduStartElements - lets the device work on a list. The state is EduRunning already.
 *
 * After it returns the operation belongs to the DPC, which may have ended it.
 --*/
VOID EduStartElements(PEDU_DEVICE_EXTENSION pExt, PVP_SCATTER_GATHER_ELEMENT pElement,
		      ULONG ulElements)
{
	PEDU_DMA pDma = &pExt->Dma;
	VP_STATUS vpStatus;

	pDma->pElement = pElement;
	pDma->ulElementsLeft = ulElements;
	pDma->ulElementMoved = 0;
	vpStatus = EduNextTransfer(pExt);
	if (vpStatus != NO_ERROR)
		EduEndDma(pExt, ERROR_INVALID_PARAMETER);
}

/*++
 * EduExecuteDma - the port has made a scatter/gather list. Runs at DISPATCH_LEVEL.
 --*/
static VOID NTAPI EduExecuteDma(PVOID pHwDeviceExtension, PVP_DMA_ADAPTER pDmaAdapter,
				PVP_SCATTER_GATHER_LIST pList, PVOID pvContext)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;

	UNREFERENCED_PARAMETER(pDmaAdapter);
	UNREFERENCED_PARAMETER(pvContext);

	pExt->Dma.pList = pList;
	pExt->Dma.Report.Lists++;
	EduStartElements(pExt, pList->Elements, pList->NumberOfElements);
}

/*++
 * EduNextList - asks the port for the next list of the current piece: as much of it as the port
 *	can give at once.
 *
 * Return value: NO_ERROR, and the operation belongs to the DPC; else it was not started.
 --*/
static VP_STATUS EduNextList(PEDU_DEVICE_EXTENSION pExt)
{
	PEDU_DMA pDma = &pExt->Dma;

	pDma->ulListLength = pDma->ulPieceLength - pDma->ulPieceMoved;
	return VideoPortStartDma(pExt, pExt->pDmaAdapter,
				 pDma->bWriteToDevice ? pDma->pvSourceMdl : pDma->pvDestinationMdl,
				 pDma->ulPieceStart + pDma->ulPieceMoved, &pDma->ulListLength,
				 EduExecuteDma, NULL, pDma->bWriteToDevice);
}

/*++
 * EduNewPiece - begins the piece at ulPieceStart: all that is left, or of a copy as much as goes
 *	into the device and back out at a time.
 --*/
static VOID EduNewPiece(PEDU_DMA pDma)
{
	BOOLEAN bCopy = pDma->Report.Operation == EduCopy;

	pDma->ulPieceMoved = 0;
	pDma->ulPieceLength = pDma->Report.Length - pDma->ulPieceStart;
	if (bCopy && pDma->ulPieceLength > EDU_MAXIMUM_TRANSFER)
		pDma->ulPieceLength = EDU_MAXIMUM_TRANSFER;
	pDma->bWriteToDevice = bCopy || pDma->Report.Operation == EduToDevice;
	pDma->ulCursor = pDma->ulDeviceOffset;
}

/*++
 * EduStartPacket - START_DMA: locks the client's buffers and starts the first list.
 *
 * Return value: NO_ERROR; ERROR_BUSY; ERROR_INVALID_PARAMETER; ERROR_NOT_ENOUGH_MEMORY if a
 *	buffer cannot be locked; or what VideoPortStartDma says.
 --*/
VP_STATUS EduStartPacket(PEDU_DEVICE_EXTENSION pExt, PEDU_START pStart)
{
	PEDU_DMA pDma = &pExt->Dma;
	VP_STATUS vpStatus;

	if (pStart->Operation != EduToDevice && pStart->Operation != EduFromDevice &&
	    pStart->Operation != EduCopy)
		return ERROR_INVALID_PARAMETER;

	vpStatus = EduClaimDma(pExt, pStart->Operation, pStart->Length, pStart->DeviceOffset);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	/* What the device reads it need not write, and the other way round */
	if (pStart->Operation != EduFromDevice) {
		pDma->pvSourceMdl = VideoPortLockBuffer(pExt, (PVOID)(ULONG_PTR)pStart->Source,
							pStart->Length, VpReadAccess);
		if (pDma->pvSourceMdl == NULL)
			return ERROR_NOT_ENOUGH_MEMORY;
	}
	if (pStart->Operation != EduToDevice) {
		pDma->pvDestinationMdl = VideoPortLockBuffer(
			pExt, (PVOID)(ULONG_PTR)pStart->Destination, pStart->Length, VpWriteAccess);
		if (pDma->pvDestinationMdl == NULL) {
			EduReleaseDma(pExt);
			return ERROR_NOT_ENOUGH_MEMORY;
		}
	}

	EduNewPiece(pDma);
	EduSetState(pExt, EduRunning);
	vpStatus = EduNextList(pExt);
	if (vpStatus != NO_ERROR)
		EduReleaseDma(pExt);
	return vpStatus;
}

/*++
 * EduPacketListDone - a list of a packet is done: completes it and goes on with the next list,
 *	the way back, or the next piece.
 --*/
static VOID EduPacketListDone(PEDU_DEVICE_EXTENSION pExt)
{
	PEDU_DMA pDma = &pExt->Dma;
	BOOLEAN bThere = !pDma->bWriteToDevice || pDma->Report.Operation != EduCopy;
	VP_STATUS vpStatus;

	vpStatus = VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pDma->pList, pDma->bWriteToDevice);
	pDma->pList = NULL;
	if (vpStatus != NO_ERROR) {
		EduEndDma(pExt, vpStatus);
		return;
	}

	pDma->ulPieceMoved += pDma->ulListLength;
	if (bThere)
		pDma->Report.BytesMoved += pDma->ulListLength;

	if (pDma->ulPieceMoved == pDma->ulPieceLength && !bThere) {
		/* The piece is in the device: now back */
		pDma->bWriteToDevice = FALSE;
		pDma->ulPieceMoved = 0;
		pDma->ulCursor = pDma->ulDeviceOffset;
	} else if (pDma->ulPieceMoved == pDma->ulPieceLength) {
		pDma->ulPieceStart += pDma->ulPieceLength;
		if (pDma->ulPieceStart == pDma->Report.Length) {
			EduEndDma(pExt, NO_ERROR);
			return;
		}
		EduNewPiece(pDma);
	}

	vpStatus = EduNextList(pExt);
	if (vpStatus != NO_ERROR)
		EduEndDma(pExt, vpStatus);
}

/*++
 * EduDmaDpc - the device has done a transfer. Runs at DISPATCH_LEVEL, after EduInterrupt.
 --*/
VOID NTAPI EduDmaDpc(PVOID pHwDeviceExtension, PVOID pvContext)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;
	PEDU_DMA pDma = &pExt->Dma;
	VP_STATUS vpStatus;

	UNREFERENCED_PARAMETER(pvContext);

	if (pExt->lState != EduRunning)
		return;

	pExt->ulDmaCount++;
	pDma->ulElementMoved += pDma->ulTransferLength;
	pDma->ulCursor = (pDma->ulCursor + pDma->ulTransferLength) % EDU_BUFFER_LENGTH;
	vpStatus = EduNextTransfer(pExt);
	if (vpStatus == NO_ERROR)
		return;
	if (vpStatus != ERROR_NO_MORE_DEVICES) {
		EduEndDma(pExt, vpStatus);
		return;
	}

	switch (pDma->Report.Operation) {
	case EduToDevice:
	case EduFromDevice:
	case EduCopy:
		EduPacketListDone(pExt);
		return;
	case EduCommon:
		if (pDma->bWriteToDevice) {
			pDma->bWriteToDevice = FALSE;
			pDma->ulCursor = pDma->ulDeviceOffset;
			EduStartElements(pExt, &pDma->aElements[1], 1);
			return;
		}
		break;
	}
	pDma->Report.BytesMoved = pDma->Report.Length;
	EduEndDma(pExt, NO_ERROR);
}
