// SPDX-License-Identifier: GPL-2.0
/*
 * A client's view of /dev/videoportN: open an adapter, send the miniport a request, look at the
 * answer. Errors are values; nothing here throws but what the standard library throws for want
 * of memory. Compile with -I include -I include/uapi.
 */
#ifndef VIDEOPORT_CLIENT_HPP
#define VIDEOPORT_CLIENT_HPP

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/videoport.h>

#include "result.hpp"
#include "status.hpp"
#include "sysfs.hpp"

namespace videoport {

/// How a request ended.
struct Reply {
	int error = 0; ///< errno of the ioctl; 0 if the miniport has answered
	uint32_t status = NO_ERROR; ///< the miniport's answer; only if @ref error is 0
	uint64_t information = 0; ///< bytes of the answer, as the miniport said

	/// The miniport has answered NO_ERROR.
	bool ok() const { return error == 0 && status == NO_ERROR; }
	explicit operator bool() const { return ok(); }
	/// "ENODEV", "ERROR_BUSY" or "NO_ERROR".
	std::string name() const { return error ? errno_name(error) : status_name(status); }
};

/// What may travel in a request: plain data, copied byte by byte.
template <typename T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

/// An open adapter: closed when it goes out of scope. What was locked through it is then released.
class Device {
public:
	/// A device that is not open; every request gives EBADF.
	Device() = default;

	/**
	 * Open an adapter's node.
	 *
	 * @param adapter  which one; see adapters().
	 * @return the device; if it cannot be opened, one whose error() says why: EIO if the
	 *	miniport's HwVidInitialize refused, ENODEV if the adapter is gone, or what open() gives.
	 */
	static Device open(const Adapter &adapter)
	{
		Device device;
		device.adapter_ = adapter;
		device.fd_ = ::open(adapter.node.c_str(), O_RDWR | O_CLOEXEC);
		device.error_ = device.fd_ < 0 ? errno : 0;
		return device;
	}

	/**
	 * Take over a node that is open already: kept over an exec, or received over a socket.
	 *
	 * @param adapter  which one it is.
	 * @param fd  its descriptor, the device's own from now on; negative: there is none.
	 */
	static Device adopt(const Adapter &adapter, int fd)
	{
		Device device;
		device.adapter_ = adapter;
		device.fd_ = fd;
		device.error_ = fd < 0 ? EBADF : 0;
		return device;
	}

	/// Open the first adapter of a miniport driver ("vp_edu"); ENODEV if there is none.
	static Device open_driver(std::string_view driver)
	{
		const auto found = adapters(driver);
		if (!found.empty())
			return open(found.front());
		Device device;
		device.error_ = ENODEV;
		return device;
	}

	Device(Device &&other) noexcept
		: adapter_(std::move(other.adapter_)),
		  fd_(std::exchange(other.fd_, -1)),
		  error_(std::exchange(other.error_, EBADF))
	{
	}
	Device &operator=(Device &&other) noexcept
	{
		if (this != &other) {
			close();
			adapter_ = std::move(other.adapter_);
			fd_ = std::exchange(other.fd_, -1);
			error_ = std::exchange(other.error_, EBADF);
		}
		return *this;
	}
	~Device() { close(); }

	/// Close it now; what this client has locked is released.
	void close()
	{
		if (fd_ >= 0)
			::close(fd_);
		fd_ = -1;
		error_ = EBADF;
	}

	explicit operator bool() const { return fd_ >= 0; }
	/// Why it is not open: an errno value; 0 while it is open.
	int error() const { return error_; }
	/// The file descriptor, -1 if it is not open; stays the device's own.
	int fd() const { return fd_; }
	const Adapter &adapter() const { return adapter_; }

	/**
	 * Send a request to the miniport and wait for its answer.
	 *
	 * @param code  the IOCTL code.
	 * @param input  data for the miniport; may be empty.
	 * @param output  room for its answer; may be empty, may be the same memory as @p input.
	 */
	Reply request(uint32_t code, std::span<const std::byte> input = {},
		      std::span<std::byte> output = {}) const
	{
		videoport_request request = {};
		request.size = sizeof(request);
		request.code = code;
		request.input = reinterpret_cast<uintptr_t>(input.data());
		request.output = reinterpret_cast<uintptr_t>(output.data());
		request.input_length = static_cast<uint32_t>(input.size());
		request.output_length = static_cast<uint32_t>(output.size());
		return submit(request);
	}

	/// Send a request that the caller has filled in, as it is (for requests that are wrong).
	Reply submit(videoport_request &request) const
	{
		Reply reply;
		if (::ioctl(fd_, VIDEOPORT_IOC_REQUEST, &request) < 0) {
			reply.error = errno;
			return reply;
		}
		reply.status = request.status;
		reply.information = request.information;
		return reply;
	}

	/// A request with a structure in, nothing out.
	template <Plain In> Reply send(uint32_t code, const In &input) const
	{
		return request(code, std::as_bytes(std::span(&input, 1)));
	}

	/// A request with nothing in, a structure out.
	template <Plain Out> Reply fetch(uint32_t code, Out &output) const
	{
		return request(code, {}, std::as_writable_bytes(std::span(&output, 1)));
	}

	/// A request with a structure each way.
	template <Plain In, Plain Out>
	Reply exchange(uint32_t code, const In &input, Out &output) const
	{
		return request(code, std::as_bytes(std::span(&input, 1)),
			       std::as_writable_bytes(std::span(&output, 1)));
	}

	/// What the miniport answers to @p code; too short an answer is ENODATA.
	template <Plain Out> Result<Out> get(uint32_t code) const
	{
		Out output{};
		return checked(code, fetch(code, output), output);
	}

	/// The same, with a structure in.
	template <Plain Out, Plain In> Result<Out> get(uint32_t code, const In &input) const
	{
		Out output{};
		return checked(code, exchange(code, input, output), output);
	}

	/// One of the adapter's counters: "locked_buffers"; nothing if it does not exist.
	std::optional<uint64_t> counter(std::string_view name) const
	{
		return adapter_.counter(name);
	}

private:
	template <Plain Out>
	static Result<Out> checked(uint32_t code, const Reply &reply, const Out &output)
	{
		char doing[32];
		snprintf(doing, sizeof(doing), "request 0x%x", code);
		if (!reply)
			return Error{reply.error, reply.status, doing};
		if (reply.information < sizeof(Out))
			return Error{ENODATA, NO_ERROR, doing};
		return output;
	}

	Adapter adapter_;
	int fd_ = -1;
	int error_ = EBADF;
};

/**
 * Open an adapter by any of its names: "videoport0", "/dev/videoport0", its PCI address "0000:00:05.0",
 * or its miniport "vp_edu", of which it is the first then.
 */
inline Result<Device> open_adapter(std::string_view name)
{
	const auto adapter = find_adapter(name);
	if (!adapter)
		return Error{ENODEV, NO_ERROR, "find adapter " + std::string(name)};
	Device device = Device::open(*adapter);
	if (!device)
		return Error{device.error(), NO_ERROR, "open " + adapter->node.string()};
	return device;
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_HPP
