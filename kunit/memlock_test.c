// SPDX-License-Identifier: GPL-2.0
/*
 * The charge: to mm->pinned_vm, against RLIMIT_MEMLOCK unless the client has CAP_IPC_LOCK, and
 * given back to the memory that was charged.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/sched/signal.h>

#include "bench.h"

#define BYTES	(4 * PAGE_SIZE)

/* The thread of the case with a limit and, if asked for, without the capability. */
struct limited {
	const struct cred *old;
	struct cred *mine;
	struct rlimit limit;
};

static bool limit(struct limited *limited, unsigned long pages, bool capable)
{
	limited->mine = prepare_creds();
	if (!limited->mine)
		return false;
	if (!capable)
		cap_lower(limited->mine->cap_effective, CAP_IPC_LOCK);
	limited->old = override_creds(limited->mine);
	limited->limit = current->signal->rlim[RLIMIT_MEMLOCK];
	current->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = pages << PAGE_SHIFT;
	return true;
}

static void unlimit(struct limited *limited)
{
	current->signal->rlim[RLIMIT_MEMLOCK] = limited->limit;
	revert_creds(limited->old);
	put_cred(limited->mine);
}

/* Locks under a limit of @pages above what is charged already. */
static void lock_limited(struct kunit *test, unsigned long pages, bool capable, bool expected)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	u64 limited_before = vpk_counter(vpk->a, "memlock_limit");
	struct vpk_state before;
	struct limited limited;
	PVOID mdl;

	vpk_state(vpk, &before);
	VPK_NEED(test, limit(&limited, before.pinned_vm + pages, capable));
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	unlimit(&limited);
	KUNIT_EXPECT_EQ(test, !!mdl, expected);
	if (mdl)
		VideoPortUnlockBuffer(vpk->a->ext, mdl);
	else
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "memlock_limit"), limited_before + 1);
	vpk_expect_state(test, &before, "afterwards");
}

VPK_REQUEST_CASE(a_lock_up_to_the_limit_is_allowed)
{
	lock_limited(test, 4, false, true);
}

VPK_REQUEST_CASE(a_lock_above_the_limit_is_refused)
{
	lock_limited(test, 3, false, false);
}

VPK_REQUEST_CASE(a_limit_of_nothing_refuses_all)
{
	lock_limited(test, 0, false, false);
}

VPK_REQUEST_CASE(cap_ipc_lock_lifts_the_limit)
{
	lock_limited(test, 0, true, true);
}

VPK_REQUEST_CASE(locks_add_up_to_the_limit_and_an_unlock_makes_room)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct limited limited;
	PVOID one, two, three;

	VPK_NEED(test, limit(&limited, vpk_pinned_vm() + 6, false));
	one = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	two = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	three = vpk_lock(vpk->a, user, BYTES / 2, VpWriteAccess);
	KUNIT_EXPECT_NOT_NULL(test, one);
	KUNIT_EXPECT_NULL(test, two);
	KUNIT_EXPECT_NOT_NULL(test, three);
	VideoPortUnlockBuffer(vpk->a->ext, one);
	two = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	KUNIT_EXPECT_NOT_NULL(test, two);
	unlimit(&limited);
	VideoPortUnlockBuffer(vpk->a->ext, two);
	VideoPortUnlockBuffer(vpk->a->ext, three);
}

VPK_REQUEST_CASE(memory_of_ours_is_charged_to_nobody)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);
	long charged = vpk_pinned_vm();
	struct limited limited;
	PVOID mdl;

	VPK_NEED(test, memory);
	VPK_NEED(test, limit(&limited, 0, false));
	mdl = vpk_lock(vpk->a, (unsigned long)memory, BYTES, VpWriteAccess);
	unlimit(&limited);
	KUNIT_EXPECT_NOT_NULL(test, mdl);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), charged);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	VideoPortFreePool(vpk->a->ext, memory);
}

static void lock_for_later(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
}

/* The worker that closes has no memory of its own: the charge goes back to ours. */
static void the_charge_goes_back_to_the_process_that_was_charged(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	long charged = vpk_pinned_vm();

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), charged + 4);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), charged);
}

static struct kunit_case memlock_cases[] = {
	KUNIT_CASE(a_lock_up_to_the_limit_is_allowed),
	KUNIT_CASE(a_lock_above_the_limit_is_refused),
	KUNIT_CASE(a_limit_of_nothing_refuses_all),
	KUNIT_CASE(cap_ipc_lock_lifts_the_limit),
	KUNIT_CASE(locks_add_up_to_the_limit_and_an_unlock_makes_room),
	KUNIT_CASE(memory_of_ours_is_charged_to_nobody),
	KUNIT_CASE(the_charge_goes_back_to_the_process_that_was_charged),
	{ }
};

VPK_SUITE(memlock, memlock_cases);
