// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortStartDma: how much it transfers, what HwVidExecuteDma gets and when, how many
 * transfers a lock may have, and what is refused. No device moves anything here.
 */
#include "probe.hpp"
#include "refusal.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class StartDmaTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		mdl_ = probe.lock_buffer(region_);
		ASSERT_NE(mdl_, 0U);
		ASSERT_NE(adapter(), 0U);
	}
	void TearDown() override
	{
		for (const auto &[list, write] : running_)
			EXPECT_EQ(probe.complete_dma(adapter(), list, write), unsigned{NO_ERROR});
		probe.unlock_buffer(mdl_);
		ProbeTest::TearDown();
	}

	/// Start a transfer that TearDown() completes.
	Started start(uint32_t offset, uint32_t length, bool write_to_device)
	{
		const auto started =
			probe.start_dma(adapter(), mdl_, offset, length, write_to_device);
		EXPECT_EQ(started.status, unsigned{NO_ERROR});
		if (started.status == NO_ERROR)
			running_.push_back({started.list, write_to_device});
		return started;
	}

	/// The start is refused: the callback is not called, *length stays.
	void expect_no_start(const Refusal &refusal, uint32_t offset, uint32_t length,
			     bool write_to_device)
	{
		expect_refused(probe.device(), refusal, [&] {
			const auto started =
				probe.start_dma(adapter(), mdl_, offset, length, write_to_device);
			EXPECT_EQ(started.status, unsigned{ERROR_INVALID_PARAMETER});
			EXPECT_EQ(started.length, length);
			EXPECT_EQ(probe.list(started.index).Calls, 0U);
		});
	}

	Region region_ = Region::make(100000, 3000);
	Handle mdl_ = 0;
	std::vector<std::pair<uint64_t, bool>> running_;
};

} // namespace

TEST_F(StartDmaTest, TheCallbackRunsOnceAtDispatchLevel)
{
	const auto list = probe.list(start(0, 100, true).index);
	EXPECT_EQ(list.Calls, 1U);
	EXPECT_EQ(list.Irql, dispatch_level);
	EXPECT_EQ(list.Adapter, adapter()) << "the adapter that StartDma was given";
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql).Result, passive_level) << "and back to PASSIVE";
}

TEST_F(StartDmaTest, TheListCoversExactlyTheBytesToTheDevice)
{
	for (const auto &[offset, length] : {std::pair{0U, 100000U},
					     {0U, 1U},
					     {99999U, 1U},
					     {1095U, 2U},
					     {1096U, 4096U},
					     {1097U, 70001U}}) {
		const auto list = probe.list(start(offset, length, true).index);
		EXPECT_EQ(list.TotalLength, length);
		expect_covers(elements(list), region_.data() + offset, length);
	}
}

TEST_F(StartDmaTest, TheListCoversExactlyTheBytesFromTheDevice)
{
	// none shares a cache line with another
	for (const auto &[offset, length] :
	     {std::pair{0U, 10000U}, {20001U, 1U}, {30007U, 66U}, {40000U, 60000U}}) {
		const auto list = probe.list(start(offset, length, false).index);
		EXPECT_EQ(list.TotalLength, length);
		expect_covers(elements(list), region_.data() + offset, length);
	}
}

TEST_F(StartDmaTest, NeverMoreThanMaximumLengthAndTheLengthIsUpdatedBeforeTheCallback)
{
	const Handle small =
		another_adapter({PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_32_BITS, 8000});
	for (const auto &[asked, given] :
	     {std::pair{100000U, 8000U}, {8001U, 8000U}, {8000U, 8000U}, {7999U, 7999U}}) {
		const auto started = probe.start_dma(small, mdl_, 0, asked, true);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		EXPECT_EQ(started.length, given);
		const auto list = probe.list(started.index);
		EXPECT_EQ(list.Length, given) << "*pLength as the callback saw it";
		EXPECT_EQ(list.TotalLength, given);
		EXPECT_EQ(probe.complete_dma(small, started.list, true), unsigned{NO_ERROR});
	}
}

TEST_F(StartDmaTest, WithoutScatterGatherThereIsOneElementOnly)
{
	const Handle single = another_adapter({PROBE_ADAPTER_32_BITS, 1 << 20});
	for (const bool to_device : {true, false}) {
		uint32_t moved = 0, transfers = 0;
		while (moved < 100000) {
			const auto started =
				probe.start_dma(single, mdl_, moved, 100000 - moved, to_device);
			ASSERT_EQ(started.status, unsigned{NO_ERROR});
			const auto list = probe.list(started.index);
			EXPECT_EQ(list.NumberOfElements, 1U);
			EXPECT_EQ(list.TotalLength, started.length);
			EXPECT_EQ(list.Length, started.length) << "*pLength as the callback saw it";
			expect_covers(elements(list), region_.data() + moved, started.length);
			EXPECT_EQ(probe.complete_dma(single, started.list, to_device),
				  unsigned{NO_ERROR});
			moved += started.length;
			ASSERT_LT(transfers++, 30U);
		}
		EXPECT_EQ(moved, 100000U);
	}
}

TEST_F(StartDmaTest, ATransferIsIteratedByOffsetAndLength)
{
	const Handle small =
		another_adapter({PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_32_BITS, 30000});
	std::vector<uint32_t> pieces;
	for (uint32_t moved = 0; moved < 100000; moved += pieces.back()) {
		const auto started = probe.start_dma(small, mdl_, moved, 100000 - moved, true);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		expect_covers(elements(probe.list(started.index)), region_.data() + moved,
			      started.length);
		EXPECT_EQ(probe.complete_dma(small, started.list, true), unsigned{NO_ERROR});
		pieces.push_back(started.length);
	}
	EXPECT_EQ(pieces, (std::vector<uint32_t>{30000, 30000, 30000, 10000}));
}

