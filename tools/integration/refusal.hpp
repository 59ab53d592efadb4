// SPDX-License-Identifier: GPL-2.0
/*
 * What a refused call leaves behind: its cause counted once, one clear line in the kernel's log,
 * and everything else as it was. Used around the call that is to be refused.
 */
#ifndef INTEGRATION_REFUSAL_HPP
#define INTEGRATION_REFUSAL_HPP

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench.hpp"

namespace integration {

/// What a refusal looks like.
struct Refusal {
	std::string cause; ///< counter's name; where the contract leaves a choice: "a|b"
	std::string call; ///< as in the log, without "VideoPort": "UnlockPages"
	std::optional<uint64_t> value; ///< the offending one, which the line must show
	std::optional<uint64_t> hidden = {}; ///< one that it must not show
};

/**
 * Make a call that must be refused, and check what it leaves behind.
 *
 * @param device  whose counters and log lines are looked at.
 * @param expected  the refusal.
 * @param call  makes the call and checks what it returns.
 */
void expect_refused(const videoport::Device &device, const Refusal &expected,
		    const std::function<void()> &call);

/// The same for a call that is not to be refused: no cause counted, no line of the adapter logged.
void expect_accepted(const videoport::Device &device, const std::function<void()> &call);

} // namespace integration

#endif // INTEGRATION_REFUSAL_HPP
