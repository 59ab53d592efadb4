// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts: calls from a real hard interrupt, from a softirq, and outside a request. What is not
 * allowed there is counted; a release still happens, later, and never in the wrong place.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

/* A call made elsewhere: its arguments, and what it returned. */
struct call {
	PDMA dma;
	PVP_DMA_ADAPTER adapter;
	struct vpk_transfer *transfer;
	unsigned long user;
	struct page *page;
	u64 result;
	UCHAR irql;
	bool still_pinned;
};

/* ---- VideoPortUnlockPages from the wrong place ---- */

static void unlock_there(struct vpk_adapter *adapter, void *data)
{
	struct call *call = data;

	call->irql = VideoPortGetCurrentIrql();
	call->result = VideoPortUnlockPages(adapter->ext, call->dma);
	call->still_pinned = folio_maybe_dma_pinned(page_folio(call->page));
}

static void unlock_buffer_there(struct vpk_adapter *adapter, void *data)
{
	struct call *call = data;

	call->irql = VideoPortGetCurrentIrql();
	VideoPortUnlockBuffer(adapter->ext, call->dma);
	call->result = TRUE;
	call->still_pinned = folio_maybe_dma_pinned(page_folio(call->page));
}

static void unlock_elsewhere(struct kunit *test, vpk_at at,
			     void (*unlock)(struct vpk_adapter *adapter, void *data))
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	u64 deferred = vpk_counter(vpk->a, "deferred");
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	struct call call = { };

	vpk_state(vpk, &before);
	call.dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, call.dma);
	call.page = vpk_user_page(user);
	VPK_NEED(test, call.page);
	if (!at(vpk->a, unlock, &call)) {
		VideoPortUnlockPages(vpk->a->ext, call.dma);
		VPK_SKIP(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_GE(test, call.irql, 2);
	KUNIT_EXPECT_EQ(test, call.result, (u64)TRUE);
	KUNIT_EXPECT_TRUE(test, call.still_pinned); /* later, not there */
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, call.dma)); /* but invalid at once */
	vpk_expect_state(test, &before, "a little later");
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"), deferred + 1);
}

VPK_REQUEST_CASE(unlock_pages_in_an_interrupt_is_counted_and_released_later)
{
	unlock_elsewhere(test, vpk_at_dirql, unlock_there);
}

VPK_REQUEST_CASE(unlock_pages_in_a_dpc_is_counted_and_released_later)
{
	unlock_elsewhere(test, vpk_at_dispatch, unlock_there);
}

VPK_REQUEST_CASE(unlock_buffer_in_an_interrupt_is_counted_and_released_later)
{
	unlock_elsewhere(test, vpk_at_dirql, unlock_buffer_there);
}

VPK_REQUEST_CASE(unlock_buffer_in_a_dpc_is_counted_and_released_later)
{
	unlock_elsewhere(test, vpk_at_dispatch, unlock_buffer_there);
}

static void lock_for_later(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
}

static void unlock_pages_outside_a_request_is_counted_and_released_later(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "locked_buffers", 0));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
}

static void unlock_buffer_outside_a_request_is_allowed(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	VideoPortUnlockBuffer(vpk->a->ext, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong);
}

VPK_REQUEST_CASE(bad_unlocks_in_an_interrupt_do_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	struct call call = { .page = vpk_user_page(vpk->arena) };
	struct vpk_state before;
	u64 null = vpk_counter(vpk->a, "null_handle");

	VPK_NEED(test, call.page);
	vpk_state(vpk, &before);
	if (!vpk_at_dirql(vpk->a, unlock_there, &call))
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, call.result, (u64)TRUE);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "null_handle"), null + 1);
	vpk_expect_state(test, &before, "afterwards");
}

/* ---- Locking from the wrong place ---- */

static void lock_there(struct vpk_adapter *adapter, void *data)
{
	struct call *call = data;

	call->dma = vpk_lock_pages(adapter, call->user, BYTES, NULL);
	call->result = !call->dma && !vpk_lock(adapter, call->user, BYTES, VpReadAccess);
}

static void lock_elsewhere(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	struct call call = { .user = vpk_user(test, BYTES) };
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	struct vpk_state before;

	vpk_state(vpk, &before);
	if (!at(vpk->a, lock_there, &call))
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, call.result, 1ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 2);
	vpk_expect_state(test, &before, "afterwards");
}

VPK_REQUEST_CASE(locking_in_an_interrupt_is_refused)
{
	lock_elsewhere(test, vpk_at_dirql);
}

VPK_REQUEST_CASE(locking_in_a_dpc_is_refused)
{
	lock_elsewhere(test, vpk_at_dispatch);
}

/* ---- Transfers ---- */

static void start_there(struct vpk_adapter *adapter, void *data)
{
	struct call *call = data;

	call->result = vpk_start(adapter, call->adapter, call->dma, 0, BYTES, false,
				 call->transfer);
}

static void complete_there(struct vpk_adapter *adapter, void *data)
{
	struct call *call = data;

	call->irql = VideoPortGetCurrentIrql();
	call->result = vpk_complete(adapter, call->transfer);
}

VPK_REQUEST_CASE(start_dma_works_in_a_dpc)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer = { };
	struct call call = {
		.adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0),
		.dma = vpk_lock(vpk->a, user, BYTES, VpWriteAccess),
		.transfer = &transfer,
		.result = ERROR_BUSY,
	};

	VPK_NEED(test, call.adapter && call.dma);
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, start_there, &call));
	KUNIT_EXPECT_EQ(test, call.result, (u64)NO_ERROR);
	VPK_NEED(test, transfer.calls == 1);
	KUNIT_EXPECT_EQ(test, transfer.irql, 2);
	KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user), (size_t)BYTES);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x77));
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, complete_there, &call));
	KUNIT_EXPECT_EQ(test, call.result, (u64)NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 0ull); /* at once */
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x77), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, call.dma);
}

