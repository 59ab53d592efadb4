// SPDX-License-Identifier: GPL-2.0
/*
 * What vpctl selftest looks at: a list of checks, each a sentence of the contract for clients and a
 * function that tries it on an open adapter. Changes nothing that the adapter's other clients see.
 */
#ifndef VPCTL_CHECKS_HPP
#define VPCTL_CHECKS_HPP

#include <functional>
#include <string>
#include <vector>

#include <libvideoport/videoport.hpp>

#include "terms.hpp"

namespace vpctl {

struct Check {
	std::string name; ///< for scripts: "unknown-request"
	std::string claim; ///< what holds if it passes
	std::function<std::string()> finding; ///< what is wrong; empty: nothing
};

/// The checks of an adapter. @p device stays open, and where it is, while they run.
std::vector<Check> checks_of(const Common &common, const videoport::Device &device);

} // namespace vpctl

#endif // VPCTL_CHECKS_HPP
