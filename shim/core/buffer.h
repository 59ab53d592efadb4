/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes of the platform's memory that have one owner and go with it. For memory whose size is known
 * only at run time; PASSIVE or DISPATCH, as vp_free().
 */
#ifndef VP_CORE_BUFFER_H
#define VP_CORE_BUFFER_H

#include <cstddef>
#include <utility>

#include "platform.h"

namespace vp {

class [[nodiscard]] Buffer {
public:
	Buffer() = default;
	/** Zeroed; false if there is no memory for it. */
	explicit Buffer(size_t bytes) : memory_(vp_alloc(bytes)) {}
	Buffer(Buffer &&other) : memory_(other.release()) {}
	Buffer &operator=(Buffer &&other)
	{
		if (this != &other) {
			vp_free(memory_);
			memory_ = other.release();
		}
		return *this;
	}
	~Buffer() { vp_free(memory_); }

	template <class T> T *as() const { return static_cast<T *>(memory_); }
	void *release() { return std::exchange(memory_, nullptr); }
	explicit operator bool() const { return memory_; }

private:
	void *memory_ = nullptr;
};

} // namespace vp

#endif
