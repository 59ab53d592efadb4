// SPDX-License-Identifier: GPL-2.0
/*
 * Who runs when: DPCs, the timer, VideoPortSynchronizeExecution and the interrupt. Spin
 * locks and the clock are in system_test.c.
 */
#include <linux/delay.h>

#include "bench.h"

struct seen {
	atomic_t calls;
	UCHAR irql;
	bool hard, soft;
	BOOLEAN queued[3];
	struct completion done;
	struct vpk_adapter *adapter;
};

static void look(struct vpk_adapter *adapter, void *data)
{
	struct seen *seen = data;

	atomic_inc(&seen->calls);
	seen->irql = VideoPortGetCurrentIrql();
	seen->hard = in_hardirq();
	seen->soft = in_serving_softirq();
}

static void irql_is_passive_in_a_thread(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, VideoPortGetCurrentIrql(), 0);
}

static void the_interrupt_routine_runs_in_a_hard_interrupt(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	u64 interrupts;
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error)); /* initializes */
	interrupts = vpk_counter(vpk->a, "interrupts");
	if (!vpk_at_dirql(vpk->a, look, &seen))
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
	KUNIT_EXPECT_TRUE(test, seen.hard);
	KUNIT_EXPECT_GT(test, seen.irql, 2);
	KUNIT_EXPECT_GE(test, vpk_counter(vpk->a, "interrupts"), interrupts + 1);
}

static void a_dpc_runs_in_a_softirq(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 dpcs = vpk_counter(vpk->a, "dpcs");
	struct seen seen = { };

	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, look, &seen));
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
	KUNIT_EXPECT_TRUE(test, seen.soft);
	KUNIT_EXPECT_EQ(test, seen.irql, 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "dpcs"), dpcs + 1);
}

static VOID count_dpc(PVOID ext, PVOID context)
{
	struct seen *seen = context;

	if (atomic_inc_return(&seen->calls) == 1)
		complete(&seen->done);
}

static VOID other_dpc(PVOID ext, PVOID context)
{
	struct seen *seen = context;

	complete(&seen->done);
}

static void queue_thrice(struct vpk_adapter *adapter, void *data)
{
	struct seen *seen = data;

	seen->queued[0] = VideoPortQueueDpc(adapter->ext, count_dpc, seen);
	seen->queued[1] = VideoPortQueueDpc(adapter->ext, count_dpc, seen);
	seen->queued[2] = VideoPortQueueDpc(adapter->ext, other_dpc, seen);
}

/* In a DPC nothing else of the queue runs: what is queued there stays queued. */
static void a_dpc_that_is_queued_already_is_false(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };

	init_completion(&seen.done);
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, queue_thrice, &seen));
	KUNIT_EXPECT_TRUE(test, seen.queued[0]);
	KUNIT_EXPECT_FALSE(test, seen.queued[1]);
	KUNIT_EXPECT_TRUE(test, seen.queued[2]);
	wait_for_completion(&seen.done);
	wait_for_completion(&seen.done);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
}

static void a_dpc_may_be_queued_in_an_interrupt(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	init_completion(&seen.done);
	if (!vpk_at_dirql(vpk->a, queue_thrice, &seen))
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_TRUE(test, seen.queued[0]);
	KUNIT_EXPECT_FALSE(test, seen.queued[1]);
	wait_for_completion(&seen.done);
	wait_for_completion(&seen.done);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
}

struct full {
	unsigned int queued;
	u8 marks[64];
	struct completion done;
	unsigned int ran;
};

static struct full full;

static VOID mark_dpc(PVOID ext, PVOID context)
{
	full.ran++;
	if (full.ran == full.queued)
		complete(&full.done);
}

static void queue_many(struct vpk_adapter *adapter, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(full.marks); i++)
		full.queued += VideoPortQueueDpc(adapter->ext, mark_dpc, &full.marks[i]);
}

static void more_dpcs_than_there_is_room_for_are_false(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	memset(&full, 0, sizeof(full));
	init_completion(&full.done);
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, queue_many, NULL));
	KUNIT_EXPECT_GT(test, full.queued, 8u);
	KUNIT_EXPECT_LE(test, full.queued, 64u);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&full.done, 10 * HZ), 0ul);
	KUNIT_EXPECT_EQ(test, full.ran, full.queued);
}

static void a_dpc_without_a_routine_is_false(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_EXPECT_FALSE(test, VideoPortQueueDpc(vpk->a->ext, NULL, NULL));
}

