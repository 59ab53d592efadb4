/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The debug report that one miniport writes about a failure of its hardware: made, filled,
 * completed, from any context but an interrupt. One at a time; published in process context.
 */
#ifndef VP_CORE_REPORT_H
#define VP_CORE_REPORT_H

#include <cstddef>
#include <cstdint>

#include <video.h>

#include "caller.h"
#include "counters.h"
#include "handles.h"
#include "lock.h"

namespace vp {

class Reports {
public:
	Reports(vp_device *device, SpinLock &lock, Counters &counters, Handles &handles,
		const char *miniport)
		: device_(device),
		  lock_(lock),
		  counters_(counters),
		  handles_(handles),
		  miniport_(miniport)
	{
	}
	Reports(const Reports &) = delete;
	Reports &operator=(const Reports &) = delete;
	~Reports() { end(); }

	/** Up to DISPATCH. Return: its handle, or 0 after saying why there is none. */
	[[nodiscard]] Token create(const Caller &caller, ULONG code,
				   const ULONG_PTR (&arguments)[4]);
	/** Up to DISPATCH. Return: false after saying why nothing was added. */
	[[nodiscard]] bool add(const Caller &caller, Token token, const void *data, ULONG size);
	/** Up to DISPATCH: published here, or by work(). */
	void complete(const Caller &caller, Token token);

	/** Publish what was completed. PASSIVE. */
	void work();
	/** The miniport runs no more: what it has not completed is dropped. PASSIVE. */
	void end();

private:
	struct Report;
	enum class State : uint8_t { None, Open, Completed, Published };

	/** Under the lock. @report: what @token names. Return: Handles::found, or why not. */
	Counter locate(Token token, Report *&report) const;
	/** The one place for a report is @report's now. */
	[[nodiscard]] bool admits(const Caller &caller, Report *report);

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	Handles &handles_;
	const char *miniport_;
	/* under lock_ */
	State state_ = State::None;
	Report *report_ = nullptr; /* Open or Completed: the one there is */
	uint64_t not_before_ = 0; /* the next one, in milliseconds */
};

} // namespace vp

#endif
