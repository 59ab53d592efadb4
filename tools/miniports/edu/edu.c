// SPDX-License-Identifier: GPL-2.0
/*
 * Miniport driver for the edu chip (PCI 1234:11E8): finding the adapter, its interrupt, and the
 * requests of clients. The DMA itself is in edudma.c, the older DMA calls are in edupages.c.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "eduioctl.h"
#include "edu.h"

VP_STATUS NTAPI EduFindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
			       PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain);
BOOLEAN NTAPI EduInitialize(PVOID pHwDeviceExtension);
BOOLEAN NTAPI EduInterrupt(PVOID pHwDeviceExtension);
BOOLEAN NTAPI EduStartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp);
BOOLEAN NTAPI EduResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows);
VP_STATUS NTAPI EduSetPowerState(PVOID pHwDeviceExtension, ULONG ulHwId,
				 PVIDEO_POWER_MANAGEMENT pPower);
VP_STATUS NTAPI EduGetPowerState(PVOID pHwDeviceExtension, ULONG ulHwId,
				 PVIDEO_POWER_MANAGEMENT pPower);

#if defined(ALLOC_PRAGMA)
#pragma alloc_text(PAGE, DriverEntry)
#pragma alloc_text(PAGE, EduFindAdapter)
#pragma alloc_text(PAGE, EduInitialize)
#pragma alloc_text(PAGE, EduStartIO)
#endif

/*++
 * DriverEntry - tells the port what this driver is, and where its functions are.
 *
 * Return value: what VideoPortInitialize says.
 --*/
ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoDebugPrint((Trace, "EDU: DriverEntry\n"));

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = sizeof(InitData);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = EduFindAdapter;
	InitData.HwInitialize = EduInitialize;
	InitData.HwInterrupt = EduInterrupt;
	InitData.HwStartIO = EduStartIO;
	InitData.HwResetHw = EduResetHw;
	InitData.HwSetPowerState = EduSetPowerState;
	InitData.HwGetPowerState = EduGetPowerState;
	InitData.HwDeviceExtensionSize = sizeof(EDU_DEVICE_EXTENSION);

	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}

/*++
 * EduFindAdapter - maps the registers, makes sure that it is our chip, and gets what DMA needs.
 *
 * What is left behind on failure is released by the port.
 *
 * Return value: NO_ERROR, ERROR_DEV_NOT_EXIST, ERROR_INVALID_PARAMETER or
 *	ERROR_NOT_ENOUGH_MEMORY.
 --*/
