/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What calls have that name no adapter: memory that belongs to a driver's module as a whole, where
 * its refusals are counted, and the place where it waits. There is one, as long as the core.
 *
 * Invariants: what a module has allocated is freed when it goes; nothing is freed twice, or while it
 * is locked.
 */
#ifndef VP_CORE_SYSTEM_H
#define VP_CORE_SYSTEM_H

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "lock.h"
#include "platform.h"
#include "pool.h"

struct vp_port;

namespace vp {

class System {
public:
	System();
	System(const System &) = delete;
	System &operator=(const System &) = delete;
	~System();

	/** The one there is, between vp_core_init() and vp_core_exit(). */
	static System &get() { return *instance; }
	static System *instance;

	/**
	 * The adapter whose miniport the calling thread is in: it has the device lock, and so the
	 * adapter stays. nullptr: it is in none.
	 */
	static vp_port *inside();
	/** The module whose call it is: that of inside(), else the one that @code belongs to; 0: none. */
	static uint64_t module_of(const void *code);
	/**
	 * Is a call to end early, because its adapter goes: one that the calling thread is inside,
	 * or else all that there are of @module? Any context.
	 */
	static bool ends(uint64_t module);

	/**
	 * Count a refusal of a call from @code, and say so: for the adapter that the thread is
	 * inside, else for the first of the module of @code. Any context.
	 */
	void refuse(const void *code, Counter cause, const char *format, ...)
		__attribute__((format(printf, 4, 5)));

	/** May the call be made here? Counted and said if not. */
	[[nodiscard]] bool allowed_up_to(const char *call, vp_context highest, const void *code,
					 const char *otherwise = "refused");

	/** Zeroed memory of the module that @code belongs to, or nullptr after saying why. */
	[[nodiscard]] void *allocate(const char *call, size_t bytes, const void *code);
	/** Free it; nullptr is nothing. PASSIVE or DISPATCH; later elsewhere. */
	void release(const char *call, void *memory, const void *code);
	/** What @module has allocated and contains the range, or nothing. */
	Ref<Allocation> find(uint64_t address, size_t length, uint64_t module);

	/** The module goes: so does its memory. PASSIVE. */
	void module_gone(const char *name, uint64_t module);

	/** Where waits for a driver's own events are; woken when one is set, or an adapter goes. */
	vp_wait *wait() { return &wait_; }
	void wake() { vp_wait_wake(&wait_); }

private:
	template <class Use> void with_counters(const void *code, Use use);

	SpinLock lock_{VP_LOCK_PORT};
	Counters counters_{nullptr};
	Pool pool_{nullptr, lock_, counters_};
	vp_wait wait_;
};

} // namespace vp

#endif
