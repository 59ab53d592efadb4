// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of power: what the miniport is asked and told, in which order, and that nothing of it runs
 * while its adapter has no power.
 */
#include "bench.hpp"

#include "../platform/fibers.hpp"

using namespace sim;

namespace {

DriverData with_power()
{
	DriverData data;

	data.has_power = true;
	return data;
}

/// What was asked ('?') and told ('!'), with the state.
struct Said {
	char what;
	ULONG state;

	bool operator==(const Said &) const = default;
	friend std::ostream &operator<<(std::ostream &out, const Said &said)
	{
		return out << said.what << said.state;
	}
};

class PowerTest : public testing::Test {
protected:
	PowerTest()
	{
		bench.miniports[0].on_may_enter = [this](ULONG state) {
			said.push_back({'?', state});
			return state == refused || refused == VideoPowerMaximum
				       ? ERROR_DEVICE_REINITIALIZATION_NEEDED
				       : NO_ERROR;
		};
		bench.miniports[0].on_enter = [this](ULONG state) {
			said.push_back({'!', state});
			return NO_ERROR;
		};
	}
	void TearDown() override { bench.end(); }
	Adapter &adapter() { return *bench.adapters[0]; }

	Bench bench{{}, with_power()};
	User &a = bench.a;
	User &b = bench.b;
	std::vector<Said> said;
	ULONG refused = VideoPowerUnspecified; ///< VideoPowerMaximum: all
};

TEST_F(PowerTest, IsAskedFirstAndToldThen)
{
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	EXPECT_EQ(said, (std::vector<Said>{{'?', VideoPowerOff}, {'!', VideoPowerOff}}));
	adapter().wake();
	EXPECT_EQ(said.size(), 3u);
	EXPECT_EQ(said.back(), (Said{'!', VideoPowerOn}));
	adapter().wake();
	EXPECT_EQ(said.size(), 3u) << "it is awake";
}

TEST_F(PowerTest, IsAskedForSuspendIfItRefusesOff)
{
	refused = VideoPowerOff;
	EXPECT_EQ(adapter().sleep(VP_SLEEP_IDLE), 0);
	EXPECT_EQ(said, (std::vector<Said>{{'?', VideoPowerOff},
					   {'?', VideoPowerSuspend},
					   {'!', VideoPowerSuspend}}));
	adapter().wake();
}

TEST_F(PowerTest, ARefusalIsOneAndChangesNothing)
{
	refused = VideoPowerMaximum;
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), -VP_EBUSY);
	EXPECT_EQ(said, (std::vector<Said>{{'?', VideoPowerOff}, {'?', VideoPowerSuspend}}));
	EXPECT_TRUE(bench.machine->logged("HwVidGetPowerState refuses"));
	adapter().wake();
	EXPECT_EQ(said.size(), 2u);
	bench.in_interrupt([] {});
	bench.in_dpc([] {});
}

TEST_F(PowerTest, HibernationIsAMessageAndOffCannotBeRefused)
{
	refused = VideoPowerMaximum;
	EXPECT_EQ(adapter().sleep(VP_SLEEP_IMAGE), 0);
	bench.in_interrupt([] {}); /* the device keeps its power */
	adapter().wake();
	EXPECT_EQ(adapter().sleep(VP_SLEEP_OFF), 0);
	EXPECT_EQ(said,
		  (std::vector<Said>{
			  {'!', VideoPowerHibernate}, {'!', VideoPowerOn}, {'!', VideoPowerOff}}));
	adapter().wake();
}

