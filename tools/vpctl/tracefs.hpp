// SPDX-License-Identifier: GPL-2.0
/*
 * A trace buffer of our own in tracefs: an instance, which goes when this does, so that whoever else
 * traces is not disturbed and nothing is left switched on.
 */
#ifndef VPCTL_TRACEFS_HPP
#define VPCTL_TRACEFS_HPP

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "terms.hpp"

namespace vpctl {

class TraceInstance {
public:
	/// Throws Failure: no tracefs, no permission, no module.
	explicit TraceInstance(const Common &common);
	TraceInstance(const TraceInstance &) = delete;
	TraceInstance &operator=(const TraceInstance &) = delete;
	~TraceInstance();

	/// The module's events, without their "vp_".
	std::vector<std::string> events() const;
	/// Switch one on, for what the filter says; an empty one: all. Throws Failure.
	void enable(const std::string &event, const std::string &filter) const;
	/// Switch all off; what was traced can still be read.
	void disable() const;
	/// The text of what is traced, as a descriptor for poll() and read() that does not wait.
	int pipe() const { return pipe_; }

private:
	void remove_abandoned() const;

	std::filesystem::path tracefs_, folder_;
	int pipe_ = -1;
};

} // namespace vpctl

#endif // VPCTL_TRACEFS_HPP
