// SPDX-License-Identifier: GPL-2.0
/*
 * Opens and requests: what HwVidStartIO sees, what goes back to the client whatever the miniport
 * wrote, and that one request at a time is served.
 */
#include "bench.hpp"

#include <cstring>

#include "../platform/fibers.hpp"

using namespace sim;

namespace {

class RequestTest : public BenchTest {};

TEST_F(RequestTest, TheMiniportSeesOneSystemBuffer)
{
	auto data = pattern(100);
	Answer answer = bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &packet) {
			EXPECT_EQ(packet.IoControlCode, 0x1234u);
			EXPECT_EQ(packet.InputBuffer, packet.OutputBuffer);
			EXPECT_EQ(packet.InputBufferLength, 100u);
			EXPECT_EQ(packet.OutputBufferLength, 100u);
			EXPECT_EQ(memcmp(packet.InputBuffer, data.data(), 100), 0);
			packet.StatusBlock->Information = 60;
		},
		data);

	EXPECT_EQ(answer.error, 0);
	EXPECT_EQ(answer.status, static_cast<uint32_t>(NO_ERROR));
	EXPECT_EQ(answer.information, 60u);
	EXPECT_EQ(answer.returned, 60u);
}

TEST_F(RequestTest, NeverMoreThanTheClientTakesGoesBack)
{
	for (uint64_t information : {uint64_t{101}, uint64_t{1} << 32, ~uint64_t{0}}) {
		Answer answer = bench.request(
			a,
			[&](VIDEO_REQUEST_PACKET &packet) {
				packet.StatusBlock->Information = information;
				/* nothing that it writes here counts any more */
				packet.OutputBufferLength = ~0u;
				packet.InputBufferLength = ~0u;
				packet.OutputBuffer = reinterpret_cast<PVOID>(0x10);
				packet.InputBuffer = nullptr;
			},
			pattern(100));

		EXPECT_EQ(answer.returned, 100u);
		EXPECT_EQ(answer.information, information);
	}
	EXPECT_EQ(bench.counter("bad_request"), 3u);
}

TEST_F(RequestTest, DataGoesBackOnlyWithSuccessOrMoreData)
{
	for (VP_STATUS status :
	     {NO_ERROR, ERROR_MORE_DATA, ERROR_INVALID_FUNCTION, ERROR_NOT_ENOUGH_MEMORY, -1}) {
		Answer answer = bench.request(
			a,
			[&](VIDEO_REQUEST_PACKET &packet) {
				packet.StatusBlock->Status = status;
				packet.StatusBlock->Information = 10;
			},
			pattern(100));
		bool gives = status == NO_ERROR || status == ERROR_MORE_DATA;

		EXPECT_EQ(answer.status, static_cast<uint32_t>(status));
		EXPECT_EQ(answer.returned, gives ? 10u : 0u);
	}
}

TEST_F(RequestTest, WithoutBuffersThereAreNone)
{
	bench.request(a, [&](VIDEO_REQUEST_PACKET &packet) {
		EXPECT_EQ(packet.InputBuffer, nullptr);
		EXPECT_EQ(packet.OutputBuffer, nullptr);
		EXPECT_EQ(packet.InputBufferLength + packet.OutputBufferLength, 0u);
	});
}

TEST_F(RequestTest, ARequestThatTheMiniportDoesNotKnowIsInvalidFunction)
{
	Running running(a.thread);
	std::vector<uint8_t> none;
	Answer answer = Adapter::request(*a.client, 7, none);

	EXPECT_EQ(answer.error, 0);
	EXPECT_EQ(answer.status, static_cast<uint32_t>(ERROR_INVALID_FUNCTION));
}

TEST_F(RequestTest, FalseFromHwVidStartIoIsTakenAsAnswered)
{
	Running running(a.thread);
	std::vector<uint8_t> none;

	bench.miniports[0].on_start_io = [](VIDEO_REQUEST_PACKET &packet) {
		packet.StatusBlock->Status = NO_ERROR;
		return false;
	};
	EXPECT_EQ(Adapter::request(*a.client, 7, none).status, static_cast<uint32_t>(NO_ERROR));
	EXPECT_EQ(bench.counter("bad_request"), 1u);
}

TEST_F(RequestTest, TheFirstOpenInitializesAndOnlyThat)
{
	unsigned int calls = 0;

	/* both clients have adapter 0 open: take the other one */
	bench.close(a);
	bench.close(b);
	bench.miniports[1].on_initialize = [&] { return ++calls > 1; };
	EXPECT_EQ(bench.open(a, 1), -VP_EIO);
	EXPECT_EQ(bench.open(a, 1), 0);
	EXPECT_EQ(bench.open(b, 1), 0);
	EXPECT_EQ(calls, 2u);
}

