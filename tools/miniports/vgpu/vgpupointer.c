// SPDX-License-Identifier: GPL-2.0
/*
 * The hardware pointer: a colour image of 64 by 64 pixels with alpha, in the common buffer, which the
 * device makes a resource of. Commands of the cursor queue are not waited for: the next one waits until
 * the last is done. Called from HwStartIO only.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

/*++
 * VgpuPointerCapabilities - QUERY_POINTER_CAPABILITIES.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER.
 --*/
VP_STATUS VgpuPointerCapabilities(PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_POINTER_CAPABILITIES pCapabilities = (PVIDEO_POINTER_CAPABILITIES)pVrp->OutputBuffer;

	if (pVrp->OutputBufferLength < sizeof(VIDEO_POINTER_CAPABILITIES))
		return ERROR_INSUFFICIENT_BUFFER;
	pCapabilities->Flags = VIDEO_MODE_ASYNC_POINTER | VIDEO_MODE_COLOR_POINTER;
	pCapabilities->MaxWidth = VGPU_POINTER_SIZE;
	pCapabilities->MaxHeight = VGPU_POINTER_SIZE;
	/* The image is in no part of the frame buffer */
	pCapabilities->HWPtrBitmapStart = ~(ULONG)0;
	pCapabilities->HWPtrBitmapEnd = ~(ULONG)0;
	pVrp->StatusBlock->Information = sizeof(VIDEO_POINTER_CAPABILITIES);
	return NO_ERROR;
}

/*++
 * VgpuTellPointer - where the pointer is, and whether it is shown. A shape is told with UPDATE_CURSOR.
 *
 * The device has no place left of the screen or above it: it gets the nearest one that it has.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
static VP_STATUS VgpuTellPointer(PVGPU_DEVICE_EXTENSION pExt, ULONG ulCommand)
{
	VIRTIO_GPU_CURSOR *pCursor = VgpuSingleCommand(pExt, &pExt->Cursor, ulCommand);

	if (pCursor == NULL)
		return ERROR_GEN_FAILURE;
	pCursor->X = pExt->Pointer.Column > 0 ? (ULONG)pExt->Pointer.Column : 0;
	pCursor->Y = pExt->Pointer.Row > 0 ? (ULONG)pExt->Pointer.Row : 0;
	pCursor->ResourceId = pExt->bPointerOn ? pExt->ulPointerId : 0;
	return VgpuSend(pExt, &pExt->Cursor, sizeof(*pCursor));
}

/*++
 * VgpuFetchShape - lets the device fetch the image; makes its resource if there is none.
 *
 * Return value: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
static VP_STATUS VgpuFetchShape(PVGPU_DEVICE_EXTENSION pExt)
{
	VIRTIO_GPU_TRANSFER *pTransfer;
	VP_STATUS vpStatus;
	ULONG ulId;

	if (pExt->ulPointerId == 0) {
		vpStatus = VgpuCreateResource(pExt, VIRTIO_GPU_FORMAT_BGRA, VGPU_POINTER_SIZE,
					      VGPU_POINTER_SIZE, &ulId);
		if (vpStatus != NO_ERROR)
			return vpStatus;
		vpStatus = VgpuAttachCommon(pExt, ulId, VGPU_COMMON_POINTER, VGPU_POINTER_LENGTH);
		if (vpStatus != NO_ERROR) {
			VgpuResourceCommand(pExt, VIRTIO_GPU_RESOURCE_UNREF, ulId);
			return vpStatus;
		}
		pExt->ulPointerId = ulId;
	}
	pTransfer = VgpuSingleCommand(pExt, &pExt->Control, VIRTIO_GPU_TRANSFER_TO_HOST_2D);
	if (pTransfer == NULL)
		return ERROR_GEN_FAILURE;
	pTransfer->Rect.Width = VGPU_POINTER_SIZE;
	pTransfer->Rect.Height = VGPU_POINTER_SIZE;
	pTransfer->ResourceId = pExt->ulPointerId;
	return VgpuExecute(pExt, sizeof(*pTransfer), VIRTIO_GPU_OK);
}

/*++
 * VgpuSetPointerAttributes - SET_POINTER_ATTR: a new shape, where it is, whether it is shown.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER for a shape that the
 *	device cannot show, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuSetPointerAttributes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_POINTER_ATTRIBUTES pAttributes = (PVIDEO_POINTER_ATTRIBUTES)pVrp->InputBuffer;
	PUCHAR pjImage = pExt->pjMemory + VGPU_COMMON_POINTER;
	ULONG ulHeader = (ULONG)FIELD_OFFSET(VIDEO_POINTER_ATTRIBUTES, Pixels);
	VP_STATUS vpStatus;
	ULONG ulBytes, i;

	if (pVrp->InputBufferLength < ulHeader)
		return ERROR_INSUFFICIENT_BUFFER;
	if ((pAttributes->Flags & VIDEO_MODE_COLOR_POINTER) == 0 ||
	    pAttributes->Flags & VIDEO_MODE_MONO_POINTER || pAttributes->Width == 0 ||
	    pAttributes->Width > VGPU_POINTER_SIZE || pAttributes->Height == 0 ||
	    pAttributes->Height > VGPU_POINTER_SIZE)
		return ERROR_INVALID_PARAMETER;
	ulBytes = pAttributes->Width * VGPU_BYTES_PER_PIXEL;
	if (pAttributes->WidthInBytes < ulBytes ||
	    pAttributes->WidthInBytes > (pVrp->InputBufferLength - ulHeader) / pAttributes->Height)
		return pAttributes->WidthInBytes < ulBytes ? ERROR_INVALID_PARAMETER
							   : ERROR_INSUFFICIENT_BUFFER;

	/* The device may still be at the last shape: nothing of the old one is fetched from here on */
	VideoPortZeroMemory(pjImage, VGPU_POINTER_LENGTH);
	for (i = 0; i < pAttributes->Height; i++)
		VideoPortMoveMemory(pjImage + i * VGPU_POINTER_STRIDE,
				    pAttributes->Pixels + i * pAttributes->WidthInBytes, ulBytes);
	vpStatus = VgpuFetchShape(pExt);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pExt->bPointerShape = TRUE;
	pExt->bPointerOn = pAttributes->Enable != 0;
	pExt->Pointer.Column = pAttributes->Column;
	pExt->Pointer.Row = pAttributes->Row;
	return VgpuTellPointer(pExt, VIRTIO_GPU_UPDATE_CURSOR);
}

