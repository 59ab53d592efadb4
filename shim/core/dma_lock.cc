// SPDX-License-Identifier: GPL-2.0
/*
 * Locks that are refused, and the end of a buffer. See dma_lock.h.
 */
#include "address_text.h"
#include "dma_lock.h"
#include "system.h"

namespace vp {

void Dma::refuse_handle(const char *call)
{
	counters_.refuse(
		Counter::LimitReached,
		"%s: the client has as many handles as it may, %u: unlock some, or raise max_client_handles",
		call, vp_limit(VP_LIMIT_HANDLES));
}

/*
 * One place tells a miniport's developer why a lock failed.
 */
void Dma::refuse_lock(const char *call, int error, uint64_t address, size_t length, Access access)
{
	const AddressText from(address);

	switch (error) {
	case -VP_EFAULT:
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at %s cannot be locked for %s: not mapped, device memory, no access, not the client's, not there before it is touched (FUSE, userfaultfd), or a shared file's (but tmpfs) and to be written",
			call, length, from.text(), access == Access::Write ? "writing" : "reading");
		break;
	case -VP_EAGAIN:
		counters_.refuse(
			Counter::MemlockLimit,
			"%s: %zu bytes at %s exceed the client's RLIMIT_MEMLOCK: raise it (ulimit -l)",
			call, length, from.text());
		break;
	case -VP_ENOSPC:
		counters_.refuse(
			Counter::BadLength,
			"%s: %zu bytes at %s have more pieces than the adapter's list of %zu takes (NumberOfPhysicalBreaks, ScatterGather)",
			call, length, from.text(), default_adapter_->limits().max_elements);
		break;
	case -VP_EMFILE:
		refuse_handle(call);
		break;
	case -VP_EINTR:
		break; /* the client is dying and wants no answer */
	default:
		counters_.refuse(Counter::NoMemory, "%s: no memory to lock %zu bytes at %s (%d)",
				 call, length, from.text(), error);
	}
}

Dma::Found Dma::find_allocation(Owner caller, uint64_t address, size_t length)
{
	if (auto found = pool_.find(address, length)) {
		Owner owner = found->owner();

		return {found.release(), owner};
	}
	if (auto found = System::get().find(address, length, module_))
		return {found.release(), miniport_owner};
	return {nullptr, caller};
}

void Dma::refuse_range(const char *call, uint64_t address, size_t length, bool map)
{
	const DmaLimits &limits = default_adapter_->limits();
	const AddressText from(address);

	if (map && !limits.bus_master)
		counters_.refuse(
			Counter::BadParameter,
			"%s: HwVidFindAdapter said that the device is no bus master: set Master in the configuration",
			call);
	else if (!length || (map && length > limits.max_length))
		counters_.refuse(Counter::BadLength, "%s: length %zu at %s is %s", call, length,
				 from.text(), length ? "more than the adapter's limit" : "zero");
	else
		counters_.refuse(
			Counter::BadAddress,
			"%s: %zu bytes at %s: a client's memory can be locked only while its request is served",
			call, length, from.text());
}

void Dma::hold_mask_later()
{
	do {
		MutexGuard until_changed(mask_mutex_, MutexGuard::Uninterruptible);
	} while (!hold_mask());
}

/* There was no place for another handle; and somebody else may be faster here. */
Dma::Published Dma::publish_elsewhere(LockedBuffer &buffer)
{
	Published published{0, -VP_ENOMEM};

	while (handles_.reserve()) {
		if (try_publish(buffer, published))
			return published;
		published.error = -VP_ENOMEM;
	}
	return published;
}

/* Whoever knows the handle may unlock it before it is told of. */
Dma::Published Dma::publish_and_tell(const Trace &trace, const char *call, LockedBuffer &buffer,
				     int error)
{
	auto stays = Ref<LockedBuffer>::share(&buffer);
	Published published{0, error};

	if (!error)
		published = publish(buffer);
	trace.locked(device_, call, buffer, published.error);
	return published;
}

/* What was found is not locked after all. */
Locked Dma::lock_given_up(Allocation *allocation, LockedBuffer *buffer)
{
	auto gone = Ref<LockedBuffer>::adopt(buffer);
	auto dropped = Ref<Allocation>::adopt(allocation);

	return {};
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
	handles_.refuse(caller.call, cause, token);
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
