// SPDX-License-Identifier: GPL-2.0
/*
 * Locking while allocations fail: each failure is the documented one, and leaves the state as it
 * was before the call.
 */
#include <linux/mman.h>

#include "fault.h"

#define BYTES	(6 * PAGE_SIZE)

static PDMA lock_pages(struct vpk_case *vpk, unsigned long user, PVIDEO_REQUEST_PACKET lock)
{
	BOOLEAN locked;

	lock->InputBuffer = (PVOID)user;
	lock->InputBufferLength = BYTES;
	lock->OutputBuffer = &vpk_adapters;
	lock->OutputBufferLength = 4711;
	locked = VideoPortLockPages(vpk->a->ext, lock, NULL, NULL, VideoPortDmaInitOnly);
	return locked ? lock->OutputBuffer : NULL;
}

VPK_REQUEST_CASE(lock_pages_of_touched_memory)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	u64 none = vpk_counter(vpk->a, "no_memory");
	VIDEO_REQUEST_PACKET lock = *vrp;
	PDMA dma;

	vpk_fill(test, user, BYTES, 0);
	VPK_EACH_FAULT(test, dma = lock_pages(vpk, user, &lock), !dma, {
		KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, user), (size_t)BYTES);
		VideoPortUnlockPages(vpk->a->ext, dma);
	});
	KUNIT_EXPECT_GT(test, vpk_counter(vpk->a, "no_memory"), none);
}

/* The request packet is untouched by a lock that failed. */
VPK_REQUEST_CASE(lock_pages_that_fails_leaves_the_request_packet)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	VIDEO_REQUEST_PACKET lock = *vrp;
	PDMA dma;

	VPK_EACH_FAULT(test, {
		dma = lock_pages(vpk, user, &lock);
		if (!dma) {
			KUNIT_EXPECT_PTR_EQ(test, lock.OutputBuffer, (PVOID)&vpk_adapters);
			KUNIT_EXPECT_EQ(test, lock.OutputBufferLength, 4711u);
			KUNIT_EXPECT_PTR_EQ(test, lock.InputBuffer, (PVOID)user);
		}
	}, !dma, VideoPortUnlockPages(vpk->a->ext, dma));
}

/* Memory that no page stands behind yet: the pin itself has to allocate, and may fail half way. */
VPK_REQUEST_CASE(lock_pages_of_memory_never_touched)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = *vrp;
	unsigned long user;
	PDMA dma;

	/* anew in each round, since a failed one leaves pages behind: only the lock is armed */
	VPK_EACH_FAULT(test, {
		unsigned int n = fault_.n;

		current_fail_nth(0);
		user = vm_mmap(NULL, 0, BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, 0);
		current_fail_nth(n);
		dma = lock_pages(vpk, user, &lock);
		vpk_fault_disarm(&fault_);
		n = fault_.met;
		if (!dma)
			vm_munmap(user, BYTES);
		current_fail_nth(n ? 0 : 1);
	}, !dma, {
		VideoPortUnlockPages(vpk->a->ext, dma);
		vm_munmap(user, BYTES);
	});
}

VPK_REQUEST_CASE(lock_buffer)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVOID mdl;

	vpk_fill(test, user, BYTES, 0);
	VPK_EACH_FAULT(test, mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess), !mdl,
		       VideoPortUnlockBuffer(vpk->a->ext, mdl));
}

VPK_REQUEST_CASE(lock_buffer_for_reading)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVOID mdl;

	vpk_fill(test, user, BYTES, 0);
	VPK_EACH_FAULT(test, mdl = vpk_lock(vpk->a, user, BYTES, VpReadAccess), !mdl,
		       VideoPortUnlockBuffer(vpk->a->ext, mdl));
}

