// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for a miniport. See pool.h. Nothing is freed under the port's lock.
 */
#include "pool.h"

namespace vp {

void *Pool::allocate(size_t size, Owner owner)
{
	void *memory = vp_alloc(size);

	if (!memory)
		return nullptr;

	auto *allocation = create<Allocation>(memory, size, owner, counters_);

	if (!allocation) {
		vp_free(memory);
		return nullptr;
	}

	SpinGuard guard(lock_);

	allocations_.push_back(allocation->link);
	return memory;
}

bool Pool::free(void *memory)
{
	Ref<Allocation> freed;

	{
		SpinGuard guard(lock_);
		Allocation *found = allocations_.find(
			[&](const Allocation &each) { return each.memory() == memory; });

		if (!found)
			return false;
		found->link.unlink();
		freed = Ref<Allocation>::adopt(found);
	}
	return true;
}

Ref<Allocation> Pool::find(uint64_t address, size_t length)
{
	SpinGuard guard(lock_);
	Allocation *found = allocations_.find(
		[&](const Allocation &each) { return each.contains(address, length); });

	return found ? Ref<Allocation>::share(found) : Ref<Allocation>();
}

void Pool::free_all()
{
	for (;;) {
		Ref<Allocation> freed;
		SpinGuard guard(lock_);
		Allocation *first = allocations_.front();

		if (!first)
			return;
		first->link.unlink();
		freed = Ref<Allocation>::adopt(first);
	}
}

} // namespace vp
