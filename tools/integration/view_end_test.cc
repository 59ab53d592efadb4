// SPDX-License-Identifier: GPL-2.0
/*
 * What takes device memory away from a client: its own munmap, what it shows, its end, and the
 * adapter's. Whoever touches the place afterwards gets a SIGBUS.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include "child.hpp"
#include "module_control.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::Region;

namespace {

class ViewEndTest : public Nt4Test {
protected:
	ClientView map(const Probe &client, uint32_t length = 4096) const
	{
		const ClientView view = client.map_memory(bar_.start, length);
		EXPECT_NE(view.address, 0U);
		return view;
	}
	static void unmap_here(const ClientView &view)
	{
		EXPECT_EQ(munmap(reinterpret_cast<void *>(view.address), view.length), 0);
	}
	uint64_t views() const { return live(probe.device(), "views"); }

	const Bar bar_ = bar_of(Place::probe_nt4, 0);
};

} // namespace

TEST_F(ViewEndTest, AClientThatUnmapsByItselfMayStillUnmapByTheMiniport)
{
	const ClientView view = map(probe);
	unmap_here(view);
	EXPECT_EQ(views(), 1U) << "the port does not know";
	expect_accepted(probe.device(),
			[&] { EXPECT_EQ(probe.unmap_memory(view), unsigned{NO_ERROR}); });
	EXPECT_EQ(views(), 0U);
}

TEST_F(ViewEndTest, WhatTheClientHasThereNowIsLeftAlone)
{
	const ClientView view = map(probe);
	void *place = reinterpret_cast<void *>(view.address);
	unmap_here(view);
	ASSERT_EQ(mmap(place, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		       -1, 0),
		  place);
	words_at(view.address)[5] = 99;
	EXPECT_EQ(probe.unmap_memory(view), unsigned{NO_ERROR});
	EXPECT_EQ(touch(view.address), 0);
	EXPECT_EQ(words_at(view.address)[5], 99U);
	EXPECT_EQ(munmap(place, 4096), 0);
}

TEST_F(ViewEndTest, APartThatIsUnmappedOrMovedGoesWithTheRest)
{
	const ClientView view = map(probe, 16384);
	void *second = reinterpret_cast<void *>(view.address + 4096);
	EXPECT_EQ(munmap(second, 4096), 0);
	void *third = reinterpret_cast<void *>(view.address + 8192);
	void *moved = mremap(third, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, second);
	if (moved != MAP_FAILED) {
		EXPECT_EQ(touch(view.address + 4096), 0);
	}
	EXPECT_EQ(touch(view.address + 12288), 0);
	EXPECT_EQ(probe.unmap_memory(view), unsigned{NO_ERROR});
	for (uint64_t offset = 0; offset < 16384; offset += 4096)
		EXPECT_NE(touch(view.address + offset), 0) << offset;
	munmap(reinterpret_cast<void *>(view.address), 16384);
}

TEST_F(ViewEndTest, ReleasingACommonBufferTakesItsViewsAway)
{
	const Handle by = adapter();
	const auto buffer = probe.allocate_common_buffer(by, 8192);
	const auto other = probe.allocate_common_buffer(by, 8192);
	const ClientView view = probe.map_memory(buffer.logical, 8192);
	const ClientView stays = probe.map_memory(other.logical, 8192);
	ASSERT_TRUE(view.address && stays.address);
	words_at(view.address)[1] = 1;
	probe.release_common_buffer(by, buffer);
	EXPECT_EQ(views(), 1U);
	EXPECT_NE(touch(view.address), 0);
	EXPECT_NE(touch(view.address + 4096, true), 0);
	EXPECT_EQ(touch(stays.address), 0);
	expect_refused(probe.device(), {"bad_address", "UnmapMemory", view.address}, [&] {
		EXPECT_EQ(probe.unmap_memory(view), unsigned{ERROR_INVALID_PARAMETER});
	});
	expect_refused(probe.device(), {"bad_address", "MapMemory", buffer.logical},
		       [&] { EXPECT_EQ(probe.map_memory(buffer.logical, 8192).address, 0U); });
	EXPECT_EQ(probe.unmap_memory(stays), unsigned{NO_ERROR});
	probe.release_common_buffer(by, other);
}

TEST_F(ViewEndTest, AnotherProcessThatReleasesItLeavesAPlaceThatIsASigbus)
{
	const Handle by = adapter();
	const auto buffer = probe.allocate_common_buffer(by, 4096);
	const ClientView view = probe.map_memory(buffer.logical, 4096);
	ASSERT_NE(view.address, 0U);
	EXPECT_EQ(run_in_child([&] {
			  const Probe own(place());
			  own.release_common_buffer(by, buffer);
			  return 0;
		  }),
		  0);
	EXPECT_EQ(live(probe.device(), "common_buffers"), 0U);
	EXPECT_EQ(touch(view.address), SIGBUS);
	EXPECT_EQ(touch(view.address, true), SIGBUS);
	unmap_here(view);
}

TEST_F(ViewEndTest, AReleaseInADpcTakesItAwayInProcessContext)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const ClientView view = probe.map_memory(buffer.logical, 4096);
	ASSERT_NE(view.address, 0U);
	probe.call(ProbeReleaseCommonBuffer, {adapter(), 4096, buffer.logical, buffer.pointer, 0},
		   ProbeDpc);
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "common_buffers") == 0; }));
	EXPECT_EQ(views(), 0U);
	EXPECT_EQ(touch(view.address), SIGBUS);
	unmap_here(view);
}

TEST_F(ViewEndTest, RemovalOfTheAdapterMakesATouchASigbus)
{
	const ClientView view = map(probe);
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const ClientView common = probe.map_memory(buffer.logical, 4096);
	ASSERT_NE(common.address, 0U);
	ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
	// unbound by this very process: a view may be gone from its address space altogether
	EXPECT_NE(touch(view.address), 0);
	EXPECT_NE(touch(common.address, true), 0);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
	EXPECT_NE(touch(view.address), 0) << "the new adapter does not bring it back";
	const Probe again(place());
	const ClientView fresh = map(again);
	EXPECT_EQ(touch(fresh.address), 0);
	EXPECT_EQ(again.unmap_memory(fresh), unsigned{NO_ERROR});
	probe.close();
	munmap(reinterpret_cast<void *>(view.address), view.length);
	munmap(reinterpret_cast<void *>(common.address), common.length);
}

TEST_F(ViewEndTest, RemovalBySomebodyElseMakesATouchASigbus)
{
	const ClientView view = map(probe);
	EXPECT_EQ(run_in_child([] { return unbind("vp_probe_nt4", Place::probe_nt4); }), 0);
	EXPECT_EQ(touch(view.address), SIGBUS);
	EXPECT_EQ(touch(view.address, true), SIGBUS);
	EXPECT_EQ(probe.device().request(IOCTL_PROBE_ECHO).error, ENODEV);
	unmap_here(view);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
}

TEST_F(ViewEndTest, AViewKeepsItsClientUntilItIsUnmapped)
{
	Probe client(place());
	const ClientView view = map(client);
	client.close();
	EXPECT_EQ(touch(view.address), 0) << "as of any file";
	EXPECT_EQ(live(probe.device(), "clients"), 2U);
	unmap_here(view);
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	EXPECT_EQ(views(), 0U);
}

TEST_F(ViewEndTest, AClientThatExitsOrIsKilledLeavesNone)
{
	for (const bool killed : {false, true}) {
		Child child([&](const Child::Inside &inside) {
			auto *client = new Probe(place()); // leaked on purpose
			for (int i = 0; i < 20; i++) {
				if (client->map_memory(bar_.start, 1 << 20).address == 0)
					return 1;
			}
			inside.ready();
			return 0;
		});
		ASSERT_TRUE(child.wait_ready());
		EXPECT_EQ(views(), 20U);
		if (killed) {
			child.kill();
		} else {
			child.go_on();
			EXPECT_EQ(child.join(), 0);
		}
		EXPECT_TRUE(eventually([&] { return views() == 0; }));
		EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	}
}

// While its mapping is taken away from here, the client unmaps it: both at once, now and then.
TEST_F(ViewEndTest, ViewsComeAndGoWhileTheAdapterIsRemoved)
{
	for (int round = 0; round < 6; round++) {
		const bool common = round % 2 != 0;
		const uint64_t start =
			common ? probe.allocate_common_buffer(adapter(), 8192).logical : bar_.start;
		Child child([&](const Child::Inside &inside) {
			const Probe client(place());
			inside.ready();
			while (client.device().request(IOCTL_PROBE_ECHO)) {
				PROBE_CALL call = {};
				PROBE_ANSWER answer = {};
				call.Function = ProbeMapMemory;
				call.Arguments[0] = start;
				call.Arguments[1] = 8192;
				call.Arguments[2] = VIDEO_MEMORY_SPACE_USER_MODE;
				if (!client.device().exchange(IOCTL_PROBE_CALL, call, answer))
					break;
				touch(answer.Out[0]);
				munmap(reinterpret_cast<void *>(answer.Out[0]), 8192);
			}
			return 0;
		});
		ASSERT_TRUE(child.wait_ready());
		const uint64_t requests = live(probe.device(), "requests");
		child.go_on();
		EXPECT_TRUE(eventually(
			[&] { return live(probe.device(), "requests") > requests + 20; }));
		ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
		EXPECT_EQ(child.join(), 0);
		ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
		probe = Probe(place());
	}
}
