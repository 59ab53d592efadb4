// SPDX-License-Identifier: GPL-2.0
/*
 * Access ranges and their mappings, as VideoPortGetAccessRanges, VideoPortGetDeviceBase and
 * VideoPortMapMemory have them. The simulated adapter has three ranges.
 */
#include "bench.hpp"

#include <cstring>

using namespace sim;

namespace {

class ResourcesTest : public testing::Test {
protected:
	/// Probe the first adapter again, with this in its HwVidFindAdapter.
	int probe(std::function<void()> find, VP_STATUS status = NO_ERROR)
	{
		for (User *user : {&bench.a, &bench.b})
			bench.close(*user);
		if (bench.adapters[0]->bound)
			bench.remove();
		bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
		bench.miniports[0].on_find = [=](VIDEO_PORT_CONFIG_INFO &) {
			find();
			return status;
		};
		return bench.adapters[0]->probe(bench.driver);
	}
	VP_STATUS ranges(ULONG count, VIDEO_ACCESS_RANGE *list, ULONG *slot = nullptr)
	{
		return VideoPortGetAccessRanges(bench.extension(), 0, nullptr, count, list, nullptr,
						nullptr, slot);
	}
	PVOID base(uint64_t address, ULONG length, UCHAR flags = 0)
	{
		PHYSICAL_ADDRESS at{};

		at.QuadPart = static_cast<LONGLONG>(address);
		return VideoPortGetDeviceBase(bench.extension(), at, length, flags);
	}

	void TearDown() override { bench.end(); }

	Bench bench;
	VIDEO_ACCESS_RANGE list[4];
};

TEST_F(ResourcesTest, RangesAreThoseOfTheRegistersAndClaimed)
{
	ULONG slot = 0;

	EXPECT_EQ(probe([&] {
			  memset(list, 0x55, sizeof(list));
			  EXPECT_EQ(ranges(4, list, &slot), NO_ERROR);
		  }),
		  0);
	EXPECT_TRUE(bench.device().claimed);
	EXPECT_EQ(list[0].RangeStart.QuadPart, 0xc0000000);
	EXPECT_EQ(list[0].RangeLength, 16u << 20);
	EXPECT_FALSE(list[0].RangeInIoSpace);
	EXPECT_EQ(list[1].RangeStart.QuadPart, 0xfe000000);
	EXPECT_EQ(list[2].RangeStart.QuadPart, 0xc000);
	EXPECT_TRUE(list[2].RangeInIoSpace);
	EXPECT_EQ(list[3].RangeLength, 0u) << "the rest is zeroed";
	EXPECT_EQ(slot, bench.device().ids.slot);
	bench.remove();
	EXPECT_FALSE(bench.device().claimed);
}

TEST_F(ResourcesTest, TooSmallAListClaimsNothing)
{
	EXPECT_EQ(probe([&] {
			  EXPECT_EQ(ranges(2, list), ERROR_MORE_DATA);
			  EXPECT_FALSE(bench.device().claimed);
			  EXPECT_EQ(ranges(1, nullptr), ERROR_INVALID_PARAMETER);
			  EXPECT_FALSE(bench.device().claimed);
			  EXPECT_EQ(ranges(4, list), NO_ERROR);
			  EXPECT_EQ(ranges(0, nullptr), NO_ERROR);
			  EXPECT_FALSE(bench.device().claimed) << "0 gives the claim up";
		  }),
		  0);
}

TEST_F(ResourcesTest, RangesOfAnotherDriverAreRefused)
{
	bench.close(bench.a);
	bench.close(bench.b);
	bench.remove();
	bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
	bench.adapters[0]->device.busy = true;
	bench.miniports[0].on_find = [&](VIDEO_PORT_CONFIG_INFO &) {
		EXPECT_EQ(ranges(4, list), ERROR_INVALID_PARAMETER);
		return ERROR_DEV_NOT_EXIST;
	};
	EXPECT_EQ(bench.adapters[0]->probe(bench.driver), -VP_ENODEV);
}

TEST_F(ResourcesTest, RangesAreAskedForOnlyInHwVidFindAdapter)
{
	EXPECT_EQ(ranges(4, list), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
}

TEST_F(ResourcesTest, OnlyClaimedRangesAreMapped)
{
	EXPECT_EQ(base(0xc0000000, 4096), nullptr) << "not claimed";
	EXPECT_EQ(probe([&] { EXPECT_EQ(ranges(4, list), NO_ERROR); }), 0);

	PVOID whole = base(0xc0000000, 16 << 20);
	PVOID end = base(0xc0000000 + (16 << 20) - 1, 1);
	PVOID ports = base(0xc004, 4, VIDEO_MEMORY_SPACE_IO);

	EXPECT_TRUE(whole && end);
	EXPECT_EQ(ports, reinterpret_cast<PVOID>(0xc004));
	EXPECT_EQ(bench.device().mapped.size(), 2u);
	EXPECT_EQ(base(0xc0000000, (16 << 20) + 1), nullptr);
	EXPECT_EQ(base(0xc0000000 - 1, 2), nullptr);
	EXPECT_EQ(base(0xc0000000, 0), nullptr);
	EXPECT_EQ(base(~0ull, 2), nullptr);
	EXPECT_EQ(base(0xc0000000, 4, VIDEO_MEMORY_SPACE_IO), nullptr);
	EXPECT_EQ(base(0xc004, 4), nullptr) << "ports are no memory";
	EXPECT_EQ(base(0, 4096), nullptr);
	EXPECT_EQ(bench.counter("bad_address"), 7u);
	VideoPortFreeDeviceBase(bench.extension(), whole);
	VideoPortFreeDeviceBase(bench.extension(), whole);
	VideoPortFreeDeviceBase(bench.extension(), ports);
	EXPECT_EQ(bench.counter("bad_address"), 8u);
	EXPECT_EQ(bench.device().mapped.size(), 1u);
	bench.remove();
	EXPECT_TRUE(bench.device().mapped.empty());
}

TEST_F(ResourcesTest, MapMemoryRoundsToPagesAndMapsNoClient)
{
	EXPECT_EQ(probe([&] { EXPECT_EQ(ranges(4, list), NO_ERROR); }), 0);

	PHYSICAL_ADDRESS at{};
	ULONG length = 5000, space = VIDEO_MEMORY_SPACE_P6CACHE;
	PVOID mapped = nullptr, elsewhere = reinterpret_cast<PVOID>(0x1234);

	at.QuadPart = 0xc0000000;
	EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &mapped), NO_ERROR);
	EXPECT_EQ(length, 8192u);
	EXPECT_TRUE(mapped);
	EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &elsewhere),
		  ERROR_INVALID_PARAMETER);
	space = VIDEO_MEMORY_SPACE_USER_MODE;
	elsewhere = nullptr;
	EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &elsewhere),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, nullptr, &space, &elsewhere),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortUnmapMemory(bench.extension(), mapped, reinterpret_cast<HANDLE>(1)),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortUnmapMemory(bench.extension(), mapped, nullptr), NO_ERROR);
	EXPECT_EQ(VideoPortUnmapMemory(bench.extension(), mapped, nullptr),
		  ERROR_INVALID_PARAMETER);
	EXPECT_TRUE(bench.device().mapped.empty());
}

