// SPDX-License-Identifier: GPL-2.0
/*
 * Handles that are not valid, to every call of packet DMA; the same calls of a miniport of the XP
 * kind; and contiguous memory.
 */
#include "packet.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include "module_control.hpp"

using namespace integration;
using videoport::Region;

/* ---- Handles that are not valid ---- */

namespace {

struct Call {
	const char *name; ///< as in the log
	void (*make)(const Probe &probe, Handle dma);
};

const Call calls[] = {
	{"DoDma",
	 [](const Probe &probe, Handle dma) {
		 EXPECT_EQ(probe.do_dma(dma), 0U);
		 EXPECT_EQ(probe.start_dma_seen().calls, 0U) << "HwStartDma was called";
	 }},
	{"SignalDmaComplete",
	 [](const Probe &probe, Handle dma) { EXPECT_EQ(probe.signal(dma), 0U); }},
	{"GetDmaContext",
	 [](const Probe &probe, Handle dma) {
		 EXPECT_EQ(probe.call(ProbeGetDmaContext, {dma}).Result, 0U);
	 }},
	{"SetDmaContext",
	 [](const Probe &probe, Handle dma) {
		 probe.call(ProbeSetDmaContext, {dma, 1});
	 }},
	{"GetBytesUsed",
	 [](const Probe &probe, Handle dma) { EXPECT_EQ(probe.bytes_used(dma), 0U); }},
	{"SetBytesUsed", [](const Probe &probe, Handle dma) { probe.set_bytes_used(dma, 1); }},
};

class PacketHandleTest : public PacketTest, public testing::WithParamInterface<Call> {
protected:
	void expect_bad(Handle bad, const std::string &cause) const
	{
		SCOPED_TRACE(testing::Message() << "handle 0x" << std::hex << bad);
		expect_refused(probe.device(), {cause, GetParam().name, bad},
			       [&] { GetParam().make(probe, bad); });
	}
};

} // namespace

TEST_P(PacketHandleTest, NullFailsCleanly)
{
	expect_bad(0, "null_handle");
}

TEST_P(PacketHandleTest, AStaleHandleFailsCleanly)
{
	const Handle dma = lock();
	unlock(dma);
	expect_bad(dma, "stale_handle");
}

TEST_P(PacketHandleTest, ForgedHandlesFailCleanly)
{
	const Handle dma = lock();
	for (const uint64_t forged : std::initializer_list<uint64_t>{
		     1, 0xffffffffffffffff, region_.address(), 0xffff888000001000, dma + 1, dma - 1,
		     dma ^ (1ULL << 40), dma & 0xffffffff})
		expect_bad(forged, "forged_handle|foreign_handle");
	unlock(dma);
}

TEST_P(PacketHandleTest, AHandleOfAnotherAdapterFailsCleanly)
{
	const Probe other(Place::probe_edu);
	const Handle foreign = other.lock_buffer(region_);
	expect_bad(foreign, "foreign_handle");
	other.unlock_buffer(foreign);
}

TEST_P(PacketHandleTest, AHandleOfAnotherClientFailsCleanlyWhileItsDmaRuns)
{
	const Probe other(Place::probe_nt4);
	const auto foreign = other.lock_pages(region_.address(), 4096, keep);
	ASSERT_TRUE(foreign.locked);
	probe.choose_start_dma(DmaAsyncReturn);
	expect_bad(foreign.handle, "foreign_handle");
	EXPECT_EQ(counted("transfers"), 1U);
	EXPECT_EQ(other.signal(foreign.handle), 1U);
	EXPECT_EQ(other.bytes_used(foreign.handle), 4096U);
	EXPECT_EQ(other.unlock_pages(foreign.handle), 1U);
}

TEST_P(PacketHandleTest, AHandleOfTheWrongKindFailsCleanly)
{
	expect_bad(adapter(), "wrong_kind");
}

INSTANTIATE_TEST_SUITE_P(EveryCall, PacketHandleTest, testing::ValuesIn(calls),
			 [](const auto &info) { return std::string(info.param.name); });

/* ---- A miniport of the XP kind ---- */

