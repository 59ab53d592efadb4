// SPDX-License-Identifier: GPL-2.0
/*
 * A client's process becomes another program. Its node is closed by that, or stays open: then the
 * new program is the same client, with what was locked in an address space that is gone.
 */
#include "client.hpp"

#include <fcntl.h>

#include "../miniports/edu/client.hpp"
#include "completion.hpp"
#include "part.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class ClientExecTest : public ClientTest {
protected:
	/// A client that execs when its parent says so: what it has is in @p prepare's numbers.
	static std::function<int(const Child::Inside &)>
	execs(const Part &part, const std::function<Numbers(Probe &)> &prepare)
	{
		return [&part, prepare](const Child::Inside &inside) {
			auto *client = new Probe(Place::probe_nt4); // the exec ends it, or does not
			Numbers numbers = prepare(*client);
			if (testing::Test::HasFailure())
				return 1;
			numbers.insert(numbers.begin(), {static_cast<uint64_t>(inside.tell()),
							 static_cast<uint64_t>(inside.hear())});
			inside.ready();
			return part.exec(numbers);
		};
	}

	/// Memory of the old program until the exec.
	static const Region &until_exec(size_t pages)
	{
		return *new Region(Region::make(pages * page_size()));
	}

	/// Start it, look at what the old program has, and let the new one say that it is there.
	static void begin(Child &client, const std::function<void()> &before)
	{
		ASSERT_TRUE(client.wait_ready());
		before();
		client.go_on();
		ASSERT_TRUE(client.wait_ready()) << "there is no new program";
	}
	static void end(Child &client)
	{
		client.go_on();
		EXPECT_EQ(client.join(), 0);
	}

	static uint64_t charge_of(const Child &client)
	{
		return videoport::pinned_kib(std::to_string(client.pid())).value_or(~0ULL);
	}

	/// The descriptor stays open over an exec.
	static uint64_t kept(const Probe &client)
	{
		EXPECT_EQ(fcntl(client.device().fd(), F_SETFD, 0), 0);
		return static_cast<uint64_t>(client.device().fd());
	}
};

Child::Inside parent_of(const Numbers &numbers)
{
	return {static_cast<int>(numbers[0]), static_cast<int>(numbers[1])};
}

/// The client whose node was kept open: its descriptor is the third number.
Probe client_of(const Numbers &numbers)
{
	return Probe(videoport::Device::adopt(find_adapter(Place::probe_nt4).value(),
					      static_cast<int>(numbers[2])));
}

const Part stays("exec-stays", [](const Numbers &numbers) { parent_of(numbers).ready(); });

const Part unlocks("exec-unlocks", [](const Numbers &numbers) {
	const auto parent = parent_of(numbers);
	const Probe client = client_of(numbers);
	parent.ready();
	EXPECT_EQ(client.get_mdl(numbers[3]), numbers[3]);
	EXPECT_EQ(client.unlock_pages(numbers[3]), 1U);
	client.unlock_buffer(numbers[4]);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	const Region region = Region::make(4 * page_size());
	EXPECT_TRUE(client.lock_pages(region).locked) << "it may lock memory of its own, too";
	EXPECT_EQ(videoport::pinned_kib(), 16U);
	parent.ready();
});

const Part completes("exec-completes", [](const Numbers &numbers) {
	const auto parent = parent_of(numbers);
	const Probe client = client_of(numbers);
	parent.ready();
	EXPECT_EQ(client.signal(numbers[3], ProbeDpc), 1U);
	EXPECT_EQ(videoport::take_completions(client.device()).count, 1U);
	EXPECT_EQ(client.unlock_pages(numbers[3]), 1U);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	parent.ready();
});

const Part unmaps("exec-unmaps", [](const Numbers &numbers) {
	const auto parent = parent_of(numbers);
	const Probe client = client_of(numbers);
	auto *place = reinterpret_cast<void *>(numbers[3]);
	EXPECT_EQ(touch(numbers[3]), SIGSEGV) << "a view is of the old address space";
	ASSERT_EQ(mmap(place, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0),
		  place);
	words_at(numbers[3])[7] = 77;
	parent.ready();
	EXPECT_EQ(client.unmap_memory({numbers[3], 4096, 0}), unsigned{NO_ERROR});
	EXPECT_EQ(touch(numbers[3], true), 0) << "what is there now is another memory";
	EXPECT_EQ(words_at(numbers[3])[7], 77U);
	parent.ready();
});

const Part rings("exec-rings", [](const Numbers &numbers) {
	const auto parent = parent_of(numbers);
	const Probe client = client_of(numbers);
	parent.ready();
	client.set_event(numbers[3]);
	EXPECT_EQ(videoport::unmap_event(client.device(), numbers[4]), 0);
	EXPECT_EQ(videoport::unmap_event(client.device(), numbers[4]), EINVAL);
	parent.ready();
});

} // namespace

TEST_F(ClientExecTest, ANodeThatIsClosedByItTakesAllWithItBeforeTheNewProgramRuns)
{
	Child client(execs(stays, [&](Probe &own) {
		const Region &region = until_exec(9);
		EXPECT_TRUE(own.lock_pages(region).locked);
		EXPECT_NE(own.lock_buffer(region), 0U);
		EXPECT_NE(own.map_memory(bar_of(place(), 0).start, 8192).address, 0U);
		EXPECT_TRUE(videoport::map_event(own.device(), eventfd(0, 0)));
		return Numbers();
	}));
	begin(client, [&] {
		expect_pinned(18);
		EXPECT_EQ(charge_of(client), 72U);
		EXPECT_EQ(counted("views"), 1U);
		EXPECT_EQ(counted("events"), 2U);
	});
	EXPECT_EQ(counted("clients"), 1U) << "not later, but now";
	expect_only_mine();
	EXPECT_EQ(charge_of(client), 0U);
	end(client);
	expect_mine_good();
}

