// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA from VideoPortLockPages to VideoPortSignalDmaComplete: what each call does, from which
 * context, and what it refuses. How it ends otherwise is in packet_end_test.cc.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class PacketTest : public PacketBenchTest {
protected:
	PacketTest() : PacketBenchTest(GetParam()) {}

	int64_t completions() { return Adapter::completions(*a.client, true); }
	void expect_idle()
	{
		EXPECT_EQ(bench.counter("transfers"), 0u);
		EXPECT_EQ(bench.counter("started"), bench.counter("completed"));
	}
	void unlock(PDMA dma)
	{
		bench.in_request(a, [&] { VideoPortUnlockPages(bench.extension(), dma); });
	}
};

INSTANTIATE_TEST_SUITE_P(Kinds, PacketTest, testing::ValuesIn(every_dma_kind), dma_kind_name);

TEST_P(PacketTest, ADmaThatIsDoneAtOnceIsCompletedAtOnce)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);
	unsigned int calls = 0;
	vp_context context = VP_PASSIVE;

	bench.miniports[0].on_start_dma = [&](PDMA given) {
		EXPECT_EQ(given, dma);
		EXPECT_EQ(context_of(current()), context);
		EXPECT_EQ(bench.counter("transfers"), 1u);
		calls++;
		return DmaSyncReturn;
	};
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_EQ(a.client->file->wakes, 0u) << "it has not asked yet";
	EXPECT_EQ(Adapter::completions(*a.client, false), 1);
	bench.in_request(a, [&] { EXPECT_EQ(bench.do_dma(dma), dma); });
	context = VP_DISPATCH;
	bench.in_dpc([&] { EXPECT_EQ(bench.do_dma(dma), dma); });
	EXPECT_EQ(calls, 3u);
	EXPECT_EQ(completions(), 3);
	EXPECT_EQ(completions(), 0);
	EXPECT_EQ(a.client->file->wakes, 2u);
	EXPECT_EQ(b.client->file->wakes, 0u);
	EXPECT_FALSE(bench.signal(dma));
	expect_idle();
	unlock(dma);
	EXPECT_EQ(bench.pins(), 0u);
}

TEST_P(PacketTest, ASignalCompletesFromEveryContextWithTheDataThere)
{
	PEVENT display = bench.event(NOTIFICATION_EVENT);
	std::shared_ptr<EventCount> count;
	PEVENT user = bench.lend(a, &count);
	PDMA dma = bench.dma_for(a, User::at(0, 100), 8192, user, display);
	std::vector<Element> list = bench.segments(dma);
	unsigned int round = 0;

	EXPECT_EQ(Adapter::completions(*a.client, false), 0); /* it waits for the first */

	auto signalled = [&] {
		auto data = pattern(8192, ++round);

		EXPECT_EQ(bench.counter("transfers"), 1u);
		EXPECT_EQ(bench.write_list(list, data), Access::Done);
		EXPECT_TRUE(bench.signal(dma));
		EXPECT_TRUE(same(memory_of(a, User::at(0, 100), 8192), data));
		EXPECT_EQ(count->value, round);
		EXPECT_TRUE(VideoPortReadStateEvent(bench.extension(), display));
		EXPECT_EQ(a.client->file->wakes, round);
		EXPECT_FALSE(bench.signal(dma)) << "signalled twice";
		VideoPortClearEvent(bench.extension(), display);
		expect_idle();
	};

	EXPECT_EQ(bench.do_dma(dma), dma);
	bench.in_interrupt(signalled);
	not_in_an_interrupt([&] {
		EXPECT_EQ(bench.do_dma(dma), dma);
		signalled();
	});
	EXPECT_EQ(completions(), 5);
	EXPECT_EQ(Adapter::completions(*b.client, true), 0);
	unlock(dma);
	EXPECT_EQ(bench.pins(), 0u);
}

TEST_P(PacketTest, WhatTheClientHasWrittenIsHandedOver)
{
	PDMA dma = bench.dma_for(a, User::at(0, 100), 8192);
	std::vector<Element> list = bench.segments(dma);
	auto data = pattern(8192, 5);
	std::vector<uint8_t> seen;

	EXPECT_TRUE(a.process.write(User::at(0, 100), data.data(), data.size()));
	bench.miniports[0].on_start_dma = [&](PDMA) {
		EXPECT_EQ(bench.read_list(list, seen), Access::Done);
		return DmaSyncReturn;
	};
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(same(seen, data));
	unlock(dma);
}

