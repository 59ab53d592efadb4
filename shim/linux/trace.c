// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints for the core, which cannot see the kernel's own switches: a word of its own says what
 * somebody traces just now. Any context; the switches in process context, one at a time.
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "linux.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

uint32_t vp_tracing;

/* The kernel holds a lock around them. */
static void vp_trace_switch(enum vp_trace what, bool on)
{
	WRITE_ONCE(vp_tracing, on ? vp_tracing | BIT(what) : vp_tracing & ~BIT(what));
}

#define VP_TRACE_BEGIN(name, what)		\
	int vp_trace_##name##_begin(void)	\
	{					\
		vp_trace_switch(what, true);	\
		return 0;			\
	}

#define VP_TRACE_END(name, what)		\
	void vp_trace_##name##_end(void)	\
	{					\
		vp_trace_switch(what, false);	\
	}

VP_TRACE_BEGIN(lock, VP_TRACE_LOCK)
VP_TRACE_END(lock, VP_TRACE_LOCK)
VP_TRACE_BEGIN(unlock, VP_TRACE_UNLOCK)
VP_TRACE_END(unlock, VP_TRACE_UNLOCK)
VP_TRACE_BEGIN(start, VP_TRACE_START)
VP_TRACE_END(start, VP_TRACE_START)
VP_TRACE_BEGIN(complete, VP_TRACE_COMPLETE)
VP_TRACE_END(complete, VP_TRACE_COMPLETE)
VP_TRACE_BEGIN(event, VP_TRACE_EVENT)
VP_TRACE_END(event, VP_TRACE_EVENT)
VP_TRACE_BEGIN(violation, VP_TRACE_VIOLATION)
VP_TRACE_END(violation, VP_TRACE_VIOLATION)

uint64_t vp_trace_clock(void)
{
	return ktime_get_mono_fast_ns() ?: 1;
}

static const char *vp_trace_adapter(const struct vp_device *device)
{
	return device ? pci_name(device->pdev) : "core";
}

void vp_trace_dma(struct vp_device *device, enum vp_trace what, const struct vp_traced *traced)
{
	const char *adapter = vp_trace_adapter(device);
	int direction = traced->direction;

	switch (what) {
	case VP_TRACE_LOCK:
		trace_vp_lock(adapter, traced, direction);
		break;
	case VP_TRACE_UNLOCK:
		trace_vp_unlock(adapter, traced);
		break;
	case VP_TRACE_START:
		trace_vp_start(adapter, traced, direction);
		break;
	case VP_TRACE_COMPLETE:
		trace_vp_complete(adapter, traced, direction);
		break;
	default:
		break;
	}
}

void vp_trace_event(struct vp_device *device, uint64_t event, uint64_t client, bool set,
		    bool was_set)
{
	trace_vp_event(vp_trace_adapter(device), event, client, set, was_set);
}

void vp_trace_violation(struct vp_device *device, const char *cause, const char *format,
			va_list arguments)
{
	struct va_format vaf = { .fmt = format };
	va_list copy;

	va_copy(copy, arguments);
	vaf.va = &copy;
	trace_vp_violation(vp_trace_adapter(device), cause, &vaf);
	va_end(copy);
}
