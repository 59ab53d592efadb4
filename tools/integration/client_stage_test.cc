// SPDX-License-Identifier: GPL-2.0
/*
 * A client ends while one of its threads is in the kernel for it: at every stage where that thread
 * can sleep, and by every way in which the rest of the process can end.
 */
#include "client.hpp"

#include <atomic>
#include <thread>

#include <poll.h>
#include <sys/resource.h>

#include "part.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

enum class At { Open, Turn, Event, Read, Poll };
enum class By { Kill, Exit, Abort, Exec };

struct Stage {
	const char *name;
	At at;
	long call; ///< that the thread sleeps in
};

#ifdef SYS_poll
constexpr long poll_call = SYS_poll;
#else
constexpr long poll_call = SYS_ppoll; // newer architectures have no other
#endif

const Stage stages[] = {
	{"ItsOpenWaitsForItsTurn", At::Open, SYS_openat},
	{"ItsRequestWaitsForItsTurn", At::Turn, SYS_ioctl},
	{"ItsRequestWaitsForAnEvent", At::Event, SYS_ioctl},
	{"ItReads", At::Read, SYS_read},
	{"ItPolls", At::Poll, poll_call},
};

const std::pair<const char *, By> ways[] = {
	{"Killed", By::Kill},
	{"Exits", By::Exit},
	{"Aborts", By::Abort},
	{"Execs", By::Exec},
};

/// The new program of the client: says that it is there, and ends when it may.
const Part stays("stage-stays", [](const Numbers &numbers) {
	Child::Inside(static_cast<int>(numbers[0]), static_cast<int>(numbers[1])).ready();
});

class ClientStageTest
	: public ClientTest,
	  public testing::WithParamInterface<std::tuple<Stage, std::pair<const char *, By>>> {
protected:
	void SetUp() override
	{
		ClientTest::SetUp();
		event_ = probe.create_event(NOTIFICATION_EVENT);
		ASSERT_NE(event_, 0U);
		events_ = 1;
	}
	void TearDown() override
	{
		EXPECT_EQ(probe.delete_event(event_), unsigned{NO_ERROR});
		ClientTest::TearDown();
	}

	At at() const { return std::get<0>(GetParam()).at; }
	By by() const { return std::get<1>(GetParam()).second; }
	/// Somebody else has the adapter meanwhile.
	bool taken() const { return at() == At::Open || at() == At::Turn; }

	/// A client in whose request the miniport waits for ever.
	std::unique_ptr<Child> take() const
	{
		auto holder = std::make_unique<Child>([&](const Child::Inside &inside) {
			const Probe client(place());
			inside.ready();
			client.wait(event_, std::nullopt);
			return 1;
		});
		EXPECT_TRUE(holder->wait_ready());
		holder->go_on();
		EXPECT_TRUE(eventually(
			[&] { return asleep_in(SYS_ioctl, holder->pid(), holder->pid()); }));
		return holder;
	}

	/// What the thread does; it does not come back.
	void sleep(const std::string &file, int fd) const
	{
		pollfd waiting = {fd, POLLIN, 0};
		PROBE_ANSWER answer;
		uint64_t count;
		switch (at()) {
		case At::Open:
			open(file.c_str(), O_RDWR | O_CLOEXEC);
			break;
		case At::Turn:
			bare_call(fd, ProbeGetCurrentIrql, {}, answer);
			break;
		case At::Event:
			bare_call(fd, ProbeWaitForSingleObject, {event_, 0, 0}, answer);
			break;
		case At::Read:
			EXPECT_GE(read(fd, &count, sizeof(count)), 0);
			break;
		case At::Poll:
			poll(&waiting, 1, -1);
			break;
		}
	}

	/// The client's process. Its other thread is in the kernel; it has memory locked, too.
	int live_as(const Child::Inside &inside, pid_t &sleeper) const
	{
		const std::string file = node();
		const Region region = Region::make(5 * page_size());
		const Probe client(at() == At::Open ? Probe() : Probe(place()));
		if (at() != At::Open && !client.lock_pages(region).locked)
			return 1;
		inside.ready(); // it has what it wants: now the adapter may be taken
		std::thread([&] {
			sleeper = gettid();
			sleep(file, client.device().fd());
			_exit(2); // it came back
		}).detach();
		inside.ready();
		if (by() == By::Exit)
			_exit(7);
		const rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
		if (by() == By::Abort && setrlimit(RLIMIT_CORE, &any) == 0)
			abort();
		return stays.exec({static_cast<uint64_t>(inside.tell()),
				   static_cast<uint64_t>(inside.hear())});
	}

	Handle event_ = 0;
};

} // namespace

TEST_P(ClientStageTest, NothingIsLeftOfItAndTheOthersGoOn)
{
	Shared<pid_t> sleeper;
	Child client([&](const Child::Inside &inside) { return live_as(inside, *sleeper); });
	ASSERT_TRUE(client.wait_ready());
	const std::unique_ptr<Child> holder = taken() ? take() : nullptr;
	const uint64_t locked = counted("locked");
	client.go_on();
	ASSERT_TRUE(client.wait_ready());
	ASSERT_TRUE(eventually(
		[&] { return asleep_in(std::get<0>(GetParam()).call, client.pid(), *sleeper); }));
	expect_pinned(at() == At::Open ? 0 : 5);

	switch (by()) {
	case By::Kill:
		client.kill();
		break;
	case By::Exit:
		client.go_on();
		EXPECT_EQ(client.join(), 7);
		break;
	case By::Abort:
		client.go_on();
		EXPECT_EQ(client.join(), -1);
		EXPECT_EQ(unlink("core"), 0) << "its memory is dumped, with what is locked";
		break;
	case By::Exec:
		client.go_on();
		ASSERT_TRUE(client.wait_ready()) << "there is no new program";
		EXPECT_EQ(videoport::pinned_kib(std::to_string(client.pid())), 0U);
		break;
	}
	expect_only_mine(taken() ? 1 : 0);
	EXPECT_EQ(counted("locked"), locked) << "the lock came to its end";
	if (by() == By::Exec) {
		client.go_on();
		EXPECT_EQ(client.join(), 0);
	}
	if (holder)
		holder->kill();
	expect_only_mine();
	expect_mine_good();
}

