// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA in the random run, views of device memory, and contiguous memory. See calls.hpp.
 */
#include "calls.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "../platform/fail.hpp"
#include "../platform/view.hpp"

namespace sim {

/* ---- A DMA that HwStartDma starts ---- */

/* A DMA on the buffer was completed. */
void World::tell_client(const PortModel &port, const BufferModel &buffer)
{
	for (const auto &each : clients_)
		if (each->number == buffer.owner && each->port == &port)
			each->completed++;
}

/* Its events are set, its client told, its handle perhaps gone. */
void World::run_over(PortModel &port, BufferModel &buffer, bool now)
{
	buffer.running = false;
	for (const EventRef &event : buffer.events)
		if (event) {
			event->set = true;
			event->known = event->known && now;
		}
	tell_client(port, buffer);
	if (!buffer.pages.empty())
		shadow_.accept(buffer);
	if (buffer.unlock_after && buffer.handle) {
		buffer.handle = false;
		old_tokens_.push_back(buffer.token);
	}
	port.buffer_over(buffer, now && context_of(current()) == VP_PASSIVE);
}

HW_DMA_RETURN World::start_dma(Adapter &adapter, PDMA dma)
{
	Actor &actor = self();
	Run *run = std::exchange(actor.run, nullptr);
	PortModel &port = port_of(adapter);
	auto token = reinterpret_cast<uintptr_t>(dma);

	if (!run || run->token != token) {
		fail("HwStartDma was called with another handle, or by nobody's VideoPortDoDma");
		return DmaSyncReturn;
	}
	run->calls++;
	run->alone = run->call->alone();
	if (run->alone && run->sure && !run->expected)
		fail("HwStartDma was called, but the contract says that it is refused");
	if (!run->buffer) {
		fail("HwStartDma was called for a handle that is none");
		return DmaSyncReturn;
	}

	BufferModel &buffer = *run->buffer;
	InCallback callback;
	Random random(run->salt ^ 0xd3a);

	note(Fact::Runs);
	buffer.doing--;
	run->sync = random.one_in(3);
	if (buffer.early) {
		buffer.early--; /* somebody has signalled it already */
		if (run->unlock_after && buffer.handle) {
			buffer.handle = false;
			old_tokens_.push_back(buffer.token);
		}
	} else {
		run->ours = buffer.running = true;
		buffer.unlock_after = run->unlock_after;
	}
	if (run->alone && buffer.mapped && !buffer.pages.empty() && tracked_ && buffer.bytes_used &&
	    port.device().master) {
		PVOID handle = dma;
		size_t left = buffer.bytes_used;
		std::vector<uint8_t> seen(left), expected = shadow_.get(buffer, 0, left);
		bool known = buffer.known, reached = true;

		run->written.assign(left, static_cast<uint8_t>(run->salt));
		for (PVRB_SG next = GET_VIDEO_SCATTERGATHER(&handle); next->Length && left;
		     next++) {
			size_t part = std::min<size_t>(left, next->Length);
			auto at = static_cast<uint64_t>(next->PhysicalAddress);

			reached &= device_read(port.device(), at, &seen[seen.size() - left],
					       part) == Access::Done;
			reached &= device_write(port.device(), at, run->written.data(), part) ==
				   Access::Done;
			left -= part;
		}
		/* it may have been unlocked by somebody between */
		if (!run->call->alone())
			run->written.clear();
		else if (!reached || left)
			fail("the device cannot reach what HwStartDma hands over");
		else if (known && seen != expected)
			fail("the device does not see what the client has written before HwStartDma");
	}
	buffer.known = false;
	buffer.taken = true;
	if (!buffer.pages.empty())
		shadow_.accept(buffer);
	/* the device may be done before HwStartDma returns */
	if (random.one_in(5)) {
		Here here{port, actor.serving, nullptr};
		Step inner{};

		inner.where = Where::Request;
		inner.what = static_cast<uint8_t>(Call::Signal);
		inner.a = 1;
		inner.salt = static_cast<uint32_t>(random.next());
		Calls(*this, here, inner).run();
	}
	return run->sync ? DmaSyncReturn : DmaAsyncReturn;
}

void Calls::do_dma()
{
	uint64_t token = pick_buffer();
	BufferModel *buffer = usable(token);
	static const DMA_FLAGS flags[] = {VideoPortKeepPagesLocked, VideoPortUnlockAfterDma,
					  VideoPortDmaInitOnly};
	DMA_FLAGS flag = flags[step_.c % 16 ? step_.c & 1 : 2];
	Actor &actor = World::self();
	bool alone;
	PDMA result;
	Run run{};

	run.buffer = buffer;
	run.token = token;
	run.salt = step_.salt;
	run.unlock_after = flag == VideoPortUnlockAfterDma;
	run.expected = world_.nt4_ && flag != VideoPortDmaInitOnly && context() != VP_DIRQL &&
		       buffer && (buffer->mapped || buffer->events_only) && !buffer->running &&
		       !buffer->transfers;
	run.sure = !buffer || (!buffer->doing && !buffer->starting);
	for (const auto &each : port_.transfers)
		run.sure &= !(each->ended && each->buffer == buffer);
	if (buffer) {
		buffer->doing++;
		buffer->starting++; /* it stays known until the end of the call */
		for (const EventRef &event : buffer->events)
			if (event)
				event->sets++;
	}
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);
		Run *outer = std::exchange(actor.run, &run);

