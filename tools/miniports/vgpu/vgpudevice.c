// SPDX-License-Identifier: GPL-2.0
/*
 * The device's life: reset, features, queues. While bStarted is set, the rings are the device's.
 * Called from HwFindAdapter, HwInitialize and HwStartIO, but for VgpuResetAtOnce.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

#define VgpuReadUchar(pExt, ulRegister) VideoPortReadRegisterUchar((pExt)->pjCommon + (ulRegister))
#define VgpuReadUshort(pExt, ulRegister)                                                           \
	VideoPortReadRegisterUshort((PUSHORT)((pExt)->pjCommon + (ulRegister)))
#define VgpuReadUlong(pExt, ulRegister)                                                            \
	VideoPortReadRegisterUlong((PULONG)((pExt)->pjCommon + (ulRegister)))
#define VgpuWriteUchar(pExt, ulRegister, jValue)                                                   \
	VideoPortWriteRegisterUchar((pExt)->pjCommon + (ulRegister), (jValue))
#define VgpuWriteUshort(pExt, ulRegister, usValue)                                                 \
	VideoPortWriteRegisterUshort((PUSHORT)((pExt)->pjCommon + (ulRegister)), (usValue))
#define VgpuWriteUlong(pExt, ulRegister, ulValue)                                                  \
	VideoPortWriteRegisterUlong((PULONG)((pExt)->pjCommon + (ulRegister)), (ulValue))

/* A reset may take a moment: looks at it, and the pause between them in 100 ns */
#define VGPU_RESET_LOOKS 200
#define VGPU_RESET_PAUSE (-5LL * 10000)
/* The same where nobody may wait, in microseconds */
#define VGPU_RESET_STALL 50

/*++
 * VgpuResetAtOnce - the device forgets everything and does no DMA. Touches registers only: may be
 *	called wherever HwResetHw is.
 *
 * Return value: TRUE if the device says that it is done.
 --*/
BOOLEAN VgpuResetAtOnce(PVGPU_DEVICE_EXTENSION pExt)
{
	ULONG i;

	VgpuWriteUchar(pExt, VIRTIO_REG_STATUS, 0);
	for (i = 0; i < VGPU_RESET_LOOKS; i++) {
		if (VgpuReadUchar(pExt, VIRTIO_REG_STATUS) == 0)
			return TRUE;
		VideoPortStallExecution(VGPU_RESET_STALL);
	}
	return FALSE;
}

/*++
 * VgpuReset - the same, where one may wait: nothing interrupts when a reset is done.
 *
 * Return value: TRUE if the device says that it is done.
 --*/
static BOOLEAN VgpuReset(PVGPU_DEVICE_EXTENSION pExt)
{
	LARGE_INTEGER liPause;
	ULONG i;

	liPause.QuadPart = VGPU_RESET_PAUSE;
	VgpuWriteUchar(pExt, VIRTIO_REG_STATUS, 0);
	for (i = 0; i < VGPU_RESET_LOOKS; i++) {
		if (VgpuReadUchar(pExt, VIRTIO_REG_STATUS) == 0)
			return TRUE;
		if (VideoPortWaitForSingleObject(pExt, pExt->pPauseEvent, &liPause) != WAIT_TIMEOUT)
			break; /* the client is being killed, or the adapter goes: no pause any more */
	}
	return VgpuResetAtOnce(pExt);
}

/*++
 * VgpuNegotiate - features: a device of version 1 whose addresses are those that the port gives.
 *
 * A device without ACCESS_PLATFORM takes physical addresses, past any IOMMU: what it would fetch or
 * overwrite with ours is anybody's memory. It is refused.
 *
 * Return value: TRUE if the device agrees.
 --*/
static BOOLEAN VgpuNegotiate(PVGPU_DEVICE_EXTENSION pExt)
{
	ULONG ulWanted = VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_ACCESS_PLATFORM;
	ULONG ulOffered;

	VgpuWriteUlong(pExt, VIRTIO_REG_DEVICE_FEATURE_SELECT, 1);
	ulOffered = VgpuReadUlong(pExt, VIRTIO_REG_DEVICE_FEATURE);
	if ((ulOffered & ulWanted) != ulWanted) {
		VideoPortDebugPrint(
			Error,
			"VGPU: features 0x%x: 0x%x are needed: give the device iommu_platform=on,disable-legacy=on\n",
			ulOffered, ulWanted);
		return FALSE;
	}
	VgpuWriteUlong(pExt, VIRTIO_REG_DRIVER_FEATURE_SELECT, 0);
	VgpuWriteUlong(pExt, VIRTIO_REG_DRIVER_FEATURE, 0);
	VgpuWriteUlong(pExt, VIRTIO_REG_DRIVER_FEATURE_SELECT, 1);
	VgpuWriteUlong(pExt, VIRTIO_REG_DRIVER_FEATURE, ulWanted);
	VgpuWriteUchar(pExt, VIRTIO_REG_STATUS,
		       VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
			       VIRTIO_STATUS_FEATURES_OK);
	return (VgpuReadUchar(pExt, VIRTIO_REG_STATUS) & VIRTIO_STATUS_FEATURES_OK) != 0;
}

/*++
 * VgpuWriteAddress - a 64-bit register, in two halves.
 --*/
