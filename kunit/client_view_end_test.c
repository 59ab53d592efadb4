// SPDX-License-Identifier: GPL-2.0
/*
 * Views of the adapter's memory and their ends: by the miniport, by the client, with the common
 * buffer or the adapter that they show. A touch afterwards is a fault. And MapDmaMemory, which
 * gives a handle with a view.
 */
#include <linux/mman.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "bench.h"

#define USER	(VIDEO_MEMORY_SPACE_MEMORY | VIDEO_MEMORY_SPACE_USER_MODE)
#define COMMON	(3 * PAGE_SIZE)

static bool faults(unsigned long address)
{
	u32 value;

	return copy_from_user(&value, (void __user *)address, sizeof(value));
}

static unsigned long map(struct kunit *test, PHYSICAL_ADDRESS start, ULONG length)
{
	ULONG space = USER;
	PVOID mapped = NULL;

	if (VideoPortMapMemory(vpk_of(test)->a->ext, start, &length, &space, &mapped))
		KUNIT_FAIL(test, "not mapped");
	else
		KUNIT_EXPECT_FALSE(test, faults((unsigned long)mapped));
	return (unsigned long)mapped;
}

static unsigned long map_range(struct kunit *test)
{
	return map(test, vpk_of(test)->a->ranges[0].RangeStart, 2 * PAGE_SIZE);
}

static VP_STATUS unmap(struct kunit *test, unsigned long address)
{
	return VideoPortUnmapMemory(vpk_of(test)->a->ext, (PVOID)address, VPK_PROCESS);
}

VPK_REQUEST_CASE(an_unmapped_view_is_gone)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_address");
	unsigned long one = map_range(test), two = map_range(test);

	KUNIT_EXPECT_EQ(test, unmap(test, one), NO_ERROR);
	KUNIT_EXPECT_TRUE(test, faults(one));
	KUNIT_EXPECT_EQ(test, vpk_vm_flags(one), 0ul);
	KUNIT_EXPECT_FALSE(test, faults(two)); /* of the same memory */
	KUNIT_EXPECT_EQ(test, unmap(test, one), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, unmap(test, 0), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, unmap(test, vpk->arena), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_address"), bad + 3);
	KUNIT_EXPECT_EQ(test, unmap(test, two), NO_ERROR);
	KUNIT_EXPECT_TRUE(test, faults(two));
}

VPK_REQUEST_CASE(a_view_that_the_client_unmapped_by_itself_is_gone_already)
{
	unsigned long address = map_range(test);

	KUNIT_EXPECT_EQ(test, vm_munmap(address, 2 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
	KUNIT_EXPECT_EQ(test, unmap(test, address), ERROR_INVALID_PARAMETER);
}

VPK_REQUEST_CASE(what_the_client_has_in_the_place_of_a_view_stays)
{
	unsigned long address = map_range(test);

	KUNIT_EXPECT_EQ(test, vm_mmap(NULL, address, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0), address);
	vpk_fill(test, address, 2 * PAGE_SIZE, 0x31);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(address, 2 * PAGE_SIZE, 0x31), 2 * PAGE_SIZE);
	vm_munmap(address, 2 * PAGE_SIZE);
}

/* ---- The common buffer goes ---- */

struct common {
	PVP_DMA_ADAPTER dma;
	PHYSICAL_ADDRESS logical;
	PVOID memory;
};

static void release_there(struct vpk_adapter *adapter, void *data)
{
	struct common *common = data;

	VideoPortReleaseCommonBuffer(adapter->ext, common->dma, COMMON, common->logical,
				     common->memory, FALSE);
}

static void released(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	struct common common = { .dma = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0) };
	unsigned long range = map_range(test), all, end;
	PHYSICAL_ADDRESS last;

	VPK_NEED(test, common.dma);
	common.memory = VideoPortAllocateCommonBuffer(vpk->a->ext, common.dma, COMMON,
						      &common.logical, FALSE, NULL);
	VPK_NEED(test, common.memory);
	last.QuadPart = common.logical.QuadPart + COMMON - 4;
	all = map(test, common.logical, COMMON);
	end = map(test, last, 4);
	if (!at(vpk->a, release_there, &common)) {
		release_there(vpk->a, &common);
		kunit_mark_skipped(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "common_buffers", 0));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "views"), 1ull);
	KUNIT_EXPECT_TRUE(test, faults(all) && faults(end) && faults(all + COMMON - 4));
	KUNIT_EXPECT_FALSE(test, faults(range)); /* which shows something else */
	KUNIT_EXPECT_EQ(test, unmap(test, all), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, unmap(test, range), NO_ERROR);
	vm_munmap(all, COMMON);
	vm_munmap(end & PAGE_MASK, PAGE_SIZE);
}

VPK_REQUEST_CASE(the_views_of_a_released_common_buffer_are_gone)
{
	released(test, vpk_at_passive);
}

