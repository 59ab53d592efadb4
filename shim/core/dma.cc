// SPDX-License-Identifier: GPL-2.0
/*
 * Handles of a port's DMA, and the endings: what happens when a client, the device, or the last
 * reference to something goes. See dma.h.
 */
#include "dma.h"

namespace vp {

Dma::Dma(vp_device *device, unsigned int port_number, SpinLock &lock, Counters &counters,
	 Pool &pool)
	: device_(device),
	  lock_(lock),
	  counters_(counters),
	  pool_(pool),
	  cache_line_(vp_cache_line()),
	  handles_(port_number)
{
}

Dma::~Dma() = default;

/* ---- Handles ---- */

Counter Dma::locate(Token token, Kind kind, void *&object) const
{
	HandleTable::Entry entry;

	switch (handles_.find(token, entry)) {
	case Lookup::Null:
		return Counter::NullHandle;
	case Lookup::Stale:
		return Counter::StaleHandle;
	case Lookup::Forged:
		return Counter::ForgedHandle;
	case Lookup::Elsewhere:
		return Counter::ForeignHandle;
	case Lookup::Found:
		break;
	}
	if (entry.kind != kind)
		return Counter::WrongKind;
	object = entry.object;
	return none;
}

Counter Dma::locate_buffer(const Caller &caller, Token token, LockedBuffer *&buffer) const
{
	void *object;
	Counter cause = locate(token, Kind::Buffer, object);

	if (cause != none)
		return cause;
	buffer = static_cast<LockedBuffer *>(object);
	if (buffer->owner() != miniport_owner && caller.in_request &&
	    buffer->owner() != caller.owner)
		return Counter::ForeignHandle;
	return none;
}

void Dma::refuse_handle(const Caller &caller, Counter cause, Token token)
{
	const char *what = "is not one of this adapter's: use what the lock returned";

	if (cause == Counter::NullHandle)
		what = "is NULL: nothing was locked, or the result of the lock was not kept";
	else if (cause == Counter::StaleHandle)
		what = "was unlocked or put before";
	else if (cause == Counter::ForeignHandle)
		what = "belongs to another client or adapter";
	else if (cause == Counter::WrongKind)
		what = "names another kind of object than this call takes";
	counters_.refuse(cause, "%s: handle 0x%llx %s; nothing done", caller.call,
			 static_cast<unsigned long long>(token), what);
}

bool Dma::in_context(const Caller &caller, vp_context highest)
{
	static const char *const names[] = {"PASSIVE", "DISPATCH", "DIRQL"};

	if (caller.context <= highest)
		return true;
	counters_.refuse(Counter::WrongContext, "%s: called at %s, allowed up to %s; refused",
			 caller.call, names[caller.context], names[highest]);
	return false;
}

Token Dma::publish(Kind kind, void *object)
{
	while (handles_.reserve(lock_)) {
		SpinGuard guard(lock_);

		if (closed_)
			return 0;
		if (Token token = handles_.insert(kind, object)) {
			if (kind == Kind::Buffer) {
				auto *buffer = static_cast<LockedBuffer *>(object);

				buffer->token = token;
				buffers_.push_back(buffer->all);
			} else {
				static_cast<DmaAdapter *>(object)->token = token;
			}
			return token;
		}
	}
	return 0;
}

Ref<LockedBuffer> Dma::withdraw(LockedBuffer *buffer)
{
	handles_.remove(buffer->token);
	buffer->token = 0;
	buffer->all.unlink();
	return Ref<LockedBuffer>::adopt(buffer);
}

/* ---- Endings ---- */

void Dma::release(LockedBuffer *buffer)
{
	if (vp_context_now() == VP_PASSIVE)
		destroy(buffer);
	else
		defer(buffer);
}

void Dma::defer(LockedBuffer *buffer)
{
	{
		SpinGuard guard(lock_);

		deferred_buffers_.push_back(buffer->deferred);
	}
	counters_.add(Counter::Deferred);
	vp_work_schedule(device_);
}

void Dma::defer(Transfer *transfer)
{
	{
		SpinGuard guard(lock_);

		deferred_transfers_.push_back(transfer->started);
	}
	counters_.add(Counter::Deferred);
	vp_work_schedule(device_);
}

void Dma::work()
{
	for (;;) {
		LockedBuffer *buffer;
		Transfer *transfer;
		{
			SpinGuard guard(lock_);

			transfer = deferred_transfers_.front();
			if (transfer)
				transfer->started.unlink();
			buffer = deferred_buffers_.front();
			if (buffer)
				buffer->deferred.unlink();
		}
		if (transfer)
			finish(transfer);
		destroy(buffer);
		if (!transfer && !buffer)
			return;
	}
}

void Dma::client_gone(Owner owner)
{
	List<LockedBuffer> gone;

	{
		SpinGuard guard(lock_);

		buffers_.each([&](LockedBuffer &buffer) {
			if (buffer.owner() == owner) {
				Ref<LockedBuffer> taken = withdraw(&buffer);

				gone.push_back(taken.release()->all);
			}
			return true;
		});
	}
	while (LockedBuffer *buffer = gone.front()) {
		buffer->all.unlink();
		counters_.add(Counter::Unlocked);
		auto dropped = Ref<LockedBuffer>::adopt(buffer);
	}
}

void Dma::device_gone()
{
	unsigned int unfinished = 0;

	for (auto &each : started_) {
		for (;;) {
			Transfer *transfer;
			{
				SpinGuard guard(lock_);

				closed_ = true;
				transfer = each.front();
				if (transfer)
					transfer->started.unlink();
			}
			if (!transfer)
				break;
			finish(transfer);
			unfinished++;
		}
	}
	if (unfinished)
		vp_log(device_, VP_LOG_WARN,
		       "%u transfers were not completed before the adapter went; released now",
		       unfinished);

	for (;;) {
		Ref<LockedBuffer> dropped;
		SpinGuard guard(lock_);
		LockedBuffer *buffer = buffers_.front();

		if (!buffer)
			break;
		dropped = withdraw(buffer);
	}
	while (CommonBuffer *buffer = common_.front()) {
		buffer->link.unlink();
		destroy(buffer);
	}
	work();
	default_adapter_ = {};
}

} // namespace vp
