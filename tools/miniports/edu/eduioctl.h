/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client may ask of the edu miniport: its private IOCTLs and their structures.
 * Shared by the driver and its clients; needs devioctl.h before it (for CTL_CODE and ULONG).
 * All of them are METHOD_BUFFERED; every structure has the same layout for 32 and 64 bits.
 */
#ifndef _EDUIOCTL_
#define _EDUIOCTL_

#define EDU_IOCTL(ulFunction)                                                                      \
	CTL_CODE(FILE_DEVICE_VIDEO, (ulFunction), METHOD_BUFFERED, FILE_ANY_ACCESS)

/*
 * in                    out
 * -                     EDU_INFO
 */
#define IOCTL_EDU_QUERY_INFO EDU_IOCTL(0x800)

/*
 * Start a packet DMA, and come back at once; QUERY_DMA tells how it goes. ERROR_BUSY while the
 * device works. The adapter has one operation at a time, whoever asks: what ended before is
 * forgotten here, and if another client has not called FINISH_DMA, its buffers stay locked until
 * it goes away.
 * EDU_START             -
 */
#define IOCTL_EDU_START_DMA EDU_IOCTL(0x801)

/*
 * -                     EDU_DMA_STATE
 */
#define IOCTL_EDU_QUERY_DMA EDU_IOCTL(0x802)

/*
 * Unlock the buffers of START_DMA, back to EduIdle. ERROR_BUSY while the device works.
 * -                     -
 */
#define IOCTL_EDU_FINISH_DMA EDU_IOCTL(0x803)

/*
 * The older way: VideoPortLockPages, and the segments as the device sees them.
 * EDU_LOCK              EDU_LOCKED (as many segments as there is room for)
 */
#define IOCTL_EDU_LOCK_PAGES EDU_IOCTL(0x804)

/*
 * One transfer in memory that LOCK_PAGES has locked; asynchronous, as START_DMA.
 * EDU_PAGES             -
 */
#define IOCTL_EDU_PAGES_DMA EDU_IOCTL(0x805)

/*
 * VideoPortUnlockPages. ERROR_BUSY while a PAGES_DMA runs.
 * EDU_UNLOCK            EDU_UNLOCKED, if there is room for it
 */
#define IOCTL_EDU_UNLOCK_PAGES EDU_IOCTL(0x806)

/*
 * Data into the first half of the common buffer, from there to the device, and back into the
 * second half; asynchronous, as START_DMA.
 * EDU_COMMON            -
 */
#define IOCTL_EDU_COMMON_BUFFER EDU_IOCTL(0x807)

/*
 * The second half of the common buffer: the bytes that the last COMMON_BUFFER sent.
 * -                     the bytes
 */
#define IOCTL_EDU_READ_COMMON EDU_IOCTL(0x808)

/*
 * Only in a driver built with EDU_LATE_DMA, else ERROR_INVALID_FUNCTION: let the device write
 * to the logical address that the last UNLOCK_PAGES gave back. A driver's bug, on purpose.
 * EDU_LATE              -
 */
#define IOCTL_EDU_LATE_DMA EDU_IOCTL(0x809)

/* The device moves at most so many bytes at a time; each time takes 100 milliseconds */
#define EDU_MAXIMUM_TRANSFER 2048

/* Bytes of the device's own buffer that are used: offsets in it wrap at this number */
#define EDU_BUFFER_LENGTH 4080

/* LOCK_PAGES reports at most so many segments */
#define EDU_MAXIMUM_SEGMENTS 64

typedef struct _EDU_INFO {
	ULONG Identification; /* of the chip: 0x010000ED */
	ULONG DeviceBufferLength; /* EDU_BUFFER_LENGTH */
	ULONG MaximumTransfer; /* EDU_MAXIMUM_TRANSFER */
	ULONG DmaCount; /* transfers that the device has ended since it was found */
} EDU_INFO, *PEDU_INFO;

