/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What cannot be finished where it was asked for, because it may sleep, and waits for process
 * context. Putting off is possible in any context, and cannot fail.
 */
#ifndef VP_CORE_DEFERRED_H
#define VP_CORE_DEFERRED_H

#include "counters.h"
#include "list.h"
#include "lock.h"

namespace vp {

template <class T> class Deferred {
public:
	Deferred(vp_device *device, SpinLock &lock, Counters &counters)
		: device_(device),
		  lock_(lock),
		  counters_(counters)
	{
	}

	/**
	 * Put off the owner of @link, which is in no list. Called without the lock. Where there is
	 * no device, somebody must drain() now and then.
	 */
	void push(Link<T> &link)
	{
		{
			SpinGuard guard(lock_);

			waiting_.push_back(link);
		}
		counters_.add(Counter::Deferred);
		if (device_)
			vp_work_schedule(device_);
	}

	/** Call @finish for each that waits, until none does. PASSIVE. */
	template <class Finish> void drain(Finish finish)
	{
		while (T *next = pop())
			finish(next);
	}

private:
	T *pop()
	{
		SpinGuard guard(lock_);

		return waiting_.pop_front();
	}

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	List<T> waiting_;
};

} // namespace vp

#endif
