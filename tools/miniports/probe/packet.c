// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's packet DMA calls, and its HwStartDma: it starts no device, but says what the client
 * wants it to say. Passes the client's arguments on unchecked, in every context.
 */
#include "probe.h"

HW_DMA_RETURN NTAPI ProbeStartDmaRoutine(PVOID pvExtension, PDMA pDma)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;
	PPROBE_STARTS pStarts = &pExt->Starts;

	pStarts->Calls++;
	pStarts->pDma = pDma;
	pStarts->Irql = VideoPortGetCurrentIrql();
	pStarts->BytesUsed = VideoPortGetBytesUsed(pExt, pDma);
	pStarts->pvContext = VideoPortGetDmaContext(pExt, pDma);
	if (pStarts->Flags & PROBE_START_DMA_SIGNAL)
		pStarts->Signalled = VideoPortSignalDmaComplete(pExt, pDma);
	return (HW_DMA_RETURN)pStarts->Returns;
}

static VOID ProbeDma(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	PDMA pDma = (PDMA)(ULONG_PTR)pull[0], pReturned;
	ULONG ulTimes = (ULONG)pull[2];

	do {
		pReturned = VideoPortDoDma(pWork->pExt, pDma, (DMA_FLAGS)pull[1]);
		pWork->pAnswer->Out[0] += pReturned != NULL && pReturned == pDma;
	} while (ulTimes > 1 && --ulTimes);
	pWork->pAnswer->Result = (ULONG_PTR)pReturned;
}

/* The request whose VRP the call takes; outside of one, a VRP of our own making */
static PVIDEO_REQUEST_PACKET ProbeVrp(PPROBE_WORK pWork, PVIDEO_REQUEST_PACKET pOwn,
				      PSTATUS_BLOCK pStatusBlock)
{
	if (pWork->pVrp != NULL)
		return pWork->pVrp;
	VideoPortZeroMemory(pOwn, sizeof(*pOwn));
	pOwn->StatusBlock = pStatusBlock;
	return pOwn;
}

static VOID ProbeAssociate(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	VIDEO_REQUEST_PACKET vrpOwn, vrpSaved;
	PVIDEO_REQUEST_PACKET pVrp;
	STATUS_BLOCK statusBlock;

	pVrp = ProbeVrp(pWork, &vrpOwn, &statusBlock);
	vrpSaved = *pVrp;
	if (pull[0])
		pVrp->OutputBuffer = (PVOID)(ULONG_PTR)pull[0];
	pWork->pAnswer->Result = (ULONG_PTR)
		VideoPortAssociateEventsWithDmaHandle(pWork->pExt, pVrp,
						      (PVOID)(ULONG_PTR)pull[1],
						      (PVOID)(ULONG_PTR)pull[2]);
	*pVrp = vrpSaved;
}

static VOID ProbeMapBoard(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	ULONG ulLength = (ULONG)pull[1], ulInIoSpace = (ULONG)pull[2];
	VIDEO_REQUEST_PACKET vrpOwn;
	PHYSICAL_ADDRESS physical;
	STATUS_BLOCK statusBlock;
	PVOID pv = NULL;

	physical.QuadPart = pull[0];
	pWork->pAnswer->Result = (ULONG_PTR)
		VideoPortMapDmaMemory(pWork->pExt, ProbeVrp(pWork, &vrpOwn, &statusBlock),
				      physical, &ulLength, &ulInIoSpace,
				      (PVOID)(ULONG_PTR)pull[3], (PVOID)(ULONG_PTR)pull[4], &pv);
	pWork->pAnswer->Out[0] = (ULONG_PTR)pv;
	pWork->pAnswer->Out[1] = ulLength;
}

static VOID ProbeSeen(PPROBE_STARTS pStarts, PPROBE_ANSWER pAnswer)
{
	pAnswer->Result = pStarts->Calls;
	pAnswer->Out[0] = (ULONG_PTR)pStarts->pDma;
	pAnswer->Out[1] = pStarts->Irql;
	pAnswer->Out[2] = pStarts->BytesUsed;
	pAnswer->Out[3] = (ULONG_PTR)pStarts->pvContext;
	pAnswer->Out[4] = pStarts->Signalled;
}

BOOLEAN ProbePacketCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PDMA pDma = (PDMA)(ULONG_PTR)pull[0];
	PHYSICAL_ADDRESS highest;
	PVOID pv;

	switch (pWork->pCall->Function) {
	case ProbeDoDma:
		ProbeDma(pWork);
		break;
	case ProbeSignalDmaComplete:
		pAnswer->Result = VideoPortSignalDmaComplete(pExt, pDma);
		break;
	case ProbeGetDmaContext:
		pAnswer->Result = (ULONG_PTR)VideoPortGetDmaContext(pExt, pDma);
		break;
	case ProbeSetDmaContext:
		VideoPortSetDmaContext(pExt, pDma, (PVOID)(ULONG_PTR)pull[1]);
		break;
	case ProbeGetBytesUsed:
		pAnswer->Result = VideoPortGetBytesUsed(pExt, pDma);
		break;
	case ProbeSetBytesUsed:
		VideoPortSetBytesUsed(pExt, pDma, (ULONG)pull[1]);
		break;
	case ProbeAssociateEvents:
		ProbeAssociate(pWork);
		break;
	case ProbeMapDmaMemory:
		ProbeMapBoard(pWork);
		break;
	case ProbeUnmapDmaMemory:
		pAnswer->Result = VideoPortUnmapDmaMemory(pExt, (PVOID)(ULONG_PTR)pull[0],
							  (HANDLE)(ULONG_PTR)pull[1],
							  (PDMA)(ULONG_PTR)pull[2]);
		break;
	case ProbeAllocateContiguousMemory:
		highest.QuadPart = pull[1];
		pv = VideoPortAllocateContiguousMemory(pExt, (ULONG)pull[0], highest);
		pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pExt, pv, (ULONG)pull[0]);
		break;
	case ProbeChooseStartDma:
		VideoPortZeroMemory(&pExt->Starts, sizeof(pExt->Starts));
		pExt->Starts.Returns = (ULONG)pull[0];
		pExt->Starts.Flags = (ULONG)pull[1];
		break;
	case ProbeStartDmaSeen:
		ProbeSeen(&pExt->Starts, pAnswer);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
