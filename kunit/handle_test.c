// SPDX-License-Identifier: GPL-2.0
/*
 * Handles: opaque, unguessable, checked on every call; stale, forged and foreign ones fail cleanly.
 */
#include <linux/random.h>

#include "bench.h"

#define BYTES	PAGE_SIZE

VPK_REQUEST_CASE(a_handle_is_not_an_address)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG, 0);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	u64 values[] = { (u64)(uintptr_t)dma, (u64)(uintptr_t)adapter };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		KUNIT_EXPECT_NE(test, values[i], 0ull);
		/* with 4 and with 5 levels of page tables */
		KUNIT_EXPECT_NE(test, (s64)values[i] >> 47, 0ll);
		KUNIT_EXPECT_NE(test, (s64)values[i] >> 47, -1ll);
		KUNIT_EXPECT_NE(test, (s64)values[i] >> 56, 0ll);
		KUNIT_EXPECT_NE(test, (s64)values[i] >> 56, -1ll);
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(a_handle_is_not_given_out_twice)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PDMA last[16] = { };
	unsigned int i, j;

	for (i = 0; i < 200; i++) {
		PDMA dma = vpk_lock(vpk->a, user, 16, VpReadAccess);

		VPK_NEED(test, dma);
		for (j = 0; j < ARRAY_SIZE(last); j++)
			KUNIT_EXPECT_PTR_NE(test, dma, last[j]);
		last[i % ARRAY_SIZE(last)] = dma;
		VideoPortUnlockBuffer(vpk->a->ext, dma);
	}
}

VPK_REQUEST_CASE(handles_beyond_one_chunk_of_the_table_work)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVOID *mdl = kunit_kzalloc(test, 600 * sizeof(*mdl), GFP_KERNEL);
	unsigned int i;

	VPK_NEED(test, mdl);
	for (i = 0; i < 600; i++) {
		mdl[i] = vpk_lock(vpk->a, user, 16, VpReadAccess);
		if (!mdl[i])
			KUNIT_FAIL(test, "lock %u of one page", i);
	}
	for (i = 0; i < 600; i++)
		KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, mdl[i]), mdl[i]);
	for (i = 0; i < 600; i++)
		VideoPortUnlockBuffer(vpk->a->ext, mdl[599 - i]);
}

/* Each bit of a live handle turned over names nothing, and the live one stays. */
VPK_REQUEST_CASE(a_handle_with_one_bit_changed_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	unsigned int bit;

	VPK_NEED(test, dma);
	for (bit = 0; bit < 64; bit++) {
		PDMA forged = (PDMA)((uintptr_t)dma ^ 1ul << bit);

		KUNIT_EXPECT_NULL_MSG(test, VideoPortGetMdl(vpk->a->ext, forged), "bit %u", bit);
		KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, forged));
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 1ull);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, dma), (PVOID)dma);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(guessed_handles_are_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	unsigned int i;

	VPK_NEED(test, dma);
	for (i = 0; i < 300; i++) {
		/* the secret part guessed, the rest as it must be */
		u64 guess = ((u64)(uintptr_t)dma & ~0xfffffffull) | (get_random_u32() & 0xfffffff);

		if (guess != (u64)(uintptr_t)dma)
			KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, (PDMA)guess));
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(scatter_gather_of_a_bad_handle_is_an_empty_list)
{
	PDMA bad[] = { NULL, (PDMA)1, (PDMA)0x5650000000000000, (PDMA)ULONG_MAX,
		       (PDMA)&vpk_adapters };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		PVRB_SG segments = GET_VIDEO_SCATTERGATHER(&bad[i]);

		KUNIT_EXPECT_NOT_NULL(test, segments);
		KUNIT_EXPECT_EQ(test, segments->Length, 0u);
	}
	KUNIT_EXPECT_EQ(test, GET_VIDEO_SCATTERGATHER(NULL)->Length, 0u);
}

VPK_REQUEST_CASE(scatter_gather_of_a_stale_handle_is_an_empty_list)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, GET_VIDEO_SCATTERGATHER(&dma)->Length, 0u);
}

static void lock_one(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
	KUNIT_EXPECT_NOT_NULL(test, vpk->data);
}

static void use_of_another_client(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	u64 foreign = vpk_counter(vpk->a, "foreign_handle");
	struct vpk_transfer transfer = { };
	PDMA dma = vpk->data;

	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
	VideoPortUnlockBuffer(vpk->a->ext, dma);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ(test, GET_VIDEO_SCATTERGATHER(&dma)->Length, 0u);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, dma, 0, 100, true, &transfer),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "foreign_handle"), foreign + 5);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 1ull);
}

static void unlock_own(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, vpk->data), vpk->data);
	VideoPortUnlockPages(vpk->a->ext, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
}

static void a_handle_of_another_client_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *one, *two;
	int error;

	one = vpk_open(test, vpk->a, &error);
	two = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_TRUE(test, one && two);
	vpk->value[0] = vpk_user(test, BYTES);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, one, lock_one), 0L);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, two, use_of_another_client), 0L);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, one, unlock_own), 0L);
}

static void a_handle_serves_later_requests_of_its_client(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_one);
	vpk_request(test, unlock_own);
}

VPK_REQUEST_CASE(a_handle_of_another_adapter_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 foreign, unlocked;
	PDMA dma;

	if (!vpk->b)
		VPK_SKIP(test, "only one adapter is here");
	dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	VPK_NEED(test, dma);
	foreign = vpk_counter(vpk->b, "foreign_handle");
	unlocked = vpk_counter(vpk->b, "unlocked");
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->b->ext, dma));
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->b->ext, dma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->b, "foreign_handle"), foreign + 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->b, "unlocked"), unlocked);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 1ull);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(a_dma_adapter_of_another_adapter_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	PVOID mdl;

	if (!vpk->b)
		VPK_SKIP(test, "only one adapter is here");
	adapter = vpk_dma(test, vpk->b, VPK_SG | VPK_64, 0);
	mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess);
	VPK_NEED(test, adapter && mdl);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &transfer),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
	VideoPortPutDmaAdapter(vpk->a->ext, adapter);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->b, "adapters"),
			vpk->before.alive[1][VPK_ADAPTERS_ALIVE] + 1);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static struct kunit_case handle_cases[] = {
	KUNIT_CASE(a_handle_is_not_an_address),
	KUNIT_CASE(a_handle_is_not_given_out_twice),
	KUNIT_CASE(handles_beyond_one_chunk_of_the_table_work),
	KUNIT_CASE(a_handle_with_one_bit_changed_is_refused),
	KUNIT_CASE(guessed_handles_are_refused),
	KUNIT_CASE(scatter_gather_of_a_bad_handle_is_an_empty_list),
	KUNIT_CASE(scatter_gather_of_a_stale_handle_is_an_empty_list),
	KUNIT_CASE(a_handle_of_another_client_is_refused),
	KUNIT_CASE(a_handle_serves_later_requests_of_its_client),
	KUNIT_CASE(a_handle_of_another_adapter_is_refused),
	KUNIT_CASE(a_dma_adapter_of_another_adapter_is_refused),
	{ }
};

VPK_SUITE(handle, handle_cases);
