// SPDX-License-Identifier: GPL-2.0
/*
 * Who is at DIRQL under PREEMPT_RT: a list for each processor of those that hold an interrupt lock
 * on it. A holder may be preempted, so there may be several; none of them moves to another
 * processor, because a lock that is held forbids that. Threads alone change a list, hard interrupts
 * at most look at it. Called from every context.
 */
#include "dirql.h"

#ifdef CONFIG_PREEMPT_RT
#include <linux/percpu.h>
#include <linux/preempt.h>

static DEFINE_PER_CPU(struct hlist_head, vp_at_dirql);

void vp_dirql_enter(struct vp_dirql *dirql)
{
	if (!dirql->raises)
		return;
	preempt_disable();
	dirql->holder = current;
	hlist_add_head(&dirql->link, this_cpu_ptr(&vp_at_dirql));
	preempt_enable();
}

void vp_dirql_leave(struct vp_dirql *dirql)
{
	if (!dirql->raises)
		return;
	preempt_disable();
	hlist_del(&dirql->link);
	preempt_enable();
}

bool vp_dirql_now(void)
{
	struct vp_dirql *dirql;
	bool found = false;

	preempt_disable();
	hlist_for_each_entry(dirql, this_cpu_ptr(&vp_at_dirql), link) {
		found = dirql->holder == current;
		if (found)
			break;
	}
	preempt_enable();
	return found;
}
#endif
