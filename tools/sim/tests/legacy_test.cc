// SPDX-License-Identifier: GPL-2.0
/*
 * VGA's ranges: who gets them, how they are mapped, and that none is left when it ends.
 */
#include <ntddk.h>

#include "legacy.hpp"

using namespace sim;

namespace {

TEST_F(LegacyTest, TheVgaDeviceGetsVgasRanges)
{
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(verify({memory, ports, dispi, own}), NO_ERROR);
	EXPECT_EQ(legacy(), 5u) << "the ports are three windows";
	EXPECT_TRUE(bench.device().claimed);
	EXPECT_EQ(base(0x3b0, 0x30, VIDEO_MEMORY_SPACE_IO), reinterpret_cast<PVOID>(0x3b0));
	EXPECT_EQ(base(0x3ba, 0x8, VIDEO_MEMORY_SPACE_IO), reinterpret_cast<PVOID>(0x3ba));
	EXPECT_EQ(base(0x1ce, 3, VIDEO_MEMORY_SPACE_IO), reinterpret_cast<PVOID>(0x1ce));
	auto *window = static_cast<char *>(base(0xa0000, 0x20000));
	ASSERT_TRUE(window);
	EXPECT_EQ(MmGetPhysicalAddress(window + 0x1234).QuadPart, 0xa1234);
	EXPECT_TRUE(base(0xb8000, 0x8000, VIDEO_MEMORY_SPACE_P6CACHE));
	EXPECT_EQ(bench.counter("other_caching"), 1u) << "one caching for one range";
	EXPECT_EQ(bench.counter("bad_address"), 0u);
	EXPECT_EQ(verify({memory, ports}), NO_ERROR) << "again is no conflict with itself";
	EXPECT_EQ(legacy(), 5u);
	bench.remove();
	EXPECT_EQ(legacy(), 0u);
}

TEST_F(LegacyTest, AnotherAdapterGetsNone)
{
	ULONG status = ~0u;

	ASSERT_EQ(probe(false), 0);
	EXPECT_EQ(verify({own, memory}), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(verify({ports}), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(verify({dispi}), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_FALSE(bench.device().claimed) << "all or none";
	EXPECT_EQ(bench.counter("bad_address"), 3u);
	EXPECT_EQ(VideoPortGetVgaStatus(bench.extension(), &status), NO_ERROR);
	EXPECT_EQ(status, 0u);
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(VideoPortGetVgaStatus(bench.extension(), &status), NO_ERROR);
	EXPECT_EQ(status, unsigned{DEVICE_VGA_ENABLED});
	EXPECT_EQ(VideoPortGetVgaStatus(bench.extension(), nullptr), ERROR_INVALID_PARAMETER);
	bench.in_dpc([&] {
		EXPECT_EQ(VideoPortGetVgaStatus(bench.extension(), &status),
			  ERROR_INVALID_PARAMETER);
	});
}

TEST_F(LegacyTest, AMappedWindowHasItsOwnAddress)
{
	ASSERT_EQ(probe(true), 0);
	ASSERT_EQ(verify({memory}), NO_ERROR);

	auto *mapped = static_cast<char *>(base(0xa0000, 0x20000));

	ASSERT_NE(mapped, nullptr);
	EXPECT_EQ(MmGetPhysicalAddress(mapped).QuadPart, 0xa0000);
	EXPECT_EQ(MmGetPhysicalAddress(mapped + 0x18010).QuadPart, 0xb8010);
}

TEST_F(LegacyTest, WhatIsNotClaimedIsNotMapped)
{
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(base(0xa0000, 4096), nullptr);
	EXPECT_EQ(base(0x3c0, 1, VIDEO_MEMORY_SPACE_IO), nullptr);
	EXPECT_EQ(verify({range_of(0x3c0, 0x10, true)}), NO_ERROR);
	EXPECT_EQ(base(0x3c0, 0x20, VIDEO_MEMORY_SPACE_IO), reinterpret_cast<PVOID>(0x3c0))
		<< "a window is granted whole";
	EXPECT_EQ(base(0x3b0, 0x30, VIDEO_MEMORY_SPACE_IO), nullptr) << "but no other";
	EXPECT_EQ(base(0x3c0, 0x21, VIDEO_MEMORY_SPACE_IO), nullptr);
	EXPECT_EQ(base(0x3c0, 0x20), nullptr) << "ports are no memory";
	EXPECT_EQ(base(0x3c0, 0, VIDEO_MEMORY_SPACE_IO), nullptr);
}

TEST_F(LegacyTest, NothingElseIsEverGranted)
{
	ASSERT_EQ(probe(true), 0);
	for (const VIDEO_ACCESS_RANGE &each :
	     {range_of(0x20, 2, true), range_of(0x3af, 2, true), range_of(0x3df, 2, true),
	      range_of(0xcf8, 8, true), range_of(0x9f000, 0x1000, false),
	      range_of(0x9ffff, 2, false), range_of(0xdffff, 2, false), range_of(0xf0000, 1, false),
	      range_of(0x100000, 4096, false), range_of(0xa0000, ~0u, false),
	      range_of(~0ull - 3, 8, true), range_of(0x1cd, 2, true), range_of(0x1ce, 5, true),
	      range_of(0x3c0, 4, false), range_of(0xa0000, 4, true)}) {
		EXPECT_EQ(verify({ports, each}), ERROR_INVALID_PARAMETER)
			<< std::hex << each.RangeStart.QuadPart;
		EXPECT_EQ(legacy(), 0u) << "what was claimed before it is given up";
	}
}

TEST_F(LegacyTest, WhatAnotherDriverHasIsRefusedAndAllGivenUp)
{
	for (uint64_t used : {0xa0000ull, 0x3b0ull, 0x3c0ull, 0x1ceull}) {
		ASSERT_EQ(probe(true, {}, used), 0);
		EXPECT_EQ(verify({own, memory, ports, dispi}), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(legacy(), 0u);
		EXPECT_FALSE(bench.device().claimed);
		EXPECT_EQ(bench.counter("bad_address"), 1u);
	}
}

TEST_F(LegacyTest, AFailureKeepsWhatWasGrantedBefore)
{
	ASSERT_EQ(probe(true, {}, 0x1ce), 0);
	EXPECT_EQ(verify({ports}), NO_ERROR);
	EXPECT_EQ(verify({memory, ports, dispi}), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(legacy(), 3u);
	EXPECT_TRUE(base(0x3c0, 0x20, VIDEO_MEMORY_SPACE_IO));
	EXPECT_EQ(base(0xa0000, 0x20000), nullptr);
}

TEST_F(LegacyTest, RangesOfNoBytesArePassedOver)
{
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(verify({range_of(0, 0, false), range_of(0, 0, true)}), NO_ERROR);
	EXPECT_FALSE(bench.device().claimed);
	EXPECT_EQ(legacy(), 0u);
}

TEST_F(LegacyTest, AClaimIsGivenUpInHwVidFindAdapter)
{
	EXPECT_EQ(probe(true,
			[&] {
				EXPECT_EQ(verify({memory, ports, own}), NO_ERROR);
				EXPECT_TRUE(base(0xa0000, 0x20000));
				EXPECT_EQ(verify({}), NO_ERROR);
				EXPECT_EQ(legacy(), 0u);
				EXPECT_FALSE(bench.device().claimed);
				EXPECT_EQ(verify({memory, ports, own}), NO_ERROR);
				EXPECT_EQ(wish({}, 0), NO_ERROR);
				EXPECT_EQ(legacy(), 0u);
				return VP_STATUS{NO_ERROR};
			}),
		  0);
	EXPECT_EQ(verify({ports}), NO_ERROR);
	EXPECT_EQ(verify({}), NO_ERROR) << "an empty list gives nothing up later";
	EXPECT_EQ(legacy(), 3u);
}

TEST_F(LegacyTest, AFailedFindLeavesNothing)
{
	EXPECT_EQ(probe(true,
			[&] {
				EXPECT_EQ(verify({memory, ports, dispi, own}), NO_ERROR);
				EXPECT_TRUE(base(0xa0000, 0x10000));
				EXPECT_TRUE(
					VideoPortGetRomImage(bench.extension(), nullptr, 0, 512));
				return VP_STATUS{ERROR_DEV_NOT_EXIST};
			}),
		  -VP_ENODEV);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_TRUE(bench.device().mapped.empty());
}

TEST_F(LegacyTest, WishesAreListedInsteadOfTheRegisters)
{
	auto find = [&] {
		EXPECT_EQ(wish({wish_of(CmResourceTypePort, 0x20, 0x3c0, 0x3df),
				wish_of(CmResourceTypeInterrupt, 1, 11, 11),
				wish_of(CmResourceTypeMemory, 0x1000, 0, ~0u),
				wish_of(CmResourceTypeMemory, 0x20000, 0xa0000, 0xbffff)},
			       4),
			  NO_ERROR);
		return VP_STATUS{NO_ERROR};
	};

	EXPECT_EQ(probe(true, find), 0);
	EXPECT_EQ(list[0].RangeStart.QuadPart, 0x3c0);
	EXPECT_EQ(list[0].RangeLength, 0x20u);
	EXPECT_TRUE(list[0].RangeInIoSpace);
	EXPECT_EQ(list[1].RangeStart.QuadPart, 0xc0000000) << "the first register that it fits";
	EXPECT_EQ(list[1].RangeLength, 0x1000u);
	EXPECT_EQ(list[2].RangeStart.QuadPart, 0xa0000);
	EXPECT_EQ(list[3].RangeLength, 0u);
	EXPECT_EQ(slot, bench.device().ids.slot);
	EXPECT_EQ(legacy(), 2u);
	EXPECT_TRUE(bench.device().claimed);
}

TEST_F(LegacyTest, WishesThatCannotBeFulfilledClaimNothing)
{
	auto find = [&] {
		const auto vga = wish_of(CmResourceTypePort, 0x20, 0x3c0, 0x3df);

		EXPECT_EQ(wish({vga, wish_of(CmResourceTypePort, 8, 0x2f8, 0x2ff)}, 4),
			  ERROR_INVALID_PARAMETER);
		EXPECT_EQ(wish({wish_of(CmResourceTypeMemory, 0x20000, 0xa0000, 0xb0000)}, 4),
			  ERROR_INVALID_PARAMETER)
			<< "it does not fit its own limits";
		EXPECT_EQ(wish({wish_of(CmResourceTypeMemory, 0, 0xa0000, 0xbffff)}, 4),
			  ERROR_INVALID_PARAMETER);
		EXPECT_EQ(wish({wish_of(CmResourceTypeMemory, 2, ~0ull, ~0ull)}, 4),
			  ERROR_INVALID_PARAMETER);
		EXPECT_EQ(wish({vga, vga}, 1), ERROR_MORE_DATA);
		EXPECT_EQ(list[0].RangeLength, 0u) << "nothing is listed that is not granted";
		bench.device().legacy_used = 0x3c0;
		EXPECT_EQ(wish({vga}, 4), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(list[0].RangeLength, 0u);
		bench.device().legacy_used = 0;
		EXPECT_EQ(legacy(), 0u);
		EXPECT_FALSE(bench.device().claimed);
		/* an alternative is taken if what it is for cannot be had, and only then */
		EXPECT_EQ(
			wish({wish_of(CmResourceTypePort, 8, 0x2f8, 0x2ff, IO_RESOURCE_PREFERRED),
			      wish_of(CmResourceTypePort, 4, 0x1ce, 0x1d1, IO_RESOURCE_ALTERNATIVE),
			      wish_of(CmResourceTypePort, 0x20, 0x3c0, 0x3df,
				      IO_RESOURCE_ALTERNATIVE)},
			     4),
			NO_ERROR);
		EXPECT_EQ(list[0].RangeStart.QuadPart, 0x1ce);
		EXPECT_EQ(list[1].RangeLength, 0u);
		return VP_STATUS{NO_ERROR};
	};

	EXPECT_EQ(probe(true, find), 0);
	EXPECT_EQ(legacy(), 1u);
}

TEST_F(LegacyTest, AClientSeesVgaMemoryButNotTheBios)
{
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(verify({memory, range_of(0xc0000, 0x8000, false)}), NO_ERROR);
	bench.open(bench.a);
	bench.in_request(bench.a, [&] {
		for (uint64_t address : {0xa0000, 0xc0000}) {
			PHYSICAL_ADDRESS at{};
			ULONG length = 0x8000, space = VIDEO_MEMORY_SPACE_USER_MODE;
			PVOID seen = reinterpret_cast<PVOID>(1);

			at.QuadPart = static_cast<LONGLONG>(address);
			EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &seen),
				  address == 0xa0000 ? NO_ERROR : ERROR_INVALID_PARAMETER);
		}
	});
	EXPECT_EQ(bench.counter("views"), 1u);
	bench.close(bench.a);
	EXPECT_EQ(bench.counter("views"), 0u);
}

/* ---- What the miniport said in VideoPortInitialize ---- */

VIDEO_ACCESS_RANGE vga_list[] = {range_of(0x3b0, 0xc, true), range_of(0x3c0, 0x20, true),
				 range_of(0xa0000, 0x20000, false)};

VOID ask_legacy(ULONG vendor, ULONG, PVIDEO_ACCESS_RANGE *list, PULONG count)
{
	static VIDEO_ACCESS_RANGE asked[] = {range_of(0x1ce, 4, true)};

	*list = asked;
	*count = vendor == 0x1234;
}

class LegacyListTest : public LegacyTest {
protected:
	LegacyListTest()
		: LegacyTest({.change = [](VIDEO_HW_INITIALIZATION_DATA &data) {
			  data.HwLegacyResourceList = vga_list;
			  data.HwLegacyResourceCount = 3;
		  }})
	{
	}
};

TEST_F(LegacyListTest, IsClaimedBeforeHwVidFindAdapter)
{
	EXPECT_EQ(probe(true,
			[&] {
				EXPECT_EQ(legacy(), 3u);
				EXPECT_TRUE(base(0xa0000, 0x20000));
				return VP_STATUS{NO_ERROR};
			}),
		  0);
	bench.remove();
	EXPECT_EQ(legacy(), 0u);
}

TEST_F(LegacyListTest, IsPassedOverWhereTheAdapterIsNotTheVgaDevice)
{
	EXPECT_EQ(probe(false), 0);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_EQ(bench.counter("bad_address"), 0u);
}

TEST_F(LegacyListTest, DoesNotKeepTheMiniportFromLookingWhenItIsRefused)
{
	EXPECT_EQ(probe(true, {}, 0xa0000), 0);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_EQ(bench.counter("bad_address"), 1u);
}

class LegacyAskTest : public LegacyTest {
protected:
	LegacyAskTest()
		: LegacyTest({.change = [](VIDEO_HW_INITIALIZATION_DATA &data) {
			  data.HwLegacyResourceList = vga_list;
			  data.HwLegacyResourceCount = 3;
			  data.HwGetLegacyResources = ask_legacy;
		  }})
	{
	}
};

TEST_F(LegacyAskTest, TheMiniportKnowsBetterWhatItsAdapterHas)
{
	EXPECT_EQ(probe(true), 0);
	ASSERT_EQ(legacy(), 1u);
	EXPECT_EQ(bench.device().legacy[0].start, 0x1ceu);
}

class LegacyNt4Test : public LegacyTest {
protected:
	LegacyNt4Test()
		: LegacyTest({.change = [](VIDEO_HW_INITIALIZATION_DATA &data) {
			  data.HwInitDataSize = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
			  data.HwLegacyResourceList = vga_list;
			  data.HwLegacyResourceCount = 3;
		  }})
	{
	}
};

TEST_F(LegacyNt4Test, AStructureOfNt4HasNoSuchList)
{
	EXPECT_EQ(probe(true), 0);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_EQ(verify({memory, ports}), NO_ERROR) << "but the call is as old";
}

class LegacyLongListTest : public LegacyTest {
protected:
	LegacyLongListTest()
		: LegacyTest({.change = [](VIDEO_HW_INITIALIZATION_DATA &data) {
			  data.HwLegacyResourceList = vga_list;
			  data.HwLegacyResourceCount = 0x10000;
		  }})
	{
	}
};

TEST_F(LegacyLongListTest, IsNotBelieved)
{
	EXPECT_EQ(probe(true), 0);
	EXPECT_EQ(legacy(), 0u);
	EXPECT_EQ(bench.counter("bad_length"), 1u);
}

} // namespace
