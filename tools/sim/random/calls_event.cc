// SPDX-License-Identifier: GPL-2.0
/*
 * Events in the random run: made, set, waited for, and lent by clients. See calls.hpp.
 */
#include "calls.hpp"

#include "../platform/fail.hpp"

namespace sim {

uint64_t Calls::pick_event()
{
	auto count = static_cast<uint32_t>(port_.events.size());

	if (count && random_.below(12)) {
		const EventModel &event = *port_.events[random_.below(count)];

		if (event.handle)
			return event.token;
	}
	return random_.one_in(2) ? pick_junk() : pick_buffer();
}

EventRef Calls::usable_event(uint64_t token) const
{
	EventRef event = port_.event_of(token);

	return event && (!here_.client || !event->owner || event->owner == here_.client->number)
		       ? event
		       : nullptr;
}

void Calls::create_event()
{
	ULONG flags = step_.b & 3;
	auto *untouched = pointer<PEVENT>(0x1111);
	PEVENT made = untouched;
	bool hit, alone, expected = context() == VP_PASSIVE;
	VP_STATUS status;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		if (port_.events.size() > 24)
			return;
		status = VideoPortCreateEvent(extension(), flags, nullptr, &made);
		hit = fail_at.hit();
		/* while the adapter goes none is made any more */
		alone = call.alone() && !port_.removing;
	}
	if ((status == NO_ERROR) != (made && made != untouched))
		fail("VideoPortCreateEvent returned %d", status);
	if (alone && (status == NO_ERROR) != (expected && !hit))
		wrong("VideoPortCreateEvent", "success", status == NO_ERROR, expected && !hit);
	if (status != NO_ERROR)
		return;
	note(Fact::EventsMade);

	auto event = std::make_shared<EventModel>();

	event->token = number(made);
	event->owner = 0;
	event->resets = (flags & EVENT_TYPE_MASK) == SYNCHRONIZATION_EVENT;
	event->set = (flags & INITIAL_EVENT_STATE_MASK) == INITIAL_EVENT_SIGNALED;
	event->sets = event->set;
	port_.events.push_back(event);
}

void Calls::delete_event()
{
	uint64_t token = pick_event();
	EventRef event = usable_event(token);
	bool expected = event && !event->owner && context() != VP_DIRQL, alone;
	VP_STATUS status;
	{
		CoreCall call(world_);

		status = VideoPortDeleteEvent(extension(), pointer<PEVENT>(token));
		alone = call.alone();
	}
	if (alone && (status == NO_ERROR) != expected)
		wrong("VideoPortDeleteEvent", "success", status == NO_ERROR, expected);
	if (status != NO_ERROR)
		return;
	if (!event || !event->handle) {
		fail("an event was deleted twice");
		return;
	}
	event->handle = false;
	world_.old_tokens_.push_back(token);
}

void Calls::set_event()
{
	uint64_t token = pick_event(), count = 0;
	EventRef event = usable_event(token);
	bool before = false, alone;

	if (event) {
		event->sets++;
		count = event->owner ? event->count->value.load() : 0;
		before = event->owner ? count : event->set;
	}
	{
		CoreCall call(world_);
		bool known = !event || event->owner || event->known;

		LONG was = VideoPortSetEvent(extension(), pointer<PEVENT>(token));

		alone = call.alone();
		if (alone && known && (was != 0) != before)
			wrong("VideoPortSetEvent", "the state before", was, before);
	}
	if (!event)
		return;
	if (alone && event->owner && event->count->value != count + 1)
		wrong("VideoPortSetEvent", "the count of the client", 0, 1);
	event->set = true;
	event->known = alone;
}

void Calls::clear_event()
{
	uint64_t token = pick_event();
	EventRef event = usable_event(token);
	bool alone;
	{
		CoreCall call(world_);

		VideoPortClearEvent(extension(), pointer<PEVENT>(token));
		alone = call.alone();
	}
	if (!event)
		return;
	if (alone && event->owner && event->count->value)
		wrong("VideoPortClearEvent", "the count of the client", 1, 0);
	event->set = false;
	event->known = alone;
}

void Calls::read_event()
{
	uint64_t token = pick_event();
	EventRef event = usable_event(token);
	bool expected = event && (event->owner ? event->count->value != 0 : event->set);
	CoreCall call(world_);
	LONG state = VideoPortReadStateEvent(extension(), pointer<PEVENT>(token));

	if (call.alone() && (!event || event->owner || event->known) && (state != 0) != expected)
		wrong("VideoPortReadStateEvent", "the state", state, expected);
}

