/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what a PEVENT names. The miniport makes its own; a client lends one of its eventfds, which
 * the miniport can set, clear and read but not wait for.
 *
 * Invariants: a set of a synchronisation event ends one wait at most; an eventfd is given back in
 * process context, once.
 */
#ifndef VP_CORE_EVENT_H
#define VP_CORE_EVENT_H

#include <cstdint>

#include <video.h>

#include "caller.h"
#include "client.h"
#include "counters.h"
#include "deferred.h"
#include "handles.h"
#include "list.h"
#include "lock.h"
#include "memory.h"

namespace vp {

class Events;

/** How long a legacy timeout is from now; nullptr: VP_FOR_EVER. */
[[nodiscard]] uint64_t nanoseconds_of(const LARGE_INTEGER *timeout);

class Event : public Referenced {
public:
	/** A miniport's event. */
	Event(Events &events, bool resets_itself, bool set);
	/** A client's; takes over @fd. */
	Event(Events &events, Owner owner, vp_eventfd *fd);
	Event(const Event &) = delete;
	Event &operator=(const Event &) = delete;
	/** PASSIVE. */
	~Event();

	void last_reference_dropped();

	Owner owner() const { return owner_; }
	/** It is an eventfd: nobody here waits for it. */
	bool is_client_s() const { return fd_; }

	/** Any context. Return: it was set before. */
	bool set();
	void clear();
	bool state();

	/* under the port's lock */
	Token token = 0;
	vp_client *holder = nullptr; /* while there is the handle: whom it counts for */
	Link<Event> all{this};
	Link<Event> deferred{this};

private:
	friend class Events;

	/** A waiter looks: is it set? Ends its own wait only if so. */
	bool take();
	void trace(bool set, bool was_set) const;

	Events &events_;
	const Owner owner_;
	const bool resets_itself_;
	bool set_; /* under the port's lock; of the miniport's only */
	vp_eventfd *const fd_;
};

class Events {
public:
	Events(vp_device *device, SpinLock &lock, Counters &counters, Handles &handles,
	       Clients &clients);
	Events(const Events &) = delete;
	Events &operator=(const Events &) = delete;

	/** What the miniport may name: its own, and those of the client that is served. */
	[[nodiscard]] Ref<Event> find(const Caller &caller, Token token);

	/** @flags: of VideoPortCreateEvent. PASSIVE. Return: the token, or 0. */
	[[nodiscard]] Token create(const Caller &caller, ULONG flags);
	/** PASSIVE or DISPATCH. Return: NO_ERROR or ERROR_INVALID_PARAMETER. */
	[[nodiscard]] VP_STATUS remove(const Caller &caller, Token token);
	/**
	 * Wait for an event of the miniport's.
	 * @timeout: in 100 ns: negative from now, positive absolute, zero only looks; nullptr: no
	 *	limit.
	 * Return: NO_ERROR, WAIT_TIMEOUT, ERROR_INVALID_PARAMETER.
	 */
	[[nodiscard]] VP_STATUS wait(const Caller &caller, Token token,
				     const LARGE_INTEGER *timeout);

	/** A client lends its eventfd @fd. PASSIVE, in the client. Return: 0 or an error. */
	[[nodiscard]] int lend(Owner owner, int fd, Token &token);
	/** It wants it back. PASSIVE. Return: 0 or -VP_EINVAL. */
	[[nodiscard]] int take_back(Owner owner, Token token);

	/** No wait lasts any longer, and no event is made any more. */
	void end();
	/** PASSIVE. */
	void client_gone(Owner owner);
	/** PASSIVE. */
	void device_gone();
	void work();

private:
	friend class Event;

	/** A handle of @event. Return: 0, -VP_ENODEV, -VP_ENOSPC (too many) or -VP_ENOMEM. */
	[[nodiscard]] int publish(Event &event, Token &token);
	/** Under the lock: the handle's reference, now the caller's. */
	Ref<Event> withdraw(Event *event);
	void release(Event *event);

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	Handles &handles_;
	Clients &clients_;
	vp_wait wait_;
	bool ended_ = false; /* under lock_ */
	List<Event> events_; /* likewise */
	Deferred<Event> deferred_;
};

} // namespace vp

#endif
