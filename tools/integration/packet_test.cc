// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA: LockPages with the flags that start a DMA, DoDma, and what goes with a handle. No
 * device works here: see edu_nt4_test.cc. What ends a DMA is in packet_end_test.cc.
 */
#include "packet.hpp"

using namespace integration;

/* ---- LockPages and DoDma ---- */

TEST_F(PacketTest, LockPagesWithInitOnlyCallsNoHwStartDma)
{
	Handle dma = 0;
	expect_accepted(probe.device(), [&] { dma = lock(); });
	EXPECT_EQ(probe.start_dma_seen().calls, 0U);
	expect_idle(dma);
	unlock(dma);
}

TEST_F(PacketTest, LockPagesThatKeepsStartsADmaAndReturnsTheHandle)
{
	const uint64_t started = counted("started"), completed = counted("completed");
	probe.choose_start_dma(DmaSyncReturn);
	LockedPages locked;
	expect_accepted(probe.device(),
			[&] { locked = probe.lock_pages(region_.address(), 10000, keep); });
	ASSERT_TRUE(locked.locked);
	const SeenStart seen = probe.start_dma_seen();
	EXPECT_EQ(seen.calls, 1U);
	EXPECT_EQ(seen.handle, locked.handle);
	EXPECT_EQ(seen.irql, passive_level);
	EXPECT_EQ(seen.bytes_used, 10000U) << "at first all that is locked";
	EXPECT_EQ(seen.context, 0U);
	EXPECT_EQ(locked.list_bytes, probe.scatter_gather(locked.handle).size() * sizeof(VRB_SG));
	EXPECT_EQ(counted("started"), started + 1);
	EXPECT_EQ(counted("completed"), completed + 1);
	unlock(locked.handle);
}

TEST_F(PacketTest, LockPagesThatUnlocksAfterASynchronousDmaLeavesNothingLocked)
{
	probe.choose_start_dma(DmaSyncReturn);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(lock(unlock_after), 0U); });
	EXPECT_EQ(probe.start_dma_seen().calls, 1U);
	expect_unlocked(probe.start_dma_seen().handle);
}

TEST_F(PacketTest, LockPagesThatCannotLockCallsNoHwStartDma)
{
	for (const uint32_t flags : {keep, unlock_after}) {
		expect_refused(probe.device(), {"bad_address", "LockPages", 0x1000}, [&] {
			const auto locked = probe.lock_pages(0x1000, 4096, flags);
			EXPECT_FALSE(locked.locked);
			EXPECT_TRUE(locked.vrp_untouched);
		});
	}
	EXPECT_EQ(probe.start_dma_seen().calls, 0U);
}

TEST_F(PacketTest, UnknownFlagsOfLockPagesGiveFalseHereToo)
{
	for (const uint32_t flags : {0U, 4U, 0xffffffffU}) {
		const auto locked = probe.lock_pages(region_.address(), 4096, flags);
		EXPECT_FALSE(locked.locked) << flags;
		EXPECT_TRUE(locked.vrp_untouched);
	}
	EXPECT_EQ(probe.start_dma_seen().calls, 0U);
}

TEST_F(PacketTest, DoDmaThatKeepsReturnsTheHandleAndOneThatUnlocksReturnsNull)
{
	const Handle dma = lock();
	probe.choose_start_dma(DmaSyncReturn);
	expect_accepted(probe.device(), [&] {
		for (int i = 0; i < 3; i++)
			EXPECT_EQ(probe.do_dma(dma), dma);
	});
	expect_idle(dma);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(probe.do_dma(dma, unlock_after), 0U); });
	EXPECT_EQ(probe.start_dma_seen().calls, 4U);
	expect_unlocked(dma);
}

TEST_F(PacketTest, DoDmaWithAFlagThatStartsNoneIsRefused)
{
	const Handle dma = lock();
	for (const uint32_t flags : {unsigned{VideoPortDmaInitOnly}, 0U, 4U}) {
		expect_refused(probe.device(), {"bad_parameter", "DoDma", flags},
			       [&] { EXPECT_EQ(probe.do_dma(dma, flags), 0U); });
	}
	EXPECT_EQ(probe.start_dma_seen().calls, 0U);
	expect_idle(dma);
	unlock(dma);
}

TEST_F(PacketTest, DoDmaWhileADmaRunsIsRefused)
{
	const Handle dma = lock(keep);
	expect_refused(probe.device(), {"overlap", "DoDma", dma},
		       [&] { EXPECT_EQ(probe.do_dma(dma), 0U); });
	EXPECT_EQ(probe.start_dma_seen().calls, 1U);
	EXPECT_EQ(counted("transfers"), 1U) << "the first goes on";
	EXPECT_EQ(probe.signal(dma), 1U);
	EXPECT_EQ(probe.do_dma(dma), dma) << "and then the next may";
	EXPECT_EQ(probe.signal(dma), 1U);
	unlock(dma);
}

TEST_F(PacketTest, DoDmaAndStartDmaOnOneHandleExcludeEachOther)
{
	const Handle dma = lock(), by = adapter();
	const auto started = probe.start_dma(by, dma, 0, 100, true);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	expect_refused(probe.device(), {"overlap", "DoDma", dma},
		       [&] { EXPECT_EQ(probe.do_dma(dma), 0U); });
	EXPECT_EQ(probe.complete_dma(by, started.list, true), unsigned{NO_ERROR});
	EXPECT_EQ(probe.do_dma(dma), dma);
	expect_refused(probe.device(), {"overlap", "StartDma", {}}, [&] {
		EXPECT_EQ(probe.start_dma(by, dma, 8192, 100, true).status,
			  unsigned{ERROR_INVALID_PARAMETER});
	});
	EXPECT_EQ(probe.signal(dma), 1U);
	unlock(dma);
}