VP_STATUS NTAPI EduFindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
			       PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;
	VIDEO_ACCESS_RANGE AccessRange;
	VP_DEVICE_DESCRIPTION Description;
	VP_STATUS vpStatus;
	ULONG ulSlot = 0;

	UNREFERENCED_PARAMETER(pHwContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	*pjAgain = FALSE;
	if (pConfigInfo->Length < sizeof(VIDEO_PORT_CONFIG_INFO))
		return ERROR_INVALID_PARAMETER;

	/* Without its interrupt the chip is of no use to us */
	if (pConfigInfo->BusInterruptLevel == 0 && pConfigInfo->BusInterruptVector == 0) {
		VideoDebugPrint((Error, "EDU: no interrupt\n"));
		return ERROR_DEV_NOT_EXIST;
	}

	VideoPortZeroMemory(&AccessRange, sizeof(AccessRange));
	vpStatus = VideoPortGetAccessRanges(pExt, 0, NULL, 1, &AccessRange, NULL, NULL, &ulSlot);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	if (AccessRange.RangeLength < EDU_REGISTER_LENGTH)
		return ERROR_DEV_NOT_EXIST;

	pExt->pjRegisters = (PUCHAR)VideoPortGetDeviceBase(
		pExt, AccessRange.RangeStart, AccessRange.RangeLength, AccessRange.RangeInIoSpace);
	if (pExt->pjRegisters == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pExt->ulIdentification = EduReadRegister(pExt, EDU_REG_IDENTIFICATION);
	if ((pExt->ulIdentification & EDU_IDENTIFICATION_MASK) != EDU_IDENTIFICATION) {
		VideoDebugPrint((Error, "EDU: not ours: 0x%x\n", pExt->ulIdentification));
		return ERROR_DEV_NOT_EXIST;
	}

	/* A write of 32 bits to an address register clears its upper half: 32 bits it is */
	VideoPortZeroMemory(&Description, sizeof(Description));
	Description.ScatterGather = TRUE;
	Description.Dma32BitAddresses = TRUE;
	Description.MaximumLength = EDU_MAXIMUM_TRANSFER;
	pExt->pDmaAdapter = VideoPortGetDmaAdapter(pExt, &Description);
	if (pExt->pDmaAdapter == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pExt->pjCommon = (PUCHAR)VideoPortAllocateCommonBuffer(
		pExt, pExt->pDmaAdapter, EDU_COMMON_LENGTH, &pExt->liCommon, FALSE, NULL);
	if (pExt->pjCommon == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pConfigInfo->NumEmulatorAccessEntries = 0;
	pConfigInfo->EmulatorAccessEntries = NULL;
	pConfigInfo->EmulatorAccessEntriesContext = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.LowPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.HighPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryLength = 0;
	pConfigInfo->HardwareStateSize = 0;
	pConfigInfo->Master = TRUE;
	pConfigInfo->ScatterGather = TRUE;

	VideoDebugPrint((Info, "EDU: chip 0x%x in slot %u\n", pExt->ulIdentification, ulSlot));
	return NO_ERROR;
}

/*++
 * EduInitialize - makes the chip ready: alive, silent, and with no DMA of a former life.
 *
 * Return value: TRUE if it is.
 --*/
BOOLEAN NTAPI EduInitialize(PVOID pHwDeviceExtension)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;
	ULONG ulTries;

	EduWriteRegister(pExt, EDU_REG_LIVENESS, 0x5A0FF0A5);
	if (EduReadRegister(pExt, EDU_REG_LIVENESS) != ~(ULONG)0x5A0FF0A5) {
		VideoDebugPrint((Error, "EDU: the chip is dead\n"));
		return FALSE;
	}

	/* While a transfer runs the chip ignores all commands. It ends within 100 ms; wait 200 */
	for (ulTries = 0; ulTries < 4000; ulTries++) {
		if ((EduReadRegister(pExt, EDU_REG_DMA_COMMAND) & EDU_COMMAND_RUN) == 0)
			break;
		VideoPortStallExecution(50);
	}
	if (ulTries == 4000) {
		VideoDebugPrint((Error, "EDU: a transfer does not end\n"));
		return FALSE;
	}

	EduWriteRegister(pExt, EDU_REG_STATUS, 0);
	EduWriteRegister(pExt, EDU_REG_INTERRUPT_ACKNOWLEDGE,
			 EduReadRegister(pExt, EDU_REG_INTERRUPT_STATUS));
	return TRUE;
}

/*++
 * EduInterrupt - takes the chip's interrupt away, and leaves the work to the DPC.
 *
 * Return value: FALSE if the interrupt is not ours.
 --*/
BOOLEAN NTAPI EduInterrupt(PVOID pHwDeviceExtension)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;
	ULONG ulStatus = EduReadRegister(pExt, EDU_REG_INTERRUPT_STATUS);

	/* All ones: there is no chip any more */
	if (ulStatus == 0 || ulStatus == ~(ULONG)0)
		return FALSE;

	EduWriteRegister(pExt, EDU_REG_INTERRUPT_ACKNOWLEDGE, ulStatus);
	if (ulStatus & EDU_INTERRUPT_DMA)
		VideoPortQueueDpc(pExt, EduDmaDpc, NULL);
	return TRUE;
}

/*++
 * EduFixedRequest - the requests whose input and output are of a fixed size.
 *
 * Return value: a VP_STATUS; ERROR_INVALID_FUNCTION if it is none of them.
 --*/
static VP_STATUS EduFixedRequest(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU_INFO pInfo = (PEDU_INFO)pVrp->OutputBuffer;
	PEDU_DMA_STATE pState = (PEDU_DMA_STATE)pVrp->OutputBuffer;

	switch (pVrp->IoControlCode) {
	case IOCTL_VIDEO_RESET_DEVICE:
		return pExt->lState == EduRunning ? ERROR_BUSY : NO_ERROR;

	case IOCTL_EDU_QUERY_INFO:
		if (pVrp->OutputBufferLength < sizeof(EDU_INFO))
			return ERROR_INSUFFICIENT_BUFFER;
		pInfo->Identification = pExt->ulIdentification;
		pInfo->DeviceBufferLength = EDU_BUFFER_LENGTH;
		pInfo->MaximumTransfer = EDU_MAXIMUM_TRANSFER;
		pInfo->DmaCount = pExt->ulDmaCount;
		pVrp->StatusBlock->Information = sizeof(EDU_INFO);
		return NO_ERROR;

	case IOCTL_EDU_START_DMA:
		if (pVrp->InputBufferLength < sizeof(EDU_START))
			return ERROR_INSUFFICIENT_BUFFER;
		return EduStartPacket(pExt, (PEDU_START)pVrp->InputBuffer);

	case IOCTL_EDU_QUERY_DMA:
		if (pVrp->OutputBufferLength < sizeof(EDU_DMA_STATE))
			return ERROR_INSUFFICIENT_BUFFER;
		/* The state first: once it says that all is over, the rest stays as it is */
		pState->State = (ULONG)pExt->lState;
		VideoPortMoveMemory((PUCHAR)pState + sizeof(pState->State),
				    (PUCHAR)&pExt->Dma.Report + sizeof(pState->State),
				    sizeof(EDU_DMA_STATE) - sizeof(pState->State));
		pVrp->StatusBlock->Information = sizeof(EDU_DMA_STATE);
		return NO_ERROR;

	case IOCTL_EDU_FINISH_DMA:
		if (pExt->lState == EduRunning)
			return ERROR_BUSY;
		EduReleaseDma(pExt);
		return NO_ERROR;

	case IOCTL_EDU_PAGES_DMA:
		if (pVrp->InputBufferLength < sizeof(EDU_PAGES))
			return ERROR_INSUFFICIENT_BUFFER;
		return EduPagesDma(pExt, (PEDU_PAGES)pVrp->InputBuffer);

#ifdef EDU_LATE_DMA
	case IOCTL_EDU_LATE_DMA:
		if (pVrp->InputBufferLength < sizeof(EDU_LATE))
			return ERROR_INSUFFICIENT_BUFFER;
		return EduLateDma(pExt, (PEDU_LATE)pVrp->InputBuffer);
#endif
	}
	return ERROR_INVALID_FUNCTION;
}

/*++
 * EduStartIO - serves a client's request.
 *
 * Return value: TRUE; the request's own status is in its status block.
 --*/
BOOLEAN NTAPI EduStartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;
	VP_STATUS vpStatus;

	pVrp->StatusBlock->Information = 0;
	switch (pVrp->IoControlCode) {
	case IOCTL_EDU_LOCK_PAGES:
		vpStatus = EduLockPages(pExt, pVrp);
		break;
	case IOCTL_EDU_UNLOCK_PAGES:
		vpStatus = EduUnlockPages(pExt, pVrp);
		break;
	case IOCTL_EDU_COMMON_BUFFER:
		vpStatus = EduCommonBuffer(pExt, pVrp);
		break;
	case IOCTL_EDU_READ_COMMON:
		vpStatus = EduReadCommon(pExt, pVrp);
		break;
	default:
		vpStatus = EduFixedRequest(pExt, pVrp);
		break;
	}

	if (vpStatus != NO_ERROR) {
		VideoDebugPrint((Warn, "EDU: request 0x%x: %d\n", pVrp->IoControlCode, vpStatus));
	}
	pVrp->StatusBlock->Status = vpStatus;
	return TRUE;
}

