// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts, locks and clocks for the core: what the caller may do, bottom halves, spin locks,
 * mutexes, waiting. Called from every context; sleeps only in the mutex functions and in a wait.
 */
#include <linux/bottom_half.h>
#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <linux/wait.h>

#include "dirql.h"
#include "linux.h"

/* What is in the core's room for a spin lock. */
struct vp_lock {
	spinlock_t lock; /* what it is for says enum vp_spinlock_class */
	struct vp_dirql dirql;
};

static_assert(sizeof(struct vp_spinlock) >= sizeof(struct vp_lock));
static_assert(sizeof(struct vp_mutex) >= sizeof(struct mutex));
static_assert(sizeof(struct vp_wait) >= sizeof(wait_queue_head_t));
/* A miniport counts in pages of 4096 bytes, the core too: see page.h. */
static_assert(PAGE_SIZE == 4096,
	      "videoport needs a kernel with pages of 4 KiB: CONFIG_ARM64_4K_PAGES on arm64");
static_assert(VP_ENOENT == ENOENT);
static_assert(VP_EINTR == EINTR && VP_EIO == EIO && VP_EBADF == EBADF && VP_EAGAIN == EAGAIN &&
	      VP_ENOMEM == ENOMEM && VP_EFAULT == EFAULT && VP_EBUSY == EBUSY &&
	      VP_ENODEV == ENODEV && VP_EINVAL == EINVAL && VP_EMFILE == EMFILE &&
	      VP_ENOSPC == ENOSPC && VP_ETIME == ETIME && VP_EOPNOTSUPP == EOPNOTSUPP);

static __always_inline enum vp_context vp_context(void)
{
	if (in_hardirq() || irqs_disabled() || vp_dirql_now())
		return VP_DIRQL;
	if (in_softirq())
		return VP_DISPATCH;
	return VP_PASSIVE;
}

enum vp_context vp_context_now(void)
{
	return vp_context();
}

static __always_inline uint64_t vp_task(void)
{
	return in_task() ? (uint64_t)(uintptr_t)current : 0;
}

uint64_t vp_task_now(void)
{
	return vp_task();
}

struct vp_calling vp_calling_now(void)
{
	/* Most are; the rest is looked at in turn. */
	if (likely(!irq_count() && !irqs_disabled() && !vp_dirql_now()))
		return (struct vp_calling) { .task = (uint64_t)(uintptr_t)current,
					     .context = VP_PASSIVE };
	return (struct vp_calling) { .task = vp_task(), .context = vp_context() };
}

void vp_user_now(struct vp_user *user)
{
	user->process = task_tgid_nr(current);
	user->user = from_kuid(&init_user_ns, current_uid());
	user->unlimited = capable(CAP_SYS_RESOURCE);
	BUILD_BUG_ON(sizeof(user->name) != TASK_COMM_LEN);
	get_task_comm(user->name, current);
}

void vp_dispatch_enter(void)
{
	local_bh_disable();
}

void vp_dispatch_leave(void)
{
	local_bh_enable();
}

static struct lock_class_key vp_spinlock_keys[VP_LOCK_CLASSES];
static const char * const vp_spinlock_names[VP_LOCK_CLASSES] = {
	[VP_LOCK_PORT] = "videoport port",
	[VP_LOCK_INTERRUPT] = "videoport interrupt",
	[VP_LOCK_MINIPORT] = "videoport miniport",
	[VP_LOCK_REGISTRY] = "videoport registry",
};

static struct vp_lock *vp_lock(struct vp_spinlock *lock)
{
	return (struct vp_lock *)lock->opaque;
}

static spinlock_t *vp_spinlock(struct vp_spinlock *lock)
{
	return &vp_lock(lock)->lock;
}

void vp_spinlock_init(struct vp_spinlock *lock, enum vp_spinlock_class kind)
{
	spin_lock_init(vp_spinlock(lock));
	lockdep_set_class_and_name(vp_spinlock(lock), &vp_spinlock_keys[kind],
				   vp_spinlock_names[kind]);
	vp_dirql_init(&vp_lock(lock)->dirql, kind == VP_LOCK_INTERRUPT);
}

unsigned long vp_spinlock_acquire(struct vp_spinlock *lock)
	__acquires(vp_spinlock(lock))
{
	unsigned long flags;

	spin_lock_irqsave(vp_spinlock(lock), flags);
	vp_dirql_enter(&vp_lock(lock)->dirql);
	return flags;
}

