// SPDX-License-Identifier: GPL-2.0
/*
 * Events of clients: eventfds that are lent to the miniport, set from every context, alone and at
 * the end of a DMA. What is refused when they are lent and taken back: event_map_test.cc.
 */
#include "eventfd.hpp"

#include <fstream>

#include <sys/epoll.h>

#include "child.hpp"

using namespace integration;
using videoport::Event;
using videoport::map_event;
using videoport::unmap_event;

/* ---- What the miniport and the client see ---- */

TEST_F(EventfdTest, WhatTheMiniportSetsInAnyContextTheClientSees)
{
	const Event event = make();
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt, ProbeSynchronizedHigh}) {
		EXPECT_FALSE(event.is_set());
		expect_accepted(probe.device(), [&] {
			EXPECT_EQ(probe.set_event(event.token(), context), 0U);
			EXPECT_NE(probe.set_event(event.token(), context), 0U) << "set before";
		});
		EXPECT_TRUE(event.is_set());
		EXPECT_EQ(event.take(), 2U) << "one for each time";
	}
}

TEST_F(EventfdTest, TheMiniportSeesAndClearsWhatTheClientSets)
{
	const Event event = make(3);
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt}) {
		expect_accepted(probe.device(), [&] {
			EXPECT_NE(probe.event_state(event.token(), context), 0U);
			probe.clear_event(event.token(), context);
			EXPECT_EQ(probe.event_state(event.token(), context), 0U);
			probe.clear_event(event.token(), context);
		});
		EXPECT_FALSE(event.is_set());
		EXPECT_TRUE(event.set());
		EXPECT_TRUE(event.set());
	}
}

TEST_F(EventfdTest, ASemaphoreLosesOneAtEachClear)
{
	// the kernel offers no more: a client that wants an event makes no semaphore
	const Fd semaphore(eventfd(2, EFD_SEMAPHORE));
	const auto mapped = map_event(probe.device(), semaphore.number);
	for (const bool set : {true, false}) {
		probe.clear_event(mapped.token);
		EXPECT_EQ(probe.event_state(mapped.token) != 0, set);
	}
	EXPECT_EQ(unmap_event(probe.device(), mapped.token), 0);
}

TEST_F(EventfdTest, AClientThatSleepsIsWoken)
{
	const Event event = make();
	Child child([&](const Child::Inside &inside) {
		const Fd epoll(epoll_create1(0));
		epoll_event wanted = {};
		wanted.events = EPOLLIN;
		if (epoll_ctl(epoll.number, EPOLL_CTL_ADD, event.fd(), &wanted) != 0)
			return 2;
		inside.ready();
		return epoll_wait(epoll.number, &wanted, 1, 60000) == 1 ? 0 : 1;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	ASSERT_TRUE(eventually([&] {
		std::ifstream stat("/proc/" + std::to_string(child.pid()) + "/wchan");
		std::string where;
		return std::getline(stat, where) && where.find("poll") != std::string::npos;
	})) << "the child does not sleep";
	probe.set_event(event.token(), ProbeInterrupt);
	EXPECT_EQ(child.join(), 0);
}

TEST_F(EventfdTest, OnlyTheClientWaitsForItAndOnlyTheClientTakesItBack)
{
	const Event event = make(1);
	for (const std::optional<int64_t> timeout :
	     {std::optional<int64_t>(), std::optional<int64_t>(0), std::optional<int64_t>(-1)}) {
		expect_refused(probe.device(),
			       {"bad_parameter", "WaitForSingleObject", event.token()}, [&] {
				       EXPECT_EQ(probe.wait(event.token(), timeout),
						 unsigned{ERROR_INVALID_PARAMETER});
			       });
	}
	expect_refused(probe.device(), {"bad_parameter", "DeleteEvent", event.token()}, [&] {
		EXPECT_EQ(probe.delete_event(event.token()), unsigned{ERROR_INVALID_PARAMETER});
	});
	EXPECT_EQ(event.take(), 1U) << "and nobody has touched it";
}

TEST_F(EventfdTest, TheEventOfAnotherClientIsForeignInARequestOfThisOne)
{
	const Probe other(place());
	const Event event = Event::make(other.device());
	ASSERT_TRUE(event);
	expect_refused(probe.device(), {"foreign_handle", "SetEvent", event.token()},
		       [&] { EXPECT_EQ(probe.set_event(event.token()), 0U); });
	expect_refused(probe.device(), {"foreign_handle", "LockPages", event.token()},
		       [&] { EXPECT_EQ(lock(0, event.token()), 0U); });
	EXPECT_FALSE(event.is_set());
	expect_accepted(probe.device(), [&] { probe.set_event(event.token(), ProbeDpc); });
	EXPECT_TRUE(event.is_set()) << "a DPC serves nobody in particular";
}

/* ---- At the end of a DMA ---- */

TEST_F(EventfdTest, TheEndOfADmaSetsBothEventsWhereverItIs)
{
	const Event user = make(), display = make();
	const Handle dma = lock(user.token(), display.token());
	ASSERT_NE(dma, 0U);
	probe.choose_start_dma(DmaAsyncReturn);
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt}) {
		EXPECT_EQ(probe.do_dma(dma), dma);
		EXPECT_FALSE(user.is_set() || display.is_set());
		EXPECT_EQ(probe.signal(dma, context), 1U);
		EXPECT_EQ(user.take(), 1U);
		EXPECT_EQ(display.take(), 1U);
	}
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(dma, VideoPortUnlockAfterDma), 0U);
	EXPECT_EQ(user.take(), 1U);
	EXPECT_EQ(display.take(), 1U);
	EXPECT_EQ(pins_held(), 0);
}