TEST_F(StartDmaTest, EachTransferHasAMappingOfItsOwn)
{
	for (uint32_t i = 0; i < 8; i++) {
		start(i * 10000, 5000, i % 2 == 0);
		EXPECT_EQ(live(probe.device(), "transfers"), i + 1);
		EXPECT_EQ(live(probe.device(), "mappings"), i + 1);
	}
	EXPECT_EQ(live(probe.device(), "locked_buffers"), 1U);
}

TEST_F(StartDmaTest, AddressesOfA32BitAdapterAreBelow4Gib)
{
	for (const auto &element : elements(probe.list(start(0, 100000, true).index)))
		EXPECT_LE(element.Address + element.Length, 1ULL << 32);
}

TEST_F(StartDmaTest, NeitherWidthMeans32Bits)
{
	const Handle neither = another_adapter({PROBE_ADAPTER_SCATTER_GATHER, 1 << 20});
	const auto started = probe.start_dma(neither, mdl_, 0, 100000, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	for (const auto &element : elements(probe.list(started.index)))
		EXPECT_LE(element.Address + element.Length, 1ULL << 32);
	EXPECT_EQ(probe.complete_dma(neither, started.list, true), unsigned{NO_ERROR});
}

TEST_F(StartDmaTest, A64BitAdapterReachesTheSameMemory)
{
	const Handle wide =
		another_adapter({PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_64_BITS, 1 << 20});
	const auto started = probe.start_dma(wide, mdl_, 0, 100000, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	expect_covers(elements(probe.list(started.index)), region_.data(), 100000);
	EXPECT_EQ(probe.complete_dma(wide, started.list, true), unsigned{NO_ERROR});
}

TEST_F(StartDmaTest, ZeroBytesAreRefused)
{
	expect_no_start({"bad_length", "StartDma", 0}, 0, 0, true);
}

TEST_F(StartDmaTest, BeyondTheEndOfTheLockIsRefused)
{
	for (const auto &[offset, length] : {std::pair{0U, 100001U},
					     {100000U, 1U},
					     {99999U, 2U},
					     {0xffffffffU, 1U},
					     {0xffffffffU, 0xffffffffU},
					     {1U, 0xffffffffU}})
		expect_no_start({"bad_length", "StartDma", length}, offset, length, true);
}

TEST_F(StartDmaTest, ADeviceWriteIntoAReadAccessLockIsRefused)
{
	const Handle read_only = probe.lock_buffer(region_, VpReadAccess);
	ASSERT_NE(read_only, 0U);
	expect_refused(probe.device(), {"bad_access", "StartDma", read_only}, [&] {
		EXPECT_EQ(probe.start_dma(adapter(), read_only, 0, 100, false).status,
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	const auto started = probe.start_dma(adapter(), read_only, 0, 100, true);
	EXPECT_EQ(started.status, unsigned{NO_ERROR}) << "reading it is what it was locked for";
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, true), unsigned{NO_ERROR});
	probe.unlock_buffer(read_only);
}

TEST_F(StartDmaTest, ADeviceWriteThatOverlapsATransferInFlightIsRefused)
{
	start(10000, 5000, false);
	expect_no_start({"overlap", "StartDma", {}}, 10000, 5000, false);
	expect_no_start({"overlap", "StartDma", {}}, 14999, 1, false);
	expect_no_start({"overlap", "StartDma", {}}, 0, 100000, false);
}

TEST_F(StartDmaTest, ADeviceWriteThatSharesACacheLineWithATransferInFlightIsRefused)
{
	// byte 3000 + 1096 is the first of a page
	start(1096, 100, true); // up to the 36th byte of the second line
	expect_no_start({"overlap", "StartDma", {}}, 1096 + 100, 10, false);
	expect_no_start({"overlap", "StartDma", {}}, 1096 + 127, 1, false);
	start(1096 + 128, 10, false);
	start(1095, 1, false);
}

TEST_F(StartDmaTest, TransfersThatOnlyReadMayOverlap)
{
	start(10000, 5000, true);
	start(10000, 5000, true);
	start(12000, 50000, true);
	EXPECT_EQ(live(probe.device(), "transfers"), 3U);
}

TEST_F(StartDmaTest, WithoutARoutineNothingIsStarted)
{
	expect_refused(probe.device(), {"bad_parameter", "StartDma", {}}, [&] {
		EXPECT_NE(probe.start_dma(adapter(), mdl_, 0, 10, true, PROBE_START_NO_CALLBACK)
				  .status,
			  unsigned{NO_ERROR});
	});
}

TEST_F(StartDmaTest, HugePagesAreTransferredWholeInOneGo)
{
	const size_t huge = 2 << 20;
	const Region region = Region::make(2 * huge);
	madvise(region.page(0), 2 * huge, MADV_HUGEPAGE);
	fill(region.bytes(), 1);
	const Handle mdl = probe.lock_buffer(region.address() + 100, 1 << 20);
	ASSERT_NE(mdl, 0U);
	for (const bool to_device : {true, false}) {
		const auto started = probe.start_dma(adapter(), mdl, 0, 1 << 20, to_device);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		EXPECT_EQ(started.length, 1U << 20);
		expect_covers(elements(probe.list(started.index)), region.data() + 100, 1 << 20);
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, to_device),
			  unsigned{NO_ERROR});
	}
	probe.unlock_buffer(mdl);
}
