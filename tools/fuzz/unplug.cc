// SPDX-License-Identifier: GPL-2.0
/*
 * Unbinds, pulls, and puts back. See unplug.hpp. While it does, the attackers of the phase are at
 * work on all adapters, and each device that is pulled has a client of its own.
 */
#include "unplug.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.hpp"
#include "crew.hpp"
#include "random.hpp"
#include "sysfs.hpp"

#if __has_include("hotplug.hpp")
#include "hotplug.hpp"
#endif

namespace fuzz {

#if __has_include("hotplug.hpp")

namespace {

/// A slot that tools/torture/run gives the guest, with an edu in it that vp_edu drives.
constexpr const char *slot_port = "0000:00:10.0";

int node_of(const std::string &pci_address)
{
	for (const auto &adapter : videoport::adapters("vp_edu")) {
		if (adapter.pci_address == pci_address)
			return open(adapter.node.c_str(), O_RDWR | O_CLOEXEC);
	}
	return -1;
}

/* Locks, and starts copies, until the device is gone. */
int use_until_gone(int fd)
{
	constexpr uint32_t bytes = 64 << 10;
	void *mapped =
		mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const auto address = reinterpret_cast<uintptr_t>(mapped);
	const EDU_START start = {address, address + bytes / 2, EduCopy, 3000, 0, 0};
	for (;;) {
		EDU_LOCKED locked;
		if (tell(fd, IOCTL_EDU_START_DMA, start).error == ENODEV)
			return 0;
		ask(fd, IOCTL_EDU_LOCK_PAGES, EDU_LOCK{address, 8192, 0}, locked);
	}
}

/* A device that is torn out in the middle of its work. */
bool pull_once(integration::Slot &slot, Random &random)
{
	if (!slot.occupied() && !slot.plug()) {
		board().fail("no device can be plugged into %s", slot_port);
		return false;
	}
	const int fd = node_of(slot.device());
	const pid_t client = fork();
	if (client == 0)
		_exit(fd >= 0 && become_nobody(1024, 200) ? use_until_gone(fd) : 3);
	close(fd);
	pause_ms(random.below(300));
	const bool gone = slot.pull() && slot.wait_empty();
	int status = -1;
	const double begin = now();
	while (waitpid(client, &status, WNOHANG) == 0 && now() - begin < 60)
		pause_ms(5);
	if (!gone || status != 0) {
		kill(client, SIGKILL);
		waitpid(client, nullptr, 0);
		board().fail("the device in %s: %s, its client ended with 0x%x", slot_port,
			     gone ? "gone" : "not gone", status);
	}
	return gone;
}

} // namespace

#endif

Unplugs unplug_adapters(Ledger &ledger, uint64_t seed, unsigned int times,
			const std::function<bool(const Unplugs &)> &tell)
{
	Random random(seed, 6000);
	Unplugs done;
#if __has_include("hotplug.hpp")
	integration::Slot slot(slot_port, {"port1", "one"});
	const bool pulls = slot.usable();
#else
	const bool pulls = false;
#endif
	while (done.unbound + done.pulled < times) {
		if (pulls && (done.unbound + done.pulled) % 2) {
#if __has_include("hotplug.hpp")
			if (!pull_once(slot, random))
				return done;
			done.pulled++;
#endif
		} else {
			const auto place = static_cast<Place>(random.below(place_count));
			pause_ms(random.below(100));
			/* a chip that still works refuses to be initialized */
			if (!ledger.replug(place, 250))
				return done;
			done.unbound++;
		}
		if (!tell(done))
			break;
	}
#if __has_include("hotplug.hpp")
	if (pulls && slot.occupied())
		slot.power_off();
#endif
	return done;
}

} // namespace fuzz
