// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's adapter as the client sees it: the methods by name, and the requests that run them.
 */
#ifndef BENCH_ADAPTER_HPP
#define BENCH_ADAPTER_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "benchioctl.h"
#include "videoport.hpp"

namespace bench {

/// The names of all methods, in the order of enum bench_method.
const std::vector<std::string> &method_names();
/// Throws std::invalid_argument for a name that is none.
bench_method method_named(const std::string &name);

/// A buffer of the client.
struct Buffer {
	uint64_t address;
	uint32_t length; ///< bytes
};

/// The open adapter. Throws std::runtime_error when the miniport refuses: the guest's log says why.
class Adapter {
public:
	Adapter();

	/// Run cycles, so many and for so long at least; the quickest counts.
	bench_answer measure(bench_method method, const Buffer &buffer, unsigned int rounds,
			     std::chrono::microseconds least) const;
	bench_layout layout(const Buffer &buffer) const;
	bench_clock clock() const;
	/// Lock the buffer so often by one method, until drop().
	void hold(bench_method method, const Buffer &buffer, unsigned int locks) const;
	void drop(bench_method method, const Buffer &buffer) const;

	int fd() const { return device_.fd(); }

private:
	void check(const videoport::Reply &reply, const std::string &what) const;

	videoport::Device device_;
};

} // namespace bench

#endif
