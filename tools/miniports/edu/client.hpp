// SPDX-License-Identifier: GPL-2.0
/*
 * A client's helpers for the edu miniport: start a DMA, wait until the device is done, lock pages
 * the older way. Thin words over eduioctl.h; owns nothing.
 */
#ifndef EDU_CLIENT_HPP
#define EDU_CLIENT_HPP

#include <chrono>
#include <functional>

#include <time.h>

#include "../../libvideoport/videoport.hpp"

#include <devioctl.h>
#include "eduioctl.h"

namespace edu {

using videoport::Device;
using videoport::Reply;

/// Name of the miniport driver, as in sysfs.
inline constexpr const char driver[] = "vp_edu";

/// The operation's progress; with a request that failed, the state stays as it was.
inline Reply query(const Device &device, EDU_DMA_STATE &state)
{
	return device.fetch(IOCTL_EDU_QUERY_DMA, state);
}

/// Start a packet DMA; see EDU_START.
inline Reply start(const Device &device, EDU_OPERATION operation, const void *source,
		   void *destination, uint32_t length, uint32_t device_offset = 0)
{
	EDU_START start = {};
	start.Source = reinterpret_cast<uintptr_t>(source);
	start.Destination = reinterpret_cast<uintptr_t>(destination);
	start.Operation = operation;
	start.Length = length;
	start.DeviceOffset = device_offset;
	return device.send(IOCTL_EDU_START_DMA, start);
}

/// Unlock the buffers of start(), whether it went well or not.
inline Reply finish(const Device &device)
{
	return device.request(IOCTL_EDU_FINISH_DMA);
}

/// Lock client memory by VideoPortLockPages.
inline Reply lock_pages(const Device &device, const void *address, uint32_t length,
			EDU_LOCKED &locked)
{
	EDU_LOCK lock = {};
	lock.Address = reinterpret_cast<uintptr_t>(address);
	lock.Length = length;
	return device.exchange(IOCTL_EDU_LOCK_PAGES, lock, locked);
}

/// Unlock it by VideoPortUnlockPages.
inline Reply unlock_pages(const Device &device, uint64_t handle, EDU_UNLOCKED &unlocked)
{
	EDU_UNLOCK unlock = {};
	unlock.Handle = handle;
	return device.exchange(IOCTL_EDU_UNLOCK_PAGES, unlock, unlocked);
}

/// Start one transfer in memory locked by lock_pages().
inline Reply pages_dma(const Device &device, uint64_t handle, EDU_OPERATION operation,
		       uint32_t offset, uint32_t length, uint32_t device_offset = 0)
{
	EDU_PAGES pages = {};
	pages.Handle = handle;
	pages.Offset = offset;
	pages.Length = length;
	pages.Operation = operation;
	pages.DeviceOffset = device_offset;
	return device.send(IOCTL_EDU_PAGES_DMA, pages);
}

/// Time that an operation may take: 100 ms a transfer on paper, much more on a loaded machine.
inline std::chrono::milliseconds patience(size_t bytes)
{
	return std::chrono::seconds(30) + std::chrono::milliseconds(bytes);
}

/**
 * Wait until the device has done what was started, by asking every few milliseconds: no
 * completion reaches a client yet.
 *
 * @param state  receives the last state seen.
 * @param limit  how long to wait at most.
 * @param progress  called with each state seen; may be empty.
 * @return true if the operation has ended, well or not; false if it still runs, or if asking failed.
 */
inline bool wait(const Device &device, EDU_DMA_STATE &state, std::chrono::milliseconds limit,
		 const std::function<void(const EDU_DMA_STATE &)> &progress = {})
{
	using clock = std::chrono::steady_clock;
	const auto deadline = clock::now() + limit;
	for (;;) {
		if (!query(device, state))
			return false;
		if (progress)
			progress(state);
		if (state.State != EduRunning)
			return true;
		if (clock::now() > deadline)
			return false;
		const timespec pace = {0, 10'000'000};
		nanosleep(&pace, nullptr);
	}
}

} // namespace edu

#endif // EDU_CLIENT_HPP
