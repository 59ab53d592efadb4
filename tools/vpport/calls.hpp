// SPDX-License-Identifier: GPL-2.0
/*
 * Which calls of the port and of the kernel a driver's sources make, and where. Comments, strings,
 * what #if 0 leaves out, prototypes, and functions of the driver's own are no calls.
 */
#ifndef VPPORT_CALLS_HPP
#define VPPORT_CALLS_HPP

#include "api_list.hpp"
#include "c_source.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace vpport {

struct Place {
	std::string file;
	Position at;
	bool by_name = false; ///< asked for at run time, through VideoPortGetProcAddress

	auto operator<=>(const Place &) const = default;
};

/// A call, and all places where it is made.
struct CallUse {
	std::string name;
	Standing standing;
	const Call *call; ///< nullptr if there is none
	std::vector<Place> places;
};

/// What a driver itself defines: functions and macros.
std::set<std::string> own_names(const std::vector<CSource> &sources);

/// All calls, by name.
std::vector<CallUse> find_calls(const std::vector<CSource> &sources);

} // namespace vpport

#endif /* VPPORT_CALLS_HPP */
