// SPDX-License-Identifier: GPL-2.0
/*
 * Taking the device lock, and giving it back. See device_lock.h.
 */
#include "device_lock.h"

namespace vp {

/* ---- The queue ---- */

void DeviceLock::add(Waiter &waiter, bool ahead)
{
	SpinGuard guard(lock_);
	Waiter **link = &first_;

	while (!ahead && *link)
		link = &(*link)->next;
	waiter.next = *link;
	*link = &waiter;
	state_.fetch_or(is_wanted, std::memory_order_relaxed);
}

void DeviceLock::remove(Waiter &waiter)
{
	SpinGuard guard(lock_);
	Waiter **link = &first_;

	while (*link != &waiter)
		link = &(*link)->next;
	*link = waiter.next;
	if (!first_)
		state_.fetch_and(~is_wanted, std::memory_order_relaxed);
}

/* try_lock() may come between: it does not look who waits. */
bool DeviceLock::turn(void *context)
{
	auto *waiter = static_cast<Waiter *>(context);
	DeviceLock &self = *waiter->lock;
	SpinGuard guard(self.lock_);

	if (self.first_ != waiter)
		return false;

	unsigned int free = is_wanted;
	unsigned int taken = waiter->next ? is_taken | is_wanted : is_taken;

	if (!self.state_.compare_exchange_strong(free, taken, std::memory_order_acquire,
						 std::memory_order_relaxed))
		return false;
	self.first_ = waiter->next;
	return true;
}

/* ---- The lock ---- */

void DeviceLock::taken()
{
	mutex_.lock();
	owner_.store(vp_task_now(), std::memory_order_relaxed);
}

int DeviceLock::lock_killable()
{
	if (!take()) {
		Waiter waiter{this};

		add(waiter, false);
		if (int error = vp_wait_until(&wait_, turn, &waiter, VP_FOR_EVER)) {
			remove(waiter);
			/* The next one may have waited for this one only. */
			vp_wait_wake(&wait_);
			return error;
		}
	}
	taken();
	return 0;
}

void DeviceLock::lock()
{
	if (!take()) {
		Waiter waiter{this};

		add(waiter, true);
		vp_wait_uninterrupted(&wait_, turn, &waiter);
	}
	taken();
}

bool DeviceLock::try_lock()
{
	if (state_.fetch_or(is_taken, std::memory_order_acquire) & is_taken)
		return false;
	taken();
	return true;
}

/* Whoever says later that he waits finds it free: he looks after he has said it. */
void DeviceLock::unlock()
{
	owner_.store(0, std::memory_order_relaxed);
	mutex_.unlock();
	if (state_.fetch_sub(is_taken, std::memory_order_release) & is_wanted)
		vp_wait_wake(&wait_);
}

/* ---- The miniport ---- */

void DeviceLock::acquire(const Caller &caller)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_, "nothing is locked"))
		return;
	if (!held())
		lock();
	acquired_++;
}

void DeviceLock::release(const Caller &caller)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_, "nothing is released"))
		return;
	if (!held() || !acquired_) {
		counters_.refuse(
			Counter::BadParameter,
			"%s: the calling thread has not acquired the device lock: release it once for each VideoPortAcquireDeviceLock, in the same thread; nothing is released",
			caller.call);
		return;
	}
	if (!--acquired_ && !guarded_)
		unlock();
}

void DeviceLock::miniport_returns(const char *where)
{
	if (!acquired_)
		return;
	counters_.refuse(
		Counter::MiniportError,
		"%s: returned with the device lock acquired %u time(s) by VideoPortAcquireDeviceLock: released",
		where, acquired_);
	acquired_ = 0;
}

DeviceGuard::DeviceGuard(DeviceLock &lock, Kind kind, const char *where)
	: lock_(lock),
	  where_(where),
	  nested_(lock.held())
{
	if (nested_)
		return;
	if (kind == Killable)
		error_ = lock.lock_killable();
	else if (kind == Always)
		lock.lock();
	else if (!lock.try_lock())
		error_ = -VP_EAGAIN;
	if (!error_)
		lock.guarded_ = true;
}

DeviceGuard::~DeviceGuard()
{
	if (nested_ || error_)
		return;
	lock_.miniport_returns(where_);
	lock_.guarded_ = false;
	lock_.unlock();
}

} // namespace vp
