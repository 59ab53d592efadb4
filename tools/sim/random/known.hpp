/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bugs of the core that the simulation has found and that are not fixed yet. While a switch is true
 * the random runs keep out of that bug's way, so that they find others; each has a test of its own
 * that fails (tests/regression*_test.cc). Whoever fixes one takes its switch away.
 */
#ifndef SIM_RANDOM_KNOWN_HPP
#define SIM_RANDOM_KNOWN_HPP

namespace sim::known {

/// VideoPortAllocatePool at DIRQL frees there when there is memory for one half only.
constexpr bool pool_frees_at_dirql_on_failure = true;
/// An adapter that is put while VideoPortCompleteDma at DIRQL looks at it is freed there.
constexpr bool adapter_freed_at_dirql = true;

} // namespace sim::known

#endif
