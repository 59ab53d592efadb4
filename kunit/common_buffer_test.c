// SPDX-License-Identifier: GPL-2.0
/*
 * Common buffers, with an adapter and by the older pair: memory that CPU and device share, and a
 * release that must match.
 */
#include "bench.h"

static const ULONG sizes[] = { 1, 64, 4095, 4096, 4097, SZ_16K, SZ_64K + 1, SZ_1M };

static void describe(const ULONG *bytes, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u bytes", *bytes);
}

KUNIT_ARRAY_PARAM(size, sizes, describe);

/* The device's side and the CPU's are the same memory. */
static void check_shared(struct kunit *test, PUCHAR memory, PHYSICAL_ADDRESS logical, ULONG bytes)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG i;

	KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, bytes));
	for (i = 0; i < bytes; i++)
		memory[i] = vpk_pattern(i, 0x31);
	KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, logical.QuadPart, bytes, 0, 0x31));
	KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, logical.QuadPart, bytes, 0, 0x32));
	for (i = 0; i < bytes && memory[i] == vpk_pattern(i, 0x32); i++)
		;
	KUNIT_EXPECT_EQ(test, i, bytes);
}

static void a_common_buffer_is_zeroed_and_shared(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	ULONG bytes = *(const ULONG *)test->param_value;
	PHYSICAL_ADDRESS logical;
	PUCHAR memory;

	KUNIT_ASSERT_NOT_NULL(test, dma);
	memory = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, bytes, &logical, FALSE, NULL);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "common_buffers"),
			vpk->before.alive[0][VPK_COMMON] + 1);
	KUNIT_EXPECT_LT(test, (u64)logical.QuadPart + bytes - 1, 1ull << 32);
	check_shared(test, memory, logical, bytes);
	VideoPortReleaseCommonBuffer(vpk->a->ext, dma, bytes, logical, memory, FALSE);
	if (vpk_has_iommu(vpk->a))
		KUNIT_EXPECT_EQ(test, (u64)vpk_reach(vpk->a, logical.QuadPart), 0ull);
}

static void the_older_pair_gives_the_same_memory(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG bytes = *(const ULONG *)test->param_value, actual = 0;
	PHYSICAL_ADDRESS logical;
	PUCHAR memory;

	memory = VideoPortGetCommonBuffer(vpk->a->ext, bytes, 0, &logical, &actual, TRUE);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_EQ(test, actual, bytes);
	check_shared(test, memory, logical, bytes);
	VideoPortFreeCommonBuffer(vpk->a->ext, bytes, memory, logical, TRUE);
}

static void the_alignment_is_honoured_up_to_the_natural_order(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG alignment, actual;

	for (alignment = 1; alignment <= SZ_64K; alignment *= 2) {
		ULONG bytes = max(alignment, 100u);
		PHYSICAL_ADDRESS logical;
		PVOID memory = VideoPortGetCommonBuffer(vpk->a->ext, bytes, alignment, &logical,
							&actual, FALSE);

		KUNIT_EXPECT_NOT_NULL_MSG(test, memory, "alignment %u", alignment);
		if (!memory)
			continue;
		KUNIT_EXPECT_EQ(test, (u64)logical.QuadPart % alignment, 0ull);
		VideoPortFreeCommonBuffer(vpk->a->ext, bytes, memory, logical, FALSE);
	}
}

static void an_alignment_that_is_no_power_of_two_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS logical;
	ULONG actual = 77;

	KUNIT_EXPECT_NULL(test, VideoPortGetCommonBuffer(vpk->a->ext, 4096, 3, &logical, &actual,
							 FALSE));
	KUNIT_EXPECT_EQ(test, actual, 0u);
}

