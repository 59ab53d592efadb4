// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that only read, over a /sys that was made up.
 */
#include <fstream>

#include <nlohmann/json.hpp>

#include "fake.hpp"

namespace vpctl {

class ListTest : public FakeTest {};
class StatTest : public FakeTest {};
class LocksTest : public FakeTest {};

TEST_F(ListTest, ShowsAdaptersInTheOrderOfTheirNumbers)
{
	const std::string text = printed([&] { return list(common, {}); });
	EXPECT_EQ(status, Ok);
	EXPECT_EQ(
		text,
		"ADAPTER      PCI           ID         MINIPORT  CONTRACT  DMA MASK    IOMMU  "
		"INTERRUPT\n"
		"videoport0   0000:00:05.0  1234:11e8  vp_one    nt4       0xffffffff  DMA    msi 24\n"
		"videoport10  0000:00:06.0  1234:11e8  vp_two    xp        0xffffffff  none   msi 24\n");
}

TEST_F(ListTest, AnAdapterGoesByEachOfItsNames)
{
	for (const char *name : {"videoport10", "/dev/videoport10", "0000:00:06.0", "vp_two"}) {
		const std::string text = printed([&] { return list(common, {{name}}); });
		EXPECT_EQ(status, Ok) << name;
		EXPECT_NE(text.find("videoport10 "), std::string::npos) << name;
		EXPECT_EQ(text.find("videoport0 "), std::string::npos) << name;
	}
}

TEST_F(ListTest, OneThatIsNotThereIsAnError)
{
	printed([&] { return list(common, {{"videoport1"}}); });
	EXPECT_EQ(status, Failed);
	EXPECT_EQ(why, "no adapter videoport1");
	EXPECT_EQ(hint, "vpctl list names those that there are");
}

TEST_F(ListTest, WithoutTheModuleItSaysWhatToDo)
{
	std::filesystem::remove_all(common.root / "sys/class");
	printed([&] { return list(common, {}); });
	EXPECT_EQ(status, Failed);
	EXPECT_EQ(why, "module not loaded");
	EXPECT_EQ(hint, "sudo modprobe videoport");
}

TEST_F(ListTest, JsonHasAllOfIt)
{
	common.json = true;
	const auto found = nlohmann::json::parse(printed([&] { return list(common, {}); }));
	ASSERT_EQ(found.size(), 2u);
	EXPECT_EQ(found[1]["name"], "videoport10");
	EXPECT_EQ(found[1]["node"], "/dev/videoport10");
	EXPECT_EQ(found[1]["pci_id"], "1234:11e8 1af4:1100 10");
	EXPECT_EQ(found[1]["contract"], "xp");
	EXPECT_EQ(found[1]["dma_mask"], "0xffffffff");
}

TEST_F(StatTest, LeavesOutWhatIsZero)
{
	const std::string text = printed([&] { return stat(common, {{"videoport0"}}); });
	EXPECT_EQ(text, "videoport0 (vp_one, 0000:00:05.0)\n"
			"  there is now\n    pinned_pages                        65\n"
			"  was done\n    requests                          1000\n"
			"  was refused\n    stale_handle                         3\n");
}

TEST_F(StatTest, ShowsItIfAsked)
{
	StatOptions options;
	options.all = true;
	EXPECT_NE(printed([&] { return stat(common, options); }).find("bad_length"),
		  std::string::npos);
}

TEST_F(StatTest, WatchesSoOftenAsAsked)
{
	StatOptions options;
	options.watch = 0.05;
	options.count = 3;
	common.json = true;
	const std::string text = printed([&] { return stat(common, options); });
	EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
	const auto second = nlohmann::json::parse(text.substr(
		text.find('\n') + 1, text.find('\n', text.find('\n') + 1) - text.find('\n')));
	EXPECT_EQ(second["videoport0"]["counters"]["requests"], 1000);
	EXPECT_EQ(second["videoport0"]["per_second"]["requests"], 0.0);
}

TEST_F(LocksTest, ShowsBuffersOfAllAdapters)
{
	const std::string text = printed([&] { return locks(common, {}); });
	EXPECT_EQ(text.find("event"), std::string::npos);
	EXPECT_NE(
		text.find("videoport10  0x5650000000000001  buffer  a client [812]  256 KiB     65"
			  "         3  1 h 02 m          1  write"),
		std::string::npos)
		<< text;
}

TEST_F(LocksTest, ShowsOtherHandlesIfAsked)
{
	LocksOptions options;
	options.all = true;
	EXPECT_NE(printed([&] { return locks(common, options); }).find("(miniport)"),
		  std::string::npos);
}

TEST_F(LocksTest, JsonHasAllOfIt)
{
	common.json = true;
	const auto found =
		nlohmann::json::parse(printed([&] { return locks(common, {{"videoport0"}}); }));
	ASSERT_EQ(found.size(), 1u);
	EXPECT_EQ(found[0]["pid"], 812);
	EXPECT_EQ(found[0]["command"], "a client");
	EXPECT_EQ(found[0]["in_flight"], 1);
	EXPECT_EQ(found[0]["device_writes"], true);
}

TEST_F(LocksTest, SaysSoIfNothingIsLocked)
{
	std::ofstream(common.debugfs() / "videoport0/handles")
		<< "handle kind access bytes pages\n";
	EXPECT_EQ(printed([&] { return locks(common, {{"videoport0"}}); }), "nothing is locked\n");
}

TEST_F(LocksTest, WithoutDebugfsItSaysWhatToDo)
{
	std::filesystem::remove_all(common.root / "sys/kernel/debug");
	printed([&] { return locks(common, {}); });
	EXPECT_EQ(status, Failed);
	EXPECT_NE(hint.find("mount -t debugfs"), std::string::npos);
}

TEST_F(LocksTest, AnotherModulesTextIsRefusedNotGuessed)
{
	std::ofstream(common.debugfs() / "videoport0/handles") << "handle kind\n0x1 buffer\n";
	printed([&] { return locks(common, {{"videoport0"}}); });
	EXPECT_EQ(status, Failed);
	EXPECT_NE(hint.find("version"), std::string::npos);
}

TEST_F(ListTest, EachFailureToOpenSaysWhatToDo)
{
	const std::filesystem::path node = "/dev/videoport0",
				    trace = "/sys/kernel/tracing/instances",
				    debug = "/sys/kernel/debug/videoport/videoport0/handles";
	EXPECT_NE(cannot_open(node, EACCES).hint().find("group video"), std::string::npos);
	EXPECT_NE(cannot_open(debug, EACCES).hint().find("root"), std::string::npos);
	EXPECT_NE(cannot_open(trace, ENOENT).hint().find("mount -t tracefs"), std::string::npos);
	EXPECT_NE(cannot_open(debug, ENOENT).hint().find("mount -t debugfs"), std::string::npos);
	EXPECT_NE(cannot_open(node, EMFILE).hint().find("max_user_clients"), std::string::npos);
	EXPECT_NE(cannot_open(node, EIO).hint().find("dmesg"), std::string::npos);
}

} // namespace vpctl
