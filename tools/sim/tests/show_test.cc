// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator is shown of the handles of an adapter: all of them, each once, and what each
 * names.
 */
#include "bench.hpp"

#include <map>

using namespace sim;

namespace {

class ShowTest : public PacketBenchTest {
protected:
	std::vector<vp_shown_handle> shown(unsigned int which = 0)
	{
		std::vector<vp_shown_handle> all;
		uint32_t place = 0;
		vp_shown_handle one;

		for (; vp_core_handle(bench.device(which).port, &place, &one); place++)
			all.push_back(one);
		return all;
	}
	vp_shown_handle of(PVOID handle)
	{
		for (const vp_shown_handle &each : shown())
			if (each.token == reinterpret_cast<uint64_t>(handle))
				return each;
		ADD_FAILURE() << handle << " is not shown";
		return {};
	}
};

TEST_F(ShowTest, AnAdapterWithoutHandlesShowsNone)
{
	EXPECT_TRUE(shown().empty());
}

TEST_F(ShowTest, ALockShowsItsSizeItsAgeAndWhoHasIt)
{
	PVOID handle = bench.lock_pages_for(b, User::at(1, 100), 5000).handle;

	bench.machine->clock_ms += 1234;

	vp_shown_handle lock = of(handle);

	EXPECT_STREQ(lock.kind, "buffer");
	EXPECT_EQ(lock.bytes, 5000u);
	EXPECT_EQ(lock.pages, 2u);
	EXPECT_EQ(lock.segments, bench.segments(handle).size());
	EXPECT_GT(lock.segments, 0u);
	EXPECT_EQ(lock.age_ms, 1234u);
	EXPECT_EQ(lock.in_flight, 0u);
	EXPECT_TRUE(lock.device_writes);
	EXPECT_EQ(lock.client, 2u);
	EXPECT_EQ(lock.user.process, b.process.number);
	EXPECT_STREQ(lock.user.name, "sim");
}

TEST_F(ShowTest, TransfersInFlightAreCounted)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PVOID handle = bench.lock_for(a, User::at(0), 8192, VpReadAccess);
	Started first = bench.start(adapter, handle, 0, 4096, true);
	Started second = bench.start(adapter, handle, 4096, 4096, true);

	EXPECT_EQ(of(handle).in_flight, 2u);
	EXPECT_FALSE(of(handle).device_writes);
	EXPECT_EQ(of(adapter).in_flight, 2u);
	EXPECT_STREQ(of(adapter).kind, "adapter");
	EXPECT_EQ(bench.complete(adapter, first, true), NO_ERROR);
	EXPECT_EQ(of(handle).in_flight, 1u);
	EXPECT_EQ(bench.complete(adapter, second, true), NO_ERROR);
	EXPECT_EQ(of(handle).in_flight, 0u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(ShowTest, APacketDmaIsInFlightUntilItIsSignalled)
{
	PDMA dma = bench.dma_for(a, User::at(0), 8192);

	bench.in_request(a, [&] { bench.do_dma(dma); });
	EXPECT_EQ(of(dma).in_flight, 1u);
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_EQ(of(dma).in_flight, 0u);
}

TEST_F(ShowTest, EventsOfTheMiniportAndOfAClientAreShown)
{
	PEVENT own = bench.event(NOTIFICATION_EVENT);
	PEVENT lent = bench.lend(a);

	EXPECT_STREQ(of(own).kind, "event");
	EXPECT_EQ(of(own).client, 0u);
	EXPECT_EQ(of(own).user.process, 0u);
	EXPECT_EQ(of(lent).client, 1u);
	EXPECT_EQ(of(lent).user.process, a.process.number);
}

TEST_F(ShowTest, ManyHandlesAreEachShownOnceWhateverHappensBetween)
{
	std::vector<PEVENT> events;
	std::map<uint64_t, unsigned int> seen;

	for (int i = 0; i < 700; i++)
		events.push_back(bench.event(NOTIFICATION_EVENT));
	EXPECT_EQ(shown().size(), 700u);

	uint32_t place = 0;
	vp_shown_handle one;

	/* The first half is let go while somebody looks at the other. */
	for (size_t at = 0; vp_core_handle(bench.device().port, &place, &one); place++, at++) {
		seen[one.token]++;
		if (at == 350)
			for (size_t i = 0; i < 350; i++)
				EXPECT_EQ(VideoPortDeleteEvent(bench.extension(), events[i]),
					  NO_ERROR);
	}
	EXPECT_GE(seen.size(), 350u);
	for (const auto &[token, times] : seen)
		EXPECT_EQ(times, 1u);
	EXPECT_EQ(shown().size(), 350u);
	place = ~0u;
	EXPECT_FALSE(vp_core_handle(bench.device().port, &place, &one));
}

TEST_F(ShowTest, ARemovedAdapterShowsNothing)
{
	bench.lock_pages_for(a, User::at(0), 5000);
	EXPECT_EQ(shown().size(), 1u);
	vp_port *port = bench.device().port;

	bench.remove();
	uint32_t place = 0;
	vp_shown_handle one;

	EXPECT_FALSE(vp_core_handle(port, &place, &one));
}

} // namespace
