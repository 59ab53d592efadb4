// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of memory that a client may have: each can be locked, stays in place, and what the
 * device writes into it is what every mapping of it shows. The device is the probe's edu.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class MemoryKindsTest : public ProbeTest {
protected:
	/// Lock @p bytes, let the device write into them, unlock, and compare.
	void round_trip(std::span<std::byte> bytes)
	{
		const size_t length = std::min<size_t>(bytes.size(), 1500);
		const auto target = bytes.last(length);
		std::array<std::byte, 1500> pattern;
		fill(pattern, 7);
		into_device(pattern);
		const Handle mdl = probe.lock_buffer(reinterpret_cast<uintptr_t>(bytes.data()),
						     static_cast<uint32_t>(bytes.size()));
		ASSERT_NE(mdl, 0U);
		const auto started = probe.start_dma(adapter(), mdl,
						     static_cast<uint32_t>(bytes.size() - length),
						     static_cast<uint32_t>(length), false);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		const auto list = elements(probe.list(started.index));
		expect_covers(list, target.data(), length);
		uint32_t done = 0;
		for (const auto &element : list) {
			probe.edu_dma(element.Address, done, static_cast<uint32_t>(element.Length),
				      false);
			done += static_cast<uint32_t>(element.Length);
		}
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
		probe.unlock_buffer(mdl);
		EXPECT_TRUE(std::equal(target.begin(), target.end(), pattern.begin()))
			<< "what the device wrote is not what the client sees";
	}

	/// Map @p length bytes of a file, and remember to unmap them.
	std::span<std::byte> map(int fd, size_t length, int flags)
	{
		void *memory = mmap(nullptr, length, PROT_READ | PROT_WRITE, flags, fd, 0);
		if (memory == MAP_FAILED)
			return {};
		mapped_.push_back({static_cast<std::byte *>(memory), length});
		return mapped_.back();
	}

	void TearDown() override
	{
		for (const auto &memory : mapped_)
			munmap(memory.data(), memory.size());
		ProbeTest::TearDown();
	}

private:
	void into_device(std::span<std::byte> pattern)
	{
		const Handle mdl =
			probe.lock_buffer(reinterpret_cast<uintptr_t>(pattern.data()),
					  static_cast<uint32_t>(pattern.size()), VpReadAccess);
		ASSERT_NE(mdl, 0U) << "memory on the stack";
		const auto started = probe.start_dma(adapter(), mdl, 0,
						     static_cast<uint32_t>(pattern.size()), true);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		uint32_t done = 0;
		for (const auto &element : elements(probe.list(started.index))) {
			probe.edu_dma(element.Address, done, static_cast<uint32_t>(element.Length),
				      true);
			done += static_cast<uint32_t>(element.Length);
		}
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, true), unsigned{NO_ERROR});
		probe.unlock_buffer(mdl);
	}

	std::vector<std::span<std::byte>> mapped_;
};

} // namespace

TEST_F(MemoryKindsTest, AnonymousMemoryThatWasNeverTouched)
{
	const Region region = Region::make(20000, 333);
	round_trip(region.bytes());
}

TEST_F(MemoryKindsTest, SharedAnonymousMemory)
{
	const Region region = Region::make(20000, 100, MAP_SHARED);
	round_trip(region.bytes());
}

TEST_F(MemoryKindsTest, AMemfdShowsTheSameInAllItsMappings)
{
	const int fd = memfd_create("vp", MFD_CLOEXEC);
	ASSERT_EQ(ftruncate(fd, 16384), 0);
	const auto first = map(fd, 16384, MAP_SHARED), second = map(fd, 16384, MAP_SHARED);
	close(fd);
	ASSERT_FALSE(first.empty());
	round_trip(first);
	EXPECT_TRUE(std::ranges::equal(first, second));
}

