/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is told to whoever traces a port's DMA, in one line where it happens. While nobody does, a
 * Trace costs the test of a word. Any context.
 */
#ifndef VP_CORE_TRACE_H
#define VP_CORE_TRACE_H

#include <cstdint>

#include "locked_buffer.h"
#include "platform.h"

namespace vp {

class Transfer;

/** Stands where an operation begins, and tells of it where it has ended. */
class Trace {
public:
	explicit Trace(vp_trace what) : began_(vp_trace_on(what) ? vp_trace_clock() : 0) {}

	/** Somebody looked when it began. */
	bool on() const { return began_; }

	/** @buffer was locked, or @error says why not. The caller has a reference to it. */
	void locked(vp_device *device, const char *call, const LockedBuffer &buffer,
		    int error) const
	{
		if (began_)
			tell(began_, device, call, buffer, error);
	}

	/** If it is traced: drop the reference that the handle had, and tell of it. */
	void unlock(vp_device *device, const char *call, Ref<LockedBuffer> &buffer) const
	{
		if (began_)
			tell_unlock(began_, device, call, buffer.release());
	}

	/**
	 * @transfer will be handed to the device; nobody may complete it before this returns. Or
	 * @error says why it was not prepared.
	 */
	void started(vp_device *device, const char *call, const Transfer &transfer, int error) const
	{
		if (began_)
			tell(began_, device, call, transfer, error);
	}

	/** A packet DMA of @bytes is handed to the device. */
	void started(vp_device *device, const char *call, Token token, const LockedBuffer &buffer,
		     uint64_t bytes) const
	{
		if (began_)
			tell(began_, device, call, token, buffer, bytes);
	}

	/** @transfer was taken back. */
	static void completed(vp_device *device, const char *call, const Transfer &transfer)
	{
		if (vp_trace_on(VP_TRACE_COMPLETE))
			tell_completed(device, call, transfer);
	}

	/** The packet DMA of @buffer, of @bytes, which the device has had since @since_ns, was taken back. */
	static void completed(vp_device *device, const char *call, const LockedBuffer &buffer,
			      uint64_t bytes, uint64_t since_ns)
	{
		if (vp_trace_on(VP_TRACE_COMPLETE))
			tell_completed(device, call, buffer, bytes, since_ns);
	}

	/** The time at which a device gets memory, if somebody will ask how long it had it; or 0. */
	static uint64_t handed_over()
	{
		return vp_trace_on(VP_TRACE_COMPLETE) ? vp_trace_clock() : 0;
	}

private:
	/* By value, so that the object needs no place in memory. */
	static void tell(uint64_t began, vp_device *device, const char *call,
			 const LockedBuffer &buffer, int error);
	static void tell(uint64_t began, vp_device *device, const char *call,
			 const Transfer &transfer, int error);
	static void tell(uint64_t began, vp_device *device, const char *call, Token token,
			 const LockedBuffer &buffer, uint64_t bytes);
	/* The reference is its to drop. */
	static void tell_unlock(uint64_t began, vp_device *device, const char *call,
				LockedBuffer *buffer);
	static void tell_completed(vp_device *device, const char *call, const Transfer &transfer);
	static void tell_completed(vp_device *device, const char *call, const LockedBuffer &buffer,
				   uint64_t bytes, uint64_t since_ns);

	const uint64_t began_; /* 0: nobody looked then */
};

} // namespace vp

#endif