VPK_REQUEST_CASE(the_views_of_a_common_buffer_released_in_a_dpc_are_gone_later)
{
	released(test, vpk_at_dispatch);
}

/* ---- The adapter or the client goes ---- */

static void map_both(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS logical;

	VPK_NEED(test, VideoPortAllocateCommonBuffer(vpk->a->ext, vpk->data, COMMON, &logical,
						     FALSE, NULL));
	vpk->value[0] = map_range(test);
	vpk->value[1] = map(test, logical, COMMON);
}

struct removal {
	struct work_struct work;
	struct vpk_adapter *adapter;
	int ret;
};

static void remove(struct work_struct *work)
{
	struct removal *removal = container_of(work, struct removal, work);

	removal->ret = vpk_unbind(removal->adapter);
}

/* As an unplug does it: not in the client, whose address space is not looked at there. */
static int unbind_elsewhere(struct vpk_adapter *adapter)
{
	struct removal removal = { .adapter = adapter };

	INIT_WORK_ONSTACK(&removal.work, remove);
	schedule_work(&removal.work);
	flush_work(&removal.work);
	destroy_work_on_stack(&removal.work);
	return removal.ret;
}

static void the_views_of_a_removed_adapter_are_gone(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	vpk_request(test, map_both);
	KUNIT_EXPECT_FALSE(test, faults(vpk->value[0]) || faults(vpk->value[1]));
	KUNIT_EXPECT_EQ(test, unbind_elsewhere(vpk->a), 0);
	vpk->nr_dma = 0;
	KUNIT_EXPECT_TRUE(test, faults(vpk->value[0]) && faults(vpk->value[1]));
	KUNIT_EXPECT_TRUE(test, faults(vpk->value[1] + COMMON - 4));
	/* the place is not given to something else while the client believes in it */
	KUNIT_EXPECT_NE(test, vpk_vm_flags(vpk->value[0]), 0ul);
	vm_munmap(vpk->value[0], 2 * PAGE_SIZE);
	vm_munmap(vpk->value[1], COMMON);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

/* A mapping holds the node open: the client is gone when both are. */
static void the_views_of_a_client_go_with_it(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	vpk_request(test, map_both);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "views"), 2ull);
	vm_munmap(vpk->value[0], 2 * PAGE_SIZE);
	vm_munmap(vpk->value[1], COMMON);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "views", 0));
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "clients", 0));
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0); /* the common buffer, too */
	vpk->nr_dma = 0;
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

static void unmap_foreign(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	KUNIT_EXPECT_EQ(test, unmap(test, vpk_of(test)->value[0]), ERROR_INVALID_PARAMETER);
}

static void unmap_own(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	KUNIT_EXPECT_EQ(test, unmap(test, vpk_of(test)->value[0]), NO_ERROR);
}

static void map_one(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	vpk_of(test)->value[0] = map_range(test);
}

static void another_clients_view_is_not_unmapped(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *other;
	int error;

	vpk_request(test, map_one);
	other = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, other, unmap_foreign), 0l);
	KUNIT_EXPECT_FALSE(test, faults(vpk->value[0]));
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, &vpk->clients[0], unmap_own), 0l);
}

/* ---- Outside a request ---- */

static void map_there(struct vpk_adapter *adapter, void *data)
{
	struct vpk_case *vpk = data;
	ULONG length = PAGE_SIZE, space = USER;
	VIDEO_REQUEST_PACKET vrp = { };
	PVOID mapped = NULL;

	vpk->value[1] = VideoPortMapMemory(adapter->ext, adapter->ranges[0].RangeStart, &length,
					   &space, &mapped);
	vpk->value[2] = !VideoPortMapDmaMemory(adapter->ext, &vrp, adapter->ranges[0].RangeStart,
					       &length, &space, NULL, NULL, &mapped);
	vpk->value[3] = VideoPortUnmapMemory(adapter->ext, (PVOID)vpk->value[0], VPK_PROCESS);
}

static void a_view_is_made_and_taken_away_only_in_a_request(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	vpk_at places[] = { vpk_at_passive, vpk_at_dispatch, vpk_at_dirql };
	struct vpk_state before;
	unsigned int i;

	vpk_request(test, map_one);
	vpk_state(vpk, &before);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		u64 wrong = vpk_counter(vpk->a, "wrong_context");

		if (!places[i](vpk->a, map_there, vpk))
			continue;
		KUNIT_EXPECT_EQ(test, vpk->value[1], (u64)ERROR_INVALID_PARAMETER);
		KUNIT_EXPECT_EQ(test, vpk->value[2], 1ull);
		KUNIT_EXPECT_EQ(test, vpk->value[3], (u64)ERROR_INVALID_PARAMETER);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 3);
		vpk_expect_state(test, &before, "after the refusals");
	}
	KUNIT_EXPECT_FALSE(test, faults(vpk->value[0]));
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, &vpk->clients[0], unmap_own), 0l);
}

