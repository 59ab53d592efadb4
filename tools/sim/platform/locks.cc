// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts, spin locks and mutexes of platform.h. Finds what lockdep would: a lock that is taken
 * twice, released by another, taken in both orders, or taken in an interrupt while somebody else
 * takes it with interrupts on.
 */
#include <atomic>
#include <iterator>
#include <memory>

#include "exclusive.hpp"
#include "fail.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "thread.hpp"

using namespace sim;

namespace {

constexpr uint32_t spinlock_magic = 0x5b19c10c;
constexpr uint32_t mutex_magic = 0x3c7e5a91;

/* Those of spin locks, then those of mutexes. */
constexpr unsigned int spinlock_classes = VP_LOCK_CLASSES;
constexpr unsigned int classes = spinlock_classes + VP_MUTEX_CLASSES;
const char *const class_names[] = {"port", "interrupt", "miniport", "registry", "request",
				   "mask", "ending",	"view",	    "values",	"rom"};

static_assert(std::size(class_names) == classes);

/* Both begin alike. */
struct LockState {
	uint32_t magic;
	uint32_t kind; /* class */
};

struct SpinlockState : LockState {
	Exclusive exclusive;
};

struct MutexState : LockState {
	Exclusive exclusive;
};

static_assert(sizeof(SpinlockState) <= sizeof(vp_spinlock));
static_assert(sizeof(MutexState) <= sizeof(vp_mutex));

/* What was ever seen of a class of locks, in this process. */
std::atomic<bool> taken_after[classes][classes];
std::atomic<bool> taken_in_interrupt[classes];
std::atomic<bool> taken_with_interrupts_on[classes];

SpinlockState &state_of(vp_spinlock *lock, const char *call)
{
	auto *state = reinterpret_cast<SpinlockState *>(lock->opaque);

	if (state->magic != spinlock_magic)
		fail("%s of a lock that is not initialised (or freed)", call);
	return *state;
}

MutexState &state_of(vp_mutex *mutex, const char *call)
{
	auto *state = reinterpret_cast<MutexState *>(mutex->opaque);

	if (state->magic != mutex_magic)
		fail("%s of a mutex that is not initialised (or freed)", call);
	return *state;
}

void check_order(const LockState &state)
{
	const Thread &thread = current();
	unsigned int kind = state.kind;

	for (const auto *list : {&thread.mutexes, &thread.spinlocks}) {
		if (list == &thread.spinlocks && kind >= spinlock_classes)
			break; /* may_sleep() has said it */
		for (const void *held : *list) {
			unsigned int before = static_cast<const LockState *>(held)->kind;

			if (before == kind && kind == VP_LOCK_MINIPORT)
				continue; /* the order among its own locks is the miniport's */
			taken_after[before][kind] = true;
			if (taken_after[kind][before])
				fail("lock of class '%s' taken with one of class '%s' held: also seen the other way round",
				     class_names[kind], class_names[before]);
		}
	}
	if (kind >= spinlock_classes)
		return; /* a mutex */
	if (thread.hardirq)
		taken_in_interrupt[kind] = true;
	else if (!thread.interrupts_off)
		taken_with_interrupts_on[kind] = true;
	if (taken_in_interrupt[kind] && taken_with_interrupts_on[kind])
		fail("locks of class '%s' are taken in an interrupt, and elsewhere with interrupts on",
		     class_names[kind]);
}

void acquire(SpinlockState &state)
{
	Thread &thread = current();

	not_in_panic("a lock is taken");
	if (state.exclusive.owner() == &thread)
		fail("lock of class '%s' taken twice by '%s'%s", class_names[state.kind],
		     thread.name, thread.hardirq ? ": its interrupt waits for itself" : "");
	state.exclusive.lock(&thread);
	thread.spinlocks.push_back(static_cast<LockState *>(&state));
}

void release(SpinlockState &state)
{
	Thread &thread = current();

	if (state.exclusive.owner() != &thread)
		fail("lock of class '%s' released by '%s', which does not hold it",
		     class_names[state.kind], thread.name);
	else if (thread.spinlocks.empty() ||
		 thread.spinlocks.back() != static_cast<LockState *>(&state))
		fail("lock of class '%s' is not the last that '%s' took", class_names[state.kind],
		     thread.name);
	else
		thread.spinlocks.pop_back();
	state.exclusive.unlock();
}

} // namespace

void sim::forget_miniport_locks()
{
	taken_in_interrupt[VP_LOCK_MINIPORT] = taken_with_interrupts_on[VP_LOCK_MINIPORT] = false;
	for (unsigned int other = 0; other < classes; other++)
		taken_after[other][VP_LOCK_MINIPORT] = taken_after[VP_LOCK_MINIPORT][other] = false;
}

