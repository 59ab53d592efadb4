// SPDX-License-Identifier: GPL-2.0
/*
 * The device lock, reports of failures, and the callback for the system's failure: all but the failure
 * itself, which has a guest of its own (panic/run).
 */
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "child.hpp"
#include "module_control.hpp"
#include "probe.hpp"
#include "refusal.hpp"

using namespace integration;

namespace {

constexpr const char *dumps = "/sys/class/devcoredump";

std::string contents(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(file), {}};
}

class DeviceLockTest : public ProbeTest {
protected:
	void lock(uint32_t acquire, uint32_t release, PROBE_CONTEXT context = ProbeStartIo) const
	{
		probe.call(ProbeDeviceLock, {acquire, release}, context);
	}
};

class FailureTest : public ProbeTest {
protected:
	Handle create(uint32_t code = 0x77, PROBE_CONTEXT context = ProbeStartIo) const
	{
		return probe.call(ProbeReportCreate, {code, 1, 2, 3, 4}, context).Result;
	}
	bool add(Handle report, uint8_t value, uint32_t length) const
	{
		return probe.call(ProbeReportData, {report, value, length}).Result != 0;
	}
	void complete(Handle report, PROBE_CONTEXT context = ProbeStartIo) const
	{
		probe.call(ProbeReportComplete, {report}, context);
	}
	/// What was published, taken away; nothing where the kernel keeps none.
	std::optional<std::string> take() const
	{
		if (!std::filesystem::exists(dumps))
			return std::nullopt;
		const auto link = std::filesystem::path("/sys/bus/pci/devices") /
				  pci_address(place()) / "devcoredump";
		const auto data = link / "data";
		EXPECT_TRUE(eventually([&] { return std::filesystem::exists(data); }));
		const std::string text = contents(data);
		EXPECT_EQ(write_sysfs(data, "1"), 0);
		// it goes last
		EXPECT_TRUE(eventually([&] { return !std::filesystem::is_symlink(link); }));
		return text;
	}
	uint32_t hook(uint32_t code, uint32_t size, bool callback) const
	{
		return static_cast<uint32_t>(
			probe.call(ProbeRegisterBugcheck, {code, size, callback}).Result);
	}
	bool exists(uint16_t vendor, uint16_t device, uint8_t revision = 0, uint16_t sub_vendor = 0,
		    uint16_t subsystem = 0, uint32_t flags = 0) const
	{
		return probe.call(ProbeCheckForDevice,
				  {vendor, device, revision, sub_vendor, subsystem, flags})
			       .Result != 0;
	}
};

} // namespace

TEST_F(DeviceLockTest, InARequestItIsCountedAndNeverWaitsForItself)
{
	expect_accepted(probe.device(), [&] { lock(3, 3); });
	EXPECT_TRUE(Probe(place()).device()) << "others get in";
}

TEST_F(DeviceLockTest, WhatARequestKeepsIsReleasedAndCounted)
{
	expect_refused(probe.device(), {"miniport_error", "HwVidStartIO", std::nullopt},
		       [&] { lock(2, 0); });
	EXPECT_EQ(run_in_child([&] {
			  const Probe other(place());
			  other.call(ProbeDeviceLock, {1, 1});
			  return other.device() ? 0 : 1;
		  }),
		  0);
}

TEST_F(DeviceLockTest, AReleaseTooManyIsRefused)
{
	expect_refused(probe.device(), {"bad_parameter", "ReleaseDeviceLock", std::nullopt},
		       [&] { lock(1, 2); });
}

TEST_F(DeviceLockTest, WhereNothingMaySleepItIsRefused)
{
	for (const auto context : {ProbeDpc, ProbeInterrupt, ProbeSynchronizedLow}) {
		expect_refused(probe.device(), {"wrong_context", "AcquireDeviceLock", std::nullopt},
			       [&] { lock(1, 0, context); });
		expect_refused(probe.device(), {"wrong_context", "ReleaseDeviceLock", std::nullopt},
			       [&] { lock(0, 1, context); });
	}
}

/* ---- Reports ---- */

TEST_F(FailureTest, AReportIsADeviceCoredumpWithAHeadThatPeopleRead)
{
	const Handle report = create();
	ASSERT_NE(report, 0U);
	EXPECT_TRUE(add(report, 0x41, 10));
	EXPECT_TRUE(add(report, 0x42, 20));
	complete(report);
	const auto text = take();
	if (!text)
		GTEST_SKIP() << "wants a kernel with CONFIG_DEV_COREDUMP";
	const std::string data = std::string(10, 'A') + std::string(20, 'B');
	EXPECT_EQ(*text, "videoport debug report\nadapter: " + pci_address(place()) +
				 "\nminiport: vp_probe\ncode: 0x77\narguments: 0x1 0x2 0x3 0x4\n"
				 "data: 30 bytes, after the empty line\n\n" +
				 data);
}