		run.call = &call;
		result = VideoPortDoDma(extension(), pointer<PDMA>(token), flag);
		actor.run = outer;
		alone = run.calls ? run.alone : call.alone();
		run.call = nullptr;
	}
	if (alone && run.sure && run.calls != run.expected)
		wrong("VideoPortDoDma", "calls of HwStartDma", run.calls, run.expected);
	if (result != (run.calls && !run.unlock_after ? pointer<PDMA>(token) : nullptr))
		wrong("VideoPortDoDma", "the handle", result != nullptr, run.calls);
	note(Fact::RunsRefused, !run.calls);
	if (!buffer)
		return;
	buffer->starting--;
	if (!run.calls)
		buffer->doing--;
	else if (!buffer->pages.empty())
		world_.shadow_.accept(*buffer);
	if (run.ours && run.sync && buffer->running) {
		if (run.alone && !run.written.empty()) {
			std::vector<uint8_t> bytes =
				world_.shadow_.get(*buffer, 0, run.written.size());

			if (bytes != run.written && world_.tracked_ && alone)
				fail("what the device has written is not there when VideoPortDoDma returns");
		}
		world_.run_over(port_, *buffer, false);
		return;
	}
	port_.buffer_over(*buffer, false);
}

uint64_t Calls::pick_running()
{
	std::vector<uint64_t> tokens;

	for (const auto &each : port_.buffers)
		if (each->running)
			tokens.push_back(each->token);
	if (tokens.empty() || step_.a % 16 == 15)
		return pick_buffer();
	return tokens[random_.below(static_cast<uint32_t>(tokens.size()))];
}

void Calls::signal()
{
	uint64_t token = pick_running();
	BufferModel *before = port_.running(token);
	bool mine = before && may_use(*before), alone, sure = !before || !before->doing;
	bool expected = world_.nt4_ && mine && before->running, done;
	EventRef events[2];

	if (before)
		for (unsigned int i = 0; i < 2; i++)
			if ((events[i] = before->events[i]))
				events[i]->sets++;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		done = VideoPortSignalDmaComplete(extension(), pointer<PDMA>(token));
		alone = call.alone();
		if (fail_at.hit())
			fail("VideoPortSignalDmaComplete asked for what may fail");
	}
	if (alone && sure && done != expected)
		wrong("VideoPortSignalDmaComplete", "TRUE", done, expected);
	if (!done)
		return;
	note(context() == VP_DIRQL ? Fact::SignalsInInterrupts : Fact::Signals);

	BufferModel *buffer = port_.running(token);

	if (!buffer) {
		if (!port_.gone)
			fail("a DMA was completed twice, or none was running");
		return;
	}
	if (!buffer->running) {
		/* HwStartDma is still to be called for it */
		buffer->early++;
		buffer->running = true;
		/* with which flag it was begun is seen there */
		buffer->unlock_after = false;
		world_.run_over(port_, *buffer, false);
		return;
	}
	world_.run_over(port_, *buffer, alone);
}

/* ---- What goes with a handle ---- */

void Calls::dma_context()
{
	uint64_t token = pick_buffer();
	bool usable_here = usable(token) && world_.nt4_;
	CoreCall call(world_);

	VideoPortSetDmaContext(extension(), pointer<PDMA>(token), &world_);

	PVOID kept = VideoPortGetDmaContext(extension(), pointer<PDMA>(token));

	if (call.alone() && kept != (usable_here ? &world_ : nullptr))
		wrong("VideoPortGetDmaContext", "the pointer", kept != nullptr, usable_here);
}

