// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortStartDma and VideoPortCompleteDma as they should be used. Refusals are in
 * transfer_refused_test.c, sizes and alignments in transfer_shape_test.c.
 */
#include "bench.h"

#define BYTES	(4 * PAGE_SIZE)

/* What most cases begin with: a locked buffer and an adapter. */
static PVOID prepare(struct kunit *test, unsigned int flags, ULONG maximum,
		     PVP_DMA_ADAPTER *adapter, unsigned long *user)
{
	struct vpk_case *vpk = vpk_of(test);

	*user = vpk_user(test, BYTES);
	*adapter = vpk_dma(test, vpk->a, flags, maximum);
	vpk_fill(test, *user, BYTES, 0x33);
	return *adapter ? vpk_lock(vpk->a, *user, BYTES, VpModifyAccess) : NULL;
}

VPK_REQUEST_CASE(the_routine_runs_once_at_dispatch_with_what_was_given)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer), NO_ERROR);
	VPK_NEED(test, transfer.calls == 1);
	KUNIT_EXPECT_PTR_EQ(test, transfer.ext, vpk->a->ext);
	KUNIT_EXPECT_PTR_EQ(test, transfer.dma, adapter);
	KUNIT_EXPECT_EQ(test, transfer.irql, 2);
	KUNIT_EXPECT_EQ(test, VideoPortGetCurrentIrql(), 0);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(the_list_leads_to_the_clients_pages)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user), (size_t)BYTES);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(the_device_reads_the_buffer)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, transfer.list, 0, 0x33));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x33), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(the_client_reads_what_the_device_wrote_after_the_completion)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, false, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x44));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x44), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

/* A short write of the device leaves the rest as the client had it, bounced or not. */
VPK_REQUEST_CASE(what_the_device_did_not_write_stays)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, false, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a,
						 transfer.list->Elements[0].Address.QuadPart, 64,
						 0, 0x44));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, 64, 0x44), 64ul);
	vpk_fill(test, user, 64, 0x33);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x33), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(the_length_is_updated_before_the_routine_runs)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 5000, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, transfer.length_seen, 5000u);
	KUNIT_EXPECT_EQ(test, transfer.length, 5000u);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user), 5000ul);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(a_transfer_may_be_completed_inside_the_routine)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { .complete = true, .completed = ERROR_BUSY };
	struct vpk_state before;
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	vpk_state(vpk, &before);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, false, &transfer),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, transfer.completed, NO_ERROR);
	vpk_expect_state(test, &before, "after the transfer");
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(several_transfers_on_one_mdl_may_be_in_flight)
{
	static const u8 order[] = { 2, 0, 3, 1 };
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer[4] = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);
	unsigned int i;

	VPK_NEED(test, mdl);
	for (i = 0; i < 4; i++)
		VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, i * PAGE_SIZE, PAGE_SIZE, false,
					 &transfer[i]) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "transfers"), 4ull);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer[i].list,
						     user + i * PAGE_SIZE), PAGE_SIZE);
		KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer[i].list, i * PAGE_SIZE,
						       0x55));
	}
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer[order[i]]), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x55), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(transfers_to_the_device_may_overlap)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer one = { }, two = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &one) == NO_ERROR);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 100, BYTES - 200, true, &two) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, two.list, user + 100),
			(size_t)BYTES - 200);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &one), NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, two.list, 100, 0x33));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &two), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(a_32_bit_adapter_gets_addresses_below_4_gib)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	PVP_DMA_ADAPTER adapter;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_32, 0, &adapter, &user);
	ULONG i;

	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	for (i = 0; i < transfer.list->NumberOfElements; i++)
		KUNIT_EXPECT_LT(test, (u64)transfer.list->Elements[i].Address.QuadPart +
					      transfer.list->Elements[i].Length - 1,
				1ull << 32);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(the_pages_are_dirty_after_a_transfer_from_the_device)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { .complete = true };
	PVP_DMA_ADAPTER adapter;
	struct page *page;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	page = vpk_user_page(user);
	VPK_NEED(test, page);
	ClearPageDirty(page);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, false, &transfer) == NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	KUNIT_EXPECT_TRUE(test, PageDirty(page));
}

VPK_REQUEST_CASE(the_pages_stay_clean_after_a_transfer_to_the_device)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { .complete = true };
	PVP_DMA_ADAPTER adapter;
	struct page *page;
	unsigned long user;
	PVOID mdl = prepare(test, VPK_SG | VPK_64, 0, &adapter, &user);

	VPK_NEED(test, mdl);
	page = vpk_user_page(user);
	VPK_NEED(test, page);
	ClearPageDirty(page);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	KUNIT_EXPECT_FALSE(test, PageDirty(page));
	SetPageDirty(page);
}

static void lock_for_later(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_lock(vpk->a, vpk->value[0], BYTES, VpWriteAccess);
}

static void a_transfer_may_start_and_end_outside_a_request(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer transfer = { };

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, vpk->data, 0, BYTES, false, &transfer),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, transfer.calls, 1u);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
}

VPK_REQUEST_CASE(memory_of_ours_can_be_transferred)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, BYTES, 0);
	struct vpk_transfer transfer = { };
	unsigned int i;
	PVOID mdl;

	VPK_NEED(test, adapter && memory);
	mdl = vpk_lock(vpk->a, (unsigned long)memory, BYTES, VpWriteAccess);
	VPK_NEED(test, mdl);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, false, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x66));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	for (i = 0; i < BYTES && memory[i] == vpk_pattern(i, 0x66); i++)
		;
	KUNIT_EXPECT_EQ(test, (size_t)i, (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	VideoPortFreePool(vpk->a->ext, memory);
}

static struct kunit_case transfer_cases[] = {
	KUNIT_CASE(the_routine_runs_once_at_dispatch_with_what_was_given),
	KUNIT_CASE(the_list_leads_to_the_clients_pages),
	KUNIT_CASE(the_device_reads_the_buffer),
	KUNIT_CASE(the_client_reads_what_the_device_wrote_after_the_completion),
	KUNIT_CASE(what_the_device_did_not_write_stays),
	KUNIT_CASE(the_length_is_updated_before_the_routine_runs),
	KUNIT_CASE(a_transfer_may_be_completed_inside_the_routine),
	KUNIT_CASE(several_transfers_on_one_mdl_may_be_in_flight),
	KUNIT_CASE(transfers_to_the_device_may_overlap),
	KUNIT_CASE(a_32_bit_adapter_gets_addresses_below_4_gib),
	KUNIT_CASE(the_pages_are_dirty_after_a_transfer_from_the_device),
	KUNIT_CASE(the_pages_stay_clean_after_a_transfer_to_the_device),
	KUNIT_CASE(a_transfer_may_start_and_end_outside_a_request),
	KUNIT_CASE(memory_of_ours_can_be_transferred),
	{ }
};

VPK_SUITE(transfer, transfer_cases);
