// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses, device memory and buses without a device extension: for the adapters of the module that
 * calls, and no other.
 */
#include <ntddk.h>

#include "port.h"
#include "registry.h"
#include "system.h"

using namespace vp;

/* The first adapter of the module of @code for which @fits(port) holds, or none. */
template <class Fits> static Registry::Kept find_port(const void *code, Fits fits)
{
	const uint64_t module = System::module_of(code);

	return Registry::get().keep(
		[&](vp_port &port) { return module && port.module() == module && fits(port); });
}

static bool bus_address(vp_port &port, const void *address, uint64_t &bus)
{
	return port.dma.logical_address(address, bus) || port.resources.bus_address(address, bus);
}

extern "C" {

/**
 * MmGetPhysicalAddress() - the address by which a device knows a byte
 * @BaseAddress: in a common buffer, or in a mapped range of an adapter.
 *
 * Documented: MmGetPhysicalAddress. Other memory has no address that a device may use: 0, counted.
 *
 * Context: any.
 * Return: the logical address, or 0.
 */
PHYSICAL_ADDRESS MmGetPhysicalAddress(PVOID BaseAddress)
{
	const void *code = __builtin_return_address(0);
	PHYSICAL_ADDRESS address{};
	uint64_t bus = 0;

	if (find_port(code, [&](vp_port &port) { return bus_address(port, BaseAddress, bus); }))
		address.QuadPart = static_cast<LONGLONG>(bus);
	else
		System::get().refuse(
			code, Counter::BadAddress,
			"%s: the memory is no common buffer and no mapped range: a device has no address for it; lock it, or use VideoPortGetCommonBuffer",
			__func__);
	return address;
}

/**
 * MmMapIoSpace() - map a claimed range for the driver
 * @PhysicalAddress: from an access range of one of its adapters, or inside one.
 * @NumberOfBytes: bytes.
 * @CacheEnable: MmWriteCombined is, all others are not cached.
 *
 * Documented: MmMapIoSpace.
 *
 * Context: PASSIVE.
 * Return: the mapped address, or NULL.
 */
PVOID MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
		   MEMORY_CACHING_TYPE CacheEnable)
{
	const void *code = __builtin_return_address(0);
	auto address = static_cast<uint64_t>(PhysicalAddress.QuadPart);

	if (!System::get().allowed_up_to(__func__, VP_PASSIVE, code))
		return nullptr;

	auto port = find_port(
		code, [&](vp_port &each) { return each.resources.has(address, NumberOfBytes); });

	if (!port) {
		System::get().refuse(
			code, Counter::BadAddress,
			"%s: %llu bytes at 0x%llx are not a claimed range of an adapter of this driver: claim it by VideoPortGetAccessRanges first",
			__func__, NumberOfBytes, static_cast<unsigned long long>(address));
		return nullptr;
	}
	return port->map_for_miniport(__func__, address, NumberOfBytes,
				      CacheEnable == MmWriteCombined ? VIDEO_MEMORY_SPACE_P6CACHE
								     : 0);
}

/** MmUnmapIoSpace() - undo it; the size is not looked at. PASSIVE; unmapped later elsewhere. */
VOID MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
	const void *code = __builtin_return_address(0);
	uint64_t bus;
	auto port = find_port(
		code, [&](vp_port &each) { return each.resources.bus_address(BaseAddress, bus); });

	(void)NumberOfBytes;
	if (!port || !port->unmap_for_miniport(BaseAddress, vp_context_now()))
		System::get().refuse(code, Counter::BadAddress,
				     "%s: the address is not one that was mapped for this driver",
				     __func__);
	else
		(void)System::get().allowed_up_to(__func__, VP_PASSIVE, code, "unmapped later");
}

/* ---- Buses ---- */

static Registry::Kept on_bus(const char *call, BUS_DATA_TYPE type, ULONG bus, ULONG slot,
			     const void *buffer, const void *code, bool &bus_is_there)
{
	bus_is_there = false;
	if (type != PCIConfiguration || !buffer) {
		System::get().refuse(code, Counter::BadParameter, "%s: %s", call,
				     buffer ? "only PCIConfiguration has data"
					    : "the buffer is NULL");
		return {};
	}
	return find_port(code, [&](vp_port &port) {
		struct vp_device_ids ids;

		vp_device_ids(port.device(), &ids);
		bus_is_there |= ids.bus == bus;
		return ids.bus == bus && ids.slot == slot;
	});
}