TEST_F(PowerTest, OnesThatTakeNoPartSayNothing)
{
	for (auto drop : {0, 1, 2}) {
		DriverData data = with_power();

		data.change = [=](VIDEO_HW_INITIALIZATION_DATA &hw) {
			if (drop != 1)
				hw.HwGetPowerState = nullptr;
			if (drop != 0)
				hw.HwSetPowerState = nullptr;
		};

		Driver driver(data);
		TestMiniport miniport;
		auto other = std::make_shared<Adapter>(miniport, 2);

		miniport.on_may_enter = [&](ULONG) { return said.push_back({}), NO_ERROR; };
		miniport.on_enter = miniport.on_may_enter;
		EXPECT_EQ(driver.load(), 0);
		EXPECT_EQ(other->probe(driver), 0);
		EXPECT_FALSE(vp_core_port_sleeps(other->device.port));
		for (auto why : {VP_SLEEP_SYSTEM, VP_SLEEP_IDLE, VP_SLEEP_IMAGE, VP_SLEEP_OFF})
			EXPECT_EQ(other->sleep(why), -VP_EOPNOTSUPP);
		other->wake();
		other->remove();
		other.reset();
	}
	EXPECT_TRUE(vp_core_port_sleeps(adapter().device.port));
	EXPECT_TRUE(said.empty());
}

TEST_F(PowerTest, NobodyIsToldOfADeviceThatNobodyHasUsed)
{
	bench.miniports[1].on_may_enter = bench.miniports[0].on_may_enter;
	bench.miniports[1].on_enter = bench.miniports[0].on_enter;
	EXPECT_EQ(bench.adapters[1]->sleep(VP_SLEEP_SYSTEM), 0);
	bench.adapters[1]->wake();
	EXPECT_TRUE(said.empty());
	bench.close(a);
	EXPECT_EQ(bench.open(a, 1), 0);
	EXPECT_EQ(bench.adapters[1]->sleep(VP_SLEEP_SYSTEM), 0);
	EXPECT_EQ(said.size(), 2u);
	bench.adapters[1]->wake();
	bench.close(a);
}

TEST_F(PowerTest, AnAnswerThatIsNotAllowedIsCountedAndTakenAsDone)
{
	bench.miniports[0].on_enter = [](ULONG) { return ERROR_INVALID_FUNCTION; };
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	adapter().wake();
	EXPECT_EQ(bench.counter("miniport_error"), 2u);
	bench.in_interrupt([] {});
}

/* As a DPC may that ends one piece and begins the next: the adapter looked idle in between. */
TEST_F(PowerTest, ATransferThatBeginsMeanwhileKeepsItAwake)
{
	PVP_DMA_ADAPTER by = bench.get_adapter();
	PVOID mdl = bench.lock_for(a, User::at(0), 4096);
	Started started;

	bench.miniports[0].on_enter = [&](ULONG state) {
		said.push_back({'!', state});
		if (state == VideoPowerOff)
			started = bench.start(by, mdl, 0, 4096, true);
		return NO_ERROR;
	};
	for (auto why : {VP_SLEEP_SYSTEM, VP_SLEEP_IDLE}) {
		said.clear();
		EXPECT_EQ(adapter().sleep(why), -VP_EAGAIN);
		ASSERT_EQ(started.status, NO_ERROR);
		EXPECT_EQ(said, (std::vector<Said>{{'?', VideoPowerOff},
						   {'!', VideoPowerOff},
						   {'!', VideoPowerOn}}));
		bool came = false;
		bench.in_interrupt([&] { came = true; });
		EXPECT_TRUE(came) << "what tells of its end";
		EXPECT_EQ(bench.complete(by, started, true), NO_ERROR);
	}
	adapter().wake();
	EXPECT_EQ(said.size(), 3u) << "it is awake";
	bench.in_request(a, [&] { VideoPortUnlockBuffer(bench.extension(), mdl); });
	VideoPortPutDmaAdapter(bench.extension(), by);
}

/* ---- Nothing runs ---- */

