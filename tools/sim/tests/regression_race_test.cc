// SPDX-License-Identifier: GPL-2.0
/*
 * What the simulation has found in the core that takes two threads: each of the two is stopped after
 * every number of platform calls while the other one runs. A test here that fails is a bug.
 */
#include "race.hpp"

using namespace sim;

namespace {

/*
 * Dma::client_gone() takes a client's buffers out of the table and releases them one by one:
 * removal finds none any more, and returns while some are still pinned and mapped.
 */
TEST_F(RaceTest, RemovalWaitsForAClientThatCloses)
{
	every_order([](Race &race) {
		Bench &bench = race.bench;

		bench.lock_pages_for(bench.a, User::at(0), 4096);
		bench.lock_for(bench.a, User::at(2), 4096);
		race.fibers.give(race.first, [&] { Adapter::close(std::move(bench.a.client)); });
		race.fibers.give(race.second, [&] { bench.adapters[0]->remove(); });
	});
}

/* As RegressionBufferTest, but by the steps of the platform: a request and a removal. */
TEST_F(RaceTest, RemovalLeavesTheSystemBuffersOfRequests)
{
	expect_survives([this] {
		every_order([](Race &race) {
			race.fibers.give(race.first, [&] {
				std::vector<uint8_t> data(100);

				Adapter::request(*race.bench.a.client, 1, data);
			});
			race.fibers.give(race.second, [&] { race.bench.adapters[0]->remove(); });
		});
	});
}

/*
 * Dma::allocate_common() looks up the adapter, and counts its work only after the allocation: a put
 * in between succeeds, and the buffer can never be released, since its adapter is stale.
 */
TEST_F(RaceTest, AnAdapterIsNotPutWhileACommonBufferIsAllocated)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	PHYSICAL_ADDRESS logical{};
	PVOID memory = nullptr;

	every_order(
		[&](Race &race) {
			adapter = race.bench.get_adapter();
			race.fibers.give(race.first, [&] {
				memory = VideoPortAllocateCommonBuffer(race.bench.extension(),
								       adapter, 4096, &logical,
								       FALSE, nullptr);
			});
			race.fibers.give(race.second, [&] {
				VideoPortPutDmaAdapter(race.bench.extension(), adapter);
			});
		},
		[&](Race &race) {
			if (memory)
				VideoPortReleaseCommonBuffer(race.bench.extension(), adapter, 4096,
							     logical, memory, FALSE);
			EXPECT_EQ(race.bench.counter("common_buffers"), 0u);
			EXPECT_EQ(race.bench.counter("stale_handle"), memory ? 0u : 1u);
			VideoPortPutDmaAdapter(race.bench.extension(), adapter);
		});
}

/*
 * Dma::set_mask() looks whether something is mapped, and then changes the mask: a transfer that is
 * started in between, by a DPC, has a mapping when it changes.
 */
TEST_F(RaceTest, TheMaskIsNotChangedWhileATransferStarts)
{
	PVP_DMA_ADAPTER wide = nullptr, narrow = nullptr;
	Started started;
	PVOID mdl = nullptr;

	every_order(
		[&](Race &race) {
			wide = race.bench.get_adapter(true, true);
			mdl = race.bench.lock_for(race.bench.a, User::at(0), 8192);
			race.fibers.give(race.first,
					 [&] { narrow = race.bench.get_adapter(true, false); });
			race.fibers.give(race.second, [&] {
				started = race.bench.start(wide, mdl, 0, 8192, true);
			});
		},
		[&](Race &race) {
			/* or refused: it may be tried again */
			EXPECT_EQ(started.status == NO_ERROR
					  ? race.bench.complete(wide, started, true)
					  : ERROR_NOT_ENOUGH_MEMORY,
				  started.status);
			VideoPortUnlockBuffer(race.bench.extension(), mdl);
			VideoPortPutDmaAdapter(race.bench.extension(), wide);
			if (narrow)
				VideoPortPutDmaAdapter(race.bench.extension(), narrow);
		});
}

/*
 * Dma::complete() holds a reference to the adapter while it looks for the transfer. In an interrupt
 * that may be the last one, when the adapter is put meanwhile: then it is freed at DIRQL.
 */
TEST_F(RaceTest, AnAdapterThatIsPutDuringAnInterruptIsNotFreedThere)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	Started unknown;
	int list;

	unknown.list = reinterpret_cast<PVP_SCATTER_GATHER_LIST>(&list);
	every_order([&](Race &race) {
		Bench &bench = race.bench;

		adapter = bench.get_adapter();
		bench.miniports[0].on_interrupt = [&] {
			EXPECT_EQ(bench.complete(adapter, unknown, true), ERROR_INVALID_PARAMETER);
			return true;
		};
		race.fibers.give(race.first, [&] { raise_interrupt(bench.device()); });
		race.fibers.give(race.second,
				 [&] { VideoPortPutDmaAdapter(bench.extension(), adapter); });
	});
}

/* Dma::release_common() did the same. */
TEST_F(RaceTest, AnAdapterThatIsPutWhileAnInterruptReleasesMemoryIsNotFreedThere)
{
	PVP_DMA_ADAPTER adapter = nullptr;

	every_order([&](Race &race) {
		Bench &bench = race.bench;

		adapter = bench.get_adapter();
		bench.miniports[0].on_interrupt = [&] {
			VideoPortReleaseCommonBuffer(bench.extension(), adapter, 4096, {}, nullptr,
						     FALSE);
			return true;
		};
		race.fibers.give(race.first, [&] { raise_interrupt(bench.device()); });
		race.fibers.give(race.second,
				 [&] { VideoPortPutDmaAdapter(bench.extension(), adapter); });
	});
}

