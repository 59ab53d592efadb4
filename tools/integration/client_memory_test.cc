// SPDX-License-Identifier: GPL-2.0
/*
 * What a client does to its address space while the device works in its locked memory: the device
 * goes on with the pages that were locked, and the client sees of it what its own doing has left.
 * The device is the probe's edu, which takes 100 ms for each piece.
 */
#include "client.hpp"

#include <algorithm>

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

/// What the client sees at the place after the unlock.
enum class Then {
	Written, ///< what the device wrote
	Fresh, ///< zeros: other pages are there
	Own, ///< what the client put there instead
	Nothing, ///< no memory at all
};

struct Change {
	const char *name;
	int kind; ///< of the memory: MAP_PRIVATE or MAP_SHARED
	Then then;
	/// Changes the pages of the region. Where the bytes are now; nullptr: where they were.
	std::byte *(*make)(const Region &region);
	/// Undoes what hinders from looking.
	void (*undo)(const Region &region) = nullptr;
};

constexpr size_t pages = 3, bytes = 256;

const Change changes[] = {
	{"Unmapped", MAP_PRIVATE, Then::Nothing,
	 [](const Region &region) -> std::byte * {
		 EXPECT_TRUE(region.punch(0, pages));
		 return nullptr;
	 }},
	{"PartlyUnmapped", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_TRUE(region.punch(1, pages - 1));
		 return nullptr;
	 }},
	{"MappedOver", MAP_PRIVATE, Then::Own,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(mmap(region.data(), region.size(), PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
			   region.data());
		 std::ranges::fill(region.bytes(), std::byte{0x33});
		 return nullptr;
	 }},
	{"MadeInaccessible", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_TRUE(region.protect(0, pages, PROT_NONE));
		 return nullptr;
	 },
	 [](const Region &region) {
		 EXPECT_TRUE(region.protect(0, pages, PROT_READ | PROT_WRITE));
	 }},
	{"MadeReadOnly", MAP_SHARED, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_TRUE(region.protect(0, pages, PROT_READ));
		 return nullptr;
	 }},
	{"Moved", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 const size_t size = pages * page_size();
		 // a place of its own: where it was must not be used again before the unlock
		 static Region elsewhere;
		 elsewhere = Region::make(size);
		 void *moved = mremap(region.data(), size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
				      elsewhere.data());
		 EXPECT_EQ(moved, elsewhere.data());
		 return elsewhere.data();
	 }},
	{"AdvisedAway", MAP_PRIVATE, Then::Fresh,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(madvise(region.data(), region.size(), MADV_DONTNEED), 0);
		 return nullptr;
	 }},
	{"AdvisedAwayButShared", MAP_SHARED, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(madvise(region.data(), region.size(), MADV_DONTNEED), 0);
		 return nullptr;
	 }},
	{"RemovedFromItsFile", MAP_SHARED, Then::Fresh,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(madvise(region.data(), region.size(), MADV_REMOVE), 0);
		 return nullptr;
	 }},
	{"AdvisedOutToSwap", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(madvise(region.data(), region.size(), MADV_PAGEOUT), 0);
		 return nullptr;
	 }},
	{"WrittenAfterAFork", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 Child child([](const Child::Inside &inside) {
			 inside.ready();
			 return 0;
		 });
		 EXPECT_TRUE(child.wait_ready());
		 for (size_t i = 0; i < pages; i++)
			 region.page(i)[4000] = std::byte{1}; // not where the device writes
		 child.go_on();
		 EXPECT_EQ(child.join(), 0);
		 return nullptr;
	 }},
	{"WrittenByAChild", MAP_PRIVATE, Then::Written,
	 [](const Region &region) -> std::byte * {
		 EXPECT_EQ(run_in_child([&] {
				   std::ranges::fill(region.bytes(), std::byte{0x44});
				   return 0;
			   }),
			   0);
		 return nullptr;
	 }},
};

class ClientMemoryTest : public ClientTest, public testing::WithParamInterface<Change> {
protected:
	static void expect_all(std::span<const std::byte> found, std::byte value)
	{
		EXPECT_TRUE(std::ranges::all_of(found, [&](std::byte b) { return b == value; }));
	}

	/// What the client sees where the device wrote.
	void expect_then(const std::byte *place) const
	{
		const std::span found(place, bytes);
		switch (GetParam().then) {
		case Then::Written:
			EXPECT_TRUE(std::ranges::equal(found, pattern_.bytes()));
			break;
		case Then::Fresh:
			expect_all(found, std::byte{0});
			break;
		case Then::Own:
			expect_all(found, std::byte{0x33});
			break;
		case Then::Nothing:
			EXPECT_EQ(msync(const_cast<std::byte *>(place), page_size(), MS_ASYNC), -1);
			EXPECT_EQ(errno, ENOMEM) << "something is mapped there";
			break;
		}
	}

	uint64_t logical_of(const LockedPages &locked) const
	{
		const auto list = probe.scatter_gather(locked.handle);
		return list.empty() ? 0 : list[0].Address;
	}

	Region pattern_ = Region::make(bytes);
};

} // namespace

TEST_P(ClientMemoryTest, TheDeviceGoesOnWithThePagesThatWereLocked)
{
	const Change &change = GetParam();
	const Region region = Region::make(pages * page_size(), 0, change.kind);
	const Region copy = Region::make(page_size());
	fill(region.bytes(), 5);
	fill(pattern_.bytes(), 6);
	const auto locked = probe.lock_pages(region);
	const auto sent = probe.lock_pages(pattern_), back = probe.lock_pages(copy);
	ASSERT_TRUE(locked.locked && sent.locked && back.locked);
	const uint64_t logical = logical_of(locked);

	// the device writes to the first page while the client changes all of them
	probe.edu_dma(logical_of(sent), 1024, bytes, true);
	probe.edu_start(logical, 1024, bytes, false);
	std::byte *moved = change.make(region);
	probe.edu_wait();
	expect_pinned(pages + 2);
	probe.edu_dma(logical, 2048, bytes, true); // what it wrote is where it looks
	probe.edu_dma(logical_of(back), 2048, bytes, false);
	EXPECT_EQ(probe.unlock_pages(back.handle), 1U);
	EXPECT_TRUE(std::ranges::equal(copy.bytes().first(bytes), pattern_.bytes()));

	expect_accepted(probe.device(), [&] { EXPECT_EQ(probe.unlock_pages(locked.handle), 1U); });
	EXPECT_EQ(probe.unlock_pages(sent.handle), 1U);
	if (change.undo)
		change.undo(region);
	expect_then(moved ? moved : region.data());
	expect_only_mine();
	expect_mine_good();
}

INSTANTIATE_TEST_SUITE_P(Memory, ClientMemoryTest, testing::ValuesIn(changes),
			 [](const auto &info) { return std::string(info.param.name); });
