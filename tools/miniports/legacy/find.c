// SPDX-License-Identifier: GPL-2.0
/*
 * How the legacy miniport finds its adapter: which of four it is, its ranges, VGA's where it has
 * them, and their mappings. Called from the port in HwVidFindAdapter.
 */
#include "legacy.h"

#define IN_MEMORY(start, length) { { .QuadPart = (start) }, (length), FALSE, TRUE, TRUE, 0 }
#define IN_PORTS(start, length) { { .QuadPart = (start) }, (length), TRUE, TRUE, TRUE, 0 }

VIDEO_ACCESS_RANGE LegacyVgaRanges[3] = {
	IN_PORTS(0x3b0, 0x0c),
	IN_PORTS(0x3c0, 0x20),
	IN_MEMORY(VGA_MEMORY_BASE, VGA_MEMORY_LENGTH),
};

static VIDEO_ACCESS_RANGE LegacyDispiRange[1] = { IN_PORTS(DISPI_IO_PORT, DISPI_IO_LENGTH) };

static ULONG LegacyKind(PLEGACY_EXTENSION pExt)
{
	PCI_COMMON_CONFIG config;

	VideoPortZeroMemory(&config, sizeof(config));
	VideoPortGetBusData(pExt, PCIConfiguration, 0, &config, 0, PCI_COMMON_HDR_LENGTH);
	if (config.VendorID == 0x1013)
		return LEGACY_CIRRUS;
	if (config.VendorID == 0x15ad)
		return LEGACY_SVGA;
	if (config.VendorID != 0x1234)
		return LEGACY_UNKNOWN;
	return config.SubClass == PCI_SUBCLASS_VID_VGA_CTLR ? LEGACY_STDVGA : LEGACY_BOCHS;
}

static PUCHAR LegacyMapRange(PLEGACY_EXTENSION pExt, PVIDEO_ACCESS_RANGE pRange)
{
	return (PUCHAR)VideoPortGetDeviceBase(pExt, pRange->RangeStart, pRange->RangeLength,
					      pRange->RangeInIoSpace);
}

/* VGA's own addresses, as far as the port gives them to this adapter */
static VOID LegacyMapVga(PLEGACY_EXTENSION pExt)
{
	VIDEO_ACCESS_RANGE ports = IN_PORTS(VGA_BASE_IO_PORT, VGA_IO_LENGTH);

	pExt->Found.VerifyDispi = VideoPortVerifyAccessRanges(pExt, 1, LegacyDispiRange);
	if (pExt->Found.VerifyDispi == NO_ERROR) {
		pExt->DispiPorts = LegacyMapRange(pExt, &LegacyDispiRange[0]);
		pExt->Found.DispiMapped = pExt->DispiPorts != NULL;
	}
#ifdef LEGACY_NT4
	/* both groups of ports at once, as many drivers have it */
	pExt->Found.VerifyVga = VideoPortVerifyAccessRanges(pExt, 1, &ports);
	if (pExt->Found.VerifyVga == NO_ERROR)
		pExt->Found.VerifyVga = VideoPortVerifyAccessRanges(pExt, 3, LegacyVgaRanges);
	if (pExt->Found.VerifyVga != NO_ERROR)
		return;
#else
	/* HwLegacyResourceList has claimed them, but for four ports that may be a printer's */
	ports = LegacyVgaRanges[1];
#endif
	pExt->VgaPorts = LegacyMapRange(pExt, &ports);
	pExt->VgaMemory = LegacyMapRange(pExt, &LegacyVgaRanges[2]);
	pExt->Found.VgaMapped = pExt->VgaPorts != NULL && pExt->VgaMemory != NULL;
	if (pExt->VgaPorts != NULL)
		pExt->VgaPorts -= ports.RangeStart.LowPart - VGA_BASE_IO_PORT;
}

