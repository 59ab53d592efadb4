/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must hold of every answer, whoever asked for what: no address of the kernel, no byte beyond
 * what was announced, no success with what is another client's; and of the process: no more charged
 * than it may have pinned. Says what is wrong on the board.
 */
#ifndef FUZZ_ORACLE_HPP
#define FUZZ_ORACLE_HPP

#include <cstdint>
#include <span>

#include <linux/videoport.h>

#include "catalog.hpp"
#include "step.hpp"

namespace fuzz {

/// A request with its buffers in the worker's own memory, before and after.
struct Exchange {
	const Step &step;
	const Entry &entry;
	unsigned int worker;
	uint64_t number; ///< of the step
	const videoport_request &sent, &answered;
	std::span<const uint64_t> input; ///< as it was sent
	std::span<const uint64_t> output; ///< empty: it was elsewhere
	bool foreign; ///< the first handle is another client's of this adapter
	bool known; ///< @ref input is all that was sent: not memory from elsewhere
};

/// What the output is filled with before.
constexpr uint64_t untouched = 0x5aa55aa55aa55aa5;

/**
 * An address that only the kernel has, on x86-64 with four levels: the direct map and what follows
 * it, or the kernel's own text and modules. Two numbers of 32 bits beside each other, of which the
 * upper is a small negative one, are none.
 */
constexpr bool looks_kernel(uint64_t value)
{
	return (value >= 0xffff800000000000 && value < 0xfffff00000000000) ||
	       (value >= 0xffffffff80000000 && value < 0xffffffffffff0000);
}

/// Look at an answer.
void judge(const Exchange &exchange);

/// Look at this process's charge; @p limit in KiB. Others may be trying at this moment: looks often.
void judge_charge(unsigned int worker, uint64_t limit);

} // namespace fuzz

#endif // FUZZ_ORACLE_HPP
