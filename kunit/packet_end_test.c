// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA and endings: an unlock, a client or an adapter that goes while a DMA runs; the memory
 * stays until the DMA is over, and is released once. And pages that are kept for many DMAs.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

struct there {
	PDMA dma;
	struct page *page;
	BOOLEAN result;
	bool still_pinned;
};

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;

	there->result = VideoPortSignalDmaComplete(adapter->ext, there->dma);
	there->still_pinned = folio_maybe_dma_pinned(page_folio(there->page));
}

static void unlock_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;

	there->result = VideoPortUnlockPages(adapter->ext, there->dma);
	there->still_pinned = folio_maybe_dma_pinned(page_folio(there->page));
}

/* A DMA that runs, in a request. */
static void start(struct kunit *test, struct there *there, DMA_FLAGS flags)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_fill(test, vpk->value[0], BYTES, 1);
	there->page = vpk_user_page(vpk->value[0]);
	there->dma = vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
	if (there->dma)
		VideoPortDoDma(vpk->a->ext, there->dma, flags);
}

/* ---- An unlock while a DMA runs ---- */

/*
 * Unlock at @unlock, signal at @signal. The unlock of a wrong place is a violation, but releases
 * nothing itself: the DMA still runs.
 */
static void unlock_while_running(struct kunit *test, vpk_at unlock, vpk_at signal)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	u64 deferred = vpk_counter(vpk->a, "deferred");
	u64 unlocked = vpk_counter(vpk->a, "unlocked");
	struct vpk_state before, now;
	struct there there = { };
	PVRB_SG segment;
	u64 logical;

	vpk_state(vpk, &before);
	start(test, &there, VideoPortKeepPagesLocked);
	VPK_NEED(test, there.dma && there.page);
	segment = GET_VIDEO_SCATTERGATHER(&there.dma);
	logical = segment->PhysicalAddress;
	if (!unlock(vpk->a, unlock_there, &there)) {
		VideoPortSignalDmaComplete(vpk->a->ext, there.dma);
		VideoPortUnlockPages(vpk->a->ext, there.dma);
		VPK_SKIP(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_TRUE(test, there.result);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, there.dma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"),
			wrong + (unlock != vpk_at_passive));

	/* the handle is gone, the memory is not: the device still writes there */
	vpk_state(vpk, &now);
	KUNIT_EXPECT_EQ(test, now.pins, before.pins + 2);
	KUNIT_EXPECT_EQ(test, now.alive[0][VPK_MAPPINGS], 1ull);
	KUNIT_EXPECT_EQ(test, now.alive[0][VPK_BUFFERS], 1ull);
	KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, logical, 100, 0, 0x55));
	/* the page of the next DMA cannot be had by an old handle */
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, there.dma, VideoPortKeepPagesLocked));

	KUNIT_EXPECT_TRUE(test, signal(vpk->a, signal_there, &there));
	KUNIT_EXPECT_TRUE(test, there.result);
	KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], 100, 0x55), 100ul);
	if (signal == vpk_at_passive)
		KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins);
	else
		KUNIT_EXPECT_TRUE(test, there.still_pinned);
	vpk_expect_state(test, &before, "after the signal");
	if (vpk_has_iommu(vpk->a))
		KUNIT_EXPECT_EQ(test, (u64)vpk_reach(vpk->a, logical), 0ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"),
			deferred + (signal != vpk_at_passive));
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk->a->ext, there.dma));
}

VPK_REQUEST_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal)
{
	unlock_while_running(test, vpk_at_passive, vpk_at_passive);
}

VPK_REQUEST_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal_in_a_dpc)
{
	unlock_while_running(test, vpk_at_passive, vpk_at_dispatch);
}

VPK_REQUEST_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal_in_an_interrupt)
{
	unlock_while_running(test, vpk_at_passive, vpk_at_dirql);
}

VPK_REQUEST_CASE(unlock_pages_in_an_interrupt_while_a_dma_runs_is_counted_and_waits)
{
	unlock_while_running(test, vpk_at_dirql, vpk_at_passive);
}

VPK_REQUEST_CASE(unlock_pages_in_a_dpc_while_a_dma_runs_is_counted_and_waits)
{
	unlock_while_running(test, vpk_at_dispatch, vpk_at_passive);
}

VPK_REQUEST_CASE(unlock_pages_and_the_signal_in_interrupts_release_later)
{
	unlock_while_running(test, vpk_at_dirql, vpk_at_dirql);
}

VPK_REQUEST_CASE(unlock_after_dma_of_an_unlocked_handle_releases_once)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 unlocked = vpk_counter(vpk->a, "unlocked");
	struct there there = { };

	start(test, &there, VideoPortUnlockAfterDma);
	VPK_NEED(test, there.dma);
	VideoPortUnlockPages(vpk->a->ext, there.dma);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, there.dma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
}

static void start_for_later(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	struct there there = { };

	start(test, &there, vpk->value[1]);
	vpk->data = there.dma;
}

static void unlock_pages_outside_a_request_while_a_dma_runs_is_counted_and_waits(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	long pins = vpk_pins();

	vpk->value[1] = VideoPortKeepPagesLocked;
	vpk_request(test, start_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 2);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
}

/* ---- A client or an adapter that goes while a DMA runs ---- */

