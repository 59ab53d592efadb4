// SPDX-License-Identifier: GPL-2.0
/*
 * Counting and logging of refusals. Any context; never sleeps, never allocates.
 */
#include "counters.h"

namespace vp {

static const char *const names[] = {
	"clients",	  "adapters",
	"locked_buffers", "pinned_pages",
	"mappings",	  "transfers",
	"common_buffers", "allocations",
	"events",	  "views",
	"requests",	  "interrupts",
	"dpcs",		  "locked",
	"unlocked",	  "started",
	"completed",	  "deferred",
	"overdue",	  "overdue_requests",
	"null_handle",	  "stale_handle",
	"forged_handle",  "foreign_handle",
	"wrong_kind",	  "wrong_context",
	"bad_length",	  "bad_address",
	"bad_access",	  "bad_parameter",
	"memlock_limit",  "no_memory",
	"unknown_list",	  "common_buffer_mismatch",
	"adapter_busy",	  "overlap",
	"not_running",	  "limit_reached",
	"other_caching",  "bad_request",
	"miniport_error",
};

static_assert(sizeof(names) / sizeof(names[0]) == static_cast<size_t>(Counter::Count));

const char *counter_name(Counter counter)
{
	return names[static_cast<size_t>(counter)];
}

bool Counters::may_log(Counter cause)
{
	auto &quiet = quiet_until_[index(cause)];
	uint64_t now = vp_clock_ms();
	uint64_t until = quiet.load(relaxed);

	return now >= until &&
	       quiet.compare_exchange_strong(until, now + vp_log_interval_ms(), relaxed);
}

void Counters::refuse(Counter cause, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	refuse_list(cause, format, arguments);
	va_end(arguments);
}

void Counters::refuse_list(Counter cause, const char *format, va_list arguments)
{
	add(cause);
	if (vp_trace_on(VP_TRACE_VIOLATION))
		vp_trace_violation(device_, counter_name(cause), format, arguments);
	if (may_log(cause))
		vp_vlog(device_, VP_LOG_WARN, format, arguments);
}

} // namespace vp

extern "C" const char *vp_core_counter_name(unsigned int index)
{
	using namespace vp;

	return index < static_cast<size_t>(Counter::Count)
		       ? counter_name(static_cast<Counter>(index))
		       : nullptr;
}
