// SPDX-License-Identifier: GPL-2.0
/*
 * DPCs, the timer, the interrupt, synchronised routines and spin locks: which context each runs in,
 * and when it does not run.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class ContextTest : public BenchTest {
protected:
	static BOOLEAN call(PVOID context)
	{
		(*static_cast<std::function<void()> *>(context))();
		return 0x42;
	}
	bool synchronize(VIDEO_SYNCHRONIZE_PRIORITY priority, std::function<void()> routine)
	{
		return VideoPortSynchronizeExecution(bench.extension(), priority, call, &routine) ==
		       0x42;
	}
};

VOID count_dpc(PVOID, PVOID context)
{
	++*static_cast<unsigned int *>(context);
}

TEST_F(ContextTest, ADpcIsQueuedOnceUntilItRuns)
{
	unsigned int first = 0, second = 0;
	auto queue = [&](unsigned int &counter) {
		return VideoPortQueueDpc(bench.extension(), count_dpc, &counter);
	};

	EXPECT_TRUE(queue(first));
	EXPECT_FALSE(queue(first));
	EXPECT_TRUE(queue(second)) << "another context is another DPC";
	EXPECT_TRUE(run_dpc(bench.device()));
	EXPECT_EQ(first, 1u);
	EXPECT_EQ(second, 1u);
	EXPECT_TRUE(queue(first));
	EXPECT_TRUE(run_dpc(bench.device()));
	EXPECT_EQ(first, 2u);
	EXPECT_FALSE(run_dpc(bench.device()));
	EXPECT_FALSE(VideoPortQueueDpc(bench.extension(), nullptr, &first));
}

TEST_F(ContextTest, AFullQueueOfDpcsIsCountedAndRefused)
{
	unsigned int counters[100] = {};
	unsigned int queued = 0;

	for (unsigned int &each : counters)
		queued += VideoPortQueueDpc(bench.extension(), count_dpc, &each);
	EXPECT_EQ(queued, 32u);
	EXPECT_EQ(bench.counter("bad_request"), 68u);
	EXPECT_TRUE(run_dpc(bench.device()));
	for (unsigned int i = 0; i < 100; i++)
		EXPECT_EQ(counters[i], i < 32);
}

TEST_F(ContextTest, AnInterruptQueuesADpcAndTheDpcMayQueueItself)
{
	unsigned int runs = 0;
	std::function<void()> again = [&] {
		if (++runs < 5) {
			EXPECT_TRUE(VideoPortQueueDpc(
				bench.extension(),
				[](PVOID, PVOID context) {
					(*static_cast<std::function<void()> *>(context))();
				},
				&again));
		}
	};

	bench.in_interrupt([&] {
		EXPECT_EQ(VideoPortGetCurrentIrql(), 5u);
		again();
	});
	while (run_dpc(bench.device()))
		;
	EXPECT_EQ(runs, 5u);
}

TEST_F(ContextTest, TheTimerTicksUntilItIsStopped)
{
	unsigned int ticks = 0;
	auto advance = [&](unsigned int ms) {
		bench.machine->clock_ms += ms;
		run_timer(bench.device());
	};

	bench.miniports[0].on_timer = [&] {
		EXPECT_EQ(VideoPortGetCurrentIrql(), 2u);
		if (++ticks == 3)
			VideoPortStopTimer(bench.extension());
	};
	VideoPortStartTimer(bench.extension());
	VideoPortStartTimer(bench.extension());
	advance(500);
	EXPECT_EQ(ticks, 0u);
	for (unsigned int i = 0; i < 5; i++)
		advance(1000);
	EXPECT_EQ(ticks, 3u) << "stopped from inside";
	VideoPortStartTimer(bench.extension());
	advance(1000);
	EXPECT_EQ(ticks, 4u);
	VideoPortStopTimer(bench.extension());
	advance(5000);
	EXPECT_EQ(ticks, 4u);
}

TEST_F(ContextTest, InterruptsCanBeDisabled)
{
	unsigned int calls = 0;
	bool handled = true;

	bench.miniports[0].on_interrupt = [&] {
		calls++;
		return false;
	};
	raise_interrupt(bench.device(), &handled);
	EXPECT_FALSE(handled) << "not its own";
	EXPECT_EQ(VideoPortDisableInterrupt(bench.extension()), NO_ERROR);
	EXPECT_EQ(VideoPortDisableInterrupt(bench.extension()), NO_ERROR);
	raise_interrupt(bench.device());
	EXPECT_EQ(calls, 1u);
	EXPECT_EQ(VideoPortEnableInterrupt(bench.extension()), NO_ERROR);
	EXPECT_EQ(calls, 2u) << "what was raised meanwhile is not lost";
	raise_interrupt(bench.device());
	EXPECT_EQ(calls, 3u);
	EXPECT_EQ(VideoPortEnableInterrupt(nullptr), ERROR_INVALID_FUNCTION);
}

TEST_F(ContextTest, SynchronizedRoutinesRunAtTheirLevel)
{
	unsigned int calls = 0;

	EXPECT_TRUE(synchronize(VpLowPriority, [&] {
		calls++;
		EXPECT_EQ(VideoPortGetCurrentIrql(), 2u);
	}));
	for (auto priority : {VpMediumPriority, VpHighPriority}) {
		EXPECT_TRUE(synchronize(priority, [&] {
			calls++;
			EXPECT_EQ(VideoPortGetCurrentIrql(), 5u);
			/* it would wait for itself */
			EXPECT_FALSE(synchronize(VpMediumPriority, [&] { calls = 100; }));
		}));
	}
	bench.in_dpc([&] { EXPECT_TRUE(synchronize(VpLowPriority, [&] { calls++; })); });
	bench.in_interrupt(
		[&] { EXPECT_FALSE(synchronize(VpHighPriority, [&] { calls = 100; })); });
	EXPECT_EQ(calls, 4u);
	EXPECT_EQ(bench.counter("wrong_context"), 3u);
	EXPECT_EQ(VideoPortGetCurrentIrql(), 0u);
}

