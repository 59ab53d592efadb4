// SPDX-License-Identifier: GPL-2.0
/*
 * The table of legacy windows, and claiming them. See legacy_ranges.h. PASSIVE.
 */
#include <cstddef>

#include "legacy_ranges.h"

namespace vp {

namespace {

struct Window {
	uint64_t start;
	uint64_t length;
	bool io;
	bool for_clients;
};

/*
 * Why these: VGA's own addresses are in the PCI specification (0x3bc to 0x3bf between them are a
 * parallel port's, or VGA's where none has them); the video BIOS's copy in memory is where drivers
 * of the NT4 time look for tables; the DISPI ports set modes on Bochs' and QEMU's VGA; the last two
 * wake a VGA adapter up. A port that is not here may be any other device's: no miniport gets it.
 */
constexpr Window windows[] = {
	{0xa0000, 0x20000, false, true}, /* VGA memory */
	{0xc0000, 0x20000, false, false}, /* video BIOS */
	{0x3b0, 0xc, true, false}, /* VGA, monochrome */
	{0x3bc, 0x4, true, false},	  {0x3c0, 0x20, true, false}, /* VGA */
	{0x1ce, 0x4, true, false}, /* DISPI: index, data, and data at an even port */
	{0x102, 0x1, true, false}, /* VGA enable */
	{0x46e8, 0x1, true, false}, /* VGA enable, on an adapter */
};

constexpr size_t count = sizeof(windows) / sizeof(windows[0]);

static_assert(count <= 8 * sizeof(LegacyRanges::Windows));

/* Bytes of the range that are in the window. */
uint64_t shared(const Window &window, uint64_t start, uint64_t end)
{
	uint64_t from = start > window.start ? start : window.start;
	uint64_t to = end < window.start + window.length ? end : window.start + window.length;

	return from < to ? to - from : 0;
}

/* The windows that the range touches; none unless they have all of it. */
LegacyRanges::Windows find(uint64_t start, uint64_t length, bool io)
{
	LegacyRanges::Windows found = 0;
	uint64_t end, bytes = 0;

	if (!length || __builtin_add_overflow(start, length, &end))
		return 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t part = windows[i].io == io ? shared(windows[i], start, end) : 0;

		bytes += part;
		found |= LegacyRanges::Windows{part != 0} << i;
	}
	return bytes == length ? found : 0;
}

} // namespace

bool LegacyRanges::names(uint64_t start, uint64_t length, bool io)
{
	return find(start, length, io);
}

bool LegacyRanges::claim(const char *call, uint64_t start, uint64_t length, bool io, Windows &added)
{
	const Windows wanted = find(start, length, io) & ~claimed_;
	Windows got = 0;

	if (!wanted)
		return true;
	if (!vp_vga_enabled(device_)) {
		counters_.refuse(
			Counter::BadAddress,
			"%s: 0x%llx in %s space is for the VGA device of a PC, which this adapter is not",
			call, static_cast<unsigned long long>(start), io ? "I/O" : "memory");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const Window &window = windows[i];

		if (!(wanted >> i & 1))
			continue;
		if (const char *owner =
			    vp_legacy_claim(device_, window.start, window.length, window.io)) {
			counters_.refuse(Counter::BadAddress,
					 "%s: 0x%llx in %s space is used by %s", call,
					 static_cast<unsigned long long>(window.start),
					 io ? "I/O" : "memory", owner);
			release(got);
			return false;
		}
		got |= Windows{1} << i;
		claimed_ |= Windows{1} << i;
	}
	added |= got;
	return true;
}

bool LegacyRanges::claimed(uint64_t start, uint64_t length, bool io) const
{
	const Windows wanted = find(start, length, io);

	return wanted && !(wanted & ~claimed_);
}

bool LegacyRanges::for_clients(uint64_t start, uint64_t length)
{
	const Windows wanted = find(start, length, false);

	for (size_t i = 0; i < count; i++)
		if (wanted >> i & 1 && !windows[i].for_clients)
			return false;
	return wanted;
}

void LegacyRanges::release(Windows released)
{
	for (size_t i = count; i-- > 0;)
		if (released >> i & 1)
			vp_legacy_release(device_, windows[i].start, windows[i].length,
					  windows[i].io);
	claimed_ &= ~released;
}

} // namespace vp