TEST_F(ProbeTest, WithoutHwStartDmaThePacketCallsDoWhatXpSays)
{
	const Region region = Region::make(4096);
	const auto locked = probe.lock_pages(region);
	ASSERT_TRUE(locked.locked);
	const Handle dma = locked.handle;
	const uint64_t bar = probe.call(ProbeAccessRange, {0}).Out[0];
	expect_accepted(probe.device(), [&] {
		for (const Handle handle : {dma, Handle{0}, Handle{0x1234567}}) {
			EXPECT_EQ(probe.do_dma(handle, keep), 0U);
			EXPECT_EQ(probe.do_dma(handle, unlock_after), 0U);
			EXPECT_EQ(probe.signal(handle), 0U);
			probe.call(ProbeSetDmaContext, {handle, 5});
			EXPECT_EQ(probe.call(ProbeGetDmaContext, {handle}).Result, 0U);
			probe.set_bytes_used(handle, 5);
			EXPECT_EQ(probe.bytes_used(handle), 0U);
			EXPECT_EQ(probe.call(ProbeAssociateEvents, {handle, 1, 2}).Result, 0U);
			EXPECT_EQ(probe.call(ProbeUnmapDmaMemory, {1, 2, handle}).Result, 0U);
		}
		EXPECT_EQ(probe.call(ProbeMapDmaMemory, {bar, 4096, 0, 0, 0}).Result, 0U);
		EXPECT_EQ(probe.get_mdl(dma), dma);
	});
	EXPECT_EQ(pins_held(), 1);
	EXPECT_EQ(probe.unlock_pages(dma), 1U);
}

TEST_F(ProbeTest, WithoutHwStartDmaTheEventsOfLockPagesAreNotLookedAt)
{
	const Region region = Region::make(4096);
	expect_accepted(probe.device(), [&] {
		const auto answer =
			probe.call(ProbeLockPages, {region.address(), 4096,
						    uint64_t{VideoPortDmaInitOnly}, 0x1234, ~0ULL});
		EXPECT_EQ(answer.Result, 1U);
		EXPECT_EQ(probe.unlock_pages(answer.Out[0]), 1U);
	});
}

/* ---- Contiguous memory ---- */

/// Where the machine's memory begins: on a PC at 0, elsewhere perhaps beyond what old devices reach.
static uint64_t memory_begins()
{
	std::ifstream resources("/proc/iomem");
	for (std::string line; std::getline(resources, line);)
		if (line.ends_with(" : System RAM"))
			return strtoull(line.c_str(), nullptr, 16);
	return 0;
}

TEST_F(PacketTest, ContiguousMemoryComesZeroedAndStaysUntilTheAdapterGoes)
{
	const uint64_t before = counted("common_buffers");
	uint64_t memory = 0, allocated = 0;
	for (const uint64_t highest :
	     std::initializer_list<uint64_t>{~0ULL, 0xffffffff, 0xffffff}) {
		const auto allocate = [&] {
			memory = probe.call(ProbeAllocateContiguousMemory, {65536, highest}).Result;
		};
		if (!integration::run().iommu && highest < memory_begins()) {
			expect_refused(probe.device(),
				       {"no_memory", "AllocateContiguousMemory", highest},
				       allocate);
			EXPECT_EQ(memory, 0U) << highest;
			continue;
		}
		expect_accepted(probe.device(), allocate);
		ASSERT_NE(memory, 0U) << highest;
		allocated++;
		EXPECT_EQ(probe.peek(memory), 0U);
		EXPECT_EQ(probe.peek(memory, 65528), 0U);
		probe.poke(memory, 65528, 7);
	}
	EXPECT_GE(allocated, 2U);
	EXPECT_EQ(counted("common_buffers"), before + allocated);
	for (const auto &[bytes, highest] : {std::pair{0ULL, ~0ULL}, {4096ULL, 0xfffULL}}) {
		expect_refused(probe.device(), {"no_memory", "AllocateContiguousMemory", highest},
			       [&] {
				       EXPECT_EQ(probe.call(ProbeAllocateContiguousMemory,
							    {bytes, highest})
							 .Result,
						 0U);
			       });
	}
	expect_refused(probe.device(), {"wrong_context", "AllocateContiguousMemory", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeAllocateContiguousMemory, {4096, ~0ULL}, ProbeDpc).Result,
			  0U);
	});
	ASSERT_EQ(unbind("vp_probe_nt4", Place::probe_nt4), 0);
	ASSERT_EQ(bind("vp_probe_nt4", Place::probe_nt4), 0);
	probe = Probe(Place::probe_nt4);
	EXPECT_EQ(counted("common_buffers"), 0U);
}
