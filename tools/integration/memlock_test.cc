// SPDX-License-Identifier: GPL-2.0
/*
 * The charge for pinned pages: against RLIMIT_MEMLOCK of the process that locks, unless it has
 * CAP_IPC_LOCK, and back to that process whoever unlocks.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <memory>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "child.hpp"
#include "part.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

constexpr uint32_t limit_pages = 16;

class MemlockTest : public ProbeTest {};

/// Become nobody in particular, with room for limit_pages pinned pages.
bool become_unprivileged(uid_t user = 1000)
{
	const rlimit limit = {limit_pages * page_size(), limit_pages * page_size()};
	return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 && setgid(user) == 0 && setuid(user) == 0;
}

uint32_t pages(uint32_t count)
{
	return count * static_cast<uint32_t>(page_size());
}

/// The new program of an exec: locks ten pages by the descriptor that it has. 0: that was refused.
const Part locks_ten("memlock-locks-ten", [](const Numbers &numbers) {
	const Probe client(videoport::Device::adopt(find_adapter(Place::probe_edu).value(),
						    static_cast<int>(numbers[0])));
	EXPECT_EQ(client.lock_buffer(Region::make(pages(10))), 0U);
});

} // namespace

TEST_F(MemlockTest, TheLimitItselfPasses)
{
	EXPECT_EQ(run_in_child([&] {
			  const Region region = Region::make(pages(limit_pages));
			  if (!become_unprivileged())
				  return 90;
			  const Handle mdl = probe.lock_buffer(region);
			  if (mdl == 0)
				  return 1;
			  probe.unlock_buffer(mdl);
			  return 0;
		  }),
		  0);
}

TEST_F(MemlockTest, OnePageMoreThanTheLimitIsRefused)
{
	expect_refused(probe.device(), {"memlock_limit", "LockBuffer", pages(limit_pages + 1)},
		       [&] {
			       EXPECT_EQ(run_in_child([&] {
						 const Region region =
							 Region::make(pages(limit_pages + 1));
						 if (!become_unprivileged())
							 return 90;
						 return probe.lock_buffer(region) == 0 ? 0 : 1;
					 }),
					 0);
		       });
}

TEST_F(MemlockTest, LockPagesIsBoundByTheLimitToo)
{
	expect_refused(probe.device(), {"memlock_limit", "LockPages", pages(limit_pages + 1)}, [&] {
		EXPECT_EQ(run_in_child([&] {
				  const Region region = Region::make(pages(limit_pages + 1));
				  if (!become_unprivileged())
					  return 90;
				  const auto locked = probe.lock_pages(region);
				  return !locked.locked && locked.vrp_untouched ? 0 : 1;
			  }),
			  0);
	});
}

TEST_F(MemlockTest, OneByteOnTheNextPageCountsAsAPage)
{
	expect_refused(probe.device(), {"memlock_limit", "LockBuffer", pages(limit_pages)}, [&] {
		EXPECT_EQ(run_in_child([&] {
				  const Region region = Region::make(pages(limit_pages), 1);
				  if (!become_unprivileged())
					  return 90;
				  return probe.lock_buffer(region) == 0 ? 0 : 1;
			  }),
			  0);
	});
}

TEST_F(MemlockTest, ChargesAddUpAndAnUnlockMakesRoom)
{
	expect_refused(probe.device(), {"memlock_limit", "LockBuffer", pages(7)}, [&] {
		EXPECT_EQ(run_in_child([&] {
				  const Region region = Region::make(pages(10));
				  if (!become_unprivileged())
					  return 90;
				  const Handle first = probe.lock_buffer(region);
				  if (first == 0)
					  return 1;
				  if (probe.lock_buffer(region.address(), pages(7)) != 0)
					  return 2;
				  const Handle second =
					  probe.lock_buffer(region.address(), pages(6));
				  if (second == 0)
					  return 3;
				  probe.unlock_buffer(first);
				  const Handle third = probe.lock_buffer(region);
				  if (third == 0)
					  return 4;
				  probe.unlock_buffer(second);
				  probe.unlock_buffer(third);
				  return 0;
			  }),
			  0);
	});
}

TEST_F(MemlockTest, AFailedLockGivesItsChargeBack)
{
	EXPECT_EQ(run_in_child([&] {
			  const Region region = Region::make(pages(limit_pages));
			  region.punch(limit_pages - 1, 1);
			  if (!become_unprivileged())
				  return 90;
			  for (int i = 0; i < 3; i++) {
				  if (probe.lock_buffer(region) != 0)
					  return 1;
			  }
			  const Handle mdl =
				  probe.lock_buffer(region.address(), pages(limit_pages - 1));
			  if (mdl == 0)
				  return 2;
			  probe.unlock_buffer(mdl);
			  return 0;
		  }),
		  0);
}

TEST_F(MemlockTest, WithCapIpcLockTheLimitDoesNotBindButThePagesAreCharged)
{
	EXPECT_EQ(run_in_child([&] {
			  const rlimit none = {0, 0};
			  if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
				  return 90;
			  const Region region = Region::make(pages(40));
			  const Handle mdl = probe.lock_buffer(region);
			  if (mdl == 0)
				  return 1;
			  const auto charged = videoport::pinned_kib();
			  probe.unlock_buffer(mdl);
			  return charged == pages(40) / 1024 && videoport::pinned_kib() == 0U ? 0
											      : 2;
		  }),
		  0);
}

TEST_F(MemlockTest, TheChargeGoesBackToTheProcessThatWasChargedWhoeverUnlocks)
{
	Shared<Handle> mdl;
	Child child([&](const Child::Inside &inside) {
		const Region region = Region::make(pages(12));
		*mdl = probe.lock_buffer(region);
		if (*mdl == 0)
			return 1;
		inside.ready();
		return videoport::pinned_kib() == 0U ? 0 : 2;
	});
	ASSERT_TRUE(child.wait_ready());
	const std::string pid = std::to_string(child.pid());
	EXPECT_EQ(videoport::pinned_kib(pid), 48U);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	probe.unlock_buffer(*mdl); // the same client: the child inherited its open node
	EXPECT_EQ(videoport::pinned_kib(pid), 0U);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	child.go_on();
	EXPECT_EQ(child.join(), 0);
}

TEST_F(MemlockTest, AProcessThatIsGoneBeforeItsLockIsUnlockedHarmsNothing)
{
	Shared<Handle> mdl;
	EXPECT_EQ(run_in_child([&] {
			  const Region region = Region::make(pages(12));
			  *mdl = probe.lock_buffer(region);
			  return *mdl != 0 ? 0 : 1;
		  }),
		  0);
	EXPECT_EQ(pins_held(), 12) << "the client is still open, here";
	probe.unlock_buffer(*mdl);
	EXPECT_EQ(pins_held(), 0);
}

TEST_F(MemlockTest, WhatSeveralProcessesOfAUserPinCountsTogether)
{
	auto locks_ten_as = [&](uid_t user) {
		return std::make_unique<Child>([this, user](const Child::Inside &inside) {
			const Region region = Region::make(pages(10));
			if (!become_unprivileged(user))
				return 90;
			const Handle mdl = probe.lock_buffer(region);
			inside.ready();
			if (mdl == 0)
				return 1;
			probe.unlock_buffer(mdl);
			return 0;
		});
	};
	const auto first = locks_ten_as(1000);
	ASSERT_TRUE(first->wait_ready());
	expect_refused(probe.device(), {"memlock_limit", "LockBuffer", pages(10)}, [&] {
		const auto second = locks_ten_as(1000);
		EXPECT_TRUE(second->wait_ready());
		second->go_on();
		EXPECT_EQ(second->join(), 1);
	});
	const auto another_user_s = locks_ten_as(1001);
	ASSERT_TRUE(another_user_s->wait_ready());
	EXPECT_EQ(pins_held(), 20);
	for (const auto *child : {&first, &another_user_s}) {
		(*child)->go_on();
		EXPECT_EQ((*child)->join(), 0);
	}
	const auto again = locks_ten_as(1000);
	ASSERT_TRUE(again->wait_ready());
	again->go_on();
	EXPECT_EQ(again->join(), 0) << "what was unlocked counts no more";
}

TEST_F(MemlockTest, AnExecDoesNotMakeRoomForMore)
{
	Child child([&](const Child::Inside &inside) {
		const int fd = fcntl(probe.device().fd(), F_DUPFD, 100);
		const Region region = Region::make(pages(10));
		if (!become_unprivileged() || probe.lock_buffer(region) == 0)
			return 90;
		inside.ready();
		return locks_ten.exec({static_cast<uint64_t>(fd)});
	});
	ASSERT_TRUE(child.wait_ready());
	// the node is open here, too: the old program's lock stays
	EXPECT_EQ(pins_held(), 10);
	expect_refused(probe.device(), {"memlock_limit", "LockBuffer", pages(10)}, [&] {
		child.go_on();
		EXPECT_EQ(child.join(), 0);
	});
	probe = Probe(place());
}
