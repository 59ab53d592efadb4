/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client may ask of the NT4 miniport for edu: its private IOCTLs and their structures.
 * Shared by the driver and its clients; needs devioctl.h before it (for CTL_CODE and ULONG).
 * All of them are METHOD_BUFFERED; every structure has the same layout for 32 and 64 bits. Beside
 * them it serves IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES and IOCTL_VIDEO_FREE_PUBLIC_ACCESS_RANGES.
 */
#ifndef _EDU4IOCTL_
#define _EDU4IOCTL_

#define EDU4_IOCTL(ulFunction)                                                                     \
	CTL_CODE(FILE_DEVICE_VIDEO, (ulFunction), METHOD_BUFFERED, FILE_ANY_ACCESS)

/*
 * in                    out
 * -                     EDU4_INFO
 */
#define IOCTL_EDU4_QUERY_INFO EDU4_IOCTL(0x840)

/*
 * VideoPortLockPages, with any flags; with those that start a DMA the order is carried out at once.
 * ERROR_BUSY while the device works.
 * EDU4_LOCK             EDU4_HANDLE: 0 if the DMA is over and has unlocked the pages
 */
#define IOCTL_EDU4_LOCK EDU4_IOCTL(0x841)

/*
 * VideoPortDoDma on what LOCK has locked. ERROR_BUSY while the device works.
 * EDU4_DMA_IN           EDU4_HANDLE: what VideoPortDoDma returned
 */
#define IOCTL_EDU4_DMA EDU4_IOCTL(0x842)

/*
 * VideoPortUnlockPages. A DMA that runs goes on, and the pages stay until it is complete.
 * EDU4_HANDLE           -
 */
#define IOCTL_EDU4_UNLOCK EDU4_IOCTL(0x843)

/*
 * What the port keeps with a handle.
 * EDU4_HANDLE           EDU4_STATE
 */
#define IOCTL_EDU4_QUERY_DMA EDU4_IOCTL(0x844)

/*
 * Wait inside the driver until the device is idle; WAIT_TIMEOUT if it is not by then.
 * ULONG, milliseconds   -
 */
#define IOCTL_EDU4_WAIT EDU4_IOCTL(0x845)

/*
 * VideoPortAssociateEventsWithDmaHandle: other events for a handle, or with handle 0 a new one.
 * EDU4_EVENTS           EDU4_HANDLE
 */
#define IOCTL_EDU4_EVENTS EDU4_IOCTL(0x846)

/*
 * VideoPortMapDmaMemory of a part of the chip's registers, and VideoPortUnmapDmaMemory.
 * EDU4_MAP              EDU4_MAPPED
 * EDU4_MAPPED           -
 */
#define IOCTL_EDU4_MAP EDU4_IOCTL(0x847)
#define IOCTL_EDU4_UNMAP EDU4_IOCTL(0x848)

/* The device moves at most so many bytes at a time; each time takes 100 milliseconds */
#define EDU4_MAXIMUM_TRANSFER 2048

/* Bytes of the device's own buffer that are used: offsets in it wrap at this number */
#define EDU4_BUFFER_LENGTH 4080

typedef struct _EDU4_INFO {
	ULONG Identification; /* of the chip: 0x010000ED */
	ULONG Busy; /* a DMA runs */
	ULONG Dmas; /* times that HwStartDma was called */
	ULONG Transfers; /* times that the device was programmed */
	ULONG Interrupts;
	ULONG SignalIrql; /* at which the last DMA was signalled */
	ULONG SignalResult; /* what VideoPortSignalDmaComplete said then */
	ULONG Reserved;
} EDU4_INFO, *PEDU4_INFO;

/* Who tells the port that a DMA is over */
typedef enum _EDU4_MODE {
	Edu4SignalInDpc = 1,
	Edu4SignalInInterrupt = 2, /* and starts the pieces there too */
	Edu4Synchronous = 3 /* HwStartDma waits for the device, and says so itself */
} EDU4_MODE;

typedef struct _EDU4_ORDER {
	ULONG ToDevice; /* 1: memory -> device buffer; 0: device buffer -> memory */
	ULONG Mode; /* EDU4_MODE */
	ULONG DeviceOffset; /* in the device buffer, below EDU4_BUFFER_LENGTH */
	ULONG Reserved;
} EDU4_ORDER, *PEDU4_ORDER;

typedef struct _EDU4_LOCK {
	ULONGLONG Address; /* in the client */
	ULONGLONG UserEvent; /* a PEVENT each, or 0 */
	ULONGLONG DisplayEvent;
	ULONG Length; /* bytes */
	ULONG Flags; /* DMA_FLAGS */
	EDU4_ORDER Order; /* for flags that start a DMA */
} EDU4_LOCK, *PEDU4_LOCK;

typedef struct _EDU4_DMA_IN {
	ULONGLONG Handle;
	ULONG Flags; /* DMA_FLAGS */
	ULONG Bytes; /* for VideoPortSetBytesUsed; 0: as many as before */
	EDU4_ORDER Order;
} EDU4_DMA_IN, *PEDU4_DMA_IN;

typedef struct _EDU4_HANDLE {
	ULONGLONG Handle; /* a PDMA */
	ULONGLONG ListLength; /* from LOCK: bytes of the scatter list */
} EDU4_HANDLE, *PEDU4_HANDLE;

typedef struct _EDU4_STATE {
	ULONG BytesUsed; /* VideoPortGetBytesUsed */
	ULONG Starts; /* DMAs that were started on it: VideoPortGetDmaContext */
} EDU4_STATE, *PEDU4_STATE;

typedef struct _EDU4_EVENTS {
	ULONGLONG Handle;
	ULONGLONG UserEvent;
	ULONGLONG DisplayEvent;
} EDU4_EVENTS, *PEDU4_EVENTS;

typedef struct _EDU4_MAP {
	ULONG Offset; /* of the first register */
	ULONG Length; /* bytes */
	ULONGLONG UserEvent;
	ULONGLONG DisplayEvent;
} EDU4_MAP, *PEDU4_MAP;

typedef struct _EDU4_MAPPED {
	ULONGLONG Handle; /* a PDMA */
	ULONGLONG Address; /* in the client */
	ULONG Length; /* bytes mapped there */
	ULONG Reserved;
} EDU4_MAPPED, *PEDU4_MAPPED;

#endif /* _EDU4IOCTL_ */
