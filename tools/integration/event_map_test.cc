// SPDX-License-Identifier: GPL-2.0
/*
 * Lending eventfds and taking them back: what is refused, how many there may be, and what becomes
 * of them with descriptors, processes, clients and adapters.
 */
#include "eventfd.hpp"

#include <fstream>

#include "child.hpp"
#include "module_control.hpp"

using namespace integration;
using videoport::Event;
using videoport::map_event;
using videoport::Region;
using videoport::unmap_event;

namespace {

constexpr size_t most = 256; ///< events of a client

class EventMapTest : public EventfdTest {};

} // namespace

TEST_F(EventMapTest, WhatIsNoEventfdIsRefused)
{
	int pipe_ends[2];
	ASSERT_EQ(pipe(pipe_ends), 0);
	const Fd reader(pipe_ends[0]), writer(pipe_ends[1]);
	for (const int fd : {reader.number, probe.device().fd()}) {
		expect_refused(probe.device(), {"bad_request", "event", fd},
			       [&] { EXPECT_EQ(map_event(probe.device(), fd).error, EINVAL); });
	}
	// a number that nothing else takes meanwhile
	const int closed = Fd(fcntl(reader.number, F_DUPFD, 500)).number;
	for (const int fd : {closed, -1, 0x7fffffff}) {
		expect_refused(probe.device(), {"bad_request", "event", {}},
			       [&] { EXPECT_EQ(map_event(probe.device(), fd).error, EBADF); });
	}
}

TEST_F(EventMapTest, ATokenThatIsNotThisClientsIsNotTakenBack)
{
	const Event event = make();
	const Probe other(place());
	const Event foreign = Event::make(other.device());
	const uint64_t gone = make().token();
	const Handle miniports = probe.create_event(NOTIFICATION_EVENT);
	for (const uint64_t bad : {uint64_t{0}, gone, event.token() + 1, foreign.token(), miniports,
				   adapter(), uint64_t{0xffff888000001000}}) {
		expect_refused(probe.device(), {"bad_request", "event", bad},
			       [&] { EXPECT_EQ(unmap_event(probe.device(), bad), EINVAL); });
	}
	EXPECT_NE(probe.set_event(event.token()) + event.take(), 0U);
	other.set_event(foreign.token());
	EXPECT_TRUE(foreign.is_set()) << "it is still there";
	EXPECT_EQ(probe.delete_event(miniports), unsigned{NO_ERROR});
}

TEST_F(EventMapTest, AStructureThatIsWrongIsRefused)
{
	struct {
		videoport_event known;
		uint64_t more;
	} event = {};
	const Fd own(eventfd(0, 0));
	for (const auto command : {VIDEOPORT_IOC_EVENT_MAP, VIDEOPORT_IOC_EVENT_UNMAP}) {
		event = {};
		event.known.fd = own.number;
		event.known.size = sizeof(event.known) - 1;
		expect_refused(probe.device(), {"bad_request", "event", event.known.size},
			       [&] { EXPECT_EQ(raw(command, &event), EINVAL); });
		event.known.size = sizeof(event);
		event.more = 1;
		expect_refused(probe.device(), {"bad_request", "event", sizeof(event)},
			       [&] { EXPECT_EQ(raw(command, &event), E2BIG); });
		EXPECT_EQ(raw(command, nullptr), EFAULT);
		EXPECT_EQ(raw(command, reinterpret_cast<void *>(0xffffffff81000000)), EFAULT);
	}
	event.more = 0;
	EXPECT_EQ(raw(VIDEOPORT_IOC_EVENT_MAP, &event), 0) << "a newer structure, zero at its end";
	EXPECT_EQ(raw(VIDEOPORT_IOC_EVENT_UNMAP, &event), 0);

	// the token cannot be told: nothing is lent
	const Region page = Region::make(4096);
	auto *told = reinterpret_cast<videoport_event *>(page.data());
	told->size = sizeof(*told);
	told->fd = own.number;
	ASSERT_TRUE(page.protect(0, 1, PROT_READ));
	EXPECT_EQ(raw(VIDEOPORT_IOC_EVENT_MAP, told), EFAULT);
	EXPECT_EQ(alive(), 0U);
}