INSTANTIATE_TEST_SUITE_P(Everywhere, ClientStageTest,
			 testing::Combine(testing::ValuesIn(stages), testing::ValuesIn(ways)),
			 [](const auto &info) {
				 return std::string(std::get<0>(info.param).name) + "And" +
					std::get<1>(info.param).first;
			 });

namespace {

class LargeLockTest : public ClientTest,
		      public testing::WithParamInterface<std::pair<const char *, By>> {
protected:
	/// The client's process: one thread locks, the other ends it.
	int live_as(const Child::Inside &inside) const
	{
		auto *client = new Probe(place());
		inside.ready();
		std::thread([&] { client->lock_buffer(region_); }).detach();
		inside.ready();
		if (GetParam().second == By::Exit)
			_exit(7);
		return stays.exec({static_cast<uint64_t>(inside.tell()),
				   static_cast<uint64_t>(inside.hear())});
	}

	const Region region_ = Region::make((64 << 10) * page_size()); ///< not touched yet
};

} // namespace

TEST_P(LargeLockTest, EndsBeforeItIsDoneAndLeavesNothing)
{
	// page by page, so that it takes its time
	madvise(region_.data(), region_.size(), MADV_NOHUGEPAGE);
	bool stopped = false;
	for (int attempt = 0; attempt < 10 && !stopped; attempt++) {
		const uint64_t locked = counted("locked");
		Child client([&](const Child::Inside &inside) { return live_as(inside); });
		ASSERT_TRUE(client.wait_ready());
		client.go_on();
		ASSERT_TRUE(client.wait_ready());
		EXPECT_TRUE(eventually([] { return pins_held() > own_pages + 1000; }));
		if (GetParam().second == By::Kill) {
			client.kill();
		} else {
			client.go_on();
			EXPECT_TRUE(GetParam().second == By::Exec ? client.wait_ready()
								  : client.join() == 7);
		}
		expect_only_mine();
		stopped = counted("locked") == locked;
	}
	EXPECT_TRUE(stopped) << "it never ended in time";
	expect_mine_good();
}

INSTANTIATE_TEST_SUITE_P(AClientThat, LargeLockTest, testing::Values(ways[0], ways[1], ways[3]),
			 [](const auto &info) { return std::string(info.param.first); });

TEST_F(ClientTest, AClientThatIsKilledBeforeAnyLockLeavesNothing)
{
	Child client([&](const Child::Inside &inside) {
		const Probe own(place());
		inside.ready();
		return 1;
	});
	ASSERT_TRUE(client.wait_ready());
	EXPECT_EQ(counted("clients"), 2U);
	client.kill();
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientTest, AClientThatIsKilledWithAllOfItLeavesOnlyWhatTheDeviceUses)
{
	// memory locked, shown and lent, a transfer and a packet DMA in flight
	const Handle by = adapter();
	const auto bell = videoport::Event::make(probe.device());
	Shared<Started> started;
	Shared<Handle> running;
	Child client([&](const Child::Inside &inside) {
		const Region region = Region::make(16 * page_size());
		const Probe own(place());
		const auto lent = videoport::map_event(own.device(), bell.fd());
		*running = own.call(ProbeLockPages,
				    {region.address(), 2 * page_size(), keep, lent.token, 0})
				   .Out[0];
		const Handle mdl = own.lock_buffer(region.address(), 4 * 4096);
		*started = own.start_dma(by, mdl, 100, 5000, false);
		const bool all = own.lock_pages(region).locked && *running != 0 &&
				 started->status == NO_ERROR && lent &&
				 own.map_memory(bar_of(place(), 0).start, 4096).address != 0;
		if (!all)
			return 1;
		inside.ready();
		return 2;
	});
	ASSERT_TRUE(client.wait_ready());
	expect_pinned(2 + 4 + 16);
	EXPECT_EQ(counted("views"), 1U);
	client.kill();
	EXPECT_TRUE(eventually([&] { return counted("clients") == 1; }));
	expect_pinned(2 + 4);
	EXPECT_EQ(counted("views"), 0U);
	EXPECT_EQ(counted("transfers"), 2U);
	EXPECT_FALSE(bell.is_set());
	EXPECT_EQ(probe.signal(*running, ProbeInterrupt), 1U);
	EXPECT_EQ(bell.take(), 1U) << "who shares the eventfd still hears of the end";
	EXPECT_EQ(probe.complete_dma(by, started->list, false), unsigned{NO_ERROR});
	events_ = 1; // the bell is lent by this client too
	EXPECT_TRUE(eventually([&] { return counted("locked_buffers") == 1; }));
	EXPECT_TRUE(eventually([&] { return counted("events") == 2; }));
	expect_only_mine();
	expect_mine_good();
}
