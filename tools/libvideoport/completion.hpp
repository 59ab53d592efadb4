// SPDX-License-Identifier: GPL-2.0
/*
 * How a client learns of DMA that was completed: by poll() and read() of the adapter's node. They
 * count the DMAs that HwStartDma started on this client's memory. Errors are values.
 */
#ifndef VIDEOPORT_CLIENT_COMPLETION_HPP
#define VIDEOPORT_CLIENT_COMPLETION_HPP

#include <cerrno>
#include <chrono>
#include <cstdint>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "videoport.hpp"

namespace videoport {

/// How many DMAs were completed, or why nobody knows.
struct Completions {
	int error = 0; ///< errno of read(): EAGAIN, ENODEV, EINTR; 0 if there is a count
	uint64_t count = 0; ///< since the last read; never 0 without an error

	explicit operator bool() const { return error == 0; }
};

/// Take the count. Waits for the first DMA, unless the node is nonblocking.
inline Completions take_completions(const Device &device)
{
	uint64_t count = 0;
	if (::read(device.fd(), &count, sizeof(count)) < 0)
		return {errno, 0};
	return {0, count};
}

/**
 * Wait until something is there to take.
 *
 * @param patience  how long at most; negative: for ever.
 * @return what poll() says of the node: POLLIN; POLLERR and POLLHUP when the adapter is gone and
 *	nothing is left to take; 0 when the time is over, or a signal came.
 */
inline short poll_completions(const Device &device, std::chrono::milliseconds patience)
{
	pollfd waiting = {device.fd(), POLLIN, 0};
	return ::poll(&waiting, 1, static_cast<int>(patience.count())) == 1 ? waiting.revents : 0;
}

/// Let take_completions() say EAGAIN instead of waiting, or wait again. False: errno says why.
inline bool set_nonblocking(const Device &device, bool nonblocking)
{
	const int flags = ::fcntl(device.fd(), F_GETFL);
	return flags >= 0 && ::fcntl(device.fd(), F_SETFL,
				     nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0;
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_COMPLETION_HPP
