// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's calls beside VideoPort, as a driver that includes ntddk.h makes them. In every context;
 * sleeps only where the client asks for a wait.
 */
#include <ntddk.h>
#include <stdio.h>
#include <string.h>

#include "probe.h"

static VOID ProbeWordLock(PPROBE_ANSWER pAnswer)
{
	KSPIN_LOCK lock;
	KIRQL oldIrql = 0xff;

	KeInitializeSpinLock(&lock);
	pAnswer->Out[0] = KeGetCurrentIrql();
	KeAcquireSpinLock(&lock, &oldIrql);
	pAnswer->Out[1] = KeGetCurrentIrql();
	pAnswer->Out[4] = lock != 0;
	KeReleaseSpinLock(&lock, oldIrql);
	pAnswer->Out[2] = oldIrql;
	pAnswer->Out[3] = KeGetCurrentIrql();
	pAnswer->Out[5] = lock != 0;
}

/* Adds to a counter under a lock that a DPC takes too, by the DPC-level calls */
static VOID ProbeWordLockContended(PPROBE_EXTENSION pExt, PPROBE_ANSWER pAnswer, ULONG ulTimes)
{
	KIRQL oldIrql;
	ULONG i;

	pAnswer->Out[0] = pExt->WordLockCount;
	if (ulTimes == 0)
		pExt->WordLockCount = 0;
	for (i = 0; i < ulTimes; i++) {
		if (KeGetCurrentIrql() >= DISPATCH_LEVEL) {
			KeAcquireSpinLockAtDpcLevel(&pExt->WordLock);
			pExt->WordLockCount++;
			KeReleaseSpinLockFromDpcLevel(&pExt->WordLock);
		} else {
			KeAcquireSpinLock(&pExt->WordLock, &oldIrql);
			pExt->WordLockCount++;
			KeReleaseSpinLock(&pExt->WordLock, oldIrql);
		}
	}
}

static VOID ProbeRaise(PPROBE_ANSWER pAnswer, KIRQL level)
{
	KIRQL oldIrql = 0xff;

	KeRaiseIrql(level, &oldIrql);
	pAnswer->Out[0] = KeGetCurrentIrql();
	KeLowerIrql(oldIrql);
	pAnswer->Out[1] = KeGetCurrentIrql();
	pAnswer->Result = oldIrql;
}

static VOID ProbeClocks(PPROBE_ANSWER pAnswer)
{
	LARGE_INTEGER value, frequency;

	KeQuerySystemTime(&value);
	pAnswer->Out[0] = value.QuadPart;
	pAnswer->Out[1] = KeQueryInterruptTime();
	KeQueryTickCount(&value);
	pAnswer->Out[2] = value.QuadPart;
	pAnswer->Out[3] = KeQueryTimeIncrement();
	value = KeQueryPerformanceCounter(&frequency);
	pAnswer->Out[4] = value.QuadPart;
	pAnswer->Out[5] = frequency.QuadPart;
}

static VOID ProbeEvent(PPROBE_ANSWER pAnswer, PULONGLONG pull)
{
	LARGE_INTEGER timeout;
	KEVENT event;

	timeout.QuadPart = pull[2];
	KeInitializeEvent(&event, (EVENT_TYPE)pull[0], (BOOLEAN)pull[1]);
	pAnswer->Result = (ULONG)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
						       &timeout);
	pAnswer->Out[0] = KeReadStateEvent(&event);
}

/* Strings as old drivers put them together, and their like; the compiler's L"" must be ours */
static ULONG ProbeHelpers(VOID)
{
	WCHAR wszBuffer[32];
	CHAR szBuffer[64];
	UNICODE_STRING string, other;
	ANSI_STRING ansi;
	ULONG ulValue = 0;
	LONG lCount = 5;

	swprintf(wszBuffer, L"%s.%S%lu", L"Mode", "x", 7UL);
	if (wcscmp(wszBuffer, L"Mode.x7") != 0)
		return 1;
	if (sprintf(szBuffer, "%ws|%lx|%I64d|%hs", wszBuffer, (ULONG)-1, (LONGLONG)-5, "s") != 21 ||
	    strcmp(szBuffer, "Mode.x7|ffffffff|-5|s") != 0)
		return 2;
	if (_snprintf(szBuffer, 4, "%s", "12345") != -1 || memcmp(szBuffer, "1234", 4) != 0)
		return 3;
	wcscpy(wszBuffer, L"Hard");
	wcscat(wszBuffer, L"ware");
	if (wcslen(wszBuffer) != 8 || _wcsicmp(wszBuffer, L"HARDWARE") != 0)
		return 4;
	RtlInitUnicodeString(&string, wszBuffer);
	RtlInitUnicodeString(&other, L"hardware");
	if (string.Length != 16 || !RtlEqualUnicodeString(&string, &other, TRUE) ||
	    RtlEqualUnicodeString(&string, &other, FALSE))
		return 5;
	if (!NT_SUCCESS(RtlUnicodeStringToAnsiString(&ansi, &string, TRUE)))
		return 6;
	if (strcmp(ansi.Buffer, "Hardware") != 0)
		return 7;
	RtlFreeAnsiString(&ansi);
	string.MaximumLength = sizeof(wszBuffer);
	if (!NT_SUCCESS(RtlIntegerToUnicodeString(0xbeef, 16, &string)) ||
	    !NT_SUCCESS(RtlUnicodeStringToInteger(&string, 16, &ulValue)) || ulValue != 0xbeef)
		return 8;
	if (RtlCompareMemory("abcd", "abxd", 4) != 2)
		return 9;
	if (InterlockedIncrement(&lCount) != 6 || InterlockedExchangeAdd(&lCount, 4) != 6 ||
	    InterlockedCompareExchange(&lCount, 7, 3) != 10 || lCount != 10 ||
	    InterlockedCompareExchange(&lCount, 7, 10) != 10 || lCount != 7 ||
	    InterlockedExchange(&lCount, 1) != 7 || InterlockedOr(&lCount, 6) != 1 ||
	    InterlockedAnd(&lCount, 3) != 7 || InterlockedDecrement(&lCount) != 2)
		return 10;
	return 0;
}

