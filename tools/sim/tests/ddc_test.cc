// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortDDCMonitorHelper with a simulated monitor: what it reads, what it does not take for an
 * EDID, and what it does with monitors that are slow, deaf, stuck, or not there.
 */
#include "bench.hpp"
#include "monitor.hpp"

using namespace sim;

namespace {

using Bytes = std::vector<uint8_t>;

class DdcTest : public BenchTest {
protected:
	static constexpr uint8_t untouched = 0x77;

	/// @p size bytes are asked for; the buffer has more.
	bool read(ULONG size = 256)
	{
		buffer.assign(300, untouched);
		return VideoPortDDCMonitorHelper(bench.extension(), &control, buffer.data(), size);
	}
	Bytes first(size_t count) const
	{
		return {buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(count)};
	}
	Bytes and_zeroes(Bytes bytes, size_t count = 256) const
	{
		bytes.resize(count);
		return bytes;
	}
	/// Nothing of the buffer from @p offset on was written.
	bool is_untouched_from(size_t offset) const
	{
		for (size_t i = offset; i < buffer.size(); i++)
			if (buffer[i] != untouched)
				return false;
		return true;
	}
	/// It fails, says so in @p cause, and leaves the buffer and the lines alone.
	void refused(const char *cause, ULONG size = 256)
	{
		uint64_t before = bench.counter(cause);

		EXPECT_FALSE(read(size));
		EXPECT_TRUE(is_untouched_from(0));
		EXPECT_EQ(bench.counter(cause), before + 1) << cause;
		EXPECT_TRUE(monitor.idle());
	}
	uint64_t faults() const { return bench.counter("miniport_error"); }

