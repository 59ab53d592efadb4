/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A monitor in software at the two lines of an I2C bus: what the probe's line callbacks drive
 * instead of hardware. Holds an EDID of up to two blocks; has the faults that a test asks for.
 */
#ifndef PROBE_MONITOR_H
#define PROBE_MONITOR_H

#define PROBE_EDID_MOST	256

typedef struct _PROBE_MONITOR {
	UCHAR Memory[PROBE_EDID_MOST];
	ULONG Faults;			/* PROBE_MONITOR_* */
	ULONG Stretch;			/* looks at the clock until it is let go after a byte */
	ULONG Transfers;		/* that began with its address */

	ULONG Held;			/* looks that are left */
	BOOLEAN MasterClock;
	BOOLEAN MasterData;
	BOOLEAN SlaveData;
	BOOLEAN Started;
	BOOLEAN Acknowledged;
	BOOLEAN Reads;
	UCHAR Mode;			/* PROBE_BUS_* */
	UCHAR Next;			/* PROBE_NEXT_* */
	UCHAR Bit;
	UCHAR Byte;
	UCHAR Offset;
} PROBE_MONITOR, *PPROBE_MONITOR;

VOID ProbeMonitorReset(PPROBE_MONITOR pMonitor);
VOID ProbeMonitorDefault(PPROBE_MONITOR pMonitor);
VOID ProbeMonitorClock(PPROBE_MONITOR pMonitor, BOOLEAN bHigh);
VOID ProbeMonitorData(PPROBE_MONITOR pMonitor, BOOLEAN bHigh);
BOOLEAN ProbeMonitorSeesClock(PPROBE_MONITOR pMonitor);
BOOLEAN ProbeMonitorSeesData(PPROBE_MONITOR pMonitor);

#endif /* PROBE_MONITOR_H */