/*
 * Whoever is shown the handles of a port knows one before the call that makes it has returned: the
 * buffer may be gone when the lock is told to whoever traces.
 */
TEST_F(RaceTest, ALockIsToldOfThoughItsHandleIsUnlockedMeanwhile)
{
	expect_survives([this] {
		PVOID memory = nullptr;

		every_order([&](Race &race) {
			Bench &bench = race.bench;

			memory = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 4096, 0);
			race.fibers.give(race.first, [&] {
				bench.lock_buffer(reinterpret_cast<uintptr_t>(memory), 4096,
						  VpModifyAccess);
			});
			race.fibers.give(race.second, [&] {
				vp_shown_handle shown;
				uint32_t place = 0;

				if (vp_core_handle(bench.device().port, &place, &shown))
					VideoPortUnlockBuffer(bench.extension(),
							      reinterpret_cast<PVOID>(shown.token));
			});
		});
	});
}

/* These are in order, and shall stay so. */

TEST_F(RaceTest, TwoUnlocksOfOneHandleReleaseItOnce)
{
	PVOID mdl = nullptr;

	every_order(
		[&](Race &race) {
			mdl = race.bench.lock_pages_for(race.bench.a, User::at(0), 8192).handle;
			for (Fiber *fiber : {&race.first, &race.second})
				race.fibers.give(*fiber, [&] {
					VideoPortUnlockBuffer(race.bench.extension(), mdl);
				});
		},
		[](Race &race) {
			EXPECT_EQ(race.bench.counter("unlocked"), 1u);
			EXPECT_EQ(race.bench.counter("stale_handle"), 1u);
			EXPECT_EQ(race.bench.pins(), 0u);
		});
}

TEST_F(RaceTest, AnUnlockDuringAStartKeepsOrRefusesTheTransfer)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	PVOID mdl = nullptr;
	Started started;

	for (bool pages : {false, true})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				adapter = bench.get_adapter();
				mdl = pages ? bench.lock_pages_for(bench.a, User::at(0), 8192)
						      .handle
					    : bench.lock_for(bench.a, User::at(0), 8192);
				race.fibers.give(race.first, [&] {
					started = bench.start(adapter, mdl, 0, 8192, false);
				});
				race.fibers.give(race.second, [&] {
					VideoPortUnlockBuffer(bench.extension(), mdl);
				});
			},
			[&](Race &race) {
				if (started.status == NO_ERROR) {
					EXPECT_EQ(race.bench.write_list(started.elements,
									pattern(8192)),
						  Access::Done);
					EXPECT_EQ(race.bench.complete(adapter, started, false),
						  NO_ERROR);
				}
				EXPECT_EQ(race.bench.pins(), 0u);
				EXPECT_EQ(race.bench.mappings(), 0u);
				VideoPortPutDmaAdapter(race.bench.extension(), adapter);
			});
}

TEST_F(RaceTest, TwoCompletionsOfOneTransferEndItOnce)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	PVOID mdl = nullptr;
	Started started;
	VP_STATUS status[2];

	every_order(
		[&](Race &race) {
			adapter = race.bench.get_adapter();
			mdl = race.bench.lock_for(race.bench.a, User::at(0), 8192);
			started = race.bench.start(adapter, mdl, 0, 8192, false);
			race.fibers.give(race.first, [&] {
				status[0] = race.bench.complete(adapter, started, false);
			});
			race.fibers.give(race.second, [&] {
				status[1] = race.bench.complete(adapter, started, false);
			});
		},
		[&](Race &race) {
			EXPECT_EQ((status[0] == NO_ERROR) + (status[1] == NO_ERROR), 1);
			EXPECT_EQ(race.bench.mappings(), 0u);
			VideoPortUnlockBuffer(race.bench.extension(), mdl);
			VideoPortPutDmaAdapter(race.bench.extension(), adapter);
		});
}

TEST_F(RaceTest, TwoStartsThatShareALineAreNotBothInFlight)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	PVOID mdl = nullptr;
	Started started[2];

	every_order(
		[&](Race &race) {
			adapter = race.bench.get_adapter();
			mdl = race.bench.lock_for(race.bench.a, User::at(0), 8192);
			race.fibers.give(race.first, [&] {
				started[0] = race.bench.start(adapter, mdl, 0, 100, false);
			});
			race.fibers.give(race.second, [&] {
				started[1] = race.bench.start(adapter, mdl, 100, 100, true);
			});
		},
		[&](Race &race) {
			unsigned int in_flight = 0;

			for (unsigned int i = 0; i < 2; i++)
				if (started[i].status == NO_ERROR) {
					in_flight++;
					EXPECT_EQ(race.bench.complete(adapter, started[i], i == 1),
						  NO_ERROR);
				}
			EXPECT_EQ(in_flight, 1u);
			VideoPortUnlockBuffer(race.bench.extension(), mdl);
			VideoPortPutDmaAdapter(race.bench.extension(), adapter);
		});
}

} // namespace