TEST_P(PacketTest, WhatTheClientWritesAfterTheEndStaysWhenItIsUnlocked)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);
	std::vector<Element> list = bench.segments(dma); /* taken before */
	auto data = pattern(8192, 6);

	bench.miniports[0].on_start_dma = [&](PDMA) {
		list = bench.segments(dma);
		EXPECT_EQ(bench.write_list(list, pattern(8192, 7)), Access::Done);
		return DmaSyncReturn;
	};
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(same(memory_of(a, User::at(0), 8192), pattern(8192, 7)));
	EXPECT_TRUE(a.process.write(User::at(0), data.data(), data.size()));
	unlock(dma);
	EXPECT_TRUE(same(memory_of(a, User::at(0), 8192), data));
}

TEST_P(PacketTest, OnlyTheBytesUsedAreHandedOverAndTakenBack)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);
	PVOID extension = bench.extension();
	std::vector<Element> list;
	std::vector<uint8_t> before = memory_of(a, User::at(0), 8192), data = pattern(8192, 8);

	EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 8192u);
	VideoPortSetBytesUsed(extension, dma, 8193);
	EXPECT_EQ(bench.counter("bad_length"), 1u);
	EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 8192u);
	VideoPortSetBytesUsed(extension, dma, 3000);
	EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 3000u);
	EXPECT_EQ(bench.do_dma(dma), dma);
	/* one that runs is not changed */
	VideoPortSetBytesUsed(extension, dma, 10);
	list = bench.segments(dma);
	EXPECT_EQ(bench.write_list(list, data), Access::Done);
	EXPECT_TRUE(bench.signal(dma));
	if (GetParam() == DmaKind::Bounce) {
		std::copy(data.begin(), data.begin() + 3000, before.begin());
		EXPECT_TRUE(same(memory_of(a, User::at(0), 8192), before));
	}
	VideoPortSetBytesUsed(extension, dma, 0);
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.signal(dma));
	unlock(dma);
	EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 0u);
	expect_idle();
}

TEST_P(PacketTest, TheContextIsKeptWithTheHandle)
{
	PDMA dma = bench.dma_for(a, User::at(0), 4096), other = bench.dma_for(a, User::at(1), 4096);
	PVOID extension = bench.extension();
	int local;

	EXPECT_EQ(VideoPortGetDmaContext(extension, dma), nullptr);
	everywhere([&] {
		VideoPortSetDmaContext(extension, dma, &local);
		EXPECT_EQ(VideoPortGetDmaContext(extension, dma), &local);
		EXPECT_EQ(VideoPortGetDmaContext(extension, other), nullptr);
		VideoPortSetDmaContext(extension, dma, nullptr);
	});
	VideoPortSetDmaContext(extension, dma, &local);
	unlock(dma);
	EXPECT_EQ(VideoPortGetDmaContext(extension, dma), nullptr);
	VideoPortSetDmaContext(extension, dma, &local);
	EXPECT_EQ(bench.counter("stale_handle"), 2u);
	unlock(other);
}

TEST_P(PacketTest, UnlockAfterDmaUnlocksAtTheEnd)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);

	bench.miniports[0].on_start_dma = [](PDMA) { return DmaSyncReturn; };
	EXPECT_EQ(bench.do_dma(dma, VideoPortUnlockAfterDma), nullptr);
	EXPECT_EQ(bench.pins(), 0u);
	EXPECT_EQ(bench.counter("unlocked"), 1u);
	EXPECT_EQ(completions(), 1);
	unlock(dma);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	bench.miniports[0].on_start_dma = nullptr;
	bench.in_request(a, [&] {
		auto *next = static_cast<PDMA>(bench.lock_pages(User::at(0), 8192).handle);

		EXPECT_EQ(bench.do_dma(next, VideoPortUnlockAfterDma), nullptr);
		EXPECT_EQ(VideoPortGetMdl(bench.extension(), next), next) << "it runs";
		EXPECT_TRUE(bench.signal(next));
		EXPECT_EQ(bench.pins(), 0u);
		EXPECT_EQ(VideoPortGetMdl(bench.extension(), next), nullptr);
	});
	dma = bench.dma_for(a, User::at(0), 8192);
	EXPECT_EQ(bench.do_dma(dma, VideoPortUnlockAfterDma), nullptr);
	bench.in_interrupt([&] {
		EXPECT_TRUE(bench.signal(dma));
		EXPECT_EQ(VideoPortGetMdl(bench.extension(), dma), nullptr);
	});
	EXPECT_EQ(bench.pins(), 2u) << "unpinned in an interrupt";
	bench.run_work();
	EXPECT_EQ(bench.pins(), 0u);
	expect_idle();
}

