// SPDX-License-Identifier: GPL-2.0
/*
 * Handles that are not valid, to every call that takes one: NULL, stale, forged, foreign, and of
 * the wrong kind. Each fails with the documented value, is counted and logged once, and touches
 * nothing.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <array>
#include <random>

#include "child.hpp"

using namespace integration;
using videoport::Region;

namespace {

/// A call that takes a handle, made with a bad one.
struct Call {
	const char *name; ///< as in the log
	bool takes_adapter; ///< the bad handle is a DMA adapter; else a locked buffer
	void (*make)(const Probe &probe, Handle adapter, Handle buffer);
};

const Call calls[] = {
	{"UnlockPages", false,
	 [](const Probe &probe, Handle, Handle buffer) {
		 EXPECT_EQ(probe.unlock_pages(buffer), 1U) << "always TRUE";
	 }},
	{"UnlockBuffer", false,
	 [](const Probe &probe, Handle, Handle buffer) { probe.unlock_buffer(buffer, 0); }},
	{"GetMdl", false,
	 [](const Probe &probe, Handle, Handle buffer) { EXPECT_EQ(probe.get_mdl(buffer), 0U); }},
	{"StartDma", false,
	 [](const Probe &probe, Handle adapter, Handle buffer) {
		 const auto started = probe.start_dma(adapter, buffer, 0, 16, true);
		 EXPECT_EQ(started.status, unsigned{ERROR_INVALID_PARAMETER});
		 EXPECT_EQ(probe.list(started.index).Calls, 0U) << "HwVidExecuteDma was called";
	 }},
	{"GET_VIDEO_SCATTERGATHER", false,
	 [](const Probe &probe, Handle, Handle buffer) {
		 EXPECT_TRUE(probe.scatter_gather(buffer).empty());
	 }},
	{"PutDmaAdapter", true,
	 [](const Probe &probe, Handle adapter, Handle) { probe.put_adapter(adapter); }},
	{"AllocateCommonBuffer", true,
	 [](const Probe &probe, Handle adapter, Handle) {
		 EXPECT_EQ(probe.allocate_common_buffer(adapter, 4096).pointer, 0U);
	 }},
	{"StartDma", true,
	 [](const Probe &probe, Handle adapter, Handle buffer) {
		 const auto started = probe.start_dma(adapter, buffer, 0, 16, true);
		 EXPECT_EQ(started.status, unsigned{ERROR_INVALID_PARAMETER});
		 EXPECT_EQ(probe.list(started.index).Calls, 0U) << "HwVidExecuteDma was called";
	 }},
};

// The first of them take buffers, which belong to a client; adapters belong to the miniport.
constexpr size_t buffer_calls = 5;

/// For each call: a valid adapter and a valid locked buffer, and the calls with bad ones.
class HandleTest : public ProbeTest, public testing::WithParamInterface<Call> {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		region_ = Region::make(8192);
		buffer_ = probe.lock_buffer(region_);
		ASSERT_NE(buffer_, 0U);
		ASSERT_NE(adapter(), 0U);
	}
	void TearDown() override
	{
		if (buffer_ != 0)
			probe.unlock_buffer(buffer_);
		ProbeTest::TearDown();
	}

	void expect_bad(Handle bad, const std::string &cause)
	{
		const auto make = [&] {
			GetParam().make(probe, GetParam().takes_adapter ? bad : adapter(),
					GetParam().takes_adapter ? buffer_ : bad);
		};
		SCOPED_TRACE(testing::Message() << "handle 0x" << std::hex << bad);
		expect_refused(probe.device(), {cause, GetParam().name, bad}, make);
	}

	/// A valid handle of the kind that the call takes.
	Handle valid() { return GetParam().takes_adapter ? adapter() : buffer_; }

	Region region_;
	Handle buffer_ = 0;
};

class BufferHandleTest : public HandleTest {};

} // namespace

TEST_P(HandleTest, NullFailsCleanly)
{
	expect_bad(0, "null_handle");
}

TEST_P(HandleTest, AStaleHandleFailsCleanly)
{
	Handle stale = 0;
	if (GetParam().takes_adapter) {
		stale = probe.get_adapter();
		probe.put_adapter(stale);
	} else {
		stale = probe.lock_buffer(region_);
		probe.unlock_buffer(stale);
	}
	expect_bad(stale, "stale_handle");
	// its slot is in use again
	const Handle next =
		GetParam().takes_adapter ? another_adapter({}) : probe.lock_buffer(region_);
	ASSERT_NE(next, stale);
	expect_bad(stale, "stale_handle");
	if (!GetParam().takes_adapter)
		probe.unlock_buffer(next);
}

TEST_P(HandleTest, ForgedHandlesFailCleanly)
{
	std::mt19937_64 random(1);
	for (const uint64_t forged : std::initializer_list<uint64_t>{
		     1, 0xffffffffffffffff, region_.address(), 0xffff888000001000,
		     0xffffffff81000000, random(), random(), valid() + 1, valid() - 1,
		     valid() ^ (1ULL << 40), valid() ^ (1ULL << 63), valid() + (1ULL << 28),
		     valid() & 0xffffffff})
		expect_bad(forged, "forged_handle|foreign_handle");
}

TEST_P(HandleTest, AHandleOfAnotherAdapterFailsCleanly)
{
	const Probe other(Place::probe_testdev);
	const Handle foreign =
		GetParam().takes_adapter ? other.get_adapter() : other.lock_buffer(region_);
	ASSERT_NE(foreign, 0U);
	expect_bad(foreign, "foreign_handle");
	if (GetParam().takes_adapter) {
		other.put_adapter(foreign);
	} else {
		EXPECT_EQ(live(other.device(), "locked_buffers"), 1U)
			<< "was unlocked from outside";
		other.unlock_buffer(foreign);
	}
}

TEST_P(BufferHandleTest, AHandleOfAnotherClientFailsCleanly)
{
	const Probe other(Place::probe_edu);
	const Handle foreign = other.lock_buffer(region_);
	ASSERT_NE(foreign, 0U);
	expect_bad(foreign, "foreign_handle");
	EXPECT_EQ(live(other.device(), "locked_buffers"), 2U) << "one of each client";
	other.unlock_buffer(foreign);
}

TEST_P(HandleTest, AHandleOfTheWrongKindFailsCleanly)
{
	expect_bad(GetParam().takes_adapter ? buffer_ : adapter(), "wrong_kind");
}

namespace {

const auto name_of_call = [](const auto &info) {
	return info.param.name + std::string(info.param.takes_adapter ? "Adapter" : "Buffer");
};

} // namespace

INSTANTIATE_TEST_SUITE_P(EveryCall, HandleTest, testing::ValuesIn(calls), name_of_call);
INSTANTIATE_TEST_SUITE_P(EveryCall, BufferHandleTest,
			 testing::ValuesIn(calls, calls + buffer_calls), name_of_call);

namespace {

class UnlockTest : public ProbeTest {
protected:
	Region region_ = Region::make(3 * videoport::page_size());
};

} // namespace

TEST_F(UnlockTest, UnlockingTwiceReturnsTrueAndReleasesOnce)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const Handle second = probe.lock_buffer(region_);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	for (int i = 0; i < 3; i++) {
		expect_refused(probe.device(), {"stale_handle", "UnlockPages", locked.handle}, [&] {
			EXPECT_EQ(probe.unlock_pages(locked.handle), 1U) << "always TRUE";
		});
	}
	EXPECT_EQ(pins_held(), 3) << "the other lock of the same memory";
	probe.unlock_buffer(second);
}

TEST_F(UnlockTest, AnotherProcessWithANodeOfItsOwnCannotUnlock)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	EXPECT_EQ(run_in_child([&] {
			  const Probe own(Place::probe_edu);
			  return own.unlock_pages(locked.handle) == 1 ? 0 : 1;
		  }),
		  0);
	EXPECT_EQ(pins_held(), 3);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	EXPECT_EQ(pins_held(), 0);
}

TEST_F(UnlockTest, AChildThatInheritedTheNodeIsTheSameClient)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	EXPECT_EQ(run_in_child([&] { return probe.unlock_pages(locked.handle) == 1 ? 0 : 1; }), 0);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(videoport::pinned_kib(), 0U) << "charged here, so given back here";
}

TEST_F(UnlockTest, ALockSurvivesForkAndTheCopyOfTheChildIsNotTheDevices)
{
	fill(region_.bytes(), 4);
	const Handle mdl = probe.lock_buffer(region_);
	ASSERT_NE(mdl, 0U);
	const auto before = videoport::physical_address(region_.data());
	EXPECT_EQ(run_in_child([&] {
			  region_.data()[0] = std::byte{0x77};
			  return videoport::physical_address(region_.data()) != before ? 0 : 1;
		  }),
		  0);
	region_.data()[1] = std::byte{0x55};
	EXPECT_EQ(videoport::physical_address(region_.data()), before)
		<< "the parent writes to the pages that are locked";
	probe.unlock_buffer(mdl);
}

TEST_F(UnlockTest, ThousandsOfForgedHandlesTouchNothing)
{
	const Handle mdl = probe.lock_buffer(region_);
	ASSERT_NE(mdl, 0U);
	std::mt19937_64 random(7);
	for (int i = 0; i < 3000; i++) {
		// most of them with the right upper bits
		const Handle forged = (mdl & ~0xfffffffULL) | (random() & 0xfffffff);
		if (forged == mdl)
			continue;
		EXPECT_EQ(probe.unlock_pages(i % 4 ? forged : random()), 1U);
	}
	EXPECT_EQ(pins_held(), 3);
	EXPECT_EQ(live(probe.device(), "locked_buffers"), 1U);
	probe.unlock_buffer(mdl);
}
