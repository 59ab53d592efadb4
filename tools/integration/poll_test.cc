// SPDX-License-Identifier: GPL-2.0
/*
 * poll() and read() of a node: how many DMAs of this client were completed, and that the adapter is
 * gone. The DMA is the probe's: no device works here.
 */
#include "probe.hpp"

#include <atomic>
#include <thread>

#include "child.hpp"
#include "completion.hpp"
#include "module_control.hpp"

using namespace integration;
using std::chrono::milliseconds;
using videoport::poll_completions;
using videoport::Region;
using videoport::set_nonblocking;
using videoport::take_completions;

namespace {

constexpr uint32_t keep = VideoPortKeepPagesLocked;

class PollTest : public Nt4Test {
protected:
	void SetUp() override
	{
		Nt4Test::SetUp();
		ASSERT_TRUE(set_nonblocking(probe.device(), true));
		probe.choose_start_dma(DmaAsyncReturn);
		dma_ = probe.lock_pages(region_).handle;
		ASSERT_NE(dma_, 0U);
	}
	void TearDown() override
	{
		if (probe.device().request(IOCTL_PROBE_ECHO))
			probe.unlock_pages(dma_);
		Nt4Test::TearDown();
	}

	void complete(PROBE_CONTEXT context = ProbeStartIo) const
	{
		EXPECT_EQ(probe.do_dma(dma_), dma_);
		EXPECT_EQ(probe.signal(dma_, context), 1U);
	}
	short ready(milliseconds patience = milliseconds(0)) const
	{
		return poll_completions(probe.device(), patience);
	}

	/// Run @p body in a thread, and @p then when that sleeps in @p function.
	static void while_asleep(const std::string &function, const std::function<void()> &body,
				 const std::function<void()> &then)
	{
		std::atomic<pid_t> id = 0;
		std::thread thread([&] {
			id = gettid();
			body();
		});
		EXPECT_TRUE(eventually([&] { return id && sleeps_in(getpid(), id, function); }))
			<< "it does not sleep in " << function;
		const auto start = std::chrono::steady_clock::now();
		then();
		thread.join();
		EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(20000))
			<< "it was not woken, but looked again when its time was over";
	}

	Region region_ = Region::make(4096);
	Handle dma_ = 0;
};

} // namespace

TEST_F(PollTest, WithoutACompletionThereIsNothingToReadAndNoWaiting)
{
	EXPECT_EQ(ready(), 0);
	EXPECT_EQ(take_completions(probe.device()).error, EAGAIN);
	EXPECT_EQ(probe.do_dma(dma_), dma_);
	EXPECT_EQ(ready(), 0) << "it still runs";
	EXPECT_EQ(take_completions(probe.device()).error, EAGAIN);
	EXPECT_EQ(probe.signal(dma_), 1U);
}

TEST_F(PollTest, ACompletionAnywhereMakesTheNodeReadable)
{
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt}) {
		complete(context);
		EXPECT_EQ(ready(milliseconds(10000)), POLLIN);
		EXPECT_EQ(ready(), POLLIN) << "until it is read";
		const auto taken = take_completions(probe.device());
		EXPECT_TRUE(taken);
		EXPECT_EQ(taken.count, 1U);
		EXPECT_EQ(ready(), 0);
		EXPECT_EQ(take_completions(probe.device()).error, EAGAIN);
	}
}

TEST_F(PollTest, TheCountIsThatOfAllDmasSinceTheLastRead)
{
	for (int i = 0; i < 5; i++)
		complete();
	probe.choose_start_dma(DmaSyncReturn);
	probe.call(ProbeDoDma, {dma_, keep, 995});
	EXPECT_EQ(take_completions(probe.device()).count, 1000U);
	EXPECT_EQ(probe.lock_pages(region_.address(), 4096, VideoPortUnlockAfterDma).handle, 0U);
	EXPECT_EQ(take_completions(probe.device()).count, 1U) << "also one that unlocks";
	EXPECT_EQ(ready(), 0);
}

TEST_F(PollTest, ARefusedSignalIsNoCompletion)
{
	EXPECT_EQ(probe.signal(dma_), 0U);
	complete();
	EXPECT_EQ(probe.signal(dma_), 0U);
	EXPECT_EQ(take_completions(probe.device()).count, 1U);
}

TEST_F(PollTest, ADmaThatWasUnlockedMeanwhileCountsToo)
{
	const auto other = probe.lock_pages(region_.address(), 4096, keep);
	EXPECT_EQ(probe.unlock_pages(other.handle), 1U);
	EXPECT_EQ(ready(), 0);
	EXPECT_EQ(probe.signal(other.handle, ProbeInterrupt), 1U);
	EXPECT_EQ(take_completions(probe.device()).count, 1U);
	EXPECT_TRUE(eventually([] { return pins_held() == 1; }));
}

