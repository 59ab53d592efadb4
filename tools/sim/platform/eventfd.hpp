/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients' eventfds as the core holds them: each given back exactly once, and not used afterwards.
 * The descriptors are those of a process, see process.hpp.
 */
#ifndef SIM_EVENTFD_HPP
#define SIM_EVENTFD_HPP

#include <cstddef>

namespace sim {

/// That the core holds.
size_t live_eventfds();

/* inside the platform */

void report_eventfds_left();
void forget_eventfds();

} // namespace sim

#endif
