// SPDX-License-Identifier: GPL-2.0
/*
 * A client's helpers for the virtio GPU's miniport: its modes and its pointer by the standard requests,
 * pictures by those of vgpuioctl.h. Thin words; owns nothing but Picture, which owns its lock.
 */
#ifndef VGPU_CLIENT_HPP
#define VGPU_CLIENT_HPP

#include <chrono>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "../../libvideoport/videoport.hpp"

#include <devioctl.h>
#include <ntddvdeo.h>
#include "vgpuioctl.h"

namespace vgpu {

using videoport::Device;
using videoport::Reply;

/// Name of the miniport driver, as in sysfs.
inline constexpr const char driver[] = "vp_vgpu";

/// Pixels of a pointer, both ways.
inline constexpr uint32_t pointer_size = 64;

/// A rectangle of the screen, in pixels.
struct Rect {
	uint32_t x = 0, y = 0, width = 0, height = 0;
};

/// The driver's books.
inline Reply info(const Device &device, VGPU_INFO &found)
{
	return device.fetch(IOCTL_VGPU_QUERY_INFO, found);
}

/// All modes; none if the driver does not say.
inline std::vector<VIDEO_MODE_INFORMATION> modes(const Device &device)
{
	VIDEO_NUM_MODES number = {};
	if (!device.fetch(IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES, number))
		return {};
	std::vector<VIDEO_MODE_INFORMATION> found(number.NumModes);
	const Reply reply = device.request(IOCTL_VIDEO_QUERY_AVAIL_MODES, {},
					   std::as_writable_bytes(std::span(found)));
	if (!reply)
		return {};
	found.resize(reply.information / sizeof(found[0]));
	return found;
}

/// The mode of a size; nothing if there is none.
inline std::optional<VIDEO_MODE_INFORMATION> find_mode(const Device &device, uint32_t width,
						       uint32_t height)
{
	for (const auto &mode : modes(device))
		if (mode.VisScreenWidth == width && mode.VisScreenHeight == height)
			return mode;
	return std::nullopt;
}

/// Show a mode: the screen becomes black.
inline Reply set_mode(const Device &device, uint32_t index)
{
	VIDEO_MODE mode = {};
	mode.RequestedMode = index;
	return device.send(IOCTL_VIDEO_SET_CURRENT_MODE, mode);
}

/// Start an upload; see VGPU_UPLOAD. @p offset: where the screen's first line is in the lock.
inline Reply upload(const Device &device, uint64_t handle, const Rect &rect, uint32_t offset = 0,
		    uint32_t flags = 0)
{
	VGPU_UPLOAD request = {};
	request.Handle = handle;
	request.Offset = offset;
	request.Flags = flags;
	request.X = rect.x;
	request.Y = rect.y;
	request.Width = rect.width;
	request.Height = rect.height;
	return device.send(IOCTL_VGPU_UPLOAD, request);
}

/// Wait for the upload's end; how it ended is in @p uploaded.
inline Reply wait(const Device &device, VGPU_UPLOADED &uploaded,
		  std::chrono::milliseconds limit = std::chrono::seconds(10))
{
	const ULONG milliseconds = static_cast<ULONG>(limit.count());
	return device.exchange(IOCTL_VGPU_WAIT, milliseconds, uploaded);
}

/// Lock a picture for the device to read.
inline Reply lock(const Device &device, const void *address, uint32_t length, uint64_t &handle)
{
	VGPU_LOCK request = {};
	VGPU_HANDLE locked = {};
	request.Address = reinterpret_cast<uintptr_t>(address);
	request.Length = length;
	const Reply reply = device.exchange(IOCTL_VGPU_LOCK, request, locked);
	handle = reply ? locked.Handle : 0;
	return reply;
}

/// Unlock it.
inline Reply unlock(const Device &device, uint64_t handle)
{
	VGPU_HANDLE request = {};
	request.Handle = handle;
	return device.send(IOCTL_VGPU_UNLOCK, request);
}

/// A new pointer of @p width by @p height pixels: blue in the lowest byte, alpha in the highest.
inline Reply set_pointer(const Device &device, std::span<const uint32_t> pixels, uint32_t width,
			 uint32_t height, int16_t column, int16_t row, bool enable = true)
{
	const size_t header = offsetof(VIDEO_POINTER_ATTRIBUTES, Pixels);
	std::vector<std::byte> request(header + pixels.size_bytes());
	VIDEO_POINTER_ATTRIBUTES attributes = {};
	attributes.Flags = VIDEO_MODE_COLOR_POINTER;
	attributes.Width = width;
	attributes.Height = height;
	attributes.WidthInBytes = width * 4;
	attributes.Enable = enable;
	attributes.Column = column;
	attributes.Row = row;
	memcpy(request.data(), &attributes, header);
	memcpy(request.data() + header, pixels.data(), pixels.size_bytes());
	return device.request(IOCTL_VIDEO_SET_POINTER_ATTR, request);
}

/// Move the pointer.
inline Reply move_pointer(const Device &device, int16_t column, int16_t row)
{
	VIDEO_POINTER_POSITION position = {};
	position.Column = column;
	position.Row = row;
	return device.send(IOCTL_VIDEO_SET_POINTER_POSITION, position);
}

} // namespace vgpu

#endif // VGPU_CLIENT_HPP
