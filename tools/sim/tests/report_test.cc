// SPDX-License-Identifier: GPL-2.0
/*
 * Debug reports: what is published, how much, how often; and the look for a PCI function.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class ReportTest : public BenchTest {
protected:
	PVIDEO_DEBUG_REPORT create(ULONG code = 7, unsigned int which = 0)
	{
		return VideoPortDbgReportCreate(bench.extension(which), code, 1, 2, ~ULONG_PTR{0},
						4);
	}
	static BOOLEAN add(PVIDEO_DEBUG_REPORT report, std::vector<uint8_t> data)
	{
		return VideoPortDbgReportSecondaryData(report, data.data(),
						       static_cast<ULONG>(data.size()));
	}
	static void complete(PVIDEO_DEBUG_REPORT report) { VideoPortDbgReportComplete(report); }
	const std::vector<PublishedReport> &published() const { return bench.machine->reports; }
};

constexpr size_t most = VIDEO_DEBUG_REPORT_MAX_SIZE;

TEST_F(ReportTest, WhatWasSaidIsPublishedWhenItIsComplete)
{
	auto report = create();

	ASSERT_NE(report, nullptr);
	EXPECT_TRUE(add(report, {1, 2, 3}));
	EXPECT_TRUE(add(report, {4}));
	EXPECT_TRUE(published().empty());
	complete(report);
	ASSERT_EQ(published().size(), 1u);
	EXPECT_EQ(published()[0].miniport, "sim");
	EXPECT_EQ(published()[0].code, 7u);
	EXPECT_EQ(published()[0].arguments[2], ~uint64_t{0});
	EXPECT_EQ(published()[0].data, (std::vector<uint8_t>{1, 2, 3, 4}));
}

TEST_F(ReportTest, AReportTakesSoMuchAndNoMore)
{
	auto report = create();

	EXPECT_TRUE(add(report, std::vector<uint8_t>(most - 1, 1)));
	EXPECT_FALSE(add(report, {1, 2}));
	EXPECT_TRUE(add(report, {9}));
	EXPECT_FALSE(add(report, {1}));
	EXPECT_FALSE(VideoPortDbgReportSecondaryData(report, &report, ~0u));
	EXPECT_FALSE(VideoPortDbgReportSecondaryData(report, nullptr, 1));
	EXPECT_TRUE(VideoPortDbgReportSecondaryData(report, nullptr, 0));
	EXPECT_EQ(bench.counter("bad_length"), 3u);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	complete(report);
	ASSERT_EQ(published().size(), 1u);
	EXPECT_EQ(published()[0].data.size(), most);
	EXPECT_EQ(published()[0].data.back(), 9u);
}

TEST_F(ReportTest, HandlesThatNameNoReportAreRefused)
{
	auto report = create();
	auto other = create(8, 1);
	PVOID mdl = bench.lock_for(a, User::at(0), 100);

	complete(report);
	EXPECT_FALSE(add(report, {1}));
	complete(report);
	EXPECT_EQ(bench.counter("stale_handle"), 2u);
	EXPECT_FALSE(add(static_cast<PVIDEO_DEBUG_REPORT>(Bench::forged()), {1}));
	EXPECT_EQ(bench.counter("forged_handle"), 1u);
	EXPECT_FALSE(add(static_cast<PVIDEO_DEBUG_REPORT>(mdl), {1}));
	EXPECT_EQ(bench.counter("wrong_kind"), 1u);
	EXPECT_FALSE(add(nullptr, {1}));
	complete(nullptr);
	EXPECT_FALSE(add(reinterpret_cast<PVIDEO_DEBUG_REPORT>(&report), {1}));
	complete(other);
	EXPECT_EQ(published().size(), 2u);
	VideoPortUnlockBuffer(bench.extension(), mdl);
	EXPECT_EQ(VideoPortDbgReportCreate(nullptr, 0, 0, 0, 0, 0), nullptr);
}

TEST_F(ReportTest, OneAtATimeForEachAdapter)
{
	auto report = create();

	EXPECT_EQ(create(), nullptr);
	EXPECT_EQ(bench.counter("limit_reached"), 1u);
	EXPECT_TRUE(bench.machine->logged("another report is not completed"));
	complete(create(1, 1));
	complete(report);
	report = create();
	EXPECT_NE(report, nullptr);
	complete(report);
	EXPECT_EQ(published().size(), 3u);
}

TEST(ReportsTest, OneInAnInterval)
{
	MachineConfig config;

	config.log_interval_ms = 5000;

	Bench bench(config);
	auto create = [&] { return VideoPortDbgReportCreate(bench.extension(), 0, 0, 0, 0, 0); };

	VideoPortDbgReportComplete(create());
	EXPECT_EQ(create(), nullptr);
	bench.machine->clock_ms += 4999;
	EXPECT_EQ(create(), nullptr);
	EXPECT_EQ(bench.counter("limit_reached"), 2u);
	bench.machine->clock_ms += 1;
	VideoPortDbgReportComplete(create());
	EXPECT_EQ(bench.machine->reports.size(), 2u);
	bench.end();
}

TEST_F(ReportTest, InADpcItIsMadeAndPublishedLater)
{
	bench.in_dpc([&] {
		auto report = create();

		EXPECT_TRUE(add(report, {5}));
		complete(report);
		EXPECT_EQ(create(), nullptr) << "it is not published yet";
	});
	EXPECT_TRUE(published().empty());
	bench.run_work();
	ASSERT_EQ(published().size(), 1u);
	EXPECT_EQ(published()[0].data, std::vector<uint8_t>{5});
}

TEST_F(ReportTest, InAnInterruptItIsRefused)
{
	auto report = create();

	bench.in_interrupt([&] {
		EXPECT_EQ(create(), nullptr);
		EXPECT_FALSE(add(report, {1}));
		complete(report);
	});
	EXPECT_EQ(bench.counter("wrong_context"), 3u);
	EXPECT_TRUE(add(report, {2}));
	complete(report);
	ASSERT_EQ(published().size(), 1u);
	EXPECT_EQ(published()[0].data, std::vector<uint8_t>{2});
}

TEST_F(ReportTest, TheEndOfTheAdapterDropsWhatIsNotComplete)
{
	auto report = create();

	EXPECT_TRUE(add(report, {1}));
	bench.remove();
	EXPECT_TRUE(bench.machine->logged("was not completed: dropped"));
	EXPECT_FALSE(add(report, {1}));
	complete(report);
	EXPECT_TRUE(published().empty());
}

TEST_F(ReportTest, WhatADpcHasCompletedIsPublishedBeforeTheEnd)
{
	bench.in_dpc([&] { complete(create()); });
	bench.remove();
	EXPECT_EQ(published().size(), 1u);
}

TEST_F(ReportTest, EveryFailureInsideLeavesNothing)
{
	unsigned int n = 0;
	bool failed;

	do {
		FailAt fail(++n);
		auto report = create();

		failed = fail.hit();
		EXPECT_EQ(report == nullptr, failed);
		if (report)
			complete(report);
		ASSERT_LT(n, 20u);
	} while (failed);
	EXPECT_GT(n, 1u);
	EXPECT_EQ(published().size(), 1u);
}

TEST_F(ReportTest, AKernelThatKeepsNoneStillSaysWhatItWas)
{
	bench.machine->report_error = -VP_EOPNOTSUPP;
	complete(create(0x1234));
	EXPECT_TRUE(bench.machine->logged("debug report 0x1234"));
	EXPECT_TRUE(bench.machine->logged("CONFIG_DEV_COREDUMP"));
}

/* ---- VideoPortCheckForDeviceExistence ---- */

