// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's DMA calls: adapters, locks, transfers, common buffers. Passes the client's arguments
 * on unchecked: finding the bad ones is the port's work. Kernel pointers stay in slots.
 */
#include "probe.h"

#define H(n)	((PVOID)(ULONG_PTR)pCall->Arguments[n])
#define N(n)	((ULONG)pCall->Arguments[n])

static PVP_DMA_ADAPTER ProbeAdapter(PPROBE_EXTENSION pExt, ULONG ulFlags, ULONG ulMaximum)
{
	VP_DEVICE_DESCRIPTION description;

	VideoPortZeroMemory(&description, sizeof(description));
	description.ScatterGather = (ulFlags & PROBE_ADAPTER_SCATTER_GATHER) != 0;
	description.Dma32BitAddresses = (ulFlags & PROBE_ADAPTER_32_BITS) != 0;
	description.Dma64BitAddresses = (ulFlags & PROBE_ADAPTER_64_BITS) != 0;
	description.MaximumLength = ulMaximum;
	return VideoPortGetDmaAdapter(pExt, &description);
}

/* HwVidExecuteDma: records what the port hands over */
static VOID NTAPI ProbeExecuteDma(PVOID pvExtension, PVP_DMA_ADAPTER pAdapter,
				  PVP_SCATTER_GATHER_LIST pList, PVOID pvContext)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;
	PPROBE_TRANSFER pTransfer = (PPROBE_TRANSFER)pvContext;
	PPROBE_LIST pRecord = &pTransfer->Record;
	ULONG i;

	pRecord->Calls++;
	pRecord->Irql = VideoPortGetCurrentIrql();
	pRecord->Length = pTransfer->Length;
	pRecord->Adapter = (ULONG_PTR)pAdapter;
	pRecord->NumberOfElements = pList->NumberOfElements;
	pRecord->TotalLength = 0;
	for (i = 0; i < pList->NumberOfElements; i++) {
		pRecord->TotalLength += pList->Elements[i].Length;
		if (i < PROBE_LIST_ELEMENTS) {
			pRecord->Elements[i].Address = pList->Elements[i].Address.QuadPart;
			pRecord->Elements[i].Length = pList->Elements[i].Length;
		}
	}
	pTransfer->pList = pList;
	pExt->Slots[pTransfer->Slot].Pointer = pList;
	pRecord->State = PROBE_LIST_LIVE;

	if (pTransfer->CompleteAtOnce) {
		pRecord->CompleteStatus = VideoPortCompleteDma(pExt, pAdapter, pList,
							       pTransfer->WriteToDevice);
		pRecord->State = PROBE_LIST_COMPLETED;
	}
}

static PPROBE_TRANSFER ProbeNextTransfer(PPROBE_EXTENSION pExt)
{
	PPROBE_TRANSFER pTransfer;
	ULONG i;

	for (i = 0; i < PROBE_LISTS; i++) {
		pTransfer = &pExt->Transfers[pExt->NextTransfer];
		pExt->NextTransfer = (pExt->NextTransfer + 1) % PROBE_LISTS;
		if (pTransfer->Record.State != PROBE_LIST_LIVE)
			return pTransfer;
	}
	return NULL;
}

static VOID ProbeStart(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PPROBE_CALL pCall = pWork->pCall;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PPROBE_TRANSFER pTransfer = ProbeNextTransfer(pExt);
	ULONGLONG ullSlot;

	if (pTransfer == NULL) {
		pAnswer->Result = ERROR_BUSY;
		return;
	}
	VideoPortZeroMemory(pTransfer, sizeof(*pTransfer));
	ullSlot = ProbeKeep(pExt, NULL, 0);
	pTransfer->Slot = (ULONG)(ullSlot >> 32) & 0xffff;
	pTransfer->Record.State = PROBE_LIST_STARTING;
	pTransfer->Length = N(3);
	pTransfer->CompleteAtOnce = (N(4) & PROBE_START_COMPLETE) != 0;
	pTransfer->WriteToDevice = (BOOLEAN)N(5);

	pAnswer->Result = VideoPortStartDma(pExt, (PVP_DMA_ADAPTER)H(0), H(1), N(2),
					    &pTransfer->Length,
					    (N(4) & PROBE_START_NO_CALLBACK) ? NULL :
					    ProbeExecuteDma, pTransfer,
					    pTransfer->WriteToDevice);
	pAnswer->Out[0] = pTransfer - pExt->Transfers;
	pAnswer->Out[1] = pTransfer->Length;
	pAnswer->Out[2] = ullSlot;
}

