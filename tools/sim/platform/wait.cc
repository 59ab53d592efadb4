// SPDX-License-Identifier: GPL-2.0
/*
 * Places where threads wait: vp_wait_*(), and the time of day. As in Linux a waiter looks again only
 * when it is woken: a wake that the core forgets leaves it waiting.
 */
#include <atomic>
#include <memory>

#include "fail.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "thread.hpp"

#ifdef SIM_THREADS
#include <sched.h>
#endif

using namespace sim;

namespace {

constexpr uint32_t wait_magic = 0x77a17e75;
constexpr uint64_t never = ~0ull;

struct WaitState {
	uint32_t magic;
	std::atomic<unsigned int> wakes;
};

static_assert(sizeof(WaitState) <= sizeof(vp_wait));

WaitState &state_of(vp_wait *wait, const char *call)
{
	auto *state = reinterpret_cast<WaitState *>(wait->opaque);

	if (state->magic != wait_magic)
		fail("%s of a place that is not initialised (or freed)", call);
	return *state;
}

bool dying(const Process *process)
{
	return process && process->killed;
}

/* It must not sleep, nor keep what it takes. */
bool holds(bool (*ready)(void *context), void *context)
{
	Balanced balanced("the condition of vp_wait_until()");
	Thread &thread = current();

	thread.in_condition++;

	bool result = ready(context);

	thread.in_condition--;
	return result;
}

} // namespace

extern "C" {

void vp_wait_init(vp_wait *wait)
{
	auto &state = *reinterpret_cast<WaitState *>(wait->opaque);

	std::construct_at(&state);
	state.magic = wait_magic;
}

int vp_wait_until(vp_wait *wait, bool (*ready)(void *context), void *context, uint64_t nanoseconds)
{
	constexpr uint64_t of_a_millisecond = 1000000;
	WaitState &state = state_of(wait, "vp_wait_until()");
	const Process *process = current().process;
	std::atomic<uint64_t> &clock = machine().clock_ms;
	uint64_t milliseconds =
		nanoseconds / of_a_millisecond + (nanoseconds % of_a_millisecond != 0);
	const uint64_t due = nanoseconds == VP_FOR_EVER ? never : clock + milliseconds;

	may_sleep("vp_wait_until()");
	point();
	for (bool first = true;; first = false) {
		unsigned int seen = state.wakes;

		if (holds(ready, context))
			return 0;
		if ((first && nanoseconds && inject(Fallible::Wait)) || dying(process))
			return -VP_EINTR;
		if (clock >= due)
			return -VP_ETIME;

		auto stirs = [&] { return state.wakes != seen || dying(process) || clock >= due; };

#ifdef SIM_THREADS
		while (!stirs())
			sched_yield();
#else
		if (due != never && !others_run())
			clock = due; /* nothing else can happen before */
		wait_until(stirs);
#endif
	}
}

void vp_wait_uninterrupted(vp_wait *wait, bool (*ready)(void *context), void *context)
{
	WaitState &state = state_of(wait, "vp_wait_uninterrupted()");

	may_sleep("vp_wait_uninterrupted()");
	point();
	for (;;) {
		unsigned int seen = state.wakes;

		if (holds(ready, context))
			return;

		auto stirs = [&] { return state.wakes != seen; };

#ifdef SIM_THREADS
		while (!stirs())
			sched_yield();
#else
		wait_until(stirs);
#endif
	}
}

void vp_wait_wake(vp_wait *wait)
{
	not_in_panic("vp_wait_wake()");
	state_of(wait, "vp_wait_wake()").wakes++;
	point();
}

uint64_t vp_system_time(void)
{
	constexpr uint64_t of_a_millisecond = 10000, started = 133000000000000000;

	return started + machine().clock_ms * of_a_millisecond;
}

} // extern "C"