VPK_REQUEST_CASE(start_dma_in_an_interrupt_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	struct call call = {
		.adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0),
		.dma = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess),
		.transfer = &transfer,
	};
	bool came;

	VPK_NEED(test, call.adapter && call.dma);
	came = vpk_at_dirql(vpk->a, start_there, &call);
	VideoPortUnlockBuffer(vpk->a->ext, call.dma);
	if (!came)
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, call.result, (u64)ERROR_INVALID_FUNCTION);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
}

VPK_REQUEST_CASE(complete_dma_in_an_interrupt_is_counted_and_finished_later)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer = { };
	struct call call = {
		.adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0),
		.dma = vpk_lock(vpk->a, user, BYTES, VpWriteAccess),
		.transfer = &transfer,
	};

	VPK_NEED(test, call.adapter && call.dma);
	VPK_NEED(test, vpk_start(vpk->a, call.adapter, call.dma, 0, BYTES, false, &transfer) ==
		       NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x78));
	if (!vpk_at_dirql(vpk->a, complete_there, &call)) {
		vpk_complete(vpk->a, &transfer);
		VideoPortUnlockBuffer(vpk->a->ext, call.dma);
		VPK_SKIP(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_GT(test, call.irql, 2);
	KUNIT_EXPECT_EQ(test, call.result, (u64)NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "transfers", 0));
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x78), (size_t)BYTES);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
	VideoPortUnlockBuffer(vpk->a->ext, call.dma);
}

/* The last transfer of an unlocked buffer ends where nothing may be unpinned. */
static void last_completion(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer = { };
	struct call call = {
		.adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0),
		.transfer = &transfer,
	};
	struct vpk_state before;

	vpk_state(vpk, &before);
	call.dma = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, call.adapter && call.dma);
	VPK_NEED(test, vpk_start(vpk->a, call.adapter, call.dma, 0, BYTES, false, &transfer) ==
		       NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, call.dma);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
	if (!at(vpk->a, complete_there, &call)) {
		vpk_complete(vpk->a, &transfer);
		VPK_SKIP(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_EQ(test, call.result, (u64)NO_ERROR);
	vpk_expect_state(test, &before, "a little later");
}

VPK_REQUEST_CASE(the_last_completion_in_an_interrupt_releases_later)
{
	last_completion(test, vpk_at_dirql);
}

VPK_REQUEST_CASE(the_last_completion_in_a_dpc_releases_later)
{
	last_completion(test, vpk_at_dispatch);
}

/* ---- Adapters and common buffers ---- */

static void adapter_there(struct vpk_adapter *adapter, void *data)
{
	VP_DEVICE_DESCRIPTION description = { .ScatterGather = TRUE };
	PHYSICAL_ADDRESS logical;
	struct call *call = data;

	call->result = !VideoPortGetDmaAdapter(adapter->ext, &description) &&
		       !VideoPortAllocateCommonBuffer(adapter->ext, call->adapter, 100, &logical,
						      FALSE, NULL) &&
		       !VideoPortGetCommonBuffer(adapter->ext, 100, 0, &logical, NULL, FALSE);
}

static void adapter_elsewhere(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	struct call call = { .adapter = vpk_dma(test, vpk->a, VPK_SG, 0) };
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	if (!at(vpk->a, adapter_there, &call))
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, call.result, 1ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 3);
}

VPK_REQUEST_CASE(adapters_and_common_buffers_are_refused_in_an_interrupt)
{
	adapter_elsewhere(test, vpk_at_dirql);
}

VPK_REQUEST_CASE(adapters_and_common_buffers_are_refused_in_a_dpc)
{
	adapter_elsewhere(test, vpk_at_dispatch);
}

static struct kunit_case context_cases[] = {
	KUNIT_CASE(unlock_pages_in_an_interrupt_is_counted_and_released_later),
	KUNIT_CASE(unlock_pages_in_a_dpc_is_counted_and_released_later),
	KUNIT_CASE(unlock_buffer_in_an_interrupt_is_counted_and_released_later),
	KUNIT_CASE(unlock_buffer_in_a_dpc_is_counted_and_released_later),
	KUNIT_CASE(unlock_pages_outside_a_request_is_counted_and_released_later),
	KUNIT_CASE(unlock_buffer_outside_a_request_is_allowed),
	KUNIT_CASE(bad_unlocks_in_an_interrupt_do_nothing),
	KUNIT_CASE(locking_in_an_interrupt_is_refused),
	KUNIT_CASE(locking_in_a_dpc_is_refused),
	KUNIT_CASE(start_dma_works_in_a_dpc),
	KUNIT_CASE(start_dma_in_an_interrupt_is_refused),
	KUNIT_CASE(complete_dma_in_an_interrupt_is_counted_and_finished_later),
	KUNIT_CASE(the_last_completion_in_an_interrupt_releases_later),
	KUNIT_CASE(the_last_completion_in_a_dpc_releases_later),
	KUNIT_CASE(adapters_and_common_buffers_are_refused_in_an_interrupt),
	KUNIT_CASE(adapters_and_common_buffers_are_refused_in_a_dpc),
	{ }
};

VPK_SUITE(context, context_cases);
