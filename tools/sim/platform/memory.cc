// SPDX-License-Identifier: GPL-2.0
/*
 * vp_alloc() and vp_free(), numbers that nobody can guess, the clock and delays, and the size of a
 * cache line.
 */
#include <atomic>

#include "arena.hpp"
#include "fail.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "thread.hpp"

using namespace sim;

extern "C" {

void *vp_alloc(size_t bytes)
{
	not_in_panic("vp_alloc()");
	point();
	if (inject(Fallible::Memory))
		return nullptr;
	return arena::allocate(bytes);
}

void vp_free(void *memory)
{
	if (!memory)
		return;
	allowed_up_to(VP_DISPATCH, "vp_free()");
	arena::release(memory);
	point();
}

/* The arena looks for uses of freed memory, and finds none in what is kept. */
bool vp_keeps_memory(void)
{
	return machine().config.keeps_memory;
}

/* Behind the memory of processes. */
uint64_t vp_kernel_start(void)
{
	return Process::address(Process::page_count);
}

uint64_t vp_random(void)
{
	RawGuard guard(machine().lock);

	return machine().random.next();
}

uint64_t vp_clock_ms(void)
{
	return machine().clock_ms.load(std::memory_order_relaxed);
}

/* Time is what the core waits for. */
void vp_delay(uint64_t nanoseconds)
{
	may_sleep("vp_delay()");
	point();

	constexpr uint64_t millisecond = 1'000'000;
	uint64_t before = machine().delayed_ns.fetch_add(nanoseconds);

	machine().clock_ms += (before + nanoseconds) / millisecond - before / millisecond;
}

size_t vp_cache_line(void)
{
	return machine().cache_line;
}

} // extern "C"
