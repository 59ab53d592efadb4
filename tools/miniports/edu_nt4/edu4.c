// SPDX-License-Identifier: GPL-2.0
/*
 * NT4 miniport driver for the edu chip (PCI 1234:11E8): finding the adapter, its interrupt, and
 * the requests of clients. Packet DMA is in edu4dma.c, mappings for clients are in edu4map.c.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "edu4ioctl.h"
#include "edu4.h"

VP_STATUS NTAPI Edu4FindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
				PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain);
BOOLEAN NTAPI Edu4Initialize(PVOID pHwDeviceExtension);
BOOLEAN NTAPI Edu4Interrupt(PVOID pHwDeviceExtension);
BOOLEAN NTAPI Edu4StartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp);
BOOLEAN NTAPI Edu4ResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows);

#if defined(ALLOC_PRAGMA)
#pragma alloc_text(PAGE, DriverEntry)
#pragma alloc_text(PAGE, Edu4FindAdapter)
#pragma alloc_text(PAGE, Edu4Initialize)
#pragma alloc_text(PAGE, Edu4StartIO)
#endif

/*++
 * DriverEntry - tells the port what this driver is, and where its functions are.
 *
 * The port looks at HwStartDma if the structure is long enough to have it.
 *
 * Return value: what VideoPortInitialize says.
 --*/
ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoDebugPrint((Trace, "EDU4: DriverEntry\n"));

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwSetPowerState);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = Edu4FindAdapter;
	InitData.HwInitialize = Edu4Initialize;
	InitData.HwInterrupt = Edu4Interrupt;
	InitData.HwStartIO = Edu4StartIO;
	InitData.HwResetHw = Edu4ResetHw;
	InitData.HwStartDma = Edu4StartDma;
	InitData.HwDeviceExtensionSize = sizeof(EDU4_DEVICE_EXTENSION);

	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}

/*++
 * Edu4FindAdapter - maps the registers, makes sure that it is our chip, and makes the event that
 *	requests wait for.
 *
 * Return value: NO_ERROR, ERROR_DEV_NOT_EXIST, ERROR_INVALID_PARAMETER or
 *	ERROR_NOT_ENOUGH_MEMORY.
 --*/
VP_STATUS NTAPI Edu4FindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
				PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;
	VP_STATUS vpStatus;
	ULONG ulSlot = 0;

	UNREFERENCED_PARAMETER(pHwContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	*pjAgain = FALSE;
	if (pConfigInfo->Length < sizeof(VIDEO_PORT_CONFIG_INFO))
		return ERROR_INVALID_PARAMETER;

	/* Without its interrupt the chip is of no use to us */
	if (pConfigInfo->BusInterruptLevel == 0 && pConfigInfo->BusInterruptVector == 0)
		return ERROR_DEV_NOT_EXIST;

	vpStatus =
		VideoPortGetAccessRanges(pExt, 0, NULL, 1, &pExt->Registers, NULL, NULL, &ulSlot);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	if (pExt->Registers.RangeLength < EDU4_REGISTER_LENGTH)
		return ERROR_DEV_NOT_EXIST;

	pExt->pjRegisters = (PUCHAR)VideoPortGetDeviceBase(pExt, pExt->Registers.RangeStart,
							   pExt->Registers.RangeLength,
							   pExt->Registers.RangeInIoSpace);
	if (pExt->pjRegisters == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pExt->Info.Identification = Edu4ReadRegister(pExt, EDU4_REG_IDENTIFICATION);
	if ((pExt->Info.Identification & EDU4_IDENTIFICATION_MASK) != EDU4_IDENTIFICATION) {
		VideoDebugPrint((Error, "EDU4: not ours: 0x%x\n", pExt->Info.Identification));
		return ERROR_DEV_NOT_EXIST;
	}

	vpStatus = VideoPortCreateEvent(pExt, NOTIFICATION_EVENT | INITIAL_EVENT_SIGNALED, NULL,
					&pExt->pIdleEvent);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	pConfigInfo->NumEmulatorAccessEntries = 0;
	pConfigInfo->EmulatorAccessEntries = NULL;
	pConfigInfo->EmulatorAccessEntriesContext = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.LowPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.HighPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryLength = 0;
	pConfigInfo->HardwareStateSize = 0;
	pConfigInfo->Master = TRUE;
	pConfigInfo->ScatterGather = TRUE;
	return NO_ERROR;
}

/*++
 * Edu4Initialize - makes the chip ready: silent, and with no DMA of a former life.
 *
 * Return value: TRUE if it is.
 --*/
BOOLEAN NTAPI Edu4Initialize(PVOID pHwDeviceExtension)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;
	ULONG ulTries;

	/* While a transfer runs the chip ignores all commands. It ends within 100 ms */
	for (ulTries = 0; ulTries < 20000; ulTries++) {
		if ((Edu4ReadRegister(pExt, EDU4_REG_DMA_COMMAND) & EDU4_COMMAND_RUN) == 0)
			break;
		VideoPortStallExecution(50);
	}
	if (ulTries == 20000) {
		VideoDebugPrint((Error, "EDU4: a transfer does not end\n"));
		return FALSE;
	}

	Edu4WriteRegister(pExt, EDU4_REG_STATUS, 0);
	Edu4WriteRegister(pExt, EDU4_REG_INTERRUPT_ACKNOWLEDGE,
			  Edu4ReadRegister(pExt, EDU4_REG_INTERRUPT_STATUS));
	return TRUE;
}

