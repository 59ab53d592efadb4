// SPDX-License-Identifier: GPL-2.0
/*
 * The methods that are VideoPort calls: each what a legacy driver would write, and nothing else.
 * Called from HwStartIO through the loop of the kernel's half.
 */
#include "miniport.h"

/* What a cycle keeps: the handle, and what the device got */
typedef struct _BENCH_LOCK {
	PVOID pvHandle;
	PVP_SCATTER_GATHER_LIST pList;
	ULONG ulListBytes;
} BENCH_LOCK, *PBENCH_LOCK;

/* For the driver there is nothing to do: only the calls are measured */
HW_DMA_RETURN NTAPI BenchStartDma(PVOID pvExtension, PDMA pDma)
{
	UNREFERENCED_PARAMETER(pvExtension);
	UNREFERENCED_PARAMETER(pDma);
	return DmaSyncReturn;
}

static VOID NTAPI BenchExecuteDma(PVOID pvExtension, PVP_DMA_ADAPTER pAdapter,
				  PVP_SCATTER_GATHER_LIST pList, PVOID pvContext)
{
	UNREFERENCED_PARAMETER(pvExtension);
	UNREFERENCED_PARAMETER(pAdapter);
	((PBENCH_LOCK)pvContext)->pList = pList;
}

/* ---- Packet DMA ---- */

static int BenchLockPages(struct bench_run *pRun, void *pvState)
{
	PBENCH_LOCK pLock = (PBENCH_LOCK)pvState;
	VIDEO_REQUEST_PACKET Vrp;

	Vrp.InputBuffer = (PVOID)(ULONG_PTR)pRun->address;
	Vrp.InputBufferLength = pRun->length;
	if (!VideoPortLockPages(pRun->extension, &Vrp, NULL, NULL, VideoPortDmaInitOnly))
		return -1;
	pLock->pvHandle = Vrp.OutputBuffer;
	pLock->ulListBytes = Vrp.OutputBufferLength;
	return 0;
}

static void BenchUnlockPages(struct bench_run *pRun, void *pvState)
{
	VideoPortUnlockPages(pRun->extension, (PDMA)((PBENCH_LOCK)pvState)->pvHandle);
}

static unsigned int BenchPagesElements(struct bench_run *pRun, void *pvState)
{
	UNREFERENCED_PARAMETER(pRun);
	return ((PBENCH_LOCK)pvState)->ulListBytes / sizeof(VRB_SG);
}

static const struct bench_ops BenchPagesOps = {
	.take = BenchLockPages,
	.give = BenchUnlockPages,
	.elements = BenchPagesElements,
};

/* ---- The four calls of XP, and its inner two ---- */

static int BenchLockBuffer(struct bench_run *pRun, PVOID *ppvHandle)
{
	*ppvHandle = VideoPortLockBuffer(pRun->extension, (PVOID)(ULONG_PTR)pRun->address,
					 pRun->length, VpModifyAccess);
	return *ppvHandle == NULL ? -1 : 0;
}

static int BenchBegin(struct bench_run *pRun, PVOID pvHandle, PBENCH_LOCK pLock)
{
	PBENCH_EXTENSION pExt = (PBENCH_EXTENSION)pRun->extension;
	ULONG ulLength = pRun->length;

	if (VideoPortStartDma(pExt, pExt->pDmaAdapter, pvHandle, 0, &ulLength, BenchExecuteDma,
			      pLock, FALSE) != NO_ERROR)
		return -1;
	return ulLength == pRun->length ? 0 : -2;
}

static void BenchEnd(struct bench_run *pRun, PBENCH_LOCK pLock)
{
	PBENCH_EXTENSION pExt = (PBENCH_EXTENSION)pRun->extension;

	VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pLock->pList, FALSE);
}

static unsigned int BenchListElements(struct bench_run *pRun, void *pvState)
{
	UNREFERENCED_PARAMETER(pRun);
	return ((PBENCH_LOCK)pvState)->pList->NumberOfElements;
}

