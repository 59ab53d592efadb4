// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's hardware as a miniport sees it: access ranges, registers, ports, configuration
 * space, and mappings of its own ranges but of no others. QEMU's pci-testdev counts accesses.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <array>
#include <cstring>
#include <fstream>

#include "mapped_view.hpp"

using namespace integration;

namespace {

class HardwareTest : public BenchTest {
protected:
	void SetUp() override
	{
		BenchTest::SetUp();
		probe_ = Probe(Place::probe_testdev);
		ASSERT_TRUE(probe_.device());
	}
	void TearDown() override
	{
		probe_.close();
		BenchTest::TearDown();
	}

	uint64_t read(uint64_t range, uint64_t offset, uint64_t width)
	{
		return probe_.call(ProbeReadRegister, {range, offset, width}).Result;
	}
	void write(uint64_t range, uint64_t offset, uint64_t width, uint64_t value)
	{
		probe_.call(ProbeWriteRegister, {range, offset, width, value});
	}
	/// The words that the device shows, read by the buffer call of a width.
	std::string name(uint64_t range, uint64_t width, uint64_t count)
	{
		std::string text(width * count, '\0');
		const auto answer =
			probe_.call(ProbeReadRegisterBuffer, {range, name_offset, width, count});
		memcpy(text.data(), answer.Out, text.size());
		return text;
	}

	/// Where an access of @p width that touches @p offset begins: the device wants it aligned.
	static uint64_t aligned(uint64_t offset, uint64_t width) { return offset / width * width; }

	// the device's registers: see QEMU, docs/specs/pci-testdev
	static constexpr uint64_t test_offset = 0, where_offset = 4, data_offset = 8,
				  count_offset = 12, name_offset = 16;
	static constexpr uint64_t memory = 0, ports = 1;

	Probe probe_;
};

} // namespace

TEST_F(HardwareTest, AccessRangesAreTheBarsInOrder)
{
	for (const uint64_t index : {memory, ports}) {
		const auto answer = probe_.call(ProbeAccessRange, {index});
		const Bar bar = bar_of(Place::probe_testdev, static_cast<int>(index));
		ASSERT_EQ(answer.Result, 1U);
		EXPECT_EQ(answer.Out[0], bar.start);
		EXPECT_EQ(answer.Out[1], bar.length);
		EXPECT_EQ(answer.Out[2] != 0, bar.io);
	}
	EXPECT_EQ(probe_.counts().Ranges, 2U);
}

TEST_F(HardwareTest, TheRangesAreClaimedInOurName)
{
	for (const char *file : {"/proc/iomem", "/proc/ioports"}) {
		std::ifstream in(file);
		std::string all((std::istreambuf_iterator<char>(in)), {});
		EXPECT_NE(all.find("videoport"), std::string::npos) << file;
	}
}

TEST_F(HardwareTest, RegistersAreReadAndWrittenInAllWidths)
{
	write(memory, test_offset, 1, 0);
	EXPECT_EQ(read(memory, name_offset, 1), 'm');
	EXPECT_EQ(read(memory, name_offset, 2), 0x6d6dU) << "mm";
	EXPECT_EQ(read(memory, name_offset, 4), 0x6f696d6dU) << "mmio";
	const uint64_t where = read(memory, where_offset, 4), data = read(memory, data_offset, 1);
	for (const uint64_t width : {1, 2, 4}) {
		const uint64_t before = read(memory, count_offset, 4);
		write(memory, where, width, data);
		EXPECT_EQ(read(memory, count_offset, 4), before + 1) << width;
	}
}

TEST_F(HardwareTest, PortsAreReadAndWrittenInAllWidths)
{
	write(ports, test_offset, 1, 0);
	EXPECT_EQ(read(ports, name_offset, 1), 'p');
	EXPECT_EQ(read(ports, name_offset, 2), 0x6f70U) << "po";
	EXPECT_EQ(read(ports, name_offset, 4), 0x74726f70U) << "port";
	const uint64_t where = read(ports, where_offset, 4), data = read(ports, data_offset, 1);
	for (const uint64_t width : {1, 2, 4}) {
		const uint64_t before = read(ports, count_offset, 4);
		write(ports, aligned(where, width), width, data << 8 * (where % width));
		EXPECT_EQ(read(ports, count_offset, 4), before + 1) << width;
	}
}

/* The device takes no such access. Where ports are memory it would be a fault, and is not made. */
TEST_F(HardwareTest, NobodyAnswersAtPortsThatAreNotAligned)
{
	write(ports, test_offset, 1, 0);
	const uint64_t where = read(ports, where_offset, 4), data = read(ports, data_offset, 1);
	const uint64_t before = read(ports, count_offset, 4);
#ifndef __x86_64__ // what a PC's bus makes of it is not ours
	EXPECT_EQ(read(ports, name_offset + 1, 2), 0xffffU);
	EXPECT_EQ(read(ports, name_offset + 1, 4), 0xffffffffU);
	EXPECT_EQ(read(ports, name_offset + 2, 4), 0xffffffffU);
	const auto words = probe_.call(ProbeReadRegisterBuffer, {ports, name_offset + 1, 4, 2});
	EXPECT_EQ(words.Out[0], ~uint64_t{0});
#endif
	write(ports, aligned(where, 4) + 1, 4, data * 0x01010101);
	probe_.call(ProbeWriteRegisterBuffer, {ports, aligned(where, 2) + 1, 2, 3, data * 0x0101});
	EXPECT_EQ(read(ports, count_offset, 4), before);
	EXPECT_EQ(read(ports, name_offset, 4), 0x74726f70U) << "and the device goes on";
}

