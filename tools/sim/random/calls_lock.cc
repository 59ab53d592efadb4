// SPDX-License-Identifier: GPL-2.0
/*
 * Locking and unlocking in the random run. See calls.hpp.
 */
#include "calls.hpp"

#include <algorithm>

#include "../platform/fail.hpp"

namespace sim {

/* Lengths and offsets at the edges come more often than others. */
static size_t edge(Random &random, size_t most)
{
	static const size_t edges[] = {1,    2,	   63,	 64,   65,   127, 128,
				       4095, 4096, 4097, 8191, 8192, 8193};

	if (random.one_in(3))
		return 1 + random.below(static_cast<uint32_t>(most));
	return std::min(edges[random.below(std::size(edges))], most);
}

Calls::Range Calls::pick_range()
{
	auto from_pool = [&](const PortModel &port) -> Range {
		if (port.pools.empty())
			return {~0ull << 47 | 0x1000, 64};

		PoolModel &pool =
			*port.pools[random_.below(static_cast<uint32_t>(port.pools.size()))];
		size_t offset = random_.below(static_cast<uint32_t>(pool.length));
		size_t length = random_.one_in(6) ? pool.length - offset + 1
						  : edge(random_, pool.length - offset);

		return {number(pool.memory) + offset, length};
	};

	switch (step_.b % 24) {
	case 10: /* towards what cannot be locked */
		return {Process::address(17 + random_.below(12), edge(random_, 4096) - 1),
			edge(random_, 6 * page_size)};
	case 11:
		return {Process::address(random_.below(20)), 0};
	case 12: /* wraps around, or is nobody's */
		switch (random_.below(4)) {
		case 0:
			return {~0ull - random_.below(5000), 5000};
		case 1:
			return {0, 4096};
		case 2:
			return {~0ull << 47 | random_.below(1 << 20) << 12, 4096};
		default:
			return {Process::address(0), 0xffffffff};
		}
	case 13:
		return from_pool(port_);
	case 14:
		return from_pool(
			*world_.ports_[random_.below(static_cast<uint32_t>(world_.ports_.size()))]);
	case 15:
		if (here_.packet && here_.packet->InputBuffer)
			return {number(here_.packet->InputBuffer), here_.packet->InputBufferLength};
		[[fallthrough]];
	default:
		return {Process::address(random_.below(20), edge(random_, 4096) - 1),
			edge(random_, 4 * page_size)};
	}
}

/* The contract's "Who may lock what". */
bool Calls::lock_expected(const Range &range, VP_LOCK_OPERATION access, bool pages) const
{
	const Process *process = current().process;

	if (context() != VP_PASSIVE || !range.length)
		return false;
	if (pages && port_.maximum && range.length > port_.maximum)
		return false;
	if (range.pool)
		return !range.pool->owner || range.pool->owner == here_.owner();
	if (!here_.client || process->killed || range.address + range.length < range.address ||
	    range.address + range.length > 1ull << 47)
		return false;

	uint64_t first = range.address / page_size;
	uint64_t last = (range.address + range.length - 1) / page_size;

	if (last - first > 64)
		return false;
	for (uint64_t page = first; page <= last; page++) {
		Process::Entry entry = process->at(page * page_size);

		if (!entry.page || (entry.kind == PageKind::ReadOnly && access != VpReadAccess))
			return false;
	}
	return process->charged + (last - first + 1) <= process->memlock_limit ||
	       process->may_exceed;
}

void Calls::lock(bool pages)
{
	Range range = pick_range();
	auto access = pages ? VpModifyAccess : static_cast<VP_LOCK_OPERATION>(random_.below(3));
	STATUS_BLOCK status{};
	VIDEO_REQUEST_PACKET packet{};
	auto *user = pages && random_.one_in(3) ? pointer<PEVENT>(pick_event()) : nullptr;
	auto *display = pages && random_.one_in(3) ? pointer<PEVENT>(pick_event()) : nullptr;
	EventRef events[2] = {usable_event(number(user)), usable_event(number(display))};
	uint64_t token;
	bool alone, hit, expected;

	range.length = static_cast<uint32_t>(range.length);
	range.pool = port_.pool_at(range.address, range.length);
	if (range.pool)
		range.pool->locks++; /* it may be freed meanwhile */
	packet.StatusBlock = &status;
	packet.InputBuffer = packet.OutputBuffer = pointer<PVOID>(range.address);
	packet.InputBufferLength = static_cast<ULONG>(range.length);
	packet.OutputBufferLength = 0x7777;
	{
		CoreCall call(world_);
		/* it waits for the mask with its memory pinned */
		Partway partway;
		FailAt fail_at(step_.fail_at);

		expected = lock_expected(range, access, pages);
		if (pages)
			token = VideoPortLockPages(extension(), &packet, user, display,
						   step_.c % 16 || world_.nt4_
							   ? VideoPortDmaInitOnly
							   : VideoPortKeepPagesLocked)
					? number(packet.OutputBuffer)
					: 0;
		else
			token = number(
				VideoPortLockBuffer(extension(), pointer<PVOID>(range.address),
						    static_cast<ULONG>(range.length), access));
		hit = fail_at.hit();
		alone = call.alone();
	}
	if (pages && step_.c % 16 == 0 && !world_.nt4_)
		expected = false;
	if (pages && world_.nt4_ && ((user && !events[0]) || (display && !events[1])))
		expected = false;
	if (alone && (token != 0) != (expected && !hit))
		wrong(pages ? "VideoPortLockPages" : "VideoPortLockBuffer", "success", token != 0,
		      expected && !hit);
	note(token ? Fact::Locks : Fact::LocksRefused);
	note(Fact::FailuresInjected, hit);
	if (token) {
		locked(token, range, access, pages, alone);
		if (world_.nt4_) {
			port_.buffers.back()->events[0] = events[0];
			port_.buffers.back()->events[1] = events[1];
		}
	} else if (range.pool)
		port_.unlock_pool(*range.pool);
	if (!token && pages &&
	    (packet.OutputBuffer != pointer<PVOID>(range.address) ||
	     packet.OutputBufferLength != 0x7777))
		fail("VideoPortLockPages failed, but changed the request");
}

void Calls::locked(uint64_t token, const Range &range, VP_LOCK_OPERATION access, bool pages,
		   bool alone)
{
	auto buffer = std::make_unique<BufferModel>();

	for (const auto &port : world_.ports_)
		if (port->buffer(token) || port->adapter_of(token))
			fail("handle 0x%llx is given out twice",
			     static_cast<unsigned long long>(token));
	if (std::find(world_.old_tokens_.begin(), world_.old_tokens_.end(), token) !=
	    world_.old_tokens_.end())
		fail("handle 0x%llx is given out again", static_cast<unsigned long long>(token));
	buffer->port = &port_;
	buffer->token = token;
	buffer->write = access != VpReadAccess;
	buffer->mapped = pages;
	buffer->bytes_used = range.length;
	buffer->mapped_bits = port_.device().mask_bits;
	buffer->address = range.address;
	buffer->length = range.length;
	buffer->known = alone;
	if (range.pool) {
		buffer->pool = range.pool;
		buffer->owner = range.pool->owner;
		port_.buffers.push_back(std::move(buffer));
		return;
	}
	buffer->owner = here_.owner();
	buffer->process = current().process;
	for (uint64_t at = range.address - range.address % page_size;
	     at < range.address + range.length; at += page_size)
		buffer->pages.push_back(buffer->process->at(at).page);
	if (pages && world_.copies_)
		buffer->copy = world_.shadow_.get(*buffer, 0, buffer->length);
	port_.buffers.push_back(std::move(buffer));
}

void Calls::unlock(bool pages)
{
	uint64_t token = pick_buffer();
	const BufferModel *before = usable(token);
	bool client = before && before->owner;
	bool in_place = context() == VP_PASSIVE && (!pages || here_.client || !client);
	uint64_t unlocked = port_.adapter->counter("unlocked");
	bool alone;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		if (!pages)
			(step_.c & 1 ? VideoPortUnlockBuffer
				     : VideoPortUnLockBuffer)(extension(), pointer<PVOID>(token));
		else if (!VideoPortUnlockPages(extension(), pointer<PDMA>(token)))
			fail("VideoPortUnlockPages returned FALSE");
		alone = call.alone();
	}
	if (alone && port_.adapter->counter("unlocked") - unlocked != (before != nullptr))
		wrong("unlock", "what was unlocked",
		      static_cast<long>(port_.adapter->counter("unlocked") - unlocked),
		      before != nullptr);