TEST_F(ResourcesTest, MapMemoryTellsTheBytesFromTheAddressToTheEndOfItsPage)
{
	EXPECT_EQ(probe([&] { EXPECT_EQ(ranges(4, list), NO_ERROR); }), 0);
	for (auto [length, mapped_length] :
	     {std::pair<ULONG, ULONG>{0xff0, 0xff0}, {1, 0xff0}, {0xff1, 0x1ff0}}) {
		PHYSICAL_ADDRESS at{};
		ULONG space = 0;
		PVOID mapped = nullptr;

		at.QuadPart = 0xc0000010;
		EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &mapped),
			  NO_ERROR);
		EXPECT_EQ(length, mapped_length);
		EXPECT_EQ(VideoPortUnmapMemory(bench.extension(), mapped, nullptr), NO_ERROR);
	}
}

TEST_F(ResourcesTest, VerifyingClaimsOnlyTheAdaptersOwn)
{
	VIDEO_ACCESS_RANGE own{}, legacy{};

	own.RangeStart.QuadPart = 0xc0000000;
	own.RangeLength = 4096;
	legacy.RangeStart.QuadPart = 0xa0000;
	legacy.RangeLength = 0x20000;
	EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, &legacy),
		  ERROR_INVALID_PARAMETER);
	EXPECT_FALSE(bench.device().claimed);
	EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, nullptr),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, &own), NO_ERROR);
	EXPECT_TRUE(bench.device().claimed);
}

TEST_F(ResourcesTest, AFailedFindLeavesNothing)
{
	int error = probe(
		[&] {
			EXPECT_EQ(ranges(4, list), NO_ERROR);
			EXPECT_TRUE(base(0xc0000000, 4096));
			EXPECT_TRUE(
				VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 100, 0));

			PHYSICAL_ADDRESS logical;
			ULONG actual;

			EXPECT_TRUE(VideoPortGetCommonBuffer(bench.extension(), 4096, 0, &logical,
							     &actual, FALSE));
			VideoPortStartTimer(bench.extension());
		},
		ERROR_INVALID_PARAMETER);

	EXPECT_EQ(error, -VP_EINVAL); /* and the bench finds what is left */
	EXPECT_FALSE(bench.device().claimed);
}

TEST_F(ResourcesTest, ConfigurationSpaceIsReadAndWrittenInside)
{
	auto get = [&](PVOID buffer, ULONG offset, ULONG length) {
		return VideoPortGetBusData(bench.extension(), PCIConfiguration, 0, buffer, offset,
					   length);
	};
	uint8_t bytes[300] = {};

	EXPECT_EQ(get(bytes, 4, 4), 4u);
	EXPECT_EQ(bytes[0], 4u);
	EXPECT_EQ(get(bytes, 250, 300), 6u);
	EXPECT_EQ(get(bytes, 256, 1), 0u);
	EXPECT_EQ(get(bytes, ~0u, 1), 0u);
	EXPECT_EQ(get(nullptr, 0, 1), 0u);
	EXPECT_EQ(VideoPortGetBusData(bench.extension(), Cmos, 0, bytes, 0, 1), 0u);
	bytes[0] = 0x77;
	EXPECT_EQ(VideoPortSetBusData(bench.extension(), PCIConfiguration, 0, bytes, 64, 1), 1u);
	EXPECT_EQ(bench.device().config[64], 0x77);
}

} // namespace
