// SPDX-License-Identifier: GPL-2.0
/*
 * However a client ends, its device cannot reach afterwards what it had locked: a late access is a
 * fault, and the memory is untouched. The memory is shared with the test, which looks at it. Only in
 * runs with VP_IOMMU=strict.
 */
#include "late_dma.hpp"

#include <fcntl.h>

#include "child.hpp"
#include "part.hpp"
#include "sockets.hpp"

using namespace integration;
using videoport::Region;

namespace {

enum class End { Closes, Exits, IsKilled, Execs, Unlocks, HandsOver };
const char *const names[] = {"Closes", "Exits", "IsKilled", "Execs", "Unlocks", "HandsOver"};

const Part stays("late-stays", [](const Numbers &numbers) {
	Child::Inside(static_cast<int>(numbers[0]), static_cast<int>(numbers[1])).ready();
});

class LateClientTest : public LateDmaTest, public testing::WithParamInterface<End> {
protected:
	struct Lock {
		Handle handle = 0;
		uint64_t logical = 0;
	};

	/// The client: locks the memory, and then ends.
	int live_as(const Child::Inside &inside, Lock &lock) const
	{
		Probe client(place());
		lock.handle = client.lock_pages(memory_).handle;
		lock.logical = client.scatter_gather(lock.handle)[0].Address;
		if (GetParam() == End::HandsOver) {
			EXPECT_TRUE(sockets_.send(0, {client.device().fd()}));
		}
		inside.ready();
		switch (GetParam()) {
		case End::Closes:
			client.close();
			inside.ready();
			break;
		case End::Execs:
			return stays.exec({static_cast<uint64_t>(inside.tell()),
					   static_cast<uint64_t>(inside.hear())});
		case End::Unlocks:
			EXPECT_EQ(client.unlock_pages(lock.handle), 1U);
			inside.ready();
			break;
		default:
			break;
		}
		return HasFailure() ? 1 : 0;
	}

	const Sockets sockets_;
	Region memory_ = Region::make(4096, 0, MAP_SHARED);
};

} // namespace

TEST_P(LateClientTest, TheDeviceCannotReachThePageAnyMore)
{
	Shared<Lock> lock;
	Child client([&](const Child::Inside &inside) { return live_as(inside, *lock); });
	ASSERT_TRUE(client.wait_ready());
	const uint64_t logical = lock->logical;
	ASSERT_NE(logical, 0U);
	probe.edu_dma(logical, 0, 256, false); // allowed until here
	videoport::KernelLog log;
	bool lives = false; // without the node, or without the lock
	switch (GetParam()) {
	case End::IsKilled:
		client.kill();
		break;
	case End::Exits:
		client.go_on();
		EXPECT_EQ(client.join(), 0);
		break;
	case End::HandsOver: {
		client.kill();
		const Probe received(
			videoport::Device::adopt(probe.device().adapter(), sockets_.receive(1)));
		EXPECT_EQ(pins_held(), 1) << "it is the receiver's now";
		probe.edu_dma(logical, 0, 256, false);
		EXPECT_EQ(received.unlock_pages(lock->handle), 1U);
		break;
	}
	default:
		client.go_on();
		lives = client.wait_ready();
		EXPECT_TRUE(lives);
	}
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	EXPECT_EQ(live(probe.device(), "mappings"), 0U);
	expect_fault(logical, memory_, log);
	if (lives) {
		client.go_on();
		EXPECT_EQ(client.join(), 0);
	}
}

INSTANTIATE_TEST_SUITE_P(AClientThat, LateClientTest,
			 testing::Values(End::Closes, End::Exits, End::IsKilled, End::Execs,
					 End::Unlocks, End::HandsOver),
			 [](const auto &info) {
				 return std::string(names[static_cast<size_t>(info.param)]);
			 });

TEST_F(LateDmaTest, ATransferOfAKilledClientStillArrivesAndAfterItsEndNothing)
{
	const Region memory = Region::make(4096, 0, MAP_SHARED);
	const Region pattern = Region::make(256);
	fill(pattern.bytes(), 8);
	const Handle by = adapter();
	Shared<Started> started;
	Child client([&](const Child::Inside &inside) {
		const Probe own(place());
		*started = own.start_dma(by, own.lock_buffer(memory), 0, 4096, false);
		inside.ready();
		return 1;
	});
	ASSERT_TRUE(client.wait_ready());
	ASSERT_EQ(started->status, unsigned{NO_ERROR});
	const uint64_t logical = probe.list(started->index).Elements[0].Address;
	const Handle source = probe.lock_buffer(pattern, VpReadAccess);
	const auto sent = probe.start_dma(by, source, 0, 256, true);
	probe.edu_dma(probe.list(sent.index).Elements[0].Address, 0, 256, true);
	EXPECT_EQ(probe.complete_dma(by, sent.list, true), unsigned{NO_ERROR});
	probe.unlock_buffer(source);

	client.kill();
	EXPECT_TRUE(eventually([&] { return live(probe.device(), "clients") == 1; }));
	probe.edu_dma(logical, 0, 256, false);
	videoport::KernelLog log;
	EXPECT_EQ(probe.complete_dma(by, started->list, false), unsigned{NO_ERROR});
	EXPECT_TRUE(std::ranges::equal(memory.bytes().first(256), pattern.bytes()));
	EXPECT_EQ(pins_held(), 0);
	expect_fault(logical, memory, log);
}
