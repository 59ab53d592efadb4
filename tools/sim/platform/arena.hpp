/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory behind vp_alloc(): every block is known, none is given out twice between two resets,
 * and freed ones are poisoned, so that a stale pointer is found at its first use and the addresses
 * of a run are the same whenever it is replayed.
 */
#ifndef SIM_ARENA_HPP
#define SIM_ARENA_HPP

#include <cstddef>
#include <cstdint>
#include <string>

namespace sim {

struct Block {
	char *start;
	size_t size;
	bool freed = false;
	unsigned int pins = 0; ///< by vp_pin_kernel()
};

namespace arena {

/// Forget all blocks. Those that were not freed: leaks() says so before.
void reset();

/// Zeroed memory, aligned as kmalloc() and kvmalloc() align. nullptr: there is none.
void *allocate(size_t size);

/// Poison a block. Not knowing it is a failure.
void release(void *memory);

/// The block that contains all of the range and is not freed; or nullptr.
Block *find(const void *memory, size_t length);

/// Blocks that are not freed.
size_t live_blocks();

/// What lies at an address, for a report: "byte 24 of block 7 (96 bytes, freed)".
std::string describe(const void *address);

/// Say which blocks were not freed, as one failure, if there are any.
void report_leaks();

} // namespace arena

} // namespace sim

#endif
