// SPDX-License-Identifier: GPL-2.0
/*
 * Kinds and rates of counters. See counters.hpp.
 */
#include "counters.hpp"

#include <algorithm>
#include <iterator>

namespace vpctl {

Kind kind_of(std::string_view name)
{
	static constexpr std::string_view now[] = {
		"clients",   "adapters",       "locked_buffers", "pinned_pages", "mappings",
		"transfers", "common_buffers", "allocations",	 "events",	 "views",
	};
	static constexpr std::string_view done[] = {
		"requests", "interrupts", "dpcs",      "locked",
		"unlocked", "started",	  "completed", "deferred",
	};

	if (std::find(std::begin(now), std::end(now), name) != std::end(now))
		return Kind::Now;
	return std::find(std::begin(done), std::end(done), name) != std::end(done) ? Kind::Done
										   : Kind::Refused;
}

std::map<std::string, double> rates(const Counters &before, const Counters &now, double seconds)
{
	std::map<std::string, double> found;

	for (const auto &[name, value] : now) {
		const auto old = before.find(name);
		if (old != before.end() && seconds > 0)
			found[name] =
				(static_cast<double>(value) - static_cast<double>(old->second)) /
				seconds;
	}
	return found;
}

} // namespace vpctl
