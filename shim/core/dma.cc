// SPDX-License-Identifier: GPL-2.0
/*
 * Handles of a port's DMA, and the endings: what happens when a client, the device, or the last
 * reference to something goes. See dma.h.
 */
#include "dma_lock.h"
#include "trace.h"
#include "view.h"

namespace vp {

Dma::Dma(vp_device *device, SpinLock &lock, Counters &counters, Handles &handles, Pool &pool,
	 Events &events, Clients &clients, Views &views, Watch &watch, uint64_t module)
	: device_(device),
	  lock_(lock),
	  counters_(counters),
	  handles_(handles),
	  pool_(pool),
	  events_(events),
	  clients_(clients),
	  views_(views),
	  watch_(watch),
	  module_(module),
	  cache_line_(vp_cache_line()),
	  kernel_start_(vp_kernel_start()),
	  deferred_buffers_(device, lock, counters),
	  deferred_transfers_(device, lock, counters),
	  deferred_common_(device, lock, counters)
{
}

Dma::~Dma() = default;

/* ---- Handles ---- */

Token Dma::publish(DmaAdapter &adapter)
{
	return handles_.publish(Kind::Adapter, &adapter, [&](Token token) {
		if (closed_)
			return false;
		adapter.token = token;
		adapter.retain(); /* the handle's */
		adapters_.push_back(adapter.all);
		return true;
	});
}

/* ---- Endings ---- */

void Dma::work()
{
	deferred_transfers_.drain([this](Transfer *transfer) { finish(transfer, true); });
	deferred_common_.drain(
		[this](CommonBuffer *buffer) { release(Owned<CommonBuffer>(buffer)); });
	deferred_buffers_.drain([this](LockedBuffer *buffer) { destroy(buffer); });
}

void Dma::show(Look &look)
{
	for (auto &each : transfers_) {
		each.each([&](Transfer &transfer) {
			if (!transfer.started())
				return true;
			look.at(transfer.watched, {Running::Dma, transfer.handle(),
						   transfer.length(), transfer.owner()});
			return true;
		});
	}
	running_.each([&](LockedBuffer &buffer) {
		Packet &packet = buffer.packet;

		look.at(packet.watched,
			{Running::Dma, packet.token, packet.started_bytes, buffer.owner()});
		return true;
	});
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
		Trace trace(VP_TRACE_UNLOCK);

		counters_.add(Counter::Unlocked);
		auto dropped = Ref<LockedBuffer>::adopt(buffer);
		trace.unlock(device_, "close", dropped);
	}
}

void Dma::device_gone()
{
	/* A client that closes now has released its buffers before this returns. */
	MutexGuard ending(endings_mutex_, MutexGuard::Uninterruptible);
	unsigned int unfinished = 0;

	work();
	for (auto &each : transfers_) {
		for (;;) {
			Transfer *transfer;
			{
				SpinGuard guard(lock_);

				closed_ = true;
				transfer = each.find(
					[](const Transfer &one) { return one.started(); });
				if (transfer)
					transfer->by_list.unlink();
			}
			if (!transfer)
				break;
			Trace::completed(device_, "removal", *transfer);
			finish(transfer, false);
			unfinished++;
		}
	}
	for (;;) {
		Ref<LockedBuffer> stopped;

		{
			SpinGuard guard(lock_);
			LockedBuffer *buffer = running_.front();

			closed_ = true;
			if (!buffer)
				break;
			stopped = claim_packet(*buffer);
		}
		end_packet(std::move(stopped), "removal");
		unfinished++;
	}
	if (unfinished)
		vp_log(device_, VP_LOG_WARN,
		       "%u transfers were not completed before the adapter went; released now",
		       unfinished);

	for (;;) {
		Trace trace(VP_TRACE_UNLOCK);
		Ref<LockedBuffer> dropped;

		{
			SpinGuard guard(lock_);
			LockedBuffer *buffer = buffers_.front();

			if (!buffer)
				break;
			dropped = withdraw(buffer);
		}
		trace.unlock(device_, "removal", dropped);
	}
	work(); /* what was dropped under the lock, where nothing is released */
	while (CommonBuffer *buffer = common_.pop_front())
		release(Owned<CommonBuffer>(buffer));
	for (;;) {
		Ref<DmaAdapter> dropped;
		SpinGuard guard(lock_);
		DmaAdapter *adapter = adapters_.front();

		if (!adapter)
			break;
		dropped = withdraw(adapter);
	}
	default_adapter_ = {};
}

} // namespace vp
