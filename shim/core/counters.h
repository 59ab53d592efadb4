/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a port counts: what is alive, what was done, and why calls were refused. A refusal is
 * counted always and logged as often as the platform's interval allows. Any context.
 */
#ifndef VP_CORE_COUNTERS_H
#define VP_CORE_COUNTERS_H

#include <atomic>
#include <cstdarg>
#include <cstddef>
#include <cstdint>

#include "platform.h"

namespace vp {

enum class Counter : uint8_t {
	/* alive now */
	Clients,
	Adapters,
	LockedBuffers,
	PinnedPages,
	Mappings,
	Transfers,
	CommonBuffers,
	Allocations,
	Events,
	Views,
	/* since the port was made */
	Requests,
	Interrupts,
	Dpcs,
	Locked,
	Unlocked,
	Started,
	Completed,
	Deferred,
	Overdue,
	OverdueRequests,
	/* why a call was refused */
	NullHandle,
	StaleHandle,
	ForgedHandle,
	ForeignHandle,
	WrongKind,
	WrongContext,
	BadLength,
	BadAddress,
	BadAccess,
	BadParameter,
	MemlockLimit,
	NoMemory,
	UnknownList,
	CommonBufferMismatch,
	AdapterBusy,
	Overlap,
	NotRunning,
	LimitReached,
	OtherCaching,
	BadRequest,
	MiniportError,
	Count,
};

const char *counter_name(Counter counter);

class Counters {
public:
	explicit Counters(vp_device *device) : device_(device) {}

	void add(Counter counter, uint64_t n = 1) { at(counter).fetch_add(n, relaxed); }
	void sub(Counter counter, uint64_t n = 1) { at(counter).fetch_sub(n, relaxed); }
	uint64_t value(Counter counter) const { return values_[index(counter)].load(relaxed); }

	/**
	 * Count a refusal and say so: which call, which value, and what it means.
	 * @cause: a Counter from NullHandle on.
	 */
	void refuse(Counter cause, const char *format, ...) __attribute__((format(printf, 3, 4)));
	/** The same with a list of arguments. */
	void refuse_list(Counter cause, const char *format, va_list arguments)
		__attribute__((format(printf, 3, 0)));

private:
	static constexpr auto relaxed = std::memory_order_relaxed;
	static constexpr size_t size = static_cast<size_t>(Counter::Count);

	static size_t index(Counter counter) { return static_cast<size_t>(counter); }
	std::atomic<uint64_t> &at(Counter counter) { return values_[index(counter)]; }
	bool may_log(Counter cause);

	vp_device *device_;
	std::atomic<uint64_t> values_[size]{};
	/* when a cause may be logged again, in milliseconds */
	std::atomic<uint64_t> quiet_until_[size]{};
};

} // namespace vp

#endif