static VOID ProbeComplete(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PPROBE_CALL pCall = pWork->pCall;
	PVP_SCATTER_GATHER_LIST pList;
	ULONG i;

	pList = (PVP_SCATTER_GATHER_LIST)ProbeResolve(pExt, pCall->Arguments[1]);
	pWork->pAnswer->Result = VideoPortCompleteDma(pExt, (PVP_DMA_ADAPTER)H(0), pList,
						      (BOOLEAN)N(2));
	if (pWork->pAnswer->Result != NO_ERROR)
		return;
	for (i = 0; i < PROBE_LISTS; i++) {
		if (pExt->Transfers[i].pList == pList &&
		    pExt->Transfers[i].Record.State == PROBE_LIST_LIVE)
			pExt->Transfers[i].Record.State = PROBE_LIST_COMPLETED;
	}
}

/* The NT4 way: the VRP's input describes what to lock, its output receives the handle */
static VOID ProbeLock(PPROBE_WORK pWork)
{
	PPROBE_CALL pCall = pWork->pCall;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PVIDEO_REQUEST_PACKET pVrp = pWork->pVrp;
	VIDEO_REQUEST_PACKET vrpSaved, vrpAsked, vrpOwn;
	STATUS_BLOCK statusBlock;

	if (pVrp == NULL) {
		/* no request is being served here: one of our own making */
		VideoPortZeroMemory(&vrpOwn, sizeof(vrpOwn));
		vrpOwn.StatusBlock = &statusBlock;
		pVrp = &vrpOwn;
	}
	vrpSaved = *pVrp;
	pVrp->InputBuffer = ProbeResolve(pWork->pExt, pCall->Arguments[0]);
	pVrp->InputBufferLength = N(1);
	vrpAsked = *pVrp;

	pAnswer->Result = VideoPortLockPages(pWork->pExt, pVrp, (PEVENT)H(3), (PEVENT)H(4),
					     (DMA_FLAGS)N(2));
	if (pAnswer->Result) {
		pAnswer->Out[0] = (ULONG_PTR)pVrp->OutputBuffer;
		pAnswer->Out[1] = pVrp->OutputBufferLength;
	}
	pAnswer->Out[2] = pVrp->IoControlCode == vrpAsked.IoControlCode &&
			  pVrp->StatusBlock == vrpAsked.StatusBlock &&
			  pVrp->InputBuffer == vrpAsked.InputBuffer &&
			  pVrp->InputBufferLength == vrpAsked.InputBufferLength &&
			  pVrp->OutputBuffer == vrpAsked.OutputBuffer &&
			  pVrp->OutputBufferLength == vrpAsked.OutputBufferLength;
	*pVrp = vrpSaved;
}

static VOID ProbeScatterGather(PPROBE_WORK pWork)
{
	PPROBE_CALL pCall = pWork->pCall;
	PPROBE_TRANSFER pTransfer = ProbeNextTransfer(pWork->pExt);
	PDMA pDma = (PDMA)H(0);
	PVRB_SG pSg;
	ULONG i;

	if (pTransfer == NULL)
		return;
	VideoPortZeroMemory(pTransfer, sizeof(*pTransfer));
	pSg = GET_VIDEO_SCATTERGATHER(&pDma);
	for (i = 0; pSg != NULL && pSg[i].Length != 0; i++) {
		if (i < PROBE_LIST_ELEMENTS) {
			pTransfer->Record.Elements[i].Address = pSg[i].PhysicalAddress;
			pTransfer->Record.Elements[i].Length = pSg[i].Length;
		}
		pTransfer->Record.TotalLength += pSg[i].Length;
	}
	pTransfer->Record.NumberOfElements = i;
	pWork->pAnswer->Result = i;
	pWork->pAnswer->Out[0] = pTransfer - pWork->pExt->Transfers;
}

