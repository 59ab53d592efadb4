// SPDX-License-Identifier: GPL-2.0
/*
 * The software monitor: the device's side of I2C, moved by the edges of the two lines. Called by
 * the probe's line callbacks only, at PASSIVE.
 */
#include "probe.h"

#define PROBE_BUS_IDLE		0
#define PROBE_BUS_RECEIVE	1
#define PROBE_BUS_TRANSMIT	2

#define PROBE_NEXT_ADDRESS	0
#define PROBE_NEXT_OFFSET	1
#define PROBE_NEXT_DATA		2

#define PROBE_MONITOR_ADDRESS	0xa0

/* Both lines high, nothing under way; what it holds stays */
VOID ProbeMonitorReset(PPROBE_MONITOR pMonitor)
{
	pMonitor->MasterClock = TRUE;
	pMonitor->MasterData = TRUE;
	pMonitor->SlaveData = TRUE;
	pMonitor->Started = FALSE;
	pMonitor->Held = 0;
	pMonitor->Mode = PROBE_BUS_IDLE;
	if (pMonitor->Faults & PROBE_MONITOR_LEFT_IN_BYTE) {
		pMonitor->Mode = PROBE_BUS_TRANSMIT;
		pMonitor->Bit = 2;
		pMonitor->Byte = 0;
		pMonitor->SlaveData = FALSE;
	}
}

/* An EDID of one block whose sum is right */
VOID ProbeMonitorDefault(PPROBE_MONITOR pMonitor)
{
	UCHAR sum = 0;
	ULONG i;

	VideoPortZeroMemory(pMonitor, sizeof(*pMonitor));
	for (i = 0; i < 127; i++) {
		pMonitor->Memory[i] = (UCHAR)(i * 7 + 1);
		if (i < 8)
			pMonitor->Memory[i] = (i == 0 || i == 7) ? 0x00 : 0xff;
		if (i == 126)
			pMonitor->Memory[i] = 0;
		sum += pMonitor->Memory[i];
	}
	pMonitor->Memory[127] = (UCHAR)(0 - sum);
	ProbeMonitorReset(pMonitor);
}

/* A byte has come; TRUE acknowledges it */
static BOOLEAN ProbeMonitorTake(PPROBE_MONITOR pMonitor)
{
	switch (pMonitor->Next) {
	case PROBE_NEXT_ADDRESS:
		if ((pMonitor->Byte & 0xfe) != PROBE_MONITOR_ADDRESS)
			return FALSE;
		pMonitor->Transfers++;
		pMonitor->Reads = pMonitor->Byte & 1;
		pMonitor->Next = PROBE_NEXT_OFFSET;
		return TRUE;
	case PROBE_NEXT_OFFSET:
		pMonitor->Offset = pMonitor->Byte;
		pMonitor->Next = PROBE_NEXT_DATA;
		return TRUE;
	default:
		pMonitor->Memory[pMonitor->Offset++] = pMonitor->Byte;
		return TRUE;
	}
}

static VOID ProbeMonitorSend(PPROBE_MONITOR pMonitor)
{
	pMonitor->Mode = PROBE_BUS_TRANSMIT;
	pMonitor->Reads = FALSE;
	pMonitor->Byte = pMonitor->Memory[pMonitor->Offset++];
	pMonitor->SlaveData = (pMonitor->Byte & 0x80) != 0;
}

/* The end of a bit */
static VOID ProbeMonitorFall(PPROBE_MONITOR pMonitor)
{
	if (pMonitor->Mode == PROBE_BUS_IDLE)
		return;
	if (pMonitor->Started) {
		pMonitor->Started = FALSE;
		pMonitor->Bit = 0;
		return;
	}
	pMonitor->Bit++;
	if (pMonitor->Bit == 9) {
		pMonitor->Bit = 0;
		pMonitor->SlaveData = TRUE;
		pMonitor->Held = pMonitor->Stretch;
		if (!pMonitor->Acknowledged)
			pMonitor->Mode = PROBE_BUS_IDLE;
		else if (pMonitor->Mode == PROBE_BUS_TRANSMIT || pMonitor->Reads)
			ProbeMonitorSend(pMonitor);
	} else if (pMonitor->Mode == PROBE_BUS_TRANSMIT) {
		pMonitor->SlaveData =
			pMonitor->Bit == 8 || (pMonitor->Byte << pMonitor->Bit & 0x80) != 0;
	} else if (pMonitor->Bit == 8) {
		pMonitor->Acknowledged = ProbeMonitorTake(pMonitor);
		pMonitor->SlaveData = !pMonitor->Acknowledged;
	}
}

VOID ProbeMonitorClock(PPROBE_MONITOR pMonitor, BOOLEAN bHigh)
{
	if (bHigh == pMonitor->MasterClock)
		return;
	pMonitor->MasterClock = bHigh;
	if (!bHigh) {
		ProbeMonitorFall(pMonitor);
		return;
	}
	if (pMonitor->Mode == PROBE_BUS_RECEIVE && pMonitor->Bit < 8)
		pMonitor->Byte = (UCHAR)(pMonitor->Byte << 1 | ProbeMonitorSeesData(pMonitor));
	if (pMonitor->Mode == PROBE_BUS_TRANSMIT && pMonitor->Bit == 8)
		pMonitor->Acknowledged = !ProbeMonitorSeesData(pMonitor);
}

VOID ProbeMonitorData(PPROBE_MONITOR pMonitor, BOOLEAN bHigh)
{
	BOOLEAN bWasHigh = ProbeMonitorSeesData(pMonitor);

	pMonitor->MasterData = bHigh;
	if (!pMonitor->MasterClock || ProbeMonitorSeesData(pMonitor) == bWasHigh)
		return;
	/* a change while the clock is high: a start or a stop */
	pMonitor->SlaveData = TRUE;
	if (bHigh || pMonitor->Faults & PROBE_MONITOR_ABSENT) {
		pMonitor->Mode = PROBE_BUS_IDLE;
		return;
	}
	pMonitor->Mode = PROBE_BUS_RECEIVE;
	pMonitor->Next = PROBE_NEXT_ADDRESS;
	pMonitor->Started = TRUE;
}

BOOLEAN ProbeMonitorSeesClock(PPROBE_MONITOR pMonitor)
{
	if (pMonitor->Held > 0 && pMonitor->MasterClock) {
		pMonitor->Held--;
		return FALSE;
	}
	return pMonitor->MasterClock && !(pMonitor->Faults & PROBE_MONITOR_HOLDS_CLOCK);
}

BOOLEAN ProbeMonitorSeesData(PPROBE_MONITOR pMonitor)
{
	return pMonitor->MasterData && pMonitor->SlaveData &&
	       !(pMonitor->Faults & PROBE_MONITOR_HOLDS_DATA);
}
