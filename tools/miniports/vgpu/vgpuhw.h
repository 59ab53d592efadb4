/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device as the virtio specification (1.1, sections 2.6, 4.1 and 5.7) describes it: capabilities,
 * registers, rings, and the commands of a GPU without 3D. Numbers and layouts only. Everything is
 * little-endian, as is every machine that these drivers ran on.
 */
#ifndef _VGPUHW_
#define _VGPUHW_

/* A vendor-specific PCI capability that says where in which BAR a group of registers is */
typedef struct _VIRTIO_PCI_CAPABILITY {
	UCHAR CapabilityId;
	UCHAR Next;
	UCHAR Length; /* bytes, of the capability */
	UCHAR Type; /* VIRTIO_CAPABILITY_* */
	UCHAR Bar;
	UCHAR Id;
	UCHAR Padding[2];
	ULONG Offset; /* in the BAR */
	ULONG Size; /* bytes */
	ULONG NotifyMultiplier; /* of VIRTIO_CAPABILITY_NOTIFY only */
} VIRTIO_PCI_CAPABILITY, *PVIRTIO_PCI_CAPABILITY;

#define VIRTIO_CAPABILITY_COMMON 1
#define VIRTIO_CAPABILITY_NOTIFY 2
#define VIRTIO_CAPABILITY_ISR 3

/* Common registers */
#define VIRTIO_REG_DEVICE_FEATURE_SELECT 0x00
#define VIRTIO_REG_DEVICE_FEATURE 0x04
#define VIRTIO_REG_DRIVER_FEATURE_SELECT 0x08
#define VIRTIO_REG_DRIVER_FEATURE 0x0C
#define VIRTIO_REG_CONFIG_VECTOR 0x10 /* USHORT */
#define VIRTIO_REG_NUM_QUEUES 0x12 /* USHORT */
#define VIRTIO_REG_STATUS 0x14 /* UCHAR */
#define VIRTIO_REG_QUEUE_SELECT 0x16 /* USHORT, as all up to the addresses */
#define VIRTIO_REG_QUEUE_SIZE 0x18
#define VIRTIO_REG_QUEUE_VECTOR 0x1A
#define VIRTIO_REG_QUEUE_ENABLE 0x1C
#define VIRTIO_REG_QUEUE_NOTIFY_OFFSET 0x1E
#define VIRTIO_REG_QUEUE_DESCRIPTORS 0x20 /* two ULONGs each, the low one first */
#define VIRTIO_REG_QUEUE_AVAILABLE 0x28
#define VIRTIO_REG_QUEUE_USED 0x30
#define VIRTIO_COMMON_LENGTH 0x38

#define VIRTIO_STATUS_ACKNOWLEDGE 0x01
#define VIRTIO_STATUS_DRIVER 0x02
#define VIRTIO_STATUS_DRIVER_OK 0x04
#define VIRTIO_STATUS_FEATURES_OK 0x08
#define VIRTIO_STATUS_FAILED 0x80

#define VIRTIO_NO_VECTOR 0xFFFF

/* The interrupt status: reading takes the interrupt away */
#define VIRTIO_ISR_QUEUE 0x01
#define VIRTIO_ISR_CONFIGURATION 0x02

/* Features, in the second word: bits 32 and 33 */
#define VIRTIO_FEATURE_VERSION_1 0x00000001
#define VIRTIO_FEATURE_ACCESS_PLATFORM 0x00000002

/* Rings */
#define VIRTIO_RING_SIZE                                                                           \
	16 /* descriptors that we use; a power of two, and no more than the device has */
#define VIRTIO_DESCRIPTOR_NEXT 1
#define VIRTIO_DESCRIPTOR_WRITE 2 /* the device writes there */

typedef struct _VIRTIO_DESCRIPTOR {
	ULONGLONG Address; /* logical */
	ULONG Length;
	USHORT Flags; /* VIRTIO_DESCRIPTOR_* */
	USHORT Next;
} VIRTIO_DESCRIPTOR, *PVIRTIO_DESCRIPTOR;

typedef struct _VIRTIO_AVAILABLE {
	USHORT Flags;
	USHORT Index;
	USHORT Ring[VIRTIO_RING_SIZE];
} VIRTIO_AVAILABLE, *PVIRTIO_AVAILABLE;

typedef struct _VIRTIO_USED_ELEMENT {
	ULONG Id; /* the chain's first descriptor */
	ULONG Length; /* bytes written */
} VIRTIO_USED_ELEMENT;

typedef struct _VIRTIO_USED {
	USHORT Flags;
	USHORT Index;
	VIRTIO_USED_ELEMENT Ring[VIRTIO_RING_SIZE];
} VIRTIO_USED, *PVIRTIO_USED;

/* The GPU's queues */
#define VIRTIO_GPU_CONTROL_QUEUE 0
#define VIRTIO_GPU_CURSOR_QUEUE 1

/* Commands */
#define VIRTIO_GPU_GET_DISPLAY_INFO 0x0100
#define VIRTIO_GPU_RESOURCE_CREATE_2D 0x0101
#define VIRTIO_GPU_RESOURCE_UNREF 0x0102
#define VIRTIO_GPU_SET_SCANOUT 0x0103
#define VIRTIO_GPU_RESOURCE_FLUSH 0x0104
#define VIRTIO_GPU_TRANSFER_TO_HOST_2D 0x0105
#define VIRTIO_GPU_ATTACH_BACKING 0x0106
#define VIRTIO_GPU_DETACH_BACKING 0x0107
#define VIRTIO_GPU_UPDATE_CURSOR 0x0300
#define VIRTIO_GPU_MOVE_CURSOR 0x0301

