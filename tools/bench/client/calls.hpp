// SPDX-License-Identifier: GPL-2.0
/*
 * What a system call costs that does nothing: a request that the miniport answers at once, and the ioctl
 * of the benchmark's own device that copies the same bytes.
 */
#ifndef BENCH_CALLS_HPP
#define BENCH_CALLS_HPP

#include <cstdint>

namespace bench {

/**
 * Send a request that does nothing, again and again.
 *
 * @param fd  an open adapter of vp_bench, or vp_bench_null.
 * @param bytes  that it carries each way.
 * @return instructions of the quickest, from before the system call until after it.
 * Throws std::system_error when a call fails.
 */
uint64_t measure_call(int fd, uint32_t bytes);

/// /dev/vp_bench_null; closed when it goes out of scope. Throws std::system_error.
class NullDevice {
public:
	NullDevice();
	NullDevice(const NullDevice &) = delete;
	NullDevice &operator=(const NullDevice &) = delete;
	~NullDevice();

	int fd() const { return fd_; }

private:
	int fd_;
};

} // namespace bench

#endif
