// SPDX-License-Identifier: GPL-2.0
/*
 * What the demo's steps hand on to each other, and the few words that they share: how much is
 * pinned, how a refusal is told, what a buffer is filled with. Owns nothing.
 */
#ifndef DEMO_STORY_HPP
#define DEMO_STORY_HPP

#include <optional>
#include <string>

#include "../guest/memory.hpp"
#include "../guest/proof.hpp"
#include "../guest/report.hpp"
#include "../libvideoport/videoport.hpp"
#include "../miniports/edu/client.hpp"

using videoport::Device;
using videoport::Region;
using videoport::Reply;

inline constexpr size_t buffer_bytes = 66003; // odd on purpose, and more than 64 KiB
inline constexpr size_t offset_in_page = 0x123;

/// What the steps hand on to each other.
struct Story {
	Report &report;
	Device &device;
	Region &source;
	Region &destination;
	int64_t pins_before = 0;
	uint64_t charge_before = 0;
	uint32_t checksum = 0;
	EDU_LOCKED locked = {};
	bool is_locked = false;
	/// Of the source's first byte, while it was locked.
	std::optional<uint64_t> first_physical = {};
};

/// Pages pinned now, of all processes; -1 if the kernel does not say.
inline int64_t pins_held()
{
	const auto pins = videoport::pins();
	return pins ? pins->held() : -1;
}

/// KiB of pinned memory that this process is charged for.
inline uint64_t charge()
{
	return videoport::pinned_kib().value_or(UINT64_MAX);
}

/// Words for a request that was refused.
inline void refused(Report &report, const char *what, const Reply &reply)
{
	report.line(text("%s was refused: %s", what, reply.name().c_str()));
}

/// A pattern without repetition in a page or a transfer: xorshift.
inline void fill(Region &region, uint32_t seed)
{
	for (std::byte &byte : region.bytes()) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		byte = static_cast<std::byte>(seed);
	}
}

#endif // DEMO_STORY_HPP
