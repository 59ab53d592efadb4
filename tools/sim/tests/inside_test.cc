// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that name no adapter, where a driver has several: they are for the one whose callback the
 * thread is in, whichever that is, and no adapter goes while such a call uses it.
 */
#include <algorithm>

#include <ntddk.h>

#include "race.hpp"

using namespace sim;

namespace {

std::function<void()> in_child_descriptor;

VP_STATUS NTAPI child_descriptor(PVOID, PVIDEO_CHILD_ENUM_INFO, PVIDEO_CHILD_TYPE, PUCHAR, PULONG,
				 PULONG)
{
	if (in_child_descriptor)
		in_child_descriptor();
	return VIDEO_ENUM_NO_MORE_DEVICES;
}

DriverData with_every_callback()
{
	DriverData data;

	data.has_power = true;
	data.change = [](VIDEO_HW_INITIALIZATION_DATA &hw) {
		hw.HwGetVideoChildDescriptor = child_descriptor;
	};
	return data;
}

NTSTATUS wait_for(KEVENT &event)
{
	return KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
}

enum Callback { Initialize, StartIo, SetPowerState, ChildDescriptor };

/* The second adapter's callback runs in a thread of its own. */
class InsideTest : public testing::TestWithParam<Callback> {
protected:
	InsideTest()
		: bench({}, with_every_callback()),
		  second("second", &bench.b.process, fibers),
		  hotplug("hotplug", nullptr, fibers)
	{
		KeInitializeEvent(&event, NotificationEvent, FALSE);
		bench.close(bench.b);
	}
	void TearDown() override
	{
		in_child_descriptor = nullptr;
		bench.end();
	}
	/// Let @p call run in the callback, and as far as it comes.
	void inside(std::function<void()> call)
	{
		TestMiniport &miniport = bench.miniports[1];

		if (GetParam() != Initialize) {
			EXPECT_EQ(bench.open(bench.b, 1), 0);
		}
		switch (GetParam()) {
		case Initialize:
			miniport.on_initialize = [=] {
				call();
				return true;
			};
			fibers.give(second, [this] { bench.adapters[1]->open(bench.b.client); });
			break;
		case StartIo:
			miniport.on_start_io = [=](VIDEO_REQUEST_PACKET &) {
				call();
				return true;
			};
			fibers.give(second, [this] {
				std::vector<uint8_t> data(8);

				Adapter::request(*bench.b.client, 1, data);
			});
			break;
		case SetPowerState:
			miniport.on_enter = [=](ULONG) {
				call();
				return NO_ERROR;
			};
			fibers.give(second, [this] {
				EXPECT_EQ(bench.adapters[1]->sleep(VP_SLEEP_SYSTEM), 0);
			});
			break;
		case ChildDescriptor:
			in_child_descriptor = call;
			VideoPortEnumerateChildren(bench.extension(1), nullptr);
			fibers.give(second, [this] { run_enumerate(bench.device(1)); });
		}
		fibers.run(second);
		miniport.on_enter = nullptr;
		in_child_descriptor = nullptr;
	}
	void take_away(unsigned int which)
	{
		fibers.give(hotplug, [=, this] { bench.adapters[which]->remove(); });
		run_all();
	}
	void run_all()
	{
		while (fibers.run(second) | fibers.run(hotplug, 1))
			;
	}

