// SPDX-License-Identifier: GPL-2.0
/*
 * I2C and DDC over a miniport's own lines: the probe has a monitor in software at them. What is
 * read, what is refused, and what a monitor's faults lead to.
 */
#include "monitor.hpp"
#include "refusal.hpp"

using namespace integration;

namespace {

constexpr uint64_t size_of_table = sizeof(VIDEO_PORT_I2C_INTERFACE);
constexpr uint64_t all_calls = 0x3f; ///< start, write, start, write, read, stop

class DdcTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		plug_in(probe, make_edid());
	}
	void TearDown() override
	{
		probe.call(ProbeMonitorFault, {0, 0});
		ProbeTest::TearDown();
	}
	/// What VideoPortDDCMonitorHelper() returned.
	bool read(uint64_t size = 256, uint64_t segment = 0, int64_t control_size = 0,
		  uint64_t flags = 0, PROBE_CONTEXT context = ProbeStartIo) const
	{
		return probe.call(ProbeReadEdid,
				  {size, segment, static_cast<uint64_t>(control_size), flags},
				  context)
			       .Result != 0;
	}
	/// The whole buffer.
	Bytes buffer() const
	{
		Bytes bytes;
		for (uint64_t offset = 0; offset <= 256; offset += 64) {
			const auto answer = probe.call(ProbeEdidBytes, {offset});
			const auto *part = reinterpret_cast<const uint8_t *>(answer.Out);
			bytes.insert(bytes.end(), part, part + 64);
		}
		return bytes;
	}
	/// An EDID, zeroes up to @p room, and then what was there before.
	static Bytes in_buffer(Bytes edid, size_t room = 256)
	{
		edid.resize(room);
		edid.resize(320, PROBE_EDID_UNTOUCHED);
		return edid;
	}
	/// It fails, says so, and leaves the buffer alone.
	void refused(const char *cause, std::optional<uint64_t> value,
		     const std::function<bool()> &call) const
	{
		expect_refused(probe.device(), {cause, "DDCMonitorHelper", value},
			       [&] { EXPECT_FALSE(call()); });
		EXPECT_EQ(buffer(), Bytes(320, PROBE_EDID_UNTOUCHED));
	}
	uint64_t query(uint64_t type, uint64_t version, uint64_t size = size_of_table,
		       PROBE_CONTEXT context = ProbeStartIo) const
	{
		const auto answer = probe.call(ProbeQueryServices, {type, version, size}, context);
		EXPECT_EQ(answer.Out[0] != 0, answer.Result == NO_ERROR);
		return answer.Result;
	}
};

} // namespace

TEST_F(DdcTest, AnEdidIsReadOverTheMiniportsLines)
{
	expect_accepted(probe.device(), [&] {
		EXPECT_TRUE(read());
		EXPECT_EQ(buffer(), in_buffer(make_edid()));
		plug_in(probe, make_edid(1));
		EXPECT_TRUE(read());
		EXPECT_EQ(buffer(), in_buffer(make_edid(1)));
		EXPECT_TRUE(read(128));
		EXPECT_EQ(buffer(), in_buffer(first_block(make_edid(1)), 128));
		EXPECT_TRUE(read(256, 0, 0, PROBE_EDID_OLD)) << "by what Windows 2000 had";
		EXPECT_EQ(buffer(), in_buffer(make_edid(1)));
	});
}

TEST_F(DdcTest, AWrongSumIsNoEdid)
{
	for (const size_t wrong : {0U, 9U, 126U, 127U}) {
		Bytes edid = make_edid();
		edid[wrong] ^= 0x80;
		plug_in(probe, edid);
		refused("miniport_error", {}, [&] { return read(); });
	}
}

TEST_F(DdcTest, AWrongSecondBlockCostsOnlyItself)
{
	Bytes edid = make_edid(1);
	edid[200]++;
	plug_in(probe, edid);
	expect_refused(probe.device(), {"miniport_error", "DDCMonitorHelper", {}},
		       [&] { EXPECT_TRUE(read()); });
	EXPECT_EQ(buffer(), in_buffer(first_block(edid)));
}

TEST_F(DdcTest, WithoutAMonitorItIsFalseAndNothingToTalkAbout)
{
	probe.call(ProbeMonitorFault, {PROBE_MONITOR_ABSENT, 0});
	expect_accepted(probe.device(), [&] { EXPECT_FALSE(read()); });
	EXPECT_EQ(buffer(), Bytes(320, PROBE_EDID_UNTOUCHED));
}

