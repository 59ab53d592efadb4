/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probe miniport and the integration tests say to each other: one private IOCTL makes
 * any VideoPort call with the arguments that the client chose, so that hostile ones can be tried
 * from user space on a stock kernel. For tests only. Include ntddvdeo.h or devioctl.h first.
 * There are two of it: vp_probe is of the XP kind, vp_probe_nt4 has HwStartDma.
 */
#ifndef PROBEIOCTL_H
#define PROBEIOCTL_H

#define PROBE_CODE(n)	CTL_CODE(FILE_DEVICE_VIDEO, 0x900 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)

#define IOCTL_PROBE_CALL	PROBE_CODE(0)	/* PROBE_CALL -> PROBE_ANSWER */
#define IOCTL_PROBE_RESULT	PROBE_CODE(1)	/* - -> PROBE_ANSWER of the last deferred call */
#define IOCTL_PROBE_LIST	PROBE_CODE(2)	/* ULONG index -> PROBE_LIST */
#define IOCTL_PROBE_COUNTS	PROBE_CODE(3)	/* - -> PROBE_COUNTS */
#define IOCTL_PROBE_ECHO	PROBE_CODE(4)	/* bytes -> the whole system buffer */
#define IOCTL_PROBE_VRP		PROBE_CODE(5)	/* anything -> PROBE_VRP */
#define IOCTL_PROBE_MISBEHAVE	PROBE_CODE(6)	/* PROBE_MISDEED -> whatever happens */
#define IOCTL_PROBE_HOLD	PROBE_CODE(7)	/* ULONG milliseconds in HwVidStartIO -> - */

/*
 * Functions. "P" is a pointer argument: a raw value, or a pointer that the probe keeps in a slot
 * (a Result or Out that is marked P). H is a handle of the port, passed through as it is.
 */
