// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA, of a miniport with HwStartDma: LockPages with each flag, DoDma, and the end of a DMA
 * in each context: complete once, unlocked once, and nothing that sleeps where nothing may. What is
 * refused is in packet_refused_test.c, what outlives a DMA in packet_end_test.c.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)
#define SEED	0x31

/* How a DMA ends, and what is expected of it. */
struct ending {
	vpk_at at;		/* where it is signalled; NULL: HwStartDma returns DmaSyncReturn */
	DMA_FLAGS flags;
	bool lock_starts;	/* LockPages starts it, not DoDma */
};

struct signalled {
	PDMA dma;
	struct page *page;
	BOOLEAN result, again;
	UCHAR irql;
	bool still_pinned;
};

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	struct signalled *signalled = data;

	signalled->irql = VideoPortGetCurrentIrql();
	signalled->result = VideoPortSignalDmaComplete(adapter->ext, signalled->dma);
	signalled->still_pinned = folio_maybe_dma_pinned(page_folio(signalled->page));
	signalled->again = VideoPortSignalDmaComplete(adapter->ext, signalled->dma);
}

static void device_writes(struct vpk_adapter *adapter, PDMA dma)
{
	struct kunit *test = adapter->test;

	KUNIT_EXPECT_TRUE(test, vpk_segments_write(adapter, dma, BYTES, SEED));
}

/* Start a DMA as @ending says. Return: its handle, NULL after saying what is wrong. */
static PDMA begin(struct kunit *test, const struct ending *ending, unsigned long user)
{
	struct vpk_case *vpk = vpk_of(test);
	bool gone = !ending->at && ending->flags == VideoPortUnlockAfterDma;
	VIDEO_REQUEST_PACKET vrp = { };
	PDMA dma, answer;

	vpk->a->packet.hook = device_writes;
	vpk->a->packet.answer = ending->at ? DmaAsyncReturn : DmaSyncReturn;
	if (!vpk_lock_pages_with(vpk->a, user, BYTES,
				 ending->lock_starts ? ending->flags : VideoPortDmaInitOnly, &vrp))
		return NULL;
	dma = vrp.OutputBuffer;
	KUNIT_EXPECT_GE(test, (size_t)vrp.OutputBufferLength, sizeof(VRB_SG));
	if (!ending->lock_starts) {
		answer = VideoPortDoDma(vpk->a->ext, dma, ending->flags);
		KUNIT_EXPECT_PTR_EQ(test, (void *)answer,
				    ending->flags == VideoPortKeepPagesLocked ? (void *)dma : NULL);
	} else if (gone) {
		KUNIT_EXPECT_NULL(test, dma);
		dma = vpk->a->packet.dma;
	}
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 1u);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.irql, 0);
	KUNIT_EXPECT_PTR_EQ(test, (void *)vpk->a->packet.dma, (void *)dma);
	return dma;
}

/* The whole life of one DMA, and what the counters say of it. */
static void ends(struct kunit *test, struct ending ending)
{
	struct vpk_case *vpk = vpk_of(test);
	bool keeps = ending.flags == VideoPortKeepPagesLocked;
	u64 completed = vpk_counter(vpk->a, "completed"), started = vpk_counter(vpk->a, "started");
	u64 unlocked = vpk_counter(vpk->a, "unlocked"), deferred = vpk_counter(vpk->a, "deferred");
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	unsigned long user = vpk_user(test, BYTES);
	struct signalled signalled = { };
	struct vpk_state before, locked;

	vpk_fill(test, user, BYTES, 0);
	signalled.page = vpk_user_page(user);
	VPK_NEED(test, signalled.page);
	vpk_state(vpk, &before);
	signalled.dma = begin(test, &ending, user);
	VPK_NEED(test, signalled.dma);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "started"), started + 1);
	if (ending.at) {
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "transfers"), 1ull);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed);
		KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 2);
		if (!ending.at(vpk->a, signal_there, &signalled)) {
			VideoPortSignalDmaComplete(vpk->a->ext, signalled.dma);
			if (keeps)
				VideoPortUnlockPages(vpk->a->ext, signalled.dma);
			VPK_SKIP(test, "the adapter raises no interrupt");
		}
		KUNIT_EXPECT_TRUE(test, signalled.result);
		KUNIT_EXPECT_FALSE(test, signalled.again);
		if (keeps || signalled.irql)
			KUNIT_EXPECT_TRUE(test, signalled.still_pinned);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "transfers"), 0ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, SEED), (size_t)BYTES);

	if (keeps) {
		KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, signalled.dma),
				    (PVOID)signalled.dma);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"), deferred);
		vpk_state(vpk, &locked);
		KUNIT_EXPECT_EQ(test, locked.pins, before.pins + 2);
		VideoPortUnlockPages(vpk->a->ext, signalled.dma);
	} else {
		KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, signalled.dma));
	}
	/* only what ended where nothing may sleep is released later */
	if (keeps || !signalled.irql)
		KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins);
	vpk_expect_state(test, &before, "after the DMA");
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), unlocked + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"),
			deferred + (!keeps && signalled.irql));
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, SEED), (size_t)BYTES);
}

