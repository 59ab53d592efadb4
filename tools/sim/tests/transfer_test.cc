// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortStartDma and VideoPortCompleteDma: what is mapped and listed, which way data goes, the
 * limits of adapters, and what is refused.
 */
#include "bench.hpp"

#include <functional>
#include <utility>

using namespace sim;

namespace {

class TransferTest : public testing::Test {
protected:
	void begin(DmaKind kind, unsigned int above = 0, size_t cache_line = 64)
	{
		MachineConfig config;

		config.dma = kind;
		config.pages_above_4g = above;
		config.cache_line = cache_line;
		bench = std::make_unique<Bench>(config);
	}
	void TearDown() override { bench.reset(); }

	void put(PVP_DMA_ADAPTER adapter) { VideoPortPutDmaAdapter(bench->extension(), adapter); }
	void unlock(PVOID mdl) { VideoPortUnlockBuffer(bench->extension(), mdl); }
	void expect_start(VP_STATUS status, const char *cause, PVP_DMA_ADAPTER adapter, PVOID mdl,
			  ULONG offset, ULONG length, bool to_device)
	{
		uint64_t before = bench->counter(cause);

		EXPECT_EQ(bench->start(adapter, mdl, offset, length, to_device).status, status);
		EXPECT_EQ(bench->counter(cause), before + 1) << cause;
	}

	std::unique_ptr<Bench> bench;
};

class TransferByKind : public TransferTest, public testing::WithParamInterface<DmaKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, TransferByKind, testing::ValuesIn(every_dma_kind), dma_kind_name);

TEST_P(TransferByKind, TheDeviceReadsExactlyTheRange)
{
	begin(GetParam());

	auto data = pattern(20000);
	PVP_DMA_ADAPTER adapter = bench->get_adapter();

	ASSERT_TRUE(bench->a.process.write(User::at(0, 123), data.data(), data.size()));

	PVOID mdl = bench->lock_for(bench->a, User::at(0, 123), data.size(), VpReadAccess);

	for (ULONG offset : {0u, 1u, 63u, 64u, 4095u, 4096u, 4097u, 19999u})
		for (ULONG length : {1u, 63u, 64u, 65u, 4096u, 20000u}) {
			if (length > data.size() - offset)
				continue;

			std::vector<uint8_t> seen;
			Started started = bench->start(adapter, mdl, offset, length, true);

			ASSERT_EQ(started.status, NO_ERROR);
			EXPECT_EQ(started.length, length);
			EXPECT_EQ(bench->mappings(), 1u);
			EXPECT_EQ(bench->read_list(started.elements, seen), Access::Done);
			EXPECT_TRUE(std::equal(seen.begin(), seen.end(), data.begin() + offset));
			EXPECT_EQ(bench->write_list(started.elements, seen),
				  Access::WrongDirection);
			EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
			EXPECT_EQ(bench->mappings(), 0u);
			EXPECT_EQ(bench->read_list(started.elements, seen), Access::Blocked);
		}
	unlock(mdl);
	put(adapter);
}

TEST_P(TransferByKind, TheDeviceWritesExactlyTheRange)
{
	begin(GetParam());

	auto memory = pattern(20000);
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	unsigned int seed = 2;

	ASSERT_TRUE(bench->a.process.write(User::at(0, 123), memory.data(), memory.size()));

	PVOID mdl = bench->lock_for(bench->a, User::at(0, 123), memory.size(), VpWriteAccess);

	for (ULONG offset : {0u, 1u, 63u, 4095u, 4097u, 19999u})
		for (ULONG length : {1u, 65u, 4096u, 20000u}) {
			if (length > memory.size() - offset)
				continue;

			auto data = pattern(length, seed++);
			Started started = bench->start(adapter, mdl, offset, length, false);

			ASSERT_EQ(started.status, NO_ERROR);
			EXPECT_EQ(bench->write_list(started.elements, data), Access::Done);
			EXPECT_EQ(bench->complete(adapter, started, false), NO_ERROR);
			EXPECT_EQ(bench->write_list(started.elements, data), Access::Blocked);
			std::copy(data.begin(), data.end(), memory.begin() + offset);
			EXPECT_TRUE(
				same(memory_of(bench->a, User::at(0, 123), memory.size()), memory));
		}
	unlock(mdl);
	put(adapter);
}

