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
	if (list_ && static_cast<void *>(list_) != few_)
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

/* What the platform writes of an element. */
static_assert(offsetof(VP_SCATTER_GATHER_ELEMENT, Address) == offsetof(vp_element, address) &&
	      offsetof(VP_SCATTER_GATHER_ELEMENT, Length) == offsetof(vp_element, length));

bool Transfer::make_list(size_t count)
{
	void *memory = count <= few_elements
			       ? few_
			       : vp_alloc(sizeof(*list_) + count * sizeof(list_->Elements[0]));

	list_ = static_cast<VP_SCATTER_GATHER_LIST *>(memory);
	if (memory == few_)
		__builtin_memset(few_, 0, sizeof(*list_) + count * sizeof(list_->Elements[0]));
	return list_;
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
	vp_element element;

	(void)mapping().list(start(), length_, adapter_->limits().max_element, &element, 1);

	size_t first = element.length;

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

	const uint32_t most = adapter_->limits().max_element;
	size_t count = mapping().count(start(), length_, most);

	if (!adapter_->limits().scatter_gather && count != 1)
		return -VP_EIO; /* the platform maps the same range otherwise the second time */
	if (!make_list(count))
		return -VP_ENOMEM;
	(void)mapping().list(start(), length_, most, list_->Elements, count);
	list_->NumberOfElements = static_cast<ULONG>(count);

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
