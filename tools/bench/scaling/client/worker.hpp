// SPDX-License-Identifier: GPL-2.0
/*
 * A client in a process of its own, on a processor of its own: warms up, waits until all are ready,
 * and works at full speed. What it has locked in the kernel's view is its own alone.
 */
#ifndef SCALING_WORKER_HPP
#define SCALING_WORKER_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace scaling {

/// Whose adapter, and where the client runs.
struct Place {
	size_t adapter; ///< by the order of its PCI address
	int processor;
};

/// "1:0": adapter 1 on processor 0. Throws std::invalid_argument.
Place place_of(const std::string &text);

/// How many clients have not made their cycles yet: in memory that all of them share.
class Unfinished {
public:
	/// Throws std::system_error.
	explicit Unfinished(unsigned int clients);
	Unfinished(const Unfinished &) = delete;
	Unfinished &operator=(const Unfinished &) = delete;
	~Unfinished();

	/// One more has.
	void drop() { count_->fetch_sub(1, std::memory_order_relaxed); }
	bool any() const { return count_->load(std::memory_order_relaxed) != 0; }

private:
	std::atomic<unsigned int> *count_;
};

/// What a client has done.
struct Done {
	uint64_t cycles;
	uint64_t nanoseconds;
};

/// A process; ended and reaped when it goes out of scope.
class Worker {
public:
	/**
	 * Start it; it warms up.
	 *
	 * @param cycles  that it makes at least.
	 * @param unfinished  it goes on as long as there are any. Stays longer than the worker.
	 * Throws std::system_error.
	 */
	Worker(const Place &place, unsigned int cycles, Unfinished &unfinished);
	Worker(Worker &&other) noexcept;
	Worker(const Worker &) = delete;
	Worker &operator=(const Worker &) = delete;
	~Worker();

	/// Wait until it is warm. Throws std::runtime_error if it failed: it has said why.
	void wait_ready();
	void go();
	/// Wait for the end of its cycles. It stays, with its adapter open.
	Done wait_done();

	const Place &place() const { return place_; }

private:
	Done receive();

	Place place_;
	pid_t process_ = -1;
	int pipe_ = -1; ///< a socket to it
};

} // namespace scaling

#endif
