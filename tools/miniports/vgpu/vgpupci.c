// SPDX-License-Identifier: GPL-2.0
/*
 * Where the device's registers are: virtio 1.0 says so in vendor-specific PCI capabilities, each naming
 * a BAR, an offset and a length. All of it is checked against what the port gave us. Called from
 * HwFindAdapter only.
 */
#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "vgpuhw.h"
#include "vgpuioctl.h"
#include "vgpu.h"

/* A capability is four bytes at least, and they begin behind the header: more cannot be there */
#define VGPU_MOST_CAPABILITIES 48

/*++
 * VgpuFindRange - the access range that a BAR stands for: they are told apart by their addresses.
 *
 * Return value: the range, or NULL.
 --*/
static PVIDEO_ACCESS_RANGE VgpuFindRange(PPCI_COMMON_CONFIG pConfig, ULONG ulBar,
					 PVIDEO_ACCESS_RANGE pRanges, ULONG ulRanges)
{
	ULONGLONG ullBase;
	ULONG i;

	if (ulBar >= PCI_TYPE0_ADDRESSES)
		return NULL;
	ullBase = pConfig->u.type0.BaseAddresses[ulBar];
	if (ullBase & PCI_ADDRESS_IO_SPACE)
		return NULL;
	/* Type 2: 64 bits wide, the upper half in the next register */
	if ((ullBase & PCI_ADDRESS_MEMORY_TYPE_MASK) == 4 && ulBar + 1 < PCI_TYPE0_ADDRESSES)
		ullBase |= (ULONGLONG)pConfig->u.type0.BaseAddresses[ulBar + 1] << 32;
	ullBase &= ~(ULONGLONG)~PCI_ADDRESS_MEMORY_ADDRESS_MASK;

	for (i = 0; i < ulRanges; i++)
		if (pRanges[i].RangeLength != 0 && !pRanges[i].RangeInIoSpace &&
		    (ULONGLONG)pRanges[i].RangeStart.QuadPart == ullBase)
			return &pRanges[i];
	return NULL;
}

/*++
 * VgpuMapCapability - maps the registers that a capability names, ulLeast bytes of them at least.
 *
 * Return value: their address, or NULL.
 --*/
static PUCHAR VgpuMapCapability(PVGPU_DEVICE_EXTENSION pExt, PVIRTIO_PCI_CAPABILITY pCapability,
				PVIDEO_ACCESS_RANGE pRange, ULONG ulLeast)
{
	PHYSICAL_ADDRESS liAddress;

	if (pRange == NULL || pCapability->Size < ulLeast ||
	    pCapability->Offset > pRange->RangeLength ||
	    pCapability->Size > pRange->RangeLength - pCapability->Offset) {
		VideoPortDebugPrint(
			Error, "VGPU: capability %u: 0x%x bytes at 0x%x of BAR %u are not there\n",
			pCapability->Type, pCapability->Size, pCapability->Offset,
			pCapability->Bar);
		return NULL;
	}
	liAddress.QuadPart = pRange->RangeStart.QuadPart + pCapability->Offset;
	return (PUCHAR)VideoPortGetDeviceBase(pExt, liAddress, pCapability->Size, FALSE);
}

/*++
 * VgpuTakeCapability - one capability: maps what it names, if we need it and have not got it.
 *
 * Return value: NO_ERROR, ERROR_DEV_NOT_EXIST.
 --*/
static VP_STATUS VgpuTakeCapability(PVGPU_DEVICE_EXTENSION pExt, PVIRTIO_PCI_CAPABILITY pCapability,
				    PVIDEO_ACCESS_RANGE pRange)
{
	PUCHAR *ppjRegisters;
	ULONG ulLeast;

	switch (pCapability->Type) {
	case VIRTIO_CAPABILITY_COMMON:
		ppjRegisters = &pExt->pjCommon;
		ulLeast = VIRTIO_COMMON_LENGTH;
		break;
	case VIRTIO_CAPABILITY_NOTIFY:
		ppjRegisters = &pExt->pjNotify;
		ulLeast = sizeof(USHORT);
		break;
	case VIRTIO_CAPABILITY_ISR:
		ppjRegisters = &pExt->pjIsr;
		ulLeast = sizeof(UCHAR);
		break;
	default:
		return NO_ERROR;
	}
	/* The first of a kind is the one that the device likes best */
	if (*ppjRegisters != NULL)
		return NO_ERROR;
	*ppjRegisters = VgpuMapCapability(pExt, pCapability, pRange, ulLeast);
	if (*ppjRegisters == NULL)
		return ERROR_DEV_NOT_EXIST;
	if (pCapability->Type == VIRTIO_CAPABILITY_NOTIFY) {
		pExt->ulNotifyLength = pCapability->Size;
		pExt->ulNotifyMultiplier = pCapability->NotifyMultiplier;
	}
	return NO_ERROR;
}

/*++
 * VgpuMapRegisters - finds and maps the common registers, the doorbells and the interrupt status.
 *
 * Return value: NO_ERROR, ERROR_DEV_NOT_EXIST.
 --*/
VP_STATUS VgpuMapRegisters(PVGPU_DEVICE_EXTENSION pExt, PVIDEO_ACCESS_RANGE pRanges, ULONG ulRanges,
			   ULONG ulSlot)
{
	VIRTIO_PCI_CAPABILITY Capability;
	PCI_COMMON_CONFIG Config;
	VP_STATUS vpStatus;
	ULONG ulOffset, i;

	if (VideoPortGetBusData(pExt, PCIConfiguration, ulSlot, &Config, 0,
				PCI_COMMON_HDR_LENGTH) != PCI_COMMON_HDR_LENGTH ||
	    PCI_CONFIGURATION_TYPE(&Config) != PCI_DEVICE_TYPE ||
	    (Config.Status & PCI_STATUS_CAPABILITIES_LIST) == 0)
		return ERROR_DEV_NOT_EXIST;

	ulOffset = Config.u.type0.CapabilitiesPtr & ~3;
	for (i = 0; i < VGPU_MOST_CAPABILITIES && ulOffset >= PCI_COMMON_HDR_LENGTH; i++) {
		VideoPortZeroMemory(&Capability, sizeof(Capability));
		if (VideoPortGetBusData(pExt, PCIConfiguration, ulSlot, &Capability, ulOffset,
					sizeof(Capability)) < sizeof(PCI_CAPABILITIES_HEADER))
			break;
		if (Capability.CapabilityId == PCI_CAPABILITY_ID_VENDOR_SPECIFIC &&
		    Capability.Length >= FIELD_OFFSET(VIRTIO_PCI_CAPABILITY, NotifyMultiplier)) {
			vpStatus = VgpuTakeCapability(
				pExt, &Capability,
				VgpuFindRange(&Config, Capability.Bar, pRanges, ulRanges));
			if (vpStatus != NO_ERROR)
				return vpStatus;
		}
		ulOffset = Capability.Next & ~3;
	}

	if (pExt->pjCommon == NULL || pExt->pjNotify == NULL || pExt->pjIsr == NULL) {
		VideoPortDebugPrint(
			Error,
			"VGPU: no virtio 1.0 registers: give the device disable-legacy=on\n");
		return ERROR_DEV_NOT_EXIST;
	}
	return NO_ERROR;
}
