// SPDX-License-Identifier: GPL-2.0
/*
 * The wishes of a miniport that VideoPortGetAccessRanges lists instead of the BARs: each is looked
 * for among the adapter's registers and the legacy ranges. See resources.h. PASSIVE.
 */
#include "resources.h"

namespace vp {

static bool is_range(const IO_RESOURCE_DESCRIPTOR &wish)
{
	return wish.Type == CmResourceTypePort || wish.Type == CmResourceTypeMemory;
}

bool Resources::place(const IO_RESOURCE_DESCRIPTOR &wish, VIDEO_ACCESS_RANGE &range) const
{
	const auto &want = wish.u.Generic;
	const bool io = wish.Type == CmResourceTypePort;
	auto first = static_cast<uint64_t>(want.MinimumAddress.QuadPart);
	auto last = static_cast<uint64_t>(want.MaximumAddress.QuadPart);
	uint64_t at = 0, offset, end;
	bool found = false;

	if (!want.Length || __builtin_add_overflow(first, want.Length - 1, &end) || end > last)
		return false;
	/* One place only, or the first of several. */
	if (find_bar(first, want.Length, io, offset) >= 0 ||
	    LegacyRanges::names(first, want.Length, io)) {
		at = first;
		found = true;
	}
	for (unsigned int i = 0; i < VP_MAX_BARS && !found; i++) {
		vp_bar bar;

		vp_bar_info(device_, i, &bar);
		at = bar.start;
		found = bar.length >= want.Length && bar.io == io && bar.start >= first &&
			bar.start <= last && want.Length - 1 <= last - bar.start;
	}
	if (!found)
		return false;
	range = {};
	range.RangeStart.QuadPart = static_cast<long long>(at);
	range.RangeLength = want.Length;
	range.RangeInIoSpace = io;
	range.RangeVisible = TRUE;
	range.RangeShareable = wish.ShareDisposition == CmResourceShareShared;
	return true;
}

/* Fill @ranges with places for the wishes, and count them. */
VP_STATUS Resources::place_all(const char *call, ULONG wishes, const IO_RESOURCE_DESCRIPTOR *wish,
			       ULONG count, VIDEO_ACCESS_RANGE *ranges, ULONG &used)
{
	bool placed = false; /* the last wish, or what it is an alternative to */

	for (ULONG i = 0; i < wishes; i++) {
		const bool alternative = wish[i].Option & IO_RESOURCE_ALTERNATIVE;
		const bool followed = i + 1 < wishes &&
				      wish[i + 1].Option & IO_RESOURCE_ALTERNATIVE &&
				      is_range(wish[i + 1]);
		const auto &want = wish[i].u.Generic;
		VIDEO_ACCESS_RANGE range;

		if (!is_range(wish[i]) || (alternative && placed))
			continue;
		placed = place(wish[i], range);
		if (!placed && followed)
			continue;
		if (!placed) {
			counters_.refuse(
				Counter::BadAddress,
				"%s: wish %u, %u bytes in %s space from 0x%llx to 0x%llx: nothing of the adapter's is there",
				call, i, want.Length,
				wish[i].Type == CmResourceTypePort ? "I/O" : "memory",
				static_cast<unsigned long long>(want.MinimumAddress.QuadPart),
				static_cast<unsigned long long>(want.MaximumAddress.QuadPart));
			return ERROR_INVALID_PARAMETER;
		}
		if (used == count) {
			counters_.refuse(Counter::BadLength,
					 "%s: room for %u ranges, but more are wished for", call,
					 count);
			return ERROR_MORE_DATA;
		}
		ranges[used++] = range;
	}
	return NO_ERROR;
}

VP_STATUS Resources::claim_requested(const char *call, ULONG wishes,
				     const IO_RESOURCE_DESCRIPTOR *wish, ULONG count,
				     VIDEO_ACCESS_RANGE *ranges, ULONG *slot)
{
	ULONG used = 0;

	if (!ranges)
		return claim(call, count, ranges, slot);
	for (ULONG i = 0; i < count; i++)
		ranges[i] = {};

	VP_STATUS status = place_all(call, wishes, wish, count, ranges, used);

	/* Wishes for interrupts alone change nothing of the ranges. */
	if (!status && !used)
		return claim(call, count, ranges, slot);
	if (!status)
		status = verify(call, used, ranges);
	if (status) {
		/* What is not granted is not listed either. */
		for (ULONG i = 0; i < used; i++)
			ranges[i] = {};
		return status;
	}
	tell_slot(slot);
	return NO_ERROR;
}

} // namespace vp
