// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA that ends otherwise than by its signal: unlocked, its client closed, or its adapter
 * removed while it runs. And who is told of what was completed.
 */
#include "bench.hpp"

#include "../platform/arena.hpp"
#include "../platform/eventfd.hpp"
#include "../platform/fibers.hpp"

using namespace sim;

namespace {

class PacketEndTest : public PacketBenchTest {
protected:
	PDMA running(PEVENT user = nullptr)
	{
		PDMA dma = bench.dma_for(a, User::at(0), 8192, user);

		EXPECT_EQ(bench.do_dma(dma), dma);
		EXPECT_EQ(bench.counter("transfers"), 1u);
		return dma;
	}
	void expect_released()
	{
		EXPECT_EQ(bench.pins(), 0u);
		EXPECT_EQ(bench.mappings(), 0u);
		EXPECT_EQ(a.process.charged, 0u);
		EXPECT_EQ(bench.counter("locked_buffers"), 0u);
		EXPECT_EQ(bench.counter("transfers"), 0u);
	}
};

TEST_F(PacketEndTest, AnUnlockWhileItRunsReleasesAtItsEnd)
{
	PDMA dma = running();
	std::vector<Element> list = bench.segments(dma);

	bench.in_request(a, [&] { VideoPortUnlockPages(bench.extension(), dma); });
	EXPECT_EQ(VideoPortGetMdl(bench.extension(), dma), nullptr);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.write_list(list, pattern(8192)), Access::Done) << "under the device";
	EXPECT_TRUE(bench.signal(dma)) << "also if it was unlocked since";
	EXPECT_TRUE(same(memory_of(a, User::at(0), 8192), pattern(8192)));
	EXPECT_EQ(Adapter::completions(*a.client, true), 1);
	expect_released();
	EXPECT_FALSE(bench.signal(dma));
	EXPECT_EQ(bench.counter("stale_handle"), 2u);
}

