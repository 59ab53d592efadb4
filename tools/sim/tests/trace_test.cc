// SPDX-License-Identifier: GPL-2.0
/*
 * What the core tells to whoever traces it: each operation once, with its sizes and who did it, and
 * nothing when nobody listens.
 */
#include "bench.hpp"

#include "../platform/trace.hpp"

using namespace sim;

namespace {

class TraceTest : public PacketBenchTest {
protected:
	/// The only thing of this kind that was told since the last look.
	Told only(vp_trace what)
	{
		Told found{};
		size_t count = 0;

		for (const Told &each : take_told()) {
			if (each.what == what) {
				found = each;
				count++;
			}
		}
		EXPECT_EQ(count, 1u) << what;
		return found;
	}
	static uint64_t token(PVOID handle) { return reinterpret_cast<uint64_t>(handle); }
};

TEST_F(TraceTest, ALockTellsItsSizesAndWhoseItIs)
{
	take_told();
	PVOID handle = bench.lock_pages_for(b, User::at(1, 100), 5000).handle;
	vp_traced lock = only(VP_TRACE_LOCK).dma;

	EXPECT_STREQ(lock.call, "VideoPortLockPages");
	EXPECT_EQ(lock.handle, token(handle));
	EXPECT_EQ(lock.client, 2u);
	EXPECT_EQ(lock.bytes, 5000u);
	EXPECT_EQ(lock.pages, 2u);
	EXPECT_EQ(lock.segments, bench.segments(handle).size());
	EXPECT_EQ(lock.direction, VP_BIDIRECTIONAL);
	EXPECT_EQ(lock.result, 0);
}

TEST_F(TraceTest, ALockThatFailsTellsTheErrorAndIsAViolation)
{
	take_told();
	EXPECT_FALSE(bench.lock_pages_for(a, User::at(User::hole), 5000).locked);

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 2u);
	EXPECT_EQ(told[0].what, VP_TRACE_LOCK);
	EXPECT_EQ(told[0].dma.handle, 0u);
	EXPECT_EQ(told[0].dma.result, -VP_EFAULT);
	EXPECT_EQ(told[1].what, VP_TRACE_VIOLATION);
	EXPECT_EQ(told[1].cause, "bad_address");
	EXPECT_NE(told[1].text.find("5000 bytes"), std::string::npos) << told[1].text;
}

TEST_F(TraceTest, ViolationsAreToldAlsoWhenTheLogIsQuiet)
{
	take_told();
	for (int i = 0; i < 3; i++)
		bench.in_request(a, [&] { VideoPortUnlockPages(bench.extension(), nullptr); });

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 3u);
	for (const Told &each : told)
		EXPECT_EQ(each.cause, "null_handle");
}

TEST_F(TraceTest, AnUnlockTellsWhetherThePagesAreFree)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID idle = bench.lock_for(a, User::at(0), 4096);
	PVOID busy = bench.lock_for(a, User::at(2), 4096);
	Started transfer = bench.start(adapter, busy, 0, 4096, true);

	take_told();
	bench.in_request(a, [&] { VideoPortUnlockBuffer(bench.extension(), idle); });
	vp_traced unlock = only(VP_TRACE_UNLOCK).dma;

	EXPECT_EQ(unlock.handle, token(idle));
	EXPECT_TRUE(unlock.released);
	EXPECT_EQ(bench.pins(), 1u);

	bench.in_request(a, [&] { VideoPortUnlockBuffer(bench.extension(), busy); });
	unlock = only(VP_TRACE_UNLOCK).dma;
	EXPECT_EQ(unlock.handle, token(busy));
	EXPECT_FALSE(unlock.released);
	EXPECT_EQ(bench.pins(), 1u);
	EXPECT_EQ(bench.complete(adapter, transfer, true), NO_ERROR);
	EXPECT_EQ(bench.pins(), 0u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(TraceTest, ATransferTellsItsRangeAndHowLongTheDeviceHadIt)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID handle = bench.lock_for(a, User::at(0), 8192);

	take_told();
	Started transfer = bench.start(adapter, handle, 100, 5000, false);
	vp_traced start = only(VP_TRACE_START).dma;

	EXPECT_STREQ(start.call, "VideoPortStartDma");
	EXPECT_EQ(start.handle, token(handle));
	EXPECT_EQ(start.offset, 100u);
	EXPECT_EQ(start.bytes, 5000u);
	EXPECT_EQ(start.segments, transfer.elements.size());
	EXPECT_EQ(start.direction, VP_FROM_DEVICE);

	bench.machine->clock_ms += 7;
	EXPECT_EQ(bench.complete(adapter, transfer, false), NO_ERROR);
	vp_traced complete = only(VP_TRACE_COMPLETE).dma;

	EXPECT_EQ(complete.handle, token(handle));
	EXPECT_EQ(complete.offset, 100u);
	EXPECT_EQ(complete.bytes, 5000u);
	EXPECT_EQ(complete.ns, 7'000'000u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(TraceTest, APacketDmaTellsItsStartAndWhoEndedIt)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);

	take_told();
	bench.in_request(a, [&] { bench.do_dma(dma, VideoPortUnlockAfterDma); });
	EXPECT_STREQ(only(VP_TRACE_START).dma.call, "VideoPortDoDma");
	bench.machine->clock_ms += 3;
	bench.in_dpc([&] { EXPECT_TRUE(bench.signal(dma)); });

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 2u);
	EXPECT_EQ(told[0].what, VP_TRACE_COMPLETE);
	EXPECT_STREQ(told[0].dma.call, "VideoPortSignalDmaComplete");
	EXPECT_EQ(told[0].dma.handle, token(dma));
	EXPECT_EQ(told[0].dma.ns, 3'000'000u);
	EXPECT_EQ(told[1].what, VP_TRACE_UNLOCK);
	EXPECT_EQ(told[1].dma.handle, token(dma));
	bench.run_work();
	EXPECT_EQ(bench.pins(), 0u);
}

