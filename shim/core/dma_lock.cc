// SPDX-License-Identifier: GPL-2.0
/*
 * Locking and unlocking, and the end of a buffer. Whoever reads lock() finds unlock() below. See
 * dma.h.
 */
#include "dma.h"
#include "system.h"
#include "trace.h"

namespace vp {

void Dma::refuse_handle(const Caller &caller)
{
	counters_.refuse(
		Counter::LimitReached,
		"%s: the client has as many handles as it may, %u: unlock some, or raise max_client_handles",
		caller.call, vp_limit(VP_LIMIT_HANDLES));
}

/*
 * One place tells a miniport's developer why a lock failed.
 */
void Dma::refuse_lock(const Caller &caller, int error, const LockWish &wish)
{
	auto from = static_cast<unsigned long long>(wish.address);
	const size_t length = wish.length;

	switch (error) {
	case -VP_EFAULT:
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at 0x%llx cannot be locked for %s: not mapped, device memory, no access, not the client's, or not there before it is touched (FUSE, userfaultfd)",
			caller.call, length, from,
			wish.access == Access::Write ? "writing" : "reading");
		break;
	case -VP_EAGAIN:
		counters_.refuse(
			Counter::MemlockLimit,
			"%s: %zu bytes at 0x%llx exceed the client's RLIMIT_MEMLOCK: raise it (ulimit -l)",
			caller.call, length, from);
		break;
	case -VP_ENOSPC:
		counters_.refuse(
			Counter::BadLength,
			"%s: %zu bytes at 0x%llx have more pieces than the adapter's list of %zu takes (NumberOfPhysicalBreaks, ScatterGather)",
			caller.call, length, from, default_adapter_->limits().max_elements);
		break;
	case -VP_EMFILE:
		refuse_handle(caller);
		break;
	case -VP_EINTR:
		break; /* the client is dying and wants no answer */
	default:
		counters_.refuse(Counter::NoMemory,
				 "%s: no memory to lock %zu bytes at 0x%llx (%d)", caller.call,
				 length, from, error);
	}
}

Dma::Found Dma::find_allocation(const Caller &caller, uint64_t address, size_t length)
{
	if (auto found = pool_.find(address, length)) {
		Owner owner = found->owner();

		return {found.release(), owner};
	}
	if (auto found = System::get().find(address, length))
		return {found.release(), miniport_owner};
	return {nullptr, caller.owner};
}

/* Not a word more than it takes to know: refuse_range() says why not. */
[[gnu::always_inline]] inline bool Dma::lockable(const Caller &caller, const LockWish &wish,
						 const Allocation *allocation) const
{
	const DmaLimits &limits = default_adapter_->limits();

	return (allocation || caller.in_request) && wish.length &&
	       (!wish.map || (limits.bus_master && wish.length <= limits.max_length));
}

void Dma::refuse_range(const Caller &caller, const LockWish &wish)
{
	const DmaLimits &limits = default_adapter_->limits();
	auto from = static_cast<unsigned long long>(wish.address);
	const size_t length = wish.length;

	if (wish.map && !limits.bus_master)
		counters_.refuse(
			Counter::BadParameter,
			"%s: HwVidFindAdapter said that the device is no bus master: set Master in the configuration",
			caller.call);
	else if (!length || (wish.map && length > limits.max_length))
		counters_.refuse(Counter::BadLength, "%s: length %zu at 0x%llx is %s", caller.call,
				 length, from, length ? "more than the adapter's limit" : "zero");
	else
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at 0x%llx: a client's memory can be locked only while its request is served",
			caller.call, length, from);
}

void Dma::hold_mask_later()
{
	do {
		MutexGuard until_changed(mask_mutex_, MutexGuard::Uninterruptible);
	} while (!hold_mask());
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

	int error = allocation ? buffer.pin_kernel(device_, Ref<Allocation>::adopt(allocation),
						   wish.address)
			       : buffer.pin_user(device_, wish.address);

	if (!error && wish.map)
		error = buffer.map(device_, default_adapter_->limits(), mask_bits_);
	return error;
}

