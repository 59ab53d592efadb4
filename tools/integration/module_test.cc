// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters that go while they are in use: unbind, rmmod of the miniport, with idle locks and with
 * DMA in flight; and the port, which cannot go before its users.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include "child.hpp"
#include "module_control.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;
using videoport::Reply;

namespace {

class ModuleTest : public BenchTest {
protected:
	void TearDown() override
	{
		load_module("videoport", "log_interval_ms=0");
		for (const char *name : miniports)
			load_module(name);
		for (const Place place : all_places)
			bind(driver_of(place), place);
		EXPECT_EQ(videoport::adapters().size(), std::size(all_places));
		BenchTest::TearDown();
	}

	static void expect_gone(const videoport::Device &device)
	{
		const Reply reply = device.request(IOCTL_PROBE_ECHO);
		EXPECT_EQ(reply.error, ENODEV) << reply.name();
	}
};

} // namespace

TEST_F(ModuleTest, RemovalReleasesIdleLocksAndItsClientsGetEnodev)
{
	const Region region = Region::make(50 * page_size());
	Probe client(Place::probe_edu);
	ASSERT_NE(client.lock_buffer(region), 0U);
	ASSERT_TRUE(client.lock_pages(region).locked);
	EXPECT_EQ(pins_held(), 100);
	ASSERT_EQ(unload_module("vp_probe"), 0);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	EXPECT_FALSE(find_adapter(Place::probe_edu));
	expect_gone(client.device());
	expect_gone(client.device());
}

TEST_F(ModuleTest, RemovalReleasesWhatIsInFlight)
{
	const Region region = Region::make(50 * page_size());
	Probe client(Place::probe_edu);
	const Handle adapter = client.get_adapter();
	const Handle mdl = client.lock_buffer(region), unlocked = client.lock_buffer(region);
	const auto pages = client.lock_pages(region);
	for (const Handle handle : {mdl, unlocked, pages.handle})
		EXPECT_EQ(client.start_dma(adapter, handle, 0, 4096, true).status,
			  unsigned{NO_ERROR});
	client.unlock_buffer(unlocked);
	EXPECT_EQ(pins_held(), 150);
	ASSERT_EQ(unload_module("vp_probe"), 0);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	expect_gone(client.device());
}

TEST_F(ModuleTest, RemovalFreesCommonBuffersAdaptersPoolAndMappings)
{
	Probe client(Place::probe_testdev);
	const Handle adapter = client.get_adapter();
	EXPECT_NE(client.allocate_common_buffer(adapter, 65536).pointer, 0U);
	EXPECT_NE(client.get_common_buffer(8192, 0).pointer, 0U);
	EXPECT_NE(client.call(ProbeAllocatePool, {VpNonPagedPool, 100000}).Result, 0U);
	client.call(ProbeStartTimer);
	client.close();
	ASSERT_EQ(unload_module("vp_probe"), 0);
	ASSERT_EQ(load_module("vp_probe"), 0);
	const Probe again(Place::probe_testdev);
	EXPECT_EQ(live(again.device(), "common_buffers"), 0U);
	EXPECT_EQ(live(again.device(), "allocations"), 0U);
}

TEST_F(ModuleTest, AnAdapterThatIsUnboundGoesAloneAndComesBack)
{
	const Region region = Region::make(3 * page_size());
	const Probe gone(Place::probe_testdev), stays(Place::probe_edu);
	ASSERT_NE(gone.lock_buffer(region), 0U);
	const Handle other = stays.lock_buffer(region);
	ASSERT_EQ(unbind("vp_probe", Place::probe_testdev), 0);
	EXPECT_EQ(pins_held(), 3) << "the other adapter's lock";
	expect_gone(gone.device());
	EXPECT_EQ(stays.unlock_pages(other), 1U);
	ASSERT_EQ(bind("vp_probe", Place::probe_testdev), 0);
	expect_gone(gone.device());
	const Probe back(Place::probe_testdev);
	EXPECT_EQ(back.counts().Initialized, 1U) << "HwVidInitialize of the new adapter";
}