TEST_F(HardwareTest, RegisterBuffersGoOnFromAddressToAddress)
{
	write(memory, test_offset, 1, 0);
	EXPECT_EQ(name(memory, 1, 15), "mmio-no-eventfd");
	EXPECT_EQ(name(memory, 2, 7), "mmio-no-eventf");
	EXPECT_EQ(name(memory, 4, 3), "mmio-no-even");
	// of three bytes written one hits the place where the device counts
	const uint64_t where = read(memory, where_offset, 4), data = read(memory, data_offset, 1);
	probe_.call(ProbeWriteRegisterBuffer, {memory, where, 1, 3, data});
	EXPECT_EQ(read(memory, count_offset, 4), 1U);
	probe_.call(ProbeWriteRegisterBuffer, {memory, where - 2, 2, 3, data});
	EXPECT_EQ(read(memory, count_offset, 4), 2U);
	probe_.call(ProbeWriteRegisterBuffer, {memory, where - 4, 4, 2, data});
	EXPECT_EQ(read(memory, count_offset, 4), 3U);
}

TEST_F(HardwareTest, PortBuffersUseOnePortAgainAndAgain)
{
	write(ports, test_offset, 1, 0);
	EXPECT_EQ(name(ports, 1, 5), "ppppp");
	EXPECT_EQ(name(ports, 2, 3), "popopo");
	EXPECT_EQ(name(ports, 4, 2), "portport");
	const uint64_t where = read(ports, where_offset, 4), data = read(ports, data_offset, 1);
	uint64_t expected = 0;
	for (const auto &[width, count] : {std::pair{1U, 7U}, {2U, 4U}, {4U, 3U}}) {
		probe_.call(ProbeWriteRegisterBuffer, {ports, aligned(where, width), width, count,
						       data << 8 * (where % width)});
		expected += count;
		EXPECT_EQ(read(ports, count_offset, 4), expected) << width;
	}
}

TEST_F(HardwareTest, TheEduChipAnswersItsRegisters)
{
	const Probe edu(Place::probe_edu);
	EXPECT_EQ(edu.read_register(0), 0x010000edU);
	edu.write_register(4, 0x12345678);
	EXPECT_EQ(edu.read_register(4), ~0x12345678U) << "the liveness check inverts";
}

TEST_F(HardwareTest, BusDataIsTheConfigurationSpace)
{
	std::ifstream file("/sys/bus/pci/devices/" + pci_address(Place::probe_testdev) + "/config");
	std::array<char, 64> expected;
	ASSERT_TRUE(file.read(expected.data(), expected.size()));
	const auto answer = probe_.call(ProbeGetBusData, {uint64_t{PCIConfiguration}, 0, 0, 64});
	ASSERT_EQ(answer.Result, 64U);
	EXPECT_EQ(memcmp(answer.Out, expected.data(), 64), 0);
	const auto odd = probe_.call(ProbeGetBusData, {uint64_t{PCIConfiguration}, 0, 1, 3});
	EXPECT_EQ(odd.Result, 3U);
	EXPECT_EQ(memcmp(odd.Out, expected.data() + 1, 3), 0) << "any offset and length";
}

TEST_F(HardwareTest, BusDataEndsWithTheConfigurationSpace)
{
	const uint64_t pci = PCIConfiguration;
	EXPECT_EQ(probe_.call(ProbeGetBusData, {pci, 0, 254, 4}).Result, 2U);
	EXPECT_EQ(probe_.call(ProbeGetBusData, {pci, 0, 256, 4}).Result, 0U);
	EXPECT_EQ(probe_.call(ProbeGetBusData, {pci, 0, 0xffffffff, 4}).Result, 0U);
	EXPECT_EQ(probe_.call(ProbeSetBusData, {pci, 0, 256, 4, 0}).Result, 0U);
	EXPECT_EQ(probe_.call(ProbeGetBusData, {pci, 0, 0, 0}).Result, 0U);
}

TEST_F(HardwareTest, BusDataOfAnotherBusIsNotThere)
{
	for (const uint64_t type : {uint64_t{Cmos}, uint64_t{EisaConfiguration}, uint64_t{99}}) {
		EXPECT_EQ(probe_.call(ProbeGetBusData, {type, 0, 0, 4}).Result, 0U);
		EXPECT_EQ(probe_.call(ProbeSetBusData, {type, 0, 0x3c, 1, 0}).Result, 0U);
	}
}

