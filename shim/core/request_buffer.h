/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system buffers of a client's requests. A small one lies in one piece of memory with what
 * knows of it, and that is kept for the client's next request. PASSIVE, in the client.
 */
#ifndef VP_CORE_REQUEST_BUFFER_H
#define VP_CORE_REQUEST_BUFFER_H

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "pool.h"
#include "spare.h"

namespace vp {

class RequestBuffers {
public:
	/**
	 * A buffer of @size bytes for @owner, which nobody else has, or nullptr.
	 * @filled: so many bytes at its start will be written, the others are zero.
	 */
	[[nodiscard]] Allocation *get(size_t size, size_t filled, Owner owner, Counters &counters);
	/** The request is over. What is locked of it stays until it is unlocked. */
	void put(Allocation *buffer);

private:
	/*
	 * So much memory in one piece. The room in it begins where no device shares a line of the
	 * processors' caches with what stands before it.
	 */
	static constexpr size_t whole = 512, line = 128;
	static constexpr size_t room = whole - sizeof(Allocation) - (line - 1);

	class Small : public Allocation {
	public:
		Small(size_t size, Owner owner, Counters &counters)
			: Allocation(room_behind(this), size, owner, counters, true)
		{
		}

	private:
		static void *room_behind(const Allocation *allocation)
		{
			uintptr_t end = reinterpret_cast<uintptr_t>(allocation + 1);

			return reinterpret_cast<void *>((end + line - 1) & ~(line - 1));
		}

		[[maybe_unused]] char rest_[whole - sizeof(Allocation)];
	};
	static_assert(sizeof(Small) == whole);

	Spare<Small> spare_;
};

} // namespace vp

#endif
