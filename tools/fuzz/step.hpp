/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One request as the seed made it: in words ("the third handle that I have, two bits flipped"), not
 * in numbers. What it becomes depends on the run; the words do not, so a seed replays the same.
 */
#ifndef FUZZ_STEP_HPP
#define FUZZ_STEP_HPP

#include <cstdint>
#include <string>

#include "place.hpp"

namespace fuzz {

/// What a value of 64 bits is made of when the request is sent.
enum class What : uint8_t {
	number, ///< salt itself
	address, ///< in region `index` of the zoo
	handle, ///< one of this process's own, of kind `index`
	broken, ///< the same with bits flipped
	stale, ///< one that was given back
	foreign, ///< another process's, of this adapter or another
	slot, ///< a pointer that the probe keeps for its clients
	device, ///< a physical address in the adapter's range
};

/// Kinds of handles that a client keeps.
enum Kind : uint8_t { lock, adapter, event, lent, pool, common, list, kernel_map, kind_count };

struct Value {
	What what = What::number;
	uint8_t index = 0;
	uint64_t salt = 0;
};

/// What the client does.
enum class Act : uint8_t {
	request, ///< VIDEOPORT_IOC_REQUEST with what the catalog says of `entry`
	odd_request, ///< the same with a wrong structure: size, flags, trailing bytes, argument
	any_ioctl, ///< any command, any argument
	lend, ///< VIDEOPORT_IOC_EVENT_MAP of some descriptor
	take_back, ///< VIDEOPORT_IOC_EVENT_UNMAP
	map, ///< mmap() of the node
	read, ///< read() without waiting
	poll, ///< poll() without waiting
	reopen, ///< close() and open()
	dup, ///< a second descriptor, and the first is closed
	fork, ///< a child that has the node too, and uses it
	count,
};

struct Step {
	Act act = Act::request;
	Place place = edu_a;
	uint16_t entry = 0; ///< of the catalog
	uint8_t context = 0; ///< of a probe's call
	uint8_t shape = 0; ///< bits: see client_request.cc
	uint32_t code = 0; ///< IOCTL code or command
	Value values[8]; ///< for the fields of the entry
	Value input, output; ///< where the buffers are, unless they are the worker's own
	uint32_t input_length = 0, output_length = 0;
	uint64_t salt = 0;
};

/// For people: one line.
std::string describe(const Step &step);

} // namespace fuzz

#endif // FUZZ_STEP_HPP
