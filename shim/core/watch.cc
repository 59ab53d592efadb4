// SPDX-License-Identifier: GPL-2.0
/*
 * Looking for what takes too long. See watch.h.
 */
#include "watch.h"

namespace vp {

void Look::at(Watched &watched, const Running &running)
{
	if (watched.reported)
		return;

	uint64_t age = now_ - watched.since_ms;

	if (age < limit_) {
		uint64_t left = limit_ - age;

		if (!left_ || left < left_)
			left_ = left;
		return;
	}
	watched.reported = true;

	Late &late = late_[running.kind];

	if (!late.count++ || age > late.oldest.age_ms) {
		late.oldest = running;
		late.oldest.age_ms = age;
	}
}

/* Not for each one by itself: what is said must not grow with what is started. */
uint64_t Look::next_ms() const
{
	uint64_t least = limit_ / 4;

	return left_ && left_ < least ? least : left_;
}

void Watch::arm_first()
{
	if (uint64_t limit = vp_overdue_ms())
		arm(limit);
}

void Watch::arm(uint64_t milliseconds)
{
	if (!armed_.exchange(true))
		vp_watch_start(device_, static_cast<unsigned int>(milliseconds));
}

void Watch::report(const Look &look)
{
	const Look::Late &dma = look.late(Running::Dma), &request = look.late(Running::Request);

	if (dma.count) {
		counters_.refuse(
			Counter::Overdue,
			"DMA on handle 0x%llx, %zu bytes of client %llu (process %u), runs for %llu ms, and %zu others too long: is the device stuck? What it may reach stays locked until it is completed or the adapter goes",
			static_cast<unsigned long long>(dma.oldest.name), dma.oldest.bytes,
			static_cast<unsigned long long>(dma.oldest.owner),
			clients_.process_of(dma.oldest.owner),
			static_cast<unsigned long long>(dma.oldest.age_ms), dma.count - 1);
		counters_.add(Counter::Overdue, dma.count - 1);
	}
	if (request.count)
		counters_.refuse(
			Counter::OverdueRequests,
			"request 0x%llx of client %llu (process %u) runs for %llu ms: the other clients wait for it; killing the process ends it if it waits",
			static_cast<unsigned long long>(request.oldest.name),
			static_cast<unsigned long long>(request.oldest.owner),
			clients_.process_of(request.oldest.owner),
			static_cast<unsigned long long>(request.oldest.age_ms));
}

void Watch::end()
{
	vp_watch_drain(device_);
}

} // namespace vp
