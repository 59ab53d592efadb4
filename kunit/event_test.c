// SPDX-License-Identifier: GPL-2.0
/*
 * Events of the miniport's: both kinds, their state, from every context. Waiting for them is in
 * event_wait_test.c, those that clients lend are in event_client_test.c.
 */
#include "bench.h"

static PEVENT create(struct kunit *test, ULONG flags)
{
	PEVENT event = NULL;

	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(vpk_of(test)->a->ext, flags, NULL, &event),
			NO_ERROR);
	return event;
}

/* Look without waiting. */
static VP_STATUS look(PVOID ext, PEVENT event)
{
	LARGE_INTEGER zero = { };

	return VideoPortWaitForSingleObject(ext, event, &zero);
}

static void an_event_begins_in_the_state_that_was_asked_for(struct kunit *test)
{
	static const ULONG kinds[] = { NOTIFICATION_EVENT, SYNCHRONIZATION_EVENT };
	PVOID ext = vpk_of(test)->a->ext;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		PEVENT set = create(test, kinds[i] | INITIAL_EVENT_SIGNALED);
		PEVENT clear = create(test, kinds[i] | INITIAL_EVENT_NOT_SIGNALED);

		KUNIT_ASSERT_TRUE(test, set && clear);
		KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, set), 0);
		KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, clear), 0);
		KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, set), NO_ERROR);
		KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, clear), NO_ERROR);
	}
}

static void set_event_returns_the_previous_state(struct kunit *test)
{
	PVOID ext = vpk_of(test)->a->ext;
	PEVENT event = create(test, NOTIFICATION_EVENT);

	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(ext, event), 0);
	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, event), 0);
	KUNIT_EXPECT_NE(test, VideoPortSetEvent(ext, event), 0);
	VideoPortClearEvent(ext, event);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, event), 0);
	VideoPortClearEvent(ext, event);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(ext, event), 0);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, event), NO_ERROR);
}

static void a_notification_event_stays_set_until_it_is_cleared(struct kunit *test)
{
	PVOID ext = vpk_of(test)->a->ext;
	PEVENT event = create(test, NOTIFICATION_EVENT);

	KUNIT_EXPECT_EQ(test, look(ext, event), WAIT_TIMEOUT);
	VideoPortSetEvent(ext, event);
	KUNIT_EXPECT_EQ(test, look(ext, event), NO_ERROR);
	KUNIT_EXPECT_EQ(test, look(ext, event), NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, NULL), NO_ERROR);
	VideoPortClearEvent(ext, event);
	KUNIT_EXPECT_EQ(test, look(ext, event), WAIT_TIMEOUT);
	VideoPortDeleteEvent(ext, event);
}

static void a_synchronization_event_resets_itself_when_it_ends_a_wait(struct kunit *test)
{
	PVOID ext = vpk_of(test)->a->ext;
	PEVENT event = create(test, SYNCHRONIZATION_EVENT | INITIAL_EVENT_SIGNALED);

	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, event), 0); /* reading does not */
	KUNIT_EXPECT_EQ(test, look(ext, event), NO_ERROR);
	KUNIT_EXPECT_EQ(test, look(ext, event), WAIT_TIMEOUT);
	VideoPortSetEvent(ext, event);
	VideoPortSetEvent(ext, event); /* twice is once */
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, NULL), NO_ERROR);
	KUNIT_EXPECT_EQ(test, look(ext, event), WAIT_TIMEOUT);
	VideoPortDeleteEvent(ext, event);
}

/* ---- Contexts ---- */

struct there {
	PEVENT event;
	LONG before, state, cleared;
	VP_STATUS first, second;
};

static void use_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;
	PVOID ext = adapter->ext;

	there->before = VideoPortSetEvent(ext, there->event);
	there->state = VideoPortReadStateEvent(ext, there->event);
	there->first = look(ext, there->event);
	there->second = look(ext, there->event);
	VideoPortClearEvent(ext, there->event);
	there->cleared = VideoPortReadStateEvent(ext, there->event);
	VideoPortSetEvent(ext, there->event);
}

VPK_REQUEST_CASE(events_are_set_cleared_and_read_in_an_interrupt_and_in_a_dpc)
{
	struct vpk_case *vpk = vpk_of(test);
	vpk_at places[] = { vpk_at_dispatch, vpk_at_dirql };
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct there there = { .event = create(test, SYNCHRONIZATION_EVENT) };

		if (places[i](vpk->a, use_there, &there)) {
			KUNIT_EXPECT_EQ(test, there.before, 0);
			KUNIT_EXPECT_NE(test, there.state, 0);
			KUNIT_EXPECT_EQ(test, there.first, NO_ERROR);
			KUNIT_EXPECT_EQ(test, there.second, WAIT_TIMEOUT);
			KUNIT_EXPECT_EQ(test, there.cleared, 0);
			KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(vpk->a->ext, there.event), 0);
		}
		KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, there.event), NO_ERROR);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong);
}

static void create_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;

	there->event = (PEVENT)there;
	there->first = VideoPortCreateEvent(adapter->ext, NOTIFICATION_EVENT, NULL, &there->event);
}

static void delete_there(struct vpk_adapter *adapter, void *data)
{
	struct there *there = data;

	there->first = VideoPortDeleteEvent(adapter->ext, there->event);
}