/* Answers */
#define VIRTIO_GPU_OK 0x1100
#define VIRTIO_GPU_OK_DISPLAY_INFO 0x1101
#define VIRTIO_GPU_ERROR_UNSPECIFIED 0x1200
#define VIRTIO_GPU_ERROR_OUT_OF_MEMORY 0x1201

/* Blue in the first byte of a pixel; the fourth is alpha, or nothing */
#define VIRTIO_GPU_FORMAT_BGRA 1
#define VIRTIO_GPU_FORMAT_BGRX 2

typedef struct _VIRTIO_GPU_HEADER {
	ULONG Type; /* a command, or in an answer VIRTIO_GPU_OK... */
	ULONG Flags;
	ULONGLONG FenceId;
	ULONG ContextId;
	ULONG Padding;
} VIRTIO_GPU_HEADER, *PVIRTIO_GPU_HEADER;

typedef struct _VIRTIO_GPU_RECT {
	ULONG X;
	ULONG Y;
	ULONG Width;
	ULONG Height;
} VIRTIO_GPU_RECT;

/* Of RESOURCE_UNREF and DETACH_BACKING */
typedef struct _VIRTIO_GPU_RESOURCE {
	VIRTIO_GPU_HEADER Header;
	ULONG ResourceId;
	ULONG Padding;
} VIRTIO_GPU_RESOURCE;

typedef struct _VIRTIO_GPU_CREATE {
	VIRTIO_GPU_HEADER Header;
	ULONG ResourceId;
	ULONG Format;
	ULONG Width;
	ULONG Height;
} VIRTIO_GPU_CREATE;

typedef struct _VIRTIO_GPU_SCANOUT {
	VIRTIO_GPU_HEADER Header;
	VIRTIO_GPU_RECT Rect;
	ULONG ScanoutId;
	ULONG ResourceId; /* 0: none */
} VIRTIO_GPU_SCANOUT;

typedef struct _VIRTIO_GPU_FLUSH {
	VIRTIO_GPU_HEADER Header;
	VIRTIO_GPU_RECT Rect;
	ULONG ResourceId;
	ULONG Padding;
} VIRTIO_GPU_FLUSH;

typedef struct _VIRTIO_GPU_TRANSFER {
	VIRTIO_GPU_HEADER Header;
	VIRTIO_GPU_RECT Rect;
	ULONGLONG Offset; /* of the first pixel in the backing */
	ULONG ResourceId;
	ULONG Padding;
} VIRTIO_GPU_TRANSFER;

typedef struct _VIRTIO_GPU_ENTRY {
	ULONGLONG Address; /* logical */
	ULONG Length;
	ULONG Padding;
} VIRTIO_GPU_ENTRY, *PVIRTIO_GPU_ENTRY;

/* The entries follow it */
typedef struct _VIRTIO_GPU_ATTACH {
	VIRTIO_GPU_HEADER Header;
	ULONG ResourceId;
	ULONG Entries;
} VIRTIO_GPU_ATTACH;

typedef struct _VIRTIO_GPU_CURSOR {
	VIRTIO_GPU_HEADER Header;
	ULONG ScanoutId;
	ULONG X;
	ULONG Y;
	ULONG Padding;
	ULONG ResourceId; /* 0: no pointer */
	ULONG HotX;
	ULONG HotY;
	ULONG Padding2;
} VIRTIO_GPU_CURSOR;

#define VIRTIO_GPU_SCANOUTS 16

typedef struct _VIRTIO_GPU_DISPLAY_INFO {
	VIRTIO_GPU_HEADER Header;
	struct {
		VIRTIO_GPU_RECT Rect;
		ULONG Enabled;
		ULONG Flags;
	} Scanouts[VIRTIO_GPU_SCANOUTS];
} VIRTIO_GPU_DISPLAY_INFO, *PVIRTIO_GPU_DISPLAY_INFO;

/* A command and an answer of any kind fit in these */
#define VIRTIO_GPU_COMMAND_LENGTH 64
#define VIRTIO_GPU_ANSWER_LENGTH 448

C_ASSERT(sizeof(VIRTIO_PCI_CAPABILITY) == 20);
C_ASSERT(sizeof(VIRTIO_DESCRIPTOR) == 16);
C_ASSERT(sizeof(VIRTIO_GPU_HEADER) == 24);
C_ASSERT(sizeof(VIRTIO_GPU_TRANSFER) == 56);
C_ASSERT(sizeof(VIRTIO_GPU_CURSOR) == 56);
C_ASSERT(sizeof(VIRTIO_GPU_TRANSFER) <= VIRTIO_GPU_COMMAND_LENGTH);
C_ASSERT(sizeof(VIRTIO_GPU_DISPLAY_INFO) == 408);
C_ASSERT(sizeof(VIRTIO_GPU_DISPLAY_INFO) <= VIRTIO_GPU_ANSWER_LENGTH);

#endif /* _VGPUHW_ */
