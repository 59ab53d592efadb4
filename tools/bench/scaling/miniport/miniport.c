// SPDX-License-Identifier: GPL-2.0
/*
 * The miniport of the contention run. A request takes the client's buffer through everything that a
 * driver does for one: packet DMA, then the four calls, each with an interrupt, a DPC that ends it, and
 * an event that the request waits for. Only the transfer of bytes is left out: the chip raises its
 * interrupt at once.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "edu.h"
#include "scaleioctl.h"

/* Registers of the edu chip; all are ULONGs */
#define SCALE_REG_INTERRUPT_STATUS 0x24
#define SCALE_REG_INTERRUPT_RAISE 0x60
#define SCALE_REG_INTERRUPT_ACKNOWLEDGE 0x64

#define SCALE_INTERRUPT_DONE 1

#define SCALE_MAXIMUM_LENGTH 0x01000000

/* Longer than any interrupt takes, in 100 ns */
#define SCALE_PATIENCE (20ll * 1000 * 1000 * 10)

/* pDma or pList is what the DPC ends; the request that set it waits for pEvent meanwhile */
typedef struct _SCALE_EXTENSION {
	PUCHAR pjRegisters;
	PVP_DMA_ADAPTER pDmaAdapter;
	PEVENT pEvent;
	PDMA pDma;
	PVP_SCATTER_GATHER_LIST pList;
	BOOLEAN bEnded; /* the DPC's call says that it was right */
} SCALE_EXTENSION, *PSCALE_EXTENSION;

VP_STATUS NTAPI ScaleFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArgument,
				 PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain);
BOOLEAN NTAPI ScaleInitialize(PVOID pvExtension);
BOOLEAN NTAPI ScaleInterrupt(PVOID pvExtension);
BOOLEAN NTAPI ScaleStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp);
HW_DMA_RETURN NTAPI ScaleStartDma(PVOID pvExtension, PDMA pDma);

ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = sizeof(InitData);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = ScaleFindAdapter;
	InitData.HwInitialize = ScaleInitialize;
	InitData.HwInterrupt = ScaleInterrupt;
	InitData.HwStartIO = ScaleStartIO;
	InitData.HwStartDma = ScaleStartDma;
	InitData.HwDeviceExtensionSize = sizeof(SCALE_EXTENSION);
	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}

VP_STATUS NTAPI ScaleFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArgument,
				 PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;
	EDU_FOUND Found;
	VP_STATUS vpStatus;

	UNREFERENCED_PARAMETER(pvContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	vpStatus = EduFindAdapter(pExt, pConfigInfo, SCALE_MAXIMUM_LENGTH, pjAgain, &Found);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pExt->pjRegisters = Found.pjRegisters;
	pExt->pDmaAdapter = Found.pDmaAdapter;
	return VideoPortCreateEvent(pExt, SYNCHRONIZATION_EVENT, NULL, &pExt->pEvent);
}

BOOLEAN NTAPI ScaleInitialize(PVOID pvExtension)
{
	UNREFERENCED_PARAMETER(pvExtension);
	return TRUE;
}

/* The device has it: it says at once that it is done */
static VOID ScaleRing(PSCALE_EXTENSION pExt)
{
	VideoPortWriteRegisterUlong((PULONG)(pExt->pjRegisters + SCALE_REG_INTERRUPT_RAISE),
				    SCALE_INTERRUPT_DONE);
}

static VOID NTAPI ScaleDpc(PVOID pvExtension, PVOID pvContext)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;

	UNREFERENCED_PARAMETER(pvContext);
	if (pExt->pDma != NULL)
		pExt->bEnded = VideoPortSignalDmaComplete(pExt, pExt->pDma);
	else
		pExt->bEnded = VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pExt->pList, FALSE) ==
			       NO_ERROR;
	VideoPortSetEvent(pExt, pExt->pEvent);
}

BOOLEAN NTAPI ScaleInterrupt(PVOID pvExtension)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;
	ULONG ulStatus = VideoPortReadRegisterUlong(
		(PULONG)(pExt->pjRegisters + SCALE_REG_INTERRUPT_STATUS));

	if (ulStatus == 0)
		return FALSE;
	VideoPortWriteRegisterUlong((PULONG)(pExt->pjRegisters + SCALE_REG_INTERRUPT_ACKNOWLEDGE),
				    ulStatus);
	VideoPortQueueDpc(pExt, ScaleDpc, NULL);
	return TRUE;
}

