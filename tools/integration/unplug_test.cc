// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters that are pulled out while they are in use, or whose slot is switched off: nothing is held
 * any more, every client hears of it, and the adapter that is plugged then is as good as new. What
 * ends by unbind or rmmod is in module_test.cc. Only in guests with slots: see hotplug.hpp.
 */
#include "probe.hpp"

#include <algorithm>
#include <thread>

#include "child.hpp"
#include "completion.hpp"
#include "hotplug.hpp"
#include "mapped_view.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

/// How an adapter goes.
struct Way {
	const char *name;
	bool pulled; ///< first the device, then the driver: its registers are gone when it is told
};

const Way ways[] = {{"Pulled", true}, {"SwitchedOff", false}};

const Slot &slot_of(Place place)
{
	static const Slot edu("0000:00:11.0", {"port1", "one"});
	static const Slot probe("0000:00:12.0", {"port2", "two"});
	return place == Place::slot_edu ? edu : probe;
}

class UnplugTest : public BenchTest, public testing::WithParamInterface<Way> {
protected:
	static constexpr Place slots[] = {Place::slot_edu, Place::slot_probe};

	void SetUp() override
	{
		for (const Place place : slots) {
			if (!slot_of(place).usable())
				GTEST_SKIP() << "wants a guest with slots: see hotplug.hpp";
		}
		BenchTest::SetUp();
		used_ = true;
	}
	void TearDown() override
	{
		if (!used_)
			return;
		for (const Place place : slots) {
			if (!slot_of(place).occupied())
				plug(place);
		}
		BenchTest::TearDown();
	}

	/// The device goes; it may take a second until its driver knows.
	static void begin_to_unplug(Place place)
	{
		if (GetParam().pulled)
			ASSERT_TRUE(slot_of(place).pull());
		else
			ASSERT_TRUE(slot_of(place).power_off());
	}
	/// The driver has let go of it.
	static void finish_unplugging(Place place)
	{
		ASSERT_TRUE(slot_of(place).wait_empty());
		EXPECT_FALSE(find_adapter(place));
	}
	static void unplug(Place place)
	{
		ASSERT_NO_FATAL_FAILURE(begin_to_unplug(place));
		finish_unplugging(place);
	}
	static void plug(Place place)
	{
		ASSERT_TRUE(slot_of(place).plug_for(driver_of(place)));
		ASSERT_TRUE(find_adapter(place));
	}

	/// A client of an adapter that went: nothing is held for it, and it can do nothing.
	static void expect_ended(const videoport::Device &device)
	{
		EXPECT_EQ(pins_held(), 0);
		EXPECT_EQ(videoport::pinned_kib(), 0U);
		EXPECT_EQ(device.request(IOCTL_PROBE_ECHO).error, ENODEV);
		EXPECT_NE(access(device.adapter().node.c_str(), F_OK), 0);
	}

	/// A new device, and DMA on it in both directions.
	static void expect_works(Place place)
	{
		ASSERT_NO_FATAL_FAILURE(plug(place));
		const Region source = Region::make(1500, 100), target = Region::make(1500, 3000);
		fill(source.bytes(), 91);
		if (place == Place::slot_edu)
			copy_by_edu(source, target);
		else
			copy_by_probe(source, target);
		EXPECT_TRUE(std::ranges::equal(source.bytes(), target.bytes()));
	}

	static void copy_by_edu(const Region &source, const Region &target)
	{
		const auto client = open_adapter(Place::slot_edu);
		ASSERT_TRUE(edu::start(client, EduCopy, source.data(), target.data(), 1500));
		EDU_DMA_STATE state = {};
		ASSERT_TRUE(edu::wait(client, state, edu::patience(1500)));
		EXPECT_EQ(state.State, unsigned{EduDone});
		EXPECT_TRUE(edu::finish(client));
	}

	static void copy_by_probe(const Region &source, const Region &target)
	{
		const Probe client(Place::slot_probe);
		for (const bool to_device : {true, false}) {
			const auto locked = client.lock_pages(to_device ? source : target);
			ASSERT_TRUE(locked.locked);
			uint32_t done = 0;
			for (const auto &element : client.scatter_gather(locked.handle)) {
				const auto bytes = static_cast<uint32_t>(element.Length);
				client.edu_dma(element.Address, done, bytes, to_device);
				done += bytes;
			}
			EXPECT_EQ(done, 1500U);
			EXPECT_EQ(client.unlock_pages(locked.handle), 1U);
		}
	}

private:
	bool used_ = false;
};

} // namespace

