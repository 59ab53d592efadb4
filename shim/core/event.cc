// SPDX-License-Identifier: GPL-2.0
/*
 * Setting, clearing and waiting. See event.h.
 */
#include "event.h"

namespace vp {

Event::Event(Events &events, bool resets_itself, bool set)
	: events_(events),
	  owner_(miniport_owner),
	  resets_itself_(resets_itself),
	  set_(set),
	  fd_(nullptr)
{
	events_.counters_.add(Counter::Events);
}

Event::Event(Events &events, Owner owner, vp_eventfd *fd)
	: events_(events),
	  owner_(owner),
	  resets_itself_(false),
	  set_(false),
	  fd_(fd)
{
	events_.counters_.add(Counter::Events);
}

Event::~Event()
{
	if (fd_)
		vp_eventfd_put(fd_);
	events_.counters_.sub(Counter::Events);
}

void Event::last_reference_dropped()
{
	events_.release(this);
}

bool Event::set()
{
	bool before;

	if (fd_) {
		before = vp_eventfd_state(fd_);
		vp_eventfd_signal(fd_);
		trace(true, before);
		return before;
	}
	{
		SpinGuard guard(events_.lock_);

		before = set_;
		set_ = true;
	}
	vp_wait_wake(&events_.wait_);
	trace(true, before);
	return before;
}

void Event::clear()
{
	bool before;

	if (fd_) {
		before = vp_trace_on(VP_TRACE_EVENT) && vp_eventfd_state(fd_);
		vp_eventfd_clear(fd_);
	} else {
		SpinGuard guard(events_.lock_);

		before = set_;
		set_ = false;
	}
	trace(false, before);
}

void Event::trace(bool set, bool was_set) const
{
	if (!vp_trace_on(VP_TRACE_EVENT))
		return;

	Token its;

	{
		SpinGuard guard(events_.lock_);

		its = token;
	}
	vp_trace_event(events_.device_, its, owner_, set, was_set);
}

bool Event::state()
{
	if (fd_)
		return vp_eventfd_state(fd_);

	SpinGuard guard(events_.lock_);

	return set_;
}

bool Event::take()
{
	SpinGuard guard(events_.lock_);
	bool taken = set_;

	if (taken && resets_itself_)
		set_ = false;
	return taken;
}

/* ---- All of a port ---- */

Events::Events(vp_device *device, SpinLock &lock, Counters &counters, Handles &handles,
	       Clients &clients)
	: device_(device),
	  lock_(lock),
	  counters_(counters),
	  handles_(handles),
	  clients_(clients),
	  deferred_(device, lock, counters)
{
	vp_wait_init(&wait_);
}

Ref<Event> Events::find(const Caller &caller, Token token)
{
	Counter cause;

	{
		SpinGuard guard(lock_);
		void *object;

		cause = handles_.locate(token, Kind::Event, object);
		if (cause == Handles::found) {
			auto *event = static_cast<Event *>(object);

			if (caller.may_use(event->owner()))
				return Ref<Event>::share(event);
			cause = Counter::ForeignHandle;
		}
	}
	handles_.refuse(caller.call, cause, token);
	return {};
}

int Events::publish(Event &event, Token &token)
{
	int error = -VP_ENOMEM;

	token = handles_.publish(Kind::Event, &event, [&](Token its) {
		if (ended_)
			error = -VP_ENODEV;
		else if (!clients_.take(event.owner(), &vp_client::events,
					vp_limit(VP_LIMIT_EVENTS), event.holder))
			error = -VP_ENOSPC;
		else
			error = 0;
		if (error)
			return false;
		event.token = its;
		events_.push_back(event.all);
		return true;
	});
	return token ? 0 : error;
}

Ref<Event> Events::withdraw(Event *event)
{
	handles_.remove(event->token);
	Clients::give_back(event->holder, &vp_client::events);
	event->token = 0;
	event->all.unlink();
	return Ref<Event>::adopt(event);
}

Token Events::create(const Caller &caller, ULONG flags)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return 0;

	bool resets_itself = (flags & EVENT_TYPE_MASK) == SYNCHRONIZATION_EVENT;
	bool set = (flags & INITIAL_EVENT_STATE_MASK) == INITIAL_EVENT_SIGNALED;
	auto event = Ref<Event>::adopt(vp::create<Event>(*this, resets_itself, set));
	Token token = 0;

	if (event && !publish(*event, token))
		(void)event.release(); /* the handle's now */
	else
		counters_.refuse(Counter::NoMemory, "%s: no memory for an event", caller.call);
	return token;
}

VP_STATUS Events::remove(const Caller &caller, Token token)
{
	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return ERROR_INVALID_PARAMETER;

	Ref<Event> event = find(caller, token);

	if (!event)
		return ERROR_INVALID_PARAMETER;
	if (event->is_client_s()) {
		counters_.refuse(Counter::BadParameter,
				 "%s: event 0x%llx is a client's: the client takes it back",
				 caller.call, static_cast<unsigned long long>(token));
		return ERROR_INVALID_PARAMETER;
	}

	Ref<Event> handle_s;
	SpinGuard guard(lock_);

	if (event->token != token)
		return ERROR_INVALID_PARAMETER; /* somebody was faster */
	handle_s = withdraw(event.get());
	return NO_ERROR;
}

