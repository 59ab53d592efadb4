// SPDX-License-Identifier: GPL-2.0
/*
 * A device's ranges, configuration space and coherent memory. See device.hpp.
 */
#include "device.hpp"
#include "fail.hpp"
#include "iommu.hpp"
#include "machine.hpp"
#include "view.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

using namespace sim;

/* What vp_bar_map() gave for memory, of all devices. */
struct MappedRange {
	const vp_device *device;
	const uint8_t *address;
	size_t length;
	unsigned int index;
	uint64_t offset;
};

static RawLock ranges_lock;
static std::vector<MappedRange> ranges;

/* The claimed legacy ranges have all of it. */
static bool has_legacy(const vp_device &device, uint64_t start, uint64_t length, bool io)
{
	uint64_t bytes = 0;

	for (const vp_bar &each : device.legacy) {
		uint64_t from = std::max(start, each.start);
		uint64_t to = std::min(start + length, each.start + each.length);

		if (each.io == io && from < to)
			bytes += to - from;
	}
	return length && bytes == length;
}

vp_device::vp_device(unsigned int device_number)
	: number(device_number),
	  bars{},
	  ids{0x1234, 0x11e8, 0x1af4, 0x1100, 0x10, 0, device_number + 3, 11}
{
	uint64_t offset = device_number * 0x10000000ull;

	bars[0] = {0xc0000000 + offset, 16 << 20, false};
	bars[2] = {0xfe000000 + offset / 0x1000, 0x1000, false};
	bars[4] = {0xc000 + device_number * 0x100, 0x20, true};
	for (size_t i = 0; i < sizeof(config); i++)
		config[i] = static_cast<uint8_t>(i);
}

vp_device::~vp_device()
{
	if (claimed)
		fail("device %u: its ranges are still claimed", number);
	if (!legacy.empty())
		fail("device %u: %zu legacy range(s) are still claimed", number, legacy.size());
	if (!mapped.empty())
		fail("device %u: %zu range(s) are still mapped", number, mapped.size());
	if (size_t left = live_views(*this))
		fail("device %u: %zu view(s) of it are left", number, left);
	if (connected)
		fail("device %u: its interrupt is still connected", number);
	if (master)
		fail("device %u: it may still start transfers", number);
	if (timer_armed || dpc_pending || work_pending || watch_armed || enumerate_pending)
		fail("device %u: still to run:%s%s%s%s%s", number, timer_armed ? " timer" : "",
		     dpc_pending ? " DPC" : "", work_pending ? " work" : "",
		     watch_armed ? " watch" : "", enumerate_pending ? " enumeration" : "");
}

