// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's hardware calls: registers, ports, configuration space, mappings of ranges; and the
 * interrupt of QEMU's edu. Checks offsets against the range, as any miniport must.
 */
#include "probe.h"

/* edu's registers */
#define EDU_DEVICE_ID			0x11e8
#define EDU_INTERRUPT_STATUS		0x24
#define EDU_INTERRUPT_RAISE		0x60
#define EDU_INTERRUPT_ACKNOWLEDGE	0x64

VOID ProbeRaiseInterrupt(PPROBE_EXTENSION pExt)
{
	VideoPortWriteRegisterUlong((PULONG)(pExt->Mapped[0] + EDU_INTERRUPT_RAISE), 1);
}

BOOLEAN ProbeAcknowledgeInterrupt(PPROBE_EXTENSION pExt)
{
	ULONG ulStatus;

	if (pExt->Counts.DeviceId != EDU_DEVICE_ID)
		return FALSE;
	ulStatus = VideoPortReadRegisterUlong((PULONG)(pExt->Mapped[0] + EDU_INTERRUPT_STATUS));
	if (ulStatus == 0)
		return FALSE;
	VideoPortWriteRegisterUlong((PULONG)(pExt->Mapped[0] + EDU_INTERRUPT_ACKNOWLEDGE),
				    ulStatus);
	return TRUE;
}

/* Address of a range's offset, or NULL if the access is not inside the range */
static PUCHAR ProbeAt(PPROBE_EXTENSION pExt, PULONGLONG pull, ULONG ulCount)
{
	ULONG ulRange = (ULONG)pull[0], ulOffset = (ULONG)pull[1];
	ULONGLONG ullBytes = (ULONGLONG)(ULONG)pull[2] * ulCount;

	if (ulRange >= pExt->NumberOfRanges || ullBytes == 0 ||
	    ulOffset + ullBytes > pExt->Ranges[ulRange].RangeLength)
		return NULL;
	return pExt->Mapped[ulRange] + ulOffset;
}

static VOID ProbeOne(PPROBE_WORK pWork, BOOLEAN bWrite)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PUCHAR pb = ProbeAt(pExt, pull, 1);
	ULONG ulValue = (ULONG)pull[3];
	ULONGLONG ullRead = 0;
	BOOLEAN bPort;

	if (pb == NULL) {
		pWork->pAnswer->Result = MAXULONGLONG;
		return;
	}
	bPort = pExt->Ranges[(ULONG)pull[0]].RangeInIoSpace;
	switch ((bWrite ? 16 : 0) + (bPort ? 8 : 0) + (ULONG)pull[2]) {
	case 1:
		ullRead = VideoPortReadRegisterUchar(pb);
		break;
	case 2:
		ullRead = VideoPortReadRegisterUshort((PUSHORT)pb);
		break;
	case 4:
		ullRead = VideoPortReadRegisterUlong((PULONG)pb);
		break;
	case 9:
		ullRead = VideoPortReadPortUchar(pb);
		break;
	case 10:
		ullRead = VideoPortReadPortUshort((PUSHORT)pb);
		break;
	case 12:
		ullRead = VideoPortReadPortUlong((PULONG)pb);
		break;
	case 17:
		VideoPortWriteRegisterUchar(pb, (UCHAR)ulValue);
		break;
	case 18:
		VideoPortWriteRegisterUshort((PUSHORT)pb, (USHORT)ulValue);
		break;
	case 20:
		VideoPortWriteRegisterUlong((PULONG)pb, ulValue);
		break;
	case 25:
		VideoPortWritePortUchar(pb, (UCHAR)ulValue);
		break;
	case 26:
		VideoPortWritePortUshort((PUSHORT)pb, (USHORT)ulValue);
		break;
	case 28:
		VideoPortWritePortUlong((PULONG)pb, ulValue);
		break;
	}
	pWork->pAnswer->Result = ullRead;
}

/* The buffer functions: for ports the one address again and again, for registers going on */
static VOID ProbeMany(PPROBE_WORK pWork, BOOLEAN bWrite)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	ULONG ulWidth = (ULONG)pull[2], ulCount = (ULONG)pull[3], i;
	ULONGLONG aullData[PROBE_ARGUMENTS] = { 0 };
	PUCHAR pbData = (PUCHAR)aullData;
	BOOLEAN bPort;
	PUCHAR pb;

	if (ulCount > sizeof(aullData) || ulWidth * ulCount > sizeof(aullData) ||
	    (ULONG)pull[0] >= pExt->NumberOfRanges) {
		pWork->pAnswer->Result = MAXULONGLONG;
		return;
	}
	bPort = pExt->Ranges[(ULONG)pull[0]].RangeInIoSpace;
	pb = ProbeAt(pExt, pull, bPort ? 1 : ulCount);
	if (pb == NULL) {
		pWork->pAnswer->Result = MAXULONGLONG;
		return;
	}
	for (i = 0; i < ulWidth * ulCount; i++)
		pbData[i] = bWrite ? ((PUCHAR)&pull[4])[i % ulWidth] : 0;

	switch ((bWrite ? 16 : 0) + (bPort ? 8 : 0) + ulWidth) {
	case 1:
		VideoPortReadRegisterBufferUchar(pb, pbData, ulCount);
		break;
	case 2:
		VideoPortReadRegisterBufferUshort((PUSHORT)pb, (PUSHORT)pbData, ulCount);
		break;
	case 4:
		VideoPortReadRegisterBufferUlong((PULONG)pb, (PULONG)pbData, ulCount);
		break;
	case 9:
		VideoPortReadPortBufferUchar(pb, pbData, ulCount);
		break;
	case 10:
		VideoPortReadPortBufferUshort((PUSHORT)pb, (PUSHORT)pbData, ulCount);
		break;
	case 12:
		VideoPortReadPortBufferUlong((PULONG)pb, (PULONG)pbData, ulCount);
		break;
	case 17:
		VideoPortWriteRegisterBufferUchar(pb, pbData, ulCount);
		break;
	case 18:
		VideoPortWriteRegisterBufferUshort((PUSHORT)pb, (PUSHORT)pbData, ulCount);
		break;
	case 20:
		VideoPortWriteRegisterBufferUlong((PULONG)pb, (PULONG)pbData, ulCount);
		break;
	case 25:
		VideoPortWritePortBufferUchar(pb, pbData, ulCount);
		break;
	case 26:
		VideoPortWritePortBufferUshort((PUSHORT)pb, (PUSHORT)pbData, ulCount);
		break;
	case 28:
		VideoPortWritePortBufferUlong((PULONG)pb, (PULONG)pbData, ulCount);
		break;
	}
	VideoPortMoveMemory(pWork->pAnswer->Out, aullData, sizeof(aullData));
}