#define ENDING_CASE(_name, _at, _flags, _lock_starts)				\
	static void _name##_body(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)	\
	{									\
		ends(test, (struct ending){ _at, _flags, _lock_starts });	\
	}									\
										\
	static void _name(struct kunit *test)					\
	{									\
		vpk_request(test, _name##_body);				\
	}

ENDING_CASE(do_dma_sync_keeps_pages_locked, NULL, VideoPortKeepPagesLocked, false)
ENDING_CASE(do_dma_sync_unlocks_after_dma, NULL, VideoPortUnlockAfterDma, false)
ENDING_CASE(do_dma_signalled_at_passive_keeps_pages_locked, vpk_at_passive,
	    VideoPortKeepPagesLocked, false)
ENDING_CASE(do_dma_signalled_at_passive_unlocks_after_dma, vpk_at_passive,
	    VideoPortUnlockAfterDma, false)
ENDING_CASE(do_dma_signalled_in_a_dpc_keeps_pages_locked, vpk_at_dispatch,
	    VideoPortKeepPagesLocked, false)
ENDING_CASE(do_dma_signalled_in_a_dpc_unlocks_later_in_process_context, vpk_at_dispatch,
	    VideoPortUnlockAfterDma, false)
ENDING_CASE(do_dma_signalled_in_an_interrupt_keeps_pages_locked, vpk_at_dirql,
	    VideoPortKeepPagesLocked, false)
ENDING_CASE(do_dma_signalled_in_an_interrupt_unlocks_later_in_process_context, vpk_at_dirql,
	    VideoPortUnlockAfterDma, false)
ENDING_CASE(lock_pages_starts_and_keeps_after_sync, NULL, VideoPortKeepPagesLocked, true)
ENDING_CASE(lock_pages_starts_and_gives_no_handle_of_what_is_over, NULL, VideoPortUnlockAfterDma,
	    true)
ENDING_CASE(lock_pages_starts_and_keeps_after_the_signal, vpk_at_passive,
	    VideoPortKeepPagesLocked, true)
ENDING_CASE(lock_pages_starts_and_unlocks_after_the_signal, vpk_at_passive,
	    VideoPortUnlockAfterDma, true)
ENDING_CASE(lock_pages_starts_and_keeps_after_an_interrupt, vpk_at_dirql,
	    VideoPortKeepPagesLocked, true)
ENDING_CASE(lock_pages_starts_and_unlocks_after_an_interrupt, vpk_at_dirql,
	    VideoPortUnlockAfterDma, true)
ENDING_CASE(lock_pages_starts_and_keeps_after_a_dpc, vpk_at_dispatch, VideoPortKeepPagesLocked,
	    true)
ENDING_CASE(lock_pages_starts_and_unlocks_after_a_dpc, vpk_at_dispatch, VideoPortUnlockAfterDma,
	    true)

/* ---- Inside HwStartDma ---- */

VPK_REQUEST_CASE(lock_pages_with_init_only_starts_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void look_at_segments(struct vpk_adapter *adapter, PDMA dma)
{
	struct kunit *test = adapter->test;
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, adapter, dma, vpk->value[0]),
			(size_t)BYTES);
	KUNIT_EXPECT_TRUE(test, vpk_segments_see(adapter, dma, BYTES, vpk->value[1]));
	KUNIT_EXPECT_TRUE(test, vpk_segments_write(adapter, dma, BYTES, vpk->value[1] + 1));
}

VPK_REQUEST_CASE(each_dma_hands_over_what_the_client_wrote_and_takes_back_what_the_device_did)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma;
	u8 seed;

	vpk->value[0] = vpk_user(test, BYTES);
	dma = vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
	VPK_NEED(test, dma);
	/* who has looked at the list might start the device by itself; this one does not */
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, vpk->value[0]), (size_t)BYTES);
	vpk->a->packet.hook = look_at_segments;
	vpk->a->packet.answer = DmaSyncReturn;
	for (seed = 10; seed < 20; seed += 2) {
		vpk_fill(test, vpk->value[0], BYTES, seed);
		vpk->value[1] = seed;
		KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma,
							   VideoPortKeepPagesLocked));
		KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], BYTES, seed + 1), (size_t)BYTES);
	}
	/* what the client writes now itself is not undone by the unlock */
	vpk_fill(test, vpk->value[0], BYTES, 0x77);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], BYTES, 0x77), (size_t)BYTES);
}

