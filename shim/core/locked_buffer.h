/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A locked buffer: what a PDMA or an Mdl names. Owns the pin and, for the packet contract, the
 * mapping. A handle that carries only events is one without either. Its handle holds one reference,
 * each transfer one; the last one gone, it is released, in process context.
 *
 * Invariants: the mapping lives inside the pin's life, the pin inside the allocation's; what is
 * counted when it is made is uncounted when it goes.
 */
#ifndef VP_CORE_LOCKED_BUFFER_H
#define VP_CORE_LOCKED_BUFFER_H

#include <cstddef>
#include <cstdint>

#include <video.h>

#include "adapter.h"
#include "event.h"
#include "handle_table.h"
#include "list.h"
#include "memory.h"
#include "pin.h"
#include "pool.h"
#include "watch.h"

namespace vp {

class Dma;
class LockedBuffer;
class Transfer;

/** What the device may do with a buffer. */
enum class Access : uint8_t {
	Read, /* the device reads */
	Write, /* the device writes, and may read */
};

/** What the packet contract keeps with a handle. Under the port's lock. */
struct Packet {
	explicit Packet(LockedBuffer *buffer) : link(buffer) {}

	Ref<Event> user_event;
	Ref<Event> display_event;
	PVOID context = nullptr;
	ULONG bytes_used = 0; /* of the buffer: what the next DMA hands over */
	ULONG started_bytes = 0; /* what the one that runs has handed over */

	enum class State : uint8_t { Idle, Running, Completing } state = State::Idle;
	bool unlock_after = false;
	unsigned int run = 0; /* which one: the number of DMAs that were begun */
	Watched watched;
	Token token = 0; /* under which it was begun */
	Link<LockedBuffer> link; /* of those that run; it holds a reference */
};

class LockedBuffer : public Referenced {
public:
	LockedBuffer(Dma &dma, Owner owner, Access access, size_t length);
	LockedBuffer(const LockedBuffer &) = delete;
	LockedBuffer &operator=(const LockedBuffer &) = delete;
	~LockedBuffer();

	void last_reference_dropped();

	/** Pin the client's memory. PASSIVE, in the client. Return: see vp_pin_user(). */
	[[nodiscard]] int pin_user(uint64_t address);
	/** Pin memory of ours. */
	[[nodiscard]] int pin_kernel(Ref<Allocation> allocation, uint64_t address);
	/**
	 * Map all of it for either direction and list its segments. The caller holds the mask, and
	 * the buffer from now on.
	 * @limits: of the adapter.
	 * @bits: of the logical addresses that the mapping may have.
	 * Return: 0, -VP_ENOSPC (more entries than the adapter takes) or an error of vp_map().
	 */
	[[nodiscard]] int map(vp_device *device, const DmaLimits &limits, unsigned int bits);
	/** The mapping of the buffer serves a device with addresses of that many bits. */
	bool mapped_for(unsigned int bits) const { return mapping_ && mapped_bits_ <= bits; }

	Owner owner() const { return owner_; }
	Access access() const { return access_; }
	size_t length() const { return length_; }
	Pin &pin() { return pin_; }
	Mapping &mapping() { return mapping_; }

	/** The {0, 0}-terminated list of segments, for a miniport that walks it; or nullptr. */
	VRB_SG *segments() const { return segments_; }
	size_t segment_count() const { return segment_count_; }
	/** The miniport took the list: its device may write without our knowing. */
	void segments_taken() { mapping_.take_back_at_end(); }

	/* under the port's lock */
	Token token = 0;
	Link<LockedBuffer> all{this};
	Link<LockedBuffer> deferred{this};
	List<Transfer> transfers;
	Packet packet{this};

private:
	void pinned();

	Dma &dma_;
	const Owner owner_;
	const Access access_;
	const size_t length_;
	Ref<Allocation> allocation_;
	Pin pin_;
	Mapping mapping_;
	unsigned int mapped_bits_ = 0;
	bool holds_mask_ = false;
	VRB_SG *segments_ = nullptr;
	size_t segment_count_ = 0;
};

} // namespace vp

#endif
