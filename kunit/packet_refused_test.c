// SPDX-License-Identifier: GPL-2.0
/*
 * What packet DMA refuses, of a miniport with HwStartDma: each refusal is in the counter that is
 * for it, HwStartDma is not called, and what runs goes on.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

/* Neither started nor signalled, for the reason that @counter counts. */
static void expect_refused(struct kunit *test, PDMA dma, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = vpk_counter(vpk->a, counter);
	unsigned int calls = vpk->a->packet.calls;
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "DoDma: %s", counter);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 2, "DoDma: %s", counter);
	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 3, "signal: %s", counter);
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(vpk->a->ext, dma));
	VideoPortSetDmaContext(vpk->a->ext, dma, test);
	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(vpk->a->ext, dma), 0u);
	VideoPortSetBytesUsed(vpk->a->ext, dma, 1);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 7, "the rest: %s",
			    counter);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, calls);
	vpk_expect_state(test, &before, "after the refusals");
}

VPK_REQUEST_CASE(a_null_handle_is_refused)
{
	expect_refused(test, NULL, "null_handle");
}

VPK_REQUEST_CASE(a_forged_handle_is_refused)
{
	expect_refused(test, (PDMA)0x1234, "forged_handle");
	expect_refused(test, (PDMA)ULONG_MAX, "forged_handle");
	expect_refused(test, (PDMA)&vpk_adapters, "forged_handle");
}

VPK_REQUEST_CASE(a_stale_handle_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	VideoPortUnlockPages(vpk->a->ext, dma);
	expect_refused(test, dma, "stale_handle");
}

VPK_REQUEST_CASE(a_handle_of_another_kind_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT event;

	expect_refused(test, (PDMA)vpk_dma(test, vpk->a, VPK_SG, 0), "wrong_kind");
	VPK_NEED(test, !VideoPortCreateEvent(vpk->a->ext, NOTIFICATION_EVENT, NULL, &event));
	expect_refused(test, (PDMA)event, "wrong_kind");
	VideoPortDeleteEvent(vpk->a->ext, event);
}

VPK_REQUEST_CASE(another_adapters_handle_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PUCHAR pool;
	PDMA dma;

	if (!vpk->b)
		VPK_SKIP(test, "there is one adapter only");
	pool = VideoPortAllocatePool(vpk->b->ext, VpNonPagedPool, BYTES, 0);
	dma = vpk_lock_pages(vpk->b, (unsigned long)pool, BYTES, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->b->ext, dma, VideoPortKeepPagesLocked));
	expect_refused(test, dma, "foreign_handle");
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->b->ext, dma));
	VideoPortUnlockBuffer(vpk->b->ext, dma);
	VideoPortFreePool(vpk->b->ext, pool);
}

static void lock_and_start(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = *vrp;

	KUNIT_EXPECT_TRUE(test, vpk_lock_pages_with(vpk->a, vpk->value[0], BYTES, vpk->value[1],
						    &lock));
	vpk->data = lock.OutputBuffer;
}

static void refuse_foreign(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	expect_refused(test, vpk_of(test)->data, "foreign_handle");
}

static void another_clients(struct kunit *test, DMA_FLAGS flags)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *one, *two;
	int error;

	vpk->value[0] = vpk_user(test, BYTES);
	vpk->value[1] = flags;
	one = vpk_open(test, vpk->a, &error);
	two = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_TRUE(test, one && two);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, one, lock_and_start), 0l);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, two, refuse_foreign), 0l);
	if (flags != VideoPortDmaInitOnly)
		KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, vpk->data));
}

static void another_clients_idle_handle_is_refused(struct kunit *test)
{
	another_clients(test, VideoPortDmaInitOnly);
}

static void another_clients_running_handle_is_refused(struct kunit *test)
{
	another_clients(test, VideoPortKeepPagesLocked);
}

VPK_REQUEST_CASE(do_dma_takes_only_the_two_flags)
{
	static const DMA_FLAGS flags[] = { 0, VideoPortDmaInitOnly, 4, -1 };
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	unsigned int i;

	VPK_NEED(test, dma);
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, flags[i]));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + ARRAY_SIZE(flags));
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(do_dma_on_a_lock_buffer_handle_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	PVOID mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess);

	VPK_NEED(test, mdl);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, mdl, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, mdl, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + 2);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, mdl), mdl); /* unlocks nothing */
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(do_dma_on_a_running_handle_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 overlap = vpk_counter(vpk->a, "overlap");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	/* and it does not change what becomes of the one that runs */
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "overlap"), overlap + 2);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 1u);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, dma), (PVOID)dma);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(start_dma_while_a_packet_dma_runs_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	u64 overlap = vpk_counter(vpk->a, "overlap");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	struct vpk_transfer transfer = { };
	PVOID mdl = VideoPortGetMdl(vpk->a->ext, dma);

	VPK_NEED(test, dma && adapter);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &transfer),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "overlap"), overlap + 1);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(do_dma_while_a_transfer_is_in_flight_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	u64 overlap = vpk_counter(vpk->a, "overlap");
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
	struct vpk_transfer transfer = { };

	VPK_NEED(test, dma && adapter);
	VPK_NEED(test, !vpk_start(vpk->a, adapter, dma, 0, 100, true, &transfer));
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "overlap"), overlap + 1);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void expect_not_running(struct kunit *test, PDMA dma, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = vpk_counter(vpk->a, counter);
	u64 completed = vpk_counter(vpk->a, "completed");

	KUNIT_EXPECT_FALSE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "%s", counter);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed);
}