static void signal_inside(struct vpk_adapter *adapter, PDMA dma)
{
	struct kunit *test = adapter->test;

	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(adapter->ext, dma));
}

static void signalled_inside(struct kunit *test, HW_DMA_RETURN answer)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 completed = vpk_counter(vpk->a, "completed");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	vpk->a->packet.hook = signal_inside;
	vpk->a->packet.answer = answer;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed + 1);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed + 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
}

VPK_REQUEST_CASE(a_signal_inside_hw_start_dma_completes_it)
{
	signalled_inside(test, DmaAsyncReturn);
}

VPK_REQUEST_CASE(a_signal_and_a_sync_return_complete_once)
{
	signalled_inside(test, DmaSyncReturn);
}

/* A driver that starts the next DMA of a handle where the last one ends. */
static void signal_and_start_next(struct vpk_adapter *adapter, PDMA dma)
{
	struct kunit *test = adapter->test;

	if (adapter->packet.calls > 1)
		return;
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(adapter->ext, dma));
	adapter->packet.answer = DmaAsyncReturn;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(adapter->ext, dma, VideoPortKeepPagesLocked));
	adapter->packet.answer = DmaSyncReturn;
}

VPK_REQUEST_CASE(a_sync_return_does_not_end_the_next_dma)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	vpk->a->packet.hook = signal_and_start_next;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "transfers"), 1ull);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(an_answer_that_is_neither_is_counted_and_taken_as_async)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	vpk->a->packet.answer = (HW_DMA_RETURN)7;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + 1);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void do_dma_there(struct vpk_adapter *adapter, void *data)
{
	PDMA *dma = data;

	*dma = VideoPortDoDma(adapter->ext, *dma, VideoPortKeepPagesLocked);
}

VPK_REQUEST_CASE(do_dma_works_in_a_dpc_and_calls_hw_start_dma_there)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PDMA dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	PDMA answer = dma;

	VPK_NEED(test, dma);
	vpk->a->packet.hook = device_writes;
	vpk->a->packet.answer = DmaSyncReturn;
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, do_dma_there, &answer));
	KUNIT_EXPECT_PTR_EQ(test, (void *)answer, (void *)dma);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.irql, 2);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, SEED), (size_t)BYTES);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(do_dma_in_an_interrupt_is_a_violation_and_starts_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	PDMA answer = dma;
	bool came;

	VPK_NEED(test, dma);
	came = vpk_at_dirql(vpk->a, do_dma_there, &answer);
	VideoPortUnlockPages(vpk->a->ext, dma);
	if (!came)
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_NULL(test, answer);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE(do_dma_sync_keeps_pages_locked),
	KUNIT_CASE(do_dma_sync_unlocks_after_dma),
	KUNIT_CASE(do_dma_signalled_at_passive_keeps_pages_locked),
	KUNIT_CASE(do_dma_signalled_at_passive_unlocks_after_dma),
	KUNIT_CASE(do_dma_signalled_in_a_dpc_keeps_pages_locked),
	KUNIT_CASE(do_dma_signalled_in_a_dpc_unlocks_later_in_process_context),
	KUNIT_CASE(do_dma_signalled_in_an_interrupt_keeps_pages_locked),
	KUNIT_CASE(do_dma_signalled_in_an_interrupt_unlocks_later_in_process_context),
	KUNIT_CASE(lock_pages_starts_and_keeps_after_sync),
	KUNIT_CASE(lock_pages_starts_and_gives_no_handle_of_what_is_over),
	KUNIT_CASE(lock_pages_starts_and_keeps_after_the_signal),
	KUNIT_CASE(lock_pages_starts_and_unlocks_after_the_signal),
	KUNIT_CASE(lock_pages_starts_and_keeps_after_a_dpc),
	KUNIT_CASE(lock_pages_starts_and_unlocks_after_a_dpc),
	KUNIT_CASE(lock_pages_starts_and_keeps_after_an_interrupt),
	KUNIT_CASE(lock_pages_starts_and_unlocks_after_an_interrupt),
	KUNIT_CASE(lock_pages_with_init_only_starts_nothing),
	KUNIT_CASE(each_dma_hands_over_what_the_client_wrote_and_takes_back_what_the_device_did),
	KUNIT_CASE(a_signal_inside_hw_start_dma_completes_it),
	KUNIT_CASE(a_signal_and_a_sync_return_complete_once),
	KUNIT_CASE(a_sync_return_does_not_end_the_next_dma),
	KUNIT_CASE(an_answer_that_is_neither_is_counted_and_taken_as_async),
	KUNIT_CASE(do_dma_works_in_a_dpc_and_calls_hw_start_dma_there),
	KUNIT_CASE(do_dma_in_an_interrupt_is_a_violation_and_starts_nothing),
	{ }
};

VPK_PACKET_SUITE(packet, packet_cases);