static void wait_there(struct vpk_adapter *adapter, void *data)
{
	LARGE_INTEGER second = { .QuadPart = -10000000 }, past = { .QuadPart = 1 };
	struct there *there = data;

	/* even where the event is set, and where the time is over */
	there->first = VideoPortWaitForSingleObject(adapter->ext, there->event, NULL);
	there->second = VideoPortWaitForSingleObject(adapter->ext, there->event, &second);
	there->before = VideoPortWaitForSingleObject(adapter->ext, there->event, &past);
}

static void wait_elsewhere(struct kunit *test, vpk_at at)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	struct there there = {
		.event = create(test, SYNCHRONIZATION_EVENT | INITIAL_EVENT_SIGNALED),
	};
	bool came = at(vpk->a, wait_there, &there);

	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(vpk->a->ext, there.event), 0);
	VideoPortDeleteEvent(vpk->a->ext, there.event);
	if (!came)
		VPK_SKIP(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, there.first, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, there.second, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, there.before, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 3);
}

VPK_REQUEST_CASE(a_wait_in_an_interrupt_is_refused_and_counted)
{
	wait_elsewhere(test, vpk_at_dirql);
}

VPK_REQUEST_CASE(a_wait_in_a_dpc_is_refused_and_counted)
{
	wait_elsewhere(test, vpk_at_dispatch);
}

VPK_REQUEST_CASE(events_are_created_only_at_passive)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	vpk_at places[] = { vpk_at_dispatch, vpk_at_dirql };
	unsigned int i, tried = 0;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct there there = { };

		if (!places[i](vpk->a, create_there, &there))
			continue;
		tried++;
		KUNIT_EXPECT_NE(test, there.first, NO_ERROR);
		KUNIT_EXPECT_NULL(test, there.event);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + tried);
}

VPK_REQUEST_CASE(an_event_is_deleted_in_a_dpc_and_not_in_an_interrupt)
{
	struct vpk_case *vpk = vpk_of(test);
	struct there there = { .event = create(test, NOTIFICATION_EVENT) };
	u64 deferred = vpk_counter(vpk->a, "deferred");
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	if (vpk_at_dirql(vpk->a, delete_there, &there)) {
		KUNIT_EXPECT_EQ(test, there.first, ERROR_INVALID_PARAMETER);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
	}
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, there.event), 0); /* still there */
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, delete_there, &there));
	KUNIT_EXPECT_EQ(test, there.first, NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, there.event), 0);
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "events", 0));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"), deferred + 1);
}

/* ---- What names no event ---- */

static void expect_none(struct kunit *test, PEVENT event, const char *counter)
{
	PVOID ext = vpk_of(test)->a->ext;
	u64 counted = vpk_counter(vpk_of(test)->a, counter);
	LARGE_INTEGER moment = { .QuadPart = -1 };

	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(ext, event), 0);
	VideoPortClearEvent(ext, event);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, event), 0);
	KUNIT_EXPECT_EQ(test, look(ext, event), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, &moment),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, NULL),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, event), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk_of(test)->a, counter), counted + 7, "%s",
			    counter);
}

static void what_names_no_event_is_refused(struct kunit *test)
{
	PVOID ext = vpk_of(test)->a->ext;
	PEVENT event = create(test, NOTIFICATION_EVENT | INITIAL_EVENT_SIGNALED);

	expect_none(test, NULL, "null_handle");
	expect_none(test, (PEVENT)test, "forged_handle");
	expect_none(test, (PEVENT)vpk_dma(test, vpk_of(test)->a, VPK_SG, 0), "wrong_kind");
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, event), NO_ERROR);
	expect_none(test, event, "stale_handle");
}

static void another_adapters_event_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT event = NULL;

	if (!vpk->b)
		kunit_skip(test, "there is one adapter only");
	KUNIT_ASSERT_EQ(test, VideoPortCreateEvent(vpk->b->ext, NOTIFICATION_EVENT, NULL, &event),
			NO_ERROR);
	expect_none(test, event, "foreign_handle");
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->b->ext, event), 0);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->b->ext, event), NO_ERROR);
}

static void create_event_takes_only_known_flags(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	PEVENT event = (PEVENT)test;

	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(vpk->a->ext, 4, NULL, &event),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(vpk->a->ext, ~0u, NULL, &event),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(vpk->a->ext, 0, NULL, NULL),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + 3);
	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(NULL, 0, NULL, &event), ERROR_INVALID_PARAMETER);
}

static void events_that_are_left_go_with_the_adapter(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PEVENT event = NULL;
	unsigned int i;

	/* more than one chunk of the table of handles */
	for (i = 0; i < 300; i++)
		event = create(test, i & 3);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 300ull);
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 0ull);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, event), 0);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(an_event_begins_in_the_state_that_was_asked_for),
	KUNIT_CASE(set_event_returns_the_previous_state),
	KUNIT_CASE(a_notification_event_stays_set_until_it_is_cleared),
	KUNIT_CASE(a_synchronization_event_resets_itself_when_it_ends_a_wait),
	KUNIT_CASE(events_are_set_cleared_and_read_in_an_interrupt_and_in_a_dpc),
	KUNIT_CASE(a_wait_in_an_interrupt_is_refused_and_counted),
	KUNIT_CASE(a_wait_in_a_dpc_is_refused_and_counted),
	KUNIT_CASE(events_are_created_only_at_passive),
	KUNIT_CASE(an_event_is_deleted_in_a_dpc_and_not_in_an_interrupt),
	KUNIT_CASE(what_names_no_event_is_refused),
	KUNIT_CASE(another_adapters_event_is_refused),
	KUNIT_CASE(create_event_takes_only_known_flags),
	KUNIT_CASE(events_that_are_left_go_with_the_adapter),
	{ }
};

VPK_SUITE(event, event_cases);
