// SPDX-License-Identifier: GPL-2.0
/*
 * Events: those that a miniport makes, and what waits for them; what ends a wait. Clients' events
 * are in eventfd_test.cc.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <thread>

#include "child.hpp"
#include "event.hpp"
#include "module_control.hpp"

using namespace integration;
using std::chrono::milliseconds;
using videoport::Region;

namespace {

constexpr uint32_t notification = NOTIFICATION_EVENT;
constexpr uint32_t synchronization = SYNCHRONIZATION_EVENT;
constexpr uint32_t already_set = INITIAL_EVENT_SIGNALED;

constexpr int64_t per_ms = 10000; ///< units of 100 ns, in which timeouts are

class EventTest : public ProbeTest {
protected:
	Handle create(uint32_t flags) const
	{
		const Handle event = probe.create_event(flags);
		EXPECT_NE(event, 0U);
		return event;
	}
	void remove(Handle event) const
	{
		EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
	}

	/// Units of 100 ns since 1601, as absolute timeouts are.
	static int64_t system_time(milliseconds from_now)
	{
		timespec now = {};
		clock_gettime(CLOCK_REALTIME, &now);
		return (now.tv_sec + 11644473600LL) * 1000 * per_ms + now.tv_nsec / 100 +
		       from_now.count() * per_ms;
	}
};

} // namespace

TEST_F(EventTest, AnEventStartsAsAskedForAndSetTellsWhatItWas)
{
	expect_accepted(probe.device(), [&] {
		for (const uint32_t type : {notification, synchronization}) {
			const Handle clear = create(type), set = create(type | already_set);
			EXPECT_EQ(probe.event_state(clear), 0U);
			EXPECT_NE(probe.event_state(set), 0U);
			EXPECT_EQ(probe.set_event(clear), 0U) << "it was not set before";
			EXPECT_NE(probe.set_event(clear), 0U) << "now it was";
			EXPECT_NE(probe.event_state(clear), 0U);
			probe.clear_event(clear);
			probe.clear_event(set);
			EXPECT_EQ(probe.event_state(clear), 0U);
			EXPECT_EQ(probe.event_state(set), 0U);
			remove(clear);
			remove(set);
		}
	});
}

TEST_F(EventTest, ANotificationEventStaysSetAndASynchronizationEventEndsOneWait)
{
	const Handle stays = create(notification), resets = create(synchronization);
	for (const Handle event : {stays, resets})
		EXPECT_EQ(probe.wait(event, 0), unsigned{WAIT_TIMEOUT}) << "not set yet";
	probe.set_event(stays);
	probe.set_event(resets);
	probe.set_event(resets);
	for (const std::optional<int64_t> timeout :
	     {std::optional<int64_t>(0), std::optional<int64_t>(-per_ms), std::optional<int64_t>()})
		EXPECT_EQ(probe.wait(stays, timeout), unsigned{NO_ERROR});
	EXPECT_EQ(probe.wait(resets, std::nullopt), unsigned{NO_ERROR});
	EXPECT_EQ(probe.wait(resets, 0), unsigned{WAIT_TIMEOUT}) << "set twice ends one wait";
	EXPECT_EQ(probe.event_state(resets), 0U);
	EXPECT_NE(probe.event_state(stays), 0U);
	remove(stays);
	remove(resets);
}

TEST_F(EventTest, ATimeoutIsRelativeIfNegativeAndAbsoluteIfPositive)
{
	const Handle event = create(notification);
	using clock = std::chrono::steady_clock;
	const auto takes = [&](int64_t timeout) {
		const auto start = clock::now();
		EXPECT_EQ(probe.wait(event, timeout), unsigned{WAIT_TIMEOUT});
		return clock::now() - start;
	};
	expect_accepted(probe.device(), [&] {
		EXPECT_GE(takes(-150 * per_ms), milliseconds(150));
		EXPECT_GE(takes(system_time(milliseconds(150))), milliseconds(140));
		EXPECT_LT(takes(system_time(milliseconds(-10000))), milliseconds(5000))
			<< "it is over already";
		EXPECT_LT(takes(1), milliseconds(5000)) << "in 1601";
		EXPECT_GE(takes(-1), milliseconds(0));
	});
	remove(event);
}

TEST_F(EventTest, AWaitEndsWhenTheEventIsSet)
{
	const Handle event = create(synchronization);
	probe.call(ProbeStartTimer);
	for (const std::optional<int64_t> timeout :
	     {std::optional<int64_t>(), std::optional<int64_t>(-60000 * per_ms)}) {
		probe.post(ProbeSetEvent, {event}, ProbeTimer);
		EXPECT_EQ(probe.wait(event, timeout), unsigned{NO_ERROR});
		EXPECT_EQ(probe.await().Result, 0U) << "it was not set before";
	}
	probe.call(ProbeStopTimer);
	EXPECT_EQ(probe.event_state(event), 0U) << "the wait has taken it";
	remove(event);
}

TEST_F(EventTest, EventsWorkInEveryContext)
{
	const Handle event = create(notification);
	for (const auto context :
	     {ProbeDpc, ProbeInterrupt, ProbeSynchronizedLow, ProbeSynchronizedHigh}) {
		expect_accepted(probe.device(), [&] {
			EXPECT_EQ(probe.set_event(event, context), 0U);
			EXPECT_NE(probe.event_state(event, context), 0U);
			EXPECT_EQ(
				probe.call(ProbeWaitForSingleObject, {event, 1, 0}, context).Result,
				unsigned{NO_ERROR})
				<< "a look is allowed everywhere";
			probe.clear_event(event, context);
			EXPECT_EQ(
				probe.call(ProbeWaitForSingleObject, {event, 1, 0}, context).Result,
				unsigned{WAIT_TIMEOUT});
		});
	}
	remove(event);
}

TEST_F(EventTest, AWaitAbovePassiveIsRefusedEvenForAnEventThatIsSet)
{
	const Handle event = create(notification | already_set);
	for (const auto context :
	     {ProbeDpc, ProbeInterrupt, ProbeSynchronizedLow, ProbeSynchronizedHigh}) {
		for (const bool timed : {true, false}) {
			expect_refused(
				probe.device(), {"wrong_context", "WaitForSingleObject", {}}, [&] {
					EXPECT_EQ(probe.call(ProbeWaitForSingleObject,
							     {event, timed,
							      static_cast<uint64_t>(-per_ms)},
							     context)
							  .Result,
						  unsigned{ERROR_INVALID_PARAMETER});
				});
		}
	}
	remove(event);
}

TEST_F(EventTest, EventsAreMadeAtPassiveAndDeletedUpToDispatch)
{
	for (const auto context : {ProbeDpc, ProbeInterrupt}) {
		expect_refused(probe.device(), {"wrong_context", "CreateEvent", {}}, [&] {
			EXPECT_EQ(probe.call(ProbeCreateEvent, {notification}, context).Result,
				  unsigned{ERROR_NOT_ENOUGH_MEMORY});
		});
	}
	const Handle event = create(notification);
	expect_refused(probe.device(), {"wrong_context", "DeleteEvent", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeDeleteEvent, {event}, ProbeInterrupt).Result,
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	EXPECT_EQ(live(probe.device(), "events"), 1U);
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(probe.call(ProbeDeleteEvent, {event}, ProbeDpc).Result,
			  unsigned{NO_ERROR});
	});
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "events") == 0; }));
}

TEST_F(EventTest, UnknownFlagsAreRefused)
{
	for (const uint32_t flags : {4U, 8U, 0x80000001U, 0xffffffffU}) {
		expect_refused(probe.device(), {"bad_parameter", "CreateEvent", flags}, [&] {
			EXPECT_EQ(probe.call(ProbeCreateEvent, {flags}).Result,
				  unsigned{ERROR_INVALID_PARAMETER});
		});
	}
}

TEST_F(EventTest, AnEventOfTheMiniportIsForAllItsClients)
{
	const Handle event = create(notification);
	{
		const Probe other(place());
		expect_accepted(probe.device(), [&] { EXPECT_EQ(other.set_event(event), 0U); });
	}
	EXPECT_NE(probe.event_state(event), 0U) << "and stays when one of them goes";
	remove(event);
}

/* ---- Handles that are not valid ---- */

