/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the simulated platform says that something is wrong, and how it is told to fail a call of the
 * core. A failure is a fault of the core (or of a test), never an expected refusal. Any thread.
 */
#ifndef SIM_FAIL_HPP
#define SIM_FAIL_HPP

#include <string>

namespace sim {

/// Receives each failure. It may return: the platform then goes on as harmlessly as it can.
using FailureHandler = void (*)(const std::string &message);

/// Nothing set, or nullptr: a failure is printed and ends the program. Return: the one before.
FailureHandler set_failure_handler(FailureHandler handler);

/// The core, or a test, has broken a rule. @p format is what rule, and by what.
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// What the platform may be told to fail.
enum class Fallible : unsigned char {
	Memory,
	PinUser,
	PinKernel,
	Map,
	Coherent,
	Mask,
	Claim,
	BarMap,
	Interrupt,
	EventFd,
	View,
	Firmware,
	Wait, ///< a killable wait ends because the caller is dying
};

/// Count a call that may fail. True: fail it now, as Thread::fail_at says.
bool inject(Fallible kind);

/// Makes the n-th call that may fail, of this thread, fail; undone when it goes out of scope.
class FailAt {
public:
	explicit FailAt(unsigned int n, bool all_later = false);
	FailAt(const FailAt &) = delete;
	FailAt &operator=(const FailAt &) = delete;
	~FailAt();

	/// A call was made to fail.
	bool hit() const;
};

/// End a process that was forked: nothing of what it has from its parent is destroyed.
[[noreturn]] void leave_process(int status);

} // namespace sim

#endif
