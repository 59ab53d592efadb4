// SPDX-License-Identifier: GPL-2.0
/*
 * What tests of clients' events share: events that the NT4 probe may set, and memory that it locks
 * with them.
 */
#ifndef INTEGRATION_EVENTFD_HPP
#define INTEGRATION_EVENTFD_HPP

#include "event.hpp"
#include "probe.hpp"
#include "refusal.hpp"

namespace integration {

class EventfdTest : public Nt4Test {
protected:
	videoport::Event make(unsigned int count = 0) const
	{
		auto event = videoport::Event::make(probe.device(), count);
		EXPECT_TRUE(event) << videoport::errno_name(event.error());
		return event;
	}

	uint64_t alive() const { return live(probe.device(), "events"); }

	/// Lock some memory with two events; no DMA yet.
	Handle lock(uint64_t user, uint64_t display) const
	{
		return probe
			.call(ProbeLockPages, {region_.address(), 4096,
					       uint64_t{VideoPortDmaInitOnly}, user, display})
			.Out[0];
	}

	/// errno of an ioctl with any argument.
	int raw(unsigned long command, const void *argument) const
	{
		return ioctl(probe.device().fd(), command, argument) < 0 ? errno : 0;
	}

	videoport::Region region_ = videoport::Region::make(4096);
};

/// An eventfd of our own, closed at the end.
struct Fd {
	explicit Fd(int number) : number(number) {}
	Fd(const Fd &) = delete;
	Fd &operator=(const Fd &) = delete;
	~Fd() { close(number); }
	const int number;
};

} // namespace integration

#endif // INTEGRATION_EVENTFD_HPP
