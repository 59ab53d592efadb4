// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: commands go in, answers come out in the DPC. Every slot has its own descriptors and its
 * own memory, so that nothing has to be looked for and nothing can run out. Called with the spin lock
 * held, but for VgpuDpc. What the device writes is checked before it is believed. Never waits.
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
 * VgpuPrepareQueue - an empty ring, and its slots. The device is reset, or does not know the ring yet.
 --*/
VOID VgpuPrepareQueue(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, USHORT usNumber,
		      ULONG ulRing, ULONG ulSlots)
{
	PUCHAR pjRing = pExt->pjMemory + ulRing;
	ULONG i;

	VideoPortZeroMemory(pQueue, sizeof(VGPU_QUEUE));
	VideoPortZeroMemory(pjRing, VGPU_PAGE);
	pQueue->usNumber = usNumber;
	pQueue->ullRing = (ULONGLONG)pExt->liMemory.QuadPart + ulRing;
	pQueue->pDescriptors = (PVIRTIO_DESCRIPTOR)(pjRing + VGPU_RING_DESCRIPTORS);
	pQueue->pAvailable = (PVIRTIO_AVAILABLE)(pjRing + VGPU_RING_AVAILABLE);
	pQueue->pUsed = (PVIRTIO_USED)(pjRing + VGPU_RING_USED);

	for (i = 0; i < VGPU_SLOTS; i++) {
		PVGPU_SLOT pSlot = &pQueue->aSlots[i];
		ULONG ulOffset = ulSlots + i * VGPU_SLOT_LENGTH;

		pSlot->pjCommand = pExt->pjMemory + ulOffset;
		pSlot->pAnswer = (PVIRTIO_GPU_HEADER)(pSlot->pjCommand + VGPU_SLOT_ANSWER);
		pSlot->ullCommand = (ULONGLONG)pExt->liMemory.QuadPart + ulOffset;
	}
}

/*++
 * VgpuCommand - a slot's command, empty but for its type; the answer says nothing yet.
 *
 * Return value: where the rest of the command goes.
 --*/
PVOID VgpuCommand(PVGPU_QUEUE pQueue, ULONG ulSlot, ULONG ulType)
{
	PVGPU_SLOT pSlot = &pQueue->aSlots[ulSlot];

	VideoPortZeroMemory(pSlot->pjCommand, VGPU_SLOT_LENGTH);
	((PVIRTIO_GPU_HEADER)pSlot->pjCommand)->Type = ulType;
	return pSlot->pjCommand;
}

/*++
 * VgpuQueueCommand - puts a slot's command into the ring. The device is not told yet.
 *
 * ulEntries of the common buffer's list follow the command.
 --*/
VOID VgpuQueueCommand(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulSlot, ULONG ulLength,
		      ULONG ulEntries)
{
	PVGPU_SLOT pSlot = &pQueue->aSlots[ulSlot];
	USHORT usFirst = (USHORT)(ulSlot * VGPU_SLOT_DESCRIPTORS);
	volatile VIRTIO_DESCRIPTOR *pNext = &pQueue->pDescriptors[usFirst];
	USHORT usIndex;

	pSlot->Purpose = ulSlot == VGPU_SINGLE_SLOT ? VgpuSingle : VgpuPartOfUpload;

	pNext->Address = pSlot->ullCommand;
	pNext->Length = ulLength;
	pNext->Flags = 0;
	if (ulEntries != 0) {
		pNext->Flags = VIRTIO_DESCRIPTOR_NEXT;
		pNext->Next = usFirst + 1;
		pNext++;
		pNext->Address = (ULONGLONG)pExt->liMemory.QuadPart + VGPU_COMMON_ENTRIES;
		pNext->Length = ulEntries * (ULONG)sizeof(VIRTIO_GPU_ENTRY);
		pNext->Flags = 0;
	}
	/* The cursor's commands have no answer but that they are done */
	if (pQueue->usNumber == VIRTIO_GPU_CONTROL_QUEUE) {
		pNext->Flags = VIRTIO_DESCRIPTOR_NEXT;
		pNext->Next = usFirst + 2;
		pNext = &pQueue->pDescriptors[usFirst + 2];
		pNext->Address = pSlot->ullCommand + VGPU_SLOT_ANSWER;
		pNext->Length = VIRTIO_GPU_ANSWER_LENGTH;
		pNext->Flags = VIRTIO_DESCRIPTOR_WRITE;
	}

	usIndex = pQueue->pAvailable->Index;
	pQueue->pAvailable->Ring[usIndex % VIRTIO_RING_SIZE] = usFirst;
	VgpuBarrier(pExt);
	pQueue->pAvailable->Index = usIndex + 1;
}

/*++
 * VgpuNotify - tells the device that there is something in the ring.
 --*/
