// SPDX-License-Identifier: GPL-2.0
/*
 * Making and releasing a locked buffer. See locked_buffer.h. PASSIVE.
 */
#include "dma.h"
#include "locked_buffer.h"

namespace vp {

void LockedBuffer::free_lists()
{
	while (SegmentList *list = lists_.load(std::memory_order_relaxed)) {
		lists_.store(list->next, std::memory_order_relaxed);
		vp_free(list);
	}
}

void LockedBuffer::last_reference_dropped()
{
	dma_.release(this);
}

int LockedBuffer::pin_kernel(vp_device *device, Allocation *allocation, uint64_t address)
{
	allocation_ = Ref<Allocation>::adopt(allocation);

	int error = pin_.kernel(device, reinterpret_cast<const void *>(address), length_);

	if (!error)
		pinned();
	return error;
}

/* What the platform writes of an element. */
static_assert(offsetof(VRB_SG, PhysicalAddress) == offsetof(vp_element, address) &&
	      offsetof(VRB_SG, Length) == offsetof(vp_element, length));

VRB_SG *LockedBuffer::segments()
{
	SegmentList *list = lists_.load(std::memory_order_acquire);

	if (list || !mapping_)
		return list ? list->segments : nullptr;
	list = static_cast<SegmentList *>(
		vp_alloc(sizeof(*list) + segment_count_ * sizeof(list->segments[0])));
	if (!list)
		return nullptr;

	(void)mapping_.list(0, length_, max_element_, list->segments, segment_count_);
	list->next = lists_.load(std::memory_order_relaxed);
	while (!lists_.compare_exchange_weak(list->next, list, std::memory_order_release,
					     std::memory_order_relaxed))
		;
	return list->segments;
}

} // namespace vp
