/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client may ask of the miniport for QEMU's virtio GPU beside the standard IOCTL_VIDEO_* codes:
 * its private IOCTLs and their structures. Shared by the driver and its clients; needs devioctl.h
 * before it (for CTL_CODE and ULONG). All of them are METHOD_BUFFERED; every structure has the same
 * layout for 32 and 64 bits. The device has no memory of its own that a client could draw into: the
 * client draws into any memory, and the device fetches it from there.
 */
#ifndef _VGPUIOCTL_
#define _VGPUIOCTL_

#define VGPU_IOCTL(ulFunction)                                                                     \
	CTL_CODE(FILE_DEVICE_VIDEO, (ulFunction), METHOD_BUFFERED, FILE_ANY_ACCESS)

/*
 * in                    out
 * -                     VGPU_INFO
 */
#define IOCTL_VGPU_QUERY_INFO VGPU_IOCTL(0x860)

/*
 * VideoPortLockBuffer on a picture: memory that the device will only read.
 * VGPU_LOCK             VGPU_HANDLE
 */
#define IOCTL_VGPU_LOCK VGPU_IOCTL(0x861)

/*
 * VideoPortUnLockBuffer. An upload that runs goes on with the piece that it is at, whose pages stay
 * until the device has let go of them; then it fails.
 * VGPU_HANDLE           -
 */
#define IOCTL_VGPU_UNLOCK VGPU_IOCTL(0x862)

/*
 * Start the upload of a rectangle of the screen from a locked picture. One that runs is waited for
 * first. ERROR_INVALID_FUNCTION: no mode is set.
 * VGPU_UPLOAD           -
 */
#define IOCTL_VGPU_UPLOAD VGPU_IOCTL(0x863)

/*
 * Wait until the last upload is over: WAIT_TIMEOUT if it is not by then, or after ten seconds. One that is
 * held is let go.
 * ULONG, milliseconds   VGPU_UPLOADED
 */
#define IOCTL_VGPU_WAIT VGPU_IOCTL(0x864)

typedef struct _VGPU_INFO {
	ULONG Commands; /* that the device has carried out */
	ULONG Interrupts;
	ULONG Uploads; /* that were started */
	ULONG Pieces; /* in which they went: a list of addresses each */
	ULONG Elements; /* of all those lists */
	ULONG Resets; /* of a device that did not answer */
	ULONG Running; /* an upload is not over yet */
	ULONG MaximumElements; /* of one list */
	ULONGLONG Bytes; /* that the device was told to fetch */
} VGPU_INFO, *PVGPU_INFO;

typedef struct _VGPU_LOCK {
	ULONGLONG Address; /* in the client */
	ULONG Length; /* bytes */
	ULONG Reserved;
} VGPU_LOCK, *PVGPU_LOCK;

typedef struct _VGPU_HANDLE {
	ULONGLONG Handle; /* an Mdl */
} VGPU_HANDLE, *PVGPU_HANDLE;

/*
 * Queue the upload, and do not tell the device: the next command does, or WAIT. Until then its pages
 * are the device's.
 */
#define VGPU_UPLOAD_HOLD 1

typedef struct _VGPU_UPLOAD {
	ULONGLONG Handle;
	ULONG Offset; /* in the locked memory: where the screen's first line is; of a whole pixel */
	ULONG Flags; /* VGPU_UPLOAD_* */
	ULONG X; /* the rectangle, in pixels of the screen */
	ULONG Y;
	ULONG Width;
	ULONG Height;
} VGPU_UPLOAD, *PVGPU_UPLOAD;

typedef struct _VGPU_UPLOADED {
	ULONG Status; /* VP_STATUS of the upload */
	ULONG Pieces;
	ULONG Elements;
	ULONG Reserved;
	ULONGLONG Bytes; /* that the device was told to fetch */
} VGPU_UPLOADED, *PVGPU_UPLOADED;

#endif /* _VGPUIOCTL_ */
