/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The probe's device extension and what its files offer each other. Legacy headers only.
 * Everything here runs inside HwVidStartIO unless a call was asked for in another context.
 */
#ifndef PROBE_H
#define PROBE_H

#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "monitor.h"
#include "probeioctl.h"

#define PROBE_TAG	'borP'
#define PROBE_SLOTS	64
#define PROBE_RANGES	6
#define PROBE_SCRATCH	64

/* A kernel pointer that the client knows by its slot only */
typedef struct _PROBE_SLOT {
	PVOID Pointer;
	ULONG Length;
} PROBE_SLOT, *PPROBE_SLOT;

/* A transfer that was started: the record for the client, and the port's list */
typedef struct _PROBE_TRANSFER {
	PROBE_LIST Record;
	ULONG Length;			/* what pLength points to */
	PVP_SCATTER_GATHER_LIST pList;
	BOOLEAN CompleteAtOnce;
	BOOLEAN WriteToDevice;
	ULONG Slot;
} PROBE_TRANSFER, *PPROBE_TRANSFER;

/* What HwStartDma is to do, and what it saw last */
typedef struct _PROBE_STARTS {
	ULONG Returns;			/* HW_DMA_RETURN, or anything else */
	ULONG Flags;			/* PROBE_START_DMA_* */
	ULONG Calls;
	ULONG Irql;
	ULONG BytesUsed;
	BOOLEAN Signalled;
	PDMA pDma;
	PVOID pvContext;
} PROBE_STARTS, *PPROBE_STARTS;

/* What the port has asked and told of power */
typedef struct _PROBE_POWER {
	ULONG Refused;			/* states, a bit each */
	ULONG Count;
	ULONG Seen[PROBE_ARGUMENTS];
} PROBE_POWER, *PPROBE_POWER;

typedef struct _PROBE_EXTENSION {
	VIDEO_ACCESS_RANGE Ranges[PROBE_RANGES];
	PUCHAR Mapped[PROBE_RANGES];
	ULONG NumberOfRanges;
	ULONG SlotNumber;
	PROBE_COUNTS Counts;

	PROBE_SLOT Slots[PROBE_SLOTS];
	ULONG NextSlot;
	PROBE_TRANSFER Transfers[PROBE_LISTS];
	ULONG NextTransfer;
	PROBE_STARTS Starts;
	PROBE_POWER Power;
	BOOLEAN FailureExpected;	/* of the system, by a test */

	/* the call that a DPC, the timer or the interrupt is to make */
	LONG DeferredState;		/* PROBE_NONE, _PENDING, _DONE */
	ULONG DeferredContext;
	PROBE_CALL DeferredCall;
	PROBE_ANSWER DeferredAnswer;

	/* of HwVidFindAdapter: a registry value, and where the port says that its key is */
	ULONG FoundStatus;
	ULONG FoundLength;
	WCHAR FoundText[16];
	WCHAR RegistryPath[128];

	LONG Active;			/* requests inside HwVidStartIO */
	ULONG PrivateDpcs;
	PSPIN_LOCK pContended;
	ULONG ContendedCount;
	ULONG_PTR WordLock;		/* a KSPIN_LOCK */
	ULONG WordLockCount;
	UCHAR Scratch[2 * PROBE_SCRATCH];

	PROBE_MONITOR Monitor;
	ULONG Children;
	ULONG Enumerated;
	UCHAR Edid[320];
	PVOID pvSecondary;
	union {
		INTERFACE Head;
		VIDEO_PORT_I2C_INTERFACE One;
		VIDEO_PORT_I2C_INTERFACE_2 Two;
	} I2c;
} PROBE_EXTENSION, *PPROBE_EXTENSION;

/* One call: what was asked, where its answer goes, and the VRP, if one is being served */
typedef struct _PROBE_WORK {
	PPROBE_EXTENSION pExt;
	PVIDEO_REQUEST_PACKET pVrp;
	PPROBE_CALL pCall;
	PPROBE_ANSWER pAnswer;
	BOOLEAN Returns;		/* of a synchronised routine */
} PROBE_WORK, *PPROBE_WORK;

/* memory.c: slots */
PVOID ProbeResolve(PPROBE_EXTENSION pExt, ULONGLONG Value);
ULONGLONG ProbeKeep(PPROBE_EXTENSION pExt, PVOID Pointer, ULONG Length);

/* Each makes the call if it is one of its own, else returns FALSE */
BOOLEAN ProbeDmaCall(PPROBE_WORK pWork);	/* dma.c */
BOOLEAN ProbePacketCall(PPROBE_WORK pWork);	/* packet.c */
BOOLEAN ProbeEventCall(PPROBE_WORK pWork);	/* event.c */
BOOLEAN ProbeMemoryCall(PPROBE_WORK pWork);	/* memory.c */
BOOLEAN ProbeHardwareCall(PPROBE_WORK pWork);	/* packet.c */
HW_DMA_RETURN NTAPI ProbeStartDmaRoutine(PVOID pvExtension, PDMA pDma);

BOOLEAN ProbeChildrenCall(PPROBE_WORK pWork);	/* children.c */

/* children.c */
VOID ProbePrepareChildren(PPROBE_EXTENSION pExt);
VP_STATUS NTAPI ProbeGetChildDescriptor(PVOID pvExtension, PVIDEO_CHILD_ENUM_INFO pInfo,
					PVIDEO_CHILD_TYPE pType, PUCHAR pbDescriptor,
					PULONG pulUid, PULONG pulUnused);

/* hardware.c */
BOOLEAN ProbeSystemCall(PPROBE_WORK pWork);	/* system.c */
BOOLEAN ProbeRegistryCall(PPROBE_WORK pWork);	/* registry.c */
VOID ProbeRegistryAtFind(PPROBE_EXTENSION pExt);
BOOLEAN ProbeKernelCall(PPROBE_WORK pWork);	/* kernel.c */

/* packet.c */
HW_DMA_RETURN NTAPI ProbeStartDmaRoutine(PVOID pvExtension, PDMA pDma);

/* hardware.c */
VOID ProbeRaiseInterrupt(PPROBE_EXTENSION pExt);
BOOLEAN ProbeAcknowledgeInterrupt(PPROBE_EXTENSION pExt);

/* failure.c */
BOOLEAN ProbeFailureCall(PPROBE_WORK pWork);
VP_STATUS NTAPI ProbeGetPowerState(PVOID pvExtension, ULONG HwId, PVIDEO_POWER_MANAGEMENT pState);
VP_STATUS NTAPI ProbeSetPowerState(PVOID pvExtension, ULONG HwId, PVIDEO_POWER_MANAGEMENT pState);
BOOLEAN NTAPI ProbeResetHw(PVOID pvExtension, ULONG Columns, ULONG Rows);

/* deferred.c: where a call is made */
VP_STATUS ProbeCallIn(PPROBE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp, PPROBE_CALL pCall,
		      PPROBE_ANSWER pAnswer);
VOID ProbeRunDeferred(PPROBE_EXTENSION pExt, ULONG Context);

#endif /* PROBE_H */
