// SPDX-License-Identifier: GPL-2.0
/*
 * How much one client, and one user, may have.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class LimitsTest : public PacketBenchTest {
protected:
	uint64_t refused() const { return bench.counter("limit_reached"); }
	Limits &limits() { return bench.machine->limits; }
};

TEST_F(LimitsTest, AClientHasOnlySoManyLocks)
{
	limits().handles = 3;

	PVOID first = bench.lock_for(a, User::at(0), 4096);

	EXPECT_NE(bench.lock_for(a, User::at(1), 4096), nullptr);
	EXPECT_TRUE(bench.lock_pages_for(a, User::at(2), 4096).locked);
	EXPECT_EQ(bench.lock_for(a, User::at(3), 4096), nullptr);
	EXPECT_FALSE(bench.lock_pages_for(a, User::at(3), 4096).locked);
	EXPECT_EQ(refused(), 2u);
	EXPECT_TRUE(bench.machine->logged("raise max_client_handles"));
	EXPECT_EQ(bench.pins(), 3u) << "what was refused is not pinned";
	EXPECT_EQ(bench.mappings(), 1u);
	EXPECT_EQ(a.process.charged, 3u);

	EXPECT_NE(bench.lock_for(b, User::at(0), 4096), nullptr) << "another client's are its own";

	bench.in_request(a, [&] { VideoPortUnlockBuffer(bench.extension(), first); });
	EXPECT_NE(bench.lock_for(a, User::at(3), 4096), nullptr);
	EXPECT_EQ(bench.lock_for(a, User::at(4), 4096), nullptr);
}

TEST_F(LimitsTest, AHandleOfEventsCountsAsALock)
{
	limits().handles = 1;

	PDMA dma = nullptr, another = nullptr;

	bench.request(a, [&](VIDEO_REQUEST_PACKET &packet) {
		PVOID extension = bench.extension();

		packet.OutputBuffer = nullptr;
		dma = VideoPortAssociateEventsWithDmaHandle(extension, &packet, nullptr, nullptr);
		packet.OutputBuffer = nullptr;
		another =
			VideoPortAssociateEventsWithDmaHandle(extension, &packet, nullptr, nullptr);
	});
	EXPECT_NE(dma, nullptr);
	EXPECT_EQ(another, nullptr);
	EXPECT_EQ(refused(), 1u);
	EXPECT_EQ(bench.counter("locked_buffers"), 1u);
}

TEST_F(LimitsTest, AHandleThatIsUnlockedInFlightCountsNoMore)
{
	limits().handles = 1;

	PVOID mdl = bench.lock_for(a, User::at(0), 4096);
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	Started transfer = bench.start(adapter, mdl, 0, 4096, true);

	bench.in_request(a, [&] { VideoPortUnlockBuffer(bench.extension(), mdl); });
	EXPECT_EQ(bench.pins(), 1u);
	EXPECT_NE(bench.lock_for(a, User::at(1), 4096), nullptr);
	EXPECT_EQ(bench.complete(adapter, transfer, true), NO_ERROR);
	EXPECT_EQ(bench.lock_for(a, User::at(2), 4096), nullptr);
}

TEST_F(LimitsTest, TheMiniportHasNoLimit)
{
	limits().handles = 0;
	limits().events = 0;

	PVOID memory = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 4096, 0);

	EXPECT_NE(bench.lock_buffer(reinterpret_cast<uintptr_t>(memory), 4096, VpModifyAccess),
		  nullptr);
	EXPECT_NE(bench.event(NOTIFICATION_EVENT), nullptr);
	EXPECT_EQ(bench.lock_for(a, User::at(0), 4096), nullptr);
	EXPECT_EQ(refused(), 1u);
}

TEST_F(LimitsTest, AClientLendsOnlySoManyEvents)
{
	limits().events = 2;

	Running running(a.thread);
	int descriptor = a.process.open_eventfd();
	uint64_t first = 0, token = 0;

	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, first), 0);
	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), 0);
	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), -VP_ENOSPC);
	EXPECT_EQ(refused(), 1u);
	EXPECT_TRUE(bench.machine->logged("raise max_client_events"));
	EXPECT_EQ(bench.counter("events"), 2u);
	EXPECT_EQ(Adapter::event_unmap(*a.client, first), 0);
	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), 0);
	EXPECT_EQ(Adapter::event_map(*a.client, descriptor, token), -VP_ENOSPC);
}

TEST_F(LimitsTest, AUserOpensAnAdapterOnlySoOften)
{
	User c(*bench.machine, "c"), d(*bench.machine, "d");

	limits().clients = 2;
	d.process.user = 2000;
	EXPECT_EQ(bench.open(c), -VP_EMFILE) << "a and b are the same user's";
	EXPECT_EQ(refused(), 1u);
	EXPECT_TRUE(bench.machine->logged("raise max_user_clients"));
	EXPECT_EQ(bench.counter("clients"), 2u);
	EXPECT_EQ(bench.open(d), 0) << "another user";
	bench.close(a);
	EXPECT_EQ(bench.open(c), 0);
	EXPECT_EQ(bench.open(a), -VP_EMFILE);
	a.process.may_exceed = true;
	EXPECT_EQ(bench.open(a), 0);
	bench.close(c);
	bench.close(d);
}

TEST_F(LimitsTest, TheOtherAdapterIsNotCounted)
{
	User c(*bench.machine, "c");

	limits().clients = 2;
	EXPECT_EQ(bench.open(c, 1), 0);
	bench.close(c);
}

} // namespace
