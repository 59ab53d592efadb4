/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ranges that a VGA adapter decodes though no base address register names them: which they are,
 * and which of them this adapter has claimed. Nothing else is ever granted. PASSIVE.
 */
#ifndef VP_CORE_LEGACY_RANGES_H
#define VP_CORE_LEGACY_RANGES_H

#include <atomic>
#include <cstdint>

#include <video.h>

#include "counters.h"

namespace vp {

class LegacyRanges {
public:
	/** Which windows, a bit each. */
	using Windows = uint32_t;

	LegacyRanges(vp_device *device, Counters &counters) : device_(device), counters_(counters)
	{
	}
	LegacyRanges(const LegacyRanges &) = delete;
	LegacyRanges &operator=(const LegacyRanges &) = delete;

	/** Is all of the range in windows, which may be claimed if the adapter has them? */
	static bool names(uint64_t start, uint64_t length, bool io);
	/**
	 * Claim the windows that the range touches, all or none.
	 * @added: the windows that were not claimed before are added to it.
	 * Return: false after saying why not.
	 */
	[[nodiscard]] bool claim(const char *call, uint64_t start, uint64_t length, bool io,
				 Windows &added);
	/** All of the range is claimed. */
	bool claimed(uint64_t start, uint64_t length, bool io) const;
	/** A client may see all of the range. */
	static bool for_clients(uint64_t start, uint64_t length);

	/** Give some of what is claimed up. */
	void release(Windows windows);
	void release() { release(claimed_); }

private:
	vp_device *device_;
	Counters &counters_;
	std::atomic<Windows> claimed_{0};
};

} // namespace vp

#endif
