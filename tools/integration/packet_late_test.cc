// SPDX-License-Identifier: GPL-2.0
/*
 * After the end of a packet DMA that unlocks: the device cannot reach the page any more. Only in
 * runs with VP_IOMMU=strict.
 */
#include "late_dma.hpp"

using namespace integration;
using videoport::Region;

namespace {

class LatePacketDmaTest : public LateDmaTest {
protected:
	Place place() const override { return Place::probe_nt4; }
};

} // namespace

TEST_F(LatePacketDmaTest, AfterADmaThatUnlocksTheDeviceCannotReachThePage)
{
	const Region memory = Region::make(4096);
	probe.choose_start_dma(DmaAsyncReturn);
	const auto locked = probe.lock_pages(memory.address(), 4096, VideoPortUnlockAfterDma);
	ASSERT_TRUE(locked.locked);
	const uint64_t logical = probe.scatter_gather(locked.handle)[0].Address;
	probe.edu_dma(logical, 0, 256, false); // allowed until here
	videoport::KernelLog log;
	EXPECT_EQ(probe.signal(locked.handle, ProbeInterrupt), 1U);
	ASSERT_TRUE(eventually([&] { return live(probe.device(), "mappings") == 0; }));
	expect_fault(logical, memory, log);
}
