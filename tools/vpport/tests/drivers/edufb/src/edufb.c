// SPDX-License-Identifier: GPL-2.0
/* edufb.c - miniport driver for the edu chip (PCI 1234:11E8): finding it, and requests. */
#include <dderror.h>
#include <devioctl.h>
#include <miniport.h>
#include <ntddvdeo.h>
#include <video.h>

#include "edufb.h"

VP_STATUS NTAPI EdufbFindAdapter(PVOID pHwDeviceExtension, PVOID pHwContext, PWSTR pwszArgument,
				 PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PEDUFB_EXTENSION pExt = pHwDeviceExtension;
	VIDEO_ACCESS_RANGE Range;
	ULONG ulSlot = 0;
	VP_STATUS vpStatus;

	UNREFERENCED_PARAMETER(pHwContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	*pjAgain = FALSE;
	VideoPortZeroMemory(&Range, sizeof(Range));
	vpStatus = VideoPortGetAccessRanges(pExt, 0, NULL, 1, &Range, NULL, NULL, &ulSlot);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pExt->pjRegisters = VideoPortGetDeviceBase(pExt, Range.RangeStart, Range.RangeLength, 0);
	if (pExt->pjRegisters == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (!EdufbIsOurs(pExt))
		return ERROR_DEV_NOT_EXIST;
	/* nothing here waits for an interrupt */
	pConfigInfo->BusInterruptLevel = 0;
	pConfigInfo->BusInterruptVector = 0;
	pConfigInfo->HardwareStateSize = 0;
	VideoPortDebugPrint(Warn, "EDUFB: chip 0x%x\n", pExt->ulIdentification);
	return NO_ERROR;
}

BOOLEAN NTAPI EdufbInitialize(PVOID pHwDeviceExtension)
{
	PEDUFB_EXTENSION pExt = pHwDeviceExtension;

	VideoPortWriteRegisterUlong((PULONG)(pExt->pjRegisters + EDUFB_REG_STATUS), 0);
	return TRUE;
}

BOOLEAN NTAPI EdufbStartIO(PVOID pHwDeviceExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	UNREFERENCED_PARAMETER(pHwDeviceExtension);
	pVrp->StatusBlock->Status = ERROR_INVALID_FUNCTION;
	return TRUE;
}

ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = sizeof(InitData);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = EdufbFindAdapter;
	InitData.HwInitialize = EdufbInitialize;
	InitData.HwStartIO = EdufbStartIO;
	InitData.HwDeviceExtensionSize = sizeof(EDUFB_EXTENSION);
	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}