VPK_REQUEST_CASE(a_signal_of_an_idle_handle_is_false)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	expect_not_running(test, dma, "not_running");
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(a_second_signal_is_false)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	expect_not_running(test, dma, "not_running");
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(a_second_signal_of_what_the_first_unlocked_is_false)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	expect_not_running(test, dma, "stale_handle");
}

/* ---- VideoPortLockPages ---- */

static void lock_fails(struct kunit *test, PEVENT user_event, PEVENT display_event, DMA_FLAGS flags,
		       const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = counter ? vpk_counter(vpk->a, counter) : 0;
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
		.OutputBuffer = test,
		.OutputBufferLength = 4711,
	};
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, &lock, user_event, display_event,
						    flags));
	KUNIT_EXPECT_PTR_EQ(test, lock.OutputBuffer, (PVOID)test);
	KUNIT_EXPECT_EQ(test, lock.OutputBufferLength, 4711u);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	if (counter)
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, counter), counted + 1);
	vpk_expect_state(test, &before, "after the lock that failed");
}

VPK_REQUEST_CASE(a_lock_with_an_event_that_is_none_pins_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT event;

	VPK_NEED(test, !VideoPortCreateEvent(vpk->a->ext, NOTIFICATION_EVENT, NULL, &event));
	lock_fails(test, (PEVENT)1, NULL, VideoPortDmaInitOnly, "forged_handle");
	lock_fails(test, event, (PEVENT)1, VideoPortKeepPagesLocked, "forged_handle");
	VideoPortDeleteEvent(vpk->a->ext, event);
	lock_fails(test, NULL, event, VideoPortUnlockAfterDma, "stale_handle");
}

VPK_REQUEST_CASE(a_lock_with_a_flag_that_is_none_pins_nothing)
{
	lock_fails(test, NULL, NULL, 0, NULL);
	lock_fails(test, NULL, NULL, 4, NULL);
}

VPK_REQUEST_CASE(a_lock_that_starts_a_dma_fails_as_one_that_does_not)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 length = vpk_counter(vpk->a, "bad_length"), bad = vpk_counter(vpk->a, "bad_address");
	VIDEO_REQUEST_PACKET lock = { };

	KUNIT_EXPECT_FALSE(test, vpk_lock_pages_with(vpk->a, vpk_user(test, BYTES), 0,
						     VideoPortKeepPagesLocked, &lock));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_length"), length + 1);
	KUNIT_EXPECT_FALSE(test, vpk_lock_pages_with(vpk->a, 0, BYTES, VideoPortUnlockAfterDma,
						     &lock));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_address"), bad + 1);
	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, NULL, NULL, NULL,
						    VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
}

static struct kunit_case packet_refused_cases[] = {
	KUNIT_CASE(a_null_handle_is_refused),
	KUNIT_CASE(a_forged_handle_is_refused),
	KUNIT_CASE(a_stale_handle_is_refused),
	KUNIT_CASE(a_handle_of_another_kind_is_refused),
	KUNIT_CASE(another_adapters_handle_is_refused),
	KUNIT_CASE(another_clients_idle_handle_is_refused),
	KUNIT_CASE(another_clients_running_handle_is_refused),
	KUNIT_CASE(do_dma_takes_only_the_two_flags),
	KUNIT_CASE(do_dma_on_a_lock_buffer_handle_is_refused),
	KUNIT_CASE(do_dma_on_a_running_handle_is_refused),
	KUNIT_CASE(start_dma_while_a_packet_dma_runs_is_refused),
	KUNIT_CASE(do_dma_while_a_transfer_is_in_flight_is_refused),
	KUNIT_CASE(a_signal_of_an_idle_handle_is_false),
	KUNIT_CASE(a_second_signal_is_false),
	KUNIT_CASE(a_second_signal_of_what_the_first_unlocked_is_false),
	KUNIT_CASE(a_lock_with_an_event_that_is_none_pins_nothing),
	KUNIT_CASE(a_lock_with_a_flag_that_is_none_pins_nothing),
	KUNIT_CASE(a_lock_that_starts_a_dma_fails_as_one_that_does_not),
	{ }
};

VPK_PACKET_SUITE(packet_refused, packet_refused_cases);
