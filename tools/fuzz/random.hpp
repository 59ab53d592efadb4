/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulation's seeded source of numbers, with one for each worker.
 */
#ifndef FUZZ_RANDOM_HPP
#define FUZZ_RANDOM_HPP

#include <cstddef>
#include <cstdint>

#include "../sim/platform/random.hpp"

namespace fuzz {

class Random : public sim::Random {
public:
	using sim::Random::Random;
	/// The source of one worker of many: replayed alone by its number.
	Random(uint64_t seed, unsigned int worker)
		: sim::Random(mix(seed) ^ (worker * 0x2545f491ULL))
	{
	}

	template <typename T, size_t n> T pick(const T (&of)[n])
	{
		return of[below(static_cast<uint32_t>(n))];
	}
};

} // namespace fuzz

#endif // FUZZ_RANDOM_HPP
