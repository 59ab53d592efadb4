/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks of the platform as objects, and guards that release what they took when they go out of
 * scope. Nothing is allocated or freed, and no miniport is called, under a SpinGuard of a port.
 */
#ifndef VP_CORE_LOCK_H
#define VP_CORE_LOCK_H

#include "platform.h"

namespace vp {

class SpinLock {
public:
	explicit SpinLock(vp_spinlock_class kind) { vp_spinlock_init(&lock_, kind); }
	SpinLock(const SpinLock &) = delete;
	SpinLock &operator=(const SpinLock &) = delete;

	vp_spinlock *raw() { return &lock_; }

private:
	vp_spinlock lock_;
};

/** Holds a spin lock with interrupts off: any context. */
class [[nodiscard]] SpinGuard {
public:
	explicit SpinGuard(SpinLock &lock) : lock_(lock.raw()), flags_(vp_spinlock_acquire(lock_))
	{
	}
	SpinGuard(const SpinGuard &) = delete;
	SpinGuard &operator=(const SpinGuard &) = delete;
	~SpinGuard() { vp_spinlock_release(lock_, flags_); }

private:
	vp_spinlock *lock_;
	unsigned long flags_;
};

class Mutex {
public:
	explicit Mutex(vp_mutex_class kind) { vp_mutex_init(&mutex_, kind); }
	Mutex(const Mutex &) = delete;
	Mutex &operator=(const Mutex &) = delete;

	void lock() { vp_mutex_lock(&mutex_); }
	int lock_killable() { return vp_mutex_lock_killable(&mutex_); }
	void unlock() { vp_mutex_unlock(&mutex_); }

private:
	vp_mutex mutex_;
};

/** Holds a mutex. PASSIVE. The killable kind may fail: look at error() before anything else. */
class [[nodiscard]] MutexGuard {
public:
	enum Kind { Uninterruptible, Killable };

	MutexGuard(Mutex &mutex, Kind kind) : mutex_(mutex)
	{
		if (kind == Killable)
			error_ = mutex.lock_killable();
		else
			mutex.lock();
	}
	MutexGuard(const MutexGuard &) = delete;
	MutexGuard &operator=(const MutexGuard &) = delete;
	~MutexGuard()
	{
		if (!error_)
			mutex_.unlock();
	}

	int error() const { return error_; }

private:
	Mutex &mutex_;
	int error_ = 0;
};

/** Runs what follows at DISPATCH. */
class [[nodiscard]] DispatchGuard {
public:
	DispatchGuard() { vp_dispatch_enter(); }
	DispatchGuard(const DispatchGuard &) = delete;
	DispatchGuard &operator=(const DispatchGuard &) = delete;
	~DispatchGuard() { vp_dispatch_leave(); }
};

} // namespace vp

#endif
