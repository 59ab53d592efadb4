// SPDX-License-Identifier: GPL-2.0
/*
 * Hosting a miniport: DPCs, the interrupt, synchronised execution, the timer, spin locks,
 * interlocked operations, memory moves, pool, and messages.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <array>
#include <cstring>
#include <filesystem>

#include "kmsg.hpp"

using namespace integration;

namespace {

class HostingTest : public ProbeTest {
protected:
	/// Bytes of the scratch area that came back.
	static std::array<uint8_t, 64> scratch(const PROBE_ANSWER &answer)
	{
		std::array<uint8_t, 64> bytes;
		memcpy(bytes.data(), answer.Out, bytes.size());
		return bytes;
	}
};

} // namespace

TEST_F(HostingTest, ADpcThatIsQueuedAlreadyIsNotQueuedAgain)
{
	const uint32_t before = probe.counts().Dpcs;
	// interrupts are off under the interrupt's lock, but under PREEMPT_RT: the first cannot run before the second
	const bool off = !std::filesystem::exists("/sys/kernel/realtime");
	const auto answer = probe.call(ProbeQueueDpcTwice, {}, ProbeSynchronizedHigh);
	EXPECT_EQ(answer.Out[0], 1U);
	if (off) {
		EXPECT_EQ(answer.Out[1], 0U);
	}
	const uint32_t queued = before + 1 + answer.Out[1];
	EXPECT_TRUE(eventually([&] { return probe.counts().Dpcs == queued; }));
	const auto again = probe.call(ProbeQueueDpcTwice, {}, ProbeSynchronizedHigh);
	EXPECT_EQ(again.Out[0], 1U) << "after it ran it can be queued again";
	EXPECT_TRUE(eventually([&] { return probe.counts().Dpcs == queued + 1 + again.Out[1]; }));
}

TEST_F(HostingTest, ADpcRunsAtDispatchLevel)
{
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql, {}, ProbeDpc).Result, dispatch_level);
	EXPECT_EQ(probe.counts().DpcIrql, dispatch_level);
}

TEST_F(HostingTest, ADpcCanBeQueuedFromTheInterrupt)
{
	const uint32_t before = probe.counts().Dpcs;
	probe.call(ProbeQueueDpcTwice, {}, ProbeInterrupt);
	EXPECT_TRUE(eventually([&] { return probe.counts().Dpcs == before + 1; }));
}

TEST_F(HostingTest, TheInterruptReachesHwVidInterruptAboveDispatchLevel)
{
	const uint32_t before = probe.counts().Interrupts;
	EXPECT_GT(probe.call(ProbeGetCurrentIrql, {}, ProbeInterrupt).Result, dispatch_level);
	EXPECT_EQ(probe.counts().Interrupts, before + 1) << "one for each that the device raised";
}

TEST_F(HostingTest, SynchronizeExecutionRunsAtTheLevelOfItsPriority)
{
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql, {}, ProbeSynchronizedLow).Result, dispatch_level);
	EXPECT_GT(probe.call(ProbeGetCurrentIrql, {}, ProbeSynchronizedMedium).Result,
		  dispatch_level);
	EXPECT_GT(probe.call(ProbeGetCurrentIrql, {}, ProbeSynchronizedHigh).Result,
		  dispatch_level);
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql).Result, passive_level) << "and back";
}

TEST_F(HostingTest, SynchronizeExecutionReturnsWhatTheRoutineReturned)
{
	for (const auto priority :
	     {ProbeSynchronizedLow, ProbeSynchronizedMedium, ProbeSynchronizedHigh}) {
		for (const uint64_t returned : {0, 1})
			EXPECT_EQ(probe.call(ProbeSynchronizedResult, {returned}, priority).Result,
				  returned);
	}
}

TEST_F(HostingTest, SynchronizeExecutionWorksInADpc)
{
	EXPECT_EQ(probe.call(ProbeQueueDpcTwice, {}, ProbeDpc).Out[1], 0U);
}

TEST_F(HostingTest, TheTimerTicksAboutOnceASecondUntilItIsStopped)
{
	probe.call(ProbeStartTimer);
	const uint32_t first = probe.counts().Ticks;
	ASSERT_TRUE(eventually([&] { return probe.counts().Ticks > first; }));
	const auto start = std::chrono::steady_clock::now();
	ASSERT_TRUE(eventually([&] { return probe.counts().Ticks > first + 2; }));
	const auto elapsed = std::chrono::steady_clock::now() - start;
	EXPECT_GE(elapsed, 1500ms) << "two periods";
	EXPECT_LE(elapsed, 5s);
	EXPECT_EQ(probe.counts().TickIrql, dispatch_level);

	probe.call(ProbeStopTimer);
	const uint32_t last = probe.counts().Ticks;
	EXPECT_FALSE(eventually([&] { return probe.counts().Ticks > last + 1; }, 2500ms))
		<< "it ticks on";
}

TEST_F(HostingTest, TheTimerCanBeStoppedFromInside)
{
	probe.call(ProbeStartTimer);
	probe.call(ProbeStopTimer, {}, ProbeTimer);
	const uint32_t last = probe.counts().Ticks;
	EXPECT_FALSE(eventually([&] { return probe.counts().Ticks > last; }, 1500ms));
}

TEST_F(HostingTest, TheTimerCanBeStartedTwiceAndTicksOnce)
{
	probe.call(ProbeStartTimer);
	probe.call(ProbeStartTimer);
	const uint32_t first = probe.counts().Ticks;
	const auto start = std::chrono::steady_clock::now();
	ASSERT_TRUE(eventually([&] { return probe.counts().Ticks >= first + 3; }));
	EXPECT_GE(std::chrono::steady_clock::now() - start, 1500ms);
	probe.call(ProbeStopTimer);
}

TEST_F(HostingTest, ASpinLockIsHeldAtDispatchLevel)
{
	const auto answer = probe.call(ProbeSpinLock);
	EXPECT_EQ(answer.Result, unsigned{NO_ERROR});
	EXPECT_EQ(answer.Out[0], passive_level) << "before";
	EXPECT_EQ(answer.Out[1], dispatch_level) << "inside";
	EXPECT_EQ(answer.Out[2], passive_level) << "OldIrql";
	EXPECT_EQ(answer.Out[3], passive_level) << "after";
	EXPECT_EQ(answer.Out[4], unsigned{NO_ERROR}) << "delete";
	EXPECT_EQ(probe.call(ProbeSpinLock, {}, ProbeDpc).Out[2], dispatch_level)
		<< "OldIrql in a DPC";
}

TEST_F(HostingTest, ASpinLockKeepsARequestAndADpcApart)
{
	constexpr uint64_t times = 20000;
	probe.call(ProbeSpinLockContended, {1});
	probe.post(ProbeSpinLockContended, {times}, ProbeDpc);
	probe.call(ProbeSpinLockContended, {times});
	probe.await();
	EXPECT_EQ(probe.call(ProbeSpinLockContended, {0}).Out[0], 2 * times + 1);
}

TEST_F(HostingTest, InterlockedOperationsReturnAndStoreWhatTheyShould)
{
	const auto interlocked = [&](uint64_t operation, uint64_t start, uint64_t other = 0) {
		const auto answer = probe.call(ProbeInterlocked, {operation, start, other});
		return std::pair(answer.Result, answer.Out[0]);
	};
	using Pair = std::pair<ULONGLONG, ULONGLONG>;
	EXPECT_EQ(interlocked(0, 41), Pair(42, 42)) << "increment: the new value";
	EXPECT_EQ(interlocked(1, 0), Pair(0xffffffff, 0xffffffff)) << "decrement: the new value";
	EXPECT_EQ(interlocked(2, 5, 9), Pair(5, 9)) << "exchange: the old value";
}

TEST_F(HostingTest, CompareMemoryCountsTheBytesThatAreAlike)
{
	for (const auto &[length, differs] :
	     {std::pair{64U, 64U}, {64U, 0U}, {64U, 33U}, {1U, 0U}, {0U, 0U}})
		EXPECT_EQ(probe.call(ProbeCompareMemory, {length, differs}).Result, differs);
}

TEST_F(HostingTest, MoveMemoryMovesOverlappingBytesEitherWay)
{
	const auto up = scratch(probe.call(ProbeMoveMemory, {0, 10, 50}));
	const auto down = scratch(probe.call(ProbeMoveMemory, {10, 0, 50}));
	for (uint8_t i = 0; i < 64; i++) {
		EXPECT_EQ(up[i], i < 10 || i >= 60 ? i : i - 10);
		EXPECT_EQ(down[i], i < 50 ? i + 10 : i);
	}
}

TEST_F(HostingTest, ZeroMemoryZeroesItsBytesOnly)
{
	const auto bytes = scratch(probe.call(ProbeZeroMemory, {7, 13}));
	for (uint8_t i = 0; i < 64; i++)
		EXPECT_EQ(bytes[i], i >= 7 && i < 20 ? 0 : i);
}

TEST_F(HostingTest, PoolMemoryIsCountedAndFreedOnce)
{
	const uint64_t before = live(probe.device(), "allocations");
	const uint64_t pool = probe.call(ProbeAllocatePool, {VpPagedPool, 10000}).Result;
	ASSERT_NE(pool, 0U);
	EXPECT_EQ(live(probe.device(), "allocations"), before + 1);
	expect_refused(probe.device(), {"bad_address", "FreePool", {}},
		       [&] { probe.call(ProbeFreePool, {PROBE_POINTER_OFF(pool, 64)}); });
	probe.call(ProbeFreePool, {pool});
	EXPECT_EQ(live(probe.device(), "allocations"), before);
	expect_refused(probe.device(), {"bad_address", "FreePool", {}},
		       [&] { probe.call(ProbeFreePool, {pool}); });
}

TEST_F(HostingTest, PoolMemoryCanBeHadAndFreedInADpc)
{
	const uint64_t pool = probe.call(ProbeAllocatePool, {VpNonPagedPool, 500}, ProbeDpc).Result;
	ASSERT_NE(pool, 0U);
	EXPECT_EQ(probe.peek(pool, 400), 0U);
	probe.call(ProbeFreePool, {pool}, ProbeDpc);
}

TEST_F(HostingTest, APoolRequestThatCannotBeMetIsRefusedQuietly)
{
	for (const uint64_t bytes : {uint64_t{1} << 33, uint64_t{1} << 50, ~uint64_t{0}}) {
		expect_refused(
			probe.device(), {"no_memory|bad_length", "AllocatePool", bytes}, [&] {
				EXPECT_EQ(probe.call(ProbeAllocatePool, {VpNonPagedPool, bytes})
						  .Result,
					  0U);
			});
	}
}

TEST_F(HostingTest, LogErrorLeavesALineWithCodeAndPlace)
{
	videoport::KernelLog log;
	probe.call(ProbeLogError, {ERROR_BUSY, 0xabc123});
	const auto line = log.wait_for(
		[&](const std::string &text) {
			return text.find(probe.device().adapter().pci_address) != std::string::npos;
		},
		5s);
	ASSERT_TRUE(line);
	EXPECT_NE(line->find("170"), std::string::npos) << *line;
	EXPECT_NE(line->find("abc123"), std::string::npos) << *line;
}

TEST_F(HostingTest, DebugPrintOfAnErrorReachesTheLog)
{
	videoport::KernelLog log;
	probe.call(ProbeDebugPrint, {uint64_t{Error}, 0xfeed});
	EXPECT_TRUE(log.wait_for(
		[](const std::string &text) {
			return text.find("probe says 0xfeed") != std::string::npos;
		},
		5s));
}

TEST_F(HostingTest, StallExecutionTakesItsTime)
{
	const auto start = std::chrono::steady_clock::now();
	for (int i = 0; i < 20; i++)
		probe.call(ProbeStall, {1000});
	EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}
