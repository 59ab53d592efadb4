// SPDX-License-Identifier: GPL-2.0
/*
 * The edu chip's registers in the address space of a client: with a DMA handle that has events, and
 * as public access ranges. Called from HwStartIO only.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "edu4ioctl.h"
#include "edu4.h"

/* The process handle of the caller, as NT knows it */
#define EDU4_CURRENT_PROCESS ((PVOID)(LONG_PTR)-1)

/*++
 * Edu4Map - MAP: a part of the registers, and a handle.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS Edu4Map(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_MAPPED pMapped = (PEDU4_MAPPED)pVrp->OutputBuffer;
	ULONG ulInIoSpace = VIDEO_MEMORY_SPACE_MEMORY | VIDEO_MEMORY_SPACE_USER_MODE;
	PVOID pvAddress = EDU4_CURRENT_PROCESS;
	PHYSICAL_ADDRESS liAddress;
	EDU4_MAP Map;
	PDMA pDma;

	if (pVrp->InputBufferLength < sizeof(EDU4_MAP) ||
	    pVrp->OutputBufferLength < sizeof(EDU4_MAPPED))
		return ERROR_INSUFFICIENT_BUFFER;
	Map = *(PEDU4_MAP)pVrp->InputBuffer;

	liAddress.QuadPart = pExt->Registers.RangeStart.QuadPart + Map.Offset;
	pDma = VideoPortMapDmaMemory(pExt, pVrp, liAddress, &Map.Length, &ulInIoSpace,
				     (PVOID)(ULONG_PTR)Map.UserEvent,
				     (PVOID)(ULONG_PTR)Map.DisplayEvent, &pvAddress);
	if (pDma == NULL)
		return ERROR_INVALID_PARAMETER;

	pMapped->Handle = (ULONGLONG)(ULONG_PTR)pDma;
	pMapped->Address = (ULONGLONG)(ULONG_PTR)pvAddress;
	pMapped->Length = Map.Length;
	pMapped->Reserved = 0;
	pVrp->StatusBlock->Information = sizeof(EDU4_MAPPED);
	return NO_ERROR;
}

/*++
 * Edu4Unmap - UNMAP: undoes MAP.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER.
 --*/
VP_STATUS Edu4Unmap(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PEDU4_MAPPED pMapped = (PEDU4_MAPPED)pVrp->InputBuffer;

	if (pVrp->InputBufferLength < sizeof(EDU4_MAPPED))
		return ERROR_INSUFFICIENT_BUFFER;
	if (!VideoPortUnmapDmaMemory(pExt, (PVOID)(ULONG_PTR)pMapped->Address,
				     (HANDLE)EDU4_CURRENT_PROCESS,
				     (PDMA)(ULONG_PTR)pMapped->Handle))
		return ERROR_INVALID_PARAMETER;
	return NO_ERROR;
}

/*++
 * Edu4PublicRanges - QUERY_PUBLIC_ACCESS_RANGES: all registers, as display drivers ask for them.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, or what VideoPortMapMemory says.
 --*/
VP_STATUS Edu4PublicRanges(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_PUBLIC_ACCESS_RANGES pRanges = (PVIDEO_PUBLIC_ACCESS_RANGES)pVrp->OutputBuffer;
	PVIDEO_MEMORY pMemory = (PVIDEO_MEMORY)pVrp->InputBuffer;
	ULONG ulLength = pExt->Registers.RangeLength;
	ULONG ulInIoSpace = VIDEO_MEMORY_SPACE_MEMORY | VIDEO_MEMORY_SPACE_USER_MODE;
	PVOID pvAddress;
	VP_STATUS vpStatus;

	if (pVrp->InputBufferLength < sizeof(VIDEO_MEMORY) ||
	    pVrp->OutputBufferLength < sizeof(VIDEO_PUBLIC_ACCESS_RANGES))
		return ERROR_INSUFFICIENT_BUFFER;

	/* What comes in is the process handle, what goes out the address */
	pvAddress = pMemory->RequestedVirtualAddress;
	vpStatus = VideoPortMapMemory(pExt, pExt->Registers.RangeStart, &ulLength, &ulInIoSpace,
				      &pvAddress);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pRanges->InIoSpace = FALSE;
	pRanges->MappedInIoSpace = ulInIoSpace & VIDEO_MEMORY_SPACE_IO;
	pRanges->VirtualAddress = pvAddress;
	pVrp->StatusBlock->Information = sizeof(VIDEO_PUBLIC_ACCESS_RANGES);
	return NO_ERROR;
}

/*++
 * Edu4FreePublicRanges - FREE_PUBLIC_ACCESS_RANGES: undoes it.
 *
 * Return value: NO_ERROR, ERROR_INSUFFICIENT_BUFFER, or what VideoPortUnmapMemory says.
 --*/
VP_STATUS Edu4FreePublicRanges(PEDU4_DEVICE_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	PVIDEO_MEMORY pMemory = (PVIDEO_MEMORY)pVrp->InputBuffer;

	if (pVrp->InputBufferLength < sizeof(VIDEO_MEMORY))
		return ERROR_INSUFFICIENT_BUFFER;
	return VideoPortUnmapMemory(pExt, pMemory->RequestedVirtualAddress,
				    (HANDLE)EDU4_CURRENT_PROCESS);
}
