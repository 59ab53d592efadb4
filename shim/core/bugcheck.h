/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The callback of one miniport that gives data when the system fails. Changed at PASSIVE; called in
 * a panic, when no other processor runs, so what is there is there whole.
 */
#ifndef VP_CORE_BUGCHECK_H
#define VP_CORE_BUGCHECK_H

#include <atomic>
#include <cstdint>

#include <video.h>

#include "caller.h"
#include "counters.h"

namespace vp {

class Bugcheck {
public:
	Bugcheck(vp_device *device, Counters &counters) : device_(device), counters_(counters) {}
	Bugcheck(const Bugcheck &) = delete;
	Bugcheck &operator=(const Bugcheck &) = delete;
	~Bugcheck() { forget(); }

	/** VideoPortRegisterBugcheckCallback. @size: of the data, and of what is reserved. */
	[[nodiscard]] VP_STATUS hook(const Caller &caller, ULONG code,
				     PVIDEO_BUGCHECK_CALLBACK callback, ULONG size);
	/** Nothing is called any more. PASSIVE. */
	void forget();

	/** The kernel panics: call it, and write what it gives into the log. */
	void run(PVOID extension);

private:
	struct Hook;

	vp_device *device_;
	Counters &counters_;
	std::atomic<Hook *> hook_{nullptr};
	std::atomic<bool> ran_{false};
};

} // namespace vp

#endif