static void client_closes(struct kunit *test, DMA_FLAGS flags, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	struct there there = { };
	struct vpk_state before;

	vpk_state(vpk, &before);
	vpk->value[1] = flags;
	vpk_request(test, start_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, vpk->data));
	there.dma = vpk->data;
	there.page = vpk_user_page(vpk->value[0]);
	KUNIT_ASSERT_NOT_NULL(test, there.page);
	if (!at(vpk->a, signal_there, &there)) {
		VideoPortSignalDmaComplete(vpk->a->ext, vpk->data);
		kunit_skip(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_TRUE(test, there.result);
	vpk_expect_state(test, &before, "after the signal");
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk->a->ext, vpk->data));
}

static void a_closing_clients_running_dma_ends_before_the_release(struct kunit *test)
{
	client_closes(test, VideoPortKeepPagesLocked, vpk_at_passive);
}

static void a_closing_clients_running_dma_ends_in_an_interrupt(struct kunit *test)
{
	client_closes(test, VideoPortKeepPagesLocked, vpk_at_dirql);
}

static void a_closing_clients_running_dma_that_unlocks_is_released_once(struct kunit *test)
{
	client_closes(test, VideoPortUnlockAfterDma, vpk_at_dispatch);
}

static void a_closing_clients_kept_pages_are_released_at_once(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state before;

	vpk_state(vpk, &before);
	vpk->value[1] = VideoPortKeepPagesLocked;
	vpk->a->packet.answer = DmaSyncReturn;
	vpk_request(test, start_for_later);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_TRUE(test, vpk_pins() == before.pins);
	vpk_expect_state(test, &before, "after the close");
}

static void removed(struct kunit *test, DMA_FLAGS flags, bool unlocked)
{
	struct vpk_case *vpk = vpk_of(test);
	long pins = vpk_pins(), charged = vpk_pinned_vm();

	vpk->value[1] = flags;
	vpk_request(test, start_for_later);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	if (unlocked)
		VideoPortUnlockBuffer(vpk->a->ext, vpk->data);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 2);
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), charged);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk->a->ext, vpk->data));
}

static void a_removed_adapters_running_dma_is_ended_and_released(struct kunit *test)
{
	removed(test, VideoPortKeepPagesLocked, false);
}

static void a_removed_adapters_running_dma_that_unlocks_is_released_once(struct kunit *test)
{
	removed(test, VideoPortUnlockAfterDma, false);
}

static void a_removed_adapters_running_dma_of_an_unlocked_handle_is_released(struct kunit *test)
{
	removed(test, VideoPortKeepPagesLocked, true);
}

/* ---- A violation is logged once ---- */

static void unlock_thrice(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	vpk_at places[] = { vpk_at_dispatch, vpk_at_dirql, vpk_at_dispatch };
	unsigned long user = vpk_user(test, BYTES);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct there there = {
			.dma = vpk_lock_pages(vpk->a, user, BYTES, NULL),
			.page = vpk_user_page(user),
		};

		VPK_NEED(test, there.dma && there.page);
		if (!places[i](vpk->a, unlock_there, &there))
			VideoPortUnlockPages(vpk->a->ext, there.dma);
		else
			vpk->value[0]++;
	}
	vpk->data = vpk_lock_pages(vpk->a, user, BYTES, NULL);
}

static void a_violation_is_counted_each_time_and_logged_once(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int unlocked;
	u64 end;

	/* a port that has not said anything yet */
	KUNIT_ASSERT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_ASSERT_EQ(test, vpk_bind(vpk->a), 0);
	if (vpk_log_interval(3600000))
		kunit_skip(test, "log_interval_ms cannot be set");
	end = vpk_log_end();
	vpk_request(test, unlock_thrice);
	VideoPortUnlockPages(vpk->a->ext, vpk->data); /* outside it */
	unlocked = vpk_logged(end, "allowed only in a DMA IOCTL");
	vpk_log_interval(0);
	KUNIT_EXPECT_GE(test, vpk->value[0], 2ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), vpk->value[0] + 1);
	KUNIT_EXPECT_EQ(test, unlocked, 1u);
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "locked_buffers", 0));
}

static struct kunit_case packet_end_cases[] = {
	KUNIT_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal),
	KUNIT_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal_in_a_dpc),
	KUNIT_CASE(unlock_pages_while_a_dma_runs_waits_for_the_signal_in_an_interrupt),
	KUNIT_CASE(unlock_pages_in_an_interrupt_while_a_dma_runs_is_counted_and_waits),
	KUNIT_CASE(unlock_pages_in_a_dpc_while_a_dma_runs_is_counted_and_waits),
	KUNIT_CASE(unlock_pages_and_the_signal_in_interrupts_release_later),
	KUNIT_CASE(unlock_after_dma_of_an_unlocked_handle_releases_once),
	KUNIT_CASE(unlock_pages_outside_a_request_while_a_dma_runs_is_counted_and_waits),
	KUNIT_CASE(a_closing_clients_running_dma_ends_before_the_release),
	KUNIT_CASE(a_closing_clients_running_dma_ends_in_an_interrupt),
	KUNIT_CASE(a_closing_clients_running_dma_that_unlocks_is_released_once),
	KUNIT_CASE(a_closing_clients_kept_pages_are_released_at_once),
	KUNIT_CASE(a_removed_adapters_running_dma_is_ended_and_released),
	KUNIT_CASE(a_removed_adapters_running_dma_that_unlocks_is_released_once),
	KUNIT_CASE(a_removed_adapters_running_dma_of_an_unlocked_handle_is_released),
	KUNIT_CASE(a_violation_is_counted_each_time_and_logged_once),
	{ }
};

VPK_PACKET_SUITE(packet_end, packet_end_cases);
