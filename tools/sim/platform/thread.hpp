/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simulated thread, with the state of the processor under it: which context it is in, which locks
 * it holds. And the places where other threads may run between two calls of the platform.
 */
#ifndef SIM_THREAD_HPP
#define SIM_THREAD_HPP

#include <cstdint>
#include <vector>

#include "core/platform.h"

namespace sim {

struct Process;

struct Thread {
	explicit Thread(const char *thread_name = "main", Process *of = nullptr);
	Thread(const Thread &) = delete;
	Thread &operator=(const Thread &) = delete;

	const char *name;
	uint64_t task; ///< its identity, never 0
	Process *process; ///< whose memory it sees; nullptr: a kernel thread
	void *probing = nullptr; ///< the adapter that it is about to make

	/* the processor: how many times each was entered */
	unsigned int hardirq = 0;
	unsigned int softirq = 0;
	unsigned int bottom_halves_off = 0;
	unsigned int interrupts_off = 0;
	uint32_t raised = 0; ///< of vp_processor_raised()
	std::vector<const void *> spinlocks;
	std::vector<const void *> mutexes;
	unsigned int in_condition = 0; ///< of vp_wait_until()

	/* see FailAt */
	unsigned int fallible = 0;
	unsigned int fail_at = 0;
	bool fail_all_later = false;
	bool fail_hit = false;
};

/// The thread that runs now; there is always one.
Thread &current();

/// Makes @p thread the running one, until it goes out of scope.
class Running {
public:
	explicit Running(Thread &thread);
	Running(const Running &) = delete;
	Running &operator=(const Running &) = delete;
	~Running();

private:
	Thread *before_;
};

/// Set without a scope, for schedulers.
void set_current(Thread *thread);

/// Where a thread is: hard interrupt, softirq. For the time of its life.
class InHardirq {
public:
	InHardirq() { current().hardirq++; }
	InHardirq(const InHardirq &) = delete;
	InHardirq &operator=(const InHardirq &) = delete;
	~InHardirq() { current().hardirq--; }
};

class InSoftirq {
public:
	InSoftirq() { current().softirq++; }
	InSoftirq(const InSoftirq &) = delete;
	InSoftirq &operator=(const InSoftirq &) = delete;
	~InSoftirq() { current().softirq--; }
};

vp_context context_of(const Thread &thread);
const char *context_name(vp_context context);

/// @p call may sleep: it is a failure if the running thread may not.
void may_sleep(const char *call);
/// @p call is allowed up to @p highest: else it is a failure.
void allowed_up_to(vp_context highest, const char *call);

/// A call into the core: what it takes or disables it gives back before it returns.
class Balanced {
public:
	explicit Balanced(const char *call);
	Balanced(const Balanced &) = delete;
	Balanced &operator=(const Balanced &) = delete;
	~Balanced();

private:
	const char *call_;
	Thread &thread_;
	size_t spinlocks_;
	size_t mutexes_;
	unsigned int bottom_halves_off_, interrupts_off_;
};

/// Another driver may use its locks otherwise: forget in which contexts and orders.
void forget_miniport_locks();

/// Runs other threads between two calls of the platform, if it likes; and while one waits.
class Scheduler {
public:
	virtual ~Scheduler() = default;
	/// The running thread is between two calls.
	virtual void point() = 0;
	/// It waits until @p ready(@p context) holds.
	virtual void wait(bool (*ready)(void *context), void *context) = 0;
};

/// nullptr: nobody else runs, and to wait for something that does not hold is a failure.
void set_scheduler(Scheduler *scheduler);

/// There is a scheduler, so that another thread may end a wait.
bool others_run();

/// Somebody else may run here.
void point();

/// Wait until @p ready() holds.
template <class Ready> void wait_until(Ready ready);

void wait_for(bool (*ready)(void *context), void *context);

template <class Ready> void wait_until(Ready ready)
{
	wait_for([](void *context) { return (*static_cast<Ready *>(context))(); }, &ready);
}

/**
 * Guards what belongs to the platform when threads are real. Of its own kind, so that the thread
 * sanitizer does not see it: it must not order what the core itself has not ordered.
 */
class RawLock {
public:
	void lock();
	void unlock();

private:
	char held_ = 0;
};

class RawGuard {
public:
	explicit RawGuard(RawLock &lock) : lock_(lock) { lock_.lock(); }
	RawGuard(const RawGuard &) = delete;
	RawGuard &operator=(const RawGuard &) = delete;
	~RawGuard() { lock_.unlock(); }

private:
	RawLock &lock_;
};

} // namespace sim

#endif
