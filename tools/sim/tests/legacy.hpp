/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of the tests of VGA's ranges: an adapter that is the machine's VGA device, or is not,
 * with a ROM, and short ways to ask for ranges.
 */
#ifndef SIM_TESTS_LEGACY_HPP
#define SIM_TESTS_LEGACY_HPP

#include "bench.hpp"

#include <cstring>

namespace sim {

inline VIDEO_ACCESS_RANGE range_of(uint64_t start, ULONG length, bool io)
{
	VIDEO_ACCESS_RANGE range{};

	range.RangeStart.QuadPart = static_cast<LONGLONG>(start);
	range.RangeLength = length;
	range.RangeInIoSpace = io;
	return range;
}

inline IO_RESOURCE_DESCRIPTOR wish_of(UCHAR type, ULONG length, uint64_t first, uint64_t last,
				      UCHAR option = 0)
{
	IO_RESOURCE_DESCRIPTOR wish{};

	wish.Type = type;
	wish.Option = option;
	wish.u.Generic.Length = length;
	wish.u.Generic.MinimumAddress.QuadPart = static_cast<LONGLONG>(first);
	wish.u.Generic.MaximumAddress.QuadPart = static_cast<LONGLONG>(last);
	return wish;
}

class LegacyTest : public testing::Test {
protected:
	explicit LegacyTest(DriverData data = {}) : bench({}, std::move(data)) {}

	/// Probe the first adapter again, with this in its HwVidFindAdapter.
	int probe(bool vga, std::function<VP_STATUS()> find = {}, uint64_t used = 0)
	{
		for (User *user : {&bench.a, &bench.b})
			bench.close(*user);
		if (bench.adapters[0]->bound)
			bench.remove();
		bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
		bench.device().vga = vga;
		bench.device().legacy_used = used;
		bench.device().rom_space = 0x10000;
		for (int i = 0; i < 0x9000; i++)
			bench.device().rom.push_back(static_cast<uint8_t>(i * 7));
		memcpy(&bench.device().rom[0x8ff8], "PLEX86\0", 8);
		bench.miniports[0].on_find = [=](VIDEO_PORT_CONFIG_INFO &) {
			return find ? find() : VP_STATUS{NO_ERROR};
		};
		return bench.adapters[0]->probe(bench.driver);
	}
	VP_STATUS verify(std::vector<VIDEO_ACCESS_RANGE> ranges)
	{
		return VideoPortVerifyAccessRanges(
			bench.extension(), static_cast<ULONG>(ranges.size()), ranges.data());
	}
	PVOID base(uint64_t address, ULONG length, UCHAR flags = 0)
	{
		PHYSICAL_ADDRESS at{};

		at.QuadPart = static_cast<LONGLONG>(address);
		return VideoPortGetDeviceBase(bench.extension(), at, length, flags);
	}
	VP_STATUS wish(std::vector<IO_RESOURCE_DESCRIPTOR> wishes, ULONG count)
	{
		return VideoPortGetAccessRanges(bench.extension(),
						static_cast<ULONG>(wishes.size()), wishes.data(),
						count, list, nullptr, nullptr, &slot);
	}
	size_t legacy() { return bench.device().legacy.size(); }

	void TearDown() override { bench.end(); }

	static inline const VIDEO_ACCESS_RANGE memory = range_of(0xa0000, 0x20000, false);
	static inline const VIDEO_ACCESS_RANGE ports = range_of(0x3b0, 0x30, true);
	static inline const VIDEO_ACCESS_RANGE dispi = range_of(0x1ce, 2, true);
	static inline const VIDEO_ACCESS_RANGE own = range_of(0xc0000000, 4096, false);

	Bench bench;
	VIDEO_ACCESS_RANGE list[4];
	ULONG slot = 0;
};

} // namespace sim

#endif