/*++
 * Edu4Interrupt - takes the chip's interrupt away.
 *
 * Return value: FALSE if the interrupt is not ours.
 --*/
BOOLEAN NTAPI Edu4Interrupt(PVOID pHwDeviceExtension)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;
	ULONG ulStatus = Edu4ReadRegister(pExt, EDU4_REG_INTERRUPT_STATUS);

	/* All ones: there is no chip any more */
	if (ulStatus == 0 || ulStatus == ~(ULONG)0)
		return FALSE;

	pExt->Info.Interrupts++;
	Edu4WriteRegister(pExt, EDU4_REG_INTERRUPT_ACKNOWLEDGE, ulStatus);
	if (ulStatus & EDU4_INTERRUPT_DMA)
		Edu4DmaInterrupt(pExt);
	return TRUE;
}

/*++
 * Edu4Wait - WAIT: sleeps until the device is idle.
 *
 * Return value: NO_ERROR, WAIT_TIMEOUT, ERROR_INSUFFICIENT_BUFFER, or what the port says.
 --*/
static VP_STATUS Edu4Wait(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	LARGE_INTEGER liTimeout;

	if (pVrp->InputBufferLength < sizeof(ULONG))
		return ERROR_INSUFFICIENT_BUFFER;
	/* Negative: from now on, in units of 100 ns */
	liTimeout.QuadPart = -(LONGLONG) * (PULONG)pVrp->InputBuffer * 10000;
	return VideoPortWaitForSingleObject(pExt, pExt->pIdleEvent, &liTimeout);
}

/*++
 * Edu4StartIO - serves a client's request.
 *
 * Return value: TRUE; the request's own status is in its status block.
 --*/
BOOLEAN NTAPI Edu4StartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;
	PEDU4_HANDLE pHandle = (PEDU4_HANDLE)pVrp->InputBuffer;
	VP_STATUS vpStatus;

	pVrp->StatusBlock->Information = 0;
	switch (pVrp->IoControlCode) {
	case IOCTL_VIDEO_RESET_DEVICE:
		vpStatus = NO_ERROR;
		break;
	case IOCTL_EDU4_QUERY_INFO:
		vpStatus = ERROR_INSUFFICIENT_BUFFER;
		if (pVrp->OutputBufferLength < sizeof(EDU4_INFO))
			break;
		pExt->Info.Busy = (ULONG)pExt->lBusy;
		VideoPortMoveMemory(pVrp->OutputBuffer, &pExt->Info, sizeof(EDU4_INFO));
		pVrp->StatusBlock->Information = sizeof(EDU4_INFO);
		vpStatus = NO_ERROR;
		break;
	case IOCTL_EDU4_LOCK:
		vpStatus = Edu4Lock(pExt, pVrp);
		break;
	case IOCTL_EDU4_DMA:
		vpStatus = Edu4DoDma(pExt, pVrp);
		break;
	case IOCTL_EDU4_UNLOCK:
		vpStatus = ERROR_INSUFFICIENT_BUFFER;
		if (pVrp->InputBufferLength < sizeof(EDU4_HANDLE))
			break;
		VideoPortUnlockPages(pExt, (PDMA)(ULONG_PTR)pHandle->Handle);
		vpStatus = NO_ERROR;
		break;
	case IOCTL_EDU4_QUERY_DMA:
		vpStatus = Edu4QueryDma(pExt, pVrp);
		break;
	case IOCTL_EDU4_WAIT:
		vpStatus = Edu4Wait(pExt, pVrp);
		break;
	case IOCTL_EDU4_EVENTS:
		vpStatus = Edu4Events(pExt, pVrp);
		break;
	case IOCTL_EDU4_MAP:
		vpStatus = Edu4Map(pExt, pVrp);
		break;
	case IOCTL_EDU4_UNMAP:
		vpStatus = Edu4Unmap(pExt, pVrp);
		break;
	case IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES:
		vpStatus = Edu4PublicRanges(pExt, pVrp);
		break;
	case IOCTL_VIDEO_FREE_PUBLIC_ACCESS_RANGES:
		vpStatus = Edu4FreePublicRanges(pExt, pVrp);
		break;
	default:
		vpStatus = ERROR_INVALID_FUNCTION;
		break;
	}
	pVrp->StatusBlock->Status = vpStatus;
	return TRUE;
}

/*++
 * Edu4ResetHw - there is no text mode to go back to: only keeps the chip from interrupting for
 *	anything but DMA, which cannot be stopped once it runs.
 *
 * Return value: TRUE, the adapter needs no more.
 --*/
BOOLEAN NTAPI Edu4ResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows)
{
	PEDU4_DEVICE_EXTENSION pExt = (PEDU4_DEVICE_EXTENSION)pHwDeviceExtension;

	UNREFERENCED_PARAMETER(ulColumns);
	UNREFERENCED_PARAMETER(ulRows);

	Edu4WriteRegister(pExt, EDU4_REG_STATUS, 0);
	return TRUE;
}
