// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on what VideoPortLockPages mapped: they use that mapping, a view of its segments, and
 * hand over only their own bytes.
 */
#include "bench.h"

#define BYTES	(8 * PAGE_SIZE)

static PDMA prepare(struct kunit *test, unsigned int flags, PVP_DMA_ADAPTER *adapter,
		    unsigned long *user)
{
	struct vpk_case *vpk = vpk_of(test);

	*user = vpk_user(test, BYTES);
	vpk_fill(test, *user, BYTES, 0x61);
	*adapter = vpk_dma(test, vpk->a, flags, 0);
	return *adapter ? vpk_lock_pages(vpk->a, *user, BYTES, NULL) : NULL;
}

VPK_REQUEST_CASE(a_transfer_on_locked_pages_makes_no_second_mapping)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);

	VPK_NEED(test, dma);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(the_addresses_are_those_of_the_locked_segments)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);
	ULONG i, at = 5000;

	VPK_NEED(test, dma);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, at, 20000, true, &transfer) == NO_ERROR);
	for (i = 0; i < transfer.list->NumberOfElements; i++) {
		PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&dma);
		ULONG_PTR address;
		ULONG left;

		GET_VIDEO_PHYSICAL_ADDRESS(segment, user + at, user, &left, address);
		KUNIT_EXPECT_EQ(test, (u64)transfer.list->Elements[i].Address.QuadPart,
				(u64)address);
		KUNIT_EXPECT_LE(test, transfer.list->Elements[i].Length, left);
		at += transfer.list->Elements[i].Length;
	}
	KUNIT_EXPECT_EQ(test, at, 25000u);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(the_device_reads_what_the_client_wrote_since_the_lock)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);

	VPK_NEED(test, dma);
	vpk_fill(test, user, BYTES, 0x62);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, transfer.list, 0, 0x62));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(the_client_reads_what_the_device_wrote_before_the_unlock)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);

	VPK_NEED(test, dma);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, 0, BYTES, false, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x63));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x63), (size_t)BYTES);
	/* and what it writes now itself is not undone by the unlock */
	vpk_fill(test, user, BYTES, 0x64);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x64), (size_t)BYTES);
}

VPK_REQUEST_CASE(the_unlock_does_not_undo_the_clients_own_writes)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);

	VPK_NEED(test, dma);
	vpk_fill(test, user, BYTES, 0x65);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x65), (size_t)BYTES);
}

VPK_REQUEST_CASE(unlock_pages_waits_for_the_views_in_flight)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);
	struct vpk_state before;

	VPK_NEED(test, dma);
	vpk_state(vpk, &before);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, 0, BYTES, false, &transfer) == NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, GET_VIDEO_SCATTERGATHER(&dma)->Length, 0u);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x66));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 0ull);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x66), (size_t)BYTES);
}

VPK_REQUEST_CASE(an_overlap_on_locked_pages_is_refused_too)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer one = { }, two = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_SG | VPK_32, &adapter, &user);

	VPK_NEED(test, dma);
	VPK_NEED(test, vpk_start(vpk->a, adapter, dma, 0, 4096, false, &one) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, dma, 4095, 1, true, &two),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &one), NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(a_single_element_adapter_walks_locked_pages)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PDMA dma = prepare(test, VPK_32, &adapter, &user);
	ULONG at = 0, rounds;

	VPK_NEED(test, dma);
	for (rounds = 0; at < BYTES && rounds <= BYTES / PAGE_SIZE; rounds++) {
		struct vpk_transfer transfer = { };

		VPK_NEED(test, vpk_start(vpk->a, adapter, dma, at, BYTES - at, true, &transfer) ==
			       NO_ERROR);
		KUNIT_EXPECT_EQ(test, transfer.list->NumberOfElements, 1u);
		KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, transfer.list, at, 0x61));
		at += transfer.length;
		KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	}
	KUNIT_EXPECT_EQ(test, (size_t)at, (size_t)BYTES);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

/* Bounce buffers are few: what does not fit is an error, not a hang, and leaves nothing. */
VPK_REQUEST_CASE(a_lock_beyond_the_bounce_buffers_fails_cleanly)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, SZ_128M);
	struct vpk_state before;
	PDMA dma;

	if (!vpk_bounces(vpk->a))
		VPK_SKIP(test, "no bounce buffers are used");
	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, user, SZ_128M, NULL);
	KUNIT_EXPECT_NULL(test, dma);
	if (dma)
		VideoPortUnlockPages(vpk->a->ext, dma);
	vpk_expect_state(test, &before, "after the failure");
}

static struct kunit_case view_cases[] = {
	KUNIT_CASE(a_transfer_on_locked_pages_makes_no_second_mapping),
	KUNIT_CASE(the_addresses_are_those_of_the_locked_segments),
	KUNIT_CASE(the_device_reads_what_the_client_wrote_since_the_lock),
	KUNIT_CASE(the_client_reads_what_the_device_wrote_before_the_unlock),
	KUNIT_CASE(the_unlock_does_not_undo_the_clients_own_writes),
	KUNIT_CASE(unlock_pages_waits_for_the_views_in_flight),
	KUNIT_CASE(an_overlap_on_locked_pages_is_refused_too),
	KUNIT_CASE(a_single_element_adapter_walks_locked_pages),
	KUNIT_CASE(a_lock_beyond_the_bounce_buffers_fails_cleanly),
	{ }
};

VPK_SUITE(view, view_cases);
