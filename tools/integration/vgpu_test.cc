// SPDX-License-Identifier: GPL-2.0
/*
 * A display miniport on a real display adapter, QEMU's virtio GPU: modes and pointer by the standard
 * requests, and what a client says that cannot be. Uploads are in vgpu_upload_test.cc.
 */
#include "vgpu.hpp"

using namespace integration;

namespace {

/// A request and how many bytes it needs at least.
struct Sizes {
	const char *name;
	uint32_t code, input, output;
};

constexpr uint32_t modes_length =
	6 * sizeof(VIDEO_MODE_INFORMATION); // five usual ones, and the display's

const Sizes requests[] = {
	{"QueryNumAvailModes", IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES, 0, sizeof(VIDEO_NUM_MODES)},
	{"QueryAvailModes", IOCTL_VIDEO_QUERY_AVAIL_MODES, 0, modes_length},
	{"QueryCurrentMode", IOCTL_VIDEO_QUERY_CURRENT_MODE, 0, sizeof(VIDEO_MODE_INFORMATION)},
	{"SetCurrentMode", IOCTL_VIDEO_SET_CURRENT_MODE, sizeof(VIDEO_MODE), 0},
	{"QueryPointerCapabilities", IOCTL_VIDEO_QUERY_POINTER_CAPABILITIES, 0,
	 sizeof(VIDEO_POINTER_CAPABILITIES)},
	{"SetPointerAttr", IOCTL_VIDEO_SET_POINTER_ATTR, offsetof(VIDEO_POINTER_ATTRIBUTES, Pixels),
	 0},
	{"SetPointerPosition", IOCTL_VIDEO_SET_POINTER_POSITION, sizeof(VIDEO_POINTER_POSITION), 0},
	{"QueryPointerPosition", IOCTL_VIDEO_QUERY_POINTER_POSITION, 0,
	 sizeof(VIDEO_POINTER_POSITION)},
	{"QueryInfo", IOCTL_VGPU_QUERY_INFO, 0, sizeof(VGPU_INFO)},
	{"LockInput", IOCTL_VGPU_LOCK, sizeof(VGPU_LOCK), sizeof(VGPU_HANDLE)},
	{"Unlock", IOCTL_VGPU_UNLOCK, sizeof(VGPU_HANDLE), 0},
	{"Upload", IOCTL_VGPU_UPLOAD, sizeof(VGPU_UPLOAD), 0},
	{"Wait", IOCTL_VGPU_WAIT, sizeof(ULONG), sizeof(VGPU_UPLOADED)},
};

class VgpuShortBufferTest : public VgpuTest, public testing::WithParamInterface<Sizes> {};

} // namespace

TEST_P(VgpuShortBufferTest, ABufferThatIsAByteTooShortIsRefused)
{
	const auto &[name, code, input, output] = GetParam();
	show(640, 480);
	std::vector<std::byte> in(input), out(output);
	const auto ask = [&](uint32_t input_length, uint32_t output_length) {
		return device_.request(code, std::span(in).first(input_length),
				       std::span(out).first(output_length));
	};
	if (input) {
		expect_status(ERROR_INSUFFICIENT_BUFFER, ask(input - 1, output));
		expect_status(ERROR_INSUFFICIENT_BUFFER, ask(0, output));
	}
	if (output) {
		expect_status(ERROR_INSUFFICIENT_BUFFER, ask(input, output - 1));
		expect_status(ERROR_INSUFFICIENT_BUFFER, ask(input, 0));
	}
	EXPECT_NE(ask(input, output).status, uint32_t{ERROR_INSUFFICIENT_BUFFER});
}

INSTANTIATE_TEST_SUITE_P(Each, VgpuShortBufferTest, testing::ValuesIn(requests),
			 [](const auto &info) { return std::string(info.param.name); });

