/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Charging pinned pages against RLIMIT_MEMLOCK: to the address space, where the user sees them
 * (VmPin), and to the user, because an address space ends with an exec and a pin does not; as
 * io_uring does, and on the same accounts. Both get back what they paid, whoever unpins. Process
 * context. Inline for the sake of small pins, which come and go all the time.
 */
#ifndef VP_CHARGE_H
#define VP_CHARGE_H

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>

/**
 * struct vp_charge - who pays for pinned pages
 * @mm: the address space that was charged; kept. NULL: nobody pays.
 * @cred: of the user that was charged; kept, and keeps the user.
 * @pages: how many.
 */
struct vp_charge {
	struct mm_struct *mm;
	const struct cred *cred;
	unsigned long pages;
};

/**
 * vp_uncharge() - the pages are not pinned any more
 * @charge: of vp_charge(), that somebody pays; nobody does afterwards.
 */
static inline void vp_uncharge(struct vp_charge *charge)
{
	atomic_long_sub(charge->pages, &charge->cred->user->locked_vm);
	atomic64_sub(charge->pages, &charge->mm->pinned_vm);
	put_cred(charge->cred);
	mmdrop(charge->mm);
	charge->mm = NULL;
}

/**
 * vp_charge() - the calling process will pin pages
 * @charge: filled in.
 * @pages: how many.
 *
 * Return: 0 or -EAGAIN (RLIMIT_MEMLOCK, and no CAP_IPC_LOCK).
 */
static inline int vp_charge(struct vp_charge *charge, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	/* get_cred() writes a zero over what is one, whoever else does. */
	const struct cred *cred = data_race(get_current_cred());
	struct mm_struct *mm = current->mm;
	unsigned long of_mm, of_user;

	mmgrab(mm);
	charge->mm = mm;
	charge->cred = cred;
	charge->pages = pages;
	of_mm = atomic64_add_return(pages, &mm->pinned_vm);
	of_user = atomic_long_add_return(pages, &cred->user->locked_vm);
	if (unlikely(max(of_mm, of_user) > limit) && !capable(CAP_IPC_LOCK)) {
		vp_uncharge(charge);
		return -EAGAIN;
	}
	return 0;
}

#endif /* VP_CHARGE_H */
