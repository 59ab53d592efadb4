/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is at DIRQL. Elsewhere the processor says so: its interrupts are off. Under PREEMPT_RT they
 * stay on: interrupt handlers are threads, and a spin lock is one that sleeps. There whoever holds
 * an adapter's interrupt lock is at DIRQL, and this keeps who that is.
 */
#ifndef VP_DIRQL_H
#define VP_DIRQL_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/types.h>

#ifdef CONFIG_PREEMPT_RT
/**
 * struct vp_dirql - a lock's part in it
 * @raises: who holds the lock is at DIRQL.
 * @holder: the thread.
 * @link: among those that hold such a lock on this processor.
 */
struct vp_dirql {
	bool raises;
	struct task_struct *holder;
	struct hlist_node link;
};

/**
 * vp_dirql_enter() - the caller has taken a lock, if it is such a one: it is at DIRQL
 * @dirql: of the lock. A lock holds its taker on the processor.
 */
void vp_dirql_enter(struct vp_dirql *dirql);
/** vp_dirql_leave() - the caller is about to release the lock; @dirql: of the lock. */
void vp_dirql_leave(struct vp_dirql *dirql);
/** vp_dirql_now() - does the caller hold such a lock? Any context. */
bool vp_dirql_now(void);

#else /* !CONFIG_PREEMPT_RT */

struct vp_dirql {
};

static inline void vp_dirql_enter(struct vp_dirql *dirql)
{
}

static inline void vp_dirql_leave(struct vp_dirql *dirql)
{
}

static inline bool vp_dirql_now(void)
{
	return false;
}
#endif

/** vp_dirql_init() - prepare a lock's part; @raises: who holds the lock is at DIRQL. */
static inline void vp_dirql_init(struct vp_dirql *dirql, bool raises)
{
#ifdef CONFIG_PREEMPT_RT
	dirql->raises = raises;
#endif
}

#endif /* VP_DIRQL_H */
