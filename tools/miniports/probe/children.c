// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's children, and its calls for I2C, DDC and other devices. The lines are those of the
 * software monitor in monitor.c. In every context that the client asks for.
 */
#include "probe.h"

static VOID NTAPI ProbeWriteClock(PVOID pvExtension, UCHAR Data)
{
	ProbeMonitorClock(&((PPROBE_EXTENSION)pvExtension)->Monitor, Data != 0);
}

static VOID NTAPI ProbeWriteData(PVOID pvExtension, UCHAR Data)
{
	ProbeMonitorData(&((PPROBE_EXTENSION)pvExtension)->Monitor, Data != 0);
}

static BOOLEAN NTAPI ProbeReadClock(PVOID pvExtension)
{
	return ProbeMonitorSeesClock(&((PPROBE_EXTENSION)pvExtension)->Monitor);
}

static BOOLEAN NTAPI ProbeReadData(PVOID pvExtension)
{
	return ProbeMonitorSeesData(&((PPROBE_EXTENSION)pvExtension)->Monitor);
}

static VOID ProbeFillCallbacks(PI2C_CALLBACKS pCallbacks)
{
	pCallbacks->WriteClockLine = ProbeWriteClock;
	pCallbacks->WriteDataLine = ProbeWriteData;
	pCallbacks->ReadClockLine = ProbeReadClock;
	pCallbacks->ReadDataLine = ProbeReadData;
}

static BOOLEAN ProbeReadEdidInto(PPROBE_EXTENSION pExt, PUCHAR pbBuffer, ULONG cbBuffer,
				 UCHAR Segment, ULONG cbControl)
{
	DDC_CONTROL control;

	VideoPortZeroMemory(&control, sizeof(control));
	control.Size = cbControl;
	ProbeFillCallbacks(&control.I2CCallbacks);
	control.EdidSegment = Segment;
	return VideoPortDDCMonitorHelper(pExt, &control, pbBuffer, cbBuffer);
}

/* What Windows 2000 had in place of DDC_CONTROL */
static BOOLEAN ProbeReadEdidOld(PPROBE_EXTENSION pExt, PUCHAR pbBuffer, ULONG cbBuffer)
{
	I2C_FNC_TABLE table;

	VideoPortZeroMemory(&table, sizeof(table));
	table.Size = sizeof(table);
	table.WriteClockLine = ProbeWriteClock;
	table.WriteDataLine = ProbeWriteData;
	table.ReadClockLine = ProbeReadClock;
	table.ReadDataLine = ProbeReadData;
	return VideoPortDDCMonitorHelper(pExt, &table, pbBuffer, cbBuffer);
}

/*
 * Child 1 is the monitor; child 2 another chip, with a driver of its own; those from 3 on are
 * monitors without DDC. Their names are 0x100 and so on.
 */
VP_STATUS NTAPI ProbeGetChildDescriptor(PVOID pvExtension, PVIDEO_CHILD_ENUM_INFO pInfo,
					PVIDEO_CHILD_TYPE pType, PUCHAR pbDescriptor,
					PULONG pulUid, PULONG pulUnused)
{
	static const char acId[] = "*PRB0002";
	PPROBE_EXTENSION pExt = (PPROBE_EXTENSION)pvExtension;
	ULONG i;

	pExt->Enumerated++;
	*pulUnused = 0;
	if (pInfo->ChildIndex > pExt->Children)
		return VIDEO_ENUM_NO_MORE_DEVICES;

	*pulUid = pInfo->ChildIndex << 8;
	*pType = Monitor;
	if (pInfo->ChildIndex == 1)
		ProbeReadEdidInto(pExt, pbDescriptor, pInfo->ChildDescriptorSize, 0,
				  sizeof(DDC_CONTROL));
	if (pInfo->ChildIndex == 2) {
		*pType = Other;
		for (i = 0; i < sizeof(acId); i++)
			pbDescriptor[2 * i] = acId[i];
	}
	return VIDEO_ENUM_MORE_DEVICES;
}

/* pci-testdev has its monitor from the start, an edu only when a test plugs one in */
VOID ProbePrepareChildren(PPROBE_EXTENSION pExt)
{
	ProbeMonitorDefault(&pExt->Monitor);
	pExt->Children = pExt->Counts.DeviceId == 0x0005 ? 1 : 0;
}

/* A whole transfer by one of the tables; a bit for each call that returned TRUE */
static ULONG ProbeTransfer(PPROBE_EXTENSION pExt, PULONGLONG pull, PUCHAR pbBytes)
{
	UCHAR aucPlace[2] = { (UCHAR)pull[2], (UCHAR)pull[3] };
	UCHAR ucFrom = (UCHAR)(pull[2] | 1);
	ULONG cbRead = (ULONG)pull[4];
	ULONG ulDone = 0;
	I2C_CALLBACKS lines;
	VIDEO_I2C_CONTROL control;
	PVIDEO_PORT_I2C_INTERFACE pOne = &pExt->I2c.One;
	PVIDEO_PORT_I2C_INTERFACE_2 pTwo = &pExt->I2c.Two;

	if (cbRead > PROBE_SCRATCH || pExt->I2c.One.I2CStart == NULL)
		return 0;
	ProbeFillCallbacks(&lines);
	if (pull[0] == VIDEO_PORT_I2C_INTERFACE_VERSION_1) {
		ulDone |= pOne->I2CStart(pExt, &lines) << 0;
		ulDone |= pOne->I2CWrite(pExt, &lines, aucPlace, 2) << 1;
		ulDone |= pOne->I2CStart(pExt, &lines) << 2;
		ulDone |= pOne->I2CWrite(pExt, &lines, &ucFrom, 1) << 3;
		ulDone |= pOne->I2CRead(pExt, &lines, pbBytes, cbRead) << 4;
		ulDone |= pOne->I2CStop(pExt, &lines) << 5;
		return ulDone;
	}
	control.WriteClockLine = lines.WriteClockLine;
	control.WriteDataLine = lines.WriteDataLine;
	control.ReadClockLine = lines.ReadClockLine;
	control.ReadDataLine = lines.ReadDataLine;
	control.I2CDelay = (ULONG)pull[1];
	ulDone |= pTwo->I2CStart(pExt, &control) << 0;
	ulDone |= pTwo->I2CWrite(pExt, &control, aucPlace, 2) << 1;
	ulDone |= pTwo->I2CStart(pExt, &control) << 2;
	ulDone |= pTwo->I2CWrite(pExt, &control, &ucFrom, 1) << 3;
	/* in two parts: all but the last byte, and that */
	if (cbRead > 1 && pTwo->I2CRead(pExt, &control, pbBytes, cbRead - 1, FALSE))
		ulDone |= pTwo->I2CRead(pExt, &control, pbBytes + cbRead - 1, 1, TRUE) << 4;
	ulDone |= pTwo->I2CStop(pExt, &control) << 5;
	return ulDone;
}

