// SPDX-License-Identifier: GPL-2.0
/*
 * Which part of the adapter's memory a client is shown: a claimed range, or a common buffer. And what
 * the miniport maps for itself, which must be cached as the client sees it. See view.h. PASSIVE.
 */
#include "address_text.h"
#include "page.h"
#include "port.h"

using namespace vp;

void *vp_port::map_for_miniport(const char *call, uint64_t address, uint64_t length, ULONG flags)
{
	return views.while_none_is_made([&]() -> void * {
		if (views.closed()) {
			counters.refuse(Counter::BadRequest, "%s: the adapter is going", call);
			return nullptr;
		}
		return resources.map(
			call, address, length, flags,
			[&](unsigned int bar, uint64_t offset, uint64_t bytes, bool wanted) {
				return views.caching_of_others(bar, offset, bytes, wanted);
			});
	});
}

/* What is still mapped when the device is gone, its removal unmaps. */
bool vp_port::unmap_for_miniport(void *mapped, vp_context context)
{
	if (context != VP_PASSIVE)
		return resources.unmap(mapped, context);
	return views.while_none_is_made(
		[&] { return views.closed() || resources.unmap(mapped, context); });
}

uint64_t vp_port::map_into_client(const Caller &caller, uint64_t address, ULONG &length,
				  ULONG flags, Token token)
{
	if (flags & VIDEO_MEMORY_SPACE_IO) {
		counters.refuse(Counter::BadParameter,
				"%s: ports at 0x%llx cannot be mapped into a client", caller.call,
				static_cast<unsigned long long>(address));
		return 0;
	}

	size_t mapped = 0;
	auto find = [&](vp_view_source &source) {
		auto caching = [&](unsigned int bar, uint64_t offset, uint64_t bytes, bool wanted) {
			return views.caching_of_others(bar, offset, bytes, wanted);
		};
		auto viewable =
			resources.find_view(caller.call, address, length,
					    flags & VIDEO_MEMORY_SPACE_P6CACHE, caching, source);

		if (viewable == Resources::Viewable::Elsewhere && length &&
		    dma.find_common(address, length, source)) {
			uint64_t end = page_end(source.offset, length);

			source.offset = page_start(source.offset);
			source.length = static_cast<size_t>(end - source.offset);
			viewable = Resources::Viewable::Yes;
		}
		if (viewable == Resources::Viewable::Elsewhere)
			counters.refuse(
				Counter::BadAddress,
				"%s: %u bytes at %s are neither a claimed range of this adapter nor a common buffer",
				caller.call, length, AddressText(address).text());
		mapped = source.length;
		return viewable == Resources::Viewable::Yes;
	};
	uint64_t base = views.map(caller, token, find);

	if (!base)
		return 0;

	/* Bars and common buffers begin with a page, so the offset in it is the address's own. */
	uint64_t in_page = address % page_size;
	uint64_t from_there = mapped - in_page;

	length = from_there > ~0u ? length : static_cast<ULONG>(from_there);
	return base + in_page;
}

bool vp_port::unmap_from_client(const Caller &caller, uint64_t address, Token token)
{
	return views.unmap(caller, page_start(address), token);
}
