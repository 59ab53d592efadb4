// SPDX-License-Identifier: GPL-2.0
/*
 * The machine sleeps (suspend to idle) while clients hold locks, mappings, device memory, and wait:
 * all of it is good afterwards.
 */
#include "probe.hpp"

#include <algorithm>

#include "child.hpp"
#include "power.hpp"
#include "mapped_view.hpp"
#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class SuspendTest : public ProbeTest {
protected:
	void SetUp() override
	{
		if (!can_try_suspend())
			GTEST_SKIP() << "wants a kernel that can try a suspend (CONFIG_PM_DEBUG)";
		ProbeTest::SetUp();
	}
	void TearDown() override
	{
		if (can_try_suspend())
			ProbeTest::TearDown();
	}
};

} // namespace

TEST_F(SuspendTest, WhatWasLockedBeforeIsGoodAfterwards)
{
	// by the sample miniport, whose interrupts tell when a transfer is done
	const auto works = open_adapter(Place::edu_a);
	const Region region = Region::make(3 * page_size(), 100);
	EDU_LOCKED locked = {};
	ASSERT_TRUE(edu::lock_pages(works, region.data(), 3 * page_size(), locked));
	// by the probe: idle, started, and what else there is
	const Region other = Region::make(2 * page_size());
	fill(other.bytes().last(1000), 62);
	const auto pages = probe.lock_pages(other);
	const Handle mdl = probe.lock_buffer(other);
	ASSERT_TRUE(pages.locked && mdl);
	const auto list = probe.scatter_gather(pages.handle);
	const auto started = probe.start_dma(adapter(), mdl, 0, 1000, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const ClientView registers = probe.map_memory(bar_of(place(), 0).start, 4096);
	const ClientView common = probe.map_memory(buffer.logical, 4096);
	ASSERT_TRUE(registers.address && common.address);
	words_at(common.address)[7] = 0x12345678;
	const auto objects = live_objects();
	const int64_t pins = pins_held();
	const auto charged = videoport::pinned_kib();
	const uint64_t interrupts = works.counter("interrupts").value_or(0);

	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());

	EXPECT_EQ(pins_held(), pins);
	EXPECT_EQ(videoport::pinned_kib(), charged);
	EXPECT_EQ(live_objects(), objects);
	EXPECT_EQ(words_at(common.address)[7], 0x12345678U);
	EXPECT_EQ(*words_at(registers.address) & 0xff, 0xedU);

	fill(region.bytes().first(1801), 61);
	ASSERT_TRUE(edu::pages_dma(works, locked.Handle, EduToDevice, 0, 1801));
	EDU_DMA_STATE state = {};
	ASSERT_TRUE(edu::wait(works, state, edu::patience(1801)));
	EXPECT_EQ(state.State, unsigned{EduDone});
	ASSERT_TRUE(edu::pages_dma(works, locked.Handle, EduFromDevice, 5000, 1801));
	ASSERT_TRUE(edu::wait(works, state, edu::patience(1801)));
	EXPECT_EQ(state.State, unsigned{EduDone});
	EXPECT_GE(works.counter("interrupts").value_or(0), interrupts + 2);
	EXPECT_TRUE(edu::finish(works));
	EDU_UNLOCKED unlocked = {};
	ASSERT_TRUE(edu::unlock_pages(works, locked.Handle, unlocked));
	EXPECT_TRUE(
		std::ranges::equal(region.bytes().first(1801), region.bytes().subspan(5000, 1801)));

	// the transfer that was started before moves its bytes and is completed now
	const uint64_t last = list.back().Address + list.back().Length - 1000;
	probe.edu_dma(last, 0, 1000, true);
	probe.edu_dma(elements(probe.list(started.index))[0].Address, 0, 1000, false);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
	EXPECT_TRUE(std::ranges::equal(other.bytes().first(1000), other.bytes().last(1000)));

	EXPECT_EQ(probe.unmap_memory(registers), unsigned{NO_ERROR});
	EXPECT_EQ(probe.unmap_memory(common), unsigned{NO_ERROR});
	probe.release_common_buffer(adapter(), buffer);
	EXPECT_EQ(probe.unlock_pages(pages.handle), 1U);
	probe.unlock_buffer(mdl);
}

TEST_F(SuspendTest, ADmaThatRunsMeanwhileComesToItsEnd)
{
	constexpr uint32_t length = 30000; // the device is at it for three seconds
	const Region source = Region::make(length), target = Region::make(length);
	fill(source.bytes(), 63);
	const auto works = open_adapter(Place::edu_a);
	ASSERT_TRUE(edu::start(works, EduCopy, source.data(), target.data(), length));
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(eventually([&] { return edu::query(works, state) && state.Transfers > 1; }));
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	ASSERT_TRUE(edu::wait(works, state, edu::patience(length)));
	EXPECT_EQ(state.State, unsigned{EduDone});
	EXPECT_TRUE(std::ranges::equal(source.bytes(), target.bytes()));
	EXPECT_TRUE(edu::finish(works));
}

TEST_F(SuspendTest, WhoeverWaitsForAnEventKeepsTheMachineFromNothingAndWaitsOn)
{
	const Handle event = probe.create_event(0);
	ASSERT_NE(event, 0U);
	Child child([&](const Child::Inside &inside) {
		const Probe client(place());
		inside.ready();
		client.wait(event, std::nullopt);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	const auto waits = [&] { return sleeps_in(child.pid(), child.pid(), "vp_wait_until"); };
	EXPECT_TRUE(eventually(waits));
	sleep_and_wake();
	EXPECT_TRUE(eventually(waits));
	child.kill();
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
}
