// SPDX-License-Identifier: GPL-2.0
/*
 * Telling whoever traces what a buffer or a transfer is. See trace.h. Any context.
 */
#include "trace.h"
#include "transfer.h"

namespace vp {

/* All that a buffer says of itself. */
static vp_traced describe(const char *call, Token token, const LockedBuffer &buffer)
{
	vp_traced traced{};

	traced.call = call;
	traced.handle = token;
	traced.client = buffer.owner();
	traced.bytes = buffer.length();
	traced.pages = buffer.pages();
	traced.segments = buffer.segment_count();
	traced.direction = buffer.access() == Access::Write ? VP_BIDIRECTIONAL : VP_TO_DEVICE;
	return traced;
}

static vp_traced describe(const char *call, const Transfer &transfer)
{
	vp_traced traced = describe(call, transfer.handle(), transfer.buffer());

	traced.offset = transfer.offset();
	traced.bytes = transfer.length();
	traced.segments = transfer.list() ? transfer.list()->NumberOfElements : 0;
	traced.direction = transfer.device_writes() ? VP_FROM_DEVICE : VP_TO_DEVICE;
	return traced;
}

/* 0 if nobody looked when the device got it. */
static uint64_t since(uint64_t began)
{
	return began ? vp_trace_clock() - began : 0;
}

void Trace::tell(uint64_t began, vp_device *device, const char *call, const LockedBuffer &buffer,
		 int error)
{
	vp_traced traced = describe(call, buffer.packet.token, buffer);

	traced.result = error;
	traced.ns = since(began);
	vp_trace_dma(device, VP_TRACE_LOCK, &traced);
}

void Trace::tell(uint64_t began, vp_device *device, const char *call, const Transfer &transfer,
		 int error)
{
	vp_traced traced = describe(call, transfer);

	traced.result = error;
	traced.ns = since(began);
	vp_trace_dma(device, VP_TRACE_START, &traced);
}

void Trace::tell(uint64_t began, vp_device *device, const char *call, Token token,
		 const LockedBuffer &buffer, uint64_t bytes)
{
	vp_traced traced = describe(call, token, buffer);

	traced.bytes = bytes;
	traced.ns = since(began);
	vp_trace_dma(device, VP_TRACE_START, &traced);
}

void Trace::tell_unlock(uint64_t began, vp_device *device, const char *call, LockedBuffer *buffer)
{
	vp_traced traced = describe(call, buffer->packet.token, *buffer);

	if (buffer->unreferenced()) {
		traced.released = true;
		buffer->last_reference_dropped();
	}
	traced.ns = since(began);
	vp_trace_dma(device, VP_TRACE_UNLOCK, &traced);
}

void Trace::tell_completed(vp_device *device, const char *call, const Transfer &transfer)
{
	vp_traced traced = describe(call, transfer);

	traced.ns = since(transfer.since_ns);
	vp_trace_dma(device, VP_TRACE_COMPLETE, &traced);
}

void Trace::tell_completed(vp_device *device, const char *call, const LockedBuffer &buffer,
			   uint64_t bytes, uint64_t since_ns)
{
	vp_traced traced = describe(call, buffer.packet.token, buffer);

	traced.bytes = bytes;
	traced.ns = since(since_ns);
	vp_trace_dma(device, VP_TRACE_COMPLETE, &traced);
}

} // namespace vp
