/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A seeded source of numbers: the same seed, the same numbers, on every machine.
 */
#ifndef SIM_RANDOM_HPP
#define SIM_RANDOM_HPP

#include <cstdint>

namespace sim {

class Random {
public:
	/// Neighbouring seeds have nothing in common.
	explicit Random(uint64_t seed) : state_(mix(seed + 0x632be59bd9b4e019ull)) {}

	uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ull); }

	/// Below @p end, which is not 0.
	uint32_t below(uint32_t end) { return static_cast<uint32_t>((next() >> 32) * end >> 32); }
	bool one_in(uint32_t n) { return !below(n); }

protected:
	static uint64_t mix(uint64_t x)
	{
		x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
		x = (x ^ x >> 27) * 0x94d049bb133111ebull;
		return x ^ x >> 31;
	}

private:
	uint64_t state_;
};

} // namespace sim

#endif
