// SPDX-License-Identifier: GPL-2.0
/*
 * Starting and completing transfers. See dma.h. PASSIVE or DISPATCH; nothing here sleeps.
 */
#include "dma.h"
#include "trace.h"

namespace vp {

/* Why a transfer cannot begin, if not for a handle that names nothing: refuse_start() says it. */
enum class Dma::Entry : uint8_t {
	Taken,
	NoAdapter, /* that handle names none */
	NoBuffer, /* likewise */
	NotInside,
	NotWritable,
	Collides,
};

/*
 * Under the lock: what the transfer is between, and its place in the buffer, which is taken before
 * anything is mapped, so that two starts cannot race.
 * @cause: what is wrong with the handle, if that is why.
 */
[[gnu::always_inline]] inline Dma::Entry Dma::enter(const Caller &caller, const StartWish &wish,
						    Transfer &transfer, Counter &cause)
{
	void *object = nullptr;
	LockedBuffer *buffer = nullptr;

	cause = handles_.locate(wish.adapter, Kind::Adapter, object);
	if (cause != none)
		return Entry::NoAdapter;
	cause = closed_ ? Counter::StaleHandle : locate_buffer(caller, wish.mdl, buffer);
	if (cause != none)
		return Entry::NoBuffer;
	if (!wish.length || wish.offset >= buffer->length() ||
	    wish.length > buffer->length() - wish.offset)
		return Entry::NotInside;
	if (wish.device_writes && buffer->access() == Access::Read)
		return Entry::NotWritable;

	auto *adapter = static_cast<DmaAdapter *>(object);
	size_t most = adapter->limits().max_length;

	transfer.enter(*buffer, *adapter, wish.length < most ? wish.length : most);
	if (buffer->packet.state != Packet::State::Idle ||
	    buffer->transfers.find(
		    [&](const Transfer &other) { return transfer.collides(other, cache_line_); }))
		return Entry::Collides;
	buffer->transfers.push_back(transfer.of_buffer);
	adapter->work++;
	bucket(transfer.short_list()).push_back(transfer.by_list);
	return Entry::Taken;
}

VP_STATUS Dma::refuse_start(const Caller &caller, const StartWish &wish, Entry entry, Counter cause)
{
	switch (entry) {
	case Entry::NoAdapter:
		handles_.refuse(caller, cause, wish.adapter);
		break;
	case Entry::NoBuffer:
		handles_.refuse(caller, cause, wish.mdl);
		break;
	case Entry::NotInside:
		counters_.refuse(
			Counter::BadLength,
			"%s: %zu bytes at offset %zu are not inside what handle 0x%llx locks",
			caller.call, wish.length, wish.offset,
			static_cast<unsigned long long>(wish.mdl));
		break;
	case Entry::NotWritable:
		counters_.refuse(Counter::BadAccess,
				 "%s: the device would write to handle 0x%llx, locked for reading",
				 caller.call, static_cast<unsigned long long>(wish.mdl));
		break;
	case Entry::Collides:
		counters_.refuse(
			Counter::Overlap,
			"%s: shares a cache line with a transfer in flight on the same buffer, and one of them writes to memory",
			caller.call);
		break;
	case Entry::Taken:
		break;
	}
	return ERROR_INVALID_PARAMETER;
}

/* Only whoever took it out of those that are known by their lists may call this. */
[[gnu::always_inline]] inline void Dma::finish_here(Transfer *transfer, bool completed)
{
	transfer->take_back();
	if (completed)
		Trace::completed(device_, "VideoPortCompleteDma", *transfer);
	{
		SpinGuard guard(lock_);

		if (completed)
			clients_.completed(transfer->owner());
		transfer->of_buffer.unlink();
		transfer->adapter().work--;
	}
	release_mask();
	spare_transfer_.destroy(transfer);
}

void Dma::finish(Transfer *transfer, bool completed)
{
	finish_here(transfer, completed);
}

/* The mask is held first: what is mapped must be what the device can reach. */
VP_STATUS Dma::start(Caller caller, StartWish wish)
{
	Trace trace(VP_TRACE_START);

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return ERROR_INVALID_FUNCTION;
	if (!hold_mask()) {
		counters_.refuse(
			Counter::NoMemory,
			"%s: the addresses that the device may use are being changed: try again",
			caller.call);
		return ERROR_NOT_ENOUGH_MEMORY;
	}

	Transfer *transfer =
		spare_transfer_.create(counters_, wish.mdl, wish.offset, wish.device_writes);

	if (!transfer) {
		release_mask();
		counters_.refuse(Counter::NoMemory, "%s: no memory for a transfer", caller.call);
		return ERROR_NOT_ENOUGH_MEMORY;
	}

	Entry entry;
	VP_UNINITIALIZED Counter cause;

	{
		SpinGuard guard(lock_);

		entry = enter(caller, wish, *transfer, cause);
	}
	if (entry != Entry::Taken) {
		release_mask();
		drop(transfer);
		return refuse_start(caller, wish, entry, cause);
	}
	if (int error = transfer->prepare(device_)) {
		trace.started(device_, caller.call, *transfer, error);
		counters_.refuse(Counter::NoMemory, "%s: %zu bytes could not be mapped (%d)",
				 caller.call, transfer->length(), error);
		withdraw(*transfer);
		finish(transfer, false);
		return ERROR_NOT_ENOUGH_MEMORY;
	}

	VP_SCATTER_GATHER_LIST *list = transfer->list();

	if (list != transfer->short_list()) [[unlikely]] {
		SpinGuard guard(lock_);

		transfer->by_list.unlink();
		bucket(list).push_back(transfer->by_list);
	}
	*wish.moved = static_cast<ULONG>(transfer->length());
	transfer->since_ns = Trace::handed_over();
	trace.started(device_, caller.call, *transfer, 0);
	counters_.add(Counter::Started);

	/* From here on the miniport may complete the transfer at any time. */
	transfer->set_started();
	watch_.begun();

	DispatchGuard dispatch;

	wish.execute(wish.extension, reinterpret_cast<PVP_DMA_ADAPTER>(wish.adapter), list,
		     wish.context);
	return NO_ERROR;
}

void Dma::withdraw(Transfer &transfer)
{
	SpinGuard guard(lock_);

	transfer.by_list.unlink();
}

void Dma::drop(Transfer *transfer)
{
	spare_transfer_.destroy(transfer);
}

VP_STATUS Dma::complete(Caller caller, Token adapter_token, const VP_SCATTER_GATHER_LIST *list,
			bool device_writes)
{
	if (!list) {
		counters_.refuse(Counter::NullHandle, "%s: the scatter/gather list is NULL",
				 caller.call);
		return ERROR_INVALID_PARAMETER;
	}

	Transfer *transfer = nullptr;
	VP_UNINITIALIZED Counter cause;

	/* The adapter is looked at and not held: in an interrupt nothing may be freed. */
	{
		SpinGuard guard(lock_);
		void *adapter = nullptr;

		cause = handles_.locate(adapter_token, Kind::Adapter, adapter);
		if (cause == none)
			transfer = bucket(list).find([&](Transfer &each) {
				return each.list() == list && &each.adapter() == adapter &&
				       each.started();
			});
		if (transfer)
			transfer->by_list.unlink();
	}
	if (cause != none) {
		handles_.refuse(caller, cause, adapter_token);
		return ERROR_INVALID_PARAMETER;
	}
	if (!transfer) {
		counters_.refuse(
			Counter::UnknownList,
			"%s: the scatter/gather list names no transfer in flight on this adapter: completed before, or never started",
			caller.call);
		return ERROR_INVALID_PARAMETER;
	}
	if (transfer->device_writes() != device_writes)
		counters_.refuse(
			Counter::BadParameter,
			"%s: WriteToDevice is %d, but the transfer was started with %d; ended as it was started",
			caller.call, !device_writes, device_writes);
	counters_.add(Counter::Completed);
	if (caller.allowed_up_to(VP_DISPATCH, counters_, "finished later"))
		finish_here(transfer, true);
	else
		deferred_transfers_.push(transfer->by_list);
	return NO_ERROR;
}

} // namespace vp
