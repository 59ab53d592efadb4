// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortLockPages and VideoPortLockBuffer: what is pinned, mapped, charged and returned, and what
 * is refused. "Who may lock what" of the contract.
 */
#include "bench.hpp"

#include <tuple>

using namespace sim;

namespace {

class LockTest : public BenchTest {
protected:
	void expect_locked(size_t pages, size_t mappings, size_t buffers = 1)
	{
		EXPECT_EQ(bench.pins(), pages);
		EXPECT_EQ(a.process.charged, pages);
		EXPECT_EQ(bench.mappings(), mappings);
		EXPECT_EQ(bench.counter("locked_buffers"), buffers);
		EXPECT_EQ(bench.counter("pinned_pages"), pages);
		EXPECT_EQ(bench.counter("mappings"), mappings);
	}
	void expect_nothing_locked() { expect_locked(0, 0, 0); }

	void expect_lock_refused(const char *cause, uint64_t address, size_t length,
				 VP_LOCK_OPERATION access)
	{
		uint64_t before = bench.counter(cause);

		EXPECT_EQ(bench.lock_for(a, address, length, access), nullptr);
		EXPECT_EQ(bench.counter(cause), before + 1) << cause;
		expect_nothing_locked();
	}
};

struct Range {
	size_t offset, length, pages;
};

class LockRange : public LockTest, public testing::WithParamInterface<Range> {};

INSTANTIATE_TEST_SUITE_P(Ranges, LockRange,
			 testing::Values(Range{0, 1, 1}, Range{4095, 1, 1}, Range{4095, 2, 2},
					 Range{0, 4096, 1}, Range{0, 4097, 2}, Range{1, 4096, 2},
					 Range{63, 20000, 5}, Range{0, 20 * 4096, 20},
					 Range{1, 20 * 4096 - 1, 20}));

TEST_P(LockRange, LockPagesPinsMapsAndListsExactlyTheRange)
{
	auto [offset, length, pages] = GetParam();
	auto data = pattern(length);
	std::vector<uint8_t> seen;

	ASSERT_TRUE(a.process.write(User::at(0, offset), data.data(), length));

	LockedPages locked = bench.lock_pages_for(a, User::at(0, offset), length);

	ASSERT_TRUE(locked.locked);
	expect_locked(pages, 1);

	auto list = bench.segments(locked.handle);

	EXPECT_EQ(locked.list_bytes, list.size() * sizeof(VRB_SG));
	EXPECT_EQ(bench.read_list(list, seen), Access::Done);
	EXPECT_TRUE(same(seen, data));
	bench.in_request(a, [&] {
		EXPECT_TRUE(
			VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(locked.handle)));
	});
	expect_nothing_locked();
	EXPECT_EQ(bench.read_list(list, seen), Access::Blocked);
}

TEST_P(LockRange, LockBufferPinsTheRangeAndMapsNothing)
{
	auto [offset, length, pages] = GetParam();
	PVOID mdl = bench.lock_for(a, User::at(0, offset), length);

	ASSERT_TRUE(mdl);
	expect_locked(pages, 0);
	EXPECT_TRUE(bench.segments(mdl).empty())
		<< "GET_VIDEO_SCATTERGATHER lists what is not mapped";
	VideoPortUnlockBuffer(bench.extension(), mdl);
	expect_nothing_locked();
}

TEST_F(LockTest, EachLockIsChargedByItselfThoughPagesAreTheSame)
{
	PVOID first = bench.lock_for(a, User::at(0), 8192);
	PVOID second = bench.lock_for(a, User::at(1), 8192);

	ASSERT_TRUE(first && second);
	EXPECT_NE(first, second);
	expect_locked(4, 0, 2);
	VideoPortUnlockBuffer(bench.extension(), first);
	expect_locked(2, 0, 1);
	VideoPortUnlockBuffer(bench.extension(), second);
	expect_nothing_locked();
}

TEST_F(LockTest, OnlyDmaInitOnlyLocksPages)
{
	for (int flags : {1, 2, 0, 4, -1})
		bench.in_request(a, [&] {
			EXPECT_FALSE(
				bench.lock_pages(User::at(0), 4096, static_cast<DMA_FLAGS>(flags))
					.locked);
		});
	expect_nothing_locked();
}

TEST_F(LockTest, ZeroLengthIsRefused)
{
	expect_lock_refused("bad_length", User::at(0), 0, VpModifyAccess);
	EXPECT_FALSE(bench.lock_pages_for(a, User::at(0), 0).locked);
}

