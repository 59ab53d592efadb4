// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport's accesses to its adapter: VGA and DISPI by ports and by registers, VGA's
 * memory, VMware's registers and FIFO. Called in HwVidStartIO.
 */
#include "legacy.h"

/* SVGA: the index is at the first port, the value at the second, 32 bits each */
#define SVGA_INDEX		0
#define SVGA_VALUE		1

#define SVGA_REG_WIDTH		2
#define SVGA_REG_HEIGHT		3
#define SVGA_REG_ENABLE		1
#define SVGA_REG_FIFO_LENGTH	19
#define SVGA_REG_CONFIG_DONE	20
#define SVGA_REG_SYNC		21
#define SVGA_REG_BUSY		22

#define SVGA_FIFO_MIN		0
#define SVGA_FIFO_MAX		1
#define SVGA_FIFO_NEXT		2
#define SVGA_FIFO_STOP		3
#define SVGA_CMD_UPDATE		1

ULONG LegacyReadSvga(PLEGACY_EXTENSION pExt, ULONG ulIndex)
{
	VideoPortWritePortUlong((PULONG)(pExt->SvgaPorts + SVGA_INDEX), ulIndex);
	return VideoPortReadPortUlong((PULONG)(pExt->SvgaPorts + SVGA_VALUE));
}

VOID LegacyWriteSvga(PLEGACY_EXTENSION pExt, ULONG ulIndex, ULONG ulValue)
{
	VideoPortWritePortUlong((PULONG)(pExt->SvgaPorts + SVGA_INDEX), ulIndex);
	VideoPortWritePortUlong((PULONG)(pExt->SvgaPorts + SVGA_VALUE), ulValue);
}

static VOID LegacyPut(PLEGACY_EXTENSION pExt, PULONG pulNext, ULONG ulValue)
{
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + *pulNext / sizeof(ULONG), ulValue);
	*pulNext += sizeof(ULONG);
}

/* Sets a mode, and sends one update of the screen through the FIFO */
VOID LegacyFifo(PLEGACY_EXTENSION pExt, PLEGACY_FIFO pFifo)
{
	ULONG ulNext, ulTries;

	if (pExt->SvgaFifo == NULL)
		return;
	LegacyWriteSvga(pExt, SVGA_REG_WIDTH, 640);
	LegacyWriteSvga(pExt, SVGA_REG_HEIGHT, 480);
	LegacyWriteSvga(pExt, SVGA_REG_ENABLE, 1);

	ulNext = 16 * sizeof(ULONG);
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_MIN, ulNext);
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_MAX, 64 * 1024);
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_NEXT, ulNext);
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_STOP, ulNext);
	LegacyWriteSvga(pExt, SVGA_REG_CONFIG_DONE, 1);

	pFifo->NextBefore = ulNext;
	LegacyPut(pExt, &ulNext, SVGA_CMD_UPDATE);
	LegacyPut(pExt, &ulNext, 0);
	LegacyPut(pExt, &ulNext, 0);
	LegacyPut(pExt, &ulNext, 640);
	LegacyPut(pExt, &ulNext, 480);
	VideoPortWriteRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_NEXT, ulNext);
	LegacyWriteSvga(pExt, SVGA_REG_SYNC, 1);
	for (ulTries = 0; ulTries < 10000 && LegacyReadSvga(pExt, SVGA_REG_BUSY); ulTries++)
		VideoPortStallExecution(100);

	pFifo->Minimum = VideoPortReadRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_MIN);
	pFifo->Maximum = VideoPortReadRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_MAX);
	pFifo->Next = VideoPortReadRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_NEXT);
	pFifo->Stop = VideoPortReadRegisterUlong(pExt->SvgaFifo + SVGA_FIFO_STOP);
	LegacyWriteSvga(pExt, SVGA_REG_ENABLE, 0);
}

static VOID LegacyByte(PUCHAR pb, BOOLEAN bPort, PLEGACY_ACCESS pAccess)
{
	if (bPort && pAccess->Write)
		VideoPortWritePortUchar(pb, (UCHAR)pAccess->Value);
	else if (bPort)
		pAccess->Value = VideoPortReadPortUchar(pb);
	else if (pAccess->Write)
		VideoPortWriteRegisterUchar(pb, (UCHAR)pAccess->Value);
	else
		pAccess->Value = VideoPortReadRegisterUchar(pb);
}

