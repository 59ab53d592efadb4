// SPDX-License-Identifier: GPL-2.0
/*
 * What a port claims by itself before HwVidFindAdapter: the legacy ranges of which the miniport said
 * in VideoPortInitialize, or says when it is asked, that its adapter decodes them. PASSIVE.
 */
#include "port.h"

using namespace vp;

/* A list of more is a sign that the structure is not what it should be. */
static constexpr ULONG most_ranges = 64;

void vp_port::claim_legacy_resources()
{
	PVIDEO_ACCESS_RANGE ranges = miniport_.hw.HwLegacyResourceList;
	ULONG count = miniport_.hw.HwLegacyResourceCount;

	if (miniport_.hw.HwGetLegacyResources) {
		struct vp_device_ids ids;

		vp_device_ids(device_, &ids);
		miniport_.hw.HwGetLegacyResources(ids.vendor, ids.device, &ranges, &count);
	}
	if (!count || !ranges)
		return;
	if (count > most_ranges) {
		counters.refuse(Counter::BadLength,
				"HwLegacyResourceCount is %u, more than %u: no range claimed",
				count, most_ranges);
		return;
	}
	/* A second adapter of the kind does without: the miniport asks VideoPortGetVgaStatus. */
	if (!vp_vga_enabled(device_)) {
		vp_log(device_, VP_LOG_INFO,
		       "%s: the legacy ranges are for the VGA device of a PC, which this adapter is not",
		       miniport_.name);
		return;
	}
	if (resources.verify("HwLegacyResourceList", count, ranges) != NO_ERROR)
		vp_log(device_, VP_LOG_WARN,
		       "%s: without its legacy ranges; the miniport may not find its adapter",
		       miniport_.name);
}