void Calls::bytes_used()
{
	uint64_t token = pick_buffer();
	BufferModel *buffer = usable(token);
	auto bytes = buffer ? random_.below(static_cast<uint32_t>(buffer->length) + 2) : 5;
	bool fits = buffer && bytes <= buffer->length, alone;
	ULONG kept;
	{
		CoreCall call(world_);

		VideoPortSetBytesUsed(extension(), pointer<PDMA>(token), bytes);
		kept = VideoPortGetBytesUsed(extension(), pointer<PDMA>(token));
		alone = call.alone();
	}
	if (!world_.nt4_)
		return;
	if (buffer && fits && usable(token))
		buffer->bytes_used = bytes;
	if (alone && kept != (buffer ? buffer->bytes_used : 0))
		wrong("VideoPortGetBytesUsed", "bytes", kept,
		      buffer ? static_cast<long>(buffer->bytes_used) : 0);
}

BufferModel &Calls::event_handle(uint64_t token, const EventRef &user, const EventRef &display)
{
	auto buffer = std::make_unique<BufferModel>();

	buffer->port = &port_;
	buffer->token = token;
	buffer->owner = here_.owner();
	buffer->write = true;
	buffer->mapped = false;
	buffer->events_only = true;
	buffer->address = 0;
	buffer->length = 0;
	buffer->events[0] = user;
	buffer->events[1] = display;
	port_.buffers.push_back(std::move(buffer));
	return *port_.buffers.back();
}

void Calls::associate_events()
{
	STATUS_BLOCK status{};
	VIDEO_REQUEST_PACKET packet{};
	uint64_t given = random_.one_in(2) ? pick_buffer() : 0;
	PVOID handles[2] = {};
	EventRef events[2];
	bool alone, hit, expected = world_.nt4_ && context() == VP_PASSIVE;
	uint64_t token;

	for (unsigned int i = 0; i < 2; i++)
		if (random_.below(3)) {
			uint64_t event = pick_event();

			handles[i] = pointer<PVOID>(event);
			events[i] = usable_event(event);
			expected &= !event || events[i];
		}
	packet.StatusBlock = &status;
	packet.OutputBuffer = pointer<PVOID>(given);

	BufferModel *known = usable(given);
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		token = number(VideoPortAssociateEventsWithDmaHandle(extension(), &packet,
								     handles[0], handles[1]));
		hit = fail_at.hit();
		alone = call.alone();
	}
	if (alone && (token != 0) != (expected && !hit))
		wrong("VideoPortAssociateEventsWithDmaHandle", "success", token != 0,
		      expected && !hit);
	if (!token)
		return;
	if (known && token == given) {
		for (unsigned int i = 0; i < 2; i++)
			known->events[i] = events[i];
		return;
	}
	event_handle(token, events[0], events[1]);
}

/* ---- Device memory in a client ---- */

void Calls::map_view(bool dma)
{
	VIDEO_REQUEST_PACKET packet{};
	PHYSICAL_ADDRESS at{};
	const CommonModel *common = nullptr;
	const vp_bar &bar = port_.device().bars[step_.a % 3 * 2];
	ULONG length = 1 + random_.below(20000), space = VIDEO_MEMORY_SPACE_USER_MODE;
	ULONG asked = length;
	PVOID seen = nullptr;
	PDMA handle = nullptr;
	uint64_t chosen = random_.one_in(3) ? pick_event() : 0;
	EventRef event = usable_event(chosen);
	bool alone, hit, expected;

	if (!port_.commons.empty() && random_.below(3)) {
		common = &port_.commons[random_.below(static_cast<uint32_t>(port_.commons.size()))];
		length = asked = 1 + random_.below(common->length + 1);
		at.QuadPart = common->logical.QuadPart + random_.below(common->length);
		expected = !common->released &&
			   static_cast<uint64_t>(at.QuadPart - common->logical.QuadPart) + length <=
				   common->length;
	} else {
		at.QuadPart = static_cast<LONGLONG>(bar.start + random_.below(8192));
		expected = port_.device().claimed && !bar.io &&
			   static_cast<uint64_t>(at.QuadPart) + length <= bar.start + bar.length;
	}
	if (port_.views.size() > 40)
		return;
	expected &= here_.client && context() == VP_PASSIVE && (!dma || world_.nt4_);
	if (dma && chosen && !event)
		expected = false;

	const void *memory = common ? common->memory : nullptr;
	bool sure = !common || !common->released;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);
		/* where it waits it may have made a handle */
		Partway partway;

		if (dma)
			handle = VideoPortMapDmaMemory(extension(), &packet, at, &length, &space,
						       pointer<PVOID>(chosen), nullptr, &seen);
		else if (VideoPortMapMemory(extension(), at, &length, &space, &seen) != NO_ERROR)
			seen = nullptr;
		hit = fail_at.hit();
		alone = call.alone();
	}

	bool mapped = dma ? handle != nullptr : seen != nullptr;

	if (alone && sure && mapped != (expected && !hit))
		wrong(dma ? "VideoPortMapDmaMemory" : "VideoPortMapMemory", "success", mapped,
		      expected && !hit);
	if (!mapped) {
		if (length != asked)
			fail("a view was refused, but its length changed");
		return;
	}
	note(Fact::ViewsMapped);

	/* it may have been released, and the view with it, meanwhile */
	uint8_t *shown = nullptr;
	bool there = look(*current().process, number(seen), shown);

	if (dma)
		event_handle(number(handle), event, nullptr);
	if (!there && (alone || !memory))
		fail("a view is not there");
	if (there)
		port_.views.push_back({number(seen), here_.owner(), number(handle), memory});
}

