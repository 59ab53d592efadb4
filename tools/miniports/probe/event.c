// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's event calls: events of its own, and those that clients lend it. In every context;
 * sleeps only where the client asks for a wait.
 */
#include "probe.h"

BOOLEAN ProbeEventCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PEVENT pEvent = (PEVENT)(ULONG_PTR)pull[0];
	LARGE_INTEGER timeout;

	switch (pWork->pCall->Function) {
	case ProbeCreateEvent:
		pEvent = NULL;
		pAnswer->Result = VideoPortCreateEvent(pExt, (ULONG)pull[0], NULL, &pEvent);
		pAnswer->Out[0] = (ULONG_PTR)pEvent;
		break;
	case ProbeDeleteEvent:
		pAnswer->Result = VideoPortDeleteEvent(pExt, pEvent);
		break;
	case ProbeSetEvent:
		pAnswer->Result = (ULONG)VideoPortSetEvent(pExt, pEvent);
		break;
	case ProbeClearEvent:
		VideoPortClearEvent(pExt, pEvent);
		break;
	case ProbeReadStateEvent:
		pAnswer->Result = (ULONG)VideoPortReadStateEvent(pExt, pEvent);
		break;
	case ProbeWaitForSingleObject:
		timeout.QuadPart = pull[2];
		pAnswer->Result = VideoPortWaitForSingleObject(pExt, pEvent,
							       pull[1] ? &timeout : NULL);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