static VOID ProbePhysicalAddress(PPROBE_WORK pWork)
{
	PPROBE_CALL pCall = pWork->pCall;
	PDMA pDma = (PDMA)H(0);
	PVRB_SG pSg = GET_VIDEO_SCATTERGATHER(&pDma);
	ULONG_PTR ulAddress = 0;
	ULONG ulLength = 0;

	pWork->pAnswer->Result = pSg != NULL;
	if (pSg == NULL)
		return;
	GET_VIDEO_PHYSICAL_ADDRESS(pSg, H(1), H(2), &ulLength, ulAddress);
	pWork->pAnswer->Out[0] = ulAddress;
	pWork->pAnswer->Out[1] = ulLength;
}

static VOID ProbeCommonBuffer(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PPROBE_CALL pCall = pWork->pCall;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PHYSICAL_ADDRESS logical;
	ULONG ulLength = 0;
	PVOID pv;

	logical.QuadPart = 0;
	switch (pCall->Function) {
	case ProbeAllocateCommonBuffer:
		pv = VideoPortAllocateCommonBuffer(pExt, (PVP_DMA_ADAPTER)H(0), N(1), &logical,
						   (BOOLEAN)N(2), NULL);
		pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pExt, pv, N(1));
		pAnswer->Out[0] = logical.QuadPart;
		break;

	case ProbeReleaseCommonBuffer:
		logical.QuadPart = pCall->Arguments[2];
		VideoPortReleaseCommonBuffer(pExt, (PVP_DMA_ADAPTER)H(0), N(1), logical,
					     ProbeResolve(pExt, pCall->Arguments[3]),
					     (BOOLEAN)N(4));
		break;

	case ProbeGetCommonBuffer:
		pv = VideoPortGetCommonBuffer(pExt, N(0), N(1), &logical, &ulLength,
					      (BOOLEAN)N(2));
		pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pExt, pv, N(0));
		pAnswer->Out[0] = logical.QuadPart;
		pAnswer->Out[1] = ulLength;
		pAnswer->Out[2] = N(1) == 0 ? 0 : (ULONG_PTR)pv % N(1);
		break;

	case ProbeFreeCommonBuffer:
		logical.QuadPart = pCall->Arguments[2];
		VideoPortFreeCommonBuffer(pExt, N(0), ProbeResolve(pExt, pCall->Arguments[1]),
					  logical, (BOOLEAN)N(3));
		break;
	}
}

BOOLEAN ProbeDmaCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PPROBE_CALL pCall = pWork->pCall;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;

	switch (pCall->Function) {
	case ProbeGetDmaAdapter:
		pAnswer->Result = (ULONG_PTR)ProbeAdapter(pExt, N(0), N(1));
		break;
	case ProbePutDmaAdapter:
		VideoPortPutDmaAdapter(pExt, (PVP_DMA_ADAPTER)H(0));
		break;
	case ProbeAllocateCommonBuffer:
	case ProbeReleaseCommonBuffer:
	case ProbeGetCommonBuffer:
	case ProbeFreeCommonBuffer:
		ProbeCommonBuffer(pWork);
		break;
	case ProbeLockBuffer:
		pAnswer->Result = (ULONG_PTR)
			VideoPortLockBuffer(pExt, ProbeResolve(pExt, pCall->Arguments[0]), N(1),
					    (VP_LOCK_OPERATION)N(2));
		break;
	case ProbeUnlockBuffer:
		if (N(1) == 0)
			VideoPortUnLockBuffer(pExt, H(0));
		else
			VideoPortUnlockBuffer(pExt, H(0));
		break;
	case ProbeLockPages:
		ProbeLock(pWork);
		break;
	case ProbeUnlockPages:
		pAnswer->Result = VideoPortUnlockPages(pExt, (PDMA)H(0));
		break;
	case ProbeGetMdl:
		pAnswer->Result = (ULONG_PTR)VideoPortGetMdl(pExt, (PDMA)H(0));
		break;
	case ProbeGetScatterGather:
		ProbeScatterGather(pWork);
		break;
	case ProbeGetPhysicalAddress:
		ProbePhysicalAddress(pWork);
		break;
	case ProbeStartDma:
		ProbeStart(pWork);
		break;
	case ProbeCompleteDma:
		ProbeComplete(pWork);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
