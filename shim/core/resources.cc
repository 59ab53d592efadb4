// SPDX-License-Identifier: GPL-2.0
/*
 * Claiming, mapping and releasing an adapter's ranges. See resources.h. PASSIVE.
 */
#include "page.h"
#include "resources.h"

namespace vp {

VP_STATUS Resources::claim_bars(const char *call)
{
	if (claimed_)
		return NO_ERROR;
	if (vp_bars_claim(device_)) {
		counters_.refuse(
			Counter::BadParameter,
			"%s: another driver holds the adapter's ranges (see /proc/iomem), or the system's console does (keep_console=1)",
			call);
		return ERROR_INVALID_PARAMETER;
	}
	claimed_ = true;
	return NO_ERROR;
}

VP_STATUS Resources::claim(const char *call, ULONG count, VIDEO_ACCESS_RANGE *ranges, ULONG *slot)
{
	ULONG found = 0;
	vp_bar bar;

	if (!count) {
		release();
		return NO_ERROR;
	}
	if (!ranges) {
		counters_.refuse(Counter::BadParameter, "%s: AccessRanges is NULL for %u ranges",
				 call, count);
		return ERROR_INVALID_PARAMETER;
	}
	for (unsigned int i = 0; i < VP_MAX_BARS; i++) {
		vp_bar_info(device_, i, &bar);
		found += bar.length != 0;
	}
	if (found > count) {
		counters_.refuse(Counter::BadLength,
				 "%s: room for %u ranges, but the adapter has %u", call, count,
				 found);
		return ERROR_MORE_DATA;
	}
	if (VP_STATUS status = claim_bars(call))
		return status;

	for (ULONG i = 0; i < count; i++)
		ranges[i] = {};
	for (unsigned int i = 0; i < VP_MAX_BARS; i++) {
		vp_bar_info(device_, i, &bar);
		if (!bar.length)
			continue;
		ranges->RangeStart.QuadPart = static_cast<long long>(bar.start);
		/* a range of 4 GiB or more does not fit its field */
		ranges->RangeLength =
			bar.length > ~0u ? ~0u & ~0xfffu : static_cast<ULONG>(bar.length);
		ranges->RangeInIoSpace = bar.io;
		ranges->RangeVisible = TRUE;
		ranges->RangeShareable = TRUE;
		ranges++;
	}
	tell_slot(slot);
	return NO_ERROR;
}

void Resources::tell_slot(ULONG *slot) const
{
	struct vp_device_ids ids;

	if (!slot)
		return;
	vp_device_ids(device_, &ids);
	*slot = ids.slot;
}

int Resources::find_bar(uint64_t address, uint64_t length, bool io, uint64_t &offset) const
{
	for (unsigned int i = 0; i < VP_MAX_BARS; i++) {
		vp_bar bar;

		vp_bar_info(device_, i, &bar);
		if (bar.io == io && address >= bar.start && length <= bar.length &&
		    address - bar.start <= bar.length - length) {
			offset = address - bar.start;
			return static_cast<int>(i);
		}
	}
	return -1;
}

int Resources::find_claimed(uint64_t address, uint64_t length, bool io, uint64_t &offset) const
{
	int bar = claimed_ && length ? find_bar(address, length, io, offset) : -1;

	if (bar < 0 && legacy_.claimed(address, length, io)) {
		offset = address;
		bar = io ? VP_LEGACY_PORTS : VP_LEGACY_MEMORY;
	}
	return bar;
}

VP_STATUS Resources::verify(const char *call, ULONG count, const VIDEO_ACCESS_RANGE *ranges)
{
	LegacyRanges::Windows added = 0;
	VP_STATUS status = NO_ERROR;
	bool registers = false;

	for (ULONG i = 0; i < count && !status; i++) {
		auto start = static_cast<uint64_t>(ranges[i].RangeStart.QuadPart);
		const ULONG length = ranges[i].RangeLength;
		const bool io = ranges[i].RangeInIoSpace;
		uint64_t offset;

		if (!length)
			continue;
		if (find_bar(start, length, io, offset) >= 0) {
			registers = true;
		} else if (LegacyRanges::names(start, length, io)) {
			if (!legacy_.claim(call, start, length, io, added))
				status = ERROR_INVALID_PARAMETER;
		} else {
			counters_.refuse(
				Counter::BadAddress,
				"%s: range %u, %u bytes at 0x%llx in %s space, is neither the adapter's nor VGA's",
				call, i, length, static_cast<unsigned long long>(start),
				io ? "I/O" : "memory");
			status = ERROR_INVALID_PARAMETER;
		}
	}
	if (registers && !status)
		status = claim_bars(call);
	if (status)
		legacy_.release(added);
	return status;
}

bool Resources::find_range(const char *call, uint64_t address, uint64_t length, bool io,
			   vp_view_source &range)
{
	int bar = find_claimed(address, length, io, range.offset);

	if (bar < 0) {
		counters_.refuse(
			Counter::BadAddress,
			"%s: %llu bytes at 0x%llx in %s space are not a claimed range of this adapter: use what VideoPortGetAccessRanges gave, or VideoPortVerifyAccessRanges granted",
			call, static_cast<unsigned long long>(length),
			static_cast<unsigned long long>(address), io ? "I/O" : "memory");
		return false;
	}
	range.bar = static_cast<unsigned int>(bar);
	range.length = static_cast<size_t>(length);
	return true;
}

void *Resources::map_range(const char *call, uint64_t address, const vp_view_source &range, bool io)
{
	Owned<RangeMapping> mapping(create<RangeMapping>(device_, range.bar, range.offset,
							 range.length, io, range.write_combining));

	if (!mapping || !mapping->map()) {
		counters_.refuse(Counter::NoMemory, "%s: %zu bytes at 0x%llx cannot be mapped",
				 call, range.length, static_cast<unsigned long long>(address));
		return nullptr;
	}

	SpinGuard guard(lock_);

	mappings_.push_back(mapping->link);
	return mapping.release()->address();
}

bool Resources::caching_of_mappings(const vp_view_source &range, bool wanted)
{
	SpinGuard guard(lock_);
	const RangeMapping *other = mappings_.find([&](const RangeMapping &each) {
		return each.overlaps(range.bar, range.offset, range.length);
	});

	return other ? other->write_combining() : wanted;
}

void Resources::say_caching(const char *call, uint64_t address, bool wanted, bool agreed)
{
	if (agreed != wanted)
		counters_.refuse(
			Counter::OtherCaching,
			"%s: 0x%llx is mapped already, %s write-combining: mapped like that again",
			call, static_cast<unsigned long long>(address),
			agreed ? "with" : "without");
}

Resources::Viewable Resources::find_pages(const char *call, uint64_t address, uint64_t length,
					  vp_view_source &source)
{
	uint64_t offset = 0;
	int index = find_claimed(address, length, false, offset);
	vp_bar bar;

	if (index < 0)
		return Viewable::Elsewhere;
	if (index == VP_LEGACY_MEMORY) {
		if (!LegacyRanges::for_clients(address, length)) {
			counters_.refuse(Counter::BadAddress,
					 "%s: the video BIOS at 0x%llx is not for a client", call,
					 static_cast<unsigned long long>(address));
			return Viewable::Refused;
		}
		bar = {0, 1ull << 20, false};
	} else {
		vp_bar_info(device_, index, &bar);
	}
	/* Base address registers are as aligned as they are large. */
	if (bar.length < page_size || bar.start % page_size) {
		counters_.refuse(
			Counter::BadAddress,
			"%s: the range of %llu bytes at 0x%llx shares its page with other devices: not for a client",
			call, static_cast<unsigned long long>(bar.length),
			static_cast<unsigned long long>(bar.start));
		return Viewable::Refused;
	}

	uint64_t end = page_end(offset, length);

	source.bar = index;
	source.offset = page_start(offset);
	source.length = static_cast<size_t>(end - source.offset);
	return Viewable::Yes;
}

bool Resources::unmap(void *address, vp_context context)
{
	Owned<RangeMapping> mapping;

	{
		SpinGuard guard(lock_);

		mapping = Owned<RangeMapping>(mappings_.find(
			[&](const RangeMapping &each) { return each.address() == address; }));
		if (!mapping)
			return false;
		mapping->link.unlink();
	}
	if (context != VP_PASSIVE)
		deferred_.push(mapping.release()->link);
	return true;
}

bool Resources::mapped(const void *at, size_t length)
{
	SpinGuard guard(lock_);

	return mappings_.find([&](const RangeMapping &each) { return each.holds(at, length); });
}

bool Resources::bus_address(const void *mapped, uint64_t &address)
{
	SpinGuard guard(lock_);
	unsigned int index = 0;
	uint64_t offset = 0;
	vp_bar bar{};

	if (!mappings_.find([&](const RangeMapping &each) {
		    return !each.io() && each.contains(mapped, index, offset);
	    }))
		return false;
	if (index != VP_LEGACY_MEMORY) /* there the offset is the address */
		vp_bar_info(device_, index, &bar);
	address = bar.start + offset;
	return true;
}

void Resources::work()
{
	deferred_.drain([](RangeMapping *mapping) { destroy(mapping); });
}

void Resources::release()
{
	work();
	for (;;) {
		Owned<RangeMapping> mapping;
		SpinGuard guard(lock_);

		mapping = Owned<RangeMapping>(mappings_.pop_front());
		if (!mapping)
			break;
	}
	if (claimed_)
		vp_bars_release(device_);
	claimed_ = false;
	legacy_.release();
}

} // namespace vp
