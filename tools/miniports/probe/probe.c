// SPDX-License-Identifier: GPL-2.0
/*
 * The probe miniport's frame: finds its adapter, answers its private IOCTLs, counts what the port
 * calls and at which IRQL. Written as for videoprt.sys; drives no display.
 */
#include "probe.h"

VP_STATUS NTAPI ProbeFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArguments,
				 PVIDEO_PORT_CONFIG_INFO pConfig, PUCHAR pbAgain);
BOOLEAN NTAPI ProbeInitialize(PVOID pvExtension);
BOOLEAN NTAPI ProbeInterruptRoutine(PVOID pvExtension);
BOOLEAN NTAPI ProbeStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp);
VOID NTAPI ProbeTimerRoutine(PVOID pvExtension);

ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA hwInit;

	VideoPortZeroMemory(&hwInit, sizeof(hwInit));
	hwInit.HwInitDataSize = sizeof(hwInit);
	hwInit.AdapterInterfaceType = PCIBus;
	hwInit.HwFindAdapter = ProbeFindAdapter;
	hwInit.HwInitialize = ProbeInitialize;
	hwInit.HwInterrupt = ProbeInterruptRoutine;
	hwInit.HwStartIO = ProbeStartIO;
	hwInit.HwTimer = ProbeTimerRoutine;
	hwInit.HwGetVideoChildDescriptor = ProbeGetChildDescriptor;
	hwInit.HwDeviceExtensionSize = sizeof(PROBE_EXTENSION);
	hwInit.HwResetHw = ProbeResetHw;
	hwInit.HwGetPowerState = ProbeGetPowerState;
	hwInit.HwSetPowerState = ProbeSetPowerState;
#ifdef PROBE_NT4
	/* the structure as NT4 had it for a miniport that does packet DMA; no power in it */
	hwInit.HwInitDataSize = FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwSetPowerState);
	hwInit.HwStartDma = ProbeStartDmaRoutine;
#endif

	return VideoPortInitialize(pvContext1, pvContext2, &hwInit, NULL);
}

VP_STATUS NTAPI ProbeFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArguments,
				 PVIDEO_PORT_CONFIG_INFO pConfig, PUCHAR pbAgain)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;
	USHORT ausIds[2] = { 0, 0 };
	VP_STATUS vpStatus;
	ULONG i;

	UNREFERENCED_PARAMETER(pvContext);
	UNREFERENCED_PARAMETER(pwszArguments);

	if (pConfig->Length < sizeof(VIDEO_PORT_CONFIG_INFO))
		return ERROR_INVALID_PARAMETER;

	vpStatus = VideoPortGetAccessRanges(pExt, 0, NULL, PROBE_RANGES, pExt->Ranges, NULL, NULL,
					    &pExt->SlotNumber);
	if (vpStatus != NO_ERROR)
		return vpStatus;

	for (i = 0; i < PROBE_RANGES && pExt->Ranges[i].RangeLength != 0; i++) {
		pExt->Mapped[i] = (PUCHAR)VideoPortGetDeviceBase(pExt, pExt->Ranges[i].RangeStart,
								 pExt->Ranges[i].RangeLength,
								 pExt->Ranges[i].RangeInIoSpace);
		if (pExt->Mapped[i] == NULL)
			return ERROR_INVALID_PARAMETER;
		pExt->NumberOfRanges++;
	}

	if (VideoPortGetBusData(pExt, PCIConfiguration, pExt->SlotNumber, ausIds, 0,
				sizeof(ausIds)) != sizeof(ausIds))
		return ERROR_DEV_NOT_EXIST;

	pExt->Counts.VendorId = ausIds[0];
	pExt->Counts.DeviceId = ausIds[1];
	pExt->Counts.Ranges = pExt->NumberOfRanges;
	ProbePrepareChildren(pExt);

	ProbeRegistryAtFind(pExt);
	for (i = 0;
	     i < RTL_NUMBER_OF(pExt->RegistryPath) - 1 && pConfig->DriverRegistryPath[i]; i++)
		pExt->RegistryPath[i] = pConfig->DriverRegistryPath[i];

	pConfig->Master = TRUE;
	pConfig->ScatterGather = TRUE;
	pConfig->MaximumTransferLength = PROBE_MAXIMUM_TRANSFER;
	pConfig->MaximumScatterGatherChunkSize = PROBE_MAXIMUM_CHUNK;
	*pbAgain = FALSE;
	return NO_ERROR;
}

BOOLEAN NTAPI ProbeInitialize(PVOID pvExtension)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	pExt->Counts.Initialized++;
	return TRUE;
}

BOOLEAN NTAPI ProbeInterruptRoutine(PVOID pvExtension)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	if (!ProbeAcknowledgeInterrupt(pExt))
		return FALSE;

	pExt->Counts.Interrupts++;
	pExt->Counts.InterruptIrql = VideoPortGetCurrentIrql();
	ProbeRunDeferred(pExt, ProbeInterrupt);
	return TRUE;
}

VOID NTAPI ProbeTimerRoutine(PVOID pvExtension)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;

	pExt->Counts.Ticks++;
	pExt->Counts.TickIrql = VideoPortGetCurrentIrql();
	ProbeRunDeferred(pExt, ProbeTimer);
}

/* Copies an answer to the client; FALSE if its buffer is too small */
static BOOLEAN ProbeReturn(PVIDEO_REQUEST_PACKET pVrp, PVOID pvAnswer, ULONG cbAnswer)
{
	if (pVrp->OutputBufferLength < cbAnswer) {
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		return FALSE;
	}
	VideoPortMoveMemory(pVrp->OutputBuffer, pvAnswer, cbAnswer);
	pVrp->StatusBlock->Status = NO_ERROR;
	pVrp->StatusBlock->Information = cbAnswer;
	return TRUE;
}

