// SPDX-License-Identifier: GPL-2.0
/*
 * Pictures that the virtio GPU fetches from a client's pages: in lists of bounded length, with every
 * ending that there is while the device has them. That every pixel arrives tools/display shows.
 */
#include <sys/mman.h>

#include "child.hpp"
#include "module_control.hpp"
#include "refusal.hpp"
#include "vgpu.hpp"

using namespace integration;
using videoport::Device;
using videoport::Region;

namespace {

class VgpuUploadTest : public VgpuTest {
protected:
	/// An upload that the device has not been told of: its pages are the device's until it is.
	void hold(uint64_t handle, const vgpu::Rect &rect) const
	{
		expect_status(NO_ERROR, vgpu::upload(device_, handle, rect, 0, VGPU_UPLOAD_HOLD));
		EXPECT_EQ(info().Running, 1U);
		EXPECT_EQ(live(device_, "transfers"), 1U);
	}
	/// The adapter does all that it should, for a client of its own.
	void expect_works() const
	{
		const auto mode = show(640, 480);
		const Region memory = picture(mode);
		const uint64_t handle = lock(memory);
		EXPECT_EQ(upload(handle, whole(mode)).Bytes, memory.size());
		unlock(handle);
	}
};

/// Takes the right to do DMA from the device: it hears nothing and answers nothing.
class Deaf {
public:
	explicit Deaf(Place place) : path_("/sys/bus/pci/devices/" + pci_address(place) + "/config")
	{
		EXPECT_TRUE(set(false));
	}
	~Deaf() { EXPECT_TRUE(set(true)); }

private:
	bool set(bool master) const
	{
		constexpr off_t command = 4;
		const int fd = open(path_.c_str(), O_RDWR | O_CLOEXEC);
		uint16_t value = 0;
		bool good = pread(fd, &value, sizeof(value), command) == sizeof(value);
		value = master ? value | 4 : value & ~4;
		good = good && pwrite(fd, &value, sizeof(value), command) == sizeof(value);
		close(fd);
		return good;
	}

	std::string path_;
};

} // namespace

TEST_F(VgpuUploadTest, EveryModeIsFetchedWholeInListsThatTheDeviceTakes)
{
	for (const auto &[width, height] :
	     {std::pair{640U, 480U}, {800U, 600U}, {1280U, 1024U}, {1920U, 1080U}}) {
		const auto mode = show(width, height);
		const Region memory = picture(mode, 4 * 77); // not at the start of a page
		const uint64_t handle = lock(memory);
		EXPECT_EQ(pins_held(), static_cast<int64_t>(memory.pages()));
		const VGPU_INFO before = info();
		const VGPU_UPLOADED uploaded = upload(handle, whole(mode));
		EXPECT_EQ(uploaded.Bytes, memory.size());
		const uint32_t most = before.MaximumElements;
		EXPECT_GE(uploaded.Pieces, memory.size() / (size_t{most} * videoport::page_size()));
		EXPECT_LE(uploaded.Elements, uploaded.Pieces * most);
		EXPECT_GE(uploaded.Elements, uploaded.Pieces);
		EXPECT_EQ(info().Commands - before.Commands, 3 * uploaded.Pieces + 1);
		EXPECT_EQ(info().Bytes - before.Bytes, uploaded.Bytes);
		unlock(handle);
		EXPECT_EQ(pins_held(), 0);
	}
}

TEST_F(VgpuUploadTest, OnlyTheLinesOfARectangleAreFetched)
{
	const auto mode = show(1024, 768);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	for (const vgpu::Rect rect : {vgpu::Rect{0, 0, 1, 1},
				      {1023, 767, 1, 1},
				      {5, 700, 1000, 68},
				      {0, 3, 1024, 2},
				      {0, 0, 1024, 767}})
		EXPECT_EQ(upload(handle, rect).Bytes, uint64_t{rect.height} * mode.ScreenStride);
	unlock(handle);
}

TEST_F(VgpuUploadTest, APictureMayBeAnywhereInWhatIsLocked)
{
	const auto mode = show(640, 480);
	const size_t bytes = size_t{mode.ScreenStride} * mode.VisScreenHeight;
	const Region memory = Region::make(bytes + 8192, 12);
	const uint64_t handle = lock(memory);
	for (const uint32_t offset : {0U, 4U, 4096U, 8192U})
		EXPECT_EQ(upload(handle, whole(mode), offset).Bytes, bytes);
	expect_refused(device_, {"bad_length", "StartDma", {}}, [&] {
		expect_status(ERROR_INVALID_PARAMETER,
			      vgpu::upload(device_, handle, whole(mode), 8196));
	});
	EXPECT_EQ(info().Running, 0U);
	unlock(handle);
}

