// SPDX-License-Identifier: GPL-2.0
/*
 * The four rules of "Unlocking" in the contract, for VideoPortUnlockPages and
 * VideoPortUnlockBuffer in both spellings.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class UnlockTest : public BenchTest {
protected:
	void unlock_pages(PVOID handle, unsigned int which = 0)
	{
		EXPECT_TRUE(
			VideoPortUnlockPages(bench.extension(which), static_cast<PDMA>(handle)));
	}
	void expect_released()
	{
		EXPECT_EQ(bench.pins(), 0u);
		EXPECT_EQ(bench.mappings(), 0u);
		EXPECT_EQ(a.process.charged, 0u);
		EXPECT_EQ(b.process.charged, 0u);
		EXPECT_EQ(bench.counter("locked_buffers"), 0u);
	}
	/// The unlock of @p handle by b's request is refused for this cause, and changes nothing.
	void expect_refused(const char *cause, PVOID handle)
	{
		uint64_t before = bench.counter(cause), unlocked = bench.counter("unlocked");
		size_t pins = bench.pins(), mappings = bench.mappings();

		bench.in_request(b, [&] { unlock_pages(handle); });
		EXPECT_EQ(bench.counter(cause), before + 1) << cause;
		bench.in_request(b, [&] { VideoPortUnLockBuffer(bench.extension(), handle); });
		EXPECT_EQ(bench.counter(cause), before + 2) << cause;
		EXPECT_EQ(bench.counter("unlocked"), unlocked);
		EXPECT_EQ(bench.pins(), pins);
		EXPECT_EQ(bench.mappings(), mappings);
	}
};

/* ---- Rule 1: what is no handle of this caller is counted, and nothing is touched ---- */

TEST_F(UnlockTest, NullIsRefused)
{
	expect_refused("null_handle", nullptr);
}

TEST_F(UnlockTest, WhatWasNeverAHandleIsRefused)
{
	expect_refused("forged_handle", Bench::forged());
	expect_refused("forged_handle", reinterpret_cast<PVOID>(User::at(0)));
	expect_refused("forged_handle", reinterpret_cast<PVOID>(1));
	expect_refused("forged_handle", reinterpret_cast<PVOID>(~0ull));
}

TEST_F(UnlockTest, AHandleIsUnlockedOnce)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	bench.in_request(a, [&] { unlock_pages(handle); });
	expect_released();
	expect_refused("stale_handle", handle);
	bench.in_request(a, [&] { unlock_pages(handle); });
	EXPECT_EQ(bench.counter("unlocked"), 1u);
}

TEST_F(UnlockTest, AHandleOfAnotherClientIsRefused)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	expect_refused("foreign_handle", handle);
	bench.in_request(a, [&] { unlock_pages(handle); });
	expect_released();
}

TEST_F(UnlockTest, AHandleOfAnotherAdapterIsRefused)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	unlock_pages(handle, 1);
	EXPECT_EQ(bench.counter("foreign_handle", 1), 1u);
	EXPECT_EQ(bench.counter("unlocked"), 0u);
	bench.in_request(a, [&] { unlock_pages(handle); });
	expect_released();
}

TEST_F(UnlockTest, AnAdapterIsNoBuffer)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	expect_refused("wrong_kind", adapter);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(UnlockTest, NothingThatIsNoDeviceExtensionCrashesIt)
{
	EXPECT_TRUE(VideoPortUnlockPages(nullptr, static_cast<PDMA>(Bench::forged())));
	VideoPortUnlockBuffer(nullptr, Bench::forged());
}

/* ---- Rule 2: from the wrong place it is counted, and happens later ---- */

TEST_F(UnlockTest, FromADpcItHappensLater)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	bench.in_dpc([&] { unlock_pages(handle); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_EQ(bench.counter("deferred"), 1u);
	expect_refused("stale_handle", handle); /* invalid at once */
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.mappings(), 1u);
	bench.run_work();
	expect_released();
}

