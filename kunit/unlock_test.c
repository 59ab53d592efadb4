// SPDX-License-Identifier: GPL-2.0
/*
 * Unlocking, rule by rule: always TRUE, released exactly once, in the right order, whatever else is
 * wrong. What the contexts add is in context_test.c.
 */
#include <linux/iommu.h>

#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

/* An unlock that must do nothing but count. */
static void expect_counted(struct kunit *test, PDMA dma, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = vpk_counter(vpk->a, counter);
	u64 unlocked = vpk_counter(vpk->a, "unlocked");
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "%s", counter);
	VideoPortUnlockBuffer(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 2, "%s", counter);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked);
	vpk_expect_state(test, &before, "after an unlock of nothing");
}

VPK_REQUEST_CASE(unlock_of_null_is_true_and_counted)
{
	expect_counted(test, NULL, "null_handle");
}

VPK_REQUEST_CASE(unlock_of_an_unknown_handle_is_true_and_counted)
{
	expect_counted(test, (PDMA)0x1234, "forged_handle");
	expect_counted(test, (PDMA)ULONG_MAX, "forged_handle");
	expect_counted(test, (PDMA)&vpk_adapters, "forged_handle");
}

VPK_REQUEST_CASE(unlock_of_a_handle_already_unlocked_is_true_and_counted)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
	expect_counted(test, dma, "stale_handle");
}

VPK_REQUEST_CASE(unlock_of_an_adapters_handle_is_true_and_counted)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);

	VPK_NEED(test, dma);
	expect_counted(test, (PDMA)dma, "wrong_kind");
}

VPK_REQUEST_CASE(unlock_with_a_wrong_extension_is_true)
{
	static u64 not_an_extension[32];

	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(NULL, NULL));
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(&not_an_extension[16], (PDMA)1));
}

VPK_REQUEST_CASE(unlock_pages_releases_everything)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	u64 unlocked = vpk_counter(vpk->a, "unlocked");
	struct vpk_state before;
	PDMA dma;

	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
	/* at once, not later */
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), before.pinned_vm);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), before.alive[0][VPK_MAPPINGS]);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked + 1);
}

VPK_REQUEST_CASE(the_iommu_leads_nowhere_after_the_unlock)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, SZ_64K);
	u64 logical[16];
	unsigned int i;
	PVRB_SG segment;
	ULONG length;
	PDMA dma;

	if (!vpk_has_iommu(vpk->a))
		VPK_SKIP(test, "no IOMMU translates for the adapter");
	dma = vpk_lock_pages(vpk->a, user, SZ_64K, NULL);
	VPK_NEED(test, dma);
	for (i = 0; i < 16; i++) {
		ULONG_PTR address;

		segment = GET_VIDEO_SCATTERGATHER(&dma);
		GET_VIDEO_PHYSICAL_ADDRESS(segment, user + i * PAGE_SIZE, user, &length, address);
		logical[i] = address;
		KUNIT_EXPECT_NE(test, (u64)vpk_reach(vpk->a, address), 0ull);
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ_MSG(test, (u64)vpk_reach(vpk->a, logical[i]), 0ull, "page %u", i);
}

VPK_REQUEST_CASE(unlock_marks_the_pages_dirty)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct page *page;
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	page = vpk_user_page(user);
	VPK_NEED(test, page);
	ClearPageDirty(page);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_TRUE(test, PageDirty(page));
}

VPK_REQUEST_CASE(unlock_of_a_read_lock_leaves_the_pages_clean)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct page *page;
	PVOID mdl;

	vpk_fill(test, user, BYTES, 1);
	mdl = vpk_lock(vpk->a, user, BYTES, VpReadAccess);
	VPK_NEED(test, mdl);
	page = vpk_user_page(user);
	VPK_NEED(test, page);
	ClearPageDirty(page);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	KUNIT_EXPECT_FALSE(test, PageDirty(page));
	SetPageDirty(page);
}

