/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoints of videoport: /sys/kernel/tracing/events/videoport/. Adapters are named by
 * their PCI address, memory by its handle; no address of the kernel's is in them. Included by
 * trace.c, which makes them, and by the files that use some.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM videoport

#if !defined(VP_LINUX_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VP_LINUX_TRACE_H

#include <linux/dma-direction.h>
#include <linux/tracepoint.h>

#include "../core/platform.h"
#include "compat.h"

#define VP_TRACE_ADAPTER	16	/* 0000:00:00.0 and more */

/* Called when the first one begins to trace, and when the last one ends. */
int vp_trace_lock_begin(void);
void vp_trace_lock_end(void);
int vp_trace_unlock_begin(void);
void vp_trace_unlock_end(void);
int vp_trace_start_begin(void);
void vp_trace_start_end(void);
int vp_trace_complete_begin(void);
void vp_trace_complete_end(void);
int vp_trace_event_begin(void);
void vp_trace_event_end(void);
int vp_trace_violation_begin(void);
void vp_trace_violation_end(void);

#define vp_show_direction(direction)				\
	__print_symbolic(direction,				\
			 { DMA_BIDIRECTIONAL, "both" },		\
			 { DMA_TO_DEVICE, "to-device" },	\
			 { DMA_FROM_DEVICE, "from-device" })

TRACE_EVENT_FN(vp_lock,
	TP_PROTO(const char *adapter, const struct vp_traced *traced, int direction),
	TP_ARGS(adapter, traced, direction),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__string(call, traced->call)
		__field(u64, handle)
		__field(u64, client)
		__field(u64, bytes)
		__field(u64, pages)
		__field(u64, segments)
		__field(int, direction)
		__field(int, result)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		vp_assign_str(call, traced->call);
		__entry->handle = traced->handle;
		__entry->client = traced->client;
		__entry->bytes = traced->bytes;
		__entry->pages = traced->pages;
		__entry->segments = traced->segments;
		__entry->direction = direction;
		__entry->result = traced->result;
		__entry->ns = traced->ns;
	),
	TP_printk("adapter=%s call=%s handle=0x%llx client=%llu bytes=%llu pages=%llu segments=%llu direction=%s result=%d ns=%llu",
		  __entry->adapter, __get_str(call), __entry->handle, __entry->client,
		  __entry->bytes, __entry->pages, __entry->segments,
		  vp_show_direction(__entry->direction), __entry->result, __entry->ns),
	vp_trace_lock_begin, vp_trace_lock_end
);

TRACE_EVENT_FN(vp_unlock,
	TP_PROTO(const char *adapter, const struct vp_traced *traced),
	TP_ARGS(adapter, traced),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__string(call, traced->call)
		__field(u64, handle)
		__field(u64, client)
		__field(u64, bytes)
		__field(u64, pages)
		__field(bool, released)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		vp_assign_str(call, traced->call);
		__entry->handle = traced->handle;
		__entry->client = traced->client;
		__entry->bytes = traced->bytes;
		__entry->pages = traced->pages;
		__entry->released = traced->released;
		__entry->ns = traced->ns;
	),
	TP_printk("adapter=%s call=%s handle=0x%llx client=%llu bytes=%llu pages=%llu released=%d ns=%llu",
		  __entry->adapter, __get_str(call), __entry->handle, __entry->client,
		  __entry->bytes, __entry->pages, __entry->released, __entry->ns),
	vp_trace_unlock_begin, vp_trace_unlock_end
);

TRACE_EVENT(vp_map,
	TP_PROTO(const char *adapter, u64 bytes, u64 segments, int direction, int result, u64 ns),
	TP_ARGS(adapter, bytes, segments, direction, result, ns),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__field(u64, bytes)
		__field(u64, segments)
		__field(int, direction)
		__field(int, result)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		__entry->bytes = bytes;
		__entry->segments = segments;
		__entry->direction = direction;
		__entry->result = result;
		__entry->ns = ns;
	),
	TP_printk("adapter=%s bytes=%llu segments=%llu direction=%s result=%d ns=%llu",
		  __entry->adapter, __entry->bytes, __entry->segments,
		  vp_show_direction(__entry->direction), __entry->result, __entry->ns)
);

