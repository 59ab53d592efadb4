// SPDX-License-Identifier: GPL-2.0
/*
 * Taking and releasing a word. See word_lock.h. PASSIVE or DISPATCH.
 */
#include <atomic>

#include "platform.h"
#include "port.h"
#include "registry.h"
#include "system.h"
#include "word_lock.h"

namespace vp {

/* What marks a word as held; beside it the holder's number. */
static constexpr uint64_t held_mark = 0x6b6c6f6300000000;
static constexpr uint64_t mark_bits = 0xffffffff00000000;

static_assert(sizeof(KSPIN_LOCK) == sizeof(uint64_t));

static uint64_t held_by_this_processor()
{
	return held_mark | vp_processor_now();
}

void WordLock::refuse(const char *why)
{
	System::get().refuse(code_, Counter::BadParameter, "%s: %s", call_, why);
}

bool WordLock::may_be_one()
{
	if (word_ && reinterpret_cast<uintptr_t>(word_) % sizeof(*word_) == 0)
		return true;
	refuse(word_ ? "the lock is not aligned as a KSPIN_LOCK is; nothing is locked"
		     : "the lock is NULL; nothing is locked");
	return false;
}

void WordLock::take()
{
	if (!may_be_one())
		return;

	std::atomic_ref<KSPIN_LOCK> word(*word_);
	const uint64_t mine = held_by_this_processor();

	for (;;) {
		KSPIN_LOCK seen = 0;

		if (word.compare_exchange_strong(seen, mine, std::memory_order_acquire))
			return;
		if (seen == mine) {
			refuse("this processor holds the lock already: it would wait for itself; not taken again");
			return;
		}
		if ((seen & mark_bits) != held_mark) {
			refuse("no lock is there: it was overwritten, or KeInitializeSpinLock not called; nothing is locked");
			return;
		}
		vp_relax();
	}
}

void WordLock::give_back()
{
	if (!may_be_one())
		return;

	KSPIN_LOCK mine = held_by_this_processor();

	if (!std::atomic_ref<KSPIN_LOCK>(*word_).compare_exchange_strong(mine, 0,
									 std::memory_order_release))
		refuse("this processor does not hold the lock; nothing is released");
}

/* Whoever holds it runs no more, and nobody else wants it. */
static bool needs_no_lock()
{
	return Registry::get().panics();
}

void WordLock::acquire()
{
	if (needs_no_lock())
		return;
	if (!System::get().allowed_up_to(call_, VP_DISPATCH, code_, "nothing is locked"))
		return;
	vp_dispatch_enter();
	++*vp_processor_raised();
	take();
}

void WordLock::release()
{
	if (needs_no_lock())
		return;
	switch (vp_context_now()) {
	case VP_DIRQL:
		return; /* as it was when it was to be taken, which said so */
	case VP_PASSIVE:
		refuse("called at PASSIVE: nothing is held there; nothing is released");
		return;
	case VP_DISPATCH:
		break;
	}
	give_back();
	if (!*vp_processor_raised()) {
		refuse("the level was not raised by KeAcquireSpinLock; it stays");
		return;
	}
	--*vp_processor_raised();
	vp_dispatch_leave();
}

void WordLock::acquire_at_dispatch()
{
	if (needs_no_lock())
		return;
	if (!System::get().allowed_up_to(call_, VP_DISPATCH, code_, "nothing is locked"))
		return;
	if (vp_context_now() == VP_PASSIVE)
		refuse("called at PASSIVE: use KeAcquireSpinLock there; nothing is locked");
	else
		take();
}

void WordLock::release_at_dispatch()
{
	if (needs_no_lock())
		return;
	switch (vp_context_now()) {
	case VP_DIRQL:
		return;
	case VP_PASSIVE:
		refuse("called at PASSIVE: nothing is held there; nothing is released");
		return;
	case VP_DISPATCH:
		give_back();
	}
}

} // namespace vp
