// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers of every offset and length, through adapters with and without scatter/gather, with
 * limits, and in both directions: each moves exactly the bytes that it says, and no others.
 */
#include "bench.h"

#define BYTES	(6 * PAGE_SIZE)

struct shape {
	unsigned int start;	/* of the lock, in its first page */
	unsigned int offset;
	unsigned int length;
	unsigned int flags;
	unsigned int maximum;
};

static const struct shape shapes[] = {
	{ 0, 0, 1, VPK_SG | VPK_64 },
	{ 0, 0, 4096, VPK_SG | VPK_64 },
	{ 0, 1, 4096, VPK_SG | VPK_64 },
	{ 0, 4095, 1, VPK_SG | VPK_64 },
	{ 0, 4095, 2, VPK_SG | VPK_64 },
	{ 0, 4096, 4096, VPK_SG | VPK_64 },
	{ 0, 4097, 8191, VPK_SG | VPK_64 },
	{ 1, 0, 4095, VPK_SG | VPK_64 },
	{ 1, 4095, 1, VPK_SG | VPK_64 },
	{ 1, 4094, 2, VPK_SG | VPK_64 },
	{ 4095, 0, 1, VPK_SG | VPK_64 },
	{ 4095, 0, 2, VPK_SG | VPK_64 },
	{ 4095, 1, 4096, VPK_SG | VPK_64 },
	{ 4095, 4097, 4097, VPK_SG | VPK_64 },
	{ 2048, 2048, 12288, VPK_SG | VPK_64 },
	{ 0, 0, 20000, VPK_SG | VPK_32 },
	{ 77, 0, 20000, VPK_SG | VPK_32 },
	{ 77, 5000, 10000, VPK_SG },
	{ 0, 0, 20000, VPK_SG | VPK_64, 1 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 4095 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 4096 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 4097 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 19999 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 20000 },
	{ 0, 0, 20000, VPK_SG | VPK_64, 20001 },
	{ 300, 333, 20000, VPK_SG | VPK_32, 5000 },
	{ 0, 0, 20000, VPK_64 },
	{ 1, 0, 20000, VPK_64 },
	{ 4095, 0, 20000, VPK_64 },
	{ 4095, 1, 20000, VPK_32 },
	{ 0, 0, 20000, VPK_32, 100 },
	{ 0, 4000, 200, VPK_32, 150 },
	{ 0, 0, 1, 0 },
};

static void describe(const struct shape *shape, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "lock +%u, %u bytes at %u,%s%s%s maximum %u",
		 shape->start, shape->length, shape->offset, shape->flags & VPK_SG ? " sg" : "",
		 shape->flags & VPK_32 ? " 32" : "", shape->flags & VPK_64 ? " 64" : "",
		 shape->maximum);
}

KUNIT_ARRAY_PARAM(shape, shapes, describe);

/* One transfer at @offset; adds what it moved. Return: false if it failed. */
static bool move(struct kunit *test, PVP_DMA_ADAPTER adapter, PVOID mdl, unsigned long user,
		 ULONG offset, ULONG length, bool to_device, ULONG *moved)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };

	if (vpk_start(vpk->a, adapter, mdl, offset, length, to_device, &transfer) != NO_ERROR) {
		KUNIT_FAIL(test, "%u bytes at %u", length, offset);
		return false;
	}
	KUNIT_EXPECT_GT(test, transfer.length, 0u);
	KUNIT_EXPECT_LE(test, transfer.length, length);
	KUNIT_EXPECT_EQ(test, transfer.length_seen, transfer.length);
	if (shape->maximum)
		KUNIT_EXPECT_LE(test, transfer.length, shape->maximum);
	if (shape->flags & VPK_SG)
		KUNIT_EXPECT_EQ(test, transfer.length,
				min(length, shape->maximum ? shape->maximum : length));
	else
		KUNIT_EXPECT_EQ(test, transfer.list->NumberOfElements, 1u);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user + offset),
			(size_t)transfer.length);
	if (to_device)
		KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, transfer.list, offset, 0x10));
	else
		KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, offset, 0x20));
	*moved = transfer.length;
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	return transfer.length;
}

/* Byte by byte: written inside, as before outside. */
static void check_written(struct kunit *test, unsigned long user, size_t bytes, size_t from,
			  size_t to)
{
	u8 *copy = kunit_kmalloc(test, bytes, GFP_KERNEL);
	size_t i;

	VPK_NEED(test, copy && !copy_from_user(copy, (void __user *)user, bytes));
	for (i = 0; i < bytes; i++) {
		if (copy[i] == vpk_pattern(i, i >= from && i < to ? 0x20 : 0x10))
			continue;
		KUNIT_FAIL(test, "byte %zu: written %zu to %zu", i, from, to);
		return;
	}
}

static void both_directions(struct kunit *test, PVOID mdl, unsigned long user)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, shape->flags, shape->maximum);
	ULONG moved, all = 0, rounds;
	struct vpk_state before;

	VPK_NEED(test, adapter);
	vpk_state(vpk, &before);
	if (!move(test, adapter, mdl, user, shape->offset, shape->length, true, &moved))
		return;
	vpk_expect_state(test, &before, "after a transfer to the device");
	/* the rest with further calls, as a driver does */
	for (rounds = 0; all < shape->length && rounds < 8; rounds++) {
		if (!move(test, adapter, mdl, user, shape->offset + all, shape->length - all,
			  false, &moved))
			return;
		all += moved;
	}
	vpk_expect_state(test, &before, "after transfers from the device");
	check_written(test, user, BYTES - shape->start, shape->offset, shape->offset + all);
}

static void transfer_of_buffer(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES) + shape->start;
	PVOID mdl;

	vpk_fill(test, user, BYTES - shape->start, 0x10);
	mdl = vpk_lock(vpk->a, user, BYTES - shape->start, VpModifyAccess);
	VPK_NEED(test, mdl);
	both_directions(test, mdl, user);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static void a_transfer_moves_exactly_its_bytes(struct kunit *test)
{
	vpk_request(test, transfer_of_buffer);
}

static void transfer_of_view(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	const struct shape *shape = test->param_value;
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES) + shape->start;
	PDMA dma;

	vpk_fill(test, user, BYTES - shape->start, 0x10);
	dma = vpk_lock_pages(vpk->a, user, BYTES - shape->start, NULL);
	VPK_NEED(test, dma);
	both_directions(test, VideoPortGetMdl(vpk->a->ext, dma), user);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void a_transfer_on_locked_pages_moves_exactly_its_bytes(struct kunit *test)
{
	vpk_request(test, transfer_of_view);
}

static struct kunit_case transfer_shape_cases[] = {
	KUNIT_CASE_PARAM(a_transfer_moves_exactly_its_bytes, shape_gen_params),
	KUNIT_CASE_PARAM(a_transfer_on_locked_pages_moves_exactly_its_bytes, shape_gen_params),
	{ }
};

VPK_SUITE(transfer_shape, transfer_shape_cases);
