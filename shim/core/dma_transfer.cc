// SPDX-License-Identifier: GPL-2.0
/*
 * Starting and completing transfers. See dma.h. PASSIVE or DISPATCH; nothing here sleeps.
 */
#include "dma.h"
#include "trace.h"

namespace vp {

/*
 * The place in the buffer is taken before anything is mapped, so that two starts cannot race, and
 * nor can a start and a change of the mask.
 */
VP_STATUS Dma::enter_transfer(const Caller &caller, Token mdl, Transfer *transfer,
			      LockedBuffer &buffer)
{
	bool open;

	if (!hold_mask()) {
		counters_.refuse(
			Counter::NoMemory,
			"%s: the addresses that the device may use are being changed: try again",
			caller.call);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	{
		SpinGuard guard(lock_);

		open = !closed_ && buffer.token && transfer->adapter().token;
		bool collides = buffer.packet.state != Packet::State::Idle ||
				buffer.transfers.find([&](const Transfer &other) {
					return transfer->collides(other, cache_line_);
				});
		if (open && !collides) {
			buffer.transfers.push_back(transfer->of_buffer);
			transfer->adapter().work++;
			return NO_ERROR;
		}
	}
	release_mask();
	if (!open)
		handles_.refuse(caller, Counter::StaleHandle, mdl);
	else
		counters_.refuse(
			Counter::Overlap,
			"%s: shares a cache line with a transfer in flight on the same buffer, and one of them writes to memory",
			caller.call);
	return ERROR_INVALID_PARAMETER;
}

/* Only whoever took it out of the table of started transfers may call this. */
void Dma::finish(Transfer *transfer, bool completed)
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

/* What a transfer is between. Return: false after saying which names none. */
bool Dma::find_both(const Caller &caller, Token adapter_token, Token mdl, Ref<DmaAdapter> &adapter,
		    Ref<LockedBuffer> &buffer)
{
	Counter of_adapter, of_buffer = none;

	{
		SpinGuard guard(lock_);
		void *object = nullptr;
		LockedBuffer *found = nullptr;

		of_adapter = handles_.locate(adapter_token, Kind::Adapter, object);
		if (of_adapter == none)
			of_buffer = locate_buffer(caller, mdl, found);
		if (of_adapter == none && of_buffer == none) {
			adapter = Ref<DmaAdapter>::share(static_cast<DmaAdapter *>(object));
			buffer = Ref<LockedBuffer>::share(found);
			return true;
		}
	}
	if (of_adapter != none)
		handles_.refuse(caller, of_adapter, adapter_token);
	else
		handles_.refuse(caller, of_buffer, mdl);
	return false;
}

VP_STATUS Dma::start(const Caller &caller, PVOID extension, Token adapter_token, Token mdl,
		     ULONG offset, PULONG length, PEXECUTE_DMA execute, PVOID context,
		     bool device_writes)
{
	Trace trace(VP_TRACE_START);

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return ERROR_INVALID_FUNCTION;
	if (!length || !execute) {
		counters_.refuse(Counter::BadParameter, "%s: %s is NULL", caller.call,
				 length ? "the routine" : "the length");
		return ERROR_INVALID_PARAMETER;
	}

	Ref<DmaAdapter> adapter;
	Ref<LockedBuffer> buffer;

	if (!find_both(caller, adapter_token, mdl, adapter, buffer))
		return ERROR_INVALID_PARAMETER;
	if (!*length || offset >= buffer->length() || *length > buffer->length() - offset) {
		counters_.refuse(Counter::BadLength,
				 "%s: %u bytes at offset %u are not inside the %zu that are locked",
				 caller.call, *length, offset, buffer->length());
		return ERROR_INVALID_PARAMETER;
	}
	if (device_writes && buffer->access() == Access::Read) {
		counters_.refuse(Counter::BadAccess,
				 "%s: the device would write to handle 0x%llx, locked for reading",
				 caller.call, static_cast<unsigned long long>(mdl));
		return ERROR_INVALID_PARAMETER;
	}

	size_t most = adapter->limits().max_length;
	size_t wanted = *length < most ? *length : most;
	LockedBuffer &held = *buffer; /* by the transfer, or by the handle that was just found */
	auto *transfer = spare_transfer_.create(*this, mdl, std::move(buffer), std::move(adapter),
						offset, wanted, device_writes);

	if (!transfer) {
		counters_.refuse(Counter::NoMemory, "%s: no memory for a transfer", caller.call);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	if (VP_STATUS status = enter_transfer(caller, mdl, transfer, held)) {
		spare_transfer_.destroy(transfer);
		return status;
	}
	if (int error = transfer->prepare(device_)) {
		trace.started(device_, caller.call, *transfer, error);
		counters_.refuse(Counter::NoMemory, "%s: %zu bytes could not be mapped (%d)",
				 caller.call, wanted, error);
		finish(transfer, false);
		return ERROR_NOT_ENOUGH_MEMORY;
	}

	VP_SCATTER_GATHER_LIST *list = transfer->list();

	*length = static_cast<ULONG>(transfer->length());
	transfer->since_ns = Trace::handed_over();
	trace.started(device_, caller.call, *transfer, 0);
	{
		SpinGuard guard(lock_);

		bucket(list).push_back(transfer->started);
	}
	counters_.add(Counter::Started);
	watch_.begun();

	/* From here on the miniport may complete the transfer at any time. */
	DispatchGuard dispatch;

	execute(extension, reinterpret_cast<PVP_DMA_ADAPTER>(adapter_token), list, context);
	return NO_ERROR;
}

VP_STATUS Dma::complete(const Caller &caller, Token adapter_token,
			const VP_SCATTER_GATHER_LIST *list, bool device_writes)
{
	if (!list) {
		counters_.refuse(Counter::NullHandle, "%s: the scatter/gather list is NULL",
				 caller.call);
		return ERROR_INVALID_PARAMETER;
	}

	Transfer *transfer = nullptr;
	Counter cause;

	/* The adapter is looked at and not held: in an interrupt nothing may be freed. */
	{
		SpinGuard guard(lock_);
		void *adapter = nullptr;

		cause = handles_.locate(adapter_token, Kind::Adapter, adapter);
		if (cause == none)
			transfer = bucket(list).find([&](Transfer &each) {
				return each.list() == list && &each.adapter() == adapter;
			});
		if (transfer)
			transfer->started.unlink();
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
		finish(transfer, true);
	else
		deferred_transfers_.push(transfer->started);
	return NO_ERROR;
}

} // namespace vp
