/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running a script from its begin to its end, and making one that fails shorter.
 */
#ifndef SIM_RANDOM_RUN_HPP
#define SIM_RANDOM_RUN_HPP

#include <functional>
#include <string>

#include "step.hpp"

namespace sim {

/// What came of a script that ran to its end.
struct Outcome {
	uint64_t digest; ///< the same for the same script
	uint64_t done; ///< steps that could do anything
};

/// Run it. Failures go to the failure handler; @p before is called before each step.
Outcome run_script(const Script &script,
		   const std::function<void(size_t index, const Step &step)> &before = nullptr,
		   bool echo_log = false);

/// How a script fails, found out in a process of its own.
struct Verdict {
	bool fails = false;
	std::string message; ///< of the platform, or of a sanitizer
	size_t step = 0; ///< that it failed in; the number of steps: at the end
};
Verdict judge(const Script &script);

/// The shortest script found that still fails. @p progress is called now and then.
Script shrink(const Script &script, const std::function<void(size_t steps)> &progress);

} // namespace sim

#endif
