// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel itself says of pinned memory: how many pages are pinned, what the process is
 * charged for, where a page really is. Reads /proc only (as root); changes nothing.
 */
#ifndef VIDEOPORT_CLIENT_PROOF_HPP
#define VIDEOPORT_CLIENT_PROOF_HPP

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "memory.hpp"
#include "../libvideoport/sysfs.hpp"

namespace videoport {

/// The kernel's count of pages that pin_user_pages() took and gave back, since it was booted.
struct Pins {
	uint64_t acquired = 0;
	uint64_t released = 0;

	/// Pages pinned now.
	int64_t held() const { return static_cast<int64_t>(acquired - released); }
};

/// Read /proc/vmstat, after all processors have handed in what they counted.
inline std::optional<Pins> pins()
{
	// Reading it folds the counters of every processor into the totals (mm/vmstat.c).
	std::ifstream refresh("/proc/sys/vm/stat_refresh");
	std::string ignored;
	std::getline(refresh, ignored);

	std::ifstream vmstat("/proc/vmstat");
	Pins found;
	int seen = 0;
	std::string name;
	uint64_t value;
	while (vmstat >> name >> value) {
		if (name == "nr_foll_pin_acquired") {
			found.acquired = value;
			seen |= 1;
		} else if (name == "nr_foll_pin_released") {
			found.released = value;
			seen |= 2;
		}
	}
	if (seen != 3)
		return std::nullopt;
	return found;
}

/// KiB of pinned memory that a process is charged for (VmPin); @p pid: a number, or "self".
inline std::optional<uint64_t> pinned_kib(const std::string &pid = "self")
{
	std::ifstream status("/proc/" + pid + "/status");
	std::string line;
	while (std::getline(status, line)) {
		if (!line.starts_with("VmPin:"))
			continue;
		const size_t digit = line.find_first_of("0123456789");
		return digit == std::string::npos ? std::nullopt : parse_number(line.substr(digit));
	}
	return std::nullopt;
}

/**
 * Physical address of a byte of this process, through /proc/self/pagemap.
 *
 * @return the address; nothing if the page is not present, or the caller may not know.
 */
inline std::optional<uint64_t> physical_address(const void *byte)
{
	const uint64_t address = reinterpret_cast<uintptr_t>(byte);
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return std::nullopt;
	uint64_t entry = 0;
	const off_t offset = static_cast<off_t>(address / page_size() * sizeof(entry));
	const ssize_t got = pread(fd, &entry, sizeof(entry), offset);
	close(fd);
	const bool present = entry >> 63;
	const uint64_t frame = entry & ((uint64_t{1} << 55) - 1);
	if (got != sizeof(entry) || !present || frame == 0)
		return std::nullopt;
	return frame * page_size() + address % page_size();
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_PROOF_HPP
