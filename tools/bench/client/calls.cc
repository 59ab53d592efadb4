// SPDX-License-Identifier: GPL-2.0
/*
 * Measuring system calls from outside. See calls.hpp.
 */
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <x86intrin.h>

#include <linux/videoport.h>

#include "benchioctl.h"
#include "calls.hpp"

namespace bench {

/* Between two looks at the clock: few, so that some come without a timer's tick. */
static constexpr int calls_at_once = 8;
static constexpr int rounds = 100;

static uint64_t now()
{
	_mm_lfence();
	return __rdtsc();
}

NullDevice::NullDevice() : fd_(open("/dev/vp_bench_null", O_RDWR | O_CLOEXEC))
{
	if (fd_ < 0)
		throw std::system_error(errno, std::generic_category(), "/dev/vp_bench_null");
}

NullDevice::~NullDevice()
{
	close(fd_);
}

uint64_t measure_call(int fd, uint32_t bytes)
{
	std::vector<std::byte> data(std::max(bytes, 1u));
	videoport_request request = {};
	request.size = sizeof(request);
	request.code = BENCH_IOCTL_NOTHING;
	request.input = request.output = reinterpret_cast<uintptr_t>(data.data());
	request.input_length = request.output_length = bytes;

	uint64_t least = UINT64_MAX;
	for (int round = 0; round < rounds; round++) {
		bool failed = false;
		const uint64_t start = now();
		for (int call = 0; call < calls_at_once; call++)
			failed |= ioctl(fd, VIDEOPORT_IOC_REQUEST, &request) != 0;
		least = std::min(least, now() - start);
		if (failed || request.status != 0 || request.information != bytes)
			throw std::system_error(errno, std::generic_category(),
						"a request that does nothing failed");
	}
	return least / calls_at_once;
}

} // namespace bench