static VOID VgpuWriteAddress(PVGPU_DEVICE_EXTENSION pExt, ULONG ulRegister, ULONGLONG ullAddress)
{
	VgpuWriteUlong(pExt, ulRegister, (ULONG)ullAddress);
	VgpuWriteUlong(pExt, ulRegister + sizeof(ULONG), (ULONG)(ullAddress >> 32));
}

/*++
 * VgpuGiveQueue - tells the device where a prepared ring is, and finds out where its doorbell is.
 *
 * Return value: TRUE if that is in order.
 --*/
static BOOLEAN VgpuGiveQueue(PVGPU_DEVICE_EXTENSION pExt, PVGPU_QUEUE pQueue)
{
	ULONGLONG ullDoorbell;

	VgpuWriteUshort(pExt, VIRTIO_REG_QUEUE_SELECT, pQueue->usNumber);
	if (VgpuReadUshort(pExt, VIRTIO_REG_QUEUE_SIZE) < VIRTIO_RING_SIZE)
		return FALSE;
	ullDoorbell = (ULONGLONG)VgpuReadUshort(pExt, VIRTIO_REG_QUEUE_NOTIFY_OFFSET) *
		      pExt->ulNotifyMultiplier;
	if (ullDoorbell > pExt->ulNotifyLength - sizeof(USHORT) || ullDoorbell % 2 != 0)
		return FALSE;
	pQueue->pusNotify = (PUSHORT)(pExt->pjNotify + ullDoorbell);

	VgpuWriteUshort(pExt, VIRTIO_REG_QUEUE_SIZE, VIRTIO_RING_SIZE);
	VgpuWriteUshort(pExt, VIRTIO_REG_QUEUE_VECTOR, VIRTIO_NO_VECTOR);
	VgpuWriteAddress(pExt, VIRTIO_REG_QUEUE_DESCRIPTORS,
			 pQueue->ullRing + VGPU_RING_DESCRIPTORS);
	VgpuWriteAddress(pExt, VIRTIO_REG_QUEUE_AVAILABLE, pQueue->ullRing + VGPU_RING_AVAILABLE);
	VgpuWriteAddress(pExt, VIRTIO_REG_QUEUE_USED, pQueue->ullRing + VGPU_RING_USED);
	VgpuWriteUshort(pExt, VIRTIO_REG_QUEUE_ENABLE, 1);
	return TRUE;
}

/*++
 * VgpuStart - a device that knows nothing becomes one that takes commands. It shows nothing yet.
 *
 * Return value: TRUE if it does.
 --*/
BOOLEAN VgpuStart(PVGPU_DEVICE_EXTENSION pExt)
{
	UCHAR ucIrql;

	if (!VgpuReset(pExt)) {
		VideoPortDebugPrint(Error, "VGPU: the device cannot be reset\n");
		return FALSE;
	}
	VgpuWriteUchar(pExt, VIRTIO_REG_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
	VgpuWriteUshort(pExt, VIRTIO_REG_CONFIG_VECTOR, VIRTIO_NO_VECTOR);
	VgpuPrepareQueue(pExt, &pExt->Control, VIRTIO_GPU_CONTROL_QUEUE, VGPU_COMMON_CONTROL_RING,
			 VGPU_COMMON_SLOTS);
	VgpuPrepareQueue(pExt, &pExt->Cursor, VIRTIO_GPU_CURSOR_QUEUE, VGPU_COMMON_CURSOR_RING,
			 VGPU_COMMON_SLOTS + VGPU_SLOTS * VGPU_SLOT_LENGTH);
	if (!VgpuNegotiate(pExt) || !VgpuGiveQueue(pExt, &pExt->Control) ||
	    !VgpuGiveQueue(pExt, &pExt->Cursor)) {
		VideoPortDebugPrint(Error, "VGPU: the device does not start\n");
		VgpuWriteUchar(pExt, VIRTIO_REG_STATUS, VIRTIO_STATUS_FAILED);
		return FALSE;
	}
	VgpuWriteUchar(pExt, VIRTIO_REG_STATUS,
		       VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
			       VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK);

	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	pExt->bStarted = TRUE;
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);
	return TRUE;
}

/*++
 * VgpuStop - resets the device and gives back what it was working on. Nothing is shown any more.
 *
 * If it cannot be reset, what it may still fetch stays locked: the port releases it when the adapter
 * goes.
 --*/
VOID VgpuStop(PVGPU_DEVICE_EXTENSION pExt)
{
	PVP_SCATTER_GATHER_LIST pList;
	UCHAR ucIrql;

	/* From here on the DPC takes no answers, and no piece is begun */
	VideoPortAcquireSpinLock(pExt, pExt->pSpinLock, &ucIrql);
	pExt->bStarted = FALSE;
	pList = pExt->Upload.pList;
	pExt->Upload.pList = NULL;
	VideoPortReleaseSpinLock(pExt, pExt->pSpinLock, ucIrql);

	pExt->ulMode = 0;
	pExt->ulScreenId = 0;
	pExt->ulPointerId = 0;
	pExt->bPointerShape = FALSE;
	pExt->bPointerOn = FALSE;
	if (VgpuReset(pExt)) {
		if (pList != NULL)
			VideoPortCompleteDma(pExt, pExt->pDmaAdapter, pList, TRUE);
	} else {
		VideoPortDebugPrint(Error,
				    "VGPU: the device cannot be reset: its pages stay locked\n");
	}
	if (pList != NULL)
		VgpuEndUpload(pExt, ERROR_GEN_FAILURE);
}
