// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA: HwStartDma, what it says, and VideoPortSignalDmaComplete. See dma.h.
 *
 * A DMA runs from before HwStartDma is called until exactly one of these ends it: DmaSyncReturn, the
 * first VideoPortSignalDmaComplete, the removal of the adapter. It holds a reference to its buffer,
 * so that an unlock or the end of the client meanwhile only takes the handle away.
 */
#include "dma.h"
#include "trace.h"

namespace vp {

static unsigned long long shown(Token token)
{
	return token;
}

bool Dma::look_up_events(const Caller &caller, EventTokens tokens, Ref<Event> &user,
			 Ref<Event> &display)
{
	if (tokens.user)
		user = events_.find(caller, tokens.user);
	if (tokens.display)
		display = events_.find(caller, tokens.display);
	return !tokens.user == !user && !tokens.display == !display;
}

/* ---- A DMA from its start to its end ---- */

bool Dma::begin_packet(const Caller &caller, Token token, bool unlock_after, Run &run)
{
	bool mapped = true;
	Counter cause;

	{
		SpinGuard guard(lock_);
		LockedBuffer *found;

		cause = closed_ ? Counter::StaleHandle : locate_buffer(caller, token, found);
		if (cause == none) {
			Packet &packet = found->packet;

			mapped = found->mapping() || !found->length();
			bool busy =
				packet.state != Packet::State::Idle || !found->transfers.empty();
			if (mapped && !busy) {
				packet.state = Packet::State::Running;
				packet.watched = {};
				packet.since_ns = Trace::handed_over();
				packet.unlock_after = unlock_after;
				packet.token = token;
				packet.started_bytes = packet.bytes_used;
				run.number = ++packet.run;
				run.bytes = packet.bytes_used;
				run.buffer = Ref<LockedBuffer>::share(found);
				found->retain(); /* the run's, until claim_packet() */
				running_.push_back(packet.link);
				found->mapping().told_at_end();
				return true;
			}
		}
	}
	if (cause != none)
		handles_.refuse(caller, cause, token);
	else if (!mapped)
		counters_.refuse(
			Counter::BadParameter,
			"%s: handle 0x%llx is of VideoPortLockBuffer, which maps nothing: lock with VideoPortLockPages",
			caller.call, shown(token));
	else
		counters_.refuse(Counter::Overlap,
				 "%s: a DMA is running on handle 0x%llx: complete it first",
				 caller.call, shown(token));
	return false;
}

Ref<LockedBuffer> Dma::claim_packet(LockedBuffer &buffer)
{
	buffer.packet.state = Packet::State::Completing;
	buffer.packet.link.unlink();
	return Ref<LockedBuffer>::adopt(&buffer);
}

/* Any context: what must sleep is put off when the references go. */
void Dma::end_packet(Ref<LockedBuffer> running, const char *call)
{
	Trace trace(VP_TRACE_UNLOCK);
	Packet &packet = running->packet;
	Ref<LockedBuffer> handle_s;
	Ref<Event> user, display;

	if (running->mapping() && packet.started_bytes)
		running->mapping().sync_for_cpu(0, packet.started_bytes);
	Trace::completed(device_, call, *running, packet.started_bytes);
	counters_.sub(Counter::Transfers);
	counters_.add(Counter::Completed);
	{
		SpinGuard guard(lock_);

		/* Before the events: whom they wake may read the count at once. */
		clients_.completed(running->owner());

		packet.state = Packet::State::Idle;
		if (packet.user_event)
			user = Ref<Event>::share(packet.user_event.get());
		if (packet.display_event)
			display = Ref<Event>::share(packet.display_event.get());
		if (packet.unlock_after && running->token)
			handle_s = withdraw(running.get());
	}
	if (handle_s) {
		counters_.add(Counter::Unlocked);
		trace.unlock(device_, call, handle_s);
	}
	if (user)
		(void)user->set();
	if (display)
		(void)display->set();
}

bool Dma::do_dma(const Caller &caller, Token token, bool unlock_after, PVIDEO_HW_START_DMA start,
		 PVOID extension)
{
	Run run;

	Trace trace(VP_TRACE_START);

	if (!caller.allowed_up_to(VP_DISPATCH, counters_) ||
	    !begin_packet(caller, token, unlock_after, run))
		return false;

	LockedBuffer &buffer = *run.buffer;

	counters_.add(Counter::Transfers);
	counters_.add(Counter::Started);
	watch_.begun();
	if (buffer.mapping() && run.bytes)
		buffer.mapping().sync_for_device(0, run.bytes);
	trace.started(device_, caller.call, token, buffer, run.bytes);

	/* From here on the device and VideoPortSignalDmaComplete may come at any time. */
	HW_DMA_RETURN done = start(extension, reinterpret_cast<PDMA>(token));

	if (done != DmaSyncReturn) {
		if (done != DmaAsyncReturn)
			counters_.refuse(Counter::BadParameter,
					 "HwStartDma: returned %d: taken as DmaAsyncReturn, %d",
					 done, DmaAsyncReturn);
		return true;
	}

	Ref<LockedBuffer> ended;

	{
		SpinGuard guard(lock_);

		if (buffer.packet.state == Packet::State::Running &&
		    buffer.packet.run == run.number)
			ended = claim_packet(buffer);
	}
	if (ended)
		end_packet(std::move(ended), "HwStartDma");
	return true;
}

bool Dma::signal_complete(const Caller &caller, Token token)
{
	Ref<LockedBuffer> ended;
	Counter cause = none;

	{
		SpinGuard guard(lock_);
		LockedBuffer *found = running_.find(
			[&](const LockedBuffer &each) { return each.packet.token == token; });

		if (!token || !found) {
			cause = locate_buffer(caller, token, found);
			if (cause == none)
				cause = Counter::NotRunning;
		} else if (!caller.may_use(found->owner())) {
			cause = Counter::ForeignHandle;
		} else {
			ended = claim_packet(*found);
		}
	}
	if (ended) {
		end_packet(std::move(ended), caller.call);
		return true;
	}
	if (cause == Counter::NotRunning)
		counters_.refuse(
			cause,
			"%s: no DMA is running on handle 0x%llx: signalled before, or never started",
			caller.call, shown(token));
	else
		handles_.refuse(caller, cause, token);
	return false;
}

/* ---- What goes with a handle ---- */

Token Dma::make_event_handle(const Caller &caller, EventTokens tokens)
{
	Ref<Event> user, display;

	if (!caller.allowed_up_to(VP_PASSIVE, counters_) ||
	    !find_events(caller, tokens, user, display))
		return 0;

	auto buffer = Ref<LockedBuffer>::adopt(
		spare_buffer_.create(*this, counters_, caller.owner, Access::Write, size_t{0}));

	if (buffer) {
		buffer->packet.user_event = std::move(user);
		buffer->packet.display_event = std::move(display);
	}

	Token token = 0;
	int error = buffer ? publish(*buffer, token) : -VP_ENOMEM;

	if (error == -VP_EMFILE)
		refuse_handle(caller);
	else if (error)
		counters_.refuse(Counter::NoMemory, "%s: no memory for a handle", caller.call);
	if (error)
		return 0;
	counters_.add(Counter::Locked);
	(void)buffer.release(); /* the handle's now */
	return token;
}

bool Dma::bind_events(const Caller &caller, Token token, EventTokens tokens)
{
	Ref<Event> user, display;

	if (!caller.allowed_up_to(VP_PASSIVE, counters_) ||
	    !find_events(caller, tokens, user, display))
		return false;

	Ref<LockedBuffer> buffer = this->buffer(caller, token);

	if (!buffer)
		return false;

	SpinGuard guard(lock_);

	std::swap(buffer->packet.user_event, user);
	std::swap(buffer->packet.display_event, display);
	return true;
}

bool Dma::knows(const Caller &caller, Token token)
{
	SpinGuard guard(lock_);
	LockedBuffer *found;

	return locate_buffer(caller, token, found) == none;
}

PVOID Dma::context(const Caller &caller, Token token)
{
	Ref<LockedBuffer> found = buffer(caller, token);

	if (!found)
		return nullptr;

	SpinGuard guard(lock_);

	return found->packet.context;
}

void Dma::set_context(const Caller &caller, Token token, PVOID context)
{
	Ref<LockedBuffer> found = buffer(caller, token);

	if (!found)
		return;

	SpinGuard guard(lock_);

	found->packet.context = context;
}

ULONG Dma::bytes_used(const Caller &caller, Token token)
{
	Ref<LockedBuffer> found = buffer(caller, token);

	if (!found)
		return 0;

	SpinGuard guard(lock_);

	return found->packet.bytes_used;
}

void Dma::set_bytes_used(const Caller &caller, Token token, ULONG bytes)
{
	Ref<LockedBuffer> found = buffer(caller, token);

	if (!found)
		return;
	if (bytes > found->length()) {
		counters_.refuse(Counter::BadLength,
				 "%s: %u bytes are more than the %zu that are locked; not changed",
				 caller.call, bytes, found->length());
		return;
	}

	SpinGuard guard(lock_);

	found->packet.bytes_used = bytes;
}

} // namespace vp