static void a_common_buffer_of_nothing_or_for_nobody_is_null(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	PHYSICAL_ADDRESS logical;
	PVOID ext = vpk->a->ext;

	KUNIT_ASSERT_NOT_NULL(test, dma);
	KUNIT_EXPECT_NULL(test, VideoPortAllocateCommonBuffer(ext, dma, 0, &logical, FALSE, NULL));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateCommonBuffer(ext, dma, 64, NULL, FALSE, NULL));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateCommonBuffer(ext, NULL, 64, &logical, FALSE,
							      NULL));
	KUNIT_EXPECT_NULL(test, VideoPortGetCommonBuffer(ext, 0, 0, &logical, NULL, FALSE));
	KUNIT_EXPECT_NULL(test, VideoPortGetCommonBuffer(ext, 64, 0, NULL, NULL, FALSE));
	vpk_put_dma(test, dma);
	KUNIT_EXPECT_NULL(test, VideoPortAllocateCommonBuffer(ext, dma, 64, &logical, FALSE, NULL));
}

static void a_common_buffer_larger_than_memory_is_null(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	u64 none = vpk_counter(vpk->a, "no_memory");
	PHYSICAL_ADDRESS logical;

	KUNIT_EXPECT_NULL(test, VideoPortAllocateCommonBuffer(vpk->a->ext, dma, ~0u, &logical,
							      FALSE, NULL));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "no_memory"), none + 1);
}

static void a_release_that_does_not_match_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	PVP_DMA_ADAPTER other = vpk_dma(test, vpk->a, VPK_SG, 0);
	u64 mismatches = vpk_counter(vpk->a, "common_buffer_mismatch");
	PHYSICAL_ADDRESS logical, wrong;
	PVOID ext = vpk->a->ext;
	PUCHAR memory;

	KUNIT_ASSERT_TRUE(test, dma && other);
	memory = VideoPortAllocateCommonBuffer(ext, dma, 8192, &logical, FALSE, NULL);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	wrong.QuadPart = logical.QuadPart + 1;
	VideoPortReleaseCommonBuffer(ext, dma, 4096, logical, memory, FALSE);
	VideoPortReleaseCommonBuffer(ext, dma, 8193, logical, memory, FALSE);
	VideoPortReleaseCommonBuffer(ext, dma, 8192, wrong, memory, FALSE);
	VideoPortReleaseCommonBuffer(ext, dma, 8192, logical, memory + 1, FALSE);
	VideoPortReleaseCommonBuffer(ext, dma, 8192, logical, memory, TRUE);
	VideoPortReleaseCommonBuffer(ext, other, 8192, logical, memory, FALSE);
	VideoPortFreeCommonBuffer(ext, 8192, memory, logical, FALSE);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "common_buffer_mismatch"), mismatches + 7);
	memory[8191] = 1; /* KASAN looks: it is still there */
	VideoPortReleaseCommonBuffer(ext, dma, 8192, logical, memory, FALSE);
	VideoPortReleaseCommonBuffer(ext, dma, 8192, logical, memory, FALSE);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "common_buffer_mismatch"), mismatches + 8);
}

static void many_common_buffers_do_not_overlap(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG, 0);
	PHYSICAL_ADDRESS logical[16];
	PUCHAR memory[16];
	unsigned int i;

	for (i = 0; i < 16; i++) {
		memory[i] = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, 5000, &logical[i],
							  FALSE, NULL);
		KUNIT_ASSERT_NOT_NULL(test, memory[i]);
		vpk_device_write(vpk->a, logical[i].QuadPart, 5000, 0, i);
	}
	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, logical[i].QuadPart, 5000, 0, i));
		VideoPortReleaseCommonBuffer(vpk->a->ext, dma, 5000, logical[i], memory[i], FALSE);
	}
}

static struct kunit_case common_buffer_cases[] = {
	KUNIT_CASE_PARAM(a_common_buffer_is_zeroed_and_shared, size_gen_params),
	KUNIT_CASE_PARAM(the_older_pair_gives_the_same_memory, size_gen_params),
	KUNIT_CASE(the_alignment_is_honoured_up_to_the_natural_order),
	KUNIT_CASE(an_alignment_that_is_no_power_of_two_is_refused),
	KUNIT_CASE(a_common_buffer_of_nothing_or_for_nobody_is_null),
	KUNIT_CASE(a_common_buffer_larger_than_memory_is_null),
	KUNIT_CASE(a_release_that_does_not_match_is_refused),
	KUNIT_CASE(many_common_buffers_do_not_overlap),
	{ }
};

VPK_SUITE(common_buffer, common_buffer_cases);