/*++
 * EduResetHw - there is no text mode to go back to: only keeps the chip from interrupting for
 *	anything but DMA, which cannot be stopped once it runs.
 *
 * Return value: TRUE, the adapter needs no more.
 --*/
BOOLEAN NTAPI EduResetHw(PVOID pHwDeviceExtension, ULONG ulColumns, ULONG ulRows)
{
	PEDU_DEVICE_EXTENSION pExt = (PEDU_DEVICE_EXTENSION)pHwDeviceExtension;

	UNREFERENCED_PARAMETER(ulColumns);
	UNREFERENCED_PARAMETER(ulRows);

	EduWriteRegister(pExt, EDU_REG_STATUS, 0);
	return TRUE;
}

/*++
 * EduSetPowerState, EduGetPowerState - the chip keeps nothing that must be saved.
 *
 * Return value: NO_ERROR.
 --*/
VP_STATUS NTAPI EduSetPowerState(PVOID pHwDeviceExtension, ULONG ulHwId,
				 PVIDEO_POWER_MANAGEMENT pPower)
{
	UNREFERENCED_PARAMETER(pHwDeviceExtension);
	UNREFERENCED_PARAMETER(ulHwId);
	UNREFERENCED_PARAMETER(pPower);
	return NO_ERROR;
}

VP_STATUS NTAPI EduGetPowerState(PVOID pHwDeviceExtension, ULONG ulHwId,
				 PVIDEO_POWER_MANAGEMENT pPower)
{
	UNREFERENCED_PARAMETER(pHwDeviceExtension);
	UNREFERENCED_PARAMETER(ulHwId);
	UNREFERENCED_PARAMETER(pPower);
	return NO_ERROR;
}
