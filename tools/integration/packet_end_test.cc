// SPDX-License-Identifier: GPL-2.0
/*
 * What ends a packet DMA: VideoPortSignalDmaComplete in every context, HwStartDma itself, the end of
 * the client, the removal of the adapter; and that ten thousand of them leave nothing behind.
 */
#include "packet.hpp"

#include <algorithm>
#include <fstream>

#include "child.hpp"
#include "module_control.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

/* ---- Where a DMA ends ---- */

namespace {

struct End {
	const char *name;
	PROBE_CONTEXT context;
	uint32_t flags;
};

const End ends[] = {
	{"InARequestKept", ProbeStartIo, keep},
	{"InARequestUnlocked", ProbeStartIo, unlock_after},
	{"InADpcKept", ProbeDpc, keep},
	{"InADpcUnlocked", ProbeDpc, unlock_after},
	{"InTheInterruptKept", ProbeInterrupt, keep},
	{"InTheInterruptUnlocked", ProbeInterrupt, unlock_after},
	{"UnderTheInterruptsLockUnlocked", ProbeSynchronizedHigh, unlock_after},
};

class EndOfDmaTest : public PacketTest, public testing::WithParamInterface<End> {
protected:
	void expect_as_flagged(Handle dma) const
	{
		if (GetParam().flags == unlock_after) {
			expect_unlocked(dma);
		} else {
			expect_idle(dma);
			unlock(dma);
		}
	}
};

} // namespace

TEST_P(EndOfDmaTest, ADmaThatLockPagesStartedRunsUntilItIsSignalled)
{
	const uint64_t completed = counted("completed");
	const Handle dma = lock(GetParam().flags);
	ASSERT_NE(dma, 0U);
	EXPECT_EQ(counted("transfers"), 1U);
	EXPECT_EQ(counted("completed"), completed);
	EXPECT_EQ(pins_held(), 5);
	expect_accepted(probe.device(),
			[&] { EXPECT_EQ(probe.signal(dma, GetParam().context), 1U); });
	EXPECT_EQ(counted("completed"), completed + 1);
	expect_as_flagged(dma);
}

TEST_P(EndOfDmaTest, ADmaThatDoDmaStartedRunsUntilItIsSignalled)
{
	const Handle dma = lock();
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(probe.do_dma(dma, GetParam().flags),
			  GetParam().flags == keep ? dma : Handle{0});
		EXPECT_EQ(counted("transfers"), 1U);
		EXPECT_EQ(probe.get_mdl(dma), dma) << "until the end the handle is good";
		EXPECT_EQ(probe.signal(dma, GetParam().context), 1U);
	});
	expect_as_flagged(dma);
}

TEST_P(EndOfDmaTest, ASecondSignalIsRefused)
{
	const Handle dma = lock(GetParam().flags);
	const uint64_t completed = counted("completed");
	EXPECT_EQ(probe.signal(dma, GetParam().context), 1U);
	EXPECT_TRUE(eventually([&] { return GetParam().flags == keep || pins_held() == 0; }));
	expect_refused(probe.device(),
		       {GetParam().flags == keep ? "not_running" : "stale_handle",
			"SignalDmaComplete", dma},
		       [&] { EXPECT_EQ(probe.signal(dma, GetParam().context), 0U); });
	EXPECT_EQ(counted("completed"), completed + 1);
	if (GetParam().flags == keep)
		unlock(dma);
}

TEST_P(EndOfDmaTest, AHandleThatIsUnlockedMeanwhileStaysPinnedUntilTheSignal)
{
	const Handle dma = lock(GetParam().flags);
	expect_accepted(probe.device(), [&] { unlock(dma); });
	EXPECT_EQ(pins_held(), 5) << "unpinned under the device";
	EXPECT_EQ(counted("mappings"), 1U);
	expect_refused(probe.device(), {"stale_handle", "DoDma", dma},
		       [&] { EXPECT_EQ(probe.do_dma(dma), 0U); });
	expect_accepted(probe.device(),
			[&] { EXPECT_EQ(probe.signal(dma, GetParam().context), 1U); });
	expect_unlocked(dma);
	expect_refused(probe.device(), {"stale_handle", "SignalDmaComplete", dma},
		       [&] { EXPECT_EQ(probe.signal(dma, GetParam().context), 0U); });
}

INSTANTIATE_TEST_SUITE_P(Ends, EndOfDmaTest, testing::ValuesIn(ends),
			 [](const auto &info) { return std::string(info.param.name); });

TEST_F(PacketTest, ASignalWithoutADmaIsRefused)
{
	const Handle dma = lock();
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt}) {
		expect_refused(probe.device(), {"not_running", "SignalDmaComplete", dma},
			       [&] { EXPECT_EQ(probe.signal(dma, context), 0U); });
	}
	expect_idle(dma);
	unlock(dma);
}

TEST_F(PacketTest, ASignalInsideHwStartDmaEndsTheDmaOnceWhateverThatReturns)
{
	for (const uint32_t returns : {unsigned{DmaSyncReturn}, unsigned{DmaAsyncReturn}}) {
		const Handle dma = lock();
		const uint64_t completed = counted("completed");
		probe.choose_start_dma(returns, PROBE_START_DMA_SIGNAL);
		expect_accepted(probe.device(), [&] {
			EXPECT_EQ(probe.do_dma(dma), dma);
			EXPECT_TRUE(probe.start_dma_seen().signalled);
			EXPECT_EQ(counted("completed"), completed + 1);
			EXPECT_EQ(probe.do_dma(dma, unlock_after), 0U);
			EXPECT_EQ(counted("completed"), completed + 2);
		});
		expect_unlocked(dma);
	}
}

