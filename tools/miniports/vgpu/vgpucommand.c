// SPDX-License-Identifier: GPL-2.0
/*
 * One command at a time, and what the device says to it: from HwStartIO, which may wait. A device that
 * does not answer is reset, so that nothing which it was told goes on behind our back.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

/*++
 * VgpuWaitSingle - waits until a queue's single slot is free.
 *
 * Return value: NO_ERROR; else the device was reset: it did not answer in time, or the client that
 *	waits is being killed and nobody will know how far the device has come.
 --*/
static VP_STATUS VgpuWaitSingle(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue)
{
	VP_STATUS vpStatus = NO_ERROR;
	LARGE_INTEGER liPatience;
	BOOLEAN bFree;
	UCHAR ucIrql;

	liPatience.QuadPart = VGPU_PATIENCE;
	while (vpStatus == NO_ERROR) {
		/* Cleared before the look: an answer that comes after the look sets it again */
		VideoPortClearEvent(pExt, pExt->pAnswerEvent);
		VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
		bFree = pQueue->aSlots[VGPU_SINGLE_SLOT].Purpose == VgpuFree;
		VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
		if (bFree)
			return NO_ERROR;
		vpStatus = VideoPortWaitForSingleObject(pExt, pExt->pAnswerEvent, &liPatience);
	}

	if (vpStatus == WAIT_TIMEOUT)
		VideoPortDebugPrint(Error, "VGPU: command 0x%x: no answer; the device is reset\n",
				    *(PULONG)pQueue->aSlots[VGPU_SINGLE_SLOT].pjCommand);
	pExt->Info.Resets++;
	VgpuStop(pExt);
	return ERROR_GEN_FAILURE;
}

/*++
 * VgpuSingleCommand - a command for the single slot, once the last one is done.
 *
 * Return value: where the rest of the command goes; NULL if the device is not to be had.
 --*/
PVOID VgpuSingleCommand(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulType)
{
	if (!pExt->bStarted || VgpuWaitSingle(pExt, pQueue) != NO_ERROR)
		return NULL;
	return VgpuCommand(pQueue, VGPU_SINGLE_SLOT, ulType);
}

/*++
 * VgpuSend - lets the device have the single command, and does not wait.
 *
 * Return value: NO_ERROR.
 --*/
VP_STATUS VgpuSend(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulLength)
{
	UCHAR ucIrql;

	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	VgpuQueueCommand(pExt, pQueue, VGPU_SINGLE_SLOT, ulLength, 0);
	VgpuNotify(pExt, pQueue);
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
	return NO_ERROR;
}

/*++
 * VgpuExecute - lets the device have the control queue's single command, and waits for the answer,
 *	which stays in the slot.
 *
 * Return value: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuExecute(PVGPU_DEVICE_EXTENSION pExt, ULONG ulLength, ULONG ulExpected)
{
	PVGPU_SLOT pSlot = &pExt->Control.aSlots[VGPU_SINGLE_SLOT];
	VP_STATUS vpStatus;

	VgpuSend(pExt, &pExt->Control, ulLength);
	vpStatus = VgpuWaitSingle(pExt, &pExt->Control);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	vpStatus = VgpuStatusOf(pSlot->pAnswer->Type, ulExpected);
	if (vpStatus != NO_ERROR)
		VideoPortDebugPrint(Error, "VGPU: command 0x%x: the device says 0x%x\n",
				    *(PULONG)pSlot->pjCommand, pSlot->pAnswer->Type);
	return vpStatus;
}

/*++
 * VgpuCreateResource - a picture in the device, all zero.
 *
 * Return value: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuCreateResource(PVGPU_DEVICE_EXTENSION pExt, ULONG ulFormat, ULONG ulWidth,
			     ULONG ulHeight, PULONG pulResourceId)
{
	VIRTIO_GPU_CREATE *pCreate;
	VP_STATUS vpStatus;

	pCreate = VgpuSingleCommand(pExt, &pExt->Control, VIRTIO_GPU_RESOURCE_CREATE_2D);
	if (pCreate == NULL)
		return ERROR_GEN_FAILURE;
	if (++pExt->ulLastId == 0)
		pExt->ulLastId = 1;
	pCreate->ResourceId = pExt->ulLastId;
	pCreate->Format = ulFormat;
	pCreate->Width = ulWidth;
	pCreate->Height = ulHeight;
	vpStatus = VgpuExecute(pExt, sizeof(*pCreate), VIRTIO_GPU_OK);
	if (vpStatus == NO_ERROR)
		*pulResourceId = pExt->ulLastId;
	return vpStatus;
}

/*++
 * VgpuResourceCommand - a command that only names a resource: RESOURCE_UNREF, DETACH_BACKING.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuResourceCommand(PVGPU_DEVICE_EXTENSION pExt, ULONG ulType, ULONG ulResourceId)
{
	VIRTIO_GPU_RESOURCE *pCommand = VgpuSingleCommand(pExt, &pExt->Control, ulType);

	if (pCommand == NULL)
		return ERROR_GEN_FAILURE;
	pCommand->ResourceId = ulResourceId;
	return VgpuExecute(pExt, sizeof(*pCommand), VIRTIO_GPU_OK);
}

/*++
 * VgpuAttachCommon - a part of the common buffer becomes a resource's memory, for as long as that
 *	lives.
 *
 * Return value: NO_ERROR, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuAttachCommon(PVGPU_DEVICE_EXTENSION pExt, ULONG ulResourceId, ULONG ulOffset,
			   ULONG ulLength)
{
	VIRTIO_GPU_ATTACH *pAttach;
	PVIRTIO_GPU_ENTRY pEntry;

	pAttach = VgpuSingleCommand(pExt, &pExt->Control, VIRTIO_GPU_ATTACH_BACKING);
	if (pAttach == NULL)
		return ERROR_GEN_FAILURE;
	pAttach->ResourceId = ulResourceId;
	pAttach->Entries = 1;
	pEntry = (PVIRTIO_GPU_ENTRY)(pAttach + 1);
	pEntry->Address = (ULONGLONG)pExt->liMemory.QuadPart + ulOffset;
	pEntry->Length = ulLength;
	return VgpuExecute(pExt, sizeof(*pAttach) + sizeof(*pEntry), VIRTIO_GPU_OK);
}