TEST_F(PollTest, AnotherClientsDmaIsNotTold)
{
	const Probe other(place());
	ASSERT_TRUE(set_nonblocking(other.device(), true));
	complete();
	EXPECT_EQ(poll_completions(other.device(), milliseconds(0)), 0);
	EXPECT_EQ(take_completions(other.device()).error, EAGAIN);
	EXPECT_EQ(take_completions(probe.device()).count, 1U);
}

TEST_F(PollTest, ADmaOnMemoryOfTheMiniportIsNotTold)
{
	const uint64_t pool = probe.call(ProbeAllocatePool, {VpNonPagedPool, 8192}).Result;
	const auto own = probe.lock_pages(pool, 8192, keep);
	ASSERT_TRUE(own.locked);
	EXPECT_EQ(probe.signal(own.handle, ProbeDpc), 1U);
	EXPECT_EQ(ready(), 0);
	EXPECT_EQ(probe.unlock_pages(own.handle), 1U);
	probe.call(ProbeFreePool, {pool});
}

TEST_F(PollTest, ATransferOfTheOtherContractIsToldToo)
{
	const auto started = probe.start_dma(adapter(), dma_, 0, 100, true);
	EXPECT_EQ(ready(), 0);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, true), unsigned{NO_ERROR});
	EXPECT_EQ(take_completions(probe.device()).count, 1U);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, true),
		  unsigned{ERROR_INVALID_PARAMETER});
	EXPECT_EQ(ready(), 0);
}

TEST_F(PollTest, ABufferThatIsTooSmallOrNotThereTakesNothing)
{
	const int fd = probe.device().fd();
	complete();
	uint64_t count[2] = {};
	EXPECT_EQ(read(fd, count, 7), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(read(fd, count, 0), -1);
	EXPECT_EQ(read(fd, reinterpret_cast<void *>(0x1000), 8), -1);
	EXPECT_EQ(errno, EFAULT);
	EXPECT_EQ(read(fd, reinterpret_cast<void *>(0xffff888000000000), 8), -1);
	EXPECT_EQ(errno, EFAULT);
	EXPECT_EQ(read(fd, count, sizeof(count)), 8) << "a larger one is fine";
	EXPECT_EQ(count[0], 1U);
	EXPECT_EQ(count[1], 0U);
}

TEST_F(PollTest, TheNodeIsNotWritten)
{
	const uint64_t one = 1;
	EXPECT_EQ(write(probe.device().fd(), &one, sizeof(one)), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(ready(), 0);
}

TEST_F(PollTest, AReaderThatSleepsIsWoken)
{
	ASSERT_TRUE(set_nonblocking(probe.device(), false));
	for (const auto context : {ProbeStartIo, ProbeInterrupt}) {
		videoport::Completions taken;
		while_asleep(
			"vp_read", [&] { taken = take_completions(probe.device()); },
			[&] { complete(context); });
		EXPECT_EQ(taken.error, 0);
		EXPECT_EQ(taken.count, 1U);
	}
}

TEST_F(PollTest, APollerThatSleepsIsWoken)
{
	short events = 0;
	while_asleep(
		"poll", [&] { events = ready(milliseconds(60000)); },
		[&] { complete(ProbeInterrupt); });
	EXPECT_EQ(events, POLLIN);
	EXPECT_EQ(take_completions(probe.device()).count, 1U);
}

TEST_F(PollTest, AReaderThatSleepsCanBeKilled)
{
	ASSERT_TRUE(set_nonblocking(probe.device(), false));
	Child child([&](const Child::Inside &inside) {
		inside.ready();
		take_completions(probe.device());
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	EXPECT_TRUE(eventually([&] { return sleeps_in(child.pid(), child.pid(), "vp_read"); }));
	child.kill();
	complete();
	EXPECT_EQ(take_completions(probe.device()).count, 1U) << "it took nothing with it";
}

TEST_F(PollTest, WhenTheAdapterIsGoneTheNodeHangsUpOnceAllIsTold)
{
	complete();
	EXPECT_EQ(probe.do_dma(dma_), dma_); // ended by the removal
	ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
	EXPECT_EQ(ready() & POLLIN, POLLIN);
	EXPECT_EQ(take_completions(probe.device()).count, 2U);
	EXPECT_EQ(ready(), POLLERR | POLLHUP);
	EXPECT_EQ(take_completions(probe.device()).error, ENODEV);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
	EXPECT_EQ(ready(), POLLERR | POLLHUP) << "the new adapter is another";
}

TEST_F(PollTest, WhoeverSleepsIsWokenWhenTheAdapterGoes)
{
	ASSERT_TRUE(set_nonblocking(probe.device(), false));
	videoport::Completions taken;
	while_asleep(
		"vp_read", [&] { taken = take_completions(probe.device()); },
		[] { ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0); });
	EXPECT_EQ(taken.error, ENODEV);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);

	const Probe again(place());
	short events = 0;
	while_asleep(
		"poll", [&] { events = poll_completions(again.device(), milliseconds(60000)); },
		[] { ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0); });
	EXPECT_EQ(events, POLLERR | POLLHUP);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
}
