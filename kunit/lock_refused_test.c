// SPDX-License-Identifier: GPL-2.0
/*
 * Who may lock what: each lock that must fail, with nothing left pinned, charged or mapped, and the
 * reason in the counter that is for it.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bench.h"

#define BYTES	(4 * PAGE_SIZE)

/* Both lock calls must refuse the range, for the reason that @counter counts. */
static void expect_refused(struct kunit *test, unsigned long start, ULONG bytes,
			   VP_LOCK_OPERATION operation, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state before;
	u64 counted = vpk_counter(vpk->a, counter);

	vpk_state(vpk, &before);
	KUNIT_EXPECT_NULL(test, vpk_lock(vpk->a, start, bytes, operation));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "LockBuffer: %s",
			    counter);
	vpk_expect_state(test, &before, "after LockBuffer");
	if (operation != VpReadAccess) {
		KUNIT_EXPECT_NULL(test, vpk_lock_pages(vpk->a, start, bytes, NULL));
		KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 2,
				    "LockPages: %s", counter);
		vpk_expect_state(test, &before, "after LockPages");
	}
}

VPK_REQUEST_CASE(zero_length_is_refused)
{
	expect_refused(test, vpk_user(test, BYTES), 0, VpWriteAccess, "bad_length");
}

VPK_REQUEST_CASE(a_null_address_is_refused)
{
	expect_refused(test, 0, PAGE_SIZE, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(a_range_that_wraps_around_is_refused)
{
	expect_refused(test, -PAGE_SIZE, 2 * PAGE_SIZE, VpWriteAccess, "bad_address");
	expect_refused(test, ULONG_MAX, 1, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(a_range_across_the_end_of_user_space_is_refused)
{
	expect_refused(test, TASK_SIZE_MAX - PAGE_SIZE, 2 * PAGE_SIZE, VpWriteAccess,
		       "bad_address");
	expect_refused(test, TASK_SIZE_MAX, PAGE_SIZE, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(an_address_that_is_not_canonical_is_refused)
{
	expect_refused(test, 0x8000000000000000ul, PAGE_SIZE, VpWriteAccess, "bad_address");
	expect_refused(test, 0x5650000000000000ul, PAGE_SIZE, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(kernel_memory_of_another_is_refused)
{
	void *slab = kmalloc(BYTES, GFP_KERNEL);
	void *area = vmalloc(BYTES);

	if (slab && area) {
		expect_refused(test, (unsigned long)slab, BYTES, VpWriteAccess, "bad_address");
		expect_refused(test, (unsigned long)area, BYTES, VpReadAccess, "bad_address");
		expect_refused(test, (unsigned long)&vpk_adapters, 64, VpReadAccess,
			       "bad_address");
		expect_refused(test, (unsigned long)&expect_refused, 64, VpReadAccess,
			       "bad_address");
	}
	kfree(slab);
	vfree(area);
}

VPK_REQUEST_CASE(the_device_extension_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);

	expect_refused(test, (unsigned long)vpk->a->ext, 8, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(more_than_an_allocation_of_ours_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);

	VPK_NEED(test, memory);
	expect_refused(test, (unsigned long)memory, BYTES + 1, VpWriteAccess, "bad_address");
	expect_refused(test, (unsigned long)memory - 1, 2, VpWriteAccess, "bad_address");
	expect_refused(test, (unsigned long)memory + BYTES, 1, VpWriteAccess, "bad_address");
	VideoPortFreePool(vpk->a->ext, memory);
}

VPK_REQUEST_CASE(freed_memory_of_ours_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);

	VPK_NEED(test, memory);
	VideoPortFreePool(vpk->a->ext, memory);
	expect_refused(test, (unsigned long)memory, BYTES, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(a_hole_at_the_start_is_refused)
{
	unsigned long user = vpk_user(test, BYTES);

	vpk_user_unmap(test, user, PAGE_SIZE);
	expect_refused(test, user, BYTES, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(a_hole_in_the_middle_is_refused_and_the_start_released)
{
	unsigned long user = vpk_user(test, BYTES);

	vpk_user_unmap(test, user + 2 * PAGE_SIZE, PAGE_SIZE);
	expect_refused(test, user, BYTES, VpWriteAccess, "bad_address");
	expect_refused(test, user, BYTES, VpReadAccess, "bad_address");
}

VPK_REQUEST_CASE(a_hole_after_many_pages_is_refused_and_all_released)
{
	unsigned long user = vpk_user(test, 1300 * PAGE_SIZE);

	vpk_user_unmap(test, user + 1299 * PAGE_SIZE, PAGE_SIZE);
	expect_refused(test, user, 1300 * PAGE_SIZE, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(a_read_only_range_is_refused_for_writing)
{
	unsigned long user = vpk_user_map(test, NULL, BYTES, PROT_READ,
					  MAP_PRIVATE | MAP_ANONYMOUS);

	VPK_NEED(test, user);
	expect_refused(test, user, BYTES, VpWriteAccess, "bad_address");
	expect_refused(test, user, BYTES, VpModifyAccess, "bad_address");
}

VPK_REQUEST_CASE(a_read_only_range_may_be_locked_for_reading)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user_map(test, NULL, BYTES, PROT_READ,
					  MAP_PRIVATE | MAP_ANONYMOUS);
	PVOID mdl;

	VPK_NEED(test, user);
	mdl = vpk_lock(vpk->a, user, BYTES, VpReadAccess);
	KUNIT_EXPECT_NOT_NULL(test, mdl);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(a_range_without_any_access_is_refused)
{
	unsigned long user = vpk_user_map(test, NULL, BYTES, PROT_NONE,
					  MAP_PRIVATE | MAP_ANONYMOUS);

	VPK_NEED(test, user);
	expect_refused(test, user, BYTES, VpWriteAccess, "bad_address");
	expect_refused(test, user, BYTES, VpReadAccess, "bad_address");
}

VPK_REQUEST_CASE(a_range_that_turns_read_only_half_way_is_refused_for_writing)
{
	unsigned long user = vpk_user(test, BYTES);
	long ret = vpk_syscall("mprotect", user + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ);

	if (ret)
		VPK_SKIP(test, "no mprotect from here: %ld", ret);
	expect_refused(test, user, BYTES, VpWriteAccess, "bad_address");
}

VPK_REQUEST_CASE(device_memory_of_a_process_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = 0;
	struct file *file;
	char path[80];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0",
		 pci_name(vpk->a->pdev));
	file = vpk_file(path, O_RDWR);
	if (IS_ERR(file))
		VPK_SKIP(test, "%s cannot be opened: %ld", path, PTR_ERR(file));
	user = vpk_user_map(test, file, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED);
	fput(file);
	if (!user)
		VPK_SKIP(test, "%s cannot be mapped", path);
	expect_refused(test, user, PAGE_SIZE, VpWriteAccess, "bad_address");
	expect_refused(test, user, PAGE_SIZE, VpReadAccess, "bad_address");
}

static void a_clients_memory_outside_a_request_is_refused(struct kunit *test)
{
	expect_refused(test, vpk_user(test, BYTES), BYTES, VpWriteAccess, "bad_address");
}

static void memory_of_ours_outside_a_request_may_be_locked(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);
	long pins = vpk_pins();
	PVOID mdl;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	mdl = vpk_lock(vpk->a, (unsigned long)memory + 1, BYTES - 1, VpWriteAccess);
	KUNIT_EXPECT_NOT_NULL(test, mdl);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins); /* it does not move anyway */
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	VideoPortFreePool(vpk->a->ext, memory);
}

static void freed_memory_of_ours_stays_while_it_is_locked(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);
	PDMA dma;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memset(memory, 0x5a, BYTES);
	dma = vpk_lock_pages(vpk->a, (unsigned long)memory, BYTES, NULL);
	KUNIT_EXPECT_NOT_NULL(test, dma);
	VideoPortFreePool(vpk->a->ext, memory);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "allocations"),
			vpk->before.alive[0][VPK_ALLOCATIONS] + 1);
	KUNIT_EXPECT_EQ(test, memory[BYTES - 1], 0x5a); /* KASAN looks */
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "allocations"),
			vpk->before.alive[0][VPK_ALLOCATIONS]);
}

static void lock_system_buffer(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, (unsigned long)vrp->InputBuffer, vrp->InputBufferLength,
				  NULL);

	KUNIT_EXPECT_NOT_NULL(test, dma);
	vpk->data = dma;
}

/* The request ends, and its buffer with it: but not while it is locked. */
static void the_system_buffer_of_a_request_may_be_locked(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct videoport_request request = {
		.size = sizeof(request),
		.code = VPK_CODE,
		.input = vpk_user(test, PAGE_SIZE),
		.input_length = 100,
	};
	int error;
	struct vpk_client *client = vpk_open(test, vpk->a, &error);

	KUNIT_ASSERT_NOT_NULL(test, client);
	vpk->a->test = test;
	vpk->a->body = lock_system_buffer;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, client, &request), 0L);
	vpk->a->body = NULL;
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "allocations"),
			vpk->before.alive[0][VPK_ALLOCATIONS] + 1);
	VideoPortUnlockPages(vpk->a->ext, vpk->data);
}