static VOID LegacyDispiPort(PLEGACY_EXTENSION pExt, PLEGACY_ACCESS pAccess, ULONG ulData)
{
	PUSHORT pusData = (PUSHORT)(pExt->DispiPorts + ulData);

	VideoPortWritePortUshort((PUSHORT)pExt->DispiPorts, (USHORT)pAccess->Index);
	if (pAccess->Write)
		VideoPortWritePortUshort(pusData, (USHORT)pAccess->Value);
	else
		pAccess->Value = VideoPortReadPortUshort(pusData);
}

/* Returns FALSE if the adapter has nothing of the kind. */
BOOLEAN LegacyAccess(PLEGACY_EXTENSION pExt, PLEGACY_ACCESS pAccess)
{
	ULONG ulIndex = pAccess->Index;
	PULONG pulMemory;
	PUSHORT pusMemory;
	PUCHAR pb;

	switch (pAccess->Where) {
	case LEGACY_VGA_PORT:
		if (pExt->VgaPorts == NULL || ulIndex < VGA_BASE_IO_PORT ||
		    ulIndex >= VGA_BASE_IO_PORT + VGA_IO_LENGTH)
			return FALSE;
		LegacyByte(pExt->VgaPorts + (ulIndex - VGA_BASE_IO_PORT), TRUE, pAccess);
		return TRUE;

	case LEGACY_VGA_INDEXED:
		if (pExt->VgaPorts == NULL || ulIndex >> 8 < VGA_BASE_IO_PORT ||
		    ulIndex >> 8 >= VGA_BASE_IO_PORT + VGA_IO_LENGTH - 1)
			return FALSE;
		pb = pExt->VgaPorts + ((ulIndex >> 8) - VGA_BASE_IO_PORT);
		VideoPortWritePortUchar(pb, (UCHAR)ulIndex);
		LegacyByte(pb + 1, TRUE, pAccess);
		return TRUE;

	case LEGACY_VGA_IN_BAR:
		if (pExt->Registers == NULL || pExt->Found.Kind == LEGACY_CIRRUS ||
		    ulIndex < 0x3c0 || ulIndex > 0x3df)
			return FALSE;
		LegacyByte(pExt->Registers + VGA_IN_MEMORY + (ulIndex - 0x3c0), FALSE, pAccess);
		return TRUE;

	case LEGACY_DISPI_PORT:
	case LEGACY_DISPI_EVEN:
		if (pExt->DispiPorts == NULL)
			return FALSE;
		LegacyDispiPort(pExt, pAccess, pAccess->Where == LEGACY_DISPI_EVEN ? 2 : 1);
		return TRUE;

	case LEGACY_DISPI_MEMORY:
		if (pExt->Registers == NULL || pExt->Found.Kind == LEGACY_CIRRUS || ulIndex > 0x1f)
			return FALSE;
		pusMemory = (PUSHORT)(pExt->Registers + DISPI_IN_MEMORY) + ulIndex;
		if (pAccess->Write)
			VideoPortWriteRegisterUshort(pusMemory, (USHORT)pAccess->Value);
		else
			pAccess->Value = VideoPortReadRegisterUshort(pusMemory);
		return TRUE;

	case LEGACY_VGA_MEMORY:
		if (pExt->VgaMemory == NULL || ulIndex > VGA_MEMORY_LENGTH - sizeof(ULONG))
			return FALSE;
		pulMemory = (PULONG)(pExt->VgaMemory + ulIndex);
		if (pAccess->Write)
			VideoPortWriteRegisterUlong(pulMemory, pAccess->Value);
		else
			pAccess->Value = VideoPortReadRegisterUlong(pulMemory);
		return TRUE;

	case LEGACY_SVGA_REGISTER:
		if (pExt->SvgaPorts == NULL)
			return FALSE;
		if (pAccess->Write)
			LegacyWriteSvga(pExt, ulIndex, pAccess->Value);
		else
			pAccess->Value = LegacyReadSvga(pExt, ulIndex);
		return TRUE;
	}
	return FALSE;
}
