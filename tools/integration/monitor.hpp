// SPDX-License-Identifier: GPL-2.0
/*
 * What the probe's software monitor is given: EDIDs, right and wrong, and their way into it.
 */
#ifndef INTEGRATION_MONITOR_HPP
#define INTEGRATION_MONITOR_HPP

#include <cstring>
#include <numeric>
#include <vector>

#include "probe.hpp"

namespace integration {

using Bytes = std::vector<uint8_t>;

/// An EDID of one block, or of two, with right sums.
inline Bytes make_edid(unsigned int extensions = 0)
{
	Bytes edid(128 * (1 + extensions));
	for (size_t i = 0; i < edid.size(); i++)
		edid[i] = static_cast<uint8_t>(i * 29 + 5);
	for (size_t i = 0; i < 8; i++)
		edid[i] = i == 0 || i == 7 ? 0 : 0xff;
	edid[126] = static_cast<uint8_t>(extensions);
	for (size_t start = 0; start < edid.size(); start += 128) {
		const auto first = edid.begin() + static_cast<ptrdiff_t>(start);
		first[127] = static_cast<uint8_t>(-std::accumulate(first, first + 127, 0));
	}
	return edid;
}

inline Bytes first_block(Bytes edid)
{
	edid.resize(128);
	return edid;
}

/// Put an EDID into the monitor. It has no fault afterwards.
inline void plug_in(const Probe &probe, Bytes edid)
{
	constexpr size_t part = 56;
	edid.resize(256);
	for (size_t offset = 0; offset < edid.size(); offset += part) {
		uint64_t words[7] = {};
		memcpy(words, &edid[offset], std::min(part, edid.size() - offset));
		probe.call(ProbeMonitorFill, {offset, words[0], words[1], words[2], words[3],
					      words[4], words[5], words[6]});
	}
	probe.call(ProbeMonitorFault, {0, 0});
}

} // namespace integration

#endif // INTEGRATION_MONITOR_HPP
