// SPDX-License-Identifier: GPL-2.0
/*
 * The counters of an adapter: which of them say what there is now, what was done, and what was refused;
 * and their rates between two looks. Knows nothing of printing.
 */
#ifndef VPCTL_COUNTERS_HPP
#define VPCTL_COUNTERS_HPP

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace vpctl {

using Counters = std::map<std::string, uint64_t>;

enum class Kind { Now, Done, Refused };

/// What a counter of this name counts; one that is not known is taken for a refusal.
Kind kind_of(std::string_view name);

/// Events a second between two looks; negative where there are fewer now.
std::map<std::string, double> rates(const Counters &before, const Counters &now, double seconds);

} // namespace vpctl

#endif // VPCTL_COUNTERS_HPP