void Calls::unmap_view(bool dma)
{
	uint64_t address = Process::address(3), token = 0;
	auto count = static_cast<uint32_t>(port_.views.size());

	if (count && step_.a % 8) {
		const ViewModel &view = port_.views[random_.below(count)];

		address = view.address;
		token = view.token;
	}
	if (dma && step_.b % 8 == 0)
		token = pick_buffer();
	if (!dma)
		token = 0;

	auto find = [&] {
		return std::find_if(port_.views.begin(), port_.views.end(),
				    [&](const ViewModel &each) {
					    return each.address == address && each.token == token &&
						   each.owner == here_.owner();
				    });
	};
	bool sure = true, alone, done;
	bool expected = find() != port_.views.end() && here_.client && context() == VP_PASSIVE &&
			(!dma || world_.nt4_);

	if (expected)
		for (const CommonModel &each : port_.commons)
			sure &= !each.released || each.memory != find()->memory;
	{
		CoreCall call(world_);

		if (dma)
			done = VideoPortUnmapDmaMemory(extension(), pointer<PVOID>(address),
						       nullptr, pointer<PDMA>(token));
		else
			done = VideoPortUnmapMemory(extension(), pointer<PVOID>(address),
						    pointer<HANDLE>(1)) == NO_ERROR;
		alone = call.alone();
	}
	if (alone && sure && done != expected)
		wrong(dma ? "VideoPortUnmapDmaMemory" : "VideoPortUnmapMemory", "success", done,
		      expected);
	if (!done)
		return;
	if (auto view = find(); view != port_.views.end())
		port_.views.erase(view);
	if (BufferModel *buffer = dma ? usable(token) : nullptr) {
		buffer->handle = false;
		world_.old_tokens_.push_back(token);
		port_.buffer_over(*buffer, alone);
	}
}

void Calls::contiguous()
{
	static const uint64_t highest[] = {~0ull, 0xffffffff, 0xfffffff, 0xffffff, 0x3fffff, 0xfff};
	static const ULONG lengths[] = {4096, 1, 5000, 65536, 0, 1u << 30};
	uint64_t most = highest[step_.a % std::size(highest)];
	ULONG length = lengths[step_.c % std::size(lengths)];
	bool hit, alone;
	size_t before = coherents.size();
	PHYSICAL_ADDRESS at{};
	PVOID memory;

	if (port_.commons.size() > 12 || !port_.adapter->bound)
		return;
	at.QuadPart = static_cast<LONGLONG>(most);
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);
		Partway partway;

		memory = VideoPortAllocateContiguousMemory(extension(), length, at);
		hit = fail_at.hit();
		alone = call.alone();
	}

	bool may = context() == VP_PASSIVE && length && length < (1u << 30) && !hit;

	if (alone && ((memory && !may) || (!memory && may && most >= 0xffffffff)))
		wrong("VideoPortAllocateContiguousMemory", "success", memory != nullptr, may);
	if (alone && coherents.size() - before != (memory != nullptr))
		fail("VideoPortAllocateContiguousMemory has left something");
	if (!memory)
		return;

	CommonModel common{};

	for (const Coherent &each : coherents)
		if (each.memory == memory)
			common.logical.QuadPart = static_cast<LONGLONG>(each.logical);
	if (static_cast<uint64_t>(common.logical.QuadPart) + length - 1 > most)
		fail("contiguous memory lies above what was asked for");
	common.token = ~0ull;
	common.length = length;
	common.memory = memory;
	common.cached = true;
	common.contiguous = true;
	port_.commons.push_back(common);
}

} // namespace sim
