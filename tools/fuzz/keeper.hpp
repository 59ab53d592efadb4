/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client that only keeps: on each adapter one locked buffer, whose handle everybody may try. It
 * looks from time to time whether the buffer is still its own, with what it has put beside it.
 */
#ifndef FUZZ_KEEPER_HPP
#define FUZZ_KEEPER_HPP

#include <atomic>

#include "place.hpp"

namespace fuzz {

class Keeper {
public:
	/// @p slot: where on the board its handles stand.
	explicit Keeper(unsigned int slot);
	Keeper(const Keeper &) = delete;
	Keeper &operator=(const Keeper &) = delete;
	~Keeper();

	/// Until @p stop.
	void run(const std::atomic<bool> &stop);

private:
	struct Held {
		int fd = -1;
		uint64_t handle = 0;
	};

	void take(Place place);
	void drop(Place place);
	bool still_there(Place place);

	Held held_[place_count];
	std::byte *memory_;
	const unsigned int slot_;
};

} // namespace fuzz

#endif // FUZZ_KEEPER_HPP
