// SPDX-License-Identifier: GPL-2.0
/*
 * Children of an adapter as a user sees them in sysfs: those that the miniport tells of when its
 * adapter is found, those that come and go later; and the calls about other devices that fail.
 */
#include "monitor.hpp"
#include "refusal.hpp"

#include <atomic>
#include <filesystem>
#include <thread>

#include "kmsg.hpp"
#include "module_control.hpp"

using namespace integration;
namespace fs = std::filesystem;

namespace {

/// Where a child is shown.
fs::path child_of(const videoport::Adapter &adapter, unsigned int index)
{
	return adapter.sysfs / (adapter.name + "-child" + std::to_string(index));
}

/// A file of sysfs; nothing if it goes meanwhile. By system calls: a stream would throw.
Bytes read_bytes(const fs::path &path)
{
	Bytes bytes(4096);
	const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
	const ssize_t count = fd < 0 ? -1 : read(fd, bytes.data(), bytes.size());
	if (fd >= 0)
		close(fd);
	bytes.resize(count < 0 ? 0 : static_cast<size_t>(count));
	return bytes;
}

std::string text(const fs::path &path)
{
	return videoport::read_line(path).value_or("(unreadable)");
}

class ChildrenTest : public ProbeTest {
protected:
	void TearDown() override
	{
		tell(0);
		ProbeTest::TearDown();
	}
	fs::path child(unsigned int index) const
	{
		return child_of(probe.device().adapter(), index);
	}
	/// The miniport has so many children from now on, and says so in some context.
	void tell(unsigned int children, PROBE_CONTEXT context = ProbeStartIo) const
	{
		const auto asked = probe.call(ProbeChildrenAsked).Result;
		probe.call(ProbeSetChildren, {children});
		EXPECT_EQ(probe.call(ProbeEnumerateChildren, {}, context).Result,
			  unsigned{NO_ERROR});
		EXPECT_TRUE(eventually([&] {
			return probe.call(ProbeChildrenAsked).Result == asked + children + 1;
		})) << "each is asked for once, and whether there are more";
	}
	bool shows(unsigned int children) const
	{
		return eventually([&] {
			for (unsigned int i = 1; i <= 32; i++)
				if (fs::exists(child(i)) != (i <= children))
					return false;
			return true;
		});
	}
};

} // namespace

TEST_F(ChildrenTest, AreShownInSysfsWithTheirEdids)
{
	plug_in(probe, make_edid(1));
	EXPECT_TRUE(shows(0));
	tell(3);
	ASSERT_TRUE(shows(3));
	EXPECT_EQ(text(child(1) / "type"), "monitor");
	EXPECT_EQ(text(child(1) / "uid"), "0x00000100");
	EXPECT_EQ(read_bytes(child(1) / "edid"), make_edid(1));
	EXPECT_EQ(text(child(2) / "type"), "other");
	EXPECT_EQ(text(child(2) / "hardware_id"), "*PRB0002");
	EXPECT_TRUE(fs::exists(child(2) / "edid"));
	EXPECT_EQ(read_bytes(child(2) / "edid"), Bytes());
	EXPECT_EQ(text(child(3) / "type"), "monitor");
	EXPECT_EQ(read_bytes(child(3) / "edid"), Bytes()) << "without DDC";
	EXPECT_TRUE(fs::exists("/sys/class/videoport_child/" + child(1).filename().string()));
	EXPECT_EQ(text(child(1) / "hardware_id"), "");
}

TEST_F(ChildrenTest, ComeAndGoAndChange)
{
	plug_in(probe, make_edid());
	tell(2);
	ASSERT_TRUE(shows(2));
	EXPECT_EQ(read_bytes(child(1) / "edid"), make_edid());
	plug_in(probe, make_edid(1));
	tell(1, ProbeDpc);
	ASSERT_TRUE(shows(1));
	EXPECT_TRUE(eventually([&] { return read_bytes(child(1) / "edid") == make_edid(1); }));
	tell(0);
	EXPECT_TRUE(shows(0));
}

