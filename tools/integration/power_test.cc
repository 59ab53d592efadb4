// SPDX-License-Identifier: GPL-2.0
/*
 * Power as a miniport sees it: the machine sleeps, makes an image of itself, or nobody uses the adapter;
 * and who can keep it from that.
 */
#include "power.hpp"

#include <cerrno>
#include <vector>

#include "child.hpp"
#include "probe.hpp"

using namespace integration;

namespace {

constexpr auto asked = [](VIDEO_POWER_STATE state) {
	return PROBE_POWER_SEEN(PROBE_POWER_ASKED, state);
};
constexpr auto told = [](VIDEO_POWER_STATE state) {
	return PROBE_POWER_SEEN(PROBE_POWER_TOLD, state);
};
using Seen = std::vector<uint32_t>;

class PowerTest : public ProbeTest {
protected:
	void SetUp() override
	{
		if (!can_try_suspend())
			GTEST_SKIP() << "wants a kernel that can try a suspend (CONFIG_PM_DEBUG)";
		ProbeTest::SetUp();
		choose();
	}
	void TearDown() override
	{
		if (!can_try_suspend())
			return;
		if (!probe.device())
			probe = Probe(place());
		choose();
		ProbeTest::TearDown();
	}
	/// What the miniport refuses from now on; what it saw is forgotten.
	void choose(std::initializer_list<VIDEO_POWER_STATE> refused = {}) const
	{
		uint64_t bits = 0;
		for (const auto state : refused)
			bits |= 1U << state;
		probe.call(ProbeChoosePower, {bits});
	}
	Seen seen() const
	{
		const auto answer = probe.call(ProbePowerSeen);
		EXPECT_LE(answer.Result, unsigned{PROBE_ARGUMENTS});
		return {answer.Out, answer.Out + answer.Result};
	}
	std::string power_file(const char *name) const
	{
		return "/sys/bus/pci/devices/" + pci_address(place()) + "/power/" + name;
	}
	bool is(const char *status) const
	{
		return videoport::read_line(power_file("runtime_status")) == status;
	}
};

const Seen slept = {asked(VideoPowerOff), told(VideoPowerOff), told(VideoPowerOn)};

} // namespace

TEST_F(PowerTest, TheMiniportIsAskedAndToldWhenTheMachineSleeps)
{
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	EXPECT_EQ(seen(), slept);
	// once more, and its interrupt is as before
	choose();
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	EXPECT_EQ(seen(), slept);
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql, {}, ProbeInterrupt).State, unsigned{PROBE_DONE});
}

TEST_F(PowerTest, AMiniportThatRefusesKeepsTheMachineAwake)
{
	choose({VideoPowerOff, VideoPowerSuspend});
	EXPECT_EQ(try_to_sleep(), EBUSY);
	EXPECT_EQ(seen(), (Seen{asked(VideoPowerOff), asked(VideoPowerSuspend)}));
	choose({VideoPowerOff});
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	EXPECT_EQ(seen(), (Seen{asked(VideoPowerOff), asked(VideoPowerSuspend),
				told(VideoPowerSuspend), told(VideoPowerOn)}));
}

