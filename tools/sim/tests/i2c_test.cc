// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortQueryServices and its I2C tables, over a simulated bus: what is offered, what is
 * refused, and what the protocol does with devices that are slow, deaf, or stuck.
 */
#include "bench.hpp"
#include "monitor.hpp"

using namespace sim;

namespace {

class I2cTest : public BenchTest {
protected:
	template <class Table> static Table blank(USHORT version)
	{
		Table table{};

		table.Size = sizeof(table);
		table.Version = version;
		return table;
	}
	template <class Table> VP_STATUS query(Table &table, int type = VideoPortServicesI2C)
	{
		return VideoPortQueryServices(bench.extension(),
					      static_cast<VIDEO_PORT_SERVICES>(type),
					      reinterpret_cast<PINTERFACE>(&table));
	}
	template <class Table> VP_STATUS query_as(Table &&table, int type)
	{
		return query(table, type);
	}
	void SetUp() override
	{
		ASSERT_EQ(query(one), NO_ERROR);
		ASSERT_EQ(query(two), NO_ERROR);
	}
	BOOLEAN start() { return one.I2CStart(bench.extension(), &lines); }
	BOOLEAN stop() { return one.I2CStop(bench.extension(), &lines); }
	BOOLEAN write(std::vector<UCHAR> bytes)
	{
		return one.I2CWrite(bench.extension(), &lines, bytes.data(),
				    static_cast<ULONG>(bytes.size()));
	}
	std::vector<uint8_t> read(size_t count)
	{
		std::vector<uint8_t> bytes(count);

		EXPECT_TRUE(one.I2CRead(bench.extension(), &lines, bytes.data(),
					static_cast<ULONG>(count)));
		return bytes;
	}
	std::vector<uint8_t> part(size_t offset, size_t count) const
	{
		auto first = monitor.memory.begin() + static_cast<ptrdiff_t>(offset);

		return {first, first + static_cast<ptrdiff_t>(count)};
	}
	/// A call that is refused for @p cause.
	void refused(const char *cause, const std::function<bool()> &call)
	{
		uint64_t before = bench.counter(cause);

		EXPECT_FALSE(call());
		EXPECT_EQ(bench.counter(cause), before + 1) << cause;
	}
	uint64_t elapsed(const std::function<void()> &call)
	{
		uint64_t before = bench.machine->delayed_ns;

		call();
		return bench.machine->delayed_ns - before;
	}

	I2cMonitor monitor{bench.extension()};
	I2C_CALLBACKS lines = I2cMonitor::callbacks();
	VIDEO_PORT_I2C_INTERFACE one = blank<VIDEO_PORT_I2C_INTERFACE>(1);
	VIDEO_PORT_I2C_INTERFACE_2 two = blank<VIDEO_PORT_I2C_INTERFACE_2>(2);
	VIDEO_I2C_CONTROL control{lines.WriteClockLine, lines.WriteDataLine, lines.ReadClockLine,
				  lines.ReadDataLine, 0};
};

/* ---- The tables ---- */

TEST_F(I2cTest, OnlyTheTwoVersionsAreOffered)
{
	for (USHORT version : {0, 3, 0xffff}) {
		auto table = blank<VIDEO_PORT_I2C_INTERFACE>(version);

		refused("bad_parameter", [&] { return query(table) == NO_ERROR; });
		EXPECT_EQ(table.Context, nullptr) << "a refused table is not touched";
		EXPECT_FALSE(table.InterfaceReference);
	}
}

TEST_F(I2cTest, ATableThatIsTooSmallIsNotFilledIn)
{
	for (USHORT version : {1, 2}) {
		auto table = blank<VIDEO_PORT_I2C_INTERFACE>(version);

		table.Size--;
		refused("bad_length", [&] { return query(table) == NO_ERROR; });
		EXPECT_FALSE(table.I2CStart);
		table.Size += 2;
		EXPECT_EQ(query(table), NO_ERROR) << "more room than needed is fine";
	}
}

TEST_F(I2cTest, OtherServicesAreNotThereAndTheLogSaysWhy)
{
	for (int type : {VideoPortServicesAGP, VideoPortServicesHeadless, VideoPortServicesInt10,
			 VideoPortServicesWCMemoryProtection})
		refused("bad_parameter", [&] {
			auto table = blank<VIDEO_PORT_I2C_INTERFACE>(1);
			VP_STATUS status = query(table, type);

			EXPECT_EQ(status, ERROR_DEV_NOT_EXIST) << type;
			return status == NO_ERROR;
		});
	for (const char *why : {"AGP bridge", "Headless", "real-mode", "write-combined"})
		EXPECT_TRUE(bench.machine->logged(why)) << why;
	for (int type : {0, 7, -1})
		EXPECT_EQ(query_as(blank<VIDEO_PORT_I2C_INTERFACE>(1), type),
			  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortQueryServices(bench.extension(), VideoPortServicesI2C, nullptr),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortQueryServices(nullptr, VideoPortServicesI2C,
					 reinterpret_cast<PINTERFACE>(&one)),
		  ERROR_INVALID_PARAMETER);
}

TEST_F(I2cTest, ReferencesAreCountedAndNoneIsGivenBackTwice)
{
	one.InterfaceReference(one.Context);
	for (int i = 0; i < 3; i++) /* that one, and one each of two tables */
		one.InterfaceDereference(one.Context);
	EXPECT_EQ(bench.counter("bad_parameter"), 0u);
	refused("bad_parameter", [&] {
		two.InterfaceDereference(two.Context);
		return false;
	});
	two.InterfaceReference(two.Context);
	two.InterfaceDereference(two.Context);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	one.InterfaceDereference(bench.forged());
	EXPECT_TRUE(bench.machine->logged("InterfaceDereference: the first argument is not"));
}

/* ---- Transfers ---- */

TEST_F(I2cTest, BytesAreReadFromWhereTheDeviceWasTold)
{
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa0, 20}));
	EXPECT_TRUE(start()) << "repeated";
	EXPECT_TRUE(write({0xa1}));
	EXPECT_EQ(read(33), part(20, 33));
	EXPECT_TRUE(stop());
	EXPECT_EQ(monitor.starts, 2u);
	EXPECT_EQ(monitor.stops, 1u) << "none in the midst of a transfer";
	EXPECT_TRUE(monitor.idle());
}