TEST_F(PacketTest, WhatTheClientWritesAfterADmaSurvivesTheUnlockEvenIfTheListWasLookedAtBefore)
{
	const Handle dma = lock();
	EXPECT_FALSE(probe.scatter_gather(dma).empty());
	std::ranges::fill(region_.bytes(), std::byte{0x11});
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(dma), dma);
	std::ranges::fill(region_.bytes(), std::byte{0x22});
	unlock(dma);
	EXPECT_TRUE(std::ranges::all_of(region_.bytes(),
					[](std::byte b) { return b == std::byte{0x22}; }));
}

TEST_F(PacketTest, WhatElseHwStartDmaReturnsIsCountedAndTakenAsAsynchronous)
{
	const Handle dma = lock();
	probe.choose_start_dma(77);
	expect_refused(probe.device(), {"bad_parameter", "HwStartDma", 77}, [&] {
		EXPECT_EQ(probe.do_dma(dma), dma);
		EXPECT_EQ(probe.signal(dma), 1U);
	});
	unlock(dma);
}

/* ---- Endings ---- */

TEST_F(PacketTest, AClientThatClosesWhileItsDmaRunsIsReleasedByTheSignal)
{
	Handle running = 0;
	{
		const Probe client(Place::probe_nt4);
		running = client.lock_pages(region_.address(), 4096, keep).handle;
		const auto idle = client.lock_pages(region_.address(), 4096);
		ASSERT_TRUE(running != 0 && idle.locked);
	}
	EXPECT_EQ(pins_held(), 2) << "the idle handle is gone, the one that runs stays";
	EXPECT_EQ(counted("transfers"), 1U);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(probe.signal(running, ProbeDpc), 1U); });
	expect_unlocked(running);
}

TEST_F(PacketTest, AClientThatIsKilledWhileItsDmaRunsIsReleasedByTheSignal)
{
	Shared<Handle> running;
	Child child([&](const Child::Inside &inside) {
		const Region region = Region::make(7 * page_size());
		const Probe client(Place::probe_nt4);
		*running = client.lock_pages(region.address(), 7 * 4096, unlock_after).handle;
		if (*running == 0)
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.kill();
	EXPECT_TRUE(eventually([&] { return counted("clients") == 1; }));
	EXPECT_EQ(pins_held(), 7);
	EXPECT_EQ(probe.signal(*running, ProbeInterrupt), 1U);
	expect_unlocked(*running);
}

TEST_F(PacketTest, RemovalEndsTheDmaThatRuns)
{
	const Handle kept = lock(keep), unlocked = lock(unlock_after);
	unlock(kept);
	ASSERT_NE(unlocked, 0U);
	EXPECT_EQ(pins_held(), 10);
	ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
	probe = Probe(Place::probe_nt4);
	const Handle again = lock();
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(again), again);
	unlock(again);
}

/* ---- Many ---- */

namespace {

uint64_t kib_in(const char *file, const std::string &name)
{
	std::ifstream in(file);
	std::string word;
	uint64_t value = 0;
	while (in >> word) {
		if (word == name + ":")
			in >> value;
	}
	return value;
}

} // namespace

TEST_F(PacketTest, TenThousandDmasOnKeptPagesLeaveEverythingAsItWas)
{
	constexpr uint64_t times = 10000;
	probe.choose_start_dma(DmaSyncReturn);
	const Handle dma = lock();
	const auto steady = [&] {
		auto counters = probe.device().adapter().counters();
		for (const char *name : {"requests", "started", "completed"})
			counters.erase(name);
		return counters;
	};
	const auto before = steady();
	const auto pins = videoport::pins();
	const uint64_t completed = counted("completed"), started = counted("started");
	const uint64_t slab = kib_in("/proc/meminfo", "SUnreclaim");
	const uint64_t available = kib_in("/proc/meminfo", "MemAvailable");
	ASSERT_TRUE(pins && slab && available);

	for (uint64_t done = 0; done < times; done += times / 10) {
		const auto answer = probe.call(ProbeDoDma, {dma, keep, times / 10});
		ASSERT_EQ(answer.Out[0], times / 10);
		ASSERT_EQ(steady(), before);
	}

	EXPECT_EQ(probe.start_dma_seen().calls, times);
	EXPECT_EQ(counted("started"), started + times);
	EXPECT_EQ(counted("completed"), completed + times);
	const auto after = videoport::pins();
	ASSERT_TRUE(after);
	EXPECT_EQ(after->acquired, pins->acquired) << "pages were pinned again";
	EXPECT_EQ(after->released, pins->released);
	// 100 bytes a DMA would be a megabyte
	EXPECT_LT(kib_in("/proc/meminfo", "SUnreclaim"), slab + 900);
	EXPECT_GT(kib_in("/proc/meminfo", "MemAvailable") + 4000, available);
	unlock(dma);
}

TEST_F(PacketTest, AThousandLocksThatUnlockAfterTheDmaLeaveNothing)
{
	probe.choose_start_dma(DmaSyncReturn);
	const uint64_t locked = counted("locked"), unlocked = counted("unlocked");
	for (int i = 0; i < 1000; i++)
		ASSERT_EQ(lock(unlock_after), 0U);
	EXPECT_EQ(counted("locked"), locked + 1000);
	EXPECT_EQ(counted("unlocked"), unlocked + 1000);
	EXPECT_EQ(counted("locked_buffers"), 0U);
	EXPECT_EQ(pins_held(), 0);
}