static VOID ProbeMapIoSpace(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	PHYSICAL_ADDRESS physical;
	PVOID pv;

	physical.QuadPart = pull[0];
	pv = MmMapIoSpace(physical, (SIZE_T)pull[1], MmNonCached);
	pWork->pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pWork->pExt, pv, 0);
}

static ULONGLONG ProbeRoutine(BOOLEAN bThere)
{
	UNICODE_STRING name;

	RtlInitUnicodeString(&name, bThere ? L"ExAllocatePoolWithTag" : L"ExNoSuchCall");
	return MmGetSystemRoutineAddress(&name) == (PVOID)ExAllocatePoolWithTag;
}

BOOLEAN ProbeKernelCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	ULONG ulLength = (ULONG)pull[3];
	LARGE_INTEGER interval;
	HANDLE hKey;
	PVOID pv;

	switch (pWork->pCall->Function) {
	case ProbeExAllocatePool:
		pv = ExAllocatePoolWithTag((POOL_TYPE)pull[0], (SIZE_T)pull[1], PROBE_TAG);
		pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pExt, pv, (ULONG)pull[1]);
		break;
	case ProbeExFreePool:
		ExFreePool(ProbeResolve(pExt, pull[0]));
		break;
	case ProbeKeSpinLock:
		ProbeWordLock(pAnswer);
		break;
	case ProbeKeSpinLockContended:
		ProbeWordLockContended(pExt, pAnswer, (ULONG)pull[0]);
		break;
	case ProbeKeRaiseIrql:
		ProbeRaise(pAnswer, (KIRQL)pull[0]);
		break;
	case ProbeKeLowerIrql:
		KeLowerIrql((KIRQL)pull[0]);
		pAnswer->Out[0] = KeGetCurrentIrql();
		break;
	case ProbeKeClocks:
		ProbeClocks(pAnswer);
		break;
	case ProbeKeDelay:
		interval.QuadPart = pull[0];
		pAnswer->Result = (ULONG)KeDelayExecutionThread(KernelMode, FALSE, &interval);
		break;
	case ProbeKeWaitForEvent:
		ProbeEvent(pAnswer, pull);
		break;
	case ProbeMmGetPhysicalAddress:
		pAnswer->Result = MmGetPhysicalAddress(ProbeResolve(pExt, pull[0])).QuadPart;
		break;
	case ProbeMmMapIoSpace:
		ProbeMapIoSpace(pWork);
		break;
	case ProbeMmUnmapIoSpace:
		MmUnmapIoSpace(ProbeResolve(pExt, pull[0]), PAGE_SIZE);
		break;
	case ProbeMmIsAddressValid:
		pAnswer->Result = MmIsAddressValid(ProbeResolve(pExt, pull[0]));
		break;
	case ProbeHalGetBusData:
		if (ulLength > sizeof(pAnswer->Out))
			ulLength = sizeof(pAnswer->Out);
		pAnswer->Result = HalGetBusDataByOffset(PCIConfiguration, (ULONG)pull[0],
							(ULONG)pull[1], pAnswer->Out,
							(ULONG)pull[2], ulLength);
		break;
	case ProbeRtlStrings:
		pAnswer->Result = ProbeHelpers();
		break;
	case ProbeDbgPrint:
		DbgPrint("probe prints %ws 0x%lx\n", L"wide", (ULONG)pull[0]);
		break;
	case ProbeZwOpenKey:
		pAnswer->Result = (ULONG)ZwOpenKey(&hKey, KEY_READ, NULL);
		break;
	case ProbeKeBugCheck:
		KeBugCheckEx((ULONG)pull[0], (ULONG_PTR)pull[1], 0, 0, 0);
		break;
	case ProbeGetSystemRoutine:
		pAnswer->Result = ProbeRoutine((BOOLEAN)pull[0]);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