TEST_F(RequestTest, InterruptsAreDeliveredOnlyAfterHwVidInitialize)
{
	unsigned int interrupts = 0;

	bench.close(a);
	bench.miniports[1].on_interrupt = [&] {
		interrupts++;
		return true;
	};
	raise_interrupt(bench.device(1));
	EXPECT_EQ(interrupts, 0u);
	bench.miniports[1].on_initialize = [&] {
		raise_interrupt(bench.device(1));
		EXPECT_EQ(interrupts, 0u);
		return false;
	};
	EXPECT_EQ(bench.open(a, 1), -VP_EIO);
	raise_interrupt(bench.device(1));
	EXPECT_EQ(interrupts, 0u) << "it has failed: there is nobody to answer";
	bench.miniports[1].on_initialize = nullptr;
	EXPECT_EQ(bench.open(a, 1), 0);
	EXPECT_EQ(interrupts, 1u) << "what it has raised comes when it is done";
	bench.close(a);
}

TEST_F(RequestTest, WhatIsRaisedInHwVidInitializeComesAfterIt)
{
	unsigned int interrupts = 0;

	bench.close(a);
	bench.miniports[1].on_interrupt = [&] {
		interrupts++;
		return true;
	};
	bench.miniports[1].on_initialize = [&] {
		raise_interrupt(bench.device(1));
		EXPECT_EQ(interrupts, 0u);
		return true;
	};
	EXPECT_EQ(bench.open(a, 1), 0);
	EXPECT_EQ(interrupts, 1u);
	bench.close(a);
}

TEST_F(RequestTest, NoMemoryForAClientIsAnError)
{
	bench.close(a);

	Running running(a.thread);
	FailAt fail(1);

	EXPECT_EQ(bench.open(a), -VP_ENOMEM);
	EXPECT_TRUE(fail.hit());
	EXPECT_EQ(bench.counter("clients"), 1u);
}

/* ---- Two clients at once ---- */

class RequestsAtOnce : public RequestTest {
protected:
	RequestsAtOnce() : one("one", &a.process, fibers), other("other", &b.process, fibers) {}

	void ask(Fiber &fiber, User &user, Answer &answer)
	{
		fibers.give(fiber, [&] {
			std::vector<uint8_t> data(8);

			answer = Adapter::request(*user.client, 1, data);
		});
	}

	Fibers fibers;
	Fiber one, other;
	unsigned int inside = 0, calls = 0;
	Answer answers[2];
};

TEST_F(RequestsAtOnce, OneRequestAtATimeIsServed)
{
	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		EXPECT_EQ(inside, 0u);
		inside++;
		calls++;
		fibers.park();
		inside--;
		return true;
	};
	ask(one, a, answers[0]);
	ask(other, b, answers[1]);
	fibers.run(one);
	fibers.run(other);
	EXPECT_EQ(calls, 1u);
	EXPECT_EQ(other.state(), Fiber::State::Waiting);
	fibers.run(one);
	EXPECT_TRUE(one.idle());
	fibers.run(other);
	EXPECT_EQ(calls, 2u);
	fibers.run(other);
	EXPECT_TRUE(other.idle());
}

TEST_F(RequestsAtOnce, AKilledClientWaitsNoLonger)
{
	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		calls++;
		fibers.park();
		return true;
	};
	ask(one, a, answers[0]);
	ask(other, b, answers[1]);
	fibers.run(one);
	fibers.run(other);
	b.process.killed = true;
	fibers.run(other);
	EXPECT_TRUE(other.idle());
	EXPECT_EQ(answers[1].error, -VP_EINTR);
	EXPECT_EQ(calls, 1u);
	fibers.run(one);
	EXPECT_EQ(answers[0].error, 0);
}

TEST_F(RequestsAtOnce, RemovalWaitsForTheRequestThatRuns)
{
	Fiber hotplug("hotplug", nullptr, fibers);
	bool removed = false;

	bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
		calls++;
		fibers.park();
		EXPECT_FALSE(removed);
		return true;
	};
	ask(one, a, answers[0]);
	fibers.run(one);
	fibers.give(hotplug, [&] {
		bench.adapters[0]->remove();
		removed = true;
	});
	fibers.run(hotplug);
	EXPECT_FALSE(removed);
	ask(other, b, answers[1]);
	fibers.run(other); /* waits behind */
	fibers.run(one);
	EXPECT_EQ(answers[0].error, 0);
	while (!hotplug.idle() || !other.idle())
		EXPECT_TRUE(fibers.run(hotplug) | fibers.run(other));
	EXPECT_TRUE(removed);
	/* it was served before, or came too late */
	EXPECT_TRUE(answers[1].error == -VP_ENODEV || calls == 2);
}

} // namespace
