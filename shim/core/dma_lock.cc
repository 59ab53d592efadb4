// SPDX-License-Identifier: GPL-2.0
/*
 * Locking and unlocking. Whoever reads lock() finds unlock() below. See dma.h.
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
void Dma::refuse_lock(const Caller &caller, int error, uint64_t address, size_t length,
		      Access access)
{
	auto from = static_cast<unsigned long long>(address);

	switch (error) {
	case -VP_EFAULT:
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at 0x%llx cannot be locked for %s: not mapped, device memory, no access, not the client's, or not there before it is touched (FUSE, userfaultfd)",
			caller.call, length, from, access == Access::Write ? "writing" : "reading");
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

/* Memory of ours that contains the range, and whose it is. */
Ref<Allocation> Dma::find_allocation(uint64_t address, size_t length, Owner &owner)
{
	Ref<Allocation> allocation = pool_.find(address, length);

	if (allocation) {
		owner = allocation->owner();
	} else {
		allocation = System::get().find(address, length);
		if (allocation)
			owner = miniport_owner;
	}
	return allocation;
}

bool Dma::lockable(const Caller &caller, uint64_t address, size_t length, bool map,
		   const Allocation *allocation, Owner owner)
{
	const DmaLimits &limits = default_adapter_->limits();

	if (map && !limits.bus_master)
		counters_.refuse(
			Counter::BadParameter,
			"%s: HwVidFindAdapter said that the device is no bus master: set Master in the configuration",
			caller.call);
	else if (!length || (map && length > limits.max_length))
		counters_.refuse(Counter::BadLength, "%s: length %zu at 0x%llx is %s", caller.call,
				 length, static_cast<unsigned long long>(address),
				 length ? "more than the adapter's limit" : "zero");
	else if (allocation && owner != miniport_owner && owner != caller.owner)
		counters_.refuse(Counter::BadAddress,
				 "%s: %zu bytes: the system buffer of another client's request",
				 caller.call, length);
	else if (!allocation && !caller.in_request)
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at 0x%llx: a client's memory can be locked only while its request is served",
			caller.call, length, static_cast<unsigned long long>(address));
	else
		return true;
	return false;
}

/* The mask is held first: what is pinned for the device must be what it can be mapped for. */
int Dma::pin_and_map(LockedBuffer &buffer, Ref<Allocation> allocation, uint64_t address, bool map)
{
	if (map) {
		while (!hold_mask())
			MutexGuard until_changed(mask_mutex_, MutexGuard::Uninterruptible);
		buffer.hold_mask();
	}

	int error = allocation ? buffer.pin_kernel(device_, std::move(allocation), address)
			       : buffer.pin_user(device_, address);

	if (!error && map)
		error = buffer.map(device_, default_adapter_->limits(), mask_bits_);
	return error;
}

Token Dma::lock(const Caller &caller, uint64_t address, size_t length, Access access, bool map,
		EventTokens tokens, ULONG *list_bytes)
{
	Trace trace(VP_TRACE_LOCK);
	Ref<Event> user, display;

	if (!caller.allowed_up_to(VP_PASSIVE, counters_) ||
	    !find_events(caller, tokens, user, display))
		return 0;

	Owner owner = caller.owner;
	Ref<Allocation> allocation;

	if (vp_kernel_address(address))
		allocation = find_allocation(address, length, owner);
	if (!lockable(caller, address, length, map, allocation.get(), owner))
		return 0;

	auto buffer = Ref<LockedBuffer>::adopt(
		spare_buffer_.create(*this, counters_, owner, access, length));
	int error = buffer ? pin_and_map(*buffer, std::move(allocation), address, map) : -VP_ENOMEM;
	Token token = 0;

	if (!error) {
		buffer->packet.user_event = std::move(user);
		buffer->packet.display_event = std::move(display);
		buffer->packet.bytes_used = static_cast<ULONG>(length);
		/* whoever knows the handle may unlock it at any time */
		if (list_bytes)
			*list_bytes = static_cast<ULONG>(buffer->segment_count() * sizeof(VRB_SG));
		error = publish(*buffer, token);
	}
	trace.locked(device_, caller.call, buffer.get(), error);
	if (error) {
		refuse_lock(caller, error, address, length, access);
		return 0;
	}
	counters_.add(Counter::Locked);
	(void)buffer.release(); /* the handle's now */
	return token;
}

void Dma::unlock(const Caller &caller, Token token, bool only_in_request)
{
	Trace trace(VP_TRACE_UNLOCK);
	Ref<LockedBuffer> buffer;
	Counter cause;

	{
		SpinGuard guard(lock_);
		LockedBuffer *found;

		cause = locate_buffer(caller, token, found);
		if (cause == none)
			buffer = withdraw(found);
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
		return; /* the reference goes: released here, or with the last transfer */
	}

	counters_.refuse(
		Counter::WrongContext,
		"%s: handle 0x%llx unlocked %s: allowed only in a DMA IOCTL; released later",
		caller.call, static_cast<unsigned long long>(token),
		caller.context == VP_PASSIVE ? "outside a request" : "from an ISR or DPC");
	if (LockedBuffer *late = buffer.release(); late->unreferenced())
		deferred_buffers_.push(late->deferred);
}

Ref<LockedBuffer> Dma::buffer(const Caller &caller, Token token)
{
	Counter cause;

	{
		SpinGuard guard(lock_);
		LockedBuffer *found;

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
