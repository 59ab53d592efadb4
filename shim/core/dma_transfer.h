/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Starting and completing transfers. See dma.h. These calls come all the time, and to hand what a
 * miniport said from one file to the next would cost more than two locks: they are parts of the call
 * that the miniport makes. PASSIVE or DISPATCH; nothing here sleeps.
 */
#ifndef VP_CORE_DMA_TRANSFER_H
#define VP_CORE_DMA_TRANSFER_H

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
	    (!buffer->transfers.empty() && transfer.collides(buffer->transfers, cache_line_)))
		return Entry::Collides;
	buffer->transfers.push_back(transfer.of_buffer);
	adapter->work++;
	bucket(transfer.short_list()).push_back(transfer.by_list);
	return Entry::Taken;
}

[[gnu::always_inline]] inline void Dma::leave(Transfer &transfer, bool completed)
{
	if (completed)
		clients_.completed(transfer.owner());
	transfer.of_buffer.unlink();
	transfer.adapter().work--;
}

[[gnu::always_inline]] inline void Dma::take_back(Transfer &transfer, bool completed)
{
	transfer.take_back();
	if (completed)
		Trace::completed(device_, "VideoPortCompleteDma", transfer);
}

[[gnu::always_inline]] inline void Dma::drop(Transfer *transfer)
{
	release_mask();
	spare_transfer_.destroy(transfer);
}

/* The mask is held first: what is mapped must be what the device can reach. */
[[gnu::always_inline]] inline VP_STATUS Dma::start(Caller caller, StartWish wish)
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
		drop(transfer);
		return refuse_start(caller.call, entry, cause, wish.adapter, wish.mdl, wish.offset,
				    wish.length);
	}
	if (int error = transfer->prepare(device_)) {
		trace.started(device_, caller.call, *transfer, error);
		counters_.refuse(Counter::NoMemory, "%s: %zu bytes could not be mapped (%d)",
				 caller.call, transfer->length(), error);
		withdraw(transfer);
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

[[gnu::always_inline]] inline VP_STATUS Dma::complete(Caller caller, Token adapter_token,
						      const VP_SCATTER_GATHER_LIST *list,
						      bool device_writes)
{
	if (!list) {
		counters_.refuse(Counter::NullHandle, "%s: the scatter/gather list is NULL",
				 caller.call);
		return ERROR_INVALID_PARAMETER;
	}

	Transfer *transfer = nullptr;
	bool left = false;
	VP_UNINITIALIZED Counter cause;

	/* The adapter is looked at and not held: in an interrupt nothing may be freed. */
	{
		SpinGuard guard(lock_);
		void *adapter = nullptr;

		cause = handles_.locate(adapter_token, Kind::Adapter, adapter);
		if (cause == none)
			transfer = bucket(list).find([&](Transfer &each) {
				return each.started() && each.list() == list &&
				       &each.adapter() == adapter;
			});
		if (transfer) {
			transfer->by_list.unlink();
			/* others may move the same bytes before it is unmapped, if nothing is copied */
			left = caller.context <= VP_DISPATCH && !transfer->needs_sync();
			if (left)
				leave(*transfer, true);
		}
	}
	if (cause != none) {
		handles_.refuse(caller.call, cause, adapter_token);
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
	if (left) {
		take_back(*transfer, true);
		drop(transfer);
	} else if (caller.allowed_up_to(VP_DISPATCH, counters_, "finished later")) {
		finish(transfer, true);
	} else {
		deferred_transfers_.push(transfer->by_list);
	}
	return NO_ERROR;
}

} // namespace vp

#endif
