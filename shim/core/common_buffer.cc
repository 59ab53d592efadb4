// SPDX-License-Identifier: GPL-2.0
/*
 * Getting and giving back a common buffer's memory. See common_buffer.h. PASSIVE.
 */
#include "common_buffer.h"

namespace vp {

CommonBuffer::CommonBuffer(vp_device *device, Ref<DmaAdapter> adapter, Token token, size_t length,
			   bool cached, Counters &counters)
	: device_(device),
	  adapter_(std::move(adapter)),
	  key_{token, length, 0, nullptr, cached},
	  counters_(counters)
{
	counters_.add(Counter::CommonBuffers);
}

bool CommonBuffer::allocate(unsigned int bits)
{
	key_.memory = vp_coherent_alloc(device_, key_.length, bits, &key_.logical);
	return key_.memory;
}

CommonBuffer::~CommonBuffer()
{
	if (key_.memory)
		vp_coherent_free(device_, key_.length, key_.memory, key_.logical);
	counters_.sub(Counter::CommonBuffers);
}

} // namespace vp