typedef enum _EDU_OPERATION {
	EduToDevice = 1, /* Source -> device buffer */
	EduFromDevice = 2, /* device buffer -> Destination */
	EduCopy = 3, /* Source -> device buffer -> Destination, piece by piece */
	EduPages = 4, /* PAGES_DMA; not for START_DMA, and so the rest */
	EduCommon = 5, /* COMMON_BUFFER */
	EduLate = 6 /* LATE_DMA */
} EDU_OPERATION;

typedef enum _EDU_STATE {
	EduIdle = 0, /* nothing was started, or FINISH_DMA was called */
	EduRunning = 1,
	EduDone = 2,
	EduFailed = 3
} EDU_STATE;

typedef struct _EDU_START {
	ULONGLONG Source; /* address in the client; not for EduFromDevice */
	ULONGLONG Destination; /* address in the client; not for EduToDevice */
	ULONG Operation; /* EduToDevice, EduFromDevice or EduCopy */
	ULONG Length; /* bytes, any number, from and to any address */
	ULONG DeviceOffset; /* in the device buffer, below EDU_BUFFER_LENGTH */
	ULONG Reserved;
} EDU_START, *PEDU_START;

typedef struct _EDU_DMA_STATE {
	ULONG State; /* EDU_STATE */
	ULONG Status; /* VP_STATUS of the failure, with EduFailed; else NO_ERROR */
	ULONG Operation; /* EDU_OPERATION */
	ULONG Length; /* bytes asked for */
	ULONG BytesMoved; /* bytes that have arrived where they belong */
	ULONG Transfers; /* times that the device was programmed */
	ULONG Lists; /* scatter/gather lists that VideoPortStartDma made */
	ULONG Elements; /* elements of those lists */
	ULONGLONG FirstRead; /* logical address of the first and last element ... */
	ULONGLONG LastRead; /* ... that the device has read */
	ULONGLONG FirstWritten; /* and of those that it has written */
	ULONGLONG LastWritten;
} EDU_DMA_STATE, *PEDU_DMA_STATE;

typedef struct _EDU_LOCK {
	ULONGLONG Address; /* in the client */
	ULONG Length; /* bytes */
	ULONG Reserved;
} EDU_LOCK, *PEDU_LOCK;

typedef struct _EDU_SEGMENT {
	ULONGLONG LogicalAddress;
	ULONG Length; /* bytes */
	ULONG Reserved;
} EDU_SEGMENT, *PEDU_SEGMENT;

typedef struct _EDU_LOCKED {
	ULONGLONG Handle; /* the PDMA; for PAGES_DMA and UNLOCK_PAGES */
	ULONG SegmentCount; /* segments that there are */
	ULONG SegmentsReturned; /* segments that follow: not more than there is room for */
	EDU_SEGMENT Segments[EDU_MAXIMUM_SEGMENTS];
} EDU_LOCKED, *PEDU_LOCKED;

typedef struct _EDU_PAGES {
	ULONGLONG Handle;
	ULONG Offset; /* of the first byte, from the start of what was locked */
	ULONG Length; /* bytes, 1 to EDU_MAXIMUM_TRANSFER */
	ULONG Operation; /* EduToDevice or EduFromDevice */
	ULONG DeviceOffset;
} EDU_PAGES, *PEDU_PAGES;

typedef struct _EDU_UNLOCK {
	ULONGLONG Handle;
} EDU_UNLOCK, *PEDU_UNLOCK;

typedef struct _EDU_UNLOCKED {
	ULONG Result; /* what VideoPortUnlockPages returned */
} EDU_UNLOCKED, *PEDU_UNLOCKED;

typedef struct _EDU_COMMON {
	ULONG Length; /* bytes, 1 to EDU_MAXIMUM_TRANSFER; as many must follow */
	ULONG DeviceOffset;
	UCHAR Data[EDU_MAXIMUM_TRANSFER];
} EDU_COMMON, *PEDU_COMMON;

typedef struct _EDU_LATE {
	ULONG Length; /* bytes, 1 to EDU_MAXIMUM_TRANSFER */
	ULONG DeviceOffset;
} EDU_LATE, *PEDU_LATE;

#endif /* _EDUIOCTL_ */
