// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's slots, in which kernel pointers stay, and the calls for pool and memory moves.
 * Any context that the call itself allows.
 */
#include "probe.h"

PVOID ProbeResolve(PPROBE_EXTENSION pExt, ULONGLONG Value)
{
	ULONG ulSlot = (ULONG)(Value >> 32) & 0xffff;

	if (Value >> 48 != PROBE_POINTER_MARK || ulSlot >= PROBE_SLOTS)
		return (PVOID)(ULONG_PTR)Value;
	return (PUCHAR)pExt->Slots[ulSlot].Pointer + (LONG)(ULONG)Value;
}

ULONGLONG ProbeKeep(PPROBE_EXTENSION pExt, PVOID Pointer, ULONG Length)
{
	ULONG ulSlot = pExt->NextSlot;

	pExt->NextSlot = (ulSlot + 1) % PROBE_SLOTS;
	pExt->Slots[ulSlot].Pointer = Pointer;
	pExt->Slots[ulSlot].Length = Length;
	return PROBE_POINTER(ulSlot);
}

/* Eight bytes that lie inside the memory of a slot, or NULL */
static PULONGLONG ProbeEight(PPROBE_EXTENSION pExt, ULONGLONG Value)
{
	ULONG ulSlot = (ULONG)(Value >> 32) & 0xffff;
	ULONG ulOffset = (ULONG)Value;

	if (Value >> 48 != PROBE_POINTER_MARK || ulSlot >= PROBE_SLOTS ||
	    pExt->Slots[ulSlot].Length < sizeof(ULONGLONG) ||
	    ulOffset > pExt->Slots[ulSlot].Length - sizeof(ULONGLONG))
		return NULL;
	return (PULONGLONG)((PUCHAR)pExt->Slots[ulSlot].Pointer + ulOffset);
}

/* Two halves of the scratch area with the bytes 0, 1, 2, ... */
static VOID ProbeFillScratch(PPROBE_EXTENSION pExt)
{
	ULONG i;

	for (i = 0; i < sizeof(pExt->Scratch); i++)
		pExt->Scratch[i] = (UCHAR)(i % PROBE_SCRATCH);
}

BOOLEAN ProbeMemoryCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pullArguments = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	ULONG a = (ULONG)pullArguments[0];
	ULONG b = (ULONG)pullArguments[1];
	ULONG c = (ULONG)pullArguments[2];
	PULONGLONG pull;
	PVOID pv;

	switch (pWork->pCall->Function) {
	case ProbeAllocatePool:
		pv = VideoPortAllocatePool(pExt, (VP_POOL_TYPE)a, (SIZE_T)pullArguments[1],
					   PROBE_TAG);
		pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pExt, pv, b);
		break;

	case ProbeFreePool:
		VideoPortFreePool(pExt, ProbeResolve(pExt, pullArguments[0]));
		break;

	case ProbePeek:
		pull = ProbeEight(pExt, pullArguments[0]);
		if (pull != NULL)
			VideoPortMoveMemory(&pAnswer->Result, pull, sizeof(*pull));
		break;

	case ProbePoke:
		pull = ProbeEight(pExt, pullArguments[0]);
		if (pull != NULL)
			VideoPortMoveMemory(pull, &pullArguments[1], sizeof(*pull));
		break;

	case ProbeCompareMemory:
		if (a > PROBE_SCRATCH || b > a)
			break;
		ProbeFillScratch(pExt);
		if (b < a)
			pExt->Scratch[b] ^= 0xff;
		pAnswer->Result = VideoPortCompareMemory(pExt->Scratch,
							 pExt->Scratch + PROBE_SCRATCH, a);
		break;

	case ProbeMoveMemory:
		if (a > PROBE_SCRATCH || b > PROBE_SCRATCH || c > PROBE_SCRATCH)
			break;
		ProbeFillScratch(pExt);
		VideoPortMoveMemory(pExt->Scratch + b, pExt->Scratch + a, c);
		VideoPortMoveMemory(pAnswer->Out, pExt->Scratch, sizeof(pAnswer->Out));
		break;

	case ProbeZeroMemory:
		if (a > PROBE_SCRATCH || b > PROBE_SCRATCH)
			break;
		ProbeFillScratch(pExt);
		VideoPortZeroMemory(pExt->Scratch + a, b);
		VideoPortMoveMemory(pAnswer->Out, pExt->Scratch, sizeof(pAnswer->Out));
		break;

	default:
		return FALSE;
	}
	return TRUE;
}
