/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bus-master DMA: the packet contract of NT4 (PDMA), the adapter contract of
 * XP (PVP_DMA_ADAPTER), and common buffers. Handles are tokens, not addresses.
 * Facts: learn.microsoft.com (video.h, DMA); checked by tools/abi.
 */
#ifndef VIDEOPORT_DMA_H
#define VIDEOPORT_DMA_H

#include "types.h"
#include "debug.h"
#include "../ntddvdeo.h"

VIDEOPORT_C_BEGIN

typedef struct __DMA_PARAMETERS *PDMA;
typedef struct __VP_DMA_ADAPTER *PVP_DMA_ADAPTER;
typedef struct _VIDEO_REQUEST_PACKET *PVIDEO_REQUEST_PACKET;

/* ---- Packet DMA: lock a request's buffer, program the device, unlock ---- */

typedef enum _DMA_FLAGS {
	VideoPortUnlockAfterDma = 1,
	VideoPortKeepPagesLocked = 2,
	VideoPortDmaInitOnly = 3
} DMA_FLAGS;

typedef ULONG DMA_EVENT_FLAGS;
#define SET_USER_EVENT 0x01
#define SET_DISPLAY_EVENT 0x02

typedef enum _HW_DMA_RETURN {
	DmaAsyncReturn = 0, /* VideoPortSignalDmaComplete will follow */
	DmaSyncReturn = 1 /* already done */
} HW_DMA_RETURN, *PHW_DMA_RETURN;

typedef HW_DMA_RETURN (NTAPI *PVIDEO_HW_START_DMA)(PVOID HwDeviceExtension, PDMA pDma);

/* One element of a locked buffer; the array ends with an element {0, 0} */
typedef struct __VRB_SG {
	__int64 PhysicalAddress; /* a logical address: what the device must use */
	ULONG Length; /* bytes */
} VRB_SG, *PVRB_SG;

VPAPI BOOLEAN NTAPI VideoPortLockPages(IN PVOID HwDeviceExtension,
				       IN OUT PVIDEO_REQUEST_PACKET pVrp,
				       IN OUT PEVENT pUEvent, IN PEVENT pDisplayEvent,
				       IN DMA_FLAGS DmaFlags);
VPAPI BOOLEAN NTAPI VideoPortUnlockPages(IN PVOID hwDeviceExtension, IN OUT PDMA pDma);
VPAPI PDMA NTAPI VideoPortDoDma(IN PVOID HwDeviceExtension, IN PDMA pDma,
				IN DMA_FLAGS DmaFlags);
VPAPI BOOLEAN NTAPI VideoPortSignalDmaComplete(IN PVOID HwDeviceExtension,
					       IN PDMA pDmaHandle);
VPAPI PVOID NTAPI VideoPortGetMdl(IN PVOID HwDeviceExtension, IN PDMA pDma);

VPAPI PVOID NTAPI VideoPortGetDmaContext(IN PVOID HwDeviceExtension, IN PDMA pDma);
VPAPI VOID NTAPI VideoPortSetDmaContext(IN PVOID HwDeviceExtension, OUT PDMA pDma,
					IN PVOID InstanceContext);
VPAPI ULONG NTAPI VideoPortGetBytesUsed(IN PVOID HwDeviceExtension, IN PDMA pDma);
VPAPI VOID NTAPI VideoPortSetBytesUsed(IN PVOID HwDeviceExtension, IN OUT PDMA pDma,
				       IN ULONG BytesUsed);

VPAPI PDMA NTAPI VideoPortAssociateEventsWithDmaHandle(
	IN PVOID HwDeviceExtension, IN OUT PVIDEO_REQUEST_PACKET pVrp,
	IN PVOID MappedUserEvent, IN PVOID DisplayDriverEvent);
VPAPI PDMA NTAPI VideoPortMapDmaMemory(
	IN PVOID HwDeviceExtension, IN PVIDEO_REQUEST_PACKET pVrp,
	IN PHYSICAL_ADDRESS BoardAddress, IN PULONG Length, IN PULONG InIoSpace,
	IN PVOID MappedUserEvent, IN PVOID DisplayDriverEvent,
	IN OUT PVOID *VirtualAddress);
VPAPI BOOLEAN NTAPI VideoPortUnmapDmaMemory(IN PVOID HwDeviceExtension,
					    IN PVOID VirtualAddress,
					    IN HANDLE ProcessHandle,
					    IN PDMA BoardMemoryHandle);

/*
 * The port's own: the {0, 0}-terminated list of the handle whose value stands
 * at *ppDma. Never NULL; for a handle that does not resolve the list is empty.
 */
PVRB_SG VideoPortLinuxGetScatterGather(PVOID ppDma);

/* PVRB_SG GET_VIDEO_SCATTERGATHER(PVOID ppDma): the handle is looked up, not dereferenced */
#define GET_VIDEO_SCATTERGATHER(ppDma) (VideoPortLinuxGetScatterGather((PVOID)(ppDma)))

/*
 * Where VirtualAddress, inside the locked buffer that begins at InputBuffer, is
 * for the device: sets Address, and *pLength to the bytes left in that element.
 * Moves scatterList there, as its model does, but stops at the end of the list:
 * an address outside the buffer gives *pLength = 0 and Address = 0.
 */
