// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortCompleteDma, unlocking with transfers in flight, and transfers on a handle that
 * VideoPortLockPages has mapped already.
 */
#include "probe.hpp"
#include "refusal.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class CompleteDmaTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		ASSERT_NE(adapter(), 0U);
	}

	Handle lock()
	{
		const Handle mdl = probe.lock_buffer(region_);
		EXPECT_NE(mdl, 0U);
		return mdl;
	}

	Started start(Handle mdl, uint32_t offset, uint32_t length, bool write,
		      uint32_t options = 0)
	{
		const auto started =
			probe.start_dma(adapter(), mdl, offset, length, write, options);
		EXPECT_EQ(started.status, unsigned{NO_ERROR});
		return started;
	}

	void expect_completes(const Started &started, bool write)
	{
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, write), unsigned{NO_ERROR});
	}

	uint64_t live_now(const char *name) const { return live(probe.device(), name); }

	Region region_ = Region::make(10 * page_size());
};

} // namespace

TEST_F(CompleteDmaTest, CompletingUnmapsAndFreesTheList)
{
	const Handle mdl = lock();
	const auto started = start(mdl, 100, 20000, true);
	EXPECT_EQ(live_now("mappings"), 1U);
	expect_accepted(probe.device(), [&] { expect_completes(started, true); });
	EXPECT_EQ(live_now("mappings"), 0U);
	EXPECT_EQ(live_now("transfers"), 0U);
	EXPECT_EQ(pins_held(), 10) << "the lock is not the transfer's";
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, TransfersMayBeCompletedInAnyOrder)
{
	const Handle mdl = lock();
	std::vector<Started> running;
	for (uint32_t i = 0; i < 8; i++)
		running.push_back(start(mdl, i * 4096, 4096, i % 2 == 0));
	for (const uint32_t i : {3U, 0U, 7U, 4U, 1U, 6U, 2U, 5U})
		expect_completes(running[i], i % 2 == 0);
	EXPECT_EQ(live_now("transfers"), 0U);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, ATransferMayBeCompletedInsideHwVidExecuteDma)
{
	const Handle mdl = lock();
	expect_accepted(probe.device(), [&] {
		for (const bool write : {true, false}) {
			const auto started = start(mdl, 0, 30000, write, PROBE_START_COMPLETE);
			EXPECT_EQ(probe.list(started.index).CompleteStatus, unsigned{NO_ERROR});
			EXPECT_EQ(started.length, 30000U);
		}
	});
	EXPECT_EQ(live_now("transfers"), 0U);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, CompletingTwiceIsRefusedWithoutTouchingMemory)
{
	const Handle mdl = lock();
	const auto started = start(mdl, 0, 4096, true);
	const auto other = start(mdl, 8192, 4096, true);
	expect_completes(started, true);
	expect_refused(probe.device(), {"unknown_list", "CompleteDma", {}}, [&] {
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, true),
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	EXPECT_EQ(live_now("transfers"), 1U) << "the other one";
	expect_completes(other, true);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, AForgedListIsRefusedWithoutTouchingMemory)
{
	const Handle mdl = lock();
	const auto started = start(mdl, 0, 4096, true);
	for (const uint64_t forged : std::initializer_list<uint64_t>{
		     1, region_.address(), 0xffffffffffffffff, 0xffff888000000000,
		     0x8000000000000000, PROBE_POINTER_OFF(started.list, 8),
		     PROBE_POINTER_OFF(started.list, -8), mdl, adapter()}) {
		expect_refused(probe.device(), {"unknown_list", "CompleteDma", {}}, [&] {
			EXPECT_EQ(probe.complete_dma(adapter(), forged, true),
				  unsigned{ERROR_INVALID_PARAMETER});
		});
	}
	expect_completes(started, true);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, ANullListIsRefused)
{
	expect_refused(probe.device(), {"null_handle|unknown_list", "CompleteDma", {}}, [&] {
		EXPECT_EQ(probe.complete_dma(adapter(), 0, true),
			  unsigned{ERROR_INVALID_PARAMETER});
	});
}

TEST_F(CompleteDmaTest, ABadAdapterIsRefusedAndTheTransferGoesOn)
{
	const Handle mdl = lock();
	const auto started = start(mdl, 0, 4096, true);
	const Handle put = probe.get_adapter();
	probe.put_adapter(put);
	const std::pair<Handle, const char *> bad[] = {
		{0, "null_handle"},
		{put, "stale_handle"},
		{adapter() + 1, "forged_handle"},
		{mdl, "wrong_kind"},
		{another_adapter({}), "unknown_list|foreign_handle"},
	};
	for (const auto &[handle, cause] : bad) {
		SCOPED_TRACE(cause);
		expect_refused(probe.device(), {cause, "CompleteDma", {}}, [&] {
			EXPECT_EQ(probe.complete_dma(handle, started.list, true),
				  unsigned{ERROR_INVALID_PARAMETER});
		});
	}
	EXPECT_EQ(live_now("transfers"), 1U);
	expect_completes(started, true);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, AnAdapterOfAnotherDeviceIsRefused)
{
	const Probe other(Place::probe_testdev);
	const Handle foreign = other.get_adapter();
	const Handle mdl = lock();
	const auto started = start(mdl, 0, 4096, true);
	expect_refused(probe.device(), {"foreign_handle", "CompleteDma", foreign}, [&] {
		EXPECT_EQ(probe.complete_dma(foreign, started.list, true),
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	expect_completes(started, true);
	probe.unlock_buffer(mdl);
	other.put_adapter(foreign);
}

TEST_F(CompleteDmaTest, TheDirectionOfTheStartIsWhatCounts)
{
	const Handle mdl = lock();
	for (const bool write : {true, false})
		expect_completes(start(mdl, 0, 20000, write), !write);
	EXPECT_EQ(live_now("mappings"), 0U);
	probe.unlock_buffer(mdl);
}

TEST_F(CompleteDmaTest, UnlockingInFlightKeepsThePinUntilTheLastTransferCompletes)
{
	const Handle mdl = lock();
	const auto first = start(mdl, 0, 4096, false), second = start(mdl, 8192, 4096, true);
	EXPECT_EQ(probe.unlock_pages(mdl), 1U);
	EXPECT_EQ(pins_held(), 10) << "unpinned under the device";
	EXPECT_EQ(live_now("mappings"), 2U);
	EXPECT_NE(videoport::pinned_kib(), 0U);

	expect_refused(probe.device(), {"stale_handle", "StartDma", mdl}, [&] {
		EXPECT_NE(probe.start_dma(adapter(), mdl, 20000, 10, true).status,
			  unsigned{NO_ERROR});
	});

	expect_completes(first, false);
	EXPECT_EQ(pins_held(), 10) << "one transfer is still in flight";
	expect_completes(second, true);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(live_now("locked_buffers"), 0U);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
}

TEST_F(CompleteDmaTest, PutDmaAdapterWithATransferOutstandingIsRefusedUntilItEnds)
{
	const Handle mdl = lock(), own = probe.get_adapter();
	const auto started = probe.start_dma(own, mdl, 0, 4096, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	expect_refused(probe.device(), {"adapter_busy", "PutDmaAdapter", own},
		       [&] { probe.put_adapter(own); });
	EXPECT_EQ(probe.complete_dma(own, started.list, true), unsigned{NO_ERROR});
	expect_accepted(probe.device(), [&] { probe.put_adapter(own); });
	expect_refused(probe.device(), {"stale_handle", "PutDmaAdapter", own},
		       [&] { probe.put_adapter(own); });
	probe.unlock_buffer(mdl);
}

namespace {

class ViewTest : public CompleteDmaTest {};

} // namespace

TEST_F(ViewTest, ATransferOnAMappedHandleUsesThatMappingAndItsAddresses)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const auto whole = probe.scatter_gather(locked.handle);
	EXPECT_EQ(live_now("mappings"), 1U);
	for (const auto &[offset, length] :
	     {std::pair{0U, 40960U}, {5000U, 10000U}, {40959U, 1U}}) {
		const auto started = start(probe.get_mdl(locked.handle), offset, length, true);
		EXPECT_EQ(live_now("mappings"), 1U) << "a second mapping";
		const auto list = elements(probe.list(started.index));
		expect_covers(list, region_.data() + offset, length);
		uint64_t before = 0;
		for (const auto &element : whole) {
			if (offset < before + element.Length) {
				EXPECT_EQ(list[0].Address, element.Address + offset - before);
				break;
			}
			before += element.Length;
		}
		expect_completes(started, true);
	}
	EXPECT_EQ(live_now("mappings"), 1U);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	EXPECT_EQ(live_now("mappings"), 0U);
}

TEST_F(ViewTest, UnlockPagesInFlightKeepsTheMappingUntilTheTransferCompletes)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const auto started = start(locked.handle, 100, 9000, false);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	EXPECT_EQ(live_now("mappings"), 1U) << "unmapped under the device";
	EXPECT_EQ(pins_held(), 10);
	expect_completes(started, false);
	EXPECT_EQ(live_now("mappings"), 0U);
	EXPECT_EQ(pins_held(), 0);
}

TEST_F(ViewTest, EitherDirectionIsAllowedOnAMappedHandle)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	for (const bool write : {true, false, true})
		expect_completes(start(locked.handle, 4000, 9000, write), write);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(ViewTest, WithoutScatterGatherAViewHasOneElementToo)
{
	const Handle single = another_adapter({PROBE_ADAPTER_32_BITS, 1 << 20});
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const auto started = probe.start_dma(single, locked.handle, 4000, 30000, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	const auto list = probe.list(started.index);
	EXPECT_EQ(list.NumberOfElements, 1U);
	expect_covers(elements(list), region_.data() + 4000, started.length);
	EXPECT_EQ(probe.complete_dma(single, started.list, true), unsigned{NO_ERROR});
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}