static int BenchFourTake(struct bench_run *pRun, void *pvState)
{
	PBENCH_LOCK pLock = (PBENCH_LOCK)pvState;

	if (BenchLockBuffer(pRun, &pLock->pvHandle) != 0)
		return -1;
	if (BenchBegin(pRun, pLock->pvHandle, pLock) == 0)
		return 0;
	VideoPortUnlockBuffer(pRun->extension, pLock->pvHandle);
	return -1;
}

static void BenchFourGive(struct bench_run *pRun, void *pvState)
{
	PBENCH_LOCK pLock = (PBENCH_LOCK)pvState;

	BenchEnd(pRun, pLock);
	VideoPortUnlockBuffer(pRun->extension, pLock->pvHandle);
}

static const struct bench_ops BenchFourOps = {
	.take = BenchFourTake,
	.give = BenchFourGive,
	.elements = BenchListElements,
};

static int BenchHeldPrepare(struct bench_run *pRun)
{
	return BenchLockBuffer(pRun, &pRun->prepared);
}

static int BenchHeldTake(struct bench_run *pRun, void *pvState)
{
	return BenchBegin(pRun, pRun->prepared, (PBENCH_LOCK)pvState);
}

static void BenchHeldGive(struct bench_run *pRun, void *pvState)
{
	BenchEnd(pRun, (PBENCH_LOCK)pvState);
}

static void BenchHeldFinish(struct bench_run *pRun)
{
	VideoPortUnlockBuffer(pRun->extension, pRun->prepared);
}

static const struct bench_ops BenchHeldOps = {
	.prepare = BenchHeldPrepare,
	.take = BenchHeldTake,
	.give = BenchHeldGive,
	.finish = BenchHeldFinish,
	.elements = BenchListElements,
};

/* ---- A DMA on pages that stay locked ---- */

static int BenchKeptPrepare(struct bench_run *pRun)
{
	BENCH_LOCK Lock;

	if (BenchLockPages(pRun, &Lock) != 0)
		return -1;
	pRun->prepared = Lock.pvHandle;
	return 0;
}

static int BenchKeptTake(struct bench_run *pRun, void *pvState)
{
	UNREFERENCED_PARAMETER(pvState);
	return VideoPortDoDma(pRun->extension, (PDMA)pRun->prepared, VideoPortKeepPagesLocked) ==
		       NULL ? -1 : 0;
}

static void BenchKeptGive(struct bench_run *pRun, void *pvState)
{
	UNREFERENCED_PARAMETER(pRun);
	UNREFERENCED_PARAMETER(pvState);
}

static void BenchKeptFinish(struct bench_run *pRun)
{
	VideoPortUnlockPages(pRun->extension, (PDMA)pRun->prepared);
}

static const struct bench_ops BenchKeptOps = {
	.prepare = BenchKeptPrepare,
	.take = BenchKeptTake,
	.give = BenchKeptGive,
	.finish = BenchKeptFinish,
};

/* ---- Registers ---- */

static int BenchReadTake(struct bench_run *pRun, void *pvState)
{
	PULONG pulRegister = (PULONG)((PBENCH_EXTENSION)pRun->extension)->pjRegisters;
	ULONG i;

	UNREFERENCED_PARAMETER(pvState);
	for (i = 0; i < BENCH_READS; i++)
		VideoPortReadRegisterUlong(pulRegister);
	return 0;
}

static const struct bench_ops BenchReadOps = {
	.take = BenchReadTake,
	.give = BenchKeptGive,
};

const struct bench_ops *BenchMethod(ULONG ulMethod)
{
	switch (ulMethod) {
	case BENCH_LOCK_PAGES:
		return &BenchPagesOps;
	case BENCH_FOUR_CALLS:
		return &BenchFourOps;
	case BENCH_HELD:
		return &BenchHeldOps;
	case BENCH_DO_DMA:
		return &BenchKeptOps;
	case BENCH_READ:
		return &BenchReadOps;
	}
	return NULL;
}