static BOOLEAN ScaleWait(PSCALE_EXTENSION pExt)
{
	LARGE_INTEGER liTimeout;

	liTimeout.QuadPart = -SCALE_PATIENCE;
	return VideoPortWaitForSingleObject(pExt, pExt->pEvent, &liTimeout) == NO_ERROR &&
	       pExt->bEnded;
}

/* ---- Packet DMA, as NT4 knew it ---- */

/* As a driver whose chip takes a list: it looks at it for each DMA */
HW_DMA_RETURN NTAPI ScaleStartDma(PVOID pvExtension, PDMA pDma)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;
	PVRB_SG pSegments = GET_VIDEO_SCATTERGATHER(&pDma);

	if (pSegments == NULL || pSegments[0].Length == 0)
		return DmaSyncReturn; /* so that the request sees no DMA that ended */
	pExt->pDma = pDma;
	ScaleRing(pExt);
	return DmaAsyncReturn;
}

static BOOLEAN ScalePacket(PSCALE_EXTENSION pExt, const struct scale_ask *pAsk)
{
	VIDEO_REQUEST_PACKET Vrp;
	BOOLEAN bDone;

	Vrp.InputBuffer = (PVOID)(ULONG_PTR)pAsk->address;
	Vrp.InputBufferLength = pAsk->length;
	if (!VideoPortLockPages(pExt, &Vrp, NULL, NULL, VideoPortDmaInitOnly))
		return FALSE;
	pExt->pDma = NULL;
	bDone = VideoPortDoDma(pExt, (PDMA)Vrp.OutputBuffer, VideoPortKeepPagesLocked) != NULL &&
		pExt->pDma != NULL && ScaleWait(pExt);
	VideoPortUnlockPages(pExt, (PDMA)Vrp.OutputBuffer);
	return bDone;
}

/* ---- The four calls of XP ---- */

static VOID NTAPI ScaleExecuteDma(PVOID pvExtension, PVP_DMA_ADAPTER pAdapter,
				  PVP_SCATTER_GATHER_LIST pList, PVOID pvContext)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;

	UNREFERENCED_PARAMETER(pAdapter);
	UNREFERENCED_PARAMETER(pvContext);
	pExt->pList = pList;
	ScaleRing(pExt);
}

static BOOLEAN ScaleFourCalls(PSCALE_EXTENSION pExt, const struct scale_ask *pAsk)
{
	ULONG ulLength = pAsk->length;
	PVOID pvMdl;
	BOOLEAN bDone;

	pvMdl = VideoPortLockBuffer(pExt, (PVOID)(ULONG_PTR)pAsk->address, pAsk->length,
				    VpModifyAccess);
	if (pvMdl == NULL)
		return FALSE;
	pExt->pDma = NULL;
	bDone = VideoPortStartDma(pExt, pExt->pDmaAdapter, pvMdl, 0, &ulLength, ScaleExecuteDma,
				  NULL, FALSE) == NO_ERROR &&
		ScaleWait(pExt) && ulLength == pAsk->length;
	VideoPortUnlockBuffer(pExt, pvMdl);
	return bDone;
}

BOOLEAN NTAPI ScaleStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PSCALE_EXTENSION pExt = (PSCALE_EXTENSION)pvExtension;
	struct scale_ask Ask;

	pVrp->StatusBlock->Information = 0;
	pVrp->StatusBlock->Status = ERROR_INVALID_FUNCTION;
	if (pVrp->IoControlCode != SCALE_IOCTL_CYCLE)
		return TRUE;
	pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
	if (pVrp->InputBufferLength < sizeof(Ask))
		return TRUE;
	Ask = *(struct scale_ask *)pVrp->InputBuffer;
	pVrp->StatusBlock->Status = ScalePacket(pExt, &Ask) && ScaleFourCalls(pExt, &Ask) ?
					    NO_ERROR : ERROR_INVALID_PARAMETER;
	return TRUE;
}
