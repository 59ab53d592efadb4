// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for a miniport. See pool.h. Nothing is freed under the port's lock.
 */
#include "pool.h"
#include "served.h"

namespace vp {

/* What knows of the memory is made first: at DIRQL it can be put off, should there be no memory. */
void *Pool::allocate(size_t size, vp_context context, Owner owner)
{
	auto allocation = Ref<Allocation>::adopt(create<Allocation>(size, owner, counters_));

	if (!allocation)
		return nullptr;
	if (!allocation->memory()) {
		if (context == VP_DIRQL)
			deferred_.push(allocation.release()->link);
		return nullptr;
	}

	SpinGuard guard(lock_);

	allocations_.push_back(allocation->link);
	return allocation.release()->memory();
}

bool Pool::free(void *memory, vp_context context, Owner owner)
{
	Ref<Allocation> freed;

	{
		SpinGuard guard(lock_);
		Allocation *found = allocations_.find([&](const Allocation &each) {
			return each.memory() == memory &&
			       (each.owner() == owner || owner == any_owner);
		});

		if (!found)
			return false;
		found->link.unlink();
		freed = Ref<Allocation>::adopt(found);
	}
	if (context == VP_DIRQL)
		deferred_.push(freed.release()->link);
	return true;
}

Ref<Allocation> Pool::find(uint64_t address, size_t length)
{
	if (served_ && served_->by(vp_task_now()))
		if (auto buffer = served_->find(address, length))
			return buffer;

	SpinGuard guard(lock_);
	Allocation *found = allocations_.find(
		[&](const Allocation &each) { return each.contains(address, length); });

	return found ? Ref<Allocation>::share(found) : Ref<Allocation>();
}

size_t Pool::owner_gone(Owner owner)
{
	for (size_t count = 0;; count++) {
		Ref<Allocation> freed;
		SpinGuard guard(lock_);
		Allocation *found = allocations_.find(
			[&](const Allocation &each) { return each.owner() == owner; });

		if (!found)
			return count;
		found->link.unlink();
		freed = Ref<Allocation>::adopt(found);
	}
}

void Pool::work()
{
	deferred_.drain(
		[](Allocation *allocation) { auto freed = Ref<Allocation>::adopt(allocation); });
}

} // namespace vp