extern "C" {

vp_calling vp_calling_now(void)
{
	return {vp_task_now(), vp_context_now()};
}

vp_context vp_context_now(void)
{
	return context_of(current());
}

uint64_t vp_task_now(void)
{
	const Thread &thread = current();

	return thread.hardirq || thread.softirq ? 0 : thread.task;
}

void vp_user_now(vp_user *user)
{
	may_sleep("vp_user_now()");

	const Process *process = current().process;

	if (!process)
		fail("vp_user_now() outside a process, by '%s'", current().name);
	*user = process ? vp_user{process->number, process->user, process->may_exceed, "sim"}
			: vp_user{};
}

void vp_dispatch_enter(void)
{
	allowed_up_to(VP_DISPATCH, "vp_dispatch_enter()");
	current().bottom_halves_off++;
}

void vp_dispatch_leave(void)
{
	Thread &thread = current();

	if (!thread.bottom_halves_off)
		fail("vp_dispatch_leave() without vp_dispatch_enter()");
	else
		thread.bottom_halves_off--;
	allowed_up_to(VP_DISPATCH, "vp_dispatch_leave()");
	point();
}

void vp_spinlock_init(vp_spinlock *lock, vp_spinlock_class kind)
{
	auto &state = *reinterpret_cast<SpinlockState *>(lock->opaque);

	std::construct_at(&state);
	state.magic = spinlock_magic;
	state.kind = kind;
}

unsigned long vp_spinlock_acquire(vp_spinlock *lock)
{
	SpinlockState &state = state_of(lock, "vp_spinlock_acquire()");

	point();
	unsigned long flags = current().interrupts_off++;

	check_order(state);
	acquire(state);
	return flags;
}

void vp_spinlock_release(vp_spinlock *lock, unsigned long flags)
{
	Thread &thread = current();

	release(state_of(lock, "vp_spinlock_release()"));
	if (thread.interrupts_off != flags + 1)
		fail("vp_spinlock_release() with the flags of another lock");
	else
		thread.interrupts_off--;
	point();
}

void vp_spinlock_acquire_dispatch(vp_spinlock *lock)
{
	SpinlockState &state = state_of(lock, "vp_spinlock_acquire_dispatch()");

	allowed_up_to(VP_DISPATCH, "vp_spinlock_acquire_dispatch()");
	point();
	current().bottom_halves_off++;
	check_order(state);
	acquire(state);
}

void vp_spinlock_release_dispatch(vp_spinlock *lock)
{
	release(state_of(lock, "vp_spinlock_release_dispatch()"));
	vp_dispatch_leave();
}

void vp_mutex_init(vp_mutex *mutex, vp_mutex_class kind)
{
	auto &state = *reinterpret_cast<MutexState *>(mutex->opaque);

	std::construct_at(&state);
	state.magic = mutex_magic;
	state.kind = spinlock_classes + kind;
}

void vp_mutex_lock(vp_mutex *mutex)
{
	MutexState &state = state_of(mutex, "vp_mutex_lock()");
	Thread &thread = current();

	may_sleep("vp_mutex_lock()");
	point();
	if (state.exclusive.owner() == &thread)
		fail("mutex taken twice by '%s'", thread.name);
	check_order(state);
	state.exclusive.lock(&thread);
	thread.mutexes.push_back(static_cast<LockState *>(&state));
}

int vp_mutex_lock_killable(vp_mutex *mutex)
{
	MutexState &state = state_of(mutex, "vp_mutex_lock_killable()");
	Thread &thread = current();

	may_sleep("vp_mutex_lock_killable()");
	point();
	if (inject(Fallible::Wait))
		return -VP_EINTR;
	if (state.exclusive.owner() == &thread)
		fail("mutex taken twice by '%s'", thread.name);
	check_order(state);
	if (!state.exclusive.lock_killable(&thread))
		return -VP_EINTR;
	thread.mutexes.push_back(static_cast<LockState *>(&state));
	return 0;
}

void vp_mutex_unlock(vp_mutex *mutex)
{
	MutexState &state = state_of(mutex, "vp_mutex_unlock()");
	Thread &thread = current();

	may_sleep("vp_mutex_unlock()");
	if (state.exclusive.owner() != &thread) {
		fail("mutex released by '%s', which does not hold it", thread.name);
		return;
	}
	std::erase(thread.mutexes, static_cast<LockState *>(&state));
	state.exclusive.unlock();
	point();
}

} // extern "C"