TEST_P(PacketTest, LockPagesStartsTheDmaThatItsFlagAsksFor)
{
	unsigned int calls = 0;
	HW_DMA_RETURN result = DmaAsyncReturn;

	bench.miniports[0].on_start_dma = [&](PDMA) {
		calls++;
		return result;
	};
	bench.in_request(a, [&] {
		LockedPages kept = bench.lock_pages(User::at(0), 8192, VideoPortKeepPagesLocked);

		EXPECT_TRUE(kept.locked);
		EXPECT_TRUE(bench.signal(static_cast<PDMA>(kept.handle)));
		EXPECT_EQ(bench.pins(), 2u);
		VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(kept.handle));

		LockedPages runs = bench.lock_pages(User::at(0), 8192, VideoPortUnlockAfterDma);

		EXPECT_TRUE(runs.locked);
		EXPECT_NE(runs.handle, nullptr);
		EXPECT_EQ(runs.list_bytes % sizeof(VRB_SG), 0u);
		EXPECT_TRUE(bench.signal(static_cast<PDMA>(runs.handle)));
		EXPECT_EQ(bench.pins(), 0u);

		result = DmaSyncReturn;
		LockedPages over = bench.lock_pages(User::at(0), 8192, VideoPortUnlockAfterDma);

		EXPECT_TRUE(over.locked);
		EXPECT_EQ(over.handle, nullptr);
		EXPECT_GT(over.list_bytes, 0u);
		EXPECT_EQ(bench.pins(), 0u);
	});
	EXPECT_EQ(calls, 3u);
	EXPECT_EQ(completions(), 3);
	expect_idle();
}

