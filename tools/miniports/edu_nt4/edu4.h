/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The edu chip's registers, and what the driver keeps for each adapter (its device extension).
 * While lBusy is set, Dma belongs to the interrupt or its DPC; at all other times to HwStartDma.
 */
#ifndef _EDU4_
#define _EDU4_

/* Registers; all are ULONGs */
#define EDU4_REG_IDENTIFICATION 0x00 /* major version << 24 | minor version << 16 | 0xED */
#define EDU4_REG_STATUS 0x20
#define EDU4_REG_INTERRUPT_STATUS 0x24
#define EDU4_REG_INTERRUPT_ACKNOWLEDGE 0x64
#define EDU4_REG_DMA_SOURCE 0x80
#define EDU4_REG_DMA_DESTINATION 0x88
#define EDU4_REG_DMA_COUNT 0x90
#define EDU4_REG_DMA_COMMAND 0x98
#define EDU4_REGISTER_LENGTH 0x100

#define EDU4_IDENTIFICATION_MASK 0x000000FF
#define EDU4_IDENTIFICATION 0x000000ED

#define EDU4_INTERRUPT_DMA 0x100

#define EDU4_COMMAND_RUN 1
#define EDU4_COMMAND_TO_MEMORY 2
#define EDU4_COMMAND_INTERRUPT 4

/*
 * The chip's buffer, as its DMA engine sees it. It has 4096 bytes, but a transfer that ends at
 * the very end of it hangs the chip: EDU4_BUFFER_LENGTH leaves out the last 16 (erratum 1).
 */
#define EDU4_BUFFER_ADDRESS 0x40000

/* The DMA that runs: how far it is in the port's scatter list */
typedef struct _EDU4_DMA {
	PDMA pDma;
	EDU4_ORDER Order;
	PVRB_SG pSegment;
	ULONG ulSegmentMoved; /* bytes of it that are done */
	ULONG ulLeft; /* bytes of all that are not */
	ULONG ulCursor; /* offset in the device buffer */
	ULONG ulTransferLength; /* what the device does now */
} EDU4_DMA, *PEDU4_DMA;

typedef struct _EDU4_DEVICE_EXTENSION {
	PUCHAR pjRegisters;
	VIDEO_ACCESS_RANGE Registers;
	PEVENT pIdleEvent; /* set while no DMA runs */

	LONG lBusy; /* changed by Edu4SetBusy */
	EDU4_ORDER Order; /* of the request, for HwStartDma */
	EDU4_DMA Dma;
	EDU4_INFO Info;
} EDU4_DEVICE_EXTENSION, *PEDU4_DEVICE_EXTENSION;

#define Edu4ReadRegister(pExt, ulRegister)                                                         \
	VideoPortReadRegisterUlong((PULONG)((pExt)->pjRegisters + (ulRegister)))
#define Edu4WriteRegister(pExt, ulRegister, ulValue)                                               \
	VideoPortWriteRegisterUlong((PULONG)((pExt)->pjRegisters + (ulRegister)), (ulValue))

#define Edu4SetBusy(pExt, lBusyOrNot) VideoPortInterlockedExchange(&(pExt)->lBusy, (lBusyOrNot))

/* edu4dma.c: packet DMA */
HW_DMA_RETURN NTAPI Edu4StartDma(PVOID pHwDeviceExtension, PDMA pDma);
VOID Edu4DmaInterrupt(PEDU4_DEVICE_EXTENSION pExt);
VP_STATUS Edu4Lock(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4DoDma(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4QueryDma(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4Events(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);

/* edu4map.c: registers in a client */
VP_STATUS Edu4Map(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4Unmap(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4PublicRanges(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);
VP_STATUS Edu4FreePublicRanges(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp);

#endif /* _EDU4_ */
