// SPDX-License-Identifier: GPL-2.0
/*
 * "Endings" of the contract: clients that close, adapters that go, in every state of what they have
 * locked.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class EndingTest : public BenchTest {
protected:
	void expect_released()
	{
		EXPECT_EQ(bench.pins(), 0u);
		EXPECT_EQ(bench.mappings(), 0u);
		EXPECT_EQ(a.process.charged, 0u);
		EXPECT_EQ(b.process.charged, 0u);
		EXPECT_EQ(bench.counter("locked_buffers"), 0u);
	}
};

/* ---- Clients ---- */

TEST_F(EndingTest, IdleHandlesGoWithTheirClient)
{
	PVOID pages = bench.lock_pages_for(a, User::at(0), 5000).handle;
	PVOID mdl = bench.lock_for(a, User::at(3), 5000);
	PVOID others = bench.lock_for(b, User::at(0), 5000);
	auto list = bench.segments(pages);

	bench.close(a);
	EXPECT_EQ(a.process.charged, 0u);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.mappings(), 0u);
	EXPECT_EQ(bench.write_list(list, pattern(5000)), Access::Blocked);
	bench.in_request(b, [&] {
		EXPECT_TRUE(VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(pages)));
		VideoPortUnlockBuffer(bench.extension(), mdl);
	});
	EXPECT_EQ(bench.counter("stale_handle"), 2u);
	VideoPortUnlockBuffer(bench.extension(), others);
	expect_released();
}

TEST_F(EndingTest, HandlesInFlightGoWhenTheirTransfersAreComplete)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID pages = bench.lock_pages_for(a, User::at(0), 4096).handle;
	PVOID mdl = bench.lock_for(a, User::at(3), 4096);
	Started first = bench.start(adapter, pages, 0, 4096, false);
	Started second = bench.start(adapter, mdl, 0, 4096, false);

	bench.close(a);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.mappings(), 2u);
	EXPECT_EQ(a.process.charged, 2u);
	EXPECT_EQ(bench.write_list(first.elements, pattern(4096)), Access::Done);
	EXPECT_EQ(bench.write_list(second.elements, pattern(4096)), Access::Done);
	EXPECT_EQ(bench.complete(adapter, first, false), NO_ERROR);
	EXPECT_EQ(bench.pins(), 1u);
	bench.in_dpc([&] { EXPECT_EQ(bench.complete(adapter, second, false), NO_ERROR); });
	bench.run_work();
	expect_released();
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(EndingTest, OneClientsHandlesAreNotThoseOfTheNext)
{
	PVOID pages = bench.lock_pages_for(a, User::at(0), 5000).handle;

	bench.close(a);
	EXPECT_EQ(bench.open(a), 0);
	bench.in_request(a, [&] {
		EXPECT_EQ(VideoPortGetMdl(bench.extension(), static_cast<PDMA>(pages)), nullptr);
	});
	expect_released();
}

TEST_F(EndingTest, TheMiniportsOwnLocksStayWhenAClientGoes)
{
	auto address = reinterpret_cast<uint64_t>(
		VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 5000, 0));
	PVOID mdl = bench.lock_for(a, address, 5000);

	ASSERT_TRUE(mdl);
	bench.close(a);
	EXPECT_EQ(VideoPortGetMdl(bench.extension(), static_cast<PDMA>(mdl)), mdl);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	expect_released();
}

/* ---- Adapters ---- */

TEST_F(EndingTest, RemovalReleasesEverything)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID pages = bench.lock_pages_for(a, User::at(0), 4096).handle;
	PVOID mdl = bench.lock_for(b, User::at(3), 4096);
	PVOID memory = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 5000, 0);
	PVOID own = bench.lock_buffer(reinterpret_cast<uint64_t>(memory), 5000, VpModifyAccess);
	Started viewed = bench.start(adapter, pages, 0, 100, false);
	Started mapped = bench.start(adapter, mdl, 0, 4096, false);
	Started orphan = bench.start(adapter, own, 0, 5000, true);
	auto list = bench.segments(pages);

	VideoPortUnlockBuffer(bench.extension(), own);
	VideoPortPutDmaAdapter(bench.extension(), adapter); /* refused */
	EXPECT_EQ(bench.counter("transfers"), 3u);
	bench.remove();
	expect_released();
	EXPECT_TRUE(bench.machine->logged("3 transfers were not completed"));
	for (const auto &elements : {viewed.elements, mapped.elements, orphan.elements, list})
		for (const Element &element : elements)
			EXPECT_FALSE(reachable(bench.device(), element.address));
}

TEST_F(EndingTest, WhatTheDeviceWroteBeforeRemovalIsTakenBackAndDirty)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID mdl = bench.lock_for(a, User::at(0), 4096);
	Started started = bench.start(adapter, mdl, 0, 4096, false);

	EXPECT_EQ(bench.write_list(started.elements, pattern(4096)), Access::Done);
	bench.remove();
	EXPECT_TRUE(same(memory_of(a, User::at(0), 4096), pattern(4096)));
	EXPECT_TRUE(a.process.entry(0).page->dirty);
}

TEST_F(EndingTest, AfterRemovalOpensAndRequestsFail)
{
	std::vector<uint8_t> data(16);

	bench.remove();
	EXPECT_EQ(Adapter::request(*a.client, 1, data).error, -VP_ENODEV);
	bench.close(b);
	EXPECT_EQ(bench.open(b), -VP_ENODEV);

	/* the core's own answer, where somebody was about to open */
	vp_client *client = nullptr;
	Running running(a.thread);

	EXPECT_EQ(vp_core_client_open(bench.device().port, a.client->file, &client), -VP_ENODEV);
	EXPECT_EQ(client, nullptr);
}

TEST_F(EndingTest, ADeviceThatWasReplacedStartsAfresh)
{
	PVOID pages = bench.lock_pages_for(a, User::at(0), 4096).handle;

	bench.remove();
	bench.close(a);
	bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
	EXPECT_EQ(bench.adapters[0]->probe(bench.driver), 0);
	EXPECT_EQ(bench.open(a), 0);
	/* its number is that of the one before, its handles are not */
	bench.in_request(a, [&] {
		EXPECT_TRUE(VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(pages)));
	});
	EXPECT_EQ(bench.counter("unlocked"), 0u);
	EXPECT_EQ(bench.counter("forged_handle") + bench.counter("stale_handle"), 1u);
}

TEST_F(EndingTest, NothingOfTheMiniportRunsAfterRemoval)
{
	unsigned int calls = 0;

	bench.miniports[0].on_timer = [&] { calls++; };
	bench.miniports[0].on_interrupt = [&] {
		calls++;
		return true;
	};
	VideoPortStartTimer(bench.extension());
	bench.remove();
	bench.machine->clock_ms += 10000;
	EXPECT_FALSE(raise_interrupt(bench.device()));
	EXPECT_FALSE(run_timer(bench.device()));
	EXPECT_FALSE(run_dpc(bench.device()));
	EXPECT_EQ(calls, 0u);
}

TEST_F(EndingTest, HwVidResetHwIsCalledOnceAtRemoval)
{
	unsigned int calls = 0;

	bench.miniports[0].on_reset = [&] { calls++; };
	bench.remove();
	EXPECT_EQ(calls, 1u);
}

} // namespace
