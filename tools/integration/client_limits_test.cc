// SPDX-License-Identifier: GPL-2.0
/*
 * How much one client and one user may have: each limit is reached, says so, takes nothing with it,
 * and leaves others alone. RLIMIT_MEMLOCK is in memlock_test.cc, the size of a request in
 * request_test.cc.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>

#include "child.hpp"
#include "event.hpp"
#include "parameter.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::Event;
using videoport::page_size;
using videoport::Region;

namespace {

class ClientLimitsTest : public Nt4Test {
protected:
	void SetUp() override
	{
		Nt4Test::SetUp();
		region_ = Region::make(16 * page_size());
	}
	Handle lock(uint32_t page) const
	{
		return probe.lock_buffer(region_.address() + page * page_size(), 4096);
	}

	Region region_;
};

/// Opens @p node until that fails. What it failed with, and how often it did not before.
struct Opened {
	int error = 0;
	unsigned int times = 0;
};

Opened open_often(const std::string &node, unsigned int most)
{
	Opened opened;
	std::vector<int> all;
	while (opened.times < most && opened.error == 0) {
		const int fd = open(node.c_str(), O_RDWR);
		if (fd < 0) {
			opened.error = errno;
		} else {
			opened.times++;
			all.push_back(fd);
		}
	}
	for (const int fd : all)
		close(fd);
	return opened;
}

} // namespace

TEST_F(ClientLimitsTest, OneLockMoreThanAClientMayHaveIsRefused)
{
	const Parameter most("max_client_handles", 5);
	std::vector<Handle> handles;
	for (uint32_t i = 0; i < 5; i++)
		handles.push_back(lock(i));
	for (const Handle handle : handles)
		EXPECT_NE(handle, 0U);
	expect_refused(probe.device(), {"limit_reached", "LockBuffer", 5},
		       [&] { EXPECT_EQ(lock(5), 0U); });
	expect_refused(probe.device(), {"limit_reached", "LockPages", 5},
		       [&] { EXPECT_FALSE(probe.lock_pages(region_.address(), 4096).locked); });
	expect_refused(probe.device(), {"limit_reached", "AssociateEventsWithDmaHandle", 5}, [&] {
		EXPECT_EQ(probe.call(ProbeAssociateEvents, {0, 0, 0}).Result, 0U);
	});
	EXPECT_EQ(pins_held(), 5);
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);

	probe.unlock_buffer(handles.back());
	handles.back() = lock(6);
	EXPECT_NE(handles.back(), 0U) << "there is room for one again";
	for (const Handle handle : handles)
		probe.unlock_buffer(handle);
}

TEST_F(ClientLimitsTest, ALimitIsOfEachClientByItself)
{
	const Parameter most("max_client_handles", 1);
	const Handle mine = lock(0);
	EXPECT_NE(mine, 0U);
	const Probe other(place());
	const Handle its = other.lock_buffer(region_.address(), 4096);
	EXPECT_NE(its, 0U);
	other.unlock_buffer(its);
	probe.unlock_buffer(mine);
}

TEST_F(ClientLimitsTest, ThreadsTogetherDoNotPassTheLimit)
{
	const Parameter most("max_client_handles", 20);
	const uint64_t locked = live(probe.device(), "locked");
	// children share the open node, and so the limit
	std::vector<std::unique_ptr<Child>> children;
	for (int i = 0; i < 4; i++)
		children.push_back(std::make_unique<Child>([&](const Child::Inside &) {
			for (uint32_t page = 0; page < 16; page++)
				lock(page);
			return 0;
		}));
	for (const auto &child : children)
		EXPECT_EQ(child->join(), 0);
	EXPECT_EQ(live(probe.device(), "locked") - locked, 20U);
	EXPECT_EQ(live(probe.device(), "locked_buffers"), 20U);
	probe = Probe(place());
}

TEST_F(ClientLimitsTest, TheUsualLimitIsAThousandAndTwentyFourLocks)
{
	std::vector<Handle> handles;
	for (uint32_t i = 0; i < 1024; i++)
		handles.push_back(lock(i % 16));
	EXPECT_EQ(std::ranges::count(handles, 0U), 0);
	expect_refused(probe.device(), {"limit_reached", "LockBuffer", 1024},
		       [&] { EXPECT_EQ(lock(0), 0U); });
	probe = Probe(place());
}

TEST_F(ClientLimitsTest, OneEventMoreThanAClientMayLendIsRefused)
{
	const Parameter most("max_client_events", 2);
	const Event first = Event::make(probe.device()), second = Event::make(probe.device());
	EXPECT_TRUE(first && second);
	expect_refused(probe.device(), {"limit_reached", "event", 2},
		       [&] { EXPECT_EQ(Event::make(probe.device()).error(), ENOSPC); });
	EXPECT_EQ(live(probe.device(), "events"), 2U);
	const Handle miniports = probe.create_event(NOTIFICATION_EVENT);
	EXPECT_NE(miniports, 0U) << "the miniport has no limit";
	EXPECT_EQ(probe.delete_event(miniports), unsigned{NO_ERROR});
	const Probe other(place());
	EXPECT_TRUE(Event::make(other.device()));
}

TEST_F(ClientLimitsTest, OneMappingMoreThanAClientMayHaveIsRefused)
{
	const Parameter most("max_client_views", 2);
	const Bar bar = bar_of(Place::probe_nt4, 0);
	const ClientView first = probe.map_memory(bar.start, 4096);
	const ClientView second = probe.map_memory(bar.start, 4096);
	EXPECT_NE(first.address, 0U);
	EXPECT_NE(second.address, 0U);
	expect_refused(probe.device(), {"limit_reached", "MapMemory", 2},
		       [&] { EXPECT_EQ(probe.map_memory(bar.start, 4096).address, 0U); });
	EXPECT_EQ(probe.unmap_memory(first), unsigned{NO_ERROR});
	const ClientView third = probe.map_memory(bar.start, 4096);
	EXPECT_NE(third.address, 0U);
	EXPECT_EQ(probe.unmap_memory(second), unsigned{NO_ERROR});
	EXPECT_EQ(probe.unmap_memory(third), unsigned{NO_ERROR});
}

TEST_F(ClientLimitsTest, AUserOpensAnAdapterOnlySoOften)
{
	const std::string node = find_adapter(place())->node;
	ASSERT_EQ(chmod(node.c_str(), 0666), 0);
	const Shared<Opened> opened;
	auto as = [&](uid_t user) {
		*opened = {};
		return run_in_child([&] {
			if (setgid(user) != 0 || setuid(user) != 0)
				return 90;
			*opened = open_often(node, 100);
			return 0;
		});
	};
	expect_refused(probe.device(), {"limit_reached", "open", 1000}, [&] {
		EXPECT_EQ(as(1000), 0);
		EXPECT_EQ(opened->error, EMFILE);
		EXPECT_EQ(opened->times, 32U);
	});
	// what one user has open is not the other's affair
	Child hoarder([&](const Child::Inside &inside) {
		std::vector<int> all;
		if (setgid(1000) != 0 || setuid(1000) != 0)
			return 90;
		for (int i = 0; i < 32; i++)
			all.push_back(open(node.c_str(), O_RDWR));
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(hoarder.wait_ready());
	EXPECT_EQ(as(1001), 0);
	EXPECT_EQ(opened->times, 32U);
	EXPECT_EQ(open_often(node, 100).times, 100U) << "root has CAP_SYS_RESOURCE";
	hoarder.kill();
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	EXPECT_EQ(chmod(node.c_str(), 0660), 0);
}
