/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the benchmark's miniports find the edu chip: its registers, a DMA adapter that takes scattered
 * memory anywhere, and what the port is told of it. To be included after video.h.
 */
#ifndef BENCH_EDU_H
#define BENCH_EDU_H

/* What a miniport has found */
typedef struct _EDU_FOUND {
	PUCHAR pjRegisters;
	PVP_DMA_ADAPTER pDmaAdapter;
	ULONG ulSlot;
} EDU_FOUND, *PEDU_FOUND;

/* HwVidFindAdapter for transfers of up to ulMaximumLength bytes */
static VP_STATUS EduFindAdapter(PVOID pvExtension, PVIDEO_PORT_CONFIG_INFO pConfigInfo,
				ULONG ulMaximumLength, PUCHAR pjAgain, PEDU_FOUND pFound)
{
	VP_DEVICE_DESCRIPTION Description;
	VIDEO_ACCESS_RANGE AccessRange;
	VP_STATUS vpStatus;

	*pjAgain = FALSE;
	VideoPortZeroMemory(pFound, sizeof(*pFound));
	VideoPortZeroMemory(&AccessRange, sizeof(AccessRange));
	vpStatus = VideoPortGetAccessRanges(pvExtension, 0, NULL, 1, &AccessRange, NULL, NULL,
					    &pFound->ulSlot);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pFound->pjRegisters = (PUCHAR)VideoPortGetDeviceBase(pvExtension, AccessRange.RangeStart,
							     AccessRange.RangeLength,
							     AccessRange.RangeInIoSpace);
	if (pFound->pjRegisters == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	VideoPortZeroMemory(&Description, sizeof(Description));
	Description.ScatterGather = TRUE;
	Description.Dma64BitAddresses = TRUE;
	Description.MaximumLength = ulMaximumLength;
	pFound->pDmaAdapter = VideoPortGetDmaAdapter(pvExtension, &Description);
	if (pFound->pDmaAdapter == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;

	pConfigInfo->NumEmulatorAccessEntries = 0;
	pConfigInfo->EmulatorAccessEntries = NULL;
	pConfigInfo->EmulatorAccessEntriesContext = 0;
	pConfigInfo->VdmPhysicalVideoMemoryAddress.QuadPart = 0;
	pConfigInfo->VdmPhysicalVideoMemoryLength = 0;
	pConfigInfo->HardwareStateSize = 0;
	pConfigInfo->Master = TRUE;
	pConfigInfo->ScatterGather = TRUE;
	pConfigInfo->MaximumTransferLength = ulMaximumLength;
	return NO_ERROR;
}

#endif
