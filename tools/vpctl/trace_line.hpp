// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the kernel's trace, taken apart, and said so that a person can read it. Opens nothing.
 */
#ifndef VPCTL_TRACE_LINE_HPP
#define VPCTL_TRACE_LINE_HPP

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vpctl {

struct TraceLine {
	std::string task; ///< the process that ran, which need not be the client
	std::string pid;
	std::string cpu;
	double seconds = 0; ///< of the kernel's clock
	std::string event; ///< "lock", without its "vp_"
	std::map<std::string, std::string, std::less<>> fields;

	std::string_view field(std::string_view name) const;
	uint64_t number(std::string_view name) const;
};

/// Nothing if it is no line of an event of ours.
std::optional<TraceLine> parse_trace_line(std::string_view line);

/// What happened: "locks 8 KiB, 2 pages, 1 segment, ...".
std::string say(const TraceLine &line);

} // namespace vpctl

#endif // VPCTL_TRACE_LINE_HPP