typedef enum _PROBE_FUNCTION {
	ProbeGetDmaAdapter = 1,		/* PROBE_ADAPTER_* flags, MaximumLength -> H */
	ProbePutDmaAdapter,		/* H adapter */
	ProbeAllocateCommonBuffer,	/* H adapter, length, cached -> P; Out: logical */
	ProbeReleaseCommonBuffer,	/* H adapter, length, logical, P virtual, cached */
	ProbeGetCommonBuffer,		/* length, alignment, cached -> P; Out: logical, length,
					 * virtual % alignment
					 */
	ProbeFreeCommonBuffer,		/* length, P virtual, logical, cached */
	ProbeLockBuffer,		/* P address, length, operation -> H mdl */
	ProbeUnlockBuffer,		/* H mdl, spelling: 0 UnLockBuffer, 1 UnlockBuffer */
	ProbeLockPages,			/* P address, length, flags, H user event, H display event
					 * -> BOOLEAN; Out: H OutputBuffer, OutputBufferLength,
					 * 1 if the VRP is as it was before the call
					 */
	ProbeUnlockPages,		/* H dma -> BOOLEAN */
	ProbeGetMdl,			/* H dma -> H mdl */
	ProbeGetScatterGather,		/* H dma -> elements; Out: index of the list with them */
	ProbeGetPhysicalAddress,	/* H dma, virtual, input buffer -> 1 if there is an array;
					 * Out: address, length
					 */
	ProbeStartDma,			/* H adapter, H mdl, offset, length, PROBE_START_* flags,
					 * write to device -> VP_STATUS; Out: index of the list,
					 * *pLength afterwards, P list
					 */
	ProbeCompleteDma,		/* H adapter, P list, write to device -> VP_STATUS */

	ProbeAllocatePool = 100,	/* type, bytes -> P */
	ProbeFreePool,			/* P */
	ProbePeek,			/* P -> the eight bytes there */
	ProbePoke,			/* P, eight bytes */
	ProbeCompareMemory,		/* length, byte that differs (or length) -> bytes alike */
	ProbeMoveMemory,		/* source, destination, length -> -; Out: scratch */
	ProbeZeroMemory,		/* offset, length -> -; Out: scratch */

	ProbeAccessRange = 200,		/* index -> 1 if there; Out: start, length, in I/O space */
	ProbeReadRegister,		/* range, offset, width 1, 2, 4 -> value */
	ProbeWriteRegister,		/* range, offset, width, value */
	ProbeReadRegisterBuffer,	/* range, offset, width, count -> -; Out: values */
	ProbeWriteRegisterBuffer,	/* range, offset, width, count, value */
	ProbeGetBusData,		/* type, slot, offset, length -> bytes; Out: data */
	ProbeSetBusData,		/* type, slot, offset, length, up to eight bytes -> bytes */
	ProbeMapMemory,			/* physical, length, InIoSpace, process -> VP_STATUS; Out:
					 * P, or the address in the client; length
					 */
	ProbeUnmapMemory,		/* P, process -> VP_STATUS */
	ProbeGetDeviceBase,		/* physical, length, InIoSpace -> P */
	ProbeFreeDeviceBase,		/* P */
	ProbeVerifyAccessRanges,	/* start, length, in I/O space -> VP_STATUS */
	ProbeReadMapped,		/* P -> four bytes of a register there */

	ProbeQueueDpcTwice = 300,	/* -> -; Out: first and second return value */
	ProbeStartTimer,
	ProbeStopTimer,
	ProbeGetCurrentIrql,		/* -> IRQL */
	ProbeInterlocked,		/* 0 inc, 1 dec, 2 exchange; start, new -> result; Out:
					 * value afterwards
					 */
	ProbeSpinLock,			/* -> VP_STATUS of create; Out: IRQL before, in it, OldIrql,
					 * after, VP_STATUS of delete
					 */
	ProbeSpinLockContended,		/* times; 0 ends: -> -; Out: counter */
	ProbeLogError,			/* code, id */
	ProbeDebugPrint,		/* level, value */
	ProbeStall,			/* microseconds */
	ProbeSynchronizedResult,	/* what a synchronised routine returns -> BOOLEAN that
					 * SynchronizeExecution returned
					 */

	ProbeDoDma = 400,		/* H dma, flags, times (0: once) -> H of the last; Out: how
					 * often it was the handle
					 */
	ProbeSignalDmaComplete,		/* H dma -> BOOLEAN */
	ProbeGetDmaContext,		/* H dma -> any eight bytes */
	ProbeSetDmaContext,		/* H dma, any eight bytes */
	ProbeGetBytesUsed,		/* H dma -> bytes */
	ProbeSetBytesUsed,		/* H dma, bytes */
	ProbeAssociateEvents,		/* H OutputBuffer (0: the request's own), H user event,
					 * H display event -> H dma
					 */
	ProbeMapDmaMemory,		/* physical, length, InIoSpace, H user event, H display
					 * event -> H dma; Out: address in the client, length
					 */
	ProbeUnmapDmaMemory,		/* address, process, H dma -> BOOLEAN */
	ProbeAllocateContiguousMemory,	/* bytes, highest address -> P */
	ProbeChooseStartDma,		/* what HwStartDma returns, PROBE_START_DMA_* flags */
	ProbeStartDmaSeen,		/* -> calls of HwStartDma since it was chosen; Out: of the
					 * last one H dma, IRQL, bytes used, context, and what
					 * SignalDmaComplete returned in it
					 */

	ProbeCreateEvent = 500,		/* flags -> VP_STATUS; Out: H event */
	ProbeDeleteEvent,		/* H event -> VP_STATUS */
	ProbeSetEvent,			/* H event -> LONG */
	ProbeClearEvent,		/* H event */
	ProbeReadStateEvent,		/* H event -> LONG */
	ProbeWaitForSingleObject,	/* H event, 1 if there is a timeout, timeout -> VP_STATUS */

	ProbeGetRegistry = 600,		/* P name, is a file's name, P buffer, its bytes,
					 * PROBE_QUERY_* flags, what the routine returns ->
					 * VP_STATUS; Out: calls of the routine; of the last one
					 * bytes, a sum over them, IRQL, first unit of the name;
					 * VP_STATUS of the nested Set and Get
					 */
	ProbeSetRegistry,		/* P name, P data, length -> VP_STATUS */
	ProbeFlushRegistry,		/* -> VP_STATUS */
	ProbeFoundRegistry,		/* -> VP_STATUS of a Get in HwVidFindAdapter; Out: bytes,
					 * the first 32 of them
					 */
	ProbeRegistryPath,		/* -> characters of DriverRegistryPath; Out: the first 64 */
	ProbeGetVersion,		/* Size (0: the right one) -> VP_STATUS; Out: major, minor,
					 * build, service pack, VideoPortIsNoVesa()
					 */
	ProbeMonitorFill = 650,		/* offset, 56 bytes of the software monitor's EDID */
	ProbeMonitorFault,		/* PROBE_MONITOR_* flags, looks until it lets go of the
					 * clock after a byte
					 */
	ProbeReadEdid,			/* EdidBufferSize, segment, bytes that DDC_CONTROL says too
					 * many, PROBE_EDID_* flags -> BOOLEAN; Out: transfers that
					 * the monitor has seen
					 */
	ProbeEdidBytes,			/* offset -> -; Out: 64 bytes of what was read */
	ProbeQueryServices,		/* type, version, size -> VP_STATUS; Out: 1 if filled in */
	ProbeReleaseServices,		/* InterfaceDereference */
	ProbeI2cTransfer,		/* version, I2CDelay, address, offset, bytes (up to 64) ->
					 * a bit for each call that was TRUE; Out: the bytes
					 */
	ProbeSetChildren,		/* how many HwVidGetVideoChildDescriptor tells of */
	ProbeEnumerateChildren,		/* -> VP_STATUS */
	ProbeChildrenAsked,		/* -> calls of HwVidGetVideoChildDescriptor */
	ProbeCreateSecondaryDisplay,	/* flags -> VP_STATUS; Out: 1 if there is an extension */
	ProbeGetDeviceData,		/* type -> VP_STATUS */
	ProbeAssociatedDevice,		/* -> -; Out: extension, ID */
	ProbeChoosePower = 700,		/* states that HwVidGetPowerState refuses, a bit each */
	ProbePowerSeen,			/* -> calls since it was chosen; Out: PROBE_POWER_SEEN */
	ProbeDeviceLock,		/* times to acquire it, then times to release it */
	ProbeRegisterBugcheck,		/* code, size, 0: a NULL callback -> VP_STATUS */
	ProbeReportCreate,		/* code, four arguments -> H report */
	ProbeReportData,		/* H report, value of all bytes, length -> BOOLEAN */
	ProbeReportComplete,		/* H report */
	ProbeCheckForDevice,		/* vendor, device, revision, subsystem's vendor, subsystem,
					 * flags -> BOOLEAN
					 */
	/* calls beside VideoPort */
	ProbeExAllocatePool = 800,	/* type, bytes -> P */
	ProbeExFreePool,		/* P */
	ProbeKeSpinLock,		/* -> -; Out: IRQL before, in it, OldIrql, after, the word in
					 * it (1: not 0), and after
					 */
	ProbeKeSpinLockContended,	/* times; 0 ends: -> -; Out: counter */
	ProbeKeRaiseIrql,		/* level -> OldIrql; Out: IRQL in it, after */
	ProbeKeLowerIrql,		/* level: without raising it; Out: IRQL after */
	ProbeKeClocks,			/* -> -; Out: system time, interrupt time, ticks, length of a
					 * tick, performance counter, its frequency
					 */
	ProbeKeDelay,			/* timeout -> NTSTATUS */
	ProbeKeWaitForEvent,		/* type, initial state, timeout -> NTSTATUS; Out: state
					 * afterwards
					 */
	ProbeMmGetPhysicalAddress,	/* P -> address */
	ProbeMmMapIoSpace,		/* physical, length -> P */
	ProbeMmUnmapIoSpace,		/* P */
	ProbeMmIsAddressValid,		/* P -> BOOLEAN */
	ProbeHalGetBusData,		/* bus, slot, offset, length -> bytes; Out: data */
	ProbeRtlStrings,		/* -> number of the first step that went wrong, or 0 */
	ProbeDbgPrint,			/* value: in a legacy format */
	ProbeZwOpenKey,			/* -> NTSTATUS */
	ProbeKeBugCheck,		/* code, parameter */
	ProbeGetSystemRoutine,		/* 1: one that is there, 0: one that is not -> 1 if found */
} PROBE_FUNCTION;

