// SPDX-License-Identifier: GPL-2.0
/*
 * The device uses an address after it was given back: behind a strict IOMMU that is a fault, and
 * the page is untouched. Only in runs with VP_IOMMU=strict.
 */
#include "probe.hpp"

#include <algorithm>
#include <cstdio>

#include "kmsg.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::Region;

namespace {

class LateDmaTest : public ProbeTest {
protected:
	void SetUp() override
	{
		if (!run().strict)
			GTEST_SKIP() << "wants a strict IOMMU";
		ProbeTest::SetUp();
	}
	void TearDown() override
	{
		if (run().strict)
			ProbeTest::TearDown();
	}

	/// Say that a fault at an address will come: the runner accepts no other.
	static void announce(uint64_t address)
	{
		char line[80];
		snprintf(line, sizeof(line), "vm-announce: dmar-fault addr=0x%llx",
			 static_cast<unsigned long long>(address));
		ASSERT_TRUE(videoport::write_kernel_log(line));
	}

	/// After @p give_back the device's write to @p logical faults and @p memory keeps its bytes.
	void expect_fault(uint64_t logical, const Region &memory, videoport::KernelLog &log)
	{
		std::ranges::fill(memory.bytes(), std::byte{0x77});
		announce(logical & ~0xfffULL);
		probe.edu_dma(logical, 0, 256, false);
		EXPECT_TRUE(log.wait_for(
			[](const std::string &line) {
				return line.find("DMAR: [DMA Write") != std::string::npos;
			},
			10s))
			<< "no fault";
		EXPECT_TRUE(std::ranges::all_of(memory.bytes(), [](std::byte b) {
			return b == std::byte{0x77};
		})) << "the device wrote to memory that was given back";
	}
};

} // namespace

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
	late.Length = 512;
	videoport::KernelLog log;
	announce(logical & ~0xfffULL);
	const auto reply = edu.send(IOCTL_EDU_LATE_DMA, late);
	ASSERT_TRUE(reply) << reply.name() << ": vp_edu has to be built with EDU_LATE_DMA=y";
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(edu::wait(edu, state, edu::patience(512)));
	EXPECT_TRUE(log.wait_for(
		[](const std::string &line) {
			return line.find("DMAR: [DMA Write") != std::string::npos;
		},
		10s));
	EXPECT_TRUE(std::ranges::all_of(memory.bytes(),
					[](std::byte b) { return b == std::byte{0x66}; }));
	EXPECT_TRUE(edu::finish(edu));
}
