// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at a request that another thread serves. See served.h.
 */
#include "served.h"

namespace vp {

void Served::show(Look &look)
{
	uint64_t number = number_.load();

	if (number % 2 == 0)
		return;

	Running running{Running::Request, code_.load(std::memory_order_acquire),
			bytes_.load(std::memory_order_acquire),
			owner_.load(std::memory_order_acquire)};
	uint64_t since_ms = since_ms_.load(std::memory_order_acquire);

	if (number_.load(std::memory_order_relaxed) != number)
		return; /* it has ended, and this may be of two */
	if (number != shown_) {
		shown_ = number;
		watched_ = {since_ms, false};
	}
	look.at(watched_, running);
}

} // namespace vp