TEST_F(ChildrenTest, ThereIsAnEndToThem)
{
	const uint64_t before = probe.device().counter("limit_reached").value_or(~0ULL);
	const auto asked = probe.call(ProbeChildrenAsked).Result;
	probe.call(ProbeSetChildren, {1000});
	probe.call(ProbeEnumerateChildren);
	ASSERT_TRUE(shows(32));
	EXPECT_EQ(probe.call(ProbeChildrenAsked).Result, asked + 32);
	EXPECT_EQ(probe.device().counter("limit_reached"), before + 1);
}

TEST_F(ChildrenTest, AnEdidWithAWrongSumIsNotShown)
{
	Bytes edid = make_edid();
	edid[77]++;
	plug_in(probe, edid);
	expect_refused(probe.device(), {"miniport_error", "DDCMonitorHelper", {}},
		       [&] { tell(1); });
	ASSERT_TRUE(shows(1));
	EXPECT_EQ(read_bytes(child(1) / "edid"), Bytes());
}

TEST_F(ChildrenTest, AnInterruptIsTooEarlyToAskButItIsDone)
{
	plug_in(probe, make_edid());
	expect_refused(probe.device(), {"wrong_context", "EnumerateChildren", {}},
		       [&] { tell(1, ProbeInterrupt); });
	EXPECT_TRUE(shows(1));
}

TEST_F(ChildrenTest, AreThereFromTheStartAndGoWithTheAdapter)
{
	const auto place = Place::probe_testdev;
	const auto find = [&] { return find_adapter(place); };
	ASSERT_TRUE(find());
	const fs::path first = child_of(*find(), 1);
	ASSERT_TRUE(fs::exists(first)) << "nobody has opened the adapter yet";
	const Bytes edid = read_bytes(first / "edid");
	EXPECT_EQ(edid.size(), 128U);
	EXPECT_EQ(std::accumulate(edid.begin(), edid.end(), 0) % 256, 0);
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(unbind("vp_probe", place), 0);
		EXPECT_FALSE(fs::exists(first));
		EXPECT_FALSE(fs::exists("/sys/class/videoport_child/" + first.filename().string()));
		ASSERT_EQ(bind("vp_probe", place), 0);
		ASSERT_TRUE(find());
		EXPECT_EQ(read_bytes(child_of(*find(), 1) / "edid"), edid);
	}
}

TEST_F(ChildrenTest, MayBeLookedAtWhileTheyComeAndGo)
{
	plug_in(probe, make_edid());
	std::atomic<bool> over = false;
	std::atomic<unsigned int> seen = 0, torn = 0;
	std::thread reader([&] {
		while (!over) {
			const Bytes bytes = read_bytes(child(1) / "edid");
			seen += bytes == make_edid() || bytes == make_edid(1);
			torn += !bytes.empty() && bytes != make_edid() && bytes != make_edid(1);
		}
	});
	for (int i = 0; i < 8; i++) {
		plug_in(probe, make_edid(i % 2));
		tell(1);
		EXPECT_TRUE(shows(1));
		const unsigned int before = seen;
		EXPECT_TRUE(eventually([&] { return seen > before; }));
		if (i % 3 == 2) {
			tell(0);
			EXPECT_TRUE(shows(0));
		}
	}
	over = true;
	reader.join();
	EXPECT_EQ(torn, 0U);
}

TEST_F(ChildrenTest, CallsAboutOtherDevicesFailAndSayWhy)
{
	expect_refused(probe.device(), {"bad_parameter", "CreateSecondaryDisplay", 1}, [&] {
		const auto answer =
			probe.call(ProbeCreateSecondaryDisplay, {VIDEO_DUALVIEW_REMOVABLE});
		EXPECT_EQ(answer.Result, unsigned{ERROR_INVALID_PARAMETER});
		EXPECT_EQ(answer.Out[0], 0U) << "there is no second extension";
	});
	expect_refused(probe.device(), {"bad_parameter", "GetDeviceData", VpBusData}, [&] {
		EXPECT_EQ(probe.call(ProbeGetDeviceData, {VpBusData}).Result,
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	videoport::KernelLog log;
	const auto answer = probe.call(ProbeAssociatedDevice);
	EXPECT_EQ(answer.Out[0], 0U);
	EXPECT_EQ(answer.Out[1], unsigned{VIDEO_INVALID_CHILD_ID});
	unsigned int lines = 0;
	while (const auto line = log.next())
		lines += line->find("VideoPortGetAssociatedDevice") != std::string::npos;
	EXPECT_EQ(lines, 2U);
}
