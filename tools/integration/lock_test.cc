// SPDX-License-Identifier: GPL-2.0
/*
 * Locking that works: what VideoPortLockBuffer and VideoPortLockPages pin, map, charge and return,
 * and that unlocking undoes all of it. Sizes and alignments around every edge.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <fstream>
#include <set>

using namespace integration;
using videoport::Region;

namespace {

struct Range {
	size_t offset, length, pages;
};

class LockTest : public ProbeTest {
protected:
	/// What a lock of @p pages adds to the kernel's, the process's and the module's counts.
	void expect_locked(size_t pages, size_t mappings) const
	{
		EXPECT_EQ(pins_held(), static_cast<int64_t>(pages));
		EXPECT_EQ(videoport::pinned_kib(), pages * videoport::page_size() / 1024);
		EXPECT_EQ(live(probe.device(), "pinned_pages"), pages);
		EXPECT_EQ(live(probe.device(), "locked_buffers"), pages == 0 ? 0U : 1U);
		EXPECT_EQ(live(probe.device(), "mappings"), mappings);
	}
};

class LockRangeTest : public LockTest, public testing::WithParamInterface<Range> {};

const Range ranges[] = {
	{0, 1, 1},	    {4095, 1, 1},
	{4095, 2, 2},	    {0, 4096, 1},
	{0, 4097, 2},	    {1, 4096, 2},
	{2048, 2048, 1},    {63, 65536, 17},
	{0, 1 << 20, 256},  {4095, (1 << 20) + 2, 258},
	{0, 4 << 20, 1024}, {9, 4 << 20, 1025},
};

} // namespace

TEST_P(LockRangeTest, LockBufferPinsAndChargesEveryPageOfTheRangeAndMapsNone)
{
	const auto &[offset, length, pages] = GetParam();
	const Region region = Region::make(length, offset);
	Handle mdl = 0;
	expect_accepted(probe.device(), [&] { mdl = probe.lock_buffer(region); });
	ASSERT_NE(mdl, 0U);
	expect_locked(pages, 0);
	expect_accepted(probe.device(), [&] { probe.unlock_buffer(mdl); });
	expect_locked(0, 0);
}

TEST_P(LockRangeTest, LockPagesPinsAndChargesEveryPageOfTheRangeAndMapsIt)
{
	const auto &[offset, length, pages] = GetParam();
	const Region region = Region::make(length, offset);
	LockedPages locked;
	expect_accepted(probe.device(), [&] { locked = probe.lock_pages(region); });
	ASSERT_TRUE(locked.locked);
	ASSERT_NE(locked.handle, 0U);
	expect_locked(pages, 1);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(probe.unlock_pages(locked.handle), 1U); });
	expect_locked(0, 0);
}

INSTANTIATE_TEST_SUITE_P(Sizes, LockRangeTest, testing::ValuesIn(ranges), [](const auto &info) {
	return std::to_string(info.param.length) + "BytesAt" + std::to_string(info.param.offset);
});

TEST_F(LockTest, LockPagesListsExactlyTheBytesOfTheBuffer)
{
	const Region region = Region::make(70001, 123);
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	const auto list = probe.scatter_gather(locked.handle);
	expect_covers(list, region.data(), region.size());
	EXPECT_GE(locked.list_bytes, list.size() * sizeof(VRB_SG)) << "size of the scatter list";
	EXPECT_EQ(locked.list_bytes % sizeof(VRB_SG), 0U);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(LockTest, AnElementOfTheListIsNeverLongerThanTheConfiguredChunk)
{
	const size_t huge = 2 << 20;
	const Region region = Region::make(2 * huge);
	madvise(region.page(0), 2 * huge, MADV_HUGEPAGE);
	fill(region.bytes(), 1);
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	const auto list = probe.scatter_gather(locked.handle);
	expect_covers(list, region.data(), region.size());
	for (const auto &element : list)
		EXPECT_LE(element.Length, unsigned{PROBE_MAXIMUM_CHUNK});
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(LockTest, GetVideoPhysicalAddressWalksTheList)
{
	const Region region = Region::make(20000, 777);
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	const auto list = probe.scatter_gather(locked.handle);
	const uint64_t input = region.address();
	size_t before = 0;
	for (const auto &element : list) {
		for (const auto into : {element.Length - 1, element.Length / 2, 0ULL}) {
			const auto answer =
				probe.call(ProbeGetPhysicalAddress,
					   {locked.handle, input + before + into, input});
			EXPECT_EQ(answer.Out[0], element.Address + into);
			EXPECT_EQ(answer.Out[1], element.Length - into)
				<< "bytes left in the element";
		}
		before += element.Length;
	}
	const auto outside =
		probe.call(ProbeGetPhysicalAddress, {locked.handle, input + region.size(), input});
	EXPECT_EQ(outside.Out[1], 0U) << "an address behind the buffer";
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(LockTest, GetMdlReturnsTheHandleAndUnlockBufferTakesIt)
{
	const Region region = Region::make(5000, 4000);
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	EXPECT_EQ(probe.get_mdl(locked.handle), locked.handle);
	probe.unlock_buffer(probe.get_mdl(locked.handle));
	expect_locked(0, 0);
}

TEST_F(LockTest, UnlockBufferIsSpelledInTwoWays)
{
	const Region region = Region::make(5000);
	for (const int spelling : {0, 1}) {
		const Handle mdl = probe.lock_buffer(region);
		ASSERT_NE(mdl, 0U);
		expect_accepted(probe.device(), [&] { probe.unlock_buffer(mdl, spelling); });
		expect_locked(0, 0);
	}
}

TEST_F(LockTest, UnlockPagesReleasesWhatLockBufferLocked)
{
	const Region region = Region::make(5000);
	const Handle mdl = probe.lock_buffer(region);
	ASSERT_NE(mdl, 0U);
	EXPECT_EQ(probe.unlock_pages(mdl), 1U);
	expect_locked(0, 0);
}

TEST_F(LockTest, HandlesAreNeitherAddressesNorGuessable)
{
	const Region region = Region::make(64 * videoport::page_size());
	std::set<Handle> handles;
	for (unsigned int i = 0; i < 64; i++) {
		const Handle mdl =
			probe.lock_buffer(region.address() + i * videoport::page_size(), 1);
		ASSERT_NE(mdl, 0U);
		handles.insert(mdl);
	}
	ASSERT_EQ(handles.size(), 64U);
	uint64_t previous = 0;
	for (const Handle mdl : handles) {
		// canonical addresses have bits 56 to 63 all alike, with 4 and with 5 levels
		const uint64_t top = mdl >> 56;
		EXPECT_TRUE(top != 0 && top != 0xff) << std::hex << mdl << " could be an address";
		EXPECT_GT(mdl - previous, 4096U) << std::hex << mdl << " is next to another";
		previous = mdl;
	}
	for (const Handle mdl : handles)
		probe.unlock_buffer(mdl);
	expect_locked(0, 0);
}

TEST_F(LockTest, TheOtherDmaFlagsOfLockPagesGiveFalseAndNoAction)
{
	const Region region = Region::make(8192);
	for (const uint32_t flags :
	     {unsigned{VideoPortUnlockAfterDma}, unsigned{VideoPortKeepPagesLocked}}) {
		const auto locked = probe.lock_pages(region.address(), 8192, flags);
		EXPECT_FALSE(locked.locked);
		EXPECT_TRUE(locked.vrp_untouched);
		expect_locked(0, 0);
	}
}

TEST_F(LockTest, UnknownDmaFlagsOfLockPagesGiveFalseAndNoAction)
{
	const Region region = Region::make(8192);
	for (const uint32_t flags : {0U, 4U, 0xffffffffU}) {
		const auto locked = probe.lock_pages(region.address(), 8192, flags);
		EXPECT_FALSE(locked.locked) << flags;
		EXPECT_TRUE(locked.vrp_untouched);
		expect_locked(0, 0);
	}
}

TEST_F(LockTest, OneRangeMayBeLockedSeveralTimes)
{
	const Region region = Region::make(3 * videoport::page_size());
	std::vector<Handle> handles;
	for (int i = 1; i <= 5; i++) {
		handles.push_back(i % 2 ? probe.lock_buffer(region)
					: probe.lock_pages(region).handle);
		ASSERT_NE(handles.back(), 0U);
		EXPECT_EQ(pins_held(), 3 * i);
		EXPECT_EQ(live(probe.device(), "locked_buffers"), static_cast<uint64_t>(i));
	}
	for (int i = 4; i >= 0; i--) {
		EXPECT_EQ(probe.unlock_pages(handles[static_cast<size_t>(i)]), 1U);
		EXPECT_EQ(pins_held(), 3 * i);
	}
}

TEST_F(LockTest, HundredsOfLocksStayApart)
{
	constexpr unsigned int count = 700; // more than one block of the handle table
	const Region region = Region::make(count * videoport::page_size());
	std::vector<Handle> handles;
	for (unsigned int i = 0; i < count; i++) {
		handles.push_back(
			probe.lock_buffer(region.address() + i * videoport::page_size(), 100));
		ASSERT_NE(handles.back(), 0U) << i;
	}
	EXPECT_EQ(pins_held(), int64_t{count});
	for (unsigned int i = 0; i < count; i += 2)
		probe.unlock_buffer(handles[i]);
	EXPECT_EQ(pins_held(), int64_t{count} / 2);
	for (unsigned int i = 1; i < count; i += 2)
		probe.unlock_buffer(handles[i]);
	expect_locked(0, 0);
}

TEST_F(LockTest, TheChargeIsThePagesAndComesBack)
{
	const Region region = Region::make(100 * videoport::page_size());
	const auto before = videoport::pinned_kib();
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	EXPECT_EQ(videoport::pinned_kib(), *before + 400);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	EXPECT_EQ(videoport::pinned_kib(), before);
}

TEST_F(LockTest, LockedPagesStayWhereTheyAre)
{
	const Region region = Region::make(8 * videoport::page_size());
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	const auto before = videoport::physical_address(region.data());
	ASSERT_TRUE(before);
	madvise(region.data(), region.size(), MADV_PAGEOUT);
	std::ofstream("/proc/sys/vm/compact_memory") << "1";
	EXPECT_EQ(videoport::physical_address(region.data()), before);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}
