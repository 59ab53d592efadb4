// SPDX-License-Identifier: GPL-2.0
/*
 * What goes with a DMA handle: a pointer of the miniport's, the bytes that a DMA hands over, and
 * the events that its end sets.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)
#define USED	(PAGE_SIZE + 100)

static PDMA lock(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_fill(test, vpk->value[0], BYTES, 1);
	return vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL);
}

/* ---- The context ---- */

VPK_REQUEST_CASE(the_context_is_one_pointer_per_handle)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID ext = vpk->a->ext;
	PDMA one = lock(test), two = lock(test);

	VPK_NEED(test, one && two);
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(ext, one));
	VideoPortSetDmaContext(ext, one, test);
	VideoPortSetDmaContext(ext, two, (PVOID)-1l);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetDmaContext(ext, one), (PVOID)test);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetDmaContext(ext, two), (PVOID)-1l);
	VideoPortSetDmaContext(ext, one, NULL);
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(ext, one));
	VideoPortUnlockPages(ext, one);
	KUNIT_EXPECT_NULL(test, VideoPortGetDmaContext(ext, one));
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetDmaContext(ext, two), (PVOID)-1l);
	VideoPortUnlockPages(ext, two);
}

struct there {
	PDMA dma;
	PVOID context;
	ULONG bytes;
};

static void context_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;

	there->context = VideoPortGetDmaContext(adapter->ext, there->dma);
	there->bytes = VideoPortGetBytesUsed(adapter->ext, there->dma);
	VideoPortSetDmaContext(adapter->ext, there->dma, there);
	VideoPortSetBytesUsed(adapter->ext, there->dma, USED);
}

static void context_elsewhere(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	struct there there = { .dma = lock(test) };
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	VPK_NEED(test, there.dma);
	VideoPortSetDmaContext(vpk->a->ext, there.dma, test);
	if (!at(vpk->a, context_there, &there)) {
		VideoPortUnlockPages(vpk->a->ext, there.dma);
		VPK_SKIP(test, "the adapter raises no interrupt");
	}
	KUNIT_EXPECT_PTR_EQ(test, there.context, (PVOID)test);
	KUNIT_EXPECT_EQ(test, (size_t)there.bytes, (size_t)BYTES);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetDmaContext(vpk->a->ext, there.dma), (PVOID)&there);
	KUNIT_EXPECT_EQ(test, (size_t)VideoPortGetBytesUsed(vpk->a->ext, there.dma), (size_t)USED);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong);
	VideoPortUnlockPages(vpk->a->ext, there.dma);
}

VPK_REQUEST_CASE(context_and_bytes_used_work_in_an_interrupt)
{
	context_elsewhere(test, vpk_at_dirql);
}

VPK_REQUEST_CASE(context_and_bytes_used_work_in_a_dpc)
{
	context_elsewhere(test, vpk_at_dispatch);
}

/* ---- The bytes ---- */

VPK_REQUEST_CASE(bytes_used_begin_as_all_that_is_locked_and_never_get_more)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_length");
	PVOID ext = vpk->a->ext;
	PDMA dma = lock(test);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, (size_t)VideoPortGetBytesUsed(ext, dma), (size_t)BYTES);
	VideoPortSetBytesUsed(ext, dma, USED);
	KUNIT_EXPECT_EQ(test, (size_t)VideoPortGetBytesUsed(ext, dma), (size_t)USED);
	VideoPortSetBytesUsed(ext, dma, BYTES + 1);
	VideoPortSetBytesUsed(ext, dma, ~0u);
	KUNIT_EXPECT_EQ(test, (size_t)VideoPortGetBytesUsed(ext, dma), (size_t)USED);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_length"), bad + 2);
	VideoPortSetBytesUsed(ext, dma, 0);
	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(ext, dma), 0u);
	VideoPortSetBytesUsed(ext, dma, BYTES);
	KUNIT_EXPECT_EQ(test, (size_t)VideoPortGetBytesUsed(ext, dma), (size_t)BYTES);
	VideoPortUnlockPages(ext, dma);
}

static void device_writes_all(struct vpk_adapter *adapter, PDMA dma)
{
	KUNIT_EXPECT_TRUE(adapter->test, vpk_segments_write(adapter, dma, BYTES, 3));
}