TEST_F(UnlockTest, FromAnInterruptItHappensLater)
{
	PVOID pages = bench.lock_pages_for(a, User::at(0), 5000).handle;
	PVOID mdl = bench.lock_for(a, User::at(4), 5000);

	bench.in_interrupt([&] {
		unlock_pages(pages);
		VideoPortUnlockBuffer(bench.extension(), mdl);
	});
	EXPECT_EQ(bench.counter("wrong_context"), 2u);
	bench.run_work();
	expect_released();
}

TEST_F(UnlockTest, FromASynchronizedRoutineItHappensLater)
{
	PVOID handle = bench.lock_for(a, User::at(0), 5000);
	std::function<void()> call = [&] { VideoPortUnlockBuffer(bench.extension(), handle); };

	for (auto priority : {VpMediumPriority, VpLowPriority}) {
		bench.in_request(a, [&] {
			EXPECT_TRUE(VideoPortSynchronizeExecution(
				bench.extension(), priority,
				[](PVOID context) -> BOOLEAN {
					(*static_cast<std::function<void()> *>(context))();
					return TRUE;
				},
				&call));
		});
		bench.run_work();
		expect_released();
		handle = bench.lock_for(a, User::at(0), 5000);
	}
	VideoPortUnlockBuffer(bench.extension(), handle);
}

TEST_F(UnlockTest, OutsideARequestAClientsPagesAreUnlockedLater)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	unlock_pages(handle);
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	bench.run_work();
	expect_released();
}

TEST_F(UnlockTest, UnlockBufferIsAllowedOutsideARequest)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	VideoPortUnlockBuffer(bench.extension(), handle);
	EXPECT_EQ(bench.counter("wrong_context"), 0u);
	expect_released();
}

TEST_F(UnlockTest, TheMiniportsOwnPagesAreUnlockedAnywhereAtPassive)
{
	auto address = reinterpret_cast<uint64_t>(
		VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 5000, 0));
	LockedPages locked = bench.lock_pages(address, 5000);

	ASSERT_TRUE(locked.locked);
	unlock_pages(locked.handle);
	EXPECT_EQ(bench.counter("wrong_context"), 0u);
	expect_released();
}

TEST_F(UnlockTest, WhatWasPutOffIsReleasedAtRemovalAtTheLatest)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 5000).handle;

	bench.in_interrupt([&] { unlock_pages(handle); });
	bench.remove();
	expect_released();
}

/* ---- Rule 3: transfers in flight keep the memory ---- */

class UnlockInFlight : public UnlockTest, public testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(MappedAtLock, UnlockInFlight, testing::Bool());

