// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport's frame: says what it is, and answers its requests. It drives the VGA, SVGA
 * and frame buffer adapters that QEMU has, so far as the tests of VGA's addresses want it.
 */
#include "legacy.h"

static BOOLEAN NTAPI LegacyInitialize(PVOID pvExtension)
{
	UNREFERENCED_PARAMETER(pvExtension);
	return TRUE;
}

static BOOLEAN NTAPI LegacyResetHw(PVOID pvExtension, ULONG ulColumns, ULONG ulRows)
{
	PLEGACY_EXTENSION pExt = (PLEGACY_EXTENSION)pvExtension;

	UNREFERENCED_PARAMETER(ulColumns);
	UNREFERENCED_PARAMETER(ulRows);
	pExt->Found.Resets++;
	return FALSE;
}

/* Maps a range into the client, or takes it away again */
static VOID LegacyMap(PLEGACY_EXTENSION pExt, PLEGACY_MAP pMap)
{
	PHYSICAL_ADDRESS address;
	PVOID pvSeen = (PVOID)(ULONG_PTR)-1;

	if (pMap->Undo) {
		pMap->Status = VideoPortUnmapMemory(pExt, (PVOID)(ULONG_PTR)pMap->Address, pvSeen);
		return;
	}
	address.QuadPart = pMap->Address;
	pMap->Status =
		VideoPortMapMemory(pExt, address, &pMap->Length, &pMap->InIoSpace, &pvSeen);
	if (pMap->Status == NO_ERROR)
		pMap->Address = (ULONG_PTR)pvSeen;
}

static VOID LegacyVerify(PLEGACY_EXTENSION pExt, PLEGACY_MAP pMap)
{
	VIDEO_ACCESS_RANGE range;

	VideoPortZeroMemory(&range, sizeof(range));
	range.RangeStart.QuadPart = pMap->Address;
	range.RangeLength = pMap->Length;
	range.RangeInIoSpace = (UCHAR)pMap->InIoSpace;
	pMap->Status = VideoPortVerifyAccessRanges(pExt, 1, &range);
}

static BOOLEAN NTAPI LegacyStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PLEGACY_EXTENSION pExt = (PLEGACY_EXTENSION)pvExtension;
	PVOID pv = pVrp->OutputBuffer;
	ULONG ulNeeded = 0;

	switch (pVrp->IoControlCode) {
	case IOCTL_LEGACY_FOUND:
		ulNeeded = sizeof(LEGACY_FOUND);
		break;
	case IOCTL_LEGACY_ACCESS:
		ulNeeded = sizeof(LEGACY_ACCESS);
		break;
	case IOCTL_LEGACY_ROM:
		ulNeeded = sizeof(LEGACY_ROM);
		break;
	case IOCTL_LEGACY_MAP:
	case IOCTL_LEGACY_VERIFY:
		ulNeeded = sizeof(LEGACY_MAP);
		break;
	case IOCTL_LEGACY_FIFO:
		ulNeeded = sizeof(LEGACY_FIFO);
		break;
	case IOCTL_LEGACY_ABSENT:
		ulNeeded = sizeof(LEGACY_ABSENT);
		break;
	default:
		pVrp->StatusBlock->Status = ERROR_INVALID_FUNCTION;
		return TRUE;
	}
	if (pVrp->OutputBufferLength < ulNeeded) {
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		return TRUE;
	}
	/* what goes in comes from a buffer of the same length, or is not looked at */
	if (pVrp->InputBufferLength < ulNeeded)
		VideoPortZeroMemory(pv, ulNeeded);

	pVrp->StatusBlock->Status = NO_ERROR;
	pVrp->StatusBlock->Information = ulNeeded;
	switch (pVrp->IoControlCode) {
	case IOCTL_LEGACY_FOUND:
		VideoPortMoveMemory(pv, &pExt->Found, ulNeeded);
		break;
	case IOCTL_LEGACY_ACCESS:
		if (!LegacyAccess(pExt, (PLEGACY_ACCESS)pv))
			pVrp->StatusBlock->Status = ERROR_INVALID_PARAMETER;
		break;
	case IOCTL_LEGACY_ROM:
		LegacyRom(pExt, (PLEGACY_ROM)pv);
		break;
	case IOCTL_LEGACY_MAP:
		LegacyMap(pExt, (PLEGACY_MAP)pv);
		break;
	case IOCTL_LEGACY_VERIFY:
		LegacyVerify(pExt, (PLEGACY_MAP)pv);
		break;
	case IOCTL_LEGACY_FIFO:
		LegacyFifo(pExt, (PLEGACY_FIFO)pv);
		break;
	case IOCTL_LEGACY_ABSENT:
		LegacyAbsent(pExt, (PLEGACY_ABSENT)pv);
		break;
	}
	return TRUE;
}

ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA hwInit;

	VideoPortZeroMemory(&hwInit, sizeof(hwInit));
	hwInit.AdapterInterfaceType = PCIBus;
	hwInit.HwFindAdapter = LegacyFindAdapter;
	hwInit.HwInitialize = LegacyInitialize;
	hwInit.HwStartIO = LegacyStartIO;
	hwInit.HwResetHw = LegacyResetHw;
	hwInit.HwDeviceExtensionSize = sizeof(LEGACY_EXTENSION);
#ifdef LEGACY_NT4
	hwInit.HwInitDataSize = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
#else
	hwInit.HwInitDataSize = SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA;
	hwInit.HwLegacyResourceList = LegacyVgaRanges;
	hwInit.HwLegacyResourceCount = 3;
#endif
	return VideoPortInitialize(pvContext1, pvContext2, &hwInit, NULL);
}
