// SPDX-License-Identifier: GPL-2.0
/*
 * Miniport driver for QEMU's virtio GPU (PCI 1AF4:1050, without 3D): finding the adapter, its interrupt,
 * and which file serves which request of a client.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

VP_STATUS NTAPI VgpuFindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
				PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain);
BOOLEAN NTAPI VgpuInitialize(PVOID pHwDeviceExtension);
BOOLEAN NTAPI VgpuInterrupt(PVOID pHwDeviceExtension);
BOOLEAN NTAPI VgpuStartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp);
BOOLEAN NTAPI VgpuResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows);

#if defined(ALLOC_PRAGMA)
#pragma alloc_text(PAGE, DriverEntry)
#pragma alloc_text(PAGE, VgpuFindAdapter)
#pragma alloc_text(PAGE, VgpuInitialize)
#pragma alloc_text(PAGE, VgpuStartIO)
#endif

/*++
 * DriverEntry - tells the port what this driver is, and where its functions are.
 *
 * Return value: what VideoPortInitialize says.
 --*/
ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = sizeof(InitData);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = VgpuFindAdapter;
	InitData.HwInitialize = VgpuInitialize;
	InitData.HwInterrupt = VgpuInterrupt;
	InitData.HwStartIO = VgpuStartIO;
	InitData.HwResetHw = VgpuResetHw;
	InitData.HwDeviceExtensionSize = sizeof(VGPU_DEVICE_EXTENSION);

	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}

/*++
 * VgpuFindMemory - the DMA adapter, the common buffer, the spin lock and the events.
 *
 * Return value: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY.
 --*/
