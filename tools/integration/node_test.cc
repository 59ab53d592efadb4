// SPDX-License-Identifier: GPL-2.0
/*
 * The nodes: one for each adapter of each miniport, all at once; who may open them and how often.
 */
#include "probe.hpp"

#include <set>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "child.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;

namespace {

class NodeTest : public BenchTest {};

} // namespace

TEST_F(NodeTest, AllAdaptersOfSeveralMiniportsAreThereAtOnce)
{
	std::set<std::string> nodes;
	for (const Place place : all_places) {
		const auto adapter = find_adapter(place);
		ASSERT_TRUE(adapter) << pci_address(place);
		nodes.insert(adapter->node);
		EXPECT_EQ(adapter->driver, driver_of(place));
	}
	EXPECT_EQ(nodes.size(), std::size(all_places));
}

TEST_F(NodeTest, EveryAdapterHasACharacterDeviceOfMode0660)
{
	for (const Place place : all_places) {
		const auto adapter = find_adapter(place);
		ASSERT_TRUE(adapter);
		struct stat status;
		ASSERT_EQ(stat(adapter->node.c_str(), &status), 0) << adapter->node;
		EXPECT_TRUE(S_ISCHR(status.st_mode));
		EXPECT_EQ(status.st_mode & 07777, 0660U);
		EXPECT_EQ(std::to_string(major(status.st_rdev)) + ":" +
				  std::to_string(minor(status.st_rdev)),
			  videoport::read_line(adapter->sysfs / "dev"));
	}
}

TEST_F(NodeTest, EveryAdapterAnswersForItselfWhileAllAreOpen)
{
	const Probe probe_edu(Place::probe_edu), testdev(Place::probe_testdev);
	const auto edu_a = open_adapter(Place::edu_a), edu_b = open_adapter(Place::edu_b);
	EXPECT_EQ(probe_edu.counts().DeviceId, 0x11e8U);
	EXPECT_EQ(testdev.counts().DeviceId, 0x0005U);
	for (const auto *edu : {&edu_a, &edu_b}) {
		EDU_INFO info = {};
		EXPECT_TRUE(edu->fetch(IOCTL_EDU_QUERY_INFO, info));
		EXPECT_EQ(info.Identification, 0x010000edU);
	}
}

TEST_F(NodeTest, ANodeCanBeOpenedMoreThanOnce)
{
	const auto first = open_adapter(Place::edu_a);
	const uint64_t before = live(first, "clients");
	const auto second = open_adapter(Place::edu_a);
	EXPECT_EQ(live(first, "clients"), before + 1);
	EXPECT_EQ(first.request(0x23fffc).status, unsigned{ERROR_INVALID_FUNCTION});
	EXPECT_EQ(second.request(0x23fffc).status, unsigned{ERROR_INVALID_FUNCTION});
}

TEST_F(NodeTest, HwVidInitializeIsCalledOnceHoweverOftenTheNodeIsOpened)
{
	for (int i = 0; i < 3; i++) {
		const Probe probe(Place::probe_testdev), again(Place::probe_testdev);
		EXPECT_EQ(probe.counts().Initialized, 1U);
	}
}

TEST_F(NodeTest, WhoIsNotInTheGroupCannotOpenIt)
{
	const std::string node = find_adapter(Place::edu_a)->node;
	EXPECT_EQ(run_in_child([&] {
			  if (setgid(1000) != 0 || setuid(1000) != 0)
				  return 90;
			  return open(node.c_str(), O_RDWR) < 0 ? errno : 0;
		  }),
		  EACCES);
}

TEST_F(NodeTest, EveryCounterIsANumber)
{
	for (const Place place : all_places) {
		const auto counters = find_adapter(place)->counters();
		for (const char *name :
		     {"clients", "locked_buffers", "pinned_pages", "mappings", "transfers",
		      "common_buffers", "allocations", "adapters", "events", "views"})
			EXPECT_TRUE(counters.contains(name)) << name;
		for (const auto &cause : causes())
			EXPECT_TRUE(counters.contains(cause)) << cause;
	}
}