TEST_F(TraceTest, WhatAClientLeavesIsUnlockedByItsClose)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	take_told();
	bench.close(a);
	vp_traced unlock = only(VP_TRACE_UNLOCK).dma;

	EXPECT_STREQ(unlock.call, "close");
	EXPECT_EQ(unlock.handle, token(handle));
	EXPECT_TRUE(unlock.released);
	EXPECT_EQ(bench.open(a), 0);
}

TEST_F(TraceTest, WhatRunsWhenTheAdapterGoesIsCompletedByItsRemoval)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);

	bench.in_request(a, [&] { bench.do_dma(dma); });
	take_told();
	bench.remove();

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 2u);
	EXPECT_STREQ(told[0].dma.call, "removal");
	EXPECT_EQ(told[0].what, VP_TRACE_COMPLETE);
	EXPECT_STREQ(told[1].dma.call, "removal");
	EXPECT_EQ(told[1].what, VP_TRACE_UNLOCK);
	EXPECT_EQ(told[1].dma.handle, token(dma));
}

TEST_F(TraceTest, AnEventTellsWhoseItIsAndWhatItWas)
{
	PEVENT lent = bench.lend(a);
	PEVENT own = bench.event(NOTIFICATION_EVENT);

	take_told();
	VideoPortSetEvent(bench.extension(), own);
	VideoPortSetEvent(bench.extension(), own);
	VideoPortClearEvent(bench.extension(), own);
	bench.in_request(a, [&] { VideoPortSetEvent(bench.extension(), lent); });

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 4u);
	EXPECT_TRUE(told[0].set && !told[0].was_set);
	EXPECT_TRUE(told[1].set && told[1].was_set);
	EXPECT_TRUE(!told[2].set && told[2].was_set);
	EXPECT_EQ(told[2].event, token(own));
	EXPECT_EQ(told[2].client, 0u);
	EXPECT_EQ(told[3].event, token(lent));
	EXPECT_EQ(told[3].client, 1u);
	EXPECT_TRUE(told[3].set && !told[3].was_set);
}

TEST_F(TraceTest, NothingIsToldWhenNobodyListens)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	trace_only(1u << VP_TRACE_START);
	take_told();
	PVOID handle = bench.lock_for(a, User::at(0), 8192);
	Started transfer = bench.start(adapter, handle, 0, 4096, true);

	trace_only(1u << VP_TRACE_COMPLETE);
	EXPECT_EQ(bench.complete(adapter, transfer, true), NO_ERROR);
	bench.in_request(a, [&] {
		VideoPortUnlockBuffer(bench.extension(), handle);
		VideoPortUnlockPages(bench.extension(), nullptr);
	});

	std::vector<Told> told = take_told();

	ASSERT_EQ(told.size(), 2u);
	EXPECT_EQ(told[0].what, VP_TRACE_START);
	EXPECT_EQ(told[1].what, VP_TRACE_COMPLETE);
	EXPECT_EQ(told[1].dma.ns, 0u) << "nobody looked when it began";
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

} // namespace
