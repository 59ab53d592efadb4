// SPDX-License-Identifier: GPL-2.0
/*
 * The display's modes: what the device says of its display, and what displays usually can. A mode is a
 * resource of that size which the first scanout shows. Called from HwStartIO only.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

#define VGPU_SCANOUT 0
#define VGPU_FREQUENCY 60 /* Hz: nothing of the device depends on it */

static const VIRTIO_GPU_RECT aUsualModes[] = {
	{0, 0, 640, 480},   {0, 0, 800, 600},	{0, 0, 1024, 768},
	{0, 0, 1280, 1024}, {0, 0, 1920, 1080},
};

C_ASSERT(RTL_NUMBER_OF(aUsualModes) < VGPU_MAXIMUM_MODES);

/*++
 * VgpuAddMode - a mode that is not in the list yet.
 --*/
static VOID VgpuAddMode(PVGPU_DEVICE_EXTENSION pExt, ULONG ulWidth, ULONG ulHeight)
{
	ULONG i;

	if (ulWidth == 0 || ulHeight == 0 || ulWidth > VGPU_MAXIMUM_WIDTH ||
	    ulHeight > VGPU_MAXIMUM_WIDTH || pExt->ulModes == VGPU_MAXIMUM_MODES)
		return;
	for (i = 0; i < pExt->ulModes; i++)
		if (pExt->aModes[i].Width == ulWidth && pExt->aModes[i].Height == ulHeight)
			return;
	pExt->aModes[pExt->ulModes].Width = ulWidth;
	pExt->aModes[pExt->ulModes].Height = ulHeight;
	pExt->ulModes++;
}

/*++
 * VgpuFindModes - makes the list anew: the usual modes, which always have the same numbers, and the one
 *	that the display has now.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
static VP_STATUS VgpuFindModes(PVGPU_DEVICE_EXTENSION pExt)
{
	volatile VIRTIO_GPU_DISPLAY_INFO *pInfo;
	VP_STATUS vpStatus;
	ULONG i;

	if (VgpuSingleCommand(pExt, &pExt->Control, VIRTIO_GPU_GET_DISPLAY_INFO) == NULL)
		return ERROR_GEN_FAILURE;
	vpStatus = VgpuExecute(pExt, sizeof(VIRTIO_GPU_HEADER), VIRTIO_GPU_OK_DISPLAY_INFO);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pExt->ulModes = 0;
	for (i = 0; i < RTL_NUMBER_OF(aUsualModes); i++)
		VgpuAddMode(pExt, aUsualModes[i].Width, aUsualModes[i].Height);
	pInfo = (PVIRTIO_GPU_DISPLAY_INFO)pExt->Control.aSlots[VGPU_SINGLE_SLOT].pAnswer;
	if (pInfo->Scanouts[VGPU_SCANOUT].Enabled)
		VgpuAddMode(pExt, pInfo->Scanouts[VGPU_SCANOUT].Rect.Width,
			    pInfo->Scanouts[VGPU_SCANOUT].Rect.Height);
	return NO_ERROR;
}

/*++
 * VgpuDescribe - a mode as NT sees it.
 --*/
static VOID VgpuDescribe(PVIDEO_MODE_INFORMATION pInformation, ULONG ulMode, ULONG ulWidth,
			 ULONG ulHeight)
{
	VideoPortZeroMemory(pInformation, sizeof(*pInformation));
	pInformation->Length = sizeof(*pInformation);
	pInformation->ModeIndex = ulMode;
	pInformation->VisScreenWidth = ulWidth;
	pInformation->VisScreenHeight = ulHeight;
	pInformation->ScreenStride = ulWidth * VGPU_BYTES_PER_PIXEL;
	pInformation->NumberOfPlanes = 1;
	pInformation->BitsPerPlane = 8 * VGPU_BYTES_PER_PIXEL;
	pInformation->Frequency = VGPU_FREQUENCY;
	/* At 96 pixels an inch */
	pInformation->XMillimeter = ulWidth * 254 / 960;
	pInformation->YMillimeter = ulHeight * 254 / 960;
	pInformation->NumberRedBits = 8;
	pInformation->NumberGreenBits = 8;
	pInformation->NumberBlueBits = 8;
	pInformation->RedMask = 0x00FF0000;
	pInformation->GreenMask = 0x0000FF00;
	pInformation->BlueMask = 0x000000FF;
	pInformation->AttributeFlags =
		VIDEO_MODE_COLOR | VIDEO_MODE_GRAPHICS | VIDEO_MODE_NO_OFF_SCREEN;
	pInformation->VideoMemoryBitmapWidth = ulWidth;
	pInformation->VideoMemoryBitmapHeight = ulHeight;
}

