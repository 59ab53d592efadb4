// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory in the client's address space, by the display driver's own requests: the frame buffer
 * (IOCTL_VIDEO_MAP_VIDEO_MEMORY) and the registers (IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES). Owns the
 * mapping, and has the miniport take it away. Errors are values, as in videoport.hpp.
 */
#ifndef VIDEOPORT_CLIENT_VIEW_HPP
#define VIDEOPORT_CLIENT_VIEW_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <ntddvdeo.h>

#include "videoport.hpp"

namespace videoport {

/**
 * Device memory that is mapped into this process, until it goes out of scope.
 *
 * The device must stay open, and where it is, for longer. A touch after the adapter has gone is a
 * SIGBUS. Registers want accesses of their own width: use read() and write().
 */
class View {
public:
	/// No memory.
	View() = default;

	/// The adapter's frame buffer, as the miniport maps it.
	static Result<View> video_memory(const Device &device)
	{
		VIDEO_MEMORY wish = {};
		auto mapped =
			device.get<VIDEO_MEMORY_INFORMATION>(IOCTL_VIDEO_MAP_VIDEO_MEMORY, wish);
		if (!mapped)
			return mapped.error();
		return View(device, mapped->VideoRamBase, mapped->VideoRamLength,
			    IOCTL_VIDEO_UNMAP_VIDEO_MEMORY);
	}

	/**
	 * The first of the ranges that the miniport lets clients see: its registers.
	 *
	 * @param length  bytes that the caller will touch; the request does not tell how many there are.
	 */
	static Result<View> public_range(const Device &device, size_t length)
	{
		/* What goes in is the process, of which a request knows but one: its own. */
		VIDEO_MEMORY process = {};
		process.RequestedVirtualAddress = reinterpret_cast<void *>(~uintptr_t{0});
		auto range = device.get<VIDEO_PUBLIC_ACCESS_RANGES>(
			IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES, process);
		if (!range)
			return range.error();
		return View(device, range->VirtualAddress, length,
			    IOCTL_VIDEO_FREE_PUBLIC_ACCESS_RANGES);
	}

	View(View &&other) noexcept { swap(other); }
	View &operator=(View &&other) noexcept
	{
		View taken(std::move(other));
		swap(taken);
		return *this;
	}
	~View() { (void)unmap(); }

	/// Take it away now. Return: what the miniport said; of a view that is none: EBADF.
	Reply unmap()
	{
		if (!device_)
			return {EBADF, 0, 0};
		const Device &device = *std::exchange(device_, nullptr);
		VIDEO_MEMORY memory = {};
		memory.RequestedVirtualAddress = std::exchange(bytes_, {}).data();
		return device.send(release_, memory);
	}

	explicit operator bool() const { return device_ != nullptr; }
	/// For frame buffers.
	std::span<std::byte> bytes() const { return bytes_; }
	/// Read one register. @p offset: in bytes, aligned to the register's width.
	template <typename Register> Register read(size_t offset) const
	{
		return *reinterpret_cast<const volatile Register *>(&bytes_[offset]);
	}
	/// Write one register.
	template <typename Register> void write(size_t offset, Register value) const
	{
		*reinterpret_cast<volatile Register *>(&bytes_[offset]) = value;
	}

private:
	View(const Device &device, void *address, size_t length, uint32_t release)
		: device_(&device),
		  bytes_(static_cast<std::byte *>(address), length),
		  release_(release)
	{
	}
	void swap(View &other)
	{
		std::swap(device_, other.device_);
		std::swap(bytes_, other.bytes_);
		std::swap(release_, other.release_);
	}

	const Device *device_ = nullptr;
	std::span<std::byte> bytes_;
	uint32_t release_ = 0; // the request that takes it away
};

} // namespace videoport

#endif // VIDEOPORT_CLIENT_VIEW_HPP
