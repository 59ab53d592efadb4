/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pin and Mapping: what the platform holds for us, each given back exactly once by a destructor.
 * A Mapping must be declared after the Pin that it maps, so that it goes first. PASSIVE for pins.
 */
#ifndef VP_CORE_PIN_H
#define VP_CORE_PIN_H

#include <cstddef>
#include <cstdint>
#include <utility>

#include "platform.h"

namespace vp {

/** Invariant: the pages stay where they are, and are charged, for as long as the object lives. */
class [[nodiscard]] Pin {
public:
	Pin() { pinned_.pin = nullptr; }
	Pin(const Pin &) = delete;
	Pin &operator=(const Pin &) = delete;
	~Pin()
	{
		if (pinned_.pin)
			vp_unpin(pinned_.pin, written_);
	}

	/** Pin memory of the calling client. Return: 0 or an error of vp_pin_user(). */
	[[nodiscard]] int user(vp_device *device, uint64_t address, size_t length, bool write)
	{
		return vp_pin_user(device, address, length, write, &pinned_);
	}

	/** Pin memory of ours, which the caller keeps alive longer than this object. */
	[[nodiscard]] int kernel(vp_device *device, const void *memory, size_t length)
	{
		return vp_pin_kernel(device, memory, length, &pinned_);
	}

	/** A device may have written: the pages become dirty when they are unpinned. */
	void device_may_write() { __atomic_store_n(&written_, true, __ATOMIC_RELAXED); }

	explicit operator bool() const { return pinned_.pin; }
	vp_pin *get() const { return pinned_.pin; }
	size_t pages() const { return pinned_.pin ? pinned_.pages : 0; }
	size_t page_offset() const { return pinned_.offset; }
	uint64_t since_ms() const { return pinned_.since_ms; }

private:
	vp_pinned pinned_; /* the rest is valid with the pin */
	bool written_ = false;
};

/** Invariant: while it lives its device can reach the part of the pin that it maps. */
class [[nodiscard]] Mapping {
public:
	Mapping() { mapped_.mapping = nullptr; }
	Mapping(const Mapping &) = delete;
	Mapping &operator=(const Mapping &) = delete;
	~Mapping() { unmap(); }

	/**
	 * Map a part of @pin and hand it to the device.
	 * Return: 0 or an error of vp_map().
	 */
	[[nodiscard]] int map(vp_device *device, const Pin &pin, size_t offset, size_t length,
			      vp_direction direction)
	{
		take_back_ = direction == VP_FROM_DEVICE;
		return vp_map(device, pin.get(), offset, length, direction, &mapped_);
	}

	/**
	 * The same for all of @pin, of which nothing else is being mapped.
	 * Return: 0 or an error of vp_map_whole().
	 */
	[[nodiscard]] int map_whole(const Pin &pin, vp_direction direction)
	{
		take_back_ = direction == VP_FROM_DEVICE;
		return vp_map_whole(pin.get(), direction, &mapped_);
	}

	/** Undo the mapping now. */
	void unmap()
	{
		if (vp_mapping *mapping = std::exchange(mapped_.mapping, nullptr))
			vp_unmap(mapping, take_back_ && mapped_.needs_sync);
	}

	/** The device may have written without our knowing: take all of it back in the end. */
	void take_back_at_end() { __atomic_store_n(&take_back_, true, __ATOMIC_RELAXED); }
	/** It tells us of each: what was taken back then must not be taken back again. */
	void told_at_end() { __atomic_store_n(&take_back_, false, __ATOMIC_RELAXED); }

	void sync_for_device(size_t offset, size_t length)
	{
		if (mapped_.needs_sync)
			vp_sync_for_device(mapped_.mapping, offset, length);
	}
	void sync_for_cpu(size_t offset, size_t length)
	{
		if (mapped_.needs_sync)
			vp_sync_for_cpu(mapped_.mapping, offset, length);
	}

	/** The segments that the device sees of all of it. */
	size_t segments() const { return mapped_.segments; }
	/** Logical address of the first one. */
	uint64_t first() const { return mapped_.first; }
	/** Its memory must be handed over and taken back. */
	bool needs_sync() const { return mapped_.needs_sync; }
	/** How many elements of @most bytes a part has. */
	size_t count(size_t offset, size_t length, uint32_t most) const
	{
		return vp_mapping_list(mapped_.mapping, offset, length, most, nullptr, 0, SIZE_MAX);
	}
	/** List them: no more than @room of them. Return: how many. */
	template <class Element>
	size_t list(size_t offset, size_t length, uint32_t most, Element *elements,
		    size_t room) const
	{
		return vp_mapping_list(mapped_.mapping, offset, length, most, elements,
				       sizeof(Element), room);
	}

	explicit operator bool() const { return mapped_.mapping; }

private:
	vp_mapped mapped_; /* the rest is valid with the mapping */
	bool take_back_; /* likewise */
};

} // namespace vp

#endif
