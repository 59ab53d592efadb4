// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortGetDmaAdapter and VideoPortPutDmaAdapter: masks, limits, and when Put is refused.
 */
#include <linux/dma-mapping.h>

#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

static u64 mask(struct kunit *test)
{
	return dma_get_mask(&vpk_of(test)->a->pdev->dev);
}

static void an_adapter_without_a_description_is_null(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaAdapter(vpk_of(test)->a->ext, NULL));
}

static void neither_address_flag_means_32_bits(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk_of(test)->a, VPK_SG, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
}

static void the_64_bit_flag_means_64_bits(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk_of(test)->a, VPK_SG | VPK_64, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(64));
}

static void both_address_flags_mean_64_bits(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk_of(test)->a, VPK_SG | VPK_32 | VPK_64, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(64));
}

static void the_device_has_the_mask_of_its_narrowest_adapter(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER wide = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	PVP_DMA_ADAPTER narrow = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);

	KUNIT_ASSERT_TRUE(test, wide && narrow);
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
}

static void an_only_adapter_may_widen_the_mask(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk_put_dma(test, vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(64));
}

static void adapters_are_different_handles_and_counted(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 before = vpk->before.alive[0][VPK_ADAPTERS_ALIVE];
	PVP_DMA_ADAPTER one = vpk_dma(test, vpk->a, VPK_SG, 0);
	PVP_DMA_ADAPTER two = vpk_dma(test, vpk->a, VPK_SG, 0);

	KUNIT_EXPECT_PTR_NE(test, one, two);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapters"), before + 2);
	vpk_put_dma(test, one);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapters"), before + 1);
}

static void expect_put_counted(struct kunit *test, PVP_DMA_ADAPTER dma, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = vpk_counter(vpk->a, counter);
	u64 adapters = vpk_counter(vpk->a, "adapters");

	VideoPortPutDmaAdapter(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "%s", counter);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapters"), adapters);
}

static void putting_what_is_no_adapter_is_counted(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);

	KUNIT_ASSERT_NOT_NULL(test, dma);
	vpk_put_dma(test, dma);
	expect_put_counted(test, dma, "stale_handle");
	expect_put_counted(test, NULL, "null_handle");
	expect_put_counted(test, (PVP_DMA_ADAPTER)0x1000, "forged_handle");
}

VPK_REQUEST_CASE(put_with_a_transfer_outstanding_is_refused_until_it_ends)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	PVOID mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess);
	struct vpk_transfer transfer = { };

	VPK_NEED(test, dma && mdl);
	VPK_NEED(test, vpk_start(vpk->a, dma, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	expect_put_counted(test, dma, "adapter_busy");
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	vpk_put_dma(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapters"),
			vpk->before.alive[0][VPK_ADAPTERS_ALIVE]);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static void put_with_a_common_buffer_outstanding_is_refused_until_its_release(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	PHYSICAL_ADDRESS logical;
	PVOID memory;

	KUNIT_ASSERT_NOT_NULL(test, dma);
	memory = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, BYTES, &logical, FALSE, NULL);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	expect_put_counted(test, dma, "adapter_busy");
	VideoPortReleaseCommonBuffer(vpk->a->ext, dma, BYTES, logical, memory, FALSE);
	vpk_put_dma(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapters"),
			vpk->before.alive[0][VPK_ADAPTERS_ALIVE]);
}

VPK_REQUEST_CASE(the_mask_is_not_narrowed_while_memory_is_mapped)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER wide = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	u64 busy = vpk_counter(vpk->a, "adapter_busy");
	unsigned long user = vpk_user(test, BYTES);
	PDMA dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);

	VPK_NEED(test, wide && dma);
	KUNIT_EXPECT_NULL(test, vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "adapter_busy"), busy + 1);
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(64));
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_NOT_NULL(test, vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0));
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
}

/* A wide adapter that comes late gets what there is, and its transfers use the mapping. */
VPK_REQUEST_CASE(the_mask_is_not_widened_while_memory_is_mapped)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER wide;
	PDMA dma;

	vpk_put_dma(test, vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0));
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	wide = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	VPK_NEED(test, dma && wide);
	KUNIT_EXPECT_EQ(test, mask(test), DMA_BIT_MASK(32));
	VPK_NEED(test, vpk_start(vpk->a, wide, dma, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user), (size_t)BYTES);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static struct kunit_case adapter_cases[] = {
	KUNIT_CASE(an_adapter_without_a_description_is_null),
	KUNIT_CASE(neither_address_flag_means_32_bits),
	KUNIT_CASE(the_64_bit_flag_means_64_bits),
	KUNIT_CASE(both_address_flags_mean_64_bits),
	KUNIT_CASE(the_device_has_the_mask_of_its_narrowest_adapter),
	KUNIT_CASE(an_only_adapter_may_widen_the_mask),
	KUNIT_CASE(adapters_are_different_handles_and_counted),
	KUNIT_CASE(putting_what_is_no_adapter_is_counted),
	KUNIT_CASE(put_with_a_transfer_outstanding_is_refused_until_it_ends),
	KUNIT_CASE(put_with_a_common_buffer_outstanding_is_refused_until_its_release),
	KUNIT_CASE(the_mask_is_not_narrowed_while_memory_is_mapped),
	KUNIT_CASE(the_mask_is_not_widened_while_memory_is_mapped),
	{ }
};

VPK_SUITE(adapter, adapter_cases);
