// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport as a client sees it, on whatever adapter the guest has: what it was given of
 * VGA's addresses, whether the registers and the memory behind them are the device's, the ROM, and
 * that nothing stays when the adapter ends. VP_DRIVER names the miniport.
 */
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include "videoport.hpp"
#include "mapped_view.hpp"

#include <devioctl.h>
#include <ntddvdeo.h>

#include "legacyioctl.h"

namespace {

using integration::words_at;

const std::string driver = getenv("VP_DRIVER") ?: "vp_legacy";
const char *const second_adapter = "/sys/bus/pci/devices/0000:00:06.0";
const bool nt4 = driver == "vp_legacy_nt4";

/// Elsewhere no adapter is given VGA's own addresses: something else of the machine's is there.
#ifdef __x86_64__
constexpr bool pc = true;
constexpr const char *no_vga = "no VGA";
#else
constexpr bool pc = false;
constexpr const char *no_vga = "only PCs have VGA's own addresses";
#endif

/// Lines of a file of /proc that end with a word.
std::vector<std::string> lines_of(const char *file, const std::string &word)
{
	std::vector<std::string> found;
	std::ifstream in(file);

	for (std::string line; std::getline(in, line);)
		if (line.ends_with(word))
			found.push_back(line.substr(line.find_first_not_of(' ')));
	return found;
}

/// By another process: what is mapped into this one is then taken away from outside.
bool write_to(const std::string &file, const std::string &text)
{
	const pid_t child = fork();
	int status = -1;

	if (child == 0) {
		std::ofstream out(file);

		out << text << std::flush;
		_exit(out ? 0 : 1);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

class LegacyTest : public testing::Test {
protected:
	void SetUp() override
	{
		device_ = videoport::Device::open_driver(driver);
		ASSERT_TRUE(device_) << device_.error();
		ASSERT_TRUE(device_.fetch(IOCTL_LEGACY_FOUND, found_).ok());
	}
	bool has_vga() const { return pc && found_.Kind != LEGACY_BOCHS; }
	bool has_dispi() const { return pc && found_.Kind == LEGACY_STDVGA; }

	uint32_t access(uint32_t where, uint32_t index, bool write = false, uint32_t value = 0)
	{
		LEGACY_ACCESS call = {where, index, write, value};

		EXPECT_TRUE(device_.exchange(IOCTL_LEGACY_ACCESS, call, call).ok())
			<< where << " " << index;
		return call.Value;
	}
	void put(uint32_t where, uint32_t index, uint32_t value)
	{
		access(where, index, true, value);
	}

	LEGACY_MAP map(uint64_t address, uint32_t length, uint32_t flags = 0)
	{
		LEGACY_MAP call = {address, length, flags, 0, 0};

		EXPECT_TRUE(device_.exchange(IOCTL_LEGACY_MAP, call, call).ok());
		return call;
	}
	void unmap(uint64_t address)
	{
		LEGACY_MAP call = {address, 0, 0, 1, 0};

		EXPECT_TRUE(device_.exchange(IOCTL_LEGACY_MAP, call, call).ok());
		EXPECT_EQ(call.Status, unsigned{NO_ERROR});
	}
	uint32_t verify(uint64_t address, uint32_t length, bool io)
	{
		LEGACY_MAP call = {address, length, io, 0, 0};

		EXPECT_TRUE(device_.exchange(IOCTL_LEGACY_VERIFY, call, call).ok());
		return call.Status;
	}
	LEGACY_ROM rom(uint32_t length, const char *text, bool bios = false)
	{
		LEGACY_ROM call = {};

		call.Length = length;
		call.Bios = bios;
		strncpy(call.Text, text, sizeof(call.Text) - 1);
		EXPECT_TRUE(device_.exchange(IOCTL_LEGACY_ROM, call, call).ok());
		return call;
	}
	uint64_t counter(const char *name) const { return device_.counter(name).value_or(~0ull); }

	videoport::Device device_;
	LEGACY_FOUND found_ = {};
};

TEST_F(LegacyTest, TheMachinesVgaDeviceHasItsAddresses)
{
	EXPECT_EQ(found_.VgaStatus, has_vga() ? DEVICE_VGA_ENABLED : 0u);
	EXPECT_EQ(found_.VgaMapped, has_vga());
	EXPECT_EQ(found_.DispiMapped, has_vga());
	EXPECT_EQ(found_.VerifyVga, 0u);
	EXPECT_EQ(found_.VerifyDispi, 0u);
	EXPECT_EQ(found_.Wished, has_vga() ? NO_ERROR : ERROR_INVALID_PARAMETER);
	EXPECT_EQ(found_.WishedStart, has_vga() ? 0x3c0u : 0u);
	EXPECT_EQ(found_.GivenUp, 0u);
	EXPECT_EQ(found_.Ranges, found_.Kind == LEGACY_SVGA ? 3u : 2u);
}

TEST_F(LegacyTest, WhatItHasIsInTheKernelsTables)
{
	const auto ports = lines_of("/proc/ioports", ": videoport");
	const auto memory = lines_of("/proc/iomem", ": videoport");
	auto has = [](const std::vector<std::string> &lines, const char *start) {
		return std::any_of(lines.begin(), lines.end(), [&](const std::string &line) {
			return line.starts_with(start);
		});
	};

	EXPECT_EQ(has(ports, "03c0-03df"), has_vga());
	EXPECT_EQ(has(ports, "03b0-03bb"), has_vga());
	EXPECT_EQ(has(ports, "03bc-03bf"), has_vga() && nt4) << "a printer's, unless asked for";
	EXPECT_EQ(has(ports, "01ce-01d1"), has_vga());
	EXPECT_EQ(has(memory, "000a0000-000bffff"), has_vga());
}

TEST_F(LegacyTest, PortsAndMemoryOfOthersAreRefused)
{
	const uint64_t before = counter("bad_address");

	for (uint32_t port : {0x20u, 0x60u, 0x2f8u, 0x3f8u, 0xcf8u})
		EXPECT_EQ(verify(port, 1, true), unsigned{ERROR_INVALID_PARAMETER}) << port;
	for (uint32_t address : {0x1000u, 0x9f000u, 0xf0000u, 0x100000u, 0xfee00000u})
		EXPECT_EQ(verify(address, 0x1000, false), unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(counter("bad_address"), before + 10);
	if (has_vga())
		return;
	for (uint32_t port : {0x3c0u, 0x3b4u, 0x1ceu})
		EXPECT_EQ(verify(port, 2, true), unsigned{ERROR_INVALID_PARAMETER}) << port;
	EXPECT_EQ(verify(0xa0000, 0x20000, false), unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(verify(0xc0000, 0x8000, false), unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(map(0xa0000, 0x10000).Status, unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(counter("bad_address"), before + 16);
}

TEST_F(LegacyTest, TheVgaRegistersAreTheDevices)
{
	if (!has_vga())
		GTEST_SKIP() << no_vga;
	/* a colour of the palette: three values behind each other, at one port */
	put(LEGACY_VGA_PORT, 0x3c8, 200);
	for (uint32_t value : {11, 22, 33})
		put(LEGACY_VGA_PORT, 0x3c9, value);
	put(LEGACY_VGA_PORT, 0x3c8, 201);
	for (uint32_t value : {1, 2, 3})
		put(LEGACY_VGA_PORT, 0x3c9, value);
	put(LEGACY_VGA_PORT, 0x3c7, 200);
	for (uint32_t value : {11, 22, 33, 1, 2, 3})
		EXPECT_EQ(access(LEGACY_VGA_PORT, 0x3c9), value);
	/* the cursor's place, in the CRT controller */
	put(LEGACY_VGA_INDEXED, 0x3d40e, 0x12);
	put(LEGACY_VGA_INDEXED, 0x3d40f, 0x34);
	EXPECT_EQ(access(LEGACY_VGA_INDEXED, 0x3d40e), 0x12u);
	EXPECT_EQ(access(LEGACY_VGA_INDEXED, 0x3d40f), 0x34u);
	EXPECT_EQ(access(LEGACY_VGA_PORT, 0x3d4), 0xfu) << "the index is a register, too";
	/* and the device shows the same in its BAR; of two adapters QEMU lets the last have the ports */
	if (found_.Kind != LEGACY_STDVGA || std::filesystem::exists(second_adapter))
		return;
	put(LEGACY_VGA_IN_BAR, 0x3c7, 200);
	EXPECT_EQ(access(LEGACY_VGA_IN_BAR, 0x3c9), 11u);
	EXPECT_EQ(access(LEGACY_VGA_PORT, 0x3c9), 22u);
}

TEST_F(LegacyTest, TextMemoryIsTheSameForClientAndMiniport)
{
	if (!has_vga())
		GTEST_SKIP() << no_vga;
	/* both planes of text at 0xb8000, as in mode 3 */
	if (found_.Kind == LEGACY_STDVGA)
		put(LEGACY_DISPI_PORT, 4, 0);
	put(LEGACY_VGA_INDEXED, 0x3c402, 0x03);
	put(LEGACY_VGA_INDEXED, 0x3c404, 0x02);
	put(LEGACY_VGA_INDEXED, 0x3ce05, 0x10);
	put(LEGACY_VGA_INDEXED, 0x3ce06, 0x0e);

	const LEGACY_MAP text = map(0xb8000, 0x1000);

	ASSERT_EQ(text.Status, unsigned{NO_ERROR});
	EXPECT_EQ(counter("views"), 1u);
	words_at(text.Address)[5] = 0x1f571f56;
	EXPECT_EQ(access(LEGACY_VGA_MEMORY, 0x18000 + 20), 0x1f571f56u);
	put(LEGACY_VGA_MEMORY, 0x18000 + 160, 0x2e582e59);
	EXPECT_EQ(words_at(text.Address)[40], 0x2e582e59u);
	unmap(text.Address);
	EXPECT_EQ(map(0xc0000, 0x1000).Status, unsigned{ERROR_INVALID_PARAMETER});
}

TEST_F(LegacyTest, DispiIsOneThingByPortsAndByRegisters)
{
	if (found_.Kind == LEGACY_BOCHS || (found_.Kind == LEGACY_STDVGA && !pc)) {
		EXPECT_EQ(access(LEGACY_DISPI_MEMORY, 0) & 0xfff0, 0xb0c0u);
		return;
	}
	if (!has_dispi())
		GTEST_SKIP() << "no DISPI";

	const uint32_t id = access(LEGACY_DISPI_PORT, 0);

	EXPECT_EQ(id & 0xfff0, 0xb0c0u);
	EXPECT_EQ(access(LEGACY_DISPI_EVEN, 0), id);
	EXPECT_EQ(access(LEGACY_DISPI_MEMORY, 0), id);
	put(LEGACY_DISPI_PORT, 4, 0);
	put(LEGACY_DISPI_PORT, 1, 800);
	put(LEGACY_DISPI_EVEN, 2, 600);
	put(LEGACY_DISPI_MEMORY, 3, 32);
	put(LEGACY_DISPI_PORT, 4, 0x41);
	EXPECT_EQ(access(LEGACY_DISPI_MEMORY, 1), 800u);
	EXPECT_EQ(access(LEGACY_DISPI_MEMORY, 2), 600u);
	EXPECT_EQ(access(LEGACY_DISPI_PORT, 3), 32u);
	EXPECT_EQ(access(LEGACY_DISPI_MEMORY, 6), 800u) << "the device has taken the mode";
	put(LEGACY_DISPI_PORT, 4, 0);
}

TEST_F(LegacyTest, TheFrameBufferIsSeenThroughTheBankWindow)
{
	const LEGACY_MAP linear = map(found_.FrameBuffer, 4 << 20, VIDEO_MEMORY_SPACE_P6CACHE);

	ASSERT_EQ(linear.Status, unsigned{NO_ERROR});
	for (uint32_t i = 0; i < 16; i++)
		words_at(linear.Address)[i << 14 | 77] = 0xab000000 | i;
	for (uint32_t i = 0; i < 16; i++)
		EXPECT_EQ(words_at(linear.Address)[i << 14 | 77], 0xab000000u | i);
	if (has_dispi()) {
		put(LEGACY_DISPI_PORT, 4, 0);
		put(LEGACY_DISPI_PORT, 1, 1024);
		put(LEGACY_DISPI_PORT, 2, 768);
		put(LEGACY_DISPI_PORT, 3, 32);
		put(LEGACY_DISPI_PORT, 4, 0x81); /* on, and memory is not cleared */
		for (uint32_t bank : {0, 3, 15}) {
			put(LEGACY_DISPI_PORT, 5, bank);
			EXPECT_EQ(access(LEGACY_VGA_MEMORY, 77 * 4), 0xab000000u | bank);
			put(LEGACY_VGA_MEMORY, 78 * 4, 0xcd000000 | bank);
			EXPECT_EQ(words_at(linear.Address)[bank << 14 | 78], 0xcd000000u | bank);
		}
		put(LEGACY_DISPI_PORT, 5, 0);
		put(LEGACY_DISPI_PORT, 4, 0);
	}
	unmap(linear.Address);
}

TEST_F(LegacyTest, CirrusIsUnlockedAndSaysWhatItIs)
{
	if (found_.Kind != LEGACY_CIRRUS || !pc)
		GTEST_SKIP() << "no Cirrus with VGA's ports";
	put(LEGACY_VGA_INDEXED, 0x3c406, 0);
	EXPECT_EQ(access(LEGACY_VGA_INDEXED, 0x3c406), 0x0fu) << "locked";
	put(LEGACY_VGA_INDEXED, 0x3c406, 0x12);
	EXPECT_EQ(access(LEGACY_VGA_INDEXED, 0x3c406), 0x12u);
	EXPECT_EQ(access(LEGACY_VGA_INDEXED, 0x3d427), 0xb8u) << "CL-GD5446";
}

TEST_F(LegacyTest, SvgaHasItsRegistersAndItsFifo)
{
	if (found_.Kind != LEGACY_SVGA)
		GTEST_SKIP() << "no SVGA";
	if (!pc) {
		EXPECT_EQ(access(LEGACY_SVGA_REGISTER, 0), ~0U)
			<< "the port of its values is an odd one";
		return;
	}
	put(LEGACY_SVGA_REGISTER, 0, 0x90000002);
	EXPECT_EQ(access(LEGACY_SVGA_REGISTER, 0), 0x90000002u);
	put(LEGACY_SVGA_REGISTER, 0, 0x90000099);
	EXPECT_NE(access(LEGACY_SVGA_REGISTER, 0), 0x90000099u) << "no such version";
	put(LEGACY_SVGA_REGISTER, 0, 0x90000002);

	LEGACY_FIFO fifo = {};

	ASSERT_TRUE(device_.fetch(IOCTL_LEGACY_FIFO, fifo).ok());
	EXPECT_EQ(fifo.Minimum, 64u);
	EXPECT_EQ(fifo.Next, fifo.NextBefore + 20);
	EXPECT_EQ(fifo.Stop, fifo.Next) << "the device has read the command";
}

TEST_F(LegacyTest, TheRomIsTheAdapters)
{
	static const uint16_t ids[][2] = {
		{}, {0x1234, 0x1111}, {0x1234, 0x1111}, {0x1013, 0x00b8}, {0x15ad, 0x0405}};
	/* VGA's is larger, and so is the copy of it that firmware leaves below 1 MiB */
	const uint32_t length = found_.Kind == LEGACY_BOCHS ? 0x8000 : 0x10000;
	const LEGACY_ROM image = rom(length, "IBM");

	ASSERT_EQ(image.Got, 1u);
	EXPECT_EQ(image.Bytes[0], 0x55);
	EXPECT_EQ(image.Bytes[1], 0xaa);
	EXPECT_EQ(memcmp(image.Pci, "PCIR", 4), 0);
	EXPECT_EQ(image.Pci[4] | image.Pci[5] << 8, ids[found_.Kind][0]);
	EXPECT_EQ(image.Pci[6] | image.Pci[7] << 8, ids[found_.Kind][1]);
	EXPECT_EQ(image.Found, 1u);
	EXPECT_EQ(rom(length, "no such text in there").Found, 0u);
	EXPECT_EQ(rom(length, "no such text in there").Got, 1u);
	if (found_.Kind == LEGACY_BOCHS && image.Bytes[2] * 512u <= length) {
		EXPECT_EQ(image.Sum, 0u) << "nobody has written to that copy";
	}

	const uint64_t before = counter("bad_length");

	EXPECT_EQ(rom(0x8000000, "IBM").Got, 0u);
	EXPECT_EQ(counter("bad_length"), before + 1);

	const LEGACY_ROM bios = rom(0, "IBM", true);

	EXPECT_EQ(bios.Got, has_vga());
	EXPECT_EQ(bios.Found, has_vga());
	/* signature and length; behind them firmware may have changed its copy */
	if (has_vga()) {
		EXPECT_EQ(memcmp(bios.Bytes, image.Bytes, 3), 0);
	}
}

TEST_F(LegacyTest, WhatThereIsNotIsRefused)
{
	const uint64_t before = counter("bad_parameter");
	LEGACY_ABSENT absent = {};

	ASSERT_TRUE(device_.fetch(IOCTL_LEGACY_ABSENT, absent).ok());
	EXPECT_EQ(absent.Int10, unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(absent.TrappedPorts, unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(absent.Banked, unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(counter("bad_parameter"), before + 3);
	EXPECT_EQ(absent.OneBank, has_vga() ? NO_ERROR : ERROR_INVALID_PARAMETER);
	EXPECT_EQ(absent.BankCalls != 0, has_vga());
}

/* The last: the adapter is taken from its driver under a client that sees its memory. */
TEST_F(LegacyTest, ZNothingStaysWhenTheAdapterEnds)
{
	const std::string folder = "/sys/bus/pci/drivers/" + driver + "/";
	const std::string place = device_.adapter().pci_address;
	const LEGACY_MAP seen = map(has_vga() ? 0xa0000 : found_.FrameBuffer, 0x10000);

	ASSERT_EQ(seen.Status, unsigned{NO_ERROR});
	EXPECT_EQ(integration::touch(seen.Address), 0);
	ASSERT_TRUE(write_to(folder + "unbind", place));
	EXPECT_EQ(integration::touch(seen.Address), SIGBUS);
	EXPECT_EQ(lines_of("/proc/ioports", ": videoport"), std::vector<std::string>());
	EXPECT_EQ(lines_of("/proc/iomem", ": videoport"), std::vector<std::string>());
	device_.close();
	ASSERT_TRUE(write_to(folder + "bind", place));
	SetUp();
	EXPECT_EQ(found_.VgaMapped, has_vga()) << "and it can be had again";
	EXPECT_EQ(found_.Resets, 0u);
}

} // namespace