TEST_F(EventfdTest, EachEventMayBeMissing)
{
	const Event event = make();
	probe.choose_start_dma(DmaSyncReturn);
	for (const auto &[user, display] : {std::pair{event.token(), uint64_t{0}},
					    {uint64_t{0}, event.token()},
					    {uint64_t{0}, uint64_t{0}}}) {
		const Handle dma = lock(user, display);
		EXPECT_EQ(probe.do_dma(dma), dma);
		EXPECT_EQ(event.take(), user || display ? 1U : 0U);
		EXPECT_EQ(probe.unlock_pages(dma), 1U);
	}
}

TEST_F(EventfdTest, AnEventOfTheMiniportMayGoWithADmaToo)
{
	const Handle event = probe.create_event(NOTIFICATION_EVENT);
	const Handle dma = lock(event, event);
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(dma), dma);
	EXPECT_EQ(probe.wait(event, 0), unsigned{NO_ERROR});
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
	EXPECT_EQ(alive(), 1U) << "the handle still has it";
	EXPECT_EQ(probe.do_dma(dma), dma);
	EXPECT_EQ(probe.unlock_pages(dma), 1U);
	EXPECT_EQ(alive(), 0U);
}

TEST_F(EventfdTest, LockPagesWithAnEventThatIsNoneLocksNothing)
{
	const Event event = make();
	const uint64_t gone = make().token();
	for (const auto &[bad, cause] : std::initializer_list<std::pair<uint64_t, const char *>>{
		     {gone, "stale_handle"},
		     {event.token() + 1, "forged_handle"},
		     {0xffff888000001000, "forged_handle|foreign_handle"},
		     {adapter(), "wrong_kind"}}) {
		for (const bool user : {true, false}) {
			expect_refused(probe.device(), {cause, "LockPages", bad}, [&] {
				EXPECT_EQ(lock(user ? bad : event.token(),
					       user ? event.token() : bad),
					  0U);
			});
		}
	}
}

TEST_F(EventfdTest, AssociateReplacesTheEventsOfAHandle)
{
	const Event first = make(), second = make();
	const Handle dma = lock(first.token(), first.token());
	probe.choose_start_dma(DmaAsyncReturn);
	EXPECT_EQ(probe.do_dma(dma), dma);
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(probe.call(ProbeAssociateEvents, {dma, second.token(), 0}).Result, dma);
	});
	EXPECT_EQ(probe.signal(dma), 1U);
	EXPECT_EQ(first.take(), 0U);
	EXPECT_EQ(second.take(), 1U) << "those that it has at the end";
	for (const uint64_t bad : {first.token() + 1, dma}) {
		expect_refused(
			probe.device(), {"forged_handle|wrong_kind", "AssociateEvents", bad}, [&] {
				EXPECT_EQ(probe.call(ProbeAssociateEvents, {dma, 0, bad}).Result,
					  0U);
			});
	}
	EXPECT_EQ(probe.unlock_pages(dma), 1U);
}

TEST_F(EventfdTest, AssociateMakesAHandleOfEventsAlone)
{
	const Event user = make(), display = make();
	const Handle dma =
		probe.call(ProbeAssociateEvents, {0, user.token(), display.token()}).Result;
	ASSERT_NE(dma, 0U);
	probe.choose_start_dma(DmaAsyncReturn);
	EXPECT_EQ(probe.do_dma(dma, VideoPortUnlockAfterDma), 0U);
	EXPECT_EQ(probe.signal(dma, ProbeInterrupt), 1U);
	EXPECT_EQ(user.take(), 1U);
	EXPECT_EQ(display.take(), 1U);
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "locked_buffers") == 0; }));
	expect_refused(probe.device(), {"wrong_context", "AssociateEvents", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeAssociateEvents, {0, user.token(), 0}, ProbeDpc).Result,
			  0U);
	});
}

TEST_F(EventfdTest, AnEventThatIsTakenBackIsSetNoMoreByNameButAtTheEndOfItsDma)
{
	const Fd own(eventfd(0, EFD_NONBLOCK));
	const auto mapped = map_event(probe.device(), own.number);
	ASSERT_TRUE(mapped);
	const Handle dma = lock(mapped.token, 0);
	EXPECT_EQ(unmap_event(probe.device(), mapped.token), 0);
	expect_refused(probe.device(), {"stale_handle", "SetEvent", mapped.token},
		       [&] { probe.set_event(mapped.token); });
	EXPECT_EQ(alive(), 1U) << "the handle still has it";
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(dma), dma);
	uint64_t count = 0;
	EXPECT_EQ(read(own.number, &count, sizeof(count)), 8);
	EXPECT_EQ(count, 1U);
	EXPECT_EQ(probe.unlock_pages(dma), 1U);
	EXPECT_EQ(alive(), 0U);
}

TEST_F(EventfdTest, TheLastReferenceMayGoInTheInterrupt)
{
	const auto mapped = [&] {
		const Fd own(eventfd(0, EFD_NONBLOCK));
		return map_event(probe.device(), own.number);
	}();
	probe.choose_start_dma(DmaAsyncReturn);
	const Handle dma = lock(mapped.token, mapped.token);
	EXPECT_EQ(unmap_event(probe.device(), mapped.token), 0);
	EXPECT_EQ(probe.do_dma(dma, VideoPortUnlockAfterDma), 0U);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(probe.signal(dma, ProbeInterrupt), 1U); });
	EXPECT_TRUE(eventually([&] { return alive() == 0; })) << "the eventfd is not put back";
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
}