static VOID ProbeMap(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	ULONG ulLength = (ULONG)pull[1], ulInIoSpace = (ULONG)pull[2];
	PVOID pv = (PVOID)(ULONG_PTR)pull[3];
	PHYSICAL_ADDRESS physical;

	physical.QuadPart = pull[0];
	pAnswer->Result = VideoPortMapMemory(pWork->pExt, physical, &ulLength, &ulInIoSpace, &pv);
	if (pAnswer->Result == NO_ERROR && (pull[3] || pull[2] & VIDEO_MEMORY_SPACE_USER_MODE))
		pAnswer->Out[0] = (ULONG_PTR)pv;
	else if (pAnswer->Result == NO_ERROR)
		pAnswer->Out[0] = ProbeKeep(pWork->pExt, pv, 0);
	pAnswer->Out[1] = ulLength;
}

static VOID ProbeDeviceBase(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	PHYSICAL_ADDRESS physical;
	PVOID pv;

	physical.QuadPart = pull[0];
	pv = VideoPortGetDeviceBase(pWork->pExt, physical, (ULONG)pull[1], (UCHAR)pull[2]);
	pWork->pAnswer->Result = pv == NULL ? 0 : ProbeKeep(pWork->pExt, pv, 0);
}

static VOID ProbeVerify(PPROBE_WORK pWork)
{
	PULONGLONG pull = pWork->pCall->Arguments;
	VIDEO_ACCESS_RANGE range;

	VideoPortZeroMemory(&range, sizeof(range));
	range.RangeStart.QuadPart = pull[0];
	range.RangeLength = (ULONG)pull[1];
	range.RangeInIoSpace = (UCHAR)pull[2];
	range.RangeShareable = TRUE;
	pWork->pAnswer->Result = VideoPortVerifyAccessRanges(pWork->pExt, 1, &range);
}

BOOLEAN ProbeHardwareCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	ULONG ulLength = (ULONG)pull[3];

	switch (pWork->pCall->Function) {
	case ProbeAccessRange:
		if (pull[0] >= pExt->NumberOfRanges)
			break;
		pAnswer->Result = 1;
		pAnswer->Out[0] = pExt->Ranges[pull[0]].RangeStart.QuadPart;
		pAnswer->Out[1] = pExt->Ranges[pull[0]].RangeLength;
		pAnswer->Out[2] = pExt->Ranges[pull[0]].RangeInIoSpace;
		break;
	case ProbeReadRegister:
	case ProbeWriteRegister:
		ProbeOne(pWork, pWork->pCall->Function == ProbeWriteRegister);
		break;
	case ProbeReadRegisterBuffer:
	case ProbeWriteRegisterBuffer:
		ProbeMany(pWork, pWork->pCall->Function == ProbeWriteRegisterBuffer);
		break;
	case ProbeGetBusData:
		if (ulLength > sizeof(pAnswer->Out))
			ulLength = sizeof(pAnswer->Out);
		pAnswer->Result = VideoPortGetBusData(pExt, (BUS_DATA_TYPE)pull[0],
						      (ULONG)pull[1], pAnswer->Out,
						      (ULONG)pull[2], ulLength);
		break;
	case ProbeSetBusData:
		if (ulLength > sizeof(pull[4]))
			ulLength = sizeof(pull[4]);
		pAnswer->Result = VideoPortSetBusData(pExt, (BUS_DATA_TYPE)pull[0],
						      (ULONG)pull[1], &pull[4],
						      (ULONG)pull[2], ulLength);
		break;
	case ProbeMapMemory:
		ProbeMap(pWork);
		break;
	case ProbeUnmapMemory:
		pAnswer->Result = VideoPortUnmapMemory(pExt, ProbeResolve(pExt, pull[0]),
						       (HANDLE)(ULONG_PTR)pull[1]);
		break;
	case ProbeGetDeviceBase:
		ProbeDeviceBase(pWork);
		break;
	case ProbeFreeDeviceBase:
		VideoPortFreeDeviceBase(pExt, ProbeResolve(pExt, pull[0]));
		break;
	case ProbeVerifyAccessRanges:
		ProbeVerify(pWork);
		break;
	case ProbeReadMapped:
		if (pull[0] >> 48 == PROBE_POINTER_MARK)
			pAnswer->Result = VideoPortReadRegisterUlong((PULONG)
								     ProbeResolve(pExt, pull[0]));
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