/*++
 * VgpuSetPointerPosition - SET_POINTER_POSITION: remembered also while it is not shown.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuSetPointerPosition(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	if (pVrp->InputBufferLength < sizeof(VIDEO_POINTER_POSITION))
		return ERROR_INSUFFICIENT_BUFFER;
	pExt->Pointer = *(PVIDEO_POINTER_POSITION)pVrp->InputBuffer;
	return pExt->bPointerOn ? VgpuTellPointer(pExt, VIRTIO_GPU_MOVE_CURSOR) : NO_ERROR;
}

/*++
 * VgpuQueryPointerPosition - QUERY_POINTER_POSITION.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER.
 --*/
VP_STATUS VgpuQueryPointerPosition(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	if (pVrp->OutputBufferLength < sizeof(VIDEO_POINTER_POSITION))
		return ERROR_INSUFFICIENT_BUFFER;
	*(PVIDEO_POINTER_POSITION)pVrp->OutputBuffer = pExt->Pointer;
	pVrp->StatusBlock->Information = sizeof(VIDEO_POINTER_POSITION);
	return NO_ERROR;
}

/*++
 * VgpuEnablePointer - ENABLE_POINTER and DISABLE_POINTER.
 *
 * Return value: NO_ERROR, ERROR_INVALID_FUNCTION if there is no shape to be shown,
 *	ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuEnablePointer(PVGPU_DEVICE_EXTENSION pExt, BOOLEAN bEnable)
{
	if (bEnable && !pExt->bPointerShape)
		return ERROR_INVALID_FUNCTION;
	if (bEnable == pExt->bPointerOn)
		return NO_ERROR;
	pExt->bPointerOn = bEnable;
	return VgpuTellPointer(pExt, VIRTIO_GPU_UPDATE_CURSOR);
}
