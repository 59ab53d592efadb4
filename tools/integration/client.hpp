// SPDX-License-Identifier: GPL-2.0
/*
 * What tests of clients that end share: a client of the test's own that must not notice, and where in
 * the kernel a thread sleeps.
 */
#ifndef INTEGRATION_CLIENT_HPP
#define INTEGRATION_CLIENT_HPP

#include <cstring>
#include <initializer_list>
#include <string>

#include <sys/syscall.h>

#include "child.hpp"
#include "event.hpp"
#include "packet.hpp"

namespace integration {

/// The thread sleeps in a system call with such a number.
inline bool asleep_in(long call, pid_t process, pid_t thread)
{
	const auto where = videoport::read_line("/proc/" + std::to_string(process) + "/task/" +
						std::to_string(thread) + "/syscall");
	return where && where->starts_with(std::to_string(call) + " ");
}

/// A call of the probe by a bare descriptor. Whether the probe has answered; errno says why not.
inline bool bare_call(int fd, PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments,
		      PROBE_ANSWER &answer)
{
	PROBE_CALL call = {};
	call.Function = function;
	std::copy(arguments.begin(), arguments.end(), call.Arguments);
	videoport_request request = {};
	request.size = sizeof(request);
	request.code = IOCTL_PROBE_CALL;
	request.input = reinterpret_cast<uintptr_t>(&call);
	request.output = reinterpret_cast<uintptr_t>(&answer);
	request.input_length = sizeof(call);
	request.output_length = sizeof(answer);
	return ioctl(fd, VIDEOPORT_IOC_REQUEST, &request) == 0 && request.status == NO_ERROR;
}

/// A test beside which a client has memory locked, shown and lent, that nobody else may disturb.
class ClientTest : public Nt4Test {
protected:
	static constexpr int64_t own_pages = 3;

	void SetUp() override
	{
		Nt4Test::SetUp();
		probe.choose_start_dma(DmaAsyncReturn);
		own_ = probe.lock_pages(own_region_);
		ASSERT_TRUE(own_.locked);
		own_event_ = videoport::Event::make(probe.device());
		ASSERT_TRUE(own_event_);
	}
	void TearDown() override
	{
		EXPECT_EQ(probe.unlock_pages(own_.handle), 1U);
		own_event_ = {};
		Nt4Test::TearDown();
	}

	uint64_t counted(const char *name) const { return live(probe.device(), name); }

	/// So many pages of others are pinned now.
	static void expect_pinned(int64_t pages) { EXPECT_EQ(pins_held(), own_pages + pages); }

	/// Wait until the others are gone: nothing is left of them, and all that is ours is there.
	void expect_only_mine(uint64_t others = 0) const
	{
		EXPECT_TRUE(eventually([&] { return counted("clients") == 1 + others; }))
			<< counted("clients") << " clients";
		EXPECT_EQ(counted("locked_buffers"), 1U);
		EXPECT_EQ(counted("mappings"), 1U);
		EXPECT_EQ(counted("pinned_pages"), uint64_t{own_pages});
		EXPECT_EQ(counted("transfers"), 0U);
		EXPECT_EQ(counted("views"), 0U);
		EXPECT_EQ(counted("events"), 1U + events_);
		EXPECT_EQ(counted("allocations"), others) << "their requests' buffers";
		expect_pinned(0);
		expect_my_charge();
	}
	/// This process is charged for its own pages only.
	static void expect_my_charge()
	{
		EXPECT_EQ(videoport::pinned_kib(), own_pages * 4U) << "KiB of this process";
	}
	/// What this client has is as good as before. Wants its turn.
	void expect_mine_good() const
	{
		expect_accepted(probe.device(), [&] {
			EXPECT_EQ(probe.get_mdl(own_.handle), own_.handle);
			probe.set_event(own_event_.token());
		});
		EXPECT_EQ(own_event_.take(), 1U);
	}

	std::string node() const { return probe.device().adapter().node; }

	unsigned int events_ = 0; ///< of the miniport, made by the test

private:
	videoport::Region own_region_ = videoport::Region::make(own_pages * videoport::page_size());
	LockedPages own_;
	videoport::Event own_event_;
};

} // namespace integration

#endif // INTEGRATION_CLIENT_HPP