/* ---- VideoPortSynchronizeExecution ---- */

static BOOLEAN synchronized(PVOID context)
{
	struct seen *seen = context;

	atomic_inc(&seen->calls);
	seen->irql = VideoPortGetCurrentIrql();
	return seen->queued[0];
}

static void synchronize(struct kunit *test, VIDEO_SYNCHRONIZE_PRIORITY priority, UCHAR least,
			UCHAR most)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };

	KUNIT_EXPECT_FALSE(test, VideoPortSynchronizeExecution(vpk->a->ext, priority, synchronized,
							       &seen));
	seen.queued[0] = TRUE;
	KUNIT_EXPECT_TRUE(test, VideoPortSynchronizeExecution(vpk->a->ext, priority, synchronized,
							      &seen));
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 2);
	KUNIT_EXPECT_GE(test, seen.irql, least);
	KUNIT_EXPECT_LE(test, seen.irql, most);
	KUNIT_EXPECT_EQ(test, VideoPortGetCurrentIrql(), 0);
}

static void low_priority_runs_at_dispatch_and_returns_the_routines_result(struct kunit *test)
{
	synchronize(test, VpLowPriority, 2, 2);
}

static void medium_priority_runs_at_dirql_and_returns_the_routines_result(struct kunit *test)
{
	synchronize(test, VpMediumPriority, 3, 255);
}

static void high_priority_runs_at_dirql_and_returns_the_routines_result(struct kunit *test)
{
	synchronize(test, VpHighPriority, 3, 255);
}

static void synchronize_there(struct vpk_adapter *adapter, void *data)
{
	struct seen *seen = data;

	seen->queued[0] = TRUE;
	seen->queued[1] = VideoPortSynchronizeExecution(adapter->ext, VpMediumPriority,
							synchronized, seen);
}

static void synchronize_works_in_a_dpc(struct kunit *test)
{
	struct seen seen = { };

	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk_of(test)->a, synchronize_there, &seen));
	KUNIT_EXPECT_TRUE(test, seen.queued[1]);
}

static void synchronize_in_the_interrupt_is_refused_not_a_deadlock(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	if (!vpk_at_dirql(vpk->a, synchronize_there, &seen))
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_FALSE(test, seen.queued[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 0);
}

/* ---- The timer ---- */

static struct seen ticks;

static void tick(struct vpk_adapter *adapter)
{
	ticks.irql = VideoPortGetCurrentIrql();
	if (atomic_inc_return(&ticks.calls) == 2)
		VideoPortStopTimer(adapter->ext);
	complete(&ticks.done);
}

static void the_timer_ticks_about_once_a_second_until_it_is_stopped(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long begun = jiffies;

	memset(&ticks, 0, sizeof(ticks));
	init_completion(&ticks.done);
	vpk->a->tick = tick;
	VideoPortStartTimer(vpk->a->ext);
	VideoPortStartTimer(vpk->a->ext); /* once started is started */
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&ticks.done, 30 * HZ), 0ul);
	KUNIT_EXPECT_GE(test, jiffies - begun, (unsigned long)HZ * 9 / 10);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&ticks.done, 30 * HZ), 0ul);
	KUNIT_EXPECT_GE(test, jiffies - begun, (unsigned long)HZ * 18 / 10);
	KUNIT_EXPECT_EQ(test, ticks.irql, 2);
	/* stopped from inside */
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&ticks.done, 3 * HZ / 2), 0ul);
	KUNIT_EXPECT_EQ(test, atomic_read(&ticks.calls), 2);
	vpk->a->tick = NULL;
}

static void a_stopped_timer_does_not_tick(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	memset(&ticks, 0, sizeof(ticks));
	init_completion(&ticks.done);
	vpk->a->tick = tick;
	VideoPortStartTimer(vpk->a->ext);
	VideoPortStopTimer(vpk->a->ext);
	VideoPortStopTimer(vpk->a->ext);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&ticks.done, 3 * HZ / 2), 0ul);
	vpk->a->tick = NULL;
}

/* ---- The interrupt ---- */

/* Its line is held back at the device: others may share it. */
static bool line_is_masked(struct vpk_adapter *adapter)
{
	u16 command = 0;

	pci_read_config_word(adapter->pdev, PCI_COMMAND, &command);
	return command & PCI_COMMAND_INTX_DISABLE;
}