VOID VgpuNotify(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue)
{
	VgpuBarrier(pExt);
	if (pQueue->usNumber == VIRTIO_GPU_CONTROL_QUEUE)
		pExt->Upload.bHeld = FALSE;
	VideoPortWriteRegisterUshort(pQueue->pusNotify, pQueue->usNumber);
}

/*++
 * VgpuStatusOf - what the device's answer means to a client.
 *
 * Return value: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE.
 --*/
VP_STATUS VgpuStatusOf(ULONG ulAnswer, ULONG ulExpected)
{
	if (ulAnswer == ulExpected)
		return NO_ERROR;
	if (ulAnswer == VIRTIO_GPU_ERROR_OUT_OF_MEMORY)
		return ERROR_NOT_ENOUGH_MEMORY;
	return ERROR_GEN_FAILURE;
}

/*++
 * VgpuTakeAnswer - one command is done. An upload's failure is kept with it.
 *
 * Return value: what the command was for; VgpuFree if there is no such command.
 --*/
static VGPU_PURPOSE VgpuTakeAnswer(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue, ULONG ulId)
{
	ULONG ulSlot = ulId / VGPU_SLOT_DESCRIPTORS;
	PVGPU_SLOT pSlot = &pQueue->aSlots[ulSlot < VGPU_SLOTS ? ulSlot : 0];
	VGPU_PURPOSE Purpose = pSlot->Purpose;
	VP_STATUS vpStatus;

	if (ulSlot >= VGPU_SLOTS || ulId % VGPU_SLOT_DESCRIPTORS != 0 || Purpose == VgpuFree) {
		VideoPortDebugPrint(Error, "VGPU: queue %u: descriptor %u is not in use\n",
				    pQueue->usNumber, ulId);
		return VgpuFree;
	}
	pSlot->Purpose = VgpuFree;
	pExt->Info.Commands++;
	if (Purpose == VgpuPartOfUpload) {
		vpStatus = VgpuStatusOf(pSlot->pAnswer->Type, VIRTIO_GPU_OK);
		if (vpStatus != NO_ERROR && pExt->Upload.Report.Status == NO_ERROR) {
			VideoPortDebugPrint(Error, "VGPU: command 0x%x: the device says 0x%x\n",
					    ((PVIRTIO_GPU_HEADER)pSlot->pjCommand)->Type,
					    pSlot->pAnswer->Type);
			pExt->Upload.Report.Status = (ULONG)vpStatus;
		}
		pExt->Upload.ulCommands--;
	}
	return Purpose;
}

/*++
 * VgpuTakeAnswers - all that the device has done on a queue since the last look.
 *
 * Return value: TRUE if a single command is among it.
 --*/
static BOOLEAN VgpuTakeAnswers(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue)
{
	USHORT usIndex = pQueue->pUsed->Index;
	BOOLEAN bSingle = FALSE;

	VgpuBarrier(pExt);
	/* More than there are slots cannot be done: such an index is not believed further than that */
	if ((USHORT)(usIndex - pQueue->usLastUsed) > VGPU_SLOTS)
		usIndex = pQueue->usLastUsed + VGPU_SLOTS;
	while (pQueue->usLastUsed != usIndex) {
		ULONG ulId = pQueue->pUsed->Ring[pQueue->usLastUsed % VIRTIO_RING_SIZE].Id;

		pQueue->usLastUsed++;
		if (VgpuTakeAnswer(pExt, pQueue, ulId) == VgpuSingle)
			bSingle = TRUE;
	}
	return bSingle;
}

/*++
 * VgpuDpc - the device has raised its interrupt. Runs at DISPATCH_LEVEL.
 --*/
VOID NTAPI VgpuDpc(PVOID pHwDeviceExtension, PVOID pvContext)
{
	PVGPU_DEVICE_EXTENSION pExt = (PVGPU_DEVICE_EXTENSION)pHwDeviceExtension;
	BOOLEAN bSingle = FALSE, bPiece = FALSE;

	UNREFERENCED_PARAMETER(pvContext);

	VideoPortAcquireSpinLockAtDpcLevel(pExt, pExt->pSpinLock);
	if (pExt->bStarted) {
		bSingle = VgpuTakeAnswers(pExt, &pExt->Control);
		bSingle |= VgpuTakeAnswers(pExt, &pExt->Cursor);
		bPiece = pExt->Upload.pList != NULL && pExt->Upload.ulCommands == 0;
	}
	VideoPortReleaseSpinLockFromDpcLevel(pExt, pExt->pSpinLock);

	if (bSingle)
		VideoPortSetEvent(pExt, pExt->pAnswerEvent);
	if (bPiece)
		VgpuPieceDone(pExt);
}
