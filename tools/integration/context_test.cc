// SPDX-License-Identifier: GPL-2.0
/*
 * Calls from DPCs, the timer and the interrupt: what is allowed there works, what is not is
 * refused or finished later in process context; never a crash, never a leak.
 */
#include "probe.hpp"
#include "refusal.hpp"

using namespace integration;
using videoport::Region;

namespace {

struct Where {
	const char *name;
	PROBE_CONTEXT context;
};

class ContextTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		probe.call(ProbeStartTimer);
		ASSERT_NE(adapter(), 0U);
	}
	void TearDown() override
	{
		probe.call(ProbeStopTimer);
		ProbeTest::TearDown();
	}

	uint64_t violations() const { return live(probe.device(), "wrong_context"); }

	Region region_ = Region::make(5 * videoport::page_size());
};

/// DPC, timer and interrupt: nowhere there may anything be unlocked.
class LateUnlockTest : public ContextTest, public testing::WithParamInterface<Where> {};

/// DPC and timer: DISPATCH, where transfers may be started and completed.
class DispatchTest : public ContextTest, public testing::WithParamInterface<Where> {};

/// Everywhere but PASSIVE.
class NotPassiveTest : public ContextTest, public testing::WithParamInterface<Where> {};

const Where dispatch[] = {
	{"Dpc", ProbeDpc}, {"Timer", ProbeTimer}, {"SynchronizedLow", ProbeSynchronizedLow}};
const Where not_passive[] = {{"Dpc", ProbeDpc},
			     {"Timer", ProbeTimer},
			     {"Interrupt", ProbeInterrupt},
			     {"SynchronizedLow", ProbeSynchronizedLow},
			     {"SynchronizedHigh", ProbeSynchronizedHigh}};

const auto name_of_place = [](const auto &info) { return std::string(info.param.name); };

} // namespace

TEST_P(LateUnlockTest, UnlockPagesReturnsTrueAndReleasesInProcessContextLater)
{
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const uint64_t before = violations();
	EXPECT_EQ(probe.call(ProbeUnlockPages, {locked.handle}, GetParam().context).Result, 1U);
	EXPECT_EQ(violations(), before + 1);
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "locked_buffers") == 0; }));
	expect_refused(probe.device(), {"stale_handle", "UnlockPages", locked.handle},
		       [&] { EXPECT_EQ(probe.unlock_pages(locked.handle), 1U); });
}

TEST_P(LateUnlockTest, UnlockBufferReleasesInProcessContextLater)
{
	const Handle mdl = probe.lock_buffer(region_);
	ASSERT_NE(mdl, 0U);
	const uint64_t before = violations();
	probe.call(ProbeUnlockBuffer, {mdl, 0}, GetParam().context);
	EXPECT_EQ(violations(), before + 1);
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
}

TEST_P(LateUnlockTest, UnlockPagesInFlightReleasesAfterTheTransfer)
{
	const Handle mdl = probe.lock_buffer(region_);
	const auto started = probe.start_dma(adapter(), mdl, 0, 4096, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	EXPECT_EQ(probe.call(ProbeUnlockPages, {mdl}, GetParam().context).Result, 1U);
	EXPECT_EQ(pins_held(), 5);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
}

TEST_P(LateUnlockTest, AForgedHandleIsRefusedThereToo)
{
	expect_refused(probe.device(), {"forged_handle", "UnlockPages", 0x1234567}, [&] {
		EXPECT_EQ(probe.call(ProbeUnlockPages, {0x1234567}, GetParam().context).Result, 1U);
	});
}

INSTANTIATE_TEST_SUITE_P(In, LateUnlockTest,
			 testing::Values(not_passive[0], not_passive[1], not_passive[2]),
			 name_of_place);

TEST_P(DispatchTest, StartDmaAndCompleteDmaWork)
{
	const Handle mdl = probe.lock_buffer(region_);
	expect_accepted(probe.device(), [&] {
		const auto answer = probe.call(ProbeStartDma, {adapter(), mdl, 100, 9000, 0, true},
					       GetParam().context);
		ASSERT_EQ(answer.Result, unsigned{NO_ERROR});
		EXPECT_EQ(answer.Irql, dispatch_level);
		const auto list = probe.list(static_cast<uint32_t>(answer.Out[0]));
		EXPECT_EQ(list.Irql, dispatch_level);
		expect_covers(elements(list), region_.data() + 100, 9000);
		EXPECT_EQ(probe.call(ProbeCompleteDma, {adapter(), answer.Out[2], true},
				     GetParam().context)
				  .Result,
			  unsigned{NO_ERROR});
	});
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
	probe.unlock_buffer(mdl);
}

TEST_P(DispatchTest, TheLastTransferOfAnUnlockedBufferMayCompleteThere)
{
	const Handle mdl = probe.lock_buffer(region_);
	const auto started = probe.start_dma(adapter(), mdl, 0, 4096, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	probe.unlock_buffer(mdl);
	EXPECT_EQ(pins_held(), 5);
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(probe.call(ProbeCompleteDma, {adapter(), started.list, false},
				     GetParam().context)
				  .Result,
			  unsigned{NO_ERROR});
	});
	EXPECT_TRUE(eventually([] { return pins_held() == 0; })) << "unpinned in process context";
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "locked_buffers") == 0; }));
}

