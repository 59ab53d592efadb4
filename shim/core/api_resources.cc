// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport asks about its hardware: access ranges, mappings, configuration space.
 */
#include <video.h>

#include "page.h"
#include "port.h"

using namespace vp;

/* Return: false if nothing was mapped there. From the wrong context it is unmapped later. */
static bool unmap(vp_port *port, const char *call, void *address)
{
	Caller caller = port->caller(call);

	if (!port->resources.unmap(address, caller.context))
		return false;
	(void)caller.allowed_up_to(VP_PASSIVE, port->counters, "unmapped later");
	return true;
}

extern "C" {

/**
 * VideoPortGetAccessRanges() - the adapter's base address registers, or what the miniport wants
 * @HwDeviceExtension: the miniport's.
 * @NumRequestedResources: entries at @RequestedResources.
 * @RequestedResources: ranges of ports and memory that the miniport knows by itself; where there are
 *	any, they are listed instead of the registers. Other kinds of resources are passed over.
 * @NumAccessRanges: entries at @AccessRanges; 0 gives the claim up.
 * @AccessRanges: receives the ranges, in the order of the registers; the rest is zeroed.
 * @VendorId: not used: the module's PCI IDs have chosen the device.
 * @DeviceId: likewise.
 * @Slot: receives the PCI slot number.
 *
 * Documented: VideoPortGetAccessRanges.
 *
 * Context: PASSIVE, inside HwVidFindAdapter.
 * Return: NO_ERROR; ERROR_MORE_DATA if @NumAccessRanges is too small; ERROR_INVALID_PARAMETER: a
 *	range is not the adapter's, or somebody else has it.
 */
VP_STATUS VideoPortGetAccessRanges(PVOID HwDeviceExtension, ULONG NumRequestedResources,
				   PIO_RESOURCE_DESCRIPTOR RequestedResources,
				   ULONG NumAccessRanges, PVIDEO_ACCESS_RANGE AccessRanges,
				   PVOID VendorId, PVOID DeviceId, PULONG Slot)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)VendorId;
	(void)DeviceId;
	if (!port)
		return ERROR_INVALID_PARAMETER;
	if (!port->finding()) {
		port->counters.refuse(Counter::WrongContext,
				      "%s: allowed only in HwVidFindAdapter; refused", __func__);
		return ERROR_INVALID_PARAMETER;
	}
	if (NumAccessRanges && NumRequestedResources && RequestedResources)
		return port->resources.claim_requested(__func__, NumRequestedResources,
						       RequestedResources, NumAccessRanges,
						       AccessRanges, Slot);
	return port->resources.claim(__func__, NumAccessRanges, AccessRanges, Slot);
}

/**
 * VideoPortVerifyAccessRanges() - claim ranges that the miniport knows by itself
 * @HwDeviceExtension: the miniport's.
 * @NumAccessRanges: entries at @AccessRanges; 0 gives all claims up, inside HwVidFindAdapter.
 * @AccessRanges: the ranges.
 *
 * Documented: VideoPortVerifyAccessRanges. Beyond it: granted are ranges inside the adapter's own
 * registers, and to the machine's VGA device those of VGA and the few beside it that
 * legacy_ranges.cc names. They are the adapter's alone, whatever RangeShareable says. What was
 * granted before stays granted.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortVerifyAccessRanges(PVOID HwDeviceExtension, ULONG NumAccessRanges,
				      PVIDEO_ACCESS_RANGE AccessRanges)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || (NumAccessRanges && !AccessRanges) ||
	    !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	if (!NumAccessRanges && port->finding())
		port->resources.release();
	return port->resources.verify(__func__, NumAccessRanges, AccessRanges);
}

/**
 * VideoPortGetDeviceBase() - map a claimed range for the miniport
 * @HwDeviceExtension: the miniport's.
 * @IoAddress: from an access range, or inside one.
 * @NumberOfUchars: bytes.
 * @InIoSpace: VIDEO_MEMORY_SPACE_*: IO for ports; P6CACHE for write-combining.
 *
 * Documented: VideoPortGetDeviceBase. What it returns for ports may be used only with the
 * VideoPortReadPort and WritePort calls.
 *
 * Context: PASSIVE.
 * Return: the mapped address, or NULL.
 */