/**
 * HalGetBusDataByOffset() - read the configuration space of an adapter of the driver
 * @BusDataType: PCIConfiguration; nothing else has data.
 * @BusNumber: of the bus.
 * @SlotNumber: a PCI_SLOT_NUMBER. What other drivers have is not shown.
 * @Buffer: receives the bytes.
 * @Offset: first byte.
 * @Length: bytes.
 *
 * Documented: HalGetBusDataByOffset.
 *
 * Context: any.
 * Return: bytes read; 2, and 0xffff as the vendor, if there is no such adapter on the bus; 0 if
 *	there is none on that bus at all.
 */
ULONG HalGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
			    PVOID Buffer, ULONG Offset, ULONG Length)
{
	bool bus_is_there;
	auto port = on_bus(__func__, BusDataType, BusNumber, SlotNumber, Buffer,
			   __builtin_return_address(0), bus_is_there);

	if (port)
		return static_cast<ULONG>(vp_config_read(port->device(), Offset, Buffer, Length));
	if (!bus_is_there || Offset || Length < sizeof(USHORT))
		return 0;
	__builtin_memset(Buffer, 0xff, sizeof(USHORT));
	return sizeof(USHORT);
}

/** HalGetBusData() - the same from the first byte on. */
ULONG HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
		    ULONG Length)
{
	bool bus_is_there;
	auto port = on_bus(__func__, BusDataType, BusNumber, SlotNumber, Buffer,
			   __builtin_return_address(0), bus_is_there);

	if (port)
		return static_cast<ULONG>(vp_config_read(port->device(), 0, Buffer, Length));
	if (!bus_is_there || Length < sizeof(USHORT))
		return 0;
	__builtin_memset(Buffer, 0xff, sizeof(USHORT));
	return sizeof(USHORT);
}

/** HalSetBusDataByOffset() - write it. Any context. Return: bytes written; 0 for no adapter. */
ULONG HalSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
			    PVOID Buffer, ULONG Offset, ULONG Length)
{
	bool bus_is_there;
	auto port = on_bus(__func__, BusDataType, BusNumber, SlotNumber, Buffer,
			   __builtin_return_address(0), bus_is_there);

	return port ? static_cast<ULONG>(vp_config_write(port->device(), Offset, Buffer, Length))
		    : 0;
}

/** HalSetBusData() - the same from the first byte on. */
ULONG HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
		    ULONG Length)
{
	bool bus_is_there;
	auto port = on_bus(__func__, BusDataType, BusNumber, SlotNumber, Buffer,
			   __builtin_return_address(0), bus_is_there);

	return port ? static_cast<ULONG>(vp_config_write(port->device(), 0, Buffer, Length)) : 0;
}

/**
 * HalTranslateBusAddress() - what the processor calls an address of a bus
 * @InterfaceType: PCIBus; no other bus is there.
 * @BusNumber: not looked at: access ranges are the processor's already.
 * @BusAddress: the address.
 * @AddressSpace: 0 for memory, 1 for I/O; stays as it is.
 * @TranslatedAddress: receives the same address.
 *
 * Context: any.
 * Return: FALSE for another bus, or a NULL pointer.
 */
BOOLEAN HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
			       PHYSICAL_ADDRESS BusAddress, PULONG AddressSpace,
			       PPHYSICAL_ADDRESS TranslatedAddress)
{
	(void)BusNumber;
	if (InterfaceType != PCIBus || !AddressSpace || *AddressSpace > 1 || !TranslatedAddress) {
		System::get().refuse(__builtin_return_address(0), Counter::BadParameter,
				     "%s: bus type %d: only PCI (%d), memory (0) or I/O (1)",
				     __func__, InterfaceType, PCIBus);
		return FALSE;
	}
	*TranslatedAddress = BusAddress;
	return TRUE;
}

} // extern "C"