TEST_F(LockTest, TheLogDoesNotTellWhichAddressOfTheKernelWasRefused)
{
	const uint64_t kernel = 0xffff888012345000;

	expect_lock_refused("bad_address", kernel, 4096, VpReadAccess);
	expect_lock_refused("bad_length", kernel, 0, VpReadAccess);
	EXPECT_EQ(VideoPortLockBuffer(bench.extension(), reinterpret_cast<PVOID>(kernel), 4096,
				      VpReadAccess),
		  nullptr)
		<< "outside a request";
	EXPECT_TRUE(bench.machine->logged("4096 bytes at (pointer)"));
	EXPECT_TRUE(bench.machine->logged("length 0 at (pointer)"));
	EXPECT_FALSE(bench.machine->logged("12345000")) << bench.machine->log_tail();

	expect_lock_refused("bad_address", User::at(User::hole), 1, VpReadAccess);
	EXPECT_TRUE(bench.machine->logged("1 bytes at 0x1001a000")) << "a client's is";
}

TEST_F(LockTest, WrapAroundIsRefused)
{
	expect_lock_refused("bad_address", ~0ull - 10, 4096, VpReadAccess);
	expect_lock_refused("bad_address", ~0ull, 1, VpReadAccess);
	expect_lock_refused("bad_address", 0, 4096, VpReadAccess);
}

TEST_F(LockTest, HolesDeviceMemoryAndShortPinsAreRefusedAndReleased)
{
	expect_lock_refused("bad_address", User::at(User::hole), 1, VpReadAccess);
	expect_lock_refused("bad_address", User::at(User::device), 1, VpReadAccess);
	expect_lock_refused("bad_address", User::at(User::device - 1), 4097, VpReadAccess);
	a.process.map(7, PageKind::Hole);
	expect_lock_refused("bad_address", User::at(0), 20 * 4096, VpModifyAccess);
	EXPECT_FALSE(bench.lock_pages_for(a, User::at(0), 20 * 4096).locked);
	expect_nothing_locked();
}

TEST_F(LockTest, ReadOnlyMemoryIsLockedOnlyForReading)
{
	expect_lock_refused("bad_address", User::at(User::read_only), 4096, VpWriteAccess);
	expect_lock_refused("bad_address", User::at(User::read_only), 4096, VpModifyAccess);
	EXPECT_FALSE(bench.lock_pages_for(a, User::at(User::read_only), 16).locked);

	PVOID mdl = bench.lock_for(a, User::at(User::read_only), 4096, VpReadAccess);

	ASSERT_TRUE(mdl);
	expect_locked(1, 0);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	EXPECT_FALSE(a.process.entry(User::read_only).page->dirty);
}

TEST_F(LockTest, TheLimitOfTheClientCounts)
{
	a.process.memlock_limit = 3;

	PVOID two = bench.lock_for(a, User::at(0), 8192);

	ASSERT_TRUE(two);
	EXPECT_EQ(bench.lock_for(a, User::at(4), 8192), nullptr);
	EXPECT_EQ(bench.counter("memlock_limit"), 1u);
	expect_locked(2, 0);
	a.process.may_exceed = true;

	PVOID more = bench.lock_for(a, User::at(4), 8192);

	EXPECT_TRUE(more);
	expect_locked(4, 0, 2);
	VideoPortUnlockBuffer(bench.extension(), two);
	VideoPortUnlockBuffer(bench.extension(), more);
	expect_nothing_locked();
}

TEST_F(LockTest, ClientMemoryIsLockedOnlyWhileItsRequestIsServed)
{
	Running running(a.thread);

	EXPECT_EQ(bench.lock_buffer(User::at(0), 4096, VpReadAccess), nullptr);
	EXPECT_FALSE(bench.lock_pages(User::at(0), 4096).locked);
	EXPECT_EQ(bench.counter("bad_address"), 2u);
	expect_nothing_locked();
}

TEST_F(LockTest, AnotherThreadOfTheClientIsNotInItsRequest)
{
	Thread other("other thread of a", &a.process);

	bench.in_request(a, [&] {
		Running running(other);

		EXPECT_EQ(bench.lock_buffer(User::at(0), 4096, VpReadAccess), nullptr);
	});
	expect_nothing_locked();
}

TEST_F(LockTest, ADyingClientLocksNothing)
{
	bench.in_request(a, [&] {
		a.process.killed = true;
		EXPECT_EQ(bench.lock_buffer(User::at(0), 4096, VpReadAccess), nullptr);
	});
	expect_nothing_locked();
}

TEST_F(LockTest, NotFromADpcOrAnInterrupt)
{
	auto refused = [&] {
		EXPECT_EQ(bench.lock_buffer(User::at(0), 4096, VpReadAccess), nullptr);
		EXPECT_FALSE(bench.lock_pages(User::at(0), 4096).locked);
	};

	bench.in_dpc(refused);
	bench.in_interrupt(refused);
	bench.in_timer(refused);
	EXPECT_EQ(bench.counter("wrong_context"), 6u);
	/* an interrupt of the very thread whose request is served */
	bench.in_request(a, [&] { bench.in_interrupt(refused); });
	EXPECT_EQ(bench.counter("wrong_context"), 8u);
	expect_nothing_locked();
}

