// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA of a miniport without HwStartDma: the documented results of XP, and nothing done. And
 * which miniports have one: by the size of their VIDEO_HW_INITIALIZATION_DATA.
 */
#include "bench.h"

#define BYTES	PAGE_SIZE

/* Handles of every kind, none of which may make a difference. */
static void each_handle(struct kunit *test, void (*check)(struct kunit *test, PDMA dma))
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	struct vpk_state before;

	VPK_NEED(test, dma);
	vpk_state(vpk, &before);
	check(test, dma);
	check(test, NULL);
	check(test, (PDMA)&vpk_adapters);
	vpk_expect_state(test, &before, "after calls that do nothing");
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void lock_refused(struct kunit *test, DMA_FLAGS flags)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	VIDEO_REQUEST_PACKET vrp = { .OutputBuffer = &vrp, .OutputBufferLength = 4711 };
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_FALSE(test, vpk_lock_pages_with(vpk->a, user, BYTES, flags, &vrp));
	KUNIT_EXPECT_PTR_EQ(test, vrp.OutputBuffer, (PVOID)&vrp);
	KUNIT_EXPECT_EQ(test, vrp.OutputBufferLength, 4711u);
	KUNIT_EXPECT_PTR_EQ(test, vrp.InputBuffer, (PVOID)user);
	KUNIT_EXPECT_EQ(test, (size_t)vrp.InputBufferLength, (size_t)BYTES);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	vpk_expect_state(test, &before, "after a lock without action");
}

VPK_REQUEST_CASE(lock_pages_with_keep_pages_locked_is_false_and_no_action)
{
	lock_refused(test, VideoPortKeepPagesLocked);
}

VPK_REQUEST_CASE(lock_pages_with_unlock_after_dma_is_false_and_no_action)
{
	lock_refused(test, VideoPortUnlockAfterDma);
}

VPK_REQUEST_CASE(lock_pages_with_init_only_looks_at_no_events)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = *vrp;
	u64 forged = vpk_counter(vpk->a, "forged_handle");

	lock.InputBuffer = (PVOID)vpk_user(test, BYTES);
	lock.InputBufferLength = BYTES;
	KUNIT_EXPECT_TRUE(test, VideoPortLockPages(vpk->a->ext, &lock, (PEVENT)1, (PEVENT)2,
						   VideoPortDmaInitOnly));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "forged_handle"), forged);
	VideoPortUnlockPages(vpk->a->ext, lock.OutputBuffer);
}

static void do_dma(struct kunit *test, PDMA dma)
{
	PVOID ext = vpk_of(test)->a->ext;

	KUNIT_EXPECT_NULL(test, VideoPortDoDma(ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(ext, dma, VideoPortDmaInitOnly));
}

VPK_REQUEST_CASE(do_dma_is_null)
{
	each_handle(test, do_dma);
}

static void signal_complete(struct kunit *test, PDMA dma)
{
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk_of(test)->a->ext, dma));
}

VPK_REQUEST_CASE(signal_dma_complete_is_false)
{
	each_handle(test, signal_complete);
}

static void context(struct kunit *test, PDMA dma)
{
	PVOID ext = vpk_of(test)->a->ext;

	VideoPortSetDmaContext(ext, dma, test);
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(ext, dma));
}

VPK_REQUEST_CASE(get_dma_context_is_null_and_set_does_nothing)
{
	each_handle(test, context);
}

static void bytes_used(struct kunit *test, PDMA dma)
{
	PVOID ext = vpk_of(test)->a->ext;

	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(ext, dma), 0u);
	VideoPortSetBytesUsed(ext, dma, 100);
	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(ext, dma), 0u);
}

VPK_REQUEST_CASE(get_bytes_used_is_zero_and_set_does_nothing)
{
	each_handle(test, bytes_used);
}

static void associate(struct kunit *test, PDMA dma)
{
	VIDEO_REQUEST_PACKET vrp = { .OutputBuffer = dma };

	KUNIT_EXPECT_NULL(test, VideoPortAssociateEventsWithDmaHandle(vpk_of(test)->a->ext, &vrp,
								      NULL, NULL));
}

