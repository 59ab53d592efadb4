// SPDX-License-Identifier: GPL-2.0
/*
 * The platform's own lock. Never compiled with the thread sanitizer. See thread.hpp.
 */
#include "thread.hpp"

#include <sched.h>

namespace sim {

void RawLock::lock()
{
	while (__atomic_test_and_set(&held_, __ATOMIC_ACQUIRE))
		sched_yield();
}

void RawLock::unlock()
{
	__atomic_clear(&held_, __ATOMIC_RELEASE);
}

} // namespace sim
