// SPDX-License-Identifier: GPL-2.0
/*
 * The small parts of the core, each by itself: counters and their log, lists, the pool, the queue of
 * DPCs, owners and references, locks.
 */
#include <gtest/gtest.h>

#include "core/counters.h"
#include "core/dpc_queue.h"
#include "core/list.h"
#include "core/lock.h"
#include "core/memory.h"
#include "core/pool.h"
#include "../platform/arena.hpp"
#include "../platform/device.hpp"
#include "../platform/fail.hpp"
#include "../platform/machine.hpp"

using namespace sim;

namespace {

/* ---- Counters ---- */

TEST(CountersTest, EachHasANameAndAValue)
{
	Machine machine;
	vp::Counters counters(nullptr);

	counters.add(vp::Counter::Locked);
	counters.add(vp::Counter::PinnedPages, 10);
	counters.sub(vp::Counter::PinnedPages, 3);
	EXPECT_EQ(counters.value(vp::Counter::Locked), 1u);
	EXPECT_EQ(counters.value(vp::Counter::PinnedPages), 7u);
	EXPECT_STREQ(vp::counter_name(vp::Counter::PinnedPages), "pinned_pages");

	unsigned int names = 0;

	while (const char *name = vp_core_counter_name(names)) {
		EXPECT_NE(*name, 0);
		names++;
	}
	EXPECT_EQ(names, static_cast<unsigned int>(vp::Counter::Count));
	EXPECT_EQ(vp_core_counter_name(~0u), nullptr);
}

TEST(CountersTest, ARefusalIsCountedAlwaysAndLoggedOncePerInterval)
{
	MachineConfig config;

	config.log_interval_ms = 1000;

	Machine machine(config);
	vp::Counters counters(nullptr);
	auto refuse = [&](vp::Counter cause) { counters.refuse(cause, "because of %d", 7); };

	for (unsigned int i = 0; i < 5; i++)
		refuse(vp::Counter::BadLength);
	EXPECT_EQ(machine.log_lines, 1u);
	EXPECT_TRUE(machine.logged("because of 7"));
	machine.clock_ms += 999;
	refuse(vp::Counter::BadLength);
	EXPECT_EQ(machine.log_lines, 1u);
	refuse(vp::Counter::BadAddress); /* another cause */
	EXPECT_EQ(machine.log_lines, 2u);
	machine.clock_ms += 1;
	refuse(vp::Counter::BadLength);
	EXPECT_EQ(machine.log_lines, 3u);
	EXPECT_EQ(counters.value(vp::Counter::BadLength), 7u);
}

TEST(CountersTest, WithoutAnIntervalEachIsLogged)
{
	Machine machine;
	vp::Counters counters(nullptr);

	for (unsigned int i = 0; i < 5; i++)
		counters.refuse(vp::Counter::BadLength, "again");
	EXPECT_EQ(machine.log_lines, 5u);
}

/* ---- Lists ---- */

struct Linked {
	int value;
	vp::Link<Linked> link{this};
};

TEST(ListTest, KeepsItsOrderAndForgetsWhatIsUnlinked)
{
	vp::List<Linked> list;
	Linked a{1}, b{2}, c{3};
	auto sum = [&] {
		int digits = 0;

		list.each([&](Linked &each) {
			digits = digits * 10 + each.value;
			return true;
		});
		return digits;
	};

	EXPECT_TRUE(list.empty());
	EXPECT_EQ(list.front(), nullptr);
	for (Linked *each : {&a, &b, &c})
		list.push_back(each->link);
	EXPECT_EQ(sum(), 123);
	b.link.unlink();
	EXPECT_FALSE(b.link.linked());
	EXPECT_EQ(sum(), 13);
	b.link.unlink(); /* no harm */
	list.push_back(b.link);
	EXPECT_EQ(sum(), 132);
	EXPECT_EQ(list.front(), &a);
	EXPECT_EQ(list.find([](const Linked &each) { return each.value == 3; }), &c);
	EXPECT_EQ(list.find([](const Linked &each) { return each.value == 4; }), nullptr);
	/* an object may take itself out while it is visited, and ends by itself */
	list.each([](Linked &each) {
		each.link.unlink();
		return each.value != 3;
	});
	EXPECT_EQ(sum(), 2);
	{
		Linked d{4};

		list.push_back(d.link);
		EXPECT_EQ(sum(), 24);
	}
	EXPECT_EQ(sum(), 2);
}

/* ---- The pool ---- */

class PoolTest : public testing::Test {
protected:
	uint64_t address(const void *memory) { return reinterpret_cast<uintptr_t>(memory); }