static void unlock_in_flight(struct kunit *test, bool to_device)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer one = { }, two = { };
	struct vpk_state before;
	u64 logical;
	PVOID mdl;

	vpk_fill(test, user, BYTES, 0x11);
	vpk_state(vpk, &before);
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, mdl && adapter);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, PAGE_SIZE, to_device, &one) == NO_ERROR);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, PAGE_SIZE, PAGE_SIZE, to_device, &two) ==
		 NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);

	/* the handle is gone, the memory is not */
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, mdl));
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 2ull);
	if (to_device)
		KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, two.list, PAGE_SIZE, 0x11));
	else
		KUNIT_EXPECT_TRUE(test,
				  vpk_list_write(vpk->a, one.list, 0, 0x22) &&
				  vpk_list_write(vpk->a, two.list, PAGE_SIZE, 0x22));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &one), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	logical = two.list->Elements[0].Address.QuadPart;
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &two), NO_ERROR);
	vpk_expect_state(test, &before, "after the last transfer");
	if (vpk_has_iommu(vpk->a))
		KUNIT_EXPECT_EQ(test, (u64)vpk_reach(vpk->a, logical), 0ull);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, to_device ? 0x11 : 0x22), (size_t)BYTES);
}

VPK_REQUEST_CASE(unlock_in_flight_keeps_the_memory_until_the_last_transfer_to_the_device)
{
	unlock_in_flight(test, true);
}

VPK_REQUEST_CASE(unlock_in_flight_keeps_the_memory_until_the_last_transfer_from_the_device)
{
	unlock_in_flight(test, false);
}

VPK_REQUEST_CASE(a_transfer_cannot_be_started_after_the_unlock)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer one = { }, late = { };
	PVOID mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess);

	VPK_NEED(test, mdl && adapter);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &one) == NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, PAGE_SIZE, 100, true, &late),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, late.calls, 0u);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &one), NO_ERROR);
}

VPK_REQUEST_CASE(unlock_pages_also_takes_what_lock_buffer_gave)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	PVOID mdl;
	PDMA dma;

	vpk_state(vpk, &before);
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, mdl));
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VideoPortUnlockBuffer(vpk->a->ext, VideoPortGetMdl(vpk->a->ext, dma));
	vpk_expect_state(test, &before, "after both");
}

VPK_REQUEST_CASE(locks_are_released_in_any_order)
{
	static const u8 order[] = { 3, 0, 5, 1, 4, 2 };
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, 6 * BYTES);
	PDMA dma[6];
	unsigned int i;

	for (i = 0; i < 6; i++)
		dma[i] = vpk_lock_pages(vpk->a, user + i * BYTES / 2, BYTES, NULL);
	for (i = 0; i < 6; i++) {
		KUNIT_EXPECT_NOT_NULL(test, dma[order[i]]);
		VideoPortUnlockPages(vpk->a->ext, dma[order[i]]);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 5ull - i);
	}
}

static struct kunit_case unlock_cases[] = {
	KUNIT_CASE(unlock_of_null_is_true_and_counted),
	KUNIT_CASE(unlock_of_an_unknown_handle_is_true_and_counted),
	KUNIT_CASE(unlock_of_a_handle_already_unlocked_is_true_and_counted),
	KUNIT_CASE(unlock_of_an_adapters_handle_is_true_and_counted),
	KUNIT_CASE(unlock_with_a_wrong_extension_is_true),
	KUNIT_CASE(unlock_pages_releases_everything),
	KUNIT_CASE(the_iommu_leads_nowhere_after_the_unlock),
	KUNIT_CASE(unlock_marks_the_pages_dirty),
	KUNIT_CASE(unlock_of_a_read_lock_leaves_the_pages_clean),
	KUNIT_CASE(unlock_in_flight_keeps_the_memory_until_the_last_transfer_to_the_device),
	KUNIT_CASE(unlock_in_flight_keeps_the_memory_until_the_last_transfer_from_the_device),
	KUNIT_CASE(a_transfer_cannot_be_started_after_the_unlock),
	KUNIT_CASE(unlock_pages_also_takes_what_lock_buffer_gave),
	KUNIT_CASE(locks_are_released_in_any_order),
	{ }
};

VPK_SUITE(unlock, unlock_cases);
