// SPDX-License-Identifier: GPL-2.0
/*
 * Several transfers in flight on one buffer: which may be there together, and how each is named and
 * completed.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class FlightTest : public testing::Test {
protected:
	void begin(size_t cache_line = 64)
	{
		MachineConfig config;

		config.cache_line = cache_line;
		bench = std::make_unique<Bench>(config);
		adapter = bench->get_adapter();
	}
	void TearDown() override
	{
		VideoPortPutDmaAdapter(bench->extension(), adapter);
		bench.reset();
	}
	Started start(PVOID mdl, ULONG offset, ULONG length, bool to_device)
	{
		return bench->start(adapter, mdl, offset, length, to_device);
	}
	void complete(const Started &started, bool to_device)
	{
		EXPECT_EQ(bench->complete(adapter, started, to_device), NO_ERROR);
	}

	std::unique_ptr<Bench> bench;
	PVP_DMA_ADAPTER adapter = nullptr;
};

struct Pair {
	ULONG first, first_length, second, second_length;
	bool shares;
};

class FlightLines : public FlightTest, public testing::WithParamInterface<Pair> {};

/* The buffer begins at byte 10 of a page: lines end at 54, 118, ... of it. */
INSTANTIATE_TEST_SUITE_P(Ranges, FlightLines,
			 testing::Values(Pair{0, 10, 10, 10, true}, Pair{0, 54, 54, 1, false},
					 Pair{0, 55, 55, 1, true}, Pair{54, 64, 118, 1, false},
					 Pair{54, 65, 119, 1, true}, Pair{118, 1, 0, 54, false},
					 Pair{118, 1, 0, 118, false}, Pair{118, 1, 0, 119, true},
					 Pair{0, 5000, 100, 1, true}, Pair{100, 1, 0, 5000, true}));