/* ---- MapDmaMemory ---- */

VPK_REQUEST_CASE(map_dma_memory_gives_a_view_and_a_handle_with_events)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length = 100, space = VIDEO_MEMORY_SPACE_MEMORY;
	PVOID ext = vpk->a->ext, mapped = NULL;
	struct vpk_state before;
	PEVENT event = NULL;
	PDMA dma, other;

	VPK_NEED(test, !VideoPortCreateEvent(ext, NOTIFICATION_EVENT, NULL, &event));
	vpk_state(vpk, &before);
	dma = VideoPortMapDmaMemory(ext, vrp, vpk->a->ranges[0].RangeStart, &length, &space, event,
				    NULL, &mapped);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_FALSE(test, faults((unsigned long)mapped));
	KUNIT_EXPECT_EQ(test, (size_t)length, (size_t)PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(ext, dma), (PVOID)dma);
	vpk->a->packet.answer = DmaSyncReturn;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, event), 0);

	/* only both together name it */
	other = VideoPortAssociateEventsWithDmaHandle(ext, vrp, NULL, NULL);
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(ext, mapped, NULL, other));
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(ext, mapped, NULL, NULL));
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(ext, ext, NULL, dma));
	KUNIT_EXPECT_EQ(test, unmap(test, (unsigned long)mapped), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_FALSE(test, faults((unsigned long)mapped));
	VideoPortUnlockPages(ext, other);

	KUNIT_EXPECT_TRUE(test, VideoPortUnmapDmaMemory(ext, mapped, NULL, dma));
	KUNIT_EXPECT_TRUE(test, faults((unsigned long)mapped));
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(ext, dma));
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(ext, mapped, NULL, dma));
	vpk_expect_state(test, &before, "after UnmapDmaMemory");
	VideoPortDeleteEvent(ext, event);
}

VPK_REQUEST_CASE(map_dma_memory_that_fails_leaves_no_handle)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS start = vpk->a->ranges[0].RangeStart, ram = { .QuadPart = SZ_1M };
	ULONG length = PAGE_SIZE, memory = VIDEO_MEMORY_SPACE_MEMORY, io = VIDEO_MEMORY_SPACE_IO;
	PVOID ext = vpk->a->ext, mapped = NULL;
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, ram, &length, &memory, NULL, NULL,
						      &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, start, &length, &io, NULL, NULL,
						      &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, start, &length, &memory, test, NULL,
						      &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, NULL, start, &length, &memory, NULL,
						      NULL, &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, start, NULL, &memory, NULL, NULL,
						      &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, start, &length, NULL, NULL, NULL,
						      &mapped));
	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(ext, vrp, start, &length, &memory, NULL, NULL,
						      NULL));
	KUNIT_EXPECT_NULL(test, mapped);
	vpk_expect_state(test, &before, "after the failures");
}

VPK_REQUEST_CASE(a_view_whose_handle_was_unlocked_is_still_unmapped)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length = PAGE_SIZE, space = VIDEO_MEMORY_SPACE_MEMORY;
	PVOID ext = vpk->a->ext, mapped = NULL;
	PDMA dma;

	dma = VideoPortMapDmaMemory(ext, vrp, vpk->a->ranges[0].RangeStart, &length, &space, NULL,
				    NULL, &mapped);
	VPK_NEED(test, dma);
	VideoPortUnlockPages(ext, dma);
	KUNIT_EXPECT_FALSE(test, faults((unsigned long)mapped));
	KUNIT_EXPECT_TRUE(test, VideoPortUnmapDmaMemory(ext, mapped, NULL, dma));
	KUNIT_EXPECT_TRUE(test, faults((unsigned long)mapped));
}

static struct kunit_case client_view_end_cases[] = {
	KUNIT_CASE(an_unmapped_view_is_gone),
	KUNIT_CASE(a_view_that_the_client_unmapped_by_itself_is_gone_already),
	KUNIT_CASE(what_the_client_has_in_the_place_of_a_view_stays),
	KUNIT_CASE(the_views_of_a_released_common_buffer_are_gone),
	KUNIT_CASE(the_views_of_a_common_buffer_released_in_a_dpc_are_gone_later),
	KUNIT_CASE(the_views_of_a_removed_adapter_are_gone),
	KUNIT_CASE(the_views_of_a_client_go_with_it),
	KUNIT_CASE(another_clients_view_is_not_unmapped),
	KUNIT_CASE(a_view_is_made_and_taken_away_only_in_a_request),
	KUNIT_CASE(map_dma_memory_gives_a_view_and_a_handle_with_events),
	KUNIT_CASE(map_dma_memory_that_fails_leaves_no_handle),
	KUNIT_CASE(a_view_whose_handle_was_unlocked_is_still_unmapped),
	{ }
};

VPK_PACKET_SUITE(client_view_end, client_view_end_cases);
