// SPDX-License-Identifier: GPL-2.0
/*
 * Where the probe makes a call: at once in HwVidStartIO, under VideoPortSynchronizeExecution, or
 * later in a DPC, the timer or the interrupt. One deferred call at a time; the client asks for
 * its answer with IOCTL_PROBE_RESULT.
 */
#include "probe.h"

static VOID ProbeMakeCall(PPROBE_WORK pWork)
{
	pWork->pAnswer->Irql = VideoPortGetCurrentIrql();
	if (!ProbeDmaCall(pWork) && !ProbePacketCall(pWork) && !ProbeEventCall(pWork) &&
	    !ProbeMemoryCall(pWork) && !ProbeHardwareCall(pWork) &&
	    !ProbeRegistryCall(pWork) && !ProbeSystemCall(pWork) &&
	    !ProbeChildrenCall(pWork) && !ProbeFailureCall(pWork) && !ProbeKernelCall(pWork))
		pWork->pAnswer->Result = ERROR_INVALID_FUNCTION;
	pWork->pAnswer->State = PROBE_DONE;
}

static BOOLEAN NTAPI ProbeSynchronized(PVOID pvContext)
{
	PPROBE_WORK pWork = (PPROBE_WORK)pvContext;

	ProbeMakeCall(pWork);
	return pWork->Returns;
}

VOID ProbeRunDeferred(PPROBE_EXTENSION pExt, ULONG Context)
{
	PROBE_WORK work;

	if (pExt->DeferredState != PROBE_PENDING || pExt->DeferredContext != Context)
		return;

	work.pExt = pExt;
	work.pVrp = NULL;
	work.pCall = &pExt->DeferredCall;
	work.pAnswer = &pExt->DeferredAnswer;
	work.Returns = TRUE;
	ProbeMakeCall(&work);
	VideoPortInterlockedExchange(&pExt->DeferredState, PROBE_DONE);
}

static VOID NTAPI ProbeDpcRoutine(PVOID pvExtension, PVOID pvContext)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	UNREFERENCED_PARAMETER(pvContext);
	pExt->Counts.Dpcs++;
	pExt->Counts.DpcIrql = VideoPortGetCurrentIrql();
	ProbeRunDeferred(pExt, ProbeDpc);
}

static VP_STATUS ProbeDefer(PPROBE_EXTENSION pExt, PPROBE_CALL pCall, PPROBE_ANSWER pAnswer)
{
	if (pExt->DeferredState == PROBE_PENDING)
		return ERROR_BUSY;
	if (pCall->Context == ProbeInterrupt && pExt->Counts.DeviceId != 0x11e8)
		return ERROR_INVALID_PARAMETER;

	pExt->DeferredCall = *pCall;
	pExt->DeferredContext = pCall->Context;
	VideoPortZeroMemory(&pExt->DeferredAnswer, sizeof(pExt->DeferredAnswer));
	VideoPortInterlockedExchange(&pExt->DeferredState, PROBE_PENDING);

	if (pCall->Context == ProbeDpc)
		VideoPortQueueDpc(pExt, ProbeDpcRoutine, NULL);
	else if (pCall->Context == ProbeInterrupt)
		ProbeRaiseInterrupt(pExt);
	pAnswer->State = PROBE_PENDING;
	return NO_ERROR;
}

VP_STATUS ProbeCallIn(PPROBE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp, PPROBE_CALL pCall,
		      PPROBE_ANSWER pAnswer)
{
	VIDEO_SYNCHRONIZE_PRIORITY priority;
	BOOLEAN bReturned;
	PROBE_WORK work;

	work.pExt = pExt;
	work.pVrp = pVrp;
	work.pCall = pCall;
	work.pAnswer = pAnswer;
	work.Returns = TRUE;

	switch (pCall->Context) {
	case ProbeStartIo:
		ProbeMakeCall(&work);
		return NO_ERROR;

	case ProbeSynchronizedLow:
	case ProbeSynchronizedMedium:
	case ProbeSynchronizedHigh:
		priority = (VIDEO_SYNCHRONIZE_PRIORITY)(pCall->Context - ProbeSynchronizedLow +
							VpLowPriority);
		if (pCall->Function == ProbeSynchronizedResult)
			work.Returns = (BOOLEAN)pCall->Arguments[0];
		bReturned = VideoPortSynchronizeExecution(pExt, priority, ProbeSynchronized,
							  &work);
		if (pCall->Function == ProbeSynchronizedResult)
			pAnswer->Result = bReturned;
		return NO_ERROR;

	case ProbeDpc:
	case ProbeTimer:
	case ProbeInterrupt:
		return ProbeDefer(pExt, pCall, pAnswer);
	}
	return ERROR_INVALID_PARAMETER;
}