TRACE_EVENT(vp_unmap,
	TP_PROTO(const char *adapter, u64 bytes, u64 segments, int direction, u64 ns),
	TP_ARGS(adapter, bytes, segments, direction, ns),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__field(u64, bytes)
		__field(u64, segments)
		__field(int, direction)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		__entry->bytes = bytes;
		__entry->segments = segments;
		__entry->direction = direction;
		__entry->ns = ns;
	),
	TP_printk("adapter=%s bytes=%llu segments=%llu direction=%s ns=%llu",
		  __entry->adapter, __entry->bytes, __entry->segments,
		  vp_show_direction(__entry->direction), __entry->ns)
);

TRACE_EVENT_FN(vp_start,
	TP_PROTO(const char *adapter, const struct vp_traced *traced, int direction),
	TP_ARGS(adapter, traced, direction),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__string(call, traced->call)
		__field(u64, handle)
		__field(u64, client)
		__field(u64, offset)
		__field(u64, bytes)
		__field(u64, segments)
		__field(int, direction)
		__field(int, result)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		vp_assign_str(call, traced->call);
		__entry->handle = traced->handle;
		__entry->client = traced->client;
		__entry->offset = traced->offset;
		__entry->bytes = traced->bytes;
		__entry->segments = traced->segments;
		__entry->direction = direction;
		__entry->result = traced->result;
		__entry->ns = traced->ns;
	),
	TP_printk("adapter=%s call=%s handle=0x%llx client=%llu offset=%llu bytes=%llu segments=%llu direction=%s result=%d ns=%llu",
		  __entry->adapter, __get_str(call), __entry->handle, __entry->client,
		  __entry->offset, __entry->bytes, __entry->segments,
		  vp_show_direction(__entry->direction), __entry->result, __entry->ns),
	vp_trace_start_begin, vp_trace_start_end
);

TRACE_EVENT_FN(vp_complete,
	TP_PROTO(const char *adapter, const struct vp_traced *traced, int direction),
	TP_ARGS(adapter, traced, direction),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__string(call, traced->call)
		__field(u64, handle)
		__field(u64, client)
		__field(u64, offset)
		__field(u64, bytes)
		__field(u64, segments)
		__field(int, direction)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		vp_assign_str(call, traced->call);
		__entry->handle = traced->handle;
		__entry->client = traced->client;
		__entry->offset = traced->offset;
		__entry->bytes = traced->bytes;
		__entry->segments = traced->segments;
		__entry->direction = direction;
		__entry->ns = traced->ns;
	),
	TP_printk("adapter=%s call=%s handle=0x%llx client=%llu offset=%llu bytes=%llu segments=%llu direction=%s ns=%llu",
		  __entry->adapter, __get_str(call), __entry->handle, __entry->client,
		  __entry->offset, __entry->bytes, __entry->segments,
		  vp_show_direction(__entry->direction), __entry->ns),
	vp_trace_complete_begin, vp_trace_complete_end
);

TRACE_EVENT_FN(vp_event,
	TP_PROTO(const char *adapter, u64 event, u64 client, bool set, bool was_set),
	TP_ARGS(adapter, event, client, set, was_set),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__field(u64, handle)
		__field(u64, client)
		__field(bool, set)
		__field(bool, was_set)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		__entry->handle = event;
		__entry->client = client;
		__entry->set = set;
		__entry->was_set = was_set;
	),
	TP_printk("adapter=%s handle=0x%llx client=%llu action=%s was_set=%d",
		  __entry->adapter, __entry->handle, __entry->client,
		  __entry->set ? "set" : "clear", __entry->was_set),
	vp_trace_event_begin, vp_trace_event_end
);

TRACE_EVENT_FN(vp_violation,
	TP_PROTO(const char *adapter, const char *cause, struct va_format *vaf),
	TP_ARGS(adapter, cause, vaf),
	TP_STRUCT__entry(
		__array(char, adapter, VP_TRACE_ADAPTER)
		__string(cause, cause)
		__vstring(text, vaf->fmt, vaf->va)
	),
	TP_fast_assign(
		strscpy(__entry->adapter, adapter, VP_TRACE_ADAPTER);
		vp_assign_str(cause, cause);
		__assign_vstr(text, vaf->fmt, vaf->va);
	),
	TP_printk("adapter=%s cause=%s text=%s", __entry->adapter, __get_str(cause),
		  __get_str(text)),
	vp_trace_violation_begin, vp_trace_violation_end
);

#endif /* VP_LINUX_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