TEST_F(I2cTest, BytesAreWritten)
{
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa0, 60, 0x00, 0xff, 0xa5, 0x5a}));
	EXPECT_TRUE(stop());
	EXPECT_EQ(part(60, 4), (std::vector<uint8_t>{0x00, 0xff, 0xa5, 0x5a}));
	EXPECT_TRUE(monitor.idle());
}

TEST_F(I2cTest, VersionTwoReadsInPartsUntilTheEnd)
{
	PVOID extension = bench.extension();
	UCHAR place[] = {0xa0, 5}, from[] = {0xa1};
	std::vector<uint8_t> bytes(12);

	EXPECT_TRUE(two.I2CStart(extension, &control));
	EXPECT_TRUE(two.I2CWrite(extension, &control, place, 2));
	EXPECT_TRUE(two.I2CStart(extension, &control));
	EXPECT_TRUE(two.I2CWrite(extension, &control, from, 1));
	EXPECT_TRUE(two.I2CRead(extension, &control, bytes.data(), 7, FALSE));
	EXPECT_TRUE(two.I2CRead(extension, &control, bytes.data() + 7, 5, TRUE));
	EXPECT_TRUE(two.I2CStop(extension, &control));
	EXPECT_EQ(bytes, part(5, 12));
}

TEST_F(I2cTest, VersionOneEndsTheReadWithItsLastByte)
{
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa0, 0}));
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa1}));
	EXPECT_EQ(read(4), part(0, 4));
	EXPECT_EQ(read(2), (std::vector<uint8_t>{0xff, 0xff})) << "the device sends no more";
	EXPECT_TRUE(stop());
}

TEST_F(I2cTest, TheClockIsNotFasterThanEveryDeviceCan)
{
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa0, 20}));
	EXPECT_TRUE(stop());
	/* the standard mode of the specification */
	EXPECT_GE(monitor.shortest_low, 4700u);
	EXPECT_GE(monitor.shortest_high, 4000u);
}

TEST_F(I2cTest, TheMiniportsDelayIsKept)
{
	UCHAR byte[] = {0xa0};

	control.I2CDelay = 300; /* 30 us */
	EXPECT_TRUE(two.I2CStart(bench.extension(), &control));
	EXPECT_TRUE(two.I2CWrite(bench.extension(), &control, byte, 1));
	EXPECT_TRUE(two.I2CStop(bench.extension(), &control));
	EXPECT_GE(monitor.shortest_low, 30000u);
	EXPECT_GE(monitor.shortest_high, 30000u);
	control.I2CDelay = 10001;
	refused("bad_parameter", [&] { return two.I2CStart(bench.extension(), &control); });
}

/* ---- Faults ---- */

TEST_F(I2cTest, NobodyThereIsFalseAndNothingToTalkAbout)
{
	EXPECT_TRUE(start());
	EXPECT_FALSE(write({0x40}));
	EXPECT_TRUE(stop());
	EXPECT_TRUE(monitor.idle());
	EXPECT_EQ(bench.counter("miniport_error"), 0u);
}

TEST_F(I2cTest, ADeviceMayHoldTheClockForAWhile)
{
	monitor.stretch_ns = 20'000'000;
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa0, 7}));
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa1}));
	EXPECT_EQ(read(3), part(7, 3));
	EXPECT_TRUE(stop());
}

