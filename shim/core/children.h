/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An adapter's children: monitors and chips, as HwVidGetVideoChildDescriptor tells them. Owns what
 * was told of each, and each one's device extension. Told anew under the adapter's request mutex;
 * looked at from anywhere.
 */
#ifndef VP_CORE_CHILDREN_H
#define VP_CORE_CHILDREN_H

#include <cstdint>

#include <video.h>

#include "counters.h"
#include "edid.h"
#include "lock.h"
#include "memory.h"

namespace vp {

/** A child that the miniport has told of. */
struct Child {
	Child() = default;
	Child(const Child &) = delete;
	Child &operator=(const Child &) = delete;
	~Child() { vp_free(extension); }

	vp_child shown{};
	PVOID extension = nullptr; /* ChildHwDeviceExtension */
};

class Children {
public:
	Children(SpinLock &lock, Counters &counters) : lock_(lock), counters_(counters) {}
	Children(const Children &) = delete;
	Children &operator=(const Children &) = delete;
	~Children();

	/**
	 * Ask the miniport for all of them, from index 1 on. PASSIVE, one at a time.
	 * Return: a bit for each slot of copy() that is not as it was.
	 */
	[[nodiscard]] uint32_t enumerate(PVOID extension, const VIDEO_HW_INITIALIZATION_DATA &hw);

	/** What is known of the child in a slot. Any context. Return: false if there is none. */
	[[nodiscard]] bool copy(unsigned int slot, vp_child &child) const;

private:
	struct Descriptor {
		uint8_t bytes[edid_most];
	};

	Owned<Child> make(unsigned int slot, size_t extension_bytes);
	/** Put a child into its slot, or nullptr. Return: the slot's bit, if that changes it. */
	uint32_t set(unsigned int slot, Child *child);
	void describe(vp_child &shown, const Descriptor &descriptor);
	bool is_named(unsigned int slot, uint32_t type, uint32_t uid);

	SpinLock &lock_;
	Counters &counters_;
	Child *slots_[VP_MAX_CHILDREN]{}; /* changed under lock_ */
};

} // namespace vp

#endif
