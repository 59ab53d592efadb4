/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A DMA adapter: the limits under which a miniport's device transfers. Transfers and common
 * buffers are its work; while there is any it cannot be put.
 */
#ifndef VP_CORE_ADAPTER_H
#define VP_CORE_ADAPTER_H

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "handle_table.h"
#include "list.h"
#include "memory.h"

namespace vp {

/** What a miniport said of its device's DMA engine. */
struct DmaLimits {
	unsigned int address_bits = 32;
	bool bus_master = true;
	bool scatter_gather = true;
	size_t max_length = SIZE_MAX; /* bytes of one transfer */
	size_t max_elements = SIZE_MAX; /* of one locked buffer's list */
	uint32_t max_element = ~0u; /* bytes of one element */
};

class DmaAdapter : public Referenced {
public:
	DmaAdapter(const DmaLimits &limits, Counters &counters)
		: limits_(limits),
		  counters_(counters)
	{
		counters_.add(Counter::Adapters);
	}
	~DmaAdapter() { counters_.sub(Counter::Adapters); }

	void last_reference_dropped() { destroy(this); }

	const DmaLimits &limits() const { return limits_; }

	/* under the port's lock */
	unsigned int work = 0;
	Token token = 0;
	Link<DmaAdapter> all{this};

private:
	const DmaLimits limits_;
	Counters &counters_;
};

} // namespace vp

#endif