INSTANTIATE_TEST_SUITE_P(In, DispatchTest, testing::ValuesIn(dispatch), name_of_place);

TEST_P(NotPassiveTest, NothingCanBeLocked)
{
	expect_refused(probe.device(), {"wrong_context", "LockBuffer", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeLockBuffer,
				     {region_.address(), 4096, uint64_t{VpModifyAccess}},
				     GetParam().context)
				  .Result,
			  0U);
	});
	expect_refused(probe.device(), {"wrong_context", "LockPages", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeLockPages,
				     {region_.address(), 4096, uint64_t{VideoPortDmaInitOnly}},
				     GetParam().context)
				  .Result,
			  0U);
	});
}

TEST_P(NotPassiveTest, NoAdapterAndNoCommonBufferIsToBeHad)
{
	expect_refused(probe.device(), {"wrong_context", "GetDmaAdapter", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeGetDmaAdapter, {3, 4096}, GetParam().context).Result, 0U);
	});
	expect_refused(probe.device(), {"wrong_context", "AllocateCommonBuffer", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeAllocateCommonBuffer, {adapter(), 4096, 0},
				     GetParam().context)
				  .Result,
			  0U);
	});
	expect_refused(probe.device(), {"wrong_context", "GetCommonBuffer", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeGetCommonBuffer, {4096, 0, 0}, GetParam().context).Result,
			  0U);
	});
}

TEST_P(NotPassiveTest, ACommonBufferIsReleasedInProcessContextLater)
{
	const auto before = live(probe.device(), "common_buffers");
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const uint64_t counted = violations();
	ASSERT_EQ(live(probe.device(), "common_buffers"), before + 1);
	probe.call(ProbeReleaseCommonBuffer, {adapter(), 4096, buffer.logical, buffer.pointer, 0},
		   GetParam().context);
	EXPECT_EQ(violations(), counted + 1);
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "common_buffers") == before; }));
	expect_refused(probe.device(), {"common_buffer_mismatch", "ReleaseCommonBuffer", {}},
		       [&] { probe.release_common_buffer(adapter(), buffer); });
}

INSTANTIATE_TEST_SUITE_P(In, NotPassiveTest, testing::ValuesIn(not_passive), name_of_place);

TEST_F(ContextTest, StartDmaInAnInterruptIsRefused)
{
	const Handle mdl = probe.lock_buffer(region_);
	for (const auto context : {ProbeInterrupt, ProbeSynchronizedHigh}) {
		expect_refused(probe.device(), {"wrong_context", "StartDma", {}}, [&] {
			EXPECT_NE(probe.call(ProbeStartDma, {adapter(), mdl, 0, 100, 0, true},
					     context)
					  .Result,
				  unsigned{NO_ERROR});
		});
	}
	probe.unlock_buffer(mdl);
}

TEST_F(ContextTest, CompleteDmaInAnInterruptIsFinishedLater)
{
	const Handle mdl = probe.lock_buffer(region_);
	const auto started = probe.start_dma(adapter(), mdl, 0, 4096, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	const uint64_t before = violations();
	probe.call(ProbeCompleteDma, {adapter(), started.list, false}, ProbeInterrupt);
	EXPECT_EQ(violations(), before + 1);
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "transfers") == 0; }));
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
	probe.unlock_buffer(mdl);
}

TEST_F(ContextTest, UnlockPagesOutsideARequestIsAViolationEvenForAMiniportsOwnHandle)
{
	// a client's handle, unlocked by the DPC while no request is served, is released all the same
	const auto locked = probe.lock_pages(region_);
	ASSERT_TRUE(locked.locked);
	const uint64_t before = violations();
	probe.call(ProbeUnlockPages, {locked.handle}, ProbeDpc);
	EXPECT_EQ(violations(), before + 1);
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	EXPECT_EQ(videoport::pinned_kib(), 0U) << "uncharged from the process that was charged";
}