TEST_P(TransferByKind, BytesThatTheDeviceDoesNotWriteKeepTheirValue)
{
	begin(GetParam());

	auto memory = pattern(8192);
	PVP_DMA_ADAPTER adapter = bench->get_adapter();

	ASSERT_TRUE(bench->a.process.write(User::at(0), memory.data(), memory.size()));

	PVOID mdl = bench->lock_for(bench->a, User::at(0), 8192);
	Started started = bench->start(adapter, mdl, 0, 8192, false);

	EXPECT_EQ(bench->write_list({{started.elements[0].address, 10}}, pattern(10, 2)),
		  Access::Done);
	EXPECT_EQ(bench->complete(adapter, started, false), NO_ERROR);

	auto written = pattern(10, 2);

	std::copy(written.begin(), written.end(), memory.begin());
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0), 8192), memory));
	unlock(mdl);
	put(adapter);
}

TEST_P(TransferByKind, OnAMappedBufferTheMappingThatExistsIsUsed)
{
	begin(GetParam());

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	LockedPages locked = bench->lock_pages_for(bench->a, User::at(0, 100), 12000);
	PVOID mdl = VideoPortGetMdl(bench->extension(), static_cast<PDMA>(locked.handle));

	ASSERT_EQ(mdl, locked.handle);
	EXPECT_EQ(bench->mappings(), 1u);

	/* what the client wrote since the lock reaches the device */
	auto data = pattern(6000, 3);
	std::vector<uint8_t> seen;

	ASSERT_TRUE(bench->a.process.write(User::at(0, 100 + 500), data.data(), data.size()));

	Started out = bench->start(adapter, mdl, 500, 6000, true);

	ASSERT_EQ(out.status, NO_ERROR);
	EXPECT_EQ(bench->mappings(), 1u);
	EXPECT_EQ(bench->counter("mappings"), 1u);
	EXPECT_EQ(bench->read_list(out.elements, seen), Access::Done);
	EXPECT_TRUE(same(seen, data));
	EXPECT_EQ(bench->complete(adapter, out, true), NO_ERROR);

	/* what the device writes reaches the client when it is complete, and only the range */
	Started in = bench->start(adapter, mdl, 7000, 5000, false);

	ASSERT_EQ(in.status, NO_ERROR);
	EXPECT_EQ(bench->write_list(in.elements, pattern(5000, 4)), Access::Done);
	EXPECT_EQ(bench->complete(adapter, in, false), NO_ERROR);
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0, 100 + 7000), 5000), pattern(5000, 4)));
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0, 100 + 500), 6000), data));
	EXPECT_EQ(bench->mappings(), 1u);
	unlock(mdl);
	EXPECT_EQ(bench->mappings(), 0u);
	put(adapter);
}

TEST_P(TransferByKind, WhatTheDeviceWroteByTheListOfTheLockIsTakenBackAtTheUnlock)
{
	begin(GetParam());

	LockedPages locked = bench->lock_pages_for(bench->a, User::at(0, 100), 12000);
	auto list = bench->segments(locked.handle);

	EXPECT_EQ(bench->write_list(list, pattern(12000, 5)), Access::Done);
	unlock(locked.handle);
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0, 100), 12000), pattern(12000, 5)));
}

TEST_P(TransferByKind, WithoutScatterGatherThereIsOneElement)
{
	begin(GetParam());

	PVP_DMA_ADAPTER adapter = bench->get_adapter(false);
	auto data = pattern(20 * 4096 - 7);

	ASSERT_TRUE(bench->a.process.write(User::at(0, 7), data.data(), data.size()));

	PVOID buffer = bench->lock_for(bench->a, User::at(0, 7), data.size());
	PVOID pages = bench->lock_pages_for(bench->a, User::at(0, 7), data.size()).handle;

	for (PVOID mdl : {buffer, pages})
		for (ULONG offset = 0; offset < data.size();) {
			auto length = static_cast<ULONG>(data.size() - offset);
			std::vector<uint8_t> seen;
			Started started = bench->start(adapter, mdl, offset, length, true);

			ASSERT_EQ(started.status, NO_ERROR);
			EXPECT_EQ(started.elements.size(), 1u);
			EXPECT_EQ(bench->read_list(started.elements, seen), Access::Done);
			EXPECT_TRUE(std::equal(seen.begin(), seen.end(), data.begin() + offset));
			EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
			ASSERT_GT(started.length, 0u);
			offset += started.length;
		}
	unlock(buffer);
	unlock(pages);
	put(adapter);
}

