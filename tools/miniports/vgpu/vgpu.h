/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the driver keeps for each adapter (its device extension), and what its files offer each other.
 * The rings, the slots and Upload belong to pSpinLock; all else to HwStartIO, which runs once at a
 * time.
 */
#ifndef _VGPU_
#define _VGPU_

/*
 * The common buffer: rings, command slots, the list of a picture's addresses, the pointer's image.
 * A slot has three descriptors of the ring for itself: number three times its own, and the next two.
 */
#define VGPU_SLOT_DESCRIPTORS 3
#define VGPU_UPLOAD_SLOTS 4 /* of the control queue: for the commands of a piece */
#define VGPU_SINGLE_SLOT 4 /* of each queue: for one command at a time */
#define VGPU_SLOTS 5
#define VGPU_MAXIMUM_ENTRIES 512

#define VGPU_COMMON_CONTROL_RING 0x0000
#define VGPU_COMMON_CURSOR_RING 0x1000
#define VGPU_COMMON_SLOTS 0x2000
#define VGPU_COMMON_ENTRIES 0x4000
#define VGPU_COMMON_POINTER 0x6000
#define VGPU_COMMON_LENGTH 0xA000

/* In a ring's page */
#define VGPU_RING_DESCRIPTORS 0x000
#define VGPU_RING_AVAILABLE 0x400
#define VGPU_RING_USED 0x800

#define VGPU_SLOT_LENGTH 512
#define VGPU_SLOT_ANSWER VIRTIO_GPU_COMMAND_LENGTH /* where in the slot */

#define VGPU_POINTER_SIZE 64 /* pixels, both ways: what the device has */
#define VGPU_POINTER_STRIDE (VGPU_POINTER_SIZE * 4)
#define VGPU_POINTER_LENGTH (VGPU_POINTER_SIZE * VGPU_POINTER_STRIDE)

C_ASSERT((VGPU_SLOTS * VGPU_SLOT_DESCRIPTORS) <= VIRTIO_RING_SIZE);
C_ASSERT(VGPU_SLOT_ANSWER + VIRTIO_GPU_ANSWER_LENGTH <= VGPU_SLOT_LENGTH);
C_ASSERT(VGPU_COMMON_SLOTS + 2 * VGPU_SLOTS * VGPU_SLOT_LENGTH <= VGPU_COMMON_ENTRIES);
C_ASSERT(VGPU_COMMON_ENTRIES + VGPU_MAXIMUM_ENTRIES * sizeof(VIRTIO_GPU_ENTRY) <=
	 VGPU_COMMON_POINTER);
C_ASSERT(VGPU_COMMON_POINTER + VGPU_POINTER_LENGTH <= VGPU_COMMON_LENGTH);

/*
 * The longest transfer whose list always fits: a page an element, and one more for a start in the
 * middle of one.
 */
#define VGPU_PAGE 4096
#define VGPU_MAXIMUM_TRANSFER ((VGPU_MAXIMUM_ENTRIES - 1) * VGPU_PAGE)

#define VGPU_BYTES_PER_PIXEL 4
#define VGPU_MAXIMUM_WIDTH 16384 /* more than that is no display */
#define VGPU_MAXIMUM_MODES 8

C_ASSERT(VGPU_MAXIMUM_WIDTH *VGPU_BYTES_PER_PIXEL <= VGPU_MAXIMUM_TRANSFER);

/* How long the device may take for a command, in the 100 ns of VideoPortWaitForSingleObject */
#define VGPU_PATIENCE (-5LL * 1000 * 10000)

typedef enum _VGPU_PURPOSE { VgpuFree = 0, VgpuSingle, VgpuPartOfUpload } VGPU_PURPOSE;

typedef struct _VGPU_SLOT {
	VGPU_PURPOSE Purpose;
	PUCHAR pjCommand;
	volatile VIRTIO_GPU_HEADER *pAnswer;
	ULONGLONG ullCommand; /* the same as the device sees it */
} VGPU_SLOT, *PVGPU_SLOT;

typedef struct _VGPU_QUEUE {
	USHORT usNumber; /* VIRTIO_GPU_*_QUEUE */
	volatile VIRTIO_DESCRIPTOR *pDescriptors;
	volatile VIRTIO_AVAILABLE *pAvailable;
	volatile VIRTIO_USED *pUsed;
	ULONGLONG ullRing; /* where the device sees its page */
	PUSHORT pusNotify; /* the doorbell */
	USHORT usLastUsed; /* how far we have looked */
	VGPU_SLOT aSlots[VGPU_SLOTS];
} VGPU_QUEUE, *PVGPU_QUEUE;

/* The upload that is under way, or the last one: a piece after the other */
typedef struct _VGPU_TRANSFER {
	BOOLEAN bRunning;
	BOOLEAN bHeld; /* in the ring, and the device has not been told */
	PVOID pvMdl;
	ULONG ulFirst; /* offset in the locked memory of the rectangle's first line */
	VIRTIO_GPU_RECT Rect;
	ULONG ulResourceId;
	ULONG ulStride;
	ULONG ulLinesDone;

	/* the current piece */
	ULONG ulLength; /* bytes in its list */
	ULONG ulLines;
	PVP_SCATTER_GATHER_LIST pList; /* or NULL */
	ULONG ulCommands; /* that have no answer yet */

	VGPU_UPLOADED Report;
} VGPU_TRANSFER, *PVGPU_TRANSFER;