static void a_disabled_interrupt_is_not_delivered(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	if (!vpk_at_dirql(vpk->a, look, &seen))
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_EXPECT_EQ(test, VideoPortDisableInterrupt(vpk->a->ext), NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk->a->pdev->msi_enabled || line_is_masked(vpk->a));
	vpk_raise(vpk->a, 1, look, &seen);
	msleep(200);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
	KUNIT_EXPECT_EQ(test, VideoPortEnableInterrupt(vpk->a->ext), NO_ERROR);
	KUNIT_EXPECT_TRUE_MSG(test, vpk_await_interrupt(vpk->a), "what was raised is lost");
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 2);
	KUNIT_EXPECT_TRUE(test, vpk_at_dirql(vpk->a, look, &seen));
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 3);
}

static void look_and_tell(struct vpk_adapter *adapter, void *data)
{
	struct seen *seen = data;

	look(adapter, data);
	complete(&seen->done);
}

static void look_and_hold_back(struct vpk_adapter *adapter, void *data)
{
	VideoPortDisableInterrupt(adapter->ext);
	look_and_tell(adapter, data);
}

static bool told(struct seen *seen)
{
	return wait_for_completion_timeout(&seen->done, 10 * HZ);
}

/* Two causes at once, of an ISR that serves one: for the second a line would stay up. */
static void an_interrupt_routine_that_serves_one_cause_is_called_for_each(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	u64 interrupts;
	int error;

	if (!vpk->a->interrupts)
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	interrupts = vpk_counter(vpk->a, "interrupts");
	init_completion(&seen.done);
	vpk->a->serves_one = true;
	vpk_raise(vpk->a, 5, look_and_tell, &seen);
	KUNIT_EXPECT_TRUE(test, told(&seen));
	KUNIT_EXPECT_TRUE_MSG(test, told(&seen), "the second cause is lost");
	KUNIT_EXPECT_TRUE(test, vpk_await_interrupt(vpk->a));
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 2);
	if (vpk->a->pdev->msi_enabled)
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "interrupts"), interrupts + 1);
}

static void what_an_interrupt_routine_leaves_that_disables_it_comes_later(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct seen seen = { };
	int error;

	if (!vpk->a->interrupts)
		kunit_skip(test, "the adapter raises no interrupt");
	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	init_completion(&seen.done);
	vpk->a->serves_one = true;
	vpk_raise(vpk->a, 5, look_and_hold_back, &seen);
	KUNIT_EXPECT_TRUE(test, told(&seen));
	msleep(200);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.calls), 1);
	KUNIT_EXPECT_EQ(test, VideoPortEnableInterrupt(vpk->a->ext), NO_ERROR);
	KUNIT_EXPECT_TRUE_MSG(test, told(&seen), "the second cause is lost");
	KUNIT_EXPECT_TRUE(test, vpk_await_interrupt(vpk->a));
	KUNIT_EXPECT_EQ(test, VideoPortEnableInterrupt(vpk->a->ext), NO_ERROR);
}

static struct kunit_case sync_cases[] = {
	KUNIT_CASE(irql_is_passive_in_a_thread),
	KUNIT_CASE(the_interrupt_routine_runs_in_a_hard_interrupt),
	KUNIT_CASE(a_dpc_runs_in_a_softirq),
	KUNIT_CASE(a_dpc_that_is_queued_already_is_false),
	KUNIT_CASE(a_dpc_may_be_queued_in_an_interrupt),
	KUNIT_CASE(more_dpcs_than_there_is_room_for_are_false),
	KUNIT_CASE(a_dpc_without_a_routine_is_false),
	KUNIT_CASE(low_priority_runs_at_dispatch_and_returns_the_routines_result),
	KUNIT_CASE(medium_priority_runs_at_dirql_and_returns_the_routines_result),
	KUNIT_CASE(high_priority_runs_at_dirql_and_returns_the_routines_result),
	KUNIT_CASE(synchronize_works_in_a_dpc),
	KUNIT_CASE(synchronize_in_the_interrupt_is_refused_not_a_deadlock),
	KUNIT_CASE(the_timer_ticks_about_once_a_second_until_it_is_stopped),
	KUNIT_CASE(a_stopped_timer_does_not_tick),
	KUNIT_CASE(a_disabled_interrupt_is_not_delivered),
	KUNIT_CASE(an_interrupt_routine_that_serves_one_cause_is_called_for_each),
	KUNIT_CASE(what_an_interrupt_routine_leaves_that_disables_it_comes_later),
	{ }
};

VPK_SUITE(sync, sync_cases);
