// SPDX-License-Identifier: GPL-2.0
/*
 * What else a miniport of a PC's time asks for: the ROM's image, banked memory, and what there is
 * not.
 */
#include "legacy.hpp"

using namespace sim;

namespace {

TEST_F(LegacyTest, TheRomsImageIsACopyThatThePortOwns)
{
	ASSERT_EQ(probe(true), 0);

	auto get = [&](ULONG length) {
		return static_cast<uint8_t *>(
			VideoPortGetRomImage(bench.extension(), nullptr, 0, length));
	};
	uint8_t *image = get(0x10000);

	ASSERT_TRUE(image);
	EXPECT_EQ(memcmp(image, bench.device().rom.data(), 0x9000), 0);
	EXPECT_EQ(image[0x9000], 0xff) << "behind the images";
	EXPECT_EQ(image[0xffff], 0xff);
	EXPECT_EQ(get(0x10001), nullptr) << "more than the ROM has";
	EXPECT_EQ(get(~0u), nullptr);
	EXPECT_EQ(bench.counter("bad_length"), 2u);
	image = get(3);
	ASSERT_TRUE(image);
	EXPECT_EQ(image[2], 14);
	VideoPortFreePool(bench.extension(), image);
	EXPECT_EQ(bench.counter("bad_address"), 1u) << "it is not the pool's";
	EXPECT_EQ(get(0), nullptr);
	EXPECT_EQ(get(0), nullptr);
	bench.in_dpc([&] { EXPECT_EQ(get(512), nullptr); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	bench.device().rom.clear();
	EXPECT_EQ(get(512), nullptr) << "a ROM that cannot be read";
	bench.device().rom_space = 0;
	EXPECT_EQ(get(1), nullptr) << "no ROM";
	bench.device().rom_space = 0x10000;
	bench.device().rom.assign(512, 1);
	EXPECT_TRUE(get(512)) << "what is left at removal is freed";
}

TEST_F(LegacyTest, ARomIsScannedWhereItIsMappedOrCopied)
{
	ASSERT_EQ(probe(true), 0);

	auto scan = [&](const void *at, ULONG length, const char *text) {
		return VideoPortScanRom(bench.extension(),
					static_cast<PUCHAR>(const_cast<void *>(at)), length,
					reinterpret_cast<PUCHAR>(const_cast<char *>(text)));
	};
	auto *image =
		static_cast<uint8_t *>(VideoPortGetRomImage(bench.extension(), nullptr, 0, 0x9000));

	ASSERT_TRUE(image);
	EXPECT_TRUE(scan(image, 0x9000, "PLEX86"));
	EXPECT_TRUE(scan(image + 0x8ff8, 6, "PLEX86"));
	EXPECT_FALSE(scan(image, 0x8ffd, "PLEX86")) << "its end is not in there";
	EXPECT_FALSE(scan(image, 0x9000, "PLEX87"));
	EXPECT_FALSE(scan(image, 2, "PLEX86"));
	EXPECT_EQ(bench.counter("bad_address"), 0u);
	EXPECT_FALSE(scan(image, 0x9001, "PLEX86"));
	EXPECT_FALSE(scan(&bench, 8, "PLEX86")) << "any memory";
	EXPECT_FALSE(scan(image - 1, 8, "PLEX86"));
	EXPECT_EQ(bench.counter("bad_address"), 3u);
	EXPECT_FALSE(scan(nullptr, 8, "PLEX86"));
	EXPECT_FALSE(scan(image, 8, nullptr));
	EXPECT_FALSE(scan(image, 8, ""));
	EXPECT_FALSE(scan(image, 0x9000, std::string(256, 'x').c_str()));
	EXPECT_EQ(bench.counter("bad_parameter"), 4u);
	bench.in_dpc([&] { EXPECT_FALSE(scan(image, 0x9000, "PLEX86")); });

	EXPECT_EQ(verify({range_of(0xc0000, 0x20000, false)}), NO_ERROR);

	auto *bios = static_cast<uint8_t *>(base(0xc0000, 0x10000));

	ASSERT_TRUE(bios);
	EXPECT_TRUE(scan(bios, 0x10000, "PLEX86"));
	EXPECT_FALSE(scan(bios, 0x8000, "PLEX86"));
	EXPECT_FALSE(scan(bios + 1, 0x10000, "PLEX86")) << "beyond the mapping";
	VideoPortFreeDeviceBase(bench.extension(), bios);
	EXPECT_FALSE(scan(bios, 0x10000, "PLEX86"));
	EXPECT_EQ(bench.counter("bad_address"), 5u);
}

struct Banks {
	ULONG read = ~0u, write = ~0u, calls = 0;
};

VOID choose_bank(ULONG read, ULONG write, PVOID context)
{
	auto *banks = static_cast<Banks *>(context);

	banks->read = read;
	banks->write = write;
	banks->calls++;
}

TEST_F(LegacyTest, OneBankIsMappedAndMoreAreNot)
{
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(verify({memory}), NO_ERROR);

	Banks banks;
	PHYSICAL_ADDRESS at{};
	ULONG length = 0x10000, space = 0;
	PVOID mapped = nullptr;
	auto map = [&](ULONG bank, PBANKED_SECTION_ROUTINE routine) {
		return VideoPortMapBankedMemory(bench.extension(), at, &length, &space, &mapped,
						bank, TRUE, routine, &banks);
	};

	at.QuadPart = 0xa0000;
	EXPECT_EQ(map(0x8000, choose_bank), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(map(0, choose_bank), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(map(0x10000, nullptr), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(banks.calls, 0u);
	EXPECT_EQ(bench.counter("bad_parameter"), 3u);
	EXPECT_EQ(map(0x10000, choose_bank), NO_ERROR);
	EXPECT_TRUE(mapped);
	EXPECT_EQ(banks.calls, 1u);
	EXPECT_EQ(banks.read, 0u);
	EXPECT_EQ(banks.write, 0u);
	EXPECT_EQ(VideoPortUnmapMemory(bench.extension(), mapped, nullptr), NO_ERROR);
	mapped = nullptr;
	at.QuadPart = 0x90000;
	EXPECT_EQ(map(0x10000, choose_bank), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(banks.calls, 1u) << "no bank is chosen where nothing is mapped";
}

TEST_F(LegacyTest, WhatThereIsNotSaysSo)
{
	VIDEO_X86_BIOS_ARGUMENTS arguments{};
	VIDEO_ACCESS_RANGE range = ports;

	arguments.Eax = 0x4f02;
	ASSERT_EQ(probe(true), 0);
	EXPECT_EQ(VideoPortInt10(bench.extension(), &arguments), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(arguments.Eax, 0x4f02u);
	EXPECT_EQ(VideoPortSetTrappedEmulatorPorts(bench.extension(), 1, &range),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	EXPECT_EQ(VideoPortInt10(this, &arguments), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortGetRomImage(this, nullptr, 0, 512), nullptr);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
}

} // namespace