TEST_F(PacketEndTest, AnUnlockWhileItRunsAndASignalInAnInterruptReleaseLater)
{
	PDMA dma = running();

	bench.in_interrupt([&] { VideoPortUnlockPages(bench.extension(), dma); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	bench.in_interrupt([&] { EXPECT_TRUE(bench.signal(dma)); });
	EXPECT_EQ(bench.pins(), 2u);
	bench.run_work();
	expect_released();
}

TEST_F(PacketEndTest, AClientThatClosesReleasesAtTheEndOfItsDma)
{
	std::shared_ptr<EventCount> count;
	PDMA dma = running(bench.lend(a, &count));

	bench.close(a);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(live_eventfds(), 1u) << "the DMA that runs has it";
	EXPECT_FALSE(bench.signal(nullptr));
	bench.in_interrupt([&] { EXPECT_TRUE(bench.signal(dma)); });
	EXPECT_EQ(count->value, 1u);
	EXPECT_EQ(bench.pins(), 2u);
	bench.run_work();
	EXPECT_EQ(live_eventfds(), 0u);
	expect_released();
}

TEST_F(PacketEndTest, RemovalEndsWhatRuns)
{
	std::shared_ptr<EventCount> count;
	PDMA dma = running(bench.lend(a, &count));

	(void)dma;
	EXPECT_EQ(Adapter::completions(*a.client, false), 0);
	bench.remove();
	EXPECT_TRUE(bench.machine->logged("1 transfers were not completed"));
	expect_released();
	EXPECT_EQ(count->value, 1u);
	EXPECT_EQ(live_eventfds(), 0u);
	EXPECT_GE(a.client->file->wakes, 1u);
	EXPECT_GE(b.client->file->wakes, 1u) << "whoever polls learns that it is gone";
	EXPECT_EQ(Adapter::completions(*a.client, true), 1) << "first what is there";
	EXPECT_EQ(Adapter::completions(*a.client, true), -VP_ENODEV);
	EXPECT_EQ(Adapter::completions(*b.client, true), -VP_ENODEV);
}

TEST_F(PacketEndTest, RemovalEndsWhatWasUnlockedWhileItRan)
{
	PDMA dma = running();

	bench.in_request(a, [&] { VideoPortUnlockPages(bench.extension(), dma); });
	bench.close(a);
	bench.remove();
	expect_released();
}

TEST_F(PacketEndTest, TheMiniportsOwnMemoryIsTransferredToo)
{
	PVOID memory = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 10000, 0);
	LockedPages locked = bench.lock_pages(reinterpret_cast<uint64_t>(memory), 10000);
	auto *dma = static_cast<PDMA>(locked.handle);

	EXPECT_TRUE(locked.locked);
	EXPECT_EQ(bench.do_dma(dma, VideoPortUnlockAfterDma), nullptr);
	VideoPortFreePool(bench.extension(), memory);
	EXPECT_EQ(bench.write_list(bench.segments(dma), pattern(10000)), Access::Done);
	bench.in_dpc([&] { EXPECT_TRUE(bench.signal(dma)); });
	bench.run_work();
	expect_released();
	EXPECT_EQ(Adapter::completions(*a.client, true), 0) << "it was nobody's";
	EXPECT_EQ(bench.counter("allocations"), 0u);
}

TEST_F(PacketEndTest, CompletionsAreTakenOnce)
{
	PDMA dma = running();

	EXPECT_EQ(Adapter::completions(*a.client, false), 0); /* it waits for the first */
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_EQ(Adapter::completions(*a.client, false), 2);
	EXPECT_EQ(Adapter::completions(*a.client, false), 2);
	EXPECT_EQ(Adapter::completions(*a.client, true), 2);
	EXPECT_EQ(Adapter::completions(*a.client, true), 0);
	EXPECT_EQ(a.client->file->wakes, 2u);
}

/*
 * b's request waits for a's; its system buffer is there already, and the miniport may guess where,
 * or have kept the address from an earlier one.
 */
TEST_F(PacketEndTest, TheSystemBufferOfAnotherClientsWaitingRequestIsNotLocked)
{
	Fibers fibers;
	Fiber first("a", &a.process, fibers), second("b", &b.process, fibers);
	std::vector<uint8_t> small(100), large(300);
	uint64_t of_b = 0;
	bool done = false;

	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &packet) {
		if (packet.InputBufferLength == small.size()) {
			fibers.park();
			/* the arena gives out what follows: look for it there */
			auto own = reinterpret_cast<uint64_t>(packet.InputBuffer);
			for (uint64_t at = own; at < own + 65536 && !of_b; at += 8)
				if (Block *block = arena::find(reinterpret_cast<void *>(at), 300);
				    block && block->size == 300)
					of_b = at;
			EXPECT_NE(of_b, 0u);

			uint64_t before = bench.counter("bad_address");

			EXPECT_FALSE(bench.lock_pages(of_b, 300).locked);
			EXPECT_EQ(bench.lock_buffer(of_b + 50, 100, VpReadAccess), nullptr);
			EXPECT_EQ(bench.counter("bad_address"), before + 2);
			EXPECT_TRUE(bench.machine->logged("not the client's"));
			LockedPages mine = bench.lock_pages(own, small.size());

			EXPECT_TRUE(mine.locked);
			VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(mine.handle));
			done = true;
		}
		packet.StatusBlock->Status = NO_ERROR;
		return true;
	};
	fibers.give(first, [&] { Adapter::request(*a.client, 1, small); });
	fibers.give(second, [&] { Adapter::request(*b.client, 1, large); });
	EXPECT_TRUE(fibers.run(first));
	EXPECT_EQ(first.state(), Fiber::State::Parked);
	EXPECT_TRUE(fibers.run(second));
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	EXPECT_TRUE(fibers.run(first));
	EXPECT_TRUE(fibers.run(second));
	EXPECT_TRUE(done && first.idle() && second.idle());
	bench.miniports[0].on_start_io = nullptr;
}

} // namespace