TEST_P(PacketTest, OneDmaAtATimeRunsOnAHandle)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PDMA dma = bench.dma_for(a, User::at(0), 8192);
	Started started;

	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_EQ(bench.do_dma(dma), nullptr);
	EXPECT_EQ(bench.counter("overlap"), 1u);
	EXPECT_EQ(bench.start(adapter, dma, 0, 4096, true).status, ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("overlap"), 2u);
	EXPECT_TRUE(bench.signal(dma));
	started = bench.start(adapter, dma, 0, 4096, true);
	EXPECT_EQ(started.status, NO_ERROR);
	EXPECT_EQ(bench.do_dma(dma), nullptr);
	EXPECT_EQ(bench.counter("overlap"), 3u);
	EXPECT_EQ(bench.complete(adapter, started, true), NO_ERROR);
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.signal(dma));
	unlock(dma);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_P(PacketTest, WhatCannotBeStartedIsRefusedAndChangesNothing)
{
	PVOID buffer = bench.lock_for(a, User::at(0), 4096);
	PDMA dma = bench.dma_for(a, User::at(1), 4096);

	EXPECT_EQ(bench.do_dma(static_cast<PDMA>(buffer)), nullptr);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	EXPECT_EQ(bench.do_dma(dma, VideoPortDmaInitOnly), nullptr);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	EXPECT_EQ(bench.do_dma(nullptr), nullptr);
	EXPECT_EQ(bench.counter("null_handle"), 1u);
	EXPECT_EQ(bench.do_dma(static_cast<PDMA>(Bench::forged())), nullptr);
	EXPECT_EQ(bench.counter("forged_handle"), 1u);
	bench.in_request(b, [&] { EXPECT_EQ(bench.do_dma(dma), nullptr); });
	EXPECT_EQ(bench.counter("foreign_handle"), 1u);
	bench.in_interrupt([&] { EXPECT_EQ(bench.do_dma(dma), nullptr); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_EQ(bench.counter("started"), 0u);
	unlock(dma);
	EXPECT_EQ(bench.do_dma(dma), nullptr);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	VideoPortUnlockBuffer(bench.extension(), buffer);
}

TEST_P(PacketTest, ASignalOfWhatDoesNotRunIsRefused)
{
	PDMA dma = bench.dma_for(a, User::at(0), 4096);
	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	everywhere([&] { EXPECT_FALSE(bench.signal(dma)); });
	EXPECT_EQ(bench.counter("not_running"), 5u);
	EXPECT_FALSE(bench.signal(nullptr));
	EXPECT_EQ(bench.counter("null_handle"), 1u);
	EXPECT_FALSE(bench.signal(static_cast<PDMA>(Bench::forged())));
	EXPECT_EQ(bench.counter("forged_handle"), 1u);
	EXPECT_FALSE(bench.signal(reinterpret_cast<PDMA>(adapter)));
	EXPECT_EQ(bench.counter("wrong_kind"), 1u);
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_FALSE(VideoPortSignalDmaComplete(bench.extension(1), dma));
	EXPECT_EQ(bench.counter("foreign_handle", 1), 1u);
	bench.in_request(b, [&] { EXPECT_FALSE(bench.signal(dma)); });
	EXPECT_EQ(bench.counter("foreign_handle"), 1u);
	EXPECT_EQ(bench.counter("transfers"), 1u);
	EXPECT_TRUE(bench.signal(dma));
	unlock(dma);
	EXPECT_FALSE(bench.signal(dma));
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	EXPECT_EQ(completions(), 1);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_P(PacketTest, ASignalInsideHwStartDmaCountsOnce)
{
	PDMA dma = bench.dma_for(a, User::at(0), 4096);

	for (HW_DMA_RETURN result : {DmaSyncReturn, DmaAsyncReturn}) {
		bench.miniports[0].on_start_dma = [&](PDMA) {
			EXPECT_TRUE(bench.signal(dma));
			return result;
		};
		EXPECT_EQ(bench.do_dma(dma), dma);
		EXPECT_EQ(completions(), 1);
		expect_idle();
	}
	/* and another one from the inside: it is not ended by the return of the first */
	bool inner = false;

	bench.miniports[0].on_start_dma = [&](PDMA) {
		if (std::exchange(inner, true))
			return DmaAsyncReturn;
		EXPECT_TRUE(bench.signal(dma));
		EXPECT_EQ(bench.do_dma(dma), dma);
		return DmaSyncReturn;
	};
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_EQ(bench.counter("transfers"), 1u);
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_EQ(completions(), 2);
	unlock(dma);
	expect_idle();
}

TEST_P(PacketTest, AnUnknownReturnOfHwStartDmaIsTakenAsAsynchronous)
{
	PDMA dma = bench.dma_for(a, User::at(0), 4096);

	bench.miniports[0].on_start_dma = [](PDMA) { return static_cast<HW_DMA_RETURN>(7); };
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	EXPECT_TRUE(bench.signal(dma));
	unlock(dma);
}

TEST_P(PacketTest, EventsMayHaveAHandleOfTheirOwn)
{
	PEVENT first = bench.event(NOTIFICATION_EVENT), second = bench.event(NOTIFICATION_EVENT);
	PVOID extension = bench.extension();
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PDMA dma = nullptr;

	bench.request(a, [&](VIDEO_REQUEST_PACKET &packet) {
		dma = VideoPortAssociateEventsWithDmaHandle(extension, &packet, first, nullptr);
		EXPECT_NE(dma, nullptr);
		/* the request's own buffer is no handle: a handle is made. One is: it is bound */
		packet.OutputBuffer = dma;
		EXPECT_EQ(
			VideoPortAssociateEventsWithDmaHandle(extension, &packet, nullptr, second),
			dma);
		EXPECT_EQ(VideoPortAssociateEventsWithDmaHandle(
				  extension, &packet, static_cast<PVOID>(Bench::forged()), nullptr),
			  nullptr);
		packet.OutputBuffer = nullptr;
		EXPECT_EQ(VideoPortAssociateEventsWithDmaHandle(
				  extension, &packet, nullptr, static_cast<PVOID>(Bench::forged())),
			  nullptr);
	});
	EXPECT_EQ(VideoPortAssociateEventsWithDmaHandle(extension, nullptr, first, nullptr),
		  nullptr);
	EXPECT_EQ(bench.counter("forged_handle"), 2u);
	EXPECT_EQ(bench.counter("locked_buffers"), 1u);
	EXPECT_EQ(bench.pins(), 0u);
	EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 0u);
	EXPECT_EQ(bench.start(adapter, dma, 0, 1, true).status, ERROR_INVALID_PARAMETER);
	EXPECT_TRUE(bench.segments(dma).empty());
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_FALSE(VideoPortReadStateEvent(extension, first)) << "it was replaced";
	EXPECT_TRUE(VideoPortReadStateEvent(extension, second));
	unlock(dma);
	EXPECT_EQ(bench.counter("locked_buffers"), 0u);
	VideoPortPutDmaAdapter(extension, adapter);
}

TEST_P(PacketTest, AHandleWithBadEventsIsNotLocked)
{
	PEVENT of_b = bench.lend(b);
	PDMA dma = bench.dma_for(a, User::at(0), 4096);

	bench.in_request(a, [&] {
		for (PEVENT bad :
		     {of_b, static_cast<PEVENT>(Bench::forged()), reinterpret_cast<PEVENT>(dma)}) {
			EXPECT_FALSE(bench.lock_pages(User::at(1), 4096, VideoPortDmaInitOnly, bad)
					     .locked);
			EXPECT_FALSE(bench.lock_pages(User::at(1), 4096, VideoPortDmaInitOnly,
						      nullptr, bad)
					     .locked);
		}
	});
	EXPECT_EQ(bench.counter("foreign_handle"), 2u);
	EXPECT_EQ(bench.counter("forged_handle"), 2u);
	EXPECT_EQ(bench.counter("wrong_kind"), 2u);
	EXPECT_EQ(bench.pins(), 1u);
	unlock(dma);
}

/* A miniport without HwStartDma: what the documentation has said since XP. */
class XpTest : public BenchTest {};

TEST_F(XpTest, WithoutHwStartDmaTheCallsDoNothing)
{
	PVOID extension = bench.extension();
	auto *dma = static_cast<PDMA>(bench.lock_pages_for(a, User::at(0), 4096).handle);
	ULONG length = 4096, space = 0;
	PVOID seen = nullptr;
	PHYSICAL_ADDRESS board{};
	int local;

	board.QuadPart = 0xc0000000;
	bench.request(a, [&](VIDEO_REQUEST_PACKET &packet) {
		for (DMA_FLAGS flag : {VideoPortKeepPagesLocked, VideoPortUnlockAfterDma}) {
			EXPECT_FALSE(bench.lock_pages(User::at(1), 4096, flag).locked);
			EXPECT_EQ(bench.do_dma(dma, flag), nullptr);
		}
		EXPECT_FALSE(bench.signal(dma));
		VideoPortSetDmaContext(extension, dma, &local);
		EXPECT_EQ(VideoPortGetDmaContext(extension, dma), nullptr);
		VideoPortSetBytesUsed(extension, dma, 5);
		EXPECT_EQ(VideoPortGetBytesUsed(extension, dma), 0u);
		EXPECT_EQ(
			VideoPortAssociateEventsWithDmaHandle(extension, &packet, nullptr, nullptr),
			nullptr);
		EXPECT_EQ(VideoPortMapDmaMemory(extension, &packet, board, &length, &space, nullptr,
						nullptr, &seen),
			  nullptr);
		EXPECT_FALSE(VideoPortUnmapDmaMemory(extension, seen, nullptr, dma));
		/* events are not looked at */
		EXPECT_TRUE(bench.lock_pages(User::at(2), 4096, VideoPortDmaInitOnly,
					     static_cast<PEVENT>(Bench::forged()))
				    .locked);
	});
	EXPECT_EQ(bench.counter("forged_handle"), 0u);
	EXPECT_EQ(bench.counter("locked_buffers"), 2u);
	EXPECT_EQ(bench.counter("started"), 0u);
}

} // namespace