TEST_F(ContextTest, SpinLocksRaiseToDispatchAndNest)
{
	PSPIN_LOCK outer = nullptr, inner = nullptr;
	UCHAR before = 99, between = 99;

	EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &outer), NO_ERROR);
	EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &inner), NO_ERROR);
	VideoPortAcquireSpinLock(bench.extension(), outer, &before);
	EXPECT_EQ(before, 0u);
	EXPECT_EQ(VideoPortGetCurrentIrql(), 2u);
	VideoPortAcquireSpinLock(bench.extension(), inner, &between);
	EXPECT_EQ(between, 2u);
	VideoPortReleaseSpinLock(bench.extension(), inner, between);
	EXPECT_EQ(VideoPortGetCurrentIrql(), 2u);
	VideoPortReleaseSpinLock(bench.extension(), outer, before);
	EXPECT_EQ(VideoPortGetCurrentIrql(), 0u);
	bench.in_dpc([&] {
		VideoPortAcquireSpinLockAtDpcLevel(bench.extension(), outer);
		VideoPortReleaseSpinLockFromDpcLevel(bench.extension(), outer);
	});
	EXPECT_EQ(VideoPortDeleteSpinLock(bench.extension(), outer), NO_ERROR);
	EXPECT_EQ(VideoPortDeleteSpinLock(bench.extension(), inner), NO_ERROR);
	EXPECT_EQ(VideoPortCreateSpinLock(nullptr, &outer), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortDeleteSpinLock(bench.extension(), nullptr), ERROR_INVALID_PARAMETER);
}

TEST_F(ContextTest, DmaIsStartedUnderASpinLock)
{
	PSPIN_LOCK lock = nullptr;
	UCHAR before = 0;
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID mdl = bench.lock_for(a, User::at(0), 5000);

	EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &lock), NO_ERROR);
	VideoPortAcquireSpinLock(bench.extension(), lock, &before);

	Started started = bench.start(adapter, mdl, 0, 5000, false);

	EXPECT_EQ(started.status, NO_ERROR);
	EXPECT_EQ(bench.complete(adapter, started, false), NO_ERROR);
	EXPECT_EQ(VideoPortGetMdl(bench.extension(), static_cast<PDMA>(mdl)), mdl);
	VideoPortReleaseSpinLock(bench.extension(), lock, before);
	VideoPortDeleteSpinLock(bench.extension(), lock);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

} // namespace
