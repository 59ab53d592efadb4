/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device lock: one thread at a time is inside the miniport at PASSIVE, in a request or another
 * call of the port's. The miniport may take it itself, where another driver calls it. Clients get
 * it in the order in which they came, the port itself before them. Process context.
 *
 * Whoever waits does not keep the machine from sleeping. The lock is therefore nobody's until a
 * waiter takes it: one that sleeps with the machine holds up no call that the port makes meanwhile.
 *
 * While nobody waits, the lock is taken and given back by one operation on a word.
 */
#ifndef VP_CORE_DEVICE_LOCK_H
#define VP_CORE_DEVICE_LOCK_H

#include <atomic>
#include <cstdint>

#include "caller.h"
#include "counters.h"
#include "lock.h"

namespace vp {

class DeviceLock {
public:
	DeviceLock(SpinLock &lock, Counters &counters) : lock_(lock), counters_(counters)
	{
		vp_wait_init(&wait_);
	}
	DeviceLock(const DeviceLock &) = delete;
	DeviceLock &operator=(const DeviceLock &) = delete;

	/** The calling thread has it. */
	bool held() const
	{
		uint64_t task = vp_task_now();

		return task && owner_.load(std::memory_order_relaxed) == task;
	}

	/** PASSIVE; not held. Return: 0, or -EINTR if the caller is dying. */
	[[nodiscard]] int lock_killable();
	/** Before all that wait by lock_killable(). PASSIVE; not held. */
	void lock();
	/** Return: it was free, and is the caller's now. PASSIVE. */
	[[nodiscard]] bool try_lock();
	void unlock();

	/* ---- the miniport's own calls ---- */

	/** VideoPortAcquireDeviceLock: counts where the thread has the lock already. */
	void acquire(const Caller &caller);
	/** VideoPortReleaseDeviceLock: refused where nothing was acquired. */
	void release(const Caller &caller);

private:
	friend class DeviceGuard;

	struct Waiter {
		DeviceLock *lock;
		Waiter *next = nullptr;
	};

	/* In state_: somebody has it; somebody waits for it (and first_ says who). */
	static constexpr unsigned int is_taken = 1, is_wanted = 2;

	/** Whoever finds it free, with nobody waiting, takes it. */
	bool take()
	{
		unsigned int nobody = 0;

		return state_.compare_exchange_strong(nobody, is_taken, std::memory_order_acquire,
						      std::memory_order_relaxed);
	}
	/** Wait for it, before all others or behind them. */
	void add(Waiter &waiter, bool ahead);
	void remove(Waiter &waiter);

	static bool turn(void *waiter);
	/** It is the caller's from now on. */
	void taken();
	/** The miniport returns from @where: what it has acquired and kept goes back. */
	void miniport_returns(const char *where);

	SpinLock &lock_;
	Counters &counters_;
	vp_wait wait_;
	Waiter *first_ = nullptr; /* under lock_ */
	std::atomic<unsigned int> state_{0}; /* is_wanted changes under lock_ */
	std::atomic<uint64_t> owner_{0}; /* thread */
	/* by whoever has the lock */
	unsigned int acquired_ = 0; /* how often by the miniport */
	bool guarded_ = false; /* a DeviceGuard releases it */
	/* Free when its turn has come: for those who check the order of locks. */
	Mutex mutex_{VP_MUTEX_REQUEST};
};

/*
 * Holds the device lock around a call of the miniport, and undoes what that forgets. PASSIVE. Where
 * the thread has the lock already, the guard around it stays responsible. All but Always may fail:
 * look at error() before anything else.
 */
class [[nodiscard]] DeviceGuard {
public:
	enum Kind { Always, Killable, Try };

	/** @where: what is called under it, for the log. */
	DeviceGuard(DeviceLock &lock, Kind kind, const char *where);
	DeviceGuard(const DeviceGuard &) = delete;
	DeviceGuard &operator=(const DeviceGuard &) = delete;
	~DeviceGuard();

	/** 0, -EINTR (the caller is dying), -EAGAIN (somebody has it). */
	int error() const { return error_; }

private:
	DeviceLock &lock_;
	const char *where_;
	bool nested_;
	int error_ = 0;
};

} // namespace vp

#endif
