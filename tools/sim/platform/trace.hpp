/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core told to whoever traces it. It is always traced, but for a test that says otherwise.
 */
#ifndef SIM_TRACE_HPP
#define SIM_TRACE_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "../../../shim/core/platform.h"

namespace sim {

/// One thing that was told.
struct Told {
	vp_trace what;
	vp_traced dma; ///< of a lock, unlock, start or complete
	uint64_t event; ///< of an event: its token
	uint64_t client; ///< likewise
	bool set, was_set; ///< likewise
	std::string cause, text; ///< of a violation
};

/// What was told since the last look.
std::vector<Told> take_told();
/// Only these are traced from now on: a bit each.
void trace_only(uint32_t what);

/* inside the platform */

void forget_told();

} // namespace sim

#endif
