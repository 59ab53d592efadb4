/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A seeded source of numbers: the same seed, the same numbers, on every machine.
 */
#ifndef FUZZ_RANDOM_HPP
#define FUZZ_RANDOM_HPP

#include <cstdint>

namespace fuzz {

class Random {
public:
	/// Neighbouring seeds have nothing in common.
	explicit Random(uint64_t seed) : state_(mix(seed + 0x632be59bd9b4e019ULL)) {}
	/// The source of one worker of many: replayed alone by its number.
	Random(uint64_t seed, unsigned int worker) : Random(mix(seed) ^ (worker * 0x2545f491ULL)) {}

	uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ULL); }

	/// Below @p end, which is not 0.
	uint32_t below(uint32_t end) { return static_cast<uint32_t>((next() >> 32) * end >> 32); }
	bool one_in(uint32_t n) { return below(n) == 0; }
	template <typename T, size_t n> T pick(const T (&of)[n])
	{
		return of[below(static_cast<uint32_t>(n))];
	}

private:
	static uint64_t mix(uint64_t x)
	{
		x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
		x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
		return x ^ x >> 31;
	}

	uint64_t state_;
};

} // namespace fuzz

#endif // FUZZ_RANDOM_HPP