TEST_P(UnlockInFlight, TheMemoryStaysUntilTheLastTransferIsComplete)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID handle = GetParam() ? bench.lock_pages_for(a, User::at(0), 8192).handle
				  : bench.lock_for(a, User::at(0), 8192);
	Started first = bench.start(adapter, handle, 0, 1024, false);
	Started second = bench.start(adapter, handle, 4096, 1024, false);

	ASSERT_EQ(first.status, NO_ERROR);
	ASSERT_EQ(second.status, NO_ERROR);
	bench.in_request(a, [&] { unlock_pages(handle); });
	/* invalid at once, but still there for the device */
	EXPECT_EQ(bench.start(adapter, handle, 2048, 16, false).status, ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortGetMdl(bench.extension(), static_cast<PDMA>(handle)), nullptr);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.write_list(first.elements, pattern(1024)), Access::Done);
	EXPECT_EQ(bench.complete(adapter, first, false), NO_ERROR);
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.write_list(second.elements, pattern(1024, 2)), Access::Done);
	EXPECT_EQ(bench.complete(adapter, second, false), NO_ERROR);
	expect_released();
	EXPECT_TRUE(same(memory_of(a, User::at(0), 1024), pattern(1024)));
	EXPECT_TRUE(same(memory_of(a, User::at(1), 1024), pattern(1024, 2)));
	EXPECT_EQ(bench.write_list(second.elements, pattern(1024, 3)), Access::Blocked);
	EXPECT_TRUE(a.process.entry(0).page->dirty);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_P(UnlockInFlight, CompletedInADpcItIsReleasedInProcessContext)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID handle = GetParam() ? bench.lock_pages_for(a, User::at(0), 8192).handle
				  : bench.lock_for(a, User::at(0), 8192);
	Started started = bench.start(adapter, handle, 0, 8192, false);

	ASSERT_EQ(started.status, NO_ERROR);
	bench.in_request(a, [&] { unlock_pages(handle); });
	bench.in_dpc([&] { EXPECT_EQ(bench.complete(adapter, started, false), NO_ERROR); });
	EXPECT_EQ(bench.pins(), 2u);
	EXPECT_EQ(bench.counter("wrong_context"), 0u);
	bench.run_work();
	expect_released();
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_P(UnlockInFlight, UnlockedInHwVidExecuteDmaItLivesOn)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID handle = GetParam() ? bench.lock_pages_for(a, User::at(0), 4096).handle
				  : bench.lock_for(a, User::at(0), 4096);
	PVP_SCATTER_GATHER_LIST list = nullptr;
	std::function<void(PVP_SCATTER_GATHER_LIST)> call = [&](PVP_SCATTER_GATHER_LIST given) {
		list = given;
		unlock_pages(handle);
	};
	ULONG length = 4096;

	bench.in_request(a, [&] {
		EXPECT_EQ(VideoPortStartDma(
				  bench.extension(), adapter, handle, 0, &length,
				  [](PVOID, PVP_DMA_ADAPTER, PVP_SCATTER_GATHER_LIST given,
				     PVOID context) {
					  (*static_cast<decltype(call) *>(context))(given);
				  },
				  &call, FALSE),
			  NO_ERROR);
	});
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_EQ(bench.pins(), 1u);
	EXPECT_EQ(VideoPortCompleteDma(bench.extension(), adapter, list, FALSE), NO_ERROR);
	expect_released();
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

/* ---- Rule 4: dirty, and whose charge ---- */

TEST_F(UnlockTest, PagesThatTheDeviceMayHaveWrittenAreDirty)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID idle = bench.lock_for(a, User::at(0), 4096);
	PVOID read = bench.lock_for(a, User::at(1), 4096);
	PVOID written = bench.lock_for(a, User::at(2), 4096);
	PVOID mapped = bench.lock_pages_for(a, User::at(3), 4096).handle;

	for (PVOID handle : {read, written}) {
		Started started = bench.start(adapter, handle, 0, 4096, handle == read);

		ASSERT_EQ(started.status, NO_ERROR);
		EXPECT_EQ(bench.complete(adapter, started, handle == read), NO_ERROR);
	}
	for (PVOID handle : {idle, read, written, mapped})
		VideoPortUnlockBuffer(bench.extension(), handle);
	EXPECT_FALSE(a.process.entry(0).page->dirty);
	EXPECT_FALSE(a.process.entry(1).page->dirty);
	EXPECT_TRUE(a.process.entry(2).page->dirty);
	EXPECT_TRUE(a.process.entry(3).page->dirty);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(UnlockTest, TheChargeGoesBackToWhoWasCharged)
{
	PVOID handle = bench.lock_for(a, User::at(0), 8192);

	EXPECT_EQ(a.process.charged, 2u);
	EXPECT_EQ(b.process.charged, 0u);
	{
		/* in another process, in none of its requests */
		Running running(b.thread);

		VideoPortUnlockBuffer(bench.extension(), handle);
	}
	expect_released();
}

TEST_F(UnlockTest, MemoryThatTheClientUnmappedStaysWhileItIsLocked)
{
	PVOID handle = bench.lock_pages_for(a, User::at(0), 4096).handle;
	Page *page = a.process.entry(0).page;
	auto list = bench.segments(handle);

	a.process.map(0, PageKind::Normal); /* another page there now */
	EXPECT_NE(a.process.entry(0).page, page);
	EXPECT_EQ(bench.write_list(list, pattern(4096)), Access::Done);
	EXPECT_TRUE(same(memory_of(a, User::at(0), 4096), std::vector<uint8_t>(4096)));
	VideoPortUnlockBuffer(bench.extension(), handle);
	EXPECT_FALSE(page->in_use());
}

} // namespace
