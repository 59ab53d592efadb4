/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A common buffer: memory that the miniport and its device share. It is always coherent, whatever
 * the miniport said of caching: the contract has no call that would hand it over.
 */
#ifndef VP_CORE_COMMON_BUFFER_H
#define VP_CORE_COMMON_BUFFER_H

#include <cstddef>
#include <cstdint>

#include "adapter.h"
#include "list.h"

namespace vp {

/** Instead of an adapter: VideoPortAllocateContiguousMemory, for which there is no release. */
constexpr Token contiguous = ~Token{0};

/** All that a release must repeat exactly. */
struct CommonBufferKey {
	Token adapter; /* 0: the default adapter; contiguous: of none that could release it */
	size_t length;
	uint64_t logical;
	void *memory;
	bool cached;

	bool operator==(const CommonBufferKey &) const = default;
};

class CommonBuffer {
public:
	CommonBuffer(vp_device *device, Ref<DmaAdapter> adapter, Token token, size_t length,
		     bool cached, Counters &counters);
	CommonBuffer(const CommonBuffer &) = delete;
	CommonBuffer &operator=(const CommonBuffer &) = delete;
	/** PASSIVE. */
	~CommonBuffer();

	/** Get the memory, with so many bits of address. PASSIVE. Return: false if there is none. */
	[[nodiscard]] bool allocate(unsigned int bits);

	const CommonBufferKey &key() const { return key_; }
	DmaAdapter &adapter() { return *adapter_; }

	Link<CommonBuffer> link{this};

private:
	vp_device *device_;
	Ref<DmaAdapter> adapter_;
	CommonBufferKey key_;
	Counters &counters_;
};

} // namespace vp

#endif
