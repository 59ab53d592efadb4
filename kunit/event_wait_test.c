// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for an event of the miniport's: how long, and what ends it.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "bench.h"

#define UNITS_PER_MS	10000	/* of 100 ns */

static PEVENT create(struct kunit *test, ULONG flags)
{
	PEVENT event = NULL;

	KUNIT_EXPECT_EQ(test, VideoPortCreateEvent(vpk_of(test)->a->ext, flags, NULL, &event),
			NO_ERROR);
	return event;
}

/* ---- Time ---- */

/* Return: milliseconds that the wait took. */
static s64 wait_for_nothing(struct kunit *test, LONGLONG units)
{
	LARGE_INTEGER timeout = { .QuadPart = units };
	PEVENT event = create(test, NOTIFICATION_EVENT);
	PVOID ext = vpk_of(test)->a->ext;
	ktime_t began = ktime_get();
	s64 took;

	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, &timeout), WAIT_TIMEOUT);
	took = ktime_ms_delta(ktime_get(), began);
	VideoPortDeleteEvent(ext, event);
	return took;
}

static LONGLONG now(void)
{
	LARGE_INTEGER time;

	VideoPortQuerySystemTime(&time);
	return time.QuadPart;
}

static void a_negative_timeout_is_relative(struct kunit *test)
{
	KUNIT_EXPECT_GE(test, wait_for_nothing(test, -30 * UNITS_PER_MS), 30ll);
	KUNIT_EXPECT_GE(test, wait_for_nothing(test, -1), 0ll);
}

static void a_positive_timeout_is_absolute(struct kunit *test)
{
	LONGLONG end = now() + 30 * UNITS_PER_MS;

	wait_for_nothing(test, end);
	KUNIT_EXPECT_GE(test, now(), end);
}

struct late {
	struct kunit *test;
	unsigned int cpu;	/* where the wait is */
	bool ready, begun;
	s64 took;
};

/* Begins while the ticks are late already, and lasts until after they have caught up. */
static void wait_meanwhile(void *data)
{
	struct late *late = data;

	set_cpus_allowed_ptr(current, cpumask_of(late->cpu));
	WRITE_ONCE(late->ready, true);
	while (!READ_ONCE(late->begun))
		cpu_relax();
	mdelay(16);
	late->took = wait_for_nothing(late->test, -30 * UNITS_PER_MS);
}

/*
 * One processor counts the ticks for all: one that is busy while the others are not, which this
 * thread's is first. With its interrupts off, it counts none for a while, and then all at once.
 */
static void late_ticks_do_not_shorten_a_wait(struct kunit *test)
{
	struct late late = { .test = test };
	struct vpk_thread thread;
	unsigned int cpu;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one processor");
	for_each_online_cpu(cpu) {
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		late.cpu = cpumask_any_but(cpu_online_mask, cpu);
		late.ready = false;
		late.begun = false;
		mdelay(20);
		KUNIT_ASSERT_TRUE(test, vpk_thread_start(&thread, wait_meanwhile, &late));
		while (!READ_ONCE(late.ready))
			cond_resched();
		local_irq_disable();
		WRITE_ONCE(late.begun, true);
		mdelay(40);
		local_irq_enable();
		KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
		KUNIT_EXPECT_GE(test, late.took, 30ll);
	}
}

/* Each would last for years if it were taken for a relative time. */
static void a_time_that_is_over_is_not_waited_for(struct kunit *test)
{
	wait_for_nothing(test, 1);
	wait_for_nothing(test, now());
	wait_for_nothing(test, 0);
}

/* A set event ends the longest waits at once: none of these times is added up wrongly. */
static void an_event_that_is_set_is_not_waited_for(struct kunit *test)
{
	static const LONGLONG times[] = { S64_MIN, S64_MIN + 1, S64_MAX, -1, 0, 1 };
	PEVENT event = create(test, NOTIFICATION_EVENT | INITIAL_EVENT_SIGNALED);
	PVOID ext = vpk_of(test)->a->ext;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		LARGE_INTEGER timeout = { .QuadPart = times[i] };

		KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, &timeout), NO_ERROR);
	}
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, NULL), NO_ERROR);
	VideoPortDeleteEvent(ext, event);
}

/* ---- What ends a wait ---- */

