// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the probe miniport that holds what the guest's tests look at: a buffer of 256 KiB with
 * a transfer of 64 KiB in flight, and an event. Says "held HANDLE", waits for the end of its input, and
 * gives all back.
 */
#include <cstdio>
#include <initializer_list>
#include <vector>

#include <unistd.h>

#include <libvideoport/event.hpp>
#include <libvideoport/videoport.hpp>

#include <video.h>

#include "../../miniports/probe/probeioctl.h"

static PROBE_ANSWER call(const videoport::Device &device, PROBE_FUNCTION function,
			 std::initializer_list<uint64_t> arguments)
{
	PROBE_CALL what = {};
	size_t i = 0;

	what.Function = function;
	what.Context = ProbeStartIo;
	for (const uint64_t argument : arguments)
		what.Arguments[i++] = argument;
	const auto answer = device.get<PROBE_ANSWER>(IOCTL_PROBE_CALL, what);
	if (!answer) {
		fprintf(stderr, "hold: %s\n", answer.error().text().c_str());
		_exit(1);
	}
	return *answer;
}

int main()
{
	const auto device = videoport::open_adapter("vp_probe");
	if (!device) {
		fprintf(stderr, "hold: %s\n", device.error().text().c_str());
		return 1;
	}
	const auto event = videoport::Event::make(*device);
	std::vector<std::byte> memory(256 << 10);
	const uint64_t adapter =
		call(*device, ProbeGetDmaAdapter,
		     {PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_32_BITS, 1 << 20})
			.Result;
	const uint64_t mdl =
		call(*device, ProbeLockBuffer,
		     {reinterpret_cast<uintptr_t>(memory.data()), memory.size(), VpModifyAccess})
			.Result;
	const PROBE_ANSWER started =
		call(*device, ProbeStartDma, {adapter, mdl, 4096, 65536, 0, true});
	if (!event || !mdl || started.Result != NO_ERROR) {
		fprintf(stderr, "hold: not held\n");
		return 1;
	}
	printf("held 0x%llx\n", static_cast<unsigned long long>(mdl));
	fflush(stdout);

	char ignored;
	while (read(STDIN_FILENO, &ignored, 1) > 0)
		;
	call(*device, ProbeCompleteDma, {adapter, started.Out[2], true});
	call(*device, ProbeUnlockBuffer, {mdl, 0});
	call(*device, ProbePutDmaAdapter, {adapter});
	return 0;
}
