/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One owner at a time: what is inside a spin lock and a mutex of the simulated platform. Where
 * threads are real it is a lock of the system, which the thread sanitizer knows.
 */
#ifndef SIM_EXCLUSIVE_HPP
#define SIM_EXCLUSIVE_HPP

#include "process.hpp"
#include "thread.hpp"

#ifdef SIM_THREADS
#include <atomic>
#include <pthread.h>
#endif

namespace sim {

#ifdef SIM_THREADS

class Exclusive {
public:
	Exclusive() { pthread_mutex_init(&mutex_, nullptr); }
	void lock(Thread *thread)
	{
		pthread_mutex_lock(&mutex_);
		owner_.store(thread, std::memory_order_relaxed);
	}
	bool lock_killable(Thread *thread)
	{
		if (pthread_mutex_trylock(&mutex_)) {
			if (thread->process && thread->process->killed)
				return false;
			pthread_mutex_lock(&mutex_);
		}
		owner_.store(thread, std::memory_order_relaxed);
		return true;
	}
	void unlock()
	{
		owner_.store(nullptr, std::memory_order_relaxed);
		pthread_mutex_unlock(&mutex_);
	}
	const Thread *owner() const { return owner_.load(std::memory_order_relaxed); }

private:
	pthread_mutex_t mutex_;
	std::atomic<Thread *> owner_{nullptr};
};

#else

class Exclusive {
public:
	void lock(Thread *thread)
	{
		wait_until([this] { return !owner_; });
		owner_ = thread;
	}
	bool lock_killable(Thread *thread)
	{
		wait_until([&] { return !owner_ || (thread->process && thread->process->killed); });
		if (owner_)
			return false;
		owner_ = thread;
		return true;
	}
	void unlock() { owner_ = nullptr; }
	const Thread *owner() const { return owner_; }

private:
	Thread *owner_ = nullptr;
};

#endif

} // namespace sim

#endif