[[gnu::always_inline]] inline int Dma::publish_here(LockedBuffer &buffer, Token &token)
{
	int error = -VP_ENOMEM;

	token = handles_.publish(Kind::Buffer, &buffer, [&](Token its) {
		if (closed_)
			return false;
		if (!clients_.take(buffer.owner(), &vp_client::handles, vp_limit(VP_LIMIT_HANDLES),
				   buffer.holder)) {
			error = -VP_EMFILE;
			return false;
		}
		buffer.token = buffer.packet.token = its;
		buffers_.push_back(buffer.all);
		return true;
	});
	return token ? 0 : error;
}

int Dma::publish(LockedBuffer &buffer, Token &token)
{
	return publish_here(buffer, token);
}

Locked Dma::lock(Caller caller, LockWish wish)
{
	Trace trace(VP_TRACE_LOCK);

	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return {};

	Found ours{nullptr, caller.owner};

	if (wish.address >= kernel_start_)
		ours = find_allocation(caller, wish.address, wish.length);
	if (!lockable(caller, wish, ours.allocation)) {
		refuse_range(caller, wish);
		return lock_given_up(ours.allocation);
	}

	auto buffer = Ref<LockedBuffer>::adopt(
		spare_buffer_.create(*this, counters_, ours.owner, wish.access, wish.length));

	if (!buffer) {
		refuse_lock(caller, -VP_ENOMEM, wish);
		return lock_given_up(ours.allocation);
	}
	if (!find_events(caller, wish.events, buffer->packet))
		return lock_given_up(ours.allocation);

	int error = pin_and_map(*buffer, ours.allocation, wish);
	Locked locked{};

	if (!error) {
		/* whoever knows the handle may unlock it at any time */
		locked.list_bytes = static_cast<ULONG>(buffer->segment_count() * sizeof(VRB_SG));
		error = publish_here(*buffer, locked.token);
	}
	trace.locked(device_, caller.call, buffer.get(), error);
	if (error) {
		refuse_lock(caller, error, wish);
		return {};
	}
	counters_.add(Counter::Locked);
	(void)buffer.release(); /* the handle's now */
	return locked;
}

/* What was found is not locked after all. */
Locked Dma::lock_given_up(Allocation *allocation)
{
	auto dropped = Ref<Allocation>::adopt(allocation);

	return {};
}

[[gnu::always_inline]] inline void Dma::destroy_here(LockedBuffer *buffer)
{
	bool held_mask = buffer->holds_mask();

	spare_buffer_.destroy(buffer);
	if (held_mask)
		release_mask();
}

void Dma::destroy(LockedBuffer *buffer)
{
	destroy_here(buffer);
}

void Dma::unlock(Caller caller, Token token, bool only_in_request)
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
		handles_.refuse(caller, cause, token);
		return;
	}
	counters_.add(Counter::Unlocked);

	bool in_place = caller.context == VP_PASSIVE && (!only_in_request || caller.in_request ||
							 buffer->owner() == miniport_owner);

	if (in_place) {
		trace.unlock(device_, caller.call, buffer);
		/* released here (or while it was traced), or with the last transfer */
		if (LockedBuffer *last = buffer.release(); last && last->unreferenced())
			destroy_here(last);
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

void Dma::release(LockedBuffer *buffer)
{
	if (vp_context_now() == VP_PASSIVE)
		destroy(buffer);
	else
		deferred_buffers_.push(buffer->all);
}

Ref<LockedBuffer> Dma::buffer(const Caller &caller, Token token)
{
	VP_UNINITIALIZED Counter cause;

	{
		SpinGuard guard(lock_);
		VP_UNINITIALIZED LockedBuffer *found;

		cause = locate_buffer(caller, token, found);
		if (cause == none)
			return Ref<LockedBuffer>::share(found);
	}
	handles_.refuse(caller, cause, token);
	return {};
}

VRB_SG *Dma::segments(const Caller &caller, Token token)
{
	Ref<LockedBuffer> found = buffer(caller, token);

	if (!found || !found->mapping())
		return nullptr;

	VRB_SG *list = found->segments();

	if (!list) {
		counters_.refuse(Counter::NoMemory, "%s: no memory for a list of %zu segments",
				 caller.call, found->segment_count());
		return nullptr;
	}

	SpinGuard guard(lock_);

	/* What it does with them inside a DMA of ours, that DMA's end takes back. */
	if (found->packet.state == Packet::State::Idle)
		found->segments_taken();
	return list;
}

} // namespace vp