TEST_F(PowerTest, OneWithAClientInARequestKeepsItsPowerAndIsNotAsked)
{
	const Handle event = probe.create_event(0);
	Child child([&](const Child::Inside &inside) {
		const Probe client(place());
		inside.ready();
		client.wait(event, std::nullopt);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	EXPECT_TRUE(
		eventually([&] { return sleeps_in(child.pid(), child.pid(), "vp_wait_until"); }));
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	child.kill();
	EXPECT_EQ(seen(), Seen{});
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
}

TEST_F(PowerTest, ClientsThatQueueBehindAWaiterKeepTheMachineFromNothing)
{
	const Handle event = probe.create_event(0);
	const auto ask = [&](const Child::Inside &inside, bool wait) {
		const Probe client(place());
		inside.ready();
		if (wait)
			client.wait(event, std::nullopt);
		else
			client.call(ProbeGetCurrentIrql);
		return 0;
	};
	const auto asleep = [](const Child &child) {
		return eventually(
			[&] { return sleeps_in(child.pid(), child.pid(), "vp_wait_until"); });
	};
	// both have it open before one waits
	Child waiter([&](const Child::Inside &inside) { return ask(inside, true); });
	Child queued([&](const Child::Inside &inside) { return ask(inside, false); });
	ASSERT_TRUE(waiter.wait_ready() && queued.wait_ready());
	waiter.go_on();
	EXPECT_TRUE(asleep(waiter));
	queued.go_on();
	EXPECT_TRUE(asleep(queued));
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	EXPECT_TRUE(asleep(waiter) && asleep(queued));
	waiter.kill();
	EXPECT_EQ(queued.join(), 0);
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
}

TEST_F(PowerTest, AnImageOfTheMachineIsAMessageAndNoQuestion)
{
	if (videoport::read_line("/sys/power/state").value_or("").find("disk") == std::string::npos)
		GTEST_SKIP() << "wants a kernel that hibernates (CONFIG_HIBERNATION)";
	choose({VideoPowerHibernate, VideoPowerOff, VideoPowerSuspend});
	ASSERT_EQ(try_to_hibernate(), 0);
	EXPECT_EQ(seen(), (Seen{told(VideoPowerHibernate), told(VideoPowerOn)}));
}

TEST_F(PowerTest, ItGoesOnWhileNobodyUsesTheAdapterOnlyIfItMay)
{
	EXPECT_EQ(videoport::read_line(power_file("control")), "on");
	probe.close();
	EXPECT_TRUE(is("active"));
	ASSERT_EQ(write_sysfs(power_file("control"), "auto"), 0);
	EXPECT_TRUE(eventually([&] { return is("suspended"); }));
	probe = Probe(place());
	EXPECT_TRUE(is("active"));
	EXPECT_EQ(seen(), slept);

	choose({VideoPowerOff, VideoPowerSuspend});
	probe.close();
	const auto reread = [&] { // asks the PCI core to look again, and waits for that
		EXPECT_EQ(write_sysfs(power_file("control"), "on"), 0);
		EXPECT_EQ(write_sysfs(power_file("control"), "auto"), 0);
	};
	reread();
	probe = Probe(place());
	EXPECT_TRUE(eventually([&] { return seen().size() >= 2; }));
	for (const uint32_t each : seen())
		EXPECT_TRUE(each == asked(VideoPowerOff) || each == asked(VideoPowerSuspend));
	EXPECT_TRUE(is("active"));
	EXPECT_EQ(write_sysfs(power_file("control"), "on"), 0);
}

TEST_F(PowerTest, AnAdapterWithoutPowerGetsItBackBeforeItIsTakenAway)
{
	probe.close();
	ASSERT_EQ(write_sysfs(power_file("control"), "auto"), 0);
	EXPECT_TRUE(eventually([&] { return is("suspended"); }));
	EXPECT_EQ(unbind(driver_of(place()), place()), 0);
	EXPECT_EQ(write_sysfs(power_file("control"), "on"), 0);
	EXPECT_EQ(bind(driver_of(place()), place()), 0);
	probe = Probe(place());
	ASSERT_TRUE(probe.device());
	EXPECT_EQ(probe.call(ProbeGetCurrentIrql, {}, ProbeInterrupt).State, unsigned{PROBE_DONE});
}

/// One that takes no part, as NT4's could not.
class PowerlessTest : public PowerTest {
protected:
	Place place() const override { return Place::probe_nt4; }
};

TEST_F(PowerlessTest, AMiniportThatTakesNoPartKeepsItsPower)
{
	ASSERT_NO_FATAL_FAILURE(sleep_and_wake());
	EXPECT_EQ(seen(), Seen{});
	probe.close();
	ASSERT_EQ(write_sysfs(power_file("control"), "auto"), 0);
	// when another one that was let go later has gone, this one would have
	const std::string other =
		"/sys/bus/pci/devices/" + pci_address(Place::probe_edu) + "/power/";
	{
		const Probe opened(Place::probe_edu);
	}
	ASSERT_EQ(write_sysfs(other + "control", "auto"), 0);
	EXPECT_TRUE(eventually(
		[&] { return videoport::read_line(other + "runtime_status") == "suspended"; }));
	EXPECT_TRUE(is("active"));
	EXPECT_EQ(write_sysfs(other + "control", "on"), 0);
	EXPECT_EQ(write_sysfs(power_file("control"), "on"), 0);
}
