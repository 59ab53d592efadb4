// SPDX-License-Identifier: GPL-2.0
/*
 * The watch: what takes too long is reported, once, and goes on.
 */
#include "bench.hpp"

using namespace sim;

namespace {

constexpr unsigned int limit_ms = 10000;

class WatchTest : public PacketBenchTest {
protected:
	/// A transfer of @p user that its device does not complete.
	Started stuck(User &user, ULONG length = 5000)
	{
		PVOID mdl = bench.lock_for(user, User::at(0), length);
		Started transfer = bench.start(adapter_, mdl, 0, length, true);

		EXPECT_EQ(transfer.status, NO_ERROR);
		return transfer;
	}
	uint64_t overdue() const { return bench.counter("overdue"); }
	bool logged(const std::string &part) const { return bench.machine->logged(part); }

	PVP_DMA_ADAPTER adapter_ = bench.get_adapter();
};

TEST_F(WatchTest, ATransferThatIsNeverCompletedIsReportedOnceAndStaysPinned)
{
	Started transfer = stuck(a);

	EXPECT_FALSE(bench.wait_and_watch(limit_ms - 1)) << "not yet";
	EXPECT_TRUE(bench.wait_and_watch(1));
	EXPECT_EQ(overdue(), 1u);
	EXPECT_TRUE(logged("DMA on handle 0x"));
	EXPECT_TRUE(logged("5000 bytes of client 1 (process " + std::to_string(a.process.number) +
			   "), runs for 10000 ms"));
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_FALSE(bench.wait_and_watch(10 * limit_ms)) << "nothing is left to look for";
	EXPECT_EQ(overdue(), 1u);

	std::vector<uint8_t> seen;

	EXPECT_EQ(bench.read_list(transfer.elements, seen), Access::Done) << "it goes on";
	EXPECT_EQ(bench.complete(adapter_, transfer, true), NO_ERROR);
}

TEST_F(WatchTest, APacketDmaThatIsNeverSignalledIsReported)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);

	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(overdue(), 1u);
	EXPECT_TRUE(logged("8192 bytes of client 1"));
	EXPECT_TRUE(bench.signal(dma));

	/* the next one on the handle is another one */
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(overdue(), 2u);
	EXPECT_TRUE(bench.signal(dma));
}

TEST_F(WatchTest, WhatEndsInTimeIsNotReported)
{
	Started transfer = stuck(a);

	EXPECT_EQ(bench.complete(adapter_, transfer, true), NO_ERROR);
	EXPECT_TRUE(bench.wait_and_watch(limit_ms)) << "the look that was to come";
	EXPECT_FALSE(bench.wait_and_watch(limit_ms)) << "nothing runs: no further look";
	EXPECT_EQ(overdue(), 0u);
}

TEST_F(WatchTest, EachIsReportedWhenItsOwnTimeIsOver)
{
	Started first = stuck(a);

	EXPECT_FALSE(bench.wait_and_watch(6000));

	Started second = stuck(b);

	EXPECT_TRUE(bench.wait_and_watch(4000));
	EXPECT_EQ(overdue(), 1u);
	EXPECT_TRUE(logged("of client 1 "));
	EXPECT_FALSE(logged("of client 2 "));
	EXPECT_FALSE(bench.wait_and_watch(5999));
	EXPECT_TRUE(bench.wait_and_watch(1));
	EXPECT_EQ(overdue(), 2u);
	EXPECT_TRUE(logged("of client 2 "));
	EXPECT_EQ(bench.complete(adapter_, first, true), NO_ERROR);
	EXPECT_EQ(bench.complete(adapter_, second, true), NO_ERROR);
}

TEST_F(WatchTest, ManyMakeOneLineWithTheOldest)
{
	std::vector<Started> transfers;

	for (unsigned int i = 0; i < 20; i++) {
		transfers.push_back(stuck(i == 7 ? b : a, 4096));
		bench.machine->clock_ms += i == 7 ? 1 : 0;
	}
	std::swap(transfers[0], transfers[7]);
	EXPECT_EQ(bench.complete(adapter_, transfers[0], true), NO_ERROR);

	uint64_t lines = bench.machine->log_lines;

	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(overdue(), 19u);
	EXPECT_EQ(bench.machine->log_lines - lines, 1u);
	EXPECT_TRUE(logged("of client 1 "));
	EXPECT_TRUE(logged("runs for 10001 ms, and 18 others too long"));
	for (size_t i = 1; i < transfers.size(); i++)
		EXPECT_EQ(bench.complete(adapter_, transfers[i], true), NO_ERROR);
}

TEST_F(WatchTest, LooksDoNotComeFasterThanAQuarterOfTheLimit)
{
	Started first = stuck(a);

	bench.machine->clock_ms += 1;

	Started second = stuck(a);

	EXPECT_TRUE(bench.wait_and_watch(limit_ms - 1));
	EXPECT_EQ(overdue(), 1u);
	EXPECT_FALSE(bench.wait_and_watch(limit_ms / 4 - 1));
	EXPECT_TRUE(bench.wait_and_watch(1));
	EXPECT_EQ(overdue(), 2u);
	EXPECT_EQ(bench.complete(adapter_, first, true), NO_ERROR);
	EXPECT_EQ(bench.complete(adapter_, second, true), NO_ERROR);
}

TEST_F(WatchTest, ARequestThatTakesTooLongIsReported)
{
	bench.in_request(a, [&] {
		EXPECT_TRUE(bench.wait_and_watch(limit_ms + 500));
		EXPECT_EQ(bench.counter("overdue_requests"), 1u);
		EXPECT_TRUE(logged("request 0x1234 of client 1"));
		EXPECT_TRUE(logged("runs for 10500 ms"));
		EXPECT_FALSE(bench.wait_and_watch(limit_ms));
	});
	bench.in_request(b, [] {});
	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(bench.counter("overdue_requests"), 1u);
	EXPECT_EQ(overdue(), 0u);

	/* the next one that does so is another one */
	bench.in_request(b, [&] {
		EXPECT_TRUE(bench.wait_and_watch(limit_ms));
		EXPECT_EQ(bench.counter("overdue_requests"), 2u);
		EXPECT_TRUE(logged("request 0x1234 of client 2"));
		EXPECT_FALSE(bench.wait_and_watch(limit_ms));
	});
	EXPECT_EQ(bench.counter("overdue_requests"), 2u);
}

TEST_F(WatchTest, TheDmaOfAClosedClientIsReportedWithoutAProcess)
{
	Started transfer = stuck(a);

	bench.close(a);
	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_TRUE(logged("of client 1 (process 0)"));
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.complete(adapter_, transfer, true), NO_ERROR);
	EXPECT_EQ(bench.pins(), 0u);
}

TEST_F(WatchTest, ALimitOfZeroIsNone)
{
	bench.machine->limits.overdue_ms = 0;

	Started first = stuck(a);

	EXPECT_FALSE(bench.wait_and_watch(100 * limit_ms));

	/* and it can be switched on while something runs */
	bench.machine->limits.overdue_ms = limit_ms;

	Started second = stuck(b);

	EXPECT_TRUE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(overdue(), 2u);
	EXPECT_EQ(bench.complete(adapter_, first, true), NO_ERROR);
	EXPECT_EQ(bench.complete(adapter_, second, true), NO_ERROR);
}

TEST_F(WatchTest, NobodyWatchesAfterTheAdapterIsGone)
{
	stuck(a);
	EXPECT_TRUE(bench.device().watch_armed);
	bench.remove();
	EXPECT_FALSE(bench.wait_and_watch(limit_ms));
	EXPECT_EQ(bench.pins(), 0u);
}

} // namespace