	Bench bench;
	Fibers fibers;
	Fiber second, hotplug;
	KEVENT event;
	NTSTATUS status = -1;
};

TEST_P(InsideTest, AWaitEndsWhenTheAdapterGoes)
{
	inside([this] { status = wait_for(event); });
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	take_away(1);
	EXPECT_TRUE(second.idle() && hotplug.idle());
	EXPECT_EQ(status, STATUS_CANCELLED);
	KeSetEvent(&event, 0, FALSE);
	run_all();
}

TEST_P(InsideTest, AWaitGoesOnWhenAnotherAdapterGoes)
{
	inside([this] { status = wait_for(event); });
	take_away(0);
	EXPECT_TRUE(hotplug.idle());
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	KeSetEvent(&event, 0, FALSE);
	run_all();
	EXPECT_EQ(status, STATUS_SUCCESS);
}

TEST_P(InsideTest, ADelayGoesOnWhenAnotherAdapterGoes)
{
	LARGE_INTEGER interval;

	interval.QuadPart = -50000000;
	inside([&] { status = KeDelayExecutionThread(KernelMode, FALSE, &interval); });
	take_away(0);
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	bench.machine->clock_ms += 5000;
	run_all();
	EXPECT_EQ(status, STATUS_SUCCESS);
}

TEST_P(InsideTest, ARefusalIsCountedForTheAdapter)
{
	inside([this] { ExFreePool(this); });
	EXPECT_EQ(bench.counter("bad_address", 1), 1u);
	EXPECT_EQ(bench.counter("bad_address", 0), 0u);
}

std::string callback_name(const testing::TestParamInfo<Callback> &info)
{
	static const char *const names[] = {"Initialize", "StartIo", "SetPowerState",
					    "ChildDescriptor"};

	return names[info.param];
}

INSTANTIATE_TEST_SUITE_P(EachCallback, InsideTest,
			 testing::Values(Initialize, StartIo, SetPowerState, ChildDescriptor),
			 callback_name);

/* ---- In no callback ---- */

class OutsideTest : public InsideTest {};

TEST_F(OutsideTest, AWaitEndsWhenTheLastAdapterOfTheModuleGoes)
{
	fibers.give(second, [this] { status = wait_for(event); });
	fibers.run(second);
	take_away(0);
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	take_away(1);
	EXPECT_TRUE(second.idle());
	EXPECT_EQ(status, STATUS_CANCELLED);
	KeSetEvent(&event, 0, FALSE);
	run_all();
}

/* A module without an adapter, as in DriverEntry, waits as long as it wants. */
TEST_F(OutsideTest, AWaitOfAModuleWithoutAdaptersIsNotEnded)
{
	LARGE_INTEGER interval;

	interval.QuadPart = -10000000;
	take_away(0);
	take_away(1);
	fibers.give(second, [&] { status = KeDelayExecutionThread(KernelMode, FALSE, &interval); });
	fibers.run(second);
	EXPECT_EQ(second.state(), Fiber::State::Waiting);
	bench.machine->clock_ms += 1000;
	run_all();
	EXPECT_EQ(status, STATUS_SUCCESS);
}

/* In no request the memory of the list is had, and a buffer released, without a spin lock. */
TEST_F(OutsideTest, TheSegmentsAreListedWithoutALock)
{
	PVOID locked = bench.lock_pages_for(bench.a, User::at(0), 8192).handle;
	size_t elements = 0, held = 0;
	auto look = [&] { elements = bench.segments(locked).size(); };

	fibers.between = [&] { held = std::max(held, current().spinlocks.size()); };
	for (bool called_by_the_port : {false, true}) {
		elements = 0;
		if (called_by_the_port)
			bench.miniports[0].on_enter = [&](ULONG) {
				held = 0;
				look();
				EXPECT_EQ(held, 0u);
				return NO_ERROR;
			};
		held = 0;
		fibers.give(second, [&] {
			if (called_by_the_port)
				(void)bench.adapters[0]->sleep(VP_SLEEP_SYSTEM);
			else
				look();
		});
		run_all();
		EXPECT_GT(elements, 0u);
		EXPECT_TRUE(called_by_the_port || !held);
	}
	fibers.between = nullptr;
	bench.miniports[0].on_enter = nullptr;
	VideoPortUnlockBuffer(bench.extension(), locked);
}

/* ---- While the adapter goes ---- */

class GoingTest : public RaceTest {
protected:
	/// Removes and frees the only adapter of the driver while another thread makes @p call.
	void while_it_goes(const std::function<void()> &call)
	{
		expect_survives([&] {
			std::shared_ptr<Adapter> adapter;
			TestMiniport miniport;

			every_order([&](Race &race) {
				Bench &bench = race.bench;
				VIDEO_ACCESS_RANGE range{};

				for (User *user : {&bench.a, &bench.b})
					bench.close(*user);
				for (unsigned int i : {0, 1})
					bench.remove(i);
				adapter = std::make_shared<Adapter>(miniport, 2);
				EXPECT_EQ(adapter->probe(bench.driver), 0);
				range_start = static_cast<LONGLONG>(adapter->device.bars[0].start);
				range.RangeStart.QuadPart = range_start;
				range.RangeLength = 4096;
				EXPECT_EQ(
					VideoPortVerifyAccessRanges(adapter->extension, 1, &range),
					NO_ERROR);
				race.fibers.give(race.first, call);
				race.fibers.give(race.second, [&] {
					adapter->remove();
					adapter.reset();
				});
			});
		});
	}
	LONGLONG range_start = 0;
};

TEST_F(GoingTest, ARefusalIsCounted)
{
	while_it_goes([] { ExFreePool(&in_child_descriptor); });
}

TEST_F(GoingTest, ItsRangeIsMappedAndUnmapped)
{
	while_it_goes([this] {
		PHYSICAL_ADDRESS address;

		address.QuadPart = range_start;
		if (PVOID mapped = MmMapIoSpace(address, 4096, MmNonCached))
			MmUnmapIoSpace(mapped, 4096);
	});
}

TEST_F(GoingTest, ItsConfigurationIsRead)
{
	while_it_goes([] {
		USHORT vendor;

		for (ULONG slot = 0; slot < 8; slot++)
			HalGetBusData(PCIConfiguration, 0, slot, &vendor, sizeof(vendor));
	});
}

} // namespace
