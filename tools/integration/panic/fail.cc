// SPDX-License-Identifier: GPL-2.0
/*
 * Prepares four adapters for the kernel's panic, and lets it come: one in use, one whose callback is
 * unhooked, one that has no power, and one that nobody has opened.
 *
 *     fail USED UNHOOKED ASLEEP      (three PCI addresses)
 */
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <time.h>
#include <unistd.h>

#include "videoport.hpp"

#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "probeioctl.h"

using videoport::Device;

namespace {

[[noreturn]] void fail(const std::string &what)
{
	fprintf(stderr, "fail: %s\n", what.c_str());
	exit(1);
}

Device open_at(const std::string &address)
{
	for (const auto &adapter : videoport::adapters()) {
		if (adapter.pci_address != address)
			continue;
		Device device = Device::open(adapter);
		if (device)
			return device;
	}
	fail("no adapter at " + address);
}

void hook(const Device &device, uint64_t size, uint64_t callback)
{
	const PROBE_CALL order = {ProbeRegisterBugcheck, ProbeStartIo, {0xea, size, callback}};
	PROBE_ANSWER answer = {};
	if (!device.exchange(IOCTL_PROBE_CALL, order, answer) || answer.Result != NO_ERROR)
		fail("no callback");
}

void put(const std::string &path, const char *text)
{
	std::ofstream file(path);
	file << text << std::flush;
	if (!file)
		fail(path + " takes no " + text);
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 4)
		fail("three arguments");
	const Device used = open_at(argv[1]), unhooked = open_at(argv[2]);
	hook(used, 148, 1);
	hook(unhooked, 148, 1);
	hook(unhooked, 0, 1); // its HwVidResetHw goes on to print
	{
		hook(open_at(argv[3]), 148, 1);
	}
	const std::string power = std::string("/sys/bus/pci/devices/") + argv[3] + "/power/";
	put(power + "control", "auto");
	std::string status;
	while (status != "suspended") { // the runner ends a guest in which it never is
		const timespec pace = {0, 2'000'000};
		nanosleep(&pace, nullptr);
		std::ifstream(power + "runtime_status") >> status;
	}
	put("/proc/sys/kernel/sysrq", "1");
	put("/proc/sysrq-trigger", "c");
	fail("the kernel has survived");
}