/* Wishes for VGA's ports, sees what is listed, and gives it up again */
static VOID LegacyWish(PLEGACY_EXTENSION pExt)
{
	IO_RESOURCE_DESCRIPTOR wish;
	VIDEO_ACCESS_RANGE range;

	VideoPortZeroMemory(&wish, sizeof(wish));
	wish.Type = CmResourceTypePort;
	wish.ShareDisposition = CmResourceShareShared;
	wish.u.Port.Length = 0x20;
	wish.u.Port.Alignment = 1;
	wish.u.Port.MinimumAddress.QuadPart = 0x3c0;
	wish.u.Port.MaximumAddress.QuadPart = 0x3df;
	pExt->Found.Wished = VideoPortGetAccessRanges(pExt, 1, &wish, 1, &range, NULL, NULL, NULL);
	pExt->Found.WishedStart = range.RangeStart.LowPart;
	pExt->Found.GivenUp = VideoPortVerifyAccessRanges(pExt, 0, NULL);
#ifndef LEGACY_NT4
	if (pExt->Found.VgaStatus == DEVICE_VGA_ENABLED)
		pExt->Found.GivenUp = VideoPortVerifyAccessRanges(pExt, 3, LegacyVgaRanges);
#endif
}

VP_STATUS NTAPI LegacyFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArguments,
				  PVIDEO_PORT_CONFIG_INFO pConfig, PUCHAR pbAgain)
{
	PLEGACY_EXTENSION pExt = (PLEGACY_EXTENSION)pvExtension;
	PLEGACY_FOUND pFound = &pExt->Found;
	VP_STATUS vpStatus;
	ULONG i;

	UNREFERENCED_PARAMETER(pvContext);
	UNREFERENCED_PARAMETER(pwszArguments);

	*pbAgain = FALSE;
	if (pConfig->Length < SIZE_OF_NT4_VIDEO_PORT_CONFIG_INFO)
		return ERROR_INVALID_PARAMETER;
	pFound->Kind = LegacyKind(pExt);
	if (pFound->Kind == LEGACY_UNKNOWN)
		return ERROR_DEV_NOT_EXIST;
	VideoPortGetVgaStatus(pExt, &pFound->VgaStatus);
	LegacyWish(pExt);

	vpStatus = VideoPortGetAccessRanges(pExt, 0, NULL, LEGACY_RANGES, pExt->Ranges, NULL, NULL,
					    NULL);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	for (i = 0; i < LEGACY_RANGES && pExt->Ranges[i].RangeLength != 0; i++)
		pFound->Ranges++;

	/* SVGA: ports, frame buffer, FIFO. The others: frame buffer, registers. */
	i = pFound->Kind == LEGACY_SVGA ? 1 : 0;
	pFound->FrameBuffer = pExt->Ranges[i].RangeStart.QuadPart;
	pFound->FrameBufferLength = pExt->Ranges[i].RangeLength;
	if (pFound->Kind == LEGACY_SVGA) {
		pExt->SvgaPorts = LegacyMapRange(pExt, &pExt->Ranges[0]);
		pExt->SvgaFifo = (PULONG)LegacyMapRange(pExt, &pExt->Ranges[2]);
		if (pExt->SvgaPorts == NULL || pExt->SvgaFifo == NULL)
			return ERROR_INVALID_PARAMETER;
	} else {
		pExt->Registers = LegacyMapRange(pExt, &pExt->Ranges[1]);
		if (pExt->Registers == NULL)
			return ERROR_INVALID_PARAMETER;
	}
	if (pFound->VgaStatus == DEVICE_VGA_ENABLED)
		LegacyMapVga(pExt);

	pConfig->NumEmulatorAccessEntries = 0;
	pConfig->VdmPhysicalVideoMemoryAddress.QuadPart = VGA_MEMORY_BASE;
	pConfig->VdmPhysicalVideoMemoryLength = VGA_MEMORY_LENGTH;
	pConfig->HardwareStateSize = 0;
	return NO_ERROR;
}
