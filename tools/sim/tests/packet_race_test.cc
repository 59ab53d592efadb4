// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA, events and views by two threads at once, in every order: one that ends something ends
 * it, and nothing is left.
 */
#include "race.hpp"

#include "../platform/eventfd.hpp"

using namespace sim;

namespace {

class PacketRaceTest : public RaceTest {
protected:
	PDMA dma = nullptr;
	PEVENT event = nullptr;
	std::shared_ptr<EventCount> count;

	static void expect_quiet(Race &race)
	{
		EXPECT_EQ(race.bench.counter("transfers"), 0u);
		EXPECT_EQ(race.bench.counter("started"), race.bench.counter("completed"));
	}
	/// A handle with a DMA that runs.
	void start(Race &race, DMA_FLAGS flags = VideoPortKeepPagesLocked)
	{
		event = race.bench.lend(race.bench.a, &count);
		dma = race.bench.dma_for(race.bench.a, User::at(0), 8192, event);
		race.bench.do_dma(dma, flags);
	}
};

TEST_F(PacketRaceTest, TwoSignalsCompleteOnce)
{
	BOOLEAN signalled[2];

	for (DMA_FLAGS flags : {VideoPortKeepPagesLocked, VideoPortUnlockAfterDma})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				start(race, flags);
				bench.miniports[0].on_interrupt = [&] {
					signalled[1] = bench.signal(dma);
					return true;
				};
				race.fibers.give(race.first,
						 [&] { signalled[0] = bench.signal(dma); });
				race.fibers.give(race.second,
						 [&] { raise_interrupt(bench.device()); });
			},
			[&](Race &race) {
				EXPECT_EQ(signalled[0] + signalled[1], 1);
				EXPECT_EQ(count->value, 1u);
				EXPECT_EQ(Adapter::completions(*race.bench.a.client, true), 1);
				expect_quiet(race);
				run_work(race.bench.device());
				EXPECT_EQ(race.bench.pins(),
					  flags == VideoPortUnlockAfterDma ? 0u : 2u);
			});
}

TEST_F(PacketRaceTest, AnUnlockDuringASignalReleasesOnce)
{
	for (bool unlock_first : {false, true})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				start(race);
				race.fibers.give(unlock_first ? race.first : race.second, [&] {
					VideoPortUnlockBuffer(bench.extension(), dma);
				});
				race.fibers.give(unlock_first ? race.second : race.first,
						 [&] { EXPECT_TRUE(bench.signal(dma)); });
			},
			[&](Race &race) {
				EXPECT_EQ(race.bench.pins(), 0u);
				EXPECT_EQ(race.bench.counter("unlocked"), 1u);
				EXPECT_EQ(count->value, 1u);
				expect_quiet(race);
			});
}

TEST_F(PacketRaceTest, AnUnlockAndASignalThatUnlocksReleaseOnce)
{
	every_order(
		[&](Race &race) {
			Bench &bench = race.bench;

			start(race, VideoPortUnlockAfterDma);
			race.fibers.give(race.first, [&] { EXPECT_TRUE(bench.signal(dma)); });
			race.fibers.give(race.second,
					 [&] { VideoPortUnlockBuffer(bench.extension(), dma); });
		},
		[&](Race &race) {
			EXPECT_EQ(race.bench.pins(), 0u);
			EXPECT_EQ(race.bench.counter("unlocked"), 1u);
			expect_quiet(race);
		});
}

/* The device may be done before HwStartDma returns, or the signal may be a stray one before. */
TEST_F(PacketRaceTest, ASignalDuringDoDmaIsCountedOnce)
{
	bool signalled = false;

	for (HW_DMA_RETURN result : {DmaSyncReturn, DmaAsyncReturn})
		for (DMA_FLAGS flags : {VideoPortKeepPagesLocked, VideoPortUnlockAfterDma})
			every_order(
				[&](Race &race) {
					Bench &bench = race.bench;

					event = bench.lend(bench.a, &count);
					dma = bench.dma_for(bench.a, User::at(0), 8192, event);
					bench.miniports[0].on_start_dma = [&](PDMA) {
						point();
						return result;
					};
					race.fibers.give(race.first,
							 [&] { bench.do_dma(dma, flags); });
					race.fibers.give(race.second,
							 [&] { signalled = bench.signal(dma); });
				},
				[&](Race &race) {
					race.bench.miniports[0].on_start_dma = nullptr;
					/* too early: it is still to come */
					if (result == DmaAsyncReturn && !signalled) {
						EXPECT_TRUE(race.bench.signal(dma));
					}
					EXPECT_EQ(count->value, 1u);
					EXPECT_EQ(Adapter::completions(*race.bench.a.client, true),
						  1);
					expect_quiet(race);
					EXPECT_EQ(race.bench.pins(),
						  flags == VideoPortUnlockAfterDma ? 0u : 2u);
				});
}

