// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of vpctl, each in a file of its own: what the command line says to it, and a function
 * that does it and returns the exit status.
 */
#ifndef VPCTL_COMMANDS_HPP
#define VPCTL_COMMANDS_HPP

#include <string>
#include <vector>

#include "terms.hpp"

namespace vpctl {

struct ListOptions {
	std::vector<std::string> adapters;
};
int list(const Common &common, const ListOptions &options);

struct StatOptions {
	std::vector<std::string> adapters;
	double watch = 0; ///< seconds between two looks; 0: one look
	unsigned int count = 0; ///< of looks; 0: until it is interrupted
	bool all = false; ///< counters that are zero, too
};
int stat(const Common &common, const StatOptions &options);

struct LocksOptions {
	std::vector<std::string> adapters;
	bool all = false; ///< handles of every kind
};
int locks(const Common &common, const LocksOptions &options);

struct RequestOptions {
	std::string adapter;
	std::string code;
	std::string hex; ///< input as hexadecimal digits
	std::string file; ///< input from a file; "-": standard input
	unsigned int output = 4096; ///< bytes of room for the answer
	bool raw = false; ///< the answer's bytes alone
};
int request(const Common &common, const RequestOptions &options);

struct SelftestOptions {
	std::string adapter;
};
int selftest(const Common &common, const SelftestOptions &options);

struct TraceOptions {
	std::vector<std::string> events; ///< empty: all
	std::string adapter; ///< empty: all
	std::string handle; ///< empty: all
	double seconds = 0; ///< 0: until it is interrupted
	bool raw = false; ///< the kernel's own lines
	std::vector<std::string> command; ///< to run meanwhile; the trace ends with it
};
int trace(const Common &common, const TraceOptions &options);

} // namespace vpctl

#endif // VPCTL_COMMANDS_HPP