TEST_F(VgpuTest, TheModesAreThoseOfTheDisplayAndTheUsualOnes)
{
	const auto modes = vgpu::modes(device_);
	ASSERT_EQ(modes.size() * sizeof(VIDEO_MODE_INFORMATION), modes_length);
	for (size_t i = 0; i < modes.size(); i++) {
		const auto &mode = modes[i];
		EXPECT_EQ(mode.Length, sizeof(mode));
		EXPECT_EQ(mode.ModeIndex, i + 1);
		EXPECT_EQ(mode.ScreenStride, mode.VisScreenWidth * 4);
		EXPECT_EQ(mode.BitsPerPlane * mode.NumberOfPlanes, 32U);
		EXPECT_EQ(mode.RedMask | mode.GreenMask | mode.BlueMask, 0xffffffU);
		EXPECT_TRUE(mode.AttributeFlags & VIDEO_MODE_GRAPHICS);
	}
	EXPECT_TRUE(vgpu::find_mode(device_, 640, 480));
	EXPECT_TRUE(vgpu::find_mode(device_, 1920, 1080));
	EXPECT_TRUE(vgpu::find_mode(device_, 1280, 800)) << "QEMU's display has that size";
}

TEST_F(VgpuTest, EveryModeCanBeSetAndIsTheCurrentOneThen)
{
	VIDEO_MODE_INFORMATION now = {};
	expect_status(ERROR_INVALID_FUNCTION, device_.fetch(IOCTL_VIDEO_QUERY_CURRENT_MODE, now));
	for (const auto &mode : vgpu::modes(device_)) {
		for (const uint32_t flags : {0U, VIDEO_MODE_NO_ZERO_MEMORY, 0U}) {
			expect_status(NO_ERROR, vgpu::set_mode(device_, mode.ModeIndex | flags));
			expect_status(NO_ERROR, device_.fetch(IOCTL_VIDEO_QUERY_CURRENT_MODE, now));
			EXPECT_EQ(memcmp(&now, &mode, sizeof(now)), 0) << mode.ModeIndex;
		}
	}
	reset();
	expect_status(ERROR_INVALID_FUNCTION, device_.fetch(IOCTL_VIDEO_QUERY_CURRENT_MODE, now));
}

TEST_F(VgpuTest, AModeThatIsNotThereIsRefusedAndTheOldOneStays)
{
	const auto mode = show(800, 600);
	const uint32_t count = static_cast<uint32_t>(vgpu::modes(device_).size());
	for (const uint32_t index : {0U, count + 1, 0x3fffffffU, VIDEO_MODE_NO_ZERO_MEMORY})
		expect_status(ERROR_INVALID_PARAMETER, vgpu::set_mode(device_, index));
	VIDEO_MODE_INFORMATION now = {};
	expect_status(NO_ERROR, device_.fetch(IOCTL_VIDEO_QUERY_CURRENT_MODE, now));
	EXPECT_EQ(now.ModeIndex, mode.ModeIndex);
}

TEST_F(VgpuTest, ARequestThatIsNoneOfItsOwnIsRefused)
{
	constexpr uint32_t none = VGPU_IOCTL(0x8ff), map = IOCTL_VIDEO_MAP_VIDEO_MEMORY;
	for (const uint32_t code : {none, map, uint32_t{0}})
		expect_status(ERROR_INVALID_FUNCTION, device_.request(code));
}

