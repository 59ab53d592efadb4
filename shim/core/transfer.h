/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A transfer: one StartDma to CompleteDma, named by its scatter/gather list. Owns its mapping, or
 * uses a part of the buffer's; holds the buffer and the adapter until it is complete.
 */
#ifndef VP_CORE_TRANSFER_H
#define VP_CORE_TRANSFER_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <video.h>

#include "adapter.h"
#include "list.h"
#include "locked_buffer.h"
#include "memory.h"
#include "pin.h"
#include "watch.h"

namespace vp {

class Transfer {
public:
	Transfer(Dma &dma, Token handle, Ref<LockedBuffer> buffer, Ref<DmaAdapter> adapter,
		 size_t offset, size_t length, bool device_writes);
	Transfer(const Transfer &) = delete;
	Transfer &operator=(const Transfer &) = delete;
	/** Not in any list any more. PASSIVE or DISPATCH. */
	~Transfer();

	/** Take the memory back from the device, once. PASSIVE or DISPATCH. */
	void take_back();

	/**
	 * Map and list the range, or as much of it as the adapter can take at once.
	 * Return: 0, -VP_ENOMEM or -VP_EIO.
	 */
	[[nodiscard]] int prepare(vp_device *device);

	DmaAdapter &adapter() { return *adapter_; }
	/** Whose memory it moves. */
	Owner owner() const { return buffer_->owner(); }
	size_t length() const { return length_; }
	bool device_writes() const { return device_writes_; }
	VP_SCATTER_GATHER_LIST *list() const { return list_; }

	/** The two move bytes of one cache line, and at least one of them writes to memory. */
	bool collides(const Transfer &other, size_t cache_line) const;

	/** The handle that it was started on. */
	Token handle() const { return handle_; }
	size_t offset() const { return offset_; }
	const LockedBuffer &buffer() const { return *buffer_; }
	uint64_t since_ns = 0; /* that the device has it, if that is traced */

	/* under the port's lock */
	Link<Transfer> of_buffer{this};
	Link<Transfer> started{this};
	Watched watched;

private:
	/** Room for a list of @count elements. Return: false if there is none. */
	[[nodiscard]] bool make_list(size_t count);
	[[nodiscard]] int map(vp_device *device);
	[[nodiscard]] int shrink_to_one_element(vp_device *device);

	const Mapping &mapping() const { return own_ ? own_ : buffer_->mapping(); }
	/** Where the range begins in mapping(). */
	size_t start() const { return own_ ? 0 : offset_; }

	Dma &dma_;
	const Token handle_;
	Ref<LockedBuffer> buffer_;
	Ref<DmaAdapter> adapter_;
	Mapping own_;
	const size_t offset_;
	std::atomic<size_t> length_; /* others look at it; it only shrinks, in prepare() */
	const bool device_writes_;
	bool handed_over_ = false;
	VP_SCATTER_GATHER_LIST *list_ = nullptr;
	/* where it is if it is short; not initialised */
	static constexpr size_t few_elements = 17;
	alignas(VP_SCATTER_GATHER_LIST) unsigned char few_
		[sizeof(VP_SCATTER_GATHER_LIST) + few_elements * sizeof(VP_SCATTER_GATHER_ELEMENT)];
};

} // namespace vp

#endif
