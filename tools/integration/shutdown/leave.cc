// SPDX-License-Identifier: GPL-2.0
/*
 * In the first kernel: leaves a lock, a DMA in flight and requests that run, starts the second kernel
 * (kexec), and says what it sees of the shutdown. That goes from the last adapter to the first, and
 * waits in the first for a request of seven seconds: time enough to look at the others.
 *
 *     leave KERNEL INITRAMFS EDU WAITER HOLDER LAST      (four PCI addresses, from the last on)
 */
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <linux/reboot.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../miniports/edu/client.hpp"
#include "completion.hpp"
#include "memory.hpp"
#include "proof.hpp"
#include "videoport.hpp"

#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "probeioctl.h"

using videoport::Device;
using videoport::Region;

namespace {

[[noreturn]] void fail(const std::string &what)
{
	printf("leave: %s\n", what.c_str());
	exit(1);
}

void say(const char *what, bool holds)
{
	printf("%s: %s\n", what, holds ? "yes" : "no");
	fflush(stdout);
}

/// Ask again and again until @p condition holds; the runner ends a guest in which it never does.
template <typename Condition> void await(Condition condition)
{
	while (!condition()) {
		const timespec pace = {0, 2'000'000};
		nanosleep(&pace, nullptr);
	}
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

uint64_t requests(const Device &device)
{
	return device.counter("requests").value_or(0);
}

std::string contents(const char *path)
{
	std::ifstream file(path);
	return {std::istreambuf_iterator<char>(file), {}};
}

bool is_bus_master(const std::string &address)
{
	std::ifstream file("/sys/bus/pci/devices/" + address + "/config", std::ios::binary);
	char command[6] = {};
	file.read(command, sizeof(command));
	return !file || (command[4] & 4);
}

/// The edu's registers, which no driver claims any more.
volatile uint32_t *registers_of(const std::string &address)
{
	const std::string path = "/sys/bus/pci/devices/" + address + "/resource0";
	const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
	void *mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return mapped == MAP_FAILED ? nullptr : static_cast<volatile uint32_t *>(mapped);
}

void load_kernel(const char *image, const char *initramfs)
{
	std::string line = contents("/proc/cmdline");
	while (!line.empty() && line.back() == '\n')
		line.pop_back();
	// With one processor nobody translates code while it is patched: see EMULATOR_RACE in tools/vm/log_rules.py.
	line += " nr_cpus=1";
	const int kernel = open(image, O_RDONLY | O_CLOEXEC);
	const int archive = open(initramfs, O_RDONLY | O_CLOEXEC);
	if (syscall(SYS_kexec_file_load, kernel, archive, line.size() + 1, line.c_str(), 0UL) != 0)
		fail(std::string("kexec_file_load: ") + videoport::errno_name(errno));
}

/// A call of the probe. Its request, not its result, is what counts here.
videoport::Reply call(const Device &device, const PROBE_CALL &order, PROBE_ANSWER &answer)
{
	return device.exchange(IOCTL_PROBE_CALL, order, answer);
}

/// Woken by the end of the adapter: what is left of it?
void watch(const Device &device, const std::string &address, const Region &memory, uint64_t logical)
{
	auto taken = videoport::take_completions(device);
	while (taken) // parts of the DMA that have come to their end
		taken = videoport::take_completions(device);
	say("whoever reads is woken with ENODEV", taken.error == ENODEV);
	say("a new request fails with ENODEV",
	    device.request(IOCTL_VIDEO_RESET_DEVICE).error == ENODEV);
	say("the node cannot be opened",
	    open(device.adapter().node.c_str(), O_RDWR) < 0 && errno == ENODEV);
	// the adapter is gone first, then what it held; and not the kernel's own count of pins: to read
	// that, every processor has to come by
	for (const char *kind : {"locked_buffers", "pinned_pages", "mappings", "transfers"}) {
		await([&] { return device.counter(kind) == 0; });
		say((std::string("none is left of ") + kind).c_str(), true);
	}
	say("nothing is charged", videoport::pinned_kib() == 0);
	say("the interrupt is given back",
	    contents("/proc/interrupts").find("videoport " + address) == std::string::npos);
	say("the device is no bus master", !is_bus_master(address));

	const std::vector<std::byte> before(memory.bytes().begin(), memory.bytes().end());
	volatile uint32_t *registers = registers_of(address);
	if (!registers)
		fail("no registers");
	const auto done = [&] { return (registers[0x98 / 4] & 1) == 0; };
	await(done); // what it did when the adapter went
	registers[0x80 / 4] =
		0x40000; // and what it would do if it went on: write where the lock was
	registers[0x88 / 4] = static_cast<uint32_t>(logical);
	registers[0x90 / 4] = 2048;
	registers[0x98 / 4] = 3;
	await(done);
	say("what the device still does changes no memory",
	    std::ranges::equal(before, memory.bytes()));
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 7)
		fail("six arguments");
	const std::string edu_at = argv[3];
	const Device edu = open_at(edu_at), waiter = open_at(argv[4]);
	const Device holder = open_at(argv[5]), last = open_at(argv[6]);
	load_kernel(argv[1], argv[2]);

	// a lock, and a DMA of twenty seconds
	constexpr uint32_t length = 200000;
	const Region memory = Region::make(2 * length);
	std::byte *const source = memory.data(), *const target = source + length;
	std::fill_n(source, length, std::byte{0x5a});
	EDU_LOCKED locked = {};
	EDU_DMA_STATE state = {};
	if (!edu::lock_pages(edu, target, length, locked) ||
	    !edu::start(edu, EduCopy, source, target, length))
		fail("no DMA");
	await([&] { return edu::query(edu, state) && state.Transfers > 2; });
	say("a DMA runs", state.State == EduRunning && is_bus_master(edu_at));

	std::thread([&] {
		watch(edu, edu_at, memory, locked.Segments[0].LogicalAddress);
	}).detach();
	std::thread([&] {
		PROBE_ANSWER answer = {};
		call(waiter, {ProbeCreateEvent, ProbeStartIo, {0}}, answer);
		const uint64_t event = answer.Out[0];
		call(waiter, {ProbeWaitForSingleObject, ProbeStartIo, {event, 0, 0}}, answer);
		say("whoever waits for an event is woken",
		    event != 0 && answer.Result == ERROR_INVALID_PARAMETER);
	}).detach();
	std::atomic<bool> restarting = false;
	std::thread([&] {
		const auto reply = holder.send(IOCTL_PROBE_HOLD, uint32_t{2500});
		say("the request that runs ends well", reply && restarting);
	}).detach();
	std::thread([&] { (void)last.send(IOCTL_PROBE_HOLD, uint32_t{7000}); }).detach();
	await([&] { return requests(waiter) > 1 && requests(holder) > 0 && requests(last) > 0; });

	restarting = true;
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC,
		nullptr);
	fail(std::string("reboot: ") + videoport::errno_name(errno));
}
