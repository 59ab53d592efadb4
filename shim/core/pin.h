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
	Pin() = default;
	Pin(Pin &&other) : pin_(std::exchange(other.pin_, nullptr)), written_(other.written_) {}
	Pin &operator=(Pin &&other)
	{
		std::swap(pin_, other.pin_);
		std::swap(written_, other.written_);
		return *this;
	}
	~Pin()
	{
		if (pin_)
			vp_unpin(pin_, written_);
	}

	/** Pin memory of the calling client. Return: 0 or an error of vp_pin_user(). */
	[[nodiscard]] int user(vp_device *device, uint64_t address, size_t length, bool write)
	{
		return vp_pin_user(device, address, length, write, &pin_);
	}

	/** Pin memory of ours, which the caller keeps alive longer than this object. */
	[[nodiscard]] int kernel(vp_device *device, const void *memory, size_t length)
	{
		return vp_pin_kernel(device, memory, length, &pin_);
	}

	/** A device may have written: the pages become dirty when they are unpinned. */
	void device_may_write() { __atomic_store_n(&written_, true, __ATOMIC_RELAXED); }

	vp_pin *get() const { return pin_; }
	size_t pages() const { return pin_ ? vp_pin_pages(pin_) : 0; }
	size_t page_offset() const { return vp_pin_offset(pin_); }

private:
	vp_pin *pin_ = nullptr;
	bool written_ = false;
};

/** Invariant: while it lives its device can reach the part of the pin that it maps. */
class [[nodiscard]] Mapping {
public:
	Mapping() = default;
	Mapping(Mapping &&other)
		: mapping_(std::exchange(other.mapping_, nullptr)),
		  take_back_(other.take_back_)
	{
	}
	Mapping &operator=(Mapping &&other)
	{
		std::swap(mapping_, other.mapping_);
		std::swap(take_back_, other.take_back_);
		return *this;
	}
	~Mapping() { unmap(); }

	/**
	 * Map a part of @pin and hand it to the device.
	 * Return: 0 or an error of vp_map().
	 */
	[[nodiscard]] int map(vp_device *device, const Pin &pin, size_t offset, size_t length,
			      vp_direction direction)
	{
		take_back_ = direction == VP_FROM_DEVICE;
		return vp_map(device, pin.get(), offset, length, direction, &mapping_);
	}

	/**
	 * The same for all of @pin, of which nothing else is being mapped.
	 * Return: 0 or an error of vp_map_whole().
	 */
	[[nodiscard]] int map_whole(vp_device *device, const Pin &pin, vp_direction direction)
	{
		take_back_ = direction == VP_FROM_DEVICE;
		return vp_map_whole(device, pin.get(), direction, &mapping_);
	}

	/** Undo the mapping now. */
	void unmap()
	{
		if (vp_mapping *mapping = std::exchange(mapping_, nullptr))
			vp_unmap(mapping, take_back_);
	}

	/** The device may have written without our knowing: take all of it back in the end. */
	void take_back_at_end() { __atomic_store_n(&take_back_, true, __ATOMIC_RELAXED); }
	/** It tells us of each: what was taken back then must not be taken back again. */
	void told_at_end() { __atomic_store_n(&take_back_, false, __ATOMIC_RELAXED); }

	void sync_for_device(size_t offset, size_t length)
	{
		vp_sync_for_device(mapping_, offset, length);
	}
	void sync_for_cpu(size_t offset, size_t length)
	{
		vp_sync_for_cpu(mapping_, offset, length);
	}

	/** How many elements of @most bytes a part has. */
	size_t count(size_t offset, size_t length, uint32_t most) const
	{
		return vp_mapping_list(mapping_, offset, length, most, nullptr, 0, SIZE_MAX);
	}
	/** List them: no more than @room of them. Return: how many. */
	template <class Element>
	size_t list(size_t offset, size_t length, uint32_t most, Element *elements,
		    size_t room) const
	{
		return vp_mapping_list(mapping_, offset, length, most, elements, sizeof(Element),
				       room);
	}

	explicit operator bool() const { return mapping_; }

private:
	vp_mapping *mapping_ = nullptr;
	bool take_back_ = false;
};

} // namespace vp

#endif