PVOID VideoPortGetDeviceBase(PVOID HwDeviceExtension, PHYSICAL_ADDRESS IoAddress,
			     ULONG NumberOfUchars, UCHAR InIoSpace)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return nullptr;
	return port->map_for_miniport(__func__, IoAddress.QuadPart, NumberOfUchars, InIoSpace);
}

/**
 * VideoPortFreeDeviceBase() - undo VideoPortGetDeviceBase
 * @HwDeviceExtension: the miniport's.
 * @MappedAddress: what it returned.
 *
 * Context: PASSIVE.
 */
VOID VideoPortFreeDeviceBase(PVOID HwDeviceExtension, PVOID MappedAddress)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (port && !unmap(port, __func__, MappedAddress))
		port->counters.refuse(Counter::BadAddress,
				      "%s: the address is not one that was mapped", __func__);
}

/**
 * VideoPortMapMemory() - map a range for the miniport or its client
 * @HwDeviceExtension: the miniport's.
 * @PhysicalAddress: from an access range, or inside one; for a client also that of a common
 *	buffer, as the device knows it.
 * @Length: in: bytes; out: bytes mapped from the address on, to the end of a page for memory.
 * @InIoSpace: VIDEO_MEMORY_SPACE_*.
 * @VirtualAddress: in: NULL for the miniport, a process for the client; out: the mapped address.
 *
 * Documented: VideoPortMapMemory. Beyond it: whatever the process handle says, the client is the
 * one whose request is served; it can read and write there, not execute, and children do not
 * inherit it. When the client, the common buffer or the adapter goes, a touch is a SIGBUS.
 *
 * Context: PASSIVE; for a client inside HwVidStartIO.
 * Return: NO_ERROR or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortMapMemory(PVOID HwDeviceExtension, PHYSICAL_ADDRESS PhysicalAddress,
			     PULONG Length, PULONG InIoSpace, PVOID *VirtualAddress)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	if (!Length || !InIoSpace || !VirtualAddress) {
		port->counters.refuse(Counter::BadParameter, "%s: a pointer is NULL", __func__);
		return ERROR_INVALID_PARAMETER;
	}
	if (*VirtualAddress || *InIoSpace & VIDEO_MEMORY_SPACE_USER_MODE) {
		uint64_t seen = port->map_into_client(
			port->caller(__func__), PhysicalAddress.QuadPart, *Length, *InIoSpace, 0);

		if (!seen)
			return ERROR_INVALID_PARAMETER;
		*VirtualAddress = reinterpret_cast<PVOID>(static_cast<uintptr_t>(seen));
		return NO_ERROR;
	}

	void *mapped =
		port->map_for_miniport(__func__, PhysicalAddress.QuadPart, *Length, *InIoSpace);

	if (!mapped)
		return ERROR_INVALID_PARAMETER;
	if (!(*InIoSpace & VIDEO_MEMORY_SPACE_IO)) {
		/* from the address on, to the end of its last page */
		uint64_t in_page = static_cast<uint64_t>(PhysicalAddress.QuadPart) % page_size;
		uint64_t whole = page_end(in_page, *Length) - in_page;

		*Length = whole > ~0u ? *Length : static_cast<ULONG>(whole);
	}
	*VirtualAddress = mapped;
	return NO_ERROR;
}

