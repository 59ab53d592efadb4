// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA: HwStartDma, what it says, and VideoPortSignalDmaComplete. See dma.h.
 *
 * A DMA runs from before HwStartDma is called until exactly one of these ends it: DmaSyncReturn, the
 * first VideoPortSignalDmaComplete, the removal of the adapter. It holds a reference to its buffer,
 * so that an unlock or the end of the client meanwhile only takes the handle away.
 */
#include "dma_lock.h"

namespace vp {

static unsigned long long shown(Token token)
{
	return token;
}

bool Dma::find_events(Caller caller, EventTokens tokens, Ref<Event> &user, Ref<Event> &display)
{
	if (tokens.user)
		user = events_.find(caller, tokens.user);
	if (tokens.display)
		display = events_.find(caller, tokens.display);
	return !tokens.user == !user && !tokens.display == !display;
}

/* ---- A DMA from its start to its end ---- */

/* Return: false, for the caller to return. */
bool Dma::refuse_packet(const Caller &caller, Token token, Counter cause)
{
	if (cause == Counter::BadParameter)
		counters_.refuse(
			cause,
			"%s: handle 0x%llx is of VideoPortLockBuffer, which maps nothing: lock with VideoPortLockPages",
			caller.call, shown(token));
	else if (cause == Counter::Overlap)
		counters_.refuse(cause, "%s: a DMA is running on handle 0x%llx: complete it first",
				 caller.call, shown(token));
	else
		handles_.refuse(caller.call, cause, token);
	return false;
}

/* Under the lock. Return: none, or why it is not begun. */
[[gnu::always_inline]] inline Counter Dma::begin_packet(const Caller &caller, Token token,
							bool unlock_after, Run &run)
{
	VP_UNINITIALIZED LockedBuffer *found;
	Counter cause = closed_ ? Counter::StaleHandle : locate_buffer(caller, token, found);

	if (cause != none)
		return cause;

	Packet &packet = found->packet;

	if (!found->mapping() && found->length())
		return Counter::BadParameter;
	if (packet.state != Packet::State::Idle || !found->transfers.empty())
		return Counter::Overlap;
	packet.state = Packet::State::Running;
	packet.watched = {};
	packet.since_ns = Trace::handed_over();
	packet.unlock_after = unlock_after;
	packet.started_bytes = packet.bytes_used;
	run.number = ++packet.run;
	run.bytes = packet.bytes_used;
	run.buffer = Ref<LockedBuffer>::share(found);
	found->retain(); /* the run's, until claim_packet() */
	running_.push_back(packet.link);
	found->mapping().told_at_end();
	return none;
}

/* What the end of a DMA leaves to be done without the lock. */
struct Dma::Ending {
	Ref<LockedBuffer> handle_s;
	Ref<Event> user, display;
};

/* Under the lock: @buffer's DMA is over, and its memory the CPU's. */
[[gnu::always_inline]] inline void Dma::settle(LockedBuffer &buffer, Ending &ending)
{
	Packet &packet = buffer.packet;

	/* Before the events: whom they wake may read the count at once. */
	clients_.completed(buffer.owner());

	packet.state = Packet::State::Idle;
	if (packet.user_event)
		ending.user = Ref<Event>::share(packet.user_event.get());
	if (packet.display_event)
		ending.display = Ref<Event>::share(packet.display_event.get());
	if (packet.unlock_after && buffer.token)
		ending.handle_s = withdraw(&buffer);
}

/* Any context: what must sleep is put off when the references go. */
[[gnu::always_inline]] inline void Dma::conclude(Ending &ending, const char *call)
{
	counters_.sub(Counter::Transfers);
	counters_.add(Counter::Completed);
	if (ending.handle_s) {
		Trace trace(VP_TRACE_UNLOCK);

		counters_.add(Counter::Unlocked);
		trace.unlock(device_, call, ending.handle_s);
	}
	if (ending.user)
		(void)ending.user->set();
	if (ending.display)
		(void)ending.display->set();
}

void Dma::end_packet(Ref<LockedBuffer> running, const char *call)
{
	const ULONG bytes = running->packet.started_bytes;
	VP_UNINITIALIZED Ending ending;

	if (running->mapping() && bytes)
		running->mapping().sync_for_cpu(0, bytes);
	Trace::completed(device_, call, *running, bytes, running->packet.since_ns);
	{
		SpinGuard guard(lock_);

		settle(*running, ending);
	}
	conclude(ending, call);
}

/*
 * The miniport says at once that its DMA is over, unless somebody has said so before. Mostly there is
 * nothing to be done between its end and the end of its run.
 */
[[gnu::always_inline]] inline void Dma::end_at_once(LockedBuffer &buffer, const Run &run)
{
	static const char call[] = "HwStartDma";
	const bool at_once = !buffer.mapping().needs_sync();
	Ref<LockedBuffer> ended;
	VP_UNINITIALIZED Ending ending;
	uint64_t since_ns;

	{
		SpinGuard guard(lock_);

		since_ns = buffer.packet.since_ns;
		if (buffer.packet.state == Packet::State::Running &&
		    buffer.packet.run == run.number) {
			ended = claim_packet(buffer);
			if (at_once)
				settle(buffer, ending);
		}
	}
	if (!ended)
		return;
	if (!at_once) {
		end_packet(std::move(ended), call);
		return;
	}
	/* Another one may have begun by now. */
	Trace::completed(device_, call, buffer, run.bytes, since_ns);
	conclude(ending, call);
}

bool Dma::do_dma(Caller caller, Token token, bool unlock_after, PVIDEO_HW_START_DMA start,
		 PVOID extension)
{
	VP_UNINITIALIZED Run run;

	Trace trace(VP_TRACE_START);

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return false;

	VP_UNINITIALIZED Counter cause;

	{
		SpinGuard guard(lock_);

		cause = begin_packet(caller, token, unlock_after, run);
	}
	if (cause != none)
		return refuse_packet(caller, token, cause);

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

	end_at_once(buffer, run);
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
		handles_.refuse(caller.call, cause, token);
	return false;
}

/* ---- What goes with a handle ---- */

Token Dma::make_event_handle(const Caller &caller, EventTokens tokens)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return 0;

	auto buffer = Ref<LockedBuffer>::adopt(
		spare_buffer_.create(*this, counters_, caller.owner, Access::Write, size_t{0}));

	if (buffer && !find_events(caller, tokens, buffer->packet))
		return 0;

	Published published{0, -VP_ENOMEM};

	if (buffer) {
		buffer->packet.watched = {};
		published = publish(*buffer);
	}

	if (published.error == -VP_EMFILE)
		refuse_handle(caller.call);
	else if (published.error)
		counters_.refuse(Counter::NoMemory, "%s: no memory for a handle", caller.call);
	if (published.error)
		return 0;
	counters_.add(Counter::Locked);
	(void)buffer.release(); /* the handle's now */
	return published.token;
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
