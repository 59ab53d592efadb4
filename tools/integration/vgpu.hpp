// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of the virtio GPU's miniport share: an adapter that starts without a mode, and words for
 * its requests. Every test leaves the adapter reset.
 */
#ifndef INTEGRATION_VGPU_HPP
#define INTEGRATION_VGPU_HPP

#include "bench.hpp"
#include "memory.hpp"
#include "../miniports/vgpu/client.hpp"

namespace integration {

class VgpuTest : public BenchTest {
protected:
	void SetUp() override
	{
		BenchTest::SetUp();
		device_ = open_adapter(Place::vgpu);
		ASSERT_TRUE(device_);
		reset();
	}
	void TearDown() override
	{
		if (device_)
			reset();
		device_.close();
		BenchTest::TearDown();
	}

	void reset() const { expect_status(NO_ERROR, device_.request(IOCTL_VIDEO_RESET_DEVICE)); }

	static void expect_status(uint32_t status, const videoport::Reply &reply)
	{
		EXPECT_EQ(reply.error, 0) << reply.name();
		EXPECT_EQ(videoport::status_name(reply.status), videoport::status_name(status));
	}

	/// Set the mode of a size.
	VIDEO_MODE_INFORMATION show(uint32_t width, uint32_t height) const
	{
		const auto mode = vgpu::find_mode(device_, width, height);
		EXPECT_TRUE(mode) << width << "x" << height;
		if (mode)
			expect_status(NO_ERROR, vgpu::set_mode(device_, mode->ModeIndex));
		return mode.value_or(VIDEO_MODE_INFORMATION{});
	}
	/// A picture of the whole mode.
	static videoport::Region picture(const VIDEO_MODE_INFORMATION &mode, size_t offset = 0)
	{
		return videoport::Region::make(size_t{mode.ScreenStride} * mode.VisScreenHeight,
					       offset);
	}
	static vgpu::Rect whole(const VIDEO_MODE_INFORMATION &mode)
	{
		return {0, 0, mode.VisScreenWidth, mode.VisScreenHeight};
	}

	uint64_t lock(const videoport::Region &memory) const
	{
		uint64_t handle = 0;
		expect_status(NO_ERROR, vgpu::lock(device_, memory.data(),
						   static_cast<uint32_t>(memory.size()), handle));
		EXPECT_NE(handle, 0U);
		return handle;
	}
	void unlock(uint64_t handle) const
	{
		expect_status(NO_ERROR, vgpu::unlock(device_, handle));
	}

	/// Wait for the upload's end, which has to come in time.
	VGPU_UPLOADED finish() const
	{
		VGPU_UPLOADED uploaded = {};
		expect_status(NO_ERROR, vgpu::wait(device_, uploaded));
		return uploaded;
	}
	/// An upload that works, and that the device has let go of.
	VGPU_UPLOADED upload(uint64_t handle, const vgpu::Rect &rect, uint32_t offset = 0) const
	{
		expect_status(NO_ERROR, vgpu::upload(device_, handle, rect, offset));
		const VGPU_UPLOADED uploaded = finish();
		EXPECT_EQ(uploaded.Status, uint32_t{NO_ERROR});
		EXPECT_EQ(live(device_, "transfers"), 0U);
		EXPECT_EQ(live(device_, "mappings"), 0U);
		return uploaded;
	}

	VGPU_INFO info() const
	{
		VGPU_INFO found = {};
		expect_status(NO_ERROR, vgpu::info(device_, found));
		return found;
	}

	videoport::Device device_;
};

} // namespace integration

#endif // INTEGRATION_VGPU_HPP
