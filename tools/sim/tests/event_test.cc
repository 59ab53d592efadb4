// SPDX-License-Identifier: GPL-2.0
/*
 * Events: those of the miniport, which it waits for, and the eventfds that clients lend.
 */
#include "bench.hpp"

#include "../platform/eventfd.hpp"
#include "../platform/fibers.hpp"

using namespace sim;

namespace {

class EventTest : public PacketBenchTest {
protected:
	LONG set(PEVENT event) { return VideoPortSetEvent(bench.extension(), event); }
	LONG state(PEVENT event) { return VideoPortReadStateEvent(bench.extension(), event); }
	void clear(PEVENT event) { VideoPortClearEvent(bench.extension(), event); }
	VP_STATUS remove(PEVENT event) { return VideoPortDeleteEvent(bench.extension(), event); }
	VP_STATUS wait(PEVENT event, LONGLONG timeout)
	{
		LARGE_INTEGER time{};

		time.QuadPart = timeout;
		return VideoPortWaitForSingleObject(bench.extension(), event, &time);
	}
	VP_STATUS wait(PEVENT event)
	{
		return VideoPortWaitForSingleObject(bench.extension(), event, nullptr);
	}
	static constexpr LONGLONG millisecond = 10000;
};

TEST_F(EventTest, ANotificationEventStaysSetUntilItIsCleared)
{
	PEVENT event = bench.event(NOTIFICATION_EVENT);

	everywhere([&] {
		EXPECT_FALSE(state(event));
		EXPECT_FALSE(set(event));
		EXPECT_TRUE(set(event)) << "it was set before";
		EXPECT_TRUE(state(event));
		EXPECT_EQ(wait(event, 0), NO_ERROR);
		EXPECT_EQ(wait(event, 0), NO_ERROR);
		clear(event);
		EXPECT_EQ(wait(event, 0), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	});
	EXPECT_EQ(remove(event), NO_ERROR);
	EXPECT_EQ(bench.counter("events"), 0u);
}

TEST_F(EventTest, ASynchronizationEventEndsOneWait)
{
	PEVENT event = bench.event(SYNCHRONIZATION_EVENT | INITIAL_EVENT_SIGNALED);

	EXPECT_EQ(wait(event, 0), NO_ERROR);
	EXPECT_EQ(wait(event, 0), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	set(event);
	set(event);
	EXPECT_EQ(wait(event, -millisecond), NO_ERROR);
	EXPECT_EQ(wait(event, -millisecond), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_EQ(remove(event), NO_ERROR);
}

TEST_F(EventTest, AWaitLastsAsLongAsItSays)
{
	PEVENT event = bench.event(NOTIFICATION_EVENT);
	uint64_t begun = bench.machine->clock_ms;

	EXPECT_EQ(wait(event, -5 * millisecond), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_EQ(bench.machine->clock_ms, begun + 5);
	/* absolute */
	auto now = static_cast<LONGLONG>(vp_system_time());

	EXPECT_EQ(wait(event, now + 7 * millisecond), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_EQ(bench.machine->clock_ms, begun + 12);
	EXPECT_EQ(wait(event, now - 1), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_EQ(wait(event, 1), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_EQ(bench.machine->clock_ms, begun + 12);
	/* the edges of the number */
	EXPECT_EQ(wait(event, INT64_MIN), static_cast<VP_STATUS>(WAIT_TIMEOUT));
	EXPECT_GT(bench.machine->clock_ms, begun + 365ull * 86400000);
}

TEST_F(EventTest, AWaitEndsWhenTheEventIsSetTheClientDiesOrTheAdapterGoes)
{
	enum End { Set, Kill, Removal };

	for (End end : {Set, Kill, Removal}) {
		PEVENT event = bench.event(SYNCHRONIZATION_EVENT);
		VP_STATUS status = -1;
		Fibers fibers;
		Fiber waiter("waiter", &a.process, fibers), other("other", nullptr, fibers);

		bench.miniports[0].on_start_io = [&](VIDEO_REQUEST_PACKET &) {
			status = wait(event);
			return true;
		};
		fibers.give(waiter, [&] { Adapter::request(*a.client, 1, {}); });
		EXPECT_TRUE(fibers.run(waiter));
		EXPECT_EQ(waiter.state(), Fiber::State::Waiting);
		EXPECT_FALSE(fibers.run(waiter));
		if (end == Set)
			fibers.give(other, [&] { set(event); });
		else if (end == Removal)
			fibers.give(other, [&] { bench.adapters[0]->remove(); });
		else
			a.process.killed = true;
		fibers.run(other);
		EXPECT_TRUE(fibers.run(waiter));
		EXPECT_TRUE(waiter.idle());
		EXPECT_EQ(status, end == Set ? NO_ERROR : ERROR_INVALID_PARAMETER);
		while (!other.idle() && fibers.run(other))
			;
		EXPECT_TRUE(other.idle());
		bench.miniports[0].on_start_io = nullptr;
		a.process.killed = false;
		if (end == Set)
			EXPECT_FALSE(state(event)) << "it resets itself";
	}
}

TEST_F(EventTest, AWaitWithTimeIsForProcessContextOnly)
{
	PEVENT event = bench.event(NOTIFICATION_EVENT | INITIAL_EVENT_SIGNALED);
	auto refused = [&] {
		EXPECT_EQ(wait(event, -1), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(wait(event), ERROR_INVALID_PARAMETER);
	};

	bench.in_interrupt(refused);
	bench.in_dpc(refused);
	EXPECT_EQ(bench.counter("wrong_context"), 4u);
	EXPECT_EQ(wait(event), NO_ERROR);
}

TEST_F(EventTest, EventsAreMadeInProcessContextAndDeletedUpToDispatch)
{
	PEVENT event = nullptr;
	PVOID extension = bench.extension();

	auto refused = [&] {
		EXPECT_NE(VideoPortCreateEvent(extension, NOTIFICATION_EVENT, nullptr, &event),
			  NO_ERROR);
		EXPECT_EQ(event, nullptr);
	};
	bench.in_interrupt(refused);
	bench.in_dpc(refused);
	EXPECT_EQ(bench.counter("wrong_context"), 2u);
	EXPECT_EQ(VideoPortCreateEvent(extension, 4, nullptr, &event), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortCreateEvent(extension, 0, nullptr, nullptr), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	event = bench.event(NOTIFICATION_EVENT);
	bench.in_interrupt([&] { EXPECT_EQ(remove(event), ERROR_INVALID_PARAMETER); });
	EXPECT_EQ(bench.counter("events"), 1u);
	bench.in_dpc([&] { EXPECT_EQ(remove(event), NO_ERROR); });
	bench.run_work();
	EXPECT_EQ(bench.counter("events"), 0u);
	EXPECT_EQ(remove(event), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
}

TEST_F(EventTest, WhatIsNoEventIsRefused)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PEVENT other = nullptr;

	EXPECT_EQ(VideoPortCreateEvent(bench.extension(1), 0, nullptr, &other), NO_ERROR);
	struct {
		PVOID handle;
		const char *cause;
	} bad[] = {{nullptr, "null_handle"},
		   {Bench::forged(), "forged_handle"},
		   {adapter, "wrong_kind"},
		   {other, "foreign_handle"}};

	for (auto [handle, cause] : bad) {
		auto *event = static_cast<PEVENT>(handle);

		EXPECT_EQ(set(event), 0);
		EXPECT_EQ(state(event), 0);
		clear(event);
		EXPECT_EQ(wait(event, 0), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(remove(event), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(bench.counter(cause), 5u) << cause;
	}
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

/* ---- Clients' events ---- */

TEST_F(EventTest, ALentEventCountsWhatTheMiniportSets)
{
	std::shared_ptr<EventCount> count;
	PEVENT event = bench.lend(a, &count);
	uint64_t sets = 0;

	everywhere([&] {
		EXPECT_EQ(state(event), 0);
		EXPECT_FALSE(set(event));
		EXPECT_TRUE(set(event));
		EXPECT_EQ(count->value, 2u);
		EXPECT_TRUE(state(event));
		clear(event);
		EXPECT_EQ(count->value, 0u);
		sets++;
	});
	EXPECT_EQ(sets, 5u);
	/* only the client waits for it, and takes it back */
	EXPECT_EQ(wait(event, 0), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(wait(event), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(remove(event), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("bad_parameter"), 3u);
	EXPECT_EQ(live_eventfds(), 1u);
	{
		Running running(a.thread);

		EXPECT_EQ(Adapter::event_unmap(*b.client, reinterpret_cast<uint64_t>(event)),
			  -VP_EINVAL)
			<< "another client's";
		EXPECT_EQ(Adapter::event_unmap(*a.client, reinterpret_cast<uint64_t>(event)), 0);
		EXPECT_EQ(Adapter::event_unmap(*a.client, reinterpret_cast<uint64_t>(event)),
			  -VP_EINVAL);
	}
	EXPECT_EQ(live_eventfds(), 0u);
	EXPECT_EQ(set(event), 0);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
}

TEST_F(EventTest, AnotherClientsEventIsForeignInARequest)
{
	std::shared_ptr<EventCount> count;
	PEVENT event = bench.lend(a, &count);

	bench.in_request(b, [&] { EXPECT_EQ(set(event), 0); });
	EXPECT_EQ(count->value, 0u);
	EXPECT_EQ(bench.counter("foreign_handle"), 1u);
	bench.in_request(a, [&] { set(event); });
	EXPECT_EQ(count->value, 1u);
}

TEST_F(EventTest, OnlyEventfdsAreLentAndNotTooMany)
{
	Running running(a.thread);
	int descriptor = a.process.open_eventfd(), other = a.process.open_other();
	uint64_t token = 0;

	EXPECT_EQ(Adapter::event_map(*a.client, other, token), -VP_EINVAL);
	EXPECT_EQ(Adapter::event_map(*a.client, -1, token), -VP_EBADF);
	EXPECT_EQ(Adapter::event_map(*a.client, 99, token), -VP_EBADF);
	EXPECT_EQ(bench.counter("bad_request"), 3u);
	EXPECT_EQ(bench.counter("events"), 0u);
	for (unsigned int i = 0; i < 256; i++)
		EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), 0);
	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), -VP_ENOSPC);
	EXPECT_EQ(bench.counter("limit_reached"), 1u);
	EXPECT_EQ(bench.counter("events"), 256u);
	EXPECT_EQ(live_eventfds(), 256u);
}

TEST_F(EventTest, EventsGoWithTheirClientAndTheAdapter)
{
	PEVENT lent = bench.lend(a), own = bench.event(NOTIFICATION_EVENT);

	bench.lend(b);
	bench.close(a);
	EXPECT_EQ(live_eventfds(), 1u);
	EXPECT_EQ(set(lent), 0);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	EXPECT_EQ(set(own), 0);
	EXPECT_EQ(bench.counter("events"), 2u);
	bench.remove();
	EXPECT_EQ(bench.counter("events"), 0u);
	EXPECT_EQ(live_eventfds(), 0u);

	Running running(b.thread);
	uint64_t token = 0;

	EXPECT_EQ(Adapter::event_map(*b.client, b.process.open_eventfd(), token), -VP_ENODEV);
	EXPECT_EQ(Adapter::event_unmap(*b.client, 1), -VP_ENODEV);
}

TEST_F(EventTest, AHandleKeepsItsEventsFromGoing)
{
	std::shared_ptr<EventCount> count;
	PEVENT user = bench.lend(a, &count), own = bench.event(NOTIFICATION_EVENT);
	PDMA dma = bench.dma_for(a, User::at(0), 4096, user, own);

	EXPECT_EQ(remove(own), NO_ERROR);
	{
		Running running(a.thread);

		EXPECT_EQ(Adapter::event_unmap(*a.client, reinterpret_cast<uint64_t>(user)), 0);
	}
	EXPECT_EQ(bench.counter("events"), 2u);
	EXPECT_EQ(bench.do_dma(dma), dma);
	bench.in_interrupt([&] { EXPECT_TRUE(bench.signal(dma)); });
	EXPECT_EQ(count->value, 1u);
	bench.in_request(a, [&] { VideoPortUnlockPages(bench.extension(), dma); });
	EXPECT_EQ(bench.counter("events"), 0u);
	EXPECT_EQ(live_eventfds(), 0u);
}

} // namespace
