// SPDX-License-Identifier: GPL-2.0
/*
 * Charging pinned pages against RLIMIT_MEMLOCK: to the address space, where the user sees them
 * (VmPin), and to the user, because an address space ends with an exec and a pin does not. Both get
 * back what they paid, whoever unpins. Process context.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "charge.h"

/**
 * struct vp_payer - a user with pinned pages
 * @uid: who.
 * @refs: one for each charge.
 * @pages: all that the user's processes have pinned through this module.
 * @rcu: it is looked up without a lock.
 */
struct vp_payer {
	uid_t uid;
	refcount_t refs;
	atomic64_t pages;
	struct rcu_head rcu;
};

static DEFINE_XARRAY(vp_payers);
static DEFINE_MUTEX(vp_payers_lock); /* held while one comes or goes */

static struct vp_payer *vp_payer_new(uid_t uid)
{
	struct vp_payer *payer;

	mutex_lock(&vp_payers_lock);
	payer = xa_load(&vp_payers, uid);
	if (payer) {
		refcount_inc(&payer->refs);
		goto unlock;
	}
	payer = kzalloc(sizeof(*payer), GFP_KERNEL);
	if (!payer)
		goto unlock;
	payer->uid = uid;
	refcount_set(&payer->refs, 1);
	if (xa_err(xa_store(&vp_payers, uid, payer, GFP_KERNEL))) {
		kfree(payer);
		payer = NULL;
	}
unlock:
	mutex_unlock(&vp_payers_lock);
	return payer;
}

static struct vp_payer *vp_payer_get(void)
{
	uid_t uid = from_kuid(&init_user_ns, current_uid());
	struct vp_payer *payer;

	rcu_read_lock();
	payer = xa_load(&vp_payers, uid);
	if (payer && !refcount_inc_not_zero(&payer->refs))
		payer = NULL;
	rcu_read_unlock();
	return payer ? payer : vp_payer_new(uid);
}

static void vp_payer_put(struct vp_payer *payer)
{
	if (!refcount_dec_and_mutex_lock(&payer->refs, &vp_payers_lock))
		return;
	xa_erase(&vp_payers, payer->uid);
	mutex_unlock(&vp_payers_lock);
	kfree_rcu(payer, rcu);
}

/**
 * vp_charge() - the calling process will pin pages
 * @charge: filled in.
 * @pages: how many.
 *
 * Return: 0, -EAGAIN (RLIMIT_MEMLOCK, and no CAP_IPC_LOCK) or -ENOMEM.
 */
int vp_charge(struct vp_charge *charge, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct mm_struct *mm = current->mm;
	s64 of_mm, of_user;

	charge->payer = vp_payer_get();
	if (!charge->payer)
		return -ENOMEM;
	mmgrab(mm);
	charge->mm = mm;
	charge->pages = pages;
	of_mm = atomic64_add_return(pages, &mm->pinned_vm);
	of_user = atomic64_add_return(pages, &charge->payer->pages);
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
	atomic64_sub(charge->pages, &charge->payer->pages);
	atomic64_sub(charge->pages, &charge->mm->pinned_vm);
	vp_payer_put(charge->payer);
	mmdrop(charge->mm);
	charge->mm = NULL;
}
