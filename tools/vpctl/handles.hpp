// SPDX-License-Identifier: GPL-2.0
/*
 * The handles of an adapter, as debugfs shows them. Parses text; opens nothing.
 */
#ifndef VPCTL_HANDLES_HPP
#define VPCTL_HANDLES_HPP

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace vpctl {

struct Handle {
	std::string token; ///< "0x..."
	std::string kind; ///< "buffer", "events", "adapter", "event", "report"
	std::string access; ///< of the device: "read" or "write"
	uint64_t bytes = 0;
	uint64_t pages = 0;
	uint64_t segments = 0;
	uint64_t in_flight = 0;
	uint64_t age_ms = 0;
	uint64_t client = 0; ///< 0: the miniport's own
	uint64_t uid = 0;
	uint64_t pid = 0;
	std::string command; ///< of the process that opened the adapter
};

/// Columns are found by their headings, so that a newer module may have more. Throws Failure.
std::vector<Handle> parse_handles(std::istream &text);

} // namespace vpctl

#endif // VPCTL_HANDLES_HPP