VPK_REQUEST_CASE(lock_buffer_of_memory_of_ours)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);
	PVOID mdl;

	VPK_NEED(test, memory);
	if (!vpk_faults_work()) {
		VideoPortFreePool(vpk->a->ext, memory);
		VPK_SKIP(test, "allocations cannot be made to fail (see kunit/fault.h)");
	}
	VPK_EACH_FAULT(test, mdl = vpk_lock(vpk->a, (unsigned long)memory, BYTES, VpWriteAccess),
		       !mdl, VideoPortUnlockBuffer(vpk->a->ext, mdl));
	VideoPortFreePool(vpk->a->ext, memory);
}

VPK_REQUEST_CASE(lock_pages_of_many_pages)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, SZ_4M);
	PDMA dma;

	if (vpk_bounces(vpk->a))
		VPK_SKIP(test, "too much for the bounce buffers");
	/*
	 * When intel-iommu has no memory for a further page table, it leaves the entries that it
	 * has made, and warns when the addresses are used again (6.12).
	 */
	if (vpk_has_iommu(vpk->a))
		VPK_SKIP(test, "the IOMMU's own driver does not survive its failures");
	vpk_fill(test, user, SZ_4M, 0);
	VPK_EACH_FAULT(test, dma = vpk_lock_pages(vpk->a, user, SZ_4M, NULL), !dma,
		       VideoPortUnlockPages(vpk->a->ext, dma));
}

/* The handle table grows by a chunk at a time: somewhere among these locks it has to. */
VPK_REQUEST_CASE(lock_buffer_when_the_handle_table_is_full)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, PAGE_SIZE);
	PVOID *held = kunit_kzalloc(test, 300 * sizeof(*held), GFP_KERNEL);
	unsigned int i, n, failures = 0;

	if (!vpk_faults_work())
		VPK_SKIP(test, "allocations cannot be made to fail (see kunit/fault.h)");
	VPK_NEED(test, held);
	vpk_fill(test, user, 16, 0);
	for (i = 0; i < 300; i++) {
		/* the first two are the lock's own, the others the table's */
		for (n = 3; n <= 6; n++) {
			PVOID mdl;

			current_fail_nth(n);
			mdl = vpk_lock(vpk->a, user, 16, VpReadAccess);
			current_fail_nth(0);
			if (mdl)
				VideoPortUnlockBuffer(vpk->a->ext, mdl);
			else
				failures++;
		}
		held[i] = vpk_lock(vpk->a, user, 16, VpReadAccess);
		if (!held[i])
			KUNIT_FAIL(test, "lock %u", i);
	}
	KUNIT_EXPECT_GE(test, failures, 1u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 300ull);
	for (i = 0; i < 300; i++)
		VideoPortUnlockBuffer(vpk->a->ext, held[i]);
}

/* An unlock never fails, whatever it cannot allocate. */
VPK_REQUEST_CASE(unlock_pages_needs_no_memory)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	unsigned int n;

	if (!vpk_faults_work())
		VPK_SKIP(test, "allocations cannot be made to fail (see kunit/fault.h)");
	vpk_state(vpk, &before);
	for (n = 1; n <= 20; n++) {
		PDMA dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);

		current_fail_nth(n);
		KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
		current_fail_nth(0);
		vpk_expect_state(test, &before, "after the unlock");
	}
}

static struct kunit_case fault_lock_cases[] = {
	KUNIT_CASE(lock_pages_of_touched_memory),
	KUNIT_CASE(lock_pages_that_fails_leaves_the_request_packet),
	KUNIT_CASE(lock_pages_of_memory_never_touched),
	KUNIT_CASE(lock_buffer),
	KUNIT_CASE(lock_buffer_for_reading),
	KUNIT_CASE(lock_buffer_of_memory_of_ours),
	KUNIT_CASE(lock_pages_of_many_pages),
	KUNIT_CASE(lock_buffer_when_the_handle_table_is_full),
	KUNIT_CASE(unlock_pages_needs_no_memory),
	{ }
};

VPK_SUITE(fault_lock, fault_lock_cases);
