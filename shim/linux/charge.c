// SPDX-License-Identifier: GPL-2.0
/*
 * Charging pinned pages against RLIMIT_MEMLOCK: to the address space, where the user sees them
 * (VmPin), and to the user, because an address space ends with an exec and a pin does not; as
 * io_uring does, and on the same accounts. Both get back what they paid, whoever unpins. Process
 * context.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>

#include "charge.h"

/**
 * vp_charge() - the calling process will pin pages
 * @charge: filled in.
 * @pages: how many.
 *
 * Return: 0 or -EAGAIN (RLIMIT_MEMLOCK, and no CAP_IPC_LOCK).
 */
int vp_charge(struct vp_charge *charge, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user = get_uid(current_user());
	struct mm_struct *mm = current->mm;
	unsigned long of_mm, of_user;

	mmgrab(mm);
	charge->mm = mm;
	charge->user = user;
	charge->pages = pages;
	of_mm = atomic64_add_return(pages, &mm->pinned_vm);
	of_user = atomic_long_add_return(pages, &user->locked_vm);
	if (max(of_mm, of_user) > limit && !capable(CAP_IPC_LOCK)) {
		vp_uncharge(charge);
		return -EAGAIN;
	}
	return 0;
}

/**
 * vp_uncharge() - the pages are not pinned any more
 * @charge: of vp_charge(); nobody pays by it any more.
 */
void vp_uncharge(struct vp_charge *charge)
{
	if (!charge->mm)
		return;
	atomic_long_sub(charge->pages, &charge->user->locked_vm);
	atomic64_sub(charge->pages, &charge->mm->pinned_vm);
	free_uid(charge->user);
	mmdrop(charge->mm);
	charge->mm = NULL;
}