TEST_F(PacketTest, DoDmaOnAHandleOfLockBufferIsRefused)
{
	const Handle mdl = probe.lock_buffer(region_);
	expect_refused(probe.device(), {"bad_parameter", "DoDma", mdl},
		       [&] { EXPECT_EQ(probe.do_dma(mdl), 0U); });
	probe.unlock_buffer(mdl);
}

TEST_F(PacketTest, DmaRunsOnSeveralHandlesAtOnceAndEndsInAnyOrder)
{
	std::vector<Handle> handles;
	for (int i = 0; i < 6; i++)
		handles.push_back(lock(i % 2 ? keep : unlock_after));
	EXPECT_EQ(counted("transfers"), 6U);
	for (const size_t i : {4U, 1U, 0U, 5U, 3U, 2U})
		EXPECT_EQ(probe.signal(handles[i]), 1U);
	EXPECT_EQ(counted("transfers"), 0U);
	EXPECT_EQ(pins_held(), 15);
	for (const size_t i : {1U, 3U, 5U})
		unlock(handles[i]);
}

TEST_F(PacketTest, DoDmaAtDispatchCallsHwStartDmaThereAndAtDirqlIsRefused)
{
	const Handle dma = lock();
	probe.choose_start_dma(DmaSyncReturn);
	for (const auto context : {ProbeDpc, ProbeSynchronizedLow}) {
		expect_accepted(probe.device(),
				[&] { EXPECT_EQ(probe.do_dma(dma, keep, context), dma); });
		EXPECT_EQ(probe.start_dma_seen().irql, dispatch_level);
	}
	for (const auto context : {ProbeInterrupt, ProbeSynchronizedHigh}) {
		expect_refused(probe.device(), {"wrong_context", "DoDma", {}},
			       [&] { EXPECT_EQ(probe.do_dma(dma, keep, context), 0U); });
	}
	EXPECT_EQ(probe.start_dma_seen().calls, 2U);
	EXPECT_EQ(probe.do_dma(dma, unlock_after, ProbeDpc), 0U);
	expect_unlocked(dma);
}

TEST_F(PacketTest, TheLockingFlagsAreForRequestsOnly)
{
	for (const uint32_t flags : {keep, unlock_after}) {
		for (const auto context : {ProbeDpc, ProbeInterrupt, ProbeSynchronizedHigh}) {
			expect_refused(probe.device(), {"wrong_context", "LockPages", {}}, [&] {
				EXPECT_EQ(probe.call(ProbeLockPages,
						     {region_.address(), 4096, flags}, context)
						  .Result,
					  0U);
			});
		}
	}
	EXPECT_EQ(probe.start_dma_seen().calls, 0U);
}

/* ---- What goes with a handle ---- */

TEST_F(PacketTest, EveryHandleKeepsItsOwnContext)
{
	const Handle first = lock(), second = lock();
	EXPECT_EQ(probe.call(ProbeGetDmaContext, {first}).Result, 0U);
	probe.call(ProbeSetDmaContext, {first, 0xffff888012345678});
	probe.call(ProbeSetDmaContext, {second, 42}, ProbeInterrupt);
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeInterrupt})
		EXPECT_EQ(probe.call(ProbeGetDmaContext, {first}, context).Result,
			  0xffff888012345678U);
	probe.choose_start_dma(DmaSyncReturn);
	EXPECT_EQ(probe.do_dma(second), second);
	EXPECT_EQ(probe.start_dma_seen().context, 42U);
	unlock(first);
	unlock(second);
}

TEST_F(PacketTest, BytesUsedAreThoseOfTheNextDma)
{
	const auto all = static_cast<uint32_t>(region_.size());
	const Handle dma = lock();
	EXPECT_EQ(probe.bytes_used(dma), all);
	expect_accepted(probe.device(), [&] {
		for (const uint32_t bytes : {1U, 0U, 5000U, all}) {
			probe.set_bytes_used(dma, bytes);
			EXPECT_EQ(probe.bytes_used(dma), bytes);
			EXPECT_EQ(probe.do_dma(dma), dma);
			EXPECT_EQ(probe.start_dma_seen().bytes_used, bytes);
			EXPECT_EQ(probe.signal(dma), 1U);
		}
	});
	probe.set_bytes_used(dma, 77);
	for (const uint32_t bytes : {all + 1, 0xffffffffU}) {
		expect_refused(probe.device(), {"bad_length", "SetBytesUsed", bytes},
			       [&] { probe.set_bytes_used(dma, bytes); });
	}
	EXPECT_EQ(probe.bytes_used(dma), 77U) << "as it was";
	unlock(dma);
}

TEST_F(PacketTest, GetMdlOfAPacketHandleCanBeUnlockedAsABuffer)
{
	const Handle dma = lock(keep);
	EXPECT_EQ(probe.get_mdl(dma), dma);
	EXPECT_EQ(probe.signal(dma), 1U);
	expect_accepted(probe.device(), [&] { probe.unlock_buffer(dma); });
	expect_unlocked(dma);
}

TEST_F(PacketTest, AHandleWithoutMemoryCanRunADma)
{
	Handle dma = 0;
	expect_accepted(probe.device(), [&] {
		dma = probe.call(ProbeAssociateEvents, {0, 0, 0}).Result;
	});
	ASSERT_NE(dma, 0U);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(probe.bytes_used(dma), 0U);
	EXPECT_TRUE(probe.scatter_gather(dma).empty());
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(probe.do_dma(dma), dma);
		EXPECT_EQ(probe.signal(dma, ProbeInterrupt), 1U);
		EXPECT_EQ(probe.unlock_pages(dma), 1U);
	});
	EXPECT_EQ(counted("locked_buffers"), 0U);
}
