/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What devices can reach: pins, the mappings of them that are live, coherent memory, and the only
 * way to memory that a simulated device has. An access that nothing live allows is blocked.
 */
#ifndef SIM_IOMMU_HPP
#define SIM_IOMMU_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "arena.hpp"
#include "process.hpp"

/* A range of memory that stays where it is. Kept after its end, so that late uses are seen. */
struct vp_pin {
	unsigned int id;
	bool live;
	vp_device *device; /* that it was pinned for */
	sim::Process *process; /* charged; nullptr: kernel memory */
	std::vector<sim::Page *> pages;
	uint8_t *kernel; /* first byte of kernel memory */
	size_t offset;
	size_t length;
	bool write; /* pinned for writing */
	unsigned int mappings; /* live ones */
	bool writable_mapping; /* there was one that allowed the device to write */
	bool written; /* a device has written */

	/* One contiguous part: @at from the start of the range, at most @length bytes. */
	uint8_t *bytes(size_t at, size_t &part) const;
	uint64_t physical(size_t at) const;
	size_t page_count() const;
};

/* A part of a pin, mapped for a device. Kept like a pin. */
struct vp_mapping {
	/* One contiguous part of it. */
	struct Piece {
		uint64_t logical;
		uint8_t *target; /* what the device reaches */
		uint8_t *original;
		size_t length;
		bool begins_segment;
	};

	unsigned int id;
	bool live;
	vp_device *device;
	vp_pin *pin;
	size_t offset;
	size_t length;
	vp_direction direction;
	std::vector<Piece> pieces;
	std::vector<uint8_t> bounce;
};

namespace sim {

/// Memory for CPU and device at once.
struct Coherent {
	vp_device *device;
	uint8_t *memory;
	size_t size;
	uint64_t logical;
};

/// What became of an access of a device.
enum class Access : uint8_t {
	Done,
	Blocked, ///< no live mapping there
	WrongDirection, ///< there is one, but not for this
	NoMaster, ///< the device may not start transfers
};

/// The device reads memory, or writes to it: all of the range, or nothing.
Access device_read(vp_device &device, uint64_t logical, void *to, size_t length);
Access device_write(vp_device &device, uint64_t logical, const void *from, size_t length);

/// Something that is live lies at this logical address, for this device.
bool reachable(const vp_device &device, uint64_t logical);

/* How many are live, and of which sort. */
size_t live_pins();
size_t live_mappings(const vp_device &device);
size_t live_mapped_bytes(const vp_device &device);
size_t live_coherent(const vp_device &device);

/* inside the platform */

vp_pin *new_pin();
vp_mapping *new_mapping();
void retire(vp_pin *pin);
void retire(vp_mapping *mapping);
extern RawLock iommu_lock;
extern std::vector<vp_mapping *> mappings; ///< live ones, under iommu_lock
extern std::vector<Coherent> coherents; ///< likewise
/// Logical addresses that were never used before; @above: above 4 GiB.
uint64_t new_logical(size_t length, size_t alignment, bool above);
/// Below 16 MiB, for masks of less than 32 bits; 0: none is left.
uint64_t new_narrow_logical(size_t length, size_t alignment);

void report_mappings_left();
void forget_mappings();

} // namespace sim

#endif
