/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simulated PCI function: its registers' ranges, its configuration space, what was claimed,
 * mapped and connected of it, and the events that wait for it.
 */
#ifndef SIM_DEVICE_HPP
#define SIM_DEVICE_HPP

#include <atomic>
#include <cstdint>
#include <vector>

#include "monitor.hpp"
#include "thread.hpp"

struct vp_device {
	explicit vp_device(unsigned int device_number = 0);
	vp_device(const vp_device &) = delete;
	vp_device &operator=(const vp_device &) = delete;
	/// Reports what was left claimed, mapped, connected, or under way.
	~vp_device();

	const unsigned int number;
	vp_port *port = nullptr;

	vp_bar bars[VP_MAX_BARS];
	bool busy = false; /* another driver holds the ranges */
	bool claimed = false;
	std::vector<void *> mapped;
	bool vga = false; /* it is the machine's VGA device */
	std::vector<vp_bar> legacy; /* claimed beside the BARs */
	uint64_t legacy_used = 0; /* a range that begins here is another driver's */
	std::vector<uint8_t> rom; /* its images; the video BIOS in memory is the same */
	size_t rom_space = 0;
	uint8_t config[256];
	struct vp_device_ids ids;

	std::atomic<unsigned int> mask_bits{32};
	unsigned int most_bits = 64; /* that the platform offers */
	std::atomic<bool> master{false};

	/* events, under monitor */
	sim::Monitor monitor;
	bool connected = false;
	bool in_interrupt = false;
	unsigned int interrupt_held = 0; /* why, of vp_hold */
	bool interrupt_raised = false; /* while it was held */
	bool dpc_pending = false;
	bool in_dpc = false;
	bool timer_armed = false;
	bool in_timer = false;
	uint64_t timer_due = 0;
	bool work_pending = false;
	bool in_work = false;
	bool enumerate_pending = false;
	bool in_enumerate = false;
	uint32_t children_changed = 0; /* slots, since a test looked */
	bool watch_armed = false;
	bool in_watch = false;
	uint64_t watch_due = 0;
};

namespace sim {

/*
 * What the world outside does to a device. Each is called by the thread on whose processor it
 * happens. Return: the core was called.
 */

/// The device interrupts. @p handled: what the core said.
bool raise_interrupt(vp_device &device, bool *handled = nullptr);
/// The softirq of its DPCs.
bool run_dpc(vp_device &device);
/// The softirq of its timer, if that is due.
bool run_timer(vp_device &device);
/// The work queue.
bool run_work(vp_device &device);
/// The other work, that asks for children.
bool run_enumerate(vp_device &device);
/// The watch, if that is due.
bool run_watch(vp_device &device);

} // namespace sim

#endif
