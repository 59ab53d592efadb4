/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The request that is served, if one is: who has asked for it, and which thread is inside
 * HwVidStartIO with it. Whoever holds the device lock says so, at no more than a few stores; others
 * look on without a lock, from any context.
 */
#ifndef VP_CORE_SERVED_H
#define VP_CORE_SERVED_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "memory.h"
#include "pool.h"
#include "watch.h"

namespace vp {

class Served {
public:
	Served() = default;
	Served(const Served &) = delete;
	Served &operator=(const Served &) = delete;

	/**
	 * The calling thread, @task, calls HwVidStartIO. Under the device lock.
	 * @buffer: the system buffer, or nullptr; it stays until end().
	 */
	void begin(uint64_t task, uint32_t code, uint32_t bytes, Owner owner, Allocation *buffer)
	{
		/* release: whoever sees one of these sees that the request before has ended */
		code_.store(code, std::memory_order_release);
		bytes_.store(bytes, std::memory_order_release);
		owner_.store(owner, std::memory_order_release);
		since_ms_.store(vp_clock_ms(), std::memory_order_release);
		buffer_ = buffer;
		task_.store(task, std::memory_order_relaxed);
		/* seq_cst: a look that does not see it comes before Watch::begun() looks */
		number_.store(number_.load(std::memory_order_relaxed) + 1);
	}
	/** It has returned. */
	void end()
	{
		task_.store(0, std::memory_order_relaxed);
		buffer_ = nullptr;
		number_.store(number_.load(std::memory_order_relaxed) + 1,
			      std::memory_order_release);
	}

	/** @task, which is the calling thread, is inside HwVidStartIO. */
	bool by(uint64_t task) const
	{
		return task && task_.load(std::memory_order_relaxed) == task;
	}
	/** On whose behalf. For the thread that by() names. */
	Owner owner() const { return owner_.load(std::memory_order_relaxed); }
	/** The system buffer if it contains the range; for the thread that by() names. */
	Ref<Allocation> find(uint64_t address, size_t length) const
	{
		return buffer_ && buffer_->contains(address, length)
			       ? Ref<Allocation>::share(buffer_)
			       : Ref<Allocation>();
	}

	/** Show it to @look. From one thread at a time. */
	void show(Look &look);

private:
	/* Odd while a request is served; each has a number of its own. */
	std::atomic<uint64_t> number_{0};
	std::atomic<uint64_t> task_{0};
	std::atomic<uint32_t> code_{0};
	std::atomic<uint32_t> bytes_{0};
	std::atomic<Owner> owner_{miniport_owner};
	std::atomic<uint64_t> since_ms_{0};
	Allocation *buffer_ = nullptr; /* the serving thread's alone */

	/* show()'s: what it has seen last */
	uint64_t shown_ = 0; /* number */
	Watched watched_;
};

} // namespace vp

#endif
