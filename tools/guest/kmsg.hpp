// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel log: a reader that starts at "now" and gives what comes after, and a way to write a
 * line into it. Owns its file descriptor. Needs root.
 */
#ifndef VIDEOPORT_CLIENT_KMSG_HPP
#define VIDEOPORT_CLIENT_KMSG_HPP

#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace videoport {

/// Reads the kernel log from the moment it was made.
class KernelLog {
public:
	KernelLog() : fd_(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC))
	{
		if (fd_ >= 0)
			lseek(fd_, 0, SEEK_END);
	}
	KernelLog(const KernelLog &) = delete;
	KernelLog &operator=(const KernelLog &) = delete;
	~KernelLog()
	{
		if (fd_ >= 0)
			::close(fd_);
	}

	explicit operator bool() const { return fd_ >= 0; }

	/// The next line, without its prefix of numbers; nothing if there is none yet.
	std::optional<std::string> next()
	{
		char record[8192];
		ssize_t got;
		do {
			got = read(fd_, record, sizeof(record));
		} while (got < 0 && (errno == EPIPE || errno == EINTR)); // EPIPE: lines were lost
		if (got <= 0)
			return std::nullopt;
		std::string_view line(record, static_cast<size_t>(got));
		const size_t text = line.find(';');
		if (text != std::string_view::npos)
			line.remove_prefix(text + 1);
		return std::string(line.substr(0, line.find('\n')));
	}

	/**
	 * Wait for a line.
	 *
	 * @param wanted  says whether a line is the one.
	 * @param patience  how long to wait at most.
	 * @return the line; nothing if it did not come.
	 */
	std::optional<std::string> wait_for(const std::function<bool(const std::string &)> &wanted,
					    std::chrono::milliseconds patience)
	{
		using clock = std::chrono::steady_clock;
		const auto deadline = clock::now() + patience;
		for (;;) {
			while (auto line = next()) {
				if (wanted(*line))
					return line;
			}
			const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
				deadline - clock::now());
			if (left.count() <= 0)
				return std::nullopt;
			pollfd waiting = {fd_, POLLIN, 0};
			poll(&waiting, 1, static_cast<int>(left.count()));
		}
	}

private:
	int fd_;
};

/// Does the line tell of a device's access that the IOMMU refused: VT-d's of a write, or an SMMUv3's?
inline bool is_dma_fault(const std::string &line)
{
	return line.find("DMAR: [DMA Write") != std::string::npos ||
	       (line.find("arm-smmu-v3") != std::string::npos &&
		line.find("event 0x10 received") != std::string::npos);
}

/// Write a line into the kernel log. False: it could not be written.
inline bool write_kernel_log(std::string_view line)
{
	const int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const ssize_t wrote = write(fd, line.data(), line.size());
	::close(fd);
	return wrote == static_cast<ssize_t>(line.size());
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_KMSG_HPP