TEST_F(I2cTest, ADeviceMayNotHoldTheClockForEver)
{
	EXPECT_TRUE(start());
	monitor.holds_clock = true;
	refused("miniport_error", [&] { return write({0xa0, 7}); });
	EXPECT_TRUE(bench.machine->logged("I2CWrite: the clock line stays low"));
	EXPECT_LE(elapsed([&] { refused("miniport_error", [&] { return stop(); }); }), 30'000'000u);
	EXPECT_TRUE(monitor.idle()) << "both lines are released";
	EXPECT_LE(elapsed([&] { refused("miniport_error", [&] { return start(); }); }),
		  30'000'000u);
	monitor.holds_clock = false;
	monitor.stretch_ns = 40'000'000;
	EXPECT_TRUE(start());
	refused("miniport_error", [&] { return write({0xa0, 7}); });
}

TEST_F(I2cTest, ADeviceThatWasLeftInAByteIsFreed)
{
	monitor.leave_in_byte();
	EXPECT_FALSE(monitor.data());
	EXPECT_TRUE(start());
	EXPECT_LE(monitor.clocks, 10u);
	EXPECT_TRUE(write({0xa0, 9}));
	EXPECT_TRUE(start());
	EXPECT_TRUE(write({0xa1}));
	EXPECT_EQ(read(2), part(9, 2));
	EXPECT_TRUE(stop());
}

TEST_F(I2cTest, ADataLineThatStaysLowIsSaid)
{
	monitor.holds_data = true;
	refused("miniport_error", [&] { return start(); });
	EXPECT_TRUE(bench.machine->logged("I2CStart: the data line stays low"));
	EXPECT_LE(monitor.clocks, 12u);
	refused("miniport_error", [&] { return stop(); });
	EXPECT_TRUE(monitor.idle());
}

/* ---- Arguments ---- */

TEST_F(I2cTest, AllFourCallbacksAreNeeded)
{
	PVOID extension = bench.extension();

	refused("bad_parameter", [&] { return one.I2CStart(extension, nullptr); });
	refused("bad_parameter", [&] { return two.I2CStop(extension, nullptr); });
	for (int i = 0; i < 4; i++) {
		I2C_CALLBACKS some = lines;
		VIDEO_I2C_CONTROL same = control;

		switch (i) {
		case 0:
			some.WriteClockLine = same.WriteClockLine = nullptr;
			break;
		case 1:
			some.WriteDataLine = same.WriteDataLine = nullptr;
			break;
		case 2:
			some.ReadClockLine = same.ReadClockLine = nullptr;
			break;
		default:
			some.ReadDataLine = same.ReadDataLine = nullptr;
		}
		refused("bad_parameter", [&] { return one.I2CStart(extension, &some); });
		refused("bad_parameter", [&] { return two.I2CStart(extension, &same); });
	}
	EXPECT_EQ(monitor.calls, 0u);
}

TEST_F(I2cTest, LengthsAreBounded)
{
	PVOID extension = bench.extension();
	UCHAR byte = 0;

	for (ULONG length : {(1u << 16) + 1, ~0u}) {
		refused("bad_length",
			[&] { return one.I2CWrite(extension, &lines, &byte, length); });
		refused("bad_length",
			[&] { return one.I2CRead(extension, &lines, &byte, length); });
	}
	refused("bad_length", [&] { return one.I2CRead(extension, &lines, nullptr, 1); });
	refused("bad_length", [&] { return two.I2CRead(extension, &control, nullptr, 1, TRUE); });
	EXPECT_EQ(monitor.calls, 0u);
	EXPECT_TRUE(one.I2CWrite(extension, &lines, nullptr, 0)) << "nothing is no fault";
}

TEST_F(I2cTest, OnlyTheAdaptersExtensionIsTaken)
{
	EXPECT_FALSE(one.I2CStart(nullptr, &lines));
	EXPECT_FALSE(one.I2CStart(bench.forged(), &lines));
	EXPECT_EQ(monitor.calls, 0u);
}

TEST_F(I2cTest, AboveProcessContextItIsRefused)
{
	auto all = [&] {
		auto table = blank<VIDEO_PORT_I2C_INTERFACE>(1);
		UCHAR byte[128] = {};

		refused("wrong_context", [&] { return query(table) == NO_ERROR; });
		refused("wrong_context", [&] { return start(); });
		refused("wrong_context", [&] { return stop(); });
		refused("wrong_context", [&] { return write({0xa0}); });
		refused("wrong_context",
			[&] { return one.I2CRead(bench.extension(), &lines, byte, sizeof(byte)); });
		refused("wrong_context", [&] {
			return two.I2CRead(bench.extension(), &control, byte, sizeof(byte), TRUE);
		});
	};

	bench.in_dpc(all);
	bench.in_timer(all);
	bench.in_interrupt(all);
	EXPECT_EQ(monitor.calls, 0u);
	bench.in_request(a, [&] { EXPECT_TRUE(start() && stop()); });
}

} // namespace
