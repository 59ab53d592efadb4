// SPDX-License-Identifier: GPL-2.0
/*
 * Taking in what the core tells to whoever traces it, and looking whether it can be true. See trace.hpp.
 */
#include "trace.hpp"
#include "fail.hpp"
#include "machine.hpp"
#include "thread.hpp"

#include <cstdarg>
#include <cstdio>
#include <deque>

using namespace sim;

constexpr uint32_t everything = (1u << VP_TRACES) - 1;

extern "C" uint32_t vp_tracing;
uint32_t vp_tracing = everything;

static std::deque<Told> told; /* the last ones; under the machine's lock */
constexpr size_t most = 200;

namespace sim {

std::vector<Told> take_told()
{
	RawGuard guard(machine().lock);
	std::vector<Told> taken(told.begin(), told.end());

	told.clear();
	return taken;
}

void trace_only(uint32_t what)
{
	__atomic_store_n(&vp_tracing, what, __ATOMIC_RELAXED);
}

void forget_told()
{
	told.clear();
	trace_only(everything);
}

} // namespace sim

static void tell(const Told &one)
{
	RawGuard guard(machine().lock);

	told.push_back(one);
	if (told.size() > most)
		told.pop_front();
}

extern "C" {

uint64_t vp_trace_clock(void)
{
	return machine().clock_ms.load(std::memory_order_relaxed) * 1'000'000 + 1;
}

void vp_trace_dma(vp_device *device, vp_trace what, const vp_traced *traced)
{
	if (what > VP_TRACE_COMPLETE)
		fail("vp_trace_dma(): %d is none of its kinds", what);
	if (!device || !traced->call || !*traced->call)
		fail("vp_trace_dma(): no adapter, or no call");
	if (traced->result > 0)
		fail("vp_trace_dma(): the error %d is not negative", traced->result);
	if (!traced->result && !traced->handle)
		fail("vp_trace_dma(): %s has neither a handle nor an error", traced->call);
	if (traced->released && what != VP_TRACE_UNLOCK)
		fail("vp_trace_dma(): only an unlock releases");
	tell({what, *traced, 0, traced->client, false, false, {}, {}});
}

void vp_trace_event(vp_device *device, uint64_t event, uint64_t client, bool set, bool was_set)
{
	if (!device)
		fail("vp_trace_event(): no adapter");
	tell({VP_TRACE_EVENT, {}, event, client, set, was_set, {}, {}});
}

void vp_trace_violation(vp_device *, const char *cause, const char *format, va_list arguments)
{
	char text[400];
	va_list copy;

	va_copy(copy, arguments);
	vsnprintf(text, sizeof(text), format, copy);
	va_end(copy);
	if (!*cause || !*text)
		fail("vp_trace_violation(): nothing is said");
	tell({VP_TRACE_VIOLATION, {}, 0, 0, false, false, cause, text});
}

} // extern "C"