	I2cMonitor monitor{bench.extension()};
	DDC_CONTROL control{sizeof(control), I2cMonitor::callbacks(), 0};
	Bytes buffer;
};

/* ---- What is read ---- */

TEST_F(DdcTest, AnEdidOfOneBlockIsReadAndTheRestZeroed)
{
	EXPECT_TRUE(read());
	EXPECT_EQ(first(256), and_zeroes(monitor.memory));
	EXPECT_TRUE(is_untouched_from(256));
	EXPECT_EQ(faults(), 0u);
	EXPECT_TRUE(monitor.idle());
}

TEST_F(DdcTest, AnEdidOfTwoBlocksIsRead)
{
	monitor.memory = make_edid(1);
	EXPECT_TRUE(read());
	EXPECT_EQ(first(256), monitor.memory);
}

TEST_F(DdcTest, ASmallBufferGetsTheFirstBlock)
{
	monitor.memory = make_edid(1);
	for (ULONG size : {128u, 200u, 255u}) {
		EXPECT_TRUE(read(size));
		EXPECT_EQ(Bytes(first(128)),
			  Bytes(monitor.memory.begin(), monitor.memory.begin() + 128));
		EXPECT_TRUE(is_untouched_from(128)) << size;
	}
	EXPECT_TRUE(read(299)) << "and a large one no more than a segment";
	EXPECT_TRUE(is_untouched_from(256));
}

TEST_F(DdcTest, OtherSegmentsAreReadFromMonitorsThatHaveThem)
{
	monitor.memory = make_edid(5);
	control.EdidSegment = 2;
	EXPECT_TRUE(read());
	EXPECT_EQ(first(256), Bytes(monitor.memory.begin() + 512, monitor.memory.end()));
	control.EdidSegment = 0;
	EXPECT_TRUE(read()) << "a stop has chosen segment 0 again";
	EXPECT_EQ(first(256), Bytes(monitor.memory.begin(), monitor.memory.begin() + 256));

	monitor.knows_segments = false;
	control.EdidSegment = 2;
	EXPECT_FALSE(read());
	control.EdidSegment = 0;
	EXPECT_TRUE(read()) << "segment 0 needs no choice";
}

TEST_F(DdcTest, AnEdidOfVersionTwoIsFoundAtItsAddresses)
{
	monitor.memory = make_edid_2();
	for (uint8_t address : {0xa2, 0xa6}) {
		monitor.address = address;
		EXPECT_TRUE(read());
		EXPECT_EQ(first(256), monitor.memory);
		EXPECT_FALSE(read(128)) << "it does not fit";
	}
}

TEST_F(DdcTest, WhatWindows2000HadForTheLinesIsTaken)
{
	I2C_CALLBACKS lines = I2cMonitor::callbacks();
	I2C_FNC_TABLE table{sizeof(table),
			    lines.WriteClockLine,
			    lines.WriteDataLine,
			    lines.ReadClockLine,
			    lines.ReadDataLine,
			    nullptr,
			    nullptr};

	buffer.assign(300, untouched);
	EXPECT_TRUE(VideoPortDDCMonitorHelper(bench.extension(), &table, buffer.data(), 256));
	EXPECT_EQ(first(256), and_zeroes(monitor.memory));
}

/* ---- What is no EDID ---- */

TEST_F(DdcTest, EveryWrongByteIsNoticed)
{
	for (size_t i = 0; i < 128; i++) {
		monitor.memory[i] ^= 0x04;
		refused("miniport_error");
		monitor.memory[i] ^= 0x04;
	}
	EXPECT_TRUE(bench.machine->logged("its header or sum is wrong"));
	EXPECT_TRUE(read());
}

TEST_F(DdcTest, ARightSumWithoutTheHeaderIsNoEdid)
{
	monitor.memory[3] = 0xfe;
	correct_sums(monitor.memory);
	refused("miniport_error");
	monitor.memory.assign(128, 0);
	refused("miniport_error");
}

TEST_F(DdcTest, AWrongSecondBlockCostsOnlyItself)
{
	monitor.memory = make_edid(1);

	Bytes base(monitor.memory.begin(), monitor.memory.begin() + 128);

	for (size_t i : {128u, 200u, 255u}) {
		monitor.memory[i] ^= 0x20;

		uint64_t before = faults();

		EXPECT_TRUE(read());
		EXPECT_EQ(first(256), and_zeroes(base));
		EXPECT_EQ(faults(), before + 1);
		monitor.memory[i] ^= 0x20;
	}
	EXPECT_TRUE(bench.machine->logged("second block"));
}

TEST_F(DdcTest, AWrongVersionTwoIsNoEdid)
{
	monitor.memory = make_edid_2();
	monitor.address = 0xa2;
	monitor.memory[100]++;
	refused("miniport_error");
}

/* ---- Monitors with faults ---- */

TEST_F(DdcTest, WithoutAMonitorItFailsSoonAndQuietly)
{
	uint64_t before = bench.machine->delayed_ns;

	monitor.present = false;
	EXPECT_FALSE(read());
	EXPECT_TRUE(is_untouched_from(0));
	EXPECT_EQ(faults(), 0u);
	EXPECT_TRUE(monitor.idle());
	EXPECT_LE(bench.machine->delayed_ns - before, 10'000'000u);
}

TEST_F(DdcTest, AMonitorThatIsDeafAtFirstIsAskedAgain)
{
	for (unsigned int deaf : {1u, 2u}) {
		monitor.deaf = deaf;
		EXPECT_TRUE(read());
		EXPECT_EQ(first(128), monitor.memory);
	}
	monitor.deaf = 100;
	EXPECT_FALSE(read());
	EXPECT_LE(monitor.addressed, 100u);
}

TEST_F(DdcTest, ABlockThatWasGarbledIsReadAgain)
{
	monitor.garbled = 1;
	EXPECT_TRUE(read());
	EXPECT_EQ(first(128), monitor.memory);
	monitor.garbled = 200; /* that and half of the next */
	EXPECT_TRUE(read());
	EXPECT_EQ(first(128), monitor.memory);
	monitor.garbled = 100000;
	refused("miniport_error");
}

TEST_F(DdcTest, AMonitorMayTakeItsTime)
{
	monitor.stretch_ns = 3'000'000;
	EXPECT_TRUE(read());
	EXPECT_EQ(first(128), monitor.memory);
}

TEST_F(DdcTest, StuckLinesEndIt)
{
	monitor.holds_clock = true;
	refused("miniport_error");
	EXPECT_TRUE(bench.machine->logged("clock line stays low"));
	monitor.holds_clock = false;
	monitor.holds_data = true;
	refused("miniport_error");
	EXPECT_TRUE(bench.machine->logged("data line stays low"));
	monitor.holds_data = false;
	monitor.leave_in_byte();
	EXPECT_TRUE(read()) << "one that was only left in a byte is freed";
}

/* ---- Arguments ---- */

TEST_F(DdcTest, WrongSizesAreRefused)
{
	for (ULONG size : {0u, 1u, 127u})
		refused("bad_length", size);
	EXPECT_FALSE(VideoPortDDCMonitorHelper(bench.extension(), &control, nullptr, 256));
	for (ULONG size : {0u, static_cast<ULONG>(sizeof(DDC_CONTROL)) - 1, ~0u}) {
		control.Size = size;
		refused("bad_length");
	}
	EXPECT_FALSE(VideoPortDDCMonitorHelper(bench.extension(), nullptr, buffer.data(), 256));
	EXPECT_EQ(monitor.calls, 0u);
}

TEST_F(DdcTest, WrongControlsAreRefused)
{
	control.EdidSegment = 128;
	refused("bad_parameter");
	control.EdidSegment = 0;
	control.I2CCallbacks.ReadDataLine = nullptr;
	refused("bad_parameter");
	EXPECT_FALSE(VideoPortDDCMonitorHelper(bench.forged(), &control, buffer.data(), 256));
	EXPECT_EQ(monitor.calls, 0u);
}

TEST_F(DdcTest, AboveProcessContextItIsRefused)
{
	auto call = [&] { refused("wrong_context"); };

	bench.in_dpc(call);
	bench.in_timer(call);
	bench.in_interrupt(call);
	EXPECT_EQ(monitor.calls, 0u);
	bench.in_request(a, [&] { EXPECT_TRUE(read()); });
}

} // namespace