	Machine machine;
	vp::SpinLock lock{VP_LOCK_PORT};
	vp::Counters counters{nullptr};
	vp_device device;
	vp::Pool pool{&device, lock, counters};

	bool give_back(void *memory, vp::Owner owner = vp::miniport_owner)
	{
		return pool.free(memory, vp_context_now(), owner);
	}
};

TEST_F(PoolTest, KnowsWhatLiesInsideAnAllocation)
{
	auto *memory = static_cast<char *>(pool.allocate(100, VP_PASSIVE));
	uint64_t at = address(memory);

	ASSERT_TRUE(memory);
	for (unsigned int i = 0; i < 100; i++)
		EXPECT_EQ(memory[i], 0);
	EXPECT_EQ(counters.value(vp::Counter::Allocations), 1u);
	EXPECT_TRUE(pool.find(at, 100));
	EXPECT_TRUE(pool.find(at + 99, 1));
	EXPECT_FALSE(pool.find(at + 99, 2));
	EXPECT_FALSE(pool.find(at - 1, 2));
	EXPECT_FALSE(pool.find(at, 101));
	EXPECT_FALSE(pool.find(at + 1, ~0ull));
	EXPECT_FALSE(pool.find(at + 50, ~0ull - 10));
	EXPECT_FALSE(give_back(memory + 1));
	EXPECT_FALSE(give_back(nullptr));
	EXPECT_TRUE(give_back(memory));
	EXPECT_FALSE(give_back(memory));
	EXPECT_FALSE(pool.find(at, 1));
	EXPECT_EQ(arena::live_blocks(), 0u);
}

TEST_F(PoolTest, WhatIsHeldIsFreedLater)
{
	void *memory = pool.allocate(100, VP_PASSIVE);
	auto held = pool.find(address(memory), 1);

	EXPECT_TRUE(give_back(memory));
	EXPECT_EQ(counters.value(vp::Counter::Allocations), 1u);
	held = {};
	EXPECT_EQ(counters.value(vp::Counter::Allocations), 0u);
	EXPECT_EQ(arena::live_blocks(), 0u);
}

TEST_F(PoolTest, WithoutMemoryThereIsNoneAndNothingIsLost)
{
	for (unsigned int n = 1; n <= 2; n++) {
		FailAt fail(n);

		EXPECT_EQ(pool.allocate(100, VP_PASSIVE), nullptr);
		EXPECT_TRUE(fail.hit());
		EXPECT_EQ(arena::live_blocks(), 0u);
	}
	EXPECT_EQ(pool.allocate(1ull << 40, VP_PASSIVE), nullptr);
	EXPECT_EQ(arena::live_blocks(), 0u);
}

TEST_F(PoolTest, InAnInterruptItIsFreedLater)
{
	void *memory = pool.allocate(20000, VP_PASSIVE);

	{
		InHardirq here;

		EXPECT_TRUE(give_back(memory));
		EXPECT_FALSE(give_back(memory));
	}
	EXPECT_FALSE(pool.find(address(memory), 1));
	EXPECT_EQ(counters.value(vp::Counter::Allocations), 1u);
	EXPECT_TRUE(device.work_pending);
	pool.work();
	EXPECT_EQ(arena::live_blocks(), 0u);
	device.work_pending = false;
}

TEST_F(PoolTest, WhatIsTheMiniportsGoesWithIt)
{
	constexpr vp::Owner client = 7;
	void *buffer = pool.allocate(100, VP_PASSIVE, client);

	for (unsigned int i = 1; i < 20; i++)
		EXPECT_TRUE(pool.allocate(i * 500, VP_PASSIVE));
	pool.miniport_gone();
	EXPECT_EQ(arena::live_blocks(), 2u) << "the client's, and what describes it";
	EXPECT_FALSE(give_back(buffer));
	EXPECT_TRUE(give_back(buffer, client));
	EXPECT_EQ(arena::live_blocks(), 0u);
}

/* ---- The queue of DPCs ---- */

TEST(DpcQueueTest, KeepsOrderRefusesTwinsAndItsFullness)
{
	Machine machine;
	vp::SpinLock lock{VP_LOCK_PORT};
	vp::DpcQueue queue(lock);
	char contexts[40];
	vp::Dpc dpc{};
	auto push = [&](unsigned int i) { return queue.push({nullptr, &contexts[i]}); };

	EXPECT_FALSE(queue.pop(dpc));
	/* around the ring several times */
	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int i = 0; i < 32; i++) {
			EXPECT_EQ(push(i), vp::DpcQueue::Queued::Yes);
			EXPECT_EQ(push(i / 2), vp::DpcQueue::Queued::Already);
		}
		EXPECT_EQ(push(33), vp::DpcQueue::Queued::Full);
		for (unsigned int i = 0; i < 32; i++) {
			EXPECT_TRUE(queue.pop(dpc));
			EXPECT_EQ(dpc.context, &contexts[i]);
		}
		EXPECT_FALSE(queue.pop(dpc));
		EXPECT_EQ(push(round), vp::DpcQueue::Queued::Yes);
		EXPECT_TRUE(queue.pop(dpc));
	}
}

