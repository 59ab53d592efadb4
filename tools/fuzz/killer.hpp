/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients that are killed at any moment: before they lock, while they do, while the device works on
 * their memory, while they wait. Each must be gone at once, and leave nothing.
 */
#ifndef FUZZ_KILLER_HPP
#define FUZZ_KILLER_HPP

#include <cstdint>
#include <functional>

namespace fuzz {

/// Kill so many clients, a few at a time. @p tell is called now and then with how many are dead.
unsigned int kill_clients(uint64_t seed, unsigned int kills,
			  const std::function<void(unsigned int)> &tell);

} // namespace fuzz

#endif // FUZZ_KILLER_HPP
