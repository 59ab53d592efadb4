// SPDX-License-Identifier: GPL-2.0
/*
 * A client's helpers for the NT4 miniport for edu: lock, do DMA, wait, unlock. Thin words over
 * edu4ioctl.h; owns nothing.
 */
#ifndef EDU_NT4_CLIENT_HPP
#define EDU_NT4_CLIENT_HPP

#include <chrono>

#include "../../libvideoport/event.hpp"
#include "../../libvideoport/videoport.hpp"

#include <devioctl.h>
#include <video.h>
#include "edu4ioctl.h"

namespace edu_nt4 {

using videoport::Device;
using videoport::Event;
using videoport::Reply;

/// Name of the miniport driver, as in sysfs.
inline constexpr const char driver[] = "vp_edu_nt4";

/// What the device is to do, and who tells the port that it is done.
inline EDU4_ORDER order(bool to_device, EDU4_MODE mode = Edu4SignalInDpc,
			uint32_t device_offset = 0)
{
	EDU4_ORDER order = {};
	order.ToDevice = to_device;
	order.Mode = mode;
	order.DeviceOffset = device_offset;
	return order;
}

/// VideoPortLockPages; an order is for flags that start a DMA. The handle is 0 if it is over.
inline Reply lock(const Device &device, const void *address, uint32_t length, DMA_FLAGS flags,
		  const EDU4_ORDER &what, EDU4_HANDLE &locked, uint64_t user_event = 0,
		  uint64_t display_event = 0)
{
	EDU4_LOCK lock = {};
	lock.Address = reinterpret_cast<uintptr_t>(address);
	lock.Length = length;
	lock.Flags = flags;
	lock.Order = what;
	lock.UserEvent = user_event;
	lock.DisplayEvent = display_event;
	return device.exchange(IOCTL_EDU4_LOCK, lock, locked);
}

/// VideoPortDoDma; @p bytes of the buffer, 0: as many as before.
inline Reply dma(const Device &device, uint64_t handle, DMA_FLAGS flags, const EDU4_ORDER &what,
		 EDU4_HANDLE &returned, uint32_t bytes = 0)
{
	EDU4_DMA_IN in = {};
	in.Handle = handle;
	in.Flags = flags;
	in.Bytes = bytes;
	in.Order = what;
	return device.exchange(IOCTL_EDU4_DMA, in, returned);
}

/// VideoPortUnlockPages.
inline Reply unlock(const Device &device, uint64_t handle)
{
	EDU4_HANDLE in = {};
	in.Handle = handle;
	return device.send(IOCTL_EDU4_UNLOCK, in);
}

/// What the port keeps with a handle.
inline Reply query(const Device &device, uint64_t handle, EDU4_STATE &state)
{
	EDU4_HANDLE in = {};
	in.Handle = handle;
	return device.exchange(IOCTL_EDU4_QUERY_DMA, in, state);
}

inline Reply info(const Device &device, EDU4_INFO &found)
{
	return device.fetch(IOCTL_EDU4_QUERY_INFO, found);
}

/// Sleep in the driver until the device is idle; ends with WAIT_TIMEOUT if it is not by then.
inline Reply wait_idle(const Device &device, std::chrono::milliseconds patience)
{
	return device.send(IOCTL_EDU4_WAIT, static_cast<uint32_t>(patience.count()));
}

} // namespace edu_nt4

#endif // EDU_NT4_CLIENT_HPP