void Calls::wait_event()
{
	uint64_t token = pick_event();
	EventRef event = usable_event(token);
	LARGE_INTEGER timeout{};
	VP_STATUS status, expected = ERROR_INVALID_PARAMETER;
	bool hit, alone, looks = step_.b % 2;

	if (!looks)
		timeout.QuadPart = -static_cast<LONGLONG>(step_.c) * 20000 - 1;
	if (event && !event->owner && (looks || context() == VP_PASSIVE))
		expected = event->set ? NO_ERROR : static_cast<VP_STATUS>(WAIT_TIMEOUT);
	if (event)
		event->waiters++;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);
		bool known = !event || event->known;

		status =
			VideoPortWaitForSingleObject(extension(), pointer<PEVENT>(token), &timeout);
		hit = fail_at.hit();
		alone = call.alone() && known;
	}
	if (event)
		event->waiters--;
	if (port_.removing || port_.gone || (current().process && current().process->killed))
		alone = false;
	if (hit && expected == static_cast<VP_STATUS>(WAIT_TIMEOUT))
		expected = ERROR_INVALID_PARAMETER;
	if (alone && status != expected)
		wrong("VideoPortWaitForSingleObject", "the status", status, expected);
	note(Fact::Waits, !alone && !looks);
	if (status != NO_ERROR)
		return;
	if (!event || event->owner) {
		fail("a wait for what is no event of the miniport's succeeded");
		return;
	}
	if (!event->resets)
		return;
	if (++event->taken > event->sets)
		fail("a synchronisation event that was set %llu times has ended %llu waits",
		     static_cast<unsigned long long>(event->sets),
		     static_cast<unsigned long long>(event->taken));
	event->set = false;
	event->known = alone;
}

/* ---- Clients ---- */

bool World::lend(ClientModel &client, const Step &step)
{
	Actor *actor = idle_actor(client.user);

	if (!actor || client.closing || client.port->events.size() > 24)
		return false;
	return start(*actor, step, [this, &client] {
		Process &process = *current().process;
		PortModel &port = *client.port;
		const Step own = *self().step;
		int descriptor = own.a % 8   ? process.open_eventfd()
				 : own.b & 1 ? process.open_other()
					     : 1;
		auto count = process.eventfd(descriptor);
		int error, expected = port.gone		? -VP_ENODEV
				      : count		? 0
				      : descriptor == 1 ? -VP_EBADF
							: -VP_EINVAL;
		uint64_t token = 0;
		bool hit, alone;

		client.requests++;
		{
			CoreCall call(*this);
			FailAt fail_at(own.fail_at);

			error = Adapter::event_map(*client.client, descriptor, token);
			hit = fail_at.hit();
			alone = call.alone() && !port.removing;
		}
		client.requests--;
		process.close(descriptor);
		if (hit)
			expected = -VP_ENOMEM;
		if (alone && error != expected)
			fail("an event is lent with %d, but the contract says %d", error, expected);
		if (error || port.gone)
			return;
		note(Fact::EventsLent);

		auto event = std::make_shared<EventModel>();

		event->token = token;
		event->owner = client.number;
		event->resets = false;
		event->count = count;
		port.events.push_back(event);
	});
}

bool World::take_back(ClientModel &client, const Step &step)
{
	Actor *actor = idle_actor(client.user);

	if (!actor || client.closing || client.port->events.empty())
		return false;

	EventRef event = client.port->events[step.a % client.port->events.size()];

	return start(*actor, step, [this, &client, event] {
		PortModel &port = *client.port;
		bool expected = event->handle && event->owner == client.number && !port.gone, alone;
		int error;

		client.requests++;
		{
			CoreCall call(*this);

			error = Adapter::event_unmap(*client.client, event->token);
			alone = call.alone() && !port.removing;
		}
		client.requests--;
		if (alone && !error != expected)
			fail("an event is taken back with %d, but the contract says %d", !error,
			     expected);
		if (error)
			return;
		if (!event->handle && !port.gone)
			fail("an event was taken back twice");
		event->handle = false;
		old_tokens_.push_back(event->token);
	});
}

/* A client reads its node, when nobody is in the midst of completing. */
bool World::completions(const Step &step)
{
	ClientModel *client = pick_client(step.who);

	if (!client || !stable() || (client->port->removing && !client->port->gone))
		return false;

	/* those that were completed at DIRQL are told when the work has finished them */
	int64_t late = 0;

	for (const auto &each : client->port->transfers)
		late += each->ended && each->buffer->owner == client->number;

	int64_t seen = Adapter::completions(*client->client, step.a & 1);
	bool none = seen == -VP_ENODEV && client->port->gone;
	int64_t told = none ? 0 : seen;

	if (told > client->completed || told < client->completed - late ||
	    (!told && client->port->gone && !none))
		fail("a client is told of %lld completed DMAs, but there were %lld, %lld of them late",
		     static_cast<long long>(seen), static_cast<long long>(client->completed),
		     static_cast<long long>(late));
	if (step.a & 1)
		client->completed -= told;
	return true;
}

} // namespace sim