TEST_F(TransferTest, NeverMoreThanMaximumLength)
{
	begin(DmaKind::Iommu);

	PVP_DMA_ADAPTER adapter = bench->get_adapter(true, false, 5000);
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 20000);

	for (auto [wanted, moved] : {std::pair{4999u, 4999u}, {5000u, 5000u}, {5001u, 5000u}}) {
		Started started = bench->start(adapter, mdl, 3, wanted, true);

		EXPECT_EQ(started.length, moved);
		EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
	}
	unlock(mdl);
	put(adapter);
}

TEST_F(TransferTest, ElementsAreBelowTheMaskOfTheAdapter)
{
	begin(DmaKind::Direct, 2);

	for (bool wide : {false, true}) {
		PVP_DMA_ADAPTER adapter = bench->get_adapter(true, wide);
		PVOID mdl = bench->lock_for(bench->a, User::at(0), 20 * 4096);
		Started started = bench->start(adapter, mdl, 0, 20 * 4096, true);
		bool above = false;

		for (const Element &element : started.elements)
			above |= (element.address + element.length - 1) >> 32 != 0;
		EXPECT_EQ(above, wide);
		EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
		unlock(mdl);
		put(adapter);
	}
}

TEST_F(TransferTest, AMappingMadeForAWiderAdapterIsNotUsedByANarrowOne)
{
	begin(DmaKind::Direct, 2);

	PVP_DMA_ADAPTER wide = bench->get_adapter(true, true);
	PVOID mdl = bench->lock_pages_for(bench->a, User::at(0), 20 * 4096).handle;

	put(wide);

	/* refused as long as it is mapped, or given and kept */
	PVP_DMA_ADAPTER narrow = bench->get_adapter(true, false);

	if (narrow) {
		Started started = bench->start(narrow, mdl, 0, 20 * 4096, true);

		ASSERT_EQ(started.status, NO_ERROR);
		for (const Element &element : started.elements)
			EXPECT_EQ((element.address + element.length - 1) >> 32, 0u);
		EXPECT_EQ(bench->complete(narrow, started, true), NO_ERROR);
	} else {
		EXPECT_EQ(bench->counter("adapter_busy"), 1u);
	}
	unlock(mdl);
	if (!narrow)
		narrow = bench->get_adapter(true, false);
	EXPECT_TRUE(narrow);
	put(narrow);
}

TEST_F(TransferTest, RangesOutsideTheBufferAreRefused)
{
	begin(DmaKind::Iommu);

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5000);

	for (auto [offset, length] : {std::pair{0u, 0u},
				      {0u, 5001u},
				      {5000u, 1u},
				      {4999u, 2u},
				      {~0u, 1u},
				      {1u, ~0u},
				      {~0u, ~0u}})
		expect_start(ERROR_INVALID_PARAMETER, "bad_length", adapter, mdl, offset, length,
			     true);
	EXPECT_EQ(bench->counter("transfers"), 0u);
	unlock(mdl);
	put(adapter);
}

TEST_F(TransferTest, AWriteIntoWhatWasLockedForReadingIsRefused)
{
	begin(DmaKind::Iommu);

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5000, VpReadAccess);

	expect_start(ERROR_INVALID_PARAMETER, "bad_access", adapter, mdl, 0, 100, false);
	unlock(mdl);
	put(adapter);
}

