// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's calls for DPCs, timer, IRQL, interlocked operations, spin locks and messages.
 * Runs in every context; sleeps in none.
 */
#include "probe.h"

/* A DPC that only counts; the one that makes calls is in deferred.c */
static VOID NTAPI ProbeCountingDpc(PVOID pvExtension, PVOID pvContext)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	UNREFERENCED_PARAMETER(pvContext);
	pExt->Counts.Dpcs++;
	pExt->Counts.DpcIrql = VideoPortGetCurrentIrql();
}

static VOID ProbeSpin(PPROBE_EXTENSION pExt, PPROBE_ANSWER pAnswer)
{
	PSPIN_LOCK pLock = NULL;
	UCHAR oldIrql = 0xff;

	pAnswer->Result = VideoPortCreateSpinLock(pExt, &pLock);
	if (pAnswer->Result != NO_ERROR)
		return;
	pAnswer->Out[0] = VideoPortGetCurrentIrql();
	VideoPortAcquireSpinLock(pExt, pLock, &oldIrql);
	pAnswer->Out[1] = VideoPortGetCurrentIrql();
	VideoPortReleaseSpinLock(pExt, pLock, oldIrql);
	pAnswer->Out[2] = oldIrql;
	pAnswer->Out[3] = VideoPortGetCurrentIrql();
	pAnswer->Out[4] = VideoPortDeleteSpinLock(pExt, pLock);
}

/* Adds to a counter under a lock that a DPC takes too, by the DPC-level calls */
static VOID ProbeSpinContended(PPROBE_EXTENSION pExt, PPROBE_ANSWER pAnswer, ULONG ulTimes)
{
	UCHAR oldIrql;
	ULONG i;

	if (pExt->pContended == NULL &&
	    VideoPortCreateSpinLock(pExt, &pExt->pContended) != NO_ERROR)
		return;
	if (ulTimes == 0) {
		pAnswer->Out[0] = pExt->ContendedCount;
		pExt->ContendedCount = 0;
		VideoPortDeleteSpinLock(pExt, pExt->pContended);
		pExt->pContended = NULL;
		return;
	}
	for (i = 0; i < ulTimes; i++) {
		if (VideoPortGetCurrentIrql() >= 2) {
			VideoPortAcquireSpinLockAtDpcLevel(pExt, pExt->pContended);
			pExt->ContendedCount++;
			VideoPortReleaseSpinLockFromDpcLevel(pExt, pExt->pContended);
		} else {
			VideoPortAcquireSpinLock(pExt, pExt->pContended, &oldIrql);
			pExt->ContendedCount++;
			VideoPortReleaseSpinLock(pExt, pExt->pContended, oldIrql);
		}
	}
	pAnswer->Out[0] = pExt->ContendedCount;
}

static VOID ProbeInterlockedOp(PPROBE_ANSWER pAnswer, PULONGLONG pull)
{
	LONG lTarget = (LONG)pull[1];

	switch ((ULONG)pull[0]) {
	case 0:
		pAnswer->Result = (ULONG)VideoPortInterlockedIncrement(&lTarget);
		break;
	case 1:
		pAnswer->Result = (ULONG)VideoPortInterlockedDecrement(&lTarget);
		break;
	default:
		pAnswer->Result = (ULONG)VideoPortInterlockedExchange(&lTarget, (LONG)pull[2]);
		break;
	}
	pAnswer->Out[0] = (ULONG)lTarget;
}

BOOLEAN ProbeSystemCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;

	switch (pWork->pCall->Function) {
	case ProbeQueueDpcTwice:
		pAnswer->Out[0] = VideoPortQueueDpc(pExt, ProbeCountingDpc, NULL);
		pAnswer->Out[1] = VideoPortQueueDpc(pExt, ProbeCountingDpc, NULL);
		break;
	case ProbeStartTimer:
		VideoPortStartTimer(pExt);
		break;
	case ProbeStopTimer:
		VideoPortStopTimer(pExt);
		break;
	case ProbeGetCurrentIrql:
		pAnswer->Result = VideoPortGetCurrentIrql();
		break;
	case ProbeInterlocked:
		ProbeInterlockedOp(pAnswer, pull);
		break;
	case ProbeSpinLock:
		ProbeSpin(pExt, pAnswer);
		break;
	case ProbeSpinLockContended:
		ProbeSpinContended(pExt, pAnswer, (ULONG)pull[0]);
		break;
	case ProbeLogError:
		VideoPortLogError(pExt, pWork->pVrp, (VP_STATUS)pull[0], (ULONG)pull[1]);
		break;
	case ProbeDebugPrint:
		VideoPortDebugPrint((VIDEO_DEBUG_LEVEL)pull[0], (PSTR)"probe says 0x%x\n",
				    (ULONG)pull[1]);
		break;
	case ProbeStall:
		VideoPortStallExecution((ULONG)pull[0]);
		break;
	case ProbeSynchronizedResult:
		/* what it returns is seen by the caller of VideoPortSynchronizeExecution */
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
