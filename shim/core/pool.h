/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel memory that a port gave its miniport: pool and buffers; and the system buffer of the
 * request that is served. Known to the port, so that it can tell memory that may be locked from
 * memory that may not.
 */
#ifndef VP_CORE_POOL_H
#define VP_CORE_POOL_H

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "deferred.h"
#include "list.h"
#include "lock.h"
#include "memory.h"

namespace vp {

/** Who locked or allocated something: a client's number, or the miniport for itself. */
using Owner = uint64_t;
constexpr Owner miniport_owner = 0;
/** For Pool::free(): whoever it is. */
constexpr Owner any_owner = ~Owner{0};

/** One allocation. A lock on it holds a reference: freed memory stays until it is unlocked. */
class Allocation : public Referenced {
public:
	/** Takes the memory: memory() is nullptr if there is none. */
	Allocation(size_t size, Owner owner, Counters &counters)
		: Allocation(vp_alloc(size), size, owner, counters, false)
	{
	}
	~Allocation()
	{
		counters_.sub(Counter::Allocations);
		if (!inside_)
			vp_free(memory_);
	}
	Allocation(const Allocation &) = delete;
	Allocation &operator=(const Allocation &) = delete;

	void last_reference_dropped() { destroy(this); }

	void *memory() const { return memory_; }
	/** Whose it is: the system buffer of a request is its client's. */
	Owner owner() const { return owner_; }
	/** memory() lies in the object, and goes with it. */
	bool inside() const { return inside_; }
	bool contains(uint64_t address, size_t length) const
	{
		uint64_t start = reinterpret_cast<uintptr_t>(memory_);

		return address >= start && length <= size_ && address - start <= size_ - length;
	}

	Link<Allocation> link{this};

protected:
	/** @inside: @memory is a part of the object that this is the base of. */
	Allocation(void *memory, size_t size, Owner owner, Counters &counters, bool inside)
		: memory_(memory),
		  size_(size),
		  owner_(owner),
		  counters_(counters),
		  inside_(inside)
	{
		counters_.add(Counter::Allocations);
	}

private:
	void *const memory_;
	const size_t size_;
	const Owner owner_;
	Counters &counters_;
	const bool inside_;
};

class Served;

class Pool {
public:
	/** @served: the requests of the port; nullptr: there are none. */
	Pool(vp_device *device, SpinLock &lock, Counters &counters, const Served *served = nullptr)
		: lock_(lock),
		  counters_(counters),
		  served_(served),
		  deferred_(device, lock, counters)
	{
	}
	Pool(const Pool &) = delete;
	Pool &operator=(const Pool &) = delete;
	~Pool() { work(); }

	/** Zeroed memory, or nullptr. Any context. */
	[[nodiscard]] void *allocate(size_t size, vp_context context, Owner owner = miniport_owner);

	/**
	 * Free what allocate() gave, later if the context is not one to free in.
	 * Return: false if @memory is not the start of an allocation of @owner.
	 */
	[[nodiscard]] bool free(void *memory, vp_context context, Owner owner = miniport_owner);

	/** What contains the range, or nothing: a system buffer only while the caller serves it. */
	Ref<Allocation> find(uint64_t address, size_t length);

	/** Free all that is the miniport's. PASSIVE. */
	void miniport_gone() { (void)owner_gone(miniport_owner); }
	/** Free all that is @owner's. PASSIVE. Return: how many allocations. */
	size_t owner_gone(Owner owner);
	/** Free what was put off. PASSIVE. */
	void work();

private:
	SpinLock &lock_;
	Counters &counters_;
	const Served *served_;
	List<Allocation> allocations_;
	Deferred<Allocation> deferred_;
};

} // namespace vp

#endif
