// SPDX-License-Identifier: GPL-2.0
/*
 * The device uses an address after it was given back: behind a strict IOMMU that is a fault, and
 * the page is untouched. Only in runs with VP_IOMMU=strict.
 */
#include "late_dma.hpp"

#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::Region;

TEST_F(LateDmaTest, AfterUnlockPagesTheDeviceCannotReachThePage)
{
	const Region memory = Region::make(4096);
	const auto locked = probe.lock_pages(memory);
	ASSERT_TRUE(locked.locked);
	const uint64_t logical = probe.scatter_gather(locked.handle)[0].Address;
	ASSERT_NE(logical, 0U);
	probe.edu_dma(logical, 0, 256, false); // allowed until here
	videoport::KernelLog log;
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	expect_fault(logical, memory, log);
}

TEST_F(LateDmaTest, AfterCompleteDmaTheDeviceCannotReachThePage)
{
	const Region memory = Region::make(4096);
	const Handle mdl = probe.lock_buffer(memory);
	const auto started = probe.start_dma(adapter(), mdl, 0, 4096, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	const uint64_t logical = probe.list(started.index).Elements[0].Address;
	videoport::KernelLog log;
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
	expect_fault(logical, memory, log);
	probe.unlock_buffer(mdl);
}

TEST_F(LateDmaTest, TheSampleMiniportsLateDmaFaults)
{
	const auto edu = open_adapter(Place::edu_a);
	const Region memory = Region::make(4096);
	EDU_LOCKED locked = {};
	ASSERT_TRUE(edu::lock_pages(edu, memory.data(), 4096, locked));
	const uint64_t logical = locked.Segments[0].LogicalAddress;
	EDU_UNLOCKED unlocked = {};
	ASSERT_TRUE(edu::unlock_pages(edu, locked.Handle, unlocked));
	std::ranges::fill(memory.bytes(), std::byte{0x66});

	EDU_LATE late = {};
	late.Length = fault_bytes;
	videoport::KernelLog log;
	announce(logical & ~0xfffULL);
	const auto reply = edu.send(IOCTL_EDU_LATE_DMA, late);
	ASSERT_TRUE(reply) << reply.name() << ": vp_edu has to be built with EDU_LATE_DMA=y";
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(edu::wait(edu, state, edu::patience(fault_bytes)));
	EXPECT_TRUE(log.wait_for(videoport::is_dma_fault, 10s));
	EXPECT_TRUE(std::ranges::all_of(memory.bytes(),
					[](std::byte b) { return b == std::byte{0x66}; }));
	EXPECT_TRUE(edu::finish(edu));
}