struct waiter {
	struct kunit *test;
	PVOID ext;
	PEVENT event;
	PLARGE_INTEGER timeout;
	VP_STATUS status, again;
	long ret;
};

static void wait(void *data)
{
	struct waiter *waiter = data;

	waiter->status = VideoPortWaitForSingleObject(waiter->ext, waiter->event, waiter->timeout);
}

static void set_there(struct vpk_adapter *adapter, void *data)
{
	VideoPortSetEvent(adapter->ext, data);
}

static void ended_by_a_set(struct kunit *test, vpk_at at, PLARGE_INTEGER timeout)
{
	struct vpk_case *vpk = vpk_of(test);
	struct waiter waiter = {
		.ext = vpk->a->ext,
		.event = create(test, SYNCHRONIZATION_EVENT),
		.timeout = timeout,
	};
	struct vpk_thread thread;
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error)); /* for interrupts */
	KUNIT_EXPECT_TRUE(test, vpk_thread_start(&thread, wait, &waiter));
	KUNIT_EXPECT_TRUE(test, vpk_thread_sleeps(&thread, TASK_KILLABLE));
	if (!at(vpk->a, set_there, waiter.event))
		VideoPortSetEvent(vpk->a->ext, waiter.event);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, waiter.status, NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(vpk->a->ext, waiter.event), 0);
	VideoPortDeleteEvent(vpk->a->ext, waiter.event);
}

static void a_set_in_a_thread_ends_a_wait_without_a_limit(struct kunit *test)
{
	ended_by_a_set(test, vpk_at_passive, NULL);
}

static void a_set_in_a_dpc_ends_a_wait(struct kunit *test)
{
	LARGE_INTEGER for_ages = { .QuadPart = S64_MIN };

	ended_by_a_set(test, vpk_at_dispatch, &for_ages);
}

static void a_set_in_an_interrupt_ends_a_wait(struct kunit *test)
{
	LARGE_INTEGER for_ages = { .QuadPart = S64_MAX };

	ended_by_a_set(test, vpk_at_dirql, &for_ages);
}

/* Two that wait for one event: how many are ended by one set? */
static void two_wait(struct kunit *test, ULONG flags, bool both)
{
	struct vpk_case *vpk = vpk_of(test);
	struct waiter waiters[2] = { };
	struct vpk_thread threads[2], *ended;
	PEVENT event = create(test, flags);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		waiters[i].ext = vpk->a->ext;
		waiters[i].event = event;
		waiters[i].status = ERROR_BUSY;
		KUNIT_ASSERT_TRUE(test, vpk_thread_start(&threads[i], wait, &waiters[i]));
		KUNIT_EXPECT_TRUE(test, vpk_thread_sleeps(&threads[i], TASK_KILLABLE));
	}
	VideoPortSetEvent(vpk->a->ext, event);
	if (!both) {
		/* one took it: the other one still waits for a set of its own */
		ended = vpk_thread_first_end(threads, 2);
		KUNIT_EXPECT_NOT_NULL(test, ended);
		KUNIT_EXPECT_TRUE(test, vpk_thread_sleeps(&threads[ended == threads],
							  TASK_KILLABLE));
		VideoPortSetEvent(vpk->a->ext, event);
	}
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, vpk_thread_join(&threads[i]));
		KUNIT_EXPECT_EQ(test, waiters[i].status, NO_ERROR);
	}
	KUNIT_EXPECT_EQ(test, !!VideoPortReadStateEvent(vpk->a->ext, event), both);
	VideoPortDeleteEvent(vpk->a->ext, event);
}

static void a_set_of_a_notification_event_ends_all_waits(struct kunit *test)
{
	two_wait(test, NOTIFICATION_EVENT, true);
}

static void a_set_of_a_synchronization_event_ends_one_wait(struct kunit *test)
{
	two_wait(test, SYNCHRONIZATION_EVENT, false);
}