namespace {

struct Call {
	const char *name; ///< as in the log
	PROBE_FUNCTION function;
	uint32_t result; ///< with a bad handle
};

const Call calls[] = {
	{"SetEvent", ProbeSetEvent, 0},
	{"ClearEvent", ProbeClearEvent, 0},
	{"ReadStateEvent", ProbeReadStateEvent, 0},
	{"DeleteEvent", ProbeDeleteEvent, ERROR_INVALID_PARAMETER},
	{"WaitForSingleObject", ProbeWaitForSingleObject, ERROR_INVALID_PARAMETER},
};

class EventHandleTest : public EventTest, public testing::WithParamInterface<Call> {
protected:
	void expect_bad(Handle bad, const std::string &cause) const
	{
		SCOPED_TRACE(testing::Message() << "handle 0x" << std::hex << bad);
		for (const auto context : {ProbeStartIo, ProbeDpc}) {
			expect_refused(probe.device(), {cause, GetParam().name, bad}, [&] {
				EXPECT_EQ(probe.call(GetParam().function, {bad, 1, 0}, context)
						  .Result,
					  GetParam().result);
			});
		}
	}
};

} // namespace

TEST_P(EventHandleTest, NullFailsCleanly)
{
	expect_bad(0, "null_handle");
}

TEST_P(EventHandleTest, AStaleHandleFailsCleanly)
{
	const Handle event = create(notification);
	remove(event);
	expect_bad(event, "stale_handle");
}

