// SPDX-License-Identifier: GPL-2.0
/*
 * Preparing and ending a transfer. See transfer.h. PASSIVE or DISPATCH; nothing here sleeps.
 */
#include "dma.h"
#include "transfer.h"

namespace vp {

Transfer::Transfer(Dma &dma, Token handle, Ref<LockedBuffer> buffer, Ref<DmaAdapter> adapter,
		   size_t offset, size_t length, bool device_writes)
	: dma_(dma),
	  handle_(handle),
	  buffer_(std::move(buffer)),
	  adapter_(std::move(adapter)),
	  offset_(offset),
	  length_(length),
	  device_writes_(device_writes)
{
	dma_.counters().add(Counter::Transfers);
}

Transfer::~Transfer()
{
	take_back();
	vp_free(list_);
	dma_.counters().sub(Counter::Transfers);
}

void Transfer::take_back()
{
	if (own_) {
		own_.unmap();
		dma_.counters().sub(Counter::Mappings);
	} else if (handed_over_ && device_writes_) {
		buffer_->mapping().sync_for_cpu(offset_, length_);
	}
	handed_over_ = false;
}

template <class Visit> void Transfer::each_element(Visit visit) const
{
	const uint32_t most = adapter_->limits().max_element;

	mapping().each_segment(start(), length_, [&](uint64_t address, uint64_t bytes) {
		while (bytes) {
			uint32_t element = bytes < most ? bytes : most;

			visit(address, element);
			address += element;
			bytes -= element;
		}
		return true;
	});
}

int Transfer::map(vp_device *device)
{
	int error = own_.map(device, buffer_->pin(), offset_, length_,
			     device_writes_ ? VP_FROM_DEVICE : VP_TO_DEVICE);

	if (!error)
		dma_.counters().add(Counter::Mappings);
	return error;
}

/* An adapter without scatter/gather moves the first element; the caller asks for the rest later. */
int Transfer::shrink_to_one_element(vp_device *device)
{
	size_t first = 0;

	each_element([&](uint64_t, uint32_t bytes) {
		if (!first)
			first = bytes;
	});
	if (first == length_)
		return 0;
	length_ = first;
	if (!own_)
		return 0;
	own_.unmap();
	dma_.counters().sub(Counter::Mappings);
	return map(device);
}

int Transfer::prepare(vp_device *device)
{
	bool view = buffer_->mapped_for(adapter_->limits().address_bits);
	int error = view ? 0 : map(device);

	if (!error && !adapter_->limits().scatter_gather)
		error = shrink_to_one_element(device);
	if (error)
		return error;

	size_t count = 0;

	each_element([&](uint64_t, uint32_t) { count++; });
	if (!adapter_->limits().scatter_gather && count != 1)
		return -VP_EIO; /* the platform maps the same range otherwise the second time */

	list_ = static_cast<VP_SCATTER_GATHER_LIST *>(
		vp_alloc(sizeof(*list_) + count * sizeof(list_->Elements[0])));
	if (!list_)
		return -VP_ENOMEM;
	each_element([&](uint64_t address, uint32_t bytes) {
		VP_SCATTER_GATHER_ELEMENT &next = list_->Elements[list_->NumberOfElements++];

		next.Address.QuadPart = static_cast<long long>(address);
		next.Length = bytes;
	});

	if (device_writes_)
		buffer_->pin().device_may_write();
	if (view) {
		buffer_->mapping().sync_for_device(offset_, length_);
		handed_over_ = true;
	}
	return 0;
}

bool Transfer::collides(const Transfer &other, size_t cache_line) const
{
	if (!device_writes_ && !other.device_writes_)
		return false;

	size_t page = buffer_->pin().page_offset();
	auto first_line = [&](const Transfer &each) { return (page + each.offset_) / cache_line; };
	auto last_line = [&](const Transfer &each) {
		return (page + each.offset_ + each.length_ - 1) / cache_line;
	};

	return first_line(*this) <= last_line(other) && first_line(other) <= last_line(*this);
}

} // namespace vp
