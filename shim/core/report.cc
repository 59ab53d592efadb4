// SPDX-License-Identifier: GPL-2.0
/*
 * Making, filling and publishing a debug report. See report.h.
 */
#include "address_text.h"
#include "memory.h"
#include "report.h"

namespace vp {

struct Reports::Report {
	Token token = 0;
	ULONG code;
	ULONG_PTR arguments[4];
	size_t used = 0; /* of data; under the port's lock */
	UCHAR data[VIDEO_DEBUG_REPORT_MAX_SIZE];
};

Counter Reports::locate(Token token, Report *&report) const
{
	void *object = nullptr;
	Counter cause = handles_.locate(token, Kind::Report, object);

	report = static_cast<Report *>(object);
	return cause;
}

bool Reports::admits(const Caller &caller, Report *report)
{
	uint64_t now = vp_clock_ms();
	bool busy;

	{
		SpinGuard guard(lock_);

		busy = state_ != State::None;
		if (!busy && now >= not_before_) {
			state_ = State::Open;
			report_ = report;
			return true;
		}
	}
	counters_.refuse(Counter::LimitReached, "%s: code 0x%x: %s; refused", caller.call,
			 report->code,
			 busy ? "another report is not completed yet"
			      : "the last report was only just made: see log_interval_ms");
	return false;
}

Token Reports::create(const Caller &caller, ULONG code, const ULONG_PTR (&arguments)[4])
{
	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return 0;

	Owned<Report> report(vp::create<Report>());

	if (!report) {
		counters_.refuse(Counter::NoMemory, "%s: no memory for a report", caller.call);
		return 0;
	}
	report->code = code;
	for (unsigned int i = 0; i < 4; i++)
		report->arguments[i] = arguments[i];
	if (!admits(caller, report.get()))
		return 0;

	Report *made = report.get();
	Token token = handles_.publish(Kind::Report, made, [&](Token given) {
		made->token = given;
		return true;
	});

	if (token) {
		(void)report.release();
		return token;
	}
	counters_.refuse(Counter::NoMemory, "%s: no memory for a handle", caller.call);

	SpinGuard guard(lock_);

	state_ = State::None;
	return 0;
}

bool Reports::add(const Caller &caller, Token token, const void *data, ULONG size)
{
	constexpr size_t most = VIDEO_DEBUG_REPORT_MAX_SIZE;
	Counter cause;
	size_t used = 0;

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return false;
	if (!data && size) {
		counters_.refuse(Counter::BadParameter,
				 "%s: pvData is NULL, ulDataSize %u; refused", caller.call, size);
		return false;
	}
	{
		/* It is short, and the report stays while it is copied. */
		SpinGuard guard(lock_);
		Report *report;

		cause = locate(token, report);
		if (cause == Handles::found) {
			used = report->used;
			if (size <= most - used) {
				if (size)
					__builtin_memcpy(report->data + used, data, size);
				report->used += size;
				return true;
			}
		}
	}
	if (cause != Handles::found)
		handles_.refuse(caller.call, cause, token);
	else
		counters_.refuse(
			Counter::BadLength,
			"%s: %u bytes to the %zu that there are: a report has %zu at most; refused",
			caller.call, size, used, most);
	return false;
}

void Reports::complete(const Caller &caller, Token token)
{
	Counter cause;

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return;
	{
		SpinGuard guard(lock_);
		Report *report;

		cause = locate(token, report);
		if (cause == Handles::found) {
			handles_.remove(token);
			state_ = State::Completed;
		}
	}
	if (cause != Handles::found)
		handles_.refuse(caller.call, cause, token);
	else if (caller.context == VP_PASSIVE)
		work();
	else
		vp_work_schedule(device_);
}

void Reports::work()
{
	Owned<Report> report;

	{
		SpinGuard guard(lock_);

		if (state_ != State::Completed)
			return;
		/* Its place is taken until that is done: there is one at a time. */
		state_ = State::Published;
		report = Owned<Report>(report_);
	}

	vp_report text{.miniport = miniport_,
		       .code = report->code,
		       .arguments = {report->arguments[0], report->arguments[1],
				     report->arguments[2], report->arguments[3]},
		       .data = report->data,
		       .bytes = report->used};
	int error = vp_report_publish(device_, &text);

	vp_log(device_, VP_LOG_WARN, "%s: debug report 0x%x (%s, %s, %s, %s) with %zu bytes: %s",
	       miniport_, report->code, AddressText(report->arguments[0]).text(),
	       AddressText(report->arguments[1]).text(), AddressText(report->arguments[2]).text(),
	       AddressText(report->arguments[3]).text(), report->used,
	       !error ? "see /sys/class/devcoredump"
	       : error == -VP_EBUSY
		       ? "not kept: the one before is still there (write to its data to end it)"
	       : error == -VP_EOPNOTSUPP ? "the kernel keeps no such data (CONFIG_DEV_COREDUMP)"
					 : "there was no memory to keep it");

	SpinGuard guard(lock_);

	state_ = State::None;
	not_before_ = vp_clock_ms() + vp_log_interval_ms();
}

void Reports::end()
{
	Owned<Report> report;

	work();
	{
		SpinGuard guard(lock_);

		if (state_ != State::Open)
			return;
		state_ = State::None;
		report = Owned<Report>(report_);
		handles_.remove(report->token);
	}
	vp_log(device_, VP_LOG_WARN, "%s: debug report 0x%x was not completed: dropped", miniport_,
	       report->code);
}

} // namespace vp