	/* somebody else may have unlocked it meanwhile */
	BufferModel *buffer = usable(token);

	if (!buffer)
		return;
	note(in_place ? Fact::Unlocks : Fact::UnlocksElsewhere);
	buffer->handle = false;
	world_.old_tokens_.push_back(token);
	if (buffer->taken || buffer->transfers || buffer->running || buffer->doing)
		world_.shadow_.accept(*buffer);
	port_.buffer_over(*buffer, alone && in_place);
}

void Calls::get_mdl()
{
	uint64_t token = pick_buffer();
	bool expected, alone;
	PVOID mdl;
	{
		CoreCall call(world_);

		expected = usable(token);
		mdl = VideoPortGetMdl(extension(), pointer<PDMA>(token));
		alone = call.alone();
	}
	if (alone && mdl != (expected ? pointer<PVOID>(token) : nullptr))
		wrong("VideoPortGetMdl", "the handle", mdl != nullptr, expected);
}

/* The handle alone says of which port it is, unless a request is served. */
void Calls::scatter_gather()
{
	uint64_t token = pick_buffer();
	PVOID handle = pointer<PVOID>(token);
	BufferModel *buffer = usable(token);
	std::vector<Element> list;
	uint64_t sum = 0;
	PVRB_SG next;
	bool alone;
	{
		CoreCall call(world_);

		if (!buffer && !here_.client)
			for (const auto &port : world_.ports_)
				if (!buffer && !port->gone)
					buffer = port->buffer(token);
		next = GET_VIDEO_SCATTERGATHER(&handle);
		alone = call.alone();
	}
	/* it is the miniport's to see that nobody unlocks what it walks */
	if (!alone) {
		for (const auto &port : world_.ports_)
			if (BufferModel *perhaps = port->buffer(token))
				perhaps->taken = true;
		return;
	}
	for (; next->Length; next++) {
		list.push_back({static_cast<uint64_t>(next->PhysicalAddress), next->Length});
		sum += next->Length;
	}
	if (sum != (buffer && buffer->mapped ? buffer->length : 0))
		wrong("GET_VIDEO_SCATTERGATHER", "bytes in the list", static_cast<long>(sum),
		      buffer ? static_cast<long>(buffer->length) : 0);
	if (!buffer || !buffer->mapped)
		return;
	for (const Element &each : list) {
		if (buffer->port->chunk && each.length > buffer->port->chunk)
			wrong("GET_VIDEO_SCATTERGATHER", "bytes of an element", each.length,
			      static_cast<long>(buffer->port->chunk));
		if (buffer->mapped_bits < 64 &&
		    (each.address + each.length - 1) >> buffer->mapped_bits)
			fail("an element at 0x%llx is above %u bits",
			     static_cast<unsigned long long>(each.address), buffer->mapped_bits);
	}
	buffer->taken = true;
	buffer->segments = list;
}

} // namespace sim