typedef struct _VGPU_DEVICE_EXTENSION {
	PUCHAR pjCommon; /* registers */
	PUCHAR pjIsr;
	PUCHAR pjNotify;
	ULONG ulNotifyLength;
	ULONG ulNotifyMultiplier;

	PVP_DMA_ADAPTER pDmaAdapter;
	PUCHAR pjMemory; /* common buffer of VGPU_COMMON_LENGTH bytes */
	PHYSICAL_ADDRESS liMemory;

	PSPIN_LOCK pSpinLock;
	PEVENT pAnswerEvent; /* a single command has its answer */
	PEVENT pIdleEvent; /* no upload is under way */
	PEVENT pPauseEvent; /* nobody sets it: a wait for it is a pause */
	LONG lBarrier;

	BOOLEAN bStarted; /* the rings are the device's */
	VGPU_QUEUE Control;
	VGPU_QUEUE Cursor;
	VGPU_TRANSFER Upload;
	VGPU_INFO Info;

	ULONG ulModes;
	VIRTIO_GPU_RECT aModes[VGPU_MAXIMUM_MODES]; /* only width and height */
	ULONG ulMode; /* number in it, from 1; 0: none is set */
	VIRTIO_GPU_RECT Screen; /* of that mode, whatever becomes of the list */
	ULONG ulScreenId; /* resource, 0: none */
	ULONG ulLastId;

	ULONG ulPointerId; /* resource, 0: none yet */
	BOOLEAN bPointerShape; /* it has been given one */
	BOOLEAN bPointerOn;
	VIDEO_POINTER_POSITION Pointer;
} VGPU_DEVICE_EXTENSION, *PVGPU_DEVICE_EXTENSION;

/*
 * What was written to memory is there before what is written next, for the device too; and what is
 * read next is not older than what was read.
 */
#define VgpuBarrier(pExt) ((void)VideoPortInterlockedExchange(&(pExt)->lBarrier, 0))

/* vgpupci.c: where the registers are */
VP_STATUS VgpuMapRegisters(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_ACCESS_RANGE pRanges, ULONG ulRanges,
			   ULONG ulSlot);

/* vgpudevice.c: the device's life: its status, features and queues */
BOOLEAN VgpuStart(PVGPU_DEVICE_EXTENSION pExt);
VOID VgpuStop(PVGPU_DEVICE_EXTENSION pExt);
BOOLEAN VgpuResetAtOnce(PVGPU_DEVICE_EXTENSION pExt);

/* vgpuqueue.c: commands and their answers */
VOID VgpuPrepareQueue(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, USHORT usNumber,
		      ULONG ulRing, ULONG ulSlots);
PVOID VgpuCommand(PVGPU_QUEUE pQueue, ULONG ulSlot, ULONG ulType);
VOID VgpuQueueCommand(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulSlot, ULONG ulLength,
		      ULONG ulEntries);
VOID VgpuNotify(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue);
VP_STATUS VgpuStatusOf(ULONG ulAnswer, ULONG ulExpected);
VOID NTAPI VgpuDpc(PVOID pHwDeviceExtension, PVOID pvContext);

/* vgpucommand.c: one command at a time, from HwStartIO */
PVOID VgpuSingleCommand(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulType);
VP_STATUS VgpuSend(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulLength);
VP_STATUS VgpuExecute(PVGPU_DEVICE_EXTENSION pExt, ULONG ulLength, ULONG ulExpected);
VP_STATUS VgpuCreateResource(PVGPU_DEVICE_EXTENSION pExt, ULONG ulFormat, ULONG ulWidth,
			     ULONG ulHeight, PULONG pulResourceId);
VP_STATUS VgpuResourceCommand(PVGPU_DEVICE_EXTENSION pExt, ULONG ulType, ULONG ulResourceId);
VP_STATUS VgpuAttachCommon(PVGPU_DEVICE_EXTENSION pExt, ULONG ulResourceId, ULONG ulOffset,
			   ULONG ulLength);

/* vgpumode.c: the display's modes */
VP_STATUS VgpuNumModes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuModes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuCurrentMode(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuSetMode(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);

/* vgpuupload.c: pictures of clients */
VP_STATUS VgpuLock(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuUnlock(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuUpload(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuWait(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuFinishUpload(PVGPU_DEVICE_EXTENSION pExt, LONGLONG llTimeout);
VOID VgpuPieceDone(PVGPU_DEVICE_EXTENSION pExt);
VOID VgpuEndUpload(PVGPU_DEVICE_EXTENSION pExt, VP_STATUS vpStatus);

/* vgpupointer.c: the hardware pointer */
VP_STATUS VgpuPointerCapabilities(PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuSetPointerAttributes(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuSetPointerPosition(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuQueryPointerPosition(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS VgpuEnablePointer(PVGPU_DEVICE_EXTENSION pExt, BOOLEAN bEnable);

#endif /* _VGPU_ */
