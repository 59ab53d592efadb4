// SPDX-License-Identifier: GPL-2.0
/*
 * What is pinned and mapped, and how a device gets at it. See iommu.hpp.
 */
#include "iommu.hpp"
#include "device.hpp"
#include "fail.hpp"
#include "machine.hpp"

#include <algorithm>
#include <cstring>
#include <deque>

uint8_t *vp_pin::bytes(size_t at, size_t &part) const
{
	if (kernel) {
		part = std::min(part, length - at);
		return kernel + at;
	}

	size_t from = offset + at;

	part = std::min({part, length - at, sim::page_size - from % sim::page_size});
	return pages[from / sim::page_size]->data + from % sim::page_size;
}

uint64_t vp_pin::physical(size_t at) const
{
	/* of the arena's memory: below 4 GiB, beside the pages */
	constexpr uint64_t kernel_base = 0x40000000;

	if (kernel)
		return kernel_base + (reinterpret_cast<uintptr_t>(kernel + at) & 0x1fffffff);

	size_t from = offset + at;

	return pages[from / sim::page_size]->physical + from % sim::page_size;
}

size_t vp_pin::page_count() const
{
	return (offset + length + sim::page_size - 1) / sim::page_size;
}

namespace sim {

RawLock iommu_lock;
std::vector<vp_mapping *> mappings;
std::vector<Coherent> coherents;

/* Above all physical memory that lies below 4 GiB. */
static constexpr uint64_t low_start = 0x70000000, high_start = 1ull << 33;
static uint64_t low_next = low_start, high_next = high_start;
static constexpr uint64_t narrow_start = 0x100000, narrow_end = 0x1000000;
static uint64_t narrow_next = narrow_start;
static unsigned int last_id;
static std::vector<vp_pin *> pins;

/* What has ended, kept for a while. */
static constexpr size_t kept = 4096;
static std::deque<vp_pin *> ended_pins;
static std::deque<vp_mapping *> ended_mappings;

vp_pin *new_pin()
{
	auto *pin = new vp_pin{};

	pin->id = ++last_id;
	pin->live = true;
	pins.push_back(pin);
	return pin;
}

vp_mapping *new_mapping()
{
	auto *mapping = new vp_mapping{};

	mapping->id = ++last_id;
	mapping->live = true;
	mappings.push_back(mapping);
	return mapping;
}

void retire(vp_pin *pin)
{
	pin->live = false;
	std::erase(pins, pin);
	ended_pins.push_back(pin);
	if (ended_pins.size() > kept) {
		delete ended_pins.front();
		ended_pins.pop_front();
	}
}

void retire(vp_mapping *mapping)
{
	mapping->live = false;
	mapping->bounce = {};
	std::erase(mappings, mapping);
	ended_mappings.push_back(mapping);
	if (ended_mappings.size() > kept) {
		delete ended_mappings.front();
		ended_mappings.pop_front();
	}
}

uint64_t new_logical(size_t length, size_t alignment, bool above)
{
	uint64_t &next = above ? high_next : low_next;
	uint64_t address = (next + alignment - 1) & ~(uint64_t{alignment} - 1);

	/* a page between two, so that whoever runs over the end is blocked */
	next = (address + length + 2 * page_size - 1) & ~(uint64_t{page_size} - 1);
	if (!above && next >= 1ull << 32) {
#ifdef SIM_THREADS
		next = low_start; /* long runs; nothing there is as old as that */
#else
		fail("no logical addresses below 4 GiB are left");
#endif
	}
	return address;
}

uint64_t new_narrow_logical(size_t length, size_t alignment)
{
	uint64_t address = (narrow_next + alignment - 1) & ~(uint64_t{alignment} - 1);

	if (address + length > narrow_end)
		return 0;
	narrow_next = address + length + page_size;
	return address;
}

/* The piece of a live mapping at an address that may be accessed so; or why there is none. */
static uint8_t *target_at(const vp_device &device, uint64_t logical, size_t &part, bool write,
			  bool mark, Access &access)
{
	access = Access::Blocked;
	for (const Coherent &each : coherents) {
		if (each.device == &device && logical >= each.logical &&
		    logical - each.logical < each.size) {
			size_t at = logical - each.logical;

			part = std::min(part, each.size - at);
			access = Access::Done;
			return each.memory + at;
		}
	}
	for (vp_mapping *mapping : mappings) {
		if (mapping->device != &device)
			continue;
		for (const vp_mapping::Piece &piece : mapping->pieces) {
			if (logical < piece.logical || logical - piece.logical >= piece.length)
				continue;
			if (mapping->direction == (write ? VP_TO_DEVICE : VP_FROM_DEVICE)) {
				access = Access::WrongDirection;
				continue;
			}

			size_t at = logical - piece.logical;

			part = std::min(part, piece.length - at);
			if (mark && write)
				mapping->pin->written = true;
			access = Access::Done;
			return piece.target + at;
		}
	}
	return nullptr;
}

/* All of the range, or nothing: first look, then move. */
template <class Move>
static Access access(vp_device &device, uint64_t logical, size_t length, bool write, Move move)
{
	Access result;

	if (!device.master)
		return Access::NoMaster;

	RawGuard guard(iommu_lock);

	for (size_t done = 0, part; done < length; done += part) {
		part = length - done;
		if (!target_at(device, logical + done, part, write, false, result))
			return result;
	}
	for (size_t done = 0, part; done < length; done += part) {
		part = length - done;

		uint8_t *memory = target_at(device, logical + done, part, write, true, result);

		move(memory, done, part);
	}
	return Access::Done;
}

Access device_read(vp_device &device, uint64_t logical, void *to, size_t length)
{
	return access(device, logical, length, false,
		      [&](const uint8_t *memory, size_t done, size_t part) {
			      memcpy(static_cast<uint8_t *>(to) + done, memory, part);
		      });
}

Access device_write(vp_device &device, uint64_t logical, const void *from, size_t length)
{
	return access(device, logical, length, true,
		      [&](uint8_t *memory, size_t done, size_t part) {
			      memcpy(memory, static_cast<const uint8_t *>(from) + done, part);
		      });
}

bool reachable(const vp_device &device, uint64_t logical)
{
	RawGuard guard(iommu_lock);
	size_t part = 1;
	Access result;

	target_at(device, logical, part, false, false, result);
	return result != Access::Blocked;
}

size_t live_pins()
{
	RawGuard guard(iommu_lock);

	return pins.size();
}

size_t live_mappings(const vp_device &device)
{
	RawGuard guard(iommu_lock);

	return static_cast<size_t>(
		std::count_if(mappings.begin(), mappings.end(),
			      [&](const vp_mapping *each) { return each->device == &device; }));
}

size_t live_mapped_bytes(const vp_device &device)
{
	RawGuard guard(iommu_lock);
	size_t bytes = 0;

	for (const vp_mapping *each : mappings)
		if (each->device == &device)
			bytes += each->length;
	return bytes;
}

size_t live_coherent(const vp_device &device)
{
	RawGuard guard(iommu_lock);

	return static_cast<size_t>(
		std::count_if(coherents.begin(), coherents.end(),
			      [&](const Coherent &each) { return each.device == &device; }));
}

void report_mappings_left()
{
	if (!mappings.empty())
		fail("%zu mapping(s) were not undone", mappings.size());
	if (!pins.empty())
		fail("%zu pin(s) were not undone", pins.size());
	if (!coherents.empty())
		fail("%zu coherent buffer(s) were not freed", coherents.size());
}

template <class Kept> static void forget(Kept &ended)
{
	for (auto *each : ended)
		delete each;
	ended.clear();
}

void forget_mappings()
{
	forget(mappings);
	forget(pins);
	forget(ended_mappings);
	forget(ended_pins);
	for (const Coherent &each : coherents)
		free(each.memory);
	coherents.clear();
	low_next = low_start;
	high_next = high_start;
	narrow_next = narrow_start;
	last_id = 0;
}

} // namespace sim