extern "C" {

void vp_bar_info(vp_device *device, unsigned int index, vp_bar *bar)
{
	if (index >= VP_MAX_BARS) {
		*bar = {};
		return;
	}
	*bar = device->bars[index];
}

int vp_bars_claim(vp_device *device)
{
	may_sleep("vp_bars_claim()");
	point();
	if (inject(Fallible::Claim) || device->busy)
		return -VP_EBUSY;
	if (device->claimed)
		fail("vp_bars_claim() of what is claimed");
	device->claimed = true;
	return 0;
}

void vp_bars_release(vp_device *device)
{
	may_sleep("vp_bars_release()");
	if (!device->claimed)
		fail("vp_bars_release() of what is not claimed");
	if (!device->mapped.empty())
		fail("vp_bars_release() while %zu part(s) are mapped", device->mapped.size());
	if (views_of_bars(*device))
		fail("vp_bars_release() while a client has %zu view(s) of them",
		     views_of_bars(*device));
	device->claimed = false;
}

void *vp_bar_map(vp_device *device, unsigned int index, uint64_t offset, size_t length, bool)
{
	may_sleep("vp_bar_map()");
	point();
	if (inject(Fallible::BarMap))
		return nullptr;
	const bool legacy = index >= VP_MAX_BARS;
	const bool io = legacy ? index == VP_LEGACY_PORTS : device->bars[index].io;

	if (legacy && !has_legacy(*device, offset, length, io)) {
		fail("vp_bar_map() of %zu bytes at 0x%llx, which are no claimed legacy range",
		     length, static_cast<unsigned long long>(offset));
		return nullptr;
	}
	if (!legacy) {
		const vp_bar &bar = device->bars[index];

		if (!device->claimed)
			fail("vp_bar_map() of what is not claimed");
		if (!length || offset >= bar.length || length > bar.length - offset) {
			fail("vp_bar_map() of %zu bytes at %llu of BAR %u", length,
			     static_cast<unsigned long long>(offset), index);
			return nullptr;
		}
	}
	if (io)
		return reinterpret_cast<void *>((legacy ? 0 : device->bars[index].start) + offset);

	/* An address that nobody may touch, but as a register. */
	static std::atomic<uintptr_t> next{0x300000000000};
	void *address = reinterpret_cast<void *>(next.fetch_add(1 << 25) + offset % page_size);

	device->mapped.push_back(address);

	RawGuard guard(ranges_lock);

	ranges.push_back({device, static_cast<uint8_t *>(address), length, index, offset});
	return address;
}

void vp_bar_unmap(vp_device *device, void *address)
{
	may_sleep("vp_bar_unmap()");
	point();
	if (!std::erase(device->mapped, address))
		fail("vp_bar_unmap() of %p, which is not mapped", address);

	RawGuard guard(ranges_lock);

	std::erase_if(ranges, [&](const MappedRange &each) { return each.address == address; });
}

uint8_t vp_register_byte(const void *mapped)
{
	auto *byte = static_cast<const uint8_t *>(mapped);
	RawGuard guard(ranges_lock);

	for (const MappedRange &each : ranges) {
		if (byte < each.address || byte >= each.address + each.length)
			continue;

		uint64_t at = each.offset + static_cast<uint64_t>(byte - each.address) - 0xc0000;
		const auto &rom = each.device->rom;

		return each.index == VP_LEGACY_MEMORY && at < rom.size() ? rom[at] : 0xff;
	}
	fail("vp_register_byte() of %p, which is not mapped", mapped);
	return 0;
}

bool vp_vga_enabled(vp_device *device)
{
	may_sleep("vp_vga_enabled()");
	return device->vga;
}

const char *vp_legacy_claim(vp_device *device, uint64_t start, uint64_t length, bool io)
{
	may_sleep("vp_legacy_claim()");
	point();
	if (!device->vga)
		fail("vp_legacy_claim() for an adapter that is not the VGA device");
	for (const vp_bar &each : device->legacy)
		if (each.io == io && start < each.start + each.length &&
		    each.start < start + length)
			fail("vp_legacy_claim() of 0x%llx, which is claimed",
			     static_cast<unsigned long long>(start));
	if (device->legacy_used == start || inject(Fallible::Claim))
		return "another driver";
	device->legacy.push_back({start, length, io});
	return nullptr;
}

void vp_legacy_release(vp_device *device, uint64_t start, uint64_t length, bool io)
{
	may_sleep("vp_legacy_release()");
	if (!io) {
		RawGuard guard(ranges_lock);

		for (const MappedRange &each : ranges)
			if (each.device == device && each.index == VP_LEGACY_MEMORY &&
			    each.offset < start + length && start < each.offset + each.length)
				fail("vp_legacy_release() of 0x%llx, which is mapped",
				     static_cast<unsigned long long>(start));
		if (views_of_bars(*device))
			fail("vp_legacy_release() while a client has views of the device");
	}
	if (!std::erase_if(device->legacy, [&](const vp_bar &each) {
		    return each.start == start && each.length == length && each.io == io;
	    }))
		fail("vp_legacy_release() of 0x%llx, which is not claimed",
		     static_cast<unsigned long long>(start));
}

size_t vp_rom_size(vp_device *device)
{
	may_sleep("vp_rom_size()");
	return device->rom_space;
}

size_t vp_rom_read(vp_device *device, void *buffer, size_t length)
{
	may_sleep("vp_rom_read()");
	length = std::min(length, device->rom.size());
	memcpy(buffer, device->rom.data(), length);
	return length;
}

void vp_device_ids(vp_device *device, struct vp_device_ids *ids)
{
	*ids = device->ids;
}

size_t vp_config_read(vp_device *device, size_t offset, void *buffer, size_t length)
{
	if (offset >= sizeof(device->config))
		return 0;
	length = std::min(length, sizeof(device->config) - offset);
	memcpy(buffer, device->config + offset, length);
	return length;
}

size_t vp_config_write(vp_device *device, size_t offset, const void *buffer, size_t length)
{
	if (offset >= sizeof(device->config))
		return 0;
	length = std::min(length, sizeof(device->config) - offset);
	memcpy(device->config + offset, buffer, length);
	return length;
}

void vp_bus_master(vp_device *device, bool on)
{
	device->master = on;
}

void *vp_coherent_alloc(vp_device *device, size_t bytes, unsigned int bits, uint64_t *logical)
{
	constexpr size_t most = 16 << 20;

	may_sleep("vp_coherent_alloc()");
	point();
	if (!bytes)
		fail("vp_coherent_alloc() of 0 bytes");
	if (bits > 64)
		fail("vp_coherent_alloc() with %u bits of address", bits);
	bits = std::min<unsigned int>(bits, device->mask_bits);
	if (inject(Fallible::Coherent) || bytes > most)
		return nullptr;

	size_t order = std::max(std::bit_ceil(bytes), page_size);

	RawGuard guard(iommu_lock);
	uint64_t address =
		bits < 32 ? new_narrow_logical(order, order) : new_logical(order, order, false);

	if (!address || (bits < 32 && (address + bytes - 1) >> bits))
		return nullptr;

	auto *memory = static_cast<uint8_t *>(aligned_alloc(page_size, order));

	memset(memory, 0, order);
	*logical = address;
	coherents.push_back({device, memory, bytes, *logical});
	return memory;
}

/* Nothing is linked against here. */
void *vp_procedure(const char *)
{
	return nullptr;
}

void vp_coherent_free(vp_device *device, size_t bytes, void *memory, uint64_t logical)
{
	may_sleep("vp_coherent_free()");
	point();

	RawGuard guard(iommu_lock);
	size_t freed = std::erase_if(coherents, [&](const Coherent &each) {
		return each.device == device && each.memory == memory && each.size == bytes &&
		       each.logical == logical;
	});

	if (!freed) {
		fail("vp_coherent_free() of %zu bytes at %p, 0x%llx: no such buffer", bytes, memory,
		     static_cast<unsigned long long>(logical));
		return;
	}
	if (size_t shown = views_of_memory(memory))
		fail("vp_coherent_free() of %zu bytes while a client has %zu view(s) of them",
		     bytes, shown);
	memset(memory, 0xdb, bytes);
	free(memory);
}

} // extern "C"