TEST_F(TransferTest, HandlesThatAreNoneAreRefused)
{
	begin(DmaKind::Iommu);

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5000);
	auto *forged = static_cast<PVP_DMA_ADAPTER>(Bench::forged());

	expect_start(ERROR_INVALID_PARAMETER, "null_handle", nullptr, mdl, 0, 1, true);
	expect_start(ERROR_INVALID_PARAMETER, "null_handle", adapter, nullptr, 0, 1, true);
	expect_start(ERROR_INVALID_PARAMETER, "forged_handle", forged, mdl, 0, 1, true);
	expect_start(ERROR_INVALID_PARAMETER, "forged_handle", adapter, forged, 0, 1, true);
	expect_start(ERROR_INVALID_PARAMETER, "wrong_kind", adapter, adapter, 0, 1, true);
	expect_start(ERROR_INVALID_PARAMETER, "wrong_kind", static_cast<PVP_DMA_ADAPTER>(mdl), mdl,
		     0, 1, true);
	EXPECT_EQ(VideoPortStartDma(bench->extension(), adapter, mdl, 0, nullptr, nullptr, nullptr,
				    TRUE),
		  ERROR_INVALID_PARAMETER);
	bench->in_request(bench->b, [&] {
		expect_start(ERROR_INVALID_PARAMETER, "foreign_handle", adapter, mdl, 0, 1, true);
	});
	unlock(mdl);
	expect_start(ERROR_INVALID_PARAMETER, "stale_handle", adapter, mdl, 0, 1, true);
	put(adapter);
	expect_start(ERROR_INVALID_PARAMETER, "stale_handle", adapter, mdl, 0, 1, true);
}

TEST_F(TransferTest, StartsInADpcButNotInAnInterrupt)
{
	begin(DmaKind::Bounce);

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5000);
	Started started;

	bench->in_dpc([&] { started = bench->start(adapter, mdl, 0, 5000, true); });
	EXPECT_EQ(started.status, NO_ERROR);
	bench->in_interrupt([&] {
		EXPECT_EQ(bench->start(adapter, mdl, 0, 5000, true).status, ERROR_INVALID_FUNCTION);
	});
	EXPECT_EQ(bench->counter("wrong_context"), 1u);
	bench->in_dpc([&] { EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR); });
	unlock(mdl);
	put(adapter);
}

/* Looks wherever somebody else could run. */
class Onlooker : public Scheduler {
public:
	explicit Onlooker(std::function<void()> look) : look_(std::move(look))
	{
		set_scheduler(this);
	}
	~Onlooker() override { set_scheduler(nullptr); }
	void point() override { look_(); }
	void wait(bool (*)(void *), void *) override { ADD_FAILURE() << "nothing to wait for"; }

private:
	std::function<void()> look_;
};

TEST_P(TransferByKind, TheClientIsToldWhenTheBytesAreThere)
{
	begin(GetParam());

	auto data = pattern(5000);
	auto &wakes = bench->a.client->file->wakes;
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), data.size());
	Started started = bench->start(adapter, mdl, 0, data.size(), false);
	unsigned int looks = 0, told = 0;

	EXPECT_EQ(Adapter::completions(*bench->a.client, false), 0); /* it has asked */
	EXPECT_EQ(bench->write_list(started.elements, data), Access::Done);
	{
		Onlooker onlooker([&] {
			looks++;
			if (!wakes)
				return;
			told++;
			EXPECT_TRUE(same(memory_of(bench->a, User::at(0), data.size()), data));
		});

		EXPECT_EQ(bench->complete(adapter, started, false), NO_ERROR);
	}
	EXPECT_EQ(wakes, 1u);
	EXPECT_GT(looks, told);
	unlock(mdl);
	put(adapter);
}

TEST_F(TransferTest, CompletedInAnInterruptItIsFinishedLater)
{
	begin(DmaKind::Bounce);

	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 5000);
	Started started = bench->start(adapter, mdl, 0, 5000, false);

	EXPECT_EQ(bench->write_list(started.elements, pattern(5000)), Access::Done);
	bench->in_interrupt([&] {
		EXPECT_EQ(bench->complete(adapter, started, false), NO_ERROR);
		EXPECT_EQ(bench->complete(adapter, started, false), ERROR_INVALID_PARAMETER);
	});
	EXPECT_EQ(bench->counter("wrong_context"), 1u);
	EXPECT_EQ(bench->counter("transfers"), 1u);
	bench->run_work();
	EXPECT_EQ(bench->counter("transfers"), 0u);
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0), 5000), pattern(5000)));
	unlock(mdl);
	put(adapter);
}

} // namespace
