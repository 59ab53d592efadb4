/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locking and unlocking: whoever reads lock() finds unlock() below. See dma.h. Parts of the calls
 * that a miniport makes, as in dma_transfer.h. PASSIVE.
 */
#ifndef VP_CORE_DMA_LOCK_H
#define VP_CORE_DMA_LOCK_H

#include "dma.h"
#include "trace.h"

namespace vp {

/* Not a word more than it takes to know: refuse_range() says why not. */
[[gnu::always_inline]] inline bool Dma::lockable(const Caller &caller, const LockWish &wish,
						 const Allocation *allocation) const
{
	const DmaLimits &limits = default_adapter_->limits();

	return (allocation || caller.in_request) && wish.length &&
	       (!wish.map || (limits.bus_master && wish.length <= limits.max_length));
}

/* The mask is held first: what is pinned for the device must be what it can be mapped for. */
[[gnu::always_inline]] inline int Dma::pin_and_map(LockedBuffer &buffer, Allocation *allocation,
						   const LockWish &wish)
{
	if (wish.map) {
		if (!hold_mask())
			hold_mask_later();
		buffer.hold_mask();
	}

	int error = allocation ? buffer.pin_kernel(device_, allocation, wish.address)
			       : buffer.pin_user(device_, wish.address);

	if (!error && wish.map)
		error = buffer.map(default_adapter_->limits(), mask_bits_);
	return error;
}

[[gnu::always_inline]] inline bool Dma::try_publish(LockedBuffer &buffer, Published &published)
{
	published.error = 0;
	return handles_.try_publish(Kind::Buffer, &buffer, published.token, [&](Token its) {
		published.error = -VP_ENOMEM;
		if (closed_)
			return false;
		published.error = -VP_EMFILE;
		if (!clients_.take(buffer.owner(), &vp_client::handles, vp_limit(VP_LIMIT_HANDLES),
				   buffer.holder))
			return false;
		published.error = 0;
		buffer.token = buffer.packet.token = its;
		buffers_.push_back(buffer.all);
		return true;
	});
}

[[gnu::always_inline]] inline Dma::Published Dma::publish(LockedBuffer &buffer)
{
	VP_UNINITIALIZED Published published;

	if (!try_publish(buffer, published)) [[unlikely]]
		return publish_elsewhere(buffer);
	return published;
}

[[gnu::always_inline]] inline Locked Dma::lock(Caller caller, LockWish wish)
{
	Trace trace(VP_TRACE_LOCK);

	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return {};

	Found ours{nullptr, caller.owner};

	if (wish.address >= kernel_start_)
		ours = find_allocation(caller.owner, wish.address, wish.length);
	if (!lockable(caller, wish, ours.allocation)) {
		refuse_range(caller.call, wish.address, wish.length, wish.map);
		return lock_given_up(ours.allocation);
	}

	LockedBuffer *buffer =
		spare_buffer_.create(*this, counters_, ours.owner, wish.access, wish.length);

	if (!buffer) {
		refuse_lock(caller.call, -VP_ENOMEM, wish.address, wish.length, wish.access);
		return lock_given_up(ours.allocation);
	}
	if (!find_events(caller, wish.events, buffer->packet))
		return lock_given_up(ours.allocation, buffer);

	Published published{0, pin_and_map(*buffer, ours.allocation, wish)};
	/* whoever knows the handle may unlock it at any time */
	const size_t segments = buffer->segment_count();

	if (trace.on()) [[unlikely]]
		published = publish_and_tell(trace, caller.call, *buffer, published.error);
	else if (!published.error)
		published = publish(*buffer);
	if (published.error) {
		refuse_lock(caller.call, published.error, wish.address, wish.length, wish.access);
		return lock_given_up(nullptr, buffer);
	}
	counters_.add(Counter::Locked);
	return {published.token, static_cast<ULONG>(segments * sizeof(VRB_SG))};
}

[[gnu::always_inline]] inline void Dma::destroy(LockedBuffer *buffer)
{
	bool held_mask = buffer->holds_mask();

	spare_buffer_.destroy(buffer);
	if (held_mask)
		release_mask();
}

[[gnu::always_inline]] inline void Dma::unlock(Caller caller, Token token, bool only_in_request)
{
	Trace trace(VP_TRACE_UNLOCK);
	Ref<LockedBuffer> buffer;
	VP_UNINITIALIZED Counter cause;

	{
		SpinGuard guard(lock_);
		VP_UNINITIALIZED LockedBuffer *found;

		cause = locate_buffer(caller, token, found);
		if (cause == none)
			buffer = withdraw(found, token);
	}
	if (cause != none) {
		handles_.refuse(caller.call, cause, token);
		return;
	}
	counters_.add(Counter::Unlocked);

	bool in_place = caller.context == VP_PASSIVE && (!only_in_request || caller.in_request ||
							 buffer->owner() == miniport_owner);

	if (in_place) {
		trace.unlock(device_, caller.call, buffer);
		/* released here (or while it was traced), or with the last transfer */
		if (LockedBuffer *last = buffer.release(); last && last->unreferenced())
			destroy(last);
		return;
	}

	counters_.refuse(
		Counter::WrongContext,
		"%s: handle 0x%llx unlocked %s: allowed only in a DMA IOCTL; released later",
		caller.call, static_cast<unsigned long long>(token),
		caller.context == VP_PASSIVE ? "outside a request" : "from an ISR or DPC");
	if (LockedBuffer *late = buffer.release(); late->unreferenced())
		deferred_buffers_.push(late->all);
}

} // namespace vp

#endif
