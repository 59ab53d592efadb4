// SPDX-License-Identifier: GPL-2.0
/*
 * The device lock: that it keeps others out of the miniport, counts inside a request, refuses what does
 * not match, and comes back from a miniport that forgets it; in which order it is given.
 */
#include "bench.hpp"

#include "../platform/fibers.hpp"

using namespace sim;

namespace {

class DeviceLockTest : public BenchTest {
protected:
	void acquire() { VideoPortAcquireDeviceLock(bench.extension()); }
	void release() { VideoPortReleaseDeviceLock(bench.extension()); }
};

TEST_F(DeviceLockTest, InsideARequestItCounts)
{
	bench.in_request(a, [&] {
		acquire();
		acquire();
		release();
		release();
	});
	EXPECT_EQ(bench.counter("bad_parameter"), 0u);
	EXPECT_EQ(bench.counter("miniport_error"), 0u);
	bench.in_request(b, [] {}); /* it is free */
}

TEST_F(DeviceLockTest, AReleaseThatDoesNotMatchIsRefused)
{
	bench.in_request(a, [&] {
		release(); /* the lock is the port's here, not the miniport's */
		acquire();
		release();
		release();
	});
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	release();
	EXPECT_EQ(bench.counter("bad_parameter"), 3u);
	bench.in_request(a, [] {});
	VideoPortReleaseDeviceLock(nullptr);
	VideoPortAcquireDeviceLock(nullptr);
}

TEST_F(DeviceLockTest, AMiniportThatKeepsItLosesIt)
{
	bench.in_request(a, [&] {
		acquire();
		acquire();
	});
	EXPECT_EQ(bench.counter("miniport_error"), 1u);
	EXPECT_TRUE(bench.machine->logged("acquired 2 time(s)"));
	bench.in_request(b, [&] { release(); });
	EXPECT_EQ(bench.counter("bad_parameter"), 1u) << "nothing was left to release";
}

TEST_F(DeviceLockTest, HwVidFindAdapterMayKeepItAsLittle)
{
	Driver driver;
	TestMiniport miniport;
	auto adapter = std::make_shared<Adapter>(miniport, 2);

	EXPECT_EQ(driver.load(), 0);
	miniport.on_find = [&](VIDEO_PORT_CONFIG_INFO &) {
		VideoPortAcquireDeviceLock(adapter->extension);
		return NO_ERROR;
	};
	EXPECT_EQ(adapter->probe(driver), 0);
	EXPECT_EQ(adapter->counter("miniport_error"), 1u);
	adapter->remove(); /* which wants it */
	adapter.reset();
}

TEST_F(DeviceLockTest, AboveDispatchItIsRefused)
{
	auto both = [&] {
		acquire();
		release();
	};

	bench.in_interrupt(both);
	bench.in_dpc(both);
	bench.in_timer(both);
	EXPECT_EQ(bench.counter("wrong_context"), 6u);
	bench.in_request(a, [] {});
}

/* ---- Several threads ---- */

class DeviceLockAtOnce : public DeviceLockTest {
protected:
	DeviceLockAtOnce()
		: one("one", &a.process, fibers),
		  other("other", &b.process, fibers),
		  driver("driver", nullptr, fibers)
	{
	}
	void ask(Fiber &fiber, User &user)
	{
		fibers.give(fiber, [&] {
			std::vector<uint8_t> data(8);

			Adapter::request(*user.client, 1, data);
		});
	}
	/// What runs until nobody can any more.
	void run_all()
	{
		while (fibers.run(one) | fibers.run(other) | fibers.run(driver))
			;
	}

	Fibers fibers;
	Fiber one, other, driver;
	unsigned int requests = 0;
};

TEST_F(DeviceLockAtOnce, WhatAnotherDriverCallsKeepsRequestsOut)
{
	bool inside = false;

	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		EXPECT_FALSE(inside);
		requests++;
		return true;
	};
	fibers.give(driver, [&] {
		acquire();
		acquire();
		inside = true;
		fibers.park();
		release();
		fibers.park();
		inside = false;
		release();
	});
	fibers.run(driver);
	ask(one, a);
	fibers.run(one);
	EXPECT_EQ(one.state(), Fiber::State::Waiting);
	fibers.run(driver);
	fibers.run(one);
	EXPECT_EQ(requests, 0u) << "one of two was released";
	run_all();
	EXPECT_EQ(requests, 1u);
}

TEST_F(DeviceLockAtOnce, AnotherThreadCannotReleaseIt)
{
	fibers.give(driver, [&] {
		acquire();
		fibers.park();
		release();
	});
	fibers.run(driver);
	fibers.give(one, [&] { release(); });
	fibers.run(one);
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
	run_all();
	EXPECT_EQ(bench.counter("bad_parameter"), 1u);
}

TEST_F(DeviceLockAtOnce, ClientsGetItInTheirOrder)
{
	std::vector<vp_client *> order;

	fibers.give(driver, [&] {
		acquire();
		fibers.park();
		release();
	});
	fibers.run(driver);
	for (auto *each : {&other, &one}) {
		fibers.give(*each, [&, user = each == &one ? &a : &b] {
			std::vector<uint8_t> data(8);

			Adapter::request(*user->client, 1, data);
			order.push_back(user->client->core);
		});
		fibers.run(*each);
	}
	fibers.run(driver);
	/* the later one is let run first, and does not get in */
	fibers.run(one);
	EXPECT_TRUE(order.empty());
	run_all();
	EXPECT_EQ(order, (std::vector{b.client->core, a.client->core}));
}

/* Wherever the one that dies is just then, the lock comes free, and the next one looks for it. */
TEST_F(DeviceLockAtOnce, WhoeverDiesInTheQueueHoldsUpNobody)
{
	Fiber third("third", &b.process, fibers);
	unsigned int died = 0;

	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		requests++;
		return true;
	};
	for (unsigned int points = 1; points < 20; points++) {
		Answer answer;

		fibers.give(driver, [&] {
			acquire();
			fibers.park();
			release();
		});
		fibers.run(driver);
		fibers.give(one, [&] {
			std::vector<uint8_t> data(8);

			answer = Adapter::request(*a.client, 1, data);
		});
		fibers.run(one);
		ask(third, b);
		fibers.run(third);
		requests = 0;
		a.process.killed = true;
		fibers.run(one, points);
		fibers.run(driver);
		fibers.run(third);
		while (fibers.run(one) | fibers.run(third) | fibers.run(driver))
			;
		a.process.killed = false;
		ASSERT_TRUE(one.idle() && third.idle()) << "after " << points << " points";
		died += answer.error == -VP_EINTR;
		EXPECT_EQ(requests, answer.error ? 1u : 2u);
	}
	EXPECT_GT(died, 5u);
}

TEST_F(DeviceLockAtOnce, RemovalGoesBeforeTheClientsThatWait)
{
	Fiber hotplug("hotplug", nullptr, fibers);
	bool removed = false;

	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		requests++;
		fibers.park();
		return true;
	};
	ask(one, a);
	fibers.run(one);
	ask(other, b);
	fibers.run(other);
	fibers.give(hotplug, [&] {
		bench.adapters[0]->remove();
		removed = true;
	});
	fibers.run(hotplug);
	EXPECT_FALSE(removed);
	while (fibers.run(one) | fibers.run(other) | fibers.run(hotplug))
		;
	EXPECT_TRUE(removed && one.idle() && other.idle());
	EXPECT_EQ(requests, 1u) << "the second came too late";
}

} // namespace
