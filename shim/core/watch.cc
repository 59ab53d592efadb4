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
	if (count_ < most) {
		found_[count_] = running;
		found_[count_].age_ms = age;
	}
	count_++;
}

/* Not for each one by itself: what is said must not grow with what is started. */
uint64_t Look::next_ms() const
{
	uint64_t least = limit_ / 4;

	return left_ && left_ < least ? least : left_;
}

void Watch::begun()
{
	if (armed_.load())
		return;
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
	size_t more = look.count();

	look.each([&](const Running &each) {
		auto name = static_cast<unsigned long long>(each.name);
		auto owner = static_cast<unsigned long long>(each.owner);
		auto age = static_cast<unsigned long long>(each.age_ms);
		uint32_t process = clients_.process_of(each.owner);

		more--;
		if (each.kind == Running::Request)
			vp_log(device_, VP_LOG_WARN,
			       "request 0x%llx of client %llu (process %u) runs for %llu ms: the other clients wait for it; killing the process ends it if it waits",
			       name, owner, process, age);
		else
			vp_log(device_, VP_LOG_WARN,
			       "DMA on handle 0x%llx, %zu bytes of client %llu (process %u), runs for %llu ms: is the device stuck? What it may reach stays locked until it is completed or the adapter goes",
			       name, each.bytes, owner, process, age);
	});
	counters_.add(Counter::Overdue, look.count());
	if (more)
		vp_log(device_, VP_LOG_WARN, "... and %zu more", more);
}

void Watch::end()
{
	vp_watch_drain(device_);
}

} // namespace vp
