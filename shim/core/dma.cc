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
	  handles_(port_number),
	  deferred_buffers_(device, lock, counters),
	  deferred_transfers_(device, lock, counters),
	  deferred_common_(device, lock, counters)
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
				auto *adapter = static_cast<DmaAdapter *>(object);

				adapter->token = token;
				adapters_.push_back(adapter->all);
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
		deferred_buffers_.push(buffer->deferred);
}

void Dma::work()
{
	deferred_transfers_.drain([this](Transfer *transfer) { finish(transfer); });
	deferred_common_.drain([this](CommonBuffer *buffer) {
		work_done(buffer->adapter());
		destroy(buffer);
	});
	deferred_buffers_.drain([](LockedBuffer *buffer) { destroy(buffer); });
}

void Dma::client_gone(Owner owner)
{
	MutexGuard ending(endings_mutex_, MutexGuard::Uninterruptible);
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
	while (LockedBuffer *buffer = gone.pop_front()) {
		counters_.add(Counter::Unlocked);
		auto dropped = Ref<LockedBuffer>::adopt(buffer);
	}
}

void Dma::device_gone()
{
	/* A client that closes now has released its buffers before this returns. */
	MutexGuard ending(endings_mutex_, MutexGuard::Uninterruptible);
	unsigned int unfinished = 0;

	work();
	for (auto &each : started_) {
		for (;;) {
			Transfer *transfer;
			{
				SpinGuard guard(lock_);

				closed_ = true;
				transfer = each.pop_front();
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
	work(); /* what was dropped under the lock, where nothing is released */
	while (CommonBuffer *buffer = common_.pop_front()) {
		work_done(buffer->adapter());
		destroy(buffer);
	}
	for (;;) {
		Ref<DmaAdapter> dropped;
		SpinGuard guard(lock_);
		DmaAdapter *adapter = adapters_.pop_front();

		if (!adapter)
			break;
		handles_.remove(adapter->token);
		adapter->token = 0;
		dropped = Ref<DmaAdapter>::adopt(adapter);
	}
	default_adapter_ = {};
}

} // namespace vp
