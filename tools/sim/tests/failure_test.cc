// SPDX-License-Identifier: GPL-2.0
/*
 * "After any failure the state is the state before the call": for each call of a miniport, the
 * first, second, ... call of the platform inside it that may fail is made to, until it succeeds.
 */
#include "bench.hpp"

#include "../platform/arena.hpp"
#include "../platform/eventfd.hpp"

using namespace sim;

namespace {

/* All that a failed call must not change. */
struct Before {
	std::vector<uint64_t> alive;
	size_t eventfds, views, pins, mappings, coherent, blocks;
	uint64_t charged;

	bool operator==(const Before &) const = default;
};

class FailureTest : public testing::TestWithParam<DmaKind> {
protected:
	void SetUp() override
	{
		MachineConfig config;

		config.dma = GetParam();
		bench = std::make_unique<Bench>(config, nt4_kind());
		/* what the first handle needs is there: else it would be new each time */
		PVP_DMA_ADAPTER adapter = bench->get_adapter();

		VideoPortPutDmaAdapter(bench->extension(), adapter);
	}
	void TearDown() override { bench.reset(); }

	Before now()
	{
		Before state{};

		for (const char *name :
		     {"clients", "adapters", "locked_buffers", "pinned_pages", "mappings",
		      "transfers", "common_buffers", "allocations", "events", "views"})
			state.alive.push_back(bench->counter(name));
		state.eventfds = live_eventfds();
		state.views = live_views(bench->device());
		state.pins = bench->pins();
		state.mappings = bench->mappings();
		state.coherent = live_coherent(bench->device());
		state.blocks = arena::live_blocks();
		state.charged = bench->a.process.charged;
		return state;
	}

	/// @p call says whether it succeeded. Return: at which failure it did for the first time.
	template <class Call> unsigned int until_success(Call call)
	{
		for (unsigned int n = 1; n < 200; n++) {
			Before before = now();
			bool succeeded, hit;
			{
				FailAt fail(n);

				succeeded = call();
				hit = fail.hit();
			}
			EXPECT_EQ(succeeded, !hit) << "at the " << n << ". call that may fail";
			if (!hit)
				return n;

			Before after = now();

			EXPECT_EQ(after.alive, before.alive) << n;
			EXPECT_EQ(after.eventfds, before.eventfds) << n;
			EXPECT_EQ(after.views, before.views) << n;
			EXPECT_EQ(after.pins, before.pins) << n;
			EXPECT_EQ(after.mappings, before.mappings) << n;
			EXPECT_EQ(after.coherent, before.coherent) << n;
			EXPECT_EQ(after.charged, before.charged) << n;
			EXPECT_EQ(after.blocks, before.blocks) << n;
		}
		ADD_FAILURE() << "it never succeeds";
		return 0;
	}

	std::unique_ptr<Bench> bench;
};

INSTANTIATE_TEST_SUITE_P(Kinds, FailureTest, testing::ValuesIn(every_dma_kind), dma_kind_name);

TEST_P(FailureTest, LockPages)
{
	LockedPages locked;

	bench->in_request(bench->a, [&] {
		EXPECT_GT(until_success([&] {
				  locked = bench->lock_pages(User::at(0, 5), 20000);
				  return locked.locked;
			  }),
			  3u);
		VideoPortUnlockPages(bench->extension(), static_cast<PDMA>(locked.handle));
	});
}

TEST_P(FailureTest, LockBuffer)
{
	PVOID mdl = nullptr;

	bench->in_request(bench->a, [&] {
		EXPECT_GT(until_success([&] {
				  mdl = bench->lock_buffer(User::at(0, 5), 20000, VpWriteAccess);
				  return mdl != nullptr;
			  }),
			  2u);
	});
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_P(FailureTest, LockBufferOfTheMiniportsMemory)
{
	auto memory = reinterpret_cast<uint64_t>(
		VideoPortAllocatePool(bench->extension(), VpNonPagedPool, 10000, 0));
	PVOID mdl = nullptr;

	until_success([&] {
		mdl = bench->lock_buffer(memory, 10000, VpWriteAccess);
		return mdl != nullptr;
	});
	VideoPortUnlockBuffer(bench->extension(), mdl);
}

TEST_P(FailureTest, StartDma)
{
	PVP_DMA_ADAPTER adapters[] = {bench->get_adapter(true), bench->get_adapter(false)};
	PVOID buffer = bench->lock_for(bench->a, User::at(0, 5), 20000);
	PVOID pages = bench->lock_pages_for(bench->a, User::at(0, 5), 20000).handle;

	for (PVP_DMA_ADAPTER adapter : adapters)
		for (PVOID mdl : {buffer, pages})
			for (bool to_device : {true, false}) {
				Started started;

				EXPECT_GT(until_success([&] {
						  started = bench->start(adapter, mdl, 100, 15000,
									 to_device);
						  EXPECT_TRUE(started.status == NO_ERROR ||
							      started.status ==
								      ERROR_NOT_ENOUGH_MEMORY);
						  return started.status == NO_ERROR;
					  }),
					  1u);
				EXPECT_EQ(bench->complete(adapter, started, to_device), NO_ERROR);
			}
	VideoPortUnlockBuffer(bench->extension(), buffer);
	VideoPortUnlockBuffer(bench->extension(), pages);
	EXPECT_TRUE(bench->a.process.entry(1).page->dirty);
	for (PVP_DMA_ADAPTER adapter : adapters)
		VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, StartDmaInADpc)
{
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0, 5), 20000);