VPK_REQUEST_CASE(associate_events_with_dma_handle_is_null)
{
	each_handle(test, associate);
}

static void map_and_unmap(struct kunit *test, PDMA dma)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;
	ULONG length = PAGE_SIZE, space = VIDEO_MEMORY_SPACE_MEMORY;
	VIDEO_REQUEST_PACKET vrp = { };
	PVOID address = NULL;

	KUNIT_EXPECT_NULL(test, VideoPortMapDmaMemory(adapter->ext, &vrp,
						      adapter->ranges[0].RangeStart, &length,
						      &space, NULL, NULL, &address));
	KUNIT_EXPECT_NULL(test, address);
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(adapter->ext, address, NULL, dma));
}

VPK_REQUEST_CASE(map_dma_memory_is_null_and_unmap_false)
{
	each_handle(test, map_and_unmap);
}

/* Without a port there is nothing to ask either. */
static void calls_with_a_wrong_extension_do_nothing(struct kunit *test)
{
	static u64 not_an_extension[32];
	PVOID ext = &not_an_extension[16];
	VIDEO_REQUEST_PACKET vrp = { };

	KUNIT_EXPECT_NULL(test, VideoPortDoDma(ext, (PDMA)1, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(ext, (PDMA)1));
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(ext, (PDMA)1));
	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(ext, (PDMA)1), 0u);
	VideoPortSetDmaContext(ext, (PDMA)1, test);
	VideoPortSetBytesUsed(ext, (PDMA)1, 1);
	KUNIT_EXPECT_NULL(test, VideoPortAssociateEventsWithDmaHandle(ext, &vrp, NULL, NULL));
	KUNIT_EXPECT_FALSE(test, VideoPortUnmapDmaMemory(NULL, NULL, NULL, NULL));
}

/* ---- Which miniports have HwStartDma ---- */

static void start_once(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = *vrp;

	vpk->a->packet.answer = DmaSyncReturn;
	vpk->value[1] = vpk_lock_pages_with(vpk->a, vpk->value[0], BYTES,
					    VideoPortUnlockAfterDma, &lock);
}

/* Return: whether a DMA was started. */
static bool starts(struct kunit *test, enum vpk_kind kind)
{
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_EXPECT_EQ(test, vpk_miniport_be(kind), 0);
	KUNIT_ASSERT_NOT_NULL(test, vpk->a->ext);
	vpk->a->packet.calls = 0;
	vpk_request(test, start_once);
	vpk_close(&vpk->clients[0]);
	vpk->nr_clients = 0;
	KUNIT_EXPECT_EQ(test, vpk->value[1], (u64)vpk->a->packet.calls);
	return vpk->a->packet.calls;
}

static void hw_start_dma_counts_if_the_structure_reaches_it(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, BYTES);
	KUNIT_EXPECT_FALSE(test, starts(test, VPK_XP));
	KUNIT_EXPECT_TRUE(test, starts(test, VPK_NT4));
	KUNIT_EXPECT_FALSE(test, starts(test, VPK_NT4_SHORT));
	KUNIT_EXPECT_TRUE(test, starts(test, VPK_XP_WITH_START_DMA));
}

static struct kunit_case packet_absent_cases[] = {
	KUNIT_CASE(lock_pages_with_keep_pages_locked_is_false_and_no_action),
	KUNIT_CASE(lock_pages_with_unlock_after_dma_is_false_and_no_action),
	KUNIT_CASE(lock_pages_with_init_only_looks_at_no_events),
	KUNIT_CASE(do_dma_is_null),
	KUNIT_CASE(signal_dma_complete_is_false),
	KUNIT_CASE(get_dma_context_is_null_and_set_does_nothing),
	KUNIT_CASE(get_bytes_used_is_zero_and_set_does_nothing),
	KUNIT_CASE(associate_events_with_dma_handle_is_null),
	KUNIT_CASE(map_dma_memory_is_null_and_unmap_false),
	KUNIT_CASE(calls_with_a_wrong_extension_do_nothing),
	KUNIT_CASE(hw_start_dma_counts_if_the_structure_reaches_it),
	{ }
};

VPK_SUITE(packet_absent, packet_absent_cases);