TEST_F(ModuleTest, AnAdapterBeginsWith32BitsWhateverItsDeviceWasSetTo)
{
	const auto mask = [] { return find_adapter(Place::probe_testdev)->dma_mask; };
	EXPECT_EQ(mask(), "0xffffffff");
	Probe wide(Place::probe_testdev);
	ASSERT_NE(wide.get_adapter({PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_64_BITS, 1 << 20}),
		  0U);
	EXPECT_EQ(mask(), "0xffffffffffffffff");
	wide.close();
	ASSERT_EQ(unload_module("vp_probe"), 0);
	ASSERT_EQ(load_module("vp_probe"), 0);
	EXPECT_EQ(mask(), "0xffffffff") << "what the last one had set stays with the device";
}

TEST_F(ModuleTest, TheMiniportCanBeLoadedAgainAndAgain)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(unload_module("vp_probe"), 0);
		EXPECT_FALSE(find_adapter(Place::probe_testdev));
		ASSERT_EQ(load_module("vp_probe"), 0);
		const Probe probe(Place::probe_edu);
		EXPECT_EQ(probe.counts().DeviceId, 0x11e8U);
	}
}

TEST_F(ModuleTest, RemovalWhileTheDeviceWorks)
{
	const Region source = Region::make(10000), destination = Region::make(10000);
	const auto client = open_adapter(Place::edu_a);
	ASSERT_TRUE(edu::start(client, EduCopy, source.data(), destination.data(), 10000));
	ASSERT_EQ(unload_module("vp_edu"), 0);
	EXPECT_EQ(pins_held(), 0);
	expect_gone(client);
	// the next driver must not let what the device still does reach memory
	EXPECT_TRUE(edu_ends_its_dma(Place::edu_a));
}

TEST_F(ModuleTest, RemovalWaitsForTheRequestThatRuns)
{
	Child child([](const Child::Inside &inside) {
		const Probe client(Place::probe_testdev);
		inside.ready();
		return client.device().send(IOCTL_PROBE_HOLD, uint32_t{300}).ok() ? 0 : 1;
	});
	ASSERT_TRUE(child.wait_ready());
	const auto device = *find_adapter(Place::probe_testdev);
	const auto requests = device.counter("requests").value_or(0);
	child.go_on();
	EXPECT_TRUE(eventually([&] { return device.counter("requests").value_or(0) > requests; }));
	ASSERT_EQ(unbind("vp_probe", Place::probe_testdev), 0);
	EXPECT_EQ(child.join(), 0) << "the running request finishes";
}

TEST_F(ModuleTest, ThePortCannotGoBeforeItsMiniports)
{
	EXPECT_EQ(unload_module("videoport"), EWOULDBLOCK);
	const Probe probe(Place::probe_edu);
	EXPECT_EQ(probe.counts().DeviceId, 0x11e8U) << "and all goes on";
}

TEST_F(ModuleTest, ThePortCannotGoBeforeItsClients)
{
	auto client = open_adapter(Place::edu_a);
	for (const char *name : miniports)
		ASSERT_EQ(unload_module(name), 0);
	EXPECT_EQ(unload_module("videoport"), EWOULDBLOCK);
	expect_gone(client);
	client.close();
	EXPECT_EQ(unload_module("videoport"), 0);
	ASSERT_EQ(load_module("videoport", "log_interval_ms=0"), 0);
	for (const char *name : miniports)
		ASSERT_EQ(load_module(name), 0);
}

TEST_F(ModuleTest, KillAndRemovalAtTheSameTime)
{
	for (int i = 0; i < 5; i++) {
		Child child([](const Child::Inside &inside) {
			const Region region = Region::make(200 * page_size());
			const Probe client(Place::probe_edu);
			const Handle adapter = client.get_adapter();
			const Handle mdl = client.lock_buffer(region);
			if (client.start_dma(adapter, mdl, 0, 4096, false).status != NO_ERROR)
				return 1;
			inside.ready();
			return 0;
		});
		ASSERT_TRUE(child.wait_ready());
		::kill(child.pid(), SIGKILL);
		ASSERT_EQ(unload_module("vp_probe"), 0);
		child.kill();
		EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
		ASSERT_EQ(load_module("vp_probe"), 0);
	}
}
