/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Well-formed requests, for those of the run that behave: keepers, canaries, victims.
 */
#ifndef FUZZ_ASK_HPP
#define FUZZ_ASK_HPP

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <time.h>

#include <linux/videoport.h>

#include <dderror.h>
#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "board.hpp"
#include "edu4ioctl.h"
#include "eduioctl.h"
#include "probeioctl.h"

namespace fuzz {

/// How a request ended: an errno value, or else the miniport's status.
struct Answer {
	int error = 0;
	uint32_t status = 0;
	uint64_t information = 0;

	explicit operator bool() const { return error == 0 && status == 0; }
};

inline Answer ask_bytes(int fd, uint32_t code, const void *input, uint32_t input_length,
			void *output, uint32_t output_length)
{
	videoport_request request = {};
	request.size = sizeof(request);
	request.code = code;
	request.input = reinterpret_cast<uintptr_t>(input);
	request.input_length = input_length;
	request.output = reinterpret_cast<uintptr_t>(output);
	request.output_length = output_length;
	if (ioctl(fd, VIDEOPORT_IOC_REQUEST, &request) < 0)
		return {errno, 0, 0};
	return {0, request.status, request.information};
}

template <typename In, typename Out> Answer ask(int fd, uint32_t code, const In &input, Out &output)
{
	return ask_bytes(fd, code, &input, sizeof(input), &output, sizeof(output));
}

template <typename In> Answer tell(int fd, uint32_t code, const In &input)
{
	return ask_bytes(fd, code, &input, sizeof(input), nullptr, 0);
}

/// A call of the probe, in HwVidStartIO.
inline Answer probe(int fd, uint32_t function, std::initializer_list<uint64_t> arguments,
		    PROBE_ANSWER &answer, uint32_t context = ProbeStartIo)
{
	PROBE_CALL call = {};
	call.Function = function;
	call.Context = context;
	size_t i = 0;
	for (uint64_t argument : arguments)
		call.Arguments[i++] = argument;
	answer = {};
	return ask(fd, IOCTL_PROBE_CALL, call, answer);
}

/// Open the adapter at a place; -1 if there is none now.
inline int open_place(Place place, int flags = 0)
{
	const int minor = board().minor[place];
	if (minor < 0)
		return -1;
	return open(("/dev/videoport" + std::to_string(minor)).c_str(), O_RDWR | O_CLOEXEC | flags);
}

inline void pause_ms(long milliseconds)
{
	const timespec pace = {milliseconds / 1000, milliseconds % 1000 * 1'000'000};
	nanosleep(&pace, nullptr);
}

/// Seconds since some moment.
inline double now()
{
	timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

} // namespace fuzz

#endif // FUZZ_ASK_HPP
