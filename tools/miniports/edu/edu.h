/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The edu chip's registers, and what the driver keeps for each adapter (its device extension).
 * While lState is EduRunning, Dma belongs to the DPC; at all other times to HwStartIO.
 */
#ifndef _EDU_
#define _EDU_

/* Registers; all are ULONGs */
#define EDU_REG_IDENTIFICATION 0x00 /* major version << 24 | minor version << 16 | 0xED */
#define EDU_REG_LIVENESS 0x04 /* reads back as the complement of what was written */
#define EDU_REG_STATUS 0x20
#define EDU_REG_INTERRUPT_STATUS 0x24
#define EDU_REG_INTERRUPT_ACKNOWLEDGE 0x64
#define EDU_REG_DMA_SOURCE 0x80
#define EDU_REG_DMA_DESTINATION 0x88
#define EDU_REG_DMA_COUNT 0x90
#define EDU_REG_DMA_COMMAND 0x98
#define EDU_REGISTER_LENGTH 0x100

#define EDU_IDENTIFICATION_MASK 0x000000FF
#define EDU_IDENTIFICATION 0x000000ED

#define EDU_INTERRUPT_DMA 0x100

#define EDU_COMMAND_RUN 1
#define EDU_COMMAND_TO_MEMORY 2
#define EDU_COMMAND_INTERRUPT 4

/*
 * The chip's buffer, as its DMA engine sees it. It has 4096 bytes, but a transfer that ends at
 * the very end of it hangs the chip: EDU_BUFFER_LENGTH leaves out the last 16 (erratum 1).
 */
#define EDU_BUFFER_ADDRESS 0x40000

/* The common buffer: what goes to the device, then what came back */
#define EDU_COMMON_LENGTH (2 * EDU_MAXIMUM_TRANSFER)

/* A transfer by hand never has more elements than this */
#define EDU_MAXIMUM_ELEMENTS 4

/* The operation that is under way, or the last one */
typedef struct _EDU_DMA {
	EDU_DMA_STATE Report; /* for QUERY_DMA; its State is in lState */
	BOOLEAN bReadSeen; /* Report.FirstRead is set */
	BOOLEAN bWrittenSeen; /* Report.FirstWritten is set */
	BOOLEAN bWriteToDevice; /* direction of the current list */
	PVOID pvSourceMdl; /* from VideoPortLockBuffer, or NULL */
	PVOID pvDestinationMdl;
	ULONG ulDeviceOffset; /* where in the device buffer a piece starts */

	/* the piece that is moved now: all of it, or of a copy what the device can hold */
	ULONG ulPieceStart; /* offset in the client's buffers */
	ULONG ulPieceLength;
	ULONG ulPieceMoved; /* in the current direction */

	/* the list that is worked on now, an element at a time */
	PVP_SCATTER_GATHER_LIST pList; /* from VideoPortStartDma, or NULL */
	ULONG ulListLength; /* bytes in it */
	PVP_SCATTER_GATHER_ELEMENT pElement;
	ULONG ulElementsLeft; /* this one and those behind it */
	ULONG ulElementMoved; /* bytes of it that are done */
	ULONG ulCursor; /* offset in the device buffer */
	ULONG ulTransferLength; /* what the device does now */
	VP_SCATTER_GATHER_ELEMENT aElements[EDU_MAXIMUM_ELEMENTS]; /* a list made by hand */
} EDU_DMA, *PEDU_DMA;

typedef struct _EDU_DEVICE_EXTENSION {
	PUCHAR pjRegisters;
	ULONG ulIdentification;
	volatile ULONG ulDmaCount;
	PVP_DMA_ADAPTER pDmaAdapter;

	PUCHAR pjCommon; /* common buffer of EDU_COMMON_LENGTH bytes */
	PHYSICAL_ADDRESS liCommon; /* the same as the device sees it */
	ULONG ulCommonLength; /* bytes in its second half that mean something */

	volatile LONG lState; /* EDU_STATE; changed by EduSetState */
	EDU_DMA Dma;

	PHYSICAL_ADDRESS liReleased; /* first segment of the last UNLOCK_PAGES */
	ULONG ulReleasedLength;
} EDU_DEVICE_EXTENSION, *PEDU_DEVICE_EXTENSION;

#define EduReadRegister(pExt, ulRegister)                                                          \
	VideoPortReadRegisterUlong((PULONG)((pExt)->pjRegisters + (ulRegister)))
#define EduWriteRegister(pExt, ulRegister, ulValue)                                                \
	VideoPortWriteRegisterUlong((PULONG)((pExt)->pjRegisters + (ulRegister)), (ulValue))

#define EduSetState(pExt, lNewState)                                                               \
	VideoPortInterlockedExchange((PLONG)(&(pExt)->lState), (lNewState))

/* edudma.c: the DMA engine, and packets */
VP_STATUS EduClaimDma(PEDU_DEVICE_EXTENSION pExt, ULONG ulOperation, ULONG ulLength,
		      ULONG ulDeviceOffset);
VOID EduReleaseDma(PEDU_DEVICE_EXTENSION pExt);
VOID EduStartElements(PEDU_DEVICE_EXTENSION pExt, PVP_SCATTER_GATHER_ELEMENT pElement,
		      ULONG ulElements);
VP_STATUS EduStartPacket(PEDU_DEVICE_EXTENSION pExt, PEDU_START pStart);
VOID NTAPI EduDmaDpc(PVOID pHwDeviceExtension, PVOID pvContext);

/* edupages.c: LockPages and its friends, and the common buffer */
VP_STATUS EduLockPages(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS EduPagesDma(PEDU_DEVICE_EXTENSION pExt, PEDU_PAGES pPages);
VP_STATUS EduUnlockPages(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS EduCommonBuffer(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS EduReadCommon(PEDU_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
#ifdef EDU_LATE_DMA
VP_STATUS EduLateDma(PEDU_DEVICE_EXTENSION pExt, PEDU_LATE pLate);
#endif

#endif /* _EDU_ */
