// SPDX-License-Identifier: GPL-2.0
/*
 * What tests of device memory in a client want: where the ranges of an adapter are, and whether a
 * touch is a fault. A fault is caught in this process, in the thread that touches.
 */
#ifndef INTEGRATION_MAPPED_VIEW_HPP
#define INTEGRATION_MAPPED_VIEW_HPP

#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <fstream>

#include "bench.hpp"

namespace integration {

struct Bar {
	uint64_t start = 0, length = 0;
	bool io = false;
};

/// A line of the device's resource file in sysfs.
inline Bar bar_of(Place place, int index)
{
	std::ifstream file("/sys/bus/pci/devices/" + pci_address(place) + "/resource");
	Bar bar;
	for (int i = 0; i <= index; i++) {
		uint64_t start = 0, end = 0, flags = 0;
		file >> std::hex >> start >> end >> flags;
		bar = {start, end - start + 1, (flags & 0x100) != 0};
	}
	return bar;
}

/// The memory at an address of a request, as volatile as a device's.
inline volatile uint32_t *words_at(uint64_t address)
{
	return reinterpret_cast<volatile uint32_t *>(address);
}

/// The signal that a touch gets: SIGBUS, SIGSEGV, or 0 if it is fine.
inline int touch(uint64_t address, bool write = false)
{
	static sigjmp_buf back;
	struct sigaction action = {}, old_bus = {}, old_segv = {};
	action.sa_handler = [](int number) { siglongjmp(back, number); };
	sigaction(SIGBUS, &action, &old_bus);
	sigaction(SIGSEGV, &action, &old_segv);
	const int caught = sigsetjmp(back, 1);
	if (caught == 0) {
		const uint32_t value = *words_at(address);
		if (write)
			*words_at(address) = value;
	}
	sigaction(SIGBUS, &old_bus, nullptr);
	sigaction(SIGSEGV, &old_segv, nullptr);
	return caught;
}

} // namespace integration

#endif // INTEGRATION_MAPPED_VIEW_HPP