/* Where the device has a copy it is seen which bytes were copied. */
static void hands_over(struct kunit *test, ULONG bytes)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = lock(test);

	VPK_NEED(test, dma);
	vpk_fill(test, vpk->value[0], BYTES, 2); /* since the lock */
	VideoPortSetBytesUsed(vpk->a->ext, dma, bytes);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_TRUE(test, vpk_segments_see(vpk->a, dma, bytes, 2));
	if (vpk_bounces(vpk->a))
		KUNIT_EXPECT_FALSE(test, vpk_segments_see(vpk->a, dma, bytes + 1, 2));
	device_writes_all(vpk->a, dma);
	/* a change now is of the next DMA */
	VideoPortSetBytesUsed(vpk->a->ext, dma, BYTES);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_GE(test, vpk_matching(vpk->value[0], BYTES, 3), (size_t)bytes);
	if (vpk_bounces(vpk->a))
		KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], BYTES, 3), (size_t)bytes);
	VideoPortUnlockPages(vpk->a->ext, dma);
	if (vpk_bounces(vpk->a))
		KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], BYTES, 3), (size_t)bytes);
}

VPK_REQUEST_CASE(a_dma_hands_over_the_bytes_used_and_no_more)
{
	hands_over(test, USED);
	hands_over(test, 1);
	hands_over(test, PAGE_SIZE);
}

VPK_REQUEST_CASE(a_dma_of_no_bytes_is_started_and_completed)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 completed = vpk_counter(vpk->a, "completed");
	PDMA dma = lock(test);

	VPK_NEED(test, dma);
	VideoPortSetBytesUsed(vpk->a->ext, dma, 0);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed + 1);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

/* ---- The events ---- */

static PEVENT create(struct kunit *test)
{
	PEVENT made = NULL;

	if (VideoPortCreateEvent(vpk_of(test)->a->ext, NOTIFICATION_EVENT, NULL, &made))
		KUNIT_FAIL(test, "none was made");
	return made;
}

/* Is it set? Not any more afterwards. */
static bool was_set(struct kunit *test, PEVENT event)
{
	PVOID ext = vpk_of(test)->a->ext;
	bool set = VideoPortReadStateEvent(ext, event);

	VideoPortClearEvent(ext, event);
	return set;
}

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	VideoPortSignalDmaComplete(adapter->ext, data);
}

/* Each end sets the events that there are: of a DMA that is kept, and of one that is unlocked. */
static void sets_events(struct kunit *test, vpk_at at, bool user, bool display)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT one = create(test), two = create(test);
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
	};
	unsigned int round;

	VPK_NEED(test, one && two);
	vpk->a->packet.answer = at ? DmaAsyncReturn : DmaSyncReturn;
	VPK_NEED(test, VideoPortLockPages(vpk->a->ext, &lock, user ? one : NULL,
					  display ? two : NULL, VideoPortDmaInitOnly));
	for (round = 0; round < 3; round++) {
		VideoPortDoDma(vpk->a->ext, lock.OutputBuffer,
			       round < 2 ? VideoPortKeepPagesLocked : VideoPortUnlockAfterDma);
		if (at) {
			KUNIT_EXPECT_FALSE(test, was_set(test, one) || was_set(test, two));
			if (!at(vpk->a, signal_there, lock.OutputBuffer)) {
				VideoPortSignalDmaComplete(vpk->a->ext, lock.OutputBuffer);
				kunit_mark_skipped(test, "the adapter raises no interrupt");
			}
		}
		KUNIT_EXPECT_EQ(test, was_set(test, one), user);
		KUNIT_EXPECT_EQ(test, was_set(test, two), display);
	}
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, one), NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, two), NO_ERROR);
}

VPK_REQUEST_CASE(a_sync_return_sets_both_events)
{
	sets_events(test, NULL, true, true);
}

VPK_REQUEST_CASE(a_signal_in_an_interrupt_sets_both_events)
{
	sets_events(test, vpk_at_dirql, true, true);
}

VPK_REQUEST_CASE(a_signal_in_a_dpc_sets_both_events)
{
	sets_events(test, vpk_at_dispatch, true, true);
}