/* MaximumTransferLength and MaximumScatterGatherChunkSize of the configuration, in bytes */
#define PROBE_MAXIMUM_TRANSFER	(8 << 20)
#define PROBE_MAXIMUM_CHUNK	(1 << 16)

#define PROBE_ADAPTER_SCATTER_GATHER	1
#define PROBE_ADAPTER_32_BITS		2
#define PROBE_ADAPTER_64_BITS		4

#define PROBE_START_COMPLETE	1	/* complete inside HwVidExecuteDma */
#define PROBE_START_NO_CALLBACK	2	/* a NULL HwVidExecuteDma */

#define PROBE_QUERY_NO_ROUTINE	1	/* a NULL routine */
#define PROBE_QUERY_NEST	2	/* Set and Get inside the routine */
#define PROBE_POWER_SEEN(what, state)	(((ULONG)(what) << 8) | (state))
#define PROBE_POWER_ASKED	'?'	/* HwVidGetPowerState */
#define PROBE_POWER_TOLD	'!'	/* HwVidSetPowerState */

#define PROBE_START_DMA_SIGNAL	1	/* VideoPortSignalDmaComplete inside HwStartDma */

/* What is wrong with the software monitor */
#define PROBE_MONITOR_ABSENT		1
#define PROBE_MONITOR_HOLDS_CLOCK	2
#define PROBE_MONITOR_HOLDS_DATA	4
#define PROBE_MONITOR_LEFT_IN_BYTE	8

#define PROBE_EDID_NO_BUFFER	1
#define PROBE_EDID_OLD		2	/* by an I2C_FNC_TABLE */
#define PROBE_EDID_UNTOUCHED	0x77	/* what the buffer is filled with before */