static VOID ProbeVrpRequest(PVIDEO_REQUEST_PACKET pVrp)
{
	PROBE_VRP vrp;

	VideoPortZeroMemory(&vrp, sizeof(vrp));
	vrp.InputBufferLength = pVrp->InputBufferLength;
	vrp.OutputBufferLength = pVrp->OutputBufferLength;
	vrp.OneBuffer = pVrp->InputBuffer == pVrp->OutputBuffer;
	vrp.Irql = VideoPortGetCurrentIrql();
	vrp.IoControlCode = pVrp->IoControlCode;
	ProbeReturn(pVrp, &vrp, sizeof(vrp));
}

/* What no miniport should do, and the port has to survive. Returns what HwVidStartIO returns. */
static BOOLEAN ProbeMisbehave(PVIDEO_REQUEST_PACKET pVrp)
{
	PROBE_MISDEED misdeed;
	PUCHAR pbOutput = (PUCHAR)pVrp->OutputBuffer;
	ULONG i;

	if (pVrp->InputBufferLength < sizeof(misdeed)) {
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		return TRUE;
	}
	VideoPortMoveMemory(&misdeed, pVrp->InputBuffer, sizeof(misdeed));

	pVrp->StatusBlock->Status = NO_ERROR;
	pVrp->StatusBlock->Information = 0;
	if (misdeed.What & PROBE_FILL_OUTPUT) {
		for (i = 0; i < pVrp->OutputBufferLength; i++)
			pbOutput[i] = 0x5a;
	}
	if (misdeed.What & PROBE_SET_INFORMATION)
		pVrp->StatusBlock->Information = misdeed.Information;
	if (misdeed.What & PROBE_SET_STATUS)
		pVrp->StatusBlock->Status = misdeed.Status;
	if (misdeed.What & PROBE_OVERWRITE_POINTERS) {
		pVrp->InputBuffer = (PVOID)(ULONG_PTR)0xffffffff81000000ULL;
		pVrp->OutputBuffer = (PVOID)(ULONG_PTR)0xffffffff81000000ULL;
	}
	if (misdeed.What & PROBE_OVERWRITE_LENGTHS) {
		pVrp->InputBufferLength = 0xffffffff;
		pVrp->OutputBufferLength = 0xffffffff;
	}
	if (misdeed.What & PROBE_OVERWRITE_STATUS_BLOCK)
		pVrp->StatusBlock = (PSTATUS_BLOCK)(ULONG_PTR)0xffffffff81000000ULL;
	return (misdeed.What & PROBE_RETURN_FALSE) ? FALSE : TRUE;
}

static VOID ProbeListRequest(PPROBE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	ULONG ulIndex;

	if (pVrp->InputBufferLength < sizeof(ulIndex)) {
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		return;
	}
	ulIndex = *(PULONG)pVrp->InputBuffer;
	if (ulIndex >= PROBE_LISTS) {
		pVrp->StatusBlock->Status = ERROR_INVALID_PARAMETER;
		return;
	}
	ProbeReturn(pVrp, &pExt->Transfers[ulIndex].Record, sizeof(PROBE_LIST));
}

static VOID ProbeCallRequest(PPROBE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PROBE_CALL call;
	PROBE_ANSWER answer;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < sizeof(call)) {
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		return;
	}
	VideoPortMoveMemory(&call, pVrp->InputBuffer, sizeof(call));
	VideoPortZeroMemory(&answer, sizeof(answer));

	vpStatus = ProbeCallIn(pExt, pVrp, &call, &answer);
	if (vpStatus == NO_ERROR)
		ProbeReturn(pVrp, &answer, sizeof(answer));
	else
		pVrp->StatusBlock->Status = vpStatus;
}

BOOLEAN NTAPI ProbeStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;
	BOOLEAN bReturn = TRUE;
	LONG lActive;
	ULONG i;

	lActive = VideoPortInterlockedIncrement(&pExt->Active);
	if ((ULONG)lActive > pExt->Counts.MostRequests)
		pExt->Counts.MostRequests = lActive;
	pExt->Counts.Requests++;
	pVrp->StatusBlock->Information = 0;

	switch (pVrp->IoControlCode) {
	case IOCTL_PROBE_CALL:
		ProbeCallRequest(pExt, pVrp);
		break;

	case IOCTL_PROBE_RESULT:
		pExt->DeferredAnswer.State = pExt->DeferredState;
		ProbeReturn(pVrp, &pExt->DeferredAnswer, sizeof(pExt->DeferredAnswer));
		break;

	case IOCTL_PROBE_LIST:
		ProbeListRequest(pExt, pVrp);
		break;

	case IOCTL_PROBE_COUNTS:
		ProbeReturn(pVrp, &pExt->Counts, sizeof(pExt->Counts));
		break;

	case IOCTL_PROBE_ECHO:
		pVrp->StatusBlock->Status = NO_ERROR;
		pVrp->StatusBlock->Information = pVrp->OutputBufferLength;
		break;

	case IOCTL_PROBE_VRP:
		ProbeVrpRequest(pVrp);
		break;

	case IOCTL_PROBE_MISBEHAVE:
		bReturn = ProbeMisbehave(pVrp);
		break;

	case IOCTL_PROBE_HOLD:
		pVrp->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
		if (pVrp->InputBufferLength < sizeof(ULONG))
			break;
		for (i = *(PULONG)pVrp->InputBuffer; i > 0; i--)
			VideoPortStallExecution(1000);
		pVrp->StatusBlock->Status = NO_ERROR;
		break;

	default:
		pVrp->StatusBlock->Status = ERROR_INVALID_FUNCTION;
		break;
	}

	VideoPortInterlockedDecrement(&pExt->Active);
	return bReturn;
}
