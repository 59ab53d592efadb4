// SPDX-License-Identifier: GPL-2.0
/*
 * What a client is not shown: memory that is not its adapter's, ports, more than it may have; and
 * what it cannot do by itself. Each refusal is in the counter that is for it.
 */
#include <linux/mman.h>

#include "bench.h"

#define USER	(VIDEO_MEMORY_SPACE_MEMORY | VIDEO_MEMORY_SPACE_USER_MODE)
#define MOST	256

static VP_STATUS map(struct vpk_adapter *adapter, u64 start, ULONG *length, ULONG space,
		     PVOID *mapped)
{
	PHYSICAL_ADDRESS address = { .QuadPart = start };

	return VideoPortMapMemory(adapter->ext, address, length, &space, mapped);
}

static void expect_refused(struct kunit *test, struct vpk_adapter *adapter, u64 start, ULONG length,
			   ULONG space, const char *counter)
{
	u64 counted = vpk_counter(adapter, counter);
	ULONG asked = length;
	struct vpk_state before;
	PVOID mapped = test;

	vpk_state(vpk_of(test), &before);
	KUNIT_EXPECT_EQ(test, map(adapter, start, &length, space, &mapped),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(adapter, counter), counted + 1, "%s", counter);
	KUNIT_EXPECT_PTR_EQ(test, mapped, (PVOID)test);
	KUNIT_EXPECT_EQ(test, length, asked);
	vpk_expect_state(test, &before, "after the refusal");
}

VPK_REQUEST_CASE(what_is_not_the_adapters_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 start = vpk->a->ranges[0].RangeStart.QuadPart;
	ULONG bytes = vpk->a->ranges[0].RangeLength;
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	PHYSICAL_ADDRESS logical;
	PVOID memory;

	expect_refused(test, vpk->a, SZ_1M, PAGE_SIZE, USER, "bad_address");
	expect_refused(test, vpk->a, 0, PAGE_SIZE, USER, "bad_address");
	expect_refused(test, vpk->a, start - 1, 2, USER, "bad_address");
	expect_refused(test, vpk->a, start, bytes + 1, USER, "bad_address");
	expect_refused(test, vpk->a, start + bytes, 1, USER, "bad_address");
	expect_refused(test, vpk->a, start, 0, USER, "bad_address");
	expect_refused(test, vpk->a, start, ~0u, USER, "bad_address");
	expect_refused(test, vpk->a, ~0ull, 2, USER, "bad_address");
	if (vpk->b)
		expect_refused(test, vpk->a, vpk->b->ranges[0].RangeStart.QuadPart, 100, USER,
			       "bad_address");

	memory = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, 5000, &logical, FALSE, NULL);
	VPK_NEED(test, memory);
	expect_refused(test, vpk->a, logical.QuadPart, 5001, USER, "bad_address");
	expect_refused(test, vpk->a, logical.QuadPart + 5000, 1, USER, "bad_address");
	expect_refused(test, vpk->a, logical.QuadPart, 0, USER, "bad_address");
	VideoPortReleaseCommonBuffer(vpk->a->ext, dma, 5000, logical, memory, FALSE);
	expect_refused(test, vpk->a, logical.QuadPart, 5000, USER, "bad_address");
}

VPK_REQUEST_CASE(io_space_is_refused)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;

	expect_refused(test, adapter, adapter->ranges[0].RangeStart.QuadPart, PAGE_SIZE,
		       USER | VIDEO_MEMORY_SPACE_IO, "bad_parameter");
	expect_refused(test, adapter, 0x3c0, 16, USER | VIDEO_MEMORY_SPACE_IO, "bad_parameter");
}

static void show_small(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_adapter *adapter = vpk_of(test)->b;

	expect_refused(test, adapter, adapter->ranges[0].RangeStart.QuadPart, 100, USER,
		       "bad_address");
}

/* The rest of its page may be another device's. */
static void a_range_smaller_than_a_page_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client;
	int error;

	if (!vpk->b || vpk->b->ranges[0].RangeInIoSpace ||
	    vpk->b->ranges[0].RangeLength >= PAGE_SIZE)
		kunit_skip(test, "neither adapter has a range that is smaller than a page");
	client = vpk_open(test, vpk->b, &error);
	KUNIT_ASSERT_NOT_NULL(test, client);
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, show_small), 0l);
}

static void show_to_reader(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;

	expect_refused(test, adapter, adapter->ranges[0].RangeStart.QuadPart, PAGE_SIZE, USER,
		       "bad_access");
}

static void a_client_that_opened_for_reading_is_shown_nothing(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client;
	int error;

	client = vpk_open_with(test, vpk->a, O_RDONLY, &error);
	KUNIT_ASSERT_NOT_NULL(test, client);
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, show_to_reader), 0l);
}

VPK_REQUEST_CASE(a_client_maps_nothing_by_itself)
{
	struct file *file = vpk_of(test)->clients[0].file;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, (long)vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
						    MAP_SHARED, i * PAGE_SIZE), -(long)EACCES);
}

VPK_REQUEST_CASE(a_client_has_256_views_and_no_more)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID *views = kunit_kcalloc(test, MOST, sizeof(*views), GFP_KERNEL);
	u64 start = vpk->a->ranges[0].RangeStart.QuadPart;
	unsigned int i;

	VPK_NEED(test, views);
	for (i = 0; i < MOST; i++) {
		ULONG length = PAGE_SIZE;

		KUNIT_EXPECT_EQ(test, map(vpk->a, start, &length, USER, &views[i]), NO_ERROR);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "views"), (u64)MOST);
	expect_refused(test, vpk->a, start, PAGE_SIZE, USER, "limit_reached");
	for (i = 0; i < MOST; i++)
		KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(vpk->a->ext, views[i], VPK_PROCESS),
				NO_ERROR);
}

static struct kunit_case client_view_refused_cases[] = {
	KUNIT_CASE(what_is_not_the_adapters_is_refused),
	KUNIT_CASE(io_space_is_refused),
	KUNIT_CASE(a_range_smaller_than_a_page_is_refused),
	KUNIT_CASE(a_client_that_opened_for_reading_is_shown_nothing),
	KUNIT_CASE(a_client_maps_nothing_by_itself),
	KUNIT_CASE(a_client_has_256_views_and_no_more),
	{ }
};

VPK_PACKET_SUITE(client_view_refused, client_view_refused_cases);