TEST_F(EventMapTest, AClientMayLend256EventsAndAnotherClientAsMany)
{
	const Fd own(eventfd(0, 0));
	std::vector<uint64_t> tokens;
	for (size_t i = 0; i < most; i++) {
		const auto mapped = map_event(probe.device(), own.number);
		ASSERT_TRUE(mapped) << i;
		tokens.push_back(mapped.token);
	}
	expect_refused(probe.device(), {"limit_reached", "event", most},
		       [&] { EXPECT_EQ(map_event(probe.device(), own.number).error, ENOSPC); });
	const Probe other(place());
	EXPECT_TRUE(map_event(other.device(), own.number));
	EXPECT_EQ(unmap_event(probe.device(), tokens.back()), 0);
	EXPECT_TRUE(map_event(probe.device(), own.number)) << "there is room again";
	EXPECT_EQ(alive(), most + 1);
	probe.close();
	probe = Probe(place());
	EXPECT_EQ(alive(), 1U) << "closing takes all of a client's back";
}

TEST_F(EventMapTest, TheDescriptorMayBeClosedAndItsNumberUsedAgain)
{
	const Fd copy(dup(Fd(eventfd(0, EFD_NONBLOCK)).number));
	ASSERT_GE(copy.number, 0);
	const auto mapped = [&] {
		const Fd lent(dup(copy.number));
		return map_event(probe.device(), lent.number);
	}();
	ASSERT_TRUE(mapped);
	const Fd elsewhere(eventfd(0, EFD_NONBLOCK)); // with the number of the one that was lent
	probe.set_event(mapped.token, ProbeDpc);
	uint64_t count = 0;
	EXPECT_EQ(read(copy.number, &count, sizeof(count)), 8);
	EXPECT_EQ(read(elsewhere.number, &count, sizeof(count)), -1);
	EXPECT_EQ(unmap_event(probe.device(), mapped.token), 0);
}

TEST_F(EventMapTest, AnEventfdThatIsTakenBackIsFreedWithItsLastDescriptor)
{
	// the kernel numbers eventfds, and gives the lowest number that is free
	const auto next_number = [] {
		const Fd probing(eventfd(0, 0));
		std::ifstream info("/proc/self/fdinfo/" + std::to_string(probing.number));
		std::string line;
		while (std::getline(info, line)) {
			if (line.starts_with("eventfd-id:"))
				return std::stol(line.substr(line.find(':') + 1));
		}
		return -1L;
	};
	const long before = next_number();
	ASSERT_GE(before, 0);
	for (size_t i = 0; i < most; i++) {
		const Event event = make();
		probe.set_event(event.token());
	}
	EXPECT_TRUE(eventually([&] { return next_number() <= before; })) << next_number();
}

TEST_F(EventMapTest, AChildThatInheritedTheNodeIsTheSameClient)
{
	const Event event = make();
	Shared<uint64_t> lent;
	EXPECT_EQ(run_in_child([&] {
			  const Fd own(eventfd(0, 0));
			  const auto mapped = map_event(probe.device(), own.number);
			  *lent = mapped.token;
			  probe.set_event(event.token());
			  return mapped ? 0 : 1;
		  }),
		  0);
	EXPECT_EQ(event.take(), 1U) << "parent and child share the eventfd";
	EXPECT_EQ(alive(), 2U) << "the child's is lent by the client, who lives";
	expect_accepted(probe.device(), [&] { probe.set_event(*lent); });
	EXPECT_EQ(unmap_event(probe.device(), *lent), 0);
}

TEST_F(EventMapTest, AKilledClientsEventsAreGivenBack)
{
	Child child([&](const Child::Inside &inside) {
		const Probe client(place());
		const Event first = Event::make(client.device());
		const Event second = Event::make(client.device());
		if (!first || !second)
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	EXPECT_EQ(alive(), 2U);
	child.kill();
	EXPECT_TRUE(eventually([&] { return alive() == 0; }));
}

TEST_F(EventMapTest, WhenTheAdapterIsGoneNothingIsLent)
{
	const Event event = make();
	ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
	EXPECT_EQ(map_event(probe.device(), event.fd()).error, ENODEV);
	EXPECT_EQ(unmap_event(probe.device(), event.token()), ENODEV);
	EXPECT_TRUE(event.set()) << "it is the client's still";
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
}