TEST_P(UnplugTest, IdleLocksAndWhatElseTheMiniportHasAreReleased)
{
	const Region region = Region::make(50 * page_size());
	const Probe client(Place::slot_probe);
	const Handle adapter = client.get_adapter();
	ASSERT_NE(client.lock_buffer(region), 0U);
	ASSERT_TRUE(client.lock_pages(region).locked);
	EXPECT_NE(client.allocate_common_buffer(adapter, 65536).pointer, 0U);
	EXPECT_NE(client.call(ProbeAllocatePool, {VpNonPagedPool, 100000}).Result, 0U);
	EXPECT_NE(client.create_event(0), 0U);
	client.call(ProbeStartTimer);
	EXPECT_EQ(pins_held(), 100);
	unplug(Place::slot_probe);
	expect_ended(client.device());
	expect_works(Place::slot_probe);
	EXPECT_EQ(client.device().request(IOCTL_PROBE_ECHO).error, ENODEV)
		<< "the new one is another";
}

TEST_P(UnplugTest, DmaInFlightIsEndedAndItsPagesAreReleased)
{
	constexpr uint32_t length = 40000; // the device is at it for four seconds
	const Region source = Region::make(length), target = Region::make(length);
	const auto works = open_adapter(Place::slot_edu);
	const Probe started(Place::slot_probe);
	const Handle adapter = started.get_adapter();
	const Handle mdl = started.lock_buffer(source), unlocked = started.lock_buffer(source);
	const auto pages = started.lock_pages(source);
	for (const Handle handle : {mdl, unlocked, pages.handle})
		EXPECT_EQ(started.start_dma(adapter, handle, 0, 4096, true).status,
			  unsigned{NO_ERROR});
	started.unlock_buffer(unlocked);

	ASSERT_TRUE(edu::start(works, EduCopy, source.data(), target.data(), length));
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(eventually([&] { return edu::query(works, state) && state.Transfers > 1; }));
	EXPECT_EQ(state.State, unsigned{EduRunning});
	for (const Place place : slots)
		begin_to_unplug(place);
	for (const Place place : slots)
		finish_unplugging(place);
	expect_ended(works);
	expect_ended(started.device());
	for (const Place place : slots)
		expect_works(place);
}

TEST_P(UnplugTest, DeviceMemoryInAClientBecomesASigbus)
{
	const Probe client(Place::slot_probe);
	const Handle adapter = client.get_adapter();
	const ClientView registers = client.map_memory(bar_of(Place::slot_probe, 0).start, 8192);
	const auto buffer = client.allocate_common_buffer(adapter, 4096);
	const ClientView common = client.map_memory(buffer.logical, 4096);
	ASSERT_TRUE(registers.address && common.address);
	EXPECT_EQ(*words_at(registers.address) & 0xff, 0xedU) << "the chip's identification";
	*words_at(common.address) = 1;

	begin_to_unplug(Place::slot_probe);
	const int meanwhile = touch(registers.address);
	EXPECT_TRUE(meanwhile == 0 || meanwhile == SIGBUS) << meanwhile;
	finish_unplugging(Place::slot_probe);
	expect_ended(client.device());
	for (int i = 0; i < 2; i++) {
		for (const ClientView &view : {registers, common}) {
			EXPECT_EQ(touch(view.address), SIGBUS) << i;
			EXPECT_EQ(touch(view.address, true), SIGBUS) << i;
		}
		EXPECT_EQ(touch(registers.address + 4096), SIGBUS);
		if (i == 0)
			expect_works(Place::slot_probe);
	}
	for (const ClientView &view : {registers, common})
		EXPECT_EQ(munmap(reinterpret_cast<void *>(view.address), view.length), 0);
}