TEST_P(FlightLines, AWriterSharesNoCacheLineWithAnotherTransfer)
{
	auto [first, first_length, second, second_length, shares] = GetParam();

	begin();
	for (bool pages : {false, true}) {
		PVOID mdl = pages ? bench->lock_pages_for(bench->a, User::at(0, 10), 8000).handle
				  : bench->lock_for(bench->a, User::at(0, 10), 8000);

		for (auto [one, other] :
		     {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
			Started a = start(mdl, first, first_length, one);
			uint64_t before = bench->counter("overlap");

			ASSERT_EQ(a.status, NO_ERROR);

			Started b = start(mdl, second, second_length, other);
			bool refused = shares && !(one && other);

			EXPECT_EQ(b.status, refused ? ERROR_INVALID_PARAMETER : NO_ERROR);
			EXPECT_EQ(bench->counter("overlap"), before + refused);
			complete(a, one);
			if (!refused)
				complete(b, other);

			/* the place is free again */
			Started again = start(mdl, second, second_length, other);

			ASSERT_EQ(again.status, NO_ERROR);
			complete(again, other);
		}
		VideoPortUnlockBuffer(bench->extension(), mdl);
	}
}

TEST_F(FlightTest, TheLineIsThatOfTheMachine)
{
	begin(128);

	PVOID mdl = bench->lock_for(bench->a, User::at(0), 8000);
	Started first = start(mdl, 0, 64, false);

	EXPECT_EQ(start(mdl, 64, 64, false).status, ERROR_INVALID_PARAMETER);

	Started second = start(mdl, 128, 64, false);

	EXPECT_EQ(second.status, NO_ERROR);
	complete(first, false);
	complete(second, false);
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_F(FlightTest, ManyAreInFlightAndAreCompletedInAnyOrder)
{
	begin();

	PVOID mdl = bench->lock_for(bench->a, User::at(0), 20 * 4096);
	std::vector<Started> all;

	for (ULONG i = 0; i < 20; i++) {
		all.push_back(start(mdl, i * 4096, 4096, false));
		ASSERT_EQ(all.back().status, NO_ERROR);
		EXPECT_EQ(bench->write_list(all.back().elements, pattern(4096, i)), Access::Done);
	}
	EXPECT_EQ(bench->counter("transfers"), 20u);
	for (ULONG i = 0; i < 20; i++)
		complete(all[i * 7 % 20], false);
	for (unsigned int i = 0; i < 20; i++)
		EXPECT_TRUE(same(memory_of(bench->a, User::at(i), 4096), pattern(4096, i)));
	EXPECT_EQ(bench->counter("transfers"), 0u);
	EXPECT_EQ(bench->counter("completed"), 20u);
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_F(FlightTest, AListThatNamesNoTransferInFlightIsRefusedUntouched)
{
	begin();

	PVOID mdl = bench->lock_for(bench->a, User::at(0), 4096);
	Started started = start(mdl, 0, 4096, false);
	Started unknown;
	VP_SCATTER_GATHER_LIST own{};

	for (PVP_SCATTER_GATHER_LIST list :
	     {&own, reinterpret_cast<PVP_SCATTER_GATHER_LIST>(User::at(0)),
	      reinterpret_cast<PVP_SCATTER_GATHER_LIST>(~0ull),
	      reinterpret_cast<PVP_SCATTER_GATHER_LIST>(1)}) {
		unknown.list = list;
		EXPECT_EQ(bench->complete(adapter, unknown, false), ERROR_INVALID_PARAMETER);
	}
	EXPECT_EQ(bench->counter("unknown_list"), 4u);
	unknown.list = nullptr;
	EXPECT_EQ(bench->complete(adapter, unknown, false), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench->counter("null_handle"), 1u);
	complete(started, false);
	EXPECT_EQ(bench->complete(adapter, started, false), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench->counter("unknown_list"), 5u);
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_F(FlightTest, CompletedOnAnotherAdapterIsRefused)
{
	begin();

	PVP_DMA_ADAPTER other = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 4096);
	Started started = start(mdl, 0, 4096, false);

	EXPECT_EQ(bench->complete(other, started, false), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench->complete(nullptr, started, false), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench->counter("transfers"), 1u);
	complete(started, false);
	VideoPortPutDmaAdapter(bench->extension(), other);
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_F(FlightTest, TheDirectionOfTheStartCounts)
{
	begin();

	PVOID mdl = bench->lock_for(bench->a, User::at(0), 4096);
	Started started = start(mdl, 0, 4096, false);

	EXPECT_EQ(bench->write_list(started.elements, pattern(4096)), Access::Done);
	/* said to be the other one: counted, and ended as it was started */
	EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
	EXPECT_EQ(bench->counter("bad_parameter"), 1u);
	EXPECT_TRUE(same(memory_of(bench->a, User::at(0), 4096), pattern(4096)));
	VideoPortUnlockBuffer(bench->extension(), mdl);
	EXPECT_TRUE(bench->a.process.entry(0).page->dirty);
}

TEST_F(FlightTest, HwVidExecuteDmaMayCompleteAtOnce)
{
	begin();

	struct Context {
		Bench *bench;
		PVP_DMA_ADAPTER adapter;
		unsigned int completed;
	} context{bench.get(), adapter, 0};
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 8192);
	ULONG length = 8192;

	EXPECT_EQ(VideoPortStartDma(
			  bench->extension(), adapter, mdl, 0, &length,
			  [](PVOID extension, PVP_DMA_ADAPTER of, PVP_SCATTER_GATHER_LIST list,
			     PVOID at) {
				  auto &given = *static_cast<Context *>(at);

				  EXPECT_EQ(VideoPortCompleteDma(extension, of, list, FALSE),
					    NO_ERROR);
				  given.completed++;
			  },
			  &context, FALSE),
		  NO_ERROR);
	EXPECT_EQ(context.completed, 1u);
	EXPECT_EQ(bench->counter("transfers"), 0u);
	VideoPortUnlockBuffer(bench->extension(), mdl);
	EXPECT_EQ(bench->pins(), 0u);
}

} // namespace
