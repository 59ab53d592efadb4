/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated threads that really interleave: each has a stack of its own and gives way at the points
 * between two calls of the platform, when and only when the schedule says so. One real thread.
 */
#ifndef SIM_FIBERS_HPP
#define SIM_FIBERS_HPP

#include <functional>
#include <memory>
#include <vector>

#ifndef __x86_64__
#include <ucontext.h>
#endif

#include "thread.hpp"

namespace sim {

class Fibers;

/// Where a stack was left.
class Place {
public:
	void go(Place &to);
	void begin(char *stack, size_t size, void (*entry)());

private:
#ifdef __x86_64__
	void *stack_pointer_ = nullptr;
#else
	ucontext_t context_{};
#endif
};

class Fiber : public Thread {
public:
	enum class State : uint8_t {
		Idle, ///< has nothing to do
		Between, ///< was stopped between two calls of the platform
		Waiting, ///< waits for a lock, or for events to be over
		Parked, ///< stopped by itself, see Fibers::park()
	};

	Fiber(const char *thread_name, Process *of, Fibers &fibers);
	~Fiber();

	State state() const { return state_; }
	bool idle() const { return state_ == State::Idle; }

private:
	friend class Fibers;
	static void entry();
	void loop();

	Fibers &fibers_;
	State state_ = State::Idle;
	std::function<void()> job_;
	bool (*ready_)(void *context) = nullptr;
	void *ready_context_ = nullptr;
	Place place_;
	bool in_between_ = false;
	char *stack_ = nullptr;
	void *fake_stack_ = nullptr; /* of the address sanitizer */
};

class Fibers : public Scheduler {
public:
	Fibers() { set_scheduler(this); }
	~Fibers() override { set_scheduler(nullptr); }

	/// Called at every point, in the fiber: what happens to come between. Not nested.
	std::function<void()> between;

	/// Give an idle fiber something to do; run() begins it.
	void give(Fiber &fiber, std::function<void()> job);

	/**
	 * Let a fiber run until its job is done, it waits or parks, or @p points points are
	 * behind it (0: no matter how many). Return: it could run.
	 */
	bool run(Fiber &fiber, unsigned int points = 0);

	/// In a fiber: stop until run() is called again.
	void park();

	/// Stopped between two calls, or while waiting: so often up to now.
	uint64_t interruptions = 0;

	void point() override;
	void wait(bool (*ready)(void *context), void *context) override;

private:
	friend class Fiber;
	void leave(Fiber::State state);
	void switched_to(void *fake_stack);

	Fiber *running_ = nullptr;
	unsigned int points_left_ = 0;
	Place main_;
	const void *main_stack_ = nullptr;
	size_t main_stack_size_ = 0;
};

} // namespace sim

#endif