void vp_spinlock_release(struct vp_spinlock *lock, unsigned long flags)
	__releases(vp_spinlock(lock))
{
	vp_dirql_leave(&vp_lock(lock)->dirql);
	spin_unlock_irqrestore(vp_spinlock(lock), flags);
}

void vp_spinlock_acquire_dispatch(struct vp_spinlock *lock)
	__acquires(vp_spinlock(lock))
{
	spin_lock_bh(vp_spinlock(lock));
}

void vp_spinlock_release_dispatch(struct vp_spinlock *lock)
	__releases(vp_spinlock(lock))
{
	spin_unlock_bh(vp_spinlock(lock));
}

static struct mutex *vp_mutex(struct vp_mutex *mutex)
{
	return (struct mutex *)mutex->opaque;
}

static struct lock_class_key vp_mutex_keys[VP_MUTEX_CLASSES];
static const char * const vp_mutex_names[VP_MUTEX_CLASSES] = {
	[VP_MUTEX_REQUEST] = "videoport request",
	[VP_MUTEX_MASK] = "videoport mask",
	[VP_MUTEX_ENDING] = "videoport ending",
	[VP_MUTEX_VIEW] = "videoport view",
	[VP_MUTEX_VALUES] = "videoport values",
	[VP_MUTEX_ROM] = "videoport rom",
};

void vp_mutex_init(struct vp_mutex *mutex, enum vp_mutex_class kind)
{
	__mutex_init(vp_mutex(mutex), vp_mutex_names[kind], &vp_mutex_keys[kind]);
}

void vp_mutex_lock(struct vp_mutex *mutex)
{
	mutex_lock(vp_mutex(mutex));
}

int vp_mutex_lock_killable(struct vp_mutex *mutex)
{
	return mutex_lock_killable(vp_mutex(mutex));
}

void vp_mutex_unlock(struct vp_mutex *mutex)
{
	mutex_unlock(vp_mutex(mutex));
}

static wait_queue_head_t *vp_wait_queue(struct vp_wait *wait)
{
	return (wait_queue_head_t *)wait->opaque;
}

void vp_wait_init(struct vp_wait *wait)
{
	init_waitqueue_head(vp_wait_queue(wait));
}

/*
 * As wait_event_killable_timeout(), but who waits here does not keep the machine from sleeping. A
 * waiter may have the device lock; others like it wait for that here, too, and what else wants it
 * when the machine sleeps does not wait. Hence "unsafe". The end is one of the clock, not of the
 * ticks: where a processor is late with its ticks, jiffies lag and then jump, and a number of them
 * would be over too early.
 */
int vp_wait_until(struct vp_wait *wait, bool (*ready)(void *context), void *context,
		  uint64_t nanoseconds)
{
	ktime_t end = ktime_add_safe(ktime_get(), min_t(u64, nanoseconds, KTIME_MAX));
	wait_queue_head_t *queue = vp_wait_queue(wait);
	bool over = !nanoseconds;
	DEFINE_WAIT(entry);
	int ret = 0;

	for (;;) {
		prepare_to_wait(queue, &entry, TASK_KILLABLE | TASK_FREEZABLE_UNSAFE);
		if (ready(context))
			break;
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		if (over) {
			ret = -ETIME;
			break;
		}
		over = !schedule_hrtimeout(nanoseconds == VP_FOR_EVER ? NULL : &end,
					   HRTIMER_MODE_ABS);
	}
	finish_wait(queue, &entry);
	return ret;
}

void vp_wait_uninterrupted(struct vp_wait *wait, bool (*ready)(void *context), void *context)
{
	wait_event(*vp_wait_queue(wait), ready(context));
}

void vp_wait_wake(struct vp_wait *wait)
{
	wake_up_all(vp_wait_queue(wait));
}

/* From 1601 to 1970, in units of 100 ns. */
#define VP_EPOCH_DIFFERENCE	116444736000000000ULL

uint64_t vp_system_time(void)
{
	return ktime_get_real_ns() / 100 + VP_EPOCH_DIFFERENCE;
}

uint64_t vp_random(void)
{
	return get_random_u64();
}

uint64_t vp_clock_ms(void)
{
	return vp_now_ms();
}
