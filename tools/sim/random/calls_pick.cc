// SPDX-License-Identifier: GPL-2.0
/*
 * Choosing handles: mostly right ones, and every kind of wrong one. And the way of a call to where
 * it is made. See calls.hpp.
 */
#include "calls.hpp"

#include "../platform/fail.hpp"

namespace sim {

void Calls::wrong(const char *call, const char *what, long got, long expected) const
{
	fail("%s at %s: %s is %ld, but the contract says %ld", call, context_name(context()), what,
	     got, expected);
}

bool Calls::may_use(const BufferModel &buffer) const
{
	return !here_.client || !buffer.owner || buffer.owner == here_.client->number;
}

BufferModel *Calls::usable(uint64_t token) const
{
	BufferModel *buffer = port_.buffer(token);

	return buffer && may_use(*buffer) ? buffer : nullptr;
}

/* No handle of this port, whatever it looks like. */
uint64_t Calls::pick_junk()
{
	const auto &ports = world_.ports_;

	switch (random_.below(9)) {
	case 0:
		return 0;
	case 1:
		return random_.next();
	case 2:
		return Process::address(random_.below(20));
	case 3:
		return 0x5650ull << 48 | random_.next() >> 16;
	case 4:
		return port_.buffers.empty() ? 1
					     : port_.buffers[random_.below(static_cast<uint32_t>(
								     port_.buffers.size()))]
							       ->token ^
						       1ull << random_.below(64);
	case 5:
		return number(extension());
	case 6:
		for (const auto &other : ports)
			if (other.get() != &port_ && !other->buffers.empty())
				return other->buffers.front()->token;
		return ~0ull;
	case 7:
		for (const auto &other : ports)
			if (other.get() != &port_ && !other->adapters.empty())
				return other->adapters.front()->token;
		return 1ull << 63;
	default:
		return world_.old_tokens_.empty()
			       ? 8
			       : world_.old_tokens_[random_.below(
					 static_cast<uint32_t>(world_.old_tokens_.size()))];
	}
}

uint64_t Calls::pick_buffer()
{
	unsigned int way = step_.a % 24;

	if (way < 21) {
		std::vector<const BufferModel *> mine;

		for (const auto &each : port_.buffers)
			if (each->handle && (way == 20 || may_use(*each)))
				mine.push_back(each.get());
		if (!mine.empty())
			return mine[random_.below(static_cast<uint32_t>(mine.size()))]->token;
	}
	if (way == 21 && !port_.adapters.empty())
		return port_.adapters.front()->token;
	return pick_junk();
}

uint64_t Calls::pick_adapter()
{
	auto count = static_cast<uint32_t>(port_.adapters.size());

	if (step_.b % 24 < 22 && count)
		return port_.adapters[random_.below(count)]->token;
	if (step_.b % 24 == 22 && !port_.buffers.empty())
		return port_.buffers.front()->token;
	return pick_junk();
}

/* A list, mostly with its adapter and direction. */
const void *Calls::pick_list(uint64_t &adapter, bool &to_device)
{
	std::vector<const TransferModel *> flying;

	for (const auto &each : port_.transfers)
		if (!each->ended)
			flying.push_back(each.get());
	to_device = step_.c & 1;
	adapter = pick_adapter();
	if (step_.a % 16 < 13 && !flying.empty()) {
		const TransferModel &transfer =
			*flying[random_.below(static_cast<uint32_t>(flying.size()))];

		if (step_.b % 16)
			adapter = transfer.adapter->token;
		if (step_.c % 16)
			to_device = transfer.to_device;
		return transfer.list;
	}
	switch (random_.below(4)) {
	case 0:
		return nullptr;
	case 1:
		return pointer<const void *>(Process::address(3));
	case 2:
		return pointer<const void *>(random_.next());
	default:
		return world_.old_lists_.empty()
			       ? this
			       : world_.old_lists_[random_.below(
					 static_cast<uint32_t>(world_.old_lists_.size()))];
	}
}

/* ---- To where the call is made ---- */

void World::perform(Here &here, const Step &step)
{
	Step inner = step;

	inner.where = Where::Request;
	if (step.where == Where::Synchronized) {
		struct Routine {
			World *world;
			Here *here;
			const Step *step;
		} routine{this, &here, &inner};

		VideoPortSynchronizeExecution(
			here.port.adapter->extension, step.c & 1 ? VpLowPriority : VpMediumPriority,
			[](PVOID context) -> BOOLEAN {
				auto &given = *static_cast<Routine *>(context);

				Calls(*given.world, *given.here, *given.step).run();
				return TRUE;
			},
			&routine);
		return;
	}
	if (step.where == Where::SpinLocked && !here.port.spin_locks.empty()) {
		PSPIN_LOCK lock = here.port.spin_locks.front();
		PVOID extension = here.port.adapter->extension;
		UCHAR level = 0;

		here.port.locked++;
		VideoPortAcquireSpinLock(extension, lock, &level);
		Calls(*this, here, inner).run();
		VideoPortReleaseSpinLock(extension, lock, level);
		here.port.locked--;
		return;
	}
	Calls(*this, here, inner).run();
}

void Calls::run()
{
	/* a nested call of a removed port comes from nowhere */
	if (!extension())
		return;

	auto call = static_cast<Call>(step_.what);

	/* mostly what makes sense: without a transfer there is none to complete */
	if (step_.a % 16 < 13) {
		bool usable = false;

		for (const auto &each : port_.buffers)
			usable |= each->handle && may_use(*each);
		if (call == Call::CompleteDma && port_.transfers.empty())
			call = Call::StartDma;
		if (call == Call::StartDma && port_.adapters.empty())
			call = Call::GetAdapter;
		else if (call == Call::StartDma && !usable)
			call = Call::LockBuffer;
		bool mapped = false, runs = false;

		for (const auto &each : port_.buffers) {
			mapped |= each->handle && may_use(*each) && each->mapped;
			runs |= each->running;
		}
		if (call == Call::Signal && !runs && world_.nt4_)
			call = Call::DoDma;
		if (call == Call::DoDma && !mapped && world_.nt4_)
			call = Call::LockPages;
		if (call == Call::WaitEvent && port_.events.empty())
			call = Call::CreateEvent;
	}
	switch (call) {
	case Call::LockPages:
		return lock(true);
	case Call::LockBuffer:
		return lock(false);
	case Call::UnlockPages:
		return unlock(true);
	case Call::UnlockBuffer:
		return unlock(false);
	case Call::GetMdl:
		return get_mdl();
	case Call::ScatterGather:
		return scatter_gather();
	case Call::StartDma:
		return start();
	case Call::CompleteDma:
		return complete();
	case Call::GetAdapter:
		return get_adapter();
	case Call::PutAdapter:
		return put_adapter();
	case Call::AllocateCommon:
	case Call::GetCommon:
		return allocate_common(call == Call::GetCommon);
	case Call::ReleaseCommon:
	case Call::FreeCommon:
		return release_common(call == Call::FreeCommon);
	case Call::DoDma:
		return do_dma();
	case Call::Signal:
		return signal();
	case Call::DmaContext:
		return dma_context();
	case Call::BytesUsed:
		return bytes_used();
	case Call::AssociateEvents:
		return associate_events();
	case Call::MapView:
	case Call::MapDma:
		return map_view(call == Call::MapDma);
	case Call::UnmapView:
	case Call::UnmapDma:
		return unmap_view(call == Call::UnmapDma);
	case Call::Contiguous:
		return contiguous();
	case Call::CreateEvent:
		return create_event();
	case Call::DeleteEvent:
		return delete_event();
	case Call::SetEvent:
		return set_event();
	case Call::ClearEvent:
		return clear_event();
	case Call::ReadEvent:
		return read_event();
	case Call::WaitEvent:
		return wait_event();
	default:
		return other(call);
	}
}

} // namespace sim
