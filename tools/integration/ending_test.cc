// SPDX-License-Identifier: GPL-2.0
/*
 * What ends, and what then happens to what was locked: close, exit, kill, with and without DMA in
 * flight. The removal of adapters is in module_test.cc.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <thread>

#include "child.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class EndingTest : public ProbeTest {
protected:
	/// Wait until nothing of any client is pinned any more.
	static void expect_pins_go(std::chrono::milliseconds limit = 10s)
	{
		EXPECT_TRUE(eventually([] { return pins_held() == 0; }, limit))
			<< pins_held() << " pages stay pinned";
	}
};

} // namespace

TEST_F(EndingTest, ClosingReleasesIdleHandlesAtOnce)
{
	const Region region = Region::make(20 * page_size());
	{
		const Probe client(Place::probe_edu);
		ASSERT_NE(client.lock_buffer(region), 0U);
		ASSERT_TRUE(client.lock_pages(region).locked);
		EXPECT_EQ(pins_held(), 40);
		EXPECT_EQ(live(probe.device(), "mappings"), 1U);
	}
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(live(probe.device(), "locked_buffers"), 0U);
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
}

TEST_F(EndingTest, ClosingOneClientLeavesTheOthersLocksAlone)
{
	const Region region = Region::make(5 * page_size());
	const Handle mine = probe.lock_buffer(region);
	{
		const Probe client(Place::probe_edu);
		ASSERT_NE(client.lock_buffer(region), 0U);
		EXPECT_EQ(pins_held(), 10);
	}
	EXPECT_EQ(pins_held(), 5);
	expect_accepted(probe.device(), [&] { probe.unlock_buffer(mine); });
}

TEST_F(EndingTest, AClientThatExitsWithoutUnlockingLeavesNothing)
{
	EXPECT_EQ(run_in_child([] {
			  const Region region = Region::make(30 * page_size());
			  // leaked on purpose: the process's end closes it
			  auto *client = new Probe(Place::probe_edu);
			  return client->lock_pages(region).locked ? 0 : 1;
		  }),
		  0);
	expect_pins_go();
	EXPECT_EQ(live(probe.device(), "clients"), 1U);
}

TEST_F(EndingTest, AClientThatIsKilledBetweenLockAndUnlockLeavesNothing)
{
	Child child([](const Child::Inside &inside) {
		const Region region = Region::make(300 * page_size());
		const Probe client(Place::probe_edu);
		if (client.lock_buffer(region) == 0 || !client.lock_pages(region).locked)
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	EXPECT_EQ(pins_held(), 600);
	child.kill();
	expect_pins_go();
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
}

TEST_F(EndingTest, AThousandLocksOfAKilledClientAreAllReleased)
{
	Child child([](const Child::Inside &inside) {
		const Region region = Region::make(1000 * page_size());
		const Probe client(Place::probe_edu);
		for (uint32_t i = 0; i < 1000; i++) {
			if (client.lock_buffer(region.address() + i * page_size(), 4096) == 0)
				return 1;
		}
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	EXPECT_EQ(pins_held(), 1000);
	child.kill();
	expect_pins_go();
}

TEST_F(EndingTest, AKilledClientsTransferStaysPinnedUntilItIsComplete)
{
	const Handle by = adapter();
	Shared<Started> started;
	Child child([&](const Child::Inside &inside) {
		const Region region = Region::make(7 * page_size());
		const Probe client(Place::probe_edu);
		const Handle mdl = client.lock_buffer(region);
		const Handle idle = client.lock_buffer(region);
		*started = client.start_dma(by, mdl, 0, 4096, false);
		if (idle == 0 || started->status != NO_ERROR)
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	EXPECT_EQ(pins_held(), 14);
	child.kill();
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	EXPECT_EQ(pins_held(), 7) << "the idle handle goes, the one in flight stays";
	EXPECT_EQ(live(probe.device(), "transfers"), 1U);
	EXPECT_EQ(probe.complete_dma(by, started->list, false), unsigned{NO_ERROR});
	expect_pins_go();
	EXPECT_EQ(live(probe.device(), "transfers"), 0U);
}

TEST_F(EndingTest, AClosedClientsTransferStaysPinnedUntilItIsComplete)
{
	const Region region = Region::make(7 * page_size());
	Started started;
	{
		const Probe client(Place::probe_edu);
		const auto locked = client.lock_pages(region);
		ASSERT_TRUE(locked.locked);
		started = client.start_dma(adapter(), locked.handle, 0, 4096, true);
		ASSERT_EQ(started.status, unsigned{NO_ERROR});
	}
	EXPECT_EQ(pins_held(), 7);
	EXPECT_EQ(live(probe.device(), "mappings"), 1U);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, true), unsigned{NO_ERROR});
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
}

TEST_F(EndingTest, AClientKilledWhileItsDeviceWorksIsReleasedWhenTheDeviceIsDone)
{
	const auto edu = open_adapter(Place::edu_a);
	Child child([](const Child::Inside &inside) {
		const Region source = Region::make(6000), destination = Region::make(6000);
		const auto client = open_adapter(Place::edu_a);
		if (!edu::start(client, EduCopy, source.data(), destination.data(), 6000))
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.kill();
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(edu::wait(edu, state, edu::patience(6000)));
	expect_pins_go();
	EXPECT_TRUE(eventually([&] { return live(edu, "clients") == 1; }));
}

TEST_F(EndingTest, AClientThatWaitsForItsTurnCanBeKilled)
{
	std::thread holder([] {
		const Probe client(Place::probe_edu);
		EXPECT_TRUE(client.device().send(IOCTL_PROBE_HOLD, uint32_t{1500}));
	});
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 2; }));
	Child child([&](const Child::Inside &inside) {
		const int fd = probe.device().fd(); // opening would wait as well
		videoport_request request = {};
		request.size = sizeof(request);
		request.code = IOCTL_PROBE_ECHO;
		inside.ready();
		ioctl(fd, VIDEOPORT_IOC_REQUEST, &request);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	const auto start = std::chrono::steady_clock::now();
	child.kill();
	EXPECT_LT(std::chrono::steady_clock::now() - start, 1s) << "it waited for the other's end";
	holder.join();
}

TEST_F(EndingTest, ManyClientsComeAndGoAtTheSameTime)
{
	auto work = [](unsigned int seed) {
		for (int round = 0; round < 15; round++) {
			const Region region = Region::make((seed + 1) * 5000, seed * 111);
			const Probe client(Place::probe_edu);
			const Handle mdl = client.lock_buffer(region);
			const auto locked = client.lock_pages(region);
			EXPECT_NE(mdl, 0U);
			EXPECT_TRUE(locked.locked);
			if (round % 3 == 0)
				client.unlock_buffer(mdl);
			if (round % 3 == 1)
				client.unlock_pages(locked.handle);
		}
	};
	std::vector<std::thread> threads;
	for (unsigned int i = 0; i < 6; i++)
		threads.emplace_back(work, i);
	for (auto &thread : threads)
		thread.join();
	EXPECT_EQ(pins_held(), 0);
}
