// SPDX-License-Identifier: GPL-2.0
/*
 * Several real threads at one object: a handle, a list, an adapter, a lock. Exactly one of those
 * that end something ends it.
 */
#include "stage.hpp"

using namespace sim;

namespace {

class CallsTest : public Stage {
protected:
	void SetUp() override
	{
		board_ = probe(0);
		Thread thread("opener", processes_[0]);
		Running running(thread);
		std::unique_ptr<Client> client;

		/* so that interrupts are delivered */
		EXPECT_EQ(board_->open(client), 0);
		Adapter::close(std::move(client));
		memory_ = VideoPortAllocatePool(extension(), VpNonPagedPool, size, 0);
		EXPECT_TRUE(memory_);
	}
	void TearDown() override
	{
		end(board_);
		board_.reset();
	}
	PVOID extension() const { return board_->extension; }
	PVOID lock() const
	{
		PVOID mdl = VideoPortLockBuffer(extension(), memory_, size, VpModifyAccess);

		EXPECT_TRUE(mdl);
		return mdl;
	}

	static constexpr ULONG size = 10000;
	std::shared_ptr<Board> board_;
	PVOID memory_ = nullptr;
};

TEST_F(CallsTest, AHandleIsUnlockedOnceWhateverElseUsesIt)
{
	for (unsigned int round = 0; round < 150; round++) {
		uint64_t unlocked = board_->counter("unlocked");
		PVOID mdl = lock();
		Crew crew;

		for (unsigned int i = 0; i < 2; i++)
			crew.worker("unlock", nullptr, 1,
				    [&](Random &) { VideoPortUnlockBuffer(extension(), mdl); });
		crew.worker("start", nullptr, 2, [&](Random &random) {
			(void)board_->start(mdl, size, random.one_in(2), random.one_in(2));
		});
		crew.worker("look", nullptr, 2, [&](Random &) {
			PVOID same = VideoPortGetMdl(extension(), static_cast<PDMA>(mdl));

			EXPECT_TRUE(!same || same == mdl);
		});
		crew.background("irq", [&](Random &) { interrupts(*board_); });
		crew.background("kworker", [&](Random &) { run_work(board_->device); });
		crew.run();
		EXPECT_EQ(board_->counter("unlocked"), unlocked + 1);
	}
}

TEST_F(CallsTest, ATransferIsCompletedOnce)
{
	PVOID mdl = lock();

	for (unsigned int round = 0; round < 150; round++) {
		std::atomic<unsigned int> completed = 0;
		PVP_SCATTER_GATHER_LIST list;

		ASSERT_EQ(board_->start(mdl, size, false, true), NO_ERROR);
		list = board_->in_flight[0][0].exchange(nullptr);
		ASSERT_TRUE(list);
		on_interrupt = [&](Board &) {
			completed += VideoPortCompleteDma(extension(), board_->dma, list, FALSE) ==
				     NO_ERROR;
		};

		Crew crew;

		for (unsigned int i = 0; i < 2; i++)
			crew.worker("complete", nullptr, 1, [&](Random &) {
				completed += VideoPortCompleteDma(extension(), board_->dma, list,
								  FALSE) == NO_ERROR;
			});
		crew.worker("irq", nullptr, 1, [&](Random &) { interrupts(*board_); });
		crew.worker("kworker", nullptr, 3, [&](Random &) { run_work(board_->device); });
		crew.run();
		on_interrupt = nullptr;
		while (run_work(board_->device))
			;
		EXPECT_EQ(completed, 1u);
	}
	VideoPortUnlockBuffer(extension(), mdl);
}

TEST_F(CallsTest, AdaptersComeAndGoWhileTransfersStart)
{
	Crew crew;

	for (unsigned int i = 0; i < 2; i++)
		crew.worker("adapters", nullptr, 300, [&](Random &random) {
			VP_DEVICE_DESCRIPTION description{};

			description.ScatterGather = TRUE;
			description.Dma64BitAddresses = random.one_in(2);
			if (auto *adapter = VideoPortGetDmaAdapter(extension(), &description))
				VideoPortPutDmaAdapter(extension(), adapter);
		});
	crew.worker("transfers", nullptr, 300, [&](Random &random) {
		PVOID mdl = lock();

		(void)board_->start(mdl, size, random.one_in(2), random.one_in(2));
		VideoPortUnlockBuffer(extension(), mdl);
	});
	crew.worker("client", processes_[0], 100, [&](Random &random) {
		std::unique_ptr<Client> client;

		ASSERT_EQ(board_->open(client), 0);
		EXPECT_EQ(request(*client,
				  [&](Board &, VIDEO_REQUEST_PACKET &packet) {
					  size_t length;

					  packet.InputBuffer = reinterpret_cast<PVOID>(
						  some_address(random, pages, length));
					  packet.InputBufferLength = static_cast<ULONG>(length);
					  EXPECT_TRUE(VideoPortLockPages(extension(), &packet,
									 nullptr, nullptr,
									 VideoPortDmaInitOnly));
				  }),
			  0);
		Adapter::close(std::move(client));
	});
	events(crew, board_);
	crew.run();
}

/* A put in the midst of what looks at the adapter: in an interrupt nothing is freed. */
TEST_F(CallsTest, AnAdapterIsPutWhileInterruptsUseIt)
{
	std::atomic<PVP_DMA_ADAPTER> shared{nullptr};
	Crew crew;

	on_interrupt = [&](Board &) {
		auto *adapter = shared.load(std::memory_order_relaxed);

		EXPECT_NE(VideoPortCompleteDma(extension(), adapter,
					       reinterpret_cast<PVP_SCATTER_GATHER_LIST>(8), FALSE),
			  NO_ERROR);
		VideoPortReleaseCommonBuffer(extension(), adapter, 4096, {}, nullptr, FALSE);
	};
	crew.worker("adapters", nullptr, 1000, [&](Random &) {
		VP_DEVICE_DESCRIPTION description{};

		auto *adapter = VideoPortGetDmaAdapter(extension(), &description);

		shared.store(adapter, std::memory_order_relaxed);
		VideoPortPutDmaAdapter(extension(), adapter);
	});
	events(crew, board_);
	crew.run();
	on_interrupt = nullptr;
}

TEST_F(CallsTest, MemoryIsTakenAndGivenBackFromEveryContext)
{
	std::atomic<PVOID> freed_in_interrupt{nullptr};
	Crew crew;

	on_interrupt = [&](Board &) {
		PVOID own = VideoPortAllocatePool(extension(), VpNonPagedPool, 24, 0);

		EXPECT_TRUE(own);
		if (PVOID before = freed_in_interrupt.exchange(own))
			VideoPortFreePool(extension(), before);
	};
	crew.worker("pool", nullptr, 500, [&](Random &random) {
		PVOID memory = VideoPortAllocatePool(extension(), VpNonPagedPool,
						     1 + random.below(9000), 0);

		ASSERT_TRUE(memory);
		if (random.one_in(2))
			VideoPortFreePool(extension(), memory);
		else if (PVOID before = freed_in_interrupt.exchange(memory))
			VideoPortFreePool(extension(), before);
	});
	crew.worker("common", nullptr, 300, [&](Random &random) {
		PHYSICAL_ADDRESS logical{};
		ULONG length = 1 + random.below(20000);
		PVOID memory = VideoPortAllocateCommonBuffer(extension(), board_->dma, length,
							     &logical, FALSE, nullptr);

		ASSERT_TRUE(memory);
		VideoPortReleaseCommonBuffer(extension(), board_->dma, length, logical, memory,
					     FALSE);
	});
	crew.worker("locks", nullptr, 300, [&](Random &) {
		PSPIN_LOCK lock = nullptr;

		EXPECT_EQ(VideoPortCreateSpinLock(extension(), &lock), NO_ERROR);
		EXPECT_EQ(VideoPortDeleteSpinLock(extension(), lock), NO_ERROR);
	});
	events(crew, board_);
	crew.run();
	on_interrupt = nullptr;
}

/* Each of these numbers is under one lock of the port, and under nothing else. */
TEST_F(CallsTest, TheLocksOfAMiniportExclude)
{
	struct Numbers {
		unsigned int under_interrupt_lock = 0, under_spin_lock = 0;
	} numbers;
	constexpr unsigned int turns = 500;
	PSPIN_LOCK lock = nullptr;
	std::atomic<unsigned int> interrupts_taken = 0, dpcs_run = 0;
	Crew crew;

	ASSERT_EQ(VideoPortCreateSpinLock(extension(), &lock), NO_ERROR);
	on_interrupt = [&](Board &) {
		numbers.under_interrupt_lock++;
		interrupts_taken++;
	};

	struct Context {
		Numbers *numbers;
		PSPIN_LOCK lock;
		std::atomic<unsigned int> *runs;
	} context{&numbers, lock, &dpcs_run};

	for (unsigned int i = 0; i < 2; i++)
		crew.worker("synchronize", nullptr, turns, [&](Random &) {
			UCHAR level;

			VideoPortSynchronizeExecution(
				extension(), VpMediumPriority,
				[](PVOID pointer) -> BOOLEAN {
					static_cast<Numbers *>(pointer)->under_interrupt_lock++;
					return TRUE;
				},
				&numbers);
			VideoPortAcquireSpinLock(extension(), lock, &level);
			numbers.under_spin_lock++;
			VideoPortReleaseSpinLock(extension(), lock, level);
			VideoPortQueueDpc(
				extension(),
				[](PVOID own, PVOID pointer) {
					auto [all, inner, runs] = *static_cast<Context *>(pointer);

					VideoPortAcquireSpinLockAtDpcLevel(own, inner);
					all->under_spin_lock++;
					VideoPortReleaseSpinLockFromDpcLevel(own, inner);
					(*runs)++;
				},
				&context);
		});
	events(crew, board_);
	crew.run();
	run_dpc(board_->device);
	on_interrupt = nullptr;
	EXPECT_EQ(numbers.under_interrupt_lock, 2 * turns + interrupts_taken);
	EXPECT_EQ(numbers.under_spin_lock, 2 * turns + dpcs_run);
	VideoPortDeleteSpinLock(extension(), lock);
}

/* Runs are begun and ended by all; the end of each is counted once. */
TEST_F(CallsTest, APacketDmaIsCompletedOnce)
{
	PEVENT event = nullptr;
	std::atomic<PDMA> shared{nullptr};
	std::atomic<unsigned int> sets{0};
	Crew crew;

	ASSERT_EQ(VideoPortCreateEvent(extension(), SYNCHRONIZATION_EVENT, nullptr, &event),
		  NO_ERROR);
	on_interrupt = [&](Board &) {
		VideoPortSignalDmaComplete(extension(), shared.load(std::memory_order_relaxed));
	};
	for (unsigned int i = 0; i < 2; i++)
		crew.worker("runs", nullptr, 300, [&](Random &random) {
			STATUS_BLOCK status{};
			VIDEO_REQUEST_PACKET packet{};

			packet.StatusBlock = &status;
			packet.InputBuffer = memory_;
			packet.InputBufferLength = size;
			ASSERT_TRUE(VideoPortLockPages(extension(), &packet, event, nullptr,
						       VideoPortDmaInitOnly));
			auto *dma = static_cast<PDMA>(packet.OutputBuffer);

			shared.store(dma, std::memory_order_relaxed);
			for (unsigned int runs = random.below(4); runs; runs--) {
				VideoPortDoDma(extension(), dma,
					       random.one_in(3) ? VideoPortUnlockAfterDma
								: VideoPortKeepPagesLocked);
				VideoPortSignalDmaComplete(extension(), dma);
			}
			VideoPortUnlockBuffer(extension(), dma);
			VideoPortSignalDmaComplete(extension(), dma);
		});
	crew.worker("others", nullptr, 600, [&](Random &random) {
		PDMA dma = shared.load(std::memory_order_relaxed);

		VideoPortSetBytesUsed(extension(), dma, random.below(size));
		VideoPortSetDmaContext(extension(), dma, &crew);
		if (random.one_in(3))
			VideoPortDoDma(extension(), dma, VideoPortKeepPagesLocked);
		VideoPortSignalDmaComplete(extension(), dma);
	});
	crew.worker("waits", nullptr, 200, [&](Random &) {
		LARGE_INTEGER time{};

		time.QuadPart = -10000;
		if (VideoPortWaitForSingleObject(extension(), event, &time) == NO_ERROR)
			sets++;
	});
	events(crew, board_);
	crew.run();
	on_interrupt = nullptr;
	while (run_work(board_->device))
		;
	EXPECT_EQ(board_->counter("transfers"), 0u);
	EXPECT_EQ(board_->counter("locked_buffers"), 0u);
	EXPECT_EQ(board_->counter("started"), board_->counter("completed"));
	EXPECT_GE(board_->counter("completed"), sets);
}

/* Each lends, takes back and closes; the miniport sets what it knows. */
TEST_F(CallsTest, ClientsLendEventsWhileInterruptsSetThem)
{
	std::atomic<uint64_t> shared{0};
	Crew crew;

	on_interrupt = [&](Board &) {
		VideoPortSetEvent(extension(),
				  reinterpret_cast<PEVENT>(shared.load(std::memory_order_relaxed)));
	};
	for (unsigned int i = 0; i < 2; i++)
		crew.worker("client", processes_[i], 200, [&](Random &random) {
			std::unique_ptr<Client> client;
			int descriptor = current().process->open_eventfd();
			uint64_t token = 0;

			ASSERT_EQ(board_->open(client), 0);
			EXPECT_EQ(Adapter::event_map(*client, descriptor, token), 0);
			shared.store(token, std::memory_order_relaxed);
			if (random.one_in(2)) {
				EXPECT_EQ(Adapter::event_unmap(*client, token), 0);
			}
			Adapter::close(std::move(client));
		});
	events(crew, board_);
	crew.run();
	on_interrupt = nullptr;
	while (run_work(board_->device))
		;
	EXPECT_EQ(board_->counter("events"), 0u);
}

TEST_F(CallsTest, RefusalsAreCountedAndLoggedByAll)
{
	uint64_t before = board_->counter("forged_handle");
	Crew crew;

	for (unsigned int i = 0; i < 3; i++)
		crew.worker("refused", nullptr, 300, [&](Random &) {
			VideoPortUnlockBuffer(extension(),
					      reinterpret_cast<PVOID>(0x5650001234567890));
		});
	crew.background("reader", [&](Random &) {
		for (unsigned int i = 0; vp_core_counter_name(i); i++)
			(void)vp_core_counter(board_->device.port, i);
	});
	crew.run();
	EXPECT_EQ(board_->counter("forged_handle") + board_->counter("foreign_handle"),
		  before + 900);
}

} // namespace
