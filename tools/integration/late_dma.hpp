// SPDX-License-Identifier: GPL-2.0
/*
 * What tests share that let the device use an address after it was given back: announcing the fault,
 * and looking for it. Only in runs with VP_IOMMU=strict.
 */
#ifndef INTEGRATION_LATE_DMA_HPP
#define INTEGRATION_LATE_DMA_HPP

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>

#include "kmsg.hpp"
#include "probe.hpp"

namespace integration {

class LateDmaTest : public ProbeTest {
public:
	/// Say that a fault at an address will come: the runner accepts no other.
	static void announce(uint64_t address)
	{
		wait_for_a_ration();
		char line[80];
		snprintf(line, sizeof(line), "vm-announce: dmar-fault addr=0x%llx",
			 static_cast<unsigned long long>(address));
		ASSERT_TRUE(videoport::write_kernel_log(line));
	}

	/// Of so many bytes a fault is. An SMMUv3 reports each four, and the kernel tells of ten reports
	/// in five seconds; of VT-d's faults, one for all of them, it tells of three, hardly of more.
	static constexpr uint32_t fault_bytes = 32;
#ifdef __aarch64__
	static constexpr size_t ration = 1;
#else
	static constexpr size_t ration = 3;
#endif

	/// Wait until the kernel will tell of another fault.
	static void wait_for_a_ration()
	{
		using clock = std::chrono::steady_clock;
		static std::deque<clock::time_point> told;
		if (told.size() == ration) {
			EXPECT_TRUE(eventually([] {
				return clock::now() - told.front() > std::chrono::seconds(6);
			}));
			told.pop_front();
		}
		told.push_back(clock::now());
	}

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

	/// The device's write to @p logical faults, and @p memory keeps its bytes.
	void expect_fault(uint64_t logical, const videoport::Region &memory,
			  videoport::KernelLog &log)
	{
		std::ranges::fill(memory.bytes(), std::byte{0x77});
		announce(logical & ~0xfffULL);
		probe.edu_dma(logical, 0, fault_bytes, false);
		EXPECT_TRUE(log.wait_for(videoport::is_dma_fault, 10s)) << "no fault";
		EXPECT_TRUE(std::ranges::all_of(memory.bytes(), [](std::byte b) {
			return b == std::byte{0x77};
		})) << "the device wrote to memory that was given back";
	}
};

} // namespace integration

#endif // INTEGRATION_LATE_DMA_HPP