	bench->in_dpc([&] {
		Started started;

		until_success([&] {
			started = bench->start(adapter, mdl, 100, 15000, false);
			return started.status == NO_ERROR;
		});
		EXPECT_EQ(bench->complete(adapter, started, false), NO_ERROR);
	});
	VideoPortUnlockBuffer(bench->extension(), mdl);
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, AFailedStartForTheDeviceToWriteLeavesPagesClean)
{
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 4096);

	for (unsigned int n = 1; n <= 2; n++) {
		FailAt fail(n);

		EXPECT_NE(bench->start(adapter, mdl, 0, 4096, false).status, NO_ERROR);
	}
	VideoPortUnlockBuffer(bench->extension(), mdl);
	EXPECT_FALSE(bench->a.process.entry(0).page->dirty);
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, AListThatIsLongTakesMemoryOfItsOwn)
{
	constexpr ULONG few = 17;
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0), 20 * 4096);
	Started started;
	unsigned int tries = until_success([&] {
		started = bench->start(adapter, mdl, 0, 20 * 4096, true);
		return started.status == NO_ERROR;
	});

	ASSERT_NE(started.list, nullptr);
	EXPECT_EQ(tries, started.list->NumberOfElements > few ? 4u : 3u);
	EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
	VideoPortUnlockBuffer(bench->extension(), mdl);
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, GetDmaAdapter)
{
	PVP_DMA_ADAPTER adapter = nullptr;

	until_success([&] {
		adapter = bench->get_adapter(true, true);
		return adapter != nullptr;
	});
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, CommonBuffers)
{
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PHYSICAL_ADDRESS logical{};
	PVOID memory = nullptr;
	ULONG actual = 77;

	until_success([&] {
		memory = VideoPortAllocateCommonBuffer(bench->extension(), adapter, 5000, &logical,
						       TRUE, nullptr);
		return memory != nullptr;
	});
	VideoPortReleaseCommonBuffer(bench->extension(), adapter, 5000, logical, memory, TRUE);
	until_success([&] {
		memory = VideoPortGetCommonBuffer(bench->extension(), 5000, 0, &logical, &actual,
						  FALSE);
		EXPECT_EQ(actual, memory ? 5000u : 0u);
		return memory != nullptr;
	});
	VideoPortFreeCommonBuffer(bench->extension(), 5000, memory, logical, FALSE);
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

TEST_P(FailureTest, MemoryAndSpinLocks)
{
	PVOID memory = nullptr, buffer = nullptr;
	PSPIN_LOCK lock = nullptr;

	until_success([&] {
		memory = VideoPortAllocatePool(bench->extension(), VpNonPagedPool, 500, 0);
		return memory != nullptr;
	});
	until_success([&] {
		VP_STATUS status = VideoPortAllocateBuffer(bench->extension(), 500, &buffer);

		EXPECT_EQ(status, buffer ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY);
		return buffer != nullptr;
	});
	until_success([&] {
		VP_STATUS status = VideoPortCreateSpinLock(bench->extension(), &lock);

		EXPECT_EQ(status, lock ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY);
		return lock != nullptr;
	});
	VideoPortFreePool(bench->extension(), memory);
	VideoPortReleaseBuffer(bench->extension(), buffer);
	VideoPortDeleteSpinLock(bench->extension(), lock);
}

TEST_P(FailureTest, OpenAndRequest)
{
	std::vector<uint8_t> data(100);

	bench->close(bench->a);
	until_success([&] { return bench->open(bench->a) == 0; });
	until_success([&] {
		Running running(bench->a.thread);
		/* the running thread is another one: say it there */
		FailAt fail(0);

		return Adapter::request(*bench->a.client, 1, data).error == 0;
	});
}

TEST_P(FailureTest, LockPagesThatStartsADma)
{
	for (DMA_FLAGS flags : {VideoPortKeepPagesLocked, VideoPortUnlockAfterDma}) {
		PEVENT user = bench->lend(bench->a), display = bench->event(NOTIFICATION_EVENT);
		LockedPages locked;

		bench->in_request(bench->a, [&] {
			EXPECT_GT(until_success([&] {
					  locked = bench->lock_pages(User::at(0, 5), 20000, flags,
								     user, display);
					  return locked.locked;
				  }),
				  3u);
		});
		/* what ends it cannot fail */
		FailAt fail(1, true);

		EXPECT_TRUE(bench->signal(static_cast<PDMA>(locked.handle)));
		EXPECT_FALSE(fail.hit());
		VideoPortUnlockBuffer(bench->extension(), locked.handle);
		EXPECT_FALSE(fail.hit());
	}
}

TEST_P(FailureTest, DoDmaNeedsNothing)
{
	PDMA dma = bench->dma_for(bench->a, User::at(0, 5), 20000);

	EXPECT_EQ(until_success([&] { return bench->do_dma(dma) != nullptr; }), 1u);
	EXPECT_TRUE(bench->signal(dma));
	EXPECT_EQ(until_success([&] {
			  VideoPortSetDmaContext(bench->extension(), dma, dma);
			  VideoPortSetBytesUsed(bench->extension(), dma, 5);
			  return VideoPortGetBytesUsed(bench->extension(), dma) == 5;
		  }),
		  1u);
}

TEST_P(FailureTest, Events)
{
	Running running(bench->a.thread);
	int descriptor = bench->a.process.open_eventfd();
	PEVENT event = nullptr;
	uint64_t token = 0;
	LARGE_INTEGER second{};

	EXPECT_GT(until_success([&] {
			  VP_STATUS status =
				  VideoPortCreateEvent(bench->extension(), 0, nullptr, &event);

			  EXPECT_EQ(status, event ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY);
			  return event != nullptr;
		  }),
		  1u);
	EXPECT_GT(until_success(
			  [&] { return !Adapter::event_map(*bench->a.client, descriptor, token); }),
		  2u);
	second.QuadPart = -10000000;
	EXPECT_EQ(until_success([&] {
			  VP_STATUS status =
				  VideoPortWaitForSingleObject(bench->extension(), event, &second);

			  EXPECT_TRUE(status == static_cast<VP_STATUS>(WAIT_TIMEOUT) ||
				      status == ERROR_INVALID_PARAMETER);
			  return status == static_cast<VP_STATUS>(WAIT_TIMEOUT);
		  }),
		  2u);
}

TEST_P(FailureTest, HandlesWithEventsAndViews)
{
	PEVENT event = bench->lend(bench->a);
	PVOID extension = bench->extension();
	PHYSICAL_ADDRESS board{}, highest{};
	ULONG length = 5000, space = 0, actual;
	PVOID memory = VideoPortGetCommonBuffer(extension, 5000, 0, &board, &actual, FALSE);
	PVOID seen = nullptr;
	PDMA dma = nullptr;

	bench->request(bench->a, [&](VIDEO_REQUEST_PACKET &packet) {
		EXPECT_GT(until_success([&] {
				  dma = VideoPortAssociateEventsWithDmaHandle(extension, &packet,
									      event, nullptr);
				  return dma != nullptr;
			  }),
			  1u);
		VideoPortUnlockPages(extension, dma);
		EXPECT_GT(until_success([&] {
				  dma = VideoPortMapDmaMemory(extension, &packet, board, &length,
							      &space, event, nullptr, &seen);
				  return dma != nullptr;
			  }),
			  3u);
		EXPECT_EQ(until_success([&] {
				  return VideoPortUnmapDmaMemory(extension, seen, nullptr, dma) !=
					 FALSE;
			  }),
			  1u);
		EXPECT_GT(until_success([&] {
				  length = 5000;
				  return bench->view(static_cast<uint64_t>(board.QuadPart),
						     length) != 0;
			  }),
			  2u);
	});
	VideoPortFreeCommonBuffer(extension, 5000, memory, board, FALSE);
	highest.QuadPart = 0xffffff;
	EXPECT_GT(until_success([&] {
			  return VideoPortAllocateContiguousMemory(extension, 5000, highest) !=
				 nullptr;
		  }),
		  2u);
}

TEST_P(FailureTest, EveryLaterCallFailsToo)
{
	PVP_DMA_ADAPTER adapter = bench->get_adapter();
	PVOID mdl = bench->lock_for(bench->a, User::at(0, 5), 20000);

	bench->in_request(bench->a, [&] {
		for (unsigned int n = 1; n < 12; n++) {
			Before before = now();
			FailAt fail(n, true);

			if (LockedPages locked = bench->lock_pages(User::at(8), 9000);
			    locked.locked) {
				EXPECT_FALSE(fail.hit());
				VideoPortUnlockPages(bench->extension(),
						     static_cast<PDMA>(locked.handle));
			}
			EXPECT_EQ(now(), before);
		}
		for (unsigned int n = 1; n < 12; n++) {
			Before before = now();
			FailAt fail(n, true);
			Started started = bench->start(adapter, mdl, 0, 9000, true);

			if (started.status == NO_ERROR) {
				EXPECT_EQ(bench->complete(adapter, started, true), NO_ERROR);
			}
			EXPECT_EQ(now(), before);
		}
	});
	VideoPortUnlockBuffer(bench->extension(), mdl);
	VideoPortPutDmaAdapter(bench->extension(), adapter);
}

} // namespace