/* ---- Owners and references ---- */

struct Counted : vp::Referenced {
	explicit Counted(int &gone) : gone_(gone) {}
	~Counted() { gone_++; }
	void last_reference_dropped() { vp::destroy(this); }

	int &gone_;
};

TEST(MemoryTest, AnOwnerDestroysOnce)
{
	Machine machine;
	int gone = 0;

	{
		vp::Owned<Counted> owner(vp::create<Counted>(gone));
		vp::Owned<Counted> next(std::move(owner));

		EXPECT_FALSE(owner);
		EXPECT_TRUE(next);
		next = vp::Owned<Counted>(vp::create<Counted>(gone));
		EXPECT_EQ(gone, 1);
	}
	EXPECT_EQ(gone, 2);
	EXPECT_EQ(arena::live_blocks(), 0u);

	FailAt fail(1);

	EXPECT_EQ(vp::create<Counted>(gone), nullptr);
}

TEST(MemoryTest, TheLastReferenceDestroys)
{
	Machine machine;
	int gone = 0;

	{
		auto first = vp::Ref<Counted>::adopt(vp::create<Counted>(gone));
		auto second = vp::Ref<Counted>::share(first.get());

		first = {};
		EXPECT_EQ(gone, 0);
		first = std::move(second);
		EXPECT_EQ(gone, 0);
	}
	EXPECT_EQ(gone, 1);
	EXPECT_EQ(arena::live_blocks(), 0u);
}

TEST(GuardTest, GuardsReleaseWhatTheyTook)
{
	Machine machine;
	vp::SpinLock lock{VP_LOCK_PORT};
	vp::Mutex mutex{VP_MUTEX_MASK};

	{
		vp::SpinGuard guard(lock);

		EXPECT_EQ(vp_context_now(), VP_DIRQL);
	}
	{
		vp::DispatchGuard outer, inner;

		EXPECT_EQ(vp_context_now(), VP_DISPATCH);
	}
	EXPECT_EQ(vp_context_now(), VP_PASSIVE);
	{
		vp::MutexGuard guard(mutex, vp::MutexGuard::Killable);

		EXPECT_EQ(guard.error(), 0);
	}
	{
		FailAt fail(1);
		vp::MutexGuard guard(mutex, vp::MutexGuard::Killable);

		EXPECT_EQ(guard.error(), -VP_EINTR);
	}
	vp::MutexGuard guard(mutex, vp::MutexGuard::Uninterruptible);

	EXPECT_EQ(guard.error(), 0);
}

} // namespace