VPK_REQUEST_CASE(a_signal_sets_only_the_events_that_were_given)
{
	sets_events(test, vpk_at_passive, true, false);
	sets_events(test, vpk_at_passive, false, true);
	sets_events(test, vpk_at_passive, false, false);
}

VPK_REQUEST_CASE(an_event_that_was_deleted_is_kept_by_the_handle)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT gone = create(test);
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
	};

	VPK_NEED(test, VideoPortLockPages(vpk->a->ext, &lock, gone, gone,
					  VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, gone), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 1ull);
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, lock.OutputBuffer));
	VideoPortUnlockPages(vpk->a->ext, lock.OutputBuffer);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 0ull);
}

VPK_REQUEST_CASE(associate_events_gives_a_handle_of_lock_pages_other_events)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT one = create(test), two = create(test);
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
	};
	PDMA dma, answer;

	VPK_NEED(test, VideoPortLockPages(vpk->a->ext, &lock, one, NULL, VideoPortDmaInitOnly));
	dma = lock.OutputBuffer;
	answer = VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, &lock, NULL, two);
	KUNIT_EXPECT_PTR_EQ(test, (void *)answer, (void *)dma);
	vpk->a->packet.answer = DmaSyncReturn;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_FALSE(test, was_set(test, one));
	KUNIT_EXPECT_TRUE(test, was_set(test, two));
	/* an event that is none changes nothing */
	KUNIT_EXPECT_NULL(test, VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, &lock, one,
								      test));
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_FALSE(test, was_set(test, one));
	KUNIT_EXPECT_TRUE(test, was_set(test, two));
	VideoPortUnlockPages(vpk->a->ext, dma);
	VideoPortDeleteEvent(vpk->a->ext, one);
	VideoPortDeleteEvent(vpk->a->ext, two);
}

VPK_REQUEST_CASE(associate_events_makes_a_handle_that_carries_only_events)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT one = create(test);
	VIDEO_REQUEST_PACKET none = *vrp;
	struct vpk_state before;
	PDMA dma;

	vpk_state(vpk, &before);
	dma = VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, &none, one, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins);
	KUNIT_EXPECT_EQ(test, VideoPortGetBytesUsed(vpk->a->ext, dma), 0u);
	KUNIT_EXPECT_EQ(test, GET_VIDEO_SCATTERGATHER(&dma)->Length, 0u);
	KUNIT_EXPECT_PTR_EQ(test, (void *)VideoPortDoDma(vpk->a->ext, dma,
							 VideoPortKeepPagesLocked), (void *)dma);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 1u);
	KUNIT_EXPECT_FALSE(test, was_set(test, one));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_TRUE(test, was_set(test, one));
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, dma));
	vpk_expect_state(test, &before, "after the unlock");
	KUNIT_EXPECT_NULL(test, VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, NULL, one,
								      NULL));
	VideoPortDeleteEvent(vpk->a->ext, one);
}

static struct kunit_case packet_handle_cases[] = {
	KUNIT_CASE(the_context_is_one_pointer_per_handle),
	KUNIT_CASE(context_and_bytes_used_work_in_an_interrupt),
	KUNIT_CASE(context_and_bytes_used_work_in_a_dpc),
	KUNIT_CASE(bytes_used_begin_as_all_that_is_locked_and_never_get_more),
	KUNIT_CASE(a_dma_hands_over_the_bytes_used_and_no_more),
	KUNIT_CASE(a_dma_of_no_bytes_is_started_and_completed),
	KUNIT_CASE(a_sync_return_sets_both_events),
	KUNIT_CASE(a_signal_in_an_interrupt_sets_both_events),
	KUNIT_CASE(a_signal_in_a_dpc_sets_both_events),
	KUNIT_CASE(a_signal_sets_only_the_events_that_were_given),
	KUNIT_CASE(an_event_that_was_deleted_is_kept_by_the_handle),
	KUNIT_CASE(associate_events_gives_a_handle_of_lock_pages_other_events),
	KUNIT_CASE(associate_events_makes_a_handle_that_carries_only_events),
	{ }
};

VPK_PACKET_SUITE(packet_handle, packet_handle_cases);
