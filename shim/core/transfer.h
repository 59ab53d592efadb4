/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A transfer: one StartDma to CompleteDma, named by its scatter/gather list. Owns its mapping, or
 * uses a part of the buffer's; holds the buffer until it is complete. It is work of its adapter,
 * which stays as long as there is any. Short ones come and go all the time: what all of them need
 * stands here, and only the rest in transfer.cc.
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
	Transfer(Counters &counters, Token handle, size_t offset, bool device_writes)
		: counters_(counters),
		  handle_(handle),
		  offset_(offset),
		  device_writes_(device_writes)
	{
		counters_.add(Counter::Transfers);
	}
	Transfer(const Transfer &) = delete;
	Transfer &operator=(const Transfer &) = delete;
	/** Taken back, and not in any list any more. PASSIVE or DISPATCH. */
	[[gnu::always_inline]] ~Transfer()
	{
		if (static_cast<const void *>(list_) != few_)
			vp_free(list_);
		counters_.sub(Counter::Transfers);
	}

	/** Under the port's lock: what it is between; it has become work of @adapter. */
	void enter(LockedBuffer &buffer, DmaAdapter &adapter, size_t length)
	{
		buffer_ = Ref<LockedBuffer>::share(&buffer);
		adapter_ = &adapter;
		length_.store(length, std::memory_order_relaxed);
	}

	/**
	 * Map and list the range, or as much of it as the adapter can take at once.
	 * Return: 0, -VP_ENOMEM or -VP_EIO.
	 */
	[[nodiscard, gnu::always_inline]] int prepare(vp_device *device)
	{
		const DmaLimits &limits = adapter_->limits();
		const bool view = buffer_->mapped_for(limits.address_bits);
		const Mapping &mapping = view ? buffer_->mapping() : own_;
		int error = view ? 0 : map(device);

		if (!error && !limits.scatter_gather)
			error = shrink_to_one_element(device);
		if (error)
			return error;
		if (mapping.segments() == 1 && length() <= limits.max_element)
			list_one(mapping.first() + (view ? offset_ : 0));
		else if ((error = list_several()))
			return error;

		if (device_writes_)
			buffer_->pin().device_may_write();
		if (view) {
			buffer_->mapping().sync_for_device(offset_, length());
			handed_over_ = true;
		}
		return 0;
	}

	/** Take the memory back from the device, once. PASSIVE or DISPATCH. */
	[[gnu::always_inline]] void take_back()
	{
		if (own_) {
			own_.unmap();
			counters_.sub(Counter::Mappings);
		} else if (handed_over_ && device_writes_) {
			buffer_->mapping().sync_for_cpu(offset_, length());
		}
	}

	/** Its memory must be taken back before the CPU, or another transfer, looks at it. */
	bool needs_sync() const { return mapping().needs_sync(); }

	DmaAdapter &adapter() const { return *adapter_; }
	/** Whose memory it moves. */
	Owner owner() const { return buffer_->owner(); }
	size_t length() const { return length_.load(std::memory_order_relaxed); }
	bool device_writes() const { return device_writes_; }
	const VP_SCATTER_GATHER_LIST *list() const { return list_; }
	VP_SCATTER_GATHER_LIST *list() { return list_; }
	/** Its list, if that is short, as most are. */
	const void *short_list() const { return few_; }

	/**
	 * Under the port's lock: does it move bytes of a cache line that one of @others moves bytes
	 * of, and one of the two writes to memory?
	 */
	[[nodiscard]] bool collides(const List<Transfer> &others, size_t cache_line) const;

	/** The handle that it was started on. */
	Token handle() const { return handle_; }
	size_t offset() const { return offset_; }
	const LockedBuffer &buffer() const { return *buffer_; }
	uint64_t since_ns = 0; /* that the device has it, if that is traced */

	/** The miniport may have the list: until then nobody but who starts it looks at it. */
	bool started() const { return started_.load(); }
	/** seq_cst: a look that does not see it comes before Watch::begun() looks. */
	void set_started() { started_.store(true); }

	/* under the port's lock */
	Link<Transfer> of_buffer{this};
	Link<Transfer> by_list{this};
	Watched watched;

private:
	[[nodiscard]] int map(vp_device *device)
	{
		int error = own_.map(device, buffer_->pin(), offset_, length(),
				     device_writes_ ? VP_FROM_DEVICE : VP_TO_DEVICE);

		if (!error)
			counters_.add(Counter::Mappings);
		return error;
	}
	[[nodiscard]] int shrink_to_one_element(vp_device *device);
	/** Fill in the list, if it is of one element, which begins at @first. */
	void list_one(uint64_t first)
	{
		list_ = new (few_) VP_SCATTER_GATHER_LIST;
		list_->NumberOfElements = 1;
		list_->Reserved = 0;
		list_->Elements[0].Address.QuadPart = static_cast<LONGLONG>(first);
		list_->Elements[0].Length = static_cast<ULONG>(length());
		list_->Elements[0].Reserved = 0;
	}
	/** Fill it in. Return: 0, -VP_ENOMEM or -VP_EIO. */
	[[nodiscard]] int list_several();

	const Mapping &mapping() const { return own_ ? own_ : buffer_->mapping(); }
	/** Where the range begins in mapping(). */
	size_t start() const { return own_ ? 0 : offset_; }

	Counters &counters_;
	const Token handle_;
	Ref<LockedBuffer> buffer_;
	DmaAdapter *adapter_ = nullptr;
	Mapping own_;
	const size_t offset_;
	std::atomic<size_t> length_{0}; /* others look at it; it only shrinks, in prepare() */
	const bool device_writes_;
	bool handed_over_ = false;
	std::atomic<bool> started_{false};
	VP_SCATTER_GATHER_LIST *list_ = nullptr;
	/* where it is if it is short; not initialised */
	static constexpr size_t few_elements = 17;
	alignas(VP_SCATTER_GATHER_LIST) unsigned char few_
		[sizeof(VP_SCATTER_GATHER_LIST) + few_elements * sizeof(VP_SCATTER_GATHER_ELEMENT)];
};

} // namespace vp

#endif