TEST_F(PacketRaceTest, TwoDoDmasDoNotBothRun)
{
	unsigned int calls = 0;

	every_order(
		[&](Race &race) {
			Bench &bench = race.bench;

			calls = 0;
			dma = bench.dma_for(bench.a, User::at(0), 8192);
			bench.miniports[0].on_start_dma = [&](PDMA) {
				calls++;
				return DmaAsyncReturn;
			};
			for (Fiber *fiber : {&race.first, &race.second})
				race.fibers.give(*fiber, [&] { bench.do_dma(dma); });
		},
		[&](Race &race) {
			EXPECT_EQ(calls, 1u);
			EXPECT_EQ(race.bench.counter("overlap"), 1u);
			EXPECT_TRUE(race.bench.signal(dma));
			expect_quiet(race);
		});
}

TEST_F(PacketRaceTest, ADoDmaAndAStartDmaDoNotBothRun)
{
	PVP_DMA_ADAPTER adapter = nullptr;
	Started started;
	PDMA result = nullptr;

	every_order(
		[&](Race &race) {
			Bench &bench = race.bench;

			adapter = bench.get_adapter();
			dma = bench.dma_for(bench.a, User::at(0), 8192);
			race.fibers.give(race.first, [&] {
				started = bench.start(adapter, dma, 0, 8192, true);
			});
			race.fibers.give(race.second, [&] { result = bench.do_dma(dma); });
		},
		[&](Race &race) {
			EXPECT_EQ((started.status == NO_ERROR) + (result != nullptr), 1);
			if (result)
				EXPECT_TRUE(race.bench.signal(dma));
			else
				EXPECT_EQ(race.bench.complete(adapter, started, true), NO_ERROR);
			expect_quiet(race);
			VideoPortPutDmaAdapter(race.bench.extension(), adapter);
		});
}

TEST_F(PacketRaceTest, ASignalOrACloseDuringRemovalEndsItOnce)
{
	for (bool close : {false, true})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				start(race, VideoPortUnlockAfterDma);
				bench.miniports[0].on_interrupt = [&] {
					bench.signal(dma);
					return true;
				};
				race.fibers.give(race.first, [&] {
					if (close)
						Adapter::close(std::move(bench.a.client));
					else
						raise_interrupt(bench.device());
				});
				race.fibers.give(race.second, [&] { bench.adapters[0]->remove(); });
			},
			[&](Race &race) {
				EXPECT_EQ(count->value, 1u);
				EXPECT_EQ(race.bench.pins(), 0u);
				EXPECT_EQ(live_eventfds(), 0u);
				expect_quiet(race);
			});
}

/* ---- Events ---- */

TEST_F(PacketRaceTest, ASetEndsOneWaitAndIsNotMissed)
{
	VP_STATUS status = -1;

	for (ULONG kind : {NOTIFICATION_EVENT, SYNCHRONIZATION_EVENT})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				event = bench.event(kind);
				race.fibers.give(race.first, [&] {
					status = VideoPortWaitForSingleObject(bench.extension(),
									      event, nullptr);
				});
				race.fibers.give(race.second, [&] {
					VideoPortSetEvent(bench.extension(), event);
				});
			},
			[&](Race &race) {
				EXPECT_EQ(status, NO_ERROR);
				EXPECT_EQ(VideoPortReadStateEvent(race.bench.extension(), event) !=
						  0,
					  kind == NOTIFICATION_EVENT);
			});
}

TEST_F(PacketRaceTest, OneSetOfASynchronizationEventEndsOneOfTwoWaits)
{
	VP_STATUS status[2];

	every_order(
		[&](Race &race) {
			Bench &bench = race.bench;
			auto wait = [&](unsigned int which) {
				LARGE_INTEGER time{};

				time.QuadPart = -10000000;
				status[which] = VideoPortWaitForSingleObject(bench.extension(),
									     event, &time);
			};

			event = bench.event(SYNCHRONIZATION_EVENT | INITIAL_EVENT_SIGNALED);
			race.fibers.give(race.first, [&, wait] { wait(0); });
			race.fibers.give(race.second, [&, wait] { wait(1); });
		},
		[&](Race &) {
			EXPECT_EQ((status[0] == NO_ERROR) + (status[1] == NO_ERROR), 1);
			EXPECT_EQ((status[0] == WAIT_TIMEOUT) + (status[1] == WAIT_TIMEOUT), 1);
		});
}

