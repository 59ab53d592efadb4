// SPDX-License-Identifier: GPL-2.0
/*
 * What not every transfer needs. See transfer.h. PASSIVE or DISPATCH; nothing here sleeps.
 */
#include "transfer.h"

namespace vp {

/* What the platform writes of an element. */
static_assert(offsetof(VP_SCATTER_GATHER_ELEMENT, Address) == offsetof(vp_element, address) &&
	      offsetof(VP_SCATTER_GATHER_ELEMENT, Length) == offsetof(vp_element, length));

/* An adapter without scatter/gather moves the first element; the caller asks for the rest later. */
int Transfer::shrink_to_one_element(vp_device *device)
{
	vp_element element;

	(void)mapping().list(start(), length(), adapter_->limits().max_element, &element, 1);

	size_t first = element.length;

	if (first == length())
		return 0;
	length_ = first;
	if (!own_)
		return 0;
	own_.unmap();
	counters_.sub(Counter::Mappings);
	return map(device);
}

int Transfer::list_several()
{
	const uint32_t most = adapter_->limits().max_element;
	const size_t count = own_ && length() <= most ? own_.segments()
						      : mapping().count(start(), length(), most);

	if (!adapter_->limits().scatter_gather && count != 1)
		return -VP_EIO; /* the platform maps the same range otherwise the second time */

	const size_t bytes = sizeof(*list_) + count * sizeof(list_->Elements[0]);

	void *memory = count <= few_elements ? __builtin_memset(few_, 0, bytes) : vp_alloc(bytes);

	if (!memory)
		return -VP_ENOMEM;
	list_ = static_cast<VP_SCATTER_GATHER_LIST *>(memory);
	(void)mapping().list(start(), length(), most, list_->Elements, count);
	list_->NumberOfElements = static_cast<ULONG>(count);
	return 0;
}

bool Transfer::collides(const List<Transfer> &others, size_t cache_line) const
{
	const size_t page = buffer_->pin().page_offset();
	auto first_line = [&](const Transfer &each) { return (page + each.offset_) / cache_line; };
	auto last_line = [&](const Transfer &each) {
		return (page + each.offset_ + each.length() - 1) / cache_line;
	};

	return others.find([&](const Transfer &other) {
		return (device_writes_ || other.device_writes_) &&
		       first_line(*this) <= last_line(other) &&
		       first_line(other) <= last_line(*this);
	});
}

} // namespace vp