TEST_F(MemoryKindsTest, AFileOnTmpfsKeepsWhatTheDeviceWrote)
{
	const int fd = open("/tmp/vp-file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(ftruncate(fd, 8192), 0);
	const auto memory = map(fd, 8192, MAP_SHARED);
	ASSERT_FALSE(memory.empty());
	round_trip(memory);
	std::array<std::byte, 8192> read_back;
	EXPECT_EQ(pread(fd, read_back.data(), read_back.size(), 0), 8192);
	EXPECT_TRUE(std::ranges::equal(read_back, memory));
	close(fd);
	unlink("/tmp/vp-file");
}

TEST_F(MemoryKindsTest, APrivateMappingOfAFileIsCopiedNotWritten)
{
	const int fd = open("/tmp/vp-file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(ftruncate(fd, 8192), 0);
	const auto memory = map(fd, 8192, MAP_PRIVATE);
	ASSERT_FALSE(memory.empty());
	round_trip(memory);
	std::array<std::byte, 8192> read_back;
	EXPECT_EQ(pread(fd, read_back.data(), read_back.size(), 0), 8192);
	EXPECT_TRUE(std::ranges::all_of(read_back, [](std::byte b) { return b == std::byte{}; }));
	close(fd);
	unlink("/tmp/vp-file");
}

TEST_F(MemoryKindsTest, AReadOnlyFileThatTheDeviceReads)
{
	const Region data = Region::make(8192);
	fill(data.bytes(), 3);
	const int fd = open("/tmp/vp-file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0400);
	ASSERT_EQ(write(fd, data.data(), data.size()), 8192);
	void *memory = mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	ASSERT_NE(memory, MAP_FAILED);
	const Handle mdl =
		probe.lock_buffer(reinterpret_cast<uintptr_t>(memory), 8192, VpReadAccess);
	EXPECT_NE(mdl, 0U);
	EXPECT_EQ(pins_held(), 2);
	probe.unlock_buffer(mdl);
	munmap(memory, 8192);
	unlink("/tmp/vp-file");
}

TEST_F(MemoryKindsTest, HugePagesOfHugetlbfs)
{
	std::ofstream("/proc/sys/vm/nr_hugepages") << "4";
	const size_t huge = 2 << 20;
	void *memory = mmap(nullptr, huge, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (memory == MAP_FAILED)
		GTEST_SKIP() << "no huge pages in this kernel or memory";
	const std::span bytes(static_cast<std::byte *>(memory), huge);
	round_trip(bytes.subspan(12345, 100000));
	munmap(memory, huge);
	std::ofstream("/proc/sys/vm/nr_hugepages") << "0";
}

TEST_F(MemoryKindsTest, TransparentHugePages)
{
	const size_t huge = 2 << 20;
	const Region region = Region::make(2 * huge);
	madvise(region.page(0), 2 * huge, MADV_HUGEPAGE);
	fill(region.bytes(), 1);
	round_trip(region.bytes().subspan(4097, huge + 5));
}

TEST_F(MemoryKindsTest, MemoryWhoseAddressHasATag)
{
	if (prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0) != 0)
		GTEST_SKIP() << "no tagged addresses in this kernel";
	const Region region = Region::make(4 * page_size());
	const uint64_t tagged = region.address() | uint64_t{0x5a} << 56;
	for (const char *pages : {"absent", "there"}) {
		SCOPED_TRACE(pages);
		const Handle mdl = probe.lock_buffer(tagged, 4 * 4096);
		EXPECT_NE(mdl, 0U);
		EXPECT_EQ(pins_held(), 4);
		probe.unlock_buffer(mdl);
		fill(region.bytes(), 1);
	}
	expect_refused(probe.device(), {"bad_address|bad_length", "LockBuffer", {}}, [&] {
		EXPECT_EQ(probe.lock_buffer(tagged, 0xfffff000), 0U) << "beyond its memory";
	});
	prctl(PR_SET_TAGGED_ADDR_CTRL, 0, 0, 0, 0);
	expect_refused(probe.device(), {"bad_address", "LockBuffer", {}},
		       [&] { EXPECT_EQ(probe.lock_buffer(tagged, 4096), 0U) << "without leave"; });
}

TEST_F(MemoryKindsTest, AWriteOfTheProcessDuringALockReachesTheDevice)
{
	// a long-term pin of a page of a private mapping must not go stale at the next write
	const Region region = Region::make(page_size());
	ASSERT_TRUE(region.protect(0, 1, PROT_READ));
	[[maybe_unused]] volatile auto touched = region.data()[0];
	const Handle mdl = probe.lock_buffer(region, VpReadAccess);
	ASSERT_NE(mdl, 0U);
	ASSERT_TRUE(region.protect(0, 1, PROT_READ | PROT_WRITE));
	fill(region.bytes(), 9);
	const auto started = probe.start_dma(adapter(), mdl, 0, 4096, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	expect_covers(elements(probe.list(started.index)), region.data(), 4096);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, true), unsigned{NO_ERROR});
	probe.unlock_buffer(mdl);
}

TEST_F(MemoryKindsTest, MemoryThatIsUnmappedWhileItIsLockedStaysPinned)
{
	Handle mdl = 0;
	{
		const Region region = Region::make(3 * page_size());
		mdl = probe.lock_buffer(region);
		ASSERT_NE(mdl, 0U);
	}
	EXPECT_EQ(pins_held(), 3);
	const auto started = probe.start_dma(adapter(), mdl, 0, 100, false);
	EXPECT_EQ(started.status, unsigned{NO_ERROR});
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
	probe.unlock_buffer(mdl);
}

TEST_F(MemoryKindsTest, PoolMemoryOfTheMiniportComesZeroedAndCanBeLocked)
{
	for (const auto type : {VpNonPagedPool, VpPagedPool, VpNonPagedPoolCacheAligned}) {
		for (const uint64_t bytes : {8, 100, 4096, 100000}) {
			const uint64_t pool =
				probe.call(ProbeAllocatePool, {static_cast<uint64_t>(type), bytes})
					.Result;
			ASSERT_NE(pool, 0U);
			EXPECT_EQ(probe.peek(pool), 0U);
			EXPECT_EQ(probe.peek(pool, static_cast<int32_t>(bytes) - 8), 0U);
			const Handle mdl = probe.lock_buffer(pool, static_cast<uint32_t>(bytes));
			ASSERT_NE(mdl, 0U);
			EXPECT_EQ(videoport::pinned_kib(), 0U)
				<< "the client is not charged for it";
			const auto started = probe.start_dma(adapter(), mdl, 0,
							     static_cast<uint32_t>(bytes), true);
			EXPECT_EQ(started.status, unsigned{NO_ERROR});
			EXPECT_EQ(probe.complete_dma(adapter(), started.list, true),
				  unsigned{NO_ERROR});
			probe.unlock_buffer(mdl);
			probe.call(ProbeFreePool, {pool});
		}
	}
}

TEST_F(MemoryKindsTest, TheDeviceReachesPoolMemory)
{
	const uint64_t pool = probe.call(ProbeAllocatePool, {VpNonPagedPool, 4096}).Result;
	ASSERT_NE(pool, 0U);
	probe.poke(pool, 0, 0x1122334455667788);
	const Handle mdl = probe.lock_buffer(pool, 4096);
	ASSERT_NE(mdl, 0U);
	for (const bool to_device : {true, false}) {
		const uint32_t offset = to_device ? 0 : 64;
		const auto started = probe.start_dma(adapter(), mdl, offset, 8, to_device);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
		probe.edu_dma(probe.list(started.index).Elements[0].Address, 16, 8, to_device);
		EXPECT_EQ(probe.complete_dma(adapter(), started.list, to_device),
			  unsigned{NO_ERROR});
	}
	EXPECT_EQ(probe.peek(pool, 64), 0x1122334455667788U);
	probe.unlock_buffer(mdl);
	probe.call(ProbeFreePool, {pool});
}