TEST_F(VgpuTest, ThePointerIsTakenMovedAndHidden)
{
	VIDEO_POINTER_CAPABILITIES can = {};
	expect_status(NO_ERROR, device_.fetch(IOCTL_VIDEO_QUERY_POINTER_CAPABILITIES, can));
	EXPECT_EQ(can.MaxWidth, vgpu::pointer_size);
	EXPECT_EQ(can.MaxHeight, vgpu::pointer_size);
	EXPECT_TRUE(can.Flags & VIDEO_MODE_COLOR_POINTER);
	EXPECT_FALSE(can.Flags & VIDEO_MODE_MONO_POINTER);

	show(640, 480);
	expect_status(ERROR_INVALID_FUNCTION, device_.request(IOCTL_VIDEO_ENABLE_POINTER));
	expect_status(NO_ERROR, device_.request(IOCTL_VIDEO_DISABLE_POINTER));

	const std::vector<uint32_t> image(size_t{64} * 64, 0xff00ff00);
	expect_status(NO_ERROR, vgpu::set_pointer(device_, image, 64, 64, 5, 6));
	expect_status(NO_ERROR,
		      vgpu::set_pointer(device_, image, 32, 17, 5, 6)); // of the same resource
	const uint32_t before = info().Commands;
	constexpr uint32_t moves = 20;
	for (int16_t i = 0; i < int16_t{moves}; i++)
		expect_status(NO_ERROR, vgpu::move_pointer(device_, i - 10, 100 - i));
	VIDEO_POINTER_POSITION position = {};
	expect_status(NO_ERROR, device_.fetch(IOCTL_VIDEO_QUERY_POINTER_POSITION, position));
	EXPECT_EQ(position.Column, 9);
	EXPECT_EQ(position.Row, 81);
	// The shape's own command may have been answered after the count was taken.
	uint32_t taken = 0;
	EXPECT_TRUE(eventually([&] {
		taken = info().Commands - before;
		return taken >= moves;
	}));
	EXPECT_LE(taken, moves + 1) << "the device has taken every move, and nothing else";
	expect_status(NO_ERROR, device_.request(IOCTL_VIDEO_DISABLE_POINTER));
	expect_status(NO_ERROR, device_.request(IOCTL_VIDEO_DISABLE_POINTER));
	expect_status(NO_ERROR, vgpu::move_pointer(device_, 1, 1)); // remembered, not told
	expect_status(NO_ERROR, device_.request(IOCTL_VIDEO_ENABLE_POINTER));
	EXPECT_TRUE(eventually([&] {
		taken = info().Commands - before;
		return taken >= moves + 2;
	}));
	EXPECT_LE(taken, moves + 3) << "one that hides it, one that shows it";
}

TEST_F(VgpuTest, AShapeThatTheDeviceCannotShowIsRefused)
{
	const uint32_t resets = info().Resets;
	const std::vector<uint32_t> image(size_t{64} * 64, 0xffffffff);
	const auto pixels = std::span(image);
	for (const auto &[width, height] :
	     {std::pair{0U, 1U}, {1U, 0U}, {65U, 1U}, {1U, 65U}, {0xffffffffU, 0xffffffffU}})
		expect_status(ERROR_INVALID_PARAMETER,
			      vgpu::set_pointer(device_, pixels, width, height, 0, 0));
	expect_status(ERROR_INSUFFICIENT_BUFFER,
		      vgpu::set_pointer(device_, pixels.first(64 * 64 - 1), 64, 64, 0, 0));

	const auto ask = [&](uint32_t flags, uint32_t bytes, uint32_t height) {
		VIDEO_POINTER_ATTRIBUTES attributes = {};
		attributes.Flags = flags;
		attributes.Width = 1;
		attributes.Height = height;
		attributes.WidthInBytes = bytes;
		return device_.send(IOCTL_VIDEO_SET_POINTER_ATTR, attributes);
	};
	constexpr uint32_t colour = VIDEO_MODE_COLOR_POINTER, mono = VIDEO_MODE_MONO_POINTER;
	expect_status(ERROR_INVALID_PARAMETER, ask(0, 4, 1));
	expect_status(ERROR_INVALID_PARAMETER, ask(colour | mono, 4, 1));
	expect_status(ERROR_INVALID_PARAMETER, ask(colour, 3, 1));
	for (const uint32_t bytes : {5U, 0x80000000U, 0xffffffffU})
		expect_status(ERROR_INSUFFICIENT_BUFFER, ask(colour, bytes, 2));
	expect_status(ERROR_INVALID_FUNCTION, device_.request(IOCTL_VIDEO_ENABLE_POINTER));
	EXPECT_EQ(info().Resets, resets);
}
