// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of every size and alignment: from 1 byte to 64 MiB, at each place around a page's edge.
 * Each is mapped, its segments followed to the client's pages, filled by the device, and released.
 */
#include "bench.h"

struct shape {
	size_t bytes;
	unsigned int offset;
};

static const struct shape sizes[] = {
	{ 1 }, { 2 }, { 3 }, { 15 }, { 63 }, { 64 }, { 65 }, { 511 }, { 4095 }, { 4096 }, { 4097 },
	{ 8191 }, { 8192 }, { 8193 }, { SZ_64K - 1 }, { SZ_64K }, { SZ_64K + 1 }, { SZ_128K + 1 },
	{ SZ_256K }, { SZ_256K + 1 }, { SZ_1M - 1 }, { SZ_1M }, { SZ_1M + 1 }, { SZ_2M },
	{ 2 * SZ_2M + 1, 4095 },
};

static const struct shape edges[] = {
	{ 1, 1 }, { 1, 4095 }, { 2, 4094 }, { 2, 4095 }, { 4095, 1 }, { 4096, 1 }, { 4096, 4095 },
	{ 4097, 4095 }, { 4098, 4095 }, { 8192, 1 }, { 8191, 2 }, { 8194, 4095 }, { 64, 4032 },
	{ 64, 4033 }, { 64, 4095 }, { SZ_64K, 1 }, { SZ_64K, 2048 }, { SZ_64K, 4095 },
	{ SZ_64K - 1, 1 }, { SZ_64K + 1, 4095 }, { SZ_1M, 511 }, { 512 * PAGE_SIZE, 1 },
	{ 511 * PAGE_SIZE + 1, 4095 }, { 1024 * PAGE_SIZE + 2, 4095 },
};

static const struct shape large[] = {
	{ SZ_4M }, { SZ_8M + 4097, 77 }, { SZ_16M }, { SZ_32M - 1, 1 }, { SZ_64M },
};

static void describe(const struct shape *shape, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%zu bytes at +%u", shape->bytes, shape->offset);
}

KUNIT_ARRAY_PARAM(size, sizes, describe);
KUNIT_ARRAY_PARAM(edge, edges, describe);
KUNIT_ARRAY_PARAM(large, large, describe);

static size_t pages_of(const struct shape *shape)
{
	return PFN_UP(shape->offset + shape->bytes);
}

static void lock_shape(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	unsigned long start = vpk_user(test, shape->offset + shape->bytes);
	struct vpk_state before;
	PVRB_SG segment;
	size_t sum = 0;
	PDMA dma;

	VPK_NEED(test, start);
	start += shape->offset;
	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, start, shape->bytes, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + (long)pages_of(shape));
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), before.pinned_vm + (long)pages_of(shape));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "pinned_pages"), (u64)pages_of(shape));
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, start), shape->bytes);
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++) {
		if (shape->bytes <= SZ_2M + 2 * PAGE_SIZE &&
		    !vpk_device_write(vpk->a, segment->PhysicalAddress, segment->Length, sum, 7))
			KUNIT_FAIL(test, "the device cannot write at +%zu", sum);
		sum += segment->Length;
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
	if (shape->bytes <= SZ_2M + 2 * PAGE_SIZE)
		KUNIT_EXPECT_EQ(test, vpk_matching(start, shape->bytes, 7), shape->bytes);
	vpk_expect_state(test, &before, "after the unlock");
}

static void a_lock_of_any_size_works(struct kunit *test)
{
	vpk_request(test, lock_shape);
}

static void a_lock_at_any_alignment_works(struct kunit *test)
{
	vpk_request(test, lock_shape);
}

static void lock_large(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	unsigned long start = vpk_user(test, shape->offset + shape->bytes);
	struct vpk_state before;
	PVOID mdl;

	VPK_NEED(test, start);
	vpk_state(vpk, &before);
	mdl = vpk_lock(vpk->a, start + shape->offset, shape->bytes, VpWriteAccess);
	VPK_NEED(test, mdl);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + (long)pages_of(shape));
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	vpk_expect_state(test, &before, "after LockBuffer");
	if (vpk_bounces(vpk->a))
		return; /* a mapping must fit into the bounce buffers; see view_test.c */
	lock_shape(test, vrp);
}

static void a_lock_up_to_64_mib_works(struct kunit *test)
{
	vpk_request(test, lock_large);
}

static struct kunit_case lock_shape_cases[] = {
	KUNIT_CASE_PARAM(a_lock_of_any_size_works, size_gen_params),
	KUNIT_CASE_PARAM(a_lock_at_any_alignment_works, edge_gen_params),
	KUNIT_CASE_PARAM(a_lock_up_to_64_mib_works, large_gen_params),
	{ }
};

VPK_SUITE(lock_shape, lock_shape_cases);
