// SPDX-License-Identifier: GPL-2.0
/*
 * Processors: a thread that is at DISPATCH is one, since nobody takes it from there. And whose code it
 * is that calls.
 */
#include <cstdio>

#include "fail.hpp"
#include "machine.hpp"
#include "thread.hpp"

using namespace sim;

static void at_dispatch(const char *call)
{
	if (context_of(current()) == VP_PASSIVE)
		fail("%s at PASSIVE: the processor may be another one a moment later", call);
}

extern "C" {

uint32_t vp_processor_now(void)
{
	at_dispatch("vp_processor_now()");
	return static_cast<uint32_t>(current().task);
}

uint32_t *vp_processor_raised(void)
{
	at_dispatch("vp_processor_raised()");
	return &current().raised;
}

void vp_relax(void)
{
	if (!others_run())
		fail("'%s' waits for another processor, and there is none", current().name);
	point();
}

uint64_t vp_module_of(const void *)
{
	not_in_panic("vp_module_of()");
	return machine().module;
}

void vp_pointer_text(const void *, char text[VP_POINTER_TEXT])
{
	snprintf(text, VP_POINTER_TEXT, "(pointer)");
}

} // extern "C"
