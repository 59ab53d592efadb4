/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The spin locks of one miniport. A PSPIN_LOCK is the address of a place in one of a few arrays,
 * which stay until the port goes: any other pointer is told from one without a look at what it
 * points to. A lock that is wrong, deleted, or not held is refused; the processor goes to DISPATCH and
 * back all the same, so that a wrong pair of calls is one without a lock.
 */
#ifndef VP_CORE_MINIPORT_LOCKS_H
#define VP_CORE_MINIPORT_LOCKS_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <video.h>

#include "caller.h"
#include "counters.h"
#include "lock.h"

namespace vp {

class MiniportLocks {
public:
	MiniportLocks(SpinLock &lock, Counters &counters) : lock_(lock), counters_(counters) {}
	MiniportLocks(const MiniportLocks &) = delete;
	MiniportLocks &operator=(const MiniportLocks &) = delete;
	~MiniportLocks();

	/** Up to DISPATCH. Return: a lock that is free, or nullptr. */
	[[nodiscard]] PSPIN_LOCK create(const Caller &caller);
	/** Up to DISPATCH. Return: false after saying why it is not deleted. */
	[[nodiscard]] bool remove(const Caller &caller, PSPIN_LOCK handle);

	/** Up to DISPATCH, and at DISPATCH until release(). */
	void acquire(const Caller &caller, PSPIN_LOCK handle);
	void release(const Caller &caller, PSPIN_LOCK handle);

private:
	struct Place {
		SpinLock lock{VP_LOCK_MINIPORT};
		std::atomic<bool> used{false};
		std::atomic<bool> held{false};
	};
	static constexpr size_t array_size = 16;
	struct Array {
		Place places[array_size];
		Array *next = nullptr;
	};

	/** The lock that @handle names, or nullptr. Any context. */
	Place *find(PSPIN_LOCK handle) const;
	void refuse(const Caller &caller, const char *why);
	Place *take();

	SpinLock &lock_;
	Counters &counters_;
	std::atomic<Array *> arrays_{nullptr}; /* grows under lock_, at its head */
};

} // namespace vp

#endif