static void a_clear_does_not_end_a_wait(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct waiter waiter = {
		.ext = vpk->a->ext,
		.event = create(test, NOTIFICATION_EVENT),
	};
	PEVENT other = create(test, NOTIFICATION_EVENT);
	struct vpk_thread thread;

	KUNIT_ASSERT_TRUE(test, vpk_thread_start(&thread, wait, &waiter));
	KUNIT_EXPECT_TRUE(test, vpk_thread_sleeps(&thread, TASK_KILLABLE));
	VideoPortClearEvent(vpk->a->ext, waiter.event);
	VideoPortSetEvent(vpk->a->ext, other);
	KUNIT_EXPECT_TRUE(test, vpk_thread_sleeps(&thread, TASK_KILLABLE));
	VideoPortSetEvent(vpk->a->ext, waiter.event);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, waiter.status, NO_ERROR);
	VideoPortDeleteEvent(vpk->a->ext, waiter.event);
	VideoPortDeleteEvent(vpk->a->ext, other);
}

static void a_deleted_event_stays_for_the_wait_that_has_it(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	LARGE_INTEGER soon = { .QuadPart = -50 * UNITS_PER_MS };
	struct waiter waiter = {
		.ext = vpk->a->ext,
		.event = create(test, NOTIFICATION_EVENT),
		.timeout = &soon,
	};
	struct vpk_thread thread;

	KUNIT_ASSERT_TRUE(test, vpk_thread_start(&thread, wait, &waiter));
	if (vpk_thread_sleeps(&thread, TASK_KILLABLE))
		KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, waiter.event), NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, waiter.status, WAIT_TIMEOUT);
}

/* ---- A request that waits ---- */

static void wait_in_request(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct waiter *waiter = vpk_of(test)->data;

	waiter->status = VideoPortWaitForSingleObject(waiter->ext, waiter->event, NULL);
	waiter->again = VideoPortWaitForSingleObject(waiter->ext, waiter->event, NULL);
}

static void request(void *data)
{
	struct waiter *waiter = data;

	waiter->ret = vpk_request_of(waiter->test, vpk_of(waiter->test)->clients, wait_in_request);
}

/* A client whose request waits for ever. */
static bool waits_in_request(struct kunit *test, struct waiter *waiter, struct vpk_thread *thread)
{
	struct vpk_case *vpk = vpk_of(test);
	int error;

	waiter->test = test;
	waiter->ext = vpk->a->ext;
	waiter->event = create(test, NOTIFICATION_EVENT);
	vpk->data = waiter;
	return vpk_open(test, vpk->a, &error) && vpk_thread_start(thread, request, waiter) &&
	       vpk_thread_sleeps(thread, TASK_KILLABLE);
}

static void a_removal_ends_a_wait_and_no_later_one_lasts(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct waiter waiter = { };
	struct vpk_thread thread = { };

	KUNIT_EXPECT_TRUE(test, waits_in_request(test, &waiter, &thread));
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, waiter.ret, 0l);
	KUNIT_EXPECT_EQ(test, waiter.status, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, waiter.again, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

static void a_client_that_is_killed_waits_no_more(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct waiter waiter = { };
	struct vpk_thread thread = { };

	KUNIT_EXPECT_TRUE(test, waits_in_request(test, &waiter, &thread));
	vpk_thread_kill(&thread);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, waiter.status, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, waiter.again, ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, waiter.event), 0); /* it is alive */
	VideoPortDeleteEvent(vpk->a->ext, waiter.event);
}

static struct kunit_case event_wait_cases[] = {
	KUNIT_CASE(a_negative_timeout_is_relative),
	KUNIT_CASE(a_positive_timeout_is_absolute),
	KUNIT_CASE(late_ticks_do_not_shorten_a_wait),
	KUNIT_CASE(a_time_that_is_over_is_not_waited_for),
	KUNIT_CASE(an_event_that_is_set_is_not_waited_for),
	KUNIT_CASE(a_set_in_a_thread_ends_a_wait_without_a_limit),
	KUNIT_CASE(a_set_in_a_dpc_ends_a_wait),
	KUNIT_CASE(a_set_in_an_interrupt_ends_a_wait),
	KUNIT_CASE(a_set_of_a_notification_event_ends_all_waits),
	KUNIT_CASE(a_set_of_a_synchronization_event_ends_one_wait),
	KUNIT_CASE(a_clear_does_not_end_a_wait),
	KUNIT_CASE(a_deleted_event_stays_for_the_wait_that_has_it),
	KUNIT_CASE(a_removal_ends_a_wait_and_no_later_one_lasts),
	KUNIT_CASE(a_client_that_is_killed_waits_no_more),
	{ }
};

VPK_SUITE(event_wait, event_wait_cases);
