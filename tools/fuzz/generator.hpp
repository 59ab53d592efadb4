/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes steps out of random numbers, and other steps out of steps. Looks at the catalog and at
 * nothing else: what a run answers has no influence, so that a seed always makes the same steps.
 */
#ifndef FUZZ_GENERATOR_HPP
#define FUZZ_GENERATOR_HPP

#include <vector>

#include "catalog.hpp"
#include "random.hpp"
#include "step.hpp"

namespace fuzz {

/// Bits of Step::shape for requests.
enum Shape : uint8_t {
	input_elsewhere = 1, ///< the input is at Step::input
	output_elsewhere = 2, ///< the output is at Step::output
	one_buffer = 4, ///< the output is where the input is
	other_lengths = 8, ///< Step::input_length and output_length, not the catalog's
	noise_behind = 16, ///< bytes behind the fields are not zero
};

/// Steps that one worker makes one after the other on one adapter.
constexpr unsigned int sequence_steps = 16;
struct Sequence {
	Step steps[sequence_steps];
};

class Generator {
public:
	explicit Generator(Random &random);

	Step step(Place place);
	Sequence sequence();
	/// Change a few steps of one.
	Sequence mutate(const Sequence &sequence);

private:
	void request(Step &step);
	void odd(Step &step);
	uint8_t context(const Entry &entry, Place place);
	Value value(const Field &field, Place place, bool told_later);
	Value handle(Kind kind, bool told_later);
	uint64_t length(bool wide);
	uint64_t any();
	uint64_t bytes();

	Random &random_;
	std::vector<uint16_t> deck_[place_count]; ///< entries, each as often as its weight
};

} // namespace fuzz

#endif // FUZZ_GENERATOR_HPP
