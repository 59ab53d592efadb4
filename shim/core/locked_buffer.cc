// SPDX-License-Identifier: GPL-2.0
/*
 * Making and releasing a locked buffer. See locked_buffer.h. PASSIVE.
 */
#include "dma.h"
#include "locked_buffer.h"

namespace vp {

LockedBuffer::LockedBuffer(Dma &dma, Owner owner, Access access, size_t length)
	: dma_(dma),
	  owner_(owner),
	  access_(access),
	  length_(length)
{
	dma_.counters().add(Counter::LockedBuffers);
}

LockedBuffer::~LockedBuffer()
{
	Counters &counters = dma_.counters();

	vp_free(segments_);
	if (mapping_)
		counters.sub(Counter::Mappings);
	mapping_.unmap();
	counters.sub(Counter::PinnedPages, pin_.pages());
	counters.sub(Counter::LockedBuffers);
	if (holds_mask_)
		dma_.mapped_buffer_gone();
}

void LockedBuffer::last_reference_dropped()
{
	dma_.release(this);
}

void LockedBuffer::pinned()
{
	dma_.counters().add(Counter::PinnedPages, pin_.pages());
}

int LockedBuffer::pin_user(uint64_t address)
{
	int error = pin_.user(address, length_, access_ == Access::Write);

	if (!error)
		pinned();
	return error;
}

int LockedBuffer::pin_kernel(Ref<Allocation> allocation, uint64_t address)
{
	int error = pin_.kernel(reinterpret_cast<const void *>(address), length_);

	if (error)
		return error;
	allocation_ = std::move(allocation);
	pinned();
	return 0;
}

int LockedBuffer::map(vp_device *device, const DmaLimits &limits, unsigned int bits)
{
	holds_mask_ = true;

	int error = mapping_.map(device, pin_, 0, length_, VP_BIDIRECTIONAL);

	if (error)
		return error;
	mapped_bits_ = bits;
	dma_.counters().add(Counter::Mappings);
	/* Whoever knows the addresses may write to them at any time. */
	pin_.device_may_write();

	auto each_element = [&](auto &&visit) {
		mapping_.each_segment(0, length_, [&](uint64_t address, uint64_t bytes) {
			while (bytes) {
				uint32_t element =
					bytes < limits.max_element ? bytes : limits.max_element;

				visit(address, element);
				address += element;
				bytes -= element;
			}
			return true;
		});
	};

	each_element([&](uint64_t, uint32_t) { segment_count_++; });
	if (segment_count_ > limits.max_elements)
		return -VP_ENOSPC;
	segments_ = static_cast<VRB_SG *>(vp_alloc((segment_count_ + 1) * sizeof(VRB_SG)));
	if (!segments_)
		return -VP_ENOMEM;

	VRB_SG *next = segments_;

	each_element([&](uint64_t address, uint32_t element) {
		next->PhysicalAddress = static_cast<long long>(address);
		next->Length = element;
		next++;
	});
	return 0;
}

} // namespace vp