/*++
 * VgpuNumModes - QUERY_NUM_AVAIL_MODES: also looks at the display again.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuNumModes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_NUM_MODES pNumModes = (PVIDEO_NUM_MODES)pVrp->OutputBuffer;
	VP_STATUS vpStatus;

	if (pVrp->OutputBufferLength < sizeof(VIDEO_NUM_MODES))
		return ERROR_INSUFFICIENT_BUFFER;
	vpStatus = VgpuFindModes(pExt);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pNumModes->NumModes = pExt->ulModes;
	pNumModes->ModeInformationLength = sizeof(VIDEO_MODE_INFORMATION);
	pVrp->StatusBlock->Information = sizeof(VIDEO_NUM_MODES);
	return NO_ERROR;
}

/*++
 * VgpuModes - QUERY_AVAIL_MODES: all of them, or none.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuModes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_MODE_INFORMATION pInformation = (PVIDEO_MODE_INFORMATION)pVrp->OutputBuffer;
	VP_STATUS vpStatus;
	ULONG i;

	if (pExt->ulModes == 0) {
		vpStatus = VgpuFindModes(pExt);
		if (vpStatus != NO_ERROR)
			return vpStatus;
	}
	if (pVrp->OutputBufferLength < pExt->ulModes * sizeof(VIDEO_MODE_INFORMATION))
		return ERROR_INSUFFICIENT_BUFFER;
	for (i = 0; i < pExt->ulModes; i++)
		VgpuDescribe(&pInformation[i], i + 1, pExt->aModes[i].Width,
			     pExt->aModes[i].Height);
	pVrp->StatusBlock->Information = pExt->ulModes * sizeof(VIDEO_MODE_INFORMATION);
	return NO_ERROR;
}

/*++
 * VgpuCurrentMode - QUERY_CURRENT_MODE.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_FUNCTION if none is set.
 --*/
VP_STATUS VgpuCurrentMode(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	if (pVrp->OutputBufferLength < sizeof(VIDEO_MODE_INFORMATION))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pExt->ulMode == 0)
		return ERROR_INVALID_FUNCTION;
	VgpuDescribe((PVIDEO_MODE_INFORMATION)pVrp->OutputBuffer, pExt->ulMode, pExt->Screen.Width,
		     pExt->Screen.Height);
	pVrp->StatusBlock->Information = sizeof(VIDEO_MODE_INFORMATION);
	return NO_ERROR;
}

/*++
 * VgpuShow - lets the scanout show a resource of the screen's size.
 *
 * QEMU shows none without a backing, though it has a picture of its own that it shows: for this moment a
 * page of the common buffer is one.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
static VP_STATUS VgpuShow(PVGPU_DEVICE_EXTENSION pExt, ULONG ulWidth, ULONG ulHeight,
			  ULONG ulResourceId)
{
	VIRTIO_GPU_SCANOUT *pScanout;
	VP_STATUS vpStatus;

	vpStatus = VgpuAttachCommon(pExt, ulResourceId, VGPU_COMMON_ENTRIES, VGPU_PAGE);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pScanout = VgpuSingleCommand(pExt, &pExt->Control, VIRTIO_GPU_SET_SCANOUT);
	if (pScanout == NULL)
		return ERROR_GEN_FAILURE;
	pScanout->Rect.Width = ulWidth;
	pScanout->Rect.Height = ulHeight;
	pScanout->ScanoutId = VGPU_SCANOUT;
	pScanout->ResourceId = ulResourceId;
	vpStatus = VgpuExecute(pExt, sizeof(*pScanout), VIRTIO_GPU_OK);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	return VgpuResourceCommand(pExt, VIRTIO_GPU_DETACH_BACKING, ulResourceId);
}

/*++
 * VgpuSetMode - SET_CURRENT_MODE: a new, black screen; until it is shown the old one is.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER,
 *	ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuSetMode(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	VIRTIO_GPU_RECT Screen = {0};
	ULONG ulMode, ulOldId, ulId;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < sizeof(VIDEO_MODE))
		return ERROR_INSUFFICIENT_BUFFER;
	if (pExt->ulModes == 0) {
		vpStatus = VgpuFindModes(pExt);
		if (vpStatus != NO_ERROR)
			return vpStatus;
	}
	/* There is no memory to be mapped, and a new screen is always black: the flags say nothing */
	ulMode = ((PVIDEO_MODE)pVrp->InputBuffer)->RequestedMode &
		 ~(VIDEO_MODE_MAP_MEM_LINEAR | VIDEO_MODE_NO_ZERO_MEMORY);
	if (ulMode == 0 || ulMode > pExt->ulModes)
		return ERROR_INVALID_PARAMETER;
	Screen.Width = pExt->aModes[ulMode - 1].Width;
	Screen.Height = pExt->aModes[ulMode - 1].Height;

	/* An upload in flight is one to the old screen */
	if (VgpuFinishUpload(pExt, VGPU_PATIENCE) != NO_ERROR) {
		VideoPortDebugPrint(Error, "VGPU: an upload does not end; the device is reset\n");
		pExt->Info.Resets++;
		VgpuStop(pExt);
		return ERROR_GEN_FAILURE;
	}
	vpStatus = VgpuCreateResource(pExt, VIRTIO_GPU_FORMAT_BGRX, Screen.Width, Screen.Height,
				      &ulId);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	vpStatus = VgpuShow(pExt, Screen.Width, Screen.Height, ulId);
	if (vpStatus != NO_ERROR) {
		VgpuResourceCommand(pExt, VIRTIO_GPU_RESOURCE_UNREF, ulId);
		return vpStatus;
	}
	ulOldId = pExt->ulScreenId;
	pExt->ulScreenId = ulId;
	pExt->ulMode = ulMode;
	pExt->Screen = Screen;
	if (ulOldId == 0)
		return NO_ERROR;
	return VgpuResourceCommand(pExt, VIRTIO_GPU_RESOURCE_UNREF, ulOldId);
}