TEST_F(ReportTest, APciFunctionIsFoundByWhatTheFlagsSay)
{
	auto exists = [&](USHORT vendor, USHORT device, UCHAR revision, USHORT sub_vendor,
			  USHORT subsystem, ULONG flags) {
		return VideoPortCheckForDeviceExistence(bench.extension(), vendor, device, revision,
							sub_vendor, subsystem, flags) != FALSE;
	};

	bench.machine->others = {{0x8086, 0x1234, 0x17aa, 0x5678, 3, 0, 1, 0},
				 {0x8086, 0x1234, 0x1028, 0x9999, 4, 0, 2, 0}};
	EXPECT_TRUE(exists(0x8086, 0x1234, 99, 99, 99, 0));
	EXPECT_FALSE(exists(0x8086, 0x1235, 3, 0x17aa, 0x5678, 0));
	EXPECT_FALSE(exists(0x8087, 0x1234, 3, 0x17aa, 0x5678, 0));
	EXPECT_TRUE(exists(0x8086, 0x1234, 4, 99, 99, CDE_USE_REVISION));
	EXPECT_FALSE(exists(0x8086, 0x1234, 5, 99, 99, CDE_USE_REVISION));
	EXPECT_TRUE(exists(0x8086, 0x1234, 99, 0x1028, 0x9999, CDE_USE_SUBSYSTEM_IDS));
	EXPECT_FALSE(exists(0x8086, 0x1234, 99, 0x1028, 0x5678, CDE_USE_SUBSYSTEM_IDS));
	EXPECT_FALSE(exists(0x8086, 0x1234, 3, 0x1028, 0x9999,
			    CDE_USE_SUBSYSTEM_IDS | CDE_USE_REVISION));
	EXPECT_FALSE(exists(0x8086, 0x1234, 0, 0, 0, 4));
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	bench.in_dpc([&] { EXPECT_FALSE(exists(0x8086, 0x1234, 0, 0, 0, 0)); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_FALSE(VideoPortCheckForDeviceExistence(nullptr, 0x8086, 0x1234, 0, 0, 0, 0));
}

} // namespace