static VP_STATUS VgpuFindMemory(PVGPU_DEVICE_EXTENSION pExt)
{
	VP_DEVICE_DESCRIPTION Description;

	VideoPortZeroMemory(&Description, sizeof(Description));
	Description.ScatterGather = TRUE;
	Description.Dma64BitAddresses = TRUE;
	Description.MaximumLength = VGPU_MAXIMUM_TRANSFER;
	pExt->pDmaAdapter = VideoPortGetDmaAdapter(pExt, &Description);
	if (pExt->pDmaAdapter == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pExt->pjMemory = (PUCHAR)VideoPortAllocateCommonBuffer(
		pExt, pExt->pDmaAdapter, VGPU_COMMON_LENGTH, &pExt->liMemory, TRUE, NULL);
	if (pExt->pjMemory == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	if (VideoPortCreateSpinLock(pExt, &pExt->pSpinLock) != NO_ERROR ||
	    VideoPortCreateEvent(pExt, NOTIFICATION_EVENT, NULL, &pExt->pAnswerEvent) != NO_ERROR ||
	    VideoPortCreateEvent(pExt, NOTIFICATION_EVENT | INITIAL_EVENT_SIGNALED, NULL,
				 &pExt->pIdleEvent) != NO_ERROR ||
	    VideoPortCreateEvent(pExt, NOTIFICATION_EVENT, NULL, &pExt->pPauseEvent) != NO_ERROR)
		return ERROR_NOT_ENOUGH_MEMORY;
	return NO_ERROR;
}

/*++
 * VgpuFindAdapter - finds and maps the registers, and gets what DMA needs.
 *
 * What is left behind on failure is released by the port.
 *
 * Return value: NO_ERROR, ERROR_DEV_NOT_EXIST, ERROR_INVALID_PARAMETER or
 *	ERROR_NOT_ENOUGH_MEMORY.
 --*/
VP_STATUS NTAPI VgpuFindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
				PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PVGPU_DEVICE_EXTENSION pExt = (PVGPU_DEVICE_EXTENSION)pHwDeviceExtension;
	VIDEO_ACCESS_RANGE aRanges[PCI_TYPE0_ADDRESSES];
	VP_STATUS vpStatus;
	ULONG ulSlot = 0;

	UNREFERENCED_PARAMETER(pHwContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	*pjAgain = FALSE;
	if (pConfigInfo->Length < sizeof(VIDEO_PORT_CONFIG_INFO))
		return ERROR_INVALID_PARAMETER;
	if (pConfigInfo->BusInterruptLevel == 0 && pConfigInfo->BusInterruptVector == 0) {
		VideoPortDebugPrint(Error, "VGPU: no interrupt\n");
		return ERROR_DEV_NOT_EXIST;
	}

	VideoPortZeroMemory(aRanges, sizeof(aRanges));
	vpStatus = VideoPortGetAccessRanges(pExt, 0, NULL, PCI_TYPE0_ADDRESSES, aRanges, NULL, NULL,
					    &ulSlot);
	if (vpStatus == NO_ERROR)
		vpStatus = VgpuMapRegisters(pExt, aRanges, PCI_TYPE0_ADDRESSES, ulSlot);
	if (vpStatus == NO_ERROR)
		vpStatus = VgpuFindMemory(pExt);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pConfigInfo->NumEmulatorAccessEntries = 0;
	pConfigInfo->EmulatorAccessEntries = NULL;
	pConfigInfo->EmulatorAccessEntriesContext = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.QuadPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryLength = 0;
	pConfigInfo->HardwareStateSize = 0;
	pConfigInfo->Master = TRUE;
	pConfigInfo->ScatterGather = TRUE;
	return NO_ERROR;
}

/*++
 * VgpuInitialize - the device takes commands from now on; it shows nothing until a mode is set.
 *
 * Return value: TRUE if it does.
 --*/
BOOLEAN NTAPI VgpuInitialize(PVOID pHwDeviceExtension)
{
	return VgpuStart((PVGPU_DEVICE_EXTENSION)pHwDeviceExtension);
}

/*++
 * VgpuInterrupt - takes the device's interrupt away, and leaves the work to the DPC.
 *
 * Return value: FALSE if the interrupt is not ours.
 --*/
BOOLEAN NTAPI VgpuInterrupt(PVOID pHwDeviceExtension)
{
	PVGPU_DEVICE_EXTENSION pExt = (PVGPU_DEVICE_EXTENSION)pHwDeviceExtension;
	UCHAR jStatus = VideoPortReadRegisterUchar(pExt->pjIsr);

	/* All ones: there is no device any more */
	if (jStatus == 0 || jStatus == 0xFF)
		return FALSE;
	pExt->Info.Interrupts++;
	/* Another display is no event here: whoever asks for the modes is told */
	if (jStatus & VIRTIO_ISR_QUEUE)
		VideoPortQueueDpc(pExt, VgpuDpc, NULL);
	return TRUE;
}

/*++
 * VgpuQueryInfo - QUERY_INFO: the driver's books.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER.
 --*/
static VP_STATUS VgpuQueryInfo(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVGPU_INFO pInfo = (PVGPU_INFO)pVrp->OutputBuffer;
	UCHAR ucIrql;

	if (pVrp->OutputBufferLength < sizeof(VGPU_INFO))
		return ERROR_INSUFFICIENT_BUFFER;
	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	*pInfo = pExt->Info;
	pInfo->Running = pExt->Upload.bRunning;
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
	pInfo->MaximumElements = VGPU_MAXIMUM_ENTRIES;
	pVrp->StatusBlock->Information = sizeof(VGPU_INFO);
	return NO_ERROR;
}

/*++
 * VgpuResetDevice - RESET_DEVICE: no mode, no pointer, and a device that starts anew.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
static VP_STATUS VgpuResetDevice(PVGPU_DEVICE_EXTENSION pExt)
{
	VgpuStop(pExt);
	return VgpuStart(pExt) ? NO_ERROR : ERROR_GEN_FAILURE;
}

/*++
 * VgpuDisplayRequest - the requests that every display driver knows.
 *
 * Return value: a VP_STATUS; ERROR_INVALID_FUNCTION if it is none of them.
 --*/
static VP_STATUS VgpuDisplayRequest(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	switch (pVrp->IoControlCode) {
	case IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES:
		return VgpuNumModes(pExt, pVrp);
	case IOCTL_VIDEO_QUERY_AVAIL_MODES:
		return VgpuModes(pExt, pVrp);
	case IOCTL_VIDEO_QUERY_CURRENT_MODE:
		return VgpuCurrentMode(pExt, pVrp);
	case IOCTL_VIDEO_SET_CURRENT_MODE:
		return VgpuSetMode(pExt, pVrp);
	case IOCTL_VIDEO_QUERY_POINTER_CAPABILITIES:
		return VgpuPointerCapabilities(pVrp);
	case IOCTL_VIDEO_SET_POINTER_ATTR:
		return VgpuSetPointerAttributes(pExt, pVrp);
	case IOCTL_VIDEO_SET_POINTER_POSITION:
		return VgpuSetPointerPosition(pExt, pVrp);
	case IOCTL_VIDEO_QUERY_POINTER_POSITION:
		return VgpuQueryPointerPosition(pExt, pVrp);
	case IOCTL_VIDEO_ENABLE_POINTER:
		return VgpuEnablePointer(pExt, TRUE);
	case IOCTL_VIDEO_DISABLE_POINTER:
		return VgpuEnablePointer(pExt, FALSE);
	}
	return ERROR_INVALID_FUNCTION;
}

/*++
 * VgpuStartIO - serves a client's request.
 *
 * A device that had to be reset starts anew with the first request that wants something of it.
 *
 * Return value: TRUE; the request's own status is in its status block.
 --*/
BOOLEAN NTAPI VgpuStartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PVGPU_DEVICE_EXTENSION pExt = (PVGPU_DEVICE_EXTENSION)pHwDeviceExtension;
	VP_STATUS vpStatus;

	pVrp->StatusBlock->Information = 0;
	switch (pVrp->IoControlCode) {
	case IOCTL_VIDEO_RESET_DEVICE:
		vpStatus = VgpuResetDevice(pExt);
		break;
	case IOCTL_VGPU_QUERY_INFO:
		vpStatus = VgpuQueryInfo(pExt, pVrp);
		break;
	case IOCTL_VGPU_LOCK:
		vpStatus = VgpuLock(pExt, pVrp);
		break;
	case IOCTL_VGPU_UNLOCK:
		vpStatus = VgpuUnlock(pExt, pVrp);
		break;
	case IOCTL_VGPU_UPLOAD:
		vpStatus = VgpuUpload(pExt, pVrp);
		break;
	case IOCTL_VGPU_WAIT:
		vpStatus = VgpuWait(pExt, pVrp);
		break;
	default:
		if (!pExt->bStarted && !VgpuStart(pExt))
			vpStatus = ERROR_GEN_FAILURE;
		else
			vpStatus = VgpuDisplayRequest(pExt, pVrp);
		break;
	}

	pVrp->StatusBlock->Status = vpStatus;
	return TRUE;
}

/*++
 * VgpuResetHw - the device forgets everything: no DMA, and nothing on the screen.
 *
 * Return value: TRUE if it says that it has.
 --*/
BOOLEAN NTAPI VgpuResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows)
{
	UNREFERENCED_PARAMETER(ulColumns);
	UNREFERENCED_PARAMETER(ulRows);

	return VgpuResetAtOnce((PVGPU_DEVICE_EXTENSION)pHwDeviceExtension);
}