static struct kunit_case lock_refused_cases[] = {
	KUNIT_CASE(zero_length_is_refused),
	KUNIT_CASE(a_null_address_is_refused),
	KUNIT_CASE(a_range_that_wraps_around_is_refused),
	KUNIT_CASE(a_range_across_the_end_of_user_space_is_refused),
	KUNIT_CASE(an_address_that_is_not_canonical_is_refused),
	KUNIT_CASE(kernel_memory_of_another_is_refused),
	KUNIT_CASE(the_device_extension_is_refused),
	KUNIT_CASE(more_than_an_allocation_of_ours_is_refused),
	KUNIT_CASE(freed_memory_of_ours_is_refused),
	KUNIT_CASE(a_hole_at_the_start_is_refused),
	KUNIT_CASE(a_hole_in_the_middle_is_refused_and_the_start_released),
	KUNIT_CASE(a_hole_after_many_pages_is_refused_and_all_released),
	KUNIT_CASE(a_read_only_range_is_refused_for_writing),
	KUNIT_CASE(a_read_only_range_may_be_locked_for_reading),
	KUNIT_CASE(a_range_without_any_access_is_refused),
	KUNIT_CASE(a_range_that_turns_read_only_half_way_is_refused_for_writing),
	KUNIT_CASE(device_memory_of_a_process_is_refused),
	KUNIT_CASE(a_clients_memory_outside_a_request_is_refused),
	KUNIT_CASE(memory_of_ours_outside_a_request_may_be_locked),
	KUNIT_CASE(freed_memory_of_ours_stays_while_it_is_locked),
	KUNIT_CASE(the_system_buffer_of_a_request_may_be_locked),
	{ }
};

VPK_SUITE(lock_refused, lock_refused_cases);
