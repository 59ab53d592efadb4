// SPDX-License-Identifier: GPL-2.0
/*
 * What tests of packet DMA share: a locked region of the probe that has HwStartDma, and what has to
 * be true of its handle.
 */
#ifndef INTEGRATION_PACKET_HPP
#define INTEGRATION_PACKET_HPP

#include "probe.hpp"
#include "refusal.hpp"

namespace integration {

inline constexpr uint32_t keep = VideoPortKeepPagesLocked;
inline constexpr uint32_t unlock_after = VideoPortUnlockAfterDma;

/// HwStartDma answers asynchronously unless a test chooses otherwise.
class PacketTest : public Nt4Test {
protected:
	void SetUp() override
	{
		Nt4Test::SetUp();
		probe.choose_start_dma(DmaAsyncReturn);
	}

	/// Lock the region; with @p flags that start a DMA, HwStartDma is called.
	Handle lock(uint32_t flags = VideoPortDmaInitOnly) const
	{
		const auto locked = probe.lock_pages(region_.address(),
						     static_cast<uint32_t>(region_.size()), flags);
		EXPECT_TRUE(locked.locked);
		return locked.handle;
	}

	uint64_t counted(const char *name) const { return live(probe.device(), name); }

	/// The handle is gone, and all that it held.
	void expect_unlocked(Handle dma) const
	{
		EXPECT_TRUE(eventually([] { return pins_held() == 0; })) << "pages stay pinned";
		EXPECT_EQ(counted("transfers"), 0U);
		EXPECT_TRUE(eventually([&] { return counted("locked_buffers") == 0; }));
		EXPECT_EQ(counted("mappings"), 0U);
		expect_refused(probe.device(), {"stale_handle", "GetMdl", dma},
			       [&] { EXPECT_EQ(probe.get_mdl(dma), 0U); });
	}

	/// It is locked, and no DMA runs on it.
	void expect_idle(Handle dma) const
	{
		EXPECT_EQ(counted("transfers"), 0U);
		EXPECT_EQ(pins_held(), 5);
		EXPECT_EQ(probe.get_mdl(dma), dma);
	}

	void unlock(Handle dma) const { EXPECT_EQ(probe.unlock_pages(dma), 1U); }

	videoport::Region region_ = videoport::Region::make(4 * videoport::page_size() + 100, 600);
};

} // namespace integration

#endif // INTEGRATION_PACKET_HPP
