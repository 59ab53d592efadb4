/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The copy of the adapter's expansion ROM that VideoPortGetRomImage hands out: one at a time, which
 * the port owns and frees. PASSIVE.
 */
#ifndef VP_CORE_ROM_IMAGE_H
#define VP_CORE_ROM_IMAGE_H

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "lock.h"

namespace vp {

class RomImage {
public:
	RomImage(vp_device *device, Counters &counters) : device_(device), counters_(counters) {}
	RomImage(const RomImage &) = delete;
	RomImage &operator=(const RomImage &) = delete;
	~RomImage() { release(); }

	/** Free the copy before, and make one of @length bytes. nullptr: said why. */
	[[nodiscard]] void *read(const char *call, size_t length);
	void release();

	/**
	 * Call @look(bytes) with what is at @at if all of it is in the copy; it stays meanwhile.
	 * Return: false if it is not.
	 */
	template <class Look> bool with(const void *at, size_t length, Look look)
	{
		MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
		auto from = reinterpret_cast<uintptr_t>(at);
		auto start = reinterpret_cast<uintptr_t>(bytes_);

		if (!bytes_ || from < start || length > length_ || from - start > length_ - length)
			return false;
		look(bytes_ + (from - start));
		return true;
	}

private:
	vp_device *device_;
	Counters &counters_;
	Mutex mutex_{VP_MUTEX_ROM};
	uint8_t *bytes_ = nullptr; /* under mutex_ */
	size_t length_ = 0; /* likewise */
};

} // namespace vp

#endif
