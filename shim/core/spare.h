/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that come and go all the time: the memory of one is kept for the next. Where the platform
 * looks for uses of freed memory, nothing is kept.
 */
#ifndef VP_CORE_SPARE_H
#define VP_CORE_SPARE_H

#include <atomic>
#include <new>
#include <utility>

#include "platform.h"

namespace vp {

/** Invariant: what is kept is no object, and is given out once. */
template <class T> class Spare {
public:
	Spare() = default;
	Spare(const Spare &) = delete;
	Spare &operator=(const Spare &) = delete;
	~Spare() { vp_free(kept_.load(std::memory_order_relaxed)); }

	/** A T made of @arguments, or nullptr if there is no memory. Its memory may be a former's. */
	template <class... Arguments> [[nodiscard]] T *create(Arguments &&...arguments)
	{
		void *memory = kept_.exchange(nullptr, std::memory_order_acquire);

		if (!memory)
			memory = vp_alloc(sizeof(T));
		return memory ? new (memory) T(std::forward<Arguments>(arguments)...) : nullptr;
	}

	/** The end of one that create() gave. */
	[[gnu::always_inline]] void destroy(T *object)
	{
		void *memory = object;

		object->~T();
		if (keeps_)
			memory = kept_.exchange(memory, std::memory_order_release);
		if (memory)
			vp_free(memory);
	}

private:
	const bool keeps_ = vp_keeps_memory();
	std::atomic<void *> kept_{nullptr};
};

} // namespace vp

#endif
