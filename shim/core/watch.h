/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watch over what should end soon: DMA, and the request that is served. Nothing is ended by it:
 * what a device may still reach stays as it is. What takes longer than the platform's limit is
 * counted, once each; the oldest is reported, as often as other things are.
 */
#ifndef VP_CORE_WATCH_H
#define VP_CORE_WATCH_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "client.h"
#include "counters.h"
#include "lock.h"

namespace vp {

/** Since when something runs. Under the port's lock. */
struct Watched {
	uint64_t since_ms = vp_clock_ms();
	bool reported = false;
};

/** Something that runs, and of which may be said that it takes too long. */
struct Running {
	enum Kind : uint8_t { Dma, Request, Kinds } kind;
	uint64_t name; /* the handle, or the code of the request */
	size_t bytes;
	Owner owner;
	uint64_t age_ms = 0;
};

/** One look at everything that runs: takes in each, keeps what is to be said. */
class Look {
public:
	/** Of one kind: how many are too late and were not before, and the oldest of them. */
	struct Late {
		size_t count = 0;
		Running oldest{};
	};

	Look(uint64_t now_ms, uint64_t limit_ms) : now_(now_ms), limit_(limit_ms) {}

	/** Under the port's lock. */
	void at(Watched &watched, const Running &running);

	const Late &late(Running::Kind kind) const { return late_[kind]; }
	/** When to look again, in milliseconds from now; 0: there is nothing to look at. */
	uint64_t next_ms() const;

private:
	const uint64_t now_;
	const uint64_t limit_;
	Late late_[Running::Kinds];
	uint64_t left_ = 0; /* until the next is too late; 0: none */
};

class Watch {
public:
	Watch(vp_device *device, Counters &counters, Clients &clients)
		: device_(device),
		  counters_(counters),
		  clients_(clients)
	{
	}
	Watch(const Watch &) = delete;
	Watch &operator=(const Watch &) = delete;

	/** Something runs, and a look would find it: there will be one. Any context. */
	void begun()
	{
		if (!armed_.load())
			arm_first();
	}

	/** Report what look_at(look) finds, and look again when there will be something. PASSIVE. */
	template <class LookAt> void look(LookAt look_at)
	{
		uint64_t limit = vp_overdue_ms();

		armed_ = false; /* whatever this look does not find arms it again */
		if (!limit)
			return;

		Look look(vp_clock_ms(), limit);

		look_at(look);
		report(look);
		if (look.next_ms())
			arm(look.next_ms());
	}

	/** No look any more. PASSIVE. */
	void end();

private:
	void arm_first();
	void arm(uint64_t milliseconds);
	void report(const Look &look);

	vp_device *device_;
	Counters &counters_;
	Clients &clients_;
	std::atomic<bool> armed_{false};
};

} // namespace vp

#endif