TEST_F(ClientExecTest, ANodeThatStaysOpenIsTheSameClientAndUnlocksWhatTheOldProgramLocked)
{
	Child client(execs(unlocks, [](Probe &own) {
		const Region &region = until_exec(6);
		const auto locked = own.lock_pages(region);
		const Handle mdl = own.lock_buffer(region);
		EXPECT_TRUE(locked.locked && mdl != 0);
		return Numbers{kept(own), locked.handle, mdl};
	}));
	begin(client, [&] { EXPECT_EQ(charge_of(client), 48U); });
	expect_pinned(12);
	EXPECT_EQ(counted("mappings"), 2U);
	EXPECT_EQ(charge_of(client), 0U) << "the new program has locked nothing";
	client.go_on();
	ASSERT_TRUE(client.wait_ready());
	expect_pinned(4);
	EXPECT_EQ(charge_of(client), 16U);
	expect_my_charge();
	end(client);
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientExecTest, ANodeThatStaysOpenIsReleasedWhenTheNewProgramIsKilled)
{
	Child client(execs(stays, [](Probe &own) {
		EXPECT_TRUE(own.lock_pages(until_exec(6)).locked);
		return Numbers{kept(own)};
	}));
	begin(client, [] { expect_pinned(6); });
	expect_pinned(6);
	client.kill();
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientExecTest, APacketDmaThatRunsGoesOnAndTheNewProgramHearsOfItsEnd)
{
	Child client(execs(completes, [](Probe &own) {
		const Region &region = until_exec(2);
		const Handle running = own.lock_pages(region.address(), 8192, keep).handle;
		EXPECT_NE(running, 0U);
		return Numbers{kept(own), running};
	}));
	begin(client, [&] { EXPECT_EQ(counted("transfers"), 1U); });
	EXPECT_EQ(counted("transfers"), 1U);
	expect_pinned(2);
	client.go_on();
	ASSERT_TRUE(client.wait_ready());
	expect_pinned(0);
	end(client);
	expect_only_mine();
}

TEST_F(ClientExecTest, ADmaOfAClientThatExecEndedIsPinnedUntilItsEnd)
{
	const Handle by = adapter();
	Shared<Started> started;
	Shared<Handle> running;
	Child client(execs(stays, [&](Probe &own) {
		const Region &region = until_exec(5);
		*running = own.lock_pages(region.address(), 8192, unlock_after).handle;
		*started = own.start_dma(by, own.lock_buffer(region), 0, 4096, false);
		EXPECT_EQ(started->status, unsigned{NO_ERROR});
		return Numbers();
	}));
	begin(client, [] { expect_pinned(7); });
	EXPECT_EQ(counted("clients"), 1U);
	expect_pinned(7);
	EXPECT_EQ(probe.complete_dma(by, started->list, false), unsigned{NO_ERROR});
	EXPECT_EQ(probe.signal(*running, ProbeDpc), 1U);
	EXPECT_EQ(charge_of(client), 0U);
	expect_only_mine();
	end(client);
}

TEST_F(ClientExecTest, ADeviceThatWorksForTheOldProgramEndsItsWork)
{
	const auto edu = open_adapter(Place::edu_a);
	Child client(execs(stays, [](Probe &) {
		const Region &destination = until_exec(1);
		auto *own = new videoport::Device(open_adapter(Place::edu_a));
		EXPECT_TRUE(edu::start(*own, EduFromDevice, nullptr, destination.data(), 1000));
		return Numbers();
	}));
	begin(client, [] {});
	EDU_DMA_STATE state = {};
	EXPECT_TRUE(edu::wait(edu, state, edu::patience(1000)));
	EXPECT_EQ(state.State, unsigned{EduDone});
	EXPECT_TRUE(eventually([&] { return live(edu, "locked_buffers") == 0; }));
	EXPECT_EQ(live(edu, "clients"), 1U);
	expect_only_mine();
	end(client);
}

TEST_F(ClientExecTest, AViewOfTheOldProgramIsNeverTakenForMemoryOfTheNewOne)
{
	Child client(execs(unmaps, [&](Probe &own) {
		const auto view = own.map_memory(bar_of(place(), 0).start, 4096);
		EXPECT_NE(view.address, 0U);
		return Numbers{kept(own), view.address};
	}));
	begin(client, [] {});
	EXPECT_EQ(counted("views"), 1U) << "the port does not know that it is gone";
	client.go_on();
	ASSERT_TRUE(client.wait_ready());
	EXPECT_EQ(counted("views"), 0U);
	end(client);
	expect_only_mine();
}

TEST_F(ClientExecTest, AnEventStaysLentWithTheNodeThoughItsDescriptorIsClosed)
{
	const auto bell = videoport::Event::make(probe.device());
	events_ = 1;
	Child client(execs(rings, [&](Probe &own) {
		const auto shared = videoport::map_event(own.device(), bell.fd());
		const auto lost = videoport::map_event(own.device(), eventfd(0, EFD_CLOEXEC));
		EXPECT_TRUE(shared && lost);
		return Numbers{kept(own), shared.token, lost.token};
	}));
	begin(client, [&] { EXPECT_EQ(counted("events"), 4U); });
	EXPECT_EQ(counted("events"), 4U);
	EXPECT_FALSE(bell.is_set());
	client.go_on();
	ASSERT_TRUE(client.wait_ready());
	EXPECT_EQ(bell.take(), 1U);
	EXPECT_EQ(counted("events"), 3U);
	end(client);
	expect_only_mine();
}