TEST_F(FailureTest, AReportTakes32KiBAndNoMore)
{
	const Handle report = create();
	EXPECT_TRUE(add(report, 1, VIDEO_DEBUG_REPORT_MAX_SIZE));
	expect_refused(probe.device(), {"bad_length", "DbgReportSecondaryData", std::nullopt},
		       [&] { EXPECT_FALSE(add(report, 1, 1)); });
	complete(report);
	if (const auto text = take()) {
		EXPECT_GT(text->size(), size_t{VIDEO_DEBUG_REPORT_MAX_SIZE});
		EXPECT_EQ(text->find('\1') + VIDEO_DEBUG_REPORT_MAX_SIZE, text->size());
	}
}

TEST_F(FailureTest, ASecondReportWaitsForNobodyAndIsNotKept)
{
	complete(create(0x70));
	EXPECT_TRUE(eventually([&] {
		const Handle second = create(0x71);
		if (second != 0)
			complete(second);
		return second != 0;
	}));
	const auto text = take();
	EXPECT_NE(text.value_or("code: 0x70\n").find("code: 0x70\n"), std::string::npos);
}

TEST_F(FailureTest, ADpcMayReportToo)
{
	complete(create(0x78, ProbeDpc), ProbeDpc);
	const auto text = take();
	EXPECT_NE(text.value_or("code: 0x78\n").find("code: 0x78\n"), std::string::npos);
	EXPECT_TRUE(eventually([&] {
		const Handle next = create(0x79); // the place is free again
		if (next != 0)
			complete(next);
		return next != 0;
	}));
	take();
}

TEST_F(FailureTest, HandlesThatNameNoReportAreRefused)
{
	const Handle report = create();
	expect_refused(probe.device(), {"limit_reached", "DbgReportCreate", std::nullopt},
		       [&] { EXPECT_EQ(create(), 0U); });
	complete(report);
	expect_refused(probe.device(), {"stale_handle", "DbgReportSecondaryData", report},
		       [&] { EXPECT_FALSE(add(report, 1, 1)); });
	expect_refused(probe.device(), {"stale_handle", "DbgReportComplete", report},
		       [&] { complete(report); });
	expect_refused(probe.device(), {"wrong_context", "DbgReportCreate", std::nullopt},
		       [&] { EXPECT_EQ(create(1, ProbeInterrupt), 0U); });
	EXPECT_FALSE(add(0x1234, 1, 1)); // no handle of any adapter: said in the log
	take();
}

/* ---- The system's failure ---- */

TEST_F(FailureTest, ABugcheckCallbackIsHookedAsDocumented)
{
	EXPECT_EQ(hook(0xea, 148, true), unsigned{NO_ERROR});
	EXPECT_EQ(hook(0xea, 4000, true), unsigned{NO_ERROR});
	EXPECT_EQ(hook(0xea, 0, false), unsigned{NO_ERROR});
	expect_refused(probe.device(), {"bad_parameter", "RegisterBugcheckCallback", 0xebU}, [&] {
		EXPECT_EQ(hook(0xeb, 100, true), unsigned{ERROR_INVALID_PARAMETER});
	});
	expect_refused(
		probe.device(), {"bad_length", "RegisterBugcheckCallback", std::nullopt},
		[&] { EXPECT_EQ(hook(0xea, 4001, true), unsigned{ERROR_INVALID_PARAMETER}); });
	EXPECT_EQ(hook(0xea, 148, false), unsigned{NO_ERROR});
}

/* ---- VideoPortCheckForDeviceExistence ---- */

TEST_F(FailureTest, DevicesOfTheMachineAreFoundByWhatTheFlagsSay)
{
	const auto number = [&](const char *name) {
		return static_cast<uint16_t>(std::stoul(
			contents("/sys/bus/pci/devices/" + pci_address(place()) + "/" + name),
			nullptr, 16));
	};
	const uint16_t sub_vendor = number("subsystem_vendor"),
		       subsystem = number("subsystem_device");
	const auto revision = static_cast<uint8_t>(number("revision"));
	EXPECT_TRUE(exists(0x1234, 0x11e8));
	EXPECT_TRUE(exists(0x1b36, 0x0005)) << "pci-testdev";
	EXPECT_FALSE(exists(0x1234, 0x11e9));
	EXPECT_FALSE(exists(0xffff, 0x11e8)) << "no wildcard";
	EXPECT_FALSE(exists(0x1234, 0xffff)) << "no wildcard";
	EXPECT_TRUE(exists(0x1234, 0x11e8, revision, sub_vendor, subsystem, 3));
	EXPECT_FALSE(exists(0x1234, 0x11e8, revision + 1, sub_vendor, subsystem, 2));
	EXPECT_FALSE(exists(0x1234, 0x11e8, revision, sub_vendor, subsystem + 1, 1));
	EXPECT_TRUE(exists(0x1234, 0x11e8, revision + 1, 1, 1, 0));
}