TEST_F(LockTest, KernelMemoryOnlyInsideAnAllocationOfThisPort)
{
	auto memory = [&](unsigned int which) {
		return reinterpret_cast<uint64_t>(
			VideoPortAllocatePool(bench.extension(which), VpNonPagedPool, 10000, 0));
	};
	uint64_t own = memory(0), others = memory(1);

	/* outside any request, too: it is the miniport's */
	PVOID mdl = bench.lock_buffer(own + 100, 9900, VpModifyAccess);

	ASSERT_TRUE(mdl);
	EXPECT_EQ(bench.counter("pinned_pages"), 3u);
	EXPECT_EQ(bench.pins(), 0u);
	EXPECT_EQ(a.process.charged, 0u);
	EXPECT_EQ(bench.lock_buffer(own + 100, 9901, VpModifyAccess), nullptr);
	EXPECT_EQ(bench.lock_buffer(own - 1, 10, VpModifyAccess), nullptr);
	EXPECT_EQ(bench.lock_for(a, own + 100, 9901, VpModifyAccess), nullptr);
	EXPECT_EQ(bench.lock_for(a, others, 100, VpModifyAccess), nullptr);
	EXPECT_EQ(bench.lock_for(a, ~0ull << 47, 100, VpModifyAccess), nullptr);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	expect_nothing_locked();
	VideoPortFreePool(bench.extension(0), reinterpret_cast<PVOID>(own));
	EXPECT_EQ(bench.lock_buffer(own, 100, VpModifyAccess), nullptr);
}

TEST_F(LockTest, FreedMemoryStaysUntilItIsUnlocked)
{
	auto *memory = static_cast<uint8_t *>(
		VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 8192, 0));
	PVOID mdl = bench.lock_buffer(reinterpret_cast<uint64_t>(memory), 8192, VpModifyAccess);

	ASSERT_TRUE(mdl);
	VideoPortFreePool(bench.extension(), memory);
	memory[8191] = 1; /* still there: or this is found */
	VideoPortUnlockBuffer(bench.extension(), mdl);
	EXPECT_EQ(bench.counter("allocations"), 0u);
}

TEST_F(LockTest, TheSystemBufferOfARequestStaysWhileItIsLocked)
{
	PVOID handle = nullptr;

	bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &packet) {
			EXPECT_TRUE(VideoPortLockPages(bench.extension(), &packet, nullptr, nullptr,
						       VideoPortDmaInitOnly));
			handle = packet.OutputBuffer;
		},
		pattern(5000));
	ASSERT_TRUE(handle);

	std::vector<uint8_t> seen;

	EXPECT_EQ(bench.read_list(bench.segments(handle), seen), Access::Done);
	EXPECT_TRUE(same(seen, pattern(5000)));
	VideoPortUnlockBuffer(bench.extension(), handle);
	EXPECT_EQ(bench.counter("allocations"), 0u);
}

TEST_F(LockTest, AnythingThatIsNoDeviceExtensionIsRefused)
{
	bench.in_request(a, [&] {
		EXPECT_EQ(VideoPortLockBuffer(nullptr, reinterpret_cast<PVOID>(User::at(0)), 1,
					      VpReadAccess),
			  nullptr);
		EXPECT_FALSE(VideoPortLockPages(nullptr, nullptr, nullptr, nullptr,
						VideoPortDmaInitOnly));
		EXPECT_FALSE(VideoPortLockPages(bench.extension(), nullptr, nullptr, nullptr,
						VideoPortDmaInitOnly));
		/* nothing is looked into: neither of these is an address */
		for (PVOID garbage :
		     {reinterpret_cast<PVOID>(0x10), reinterpret_cast<PVOID>(~0ull),
		      static_cast<PVOID>(static_cast<char *>(bench.extension()) + 8)})
			EXPECT_EQ(VideoPortAllocatePool(garbage, VpPagedPool, 1, 0), nullptr);
	});
	EXPECT_TRUE(bench.machine->logged("not the device extension of an adapter"));
}

TEST_F(LockTest, TheExtensionOfARemovedAdapterIsRefused)
{
	PVOID extension = bench.extension();
	uint64_t forged = reinterpret_cast<uintptr_t>(Bench::forged());

	bench.remove();
	EXPECT_EQ(VideoPortAllocatePool(extension, VpPagedPool, 1, 0), nullptr);
	EXPECT_TRUE(VideoPortUnlockPages(extension, reinterpret_cast<PDMA>(forged)));
	EXPECT_TRUE(bench.machine->logged("not the device extension of an adapter"));
}

} // namespace
