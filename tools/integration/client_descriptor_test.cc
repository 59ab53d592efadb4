// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of a node that are not the one that open() gave: copies, openings anew, paths only; and
 * descriptors that are closed while they are used. What ends a client is the end of all of them.
 */
#include "client.hpp"

#include <atomic>
#include <thread>

#include <sys/epoll.h>

#include "completion.hpp"
#include "eventfd.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class ClientDescriptorTest : public ClientTest {
protected:
	Probe adopted(int fd) const
	{
		EXPECT_GE(fd, 0) << videoport::errno_name(errno);
		return Probe(videoport::Device::adopt(probe.device().adapter(), fd));
	}

	const Region region_ = Region::make(5 * page_size());
};

} // namespace

TEST_F(ClientDescriptorTest, CopiesAreOneClientThatEndsWithTheLastOfThem)
{
	Probe client(place());
	const int fd = client.device().fd();
	Probe copies[] = {adopted(dup(fd)), adopted(fcntl(fd, F_DUPFD_CLOEXEC, 100)),
			  adopted(dup3(fd, 200, O_CLOEXEC))};
	EXPECT_EQ(counted("clients"), 2U);
	const auto locked = client.lock_pages(region_), other = copies[1].lock_pages(region_);
	ASSERT_TRUE(locked.locked && other.locked);
	client.close();
	copies[0].close();
	expect_pinned(10);
	EXPECT_EQ(copies[1].unlock_pages(locked.handle), 1U);
	copies[1].close();
	expect_pinned(5);
	EXPECT_EQ(counted("clients"), 2U);
	copies[2].close();
	EXPECT_EQ(counted("clients"), 1U) << "at once";
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientDescriptorTest, ADescriptorOfThePathOnlyIsNoClient)
{
	const Fd path(open(node().c_str(), O_PATH | O_CLOEXEC));
	ASSERT_GE(path.number, 0);
	EXPECT_EQ(counted("clients"), 1U);
	PROBE_ANSWER answer;
	EXPECT_FALSE(bare_call(path.number, ProbeGetCurrentIrql, {}, answer));
	EXPECT_EQ(errno, EBADF);
	uint64_t count;
	EXPECT_EQ(read(path.number, &count, sizeof(count)), -1);
	EXPECT_EQ(errno, EBADF);
	EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, path.number, 0), MAP_FAILED);
	EXPECT_EQ(errno, EBADF);
	expect_only_mine();
}

TEST_F(ClientDescriptorTest, ADescriptorOpenedAnewThroughProcIsAnotherClient)
{
	const Fd path(open(node().c_str(), O_PATH | O_CLOEXEC));
	const Probe client(place());
	const auto locked = client.lock_pages(region_);
	for (const int fd : {path.number, client.device().fd()}) {
		Probe anew = adopted(
			open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR | O_CLOEXEC));
		EXPECT_EQ(counted("clients"), 3U);
		expect_refused(probe.device(), {"foreign_handle", "UnlockPages", locked.handle},
			       [&] { EXPECT_EQ(anew.unlock_pages(locked.handle), 1U); });
		ASSERT_TRUE(anew.lock_pages(region_).locked);
		expect_pinned(10);
		anew.close();
		expect_pinned(5);
		EXPECT_EQ(client.get_mdl(locked.handle), locked.handle);
	}
	EXPECT_EQ(client.unlock_pages(locked.handle), 1U);
}

TEST_F(ClientDescriptorTest, ANodeThatIsOpenForOneDirectionOnlyLocksAndEndsAsAnyOther)
{
	for (const int direction : {O_RDONLY, O_WRONLY}) {
		Probe client = adopted(open(node().c_str(), direction | O_CLOEXEC));
		const auto locked = client.lock_pages(region_);
		EXPECT_TRUE(locked.locked);
		EXPECT_NE(client.lock_buffer(region_), 0U);
		EXPECT_EQ(client.unlock_pages(locked.handle), 1U);
		expect_pinned(5);
		client.close();
		expect_only_mine();
	}
	expect_mine_good();
}

