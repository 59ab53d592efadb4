// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapters: what VideoPortGetDmaAdapter sets, who may put one when, and the default adapter of
 * the port's configuration.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class AdapterTest : public BenchTest {
protected:
	void put(PVP_DMA_ADAPTER adapter) { VideoPortPutDmaAdapter(bench.extension(), adapter); }
};

TEST_F(AdapterTest, TheMaskIsThatOfTheDescription)
{
	VP_DEVICE_DESCRIPTION neither{};
	PVP_DMA_ADAPTER adapter = VideoPortGetDmaAdapter(bench.extension(), &neither);

	ASSERT_TRUE(adapter);
	EXPECT_EQ(bench.device().mask_bits, 32u);
	put(adapter);
	adapter = bench.get_adapter(true, true);
	EXPECT_EQ(bench.device().mask_bits, 64u);
	put(adapter);
	adapter = bench.get_adapter(true, false);
	EXPECT_EQ(bench.device().mask_bits, 32u);
	put(adapter);
}

TEST_F(AdapterTest, TheMaskServesAllAdapters)
{
	PVP_DMA_ADAPTER wide = bench.get_adapter(true, true);
	PVP_DMA_ADAPTER narrow = bench.get_adapter(true, false);

	EXPECT_EQ(bench.device().mask_bits, 32u);

	PVP_DMA_ADAPTER again = bench.get_adapter(true, true);

	EXPECT_EQ(bench.device().mask_bits, 32u) << "the narrow one is still there";
	for (PVP_DMA_ADAPTER adapter : {wide, narrow, again})
		put(adapter);
}

TEST_F(AdapterTest, AMaskThatThePlatformDoesNotOfferIsRefused)
{
	bench.device().most_bits = 40;
	EXPECT_EQ(bench.get_adapter(true, true), nullptr);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);

	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	EXPECT_TRUE(adapter);
	put(adapter);
}

TEST_F(AdapterTest, WhatFailsLeavesTheMaskAsItWas)
{
	constexpr unsigned int handles = 255; /* then the next one needs memory */
	std::vector<PVP_DMA_ADAPTER> all;
	PVP_DMA_ADAPTER narrow = nullptr;
	unsigned int failed = 0;

	while (all.size() < handles)
		all.push_back(bench.get_adapter(true, true));
	ASSERT_EQ(bench.device().mask_bits, 64u);
	while (!narrow && failed < 20) {
		FailAt fail(failed + 1);

		narrow = bench.get_adapter(true, false);
		if (!narrow) {
			failed++;
			EXPECT_EQ(bench.device().mask_bits, 64u) << "after failure " << failed;
			EXPECT_EQ(bench.counter("adapters"), handles + 1);
		}
	}
	EXPECT_EQ(failed, 4u) << "for the adapter, twice for its handle, and the mask itself";
	EXPECT_EQ(bench.device().mask_bits, 32u);
	put(narrow);
	for (PVP_DMA_ADAPTER adapter : all)
		put(adapter);
}

TEST_F(AdapterTest, EachIsAnAdapterOfItsOwn)
{
	PVP_DMA_ADAPTER first = bench.get_adapter(), second = bench.get_adapter();

	EXPECT_NE(first, second);
	EXPECT_EQ(bench.counter("adapters"), 3u);
	put(first);
	put(first);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	EXPECT_EQ(bench.counter("adapters"), 2u);
	put(second);
	EXPECT_EQ(bench.counter("adapters"), 1u);
}

TEST_F(AdapterTest, WhatIsNoAdapterIsNotPut)
{
	PVOID mdl = bench.lock_for(a, User::at(0), 4096);

	put(nullptr);
	put(static_cast<PVP_DMA_ADAPTER>(Bench::forged()));
	put(static_cast<PVP_DMA_ADAPTER>(mdl));
	EXPECT_EQ(bench.counter("null_handle"), 1u);
	EXPECT_EQ(bench.counter("forged_handle"), 1u);
	EXPECT_EQ(bench.counter("wrong_kind"), 1u);
	EXPECT_EQ(VideoPortGetDmaAdapter(bench.extension(), nullptr), nullptr);
	EXPECT_EQ(VideoPortGetDmaAdapter(nullptr, nullptr), nullptr);
	VideoPortUnlockBuffer(bench.extension(), mdl);
}

TEST_F(AdapterTest, PutWithATransferInFlightIsRefused)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID mdl = bench.lock_for(a, User::at(0), 4096);
	Started started = bench.start(adapter, mdl, 0, 4096, true);

	put(adapter);
	EXPECT_EQ(bench.counter("adapter_busy"), 1u);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	EXPECT_EQ(bench.complete(adapter, started, true), NO_ERROR);
	put(adapter);
	EXPECT_EQ(bench.counter("adapter_busy"), 1u);
	EXPECT_EQ(bench.counter("adapters"), 1u);
}

TEST_F(AdapterTest, NotFromADpcOrAnInterrupt)
{
	auto refused = [&] { EXPECT_EQ(bench.get_adapter(), nullptr); };

	bench.in_dpc(refused);
	bench.in_interrupt(refused);
	EXPECT_EQ(bench.counter("wrong_context"), 2u);
}

/* ---- The default adapter: what HwVidFindAdapter says ---- */

class DefaultAdapterTest : public testing::Test {
protected:
	/// Probes an adapter whose miniport says so.
	void begin(std::function<void(VIDEO_PORT_CONFIG_INFO &)> say)
	{
		bench = std::make_unique<Bench>();
		bench->close(bench->a);
		bench->remove();
		bench->adapters[0] = std::make_shared<Adapter>(bench->miniports[0], 0);
		bench->miniports[0].on_find = [=](VIDEO_PORT_CONFIG_INFO &config) {
			say(config);
			return NO_ERROR;
		};
		EXPECT_EQ(bench->adapters[0]->probe(bench->driver), 0);
		EXPECT_EQ(bench->open(bench->a), 0);
	}

	std::unique_ptr<Bench> bench;
};

TEST_F(DefaultAdapterTest, LockPagesKeepsTheMaximumTransferLength)
{
	begin([](VIDEO_PORT_CONFIG_INFO &config) { config.MaximumTransferLength = 5000; });
	EXPECT_FALSE(bench->lock_pages_for(bench->a, User::at(0), 5001).locked);
	EXPECT_EQ(bench->counter("bad_length"), 1u);

	LockedPages locked = bench->lock_pages_for(bench->a, User::at(0), 5000);

	EXPECT_TRUE(locked.locked);
	/* VideoPortLockBuffer maps nothing: the limit is that of the transfers */
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5001);

	EXPECT_TRUE(mdl);
	VideoPortUnlockBuffer(bench->extension(), mdl);
	VideoPortUnlockBuffer(bench->extension(), locked.handle);
}

TEST_F(DefaultAdapterTest, TheListIsCutIntoChunks)
{
	begin([](VIDEO_PORT_CONFIG_INFO &config) { config.MaximumScatterGatherChunkSize = 1000; });

	LockedPages locked = bench->lock_pages_for(bench->a, User::at(0), 5001);
	uint64_t sum = 0;

	ASSERT_TRUE(locked.locked);
	for (const Element &element : bench->segments(locked.handle)) {
		EXPECT_LE(element.length, 1000u);
		EXPECT_GT(element.length, 0u);
		sum += element.length;
	}
	EXPECT_EQ(sum, 5001u);
	EXPECT_EQ(locked.list_bytes, bench->segments(locked.handle).size() * sizeof(VRB_SG));
	VideoPortUnlockBuffer(bench->extension(), locked.handle);
}

} // namespace
