// SPDX-License-Identifier: GPL-2.0
/*
 * A miniport's spin locks when it names wrong ones. What right ones do is in context_test.cc.
 */
#include <set>

#include "bench.hpp"

using namespace sim;

namespace {

class SpinLockTest : public BenchTest {
protected:
	PSPIN_LOCK make()
	{
		PSPIN_LOCK lock = nullptr;

		EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &lock), NO_ERROR);
		return lock;
	}
	void acquire(PSPIN_LOCK lock)
	{
		VideoPortAcquireSpinLock(bench.extension(), lock, &level_);
	}
	void release(PSPIN_LOCK lock) { VideoPortReleaseSpinLock(bench.extension(), lock, level_); }
	VP_STATUS remove(PSPIN_LOCK lock)
	{
		return VideoPortDeleteSpinLock(bench.extension(), lock);
	}
	uint64_t refused() const { return bench.counter("bad_parameter"); }

	UCHAR level_ = 0;
};

TEST_F(SpinLockTest, AWrongPointerIsNotLookedAt)
{
	PSPIN_LOCK lock = make();
	auto *inside = reinterpret_cast<PSPIN_LOCK>(reinterpret_cast<char *>(lock) + 8);
	auto *unused = reinterpret_cast<PSPIN_LOCK>(reinterpret_cast<char *>(lock) + 4096);
	uint64_t before = refused();

	for (PSPIN_LOCK wrong : {PSPIN_LOCK(nullptr), reinterpret_cast<PSPIN_LOCK>(0x10), inside,
				 unused, reinterpret_cast<PSPIN_LOCK>(~0ull)}) {
		acquire(wrong);
		EXPECT_EQ(context_of(current()), VP_DISPATCH) << "what follows runs as it should";
		release(wrong);
		EXPECT_EQ(context_of(current()), VP_PASSIVE);
		EXPECT_EQ(remove(wrong), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(refused(), before += 3);
	}
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, ALockThatWasDeletedIsRefused)
{
	PSPIN_LOCK lock = make();

	EXPECT_EQ(remove(lock), NO_ERROR);
	EXPECT_EQ(remove(lock), ERROR_INVALID_PARAMETER);
	acquire(lock);
	release(lock);
	EXPECT_EQ(refused(), 3u);
	EXPECT_EQ(context_of(current()), VP_PASSIVE);
}

TEST_F(SpinLockTest, ALockThatIsHeldIsNotDeleted)
{
	PSPIN_LOCK lock = make();

	acquire(lock);
	EXPECT_EQ(remove(lock), ERROR_INVALID_PARAMETER);
	EXPECT_TRUE(bench.machine->logged("the lock is held"));
	release(lock);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, ALockThatIsNotHeldIsNotReleased)
{
	PSPIN_LOCK lock = make();

	release(lock);
	EXPECT_EQ(refused(), 1u);
	acquire(lock);
	release(lock);
	release(lock);
	EXPECT_EQ(refused(), 2u);
	EXPECT_EQ(context_of(current()), VP_PASSIVE);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, AWrongPairBringsTheProcessorBack)
{
	PSPIN_LOCK lock = make();

	acquire(nullptr);
	release(lock);
	EXPECT_EQ(context_of(current()), VP_PASSIVE);
	EXPECT_EQ(refused(), 2u);
	acquire(nullptr);
	release(nullptr);
	EXPECT_EQ(context_of(current()), VP_PASSIVE);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, ASecondReleaseInADpcDoesNotTakeItsLevelAway)
{
	PSPIN_LOCK lock = make();

	bench.in_dpc([&] {
		acquire(lock);
		release(lock);
		release(lock);
		EXPECT_EQ(context_of(current()), VP_DISPATCH);
	});
	EXPECT_EQ(refused(), 1u);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, InAnInterruptNothingIsLocked)
{
	PSPIN_LOCK lock = make();

	bench.in_interrupt([&] {
		acquire(lock);
		release(lock);
	});
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

TEST_F(SpinLockTest, ThereMayBeMany)
{
	std::set<PSPIN_LOCK> all;

	for (unsigned int i = 0; i < 48; i++) /* so that every place is taken */
		all.insert(make());
	EXPECT_EQ(all.size(), 48u);
	for (PSPIN_LOCK lock : all) {
		acquire(lock);
		release(lock);
	}
	EXPECT_EQ(remove(*all.begin()), NO_ERROR);
	EXPECT_EQ(make(), *all.begin()) << "the place is free again";
	EXPECT_EQ(refused(), 0u);
	/* what is not deleted goes with the adapter */
}

TEST_F(SpinLockTest, AnotherAdaptersLockIsRefused)
{
	PSPIN_LOCK lock = make();

	VideoPortAcquireSpinLock(bench.extension(1), lock, &level_);
	VideoPortReleaseSpinLock(bench.extension(1), lock, level_);
	EXPECT_EQ(bench.counter("bad_parameter", 1), 2u);
	EXPECT_EQ(VideoPortDeleteSpinLock(bench.extension(1), lock), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(remove(lock), NO_ERROR);
}

} // namespace