TEST_F(PacketRaceTest, RemovalEndsAWaitInARequest)
{
	VP_STATUS status = NO_ERROR;

	for (bool removal_first : {false, true})
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				status = ERROR_INVALID_PARAMETER; /* if it is not asked at all */
				event = bench.event(NOTIFICATION_EVENT);
				bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
					status = VideoPortWaitForSingleObject(bench.extension(),
									      event, nullptr);
					return true;
				};
				race.first.process = race.second.process = &bench.a.process;
				race.fibers.give(removal_first ? race.second : race.first,
						 [&] { Adapter::request(*bench.a.client, 1, {}); });
				race.fibers.give(removal_first ? race.first : race.second,
						 [&] { bench.adapters[0]->remove(); });
			},
			[&](Race &) { EXPECT_EQ(status, ERROR_INVALID_PARAMETER); });
}

TEST_F(PacketRaceTest, AnEventIsTakenBackWhileItIsSetOrDeletedOrLent)
{
	for (unsigned int what = 0; what < 4; what++)
		every_order(
			[&](Race &race) {
				Bench &bench = race.bench;

				event = bench.lend(bench.a, &count);
				bench.miniports[0].on_interrupt = [&] {
					VideoPortSetEvent(bench.extension(), event);
					return true;
				};
				race.second.process = &bench.a.process;
				race.fibers.give(race.first, [&, what] {
					if (what == 0)
						raise_interrupt(bench.device());
					else if (what == 1)
						VideoPortReadStateEvent(bench.extension(), event);
					else if (what == 2)
						bench.adapters[0]->remove();
					else
						Adapter::event_unmap(
							*bench.a.client,
							reinterpret_cast<uint64_t>(event));
				});
				race.fibers.give(race.second, [&] {
					Adapter::event_unmap(*bench.a.client,
							     reinterpret_cast<uint64_t>(event));
				});
			},
			[&](Race &race) {
				run_work(race.bench.device());
				EXPECT_EQ(live_eventfds(), 0u);
				EXPECT_EQ(race.bench.counter("events"), 0u);
			});
}

TEST_F(PacketRaceTest, AnEventThatIsLentDuringRemovalIsGivenBack)
{
	int error = 0;

	every_order(
		[&](Race &race) {
			Bench &bench = race.bench;
			int descriptor = bench.a.process.open_eventfd();

			race.fibers.give(race.first, [&, descriptor] {
				uint64_t token;

				error = Adapter::event_map(*bench.a.client, descriptor, token);
			});
			race.fibers.give(race.second, [&] { bench.adapters[0]->remove(); });
		},
		[&](Race &race) {
			EXPECT_TRUE(!error || error == -VP_ENODEV) << error;
			EXPECT_EQ(live_eventfds(), 0u);
			EXPECT_EQ(race.bench.counter("events"), 0u);
		});
}

/* ---- Views ---- */

TEST_F(PacketRaceTest, AViewDoesNotOutliveWhatItShows)
{
	for (unsigned int what = 0; what < 2; what++)
		for (bool map_first : {false, true})
			every_order(
				[&](Race &race) {
					Bench &bench = race.bench;
					PHYSICAL_ADDRESS logical{};
					ULONG actual;
					PVOID memory =
						VideoPortGetCommonBuffer(bench.extension(), 5000, 0,
									 &logical, &actual, FALSE);

					bench.miniports[0].on_start_io =
						[&, logical](VIDEO_REQUEST_PACKET &) {
							ULONG length = 5000;

							(void)bench.view(static_cast<uint64_t>(
										 logical.QuadPart),
									 length);
							return true;
						};
					race.first.process = race.second.process = &bench.a.process;
					race.fibers.give(map_first ? race.first : race.second, [&] {
						Adapter::request(*bench.a.client, 1, {});
					});
					race.fibers.give(
						map_first ? race.second : race.first,
						[&, what, memory, logical] {
							if (what)
								bench.adapters[0]->remove();
							else
								VideoPortFreeCommonBuffer(
									bench.extension(), 5000,
									memory, logical, FALSE);
						});
				},
				[](Race &race) {
					EXPECT_EQ(race.bench.counter("common_buffers"), 0u);
					EXPECT_EQ(race.bench.counter("views"), 0u);
					race.bench.miniports[0].on_start_io = nullptr;
				});
}

} // namespace