TEST_F(VgpuUploadTest, ARectangleThatCannotBeIsRefused)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	const uint32_t most = 0xffffffff;
	for (const vgpu::Rect rect : {vgpu::Rect{0, 0, 0, 1},
				      {0, 0, 1, 0},
				      {640, 0, 1, 1},
				      {0, 480, 1, 1},
				      {1, 0, 640, 1},
				      {0, 1, 1, 480},
				      {most, 0, 2, 1},
				      {0, most, 1, 2},
				      {0, 0, most, most},
				      {1, 1, most, 1}})
		expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, handle, rect));
	const vgpu::Rect good = whole(mode);
	expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, handle, good, 2));
	expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, handle, good, 0xfffffffc));
	expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, handle, good, 0, 2));
	EXPECT_EQ(info().Running, 0U);
	unlock(handle);
	reset();
	expect_status(ERROR_INVALID_FUNCTION, vgpu::upload(device_, handle, good));
}

TEST_F(VgpuUploadTest, AHandleThatIsNoneOfTheClientIsRefused)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	const Device other = open_adapter(Place::vgpu);
	expect_refused(other, {"foreign_handle", "StartDma", handle}, [&] {
		expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(other, handle, whole(mode)));
	});
	expect_refused(other, {"foreign_handle", "UnlockBuffer", handle},
		       [&] { expect_status(NO_ERROR, vgpu::unlock(other, handle)); });
	EXPECT_EQ(upload(handle, whole(mode)).Bytes, memory.size());
	unlock(handle);
	expect_refused(device_, {"stale_handle", "StartDma", handle}, [&] {
		expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, handle, whole(mode)));
	});
	expect_refused(device_, {"null_handle", "StartDma", {}}, [&] {
		expect_status(ERROR_INVALID_PARAMETER, vgpu::upload(device_, 0, whole(mode)));
	});
}

TEST_F(VgpuUploadTest, MemoryThatMayOnlyBeReadIsEnoughAndWhatIsNotThereIsNot)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	ASSERT_TRUE(memory.protect(0, memory.pages(), PROT_READ));
	const uint64_t handle = lock(memory);
	EXPECT_EQ(upload(handle, whole(mode)).Bytes, memory.size());
	unlock(handle);

	uint64_t none = 0;
	ASSERT_TRUE(memory.protect(1, 1, PROT_NONE));
	const auto length = static_cast<uint32_t>(memory.size());
	expect_refused(device_, {"bad_address", "LockBuffer", {}}, [&] {
		expect_status(ERROR_NOT_ENOUGH_MEMORY,
			      vgpu::lock(device_, memory.data(), length, none));
	});
	expect_refused(device_, {"bad_address", "LockBuffer", {}}, [&] {
		expect_status(ERROR_NOT_ENOUGH_MEMORY,
			      vgpu::lock(device_, reinterpret_cast<void *>(0xffff888000000000),
					 length, none));
	});
	expect_status(ERROR_INVALID_PARAMETER, vgpu::lock(device_, memory.data(), 0, none));
	EXPECT_EQ(pins_held(), 0);
}

TEST_F(VgpuUploadTest, UnlockedWhileTheDeviceHasThemThePagesStayUntilItHasLetGo)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	hold(handle, whole(mode));
	unlock(handle);
	EXPECT_EQ(pins_held(), static_cast<int64_t>(memory.pages()));
	EXPECT_EQ(live(device_, "transfers"), 1U);
	const VGPU_UPLOADED uploaded = finish();
	EXPECT_EQ(uploaded.Status, uint32_t{NO_ERROR});
	EXPECT_EQ(uploaded.Bytes, memory.size());
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	EXPECT_EQ(live(device_, "transfers"), 0U);
}

TEST_F(VgpuUploadTest, UnlockedBetweenThePiecesTheUploadFailsAndNothingIsLeft)
{
	const auto mode = show(1920, 1080);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	hold(handle, whole(mode));
	unlock(handle);
	const uint64_t refused = device_.counter("stale_handle").value_or(0);
	const VGPU_UPLOADED uploaded = finish();
	EXPECT_EQ(device_.counter("stale_handle"), refused + 1) << "the second piece has no pages";
	EXPECT_EQ(uploaded.Status, uint32_t{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(uploaded.Pieces, 1U);
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	expect_works();
}

TEST_F(VgpuUploadTest, AClientThatGoesLeavesItsPagesToTheDeviceUntilItHasLetGo)
{
	const auto mode = show(640, 480);
	Device client = open_adapter(Place::vgpu);
	const Region memory = picture(mode);
	uint64_t handle = 0;
	expect_status(NO_ERROR, vgpu::lock(client, memory.data(),
					   static_cast<uint32_t>(memory.size()), handle));
	expect_status(NO_ERROR, vgpu::upload(client, handle, whole(mode), 0, VGPU_UPLOAD_HOLD));
	client.close();
	EXPECT_EQ(pins_held(), static_cast<int64_t>(memory.pages()));
	EXPECT_EQ(finish().Status, uint32_t{NO_ERROR});
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
}

TEST_F(VgpuUploadTest, AModeSetLetsTheUploadEndFirst)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	hold(handle, whole(mode));
	show(800, 600);
	EXPECT_EQ(info().Running, 0U);
	EXPECT_EQ(live(device_, "transfers"), 0U);
	EXPECT_EQ(finish().Status, uint32_t{NO_ERROR});
	unlock(handle);
}

TEST_F(VgpuUploadTest, AnUploadWaitsForTheOneBeforeIt)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	const VGPU_INFO before = info();
	hold(handle, {0, 0, 640, 100});
	hold(handle, {0, 100, 640, 380});
	EXPECT_EQ(finish().Bytes, uint64_t{380} * mode.ScreenStride);
	EXPECT_EQ(info().Bytes - before.Bytes, memory.size());
	unlock(handle);
}

