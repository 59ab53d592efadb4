// SPDX-License-Identifier: GPL-2.0
/*
 * Making, finding and taking a miniport's spin locks. See miniport_locks.h.
 */
#include "memory.h"
#include "miniport_locks.h"

namespace vp {

MiniportLocks::~MiniportLocks()
{
	Array *next;

	for (Array *array = arrays_; array; array = next) {
		next = array->next;
		destroy(array);
	}
}

MiniportLocks::Place *MiniportLocks::find(PSPIN_LOCK handle) const
{
	auto wanted = reinterpret_cast<uintptr_t>(handle);

	for (Array *array = arrays_.load(std::memory_order_acquire); array; array = array->next) {
		uintptr_t offset = wanted - reinterpret_cast<uintptr_t>(array->places);

		if (offset >= sizeof(array->places))
			continue;

		Place &place = array->places[offset / sizeof(Place)];

		return offset % sizeof(Place) || !place.used.load(std::memory_order_relaxed)
			       ? nullptr
			       : &place;
	}
	return nullptr;
}

void MiniportLocks::refuse(const Caller &caller, const char *why)
{
	counters_.refuse(Counter::BadParameter, "%s: %s", caller.call, why);
}

/* A place that nobody has, with a fresh lock. */
MiniportLocks::Place *MiniportLocks::take()
{
	SpinGuard guard(lock_);

	for (Array *array = arrays_; array; array = array->next)
		for (Place &place : array->places)
			if (!place.used) {
				new (&place.lock) SpinLock(VP_LOCK_MINIPORT);
				place.used = true;
				return &place;
			}
	return nullptr;
}

PSPIN_LOCK MiniportLocks::create(const Caller &caller)
{
	Place *place;

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return nullptr;
	while (!(place = take())) {
		auto *array = vp::create<Array>();

		if (!array)
			return nullptr;

		SpinGuard guard(lock_);

		array->next = arrays_;
		arrays_.store(array, std::memory_order_release);
	}
	return reinterpret_cast<PSPIN_LOCK>(place);
}

bool MiniportLocks::remove(const Caller &caller, PSPIN_LOCK handle)
{
	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return false;

	Place *place = find(handle);

	if (place && place->held) {
		refuse(caller, "the lock is held; not deleted");
		return false;
	}
	if (!place || !place->used.exchange(false)) {
		refuse(caller, "not a lock of this adapter: deleted before, or never created");
		return false;
	}
	return true;
}

void MiniportLocks::acquire(const Caller &caller, PSPIN_LOCK handle)
{
	if (!caller.allowed_up_to(VP_DISPATCH, counters_, "nothing is locked"))
		return;

	Place *place = find(handle);

	if (!place) {
		refuse(caller, "not a lock of this adapter; nothing is locked");
		vp_dispatch_enter();
		++*vp_processor_raised();
		return;
	}
	vp_spinlock_acquire_dispatch(place->lock.raw());
	place->held.store(true, std::memory_order_relaxed);
}

void MiniportLocks::release(const Caller &caller, PSPIN_LOCK handle)
{
	Place *place = find(handle);

	if (caller.context == VP_DIRQL)
		return; /* as it was when it was to be taken, which said so */
	if (place && place->held.exchange(false, std::memory_order_relaxed)) {
		vp_spinlock_release_dispatch(place->lock.raw());
		return;
	}
	refuse(caller, place ? "the lock is not held; nothing is released"
			     : "not a lock of this adapter; nothing is released");
	if (caller.context != VP_DISPATCH)
		return;
	/* Back to where an acquire that was refused has found it, or one of the right lock. */
	if (*vp_processor_raised())
		--*vp_processor_raised();
	else if (place)
		return; /* it was released before, and the processor brought back */
	vp_dispatch_leave();
}

} // namespace vp
