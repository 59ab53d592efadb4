/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the module's code a thread reaches, told by the kernel's KCOV, and the set of all of it
 * that the whole run has reached so far. Root opens; the thread that is traced switches on.
 */
#ifndef FUZZ_KCOV_HPP
#define FUZZ_KCOV_HPP

#include <atomic>
#include <cstdint>

namespace fuzz {

/// The trace of one thread.
class Kcov {
public:
	/// Open /sys/kernel/debug/kcov. False: this kernel has none, or not for us.
	bool open();
	/// By the thread that will be traced.
	bool enable();
	void disable();
	/// Begin a trace.
	void reset() { __atomic_store_n(buffer_, 0, __ATOMIC_RELAXED); }
	/// End it: how many places were reached that nobody had reached before.
	unsigned int collect() const;
	explicit operator bool() const { return buffer_ != nullptr; }

	/// Places that the run has reached; 0 without KCOV.
	static uint64_t distinct();
	/// Before the first fork.
	static void prepare();

private:
	int fd_ = -1;
	uint64_t *buffer_ = nullptr;
};

} // namespace fuzz

#endif // FUZZ_KCOV_HPP