TEST_F(VgpuUploadTest, AResetTakesThePagesFromTheDevice)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	hold(handle, whole(mode));
	reset();
	EXPECT_EQ(live(device_, "transfers"), 0U);
	EXPECT_EQ(info().Running, 0U);
	EXPECT_EQ(finish().Status, uint32_t{ERROR_GEN_FAILURE});
	EXPECT_EQ(pins_held(), static_cast<int64_t>(memory.pages())) << "still locked";
	unlock(handle);
	expect_works();
}

TEST_F(VgpuUploadTest, UnboundWithAScreenOnAndAnUploadInFlightNothingIsLeftAndItComesBack)
{
	for (int round = 0; round < 3; round++) {
		const auto mode = show(800, 600);
		const Region memory = picture(mode);
		const uint64_t handle = lock(memory);
		const std::vector<uint32_t> image(size_t{64} * 64, 0xff0000ff);
		expect_status(NO_ERROR, vgpu::set_pointer(device_, image, 64, 64, 5, 5));
		EXPECT_EQ(upload(handle, whole(mode)).Bytes, memory.size());
		hold(handle, whole(mode));
		ASSERT_EQ(unbind("vp_vgpu", Place::vgpu), 0);
		EXPECT_EQ(pins_held(), 0);
		EXPECT_EQ(device_.request(IOCTL_VIDEO_RESET_DEVICE).error, ENODEV);
		device_.close();
		ASSERT_EQ(bind("vp_vgpu", Place::vgpu), 0);
		device_ = open_adapter(Place::vgpu);
		ASSERT_TRUE(device_);
		expect_works();
	}
}

TEST_F(VgpuUploadTest, ClientsThatAreKilledInTheMiddleOfItAllLeaveNothing)
{
	for (int round = 0; round < 20; round++) {
		Child client([&](const Child::Inside &parent) {
			const Device device = open_adapter(Place::vgpu);
			const Region memory = Region::make(size_t{1280} * 1024 * 4);
			bool told = false;
			for (;;) {
				for (const uint32_t width : {640U, 1280U}) {
					const auto mode = vgpu::find_mode(
						device, width, width == 640 ? 480 : 1024);
					uint64_t handle = 0;
					if (!mode || !vgpu::set_mode(device, mode->ModeIndex) ||
					    !vgpu::lock(device, memory.data(),
							static_cast<uint32_t>(memory.size()),
							handle))
						return 1;
					(void)vgpu::upload(device, handle,
							   {0, 0, mode->VisScreenWidth,
							    mode->VisScreenHeight});
					(void)vgpu::unlock(device, handle);
				}
				if (!std::exchange(told, true))
					parent.ready();
			}
			return 0;
		});
		ASSERT_TRUE(client.wait_ready()) << round;
		client.go_on();
		const timespec pace = {0, round * 700'000}; // at a different place each time
		nanosleep(&pace, nullptr);
		client.kill();
	}
	expect_works();
	EXPECT_TRUE(eventually([&] { return pins_held() == 0 && live(device_, "clients") == 1; }));
}

TEST_F(VgpuUploadTest, ADeviceThatDoesNotAnswerIsResetAndComesBack)
{
	const auto mode = show(640, 480);
	const Region memory = picture(mode);
	const uint64_t handle = lock(memory);
	const uint32_t resets = info().Resets;
	{
		const Deaf deaf(Place::vgpu);
		VGPU_UPLOADED uploaded = {};
		expect_status(NO_ERROR, vgpu::upload(device_, handle, whole(mode)));
		expect_status(WAIT_TIMEOUT, vgpu::wait(device_, uploaded, 100ms));
		EXPECT_EQ(live(device_, "transfers"), 1U) << "the device may still fetch";
		EXPECT_EQ(info().Resets, resets);
		// the next one waits for it, and gives up
		expect_status(ERROR_GEN_FAILURE, vgpu::upload(device_, handle, whole(mode)));
		EXPECT_EQ(info().Resets, resets + 1);
		EXPECT_EQ(live(device_, "transfers"), 0U);
		EXPECT_EQ(finish().Status, uint32_t{ERROR_GEN_FAILURE});
		// so does a command
		VIDEO_NUM_MODES number = {};
		expect_status(ERROR_GEN_FAILURE,
			      device_.fetch(IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES, number));
		EXPECT_EQ(info().Resets, resets + 2);
	}
	unlock(handle);
	expect_works();
}
