// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's part in changes of power and in failures: what the port asks and tells it, the device
 * lock, debug reports, and what it does when the system goes down. Callbacks at PASSIVE, but for
 * the two of a system that fails: those run anywhere, and only print.
 */
#include "probe.h"

static VOID ProbeRecordPower(PPROBE_POWER pPower, UCHAR What, ULONG State)
{
	if (pPower->Count < PROBE_ARGUMENTS)
		pPower->Seen[pPower->Count] = PROBE_POWER_SEEN(What, State);
	pPower->Count++;
}

VP_STATUS NTAPI ProbeGetPowerState(PVOID pvExtension, ULONG HwId, PVIDEO_POWER_MANAGEMENT pState)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	if (HwId != DISPLAY_ADAPTER_HW_ID)
		return NO_ERROR;
	ProbeRecordPower(&pExt->Power, PROBE_POWER_ASKED, pState->PowerState);
	return (pExt->Power.Refused >> pState->PowerState) & 1 ?
		       ERROR_DEVICE_REINITIALIZATION_NEEDED : NO_ERROR;
}

VP_STATUS NTAPI ProbeSetPowerState(PVOID pvExtension, ULONG HwId, PVIDEO_POWER_MANAGEMENT pState)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	if (HwId == DISPLAY_ADAPTER_HW_ID)
		ProbeRecordPower(&pExt->Power, PROBE_POWER_TOLD, pState->PowerState);
	return NO_ERROR;
}

/* Says so only where a test waits for the system to fail */
BOOLEAN NTAPI ProbeResetHw(PVOID pvExtension, ULONG Columns, ULONG Rows)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	if (pExt->FailureExpected)
		VideoPortDebugPrint(Error, (PSTR)"probe: HwVidResetHw %u %u, register 0x%x\n", Columns,
				    Rows, VideoPortReadRegisterUlong((PULONG)pExt->Mapped[0]));
	return TRUE;
}

static VOID NTAPI ProbeBugcheckCallback(PVOID pvExtension, ULONG BugcheckCode, PUCHAR pbBuffer,
					ULONG BufferSize)
{
	ULONG i;

	UNREFERENCED_PARAMETER(pvExtension);
	VideoPortDebugPrint(Error, (PSTR)"probe: bug check 0x%x, room for %u bytes\n", BugcheckCode,
			    BufferSize);
	for (i = 0; i < BufferSize && i < 40; i++)
		pbBuffer[i] = (UCHAR)(0xa0 + i);
}

/* Adds so many bytes of one value */
static BOOLEAN ProbeReportAdd(PPROBE_EXTENSION pExt, PVIDEO_DEBUG_REPORT pReport, UCHAR Value,
			      ULONG ulLength)
{
	BOOLEAN bReturn;
	PUCHAR pb;
	ULONG i;

	pb = (PUCHAR)VideoPortAllocatePool(pExt, VpNonPagedPool, ulLength, PROBE_TAG);
	if (pb == NULL)
		return FALSE;
	for (i = 0; i < ulLength; i++)
		pb[i] = Value;
	bReturn = VideoPortDbgReportSecondaryData(pReport, pb, ulLength);
	VideoPortFreePool(pExt, pb);
	return bReturn;
}

BOOLEAN ProbeFailureCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PVIDEO_DEBUG_REPORT pReport = (PVIDEO_DEBUG_REPORT)(ULONG_PTR)pull[0];
	ULONG i;

	switch (pWork->pCall->Function) {
	case ProbeChoosePower:
		VideoPortZeroMemory(&pExt->Power, sizeof(pExt->Power));
		pExt->Power.Refused = (ULONG)pull[0];
		break;
	case ProbePowerSeen:
		pAnswer->Result = pExt->Power.Count;
		for (i = 0; i < PROBE_ARGUMENTS; i++)
			pAnswer->Out[i] = pExt->Power.Seen[i];
		break;
	case ProbeDeviceLock:
		for (i = 0; i < (ULONG)pull[0]; i++)
			VideoPortAcquireDeviceLock(pExt);
		for (i = 0; i < (ULONG)pull[1]; i++)
			VideoPortReleaseDeviceLock(pExt);
		break;
	case ProbeRegisterBugcheck:
		pAnswer->Result = VideoPortRegisterBugcheckCallback(
			pExt, (ULONG)pull[0], pull[2] ? ProbeBugcheckCallback : NULL,
			(ULONG)pull[1]);
		pExt->FailureExpected = pull[2] != 0;
		break;
	case ProbeReportCreate:
		pAnswer->Result = (ULONG_PTR)VideoPortDbgReportCreate(
			pExt, (ULONG)pull[0], (ULONG_PTR)pull[1], (ULONG_PTR)pull[2],
			(ULONG_PTR)pull[3], (ULONG_PTR)pull[4]);
		break;
	case ProbeReportData:
		pAnswer->Result = ProbeReportAdd(pExt, pReport, (UCHAR)pull[1], (ULONG)pull[2]);
		break;
	case ProbeReportComplete:
		VideoPortDbgReportComplete(pReport);
		break;
	case ProbeCheckForDevice:
		pAnswer->Result = VideoPortCheckForDeviceExistence(
			pExt, (USHORT)pull[0], (USHORT)pull[1], (UCHAR)pull[2], (USHORT)pull[3],
			(USHORT)pull[4], (ULONG)pull[5]);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
