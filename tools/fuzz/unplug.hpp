/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adapters that go while clients use them, and come again: by the driver core (unbind), and where the
 * guest has slots for it by pulling the device out.
 */
#ifndef FUZZ_UNPLUG_HPP
#define FUZZ_UNPLUG_HPP

#include <cstdint>
#include <functional>

#include "ledger.hpp"

namespace fuzz {

struct Unplugs {
	unsigned int unbound = 0;
	unsigned int pulled = 0;
};

/// So many times. @p tell is called after each; it returns false to end early.
Unplugs unplug_adapters(Ledger &ledger, uint64_t seed, unsigned int times,
			const std::function<bool(const Unplugs &)> &tell);

} // namespace fuzz

#endif // FUZZ_UNPLUG_HPP
