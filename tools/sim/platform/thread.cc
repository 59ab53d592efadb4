// SPDX-License-Identifier: GPL-2.0
/*
 * Threads and their contexts, as far as they are the same for simulated and for real threads. See
 * thread.hpp.
 */
#include "thread.hpp"
#include "fail.hpp"

#include <atomic>

namespace sim {

static std::atomic<uint64_t> last_task;
static Scheduler *scheduler;
static thread_local Thread *running;

Thread::Thread(const char *thread_name, Process *of)
	: name(thread_name),
	  task(++last_task),
	  process(of)
{
}

Thread &current()
{
	static thread_local Thread main;

	return running ? *running : main;
}

void set_current(Thread *thread)
{
	running = thread;
}

Running::Running(Thread &thread) : before_(running)
{
	running = &thread;
}

Running::~Running()
{
	running = before_;
}

vp_context context_of(const Thread &thread)
{
	if (thread.hardirq || thread.interrupts_off)
		return VP_DIRQL;
	return thread.softirq || thread.bottom_halves_off ? VP_DISPATCH : VP_PASSIVE;
}

const char *context_name(vp_context context)
{
	static const char *const names[] = {"PASSIVE", "DISPATCH", "DIRQL"};

	return names[context];
}

void may_sleep(const char *call)
{
	const Thread &thread = current();

	if (!thread.spinlocks.empty())
		fail("%s may sleep, but was called with %zu spin lock(s) held", call,
		     thread.spinlocks.size());
	else if (thread.in_condition)
		fail("%s may sleep, but was called in the condition of a wait", call);
	else if (context_of(thread) != VP_PASSIVE)
		fail("%s may sleep, but was called at %s", call, context_name(context_of(thread)));
}

void allowed_up_to(vp_context highest, const char *call)
{
	vp_context now = context_of(current());

	if (highest == VP_PASSIVE)
		may_sleep(call);
	else if (now > highest)
		fail("%s is allowed up to %s, but was called at %s", call, context_name(highest),
		     context_name(now));
}

Balanced::Balanced(const char *call)
	: call_(call),
	  thread_(current()),
	  spinlocks_(thread_.spinlocks.size()),
	  mutexes_(thread_.mutexes.size()),
	  bottom_halves_off_(thread_.bottom_halves_off),
	  interrupts_off_(thread_.interrupts_off)
{
}

Balanced::~Balanced()
{
	if (thread_.spinlocks.size() != spinlocks_)
		fail("%s returned with %zu spin lock(s) held, not %zu", call_,
		     thread_.spinlocks.size(), spinlocks_);
	if (thread_.mutexes.size() != mutexes_)
		fail("%s returned with %zu mutex(es) held, not %zu", call_, thread_.mutexes.size(),
		     mutexes_);
	if (thread_.bottom_halves_off != bottom_halves_off_ ||
	    thread_.interrupts_off != interrupts_off_)
		fail("%s returned at another level than it was called at", call_);
}

void set_scheduler(Scheduler *next)
{
	scheduler = next;
}

bool others_run()
{
	return scheduler;
}

void point()
{
	if (scheduler)
		scheduler->point();
}

void wait_for(bool (*ready)(void *context), void *context)
{
	if (ready(context))
		return;
	if (scheduler)
		scheduler->wait(ready, context);
	else
		fail("waits for ever: nobody else runs");
}

} // namespace sim
