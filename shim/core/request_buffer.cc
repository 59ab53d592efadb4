// SPDX-License-Identifier: GPL-2.0
/*
 * Giving out the system buffers of requests, and taking them back. See request_buffer.h.
 */
#include "request_buffer.h"

namespace vp {

Allocation *RequestBuffers::get(size_t size, size_t filled, Owner owner, Counters &counters)
{
	if (size > room || !vp_keeps_memory()) {
		auto buffer = Ref<Allocation>::adopt(create<Allocation>(size, owner, counters));

		return buffer && buffer->memory() ? buffer.release() : nullptr;
	}

	Small *buffer = spare_.create(size, owner, counters);

	if (buffer && filled < size)
		__builtin_memset(static_cast<char *>(buffer->memory()) + filled, 0, size - filled);
	return buffer;
}

void RequestBuffers::put(Allocation *buffer)
{
	if (!buffer->unreferenced())
		return;
	if (buffer->inside())
		spare_.destroy(static_cast<Small *>(buffer));
	else
		destroy(buffer);
}

} // namespace vp