/**
 * VideoPortUnmapMemory() - undo VideoPortMapMemory
 * @HwDeviceExtension: the miniport's.
 * @VirtualAddress: what it returned.
 * @ProcessHandle: NULL for the miniport's own mapping, else the client's.
 *
 * Documented: VideoPortUnmapMemory. Beyond it: in a request, what is no mapping of the miniport's is
 * looked for among the client's, even without a process.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortUnmapMemory(PVOID HwDeviceExtension, PVOID VirtualAddress, HANDLE ProcessHandle)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;

	Caller caller = port->caller(__func__);

	if (!ProcessHandle && unmap(port, __func__, VirtualAddress))
		return NO_ERROR;
	/* Many a miniport passes NULL for its client's mappings, too. No message tells others. */
	auto address = reinterpret_cast<uintptr_t>(VirtualAddress);
	bool of_a_client = !(address >> (sizeof(address) * 8 - 1));

	if (ProcessHandle || (caller.in_request && of_a_client))
		return port->unmap_from_client(caller, address, 0) ? NO_ERROR
								   : ERROR_INVALID_PARAMETER;
	port->counters.refuse(Counter::BadAddress,
			      "%s: the address is not one that was mapped for the miniport",
			      __func__);
	return ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortGetBusData() - read the adapter's configuration space
 * @HwDeviceExtension: the miniport's.
 * @BusDataType: PCIConfiguration; nothing else has data.
 * @SlotNumber: not looked at: a miniport reads its own adapter's.
 * @Buffer: receives the bytes.
 * @Offset: first byte.
 * @Length: bytes.
 *
 * Context: any.
 * Return: bytes read.
 */
ULONG VideoPortGetBusData(PVOID HwDeviceExtension, BUS_DATA_TYPE BusDataType, ULONG SlotNumber,
			  PVOID Buffer, ULONG Offset, ULONG Length)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)SlotNumber;
	if (!port || !Buffer || BusDataType != PCIConfiguration)
		return 0;
	return static_cast<ULONG>(vp_config_read(port->device(), Offset, Buffer, Length));
}

/**
 * VideoPortSetBusData() - write the adapter's configuration space
 * @HwDeviceExtension: the miniport's.
 * @BusDataType: PCIConfiguration; nothing else can be written.
 * @SlotNumber: not looked at.
 * @Buffer: the bytes.
 * @Offset: first byte.
 * @Length: bytes.
 *
 * Context: any.
 * Return: bytes written.
 */
ULONG VideoPortSetBusData(PVOID HwDeviceExtension, BUS_DATA_TYPE BusDataType, ULONG SlotNumber,
			  PVOID Buffer, ULONG Offset, ULONG Length)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)SlotNumber;
	if (!port || !Buffer || BusDataType != PCIConfiguration)
		return 0;
	return static_cast<ULONG>(vp_config_write(port->device(), Offset, Buffer, Length));
}

/**
 * VideoPortCheckForDeviceExistence() - is there such a PCI function in the machine?
 * @HwDeviceExtension: the miniport's.
 * @VendorId: which function.
 * @DeviceId: likewise.
 * @RevisionId: with CDE_USE_REVISION.
 * @SubVendorId: with CDE_USE_SUBSYSTEM_IDS.
 * @SubSystemId: likewise.
 * @Flags: CDE_*.
 *
 * Documented: VideoPortCheckForDeviceExistence.
 *
 * Context: PASSIVE.
 * Return: TRUE if there is, whoever drives it.
 */
BOOLEAN VideoPortCheckForDeviceExistence(PVOID HwDeviceExtension, USHORT VendorId, USHORT DeviceId,
					 UCHAR RevisionId, USHORT SubVendorId, USHORT SubSystemId,
					 ULONG Flags)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return FALSE;
	if (Flags & ~(CDE_USE_SUBSYSTEM_IDS | CDE_USE_REVISION)) {
		port->counters.refuse(
			Counter::BadParameter,
			"%s: flags 0x%x: there are 0x1 (subsystem) and 0x2 (revision)", __func__,
			Flags);
		return FALSE;
	}

	vp_pci_match match{
		.vendor = VendorId,
		.device = DeviceId,
		.subsystem_vendor = SubVendorId,
		.subsystem_device = SubSystemId,
		.revision = RevisionId,
		.use_subsystem = (Flags & CDE_USE_SUBSYSTEM_IDS) != 0,
		.use_revision = (Flags & CDE_USE_REVISION) != 0,
	};

	return vp_pci_exists(&match);
}

} // extern "C"
