/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the miniports of the guest can be asked: codes, the fields of their input, what the answer
 * holds, and what must not be asked because it is undefined by design. A table; decides nothing.
 */
#ifndef FUZZ_CATALOG_HPP
#define FUZZ_CATALOG_HPP

#include <cstdint>
#include <span>

#include "step.hpp"

namespace fuzz {

/// What a field of the input means, and so which values are worth trying there.
enum class Sort : uint8_t {
	none,
	address, ///< client memory to lock
	length, ///< bytes of it
	small, ///< a number of which only those below `limit` are interesting
	least, ///< a number that must stay below `limit`: the rest is undefined by design
	any, ///< any number
	quiet, ///< any number that does not look like a kernel address: it is told to others
	lock, ///< handles by kind
	adapter,
	event,
	pool, ///< pointers that the probe keeps
	common,
	list,
	kernel_map,
	logical, ///< of a common buffer
	device, ///< a physical address
	bytes, ///< an amount of kernel memory: modest, or more than there can be
};

struct Field {
	Sort sort = Sort::none;
	uint8_t offset = 0; ///< in the input
	uint8_t width = 0; ///< 4 or 8 bytes
	uint32_t limit = 0;
};

/// What an answer gives the client to keep.
enum class Yield : uint8_t {
	nothing,
	edu_lock, ///< EDU_LOCKED
	edu4_lock, ///< EDU4_HANDLE
	edu4_view, ///< EDU4_MAPPED
	public_view, ///< VIDEO_PUBLIC_ACCESS_RANGES
	result_lock, ///< of a probe's call: Result
	result_adapter,
	result_pool,
	result_map,
	result_common, ///< and Out[0] is its logical address
	out_lock, ///< Out[0], if Result is TRUE
	out_event, ///< Out[0], if Result is NO_ERROR
	out_list, ///< Out[2], if Result is NO_ERROR
	out_view, ///< Out[0], if Result is NO_ERROR: in this process
	handle_view, ///< Out[0], if Result is a handle
};

/// What holds of a call.
enum Trait : uint8_t {
	takes_back = 1, ///< the handle in the first field may be gone afterwards
	walks = 2, ///< the miniport walks a list that goes with the handle
	sees_device = 4, ///< the answer has bytes of the device: they may look like anything
	zero_if_foreign = 8, ///< Result is 0 for another client's handle
	fails_if_foreign = 16, ///< Result is not 0 then
	slow = 32, ///< keeps the adapter busy: rare
};

/// Contexts of a probe's call, as sets.
enum Contexts : uint8_t {
	in_request = 1,
	synchronized = 2 | 4 | 8,
	deferred = 16 | 32 | 64,
	wherever = in_request | synchronized | deferred,
};

struct Entry {
	const char *name;
	uint32_t code;
	uint32_t function; ///< of a probe's call; 0: none
	uint8_t places; ///< a set
	uint8_t contexts; ///< a set
	uint8_t traits; ///< a set of Trait
	uint8_t weight; ///< how often it is asked, beside others of the place
	Yield yield;
	uint16_t input, output; ///< bytes
	Field fields[8];
};

std::span<const Entry> catalog();

/// A code that must not be sent at all.
bool forbidden(uint32_t code);

} // namespace fuzz

#endif // FUZZ_CATALOG_HPP
