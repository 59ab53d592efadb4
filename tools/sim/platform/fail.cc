// SPDX-License-Identifier: GPL-2.0
/*
 * Reporting failures, and injecting them. See fail.hpp.
 */
#include "fail.hpp"
#include "thread.hpp"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#ifdef SIM_COVERAGE
extern "C" void __gcov_dump(void);
#endif

namespace sim {

static std::atomic<FailureHandler> handler;

FailureHandler set_failure_handler(FailureHandler next)
{
	return handler.exchange(next);
}

void fail(const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	if (FailureHandler receiver = handler.load()) {
		receiver(text);
		return;
	}
	fprintf(stderr, "sim: %s\n", text);
	abort();
}

void leave_process(int status)
{
#ifdef SIM_COVERAGE
	__gcov_dump(); /* written at exit() otherwise */
#endif
	_exit(status);
}

bool inject(Fallible)
{
	Thread &thread = current();

	thread.fallible++;
	if (!thread.fail_at || thread.fallible < thread.fail_at)
		return false;
	if (thread.fallible > thread.fail_at && !thread.fail_all_later)
		return false;
	thread.fail_hit = true;
	return true;
}

FailAt::FailAt(unsigned int n, bool all_later)
{
	Thread &thread = current();

	thread.fallible = 0;
	thread.fail_at = n;
	thread.fail_all_later = all_later;
	thread.fail_hit = false;
}

FailAt::~FailAt()
{
	Thread &thread = current();

	thread.fail_at = 0;
	thread.fail_hit = false;
}

bool FailAt::hit() const
{
	return current().fail_hit;
}

} // namespace sim
