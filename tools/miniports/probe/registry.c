// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's registry calls: names and data are what the client has put into pool memory, wide
 * literals are as a driver writes them. Passes everything on unchecked, in every context.
 */
#include "probe.h"

/* What the routine does with a value, and what it saw */
typedef struct _PROBE_QUERY {
	PROBE_WORK *pWork;
	PUCHAR pbCopy;
	ULONG cbCopy;
	ULONG Flags;
	ULONG Returns;
} PROBE_QUERY, *PPROBE_QUERY;

static VP_STATUS NTAPI ProbeQueryRoutine(PVOID pvExtension, PVOID pvContext, PWSTR pwszName,
					 PVOID pvData, ULONG cbData)
{
	PPROBE_QUERY pQuery = (PPROBE_QUERY)pvContext;
	PPROBE_ANSWER pAnswer = pQuery->pWork->pAnswer;
	PUCHAR pbData = (PUCHAR)pvData;
	ULONG cb = cbData < pQuery->cbCopy ? cbData : pQuery->cbCopy;
	PROBE_QUERY inner;
	ULONG i;

	pAnswer->Out[0]++;
	pAnswer->Out[1] = cbData;
	pAnswer->Out[2] = 0;
	for (i = 0; i < cbData; i++)
		pAnswer->Out[2] = pAnswer->Out[2] * 31 + pbData[i];
	if (pQuery->pbCopy != NULL)
		VideoPortMoveMemory(pQuery->pbCopy, pvData, cb);
	pAnswer->Out[3] = VideoPortGetCurrentIrql();
	pAnswer->Out[4] = pwszName[0];

	if (pQuery->Flags & PROBE_QUERY_NEST) {
		inner = *pQuery;
		inner.Flags = 0;
		pAnswer->Out[5] = VideoPortSetRegistryParameters(pvExtension, pwszName, pvData,
								 cbData);
		pAnswer->Out[6] = VideoPortGetRegistryParameters(pvExtension, pwszName, FALSE,
								 ProbeQueryRoutine, &inner);
	}
	/* the copy is the driver's to change */
	for (i = 0; i < cbData; i++)
		pbData[i] = 0x55;
	pwszName[0] = L'X';
	return pQuery->Returns;
}

VOID ProbeRegistryAtFind(PPROBE_EXTENSION pExt)
{
	static WCHAR wszWide[] = L"Probe\\Gr\x00f6\x00df" L"e \x6f22\xd83d\xdda5";
	PROBE_ANSWER answer;
	PROBE_QUERY query;
	PROBE_WORK work;

	VideoPortZeroMemory(&answer, sizeof(answer));
	VideoPortZeroMemory(&query, sizeof(query));
	VideoPortZeroMemory(&work, sizeof(work));
	work.pAnswer = &answer;
	query.pWork = &work;
	query.pbCopy = (PUCHAR)pExt->FoundText;
	query.cbCopy = sizeof(pExt->FoundText);
	pExt->FoundStatus = VideoPortGetRegistryParameters(pExt, wszWide, FALSE, ProbeQueryRoutine,
							   &query);
	pExt->FoundLength = (ULONG)answer.Out[1];
	VideoPortSetRegistryParameters(pExt, L"Probe\\SetInFind", pExt->FoundText,
				       pExt->FoundLength);
}

/* The paths that the port gave are compared here: they are the kernel's memory */
static VOID ProbePaths(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	ULONG i;

	for (i = 0; pExt->RegistryPath[i] != 0; i++)
		if (i < sizeof(pAnswer->Out))
			((PUCHAR)pAnswer->Out)[i] = (UCHAR)pExt->RegistryPath[i];
	pAnswer->Result = i;
}

static VOID ProbeVersion(PPROBE_WORK pWork)
{
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	VPOSVERSIONINFO version;

	VideoPortZeroMemory(&version, sizeof(version));
	version.Size = pWork->pCall->Arguments[0] ? (ULONG)pWork->pCall->Arguments[0] :
						     sizeof(version);
	pAnswer->Result = VideoPortGetVersion(pWork->pExt, &version);
	pAnswer->Out[0] = version.MajorVersion;
	pAnswer->Out[1] = version.MinorVersion;
	pAnswer->Out[2] = version.BuildNumber;
	pAnswer->Out[3] = version.ServicePackMajor;
	pAnswer->Out[4] = VideoPortIsNoVesa();
}

BOOLEAN ProbeRegistryCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PWSTR pwszName = (PWSTR)ProbeResolve(pExt, pull[0]);
	PMINIPORT_GET_REGISTRY_ROUTINE pRoutine;
	PROBE_QUERY query;

	switch (pWork->pCall->Function) {
	case ProbeGetRegistry:
		query.pWork = pWork;
		query.pbCopy = (PUCHAR)ProbeResolve(pExt, pull[2]);
		query.cbCopy = (ULONG)pull[3];
		query.Flags = (ULONG)pull[4];
		query.Returns = (ULONG)pull[5];
		pRoutine = query.Flags & PROBE_QUERY_NO_ROUTINE ? NULL : ProbeQueryRoutine;
		pAnswer->Result = VideoPortGetRegistryParameters(pExt, pwszName, (UCHAR)pull[1],
								 pRoutine, &query);
		break;
	case ProbeSetRegistry:
		pAnswer->Result = VideoPortSetRegistryParameters(pExt, pwszName,
								 ProbeResolve(pExt, pull[1]),
								 (ULONG)pull[2]);
		break;
	case ProbeFlushRegistry:
		pAnswer->Result = VideoPortFlushRegistry(pExt);
		break;
	case ProbeFoundRegistry:
		pAnswer->Result = pExt->FoundStatus;
		pAnswer->Out[0] = pExt->FoundLength;
		VideoPortMoveMemory(&pAnswer->Out[1], pExt->FoundText, sizeof(pExt->FoundText));
		break;
	case ProbeRegistryPath:
		ProbePaths(pWork);
		break;
	case ProbeGetVersion:
		ProbeVersion(pWork);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