/* Where the call is made. The last three answer later: see IOCTL_PROBE_RESULT. */
typedef enum _PROBE_CONTEXT {
	ProbeStartIo,		/* in HwVidStartIO, at PASSIVE */
	ProbeSynchronizedLow,	/* in HwVidStartIO, under VideoPortSynchronizeExecution */
	ProbeSynchronizedMedium,
	ProbeSynchronizedHigh,
	ProbeDpc,
	ProbeTimer,
	ProbeInterrupt,		/* edu only: the probe makes the device interrupt */
} PROBE_CONTEXT;

#define PROBE_ARGUMENTS	8

typedef struct _PROBE_CALL {
	ULONG Function;
	ULONG Context;
	ULONGLONG Arguments[PROBE_ARGUMENTS];
} PROBE_CALL, *PPROBE_CALL;

#define PROBE_NONE	0
#define PROBE_PENDING	1
#define PROBE_DONE	2

typedef struct _PROBE_ANSWER {
	ULONG State;		/* PROBE_* above */
	ULONG Irql;		/* at which the call was made */
	ULONGLONG Result;
	ULONGLONG Out[PROBE_ARGUMENTS];
} PROBE_ANSWER, *PPROBE_ANSWER;

/* P: bits 48-63 the mark (no canonical address), 32-47 the slot, 0-31 a signed displacement */
#define PROBE_POINTER_MARK		0x5107ULL
#define PROBE_POINTER(slot)		((PROBE_POINTER_MARK << 48) | ((ULONGLONG)(slot) << 32))
#define PROBE_POINTER_OFF(p, bytes)	(((p) & ~0xffffffffULL) | (ULONG)(bytes))

#define PROBE_LISTS		16
#define PROBE_LIST_ELEMENTS	1100

#define PROBE_LIST_FREE		0
#define PROBE_LIST_STARTING	1	/* given to StartDma, callback not run yet */
#define PROBE_LIST_LIVE		2
#define PROBE_LIST_COMPLETED	3

typedef struct _PROBE_ELEMENT {
	ULONGLONG Address;
	ULONGLONG Length;
} PROBE_ELEMENT, *PPROBE_ELEMENT;

/* What HwVidExecuteDma of the probe saw */
typedef struct _PROBE_LIST {
	ULONG State;
	ULONG Calls;		/* of HwVidExecuteDma */
	ULONG Irql;
	ULONG Length;		/* *pLength as seen in the callback */
	ULONG NumberOfElements;	/* all; at most PROBE_LIST_ELEMENTS are below */
	ULONG CompleteStatus;	/* of PROBE_START_COMPLETE */
	ULONGLONG TotalLength;	/* sum of all elements' lengths */
	ULONGLONG Adapter;	/* as passed to the callback */
	PROBE_ELEMENT Elements[PROBE_LIST_ELEMENTS];
} PROBE_LIST, *PPROBE_LIST;

typedef struct _PROBE_COUNTS {
	ULONG Initialized;	/* calls of HwVidInitialize */
	ULONG Requests;		/* calls of HwVidStartIO */
	ULONG MostRequests;	/* that ran at the same time */
	ULONG Dpcs;
	ULONG DpcIrql;
	ULONG Ticks;		/* calls of HwVidTimer */
	ULONG TickIrql;
	ULONG Interrupts;
	ULONG InterruptIrql;
	ULONG Ranges;
	ULONG VendorId;
	ULONG DeviceId;
} PROBE_COUNTS, *PPROBE_COUNTS;

typedef struct _PROBE_VRP {
	ULONG InputBufferLength;
	ULONG OutputBufferLength;
	ULONG OneBuffer;	/* InputBuffer == OutputBuffer */
	ULONG Irql;
	ULONG IoControlCode;
	ULONG Reserved;
} PROBE_VRP, *PPROBE_VRP;

/* Misdeeds of HwVidStartIO */
#define PROBE_SET_INFORMATION		1	/* StatusBlock->Information = Information */
#define PROBE_OVERWRITE_POINTERS	2	/* the VRP's buffers become wild pointers */
#define PROBE_OVERWRITE_LENGTHS		4	/* and its lengths the largest there are */
#define PROBE_OVERWRITE_STATUS_BLOCK	8	/* and so does StatusBlock */
#define PROBE_RETURN_FALSE		16
#define PROBE_SET_STATUS		32	/* StatusBlock->Status = Status */
#define PROBE_FILL_OUTPUT		64	/* all bytes of the output become 0x5a */

typedef struct _PROBE_MISDEED {
	ULONG What;
	ULONG Status;
	ULONGLONG Information;
} PROBE_MISDEED, *PPROBE_MISDEED;

#endif /* PROBEIOCTL_H */