TEST_F(ClientDescriptorTest, AnEpollThatWatchesANodeDoesNotKeepIt)
{
	const Fd watch(epoll_create1(EPOLL_CLOEXEC));
	Probe client(place());
	epoll_event event = {};
	event.events = EPOLLIN;
	ASSERT_EQ(epoll_ctl(watch.number, EPOLL_CTL_ADD, client.device().fd(), &event), 0);
	const Handle running = client.lock_pages(region_.address(), 4096, keep).handle;
	client.close();
	EXPECT_EQ(counted("clients"), 1U);
	expect_pinned(1);
	EXPECT_EQ(probe.signal(running, ProbeInterrupt), 1U) << "nobody is there to be told";
	EXPECT_EQ(epoll_wait(watch.number, &event, 1, 0), 0);
	EXPECT_TRUE(eventually([&] { return counted("locked_buffers") == 1; }));
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientDescriptorTest, AViewKeepsTheLocksOfItsClientThoughNoDescriptorIsLeft)
{
	Probe client(place());
	const auto view = client.map_memory(bar_of(place(), 0).start, 8192);
	ASSERT_NE(view.address, 0U);
	ASSERT_TRUE(client.lock_pages(region_).locked);
	ASSERT_TRUE(videoport::map_event(client.device(), eventfd(0, EFD_CLOEXEC)));
	client.close();
	EXPECT_EQ(counted("clients"), 2U);
	expect_pinned(5);
	EXPECT_EQ(counted("events"), 2U);
	EXPECT_EQ(munmap(reinterpret_cast<void *>(view.address), 4096), 0);
	expect_pinned(5);
	EXPECT_EQ(touch(view.address + 4096), 0);
	EXPECT_EQ(munmap(reinterpret_cast<void *>(view.address + 4096), 4096), 0);
	EXPECT_EQ(counted("clients"), 1U) << "at once";
	expect_only_mine();
	expect_mine_good();
}

/* ---- Closed while it is used ---- */

TEST_F(ClientDescriptorTest, ACloseInARequestDoesNotWaitAndAllGoesAtItsEnd)
{
	const int fd = open(node().c_str(), O_RDWR | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	PROBE_ANSWER answer = {};
	ASSERT_TRUE(bare_call(fd, ProbeLockPages,
			      {region_.address(), page_size(), uint64_t{VideoPortDmaInitOnly}},
			      answer));
	const Handle event = probe.create_event(NOTIFICATION_EVENT);
	std::atomic<pid_t> id = 0;
	bool answered = false;
	std::thread waiter([&] {
		id = gettid();
		// two seconds, in units of 100 ns
		answered = bare_call(fd, ProbeWaitForSingleObject,
				     {event, 1, static_cast<uint64_t>(-20'000'000)}, answer);
	});
	EXPECT_TRUE(eventually([&] { return asleep_in(SYS_ioctl, getpid(), id); }));
	EXPECT_EQ(close(fd), 0);
	EXPECT_EQ(close(fd), -1) << "the number is free";
	EXPECT_EQ(counted("clients"), 2U) << "the request still runs";
	expect_pinned(1);
	waiter.join();
	EXPECT_TRUE(answered);
	EXPECT_EQ(answer.Result, uint64_t{WAIT_TIMEOUT});
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR});
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientDescriptorTest, AReaderKeepsANodeThatIsClosedUntilItIsWoken)
{
	Probe client(place());
	const Handle running = client.lock_pages(region_.address(), 4096, keep).handle;
	std::atomic<pid_t> id = 0;
	videoport::Completions taken;
	std::thread reader([&] {
		id = gettid();
		taken = videoport::take_completions(client.device());
	});
	EXPECT_TRUE(eventually([&] { return asleep_in(SYS_read, getpid(), id); }));
	EXPECT_EQ(close(client.device().fd()), 0);
	EXPECT_EQ(counted("clients"), 2U);
	EXPECT_EQ(probe.signal(running, ProbeInterrupt), 1U);
	reader.join();
	EXPECT_EQ(taken.count, 1U);
	client.close(); // its number is free: nobody else has it
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientDescriptorTest, DescriptorsThatAreClosedByTwoWhileTwoOthersLockLeaveNothing)
{
	const std::string file = node();
	EXPECT_EQ(
		run_in_child([&] {
			for (int round = 0; round < 60 && !HasFailure(); round++) {
				const int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
				EXPECT_GE(fd, 0);
				std::atomic<int> locked = 0, closed = 0;
				const auto lock = [&](PROBE_FUNCTION function) {
					PROBE_ANSWER answer;
					while (bare_call(fd, function,
							 {region_.address(), 4096, VpModifyAccess},
							 answer))
						locked += answer.Result != 0;
					EXPECT_EQ(errno, EBADF);
				};
				const auto end = [&] {
					EXPECT_TRUE(eventually([&] { return locked > 2; }));
					closed += close(fd) == 0;
				};
				std::thread threads[] = {std::thread(lock, ProbeLockBuffer),
							 std::thread(lock, ProbeLockBuffer),
							 std::thread(end), std::thread(end)};
				for (auto &thread : threads)
					thread.join();
				EXPECT_EQ(closed, 1);
				EXPECT_EQ(videoport::pinned_kib(), 0U) << "in round " << round;
			}
			return HasFailure() ? 1 : 0;
		}),
		0);
	expect_only_mine();
	expect_mine_good();
}
