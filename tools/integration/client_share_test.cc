// SPDX-License-Identifier: GPL-2.0
/*
 * A client is an open node, not a process: it ends with the last descriptor of it, wherever that
 * is. After fork, in another process that got it over a socket, or on the way there.
 */
#include "client.hpp"

#include <sys/prctl.h>

#include "sockets.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class ClientShareTest : public ClientTest {
protected:
	Probe adopted(int fd) const
	{
		return Probe(videoport::Device::adopt(probe.device().adapter(), fd));
	}

	static uint64_t charge_of(pid_t process)
	{
		return videoport::pinned_kib(std::to_string(process)).value_or(~0ULL);
	}

	/// Run @p body in a process that shares what CLONE_* flags say, while this waits. Its status.
	static int run_sharing(int flags, const std::function<int()> &body)
	{
		const Region stack = Region::make(64 * page_size());
		const pid_t process = clone(
			[](void *argument) -> int {
				_exit((*static_cast<const std::function<int()> *>(argument))());
			},
			stack.data() + stack.size(), flags | CLONE_VFORK | SIGCHLD,
			const_cast<std::function<int()> *>(&body));
		int status = 0;
		EXPECT_EQ(waitpid(process, &status, 0), process);
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
};

} // namespace

TEST_F(ClientShareTest, AChildGoesOnWithTheHandlesOfAParentThatExits)
{
	Shared<pid_t> heir;
	Shared<Handle> of_parent;
	ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	Child parent([&](const Child::Inside &inside) {
		const Region region = Region::make(5 * page_size());
		auto *client = new Probe(place()); // leaked on purpose: the child has it too
		*of_parent = client->lock_pages(region).handle;
		inside.ready();
		if (fork() != 0)
			return *of_parent != 0 ? 0 : 1;
		*heir = getpid();
		const Region own = Region::make(3 * page_size());
		EXPECT_NE(client->lock_buffer(own), 0U);
		inside.ready();
		EXPECT_EQ(client->unlock_pages(*of_parent), 1U);
		inside.ready();
		return HasFailure() ? 2 : 0;
	});
	ASSERT_TRUE(parent.wait_ready());
	expect_pinned(5);
	const pid_t first = parent.pid();
	EXPECT_EQ(charge_of(first), 20U);
	parent.go_on();
	ASSERT_TRUE(parent.wait_ready());
	EXPECT_EQ(parent.join(), 0);
	EXPECT_EQ(counted("clients"), 2U) << "the open lives";
	expect_pinned(8);
	EXPECT_EQ(charge_of(*heir), 12U);
	parent.go_on();
	ASSERT_TRUE(parent.wait_ready());
	expect_pinned(3);
	EXPECT_EQ(charge_of(*heir), 12U) << "what the parent was charged for is not given to it";
	parent.go_on();
	int status = -1;
	EXPECT_EQ(waitpid(*heir, &status, 0), *heir);
	EXPECT_EQ(status, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	expect_only_mine();
	expect_mine_good();
}

/* ---- Over a socket ---- */

namespace {

enum class Sender { Closes, Exits, IsKilled };
const char *const names[] = {"Closes", "Exits", "IsKilled"};

class ClientSendTest : public ClientShareTest, public testing::WithParamInterface<Sender> {};

} // namespace

TEST_P(ClientSendTest, TheReceiverUnlocksWhatTheSenderLockedAndTheRestGoesWithItsClose)
{
	const Sockets sockets;
	Shared<Handle> idle, running;
	Child sender([&](const Child::Inside &inside) {
		const Region region = Region::make(7 * page_size());
		Probe client(place());
		*idle = client.lock_pages(region).handle;
		*running = client.lock_pages(region.address(), 8192, keep).handle;
		if (client.lock_buffer(region.address(), 4096) == 0 ||
		    !sockets.send(0, {client.device().fd()}))
			return 1;
		inside.ready();
		if (GetParam() == Sender::Closes) {
			client.close();
			inside.ready();
		}
		return 0;
	});
	ASSERT_TRUE(sender.wait_ready());
	Probe client = adopted(sockets.receive(1));
	ASSERT_TRUE(client.device());
	if (GetParam() == Sender::IsKilled) {
		sender.kill();
	} else {
		sender.go_on();
		if (GetParam() == Sender::Closes)
			ASSERT_TRUE(sender.wait_ready());
		else
			EXPECT_EQ(sender.join(), 0);
	}
	expect_pinned(7 + 2 + 1);
	EXPECT_EQ(counted("clients"), 2U);
	expect_my_charge();
	EXPECT_EQ(client.unlock_pages(*idle), 1U);
	expect_pinned(2 + 1);
	EXPECT_EQ(client.signal(*running, ProbeInterrupt), 1U);
	EXPECT_EQ(client.unlock_pages(*running), 1U);
	expect_pinned(1);
	expect_my_charge();
	const Region mine = Region::make(2 * page_size());
	EXPECT_NE(client.lock_buffer(mine), 0U);
	EXPECT_EQ(videoport::pinned_kib(), (own_pages + 2) * 4U) << "who locks is charged";
	if (GetParam() == Sender::Closes) {
		EXPECT_EQ(charge_of(sender.pid()), 4U);
	}
	client.close();
	expect_only_mine();
	if (GetParam() == Sender::Closes) {
		EXPECT_EQ(charge_of(sender.pid()), 0U);
		sender.go_on();
		EXPECT_EQ(sender.join(), 0);
	}
	expect_mine_good();
}

INSTANTIATE_TEST_SUITE_P(TheSender, ClientSendTest,
			 testing::Values(Sender::Closes, Sender::Exits, Sender::IsKilled),
			 [](const auto &info) {
				 return std::string(names[static_cast<size_t>(info.param)]);
			 });

TEST_F(ClientShareTest, ADescriptorThatNobodyReceivesIsClosedWithTheSockets)
{
	Sockets sockets;
	Child sender([&](const Child::Inside &) {
		const Probe client(place());
		const bool locked = client.lock_pages(Region::make(7 * page_size())).locked;
		return locked && sockets.send(0, {client.device().fd()}) ? 0 : 1;
	});
	EXPECT_EQ(sender.join(), 0);
	EXPECT_EQ(counted("clients"), 2U) << "it is on its way";
	expect_pinned(7);
	sockets.close();
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientShareTest, ADescriptorInSocketsThatWereSentIntoEachOtherIsClosedToo)
{
	// nobody has any of it but the sockets themselves: the kernel's garbage collector ends it
	EXPECT_EQ(run_in_child([&] {
			  const Sockets sockets;
			  const Probe client(place());
			  const Handle mdl = client.lock_buffer(Region::make(7 * page_size()));
			  const bool sent =
				  sockets.send(0, {client.device().fd(), sockets.end(1)}) &&
				  sockets.send(1, {sockets.end(0)});
			  return mdl != 0 && sent ? 0 : 1;
		  }),
		  0);
	Sockets().close(); // of any: starts the collection
	expect_only_mine();
	expect_mine_good();
}

/* ---- One table of descriptors or one address space, two processes ---- */

TEST_F(ClientShareTest, AProcessThatSharesTheDescriptorsClosesThemForBoth)
{
	Probe client(place());
	const Region region = Region::make(6 * page_size());
	ASSERT_TRUE(client.lock_pages(region).locked);
	EXPECT_EQ(videoport::pinned_kib(), (own_pages + 6) * 4U);
	EXPECT_EQ(run_sharing(CLONE_FILES,
			      [&] {
				      ::close(client.device().fd());
				      return videoport::pinned_kib() == 0U ? 0 : 1;
			      }),
		  0);
	client.close(); // it is closed already
	EXPECT_EQ(counted("clients"), 1U);
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientShareTest, AProcessThatSharesTheMemoryIsChargedWithItAndItsEndGivesItBack)
{
	const Region region = Region::make(6 * page_size());
	EXPECT_EQ(
		run_sharing(CLONE_VM,
			    [&] {
				    auto *client =
					    new Probe(place()); // the end of the process closes it
				    if (!client->lock_pages(region).locked)
					    return 1;
				    return videoport::pinned_kib() == (own_pages + 6) * 4U ? 0 : 2;
			    }),
		0);
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientShareTest, WhatSuchAProcessLocksThroughAnInheritedNodeStays)
{
	const Region region = Region::make(6 * page_size());
	LockedPages locked;
	EXPECT_EQ(run_sharing(CLONE_VM,
			      [&] {
				      locked = probe.lock_pages(region);
				      return 0;
			      }),
		  0);
	ASSERT_TRUE(locked.locked);
	expect_pinned(6);
	EXPECT_EQ(videoport::pinned_kib(), (own_pages + 6) * 4U);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	expect_only_mine();
}

TEST_F(ClientShareTest, SuchAProcessThatExecsGivesTheChargeBackToTheMemoryItLeaves)
{
	const Region region = Region::make(6 * page_size());
	char program[] = "/proc/self/exe", nothing[] = "--part=none";
	char *words[] = {program, nothing, nullptr};
	EXPECT_EQ(run_sharing(CLONE_VM,
			      [&] {
				      auto *client = new Probe(place()); // the exec closes it
				      if (client->lock_pages(region).locked)
					      execv(program, words);
				      return 1;
			      }),
		  97)
		<< "the program that knows no such part";
	expect_only_mine();
	expect_mine_good();
}

TEST_F(ClientShareTest, AViewThatSuchAProcessMadeKeepsItsClientUntilItIsUnmapped)
{
	ClientView view;
	const Region region = Region::make(2 * page_size());
	EXPECT_EQ(run_sharing(CLONE_VM,
			      [&] {
				      auto *client = new Probe(
					      place()); // the end of the process closes it
				      view = client->map_memory(bar_of(place(), 0).start, 4096);
				      return client->lock_pages(region).locked ? 0 : 1;
			      }),
		  0);
	ASSERT_NE(view.address, 0U);
	EXPECT_EQ(counted("clients"), 2U);
	expect_pinned(2);
	EXPECT_EQ(touch(view.address), 0);
	EXPECT_EQ(munmap(reinterpret_cast<void *>(view.address), 4096), 0);
	expect_only_mine();
}