TEST_P(UnplugTest, TheRequestThatRunsEndsAndTheNextIsRefused)
{
	const auto watcher = open_adapter(Place::slot_probe);
	const Region region = Region::make(10 * page_size());
	Child child([&](const Child::Inside &inside) {
		const Probe client(Place::slot_probe);
		if (client.lock_buffer(region) == 0)
			return 1;
		inside.ready();
		if (!client.device().send(IOCTL_PROBE_HOLD, uint32_t{700}))
			return 2;
		// the driver may be told a little later than the slot
		const auto refused = [&] {
			return client.device().request(IOCTL_PROBE_ECHO).error == ENODEV;
		};
		return eventually(refused) ? 0 : 3;
	});
	ASSERT_TRUE(child.wait_ready());
	const uint64_t requests = live(watcher, "requests");
	child.go_on();
	EXPECT_TRUE(eventually([&] { return live(watcher, "requests") > requests; }));
	unplug(Place::slot_probe);
	EXPECT_EQ(child.join(), 0);
	expect_ended(watcher);
	expect_works(Place::slot_probe);
}

TEST_P(UnplugTest, WhoeverWaitsForAnEventReadsOrPollsIsWoken)
{
	const Probe waits(Place::slot_probe), reads(Place::slot_probe), polls(Place::slot_probe);
	const Region region = Region::make(page_size());
	const Handle event = waits.create_event(0);
	ASSERT_NE(event, 0U);
	for (const Probe *client : {&waits, &reads, &polls})
		ASSERT_NE(client->lock_buffer(region), 0U);

	uint32_t waited = ~0U;
	short polled = 0;
	videoport::Completions read;
	const uint64_t requests = live(waits.device(), "requests");
	std::atomic<pid_t> reader = 0, poller = 0;
	std::thread threads[] = {
		std::thread([&] { waited = waits.wait(event, std::nullopt); }),
		std::thread([&] {
			reader = gettid();
			read = videoport::take_completions(reads.device());
		}),
		std::thread([&] {
			poller = gettid();
			polled = videoport::poll_completions(polls.device(), 600s);
		}),
	};
	EXPECT_TRUE(eventually([&] {
		return live(waits.device(), "requests") > requests && reader && poller &&
		       sleeps_in(getpid(), reader, "vp_read") &&
		       sleeps_in(getpid(), poller, "poll");
	}));
	unplug(Place::slot_probe);
	for (auto &thread : threads)
		thread.join();
	EXPECT_EQ(waited, unsigned{ERROR_INVALID_PARAMETER}) << "not a timeout";
	EXPECT_EQ(read.error, ENODEV);
	EXPECT_EQ(polled, POLLERR | POLLHUP);
	for (const Probe *client : {&waits, &reads, &polls})
		expect_ended(client->device());
	expect_works(Place::slot_probe);
}

TEST_P(UnplugTest, ClientsThatAreBusyAllTheTimeGetEnodevAndLeaveNothing)
{
	const auto watcher = open_adapter(Place::slot_probe);
	const Child::Body busy = [](const Child::Inside &inside) {
		// what it locks it leaves to the adapter's end
		const Region region = Region::make(30 * page_size());
		const videoport::Device device = open_adapter(Place::slot_probe);
		const PROBE_CALL calls[] = {
			{ProbeLockPages, ProbeStartIo, {region.address(), region.size()}},
			{ProbeReadRegister, ProbeStartIo, {0, 0x98, 4}},
			{ProbeWriteRegister, ProbeDpc, {0, 0x20, 4, 0}},
		};
		inside.ready();
		for (;;) {
			for (const PROBE_CALL &call : calls) {
				PROBE_ANSWER answer = {};
				const auto reply = device.exchange(IOCTL_PROBE_CALL, call, answer);
				if (reply.error)
					return reply.error == ENODEV ? 0 : 1;
			}
		}
	};
	Child first(busy), second(busy);
	ASSERT_TRUE(first.wait_ready() && second.wait_ready());
	const uint64_t requests = live(watcher, "requests");
	first.go_on();
	second.go_on();
	EXPECT_TRUE(eventually([&] { return live(watcher, "requests") > requests + 50; }));
	unplug(Place::slot_probe);
	EXPECT_EQ(first.join(), 0);
	EXPECT_EQ(second.join(), 0);
	expect_ended(watcher);
	expect_works(Place::slot_probe);
}

INSTANTIATE_TEST_SUITE_P(Adapter, UnplugTest, testing::ValuesIn(ways),
			 [](const auto &info) { return std::string(info.param.name); });
