/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects in the platform's memory: create() can fail and must be looked at, Owned<> destroys what
 * it holds, Ref<> counts. There is no operator new but placement, and no exception.
 */
#ifndef VP_CORE_MEMORY_H
#define VP_CORE_MEMORY_H

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

#include "platform.h"

namespace vp {

template <class T> void destroy(T *object)
{
	if (!object)
		return;
	object->~T();
	vp_free(object);
}

/** A T made of @arguments, or nullptr if there is no memory. */
template <class T, class... Arguments> [[nodiscard]] T *create(Arguments &&...arguments)
{
	void *memory = vp_alloc(sizeof(T));

	return memory ? new (memory) T(std::forward<Arguments>(arguments)...) : nullptr;
}

/** Owns one object made by create(). */
template <class T> class [[nodiscard]] Owned {
public:
	Owned() = default;
	explicit Owned(T *object) : object_(object) {}
	Owned(Owned &&other) : object_(other.release()) {}
	Owned &operator=(Owned &&other)
	{
		if (this != &other) {
			destroy(object_);
			object_ = other.release();
		}
		return *this;
	}
	~Owned() { destroy(object_); }

	T *release() { return std::exchange(object_, nullptr); }
	T *get() const { return object_; }
	T *operator->() const { return object_; }
	T &operator*() const { return *object_; }
	explicit operator bool() const { return object_; }

private:
	T *object_ = nullptr;
};

/**
 * A reference to an object that counts its references by retain() and unreferenced(), and knows in
 * last_reference_dropped() what becomes of it without any.
 */
template <class T> class [[nodiscard]] Ref {
public:
	Ref() = default;
	/** Takes over a reference that the caller has. */
	static Ref adopt(T *object)
	{
		Ref ref;

		ref.object_ = object;
		return ref;
	}
	/** Makes a further reference. */
	static Ref share(T *object)
	{
		object->retain();
		return adopt(object);
	}
	Ref(Ref &&other) : object_(other.release()) {}
	[[gnu::always_inline]] Ref &operator=(Ref &&other)
	{
		if (this != &other) {
			drop();
			object_ = other.release();
		}
		return *this;
	}
	[[gnu::always_inline]] ~Ref() { drop(); }

	T *release() { return std::exchange(object_, nullptr); }
	T *get() const { return object_; }
	T *operator->() const { return object_; }
	T &operator*() const { return *object_; }
	explicit operator bool() const { return object_; }

private:
	/* object_ is no reference afterwards */
	[[gnu::always_inline]] void drop()
	{
		if (object_ && object_->unreferenced())
			object_->last_reference_dropped();
	}

	T *object_ = nullptr;
};

/** The count behind Ref<>; starts with the one reference of whoever made the object. */
class Referenced {
public:
	void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
	/** Return: this was the last reference. */
	[[nodiscard]] bool unreferenced()
	{
		return references_.fetch_sub(1, std::memory_order_acq_rel) == 1;
	}

private:
	std::atomic<unsigned int> references_{1};
};

} // namespace vp

#endif
