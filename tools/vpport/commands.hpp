// SPDX-License-Identifier: GPL-2.0
/*
 * What vpport does, a function for each of its commands. Each prints what came of it, and returns the
 * exit status.
 */
#ifndef VPPORT_COMMANDS_HPP
#define VPPORT_COMMANDS_HPP

#include <string>
#include <vector>

namespace vpport {

constexpr int status_good = 0;
constexpr int status_bad = 1; ///< something is wrong with the driver's files, or does not work
constexpr int status_usage = 2; ///< bad use

struct NewOptions {
	std::string folder; ///< that is to be made
	std::string inf;
	std::string sources; ///< empty: where the INF is
	std::string name; ///< of the module; empty: that of the target or service
	std::string service; ///< empty: the only one
	std::vector<std::string> ids;
	std::vector<std::string> exclude;
	bool link = false;
	bool force = false;
};

/// Make a module folder of a driver.
int command_new(const NewOptions &options);

struct CheckOptions {
	std::string folder;
	std::vector<std::string> exclude;
	bool json = false;
};

/// Say what a driver's sources call, and what of it works.
int command_check(const CheckOptions &options);

struct ApiOptions {
	bool markdown = false;
	bool json = false;
};

/// Print the list of calls.
int command_api(const ApiOptions &options);

} // namespace vpport

#endif /* VPPORT_COMMANDS_HPP */