TEST_P(EventHandleTest, ForgedHandlesFailCleanly)
{
	const Handle event = create(notification);
	for (const uint64_t forged :
	     std::initializer_list<uint64_t>{1, 0xffffffffffffffff, 0xffff888000001000, event + 1,
					     event - 1, event ^ (1ULL << 40), event & 0xffffffff})
		expect_bad(forged, "forged_handle|foreign_handle");
	remove(event);
}

TEST_P(EventHandleTest, AHandleOfAnotherAdapterFailsCleanly)
{
	const Probe other(Place::probe_testdev);
	const Handle foreign = other.create_event(notification);
	expect_bad(foreign, "foreign_handle");
	EXPECT_EQ(other.delete_event(foreign), unsigned{NO_ERROR});
}

TEST_P(EventHandleTest, AHandleOfTheWrongKindFailsCleanly)
{
	const Region region = Region::make(4096);
	const Handle buffer = probe.lock_buffer(region);
	expect_bad(buffer, "wrong_kind");
	expect_bad(adapter(), "wrong_kind");
	probe.unlock_buffer(buffer);
}

INSTANTIATE_TEST_SUITE_P(EveryCall, EventHandleTest, testing::ValuesIn(calls),
			 [](const auto &info) { return std::string(info.param.name); });

/* ---- What ends a wait ---- */

TEST_F(EventTest, AClientThatIsKilledInAWaitEndsAndTheOthersGoOn)
{
	const Handle event = create(notification);
	Child child([&](const Child::Inside &inside) {
		const Probe client(place());
		inside.ready();
		client.wait(event, std::nullopt);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	const uint64_t requests = live(probe.device(), "requests");
	child.go_on();
	ASSERT_TRUE(eventually([&] { return live(probe.device(), "requests") > requests; }));
	const auto start = std::chrono::steady_clock::now();
	child.kill();
	EXPECT_EQ(probe.event_state(event), 0U) << "the next request is served";
	EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(5000));
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	remove(event);
}

TEST_F(EventTest, AClientThatIsKilledInALimitedWaitEndsToo)
{
	const Handle event = create(synchronization);
	Child child([&](const Child::Inside &inside) {
		const Probe client(place());
		inside.ready();
		client.wait(event, -3600LL * 1000 * per_ms);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	const uint64_t requests = live(probe.device(), "requests");
	child.go_on();
	ASSERT_TRUE(eventually([&] { return live(probe.device(), "requests") > requests; }));
	child.kill();
	expect_accepted(probe.device(), [&] { remove(event); });
}

TEST_F(EventTest, RemovalOfTheAdapterEndsAWaitAndTheAdapterComesBack)
{
	const Handle event = create(notification);
	ASSERT_NE(event, 0U);
	const uint64_t requests = live(probe.device(), "requests");
	uint32_t ended = ~0U;
	std::thread waiter([&] { ended = probe.wait(event, std::nullopt); });
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "requests") > requests; }));
	ASSERT_EQ(unbind(driver_of(place()), place()), 0);
	waiter.join();
	EXPECT_EQ(ended, unsigned{ERROR_INVALID_PARAMETER}) << "not a timeout";
	EXPECT_EQ(probe.device().request(IOCTL_PROBE_ECHO).error, ENODEV);
	ASSERT_EQ(bind(driver_of(place()), place()), 0);
	probe = Probe(place());
	EXPECT_EQ(live(probe.device(), "events"), 0U);
	const Handle again = create(notification | already_set);
	EXPECT_EQ(probe.wait(again, std::nullopt), unsigned{NO_ERROR});
	remove(again);
}