TEST_F(PowerTest, NoInterruptDpcOrTickWhileItSleeps)
{
	unsigned int dpcs = 0, ticks = 0, interrupts = 0;
	auto dpc = [](PVOID, PVOID context) { ++*static_cast<unsigned int *>(context); };
	auto second = [&] {
		bench.machine->clock_ms += 1000;
		run_timer(bench.device());
	};

	bench.miniports[0].on_timer = [&] { ticks++; };
	bench.miniports[0].on_interrupt = [&] {
		++interrupts;
		return true;
	};
	VideoPortStartTimer(bench.extension());
	second();
	EXPECT_EQ(ticks, 1u);

	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	bool handled = false;

	raise_interrupt(bench.device());
	EXPECT_TRUE(VideoPortQueueDpc(bench.extension(), dpc, &dpcs));
	run_dpc(bench.device());
	for (int i = 0; i < 3; i++)
		second();
	EXPECT_EQ(interrupts + dpcs, 0u);
	EXPECT_EQ(ticks, 1u);

	adapter().wake();
	EXPECT_EQ(interrupts, 1u) << "what was raised comes now";
	run_dpc(bench.device());
	EXPECT_EQ(dpcs, 1u) << "and what was queued";
	second();
	EXPECT_EQ(ticks, 2u);
	raise_interrupt(bench.device(), &handled);
	EXPECT_TRUE(handled);
	VideoPortStopTimer(bench.extension());
	bench.miniports[0].on_interrupt = nullptr;
	bench.miniports[0].on_timer = nullptr;
}

TEST_F(PowerTest, WhatTheDeviceRaisesWhileItWakesComesAfterwards)
{
	bool waking = false;
	unsigned int interrupts = 0;

	bench.miniports[0].on_interrupt = [&] {
		EXPECT_FALSE(waking);
		++interrupts;
		return true;
	};
	bench.miniports[0].on_enter = [&](ULONG state) {
		waking = state == VideoPowerOn;
		if (waking)
			raise_interrupt(bench.device());
		waking = false;
		return NO_ERROR;
	};
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	adapter().wake();
	EXPECT_EQ(interrupts, 1u);
	bench.miniports[0].on_interrupt = nullptr;
}

TEST_F(PowerTest, ARemovalWhileItSleepsTouchesNothing)
{
	unsigned int resets = 0;

	bench.miniports[0].on_reset = [&] { resets++; };
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	bench.remove();
	EXPECT_EQ(resets, 0u);
}

/* ---- Requests ---- */

class PowerAtOnce : public PowerTest {
protected:
	PowerAtOnce() : one("one", &a.process, fibers), other("other", &b.process, fibers)
	{
		bench.miniports[0].on_start_io = [this](VIDEO_REQUEST_PACKET &) {
			if (!requests++)
				fibers.park();
			return true;
		};
	}
	void ask(Fiber &fiber, User &user)
	{
		fibers.give(fiber, [&] {
			std::vector<uint8_t> data(8);

			Adapter::request(*user.client, 1, data);
		});
		fibers.run(fiber);
	}

	Fibers fibers;
	Fiber one, other;
	unsigned int requests = 0; /* the first parks */
};

TEST_F(PowerAtOnce, WhileARequestIsServedItCannotBeAsked)
{
	ask(one, a);
	for (auto why : {VP_SLEEP_SYSTEM, VP_SLEEP_IDLE, VP_SLEEP_IMAGE, VP_SLEEP_OFF})
		EXPECT_EQ(adapter().sleep(why), -VP_EAGAIN);
	adapter().wake(); /* does not wait for the request either */
	EXPECT_TRUE(said.empty());
	EXPECT_TRUE(bench.machine->logged("holds the device lock"));
	fibers.run(one);
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	adapter().wake();
}

/* Its turn has come, but it sleeps with the machine. */
TEST_F(PowerAtOnce, AClientThatSleepsInTheQueueHoldsUpNoChange)
{
	ask(one, a);
	ask(other, b);
	EXPECT_EQ(other.state(), Fiber::State::Waiting);
	fibers.run(one);
	EXPECT_TRUE(one.idle());
	EXPECT_EQ(adapter().sleep(VP_SLEEP_SYSTEM), 0);
	adapter().wake();
	EXPECT_EQ(said.size(), 3u);
	EXPECT_EQ(requests, 1u);
	while (fibers.run(other))
		;
	EXPECT_EQ(requests, 2u);
}

} // namespace
