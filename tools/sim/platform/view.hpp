/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open nodes of devices, and the views of device memory that were made through them: which there
 * are, and that none shows what is gone. Kept after their end, so that late uses are seen.
 */
#ifndef SIM_VIEW_HPP
#define SIM_VIEW_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "process.hpp"

/* One open of a device's node. */
struct vp_file {
	explicit vp_file(sim::Process &of) : process(of) {}

	sim::Process &process;
	bool writable = true;
	std::atomic<bool> open{true};
	std::atomic<uint64_t> wakes{0};
};

/* Device memory in a process. */
struct vp_view {
	unsigned int id;
	bool live;
	vp_device *device;
	vp_file *file;
	sim::Process *process;
	vp_view_source source;
	uint64_t address;
};

namespace sim {

/* How many there are. */
size_t live_views(const vp_device &device);
size_t live_views(const Process &process);
size_t views_of_bars(const vp_device &device);
/// The lock of the coherent memory may be held.
size_t views_of_memory(const void *memory);

/**
 * What a process sees at an address. @p memory: the byte there, of coherent memory; nullptr of a
 * BAR. Return: there is a view; else its touch is a SIGBUS or SIGSEGV.
 */
bool look(const Process &process, uint64_t address, uint8_t *&memory);

/* inside the platform */

void report_views_left();
void forget_views();

} // namespace sim

#endif