#define GET_VIDEO_PHYSICAL_ADDRESS(scatterList, VirtualAddress, InputBuffer, pLength, Address) \
	do { \
		ULONG_PTR vp_offset_ = (ULONG_PTR)((PCHAR)(VirtualAddress) - \
						   (PCHAR)(InputBuffer)); \
		while ((scatterList)->Length != 0 && \
		       vp_offset_ >= (scatterList)->Length) { \
			vp_offset_ -= (scatterList)->Length; \
			(scatterList)++; \
		} \
		if ((scatterList)->Length == 0) { \
			*(pLength) = 0; \
			(Address) = 0; \
		} else { \
			*(pLength) = (ULONG)((scatterList)->Length - vp_offset_); \
			(Address) = (ULONG_PTR)(scatterList)->PhysicalAddress + vp_offset_; \
		} \
	} while (0)

/* ---- Adapter DMA: any number of transfers on a locked buffer ---- */

typedef struct _VP_DEVICE_DESCRIPTION {
	BOOLEAN ScatterGather;
	BOOLEAN Dma32BitAddresses;
	BOOLEAN Dma64BitAddresses;
	ULONG MaximumLength; /* bytes, of one transfer */
} VP_DEVICE_DESCRIPTION, *PVP_DEVICE_DESCRIPTION;

typedef struct _VP_SCATTER_GATHER_ELEMENT {
	PHYSICAL_ADDRESS Address; /* logical address */
	ULONG Length; /* bytes */
	ULONG_PTR Reserved;
} VP_SCATTER_GATHER_ELEMENT, *PVP_SCATTER_GATHER_ELEMENT;

typedef struct _VP_SCATTER_GATHER_LIST {
	ULONG NumberOfElements;
	ULONG_PTR Reserved;
	VP_SCATTER_GATHER_ELEMENT Elements[];
} VP_SCATTER_GATHER_LIST, *PVP_SCATTER_GATHER_LIST;

/* HwVidExecuteDma, at DISPATCH_LEVEL */
typedef VOID (NTAPI *PEXECUTE_DMA)(IN PVOID HwDeviceExtension,
				   IN PVP_DMA_ADAPTER VpDmaAdapter,
				   IN PVP_SCATTER_GATHER_LIST SGList, IN PVOID Context);

typedef enum _VP_LOCK_OPERATION {
	VpReadAccess = 0,
	VpWriteAccess = 1,
	VpModifyAccess = 2
} VP_LOCK_OPERATION;

VPAPI PVP_DMA_ADAPTER NTAPI VideoPortGetDmaAdapter(
	IN PVOID HwDeviceExtension, IN PVP_DEVICE_DESCRIPTION VpDeviceDescription);
VPAPI VOID NTAPI VideoPortPutDmaAdapter(IN PVOID HwDeviceExtension,
					IN PVP_DMA_ADAPTER VpDmaAdapter);

VPAPI PVOID NTAPI VideoPortLockBuffer(IN PVOID HwDeviceExtension, IN PVOID BaseAddress,
				      IN ULONG Length, IN VP_LOCK_OPERATION Operation);
/* one function under two names: the documentation has both */
VPAPI VOID NTAPI VideoPortUnlockBuffer(IN PVOID HwDeviceExtension, IN PVOID Mdl);
VPAPI VOID NTAPI VideoPortUnLockBuffer(IN PVOID HwDeviceExtension, IN PVOID Mdl);

VPAPI VP_STATUS NTAPI VideoPortStartDma(IN PVOID HwDeviceExtension,
					IN PVP_DMA_ADAPTER VpDmaAdapter, IN PVOID Mdl,
					IN ULONG Offset, IN OUT PULONG pLength,
					IN PEXECUTE_DMA ExecuteDmaRoutine,
					IN PVOID Context, IN BOOLEAN WriteToDevice);
VPAPI VP_STATUS NTAPI VideoPortCompleteDma(IN PVOID HwDeviceExtension,
					   IN PVP_DMA_ADAPTER VpDmaAdapter,
					   IN PVP_SCATTER_GATHER_LIST VpScatterGather,
					   IN BOOLEAN WriteToDevice);

/* ---- Common buffers: memory that CPU and device share for long ---- */

VPAPI PVOID NTAPI VideoPortAllocateCommonBuffer(IN PVOID HwDeviceExtension,
						IN PVP_DMA_ADAPTER VpDmaAdapter,
						IN ULONG DesiredLength,
						OUT PPHYSICAL_ADDRESS LogicalAddress,
						IN BOOLEAN CacheEnabled, PVOID Reserved);
VPAPI VOID NTAPI VideoPortReleaseCommonBuffer(IN PVOID HwDeviceExtension,
					      IN PVP_DMA_ADAPTER VpDmaAdapter,
					      IN ULONG Length,
					      IN PHYSICAL_ADDRESS LogicalAddress,
					      IN PVOID VirtualAddress,
					      IN BOOLEAN CacheEnabled);

/* the older pair, without an adapter */
VPAPI PVOID NTAPI VideoPortGetCommonBuffer(IN PVOID HwDeviceExtension,
					   IN ULONG DesiredLength, IN ULONG Alignment,
					   OUT PPHYSICAL_ADDRESS LogicalAddress,
					   OUT PULONG pActualLength,
					   IN BOOLEAN CacheEnabled);
VPAPI VOID NTAPI VideoPortFreeCommonBuffer(IN PVOID HwDeviceExtension, IN ULONG Length,
					   IN PVOID VirtualAddress,
					   IN PHYSICAL_ADDRESS LogicalAddress,
					   IN BOOLEAN CacheEnabled);

VPAPI PVOID NTAPI VideoPortAllocateContiguousMemory(
	IN PVOID HwDeviceExtension, IN ULONG NumberOfBytes,
	IN PHYSICAL_ADDRESS HighestAcceptableAddress);

VIDEOPORT_C_END

#endif /* VIDEOPORT_DMA_H */
