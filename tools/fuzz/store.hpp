/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process got from the miniports and may use: a few places for each kind of handle, shared by
 * all its threads, so that they use the same things at the same time. Which place is a step's
 * business; what is in it depends on the run.
 */
#ifndef FUZZ_STORE_HPP
#define FUZZ_STORE_HPP

#include <atomic>
#include <cstdint>

#include "step.hpp"

namespace fuzz {

class Store {
public:
	/// One thing, with what goes with it.
	struct Kept {
		std::atomic<uint64_t> handle; ///< or a pointer that the probe keeps
		std::atomic<uint64_t> logical; ///< of a common buffer
		std::atomic<uint64_t> adapter; ///< with which it was made
		std::atomic<uint32_t> number; ///< its length
		std::atomic<uint32_t> flag; ///< cached, or to the device
		std::atomic<uint64_t> old; ///< what was here before
	};

	/// What @p salt names: the place that it says, or the next one that is not empty.
	Kept &at(Place place, uint8_t kind, uint64_t salt)
	{
		auto &row = kept_[place][kind % kind_count];
		for (uint64_t i = 0; i < size; i++) {
			Kept &one = row[(salt + i) % size];
			if (one.handle.load(std::memory_order_relaxed))
				return one;
		}
		return row[salt % size];
	}

	/// Put a handle where @p salt says.
	void keep(Place place, Kind kind, uint64_t salt, uint64_t handle, uint64_t adapter = 0,
		  uint64_t logical = 0, uint32_t number = 0, uint32_t flag = 0)
	{
		Kept &one = kept_[place][kind][salt % size];
		one.old = one.handle.exchange(handle);
		one.adapter = adapter;
		one.logical = logical;
		one.number = number;
		one.flag = flag;
	}
	/// It was given back, most likely.
	void drop(Place place, uint8_t kind, uint64_t handle)
	{
		for (Kept &one : kept_[place][kind % kind_count]) {
			uint64_t here = handle;
			if (handle && one.handle.compare_exchange_strong(here, 0))
				one.old = handle;
		}
	}
	/// The node was closed: what a client had is gone.
	void forget(Place place)
	{
		for (uint8_t kind : {Kind::lock, Kind::lent}) {
			for (Kept &one : kept_[place][kind])
				drop(place, kind, one.handle);
		}
	}

private:
	static constexpr uint64_t size = 8;

	Kept kept_[place_count][kind_count][size] = {};
};

} // namespace fuzz

#endif // FUZZ_STORE_HPP
