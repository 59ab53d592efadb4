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

#include <atomic>
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
	Packet(LockedBuffer *buffer, size_t length)
		: bytes_used(static_cast<ULONG>(length)),
		  link(buffer)
	{
	}

	Ref<Event> user_event;
	Ref<Event> display_event;
	PVOID context = nullptr;
	ULONG bytes_used; /* of the buffer: what the next DMA hands over */
	ULONG started_bytes; /* what the one that runs has handed over */

	enum class State : uint8_t { Idle, Running, Completing } state = State::Idle;
	bool unlock_after = false;
	unsigned int run = 0; /* which one: the number of DMAs that were begun */
	Watched watched{0}; /* since the last DMA began, or else since there is the handle */
	uint64_t since_ns; /* that the device has it, if that is traced; while one runs */
	Token token = 0; /* of the buffer, also when it names it no more */
	Link<LockedBuffer> link; /* of those that run; it holds a reference */
};

class LockedBuffer : public Referenced {
public:
	LockedBuffer(Dma &dma, Counters &counters, Owner owner, Access access, size_t length)
		: packet(this, length),
		  dma_(dma),
		  counters_(counters),
		  owner_(owner),
		  access_(access),
		  length_(length)
	{
		counters_.add(Counter::LockedBuffers);
	}
	LockedBuffer(const LockedBuffer &) = delete;
	LockedBuffer &operator=(const LockedBuffer &) = delete;
	[[gnu::always_inline]] ~LockedBuffer()
	{
		if (lists_.load(std::memory_order_relaxed))
			free_lists();
		if (mapping_)
			counters_.sub(Counter::Mappings);
		if (pin_)
			counters_.sub(Counter::PinnedPages, pin_.pages());
		counters_.sub(Counter::LockedBuffers);
	}

	void last_reference_dropped();

	/** Pin the client's memory. PASSIVE, in the client. Return: see vp_pin_user(). */
	[[nodiscard]] int pin_user(vp_device *device, uint64_t address)
	{
		int error = pin_.user(device, address, length_, access_ == Access::Write);

		if (!error)
			pinned();
		return error;
	}
	/** Pin memory of ours, which lies in @allocation: the reference to that is its from now on. */
	[[nodiscard]] int pin_kernel(vp_device *device, Allocation *allocation, uint64_t address);
	/** The caller holds the mask; from now on the buffer does, and gives it back when it goes. */
	void hold_mask() { holds_mask_ = true; }
	bool holds_mask() const { return holds_mask_; }
	/**
	 * Map all of it for either direction. Nobody else has the buffer yet, and it holds the mask
	 * since before it was pinned.
	 * @limits: of the adapter.
	 * @bits: of the logical addresses that the mapping may have.
	 * Return: 0, -VP_ENOSPC (more entries than the adapter takes) or an error of vp_map().
	 */
	[[nodiscard]] int map(const DmaLimits &limits, unsigned int bits)
	{
		int error = mapping_.map_whole(pin_, VP_BIDIRECTIONAL);

		if (error)
			return error;
		mapped_bits_ = bits;
		counters_.add(Counter::Mappings);
		/* Whoever knows the addresses may write to them at any time. */
		pin_.device_may_write();

		max_element_ = limits.max_element;
		segment_count_ = length_ <= max_element_ ? mapping_.segments()
							 : mapping_.count(0, length_, max_element_);
		return segment_count_ > limits.max_elements ? -VP_ENOSPC : 0;
	}
	/** The mapping of the buffer serves a device with addresses of that many bits. */
	bool mapped_for(unsigned int bits) const { return mapping_ && mapped_bits_ <= bits; }

	Owner owner() const { return owner_; }
	Access access() const { return access_; }
	size_t length() const { return length_; }
	/** When it was locked; a handle that carries only events: when it was made. */
	uint64_t since_ms() const { return pin_ ? pin_.since_ms() : packet.watched.since_ms; }
	size_t pages() const { return pin_.pages(); }
	Pin &pin() { return pin_; }
	Mapping &mapping() { return mapping_; }

	/**
	 * The {0, 0}-terminated list of segments, for a miniport that walks it; made when it is
	 * asked for, and kept. Any context. Return: nullptr if nothing is mapped, or no memory.
	 */
	VRB_SG *segments();
	/** Of that list, without its end. */
	size_t segment_count() const { return segment_count_; }
	/** The miniport took the list: its device may write without our knowing. */
	void segments_taken() { mapping_.take_back_at_end(); }

	/* under the port's lock */
	Token token = 0;
	vp_client *holder = nullptr; /* while there is the handle: whom it counts for */
	Link<LockedBuffer> all{this}; /* of those with a handle; then of those put off */
	List<Transfer> transfers;
	Packet packet;

private:
	void pinned() { counters_.add(Counter::PinnedPages, pin_.pages()); }
	void free_lists();

	Dma &dma_;
	Counters &counters_;
	const Owner owner_;
	const Access access_;
	const size_t length_;
	Ref<Allocation> allocation_;
	Pin pin_;
	Mapping mapping_;
	unsigned int mapped_bits_; /* valid with the mapping */
	bool holds_mask_ = false;
	uint32_t max_element_; /* bytes of one segment; likewise */
	size_t segment_count_ = 0;
	/* two may have made one at once, and neither may be freed in their contexts */
	struct SegmentList {
		SegmentList *next;
		VRB_SG segments[1];
	};
	std::atomic<SegmentList *> lists_{nullptr};
};

} // namespace vp

#endif