TEST_F(HardwareTest, SetBusDataWritesTheConfigurationSpace)
{
	const uint64_t pci = PCIConfiguration, interrupt_line = 0x3c;
	const auto before = probe_.call(ProbeGetBusData, {pci, 0, interrupt_line, 1});
	for (const uint64_t value : {0xa5, 0x5a}) {
		EXPECT_EQ(probe_.call(ProbeSetBusData, {pci, 0, interrupt_line, 1, value}).Result,
			  1U);
		const auto after = probe_.call(ProbeGetBusData, {pci, 0, interrupt_line, 1});
		EXPECT_EQ(after.Out[0] & 0xff, value);
	}
	probe_.call(ProbeSetBusData, {pci, 0, interrupt_line, 1, before.Out[0] & 0xff});
}

TEST_F(HardwareTest, MapMemoryMapsARangeOfOursRoundedToPages)
{
	const Bar bar = bar_of(Place::probe_testdev, 0);
	write(memory, test_offset, 1, 0);
	const auto mapped = probe_.call(ProbeMapMemory, {bar.start, 100, 0, 0});
	ASSERT_EQ(mapped.Result, unsigned{NO_ERROR});
	EXPECT_EQ(mapped.Out[1], 4096U);
	EXPECT_EQ(probe_.call(ProbeReadMapped, {PROBE_POINTER_OFF(mapped.Out[0], name_offset)})
			  .Result,
		  0x6f696d6dU);
	expect_accepted(probe_.device(), [&] {
		EXPECT_EQ(probe_.call(ProbeUnmapMemory, {mapped.Out[0]}).Result,
			  unsigned{NO_ERROR});
	});
	expect_refused(probe_.device(), {"bad_address", "UnmapMemory", {}}, [&] {
		EXPECT_EQ(probe_.call(ProbeUnmapMemory, {mapped.Out[0]}).Result,
			  unsigned{ERROR_INVALID_PARAMETER})
			<< "a second time";
	});
}

TEST_F(HardwareTest, GetDeviceBaseMapsARangeOfOurs)
{
	const Bar bar = bar_of(Place::probe_testdev, 0);
	write(memory, test_offset, 1, 0);
	for (const uint64_t flags : {0, VIDEO_MEMORY_SPACE_P6CACHE, VIDEO_MEMORY_SPACE_DENSE}) {
		const uint64_t base =
			probe_.call(ProbeGetDeviceBase, {bar.start, bar.length, flags}).Result;
		ASSERT_NE(base, 0U) << flags;
		EXPECT_EQ(
			probe_.call(ProbeReadMapped, {PROBE_POINTER_OFF(base, name_offset)}).Result,
			0x6f696d6dU);
		probe_.call(ProbeFreeDeviceBase, {base});
		expect_refused(probe_.device(), {"bad_address", "FreeDeviceBase", {}},
			       [&] { probe_.call(ProbeFreeDeviceBase, {base}); });
	}
}

TEST_F(HardwareTest, NothingIsMappedThatIsNotOurs)
{
	const Bar own = bar_of(Place::probe_testdev, 0), foreign = bar_of(Place::edu_a, 0),
		  io = bar_of(Place::probe_testdev, 1);
	const struct {
		uint64_t start, length, io;
	} ranges[] = {
		{foreign.start, 4096, 0},
		{0x100000, 4096, 0},
		{own.start, own.length + 1, 0},
		{own.start - 1, 2, 0},
		{own.start + own.length, 1, 0},
		{own.start, 0, 0},
		{own.start, 0xffffffff, 0},
		{own.start, 16, 1},
		{io.start, 4, 0},
		{io.start, io.length + 1, 1},
		{0x3c0, 16, 1},
		{~0ULL, 4096, 0},
	};
	for (const auto &range : ranges) {
		SCOPED_TRACE(testing::Message() << std::hex << range.start << "+" << range.length);
		expect_refused(probe_.device(),
			       {"bad_address|bad_length", "GetDeviceBase", range.start}, [&] {
				       EXPECT_EQ(probe_.call(ProbeGetDeviceBase,
							     {range.start, range.length, range.io})
							 .Result,
						 0U);
			       });
		expect_refused(
			probe_.device(), {"bad_address|bad_length", "MapMemory", range.start}, [&] {
				EXPECT_EQ(probe_.call(ProbeMapMemory,
						      {range.start, range.length, range.io, 0})
						  .Result,
					  unsigned{ERROR_INVALID_PARAMETER});
			});
	}
}

TEST_F(HardwareTest, VerifyAccessRangesKnowsOursFromOthers)
{
	const Bar own = bar_of(Place::probe_testdev, 0), foreign = bar_of(Place::edu_a, 0);
	EXPECT_EQ(probe_.call(ProbeVerifyAccessRanges, {own.start, own.length, 0}).Result,
		  unsigned{NO_ERROR});
	for (const uint64_t start : {foreign.start, uint64_t{0x100000}}) {
		expect_refused(probe_.device(), {"bad_address", "VerifyAccessRanges", start}, [&] {
			EXPECT_EQ(probe_.call(ProbeVerifyAccessRanges, {start, 4096, 0}).Result,
				  unsigned{ERROR_INVALID_PARAMETER});
		});
	}
}
