// SPDX-License-Identifier: GPL-2.0
/*
 * Events that a client lends to its miniport: an eventfd, and the token that stands for it in
 * requests, where a legacy display driver put a PEVENT. Errors are values, as in videoport.hpp.
 */
#ifndef VIDEOPORT_CLIENT_EVENT_HPP
#define VIDEOPORT_CLIENT_EVENT_HPP

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "videoport.hpp"

namespace videoport {

/// A token for an eventfd, or why there is none.
struct MappedEvent {
	int error = 0; ///< errno of the ioctl; 0 if there is a token
	uint64_t token = 0; ///< what a request carries

	explicit operator bool() const { return error == 0; }
};

/**
 * Lend an eventfd to the miniport of an open adapter.
 *
 * @param device  the open adapter; the token is valid for this open of the node only.
 * @param fd  the eventfd, which may be closed afterwards.
 */
inline MappedEvent map_event(const Device &device, int fd)
{
	videoport_event event = {};
	event.size = sizeof(event);
	event.fd = fd;
	if (::ioctl(device.fd(), VIDEOPORT_IOC_EVENT_MAP, &event) < 0)
		return {errno, 0};
	return {0, event.event};
}

/// Take an eventfd back. Return: 0, or an errno value: EINVAL if @p token is not the client's.
inline int unmap_event(const Device &device, uint64_t token)
{
	videoport_event event = {};
	event.size = sizeof(event);
	event.event = token;
	return ::ioctl(device.fd(), VIDEOPORT_IOC_EVENT_UNMAP, &event) < 0 ? errno : 0;
}

/**
 * An event of this client: an eventfd that is lent to the miniport until it goes out of scope.
 * The device must stay open, and where it is, for longer: closing it takes all its events back.
 */
class Event {
public:
	/// No event; its token is 0, which names none.
	Event() = default;

	/**
	 * Make an event.
	 *
	 * @param device  whose miniport may set it.
	 * @param count  what it starts with: 0 is not set.
	 * @return the event; if there is none, one whose error() says why.
	 */
	static Event make(const Device &device, unsigned int count = 0)
	{
		Event event;
		event.fd_ = ::eventfd(count, EFD_CLOEXEC | EFD_NONBLOCK);
		if (event.fd_ < 0) {
			event.error_ = errno;
			return event;
		}
		const MappedEvent mapped = map_event(device, event.fd_);
		event.error_ = mapped.error;
		event.token_ = mapped.token;
		if (mapped)
			event.device_ = &device;
		return event;
	}

	Event(Event &&other) noexcept { swap(other); }
	Event &operator=(Event &&other) noexcept
	{
		Event taken(std::move(other));
		swap(taken);
		return *this;
	}
	~Event()
	{
		if (device_ && *device_)
			unmap_event(*device_, token_);
		if (fd_ >= 0)
			::close(fd_);
	}

	explicit operator bool() const { return device_ != nullptr; }
	/// Why there is none: an errno value; 0 if there is one.
	int error() const { return error_; }
	/// What a request carries.
	uint64_t token() const { return token_; }
	/// The eventfd, for poll() and the like; stays the event's own.
	int fd() const { return fd_; }

	/// It is set: its count is not zero.
	bool is_set() const { return wait(std::chrono::milliseconds(0)); }

	/// Wait until it is set; it stays set. False: it was not until the time was over.
	bool wait(std::chrono::milliseconds patience) const
	{
		pollfd waiting = {fd_, POLLIN, 0};
		return ::poll(&waiting, 1, static_cast<int>(patience.count())) == 1 &&
		       (waiting.revents & POLLIN);
	}

	/// Clear it. Return: how often it was set since it was cleared last.
	uint64_t take() const
	{
		uint64_t count = 0;
		return ::read(fd_, &count, sizeof(count)) == sizeof(count) ? count : 0;
	}

	/// Set it, as the miniport does. False: errno says why.
	bool set() const
	{
		const uint64_t one = 1;
		return ::write(fd_, &one, sizeof(one)) == sizeof(one);
	}

private:
	void swap(Event &other)
	{
		std::swap(device_, other.device_);
		std::swap(fd_, other.fd_);
		std::swap(token_, other.token_);
		std::swap(error_, other.error_);
	}

	const Device *device_ = nullptr;
	int fd_ = -1;
	uint64_t token_ = 0;
	int error_ = EBADF;
};

} // namespace videoport

#endif // VIDEOPORT_CLIENT_EVENT_HPP
