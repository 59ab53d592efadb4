/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DPCs of a port: queued from any context, each at most once at a time, run in order in a
 * softirq. A ring of fixed size: queueing allocates nothing.
 */
#ifndef VP_CORE_DPC_QUEUE_H
#define VP_CORE_DPC_QUEUE_H

#include <video.h>

#include "lock.h"

namespace vp {

struct Dpc {
	PMINIPORT_DPC_ROUTINE routine;
	PVOID context;

	bool operator==(const Dpc &) const = default;
};

class DpcQueue {
public:
	enum class Queued { Yes, Already, Full };

	explicit DpcQueue(SpinLock &lock) : lock_(lock) {}

	Queued push(const Dpc &dpc)
	{
		SpinGuard guard(lock_);

		for (unsigned int i = 0; i < count_; i++)
			if (at(i) == dpc)
				return Queued::Already;
		if (count_ == size)
			return Queued::Full;
		at(count_++) = dpc;
		return Queued::Yes;
	}

	unsigned int count()
	{
		SpinGuard guard(lock_);

		return count_;
	}

	/** Take out the oldest. Return: false if there is none. */
	[[nodiscard]] bool pop(Dpc &dpc)
	{
		SpinGuard guard(lock_);

		if (!count_)
			return false;
		dpc = at(0);
		first_ = (first_ + 1) % size;
		count_--;
		return true;
	}

private:
	static constexpr unsigned int size = 32;

	Dpc &at(unsigned int index) { return ring_[(first_ + index) % size]; }

	SpinLock &lock_;
	Dpc ring_[size]{};
	unsigned int first_ = 0;
	unsigned int count_ = 0;
};

} // namespace vp

#endif
