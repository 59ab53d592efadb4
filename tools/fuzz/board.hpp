/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all processes of a run share: where the adapters are, which handles others have, how far each
 * worker is, and the first thing that went wrong. Lies in shared memory; plain atomics only.
 */
#ifndef FUZZ_BOARD_HPP
#define FUZZ_BOARD_HPP

#include <atomic>
#include <cstdarg>
#include <cstdint>

#include "place.hpp"

namespace fuzz {

constexpr unsigned int most_workers = 64;
constexpr unsigned int foreign_slots = 64;

/// How far one worker is.
struct alignas(64) Progress {
	std::atomic<uint64_t> steps; ///< made by its seed
	std::atomic<uint64_t> requests; ///< sent
	std::atomic<uint64_t> answered; ///< NO_ERROR
	std::atomic<uint64_t> refused; ///< by the miniport, or in its name by the port
	std::atomic<uint64_t> errors; ///< of the system call
	std::atomic<uint64_t> gone; ///< ENODEV
	std::atomic<uint32_t> place; ///< where it is now
};

struct Board {
	/// N of /dev/videoportN, or -1 while there is none.
	std::atomic<int> minor[place_count];
	/// Start of the adapter's memory range.
	std::atomic<uint64_t> bar[place_count];
	/// Handles that belong to somebody, for everybody else to try.
	std::atomic<uint64_t> foreign[place_count][foreign_slots];
	Progress progress[most_workers];
	std::atomic<uint64_t> canary_rounds[place_count];
	std::atomic<uint64_t> keeper_looks;
	std::atomic<uint64_t> left; ///< requests that may still be sent
	std::atomic<bool> stop; ///< workers are to end
	std::atomic<bool> canaries_stop;
	std::atomic<uint32_t> failures;
	char failure[8][600]; ///< the first ones, as text

	/// Somebody saw what must not be. Remembered; the run goes on.
	void fail(const char *format, ...) __attribute__((format(printf, 2, 3)));
};

/// Made once, before the first fork.
Board &board();

} // namespace fuzz

#endif // FUZZ_BOARD_HPP