static VOID ProbeMonitorCall(PPROBE_EXTENSION pExt, PULONGLONG pull)
{
	PPROBE_MONITOR pMonitor = &pExt->Monitor;
	ULONG cb = (PROBE_ARGUMENTS - 1) * sizeof(ULONGLONG);
	ULONG ulOffset = (ULONG)pull[0];

	if (ulOffset >= PROBE_EDID_MOST)
		return;
	if (cb > PROBE_EDID_MOST - ulOffset)
		cb = PROBE_EDID_MOST - ulOffset;
	VideoPortMoveMemory(pMonitor->Memory + ulOffset, &pull[1], cb);
}

BOOLEAN ProbeChildrenCall(PPROBE_WORK pWork)
{
	PPROBE_EXTENSION pExt = pWork->pExt;
	PULONGLONG pull = pWork->pCall->Arguments;
	PPROBE_ANSWER pAnswer = pWork->pAnswer;
	PUCHAR pbEdid = pull[3] & PROBE_EDID_NO_BUFFER ? NULL : pExt->Edid;
	ULONG i;

	switch (pWork->pCall->Function) {
	case ProbeMonitorFill:
		ProbeMonitorCall(pExt, pull);
		break;
	case ProbeMonitorFault:
		pExt->Monitor.Faults = (ULONG)pull[0];
		pExt->Monitor.Stretch = (ULONG)pull[1];
		ProbeMonitorReset(&pExt->Monitor);
		break;
	case ProbeReadEdid:
		if (pull[0] > sizeof(pExt->Edid))
			break;
		for (i = 0; i < sizeof(pExt->Edid); i++)
			pExt->Edid[i] = PROBE_EDID_UNTOUCHED;
		if (pull[3] & PROBE_EDID_OLD)
			pAnswer->Result = ProbeReadEdidOld(pExt, pbEdid, (ULONG)pull[0]);
		else
			pAnswer->Result = ProbeReadEdidInto(pExt, pbEdid, (ULONG)pull[0],
							    (UCHAR)pull[1],
							    sizeof(DDC_CONTROL) + (LONG)pull[2]);
		pAnswer->Out[0] = pExt->Monitor.Transfers;
		break;
	case ProbeEdidBytes:
		if (pull[0] <= sizeof(pExt->Edid) - sizeof(pAnswer->Out))
			VideoPortMoveMemory(pAnswer->Out, pExt->Edid + pull[0],
					    sizeof(pAnswer->Out));
		break;
	case ProbeQueryServices:
		VideoPortZeroMemory(&pExt->I2c, sizeof(pExt->I2c));
		pExt->I2c.Head.Version = (USHORT)pull[1];
		pExt->I2c.Head.Size = (USHORT)pull[2];
		pAnswer->Result = VideoPortQueryServices(pExt, (VIDEO_PORT_SERVICES)pull[0],
							 &pExt->I2c.Head);
		pAnswer->Out[0] = pExt->I2c.One.I2CStart != NULL;
		break;
	case ProbeReleaseServices:
		if (pExt->I2c.Head.InterfaceDereference != NULL)
			pExt->I2c.Head.InterfaceDereference(pExt->I2c.Head.Context);
		break;
	case ProbeI2cTransfer:
		pAnswer->Result = ProbeTransfer(pExt, pull, (PUCHAR)pAnswer->Out);
		break;
	case ProbeSetChildren:
		pExt->Children = (ULONG)pull[0];
		break;
	case ProbeEnumerateChildren:
		pAnswer->Result = VideoPortEnumerateChildren(pExt, NULL);
		break;
	case ProbeChildrenAsked:
		pAnswer->Result = pExt->Enumerated;
		break;
	case ProbeCreateSecondaryDisplay:
		pExt->pvSecondary = pExt;
		pAnswer->Result = VideoPortCreateSecondaryDisplay(pExt, &pExt->pvSecondary,
								  (ULONG)pull[0]);
		pAnswer->Out[0] = pExt->pvSecondary != NULL;
		break;
	case ProbeGetDeviceData:
		pAnswer->Result = VideoPortGetDeviceData(pExt, (VIDEO_DEVICE_DATA_TYPE)pull[0],
							 NULL, NULL);
		break;
	case ProbeAssociatedDevice:
		pAnswer->Out[0] = (ULONG_PTR)VideoPortGetAssociatedDeviceExtension(pExt);
		pAnswer->Out[1] = VideoPortGetAssociatedDeviceID(pExt);
		break;
	default:
		return FALSE;
	}
	return TRUE;
}