/* In units of 100 ns to nanoseconds, without overflow. */
static uint64_t nanoseconds(uint64_t units)
{
	constexpr uint64_t most = (VP_FOR_EVER - 1) / 100;

	return (units < most ? units : most) * 100;
}

uint64_t nanoseconds_of(const LARGE_INTEGER *timeout)
{
	if (!timeout)
		return VP_FOR_EVER;

	auto units = static_cast<uint64_t>(timeout->QuadPart);

	if (timeout->QuadPart <= 0)
		return nanoseconds(0 - units);

	uint64_t now = vp_system_time();

	return units > now ? nanoseconds(units - now) : 0;
}

VP_STATUS Events::wait(const Caller &caller, Token token, const LARGE_INTEGER *timeout)
{
	const bool only_looks = timeout && !timeout->QuadPart;

	if (!only_looks && !caller.allowed_up_to(VP_PASSIVE, counters_))
		return ERROR_INVALID_PARAMETER;

	Ref<Event> event = find(caller, token);

	if (!event)
		return ERROR_INVALID_PARAMETER;
	if (event->is_client_s()) {
		counters_.refuse(Counter::BadParameter,
				 "%s: event 0x%llx is a client's: only the client waits for it",
				 caller.call, static_cast<unsigned long long>(token));
		return ERROR_INVALID_PARAMETER;
	}
	if (only_looks)
		return event->take() ? NO_ERROR : WAIT_TIMEOUT;

	struct {
		Events &events;
		Event &event;
		bool taken = false;
	} waiter{*this, *event};

	int error = vp_wait_until(
		&wait_,
		[](void *context) {
			auto *me = static_cast<decltype(waiter) *>(context);

			me->taken = me->event.take();
			if (me->taken)
				return true;

			SpinGuard guard(me->events.lock_);

			return me->events.ended_;
		},
		&waiter, nanoseconds_of(timeout));

	if (waiter.taken)
		return NO_ERROR;
	if (error == -VP_ETIME)
		return WAIT_TIMEOUT;
	/* Not a timeout: a miniport that tries again would never come to an end. */
	return ERROR_INVALID_PARAMETER;
}

/* ---- Clients' events ---- */

int Events::lend(Owner owner, int fd, Token &token)
{
	vp_eventfd *eventfd;
	int error = vp_eventfd_get(fd, &eventfd);

	if (error) {
		counters_.refuse(Counter::BadRequest, "event: descriptor %d is no eventfd (%d)", fd,
				 error);
		return error;
	}

	auto event = Ref<Event>::adopt(vp::create<Event>(*this, owner, eventfd));

	if (!event) {
		vp_eventfd_put(eventfd);
		return -VP_ENOMEM;
	}
	error = publish(*event, token);
	if (!error)
		(void)event.release(); /* the handle's now */
	else if (error == -VP_ENOSPC)
		counters_.refuse(
			Counter::LimitReached,
			"event: the client has lent as many as it may, %u: unmap some, or raise max_client_events",
			vp_limit(VP_LIMIT_EVENTS));
	return error;
}

int Events::take_back(Owner owner, Token token)
{
	Ref<Event> taken;

	{
		SpinGuard guard(lock_);
		void *object;

		if (handles_.locate(token, Kind::Event, object) == Handles::found &&
		    static_cast<Event *>(object)->owner() == owner)
			taken = withdraw(static_cast<Event *>(object));
	}
	if (taken)
		return 0;
	counters_.refuse(Counter::BadRequest, "event: 0x%llx is not one that this client has lent",
			 static_cast<unsigned long long>(token));
	return -VP_EINVAL;
}

/* ---- Endings ---- */

void Events::release(Event *event)
{
	if (vp_context_now() == VP_PASSIVE)
		destroy(event);
	else
		deferred_.push(event->deferred);
}

void Events::end()
{
	{
		SpinGuard guard(lock_);

		ended_ = true;
	}
	vp_wait_wake(&wait_);
}

void Events::client_gone(Owner owner)
{
	for (;;) {
		Ref<Event> dropped;

		{
			SpinGuard guard(lock_);
			Event *event = events_.find(
				[&](const Event &each) { return each.owner() == owner; });

			if (!event)
				return;
			dropped = withdraw(event);
		}
	}
}

void Events::device_gone()
{
	for (;;) {
		Ref<Event> dropped;

		{
			SpinGuard guard(lock_);
			Event *event = events_.front();

			if (!event)
				break;
			dropped = withdraw(event);
		}
	}
	work();
}

void Events::work()
{
	deferred_.drain([](Event *event) { destroy(event); });
}

} // namespace vp