TEST_F(DdcTest, WrongSizesAreRefused)
{
	refused("bad_length", 127, [&] { return read(127); });
	refused("bad_length", 0, [&] { return read(0); });
	refused("bad_length", {}, [&] { return read(256, 0, 0, PROBE_EDID_NO_BUFFER); });
	refused("bad_length", sizeof(DDC_CONTROL) + 1, [&] { return read(256, 0, 1); });
	refused("bad_length", sizeof(DDC_CONTROL) - 8, [&] { return read(256, 0, -8); });
	refused("bad_parameter", 128, [&] { return read(256, 128); });
}

TEST_F(DdcTest, AMonitorMayHoldTheClockButNotForEver)
{
	probe.call(ProbeMonitorFault, {0, 20});
	expect_accepted(probe.device(), [&] { EXPECT_TRUE(read()); });
	EXPECT_EQ(buffer(), in_buffer(make_edid()));
	probe.call(ProbeMonitorFault, {PROBE_MONITOR_HOLDS_CLOCK, 0});
	refused("miniport_error", {}, [&] { return read(); });
}

TEST_F(DdcTest, ADataLineThatStaysLowEndsItUnlessItCanBeFreed)
{
	probe.call(ProbeMonitorFault, {PROBE_MONITOR_HOLDS_DATA, 0});
	refused("miniport_error", {}, [&] { return read(); });
	probe.call(ProbeMonitorFault, {PROBE_MONITOR_LEFT_IN_BYTE, 0});
	expect_accepted(probe.device(), [&] { EXPECT_TRUE(read()); });
	EXPECT_EQ(buffer(), in_buffer(make_edid()));
}

TEST_F(DdcTest, TablesOfBothVersionsMoveBytes)
{
	const Bytes edid = make_edid();
	for (const uint64_t version : {1, 2}) {
		for (const uint64_t delay : {0, 100}) {
			ASSERT_EQ(query(VideoPortServicesI2C, version), unsigned{NO_ERROR});
			expect_accepted(probe.device(), [&] {
				const auto answer = probe.call(ProbeI2cTransfer,
							       {version, delay, 0xa0, 17, 40});
				EXPECT_EQ(answer.Result, all_calls);
				EXPECT_EQ(memcmp(answer.Out, &edid[17], 40), 0);
			});
			const auto nobody =
				probe.call(ProbeI2cTransfer, {version, delay, 0x40, 0, 1});
			EXPECT_EQ(nobody.Result & 0xa, 0U) << "no address is acknowledged";
			probe.call(ProbeReleaseServices);
		}
	}
}

TEST_F(DdcTest, ServicesThatAreNotThereAreRefusedWithAReason)
{
	for (const uint64_t type : {VideoPortServicesAGP, VideoPortServicesHeadless,
				    VideoPortServicesInt10, VideoPortServicesWCMemoryProtection}) {
		expect_refused(probe.device(), {"bad_parameter", "QueryServices", type},
			       [&] { EXPECT_EQ(query(type, 1), unsigned{ERROR_DEV_NOT_EXIST}); });
	}
	const auto refused_query = [&](const char *cause, uint64_t type, uint64_t version,
				       uint64_t size, uint64_t value) {
		expect_refused(probe.device(), {cause, "QueryServices", value}, [&] {
			EXPECT_EQ(query(type, version, size), unsigned{ERROR_INVALID_PARAMETER});
		});
	};
	refused_query("bad_parameter", 99, 1, size_of_table, 99);
	refused_query("bad_parameter", VideoPortServicesI2C, 3, size_of_table, 3);
	refused_query("bad_length", VideoPortServicesI2C, 1, size_of_table - 1, size_of_table - 1);
	refused_query("bad_length", VideoPortServicesI2C, 2, 0, 0);
}

TEST_F(DdcTest, AboveProcessContextItIsRefused)
{
	for (const auto context :
	     {ProbeDpc, ProbeInterrupt, ProbeSynchronizedLow, ProbeSynchronizedHigh}) {
		refused("wrong_context", {}, [&] { return read(256, 0, 0, 0, context); });
		expect_refused(probe.device(), {"wrong_context", "QueryServices", {}}, [&] {
			EXPECT_NE(query(VideoPortServicesI2C, 1, size_of_table, context),
				  unsigned{NO_ERROR});
		});
	}
}
